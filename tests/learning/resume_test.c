/* SPDX-License-Identifier: MIT */
/* For every optimizer, a resumed run makes, byte for byte, the model that it would have made
 * without the stop; a damaged checkpoint, or one of another run, is refused. */
#include <unistd.h>

#include "learning/iris.h"
#include "optimize/minimize.h"
#include "optimize/rule.h"

enum { EPOCHS = 24, STOPS = 10 };

static mlp_train_options settings(const char *optimizer)
{
    static const char *const target[] = {"species"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.optimizer = optimizer;
    o.loss = "quadratic";
    o.hidden = "5";
    o.epochs = EPOCHS;
    o.patience = 0;
    o.checkpoint_every = 0; /* only at the end, since every file is synced */
    return o;
}

/* Shuffles the epochs to stop after; each optimizer has its own order. */
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
        assert_non_null(strstr(notices, "Resuming from"));
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

/* --- forged checkpoints with the right checksum ----------------------------------------------- */

static unsigned char forged[1 << 17];

/* Makes `forged` a genuine checkpoint of this run after some epochs; returns where its tensors
 * begin. `size` is that of the file. */
static unsigned char *tensors_of(mlp_train_options o, size_t *size)
{
    static unsigned char genuine[sizeof forged];
    static size_t genuine_size;
    static const char *of;
    uint64_t length = 0;
    if (of == NULL || strcmp(of, o.optimizer) != 0) {
        of = o.optimizer;
        unlink(path);
        o.checkpoint = path;
        o.epochs = 6;
        mlp_model_free(problem_train(table, o, NULL));
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        genuine_size = fread(genuine, 1, sizeof genuine, file);
        fclose(file);
    }
    memcpy(forged, genuine, genuine_size);
    *size = genuine_size;
    for (int i = 7; i >= 0; i--)
        length = length << 8 | forged[i];
    return forged + 8 + length;
}

/* Writes `forged` to the file, with the checksum that its tensors have now. */
static void seal(const unsigned char *tensors, size_t size)
{
    static const char key[] = "\"checksum\":\"";
    char text[24];
    unsigned char *at = memmem(forged, size, key, sizeof key - 1);
    assert_non_null(at);
    snprintf(
        text, sizeof text, "%016llx",
        (unsigned long long)mlpi_hash(MLPI_HASH_START, tensors, size - (size_t)(tensors - forged)));
    memcpy(at + sizeof key - 1, text, 16);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(forged, 1, size, file), size);
    fclose(file);
}

/* Returns where tensor `name` begins, in bytes from the first tensor. */
static size_t offset_of(const char *name, size_t size)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":{", name);
    const char *at = memmem(forged, size, key, strlen(key));
    assert_non_null(at);
    at = strstr(at, "\"data_offsets\":[");
    assert_non_null(at);
    return (size_t)strtoull(at + 16, NULL, 10);
}

static void assert_refused(mlp_train_options o, const char *what)
{
    mlp_error err = {0};
    if (resume(o, &err) != MLP_ERROR_MODEL)
        fail_msg("%s with %s was taken up", o.optimizer, what);
    assert_non_null(strstr(err.message, "cannot be those of a run"));
    assert_non_null(strstr(err.message, "without `resume`"));
}

/* Checks that a checkpoint is refused in which number i of the tensor "numbers" is `value`; the
 * numbers of the method begin with 16. */
static void forge_number(mlp_train_options o, size_t i, const void *value, const char *what)
{
    size_t size = 0;
    unsigned char *tensors = tensors_of(o, &size);
    memcpy(tensors + offset_of("numbers", size) + 8 * i, value, 8);
    seal(tensors, size);
    assert_refused(o, what);
}

static void counts_and_losses_that_no_run_has_are_refused(void **state)
{
    (void)state;
    static const uint64_t counts[] = {0, 7, 1000000000000, UINT64_MAX};
    static const double reals[] = {(double)NAN, -(double)INFINITY};
    const mlp_train_options o = settings("adam");
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        forge_number(o, 0, &counts[k], "an epoch that does not fit its steps");
        forge_number(o, 2, &counts[k], "a number of steps that does not fit its epochs");
    }
    for (size_t i = 0; i < 7; i++)
        forge_number(o, i, &counts[3], "a count near 2^64");
    for (size_t i = 7; i < 16; i++)
        for (size_t k = 0; k < 2; k++)
            if (i != 8) /* only methods have number 8 */
                forge_number(o, i, &reals[k], "a loss that is none");
}

static void numbers_that_a_method_cannot_have_are_refused(void **state)
{
    (void)state;
    const double wrong[] = {-1.0, 0.5, 200.0, 1e300, (double)NAN, (double)INFINITY};
    for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
        forge_number(settings("lbfgs"), 16, &wrong[k], "a number of pairs kept");
        forge_number(settings("lbfgs"), 17, &wrong[k], "a place of the newest pair");
        forge_number(settings("scg"), 20, &wrong[k], "steps since the restart");
        forge_number(settings("levenberg-marquardt"), 21, &wrong[k], "steps that were small");
        forge_number(settings("bayesian"), 22, &wrong[k], "steps that were still");
    }
    forge_number(settings("scg"), 16, &wrong[0], "a negative lambda");
    forge_number(settings("levenberg-marquardt"), 16, &wrong[0], "a negative mu");
    forge_number(settings("bayesian"), 20, &wrong[4], "a beta that is not a number");
    forge_number(settings("bayesian"), 31, &wrong[3], "more effective parameters than there are");
}

