/* SPDX-License-Identifier: MIT */
/* Full-batch methods reach the known minima of well-known problems (J. More, B. Garbow, K.
 * Hillstrom 1981). */
#include <math.h>
#include <string.h>

#include "optimize/minimize.h"
#include "unit/optimize/problems.h"

static void check(const mlpi_method *method, const problem *p)
{
    const mlp_objective objective = objective_of(p);
    mlpi_minimizer m;
    assert_int_equal(mlpi_minimizer_init(&m, method, &objective, p->start, NULL, NULL), MLP_OK);
    mlpi_outcome outcome = MLPI_MOVED;
    for (int i = 0; i < 20000 && outcome == MLPI_MOVED; i++)
        outcome = mlpi_minimizer_step(&m);
    for (size_t i = 0; i < p->n; i++)
        if (!(fabs(m.w[i] - p->minimum[i]) <= p->near))
            fail_msg("%s on %s: w[%zu] = %.9g, wanted %g, E = %g after %d steps", method->name,
                     p->name, i, m.w[i], p->minimum[i], m.value, (int)m.steps);
    assert_true(m.value == value((void *)(uintptr_t)p, m.w, NULL)); /* the value is that at w */
    mlpi_minimizer_release(&m);
}

static void every_method_reaches_the_known_minima(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_method_at(i) != NULL; i++)
        for (size_t p = 0; p < PROBLEMS; p++)
            if (mlpi_method_at(i) != &mlpi_method_bayesian) /* it minimises another function */
                check(mlpi_method_at(i), &problems[p]);
}

/* A straight line through noisy points. The data determine both parameters well, so their effective
 * number is nearly 2; regularisation makes it less than 2. */
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
    const mlp_objective objective = objective_of(&p);
    mlpi_minimizer m;
    assert_int_equal(
        mlpi_minimizer_init(&m, &mlpi_method_bayesian, &objective, p.start, NULL, NULL), MLP_OK);
    for (int i = 0; i < 100 && mlpi_minimizer_step(&m) == MLPI_MOVED; i++)
        continue;
    assert_true(fabs(m.w[0] - 1.0) < 0.15 && fabs(m.w[1] - 2.0) < 0.05);
    assert_true(m.number[MLPI_EFFECTIVE] > 1.9 && m.number[MLPI_EFFECTIVE] < 2.0);
    mlpi_minimizer_release(&m);
}

static void what_is_no_sum_of_squares_is_refused(void **state)
{
    (void)state;
    mlp_objective objective = objective_of(&problems[0]);
    mlpi_minimizer m;
    mlp_error err = {0};
    objective.normal = NULL;
    assert_int_equal(
        mlpi_minimizer_init(&m, &mlpi_method_levenberg, &objective, problems[0].start, NULL, &err),
        MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`loss` quadratic"));
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
