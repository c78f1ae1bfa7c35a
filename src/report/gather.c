/* SPDX-License-Identifier: MIT */
/* All results of a report, which are computed once. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/bootstrap.h"
#include "evaluate/metric_sums.h"
#include "model/importance.h"
#include "model/ranking.h"
#include "report/report.h"

/* --- the baseline ----------------------------------------------------------------------------- */

/* Predicts the most frequent label for every row, with the label frequencies as probabilities. */
static void answer_frequencies(const mlp_outcomes *truth, mlp_outcomes *answers)
{
    const size_t width = truth->width;
    double *share = answers->values; /* counted in the first row, then copied to all rows */
    size_t most = 0;
    for (size_t r = 0; r < truth->rows; r++)
        share[truth->label[r]] += 1.0;
    for (size_t k = 0; k < width; k++)
        most = share[k] > share[most] ? k : most;
    for (size_t k = 0; k < width; k++)
        share[k] /= (double)truth->rows;
    for (size_t r = 0; r < truth->rows; r++) {
        memmove(answers->values + r * width, share, width * sizeof *share);
        answers->predicted[r] = most;
    }
}

static void answer_means(const mlp_outcomes *truth, mlp_outcomes *answers)
{
    const size_t width = truth->width;
    for (size_t t = 0; t < width; t++) {
        double sum = 0.0;
        for (size_t r = 0; r < truth->rows; r++)
            sum += truth->truth[r * width + t];
        for (size_t r = 0; r < truth->rows; r++)
            answers->values[r * width + t] = sum / (double)truth->rows;
    }
}

/* Evaluates the baseline in the same way as the model. */
static mlp_status evaluate_baseline(mlpi_report *r, mlp_error *err)
{
    mlp_outcomes answers = r->outcomes; /* shares the true answers */
    answers.loss = NULL;
    answers.levels = 0;
    answers.values = mlpi_allocate(answers.rows, answers.width * sizeof *answers.values);
    answers.predicted = mlpi_allocate(answers.rows, sizeof *answers.predicted);
    mlp_status status = MLP_OK;
    if (answers.values == NULL || answers.predicted == NULL) {
        status = mlpi_fail_memory(err, "the baseline");
    } else {
        if (mlpi_report_classes(r))
            answer_frequencies(&r->outcomes, &answers);
        else
            answer_means(&r->outcomes, &answers);
        status = mlpi_evaluate_for(&answers, mlp_model_looked_for(r->model), &r->baseline, err);
        r->baseline.calibration_error = (double)NAN; /* 0 by construction */
        if (fabs(r->baseline.r2) < 1e-9)
            r->baseline.r2 = 0.0; /* it differs from 0 only by rounding */
    }
    mlpi_free(answers.values);
    mlpi_free(answers.predicted);
    return status;
}

/* --- results ---------------------------------------------------------------------------------- */

static mlp_status predict(mlpi_report *r, mlp_error *err)
{
    mlp_encoded encoded;
    MLPI_TRY(mlp_model_encode(r->model, r->table, true, &encoded, err));
    const mlp_status status =
        mlp_model_outcomes_encoded(r->model, &encoded, r->options.threads, &r->outcomes, err);
    r->unknown_cells = encoded.unknown_cells;
    r->missing_cells = encoded.missing_cells;
    mlp_encoded_release(&encoded);
    return status == MLP_OK ? mlpi_need_predictions(&r->outcomes, r->table, err) : status;
}

/* Computes all metrics, including those of the label that the model looks for, and intervals. */
static mlp_status evaluate(mlpi_report *r, mlp_error *err)
{
    mlp_evaluator *e = NULL;
    mlp_interval_options intervals = mlpi_interval_options_default();
    intervals.threads = r->options.threads;
    MLPI_TRY(mlp_evaluator_create(true, &e, err));
    mlp_evaluator_look_for(e, mlp_model_looked_for(r->model));
    mlp_status status = mlp_evaluator_add(e, &r->outcomes, err);
    if (status == MLP_OK)
        status = mlp_evaluator_finish(e, &r->evaluation, err);
    if (status == MLP_OK)
        status = mlp_evaluator_intervals(e, &intervals, &r->intervals, err);
    mlp_evaluator_free(e);
    return status;
}

mlp_status mlpi_report_gather(mlpi_report *r, mlp_error *err)
{
    mlp_importance_options importance = mlpi_importance_bounded(r->model);
    importance.threads = r->options.threads;
    MLPI_TRY(predict(r, err));
    MLPI_TRY(evaluate(r, err));
    MLPI_TRY(evaluate_baseline(r, err));
    MLPI_TRY(mlp_model_importance(r->model, r->table, &importance, &r->importance, err));
    MLPI_TRY(mlpi_rank_importance(&r->importance, &r->ranked, err));
    return mlpi_report_draw(r, err);
}

void mlpi_report_release(mlpi_report *r)
{
    mlp_outcomes_release(&r->outcomes);
    mlp_evaluation_release(&r->evaluation);
    mlp_evaluation_release(&r->baseline);
    mlp_importance_release(&r->importance);
    mlpi_report_release_pictures(r);
    mlpi_free(r->ranked);
    free(r->not_drawn);
}
