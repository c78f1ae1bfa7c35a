/* SPDX-License-Identifier: MIT */
/* Temperature: with the logits l_k = ln p_k and b = 1/T, the loss of a row is
 *      ln sum_k e^(b l_k) - b sum_k s_k l_k,
 * its first derivative with respect to b is E[l] - sum_k s_k l_k, and its second derivative is
 * Var[l], both under the probabilities at that temperature. Var[l] is never negative, and the
 * second derivative of the prior is positive, so there is one minimum. */
#include "network/temperature.h"

#include <math.h>

#include "base/base.h"

bool mlpi_temperature_suits(mlp_loss loss, mlp_activation output, size_t outputs)
{
    return (loss == MLP_CROSS_ENTROPY && output == MLP_SOFTMAX) ||
           (loss == MLP_BINARY_CROSS_ENTROPY && output == MLP_LOGISTIC && outputs == 1);
}

/* LEAST_REST: a float of 1 may have been rounded up from a number that is up to half a unit in the
 * last place smaller. temper_one: the single output is the probability of the second of two
 * labels. */
MLPI_CARRIED(
    carried, static const double LEAST_REST = 0x1p-25, LEAST_PROBABILITY = 0x1p-126;

    static double logarithm(double p, double least) { return log(p < least ? least : p); }

    static void temper_one(double b, float *y) {
        const double p = (double)*y, second = logarithm(p, LEAST_PROBABILITY);
        *y = (float)(1.0 / (1.0 + exp(b * (logarithm(1.0 - p, LEAST_REST) - second))));
    }

    static void temper_all(double b, size_t outputs, float *y) {
        double sum = 0.0;
        float largest = y[0];
        for (size_t k = 1; k < outputs; k++)
            largest = y[k] > largest ? y[k] : largest;
        const double top = logarithm((double)largest, LEAST_PROBABILITY);
        for (size_t k = 0; k < outputs; k++)
            sum += exp(b * (logarithm((double)y[k], LEAST_PROBABILITY) - top));
        for (size_t k = 0; k < outputs; k++)
            y[k] = (float)(exp(b * (logarithm((double)y[k], LEAST_PROBABILITY) - top)) / sum);
    }

    static void temper(double b, size_t outputs, float *y) {
        if (outputs == 1)
            temper_one(b, y);
        else
            temper_all(b, outputs, y);
    });

const char *const mlpi_temper_carried = carried;

/* Fills l with the logits of a row, and returns their number; a single output has two. */
static size_t logits(const float *y, size_t outputs, double *l)
{
    if (outputs == 1) {
        l[0] = logarithm(1.0 - (double)y[0], LEAST_REST);
        l[1] = logarithm((double)y[0], LEAST_PROBABILITY);
        return 2;
    }
    for (size_t k = 0; k < outputs; k++)
        l[k] = logarithm((double)y[k], LEAST_PROBABILITY);
    return outputs;
}

/* --- applying a temperature ------------------------------------------------------------------- */

static bool all_finite(const float *y, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(y[k]))
            return false;
    return true;
}

void mlpi_temper(double temperature, size_t outputs, float *y, size_t rows)
{
    const double b = 1.0 / temperature;
    for (size_t r = 0; r < rows; r++, y += outputs) {
        if (all_finite(y, outputs))
            temper(b, outputs, y);
    }
}

/* --- fitting a temperature -------------------------------------------------------------------- */

/* Gives b a standard deviation of 0.3 under the prior, approximately that of the best 1/T for new
 * rows of small data sets (docs/benchmarks.md). */
static const double PRIOR = 10.0;

typedef struct slope {
    double first, second; /* derivatives of a loss with respect to b */
} slope;

/* The derivatives of the loss of one row, which has the logits l of n labels and the true label
 * `truth`. */
static slope slope_of_row(const double *l, size_t n, size_t truth, double b)
{
    double top = l[0], sum = 0.0, mean = 0.0, square = 0.0;
    for (size_t k = 1; k < n; k++)
        top = fmax(top, l[k]);
    for (size_t k = 0; k < n; k++) {
        const double e = exp(b * (l[k] - top)), from_top = l[k] - top;
        sum += e;
        mean += e * from_top;
        square += e * from_top * from_top;
    }
    mean /= sum;
    return (slope){mean - (l[truth] - top), square / sum - mean * mean};
}

static size_t place_of(const mlpi_tempering *t, size_t i)
{
    return t->row != NULL ? t->row[i] : i;
}

static double weight_of(const mlpi_tempering *t, size_t r)
{
    return t->weight != NULL ? (double)t->weight[r] : 1.0;
}

static slope slope_at(const mlpi_tempering *t, uint16_t left_out, double b)
{
    slope s = {PRIOR * (1.0 - 1.0 / b), PRIOR / (b * b)};
    for (size_t i = 0; i < t->rows; i++) {
        const float *y = t->y + i * t->outputs;
        if ((t->group != NULL && t->group[i] == left_out) || !all_finite(y, t->outputs))
            continue;
        const size_t r = place_of(t, i), n = logits(y, t->outputs, t->room);
        const double w = weight_of(t, r);
        const slope one = slope_of_row(t->room, n, t->label[r], b);
        s.first += w * one.first;
        s.second += w * one.second;
    }
    return s;
}

double mlpi_temperature_fit(const mlpi_tempering *t, uint16_t left_out)
{
    enum { MOST_STEPS = 100 };
    double low = 1.0 / MLPI_MOST_TEMPERATURE, high = 1.0 / MLPI_LEAST_TEMPERATURE, b = 1.0;
    for (int i = 0; i < MOST_STEPS && high - low > 1e-12 * high; i++) {
        const slope s = slope_at(t, left_out, b);
        if (s.first == 0.0)
            break;
        *(s.first > 0.0 ? &high : &low) = b;
        double next = b - s.first / s.second;
        if (!(next > low && next < high)) /* true also if the second derivative is 0 */
            next = sqrt(low * high);
        const bool there = fabs(next - b) <= 1e-10 * b;
        b = next;
        if (there)
            break;
    }
    return 1.0 / b;
}

double mlpi_tempered_loss(const mlpi_tempering *t, double temperature)
{
    const double b = 1.0 / temperature;
    double loss = 0.0;
    for (size_t i = 0; i < t->rows; i++) {
        const float *y = t->y + i * t->outputs;
        const size_t r = place_of(t, i), n = logits(y, t->outputs, t->room);
        double top = t->room[0], sum = 0.0;
        for (size_t k = 1; k < n; k++)
            top = fmax(top, t->room[k]);
        for (size_t k = 0; k < n; k++)
            sum += exp(b * (t->room[k] - top));
        if (!all_finite(y, t->outputs))
            return (double)NAN;
        loss += weight_of(t, r) * (log(sum) - b * (t->room[t->label[r]] - top));
    }
    return loss;
}
