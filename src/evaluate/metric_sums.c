/* SPDX-License-Identifier: MIT */
#include "evaluate/metric_sums.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/bins.h"
#include "evaluate/metrics.h"

static_assert(sizeof((mlpi_sums *)NULL)->gaps / sizeof(double) == MLP_CALIBRATION_BINS,
              "a gap for each bin");

/* --- contributions of rows -------------------------------------------------------------------- */

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

/* The probability whose calibration is measured: if there are two labels, that of the second; if
 * there are more, that of the predicted one. *truth: 1 if the row has that label, else 0. */
static double calibrated(const mlp_outcomes *o, size_t r, double *truth)
{
    const size_t k = o->width == 2 ? 1 : o->predicted[r];
    *truth = 0.0;
    if (k == MLP_NO_LABEL)
        return (double)NAN;
    *truth = o->label[r] == k ? 1.0 : 0.0;
    return o->values[r * o->width + k];
}

/* The number of labels before the true one in the order of probability, at most 255; 255 also if
 * the true label has no probability. */
static uint8_t place_of(const mlp_outcomes *o, size_t r)
{
    const double *p = o->values + r * o->width, truth = p[o->label[r]];
    uint8_t place = isnan(truth) ? UINT8_MAX : 0;
    for (size_t k = 0; k < o->width && place < UINT8_MAX; k++)
        place = (uint8_t)(place + (k < o->label[r] ? p[k] >= truth : p[k] > truth));
    return place;
}

size_t mlpi_scored_ranked(const mlpi_scored *scored, size_t i)
{
    return scored->width == 2 ? scored->looked_for : i;
}

static void score_labels(mlpi_scored *j, const mlp_outcomes *o, size_t first, size_t count)
{
    double edges[MLP_CALIBRATION_BINS + 1];
    mlpi_bin_edges(MLP_BINS_EQUAL_WIDTH, NULL, 0, 0, MLP_CALIBRATION_BINS, edges, NULL);
    for (size_t i = 0; i < count; i++) {
        const size_t r = first + i, to = j->rows + i;
        double truth = 0.0;
        const double p = calibrated(o, r, &truth);
        j->label[to] = o->label[r];
        j->predicted[to] = o->predicted[r];
        j->log_loss[to] = mlpi_log_loss(o->values[r * o->width + o->label[r]]);
        j->brier[to] = squared_error(o, r);
        j->gap[to] = truth - p;
        j->bin[to] = (uint8_t)mlpi_bin_of(edges, MLP_CALIBRATION_BINS, p);
        j->place[to] = place_of(o, r);
        for (size_t k = 0; k < j->ranked; k++)
            j->score[to * j->ranked + k] = o->values[r * o->width + mlpi_scored_ranked(j, k)];
    }
}

static void append(double *to, const double *from, size_t rows, size_t first, size_t count,
                   size_t width)
{
    if (from != NULL && count * width > 0)
        memcpy(to + rows * width, from + first * width, count * width * sizeof *to);
}

/* --- room for rows ---------------------------------------------------------------------------- */

static bool begin(mlpi_scored *j, const mlp_outcomes *o)
{
    if (j->width > 0)
        return true;
    j->task = o->task;
    j->width = o->width;
    j->levels = o->levels;
    j->level = mlpi_allocate(o->levels, sizeof *j->level);
    if (j->level == NULL)
        return false;
    append(j->level, o->level, 0, 0, o->levels, 1);
    if (o->task == MLP_TASK_CLASSIFICATION) {
        j->ranked = o->width == 2 ? 1 : o->width <= MLP_AUC_LABELS ? o->width : 0;
        return true;
    }
    j->center = mlpi_allocate(o->width, sizeof *j->center);
    if (j->center != NULL)
        append(j->center, o->truth, 0, 0, o->width, 1);
    return j->center != NULL;
}

