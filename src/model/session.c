/* SPDX-License-Identifier: MIT */
/* Predicting batch after batch: engines that live on, and what goes around it. All predictions
 * of many rows are made here. */
#include <stdlib.h>

#include "base/base.h"
#include "engine/ensemble.h"
#include "evaluate/metrics.h"
#include "mlp/predictor.h"
#include "model/model.h"

enum { MOST_ROWS = 4096, MOST_FLOATS = 1 << 20 }; /* of inputs, encoded at a time */

struct mlp_session {
    const mlp_model *model;
    mlpi_ensemble *networks;
    size_t rows;  /* that x and y have room for */
    float *x, *y; /* NULL: not needed yet */
};

mlp_status mlp_session_create(const mlp_model *model, int threads, mlp_session **session,
                              mlp_error *err)
{
    mlp_session *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a session");
    made->model = model;
    const mlp_status status = mlpi_ensemble_create(&model->members, threads, &made->networks, err);
    if (status == MLP_OK)
        *session = made;
    else
        mlp_session_free(made);
    return status;
}

void mlp_session_free(mlp_session *session)
{
    if (session == NULL)
        return;
    mlpi_ensemble_free(session->networks);
    mlpi_free(session->x);
    mlpi_free(session->y);
    free(session);
}

void mlp_session_forward(mlp_session *session, const float *x, size_t rows, float *y)
{
    mlpi_ensemble_forward(session->networks, &(mlpi_batch){.x = x, .rows = rows}, y);
}

/* --- arrays of values ------------------------------------------------------------------------- */

static mlp_status make_room(mlp_session *s, mlp_error *err)
{
    const mlpi_pipeline *p = &s->model->pipeline;
    const size_t fit = MOST_FLOATS / (p->inputs > p->outputs ? p->inputs : p->outputs);
    const size_t rows = fit < 1 ? 1 : fit > MOST_ROWS ? MOST_ROWS : fit;
    if (s->x == NULL)
        s->x = mlpi_allocate(rows, p->inputs * sizeof *s->x);
    if (s->y == NULL)
        s->y = mlpi_allocate(rows, p->outputs * sizeof *s->y);
    s->rows = rows;
    return s->x != NULL && s->y != NULL ? MLP_OK : mlpi_fail_memory(err, "a session");
}

mlp_status mlp_session_predict_values(mlp_session *s, const double *values, size_t rows,
                                      size_t stride, double *predictions, size_t *labels,
                                      mlp_error *err)
{
    const mlpi_pipeline *p = &s->model->pipeline;
    const size_t width = mlpi_pipeline_width(p);
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    stride = stride > 0 ? stride : p->feature_count;
    MLPI_TRY(make_room(s, err));
    for (size_t first = 0; first < rows; first += s->rows) {
        const size_t count = rows - first < s->rows ? rows - first : s->rows;
        for (size_t r = 0; r < count; r++)
            mlpi_pipeline_encode_values(p, values + (first + r) * stride, s->x + r * p->inputs);
        mlp_session_forward(s, s->x, count, s->y);
        mlpi_pipeline_invert(p, s->y, count, predictions + first * width);
        for (size_t r = 0; classes && labels != NULL && r < count; r++)
            labels[first + r] = mlpi_pipeline_label(p, s->y + r * p->outputs);
    }
    return MLP_OK;
}

/* --- encoded rows and tables ------------------------------------------------------------------ */

static bool make_predictions(const mlpi_pipeline *p, size_t rows, mlp_predictions *predictions)
{
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    size_t count = 0;
    predictions->rows = rows;
    predictions->width = mlpi_pipeline_width(p);
    if (!mlpi_multiply(rows, predictions->width, &count))
        return false;
    predictions->values = mlpi_allocate(count, sizeof *predictions->values);
    if (classes)
        predictions->label = mlpi_allocate(rows, sizeof *predictions->label);
    return predictions->values != NULL && (!classes || predictions->label != NULL);
}

