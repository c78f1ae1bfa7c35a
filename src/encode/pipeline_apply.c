/* SPDX-License-Identifier: MIT */
/* Applies a pipeline: turns cells into network inputs and targets. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "encode/encoder.h"
#include "threads/threads.h"

/* Whether a row has a value in every target. */
static bool has_targets(const mlpi_binding *b, mlpi_cursor *cursor, size_t row)
{
    bool whole = true;
    for (size_t t = 0; t < b->pipeline->target_count; t++)
        whole = whole && !mlpi_encoder_no_value(cursor, row, b->targets[t], b->target_gaps);
    return whole;
}

mlp_status mlpi_pipeline_rows_with_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                           size_t *rows, size_t *count, mlp_error *err)
{
    mlpi_binding b = {.pipeline = pipeline, .table = table};
    mlpi_cursor cursor = {.table = table};
    *count = 0;
    MLPI_TRY(mlpi_binding_make(&b, true, err));
    for (size_t r = 0; r < table->rows; r++)
        if (has_targets(&b, &cursor, r))
            rows[(*count)++] = r;
    mlpi_binding_release(&b);
    return MLP_OK;
}

mlp_status mlpi_pipeline_row_has_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                         size_t row, bool *has, mlp_error *err)
{
    mlpi_binding b = {.pipeline = pipeline, .table = table};
    mlpi_cursor cursor = {.table = table};
    const mlp_status status = mlpi_binding_make(&b, true, err);
    *has = status == MLP_OK && has_targets(&b, &cursor, row);
    mlpi_binding_release(&b);
    return status == MLP_ERROR_DATA ? MLP_OK : status; /* a column is missing */
}

/* --- all rows -------------------------------------------------------------------------------- */

enum { ROWS_OF_PIECE = 2048 };

typedef struct job {
    mlpi_encoder *pieces;
    mlpi_cells *cells; /* pieces x features */
} job;

static void encode_piece(void *context, size_t number, int thread)
{
    const job *j = context;
    (void)thread;
    mlpi_encoder_run(&j->pieces[number]);
}

static bool make_job(job *j, size_t pieces, size_t features)
{
    j->pieces = mlpi_allocate(pieces, sizeof *j->pieces);
    j->cells = mlpi_allocate(pieces, features * sizeof *j->cells);
    return j->pieces != NULL && j->cells != NULL;
}

static void release_job(job *j)
{
    mlpi_free(j->pieces);
    mlpi_free(j->cells);
}

static void add_cells(const mlpi_encoder *e, mlp_encoded *encoded, mlpi_cells *cells)
{
    for (size_t f = 0; f < e->b->pipeline->feature_count; f++) {
        encoded->missing_cells += e->cells[f].missing;
        encoded->unknown_cells += e->cells[f].unknown;
        if (cells != NULL) {
            cells[f].missing += e->cells[f].missing;
            cells[f].unknown += e->cells[f].unknown;
        }
    }
}

static mlp_status encode_rows(const mlpi_binding *b, const uint32_t *index, size_t from,
                              size_t rows, bool with_targets, mlp_encoded *encoded,
                              mlpi_cells *cells, mlp_error *err)
{
    const size_t count = (rows + ROWS_OF_PIECE - 1) / ROWS_OF_PIECE;
    const size_t features = b->pipeline->feature_count;
    job j = {0};
    mlp_status status = MLP_OK;
    if (!make_job(&j, count, features)) {
        release_job(&j);
        return mlpi_fail_memory(err, "the encoded rows");
    }
    for (size_t n = 0; n < count; n++) {
        const size_t first = from + n * ROWS_OF_PIECE, left = from + rows - first;
        j.pieces[n] = (mlpi_encoder){.b = b,
                                     .index = index,
                                     .with_targets = with_targets,
                                     .encoded = encoded,
                                     .first = first,
                                     .end = first + (left < ROWS_OF_PIECE ? left : ROWS_OF_PIECE),
                                     .cells = j.cells + n * features,
                                     .fault = {.i = SIZE_MAX},
                                     .cursor = {.table = b->table}};
    }
    mlpi_parallel(count > 1 ? mlpi_threads(0) : 1, count, encode_piece, &j);
    for (size_t n = 0; status == MLP_OK && n < count; n++) {
        add_cells(&j.pieces[n], encoded, cells);
        status = mlpi_encoder_status(&j.pieces[n], err);
    }
    release_job(&j);
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

/* Names the column with the most inputs, which needs the most memory. */
static mlp_status too_much(const mlpi_pipeline *p, size_t rows, mlp_error *err)
{
    const mlpi_feature *widest = &p->features[0];
    for (size_t i = 1; i < p->feature_count; i++)
        widest = p->features[i].width > widest->width ? &p->features[i] : widest;
    return mlpi_fail(err, MLP_ERROR_MEMORY,
                     "not enough memory for %zu rows of %zu inputs and %zu outputs; column \"%s\" "
                     "alone becomes %zu inputs, and `drop` leaves a column out of training",
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
                                bool with_targets, mlp_encoded *encoded, mlpi_cells *cells,
                                mlp_error *err)
{
    mlpi_binding b = {.pipeline = pipeline, .table = table};
    MLPI_TRY(mlpi_binding_make(&b, with_targets, err));
    const mlp_status status =
        encode_rows(&b, index, first, count, with_targets, encoded, cells, err);
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
        mlpi_pipeline_encode(pipeline, table, index, 0, count, with_targets, &made, NULL, err);
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
    mlp_status status = MLP_OK;
    for (size_t f = 0; status == MLP_OK && f < features; f++) {
        mlpi_encoder e = {.b = &b, .cursor = {.table = table}};
        for (size_t i = 0; status == MLP_OK && i < count;) {
            double read[MLPI_STRIP];
            const mlpi_strip strip =
                mlpi_strip_take(&e.cursor, index != NULL ? index + i : NULL, i, count - i);
            mlpi_encoder_values(&e, first_feature + f, &strip, read);
            for (size_t k = 0; k < strip.count; k++)
                values[(i + k) * features + f] = read[k];
            i += strip.count;
            status = e.out_of_memory ? mlpi_fail_memory(err, "the values of a column") : MLP_OK;
        }
        mlpi_word_values_release(&e.words);
    }
    mlpi_binding_release(&b);
    return status;
}
