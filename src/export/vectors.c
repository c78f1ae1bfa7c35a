/* SPDX-License-Identifier: MIT */
/* Test vectors. How far another program may differ is measured: the library's float outputs differ
 * from those of the same networks in double by the rounding errors of float in these rows; a
 * program that adds in another order may be off by a few times as much. Networks in integers
 * compute the same everywhere, but another program may round an input up that the library rounds
 * down: inputs that are changed by a few float places show how far such rounding moves the
 * outputs. */
#include "export/vectors.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "mlp/predictor.h"
#include "network/temperature.h"

enum { FROM_TABLE = 48, MADE = 16, TIMES = 8, LAST_PLACES = 4 };
/* A row where float and double differ by more proves nothing: a step function has jumped. */
static const double MOST_APART = 1e-3;
/* The same limit for integers. The inputs are changed DRAWS times, each input by OFF times its
 * value, up or down. */
static const double MOST_APART_INTEGERS = 1e-2;
static const float OFF = 8.0f * FLT_EPSILON;
enum { DRAWS = 8, TIMES_INTEGERS = 2 };

/* Objects and memory to predict one row at a time. */
typedef struct maker {
    const mlp_model *model;
    const mlp_conformal *conformal;
    mlp_predictor *predictor;
    mlp_session *session;                     /* predicts the label */
    float *x, *y, *exact, *moved, *workspace; /* exact: outputs to compare y with; moved: y changed
                                                 by the bound */
    double *reference, *room;
    mlpi_quantised *integers; /* NULL: the networks compute in float */
    float *near_x;
    int16_t *rounded, *nearby, *units;
    int32_t *sums;
    bool *set; /* for each label: whether the set holds it */
    double places;
    double apart; /* the largest relative difference of outputs in any row */
} maker;

/* --- rows ------------------------------------------------------------------------------------- */

/* A value of a column of numbers: its transform's low, middle or high value for `at` = 0, 1 or 2,
 * and values between these for fractions. */
static double made_number(const mlpi_feature *f, double at)
{
    double range[3];
    mlpi_transform_range(f->transform, &f->fitted, range);
    const double value = at <= 1.0 ? range[0] + (range[1] - range[0]) * at
                                   : range[1] + (range[2] - range[1]) * (at - 1);
    return isfinite(value) ? value : f->fill;
}

/* How many different numbers the texts of a column can become. */
static double codes(const mlpi_feature *f)
{
    return f->transform->levels != NULL
               ? (double)f->fitted.level_count
               : 2.0 * (double)mlpi_transform_width(f->transform, &f->fitted);
}

/* Rows 0 to 4 hold missing, low, middle, high and unknown values, as far as the column has them;
 * all other values are random, and seldom missing. */
static double made_value(const mlpi_feature *f, size_t row, mlpi_random *random)
{
    enum { NOTHING, MOST = 3, UNKNOWN, SELDOM = 8 };
    const double draw = mlpi_random_uniform(random);
    const bool seldom = row > UNKNOWN && mlpi_random_below(random, SELDOM) == 0;
    if (row == NOTHING || seldom)
        return (double)NAN;
    if (mlpi_feature_is_numeric(f))
        return made_number(f, row <= MOST ? (double)(row - 1) : 2.0 * draw);
    return row == UNKNOWN || codes(f) == 0.0 ? MLPI_UNKNOWN_LEVEL : floor(draw * codes(f));
}

static void make_rows(const mlpi_pipeline *p, double *values)
{
    mlpi_random random = mlpi_random_init(1, MLPI_STREAM_ORDER);
    for (size_t r = 0; r < MADE; r++)
        for (size_t f = 0; f < p->feature_count; f++)
            values[r * p->feature_count + f] = made_value(&p->features[f], r, &random);
}

