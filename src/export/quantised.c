/* SPDX-License-Identifier: MIT */
/* Quantises a model with rows that show how large its numbers become, and predicts with the integer
 * networks. */
#include "export/quantised.h"

#include <math.h>

#include "base/base.h"
#include "threads/threads.h"

/* --- quantising ------------------------------------------------------------------------------- */

mlp_status mlpi_quantise_model(const mlp_model *model, const mlp_table *rows, int bits,
                               mlpi_quantised *q, mlp_error *err)
{
    const size_t all = rows != NULL ? mlp_table_rows(rows) : 0;
    const size_t taken = all < MLPI_CALIBRATION_ROWS ? all : MLPI_CALIBRATION_ROWS;
    uint32_t index[MLPI_CALIBRATION_ROWS];
    mlp_encoded encoded;
    *q = (mlpi_quantised){0};
    if (taken == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "integers need `rows` like those that the model will see, to set the "
                         "ranges of its numbers");
    for (size_t i = 0; i < taken; i++)
        index[i] = (uint32_t)(i * all / taken);
    MLPI_TRY(mlpi_pipeline_apply(&model->pipeline, rows, index, taken, false, &encoded, err));
    const mlp_status status = mlpi_quantise(&model->members, encoded.x, taken, bits, q, err);
    mlp_encoded_release(&encoded);
    return status;
}

/* --- sessions --------------------------------------------------------------------------------- */

enum { AT_ONCE = 64 }; /* rows of a piece of work */

typedef struct scratch {
    int16_t *inputs, *room;
    int32_t *integers;
    double *sum;
} scratch;

typedef struct answering {
    const mlpi_quantised *q;
    mlpi_quantised own;
    int threads;
    scratch *of; /* of each thread */
} answering;

static void release(void *context)
{
    answering *a = context;
    for (int t = 0; a->of != NULL && t < a->threads; t++) {
        mlpi_free(a->of[t].inputs);
        mlpi_free(a->of[t].room);
        mlpi_free(a->of[t].integers);
        mlpi_free(a->of[t].sum);
    }
    mlpi_free(a->of);
    mlpi_quantised_release(&a->own);
    mlpi_free(a);
}

static bool make_scratch(answering *a)
{
    a->of = mlpi_allocate((size_t)a->threads, sizeof *a->of);
    for (int t = 0; a->of != NULL && t < a->threads; t++) {
        scratch *one = &a->of[t];
        one->inputs = mlpi_allocate(a->q->inputs, sizeof *one->inputs);
        one->room = mlpi_allocate(2 * a->q->widest, sizeof *one->room);
        one->integers = mlpi_allocate(a->q->outputs, sizeof *one->integers);
        one->sum = mlpi_allocate(a->q->outputs, sizeof *one->sum);
        if (one->inputs == NULL || one->room == NULL || one->integers == NULL || one->sum == NULL)
            return false;
    }
    return a->of != NULL;
}

typedef struct work {
    const answering *a;
    const float *x;
    float *y;
    size_t rows;
} work;

static bool all_finite(const float *x, size_t count)
{
    for (size_t j = 0; j < count; j++)
        if (!isfinite(x[j]))
            return false;
    return true;
}

static void answer_piece(void *context, size_t i, int thread)
{
    const work *w = context;
    const mlpi_quantised *q = w->a->q;
    const scratch *s = &w->a->of[thread];
    const size_t end = (i + 1) * AT_ONCE < w->rows ? (i + 1) * AT_ONCE : w->rows;
    for (size_t r = i * AT_ONCE; r < end; r++) {
        const float *x = w->x + r * q->inputs;
        float *y = w->y + r * q->outputs;
        mlpi_quantised_inputs(q, x, s->inputs);
        mlpi_quantised_outputs(q, s->inputs, s->room, s->integers, s->sum, y);
        for (size_t k = 0; k < q->outputs && !all_finite(x, q->inputs); k++)
            y[k] = NAN;
    }
}

static void answer(void *context, const float *x, size_t rows, float *y)
{
    const answering *a = context;
    work w = {a, x, y, rows};
    const size_t pieces = (rows + AT_ONCE - 1) / AT_ONCE;
    mlpi_parallel(pieces > 1 ? a->threads : 1, pieces, answer_piece, &w);
}

mlp_status mlpi_quantised_session(const mlp_model *model, mlpi_quantised *q, bool own, int threads,
                                  mlp_session **session, mlp_error *err)
{
    answering *a = mlpi_allocate(1, sizeof *a);
    mlp_session *made = NULL;
    if (a == NULL) {
        if (own)
            mlpi_quantised_release(q);
        return mlpi_fail_memory(err, "a session");
    }
    a->threads = mlpi_threads(threads);
    a->q = q;
    if (own) {
        a->own = *q;
        a->q = &a->own;
        *q = (mlpi_quantised){0};
    }
    mlp_status status = make_scratch(a) ? MLP_OK : mlpi_fail_memory(err, "a session of integers");
    if (status == MLP_OK)
        status = mlp_session_create(model, threads, &made, err);
    if (status == MLP_OK)
        status = mlpi_session_answer_by(made, answer, release, a, err);
    if (status == MLP_OK) {
        *session = made;
        return MLP_OK;
    }
    mlp_session_free(made);
    release(a);
    return status;
}
