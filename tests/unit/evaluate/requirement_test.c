/* SPDX-License-Identifier: MIT */
/* A requirement of a label is checked against the metrics of that label as counted by hand,
 * whatever its name; an undefined metric meets no requirement; a requirement that cannot be read is
 * refused with the reason. */
#include "learning/problem.h"

/* A model of the labels "a=b)=1", "no" and "yes", in this order. */
static mlp_model *make_model(void)
{
    mlp_table *table =
        problem_table("x,y\n1,yes\n2,no\n3,a=b)=1\n4,yes\n5,no\n6,a=b)=1\n7,yes\n8,no\n"
                      "9,a=b)=1\n10,yes\n11,no\n12,a=b)=1\n");
    mlp_train_options options = mlpi_options_default();
    options.epochs = 1;
    mlp_model *model = problem_train(table, options, NULL);
    mlp_table_free(table);
    return model;
}

/* Label 1 has three rows, two of which are predicted correctly, and one row of label 2 is predicted
 * as label 1. Label 0 has no rows. */
static mlp_evaluation evaluate_by_hand(void)
{
    size_t truth[] = {1, 1, 1, 2, 2, 2, 2, 2}, predicted[] = {1, 1, 2, 1, 2, 2, 2, 2};
    double values[3 * 8];
    for (size_t i = 0; i < 3 * 8; i++)
        values[i] = predicted[i / 3] == i % 3 ? 0.5 : 0.25;
    const mlp_outcomes o = {.task = MLP_TASK_CLASSIFICATION,
                            .rows = 8,
                            .width = 3,
                            .label = truth,
                            .predicted = predicted,
                            .values = values};
    mlp_evaluation e;
    assert_int_equal(mlp_evaluate_outcomes(&o, &e, NULL), MLP_OK);
    return e;
}

static void a_label_is_held_to_its_own_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t label;
        double value;
        bool holds;
    } cases[] = {{"recall(no)=0.66", 1, 2.0 / 3.0, true},
                 {"recall(no)=0.67", 1, 2.0 / 3.0, false},
                 {"precision(no)=0.6", 1, 2.0 / 3.0, true},
                 {"f1(no)=0.7", 1, 2.0 / 3.0, false},
                 {"recall(yes)=0.8", 2, 0.8, true},
                 {"precision(yes)=0.81", 2, 0.8, false},
                 {"f1(yes)=0.5", 2, 0.8, true},
                 {"recall(a=b)=1)=0", 0, (double)NAN, false},
                 {"accuracy=0.75", MLP_NO_LABEL, 0.75, true},
                 {"accuracy=1", MLP_NO_LABEL, 0.75, false},
                 {"rmse=95", MLP_NO_LABEL, (double)NAN, false},
                 {"accuracy=0.76", MLP_NO_LABEL, 0.75, false}};
    mlp_model *model = make_model();
    mlp_evaluation e = evaluate_by_hand();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_requirement r;
        mlp_error err = {0};
        size_t label = 7;
        double value = 0.0;
        if (mlp_requirement_read_for(cases[i].text, model, &r, &label, &err) != MLP_OK)
            fail_msg("%s", err.message);
        const bool holds = mlp_requirement_holds_for(&r, label, &e, &value);
        if (label != cases[i].label || holds != cases[i].holds ||
            (isnan(cases[i].value) ? !isnan(value) : !(fabs(value - cases[i].value) <= 1e-12)))
            fail_msg("%s: label %zu, %.17g, %d", cases[i].text, label, value, holds);
    }
    mlp_evaluation_release(&e);
    mlp_model_free(model);
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"recall(maybe)=0.5", "no label \"maybe\""}, {"recall()=0.5", "no label \"\""},
        {"recal(no)=0.5", "recall(yes)=0.8"},        {"recall(no)=much", "recall(yes)=0.8"},
        {"recall(no)", "recall(yes)=0.8"},           {"recall(no=0.5", "recall(yes)=0.8"},
        {"recall=0.5", "recall(yes)=0.8"},           {"", "recall(yes)=0.8"},
        {"accuracy=95", "did you mean 0.95?"},       {"recall(no)=80", "did you mean 0.8?"},
        {"auc=1.01", "auc is never above 1"},        {"r2=99.5", "did you mean 0.995?"}};
    mlp_model *model = make_model();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_requirement r;
        mlp_error err = {0};
        size_t label = 0;
        assert_int_equal(mlp_requirement_read_for(cases[i][0], model, &r, &label, &err),
                         MLP_ERROR_ARGUMENT);
        if (strstr(err.message, cases[i][1]) == NULL)
            fail_msg("%s: %s", cases[i][0], err.message);
    }
    mlp_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_held_to_its_own_numbers),
        cmocka_unit_test(what_cannot_be_read_says_why),
    };
    return RUN(tests);
}
