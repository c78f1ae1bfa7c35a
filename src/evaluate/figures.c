/* SPDX-License-Identifier: MIT */
#include "evaluate/figures.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/bins.h"
#include "evaluate/metrics.h"

/* --- what each row brings --------------------------------------------------------------------- */

static double squared_error(const mlp_outcomes *o, size_t r)
{
    const double *p = o->values + r * o->width;
    double sum = 0.0;
    for (size_t k = o->width == 2 ? 1 : 0; k < o->width; k++) {
        const double off = p[k] - (o->label[r] == k ? 1.0 : 0.0);
        sum += off * off;
    }
    return sum;
}

/* Two labels: the probability of the second; more: of the predicted one. */
static double calibrated(const mlp_outcomes *o, size_t r, double *truth)
{
    const size_t k = o->width == 2 ? 1 : o->predicted[r];
    *truth = 0.0;
    if (k == MLP_NO_LABEL)
        return (double)NAN;
    *truth = o->label[r] == k ? 1.0 : 0.0;
    return o->values[r * o->width + k];
}

static void judge_rows(mlpi_scorer *scorer)
{
    const mlp_outcomes *o = scorer->outcomes;
    double edges[MLP_CALIBRATION_BINS + 1];
    mlpi_bin_edges(MLP_BINS_EQUAL_WIDTH, NULL, 0, 0, MLP_CALIBRATION_BINS, edges, NULL);
    for (size_t r = 0; r < o->rows; r++) {
        double truth = 0.0;
        const double p = calibrated(o, r, &truth);
        scorer->surprise[r] = mlpi_surprise(o->values[r * o->width + o->label[r]]);
        scorer->brier[r] = squared_error(o, r);
        scorer->gap[r] = truth - p;
        scorer->bin[r] = (uint8_t)mlpi_bin_of(edges, MLP_CALIBRATION_BINS, p);
    }
}

/* Scores without an order have no curve: the figures stay NaN. */
static mlp_status rank_rows(mlpi_scorer *scorer, mlp_error *err)
{
    const mlp_outcomes *o = scorer->outcomes;
    const mlp_scores scores = mlp_outcomes_scores(o, 1);
    const mlp_status status = mlpi_ranking_init(&scores, &scorer->ranking, err);
    if (status == MLP_ERROR_DATA)
        return MLP_OK;
    for (size_t i = 0; status == MLP_OK && i < o->rows; i++)
        scorer->positive[i] = o->label[scorer->ranking.order[i]] == 1;
    return status;
}

static mlp_status judge_labels(mlpi_scorer *scorer, bool ranks, mlp_error *err)
{
    const size_t rows = scorer->outcomes->rows;
    scorer->surprise = mlpi_allocate(rows, sizeof *scorer->surprise);
    scorer->brier = mlpi_allocate(rows, sizeof *scorer->brier);
    scorer->gap = mlpi_allocate(rows, sizeof *scorer->gap);
    scorer->bin = mlpi_allocate(rows, sizeof *scorer->bin);
    scorer->positive = mlpi_allocate(rows, sizeof *scorer->positive);
    if (scorer->surprise == NULL || scorer->brier == NULL || scorer->gap == NULL ||
        scorer->bin == NULL || scorer->positive == NULL)
        return mlpi_fail_memory(err, "the figures");
    judge_rows(scorer);
    return ranks && scorer->outcomes->width == 2 ? rank_rows(scorer, err) : MLP_OK;
}

static mlp_status judge_values(mlpi_scorer *scorer, mlp_error *err)
{
    const mlp_outcomes *o = scorer->outcomes;
    scorer->center = mlpi_allocate(o->width, sizeof *scorer->center);
    if (scorer->center == NULL)
        return mlpi_fail_memory(err, "the figures");
    for (size_t r = 0; r < o->rows; r++)
        for (size_t t = 0; t < o->width; t++)
            scorer->center[t] += o->truth[r * o->width + t] / (double)o->rows;
    return MLP_OK;
}