/* Takes `count` rows of the table, evenly spaced. */
static mlp_status take_rows(const mlpi_pipeline *p, const mlp_table *table, size_t count,
                            double *values, mlp_error *err)
{
    uint32_t index[FROM_TABLE];
    for (size_t i = 0; i < count; i++)
        index[i] = (uint32_t)(i * mlp_table_rows(table) / count);
    return mlpi_pipeline_values(p, 0, p->feature_count, table, index, count, values, err);
}

/* --- outputs ---------------------------------------------------------------------------------- */

static mlp_status in_double(const maker *m, mlp_error *err)
{
    const size_t outputs = m->model->pipeline.outputs, inputs = m->model->pipeline.inputs;
    double *sum = m->room, *x = m->reference;
    memset(sum, 0, outputs * sizeof *sum);
    for (size_t i = 0; i < inputs; i++)
        x[i] = (double)m->x[i];
    for (size_t n = 0; n < m->model->members.count; n++) {
        const mlp_network *network = m->model->members.network[n];
        mlp_trace *trace = NULL;
        MLPI_TRY(mlp_trace_create(network, &trace, err));
        mlp_reference_pattern(network, NULL, x, NULL, trace);
        for (size_t k = 0; k < outputs; k++)
            sum[k] += m->model->members.weight[n] * trace->y[trace->layers][k];
        mlp_trace_free(trace);
    }
    for (size_t k = 0; k < outputs; k++)
        m->exact[k] = (float)sum[k];
    if (m->model->members.temperature > 0.0)
        mlpi_temper(m->model->members.temperature, outputs, m->exact, 1);
    return MLP_OK;
}

/* Sets `exact` to the outputs of the integer networks for inputs that are changed by a few float
 * places. */
static void in_nearby(const maker *m, mlpi_random *random)
{
    const mlpi_quantised *q = m->integers;
    for (size_t j = 0; j < q->inputs; j++)
        m->near_x[j] = m->x[j] * (mlpi_random_below(random, 2) == 0 ? 1.0f + OFF : 1.0f - OFF);
    mlpi_quantised_inputs(q, m->near_x, m->nearby);
    mlpi_quantised_outputs(q, m->nearby, m->units, m->sums, m->room, m->exact);
}

/* The largest relative difference between y and `exact`; NaN: the row has no prediction. */
static double apart(const maker *m)
{
    double most = 0.0;
    for (size_t i = 0; i < m->model->pipeline.inputs; i++)
        most += (double)(m->x[i] - m->x[i]);
    for (size_t k = 0; k < m->model->pipeline.outputs; k++) {
        const double y = (double)m->y[k], one = fabs(y - (double)m->exact[k]) / (1.0 + fabs(y));
        most = one <= most ? most : one; /* keeps NaN */
    }
    return most;
}

/* The largest relative difference of a row: for integers over all draws, for floats against the
 * networks in double. */
static mlp_status find_apart(const maker *m, mlpi_random *random, double *off, mlp_error *err)
{
    if (m->integers == NULL) {
        MLPI_TRY(in_double(m, err));
        *off = apart(m);
        return MLP_OK;
    }
    *off = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        in_nearby(m, random);
        const double one = apart(m);
        *off = one <= *off ? *off : one;
    }
    return MLP_OK;
}

/* --- answers ---------------------------------------------------------------------------------- */

static bool classes(const maker *m)
{
    return m->model->pipeline.task == MLP_TASK_CLASSIFICATION;
}

static mlp_predictions prediction_of(const maker *m, double *values, size_t *label)
{
    return (mlp_predictions){
        .rows = 1, .width = mlp_model_width(m->model), .values = values, .label = label};
}

/* Converts outputs y into the numbers of a test vector: the prediction and the ends of
 * intervals. */
static void numbers_of(const maker *m, const float *y, double *numbers)
{
    const size_t width = mlp_model_width(m->model), targets = m->model->pipeline.target_count;
    mlpi_pipeline_invert(&m->model->pipeline, y, 1, numbers);
    if (m->conformal == NULL || classes(m))
        return;
    const mlp_predictions one = prediction_of(m, numbers, NULL);
    mlp_conformal_intervals(m->conformal, &one, numbers + width, numbers + width + targets);
}

