/* SPDX-License-Identifier: MIT */
/* Applying the pipeline: cells to network inputs and targets, and network outputs back to labels
 * and units. */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/threads.h"
#include "data/distinct.h"
#include "data/pipeline.h"

enum { NOT_THERE = -1 };

/* A label's text and its number in the pipeline. */
typedef struct known_label {
    mlpi_span text;
    size_t number;
} known_label;

/* Where the pipeline's columns are in a table. */
typedef struct binding {
    const mlpi_pipeline *pipeline;
    const mlp_table *table;
    size_t *features;
    size_t *targets;
    known_label *labels; /* by their bytes; NULL: not wanted */
    char ***sorted;      /* places of the table's names, in the order of the names; NULL: not yet */
} binding;

/* --- matching columns ------------------------------------------------------------------------- */

/* Without headers columns are matched by position; a table may come without its target columns,
 * which then leave no gap, and without any column behind the last that the model reads. */
static mlp_status bind_by_position(binding *b, bool with_targets, mlp_error *err)
{
    const mlpi_pipeline *p = b->pipeline;
    size_t needed = 0;
    for (size_t i = 0; i < p->feature_count; i++)
        needed = p->features[i].position >= needed ? p->features[i].position + 1 : needed;
    size_t with = needed;
    for (size_t i = 0; i < p->target_count; i++)
        with = p->targets[i].position >= with ? p->targets[i].position + 1 : with;
    const bool all_there = b->table->columns >= with;
    size_t before = 0; /* targets that leave a gap */
    for (size_t i = 0; i < p->target_count; i++)
        before += p->targets[i].position < needed ? 1 : 0;
    if (!all_there && (with_targets || b->table->columns + before < needed))
        return mlpi_fail_at(err, MLP_ERROR_DATA, b->table->source, 0, 0,
                            "%zu columns, but the model needs %zu in the order it was trained with",
                            b->table->columns, with);
    for (size_t i = 0; i < p->feature_count; i++) {
        size_t position = p->features[i].position;
        for (size_t t = 0; !all_there && t < p->target_count; t++)
            position -= p->targets[t].position < p->features[i].position ? 1 : 0;
        assert(position < b->table->columns); /* positions differ */
        b->features[i] = position;
    }
    for (size_t i = 0; with_targets && i < p->target_count; i++)
        b->targets[i] = p->targets[i].position;
    return MLP_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(**(char **const *)a, **(char **const *)b);
}

static int name_order(const void *name, const void *place)
{
    return strcmp(name, **(char **const *)place);
}

static mlp_status sort_names(binding *b, mlp_error *err)
{
    const mlp_table *table = b->table;
    b->sorted = mlpi_allocate(table->columns, sizeof *b->sorted);
    if (b->sorted == NULL)
        return mlpi_fail_memory(err, "the columns");
    for (size_t c = 0; c < table->columns; c++)
        b->sorted[c] = &table->names[c];
    qsort(b->sorted, table->columns, sizeof *b->sorted, by_name);
    return MLP_OK;
}

/* Columns usually come in the order of training: look there first. */
static mlp_status find(binding *b, const char *name, size_t guess, size_t *column, mlp_error *err)
{
    const mlp_table *table = b->table;
    if (guess < table->columns && strcmp(table->names[guess], name) == 0) {
        *column = guess;
        return MLP_OK;
    }
    if (b->sorted == NULL)
        MLPI_TRY(sort_names(b, err));
    char ***place = bsearch(name, b->sorted, table->columns, sizeof *b->sorted, name_order);
    if (place != NULL) {
        *column = (size_t)(*place - table->names);
        return MLP_OK;
    }
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                        "column \"%s\", which the model needs, is missing%s", name,
                        table->has_header ? "" : "; with --no-header there are no names to match");
}

static mlp_status bind_columns(binding *b, bool with_targets, mlp_error *err)
{
    const mlpi_pipeline *p = b->pipeline;
    if (p->by_position && !b->table->has_header)
        return bind_by_position(b, with_targets, err);
    for (size_t i = 0; i < p->feature_count; i++)
        MLPI_TRY(find(b, p->features[i].name, p->features[i].position, &b->features[i], err));
    for (size_t i = 0; with_targets && i < p->target_count; i++)
        MLPI_TRY(find(b, p->targets[i].name, p->targets[i].position, &b->targets[i], err));
    return MLP_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return mlpi_span_compare(((const known_label *)a)->text, ((const known_label *)b)->text);
}

