/* SPDX-License-Identifier: MIT */
/* Permutation importance: the difference that shuffling a column makes to an evaluation, almost 0
 * for a column that does not matter, and the same bits for any number of threads. */
#include "base/base.h"
#include "learning/problem.h"
#include "model/importance.h"

enum { ROWS = 240, TEXT = 64 * ROWS };

/* Columns a (numbers), kind (texts, some missing) and noise; y is a, or says whether a + kind is
 * large. */
typedef struct rows {
    double a[ROWS], noise[ROWS];
    int kind[ROWS];
} rows;

static rows make_rows(void)
{
    rows made;
    mlpi_random random = mlpi_random_init(5, 5);
    for (size_t r = 0; r < ROWS; r++) {
        made.a[r] = mlpi_random_normal(&random);
        made.noise[r] = mlpi_random_normal(&random);
        made.kind[r] = (int)mlpi_random_below(&random, 4);
    }
    return made;
}

/* Makes the table with the kind of row order[r] in row r; NULL `order`: each row has its own
 * kind. */
static mlp_table *table_of(const rows *from, const uint32_t *order, bool classes)
{
    static const char *const kinds[] = {"red", "green", "blue", ""};
    static char text[TEXT];
    size_t length = (size_t)snprintf(text, TEXT, "a,kind,noise,y\n");
    for (size_t r = 0; r < ROWS; r++) {
        const int own = from->kind[r], shown = order != NULL ? from->kind[order[r]] : own;
        length += (size_t)snprintf(text + length, TEXT - length, "%.6f,%s,%.6f,", from->a[r],
                                   kinds[shown], from->noise[r]);
        if (classes)
            length += (size_t)snprintf(text + length, TEXT - length, "%s\n",
                                       from->a[r] + own > 1.5 ? "yes" : "no");
        else
            length += (size_t)snprintf(text + length, TEXT - length, "%.6f\n", from->a[r]);
    }
    return problem_table(text);
}