/* Makes room in an array; all arrays have room for the same number of rows. */
static bool fit(void *array, const mlpi_scored *j, size_t rows, size_t width, size_t size)
{
    size_t item = 0, room = j->room;
    return mlpi_multiply(width, size, &item) && mlpi_grow(array, &room, rows, item);
}

static bool fit_all(mlpi_scored *j, const mlp_outcomes *o, size_t rows)
{
    const size_t each = sizeof(double);
    if (rows <= j->room)
        return true;
    if (rows < 2 * j->room)
        rows = 2 * j->room;
    bool room = o->loss == NULL || fit(&j->loss, j, rows, 1, each);
    if (o->task == MLP_TASK_CLASSIFICATION)
        room = room && fit(&j->label, j, rows, 1, sizeof *j->label) &&
               fit(&j->predicted, j, rows, 1, sizeof *j->predicted) &&
               fit(&j->log_loss, j, rows, 1, each) && fit(&j->brier, j, rows, 1, each) &&
               fit(&j->gap, j, rows, 1, each) && fit(&j->bin, j, rows, 1, 1) &&
               fit(&j->place, j, rows, 1, 1) &&
               (j->ranked == 0 || fit(&j->score, j, rows, j->ranked, each));
    else
        room = room && fit(&j->truth, j, rows, o->width, each) &&
               fit(&j->values, j, rows, o->width, each) &&
               (o->levels == 0 || fit(&j->quantile, j, rows, o->width * o->levels, each));
    j->room = room ? rows : j->room;
    return room;
}

mlp_status mlpi_scored_add(mlpi_scored *scored, const mlp_outcomes *outcomes, size_t first,
                           size_t count, mlp_error *err)
{
    const mlp_outcomes *o = outcomes;
    if (!begin(scored, o) || !fit_all(scored, o, scored->rows + count))
        return mlpi_fail_memory(err, "the metrics");
    append(scored->loss, o->loss, scored->rows, first, count, 1);
    if (o->task == MLP_TASK_CLASSIFICATION) {
        score_labels(scored, o, first, count);
    } else {
        append(scored->truth, o->truth, scored->rows, first, count, o->width);
        append(scored->values, o->values, scored->rows, first, count, o->width);
        append(scored->quantile, o->quantile, scored->rows, first, count, o->width * o->levels);
    }
    scored->rows += count;
    return MLP_OK;
}

void mlpi_scored_release(mlpi_scored *scored)
{
    void *const arrays[] = {scored->level,    scored->loss,  scored->label, scored->predicted,
                            scored->log_loss, scored->brier, scored->gap,   scored->bin,
                            scored->place,    scored->score, scored->truth, scored->values,
                            scored->quantile, scored->center};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        mlpi_free(arrays[i]);
    *scored = (mlpi_scored){0};
}

/* --- sums ------------------------------------------------------------------------------------- */

bool mlpi_sums_init(const mlpi_scored *scored, mlpi_sums *sums)
{
    const size_t width = scored->width;
    size_t levels = 0;
    *sums = (mlpi_sums){0};
    if (scored->task == MLP_TASK_CLASSIFICATION) {
        sums->hits = mlpi_allocate(width, sizeof *sums->hits);
        sums->truths = mlpi_allocate(width, sizeof *sums->truths);
        sums->guesses = mlpi_allocate(width, sizeof *sums->guesses);
        return sums->hits != NULL && sums->truths != NULL && sums->guesses != NULL;
    }
    if (!mlpi_multiply(width, 2 * scored->levels, &levels))
        return false;
    sums->targets = mlpi_allocate(width, sizeof *sums->targets);
    sums->levels = mlpi_allocate(levels, sizeof *sums->levels);
    if (sums->targets == NULL || sums->levels == NULL)
        return false;
    for (size_t t = 0; t < width; t++) {
        sums->targets[t].pinball = sums->levels + 2 * t * scored->levels;
        sums->targets[t].coverage = sums->targets[t].pinball + scored->levels;
    }
    return true;
}

