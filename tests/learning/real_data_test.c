/* SPDX-License-Identifier: MIT */
/* Default options reach known metrics on real data: on the data of the repository always, on the
 * larger sets where they are available. */
#include <unistd.h>

#include "learning/problem.h"
#include "sanitizers.h"

static mlp_table *load(const char *path, mlp_read_options options)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read(path, &options, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static mlp_evaluation train_and_evaluate(const char *train, const char *test, const char *target,
                                         mlp_read_options options)
{
    const char *const targets[] = {target};
    mlp_train_options o = mlpi_options_default();
    mlp_table *a = load(train, options), *b = load(test, options);
    o.targets = (mlp_names){targets, 1};
#if defined(TEST_ADDRESS_SANITIZER) || defined(TEST_THREAD_SANITIZER)
    o.quality = "fast"; /* recipes and folds have their own tests, with fewer rows */
#endif
    mlp_model *model = problem_train(a, o, NULL);
    mlp_evaluation e = problem_evaluate(model, b);
    mlp_model_free(model);
    mlp_table_free(a);
    mlp_table_free(b);
    return e;
}

static void digits_are_read_from_images(void **state)
{
    (void)state;
    mlp_evaluation e = train_and_evaluate(MLP_EXAMPLES "/data/digits-train.csv",
                                          MLP_EXAMPLES "/data/digits-test.csv", "digit",
                                          mlp_read_options_default());
    assert_true(e.accuracy >= 0.95);
    mlp_evaluation_release(&e);
}

/* R^2 of linear regression on all rows is 0.518 (B. Efron et al. 2004). */
static void disease_progression_is_predicted_better_than_by_its_mean(void **state)
{
    (void)state;
    mlp_evaluation e =
        train_and_evaluate(MLP_EXAMPLES "/data/diabetes.csv", MLP_EXAMPLES "/data/diabetes.csv",
                           "progression", mlp_read_options_default());
    assert_true(e.r2 >= 0.45);
    mlp_evaluation_release(&e);
}

static void income_is_predicted_from_files_as_they_are(void **state)
{
    (void)state;
    if (access(MLP_SHARED_DATA "/csv/adult.data", R_OK) != 0)
        skip_because("the larger data sets are not here");
    mlp_evaluation e = train_and_evaluate(
        MLP_SHARED_DATA "/csv/adult.data", MLP_SHARED_DATA "/csv/adult.test", "15",
        (mlp_read_options){.no_header = true, .comment = '|', .label_trim = "."});
    assert_true(e.accuracy >= 0.850);
    assert_int_equal(e.labels, 2);
    mlp_evaluation_release(&e);
}

/* The most frequent label is right for 0.626 of the test rows. */
static void tumours_are_told_apart_on_the_split_of_the_file(void **state)
{
    (void)state;
    const char *path = MLP_SHARED_DATA "/proben1/cancer/cancer1.dt";
    if (access(path, R_OK) != 0)
        skip_because("the larger data sets are not here");
    mlp_table *table = load(path, mlp_read_options_default()), *test = NULL;
    mlp_train_options o = mlpi_options_default();
    mlp_train_report report;
    mlp_model *model = NULL;
    mlp_error err = {0};
    if (mlp_train(table, NULL, &o, &model, &report, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(report.rows_training, 350);
    assert_int_equal(report.rows_validation, 175);
    assert_int_equal(mlp_table_select(table, MLP_PART_TEST, &test, &err), MLP_OK);
    assert_true(problem_accuracy(model, test) >= 0.96);
    mlp_model_free(model);
    mlp_table_free(test);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_read_from_images),
        cmocka_unit_test(disease_progression_is_predicted_better_than_by_its_mean),
        cmocka_unit_test(income_is_predicted_from_files_as_they_are),
        cmocka_unit_test(tumours_are_told_apart_on_the_split_of_the_file),
    };
    return RUN(tests);
}