/* The pipeline may have them in the order of numbers. */
static mlp_status sort_labels(binding *b, mlp_error *err)
{
    const mlpi_pipeline *p = b->pipeline;
    b->labels = mlpi_allocate(p->label_count, sizeof *b->labels);
    if (b->labels == NULL)
        return mlpi_fail_memory(err, "the labels");
    for (size_t k = 0; k < p->label_count; k++)
        b->labels[k] = (known_label){{p->labels[k], strlen(p->labels[k])}, k};
    qsort(b->labels, p->label_count, sizeof *b->labels, by_bytes);
    return MLP_OK;
}

static void release_binding(binding *b)
{
    mlpi_free(b->labels);
    mlpi_free(b->features);
    mlpi_free(b->targets);
    mlpi_free(b->sorted);
}

/* Of a pipeline and a table that are there already; released on failure. */
static mlp_status make_binding(binding *b, bool with_targets, mlp_error *err)
{
    b->features = mlpi_allocate(b->pipeline->feature_count, sizeof *b->features);
    b->targets = mlpi_allocate(b->pipeline->target_count, sizeof *b->targets);
    mlp_status status = b->features == NULL || b->targets == NULL
                            ? mlpi_fail_memory(err, "the columns")
                            : bind_columns(b, with_targets, err);
    if (status == MLP_OK && with_targets && b->pipeline->task == MLP_TASK_CLASSIFICATION)
        status = sort_labels(b, err);
    if (status != MLP_OK) {
        release_binding(b);
        *b = (binding){0};
    }
    return status;
}

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
    const binding *b;
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

static mlp_status bad_cell(const binding *b, size_t row, size_t column, const char *what,
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
    "is not a number, but the model takes this column as numbers; --missing TEXT lists texts that "
    "mean no value";

enum {
    STRIP = 256, /* rows that are scaled together */
    AT_ONCE = 8, /* which compilers make vectors of */
};

static void scale_strip(double *strip, double mean, double scale)
{
    for (size_t i = 0; i < STRIP; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++)
            strip[i + k] = (strip[i + k] - mean) / scale;
}

/* What an input becomes where its number is missing or too large. */
static float encode_none(encoder *e, mlpi_run *run, size_t i, double scaled)
{
    if (!isnan(scaled))
        blame(e, i, run->column, "is too large for this column's scale");
    else if (!mlpi_cursor_may_be_missing(&run->cursor, row_of(e, i), run->column))
        blame(e, i, run->column, not_a_number);
    e->missing += isnan(scaled) ? 1 : 0;
    return 0.0f;
}

static void encode_numbers(encoder *e, const mlpi_feature *feature, size_t column)
{
    mlpi_run run = {.cursor = {.table = e->b->table}, .column = column};
    const size_t inputs = e->encoded->inputs;
    float *x = e->encoded->x + e->first * inputs + feature->first;
    double strip[STRIP] = {0};
    for (size_t first = e->first; first < e->end && first < e->fault.i; first += STRIP) {
        const size_t count = e->end - first < STRIP ? e->end - first : STRIP;
        for (size_t i = 0; i < count; i++)
            strip[i] = mlpi_run_number(&run, row_of(e, first + i));
        scale_strip(strip, feature->mean, feature->scale);
        for (size_t i = 0; i < count; i++, x += inputs) {
            const bool there = fabs(strip[i]) <= (double)FLT_MAX;
            x[0] = there ? (float)strip[i] : encode_none(e, &run, first + i, strip[i]);
            if (feature->missing_indicator)
                x[1] = isnan(strip[i]) ? 1.0f : 0.0f;
        }
    }
}

/* The place of a text in sorted texts, or NOT_THERE. */
static long place_of(mlpi_span text, char *const *sorted, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order =
            mlpi_span_compare(text, (mlpi_span){sorted[middle], strlen(sorted[middle])});
        if (order == 0)
            return (long)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NOT_THERE;
}

/* x is zero already. */
static void encode_categories(encoder *e, const mlpi_feature *feature, size_t column)
{
    mlpi_cursor cursor = {.table = e->b->table};
    const size_t inputs = e->encoded->inputs;
    float *x = e->encoded->x + e->first * inputs + feature->first;
    for (size_t i = e->first; i < e->end && i < e->fault.i; i++, x += inputs) {
        char scratch[MLPI_DECIMAL_ROOM];
        const size_t row = row_of(e, i);
        if (mlpi_cursor_is_missing(&cursor, row, column)) {
            e->missing++;
            if (feature->missing_indicator)
                x[feature->category_count] = 1.0f;
            continue;
        }
        const mlpi_span text = mlpi_cursor_span(&cursor, row, column, false, scratch);
        const long place = place_of(text, feature->categories, feature->category_count);
        if (place == NOT_THERE)
            e->unknown++;
        else
            x[place] = 1.0f;
    }
}

/* --- targets ---------------------------------------------------------------------------------- */

static const char no_label[] = "is no label: the target has no value here", unknown_label[] = "";

static mlp_status list_labels(const binding *b, size_t row, size_t column, mlp_error *err)
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
        const known_label wanted = {mlpi_cursor_span(&cursor, row, column, true, scratch), 0};
        const bool missing = mlpi_cursor_is_missing(&cursor, row, column);
        const known_label *found =
            bsearch(&wanted, e->b->labels, p->label_count, sizeof *e->b->labels, by_bytes);
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
    const size_t each = p->outputs / p->target_count;
    mlpi_run run = {.cursor = {.table = e->b->table}, .column = column};
    for (size_t i = e->first; i < e->end && i < e->fault.i; i++) {
        const double value = mlpi_run_number(&run, row_of(e, i));
        const double scaled = (value - p->targets[t].mean) / p->targets[t].scale;
        if (isnan(value))
            blame(e, i, column, "is not a number, which the target must be");
        else if (p->coding.counts && value < 0.0)
            blame(e, i, column, "is below 0, which a count cannot be");
        else if (!(fabs(scaled) <= (double)FLT_MAX))
            blame(e, i, column, "is too large for the target's scale");
        e->encoded->value[i * p->target_count + t] = value;
        for (size_t q = 0; q < each; q++)
            e->encoded->target[(i * p->target_count + t) * each + q] = (float)scaled;
    }
}

