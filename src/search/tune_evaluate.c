/* SPDX-License-Identifier: MIT */
/* The last comparison: the best options against the defaults, on rows that neither training nor
 * selection saw. Both train several times from different initial weights, so that neither wins by
 * luck, and are compared row by row: a hard row is hard for both, which cancels out in the
 * difference. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/bootstrap.h"
#include "evaluate/metric_sums.h"
#include "search/tuner.h"
#include "threads/threads.h"

static const double LEAST_PROBABILITY = 1e-15;

typedef struct contest {
    mlpi_tuner *tuner;
    const mlpi_trial *sides[2];            /* best, defaults */
    mlp_outcomes made[2][MLPI_TUNE_SEEDS]; /* on the rows held out */
    size_t looked_for[2][MLPI_TUNE_SEEDS]; /* of two labels, the one that the model looks for */
    mlp_status status[2][MLPI_TUNE_SEEDS];
    mlp_error failure[2][MLPI_TUNE_SEEDS];
} contest;

/* Does training run i of 2 * MLPI_TUNE_SEEDS: side i % 2 with seed i / 2. */
static mlp_status train(const contest *c, size_t i, mlp_model **model, mlp_error *err)
{
    mlp_train_options options = c->sides[i % 2]->options;
    size_t epochs = 0;
    bool cut = false;
    options.seed += i / 2;
    MLPI_TRY(mlpi_tuner_train(c->tuner, c->tuner->whole.training, &options, MLPI_TUNE_LEVELS - 1,
                              model, &epochs, &cut, err));
    return cut ? MLP_ERROR_INTERRUPTED : MLP_OK;
}

/* Keeps the model's outcomes on the rows held out, and frees the model. */
static mlp_status answer(contest *c, size_t i, mlp_model *model, mlp_error *err)
{
    const mlp_status status =
        mlp_model_outcomes(model, c->tuner->whole.evaluated, 1, &c->made[i % 2][i / 2], err);
    c->looked_for[i % 2][i / 2] = mlp_model_looked_for(model);
    mlp_model_free(model);
    return status;
}

static void train_one(void *context, size_t i, int thread)
{
    contest *c = context;
    mlp_model *model = NULL;
    mlp_error *err = &c->failure[i % 2][i / 2];
    (void)thread;
    const mlp_status status = train(c, i, &model, err);
    c->status[i % 2][i / 2] = status == MLP_OK ? answer(c, i, model, err) : status;
}

/* With a job, the models are its cells. */
static mlp_status make_cell(void *context, size_t i, mlpi_result *made, mlp_error *err)
{
    mlp_model *model = NULL;
    MLPI_TRY(train(context, i, &model, err));
    const mlp_status status = mlp_model_save_memory(model, &made->bytes, &made->size, err);
    mlp_model_free(model);
    return status;
}

static mlp_status take_cell(void *context, size_t i, const mlpi_result *found, mlp_error *err)
{
    mlp_model *model = NULL;
    MLPI_TRY(mlp_model_load_memory(found->bytes, found->size, "a model of the job", &model, err));
    return answer(context, i, model, err);
}

static mlp_status share_all(contest *c, mlp_error *err)
{
    size_t number[2 * MLPI_TUNE_SEEDS];
    for (size_t i = 0; i < 2 * MLPI_TUNE_SEEDS; i++)
        number[i] = c->sides[i % 2]->number * MLPI_TUNE_SEEDS + i / 2;
    return mlpi_tuner_share(c->tuner, "held out", number, 2 * MLPI_TUNE_SEEDS, make_cell, take_cell,
                            c, err);
}

static size_t rows_of(const contest *c)
{
    return c->made[0][0].rows;
}

/* --- errors of the rows ----------------------------------------------------------------------- */

/* The mean over the seeds of -ln p of the true label. */
static double row_log_loss(const contest *c, size_t side, size_t row)
{
    double sum = 0.0;
    for (size_t s = 0; s < MLPI_TUNE_SEEDS; s++) {
        const mlp_outcomes *p = &c->made[side][s];
        sum -= log(fmax(p->values[row * p->width + p->label[row]], LEAST_PROBABILITY));
    }
    return sum / MLPI_TUNE_SEEDS;
}

static double accuracy(const contest *c, size_t side)
{
    double right = 0.0;
    for (size_t s = 0; s < MLPI_TUNE_SEEDS; s++)
        for (size_t r = 0; r < rows_of(c); r++)
            right += c->made[side][s].predicted[r] == c->made[side][s].label[r];
    return right / (double)(rows_of(c) * MLPI_TUNE_SEEDS);
}

