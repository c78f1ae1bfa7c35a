/* SPDX-License-Identifier: MIT */
/* Ranks that train together make the model of one process, bit for bit, whatever their number; they
 * begin, end and fail together, and another number of ranks can resume the run. */
#include "learning/digits.h"
#include "learning/row.h"

#include "math/bf16.h"

static mlp_train_options settings(void)
{
    static const char *const target[] = {"digit"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "70,50:tanh";
    o.batch = 100;
    o.epochs = 3;
    o.threads = 1;
    return o;
}

static void assert_row_trains(row_rank *row, size_t count, const mlp_model *alone, const char *what)
{
    row_run(row, count);
    for (size_t i = 0; i < count; i++) {
        if (row[i].status != MLP_OK)
            fail_msg("%s, rank %zu of %zu: %s", what, i, count, row[i].err.message);
        problem_assert_same(row[i].model, alone, what);
    }
    row_free(row, count);
}

static bool keep_loss(const mlp_progress *now, void *context)
{
    *(double *)context = now->training_loss;
    return true;
}

/* Checks that 2, 3 and 4 ranks make the model of one process and report the same mean loss of the
 * steps. */
static void check(mlp_train_options o, const char *what)
{
    double loss = 0.0;
    o.progress = keep_loss;
    o.context = &loss;
    mlp_model *alone = problem_train(digit_rows, o, NULL);
    for (size_t count = 2; count <= MOST_RANKS; count++) {
        row_rank row[MOST_RANKS];
        row_make(row, count, digit_rows, &o);
        for (size_t i = 0; i < count; i++)
            row[i].options.context = &row[i].loss;
        assert_row_trains(row, count, alone, what);
        for (size_t i = 0; i < count; i++)
            assert_true(row[i].loss == loss);
    }
    mlp_model_free(alone);
}

static void ranks_make_the_model_of_one_process(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    check(o, "adam");
    o.batch = 33; /* some ranks have no rows */
    check(o, "small batches");
    o = settings();
    o.optimizer = "momentum";
    o.loss = "quadratic"; /* computed in double */
    o.threads = 2;
    check(o, "momentum by two threads each");
    o = settings();
    o.hidden = "none";
    check(o, "one layer");
    o = settings();
    o.hidden = "700,30";
    o.batch = 500;
    o.epochs = 1;
    check(o, "sums in several groups and steps");
    o.hidden = "2000,100"; /* so wide that ranks share the validation, too */
    check(o, "answers of several ranks");
}

static void what_steps_draw_and_limit_is_shared_too(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    o.dropout = 0.3;
    o.input_noise = 0.1;
    check(o, "noise");
    o = settings();
    o.clip_norm = 0.5;
    o.max_norm = 1.0;
    check(o, "limits");
    o = settings();
    o.input_scale = 2.0;
    o.clip_norm = 0.5;
    check(o, "scales of the inputs");
    o = settings();
    o.class_weights = "balanced";
    o.l1 = 1e-5;
    check(o, "weights");
    o = settings();
    o.precision = "bf16";
    if (mlpi_bf16(mlpi_kernels()) != NULL)
        check(o, "bfloat16");
}

static void early_stopping_is_of_all(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    o.epochs = 60;
    o.patience = 2;
    o.learning_rate = 0.02;
    check(o, "patience");
}

static void rows_may_lie_in_shards(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    o.memory = MLPI_ANY;
    o.shard = 1 << 16;
    check(o, "shards");
}

/* --- early ends ------------------------------------------------------------------------------- */

static bool ends_after_two(const mlp_progress *now, void *context)
{
    (void)context;
    return now->epoch < 2;
}

static void an_end_that_one_wants_is_that_of_all(void **state)
{
    (void)state;
    enum { COUNT = 3 };
    row_rank row[COUNT];
    mlp_train_options o = settings();
    o.epochs = 50;
    row_make(row, COUNT, digit_rows, &o);
    row[1].options.progress = ends_after_two;
    row_run(row, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(row[i].status, MLP_OK);
        assert_int_equal(row[i].report.reason, MLP_STOP_INTERRUPTED);
        assert_int_equal(row[i].report.epochs, 2);
        problem_assert_same(row[i].model, row[0].model, "stopped");
    }
    row_free(row, COUNT);
}

static void time_that_is_over_for_one_is_over_for_all(void **state)
{
    (void)state;
    enum { COUNT = 2 };
    row_rank row[COUNT];
    mlp_train_options o = settings();
    o.epochs = 100000000;
    o.patience = 0;
    o.time = 0.3;
    row_make(row, COUNT, digit_rows, &o);
    row_run(row, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(row[i].status, MLP_OK);
        assert_int_equal(row[i].report.reason, MLP_STOP_TIME);
        problem_assert_same(row[i].model, row[0].model, "time");
    }
    row_free(row, COUNT);
}

/* --- failures --------------------------------------------------------------------------------- */

static const char checkpoint[] = "ranks_test.checkpoint";

static bool takes_a_tenth_of_a_second(const mlp_progress *now, void *context)
{
    (void)now;
    (void)context;
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    return true;
}

/* One of three ranks dies after some messages; then `left` ranks resume. Until a checkpoint is due,
 * the state of the rule and the scales lie with the last rank only. One is due every `every`
 * epochs; 0: when the clock of rank 0 says so. */
static void check_death(size_t who, size_t messages, size_t left, size_t every)
{
    enum { COUNT = 3 };
    row_rank row[MOST_RANKS];
    mlp_train_options o = settings();
    o.checkpoint = checkpoint;
    o.checkpoint_every = every;
    o.checkpoint_minutes = every > 0 ? 0.0 : 0.001;
    o.progress = every > 0 ? NULL : takes_a_tenth_of_a_second;
    o.epochs = 6;
    o.input_scale = 2.0;
    remove(checkpoint);
    mlp_model *alone = problem_train(digit_rows, o, NULL);
    remove(checkpoint);
    row_make(row, COUNT, digit_rows, &o);
    row[who].dies_after = messages;
    row_run(row, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_not_equal(row[i].status, MLP_OK);
        if (strstr(row[i].err.message, "with any number of ranks") == NULL)
            fail_msg("rank %zu: %s", i, row[i].err.message);
    }
    row_free(row, COUNT);
    assert_int_equal(access(checkpoint, F_OK), 0);
    o.resume = true;
    row_make(row, left, digit_rows, &o);
    assert_row_trains(row, left, alone, "resumed");
    mlp_model_free(alone);
    remove(checkpoint);
}

static void all_end_when_one_dies_and_others_go_on(void **state)
{
    (void)state;
    check_death(0, 150, 2, 1); /* in about the third epoch */
    check_death(1, 250, 1, 0);
    check_death(2, 100, 4, 1);
}

static void ranks_that_would_train_something_else_are_named(void **state)
{
    (void)state;
    enum { COUNT = 3 };
    row_rank row[COUNT];
    mlp_train_options o = settings();
    row_make(row, COUNT, digit_rows, &o);
    row[2].options.epochs = 4;
    row_run(row, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(row[i].status, MLP_ERROR_ARGUMENT);
        assert_non_null(strstr(row[i].err.message, "rank 2 does not train what rank 0 trains"));
    }
}

static void refused(mlp_train_options o, const char *says)
{
    row_rank row[2];
    row_make(row, 2, digit_rows, &o);
    row_run(row, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(row[i].status, MLP_ERROR_ARGUMENT);
        if (strstr(row[i].err.message, says) == NULL)
            fail_msg("%s", row[i].err.message);
    }
}

static void what_ranks_cannot_do_is_refused(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    o.batch_norm = true;
    refused(o, "`batch-norm`");
    o = settings();
    o.optimizer = "lbfgs";
    refused(o, "`optimizer`");
    o = settings();
    o.folds = 3;
    refused(o, "`folds`");
    o = settings();
    o.members = 2;
    refused(o, "`members`");
    o = settings();
    o.job = "ranks_test.job";
    refused(o, "`job`");
    assert_int_not_equal(access(o.job, F_OK), 0);
    o = settings();
    o.quality = "good";
    refused(o, "`quality`");
}

static void rows_of_ranks_are_checked(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_ranks face = {sizeof face, 2, 2, row_send, row_receive, NULL};
    assert_int_equal(mlp_train_options_set_ranks(&o, &face, NULL), MLP_ERROR_ARGUMENT);
    face.rank = 1;
    assert_int_equal(mlp_train_options_set_ranks(&o, &face, NULL), MLP_OK);
    face.receive = NULL;
    assert_int_equal(mlp_train_options_set_ranks(&o, &face, NULL), MLP_ERROR_ARGUMENT);
    face.receive = row_receive;
    face.size = sizeof face - 1;
    assert_int_equal(mlp_train_options_set_ranks(&o, &face, NULL), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_train_options_set_ranks(&o, NULL, NULL), MLP_OK);
    assert_int_equal(o.ranks.ranks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_make_the_model_of_one_process),
        cmocka_unit_test(what_steps_draw_and_limit_is_shared_too),
        cmocka_unit_test(early_stopping_is_of_all),
        cmocka_unit_test(rows_may_lie_in_shards),
        cmocka_unit_test(an_end_that_one_wants_is_that_of_all),
        cmocka_unit_test(time_that_is_over_for_one_is_over_for_all),
        cmocka_unit_test(all_end_when_one_dies_and_others_go_on),
        cmocka_unit_test(ranks_that_would_train_something_else_are_named),
        cmocka_unit_test(what_ranks_cannot_do_is_refused),
        cmocka_unit_test(rows_of_ranks_are_checked),
    };
    return cmocka_run_group_tests(tests, read_digits, free_digits);
}