mlp_status mlpi_pipeline_rows_with_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                           size_t *rows, size_t *count, mlp_error *err)
{
    binding b = {.pipeline = pipeline, .table = table};
    mlpi_cursor cursor = {.table = table};
    *count = 0;
    MLPI_TRY(make_binding(&b, true, err));
    for (size_t r = 0; r < table->rows; r++) {
        bool whole = true;
        for (size_t t = 0; t < pipeline->target_count; t++)
            whole = whole && !mlpi_cursor_is_missing(&cursor, r, b.targets[t]);
        if (whole)
            rows[(*count)++] = r;
    }
    release_binding(&b);
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
    (void)thread;
    for (size_t i = 0; i < p->feature_count; i++) {
        const mlpi_feature *feature = &p->features[i];
        (feature->kind == MLPI_NUMERIC ? encode_numbers : encode_categories)(e, feature,
                                                                             e->b->features[i]);
    }
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

static mlp_status encode_rows(const binding *b, const uint32_t *index, bool with_targets,
                              mlp_encoded *encoded, mlp_error *err)
{
    const size_t count = (encoded->rows + ROWS_OF_PIECE - 1) / ROWS_OF_PIECE;
    job j = {with_targets, mlpi_allocate(count, sizeof *j.pieces)};
    mlp_status status = MLP_OK;
    if (j.pieces == NULL)
        return mlpi_fail_memory(err, "the encoded rows");
    for (size_t n = 0; n < count; n++) {
        const size_t first = n * ROWS_OF_PIECE, left = encoded->rows - first;
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
    encoded->x = mlpi_allocate(inputs, sizeof *encoded->x);
    if (!with_targets)
        return encoded->x != NULL;
    encoded->target = mlpi_allocate(outputs, sizeof *encoded->target);
    if (p->task == MLP_TASK_CLASSIFICATION)
        encoded->label = mlpi_allocate(rows, sizeof *encoded->label);
    else
        encoded->value = mlpi_allocate(rows, p->target_count * sizeof *encoded->value);
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
                     "alone takes %zu inputs, and --drop leaves a column out",
                     rows, p->inputs, p->outputs, widest->name, widest->width);
}

mlp_status mlpi_pipeline_apply(const mlpi_pipeline *pipeline, const mlp_table *table,
                               const uint32_t *index, size_t count, bool with_targets,
                               mlp_encoded *encoded, mlp_error *err)
{
    binding b = {.pipeline = pipeline, .table = table};
    mlp_encoded made = {0};
    mlp_status status = make_binding(&b, with_targets, err);
    if (status == MLP_OK && !make_room(pipeline, count, with_targets, &made))
        status = too_much(pipeline, count, err);
    if (status == MLP_OK)
        status = encode_rows(&b, index, with_targets, &made, err);
    release_binding(&b);
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

/* --- what outputs there are ------------------------------------------------------------------- */

size_t mlpi_pipeline_outputs(const mlpi_pipeline *p)
{
    if (p->task == MLP_TASK_CLASSIFICATION)
        return p->coding.single_output ? 1 : p->label_count;
    return p->coding.levels > 0 ? p->target_count * p->coding.levels : p->target_count;
}

size_t mlpi_pipeline_width(const mlpi_pipeline *p)
{
    return p->task == MLP_TASK_CLASSIFICATION ? p->label_count : mlpi_pipeline_outputs(p);
}

void mlpi_pipeline_middle(const mlpi_pipeline *p, const double *predictions, size_t rows,
                          double *values)
{
    const mlpi_coding *c = &p->coding;
    const size_t each = p->outputs / p->target_count;
    size_t middle = 0;
    for (size_t q = 1; q < c->levels; q++)
        if (fabs(c->level[q] - 0.5) < fabs(c->level[middle] - 0.5))
            middle = q;
    for (size_t i = 0; i < rows * p->target_count; i++)
        values[i] = predictions[i * each + middle];
}

/* --- back to labels and units ----------------------------------------------------------------- */

static bool all_finite(const float *y, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(y[k]))
            return false;
    return true;
}

static void fill_nan(double *values, size_t count)
{
    for (size_t k = 0; k < count; k++)
        values[k] = (double)NAN;
}

static double probability(const mlpi_pipeline *p, float y)
{
    if (p->coding.signed_outputs)
        y = 0.5f * (1.0f + y);
    return y < 0.0f ? 0.0 : y > 1.0f ? 1.0 : (double)y;
}

static void invert_classes(const mlpi_pipeline *p, const float *y, double *values)
{
    if (!all_finite(y, p->outputs)) {
        fill_nan(values, p->label_count);
        return;
    }
    if (p->coding.single_output) {
        values[1] = probability(p, y[0]);
        values[0] = 1.0 - values[1];
        return;
    }
    double sum = 0.0;
    for (size_t k = 0; k < p->label_count; k++)
        sum += values[k] = probability(p, y[k]);
    for (size_t k = 0; k < p->label_count; k++)
        values[k] = sum == 0.0 ? 1.0 / (double)p->label_count : values[k] / sum;
}

size_t mlpi_pipeline_label(const mlpi_pipeline *p, const float *y)
{
    if (!all_finite(y, p->outputs))
        return MLP_NO_LABEL;
    if (p->coding.single_output)
        return y[0] > (p->coding.signed_outputs ? 0.0f : 0.5f) ? 1 : 0;
    size_t best = 0;
    for (size_t k = 1; k < p->label_count; k++)
        best = y[k] > y[best] ? k : best;
    return best;
}

/* By insertion: few, and nearly always in order. */
static void sort(double *values, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const double one = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > one; at--)
            values[at] = values[at - 1];
        values[at] = one;
    }
}

