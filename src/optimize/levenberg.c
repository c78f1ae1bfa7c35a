/* SPDX-License-Identifier: MIT */
/* Levenberg-Marquardt (K. Levenberg 1944; D. Marquardt 1963; for networks M. Hagan, M. Menhaj
 * 1994): each step d solves (J'J + mu D) d = -J'r, where D holds the largest values so far of the
 * diagonal of J'J (J. More 1978), and mu follows from the gain of the last step (H. B. Nielsen
 * 1999).
 *
 * Bayesian regularisation (D. MacKay 1992; F. D. Foresee, M. Hagan 1997) minimises beta S + alpha
 * |w|^2, where S is the sum of squared residuals and N their number. After each step alpha and beta
 * are estimated anew from the evidence: gamma = n - alpha tr (H^-1) with H = beta J'J + alpha,
 * alpha = gamma / |w|^2, beta = (N - gamma) / S. gamma is the effective number of parameters.
 * (alpha and beta are twice those of Foresee & Hagan, so that the equations need no factors of
 * 2.) */
#include <float.h>
#include <math.h>
#include <string.h>

#include "math/cholesky.h"
#include "optimize/minimize.h"

enum { STEP, TRY, DIAGONAL, RIGHT, NEXT_RIGHT, SCRATCH, VECTORS = SCRATCH + MLPI_CHOLESKY_VECTORS };
enum { NORMAL, NEXT_NORMAL, SYSTEM, MATRICES };    /* matrices */
enum { MU, GROW, SUM, ALPHA, BETA, SMALL, STILL }; /* numbers */

enum { STEPS_SMALL = 3, STEPS_STILL = 10 }; /* steps in a row that mean convergence */

static double *vector(const mlpi_minimizer *m, size_t i)
{
    return mlpi_minimizer_vector(m, i);
}

static double normal(mlpi_minimizer *m, const double *w, double *JtJ, double *Jtr)
{
    return m->objective->normal(m->objective->context, w, JtJ, Jtr);
}

/* The function that a step must reduce: S, or beta S + alpha |w|^2. */
static double cost(const mlpi_minimizer *m, double sum, const double *w)
{
    return m->number[BETA] * sum + m->number[ALPHA] * mlpi_dot(w, w, m->n);
}

static void begin(mlpi_minimizer *m)
{
    const double *JtJ = mlpi_minimizer_matrix(m, NORMAL);
    m->number[SUM] = normal(m, m->w, mlpi_minimizer_matrix(m, NORMAL), vector(m, RIGHT));
    m->number[MU] = 1e-3;
    m->number[GROW] = 2.0;
    for (size_t i = 0; i < m->n; i++)
        vector(m, DIAGONAL)[i] = JtJ[i * m->n + i];
}

static void start_levenberg(mlpi_minimizer *m)
{
    m->number[ALPHA] = 0.0;
    m->number[BETA] = 1.0;
    begin(m);
}

/* Solves the system of the step, whose matrix is beta J'J + alpha + mu D. false: the system cannot
 * be solved, or the watch has stopped the work. */
static bool solve(mlpi_minimizer *m)
{
    const size_t n = m->n;
    double *A = mlpi_minimizer_matrix(m, SYSTEM), *d = vector(m, STEP), *D = vector(m, DIAGONAL);
    const double *JtJ = mlpi_minimizer_matrix(m, NORMAL), *Jtr = vector(m, RIGHT);
    const double alpha = m->number[ALPHA], beta = m->number[BETA];
    for (size_t i = 0; i < n * n; i++)
        A[i] = beta * JtJ[i];
    for (size_t i = 0; i < n; i++) {
        D[i] = fmax(D[i], JtJ[i * n + i]);
        A[i * n + i] += alpha + m->number[MU] * (D[i] > 0.0 ? beta * D[i] : 1.0);
        d[i] = -(beta * Jtr[i] + alpha * m->w[i]);
    }
    if (!mlpi_cholesky(n, A, vector(m, SCRATCH), m->watch))
        return false;
    mlpi_cholesky_solve(n, A, d);
    return true;
}

