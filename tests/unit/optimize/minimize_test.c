/* SPDX-License-Identifier: MIT */
/* Full-batch methods reach the known minima of well-known problems (J. More, B. Garbow, K.
 * Hillstrom 1981). */
#include <math.h>
#include <string.h>

#include "optimize/minimize.h"
#include "unit/test.h"

/* A problem as residuals with their Jacobian; E is the sum of their squares. */
typedef struct problem {
    const char *name;
    size_t n, residuals;
    void (*compute)(const double *w, double *r, double *J); /* J: residuals x n */
    double start[4], minimum[4];
    double near; /* how near w must come */
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

/* Its Hessian at the minimum is singular. */
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

static mlpi_objective objective_of(const problem *p)
{
    return (mlpi_objective){p->n, (void *)(uintptr_t)p, value, normal, 1.0, p->residuals};
}

static void check(const mlpi_method *method, const problem *p)
{
    const mlpi_objective objective = objective_of(p);
    mlpi_minimizer m;
    assert_int_equal(mlpi_minimizer_init(&m, method, &objective, p->start, NULL), MLP_OK);
    mlpi_outcome outcome = MLPI_MOVED;
    for (int i = 0; i < 20000 && outcome == MLPI_MOVED; i++)
        outcome = mlpi_minimizer_step(&m);
    for (size_t i = 0; i < p->n; i++)
        if (!(fabs(m.w[i] - p->minimum[i]) <= p->near))
            fail_msg("%s on %s: w[%zu] = %.9g, wanted %g, E = %g after %d steps", method->name,
                     p->name, i, m.w[i], p->minimum[i], m.value, (int)m.steps);
    assert_true(m.value == value((void *)(uintptr_t)p, m.w, NULL)); /* it tells the truth */
    mlpi_minimizer_release(&m);
}

static void every_method_reaches_the_known_minima(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_method_at(i) != NULL; i++)
        for (size_t p = 0; p < PROBLEMS; p++)
            if (mlpi_method_at(i) !=
                &mlpi_method_bayesian) /* minimises something else on purpose */
                check(mlpi_method_at(i), &problems[p]);
}

/* A straight line through noisy points: the effective number of parameters is about 2, and less
 * than what an unregularised fit would use; the weights are pulled towards zero, not past it. */
static void line(const double *w, double *r, double *J)
{
    static const double noise[] = {0.1, -0.2, 0.15, -0.05, 0.1, -0.15, 0.05, 0.0};
    for (size_t i = 0; i < 8; i++) {
        r[i] = w[0] + w[1] * (double)i - (1.0 + 2.0 * (double)i + noise[i]);
        J[2 * i] = 1.0;
        J[2 * i + 1] = (double)i;
    }
}

static void evidence_counts_the_parameters_that_data_determine(void **state)
{
    (void)state;
    const problem p = {"line", 2, 8, line, {0.1, 0.1}, {0}, 0};
    const mlpi_objective objective = objective_of(&p);
    mlpi_minimizer m;
    assert_int_equal(mlpi_minimizer_init(&m, &mlpi_method_bayesian, &objective, p.start, NULL),
                     MLP_OK);
    for (int i = 0; i < 100 && mlpi_minimizer_step(&m) == MLPI_MOVED; i++)
        continue;
    assert_true(fabs(m.w[0] - 1.0) < 0.15 && fabs(m.w[1] - 2.0) < 0.05);
    assert_true(m.number[MLPI_EFFECTIVE] > 1.9 && m.number[MLPI_EFFECTIVE] < 2.0);
    mlpi_minimizer_release(&m);
}

static void what_is_no_sum_of_squares_is_refused(void **state)
{
    (void)state;
    mlpi_objective objective = objective_of(&problems[0]);
    mlpi_minimizer m;
    mlp_error err = {0};
    objective.normal = NULL;
    assert_int_equal(
        mlpi_minimizer_init(&m, &mlpi_method_levenberg, &objective, problems[0].start, &err),
        MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "--loss quadratic"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_reaches_the_known_minima),
        cmocka_unit_test(evidence_counts_the_parameters_that_data_determine),
        cmocka_unit_test(what_is_no_sum_of_squares_is_refused),
    };
    return RUN(tests);
}