/* The mean over the seeds of the squared error of a target. */
static double row_squares(const contest *c, size_t side, size_t row, size_t target)
{
    double sum = 0.0;
    for (size_t s = 0; s < MLPI_TUNE_SEEDS; s++) {
        const mlp_outcomes *p = &c->made[side][s];
        const double e = p->values[row * p->width + target] - p->truth[row * p->width + target];
        sum += e * e;
    }
    return sum / MLPI_TUNE_SEEDS;
}

static double rmse(const contest *c, size_t side, size_t target)
{
    double sum = 0.0;
    for (size_t r = 0; r < rows_of(c); r++)
        sum += row_squares(c, side, r, target);
    return sqrt(sum / (double)rows_of(c));
}

/* --- gain and its standard error -------------------------------------------------------------- */

/* Standard error of the mean of n values, from their sum and their sum of squares. */
static double standard_error(double sum, double squares, double n)
{
    const double mean = sum / n;
    return sqrt(fmax(squares / n - mean * mean, 0.0) / (n - 1.0));
}

static void compare_labels(const contest *c, mlp_tune_comparison *to)
{
    double sum = 0.0, squares = 0.0, best = 0.0;
    for (size_t r = 0; r < rows_of(c); r++) {
        const double one = row_log_loss(c, 0, r), difference = row_log_loss(c, 1, r) - one;
        best += one;
        sum += difference;
        squares += difference * difference;
    }
    const double n = (double)rows_of(c);
    to->best = best / n;
    to->gain = sum / n;
    to->defaults = to->best + to->gain;
    to->standard_error = standard_error(sum, squares, n);
    to->best_accuracy = accuracy(c, 0);
    to->defaults_accuracy = accuracy(c, 1);
}

/* The contribution of a row to the gain, by the delta method: a change of the mean square by d
 * changes its root by d / (2 root). */
static double influence(const contest *c, const double *roots, size_t row)
{
    const size_t targets = c->made[0][0].width;
    double sum = 0.0;
    for (size_t t = 0; t < targets; t++)
        for (size_t side = 0; side < 2; side++) {
            const double root = roots[side * targets + t];
            const double one = root > 0.0 ? row_squares(c, side, row, t) / (2.0 * root) : 0.0;
            sum += (side == 0 ? -one : one) / (double)targets;
        }
    return sum;
}

static mlp_status compare_values(const contest *c, mlp_tune_comparison *to, mlp_error *err)
{
    const size_t targets = c->made[0][0].width;
    double *roots = mlpi_allocate(2 * targets, sizeof *roots), sum = 0.0, squares = 0.0;
    if (roots == NULL)
        return mlpi_fail_memory(err, "the comparison");
    for (size_t t = 0; t < targets; t++) {
        to->best += (roots[t] = rmse(c, 0, t)) / (double)targets;
        to->defaults += (roots[targets + t] = rmse(c, 1, t)) / (double)targets;
    }
    for (size_t r = 0; r < rows_of(c); r++) {
        const double one = influence(c, roots, r);
        sum += one;
        squares += one * one;
    }
    to->gain = to->defaults - to->best;
    to->standard_error = standard_error(sum, squares, (double)rows_of(c));
    mlpi_free(roots);
    return MLP_OK;
}

/* --- any other metric ------------------------------------------------------------------------- */

/* Adds one seed's share of a side's metric to *metric, and `share` times the metric on each
 * resample to `resampled`. */
static mlp_status add_resamples(const contest *c, size_t side, size_t seed, double share,
                                const mlp_interval_options *o, double *metric, double *resampled,
                                mlp_error *err)
{
    const size_t i = mlp_metric_find(c->tuner->metric);
    mlp_evaluator *evaluator = NULL;
    mlp_evaluation e = {0};
    double *metrics = mlpi_allocate(o->resamples, MLP_METRICS * sizeof *metrics);
    mlp_status status = metrics != NULL ? mlp_evaluator_create(true, &evaluator, err)
                                        : mlpi_fail_memory(err, "the resamples");
    if (status == MLP_OK && c->looked_for[side][seed] != MLP_NO_LABEL)
        mlp_evaluator_look_for(evaluator, c->looked_for[side][seed]);
    if (status == MLP_OK)
        status = mlp_evaluator_add(evaluator, &c->made[side][seed], err);
    if (status == MLP_OK)
        status = mlp_evaluator_finish(evaluator, &e, err);
    if (status == MLP_OK)
        status = mlpi_resample(evaluator, o, metrics, err);
    if (status == MLP_OK)
        *metric += mlpi_evaluator_metrics(evaluator)[i] / MLPI_TUNE_SEEDS;
    for (size_t b = 0; status == MLP_OK && b < o->resamples; b++)
        resampled[b] += share * metrics[b * MLP_METRICS + i];
    mlp_evaluation_release(&e);
    mlp_evaluator_free(evaluator);
    mlpi_free(metrics);
    return status;
}