/* The decrease of the cost that the quadratic model predicts. */
static double promised(const mlpi_minimizer *m)
{
    const double *d = vector(m, STEP), *D = vector(m, DIAGONAL), *Jtr = vector(m, RIGHT);
    double gain = 0.0;
    for (size_t i = 0; i < m->n; i++) {
        const double damping = m->number[MU] * (D[i] > 0.0 ? m->number[BETA] * D[i] : 1.0);
        const double right = m->number[BETA] * Jtr[i] + m->number[ALPHA] * m->w[i];
        gain += d[i] * (damping * d[i] - right);
    }
    return gain;
}

static void accept(mlpi_minimizer *m, double sum)
{
    const size_t square = m->n * m->n;
    memcpy(m->w, vector(m, TRY), m->n * sizeof *m->w);
    memcpy(vector(m, RIGHT), vector(m, NEXT_RIGHT), m->n * sizeof *m->w);
    memcpy(mlpi_minimizer_matrix(m, NORMAL), mlpi_minimizer_matrix(m, NEXT_NORMAL),
           square * sizeof *m->w);
    m->number[SUM] = sum;
    m->value = m->objective->scale * sum;
    for (size_t i = 0; i < m->n; i++)
        m->g[i] = 2.0 * m->objective->scale * vector(m, RIGHT)[i];
}

static mlpi_outcome step(mlpi_minimizer *m)
{
    double *mu = &m->number[MU], *grow = &m->number[GROW];
    double *d = vector(m, STEP), *w = vector(m, TRY);
    for (int i = 0; i < 60 && isfinite(*mu); i++) {
        if (solve(m)) {
            for (size_t j = 0; j < m->n; j++)
                w[j] = m->w[j] + d[j];
            const double sum =
                normal(m, w, mlpi_minimizer_matrix(m, NEXT_NORMAL), vector(m, NEXT_RIGHT));
            if (mlpi_watch_over(m->watch))
                return MLPI_MOVED;
            const double before = cost(m, m->number[SUM], m->w), after = cost(m, sum, w);
            const double small = mlpi_dot(d, d, m->n), size = mlpi_dot(m->w, m->w, m->n);
            if (after < before) {
                const double ratio = (before - after) / promised(m);
                const bool still = small <= 1e-30 * size || before - after <= 1e-30 * before;
                accept(m, sum);
                *mu = fmax(*mu * fmax(1.0 / 3.0, 1.0 - pow(2.0 * ratio - 1.0, 3.0)), 1e-20);
                *grow = 2.0;
                m->number[SMALL] = still ? m->number[SMALL] + 1.0 : 0.0;
                return m->number[SMALL] >= STEPS_SMALL ? MLPI_CONVERGED : MLPI_MOVED;
            }
            if (small <= 1e-32 * size)
                return MLPI_CONVERGED; /* w is exact to the last bit */
        }
        if (mlpi_watch_over(m->watch))
            return MLPI_MOVED;
        *mu *= *grow;
        *grow *= 2.0;
    }
    *mu = 1e-3;
    *grow = 2.0;
    return MLPI_STUCK;
}

static bool valid(const mlpi_minimizer *m)
{
    return mlpi_within(m->number[MU], 0.0, DBL_MAX) && mlpi_within(m->number[GROW], 2.0, DBL_MAX) &&
           mlpi_within(m->number[SUM], 0.0, DBL_MAX) &&
           mlpi_within(m->number[ALPHA], 0.0, DBL_MAX) &&
           mlpi_within(m->number[BETA], 0.0, DBL_MAX) &&
           mlpi_whole_within(m->number[SMALL], 0.0, STEPS_SMALL) &&
           mlpi_whole_within(m->number[STILL], 0.0, STEPS_STILL);
}

const mlpi_method mlpi_method_levenberg = {"levenberg-marquardt",
                                           "damped Gauss-Newton steps for sums of squares",
                                           "D. Marquardt 1963; M. Hagan, M. Menhaj 1994",
                                           true,
                                           false,
                                           VECTORS,
                                           MATRICES,
                                           1.0,
                                           1.0,
                                           start_levenberg,
                                           step,
                                           valid};

/* --- Bayesian regularisation ------------------------------------------------------------------ */

/* ln p(data | alpha, beta) except for a constant (MacKay 1992, equation 4.4), with H = L L'. */
static double log_evidence(const mlpi_minimizer *m, const double *L)
{
    const double N = (double)m->objective->residuals, n = (double)m->n;
    double determinant = 0.0;
    for (size_t i = 0; i < m->n; i++)
        determinant += 2.0 * log(L[i * m->n + i]);
    return 0.5 * (n * log(m->number[ALPHA]) + N * log(m->number[BETA]) -
                  cost(m, m->number[SUM], m->w) - determinant);
}

