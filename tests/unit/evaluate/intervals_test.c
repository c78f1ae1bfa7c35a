/* SPDX-License-Identifier: MIT */
/* Bootstrap intervals equal those of scikit-learn and NumPy on the same resamples, have the same
 * bits for any number of threads, and are as wide as theory says. */
#include <string.h>

#include "evaluate/bootstrap.h"
#include "mlp/mlp.h"
#include "unit/evaluate/golden.h"

static void check_first_resample(mlp_json_value wanted, uint64_t seed, size_t rows)
{
    uint32_t row[64];
    assert_in_range(rows, 1, 64);
    mlp_bootstrap_rows(seed, 0, (uint32_t)rows, row);
    for (size_t i = 0; i < rows; i++)
        assert_int_equal(row[i], (uint32_t)golden_item(wanted, "first", i));
}

static void check_intervals(mlp_json_value wanted)
{
    const uint64_t seed = golden_whole(wanted, "seed");
    const mlp_interval_options options = {.level = golden_number(golden_at(wanted, "level")),
                                          .resamples = golden_count(wanted, "resamples"),
                                          .seed = seed};
    mlp_outcomes o = golden_outcomes(wanted);
    mlp_intervals got;
    const char *name;

    check_first_resample(wanted, seed, o.rows);
    assert_int_equal(mlp_bootstrap_intervals(&o, &options, &got, NULL), MLP_OK);
    for (mlp_json_value pair = mlp_json_first(golden_at(wanted, "intervals"));
         (name = mlp_json_name(pair)) != NULL; pair = mlp_json_next(pair)) {
        const size_t i = mlp_metric_find(name);
        golden_close(name, got.low[i], golden_number(golden_in(pair, 0)));
        golden_close(name, got.high[i], golden_number(golden_in(pair, 1)));
    }
    golden_release(&o);
}

static void intervals_equal_scikit_learn_on_the_same_resamples(void **state)
{
    (void)state;
    mlp_json *document = golden_load();
    const mlp_json_value root = mlp_json_root(document);
    const char *name;
    for (mlp_json_value wanted = mlp_json_first(golden_at(root, "evaluations"));
         (name = mlp_json_name(wanted)) != NULL; wanted = mlp_json_next(wanted))
        check_intervals(wanted);
    mlp_json_free(document);
}

enum { N = 3000 };

/* Rows of which 30 % are predicted wrongly; the predicted label has a probability of at least
 * 0.5. */
static mlp_outcomes many_rows(void)
{
    static size_t label[N], predicted[N];
    static double p[2 * N], loss[N];
    for (size_t r = 0; r < N; r++) {
        label[r] = r % 2;
        predicted[r] = r % 10 < 3 ? 1 - label[r] : label[r];
        p[2 * r + predicted[r]] = 0.5 + (double)(r * 7919 % N) / (2.0 * N);
        p[2 * r + 1 - predicted[r]] = 1.0 - p[2 * r + predicted[r]];
        loss[r] = -log(p[2 * r + label[r]] + 1e-3);
    }
    return (mlp_outcomes){.task = MLP_TASK_CLASSIFICATION,
                          .rows = N,
                          .width = 2,
                          .label = label,
                          .predicted = predicted,
                          .values = p,
                          .loss = loss};
}

static void intervals_are_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    const mlp_outcomes o = many_rows();
    mlp_interval_options options = mlpi_interval_options_default();
    mlp_intervals one, other;
    options.threads = 1;
    options.resamples = 200;
    assert_int_equal(mlp_bootstrap_intervals(&o, &options, &one, NULL), MLP_OK);
    for (options.threads = 2; options.threads < 9; options.threads += 3) {
        assert_int_equal(mlp_bootstrap_intervals(&o, &options, &other, NULL), MLP_OK);
        assert_memory_equal(&one, &other, sizeof one);
    }
    options.seed = 2;
    assert_int_equal(mlp_bootstrap_intervals(&o, &options, &other, NULL), MLP_OK);
    assert_memory_not_equal(&one, &other, sizeof one);
}

