/* SPDX-License-Identifier: MIT */
/* Figures of merit. Sums in double, in the order of the rows. */
#include "evaluate/metrics.h"

#include <math.h>
#include <string.h>

#include "mlp/model.h"

double mlpi_accuracy(const size_t *truth, const size_t *predicted, size_t rows)
{
    size_t right = 0;
    for (size_t r = 0; r < rows; r++)
        right += truth[r] == predicted[r];
    return rows > 0 ? (double)right / (double)rows : (double)NAN;
}

void mlpi_confusion(const size_t *truth, const size_t *predicted, size_t rows, size_t labels,
                    size_t *counts)
{
    memset(counts, 0, labels * labels * sizeof *counts);
    for (size_t r = 0; r < rows; r++)
        if (predicted[r] != MLP_NO_LABEL)
            counts[truth[r] * labels + predicted[r]]++;
}

static double ratio(size_t part, size_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

void mlpi_label_scores(const size_t *hits, const size_t *true_rows, const size_t *predicted_rows,
                       size_t labels, double *precision, double *recall, double *f1)
{
    for (size_t k = 0; k < labels; k++) {
        precision[k] = ratio(hits[k], predicted_rows[k]);
        recall[k] = ratio(hits[k], true_rows[k]);
        f1[k] = ratio(2 * hits[k], true_rows[k] + predicted_rows[k]);
    }
}

double mlpi_macro_f1(const size_t *hits, const size_t *true_rows, const size_t *predicted_rows,
                     size_t labels)
{
    double sum = 0.0;
    size_t present = 0;
    for (size_t k = 0; k < labels; k++) {
        sum += ratio(2 * hits[k], true_rows[k] + predicted_rows[k]);
        present += true_rows[k] + predicted_rows[k] > 0;
    }
    return present > 0 ? sum / (double)present : (double)NAN;
}

double mlpi_surprise(double p)
{
    return -log(p < 1e-15 ? 1e-15 : p > 1.0 ? 1.0 : p);
}

mlpi_regression mlpi_regression_scores(const double *truth, const double *predicted, size_t rows,
                                       size_t width, size_t t)
{
    double mean = 0.0, squares = 0.0, absolute = 0.0, spread = 0.0;
    const double n = (double)rows;
    for (size_t r = 0; r < rows; r++)
        mean += truth[r * width + t] / n;
    for (size_t r = 0; r < rows; r++) {
        const double error = predicted[r * width + t] - truth[r * width + t];
        const double off = truth[r * width + t] - mean;
        squares += error * error;
        absolute += fabs(error);
        spread += off * off;
    }
    return (mlpi_regression){.rmse = sqrt(squares / n),
                             .mae = absolute / n,
                             .r2 = spread > 0.0 ? 1.0 - squares / spread : (double)NAN,
                             .spread = sqrt(spread / n)};
}

double mlpi_pinball(double q, double t, double p)
{
    return p < t ? q * (t - p) : (1.0 - q) * (p - t);
}

static bool is_answered(const mlp_outcomes *o, size_t r)
{
    if (o->predicted != NULL)
        return o->predicted[r] != MLP_NO_LABEL;
    for (size_t t = 0; t < o->width; t++)
        if (isnan(o->values[r * o->width + t]))
            return false;
    return true;
}

size_t mlpi_unanswered(const mlp_outcomes *o, size_t *first)
{
    size_t count = 0;
    for (size_t r = o->rows; r-- > 0;) {
        if (is_answered(o, r))
            continue;
        count++;
        *first = r;
    }
    return count;
}