static void count_unanswered(mlp_predictions *p)
{
    const mlp_outcomes answers = {
        .rows = p->rows, .width = p->width, .values = p->values, .predicted = p->label};
    p->unanswered = mlpi_unanswered(&answers, &p->first_unanswered);
}

static void fill(mlp_session *s, const mlp_encoded *encoded, float *y, double *loss,
                 mlp_predictions *made)
{
    const mlpi_pipeline *p = &s->model->pipeline;
    const mlpi_batch batch = {.x = encoded->x, .target = encoded->target, .rows = encoded->rows};
    if (loss != NULL)
        mlpi_ensemble_losses(s->networks, &batch, y, loss);
    else
        mlp_session_forward(s, encoded->x, encoded->rows, y);
    mlpi_pipeline_invert(p, y, encoded->rows, made->values);
    for (size_t r = 0; made->label != NULL && r < made->rows; r++)
        made->label[r] = mlpi_pipeline_label(p, y + r * encoded->outputs);
    count_unanswered(made);
}

mlp_status mlpi_session_predict(mlp_session *session, const mlp_encoded *encoded, double *loss,
                                mlp_predictions *predictions, mlp_error *err)
{
    mlp_predictions made = {.unknown_cells = encoded->unknown_cells,
                            .missing_cells = encoded->missing_cells};
    float *y = mlpi_allocate(encoded->rows, encoded->outputs * sizeof *y);
    if (y == NULL || !make_predictions(&session->model->pipeline, encoded->rows, &made)) {
        mlpi_free(y);
        mlp_predictions_release(&made);
        return mlpi_fail_memory(err, "the predictions");
    }
    fill(session, encoded, y, loss, &made);
    mlpi_free(y);
    *predictions = made;
    return MLP_OK;
}

mlp_status mlp_session_predict_encoded(mlp_session *session, const mlp_encoded *encoded,
                                       mlp_predictions *predictions, mlp_error *err)
{
    return mlpi_session_predict(session, encoded, NULL, predictions, err);
}

mlp_status mlp_session_predict(mlp_session *session, const mlp_table *table,
                               mlp_predictions *predictions, mlp_error *err)
{
    mlp_encoded encoded;
    MLPI_TRY(mlp_model_encode(session->model, table, false, &encoded, err));
    const mlp_status status = mlpi_session_predict(session, &encoded, NULL, predictions, err);
    mlp_encoded_release(&encoded);
    return status;
}

void mlp_predictions_release(mlp_predictions *predictions)
{
    mlpi_free(predictions->values);
    mlpi_free(predictions->label);
    *predictions = (mlp_predictions){0};
}

/* --- once ------------------------------------------------------------------------------------- */

mlp_status mlp_model_forward(const mlp_model *model, const float *x, size_t rows, int threads,
                             float *y, mlp_error *err)
{
    mlp_session *session = NULL;
    MLPI_TRY(mlp_session_create(model, threads, &session, err));
    mlp_session_forward(session, x, rows, y);
    mlp_session_free(session);
    return MLP_OK;
}

mlp_status mlpi_model_predict(const mlp_model *model, const mlp_encoded *encoded, int threads,
                              double *loss, mlp_predictions *predictions, mlp_error *err)
{
    mlp_session *session = NULL;
    MLPI_TRY(mlp_session_create(model, threads, &session, err));
    const mlp_status status = mlpi_session_predict(session, encoded, loss, predictions, err);
    mlp_session_free(session);
    return status;
}

mlp_status mlp_model_predict_encoded(const mlp_model *model, const mlp_encoded *encoded,
                                     int threads, mlp_predictions *predictions, mlp_error *err)
{
    return mlpi_model_predict(model, encoded, threads, NULL, predictions, err);
}

mlp_status mlp_model_predict(const mlp_model *model, const mlp_table *table, int threads,
                             mlp_predictions *predictions, mlp_error *err)
{
    mlp_session *session = NULL;
    MLPI_TRY(mlp_session_create(model, threads, &session, err));
    const mlp_status status = mlp_session_predict(session, table, predictions, err);
    mlp_session_free(session);
    return status;
}