/* The standard deviation over the resamples in which the metric is defined. */
static double deviation(const double *gains, size_t resamples)
{
    double sum = 0.0, squares = 0.0, count = 0.0;
    for (size_t b = 0; b < resamples; b++) {
        sum += isnan(gains[b]) ? 0.0 : gains[b];
        count += isnan(gains[b]) ? 0.0 : 1.0;
    }
    for (size_t b = 0; b < resamples; b++)
        squares += isnan(gains[b]) ? 0.0 : (gains[b] - sum / count) * (gains[b] - sum / count);
    return sqrt(squares / (count - 1.0));
}

/* The bootstrap's standard error: both sides are evaluated on the same resamples of the rows, of
 * which 200 are enough (B. Efron, R. J. Tibshirani 1993, section 6.4). */
static mlp_status compare_metrics(const contest *c, mlp_tune_comparison *to, mlp_error *err)
{
    mlp_interval_options o = mlpi_interval_options_default();
    o.resamples = 200;
    o.threads = c->tuner->base.threads;
    double *gains = mlpi_allocate(o.resamples, sizeof *gains);
    mlp_status status = gains != NULL ? MLP_OK : mlpi_fail_memory(err, "the resamples");
    for (size_t i = 0; status == MLP_OK && i < 2 * MLPI_TUNE_SEEDS; i++)
        status = add_resamples(c, i % 2, i / 2, (i % 2 == 0 ? -1.0 : 1.0) / MLPI_TUNE_SEEDS, &o,
                               i % 2 == 0 ? &to->best : &to->defaults, gains, err);
    to->gain = c->tuner->sign * (to->defaults - to->best);
    if (status == MLP_OK)
        to->standard_error = deviation(gains, o.resamples);
    mlpi_free(gains);
    return status;
}

/* --- all together ----------------------------------------------------------------------------- */

static mlp_status compare(const contest *c, mlp_tune_comparison *to, mlp_error *err)
{
    const bool labels = c->tuner->task == MLP_TASK_CLASSIFICATION;
    if (labels && strcmp(c->tuner->metric, "log_loss") == 0) {
        compare_labels(c, to);
        return MLP_OK;
    }
    if (labels) {
        to->best_accuracy = accuracy(c, 0);
        to->defaults_accuracy = accuracy(c, 1);
    }
    return strcmp(c->tuner->metric, "rmse") == 0 ? compare_values(c, to, err)
                                                 : compare_metrics(c, to, err);
}

static mlp_status hold(contest *c, mlp_tune_comparison *comparison, mlp_error *err)
{
    mlp_tune_comparison made = {.best_accuracy = (double)NAN, .defaults_accuracy = (double)NAN};
    if (c->tuner->job != NULL)
        MLPI_TRY(share_all(c, err));
    else
        mlpi_parallel(mlpi_threads(c->tuner->base.threads), 2 * MLPI_TUNE_SEEDS, train_one, c);
    for (size_t i = 0; i < 2 * MLPI_TUNE_SEEDS; i++) {
        const size_t side = i % 2, seed = i / 2;
        if (c->status[side][seed] == MLP_ERROR_INTERRUPTED)
            return MLP_OK; /* no comparison */
        if (c->status[side][seed] != MLP_OK && err != NULL)
            *err = c->failure[side][seed];
        MLPI_TRY(c->status[side][seed]);
    }
    MLPI_TRY(compare(c, &made, err));
    made.rows = rows_of(c);
    *comparison = made;
    return MLP_OK;
}

mlp_status mlpi_tuner_evaluate(mlpi_tuner *tuner, const mlpi_trial *best,
                               const mlpi_trial *defaults, mlp_tune_comparison *comparison,
                               mlp_error *err)
{
    contest *c = mlpi_allocate(1, sizeof *c);
    if (c == NULL)
        return mlpi_fail_memory(err, "the comparison");
    c->tuner = tuner;
    c->sides[0] = best;
    c->sides[1] = defaults;
    const mlp_status status = hold(c, comparison, err);
    for (size_t i = 0; i < 2 * MLPI_TUNE_SEEDS; i++)
        mlp_outcomes_release(&c->made[i % 2][i / 2]);
    mlpi_free(c);
    return status;
}
