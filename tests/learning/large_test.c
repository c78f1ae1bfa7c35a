/* SPDX-License-Identifier: MIT */
/* Data larger than memory, in small: many shards, tables in files, runs that go on, and tables
 * whose rows leave the memory while they train. */
#include <unistd.h>

#include "learning/problem.h"

enum { ROWS = 20000 };

static char path[] = "/tmp/mlp-large-XXXXXX.csv";

/* y depends on a and b; rows are sorted by a, as files often are. */
static int write_file(void **state)
{
    (void)state;
    const int file = mkstemps(path, 4);
    FILE *to = file >= 0 ? fdopen(file, "w") : NULL;
    if (to == NULL)
        return -1;
    fputs("a,b,kind,y\n", to);
    for (int r = 0; r < ROWS; r++) {
        const double a = 4.0 * r / ROWS - 2.0, b = (r * 7919 % 1000) / 500.0 - 1.0;
        fprintf(to, "%.5f,%.3f,%s,%.5f\n", a, b, r % 3 == 0 ? "even" : "odd",
                sin(2.0 * a) + b * (r % 3 == 0 ? 1.0 : -1.0));
    }
    return fclose(to);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static mlp_table *read_file(bool large)
{
    mlp_table *table = NULL;
    assert_int_equal(large ? mlp_table_read_large(path, NULL, "/tmp", &table, NULL)
                           : mlp_table_read(path, NULL, &table, NULL),
                     MLP_OK);
    return table;
}

static mlp_train_options settings(size_t memory)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = "16";
    o.epochs = 6;
    o.memory = memory;
    o.scratch = "/tmp";
    o.shard = 20000; /* bytes: some tens of shards */
    return o;
}

static void the_model_does_not_depend_on_the_memory(void **state)
{
    (void)state;
    const size_t sizes[] = {(size_t)256 << 20, (size_t)1 << 30, MLPI_ANY};
    mlp_table *memory = read_file(false), *file = read_file(true);
    mlp_model *first = problem_train(memory, settings(sizes[0]), NULL);
    for (size_t i = 0; i < 3; i++) {
        mlp_train_options o = settings(sizes[i]);
        o.threads = 1 + (int)i;
        mlp_model *again = problem_train(file, o, NULL);
        problem_assert_same(first, again, "sizes");
        mlp_model_free(again);
    }
    mlp_model_free(first);
    mlp_table_free(memory);
    mlp_table_free(file);
}

/* As good as in memory although the file is sorted. */
static void sorted_rows_are_learnt(void **state)
{
    (void)state;
    mlp_table *table = read_file(true);
    mlp_train_report shards, whole;
    mlp_train_options many = settings(MLPI_ANY), none = settings(0);
    many.epochs = none.epochs = 20;
    mlp_model *model = problem_train(table, many, &shards);
    mlp_model_free(model);
    model = problem_train(table, none, &whole);
    mlp_model_free(model);
    assert_true(shards.validation_metric < 1.5 * whole.validation_metric);
    assert_true(shards.validation_metric < 0.5 * shards.baseline_metric);
    assert_near((double)shards.rows_validation, 0.15 * ROWS, 5.0 * sqrt(0.15 * 0.85 * ROWS));
    assert_int_equal(shards.rows_training + shards.rows_validation, ROWS);
    mlp_table_free(table);
}

static void a_run_goes_on_from_its_checkpoint(void **state)
{
    (void)state;
    char checkpoint[] = "/tmp/mlp-large-XXXXXX";
    close(mkstemp(checkpoint));
    unlink(checkpoint);
    mlp_table *table = read_file(true);
    mlp_train_options o = settings(MLPI_ANY);
    mlp_model *whole = problem_train(table, o, NULL);
    o.checkpoint = checkpoint;
    o.epochs = 2;
    mlp_model_free(problem_train(table, o, NULL));
    o.epochs = 6;
    o.resume = true;
    mlp_model *resumed = problem_train(table, o, NULL);
    assert_non_null(strstr(notices, "Going on from"));
    problem_assert_same(whole, resumed, "resumed");
    mlp_model_free(whole);
    mlp_model_free(resumed);
    mlp_table_free(table);
    unlink(checkpoint);
}

/* The model of mlp_train, whether rows leave the memory or not. */
static void a_table_may_be_spent(void **state)
{
    (void)state;
    static const char *const target[] = {"y"};
    for (size_t restarts = 1; restarts <= 2; restarts++) {
        mlp_table *kept = read_file(false), *spent = read_file(false);
        mlp_train_options o = settings(0);
        mlp_model *model = NULL;
        o.targets = (mlp_names){target, 1};
        o.restarts = restarts;
        o.epochs = 2;
        mlp_model *wanted = problem_train(kept, o, NULL);
        assert_int_equal(mlp_train_spending(spent, NULL, &o, &model, NULL, NULL), MLP_OK);
        problem_assert_same(wanted, model, "spent");
        mlp_model_free(wanted);
        mlp_model_free(model);
        mlp_table_free(kept);
        mlp_table_free(spent);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_does_not_depend_on_the_memory),
        cmocka_unit_test(sorted_rows_are_learnt),
        cmocka_unit_test(a_run_goes_on_from_its_checkpoint),
        cmocka_unit_test(a_table_may_be_spent),
    };
    return cmocka_run_group_tests(tests, write_file, remove_file);
}