/* Widens the bounds to cover the numbers of outputs that are higher, or lower (`sign` -1), by what
 * v->unit allows. */
static void widen(const maker *m, const mlpi_vectors *v, double sign, const double *answer,
                  double *bound)
{
    for (size_t k = 0; k < m->model->pipeline.outputs; k++) {
        const double y = (double)m->y[k];
        m->moved[k] = (float)(y + sign * v->unit * (1.0 + fabs(y)));
    }
    numbers_of(m, m->moved, m->room);
    for (size_t k = 0; k < v->numbers; k++) {
        const double off = fabs(m->room[k] - answer[k]) + 4.0 * DBL_EPSILON * fabs(answer[k]);
        bound[k] = off <= bound[k] ? bound[k] : off;
    }
}

/* Probabilities are outputs divided by their sum S. If each of n outputs is off by at most b, then
 * p is off by at most b / S + n p b / S. */
static void bound_classes(const maker *m, const mlpi_vectors *v, const double *answer,
                          double *bound)
{
    const mlpi_pipeline *p = &m->model->pipeline;
    double sum = 0.0;
    for (size_t k = 0; k < p->outputs; k++) {
        const double y = p->coding.signed_outputs ? 0.5 * (1.0 + (double)m->y[k]) : (double)m->y[k];
        sum += fmin(fmax(y, 0.0), 1.0);
    }
    const bool one = p->coding.single_output;
    for (size_t k = 0; k < p->label_count; k++)
        bound[k] = 2.0 * v->unit * (one ? 1.0 : (1.0 + (double)p->outputs * answer[k]) / sum);
}

static bool all_finite(const double *numbers, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(numbers[k]))
            return false;
    return true;
}

/* Whether another label is possible within the bounds: one that may be as likely, or the one on the
 * other side of the threshold. */
static bool is_close(const maker *m, size_t label, const double *answer, const double *bound)
{
    const mlpi_decision *d = &m->model->decision;
    if (d->known)
        return fabs(answer[1] - d->threshold) <= bound[1];
    for (size_t k = 0; k < m->model->pipeline.label_count; k++)
        if (k != label && answer[k] + bound[k] >= answer[label] - bound[label])
            return true;
    return false;
}

/* The label that the row gets; MLP_NO_LABEL if another one is possible within the bounds. */
static mlp_status sure_label(const maker *m, const double *row, const double *answer,
                             const double *bound, size_t *label, mlp_error *err)
{
    MLPI_TRY(mlp_session_predict_values(m->session, row, 1, 0, m->room, label, err));
    if (*label != MLP_NO_LABEL && is_close(m, *label, answer, bound))
        *label = MLP_NO_LABEL;
    return MLP_OK;
}

/* Sets holds[k] to whether the set holds label k; -1 if label k, or the label of the row, is too
 * close to call. */
static void sure_set(const maker *m, size_t label, double *answer, const double *bound,
                     signed char *holds)
{
    const size_t labels = m->model->pipeline.label_count;
    bool set[3];
    for (size_t k = 0; k < labels; k++) {
        const double kept = answer[k];
        for (int i = 0; i < 3; i++) {
            const mlp_predictions one = prediction_of(m, answer, &label);
            answer[k] = kept + (i - 1) * bound[k];
            mlp_conformal_sets(m->conformal, &one, m->set);
            set[i] = m->set[k];
        }
        answer[k] = kept;
        holds[k] = (signed char)set[1];
        if (set[0] != set[2] || label == MLP_NO_LABEL)
            holds[k] = -1;
    }
}

/* --- all rows --------------------------------------------------------------------------------- */

