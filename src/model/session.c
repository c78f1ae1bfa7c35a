/* SPDX-License-Identifier: MIT */
/* Sessions: engines and memory that are kept from one batch of predictions to the next. All
 * predictions of many rows are made here. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "engine/ensemble.h"
#include "evaluate/metric_sums.h"
#include "evaluate/metrics.h"
#include "mlp/predictor.h"
#include "model/model.h"
#include "network/layout.h"

enum { MOST_ROWS = 8192, MOST_FLOATS = 1 << 21 }; /* of a piece: rows; inputs or outputs */

struct mlp_session {
    const mlp_model *model;
    mlpi_ensemble *networks;
    size_t rows;       /* the most rows in a piece */
    float *y;          /* outputs of a piece; like the next three members allocated on demand */
    uint32_t *index;   /* numbers of the rows of a piece in their table */
    mlp_encoded room;  /* inputs of a piece and, if requested, its targets */
    mlpi_cells *cells; /* missing and unknown cells of each feature in all rows so far; NULL: none
                          yet */
    bool decides;      /* true: a row gets label `looked_for` exactly if its probability is at least
                          `threshold` */
    size_t looked_for;
    double threshold;
    struct {
        mlpi_answerer answerer; /* NULL: the networks predict */
        void (*release)(void *context);
        void *context;
        double *outputs, *target; /* of one row, to compute its loss */
    } by;
};

mlp_status mlp_session_create(const mlp_model *model, int threads, mlp_session **session,
                              mlp_error *err)
{
    mlp_session *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a session");
    const mlpi_pipeline *p = &model->pipeline;
    const size_t fit = MOST_FLOATS / (p->inputs > p->outputs ? p->inputs : p->outputs);
    made->model = model;
    made->decides = model->decision.known;
    made->looked_for = 1;
    made->threshold = model->decision.threshold;
    made->rows = fit < 1 ? 1 : fit > MOST_ROWS ? MOST_ROWS : fit;
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
    mlpi_free(session->y);
    mlpi_free(session->index);
    mlp_encoded_release(&session->room);
    mlpi_free(session->cells);
    if (session->by.release != NULL)
        session->by.release(session->by.context);
    mlpi_free(session->by.outputs);
    mlpi_free(session->by.target);
    free(session);
}

mlp_status mlp_session_set_threshold(mlp_session *session, size_t label, double threshold,
                                     mlp_error *err)
{
    const mlp_model *model = session->model;
    if (mlp_model_task(model) == MLP_TASK_REGRESSION)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`threshold` decides between two labels; this model predicts a quantity");
    if (mlp_model_label_count(model) != 2)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`threshold` decides between two labels; this model has %zu",
                         mlp_model_label_count(model));
    if (label > 1 || isnan(threshold))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "a threshold must be a number for label 0 or 1, not %g for label %zu",
                         threshold, label);
    session->decides = true;
    session->looked_for = label;
    session->threshold = threshold;
    return MLP_OK;
}

/* --- answers from another source -------------------------------------------------------------- */

mlp_status mlpi_session_answer_by(mlp_session *session, mlpi_answerer answerer,
                                  void (*release)(void *context), void *context, mlp_error *err)
{
    const size_t outputs = session->model->pipeline.outputs;
    double *y = mlpi_allocate(outputs, sizeof *y), *target = mlpi_allocate(outputs, sizeof *target);
    if (y == NULL || target == NULL) {
        mlpi_free(y);
        mlpi_free(target);
        return mlpi_fail_memory(err, "a session");
    }
    session->by.answerer = answerer;
    session->by.release = release;
    session->by.context = context;
    session->by.outputs = y;
    session->by.target = target;
    return MLP_OK;
}

/* The loss of each row, computed from the outputs of the answerer. */
static void losses_of_others(mlp_session *s, const mlpi_batch *batch, double *loss)
{
    const size_t outputs = s->model->pipeline.outputs;
    for (size_t r = 0; r < batch->rows; r++) {
        for (size_t k = 0; k < outputs; k++) {
            s->by.outputs[k] = (double)s->y[r * outputs + k];
            s->by.target[k] = (double)batch->target[r * outputs + k];
        }
        loss[r] = mlpi_loss_of_outputs(s->model->members.network[0], s->by.outputs, s->by.target);
    }
}