static void forge_tensor(const char *optimizer, const char *name, const void *value, size_t width)
{
    size_t size = 0;
    const mlp_train_options o = settings(optimizer);
    unsigned char *tensors = tensors_of(o, &size);
    memcpy(tensors + offset_of(name, size) + 2 * width, value, width);
    seal(tensors, size);
    assert_refused(o, name);
}

static void parameters_and_state_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    const float nan = NAN, infinite = INFINITY, negative = -1.0f;
    const double wide = 1e300, no_step = 0.0, nan_step = (double)NAN;
    forge_tensor("adam", "best", &nan, sizeof nan);
    forge_tensor("lbfgs", "best", &infinite, sizeof infinite);
    forge_tensor("adam", "parameters", &infinite, sizeof infinite);
    forge_tensor("adam", "slot1", &nan, sizeof nan);
    forge_tensor("adam", "slot2", &negative, sizeof negative);
    forge_tensor("rmsprop", "slot1", &negative, sizeof negative);
    forge_tensor("scg", "w", &wide, sizeof wide);
    forge_tensor("irprop", "memory", &no_step, sizeof no_step);
    forge_tensor("irprop", "memory", &nan_step, sizeof nan_step);
}

static void write_instructions(const char *name)
{
    size_t size = 0;
    unsigned char *tensors = tensors_of(settings("adam"), &size);
    memset(tensors + offset_of("instructions", size), 'x', 16);
    memcpy(tensors + offset_of("instructions", size), name, strnlen(name, 15) + 1);
    seal(tensors, size);
}

static void a_checkpoint_of_another_instruction_set_is_taken_up_with_a_word(void **state)
{
    (void)state;
    mlp_train_options o = settings("adam");
    write_instructions("abacus");
    o.checkpoint = path;
    o.resume = true;
    mlp_model_free(problem_train(table, o, NULL));
    assert_non_null(strstr(notices, "instruction set abacus"));
    assert_non_null(strstr(notices, "not the same to the last bit"));
    write_instructions("\033[2J");
    assert_refused(settings("adam"), "a name that is none");
    write_instructions("");
    assert_refused(settings("adam"), "no name");
    write_instructions("abcdefghijklmnop");
    assert_refused(settings("adam"), "a name without an end");
}

/* Options that have no part in a step may differ; a difference in any other option makes another
 * run. */
static void what_decides_a_step_is_part_of_what_a_run_is(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"patience", "3"}, {"epochs", "9"}, {"generalisation-loss", "40"}, {"restarts", "1"}};
    static const char *const other[][2] = {{"learning-rate", "0.01"}, {"l1", "0.001"},
                                           {"momentum", "0.5"},       {"dropout", "0.1"},
                                           {"batch", "16"},           {"schedule", "cosine"},
                                           {"warm-up", "2"},          {"metric", "accuracy"},
                                           {"min-change", "0.01"},    {"class-weights", "balanced"},
                                           {"surrogate", "yes"},      {"max-norm", "3"}};
    mlp_error err = {0};
    size_t size = 0;
    unsigned char *tensors = tensors_of(settings("adam"), &size);
    seal(tensors, size);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        mlp_train_options o = settings("adam");
        assert_int_equal(mlpi_option_set(mlpi_option_find(other[i][0]), &o, other[i][1], &err),
                         MLP_OK);
        assert_int_equal(resume(o, &err), MLP_ERROR_MODEL);
        assert_non_null(strstr(err.message, "another run"));
    }
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        mlp_train_options o = settings("adam");
        assert_int_equal(mlpi_option_set(mlpi_option_find(same[i][0]), &o, same[i][1], &err),
                         MLP_OK);
        seal(tensors, size); /* the run before overwrote the file */
        assert_int_equal(resume(o, &err), MLP_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resuming_equals_never_stopping_for_every_optimizer),
        cmocka_unit_test(an_interrupted_run_resumes_to_the_same_model),
        cmocka_unit_test(a_checkpoint_of_another_run_is_refused),
        cmocka_unit_test(damage_is_found),
        cmocka_unit_test(counts_and_losses_that_no_run_has_are_refused),
        cmocka_unit_test(numbers_that_a_method_cannot_have_are_refused),
        cmocka_unit_test(parameters_and_state_that_are_not_finite_are_refused),
        cmocka_unit_test(a_checkpoint_of_another_instruction_set_is_taken_up_with_a_word),
        cmocka_unit_test(what_decides_a_step_is_part_of_what_a_run_is),
    };
    return cmocka_run_group_tests(tests, load_table, drop_table);
}