static mlp_status open_maker(maker *m, mlp_error *err)
{
    const mlpi_pipeline *p = &m->model->pipeline;
    const size_t most = p->inputs + p->outputs + 3 * p->target_count + mlp_model_width(m->model);
    MLPI_TRY(mlp_predictor_create_model(m->model, &m->predictor, err));
    MLPI_TRY(m->integers != NULL
                 ? mlpi_quantised_session(m->model, m->integers, false, 1, &m->session, err)
                 : mlp_session_create(m->model, 1, &m->session, err));
    m->x = mlpi_allocate(p->inputs, sizeof *m->x);
    m->y = mlpi_allocate(p->outputs, sizeof *m->y);
    m->exact = mlpi_allocate(p->outputs, sizeof *m->exact);
    m->moved = mlpi_allocate(p->outputs, sizeof *m->moved);
    m->workspace = mlpi_allocate(mlp_predictor_workspace(m->predictor), sizeof *m->workspace);
    m->reference = mlpi_allocate(p->inputs, sizeof *m->reference);
    m->room = mlpi_allocate(most, sizeof *m->room);
    m->set = mlpi_allocate(p->label_count, sizeof *m->set);
    const size_t units = m->integers != NULL ? m->integers->widest : 0;
    m->rounded = mlpi_allocate(p->inputs, sizeof *m->rounded);
    m->near_x = mlpi_allocate(p->inputs, sizeof *m->near_x);
    m->nearby = mlpi_allocate(p->inputs, sizeof *m->nearby);
    m->units = mlpi_allocate(2 * units, sizeof *m->units);
    m->sums = mlpi_allocate(p->outputs, sizeof *m->sums);
    return m->x != NULL && m->y != NULL && m->exact != NULL && m->moved != NULL &&
                   m->workspace != NULL && m->reference != NULL && m->room != NULL &&
                   m->set != NULL && m->rounded != NULL && m->near_x != NULL && m->nearby != NULL &&
                   m->units != NULL && m->sums != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "test vectors");
}

static void close_maker(maker *m)
{
    mlp_predictor_free(m->predictor);
    mlp_session_free(m->session);
    mlpi_free(m->x);
    mlpi_free(m->y);
    mlpi_free(m->exact);
    mlpi_free(m->moved);
    mlpi_free(m->workspace);
    mlpi_free(m->reference);
    mlpi_free(m->room);
    mlpi_free(m->set);
    mlpi_free(m->rounded);
    mlpi_free(m->near_x);
    mlpi_free(m->nearby);
    mlpi_free(m->units);
    mlpi_free(m->sums);
}

static void run(const maker *m, const double *values)
{
    mlp_model_encode_values(m->model, values, m->x);
    if (m->integers != NULL) {
        mlpi_quantised_inputs(m->integers, m->x, m->rounded);
        mlpi_quantised_outputs(m->integers, m->rounded, m->units, m->sums, m->room, m->y);
        return;
    }
    mlp_predictor_run(m->predictor, m->x, m->y, m->workspace);
}

/* Measures how far other programs may be off, and sets v->unit. Drops rows without a prediction,
 * and those that prove nothing. */
static mlp_status measure(maker *m, mlpi_vectors *v, mlp_error *err)
{
    const bool integers = m->integers != NULL;
    mlpi_random random = mlpi_random_init(2, MLPI_STREAM_ORDER);
    size_t kept = 0;
    for (size_t r = 0; r < v->rows; r++) {
        const double *const row = v->value + r * v->columns;
        double off = 0.0;
        run(m, row);
        MLPI_TRY(find_apart(m, &random, &off, err));
        if (!(off <= (integers ? MOST_APART_INTEGERS : MOST_APART)))
            continue;
        m->apart = off > m->apart ? off : m->apart;
        memmove(v->value + kept++ * v->columns, row, v->columns * sizeof *row);
    }
    v->rows = kept;
    v->unit = (integers ? TIMES_INTEGERS : TIMES) * m->apart +
              (LAST_PLACES + m->places) * (double)FLT_EPSILON;
    return MLP_OK;
}

