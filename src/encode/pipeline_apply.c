/* SPDX-License-Identifier: MIT */
/* Applying the pipeline: cells to network inputs and targets. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "encode/binding.h"
#include "threads/threads.h"

/* --- pieces of the rows ----------------------------------------------------------------------- */

/* What is wrong with a cell. */
typedef struct fault {
    size_t i; /* the row; SIZE_MAX: none */
    size_t column;
    const char *what;
} fault;

/* Encodes rows first .. end-1, column by column. Of several faults the one in the first row counts,
 * and of those in one row the one in the first column of the pipeline. */
typedef struct encoder {
    const mlpi_binding *b;
    const uint32_t *index; /* rows of the table; NULL: the first ones */
    mlp_encoded *encoded;
    size_t first, end;
    size_t missing, unknown; /* cells */
    fault fault;
} encoder;

static size_t row_of(const encoder *e, size_t i)
{
    return e->index != NULL ? e->index[i] : i;
}

/* Rows from this one on need not be looked at any more. */
static void blame(encoder *e, size_t i, size_t column, const char *what)
{
    if (i < e->fault.i)
        e->fault = (fault){i, column, what};
}

static mlp_status bad_cell(const mlpi_binding *b, size_t row, size_t column, const char *what,
                           mlp_error *err)
{
    char text[64];
    mlp_table_cell(b->table, row, column, text, sizeof text);
    return mlpi_fail_at(err, MLP_ERROR_DATA, b->table->source, mlp_table_line(b->table, row),
                        column + 1, "column \"%s\": \"%s\" %s", b->table->names[column], text,
                        what);
}

/* --- inputs ----------------------------------------------------------------------------------- */

static const char not_a_number[] =
    "is not a number, but the model takes this column as numbers; `missing` TEXT lists texts that "
    "mean no value";

enum { STRIP = 256 }; /* rows that are looked at together */

static const char not_a_time[] =
    "is no date or time as those of training are written; `missing` TEXT lists texts that mean no "
    "value";

static double read_text(const mlpi_feature *feature, mlpi_run *run, size_t row)
{
    char scratch[MLPI_DECIMAL_ROOM];
    if (mlpi_cursor_may_be_missing(&run->cursor, row, run->column))
        return (double)NAN;
    return feature->transform->read(
        &feature->fitted, mlpi_cursor_span(&run->cursor, row, run->column, false, scratch));
}

/* What a transform takes for a cell: a number or that of a level, NaN where there is no value. */
static double value_of(const mlpi_feature *feature, mlpi_run *run, size_t row)
{
    char scratch[MLPI_DECIMAL_ROOM];
    if (feature->transform->read != NULL)
        return read_text(feature, run, row);
    if (mlpi_feature_is_numeric(feature))
        return mlpi_run_number(run, row);
    if (mlpi_cursor_is_missing(&run->cursor, row, run->column))
        return (double)NAN;
    return feature->transform->find(
        &feature->fitted, mlpi_cursor_span(&run->cursor, row, run->column, false, scratch));
}

/* A number that is missing is filled in. */
static void tell_missing(encoder *e, const mlpi_feature *feature, mlpi_run *run, size_t i,
                         double *value)
{
    e->missing++;
    if (!mlpi_feature_is_numeric(feature))
        return;
    *value = feature->fill;
    if (!mlpi_cursor_may_be_missing(&run->cursor, row_of(e, i), run->column))
        blame(e, i, run->column, feature->transform->read != NULL ? not_a_time : not_a_number);
}

