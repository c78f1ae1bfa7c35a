/* SPDX-License-Identifier: MIT */
/* Two models are compared on the same rows only: differences and intervals equal those of
 * scikit-learn and NumPy on the same resamples, p-values those of statsmodels and SciPy. */
#include <string.h>

#include "evaluate/bootstrap.h"
#include "mlp/mlp.h"
#include "unit/evaluate/golden.h"

static mlp_evaluator *evaluate(const mlp_outcomes *o)
{
    mlp_evaluator *evaluator = NULL;
    mlp_evaluation e;
    assert_int_equal(mlp_evaluator_create(true, &evaluator, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_add(evaluator, o, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_finish(evaluator, &e, NULL), MLP_OK);
    mlp_evaluation_release(&e);
    return evaluator;
}

static mlp_status compare(const mlp_outcomes *a, const mlp_outcomes *b,
                          const mlp_interval_options *options, mlp_comparison *got)
{
    mlp_error err;
    mlp_evaluator *first = evaluate(a), *second = evaluate(b);
    const mlp_status status = mlp_evaluator_compare(first, second, options, got, &err);
    mlp_evaluator_free(first);
    mlp_evaluator_free(second);
    return status;
}

/* --- another implementation ------------------------------------------------------------------- */

static void check_comparison(mlp_json_value wanted)
{
    const mlp_interval_options options = {.level = golden_number(golden_at(wanted, "level")),
                                          .resamples = golden_count(wanted, "resamples"),
                                          .seed = golden_whole(wanted, "seed")};
    mlp_outcomes a = golden_outcomes_of(wanted, "first"), b = golden_outcomes_of(wanted, "second");
    mlp_comparison got;
    const char *name;
    assert_int_equal(compare(&a, &b, &options, &got), MLP_OK);
    assert_int_equal(got.rows, a.rows);
    assert_int_equal(got.first_better, golden_count(wanted, "first_better"));
    assert_int_equal(got.second_better, golden_count(wanted, "second_better"));
    golden_close("p", got.p_value, golden_number(golden_at(wanted, "p")));
    for (mlp_json_value pair = mlp_json_first(golden_at(wanted, "intervals"));
         (name = mlp_json_name(pair)) != NULL; pair = mlp_json_next(pair)) {
        const size_t i = mlp_metric_find(name);
        const double low = golden_number(golden_in(pair, 0)),
                     high = golden_number(golden_in(pair, 1));
        golden_close(name, got.difference[i],
                     golden_number(golden_at(golden_at(wanted, "difference"), name)));
        golden_close(name, got.intervals.low[i], low);
        golden_close(name, got.intervals.high[i], high);
        const bool rises = low > 0.0, falls = high < 0.0, larger = mlp_metric_larger_is_better(i);
        assert_int_equal(mlp_comparison_better(&got, i), rises   ? (larger ? 2 : 1)
                                                         : falls ? (larger ? 1 : 2)
                                                                 : 0);
    }
    golden_release(&a);
    golden_release(&b);
}

static void differences_equal_scikit_learn_on_the_same_resamples(void **state)
{
    (void)state;
    mlp_json *document = golden_load_file(MLP_GOLDEN "/evaluation.json");
    const char *name;
    for (mlp_json_value wanted = mlp_json_first(golden_at(mlp_json_root(document), "comparisons"));
         (name = mlp_json_name(wanted)) != NULL; wanted = mlp_json_next(wanted))
        check_comparison(wanted);
    mlp_json_free(document);
}

static void the_sign_test_equals_scipy(void **state)
{
    (void)state;
    mlp_json *document = golden_load_file(MLP_GOLDEN "/evaluation.json");
    mlp_json_value one = mlp_json_first(golden_at(mlp_json_root(document), "signs"));
    size_t count = 0;
    for (; mlp_json_kind_of(one) == MLP_JSON_ARRAY; one = mlp_json_next(one), count++) {
        const size_t k = (size_t)golden_number(golden_in(one, 0)),
                     n = (size_t)golden_number(golden_in(one, 1));
        const double wanted = golden_number(golden_in(one, 2));
        assert_near(mlp_sign_test(k, n), wanted, 1e-9 * wanted);
        assert_near(mlp_sign_test(n - k, n), wanted, 1e-9 * wanted);
    }
    assert_int_equal(count, 11);
    mlp_json_free(document);
}

static void metrics_of_quantiles_equal_scikit_learn_and_numpy(void **state)
{
    (void)state;
    mlp_json *document = golden_load_file(MLP_GOLDEN "/evaluation.json");
    const char *name;
    for (mlp_json_value wanted = mlp_json_first(golden_at(mlp_json_root(document), "quantiles"));
         (name = mlp_json_name(wanted)) != NULL; wanted = mlp_json_next(wanted)) {
        mlp_outcomes o = {.task = MLP_TASK_REGRESSION};
        size_t rows = 0, width = 0;
        mlp_evaluation e;
        const mlp_json_value figures = golden_at(wanted, "figures");
        o.truth = golden_numbers(wanted, "truth", &o.rows, &o.width);
        o.values = golden_numbers(wanted, "truth", &o.rows, &o.width);
        o.level = golden_numbers(wanted, "level", &o.levels, &width);
        o.quantile = golden_numbers(wanted, "quantile", &rows, &width);
        assert_int_equal(width, o.width * o.levels);
        assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
        for (mlp_json_value f = mlp_json_first(figures); mlp_json_name(f) != NULL;
             f = mlp_json_next(f)) {
            double value = 0.0;
            assert_true(mlp_evaluation_metric(&e, mlp_json_name(f), &value));
            golden_close(mlp_json_name(f), value, golden_number(f));
        }
        mlp_evaluation_release(&e);
        free(o.level);
        free(o.quantile);
        golden_release(&o);
    }
    mlp_json_free(document);
}

/* --- properties for any rows ------------------------------------------------------------------ */

enum { N = 400 };

/* The outcomes of a model that is right at random, in about `share` of the rows. */
static mlp_outcomes guesses(unsigned seed, double share, size_t *label, size_t *predicted,
                            double *values)
{
    uint64_t x = seed * 2654435761u + 1;
    for (size_t r = 0; r < N; r++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        label[r] = r % 2;
        predicted[r] = (double)(x >> 40) / 16777216.0 < share ? label[r] : 1 - label[r];
        values[2 * r + predicted[r]] = 0.7;
        values[2 * r + 1 - predicted[r]] = 0.3;
    }
    return (mlp_outcomes){.task = MLP_TASK_CLASSIFICATION,
                          .rows = N,
                          .width = 2,
                          .label = label,
                          .predicted = predicted,
                          .values = values};
}

static void a_model_is_not_better_than_itself(void **state)
{
    (void)state;
    static size_t label[N], predicted[N];
    static double values[2 * N];
    const mlp_outcomes o = guesses(3, 0.8, label, predicted, values);
    mlp_comparison got;
    assert_int_equal(compare(&o, &o, NULL, &got), MLP_OK);
    assert_int_equal(got.first_better + got.second_better, 0);
    assert_true(got.p_value == 1.0);
    for (size_t i = 0; i < MLP_METRICS; i++) {
        assert_int_equal(mlp_comparison_better(&got, i), 0);
        assert_true(isnan(got.difference[i]) ||
                    (got.difference[i] == 0.0 && got.intervals.high[i] == 0.0));
    }
}

/* Intervals of 95 % call equally good models different about once in twenty times. */
static void chance_is_seldom_taken_for_a_difference(void **state)
{
    (void)state;
    static size_t label[N], one[N], other[N];
    static double first[2 * N], second[2 * N];
    const size_t accuracy = mlp_metric_find("accuracy");
    mlp_interval_options options = mlpi_interval_options_default();
    size_t told = 0, significant = 0;
    options.resamples = 200;
    enum { PAIRS = 200 };
    for (unsigned k = 0; k < PAIRS; k++) {
        mlp_comparison got;
        const mlp_outcomes a = guesses(2 * k + 1, 0.8, label, one, first);
        const mlp_outcomes b = guesses(2 * k + 2, 0.8, label, other, second);
        assert_int_equal(compare(&a, &b, &options, &got), MLP_OK);
        told += mlp_comparison_better(&got, accuracy) != 0;
        significant += got.p_value < 0.05;
    }
    assert_in_range(told, 1, PAIRS / 10);
    assert_in_range(significant, 1, PAIRS / 10);
}

static void a_better_model_is_found_from_either_side(void **state)
{
    (void)state;
    static size_t label[N], one[N], other[N];
    static double first[2 * N], second[2 * N];
    const size_t accuracy = mlp_metric_find("accuracy"), loss = mlp_metric_find("log_loss");
    const mlp_outcomes a = guesses(1, 0.7, label, one, first);
    const mlp_outcomes b = guesses(2, 0.9, label, other, second);
    mlp_comparison got, back;
    assert_int_equal(compare(&a, &b, NULL, &got), MLP_OK);
    assert_int_equal(compare(&b, &a, NULL, &back), MLP_OK);
    assert_int_equal(mlp_comparison_better(&got, accuracy), 2);
    assert_int_equal(mlp_comparison_better(&got, loss), 2);
    assert_int_equal(mlp_comparison_better(&back, accuracy), 1);
    assert_true(got.intervals.low[loss] == -back.intervals.high[loss]);
    assert_true(got.p_value == back.p_value && got.p_value < 1e-6);
    assert_int_equal(got.first_better, back.second_better);
}

static void labels_may_have_other_numbers(void **state)
{
    (void)state;
    static size_t label[N], one[N], other[N], turned[N], renamed[N];
    static double first[2 * N], second[2 * N], mirrored[2 * N];
    const mlp_outcomes a = guesses(1, 0.7, label, one, first);
    mlp_outcomes b = guesses(2, 0.9, label, other, second);
    mlp_comparison same, got;
    assert_int_equal(compare(&a, &b, NULL, &same), MLP_OK);
    for (size_t r = 0; r < N; r++) {
        turned[r] = 1 - label[r];
        renamed[r] = 1 - other[r];
        mirrored[2 * r] = second[2 * r + 1];
        mirrored[2 * r + 1] = second[2 * r];
    }
    b.label = turned;
    b.predicted = renamed;
    b.values = mirrored;
    assert_int_equal(compare(&a, &b, NULL, &got), MLP_OK);
    assert_int_equal(got.second_better, same.second_better);
    const size_t mcc = mlp_metric_find("mcc");
    assert_near(got.difference[mcc], same.difference[mcc], 1e-12);
    turned[7] = 1 - turned[7]; /* a row with another true label */
    assert_int_equal(compare(&a, &b, NULL, &got), MLP_ERROR_ARGUMENT);
}

static void only_the_same_rows_are_compared(void **state)
{
    (void)state;
    double truth[] = {1, 2, 3}, other[] = {1, 2, 4}, values[] = {1, 2, 3};
    const mlp_outcomes a = {
        .task = MLP_TASK_REGRESSION, .rows = 3, .width = 1, .truth = truth, .values = values};
    mlp_outcomes b = a;
    mlp_comparison got;
    mlp_error err;
    b.rows = 2;
    assert_int_equal(compare(&a, &b, NULL, &got), MLP_ERROR_ARGUMENT);
    b.rows = 3;
    b.truth = other;
    assert_int_equal(compare(&a, &b, NULL, &got), MLP_ERROR_ARGUMENT);
    mlp_evaluator *finished = evaluate(&a), *begun = NULL;
    assert_int_equal(mlp_evaluator_create(true, &begun, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_add(begun, &a, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_compare(finished, begun, NULL, &got, &err), MLP_ERROR_ARGUMENT);
    mlp_evaluator_free(begun);
    mlp_evaluator_free(finished);
}

/* A missing prediction is never nearer to the truth than a number. */
static void a_row_without_a_prediction_is_the_worse_one(void **state)
{
    (void)state;
    double truth[] = {1, 2, 3}, first[] = {0, 9, 9}, second[] = {(double)NAN, 2, (double)NAN};
    const mlp_outcomes a = {
        .task = MLP_TASK_REGRESSION, .rows = 3, .width = 1, .truth = truth, .values = first};
    mlp_outcomes b = a;
    mlp_comparison got;
    b.values = second;
    assert_int_equal(compare(&a, &b, NULL, &got), MLP_OK);
    assert_int_equal(got.first_better, 2);
    assert_int_equal(got.second_better, 1);
    assert_int_equal(mlp_comparison_better(&got, mlp_metric_find("rmse")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_equal_scikit_learn_on_the_same_resamples),
        cmocka_unit_test(the_sign_test_equals_scipy),
        cmocka_unit_test(metrics_of_quantiles_equal_scikit_learn_and_numpy),
        cmocka_unit_test(a_model_is_not_better_than_itself),
        cmocka_unit_test(chance_is_seldom_taken_for_a_difference),
        cmocka_unit_test(a_better_model_is_found_from_either_side),
        cmocka_unit_test(labels_may_have_other_numbers),
        cmocka_unit_test(only_the_same_rows_are_compared),
        cmocka_unit_test(a_row_without_a_prediction_is_the_worse_one),
    };
    return RUN(tests);
}