/* Stores the prediction and the bounds of `row` as those of test row r. */
static mlp_status answer_row(const maker *m, mlpi_vectors *v, const double *row, size_t r,
                             mlp_error *err)
{
    double *answer = v->answer + r * v->numbers, *bound = v->bound + r * v->numbers;
    memset(bound, 0, v->numbers * sizeof *bound);
    run(m, row);
    numbers_of(m, m->y, answer);
    if (!classes(m)) {
        widen(m, v, 1.0, answer, bound);
        widen(m, v, -1.0, answer, bound);
        return MLP_OK;
    }
    bound_classes(m, v, answer, bound);
    MLPI_TRY(sure_label(m, row, answer, bound, &v->label[r], err));
    if (m->conformal != NULL)
        sure_set(m, v->label[r], answer, bound, v->holds + r * mlp_model_label_count(m->model));
    return MLP_OK;
}

/* Drops rows with a prediction or bound that is not finite. */
static mlp_status answer_rows(const maker *m, mlpi_vectors *v, mlp_error *err)
{
    size_t kept = 0;
    for (size_t r = 0; r < v->rows; r++) {
        const double *const row = v->value + r * v->columns;
        MLPI_TRY(answer_row(m, v, row, kept, err));
        if (all_finite(v->answer + kept * v->numbers, v->numbers) &&
            all_finite(v->bound + kept * v->numbers, v->numbers))
            memmove(v->value + kept++ * v->columns, row, v->columns * sizeof *row);
    }
    v->rows = kept;
    return MLP_OK;
}

static mlp_status fill(maker *m, const mlp_table *table, mlpi_vectors *v, mlp_error *err)
{
    const mlpi_pipeline *p = &m->model->pipeline;
    const size_t width = mlp_model_width(m->model);
    const size_t all = table != NULL ? mlp_table_rows(table) : 0;
    const size_t taken = all < FROM_TABLE ? all : FROM_TABLE;
    v->rows = MADE + taken;
    v->columns = p->feature_count;
    v->numbers = width + (m->conformal != NULL && !classes(m) ? 2 * p->target_count : 0);
    v->value = mlpi_allocate(v->rows, v->columns * sizeof *v->value);
    v->answer = mlpi_allocate(v->rows, v->numbers * sizeof *v->answer);
    v->bound = mlpi_allocate(v->rows, v->numbers * sizeof *v->bound);
    v->label = mlpi_allocate(v->rows, sizeof *v->label);
    v->holds = mlpi_allocate(v->rows, p->label_count);
    if (v->value == NULL || v->answer == NULL || v->bound == NULL || v->label == NULL ||
        v->holds == NULL)
        return mlpi_fail_memory(err, "test vectors");
    make_rows(p, v->value);
    if (taken > 0)
        MLPI_TRY(take_rows(p, table, taken, v->value + MADE * v->columns, err));
    MLPI_TRY(measure(m, v, err));
    MLPI_TRY(answer_rows(m, v, err));
    return v->rows > 0
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "no row has a prediction that another program is sure to reproduce, so "
                           "a self-test would prove nothing; give other `rows`, or another model");
}

mlp_status mlpi_vectors_make(const mlp_model *model, const mlp_table *table,
                             const mlp_conformal *conformal, mlpi_quantised *integers,
                             double places, mlpi_vectors *vectors, mlp_error *err)
{
    maker m = {.model = model, .conformal = conformal, .integers = integers, .places = places};
    *vectors = (mlpi_vectors){0};
    mlp_status status = open_maker(&m, err);
    if (status == MLP_OK)
        status = fill(&m, table, vectors, err);
    close_maker(&m);
    return status;
}

void mlpi_vectors_release(mlpi_vectors *vectors)
{
    mlpi_free(vectors->value);
    mlpi_free(vectors->answer);
    mlpi_free(vectors->bound);
    mlpi_free(vectors->label);
    mlpi_free(vectors->holds);
    *vectors = (mlpi_vectors){0};
}