/* The interval of one resample is the metric of its rows, which mlp_bootstrap_rows gives. */
static void a_resample_can_be_drawn_again(void **state)
{
    (void)state;
    static uint32_t row[N];
    const mlp_outcomes o = many_rows();
    const mlp_interval_options options = {.level = 0.5, .resamples = 1, .seed = 77};
    mlp_intervals got;
    size_t right = 0;
    mlp_bootstrap_rows(77, 0, N, row);
    for (size_t i = 0; i < N; i++)
        right += o.label[row[i]] == o.predicted[row[i]];
    assert_int_equal(mlp_bootstrap_intervals(&o, &options, &got, NULL), MLP_OK);
    golden_close("accuracy", got.low[mlp_metric_find("accuracy")], (double)right / N);
}

/* A share p of n rows has the standard deviation sqrt(p (1 - p) / n). */
static void intervals_of_a_share_are_those_of_the_binomial_law(void **state)
{
    (void)state;
    const mlp_outcomes o = many_rows();
    mlp_intervals got;
    assert_int_equal(mlp_bootstrap_intervals(&o, NULL, &got, NULL), MLP_OK);
    const size_t i = mlp_metric_find("accuracy");
    const double half = 1.959964 * sqrt(0.7 * 0.3 / N);
    assert_int_equal(got.resamples, 1000);
    assert_true(fabs(got.low[i] - (0.7 - half)) < 0.15 * half);
    assert_true(fabs(got.high[i] - (0.7 + half)) < 0.15 * half);
    const size_t loss = mlp_metric_find("loss");
    mlp_evaluation e;
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    for (size_t m = 0; m < MLP_METRICS; m++) {
        double value = 0.0;
        mlp_evaluation_metric(&e, mlp_metric_name(m), &value);
        assert_int_equal(isnan(value), isnan(got.low[m]));
        assert_true(isnan(value) || (got.low[m] <= value && value <= got.high[m]) ||
                    m == mlp_metric_find("calibration_error"));
    }
    assert_true(got.low[loss] < got.high[loss]);
    mlp_evaluation_release(&e);
}

static void a_single_row_has_intervals_of_no_width(void **state)
{
    (void)state;
    double truth[] = {2}, value[] = {5};
    const mlp_outcomes o = {
        .task = MLP_TASK_REGRESSION, .rows = 1, .width = 1, .truth = truth, .values = value};
    mlp_intervals got;
    const size_t rmse = mlp_metric_find("rmse"), r2 = mlp_metric_find("r2");
    assert_int_equal(mlp_bootstrap_intervals(&o, NULL, &got, NULL), MLP_OK);
    assert_true(got.low[rmse] == 3.0 && got.high[rmse] == 3.0);
    assert_true(isnan(got.low[r2]) && isnan(got.high[mlp_metric_find("accuracy")]));
}

static void impossible_wishes_are_errors(void **state)
{
    (void)state;
    mlp_outcomes o = many_rows();
    mlp_interval_options options = mlpi_interval_options_default();
    mlp_intervals got;
    mlp_error err;
    const double levels[] = {0.0, 1.0, -2.0, (double)NAN};
    for (size_t i = 0; i < 4; i++) {
        options.level = levels[i];
        assert_int_equal(mlp_bootstrap_intervals(&o, &options, &got, &err), MLP_ERROR_ARGUMENT);
    }
    options = mlpi_interval_options_default();
    options.resamples = 0;
    assert_int_equal(mlp_bootstrap_intervals(&o, &options, &got, &err), MLP_ERROR_ARGUMENT);
    options.resamples = SIZE_MAX / 4;
    assert_int_equal(mlp_bootstrap_intervals(&o, &options, &got, &err), MLP_ERROR_MEMORY);
    o.rows = 0;
    assert_int_equal(mlp_bootstrap_intervals(&o, NULL, &got, &err), MLP_ERROR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_equal_scikit_learn_on_the_same_resamples),
        cmocka_unit_test(intervals_are_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(a_resample_can_be_drawn_again),
        cmocka_unit_test(intervals_of_a_share_are_those_of_the_binomial_law),
        cmocka_unit_test(a_single_row_has_intervals_of_no_width),
        cmocka_unit_test(impossible_wishes_are_errors),
    };
    return RUN(tests);
}
