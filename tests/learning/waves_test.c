/* SPDX-License-Identifier: MIT */
/* Numbers encoded as waves: a function that changes faster than bins can follow is learnt with
 * waves, and only with them. */
#include "learning/problem.h"

enum { ROWS = 1000, WAVES_OF_Y = 32 };

/* Makes rows whose y is a wave with one period in each of 32 bins, so that no line within a bin is
 * better than the mean. The value is an exponential function of its rank, so that only the rank
 * serves as the phase. */
static mlp_table *fast_wave(void)
{
    const double pi = 3.14159265358979323846;
    char *text = malloc(ROWS * 64 + 64), *at = text;
    at += sprintf(at, "v,y\n");
    for (size_t i = 0; i < ROWS; i++) {
        const double u = (double)i / (ROWS - 1);
        at += sprintf(at, "%.9f,%.9f\n", exp(3.0 * u), sin(2.0 * pi * WAVES_OF_Y * u));
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

/* Returns the RMSE of the validation rows; that of the mean is 0.707. */
static double off(const mlp_table *table, const char *transform)
{
    mlp_train_options o = mlpi_options_default();
    mlp_train_report report;
    o.transforms = (mlp_names){&transform, 1};
    o.hidden = "16";
    o.learning_rate = 0.01;
    o.epochs = 60;
    mlp_model_free(problem_train(table, o, &report));
    return report.validation_metric;
}

static void a_fast_wave_is_learnt_by_waves_alone(void **state)
{
    (void)state;
    mlp_table *table = fast_wave();
    assert_true(off(table, "numeric=periodic") < 0.1);
    assert_true(off(table, "numeric=piecewise-linear:32") > 0.6);
    assert_true(off(table, "numeric=standard") > 0.6);
    mlp_table_free(table);
}

/* The waves have 2^k half periods: if none is as fast as y, none fits. */
static void as_many_waves_are_needed_as_y_has(void **state)
{
    (void)state;
    mlp_table *table = fast_wave();
    assert_true(off(table, "numeric=periodic:7") < 0.1);
    assert_true(off(table, "numeric=periodic:4") > 0.6);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fast_wave_is_learnt_by_waves_alone),
        cmocka_unit_test(as_many_waves_are_needed_as_y_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