void mlp_session_forward(mlp_session *session, const float *x, size_t rows, float *y)
{
    if (session->by.answerer != NULL)
        session->by.answerer(session->by.context, x, rows, y);
    else
        mlpi_ensemble_forward(session->networks, &(mlpi_batch){.x = x, .rows = rows}, y);
}

size_t mlp_session_rows(const mlp_session *session)
{
    return session->rows;
}

/* --- pieces ----------------------------------------------------------------------------------- */

static mlp_status make_room(mlp_session *s, bool with_targets, mlp_error *err)
{
    const mlpi_pipeline *p = &s->model->pipeline;
    if (s->y == NULL)
        s->y = mlpi_reserve(s->rows, p->outputs * sizeof *s->y);
    if (s->index == NULL)
        s->index = mlpi_reserve(s->rows, sizeof *s->index);
    if (s->cells == NULL)
        s->cells = mlpi_allocate(p->feature_count, sizeof *s->cells);
    if (s->y == NULL || s->index == NULL || s->cells == NULL)
        return mlpi_fail_memory(err, "a session");
    if (s->room.x != NULL && (!with_targets || s->room.target != NULL))
        return MLP_OK;
    mlp_encoded_release(&s->room);
    return mlpi_pipeline_reserve(p, s->rows, with_targets, &s->room, err);
}

/* Encodes the rows s->index[0 .. count - 1] of a table into s->room. */
static mlp_status encode(mlp_session *s, const mlp_table *table, size_t count, bool with_targets,
                         mlp_error *err)
{
    s->room.rows = count;
    s->room.missing_cells = s->room.unknown_cells = 0;
    return mlpi_pipeline_encode(&s->model->pipeline, table, s->index, 0, count, with_targets,
                                &s->room, s->cells, err);
}

void mlp_session_cells(const mlp_session *session, size_t c, size_t *missing, size_t *unknown)
{
    *missing = session->cells != NULL ? session->cells[c].missing : 0;
    *unknown = session->cells != NULL ? session->cells[c].unknown : 0;
}

/* Where the predictions for encoded rows are stored. `label` and `loss` may be NULL: not wanted. */
typedef struct answers {
    double *values; /* rows x width */
    size_t *label;  /* classification only */
    double *loss;   /* needs the targets */
} answers;

static size_t decide(const mlp_session *s, const double *probability, size_t usual)
{
    if (usual == MLP_NO_LABEL)
        return usual;
    return probability[s->looked_for] >= s->threshold ? s->looked_for : 1 - s->looked_for;
}

