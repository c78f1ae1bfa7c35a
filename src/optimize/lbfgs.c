/* SPDX-License-Identifier: MIT */
/* L-BFGS (J. Nocedal 1980; D. Liu, J. Nocedal 1989): approximates the inverse Hessian from the last
 * pairs of steps and changes of the gradient, by the two-loop recursion (J. Nocedal, S. Wright
 * 2006, algorithm 7.4), with a line search for the strong Wolfe conditions (ibid., algorithms 3.5
 * and 3.6). Equation and algorithm numbers are those of the book. */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "optimize/minimize.h"

enum { PAIRS = 10 };
enum { DIRECTION, TRY, TRY_GRADIENT, STEPS, CHANGES = STEPS + PAIRS, VECTORS = CHANGES + PAIRS };
enum { KEPT, NEWEST }; /* numbers: how many pairs are kept, and the index of the newest */

static void start(mlpi_minimizer *m)
{
    m->number[KEPT] = m->number[NEWEST] = 0.0;
}

/* --- the direction: -H g ---------------------------------------------------------------------- */

static void find_direction(mlpi_minimizer *m)
{
    const size_t kept = (size_t)m->number[KEPT], newest = (size_t)m->number[NEWEST];
    double *q = mlpi_minimizer_vector(m, DIRECTION), alpha[PAIRS], rho[PAIRS];
    assert(kept <= PAIRS && newest < PAIRS);
    for (size_t i = 0; i < m->n; i++)
        q[i] = -m->g[i];
    for (size_t k = 0; k < kept; k++) {
        const size_t at = (newest + PAIRS - k) % PAIRS;
        const double *s = mlpi_minimizer_vector(m, STEPS + at);
        const double *y = mlpi_minimizer_vector(m, CHANGES + at);
        rho[k] = 1.0 / mlpi_dot(y, s, m->n);
        alpha[k] = rho[k] * mlpi_dot(s, q, m->n);
        for (size_t i = 0; i < m->n; i++)
            q[i] -= alpha[k] * y[i];
    }
    if (kept > 0) { /* equation 7.20 */
        const double *y = mlpi_minimizer_vector(m, CHANGES + newest);
        const double scale = 1.0 / (rho[0] * mlpi_dot(y, y, m->n));
        for (size_t i = 0; i < m->n; i++)
            q[i] *= scale;
    }
    for (size_t k = kept; k-- > 0;) {
        const size_t at = (newest + PAIRS - k) % PAIRS;
        const double *s = mlpi_minimizer_vector(m, STEPS + at);
        const double *y = mlpi_minimizer_vector(m, CHANGES + at);
        const double beta = rho[k] * mlpi_dot(y, q, m->n);
        for (size_t i = 0; i < m->n; i++)
            q[i] += (alpha[k] - beta) * s[i];
    }
}

/* --- the line search -------------------------------------------------------------------------- */

/* A point of the line: E and its slope at w + at * direction. */
typedef struct point {
    double at, value, slope;
} point;

static point look(mlpi_minimizer *m, double at)
{
    const double *p = mlpi_minimizer_vector(m, DIRECTION);
    double *w = mlpi_minimizer_vector(m, TRY), *g = mlpi_minimizer_vector(m, TRY_GRADIENT);
    for (size_t i = 0; i < m->n; i++)
        w[i] = m->w[i] + at * p[i];
    const double value = m->objective->value(m->objective->context, w, g);
    return (point){at, isfinite(value) ? value : INFINITY, mlpi_dot(g, p, m->n)};
}

/* The minimum of the cubic through two points and their slopes (3.59), or the midpoint if that
 * minimum is too close to either point or not between the points. */
static double between(point a, point b)
{
    const double d1 = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.at - b.at);
    const double root = d1 * d1 - a.slope * b.slope;
    double at = 0.5 * (a.at + b.at);
    if (root >= 0.0 && isfinite(root)) {
        const double d2 = copysign(sqrt(root), b.at - a.at);
        at = b.at - (b.at - a.at) * (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
    }
    const double low = fmin(a.at, b.at), high = fmax(a.at, b.at), edge = 0.1 * (high - low);
    return !(at >= low + edge && at <= high - edge) ? 0.5 * (low + high) : at;
}

