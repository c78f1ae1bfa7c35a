/* SPDX-License-Identifier: MIT */
/* Curves, bins, gains and residuals equal those of scikit-learn and NumPy on the same predictions,
 * and are defined where those are not. */
#include <string.h>

#include "mlp/mlp.h"
#include "unit/evaluate/golden.h"

static const double nan_ = (double)NAN;

/* --- against scikit-learn --------------------------------------------------------------------- */

static void check_curve(const char *name, mlp_json_value wanted, const char *x, const char *y,
                        const char *area, const mlp_curve *curve)
{
    assert_int_equal(curve->count, mlp_json_count(golden_at(wanted, x)));
    golden_close(name, curve->area, golden_number(golden_at(wanted, area)));
    assert_true(isinf(curve->threshold[0]));
    for (size_t i = 0; i < curve->count; i++) {
        golden_close(name, curve->x[i], golden_item(wanted, x, i));
        golden_close(name, curve->y[i], golden_item(wanted, y, i));
        if (i > 0)
            golden_close(name, curve->threshold[i], golden_item(wanted, "threshold", i - 1));
    }
}

static void check_calibration(const mlp_scores *scores, mlp_bins kind, mlp_json_value wanted,
                              double brier)
{
    mlp_calibration c;
    const size_t bins = golden_count(wanted, "bins");
    size_t filled = 0;
    assert_int_equal(mlp_calibration_curve(scores, kind, bins, &c, NULL), MLP_OK);
    golden_close("expected", c.expected_error, golden_number(golden_at(wanted, "expected_error")));
    golden_close("maximum", c.maximum_error, golden_number(golden_at(wanted, "maximum_error")));
    golden_close("brier", c.brier, brier);
    for (size_t b = 0; b < bins; b++) {
        assert_int_equal(c.bins[b].rows, (size_t)golden_item(wanted, "rows", b));
        assert_int_equal(isnan(c.bins[b].observed), c.bins[b].rows == 0);
        if (c.bins[b].rows == 0)
            continue;
        golden_close("observed", c.bins[b].observed, golden_item(wanted, "observed", filled));
        golden_close("predicted", c.bins[b].predicted, golden_item(wanted, "predicted", filled++));
    }
    mlp_calibration_release(&c);
}

static void check_gains(const mlp_scores *scores, mlp_json_value wanted)
{
    mlp_gain gains[10];
    const size_t parts = golden_count(wanted, "parts");
    assert_int_equal(mlp_gains_curve(scores, parts, gains, NULL), MLP_OK);
    for (size_t i = 0; i < parts; i++) {
        golden_close("gain", gains[i].gain, golden_item(wanted, "gain", i));
        golden_close("lift", gains[i].lift, golden_item(wanted, "lift", i));
        golden_close("cumulative", gains[i].cumulative_lift, gains[i].gain / gains[i].share);
    }
}

static void check_scores(const char *name, mlp_json_value wanted)
{
    size_t rows = 0, width = 0;
    size_t *label = golden_labels(wanted);
    double *score = golden_numbers(wanted, "score", &rows, &width);
    const double brier = golden_number(golden_at(wanted, "brier"));
    const mlp_scores scores = {label, 1, score, 1, rows};
    mlp_curve curve;
    assert_int_equal(mlp_roc_curve(&scores, &curve, NULL), MLP_OK);
    check_curve(name, wanted, "fpr", "tpr", "auc", &curve);
    mlp_curve_release(&curve);
    assert_int_equal(mlp_precision_recall_curve(&scores, &curve, NULL), MLP_OK);
    check_curve(name, wanted, "recall", "precision", "average_precision", &curve);
    mlp_curve_release(&curve);
    check_calibration(&scores, MLP_BINS_EQUAL_WIDTH, golden_at(wanted, "equal_width"), brier);
    check_calibration(&scores, MLP_BINS_EQUAL_COUNT, golden_at(wanted, "equal_count"), brier);
    for (size_t i = 0; i < mlp_json_count(golden_at(wanted, "gains")); i++)
        check_gains(&scores, golden_in(golden_at(wanted, "gains"), i));
    free(label);
    free(score);
}

static void curves_equal_scikit_learn(void **state)
{
    (void)state;
    mlp_json *document = golden_load();
    const mlp_json_value root = mlp_json_root(document);
    const char *name;
    for (mlp_json_value wanted = mlp_json_first(golden_at(root, "scores"));
         (name = mlp_json_name(wanted)) != NULL; wanted = mlp_json_next(wanted))
        check_scores(name, wanted);
    mlp_json_free(document);
}

