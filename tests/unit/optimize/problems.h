/* SPDX-License-Identifier: MIT */
/* Well-known problems with known minima (J. More, B. Garbow, K. Hillstrom 1981). */
#ifndef TESTS_PROBLEMS_H
#define TESTS_PROBLEMS_H

#include <math.h>
#include <string.h>

#include "mlp/minimize.h"
#include "unit/test.h"

/* A problem given by its residuals and their Jacobian; E is the sum of the squared residuals. */
typedef struct problem {
    const char *name;
    size_t n, residuals;
    void (*compute)(const double *w, double *r, double *J); /* J: residuals x n */
    double start[4], minimum[4];
    double near; /* the largest error allowed in each w_i */
} problem;

enum { MOST = 8 };

static void bowl(const double *w, double *r, double *J)
{
    static const double scale[] = {1, 3, 0.5}, centre[] = {1, -2, 5};
    for (size_t i = 0; i < 3; i++) {
        r[i] = scale[i] * (w[i] - centre[i]) + 0.1 * (w[(i + 1) % 3] - centre[(i + 1) % 3]);
        J[3 * i + i] = scale[i];
        J[3 * i + (i + 1) % 3] = 0.1;
    }
}

static void rosenbrock(const double *w, double *r, double *J)
{
    r[0] = 10 * (w[1] - w[0] * w[0]);
    r[1] = 1 - w[0];
    J[0] = -20 * w[0];
    J[1] = 10;
    J[2] = -1;
}

static void beale(const double *w, double *r, double *J)
{
    static const double y[] = {1.5, 2.25, 2.625};
    for (int i = 0; i < 3; i++) {
        r[i] = y[i] - w[0] * (1 - pow(w[1], i + 1));
        J[2 * i] = pow(w[1], i + 1) - 1;
        J[2 * i + 1] = w[0] * (i + 1) * pow(w[1], i);
    }
}

/* The Hessian of this problem is singular at the minimum. */
static void powell(const double *w, double *r, double *J)
{
    const double a = w[1] - 2 * w[2], b = w[0] - w[3];
    r[0] = w[0] + 10 * w[1];
    r[1] = sqrt(5) * (w[2] - w[3]);
    r[2] = a * a;
    r[3] = sqrt(10) * b * b;
    J[0] = 1;
    J[1] = 10;
    J[6] = sqrt(5);
    J[7] = -sqrt(5);
    J[9] = 2 * a;
    J[10] = -4 * a;
    J[12] = 2 * sqrt(10) * b;
    J[15] = -2 * sqrt(10) * b;
}

static const problem problems[] = {
    {"quadratic", 3, 3, bowl, {0, 0, 0}, {1, -2, 5}, 1e-6},
    {"Rosenbrock", 2, 2, rosenbrock, {-1.2, 1}, {1, 1}, 1e-5},
    {"Beale", 2, 3, beale, {1, 1}, {3, 0.5}, 1e-5},
    {"Powell singular", 4, 4, powell, {3, -1, 0, 1}, {0, 0, 0, 0}, 0.05},
};
enum { PROBLEMS = sizeof problems / sizeof problems[0] };

static double normal(void *context, const double *w, double *JtJ, double *Jtr)
{
    const problem *p = context;
    double r[MOST], J[MOST * MOST] = {0}, sum = 0.0;
    p->compute(w, r, J);
    for (size_t i = 0; i < p->residuals; i++)
        sum += r[i] * r[i];
    for (size_t a = 0; a < p->n; a++) {
        Jtr[a] = 0.0;
        for (size_t i = 0; i < p->residuals; i++)
            Jtr[a] += J[i * p->n + a] * r[i];
        for (size_t b = 0; JtJ != NULL && b < p->n; b++) {
            JtJ[a * p->n + b] = 0.0;
            for (size_t i = 0; i < p->residuals; i++)
                JtJ[a * p->n + b] += J[i * p->n + a] * J[i * p->n + b];
        }
    }
    return sum;
}

static double value(void *context, const double *w, double *gradient)
{
    const problem *p = context;
    double Jtr[MOST];
    const double sum = normal(context, w, NULL, Jtr);
    for (size_t i = 0; gradient != NULL && i < p->n; i++)
        gradient[i] = 2.0 * Jtr[i];
    return sum;
}

static inline mlp_objective objective_of(const problem *p)
{
    return (mlp_objective){p->n, (void *)(uintptr_t)p, value, normal, 1.0, p->residuals};
}

#endif