/* The values of a strip of rows. Returns how many are missing. */
static size_t read_strip(encoder *e, const mlpi_feature *feature, mlpi_run *run, size_t first,
                         size_t count, double *values, bool *missing)
{
    const size_t before = e->missing;
    const bool plain = mlpi_feature_is_numeric(feature) && feature->transform->read == NULL;
    for (size_t i = 0; i < count; i++) {
        const size_t row = row_of(e, first + i);
        values[i] = plain ? mlpi_run_number(run, row) : value_of(feature, run, row);
        missing[i] = isnan(values[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (missing[i])
            tell_missing(e, feature, run, first + i, &values[i]);
    return e->missing - before;
}

static void check_numbers(encoder *e, const mlpi_feature *feature, size_t column, size_t first,
                          size_t count)
{
    const size_t inputs = e->encoded->inputs;
    const float *x = e->encoded->x + first * inputs + feature->first;
    for (size_t i = 0; i < count; i++, x += inputs)
        for (size_t k = 0; k < feature->width; k++)
            if (!(fabsf(x[k]) <= FLT_MAX))
                blame(e, first + i, column, "is too large for this column's scale");
}

static void count_unknown(encoder *e, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        e->unknown += values[i] == MLPI_UNKNOWN_LEVEL ? 1 : 0;
}

static void encode_feature(encoder *e, const mlpi_feature *feature, size_t column)
{
    mlpi_run run = {.cursor = {.table = e->b->table}, .column = column};
    const size_t inputs = e->encoded->inputs;
    double values[STRIP];
    bool missing[STRIP];
    for (size_t first = e->first; first < e->end && first < e->fault.i; first += STRIP) {
        const size_t count = e->end - first < STRIP ? e->end - first : STRIP;
        float *const x = e->encoded->x + first * inputs + feature->first;
        const size_t gaps = read_strip(e, feature, &run, first, count, values, missing);
        feature->transform->apply(&feature->fitted, values, count, x, inputs);
        for (size_t i = 0; feature->missing_indicator && gaps > 0 && i < count; i++)
            x[i * inputs + feature->width - 1] = missing[i] ? 1.0f : 0.0f;
        if (mlpi_feature_is_numeric(feature))
            check_numbers(e, feature, column, first, count);
        else
            count_unknown(e, values, count);
    }
}

/* --- targets ---------------------------------------------------------------------------------- */

static const char no_label[] = "is no label: the target has no value here", unknown_label[] = "";

static mlp_status list_labels(const mlpi_binding *b, size_t row, size_t column, mlp_error *err)
{
    char list[300] = "is no label of the model; it knows";
    for (size_t k = 0; k < b->pipeline->label_count; k++) {
        const size_t used = strlen(list);
        if (used + strlen(b->pipeline->labels[k]) + 12 > sizeof list) {
            strcat(list, " ...");
            break;
        }
        strcat(list, k > 0 ? ", " : " ");
        strcat(list, b->pipeline->labels[k]);
    }
    return bad_cell(b, row, column, list, err);
}

static void encode_labels(encoder *e, size_t column)
{
    const mlpi_pipeline *p = e->b->pipeline;
    mlpi_cursor cursor = {.table = e->b->table};
    for (size_t i = e->first; i < e->end && i < e->fault.i; i++) {
        char scratch[MLPI_DECIMAL_ROOM];
        const size_t row = row_of(e, i);
        const bool missing = mlpi_cursor_is_missing(&cursor, row, column);
        const mlpi_known_label *found =
            mlpi_binding_label(e->b, mlpi_cursor_span(&cursor, row, column, true, scratch));
        if (missing || found == NULL) {
            blame(e, i, column, missing ? no_label : unknown_label);
            continue;
        }
        e->encoded->label[i] = found->number;
        if (p->coding.single_output)
            e->encoded->target[i] = (float)found->number;
        else
            e->encoded->target[i * p->outputs + found->number] = 1.0f;
    }
}

static void encode_values(encoder *e, size_t t, size_t column)
{
    const mlpi_pipeline *p = e->b->pipeline;
    const mlpi_target *target = &p->targets[t];
    const size_t each = p->outputs / p->target_count;
    mlpi_run run = {.cursor = {.table = e->b->table}, .column = column};
    for (size_t i = e->first; i < e->end && i < e->fault.i; i++) {
        const double value = mlpi_run_number(&run, row_of(e, i));
        float scaled = 0.0f;
        if (!isnan(value))
            target->transform->apply(&target->fitted, &value, 1, &scaled, 1);
        if (isnan(value))
            blame(e, i, column, "is not a number, which the target must be");
        else if (p->coding.counts && value < 0.0)
            blame(e, i, column, "is below 0, which a count cannot be");
        else if (!(fabsf(scaled) <= FLT_MAX))
            blame(e, i, column, "is too large for the target's scale");
        e->encoded->value[i * p->target_count + t] = value;
        for (size_t q = 0; q < each; q++)
            e->encoded->target[(i * p->target_count + t) * each + q] = scaled;
    }
}

mlp_status mlpi_pipeline_rows_with_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                           size_t *rows, size_t *count, mlp_error *err)
{
    mlpi_binding b = {.pipeline = pipeline, .table = table};
    mlpi_cursor cursor = {.table = table};
    *count = 0;
    MLPI_TRY(mlpi_binding_make(&b, true, err));
    for (size_t r = 0; r < table->rows; r++) {
        bool whole = true;
        for (size_t t = 0; t < pipeline->target_count; t++)
            whole = whole && !mlpi_cursor_is_missing(&cursor, r, b.targets[t]);
        if (whole)
            rows[(*count)++] = r;
    }
    mlpi_binding_release(&b);
    return MLP_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

enum { ROWS_OF_PIECE = 2048 };

typedef struct job {
    bool with_targets;
    encoder *pieces;
} job;

static void encode_piece(void *context, size_t number, int thread)
{
    const job *j = context;
    encoder *e = &j->pieces[number];
    const mlpi_pipeline *p = e->b->pipeline;
    mlp_encoded *all = e->encoded;
    const size_t rows = e->end - e->first;
    (void)thread;
    memset(all->x + e->first * all->inputs, 0, rows * all->inputs * sizeof *all->x);
    if (j->with_targets)
        memset(all->target + e->first * all->outputs, 0, rows * all->outputs * sizeof *all->target);
    for (size_t i = 0; i < p->feature_count; i++)
        encode_feature(e, &p->features[i], e->b->features[i]);
    for (size_t t = 0; j->with_targets && t < p->target_count; t++) {
        if (p->task == MLP_TASK_CLASSIFICATION)
            encode_labels(e, e->b->targets[t]);
        else
            encode_values(e, t, e->b->targets[t]);
    }
}

static mlp_status tell(const encoder *e, mlp_error *err)
{
    const size_t row = row_of(e, e->fault.i), column = e->fault.column;
    return e->fault.what == unknown_label ? list_labels(e->b, row, column, err)
                                          : bad_cell(e->b, row, column, e->fault.what, err);
}

static mlp_status encode_rows(const mlpi_binding *b, const uint32_t *index, size_t from,
                              size_t rows, bool with_targets, mlp_encoded *encoded, mlp_error *err)
{
    const size_t count = (rows + ROWS_OF_PIECE - 1) / ROWS_OF_PIECE;
    job j = {with_targets, mlpi_allocate(count, sizeof *j.pieces)};
    mlp_status status = MLP_OK;
    if (j.pieces == NULL)
        return mlpi_fail_memory(err, "the encoded rows");
    for (size_t n = 0; n < count; n++) {
        const size_t first = from + n * ROWS_OF_PIECE, left = from + rows - first;
        j.pieces[n] = (encoder){.b = b,
                                .index = index,
                                .encoded = encoded,
                                .first = first,
                                .end = first + (left < ROWS_OF_PIECE ? left : ROWS_OF_PIECE),
                                .fault = {.i = SIZE_MAX}};
    }
    mlpi_parallel(count > 1 ? mlpi_threads(0) : 1, count, encode_piece, &j);
    for (size_t n = 0; status == MLP_OK && n < count; n++) {
        encoded->missing_cells += j.pieces[n].missing;
        encoded->unknown_cells += j.pieces[n].unknown;
        if (j.pieces[n].fault.i != SIZE_MAX)
            status = tell(&j.pieces[n], err);
    }
    mlpi_free(j.pieces);
    return status;
}

static bool make_room(const mlpi_pipeline *p, size_t rows, bool with_targets, mlp_encoded *encoded)
{
    size_t inputs = 0, outputs = 0;
    *encoded = (mlp_encoded){.rows = rows, .inputs = p->inputs, .outputs = p->outputs};
    if (!mlpi_multiply(rows, p->inputs, &inputs) || !mlpi_multiply(rows, p->outputs, &outputs))
        return false;
    encoded->x = mlpi_reserve(inputs, sizeof *encoded->x);
    if (!with_targets)
        return encoded->x != NULL;
    encoded->target = mlpi_reserve(outputs, sizeof *encoded->target);
    if (p->task == MLP_TASK_CLASSIFICATION)
        encoded->label = mlpi_reserve(rows, sizeof *encoded->label);
    else
        encoded->value = mlpi_reserve(rows, p->target_count * sizeof *encoded->value);
    return encoded->x != NULL && encoded->target != NULL &&
           (encoded->label != NULL || encoded->value != NULL);
}

/* Most of it is for the column with most inputs. */
static mlp_status too_much(const mlpi_pipeline *p, size_t rows, mlp_error *err)
{
    const mlpi_feature *widest = &p->features[0];
    for (size_t i = 1; i < p->feature_count; i++)
        widest = p->features[i].width > widest->width ? &p->features[i] : widest;
    return mlpi_fail(err, MLP_ERROR_MEMORY,
                     "not enough memory for %zu rows of %zu inputs and %zu outputs; column \"%s\" "
                     "alone takes %zu inputs, and `drop` leaves a column out",
                     rows, p->inputs, p->outputs, widest->name, widest->width);
}

mlp_status mlpi_pipeline_reserve(const mlpi_pipeline *pipeline, size_t rows, bool with_targets,
                                 mlp_encoded *encoded, mlp_error *err)
{
    mlp_encoded made;
    if (!make_room(pipeline, rows, with_targets, &made)) {
        mlp_encoded_release(&made);
        return too_much(pipeline, rows, err);
    }
    *encoded = made;
    return MLP_OK;
}

mlp_status mlpi_pipeline_encode(const mlpi_pipeline *pipeline, const mlp_table *table,
                                const uint32_t *index, size_t first, size_t count,
                                bool with_targets, mlp_encoded *encoded, mlp_error *err)
{
    mlpi_binding b = {.pipeline = pipeline, .table = table};
    MLPI_TRY(mlpi_binding_make(&b, with_targets, err));
    const mlp_status status = encode_rows(&b, index, first, count, with_targets, encoded, err);
    mlpi_binding_release(&b);
    return status;
}

mlp_status mlpi_pipeline_apply(const mlpi_pipeline *pipeline, const mlp_table *table,
                               const uint32_t *index, size_t count, bool with_targets,
                               mlp_encoded *encoded, mlp_error *err)
{
    mlp_encoded made = {0};
    MLPI_TRY(mlpi_pipeline_reserve(pipeline, count, with_targets, &made, err));
    const mlp_status status =
        mlpi_pipeline_encode(pipeline, table, index, 0, count, with_targets, &made, err);
    if (status == MLP_OK)
        *encoded = made;
    else
        mlp_encoded_release(&made);
    return status;
}

void mlp_encoded_release(mlp_encoded *encoded)
{
    mlpi_free(encoded->x);
    mlpi_free(encoded->target);
    mlpi_free(encoded->label);
    mlpi_free(encoded->value);
    mlpi_free(encoded->weight);
    *encoded = (mlp_encoded){0};
}

/* --- values instead of a table ---------------------------------------------------------------- */

void mlpi_pipeline_encode_values(const mlpi_pipeline *pipeline, const double *values, float *x)
{
    memset(x, 0, pipeline->inputs * sizeof *x);
    for (size_t i = 0; i < pipeline->feature_count; i++) {
        const mlpi_feature *f = &pipeline->features[i];
        const bool missing = isnan(values[i]);
        const double value = missing && mlpi_feature_is_numeric(f) ? f->fill : values[i];
        f->transform->apply(&f->fitted, &value, 1, x + f->first, 1);
        if (missing && f->missing_indicator)
            x[f->first + f->width - 1] = 1.0f;
    }
}

mlp_status mlpi_pipeline_values(const mlpi_pipeline *pipeline, size_t first_feature,
                                size_t features, const mlp_table *table, const uint32_t *index,
                                size_t count, double *values, mlp_error *err)
{
    mlpi_binding b = {.pipeline = pipeline, .table = table};
    MLPI_TRY(mlpi_binding_make(&b, false, err));
    for (size_t f = 0; f < features; f++) {
        mlpi_run run = {.cursor = {.table = table}, .column = b.features[first_feature + f]};
        for (size_t i = 0; i < count; i++)
            values[i * features + f] = value_of(&pipeline->features[first_feature + f], &run,
                                                index != NULL ? index[i] : i);
    }
    mlpi_binding_release(&b);
    return MLP_OK;
}
