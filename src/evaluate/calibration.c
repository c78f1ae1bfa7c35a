/* SPDX-License-Identifier: MIT */
/* Calibration: whether labels occur as often as their probabilities predict. */
#include <math.h>

#include "base/base.h"
#include "evaluate/bins.h"

static mlp_status check_scores(const mlp_scores *scores, size_t bins, mlp_error *err)
{
    if (bins == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "calibration needs 1 bin or more, not 0");
    if (scores->rows == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to evaluate the calibration of");
    for (size_t r = 0; r < scores->rows; r++) {
        const double p = scores->score[r * scores->stride];
        if (!(p >= 0.0 && p <= 1.0))
            return mlpi_fail(err, MLP_ERROR_DATA,
                             "row %zu has %g where a probability from 0 to 1 is expected", r + 1,
                             p);
    }
    return MLP_OK;
}

/* Sums the rows of each bin; `predicted` and `observed` are sums until finish divides them. */
static void collect(const mlp_scores *scores, const double *edges, mlp_calibration *c)
{
    for (size_t b = 0; b < c->count; b++)
        c->bins[b] = (mlp_calibration_bin){.low = edges[b], .high = edges[b + 1]};
    for (size_t r = 0; r < scores->rows; r++) {
        const double p = scores->score[r * scores->stride];
        const double truth = scores->label[r] == scores->positive ? 1.0 : 0.0;
        mlp_calibration_bin *bin = &c->bins[mlpi_bin_of(edges, c->count, p)];
        bin->rows++;
        bin->predicted += p;
        bin->observed += truth;
        c->brier += (p - truth) * (p - truth);
    }
}

static void finish(size_t rows, mlp_calibration *c)
{
    c->brier /= (double)rows;
    for (size_t b = 0; b < c->count; b++) {
        mlp_calibration_bin *bin = &c->bins[b];
        const double n = (double)bin->rows;
        bin->predicted = bin->rows > 0 ? bin->predicted / n : (double)NAN;
        bin->observed = bin->rows > 0 ? bin->observed / n : (double)NAN;
        if (bin->rows == 0)
            continue;
        const double gap = fabs(bin->observed - bin->predicted);
        c->expected_error += n / (double)rows * gap;
        c->maximum_error = fmax(c->maximum_error, gap);
    }
}

mlp_status mlp_calibration_curve(const mlp_scores *scores, mlp_bins kind, size_t bins,
                                 mlp_calibration *calibration, mlp_error *err)
{
    MLPI_TRY(check_scores(scores, bins, err));
    mlp_calibration made = {.count = bins};
    double *edges = bins < SIZE_MAX ? mlpi_allocate(bins + 1, sizeof *edges) : NULL;
    made.bins = mlpi_allocate(bins, sizeof *made.bins);
    mlp_status status =
        edges == NULL || made.bins == NULL
            ? mlpi_fail_memory(err, "the calibration")
            : mlpi_bin_edges(kind, scores->score, scores->stride, scores->rows, bins, edges, err);
    if (status == MLP_OK) {
        collect(scores, edges, &made);
        finish(scores->rows, &made);
        *calibration = made;
    } else {
        mlp_calibration_release(&made);
    }
    mlpi_free(edges);
    return status;
}

void mlp_calibration_release(mlp_calibration *calibration)
{
    mlpi_free(calibration->bins);
    *calibration = (mlp_calibration){0};
}

mlp_scores mlp_outcomes_confidence(const mlp_outcomes *outcomes, size_t *correct,
                                   double *confidence)
{
    for (size_t r = 0; r < outcomes->rows; r++) {
        const size_t k = outcomes->predicted[r];
        correct[r] = outcomes->label[r] == k ? 1 : 0;
        confidence[r] = k != MLP_NO_LABEL ? outcomes->values[r * outcomes->width + k] : (double)NAN;
    }
    return (mlp_scores){
        .label = correct, .positive = 1, .score = confidence, .stride = 1, .rows = outcomes->rows};
}
