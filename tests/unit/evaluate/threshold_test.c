/* SPDX-License-Identifier: MIT */
/* The best threshold reaches the best metric that scikit-learn finds among all thresholds, and
 * decisions by it have that metric. */
#include "mlp/mlp.h"
#include "unit/evaluate/golden.h"

static mlp_evaluator *evaluate(const mlp_outcomes *o, size_t label, mlp_evaluation *e)
{
    mlp_evaluator *evaluator = NULL;
    assert_int_equal(mlp_evaluator_create(false, &evaluator, NULL), MLP_OK);
    mlp_evaluator_look_for(evaluator, label);
    assert_int_equal(mlp_evaluator_add(evaluator, o, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_finish(evaluator, e, NULL), MLP_OK);
    return evaluator;
}

/* Checks that decisions by the threshold have the metrics that it promises. */
static void check_decided(mlp_outcomes *o, size_t label, const mlp_threshold *best)
{
    mlp_evaluation e;
    for (size_t r = 0; r < o->rows; r++)
        o->predicted[r] = o->values[2 * r + label] >= best->threshold ? label : 1 - label;
    assert_int_equal(mlp_evaluate_outcomes(o, &e, NULL), MLP_OK);
    golden_close("precision", best->precision, e.precision[label]);
    golden_close("recall", best->recall, e.recall[label]);
    golden_close("f1", best->f1, e.f1[label]);
    for (size_t i = 0; mlp_threshold_figure_name(i) != NULL; i++) {
        const char *name = mlp_threshold_figure_name(i);
        double decided = 0.0, promised = 0.0;
        if (mlp_evaluation_metric(&e, name, &decided)) {
            assert_true(mlp_threshold_figure(best, name, &promised));
            golden_close(name, promised, decided);
        }
    }
    mlp_evaluation_release(&e);
}

static void check_best(mlp_json_value wanted)
{
    const size_t label = golden_count(wanted, "positive");
    mlp_outcomes o = golden_outcomes(wanted);
    mlp_evaluation e;
    mlp_evaluator *evaluator = evaluate(&o, label, &e);
    size_t figures = 0;
    for (size_t i = 0; mlp_threshold_figure_name(i) != NULL; i++, figures++) {
        const char *name = mlp_threshold_figure_name(i);
        mlp_threshold best;
        double value = 0.0;
        assert_int_equal(mlp_evaluator_best_threshold(evaluator, name, &best, NULL), MLP_OK);
        assert_true(mlp_threshold_figure(&best, name, &value));
        golden_close(name, value, golden_number(golden_at(golden_at(wanted, "best"), name)));
        check_decided(&o, label, &best);
    }
    assert_int_equal(figures, 7);
    mlp_evaluator_free(evaluator);
    mlp_evaluation_release(&e);
    golden_release(&o);
}

static void the_best_threshold_reaches_the_best_figure_of_all(void **state)
{
    (void)state;
    mlp_json *document = golden_load_file(MLP_GOLDEN "/evaluation.json");
    const char *name;
    for (mlp_json_value wanted = mlp_json_first(golden_at(mlp_json_root(document), "thresholds"));
         (name = mlp_json_name(wanted)) != NULL; wanted = mlp_json_next(wanted))
        check_best(wanted);
    mlp_json_free(document);
}

static mlp_outcomes rows_of(size_t rows, size_t *label, const double *second, double *values,
                            size_t *predicted)
{
    for (size_t r = 0; r < rows; r++) {
        values[2 * r] = 1.0 - second[r];
        values[2 * r + 1] = second[r];
        predicted[r] = second[r] > 0.5;
    }
    return (mlp_outcomes){.task = MLP_TASK_CLASSIFICATION,
                          .rows = rows,
                          .width = 2,
                          .label = label,
                          .values = values,
                          .predicted = predicted};
}

static double best_for(const char *figure, size_t rows, size_t *label, const double *second)
{
    double values[16];
    size_t predicted[8];
    mlp_evaluation e;
    mlp_threshold best;
    const mlp_outcomes o = rows_of(rows, label, second, values, predicted);
    mlp_evaluator *evaluator = evaluate(&o, 1, &e);
    assert_int_equal(mlp_evaluator_best_threshold(evaluator, figure, &best, NULL), MLP_OK);
    mlp_evaluator_free(evaluator);
    mlp_evaluation_release(&e);
    return best.threshold;
}

static double best_of(size_t rows, size_t *label, const double *second)
{
    return best_for("mcc", rows, label, second);
}

/* A threshold lies between the scores that it separates, and has as few digits as they allow. */
static void a_threshold_is_a_number_of_few_digits(void **state)
{
    (void)state;
    size_t label[] = {0, 0, 1, 1};
    assert_true(best_of(4, label, (double[]){0.01, 0.1234567, 0.29876543, 0.4}) == 0.2);
    assert_true(best_of(4, label, (double[]){0.01, 0.1234567, 0.12987654, 0.4}) == 0.127);
    assert_true(best_of(4, label, (double[]){0.01, 0.25, nextafter(0.25, 1.0), 0.4}) ==
                nextafter(0.25, 1.0));
}

/* A threshold is a probability even if it is best to give every row the label and some rows have
 * probability 0. */
static void a_threshold_is_a_probability(void **state)
{
    (void)state;
    size_t label[] = {1, 0, 1, 1};
    assert_true(best_for("f1", 4, label, (double[]){0.0, 0.3, 0.0, 0.9}) == 0.0);
    assert_true(best_for("f1", 4, label, (double[]){0.1, 0.3, 0.1, 0.9}) == 0.1);
}

/* If 0.5 is as good as any threshold, no other is recommended. */
static void the_usual_threshold_wins_where_it_is_as_good(void **state)
{
    (void)state;
    size_t label[] = {0, 0, 1, 1};
    assert_true(best_of(4, label, (double[]){0.01, 0.02, 0.98, 0.99}) == 0.5);
    assert_true(best_of(4, label, (double[]){0.01, 0.02, 0.5, 0.99}) == 0.5);
}

static void there_is_no_threshold_where_there_cannot_be_one(void **state)
{
    (void)state;
    size_t label[] = {1, 1}, predicted[2];
    double values[4], second[] = {0.2, (double)NAN};
    mlp_error err;
    mlp_evaluation e;
    mlp_threshold best;
    mlp_evaluator *evaluator = NULL;
    assert_int_equal(mlp_evaluator_create(true, &evaluator, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_best_threshold(evaluator, "f1", &best, &err),
                     MLP_ERROR_ARGUMENT); /* not finished */
    mlp_evaluator_free(evaluator);
    mlp_outcomes o = rows_of(2, label, second, values, predicted);
    evaluator = evaluate(&o, 1, &e); /* NaN: no order */
    assert_int_equal(mlp_evaluator_best_threshold(evaluator, "f1", &best, &err),
                     MLP_ERROR_ARGUMENT);
    mlp_evaluator_free(evaluator);
    mlp_evaluation_release(&e);
    second[1] = 0.3;
    o = rows_of(2, label, second, values, predicted);
    evaluator = evaluate(&o, 1, &e); /* only one label */
    assert_int_equal(mlp_evaluator_best_threshold(evaluator, "f1", &best, &err), MLP_ERROR_DATA);
    assert_int_equal(mlp_evaluator_best_threshold(evaluator, "f2", &best, &err),
                     MLP_ERROR_ARGUMENT);
    mlp_evaluator_free(evaluator);
    mlp_evaluation_release(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_threshold_reaches_the_best_figure_of_all),
        cmocka_unit_test(a_threshold_is_a_number_of_few_digits),
        cmocka_unit_test(a_threshold_is_a_probability),
        cmocka_unit_test(the_usual_threshold_wins_where_it_is_as_good),
        cmocka_unit_test(there_is_no_threshold_where_there_cannot_be_one),
    };
    return RUN(tests);
}
