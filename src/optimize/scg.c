/* SPDX-License-Identifier: MIT */
/* Scaled conjugate gradient (M. F. Moller 1993, the algorithm on page 531): conjugate directions
 * without line searches. The curvature along a direction comes from a difference of gradients, and
 * a scale lambda keeps it positive. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "optimize/minimize.h"

enum { DIRECTION, RESIDUAL, TRY, TRY_GRADIENT }; /* vectors: p, r, a point, its gradient */
enum { LAMBDA, LAMBDA_BAR, DELTA, SUCCESS, SINCE_RESTART, FAILURES }; /* numbers */

enum { MOST_FAILURES = 30 }; /* failures, or steps without gain, in a row that mean convergence */

static void restart(mlpi_minimizer *m)
{
    double *p = mlpi_minimizer_vector(m, DIRECTION), *r = mlpi_minimizer_vector(m, RESIDUAL);
    for (size_t i = 0; i < m->n; i++)
        p[i] = r[i] = -m->g[i];
    m->number[SINCE_RESTART] = 0.0;
    m->number[SUCCESS] = 1.0;
}

static void start(mlpi_minimizer *m)
{
    m->number[LAMBDA] = 1e-6;
    m->number[LAMBDA_BAR] = 0.0;
    restart(m);
}

/* Returns E at w + step * p, and leaves this point in TRY and its gradient in TRY_GRADIENT. */
static double look(mlpi_minimizer *m, double step)
{
    const double *p = mlpi_minimizer_vector(m, DIRECTION);
    double *w = mlpi_minimizer_vector(m, TRY);
    for (size_t i = 0; i < m->n; i++)
        w[i] = m->w[i] + step * p[i];
    return m->objective->value(m->objective->context, w, mlpi_minimizer_vector(m, TRY_GRADIENT));
}

/* Step 2: the curvature p' E'' p. */
static double curvature(mlpi_minimizer *m, double square)
{
    const double *p = mlpi_minimizer_vector(m, DIRECTION);
    const double *ahead = mlpi_minimizer_vector(m, TRY_GRADIENT);
    const double sigma = 1e-5 / sqrt(square);
    double sum = 0.0;
    look(m, sigma);
    for (size_t i = 0; i < m->n; i++)
        sum += p[i] * (ahead[i] - m->g[i]) / sigma;
    return sum;
}

/* Step 7, after w has moved and m->g is its gradient: computes the next direction. */
static void turn(mlpi_minimizer *m, double mu)
{
    double *p = mlpi_minimizer_vector(m, DIRECTION), *r = mlpi_minimizer_vector(m, RESIDUAL);
    double square = 0.0, mixed = 0.0;
    for (size_t i = 0; i < m->n; i++) {
        square += m->g[i] * m->g[i];
        mixed -= m->g[i] * r[i];
        r[i] = -m->g[i];
    }
    const double beta = (square - mixed) / mu;
    for (size_t i = 0; i < m->n; i++)
        p[i] = r[i] + beta * p[i];
}

static mlpi_outcome step(mlpi_minimizer *m)
{
    double *p = mlpi_minimizer_vector(m, DIRECTION), *lambda = &m->number[LAMBDA];
    double mu = -mlpi_dot(p, m->g, m->n), square = mlpi_dot(p, p, m->n);
    if (mu <= 0.0 || m->number[SINCE_RESTART] >= (double)m->n) {
        restart(m);
        mu = square = mlpi_dot(p, p, m->n);
    }
    if (!(square > 0.0))
        return MLPI_CONVERGED;
    if (m->number[SUCCESS] != 0.0)
        m->number[DELTA] = curvature(m, square);
    double delta = m->number[DELTA] + (*lambda - m->number[LAMBDA_BAR]) * square;
    if (delta <= 0.0) { /* steps 3 and 4 */
        m->number[LAMBDA_BAR] = 2.0 * (*lambda - delta / square);
        delta = -delta + *lambda * square;
        *lambda = m->number[LAMBDA_BAR];
    }
    const double alpha = mu / delta; /* step 5 */
    const double value = look(m, alpha);
    const double ratio = 2.0 * delta * (m->value - value) / (mu * mu); /* step 6 */
    m->number[DELTA] = delta;
    m->number[SUCCESS] = ratio >= 0.0 && isfinite(value) ? 1.0 : 0.0;
    if (m->number[SUCCESS] != 0.0) {
        const bool still = m->value - value <= DBL_EPSILON * fabs(m->value) * 0.01;
        memcpy(m->w, mlpi_minimizer_vector(m, TRY), m->n * sizeof *m->w);
        memcpy(m->g, mlpi_minimizer_vector(m, TRY_GRADIENT), m->n * sizeof *m->g);
        m->value = value;
        m->number[LAMBDA_BAR] = 0.0;
        m->number[SINCE_RESTART] += 1.0;
        m->number[FAILURES] = still ? m->number[FAILURES] + 1.0 : 0.0;
        turn(m, mu);
        if (ratio >= 0.75)
            *lambda = fmax(0.25 * *lambda, 1e-15);
    } else {
        m->number[LAMBDA_BAR] = *lambda;
        m->number[FAILURES] += 1.0;
    }
    if (ratio < 0.25 || !isfinite(ratio)) /* step 8 */
        *lambda =
            isfinite(ratio) ? *lambda + delta * (1.0 - ratio) / square : 10.0 * *lambda + 1e-3;
    return m->number[FAILURES] >= MOST_FAILURES || *lambda > 1e60 ? MLPI_CONVERGED : MLPI_MOVED;
}

/* DELTA may have any value: if it is NaN, the step fails and lambda grows. */
static bool valid(const mlpi_minimizer *m)
{
    return mlpi_within(m->number[LAMBDA], 0.0, INFINITY) &&
           mlpi_within(m->number[LAMBDA_BAR], 0.0, INFINITY) &&
           mlpi_whole_within(m->number[SUCCESS], 0.0, 1.0) &&
           mlpi_whole_within(m->number[SINCE_RESTART], 0.0, (double)m->n) &&
           mlpi_whole_within(m->number[FAILURES], 0.0, MOST_FAILURES);
}

const mlpi_method mlpi_method_scg = {"scg",
                                     "scaled conjugate gradient, without line searches",
                                     "M. F. Moller 1993",
                                     false,
                                     false,
                                     4,
                                     0,
                                     2.0,
                                     0.0,
                                     start,
                                     step,
                                     valid};
