/* SPDX-License-Identifier: MIT */
/* The metrics of an evaluation equal those of scikit-learn, and undefined metrics are NaN. */
#include "mlp/mlp.h"
#include "unit/evaluate/golden.h"

static void check_figures(mlp_json_value wanted)
{
    mlp_outcomes o = golden_outcomes(wanted);
    mlp_evaluation e;
    const char *name;

    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    for (mlp_json_value figure = mlp_json_first(golden_at(wanted, "figures"));
         (name = mlp_json_name(figure)) != NULL; figure = mlp_json_next(figure)) {
        double value = 0.0;
        assert_true(mlp_evaluation_metric(&e, name, &value));
        golden_close(name, value, golden_number(figure));
    }
    mlp_evaluation_release(&e);
    golden_release(&o);
}

static void figures_equal_scikit_learn(void **state)
{
    (void)state;
    mlp_json *document = golden_load();
    const mlp_json_value root = mlp_json_root(document);
    const char *name;
    for (mlp_json_value wanted = mlp_json_first(golden_at(root, "evaluations"));
         (name = mlp_json_name(wanted)) != NULL; wanted = mlp_json_next(wanted))
        check_figures(wanted);
    mlp_json_free(document);
}

static void rows_without_a_prediction_count_as_wrong(void **state)
{
    (void)state;
    const double nan = (double)NAN;
    for (size_t width = 2; width <= 3; width++) {
        size_t label[] = {0, 0, 1, 0}, predicted[] = {0, MLP_NO_LABEL, 1, MLP_NO_LABEL};
        double p[12];
        for (size_t i = 0; i < 4 * width; i++)
            p[i] = predicted[i / width] == MLP_NO_LABEL ? nan : i % width == label[i / width];
        const mlp_outcomes o = {.task = MLP_TASK_CLASSIFICATION,
                                .rows = 4,
                                .width = width,
                                .label = label,
                                .predicted = predicted,
                                .values = p};
        mlp_evaluation e;
        size_t correct[4];
        double confidence[4];
        assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
        assert_int_equal(e.unanswered, 2);
        assert_int_equal(e.first_unanswered, 1);
        golden_close("accuracy", e.accuracy, 0.5);
        golden_close("recall", e.recall[0], 1.0 / 3);
        golden_close("f1", e.f1[0], 0.5);
        golden_close("macro f1", e.macro_f1, 0.75);
        assert_true(isnan(e.log_loss) && isnan(e.brier) && isnan(e.calibration_error));
        assert_int_equal(e.confusion[0], 1);
        assert_int_equal(e.confusion[1], 0);
        mlp_outcomes_confidence(&o, correct, confidence);
        assert_int_equal(correct[1], 0);
        assert_true(isnan(confidence[1]));
        mlp_evaluation_release(&e);
    }
    double truth[] = {1, 2, 3}, values[] = {1, 2, nan};
    const mlp_outcomes o = {
        .task = MLP_TASK_REGRESSION, .rows = 3, .width = 1, .truth = truth, .values = values};
    mlp_evaluation e;
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    assert_int_equal(e.unanswered, 1);
    assert_int_equal(e.first_unanswered, 2);
    assert_true(isnan(e.rmse));
    mlp_evaluation_release(&e);
}

/* If all labels have the same probability, the top three are the first three of the five, not
 * all. */
static void labels_of_the_same_probability_are_in_their_order(void **state)
{
    (void)state;
    size_t label[] = {0, 1, 2, 3, 4}, predicted[] = {0, 0, 0, 0, 0};
    double p[25];
    for (size_t i = 0; i < 25; i++)
        p[i] = 0.2;
    const mlp_outcomes o = {.task = MLP_TASK_CLASSIFICATION,
                            .rows = 5,
                            .width = 5,
                            .label = label,
                            .predicted = predicted,
                            .values = p};
    mlp_evaluation e;
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    golden_close("top 3", e.top_3_accuracy, 0.6);
    mlp_evaluation_release(&e);
}

static void undefined_figures_are_not_numbers(void **state)
{
    (void)state;
    size_t label[] = {1, 1}, predicted[] = {1, 0};
    double p[] = {.2, .8, .6, .4}, truth[] = {3, 3}, values[] = {3, 4};
    mlp_outcomes o = {.task = MLP_TASK_CLASSIFICATION,
                      .rows = 2,
                      .width = 2,
                      .label = label,
                      .predicted = predicted,
                      .values = p};
    mlp_evaluation e;
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    assert_true(isnan(e.auc) && isnan(e.rmse) && isnan(e.loss));
    golden_close("average precision", e.average_precision, 1.0);
    golden_close("brier", e.brier, (.04 + .36) / 2);
    mlp_evaluation_release(&e);
    p[1] = (double)NAN; /* NaN has no rank: no area, and other metrics do not hide it */
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    assert_true(isnan(e.auc) && isnan(e.log_loss) && isnan(e.brier) && isnan(e.calibration_error));
    golden_close("accuracy", e.accuracy, 0.5);
    mlp_evaluation_release(&e);
    o = (mlp_outcomes){
        .task = MLP_TASK_REGRESSION, .rows = 2, .width = 1, .truth = truth, .values = values};
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    assert_true(isnan(e.r2) && isnan(e.accuracy));
    golden_close("mae", e.mae, 0.5);
    mlp_evaluation_release(&e);
    o.rows = 0;
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_ERROR_DATA);
}

/* Truth 1 2 3 6; the 0.75-quantile is predicted as 1 3 3 4: once 1 too high, once 2 too low. */
static void quantile_figures_equal_the_hand(void **state)
{
    (void)state;
    double truth[] = {1, 2, 3, 6}, values[] = {1, 2, 3, 6}, level[] = {0.5, 0.75};
    double quantile[] = {1, 1, 2, 3, 3, 3, 6, 4};
    const mlp_outcomes o = {.task = MLP_TASK_REGRESSION,
                            .rows = 4,
                            .width = 1,
                            .truth = truth,
                            .values = values,
                            .levels = 2,
                            .level = level,
                            .quantile = quantile};
    mlp_evaluation e;
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    assert_int_equal(e.levels, 2);
    golden_close("coverage", e.level_coverage[0], 1.0);
    golden_close("coverage", e.level_coverage[1], 0.75);
    golden_close("pinball", e.level_pinball[1], (0.25 * 1 + 0.75 * 2) / 4);
    golden_close("pinball_loss", e.pinball_loss, e.level_pinball[1] / 2);
    golden_close("rmse", e.rmse, 0.0);
    mlp_evaluation_release(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_equal_scikit_learn),
        cmocka_unit_test(rows_without_a_prediction_count_as_wrong),
        cmocka_unit_test(labels_of_the_same_probability_are_in_their_order),
        cmocka_unit_test(undefined_figures_are_not_numbers),
        cmocka_unit_test(quantile_figures_equal_the_hand),
    };
    return RUN(tests);
}