void mlpi_sums_clear(const mlpi_scored *scored, mlpi_sums *sums)
{
    const size_t width = scored->width;
    sums->rows = sums->top_3 = sums->top_5 = 0;
    sums->loss = sums->log_loss = sums->brier = sums->pinball = 0.0;
    memset(sums->gaps, 0, sizeof sums->gaps);
    if (scored->task == MLP_TASK_CLASSIFICATION) {
        memset(sums->hits, 0, width * sizeof *sums->hits);
        memset(sums->truths, 0, width * sizeof *sums->truths);
        memset(sums->guesses, 0, width * sizeof *sums->guesses);
        return;
    }
    memset(sums->levels, 0, 2 * width * scored->levels * sizeof *sums->levels);
    for (size_t t = 0; t < width; t++) {
        mlpi_target_sums *target = &sums->targets[t];
        target->squares = target->absolute = target->off = target->off_squares = 0.0;
        target->error = target->relative = target->inside = target->width = 0.0;
        target->nonzero = 0;
    }
}

void mlpi_sums_release(mlpi_sums *sums)
{
    mlpi_free(sums->hits);
    mlpi_free(sums->truths);
    mlpi_free(sums->guesses);
    mlpi_free(sums->targets);
    mlpi_free(sums->levels);
    *sums = (mlpi_sums){0};
}

static uint32_t weight(const uint32_t *counts, size_t r)
{
    return counts != NULL ? counts[r] : 1;
}

static void add_labels(mlpi_sums *sums, const mlpi_scored *j, size_t first, const uint32_t *counts)
{
    for (size_t r = first; r < j->rows; r++) {
        const uint32_t count = weight(counts, r);
        const double w = count;
        const size_t t = j->label[r], p = j->predicted[r];
        sums->hits[t] += t == p ? count : 0;
        sums->truths[t] += count;
        if (p != MLP_NO_LABEL)
            sums->guesses[p] += count;
        sums->log_loss += w * j->log_loss[r];
        sums->brier += w * j->brier[r];
        sums->gaps[j->bin[r]] += w * j->gap[r];
        sums->top_3 += j->place[r] < 3 ? count : 0;
        sums->top_5 += j->place[r] < 5 ? count : 0;
    }
}

static void add_target(mlpi_target_sums *sums, const mlpi_scored *j, size_t t, size_t first,
                       const uint32_t *counts)
{
    for (size_t r = first; r < j->rows; r++) {
        const uint32_t count = weight(counts, r);
        const double w = count, truth = j->truth[r * j->width + t];
        const double error = j->values[r * j->width + t] - truth, d = truth - j->center[t];
        const bool nonzero = truth < 0.0 || truth > 0.0;
        sums->error += w * error;
        sums->relative += nonzero ? w * fabs(error / truth) : 0.0;
        sums->nonzero += nonzero ? count : 0;
        sums->squares += w * (error * error);
        sums->absolute += w * fabs(error);
        sums->off += w * d;
        sums->off_squares += w * (d * d);
    }
}

static void add_levels(mlpi_sums *sums, const mlpi_scored *j, size_t first, const uint32_t *counts)
{
    for (size_t r = first; r < j->rows; r++)
        for (size_t k = 0; k < j->width * j->levels; k++) {
            const size_t t = k / j->levels, q = k % j->levels;
            const double w = weight(counts, r), truth = j->truth[r * j->width + t];
            const double value = j->quantile[r * j->width * j->levels + k];
            const double loss = w * mlpi_pinball(j->level[q], truth, value);
            sums->pinball += loss;
            sums->targets[t].pinball[q] += loss;
            sums->targets[t].coverage[q] += truth <= value ? w : 0.0;
        }
}

