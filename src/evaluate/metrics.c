/* SPDX-License-Identifier: MIT */
/* Metrics, with sums in double, in the order of the rows. */
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

static double f1_of(const mlpi_tally *t, size_t k)
{
    return ratio(2 * t->hits[k], t->truths[k] + t->guesses[k]);
}

void mlpi_label_scores(const mlpi_tally *tally, double *precision, double *recall, double *f1)
{
    for (size_t k = 0; k < tally->labels; k++) {
        precision[k] = ratio(tally->hits[k], tally->guesses[k]);
        recall[k] = ratio(tally->hits[k], tally->truths[k]);
        f1[k] = f1_of(tally, k);
    }
}

double mlpi_macro_f1(const mlpi_tally *tally)
{
    double sum = 0.0;
    size_t present = 0;
    for (size_t k = 0; k < tally->labels; k++) {
        sum += f1_of(tally, k);
        present += tally->truths[k] + tally->guesses[k] > 0;
    }
    return present > 0 ? sum / (double)present : (double)NAN;
}

double mlpi_weighted_f1(const mlpi_tally *tally)
{
    double sum = 0.0, rows = 0.0;
    for (size_t k = 0; k < tally->labels; k++) {
        sum += (double)tally->truths[k] * f1_of(tally, k);
        rows += (double)tally->truths[k];
    }
    return sum / rows;
}

double mlpi_balanced_accuracy(const mlpi_tally *tally)
{
    double sum = 0.0;
    size_t present = 0;
    for (size_t k = 0; k < tally->labels; k++) {
        sum += ratio(tally->hits[k], tally->truths[k]);
        present += tally->truths[k] > 0;
    }
    return present > 0 ? sum / (double)present : (double)NAN;
}

/* The terms of agreement beyond chance, as shares of the rows. */
typedef struct agreement {
    double right, chance, truths, guesses; /* chance: sum over labels of true share x predicted
                                              share; truths, guesses: sums of squared shares */
} agreement;

static agreement agree(const mlpi_tally *t)
{
    agreement a = {0};
    double rows = 0.0, unanswered = 1.0;
    for (size_t k = 0; k < t->labels; k++)
        rows += (double)t->truths[k];
    for (size_t k = 0; k < t->labels; k++) {
        const double truth = (double)t->truths[k] / rows, guess = (double)t->guesses[k] / rows;
        a.right += (double)t->hits[k] / rows;
        a.chance += truth * guess;
        a.truths += truth * truth;
        a.guesses += guess * guess;
        unanswered -= guess;
    }
    a.guesses += unanswered * unanswered;
    return a;
}

/* Whether a single label has all rows. */
static bool one_label(const mlpi_tally *t, const size_t *rows)
{
    size_t all = 0, most = 0;
    for (size_t k = 0; k < t->labels; k++) {
        all += t->truths[k];
        most = rows[k] > most ? rows[k] : most;
    }
    return most == all;
}

double mlpi_mcc(const mlpi_tally *tally)
{
    const agreement a = agree(tally);
    if (one_label(tally, tally->truths))
        return (double)NAN;
    if (one_label(tally, tally->guesses) || a.guesses >= 1.0)
        return 0.0;
    return (a.right - a.chance) / sqrt((1.0 - a.truths) * (1.0 - a.guesses));
}

double mlpi_kappa(const mlpi_tally *tally)
{
    const agreement a = agree(tally);
    const bool certain = one_label(tally, tally->truths) && one_label(tally, tally->guesses);
    return certain ? (double)NAN : (a.right - a.chance) / (1.0 - a.chance);
}

double mlpi_log_loss(double p)
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
