/* SPDX-License-Identifier: MIT */
/* A resumed run becomes, byte for byte, what it would have become without the stop, for every
 * optimizer; a damaged checkpoint, or one of another run, is refused. */
#include <unistd.h>

#include "learning/problem.h"
#include "optimize/minimize.h"
#include "optimize/rule.h"

enum { EPOCHS = 24, STOPS = 10 };

static mlp_table *table;
static char path[] = "/tmp/mlp-checkpoint-XXXXXX";

static int load_table(void **state)
{
    (void)state;
    close(mkstemp(path));
    unlink(path);
    return mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL) == MLP_OK ? 0 : -1;
}

static int drop_table(void **state)
{
    (void)state;
    mlp_table_free(table);
    unlink(path);
    return 0;
}

static mlp_train_options settings(const char *optimizer)
{
    static const char *const target[] = {"species"};
    mlp_train_options o = mlp_train_options_default();
    o.targets = (mlp_names){target, 1};
    o.optimizer = optimizer;
    o.loss = "quadratic";
    o.hidden = "5";
    o.epochs = EPOCHS;
    o.patience = 0;
    o.checkpoint_every = 1;
    return o;
}

/* Distinct epochs, drawn for this optimizer. */
static void draw_stops(const char *optimizer, uint32_t stops[EPOCHS - 1])
{
    mlpi_random random = mlpi_random_init(strlen(optimizer), (unsigned char)optimizer[0]);
    for (uint32_t i = 0; i < EPOCHS - 1; i++)
        stops[i] = i + 1;
    mlpi_random_shuffle(&random, stops, EPOCHS - 1);
}

static void check(const char *optimizer)
{
    uint32_t stops[EPOCHS - 1];
    draw_stops(optimizer, stops);
    mlp_model *whole = problem_train(table, settings(optimizer), NULL);
    for (size_t i = 0; i < STOPS; i++) {
        mlp_train_options o = settings(optimizer);
        unlink(path);
        o.checkpoint = path;
        o.epochs = stops[i];
        mlp_model_free(problem_train(table, o, NULL));
        o.epochs = EPOCHS;
        o.resume = true;
        mlp_model *resumed = problem_train(table, o, NULL);
        assert_non_null(strstr(notices, "Going on from"));
        problem_assert_same(whole, resumed, optimizer);
        mlp_model_free(resumed);
    }
    mlp_model_free(whole);
}

static void resuming_equals_never_stopping_for_every_optimizer(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_rule_at(i) != NULL; i++)
        check(mlpi_rule_at(i)->name);
    for (size_t i = 0; mlpi_method_at(i) != NULL; i++)
        check(mlpi_method_at(i)->name);
}

static bool stop_at_seven(const mlp_progress *now, void *context)
{
    (void)context;
    return now->epoch < 7;
}

static void an_interrupted_run_resumes_to_the_same_model(void **state)
{
    (void)state;
    mlp_train_options o = settings("adam");
    mlp_model *whole = problem_train(table, o, NULL);
    unlink(path);
    o.checkpoint = path;
    o.checkpoint_every = 3;
    o.progress = stop_at_seven;
    mlp_train_report report;
    mlp_model_free(problem_train(table, o, &report));
    assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
    o.progress = NULL;
    o.resume = true;
    mlp_model *resumed = problem_train(table, o, NULL);
    assert_non_null(strstr(notices, "after epoch 6"));
    problem_assert_same(whole, resumed, "interrupted");
    mlp_model_free(whole);
    mlp_model_free(resumed);
}

static mlp_status resume(mlp_train_options o, mlp_error *err)
{
    mlp_model *model = NULL;
    o.checkpoint = path;
    o.resume = true;
    const mlp_status status = mlp_train(table, NULL, &o, &model, NULL, err);
    mlp_model_free(model);
    return status;
}

static void a_checkpoint_of_another_run_is_refused(void **state)
{
    (void)state;
    mlp_train_options o = settings("adam");
    mlp_error err = {0};
    unlink(path);
    o.checkpoint = path;
    mlp_model_free(problem_train(table, o, NULL));
    assert_int_equal(resume(settings("adam"), &err), MLP_OK);
    o.seed = 2;
    assert_int_equal(resume(o, &err), MLP_ERROR_MODEL);
    assert_non_null(strstr(err.message, "another run"));
    o = settings("nadam");
    assert_int_equal(resume(o, &err), MLP_ERROR_MODEL);
    o = settings("adam");
    o.hidden = "6";
    assert_int_equal(resume(o, &err), MLP_ERROR_MODEL);
}

static void damage_is_found(void **state)
{
    (void)state;
    static unsigned char bytes[1 << 16];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t i = 0; i < size; i += i < 800 ? 3 : 101) {
        mlp_error err = {0};
        file = fopen(path, "wb");
        bytes[i] ^= 0x20;
        if (i % 2 == 0)
            assert_int_equal(fwrite(bytes, 1, size, file), size);
        else
            assert_int_equal(fwrite(bytes, 1, i, file), i); /* cut short */
        fclose(file);
        bytes[i] ^= 0x20;
        if (resume(settings("adam"), &err) != MLP_ERROR_MODEL)
            fail_msg("damage at byte %zu was not found", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resuming_equals_never_stopping_for_every_optimizer),
        cmocka_unit_test(an_interrupted_run_resumes_to_the_same_model),
        cmocka_unit_test(a_checkpoint_of_another_run_is_refused),
        cmocka_unit_test(damage_is_found),
    };
    return cmocka_run_group_tests(tests, load_table, drop_table);
}