/* Adds the rows within, and the widths of, the intervals from the lowest to the highest level. */
static void add_intervals(mlpi_sums *sums, const mlpi_scored *j, size_t first,
                          const uint32_t *counts)
{
    for (size_t r = first; r < j->rows; r++)
        for (size_t t = 0; t < j->width; t++) {
            const double w = weight(counts, r), truth = j->truth[r * j->width + t];
            const double *level = j->quantile + (r * j->width + t) * j->levels;
            const double low = level[0], high = level[j->levels - 1];
            sums->targets[t].inside += low <= truth && truth <= high ? w : 0.0;
            sums->targets[t].width += w * (high - low);
        }
}

void mlpi_sums_add(mlpi_sums *sums, const mlpi_scored *scored, size_t first, const uint32_t *counts)
{
    for (size_t r = first; r < scored->rows; r++)
        sums->rows += weight(counts, r);
    for (size_t r = first; scored->loss != NULL && r < scored->rows; r++)
        sums->loss += weight(counts, r) * scored->loss[r];
    if (scored->task == MLP_TASK_CLASSIFICATION)
        add_labels(sums, scored, first, counts);
    for (size_t t = 0; scored->task == MLP_TASK_REGRESSION && t < scored->width; t++)
        add_target(&sums->targets[t], scored, t, first, counts);
    if (scored->levels > 0)
        add_levels(sums, scored, first, counts);
    if (scored->levels > 1)
        add_intervals(sums, scored, first, counts);
}

/* --- metrics ---------------------------------------------------------------------------------- */

static void metrics_of_labels(const mlpi_sums *sums, const mlpi_scored *j, double *metrics)
{
    const double n = (double)sums->rows;
    const mlpi_tally tally = {sums->hits, sums->truths, sums->guesses, j->width};
    double error = 0.0;
    size_t right = 0;
    for (size_t k = 0; k < j->width; k++)
        right += sums->hits[k];
    for (size_t b = 0; b < MLP_CALIBRATION_BINS; b++)
        error += fabs(sums->gaps[b]) / n;
    metrics[MLPI_ACCURACY] = (double)right / n;
    metrics[MLPI_BALANCED_ACCURACY] = mlpi_balanced_accuracy(&tally);
    metrics[MLPI_MACRO_F1] = mlpi_macro_f1(&tally);
    metrics[MLPI_WEIGHTED_F1] = mlpi_weighted_f1(&tally);
    metrics[MLPI_MCC] = mlpi_mcc(&tally);
    metrics[MLPI_KAPPA] = mlpi_kappa(&tally);
    if (j->width > 3)
        metrics[MLPI_TOP_3_ACCURACY] = (double)sums->top_3 / n;
    if (j->width > 5)
        metrics[MLPI_TOP_5_ACCURACY] = (double)sums->top_5 / n;
    metrics[MLPI_LOG_LOSS] = sums->log_loss / n;
    metrics[MLPI_LOG_LIKELIHOOD] = 0.0 - sums->log_loss; /* never -0 */
    metrics[MLPI_BRIER] = sums->brier / n;
    metrics[MLPI_CALIBRATION_ERROR] = error;
}

double mlpi_sums_r2(const mlpi_target_sums *target, double rows, double *spread)
{
    /* if less than this share of the sum of squares is left, it is rounding: the truth is
     * constant */
    static const double nothing_left = 1e-13;
    const double left = target->off_squares - target->off * target->off / rows;
    const bool varies = left > nothing_left * target->off_squares;
    if (spread != NULL)
        *spread = varies ? left / rows : 0.0;
    return varies ? 1.0 - target->squares / left : (double)NAN;
}

/* R² + (mean error)² / spread: R² without the squared errors that are due to the mean error. */
static double explained_variance(const mlpi_target_sums *target, double rows)
{
    double spread = 0.0;
    const double r2 = mlpi_sums_r2(target, rows, &spread), bias = target->error / rows;
    const double rounding = 1e-13; /* a constant prediction may result in this instead of 0 */
    const double explained = isnan(r2) ? r2 : r2 + bias * bias / spread;
    return fabs(explained) < rounding ? 0.0 : explained;
}