static const double c1 = 1e-4, c2 = 0.9;

/* Algorithm 3.6. Returns a point, and leaves its w in TRY and its gradient in TRY_GRADIENT. */
static point zoom(mlpi_minimizer *m, point zero, point low, point high)
{
    point now = low;
    for (int i = 0; i < 40; i++) {
        now = look(m, between(low, high));
        if (now.value > zero.value + c1 * now.at * zero.slope || now.value >= low.value) {
            high = now;
        } else {
            if (fabs(now.slope) <= -c2 * zero.slope)
                return now;
            if (now.slope * (high.at - low.at) >= 0.0)
                high = low;
            low = now;
        }
        if (fabs(high.at - low.at) <= DBL_EPSILON * fabs(low.at))
            break;
    }
    return low.at > 0.0 && now.at != low.at ? look(m, low.at) : now;
}

/* Algorithm 3.5. */
static point search(mlpi_minimizer *m, double first)
{
    const double *p = mlpi_minimizer_vector(m, DIRECTION);
    const point zero = {0.0, m->value, mlpi_dot(m->g, p, m->n)};
    point before = zero;
    for (int i = 0; i < 30; i++) {
        const point now = look(m, ldexp(first, i));
        if (now.value > zero.value + c1 * now.at * zero.slope ||
            (i > 0 && now.value >= before.value))
            return zoom(m, zero, before, now);
        if (fabs(now.slope) <= -c2 * zero.slope)
            return now;
        if (now.slope >= 0.0)
            return zoom(m, zero, now, before);
        before = now;
    }
    return before;
}

/* --- one step --------------------------------------------------------------------------------- */

static void keep_pair(mlpi_minimizer *m)
{
    const size_t next = ((size_t)m->number[NEWEST] + 1) % PAIRS;
    double *s = mlpi_minimizer_vector(m, STEPS + next),
           *y = mlpi_minimizer_vector(m, CHANGES + next);
    const double *w = mlpi_minimizer_vector(m, TRY), *g = mlpi_minimizer_vector(m, TRY_GRADIENT);
    for (size_t i = 0; i < m->n; i++) {
        s[i] = w[i] - m->w[i];
        y[i] = g[i] - m->g[i];
    }
    if (mlpi_dot(s, y, m->n) <= DBL_EPSILON * mlpi_dot(y, y, m->n))
        return; /* the pair shows no positive curvature */
    m->number[NEWEST] = (double)next;
    m->number[KEPT] = fmin(m->number[KEPT] + 1.0, PAIRS);
}

static mlpi_outcome step(mlpi_minimizer *m)
{
    const double size = sqrt(mlpi_dot(m->g, m->g, m->n));
    if (!(size > 0.0))
        return MLPI_CONVERGED;
    find_direction(m);
    double *p = mlpi_minimizer_vector(m, DIRECTION);
    if (!(mlpi_dot(p, m->g, m->n) < 0.0)) { /* restart with steepest descent */
        m->number[KEPT] = 0.0;
        find_direction(m);
    }
    const point found = search(m, m->number[KEPT] > 0.0 ? 1.0 : fmin(1.0, 1.0 / size));
    if (!(found.value < m->value)) {
        if (m->number[KEPT] == 0.0)
            return MLPI_CONVERGED;
        m->number[KEPT] = 0.0;
        return MLPI_MOVED;
    }
    keep_pair(m);
    memcpy(m->w, mlpi_minimizer_vector(m, TRY), m->n * sizeof *m->w);
    memcpy(m->g, mlpi_minimizer_vector(m, TRY_GRADIENT), m->n * sizeof *m->g);
    m->value = found.value;
    return MLPI_MOVED;
}

static bool valid(const mlpi_minimizer *m)
{
    return mlpi_whole_within(m->number[KEPT], 0.0, PAIRS) &&
           mlpi_whole_within(m->number[NEWEST], 0.0, PAIRS - 1);
}

const mlpi_method mlpi_method_lbfgs = {"lbfgs",
                                       "limited-memory BFGS, 10 pairs, strong Wolfe line search",
                                       "D. Liu, J. Nocedal 1989",
                                       false,
                                       false,
                                       VECTORS,
                                       0,
                                       1.5,
                                       0.0,
                                       start,
                                       step,
                                       valid};