/* Predictions are made, and written, in float: what is beyond its range, also only in the units of the
 * target, is none. False for NaN. */
static bool all_are_floats(const double *values, size_t n)
{
    bool all = true;
    for (size_t i = 0; i < n; i++)
        all = all && fabs(values[i]) <= (double)FLT_MAX;
    return all;
}

static void invert_values(const mlpi_pipeline *p, const float *y, double *values)
{
    const size_t each = p->outputs / p->target_count;
    for (size_t k = 0; k < p->outputs; k++) {
        const mlpi_target *target = &p->targets[k / each];
        values[k] = (double)y[k] * target->scale + target->mean;
    }
    for (size_t t = 0; t < p->target_count; t++) {
        if (!all_are_floats(values + t * each, each))
            fill_nan(values + t * each, each);
        sort(values + t * each, each);
    }
}

void mlpi_pipeline_invert(const mlpi_pipeline *pipeline, const float *y, size_t rows,
                          double *values)
{
    const size_t width = mlpi_pipeline_width(pipeline);
    for (size_t r = 0; r < rows; r++, y += pipeline->outputs, values += width) {
        if (pipeline->task == MLP_TASK_CLASSIFICATION)
            invert_classes(pipeline, y, values);
        else
            invert_values(pipeline, y, values);
    }
}

void mlpi_pipeline_encode_values(const mlpi_pipeline *pipeline, const double *values, float *x)
{
    memset(x, 0, pipeline->inputs * sizeof *x);
    for (size_t i = 0; i < pipeline->feature_count; i++) {
        const mlpi_feature *f = &pipeline->features[i];
        float *inputs = x + f->first;
        const double v = values[i];
        if (isnan(v)) {
            if (f->missing_indicator)
                inputs[f->width - 1] = 1.0f;
        } else if (f->kind == MLPI_NUMERIC) {
            inputs[0] = (float)((v - f->mean) / f->scale);
        } else if (v >= 0.0 && v < (double)f->category_count) {
            inputs[(size_t)v] = 1.0f;
        }
    }
}