mlp_status mlpi_scorer_init(const mlp_outcomes *outcomes, bool ranks, mlpi_scorer *scorer,
                            mlp_error *err)
{
    mlpi_scorer made = {.outcomes = outcomes};
    if (outcomes->rows == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to judge");
    if (outcomes->rows > UINT32_MAX)
        return mlpi_fail(err, MLP_ERROR_DATA, "%zu rows are too many to judge; at most 2^32 - 1",
                         outcomes->rows);
    const mlp_status status = outcomes->task == MLP_TASK_CLASSIFICATION
                                  ? judge_labels(&made, ranks, err)
                                  : judge_values(&made, err);
    if (status == MLP_OK)
        *scorer = made;
    else
        mlpi_scorer_release(&made);
    return status;
}

void mlpi_scorer_release(mlpi_scorer *scorer)
{
    mlpi_free(scorer->surprise);
    mlpi_free(scorer->brier);
    mlpi_free(scorer->gap);
    mlpi_free(scorer->bin);
    mlpi_free(scorer->positive);
    mlpi_free(scorer->center);
    mlpi_ranking_release(&scorer->ranking);
    *scorer = (mlpi_scorer){0};
}

bool mlpi_tally_init(const mlp_outcomes *outcomes, mlpi_tally *tally)
{
    size_t labels = 0;
    *tally = (mlpi_tally){0};
    if (!mlpi_multiply(outcomes->width, 3, &labels))
        return false;
    tally->counts = mlpi_allocate(outcomes->rows, sizeof *tally->counts);
    tally->labels = mlpi_allocate(labels, sizeof *tally->labels);
    return tally->counts != NULL && tally->labels != NULL;
}

void mlpi_tally_release(mlpi_tally *tally)
{
    mlpi_free(tally->counts);
    mlpi_free(tally->labels);
}

/* --- figures of labels ------------------------------------------------------------------------ */

static void figures_of_labels(const mlpi_scorer *scorer, mlpi_tally *tally, double n,
                              double *figures)
{
    const mlp_outcomes *o = scorer->outcomes;
    size_t *hits = tally->labels, *truths = hits + o->width, *guesses = truths + o->width,
           right = 0;
    memset(hits, 0, 3 * o->width * sizeof *hits);
    for (size_t r = 0; r < o->rows; r++) {
        const size_t t = o->label[r], p = o->predicted[r], w = tally->counts[r];
        hits[t] += t == p ? w : 0;
        truths[t] += w;
        if (p != MLP_NO_LABEL)
            guesses[p] += w;
    }
    for (size_t k = 0; k < o->width; k++)
        right += hits[k];
    figures[MLPI_ACCURACY] = (double)right / n;
    figures[MLPI_MACRO_F1] = mlpi_macro_f1(hits, truths, guesses, o->width);
}

static void figures_of_probabilities(const mlpi_scorer *scorer, const uint32_t *counts, double n,
                                     double *figures)
{
    double surprise = 0.0, brier = 0.0, gaps[MLP_CALIBRATION_BINS] = {0}, error = 0.0;
    for (size_t r = 0; r < scorer->outcomes->rows; r++) {
        const double w = counts[r];
        surprise += w * scorer->surprise[r];
        brier += w * scorer->brier[r];
        gaps[scorer->bin[r]] += w * scorer->gap[r];
    }
    for (size_t b = 0; b < MLP_CALIBRATION_BINS; b++)
        error += fabs(gaps[b]) / n;
    figures[MLPI_LOG_LOSS] = surprise / n;
    figures[MLPI_LOG_LIKELIHOOD] = 0.0 - surprise; /* never -0 */
    figures[MLPI_BRIER] = brier / n;
    figures[MLPI_CALIBRATION_ERROR] = error;
}

/* Step by step of falling score: the positives found so far win over the negatives of this step,
 * those of the same step count half. */
static void figures_of_ranks(const mlpi_scorer *scorer, const uint32_t *counts, double *figures)
{
    const mlpi_ranking *ranking = &scorer->ranking;
    double positives = 0.0, negatives = 0.0, won = 0.0, precision = 0.0;
    for (size_t s = 0, i = 0; s < ranking->count; s++) {
        uint64_t rows = 0, hits = 0;
        for (; i < ranking->steps[s].rows; i++) {
            const uint32_t w = counts[ranking->order[i]];
            rows += w;
            hits += scorer->positive[i] * (uint64_t)w;
        }
        const double p = (double)hits, q = (double)(rows - hits);
        won += q * (positives + 0.5 * p);
        positives += p;
        negatives += q;
        precision += p * positives / fmax(positives + negatives, 1.0);
    }
    if (positives > 0.0 && negatives > 0.0)
        figures[MLPI_AUC] = won / (positives * negatives);
    if (positives > 0.0)
        figures[MLPI_AVERAGE_PRECISION] = precision / positives;
}

/* --- figures of values ------------------------------------------------------------------------ */

/* Below this part of the sum of squares what remains of it is rounding: the truth is constant. */
static const double nothing_left = 1e-13;

static void add_target(const mlpi_scorer *scorer, const uint32_t *counts, size_t t, double n,
                       double *figures)
{
    const mlp_outcomes *o = scorer->outcomes;
    const double targets = (double)o->width;
    double squares = 0.0, absolute = 0.0, off = 0.0, off_squares = 0.0;
    for (size_t r = 0; r < o->rows; r++) {
        const double w = counts[r], truth = o->truth[r * o->width + t];
        const double error = o->values[r * o->width + t] - truth, d = truth - scorer->center[t];
        squares += w * (error * error);
        absolute += w * fabs(error);
        off += w * d;
        off_squares += w * (d * d);
    }
    const double spread = off_squares - off * off / n;
    figures[MLPI_RMSE] += sqrt(squares / n) / targets;
    figures[MLPI_MAE] += absolute / n / targets;
    figures[MLPI_R2] +=
        spread > nothing_left * off_squares ? (1.0 - squares / spread) / targets : (double)NAN;
}

static void figures_of_values(const mlpi_scorer *scorer, const uint32_t *counts, double n,
                              double *figures)
{
    figures[MLPI_RMSE] = figures[MLPI_MAE] = figures[MLPI_R2] = 0.0;
    for (size_t t = 0; t < scorer->outcomes->width; t++)
        add_target(scorer, counts, t, n, figures);
}

static void figures_of_quantiles(const mlp_outcomes *o, const uint32_t *counts, double n,
                                 double *figures)
{
    const size_t width = o->width * o->levels;
    double sum = 0.0;
    for (size_t r = 0; r < o->rows; r++)
        for (size_t k = 0; k < width; k++)
            sum += counts[r] * mlpi_pinball(o->level[k % o->levels],
                                            o->truth[r * o->width + k / o->levels],
                                            o->quantile[r * width + k]);
    figures[MLPI_PINBALL_LOSS] = sum / n / (double)width;
}

void mlpi_scorer_figures(const mlpi_scorer *scorer, mlpi_tally *tally, double *figures)
{
    const mlp_outcomes *o = scorer->outcomes;
    uint64_t rows = 0;
    double loss = 0.0;
    for (size_t i = 0; i < MLP_METRICS; i++)
        figures[i] = (double)NAN;
    for (size_t r = 0; r < o->rows; r++)
        rows += tally->counts[r];
    const double n = (double)rows;
    for (size_t r = 0; o->loss != NULL && r < o->rows; r++)
        loss += tally->counts[r] * o->loss[r];
    if (o->loss != NULL)
        figures[MLPI_LOSS] = loss / n;
    if (o->task == MLP_TASK_REGRESSION) {
        figures_of_values(scorer, tally->counts, n, figures);
        if (o->levels > 0)
            figures_of_quantiles(o, tally->counts, n, figures);
        return;
    }
    figures_of_labels(scorer, tally, n, figures);
    figures_of_probabilities(scorer, tally->counts, n, figures);
    if (scorer->ranking.rows > 0)
        figures_of_ranks(scorer, tally->counts, figures);
}

mlp_status mlpi_figures(const mlp_outcomes *outcomes, bool ranks, double *figures, mlp_error *err)
{
    mlpi_scorer scorer;
    mlpi_tally tally;
    MLPI_TRY(mlpi_scorer_init(outcomes, ranks, &scorer, err));
    const bool room = mlpi_tally_init(outcomes, &tally);
    if (room) {
        for (size_t r = 0; r < outcomes->rows; r++)
            tally.counts[r] = 1;
        mlpi_scorer_figures(&scorer, &tally, figures);
    }
    mlpi_tally_release(&tally);
    mlpi_scorer_release(&scorer);
    return room ? MLP_OK : mlpi_fail_memory(err, "the evaluation");
}