static void check_residuals(const mlp_outcomes *o, size_t t, mlp_json_value wanted)
{
    mlp_residuals r;
    assert_int_equal(mlp_residual_summary(o, t, 4, &r, NULL), MLP_OK);
    golden_close("mean", r.mean, golden_number(golden_at(wanted, "mean")));
    golden_close("deviation", r.deviation, golden_number(golden_at(wanted, "deviation")));
    for (size_t i = 0; i < MLP_RESIDUAL_QUANTILES; i++)
        golden_close("quantile", r.quantile[i], golden_item(wanted, "quantile", i));
    for (size_t b = 0; b < 4; b++) {
        assert_int_equal(r.bins[b].rows, (size_t)golden_item(wanted, "rows", b));
        golden_close("bin's mean", r.bins[b].mean, golden_item(wanted, "bin_mean", b));
        golden_close("bin's deviation", r.bins[b].deviation,
                     golden_item(wanted, "bin_deviation", b));
    }
    mlp_residuals_release(&r);
}

static void residuals_equal_numpy(void **state)
{
    (void)state;
    mlp_json *document = golden_load();
    const mlp_json_value root = mlp_json_root(document);
    mlp_json_value wanted = golden_at(root, "residuals");
    mlp_outcomes o = {.task = MLP_TASK_REGRESSION};
    o.truth = golden_numbers(wanted, "truth", &o.rows, &o.width);
    o.values = golden_numbers(wanted, "values", &o.rows, &o.width);
    for (size_t t = 0; t < o.width; t++)
        check_residuals(&o, t, golden_in(golden_at(wanted, "summary"), t));
    free(o.truth);
    free(o.values);
    mlp_json_free(document);
}

/* --- edge cases ------------------------------------------------------------------------------- */

static void undefined_curves_are_errors_that_say_why(void **state)
{
    (void)state;
    static const size_t ones[] = {1, 1}, mixed[] = {0, 1};
    const double score[] = {0.2, 0.7}, broken[] = {0.2, nan_}, outside[] = {0.5, 1.5};
    const mlp_scores all = {ones, 1, score, 1, 2}, none = {ones, 0, score, 1, 2};
    const mlp_scores unordered = {mixed, 1, broken, 1, 2}, empty = {mixed, 1, score, 1, 0};
    const mlp_scores wide = {mixed, 1, outside, 1, 2}, good = {mixed, 1, score, 1, 2};
    const mlp_scores *const no_roc[] = {&all, &none, &unordered, &empty};
    mlp_curve curve = {.count = 77};
    mlp_calibration calibration;
    mlp_gain gains[2];
    mlp_error err;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(mlp_roc_curve(no_roc[i], &curve, &err), MLP_ERROR_DATA);
        assert_true(strlen(err.message) > 0);
        assert_int_equal(curve.count, 77);
    }
    assert_int_equal(mlp_precision_recall_curve(&none, &curve, &err), MLP_ERROR_DATA);
    assert_int_equal(mlp_gains_curve(&none, 2, gains, &err), MLP_ERROR_DATA);
    assert_int_equal(mlp_gains_curve(&good, 0, gains, &err), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_calibration_curve(&wide, MLP_BINS_EQUAL_WIDTH, 5, &calibration, &err),
                     MLP_ERROR_DATA);
    assert_int_equal(mlp_calibration_curve(&unordered, MLP_BINS_EQUAL_COUNT, 5, &calibration, &err),
                     MLP_ERROR_DATA);
    assert_int_equal(mlp_calibration_curve(&good, MLP_BINS_EQUAL_WIDTH, 0, &calibration, &err),
                     MLP_ERROR_ARGUMENT);
}

static void a_single_row_has_the_curves_it_can_have(void **state)
{
    (void)state;
    static const size_t one[] = {1};
    static const double score[] = {0.75};
    const mlp_scores scores = {one, 1, score, 1, 1};
    mlp_curve curve;
    mlp_calibration c;
    mlp_gain gains[3];
    assert_int_equal(mlp_precision_recall_curve(&scores, &curve, NULL), MLP_OK);
    golden_close("average precision", curve.area, 1.0);
    mlp_curve_release(&curve);
    for (int kind = 0; kind < 2; kind++) {
        assert_int_equal(mlp_calibration_curve(&scores, (mlp_bins)kind, 3, &c, NULL), MLP_OK);
        golden_close("calibration", c.expected_error, 0.25);
        mlp_calibration_release(&c);
    }
    assert_int_equal(mlp_gains_curve(&scores, 3, gains, NULL), MLP_OK);
    golden_close("gain", gains[0].gain, 1.0 / 3.0);
    golden_close("lift", gains[2].lift, 1.0);
}

static void the_order_of_rows_does_not_matter(void **state)
{
    (void)state;
    static const size_t label[] = {1, 0, 0, 1, 1, 0}, turned[] = {0, 1, 1, 0, 0, 1};
    static const double score[] = {.5, .5, .5, .5, .5, .9},
                        turned_score[] = {.9, .5, .5, .5, .5, .5};
    const mlp_scores a = {label, 1, score, 1, 6}, b = {turned, 1, turned_score, 1, 6};
    mlp_gain one[3], other[3];
    assert_int_equal(mlp_gains_curve(&a, 3, one, NULL), MLP_OK);
    assert_int_equal(mlp_gains_curve(&b, 3, other, NULL), MLP_OK);
    assert_memory_equal(one, other, sizeof one);
    golden_close("gain", one[0].gain, 0.2); /* the row of 0.9, and 1 of 5 equal rows: 0.6 of 3 */
}