/* Predicts a piece of encoded rows, and computes their losses if these are wanted. */
static void answer(mlp_session *s, const float *x, const float *target, size_t rows, answers to)
{
    const mlpi_pipeline *p = &s->model->pipeline;
    const mlpi_batch batch = {.x = x, .target = target, .rows = rows};
    if (to.loss == NULL || s->by.answerer != NULL)
        mlp_session_forward(s, x, rows, s->y);
    else
        mlpi_ensemble_losses(s->networks, &batch, s->y, to.loss);
    if (to.loss != NULL && s->by.answerer != NULL)
        losses_of_others(s, &batch, to.loss);
    mlpi_pipeline_invert(p, s->y, rows, to.values);
    for (size_t r = 0; to.label != NULL && r < rows; r++)
        to.label[r] = mlpi_pipeline_label(p, s->y + r * p->outputs);
    for (size_t r = 0; to.label != NULL && s->decides && r < rows; r++)
        to.label[r] = decide(s, to.values + 2 * r, to.label[r]);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* --- arrays of values ------------------------------------------------------------------------- */

mlp_status mlp_session_predict_values(mlp_session *s, const double *values, size_t rows,
                                      size_t stride, double *predictions, size_t *labels,
                                      mlp_error *err)
{
    const mlpi_pipeline *p = &s->model->pipeline;
    const size_t width = mlpi_pipeline_width(p);
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    stride = stride > 0 ? stride : p->feature_count;
    MLPI_TRY(make_room(s, false, err));
    for (size_t first = 0; first < rows; first += s->rows) {
        const size_t count = smaller(rows - first, s->rows);
        for (size_t r = 0; r < count; r++)
            mlpi_pipeline_encode_values(p, values + (first + r) * stride,
                                        s->room.x + r * p->inputs);
        answer(s, s->room.x, NULL, count,
               (answers){.values = predictions + first * width,
                         .label = classes && labels != NULL ? labels + first : NULL});
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
    const mlp_outcomes outcomes = {
        .rows = p->rows, .width = p->width, .values = p->values, .predicted = p->label};
    p->unanswered = mlpi_unanswered(&outcomes, &p->first_unanswered);
}

mlp_status mlpi_session_predict(mlp_session *session, const mlp_encoded *encoded, double *loss,
                                mlp_predictions *predictions, mlp_error *err)
{
    mlp_session *s = session;
    mlp_predictions made = {.unknown_cells = encoded->unknown_cells,
                            .missing_cells = encoded->missing_cells};
    MLPI_TRY(make_room(s, false, err));
    if (!make_predictions(&s->model->pipeline, encoded->rows, &made)) {
        mlp_predictions_release(&made);
        return mlpi_fail_memory(err, "the predictions");
    }
    for (size_t first = 0; first < encoded->rows; first += s->rows)
        answer(s, encoded->x + first * encoded->inputs,
               loss != NULL ? encoded->target + first * encoded->outputs : NULL,
               smaller(encoded->rows - first, s->rows),
               (answers){.values = made.values + first * made.width,
                         .label = made.label != NULL ? made.label + first : NULL,
                         .loss = loss != NULL ? loss + first : NULL});
    count_unanswered(&made);
    *predictions = made;
    return MLP_OK;
}

mlp_status mlp_session_predict_encoded(mlp_session *session, const mlp_encoded *encoded,
                                       mlp_predictions *predictions, mlp_error *err)
{
    return mlpi_session_predict(session, encoded, NULL, predictions, err);
}

/* Predicts rows of a table from `first` on: as many as `made` has room for. */
static mlp_status predict_rows(mlp_session *s, const mlp_table *table, size_t first,
                               mlp_predictions *made, mlp_error *err)
{
    for (size_t done = 0; done < made->rows; done += s->rows) {
        const size_t count = smaller(made->rows - done, s->rows);
        for (size_t i = 0; i < count; i++)
            s->index[i] = (uint32_t)(first + done + i);
        MLPI_TRY(encode(s, table, count, false, err));
        made->missing_cells += s->room.missing_cells;
        made->unknown_cells += s->room.unknown_cells;
        answer(s, s->room.x, NULL, count,
               (answers){.values = made->values + done * made->width,
                         .label = made->label != NULL ? made->label + done : NULL});
    }
    return MLP_OK;
}

mlp_status mlp_session_predict_rows(mlp_session *session, const mlp_table *table, size_t first,
                                    size_t count, mlp_predictions *predictions, mlp_error *err)
{
    const size_t rows = mlp_table_rows(table);
    mlp_predictions made = {0};
    if (first > rows || count > rows - first)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there are no %zu rows from row %zu on; %s has %zu", count, first + 1,
                         mlp_table_source(table), rows);
    MLPI_TRY(make_room(session, false, err));
    const mlp_status status = make_predictions(&session->model->pipeline, count, &made)
                                  ? predict_rows(session, table, first, &made, err)
                                  : mlpi_fail_memory(err, "the predictions");
    if (status != MLP_OK) {
        mlp_predictions_release(&made);
        return status;
    }
    count_unanswered(&made);
    *predictions = made;
    return MLP_OK;
}

mlp_status mlp_session_predict(mlp_session *session, const mlp_table *table,
                               mlp_predictions *predictions, mlp_error *err)
{
    return mlp_session_predict_rows(session, table, 0, mlp_table_rows(table), predictions, err);
}

void mlp_predictions_release(mlp_predictions *predictions)
{
    mlpi_free(predictions->values);
    mlpi_free(predictions->label);
    *predictions = (mlp_predictions){0};
}

/* --- evaluation ------------------------------------------------------------------------------- */

/* Predicts and evaluates the encoded piece s->room, whose rows in the table are s->index. Notes the
 * first row without a prediction in *unanswered, unless an earlier piece had one. */
static mlp_status add_predictions(mlp_session *s, const mlp_predictions *room, double *loss,
                                  double *middle, mlp_evaluator *evaluator, size_t *unanswered,
                                  mlp_error *err)
{
    const mlpi_pipeline *p = &s->model->pipeline;
    const size_t levels = p->coding.levels;
    double level[MLPI_MOST_LEVELS];
    size_t first = 0;
    memcpy(level, p->coding.level, sizeof level);
    answer(s, s->room.x, s->room.target, s->room.rows,
           (answers){.values = room->values, .label = room->label, .loss = loss});
    mlp_outcomes outcomes = {.task = p->task,
                             .rows = s->room.rows,
                             .width = room->width / (levels > 0 ? levels : 1),
                             .label = s->room.label,
                             .predicted = room->label,
                             .values = room->values,
                             .truth = s->room.value,
                             .loss = loss,
                             .levels = levels,
                             .level = levels > 0 ? level : NULL};
    if (levels > 0) {
        mlpi_pipeline_middle(p, room->values, s->room.rows, middle);
        outcomes.quantile = room->values;
        outcomes.values = middle;
    }
    if (*unanswered == SIZE_MAX && mlpi_unanswered(&outcomes, &first) > 0)
        *unanswered = s->index[first];
    return mlp_evaluator_add(evaluator, &outcomes, err);
}

static mlp_status evaluate_rows(mlp_session *s, const mlp_table *table, const size_t *rows,
                                size_t count, mlp_evaluator *evaluator, size_t *unanswered,
                                mlp_error *err)
{
    const size_t targets = s->model->pipeline.target_count, most = smaller(count, s->rows);
    mlp_predictions room = {0};
    double *loss = mlpi_allocate(most, sizeof *loss);
    double *middle = mlpi_allocate(most, targets * sizeof *middle);
    mlp_status status =
        loss != NULL && middle != NULL && make_predictions(&s->model->pipeline, most, &room)
            ? MLP_OK
            : mlpi_fail_memory(err, "the outcomes");
    for (size_t done = 0; status == MLP_OK && done < count; done += s->rows) {
        const size_t piece = smaller(count - done, s->rows);
        for (size_t i = 0; i < piece; i++)
            s->index[i] = (uint32_t)rows[done + i];
        status = encode(s, table, piece, true, err);
        if (status == MLP_OK)
            status = add_predictions(s, &room, loss, middle, evaluator, unanswered, err);
    }
    mlp_predictions_release(&room);
    mlpi_free(middle);
    mlpi_free(loss);
    return status;
}

mlp_status mlp_session_evaluate(mlp_session *session, const mlp_table *table,
                                mlp_evaluator *evaluator, size_t *left_out, size_t *unanswered,
                                mlp_error *err)
{
    const size_t all = mlp_table_rows(table);
    size_t count = 0;
    size_t *rows = mlpi_allocate(all, sizeof *rows);
    mlp_status status = rows == NULL ? mlpi_fail_memory(err, "the rows")
                                     : mlpi_pipeline_rows_with_targets(&session->model->pipeline,
                                                                       table, rows, &count, err);
    *unanswered = SIZE_MAX;
    *left_out = all - count;
    mlpi_evaluator_look_for_usual(evaluator, mlpi_pipeline_looked_for(&session->model->pipeline));
    if (status == MLP_OK)
        status = make_room(session, true, err);
    if (status == MLP_OK && count > 0)
        status = evaluate_rows(session, table, rows, count, evaluator, unanswered, err);
    mlpi_free(rows);
    return status;
}

mlp_status mlp_session_judge(mlp_session *session, const mlp_table *table, mlp_evaluator *evaluator,
                             size_t *left_out, size_t *unanswered, mlp_error *err)
{
    return mlp_session_evaluate(session, table, evaluator, left_out, unanswered, err);
}

/* --- a session for one call ------------------------------------------------------------------- */

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