/* A row without a prediction counts as outside its interval, and makes the mean width NaN. */
static void metrics_of_intervals(const mlpi_sums *sums, const mlpi_scored *j, double *metrics)
{
    const double rows = (double)sums->rows * (double)j->width;
    metrics[MLPI_INTERVAL_COVERAGE] = metrics[MLPI_INTERVAL_WIDTH] = 0.0;
    for (size_t t = 0; t < j->width; t++) {
        metrics[MLPI_INTERVAL_COVERAGE] += sums->targets[t].inside / rows;
        metrics[MLPI_INTERVAL_WIDTH] += sums->targets[t].width / rows;
    }
}

static void metrics_of_values(const mlpi_sums *sums, const mlpi_scored *j, double *metrics)
{
    const double n = (double)sums->rows, targets = (double)j->width;
    metrics[MLPI_RMSE] = metrics[MLPI_MAE] = metrics[MLPI_R2] = metrics[MLPI_MAPE] =
        metrics[MLPI_EXPLAINED_VARIANCE] = 0.0;
    for (size_t t = 0; t < j->width; t++) {
        const mlpi_target_sums *target = &sums->targets[t];
        metrics[MLPI_RMSE] += sqrt(target->squares / n) / targets;
        metrics[MLPI_MAE] += target->absolute / n / targets;
        metrics[MLPI_R2] += mlpi_sums_r2(target, n, NULL) / targets;
        metrics[MLPI_MAPE] += target->relative / (double)target->nonzero / targets;
        metrics[MLPI_EXPLAINED_VARIANCE] += explained_variance(target, n) / targets;
    }
    if (j->levels > 0)
        metrics[MLPI_PINBALL_LOSS] = sums->pinball / n / (double)(j->width * j->levels);
    if (j->levels > 1)
        metrics_of_intervals(sums, j, metrics);
}

void mlpi_sums_metrics(const mlpi_sums *sums, const mlpi_scored *scored, double *metrics)
{
    for (size_t i = 0; i < MLP_METRICS; i++)
        metrics[i] = (double)NAN;
    if (scored->loss != NULL)
        metrics[MLPI_LOSS] = sums->loss / (double)sums->rows;
    if (scored->task == MLP_TASK_CLASSIFICATION)
        metrics_of_labels(sums, scored, metrics);
    else
        metrics_of_values(sums, scored, metrics);
}

/* --- metrics that need an order --------------------------------------------------------------- */

/* The positives of earlier steps win against the negatives of this step; positives of the same step
 * count half. */
void mlpi_ranks_step(mlpi_ranks *ranks, uint64_t positives, uint64_t negatives)
{
    const double p = (double)positives, q = (double)negatives;
    ranks->won += q * (ranks->positives + 0.5 * p);
    ranks->positives += p;
    ranks->negatives += q;
    ranks->precision += p * ranks->positives / fmax(ranks->positives + ranks->negatives, 1.0);
}

/* The area under the ROC curve; NaN if all rows have the label, or none has. */
static double area(const mlpi_ranks *ranks)
{
    const double pairs = ranks->positives * ranks->negatives;
    return pairs > 0.0 ? ranks->won / pairs : (double)NAN;
}

void mlpi_ranks_metrics(const mlpi_ranks *ranks, size_t ranked, double *metrics)
{
    double sum = 0.0;
    size_t defined = 0;
    for (size_t k = 0; k < ranked; k++) {
        const double one = area(&ranks[k]);
        sum += isnan(one) ? 0.0 : one;
        defined += isnan(one) ? 0 : 1;
    }
    if (defined > 0)
        metrics[MLPI_AUC] = sum / (double)defined;
    if (ranked == 1 && ranks->positives > 0.0)
        metrics[MLPI_AVERAGE_PRECISION] = ranks->precision / ranks->positives;
}