static void a_label_stands_against_the_rest(void **state)
{
    (void)state;
    size_t label[] = {0, 1, 2, 2}, predicted[] = {0, 2, 2, 1}, correct[4];
    double p[] = {.8, .1, .1, .2, .3, .5, .1, .2, .7, .2, .5, .3}, confidence[4];
    const mlp_outcomes o = {.task = MLP_TASK_CLASSIFICATION,
                            .rows = 4,
                            .width = 3,
                            .label = label,
                            .predicted = predicted,
                            .values = p};
    const mlp_scores third = mlp_outcomes_scores(&o, 2);
    const mlp_scores sure = mlp_outcomes_confidence(&o, correct, confidence);
    mlp_curve curve;
    assert_int_equal(mlp_roc_curve(&third, &curve, NULL), MLP_OK);
    golden_close("area", curve.area, 0.75); /* .7 beats .1 and .5, .3 beats only .1 */
    mlp_curve_release(&curve);
    static const size_t wanted[] = {1, 0, 1, 0};
    assert_memory_equal(correct, wanted, sizeof wanted);
    golden_close("confidence", sure.score[3], 0.5);
}

static void thinning_keeps_the_ends_the_area_and_the_shape(void **state)
{
    (void)state;
    enum { N = 5000 };
    static size_t label[N];
    static double score[N];
    for (size_t r = 0; r < N; r++) {
        score[r] = (double)(r * 7919 % N) / N;
        label[r] = (double)(r * 104729 % N) / N < score[r];
    }
    const mlp_scores scores = {label, 1, score, 1, N};
    mlp_curve curve;
    assert_int_equal(mlp_roc_curve(&scores, &curve, NULL), MLP_OK);
    const double area = curve.area;
    mlp_curve_thin(&curve, 101);
    assert_in_range(curve.count, 50, 101);
    assert_true(curve.area == area);
    assert_true(curve.x[0] == 0.0 && curve.y[0] == 0.0);
    assert_true(curve.x[curve.count - 1] == 1.0 && curve.y[curve.count - 1] == 1.0);
    double thinned = 0.0;
    for (size_t i = 1; i < curve.count; i++)
        thinned += (curve.x[i] - curve.x[i - 1]) * (curve.y[i] + curve.y[i - 1]) / 2.0;
    assert_true(fabs(thinned - area) < 0.002);
    mlp_curve_release(&curve);
}

static void the_worst_mistakes_come_first(void **state)
{
    (void)state;
    size_t label[] = {0, 1, 0, 1};
    double p[] = {.9, .1, 1.0, 1e-30, .2, .8, 1.0, 1e-20}, truth[] = {1, 2, 3, 4},
           values[] = {1, 5, nan_, 1};
    const mlp_outcomes classes = {
        .task = MLP_TASK_CLASSIFICATION, .rows = 4, .width = 2, .label = label, .values = p};
    const mlp_outcomes numbers = {
        .task = MLP_TASK_REGRESSION, .rows = 4, .width = 1, .truth = truth, .values = values};
    mlp_mistake worst[9];
    size_t found = 0;
    assert_int_equal(mlp_worst_mistakes(&classes, 0, 3, worst, &found, NULL), MLP_OK);
    assert_int_equal(found, 3);
    assert_int_equal(worst[0].row, 1);
    assert_int_equal(worst[1].row, 3);
    assert_int_equal(worst[2].row, 2);
    golden_close("size", worst[2].size, -log(0.2));
    assert_int_equal(mlp_worst_mistakes(&numbers, 0, 9, worst, &found, NULL), MLP_OK);
    assert_int_equal(found, 4);
    static const size_t wanted[] = {2, 1, 3, 0};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(worst[i].row, wanted[i]); /* of equal mistakes, the earlier row first */
    mlp_residuals residuals;
    assert_int_equal(mlp_worst_mistakes(&numbers, 1, 9, worst, &found, NULL), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_residual_summary(&numbers, 0, 2, &residuals, NULL), MLP_ERROR_DATA);
    assert_int_equal(mlp_residual_summary(&classes, 0, 2, &residuals, NULL), MLP_ERROR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_equal_scikit_learn),
        cmocka_unit_test(residuals_equal_numpy),
        cmocka_unit_test(undefined_curves_are_errors_that_say_why),
        cmocka_unit_test(a_single_row_has_the_curves_it_can_have),
        cmocka_unit_test(the_order_of_rows_does_not_matter),
        cmocka_unit_test(a_label_stands_against_the_rest),
        cmocka_unit_test(thinning_keeps_the_ends_the_area_and_the_shape),
        cmocka_unit_test(the_worst_mistakes_come_first),
    };
    return RUN(tests);
}