/* Computes the evidence at w, the effective number of parameters, and the new alpha and beta. */
static void weigh_evidence(mlpi_minimizer *m)
{
    const size_t n = m->n;
    double *H = mlpi_minimizer_matrix(m, SYSTEM);
    const double *JtJ = mlpi_minimizer_matrix(m, NORMAL);
    const double alpha = m->number[ALPHA], beta = m->number[BETA];
    for (size_t i = 0; i < n * n; i++)
        H[i] = beta * JtJ[i];
    for (size_t i = 0; i < n; i++)
        H[i * n + i] += alpha;
    if (!mlpi_cholesky(n, H, vector(m, SCRATCH), m->watch))
        return;
    m->number[MLPI_EVIDENCE] = log_evidence(m, H);
    const double trace = mlpi_cholesky_inverse_trace(n, H, mlpi_minimizer_matrix(m, NEXT_NORMAL),
                                                     vector(m, SCRATCH), m->watch);
    if (mlpi_watch_over(m->watch))
        return;
    const double N = (double)m->objective->residuals;
    const double gamma = fmin(fmax((double)n - alpha * trace, 1e-3), N - 1.0);
    const double weights = mlpi_dot(m->w, m->w, n);
    m->number[MLPI_EFFECTIVE] = gamma;
    if (weights > 0.0 && m->number[SUM] > 0.0 && N > gamma) {
        m->number[ALPHA] = gamma / weights;
        m->number[BETA] = (N - gamma) / m->number[SUM];
    }
}

static void start_bayesian(mlpi_minimizer *m)
{
    begin(m);
    /* Foresee & Hagan begin with gamma = n; here it is at most half the number of residuals. */
    const double N = (double)m->objective->residuals, gamma = fmin((double)m->n, 0.5 * N);
    const double weights = mlpi_dot(m->w, m->w, m->n);
    m->number[ALPHA] = weights > 0.0 ? gamma / weights : 1.0;
    m->number[BETA] = m->number[SUM] > 0.0 ? (N - gamma) / m->number[SUM] : 1.0;
    m->number[MLPI_EFFECTIVE] = gamma;
    m->number[MLPI_EVIDENCE] = -INFINITY;
}

/* Foresee & Hagan stop when gamma, S and |w|^2 no longer change: here, when in STEPS_STILL steps in
 * a row none of them has changed by more than a ten-thousandth. */
static bool settled(mlpi_minimizer *m, double gamma, double sum, double weights)
{
    const double now[] = {m->number[MLPI_EFFECTIVE], m->number[SUM], mlpi_dot(m->w, m->w, m->n)};
    const double before[] = {gamma, sum, weights};
    bool still = true;
    for (size_t i = 0; i < 3; i++)
        still = still && fabs(now[i] - before[i]) <= 1e-4 * before[i];
    m->number[STILL] = still ? m->number[STILL] + 1.0 : 0.0;
    return m->number[STILL] >= STEPS_STILL;
}

static mlpi_outcome step_bayesian(mlpi_minimizer *m)
{
    const double gamma = m->number[MLPI_EFFECTIVE], sum = m->number[SUM];
    const double weights = mlpi_dot(m->w, m->w, m->n);
    const mlpi_outcome outcome = step(m);
    if (outcome != MLPI_MOVED)
        return outcome;
    weigh_evidence(m);
    return settled(m, gamma, sum, weights) ? MLPI_CONVERGED : MLPI_MOVED;
}

static bool valid_bayesian(const mlpi_minimizer *m)
{
    const double most = fmax((double)m->n, (double)m->objective->residuals);
    return valid(m) && mlpi_within(m->number[MLPI_EFFECTIVE], 0.0, most) &&
           mlpi_within(m->number[MLPI_EVIDENCE], -INFINITY, DBL_MAX);
}

const mlpi_method mlpi_method_bayesian = {"bayesian",
                                          "Levenberg-Marquardt with regularisation by evidence",
                                          "D. MacKay 1992; F. D. Foresee, M. Hagan 1997",
                                          true,
                                          true,
                                          VECTORS,
                                          MATRICES,
                                          1.0,
                                          3.0,
                                          start_bayesian,
                                          step_bayesian,
                                          valid_bayesian};