static mlp_importance importance_of(const mlp_model *model, const mlp_table *table,
                                    const mlp_importance_options *options)
{
    mlp_importance made;
    mlp_error err;
    if (mlp_model_importance(model, table, options, &made, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return made;
}

static mlp_model *train(const mlp_table *table)
{
    mlp_train_options options = mlpi_options_default();
    options.epochs = 30;
    return problem_train(table, options, NULL);
}

static void importance_is_that_of_a_table_with_one_column_shuffled(void **state)
{
    (void)state;
    const rows data = make_rows();
    mlp_table *table = table_of(&data, NULL, true);
    mlp_model *model = train(table);
    mlp_importance_options options = mlpi_importance_options_default();
    uint32_t order[ROWS];
    options.repeats = 1;
    options.seed = 9;
    for (uint32_t r = 0; r < ROWS; r++)
        order[r] = r;
    mlpi_random random = mlpi_random_init(9, MLPI_STREAM_PERMUTATIONS + 1); /* for column 1 */
    mlpi_random_shuffle(&random, order, ROWS);
    mlp_table *shuffled = table_of(&data, order, true);
    mlp_evaluation before = problem_evaluate(model, table),
                   after = problem_evaluate(model, shuffled);
    for (size_t m = 0; m < MLP_METRICS; m++) {
        double was = 0.0, is = 0.0;
        options.metric = mlp_metric_name(m);
        mlp_evaluation_metric(&before, options.metric, &was);
        mlp_evaluation_metric(&after, options.metric, &is);
        if (isnan(was))
            continue;
        mlp_importance got = importance_of(model, table, &options);
        assert_true(got.figure == was);
        assert_true(got.columns[1].mean == (mlp_metric_larger_is_better(m) ? was - is : is - was));
        assert_true(got.columns[1].deviation == 0.0);
        mlp_importance_release(&got);
    }
    mlp_evaluation_release(&before);
    mlp_evaluation_release(&after);
    mlp_table_free(shuffled);
    mlp_table_free(table);
    mlp_model_free(model);
}

/* Fits a network without hidden layers by least squares. */
static mlp_model *train_linear(const mlp_table *table)
{
    mlp_train_options training = mlpi_options_default();
    training.hidden = "none";
    training.optimizer = "lbfgs";
    training.l2 = 0.0;
    return problem_train(table, training, NULL);
}

/* y = a exactly: with a shuffled, the mean squared error, averaged over all permutations, is twice
 * the variance of a, so that the RMSE is sqrt(2) standard deviations. */
static void importance_of_the_only_cause_is_that_of_theory(void **state)
{
    (void)state;
    const rows data = make_rows();
    mlp_table *table = table_of(&data, NULL, false);
    mlp_model *model = train_linear(table);
    mlp_importance_options options = mlpi_importance_options_default();
    options.repeats = 20;
    mlp_importance got = importance_of(model, table, &options);
    mlp_evaluation e = problem_evaluate(model, table);
    assert_string_equal(got.metric, "rmse");
    assert_true(got.rows == ROWS && got.count == 3);
    assert_true(fabs(got.columns[0].mean - sqrt(2.0) * e.baseline_rmse) < 0.05 * e.baseline_rmse);
    assert_true(got.columns[0].deviation > 0.0 && got.columns[0].deviation < 0.1);
    assert_true(fabs(got.columns[1].mean) < 0.01 && fabs(got.columns[2].mean) < 0.01);
    mlp_evaluation_release(&e);
    mlp_importance_release(&got);
    mlp_table_free(table);
    mlp_model_free(model);
}

/* Each of two targets depends on one column: the importance for one target says nothing about the
 * other column, and without a named target the importance is the mean of both. */
static void importance_of_one_of_two_targets_is_its_own(void **state)
{
    (void)state;
    static const char *const targets[] = {"y", "z"};
    const rows data = make_rows();
    static char text[TEXT];
    size_t length = (size_t)snprintf(text, TEXT, "a,noise,y,z\n");
    for (size_t r = 0; r < ROWS; r++)
        length += (size_t)snprintf(text + length, TEXT - length, "%.6f,%.6f,%.6f,%.6f\n", data.a[r],
                                   data.noise[r], data.a[r], 10.0 * data.noise[r]);
    mlp_table *table = problem_table(text);
    mlp_train_options training = mlpi_options_default();
    training.hidden = "none";
    training.optimizer = "lbfgs";
    training.l2 = 0.0;
    training.targets = (mlp_names){targets, 2};
    mlp_model *model = problem_train(table, training, NULL);
    mlp_importance_options options = mlpi_importance_options_default();
    mlp_importance both = importance_of(model, table, &options), one[2];
    for (size_t t = 0; t < 2; t++) {
        options.target = targets[t];
        one[t] = importance_of(model, table, &options);
        assert_true(one[t].columns[t].mean > 1.0); /* sqrt(2) standard deviations */
        assert_true(fabs(one[t].columns[1 - t].mean) < 0.01);
    }
    assert_true(one[1].columns[1].mean > 10.0);
    for (size_t c = 0; c < 2; c++)
        assert_true(fabs(both.columns[c].mean -
                         (one[0].columns[c].mean + one[1].columns[c].mean) / 2.0) < 1e-9);
    options.metric = "loss"; /* the loss is one for both targets */
    mlp_importance got;
    assert_int_equal(mlp_model_importance(model, table, &options, &got, NULL), MLP_ERROR_ARGUMENT);
    options.target = "x";
    mlp_error err;
    assert_int_equal(mlp_model_importance(model, table, &options, &got, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "no target \"x\""));
    mlp_importance_release(&both);
    mlp_importance_release(&one[0]);
    mlp_importance_release(&one[1]);
    mlp_table_free(table);
    mlp_model_free(model);
}

static void importance_is_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    const rows data = make_rows();
    mlp_table *table = table_of(&data, NULL, true);
    mlp_model *model = train(table);
    mlp_importance_options options = mlpi_importance_options_default();
    options.threads = 1;
    mlp_importance one = importance_of(model, table, &options);
    assert_string_equal(one.metric, "log_loss");
    for (options.threads = 2; options.threads < 4; options.threads++) {
        mlp_importance other = importance_of(model, table, &options);
        assert_memory_equal(one.columns, other.columns, 3 * sizeof *one.columns);
        mlp_importance_release(&other);
    }
    options.rows = 100;
    mlp_importance some = importance_of(model, table, &options);
    assert_int_equal(some.rows, 100);
    mlp_importance_release(&some);
    mlp_importance_release(&one);
    mlp_table_free(table);
    mlp_model_free(model);
}

/* y = a exactly: without hidden layers all other weights are nearly 0, so that only a is shuffled,
 * and its importance has the same bits as when all columns are shuffled. */
static void of_many_columns_those_that_move_the_first_layer_are_shuffled(void **state)
{
    (void)state;
    const rows data = make_rows();
    mlp_table *table = table_of(&data, NULL, false);
    mlp_model *model = train_linear(table);
    mlp_importance_options options = mlpi_importance_options_default();
    mlp_importance all = importance_of(model, table, &options);
    options.columns = 1;
    mlp_importance one = importance_of(model, table, &options);
    assert_true(all.shuffled == 3 && one.shuffled == 1 && one.count == 3);
    assert_true(one.columns[0].mean == all.columns[0].mean);
    assert_true(one.columns[0].deviation == all.columns[0].deviation);
    for (size_t c = 1; c < 3; c++) {
        assert_true(isnan(one.columns[c].mean) && isnan(one.columns[c].deviation));
        assert_true(!isnan(all.columns[c].mean));
    }
    mlp_importance_release(&one);
    options.columns = 4; /* more than the model has */
    one = importance_of(model, table, &options);
    assert_memory_equal(one.columns, all.columns, 3 * sizeof *all.columns);
    mlp_importance_release(&one);
    mlp_importance_release(&all);
    mlp_table_free(table);
    mlp_model_free(model);
}

static void impossible_wishes_are_errors(void **state)
{
    (void)state;
    const rows data = make_rows();
    mlp_table *table = table_of(&data, NULL, true);
    mlp_model *model = train(table);
    mlp_importance_options options = mlpi_importance_options_default();
    mlp_importance got;
    mlp_error err;
    options.metric = "rmse";
    assert_int_equal(mlp_model_importance(model, table, &options, &got, &err), MLP_ERROR_ARGUMENT);
    options.metric = "beauty";
    assert_int_equal(mlp_model_importance(model, table, &options, &got, &err), MLP_ERROR_ARGUMENT);
    options = mlpi_importance_options_default();
    options.repeats = 0;
    assert_int_equal(mlp_model_importance(model, table, &options, &got, &err), MLP_ERROR_ARGUMENT);
    mlp_table_free(table);
    table = problem_table("a,kind\n1,red\n");
    assert_int_equal(mlp_model_importance(model, table, NULL, &got, &err), MLP_ERROR_DATA);
    mlp_table_free(table);
    mlp_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(importance_is_that_of_a_table_with_one_column_shuffled),
        cmocka_unit_test(importance_of_the_only_cause_is_that_of_theory),
        cmocka_unit_test(importance_of_one_of_two_targets_is_its_own),
        cmocka_unit_test(importance_is_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(of_many_columns_those_that_move_the_first_layer_are_shuffled),
        cmocka_unit_test(impossible_wishes_are_errors),
    };
    return RUN(tests);
}
