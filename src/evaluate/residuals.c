/* SPDX-License-Identifier: MIT */
/* The residuals of regression, and the rows that are predicted worst. */
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "evaluate/bins.h"

static const double quantiles[MLP_RESIDUAL_QUANTILES] = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};

static double residual_of(const mlp_outcomes *o, size_t r, size_t t)
{
    return o->truth[r * o->width + t] - o->values[r * o->width + t];
}

static mlp_status check_target(const mlp_outcomes *o, size_t t, mlp_error *err)
{
    if (o->task != MLP_TASK_REGRESSION)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "residuals need a model that predicts quantities");
    if (t >= o->width)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "there is no target %zu; the model has %zu",
                         t + 1, o->width);
    return o->rows > 0
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to compute residuals of");
}

/* --- the summary ------------------------------------------------------------------------------ */

static mlp_status summarize(const mlp_outcomes *o, size_t t, double *residual, mlp_residuals *made,
                            mlp_error *err)
{
    const double n = (double)o->rows;
    for (size_t r = 0; r < o->rows; r++) {
        residual[r] = residual_of(o, r, t);
        if (isnan(residual[r]))
            return mlpi_fail(err, MLP_ERROR_DATA, "the residual of row %zu is not a number", r + 1);
        made->mean += residual[r] / n;
    }
    for (size_t r = 0; r < o->rows; r++)
        made->deviation += (residual[r] - made->mean) * (residual[r] - made->mean) / n;
    made->deviation = sqrt(made->deviation);
    mlpi_sort(residual, o->rows);
    for (size_t i = 0; i < MLP_RESIDUAL_QUANTILES; i++)
        made->quantile[i] = mlpi_quantile(residual, o->rows, quantiles[i]);
    return MLP_OK;
}

static void fill_bins(const mlp_outcomes *o, size_t t, const double *edges, mlp_residuals *made)
{
    for (size_t b = 0; b < made->count; b++)
        made->bins[b] = (mlp_residual_bin){.low = edges[b], .high = edges[b + 1]};
    for (size_t r = 0; r < o->rows; r++) {
        const double predicted = o->values[r * o->width + t];
        mlp_residual_bin *bin = &made->bins[mlpi_bin_of(edges, made->count, predicted)];
        bin->rows++;
        bin->predicted += predicted;
        bin->mean += residual_of(o, r, t);
    }
    for (size_t b = 0; b < made->count; b++) { /* NaN, 0 / 0, in empty bins */
        made->bins[b].predicted /= (double)made->bins[b].rows;
        made->bins[b].mean /= (double)made->bins[b].rows;
    }
    for (size_t r = 0; r < o->rows; r++) {
        mlp_residual_bin *bin =
            &made->bins[mlpi_bin_of(edges, made->count, o->values[r * o->width + t])];
        const double off = residual_of(o, r, t) - bin->mean;
        bin->deviation += off * off;
    }
    for (size_t b = 0; b < made->count; b++)
        made->bins[b].deviation = sqrt(made->bins[b].deviation / (double)made->bins[b].rows);
}

mlp_status mlp_residual_summary(const mlp_outcomes *outcomes, size_t t, size_t bins,
                                mlp_residuals *residuals, mlp_error *err)
{
    MLPI_TRY(check_target(outcomes, t, err));
    if (bins == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "residuals need 1 bin or more, not 0");
    mlp_residuals made = {.count = bins};
    double *edges = bins < SIZE_MAX ? mlpi_allocate(bins + 1, sizeof *edges) : NULL;
    double *residual = mlpi_allocate(outcomes->rows, sizeof *residual);
    made.bins = mlpi_allocate(bins, sizeof *made.bins);
    mlp_status status = edges == NULL || residual == NULL || made.bins == NULL
                            ? mlpi_fail_memory(err, "the residuals")
                            : summarize(outcomes, t, residual, &made, err);
    if (status == MLP_OK)
        status = mlpi_bin_edges(MLP_BINS_EQUAL_COUNT, outcomes->values + t, outcomes->width,
                                outcomes->rows, bins, edges, err);
    if (status == MLP_OK) {
        fill_bins(outcomes, t, edges, &made);
        *residuals = made;
    } else {
        mlp_residuals_release(&made);
    }
    mlpi_free(residual);
    mlpi_free(edges);
    return status;
}

void mlp_residuals_release(mlp_residuals *residuals)
{
    mlpi_free(residuals->bins);
    *residuals = (mlp_residuals){0};
}

/* --- the worst mistakes ----------------------------------------------------------------------- */

/* NaN is worse than any number. */
static double badness(double size)
{
    return isnan(size) ? (double)INFINITY : size;
}

static int by_falling_size(const void *a, const void *b)
{
    const mlp_mistake *x = a, *y = b;
    const double p = badness(x->size), q = badness(y->size);
    if (p != q)
        return p < q ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

mlp_status mlp_worst_mistakes(const mlp_outcomes *outcomes, size_t t, size_t count,
                              mlp_mistake *mistakes, size_t *found, mlp_error *err)
{
    const bool classes = outcomes->task == MLP_TASK_CLASSIFICATION;
    if (!classes)
        MLPI_TRY(check_target(outcomes, t, err));
    mlp_mistake *all = mlpi_allocate(outcomes->rows, sizeof *all);
    if (all == NULL)
        return mlpi_fail_memory(err, "the worst mistakes");
    for (size_t r = 0; r < outcomes->rows; r++)
        all[r] = (mlp_mistake){
            r, classes ? -log(outcomes->values[r * outcomes->width + outcomes->label[r]])
                       : fabs(residual_of(outcomes, r, t))};
    qsort(all, outcomes->rows, sizeof *all, by_falling_size);
    *found = count < outcomes->rows ? count : outcomes->rows;
    for (size_t i = 0; i < *found; i++)
        mistakes[i] = all[i];
    mlpi_free(all);
    return MLP_OK;
}
