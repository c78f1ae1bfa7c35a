/* SPDX-License-Identifier: MIT */
/* Every option of the table can be set by its name and written as text, has the default that the
 * table states, stays in its range, and is named when it has no effect; a model lists its options
 * that differ from the defaults. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "model/metadata.h"
#include "model/model.h"
#include "options/options.h"
#include "unit/test.h"

static const char *text_of(const mlp_train_options *options, const char *name)
{
    static char text[MLPI_OPTION_TEXT_SIZE];
    return mlpi_option_text(mlpi_option_find(name), options, text);
}

static mlp_status set(mlp_train_options *options, const char *name, const char *text,
                      mlp_error *err)
{
    const mlpi_option *option = NULL;
    const mlp_status status = mlpi_option_search(name, &option, err);
    return status == MLP_OK ? mlpi_option_set(option, options, text, err) : status;
}

static void options_are_set_by_name(void **state)
{
    (void)state;
    mlp_train_options o = mlpi_options_default();
    mlp_error err;
    assert_int_equal(set(&o, "--learning-rate", "0.25", &err), MLP_OK);
    assert_int_equal(set(&o, "batch", "full", &err), MLP_OK);
    assert_int_equal(set(&o, "l2", "auto", &err), MLP_OK);
    assert_int_equal(set(&o, "seed", "18446744073709", &err), MLP_OK);
    assert_true(o.learning_rate == 0.25 && o.batch == MLPI_FULL && o.l2 == MLPI_AUTO);
    assert_true(o.seed == 18446744073709u);
    assert_int_equal(set(&o, "learning-rat", "1", &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "did you mean learning-rate?"));
    assert_int_equal(set(&o, "momentum", "1.5", &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "from 0 to 0.9999"));
    assert_int_equal(set(&o, "epochs", "2.5", &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "whole number"));
}

/* The most important options have the documented defaults, and all options those of the table. */
static void defaults_are_those_of_the_table(void **state)
{
    (void)state;
    static const char *const documented[][2] = {
        {"hidden", "96,48"}, {"optimizer", "adam"},  {"momentum", "0.9"}, {"weight-decay", "0.01"},
        {"l2", "auto"},      {"patience", "20"},     {"metric", "loss"},  {"restarts", "1"},
        {"members", "1"},    {"precision", "float"}, {"seed", "1"},       {"validation", "auto"}};
    const mlp_train_options o = mlpi_options_default();
    for (size_t i = 0; i < sizeof documented / sizeof documented[0]; i++)
        assert_string_equal(text_of(&o, documented[i][0]), documented[i][1]);
    assert_true(o.validation == MLPI_AUTO && o.checkpoint_every == 10);
    assert_true(o.quantiles == NULL && o.validation_group == NULL && o.weight_column == NULL);
    for (size_t i = 0; mlpi_option_at(i) != NULL; i++)
        if (!mlpi_option_is_default(mlpi_option_at(i), &o))
            fail_msg("%s", mlpi_option_at(i)->shown.name);
    assert_int_equal(mlpi_options_check(&o, NULL), MLP_OK);
    assert_int_equal(mlpi_options_refuse(&o, NULL), MLP_OK);
}

static void a_file_without_a_name_is_none(void **state)
{
    (void)state;
    mlp_train_options *o = NULL;
    assert_int_equal(mlp_train_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set(o, "checkpoint", "run.ck", NULL), MLP_OK);
    assert_string_equal(mlp_train_options_text(o, "checkpoint"), "run.ck");
    assert_int_equal(mlp_train_options_set(o, "checkpoint", "", NULL), MLP_OK);
    assert_null(mlp_train_options_text(o, "checkpoint"));
    assert_true(mlpi_option_is_default(mlpi_option_find("checkpoint"), o));
    mlp_train_options_free(o);
}

/* The text of an option's value sets the option to the same value again. */
static void text_of_an_option_sets_it_again(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_option_at(i) != NULL; i++) {
        const mlpi_option *option = mlpi_option_at(i);
        mlp_train_options a = mlpi_options_default(), b = a;
        char first[MLPI_OPTION_TEXT_SIZE], second[MLPI_OPTION_TEXT_SIZE], given[40];
        if (mlpi_option_is_list(option))
            continue;
        snprintf(given, sizeof given, "%.0f", floor(fmin(option->highest, 1e9)));
        if (!mlpi_option_is_whole(option))
            mlp_number_text(option->highest, given);
        const char *value = mlpi_option_is_number(option) && option->kind != MLPI_OPTION_SEED
                                ? given
                            : option->kind == MLPI_OPTION_SWITCH ? "yes"
                            : option->kind == MLPI_OPTION_TASK   ? "regression"
                                                                 : "7";
        assert_int_equal(set(&a, option->shown.name, value, NULL), MLP_OK);
        const char *told = mlpi_option_text(option, &a, first);
        assert_string_equal(told, value);
        assert_false(mlpi_option_is_default(option, &a));
        assert_int_equal(set(&b, option->shown.name, told, NULL), MLP_OK);
        assert_string_equal(mlpi_option_text(option, &b, second), told);
    }
}

static void numbers_stay_in_their_range(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_option_at(i) != NULL; i++) {
        const mlpi_option *option = mlpi_option_at(i);
        if (!mlpi_option_is_number(option) || option->kind == MLPI_OPTION_SEED)
            continue;
        const double beyond[] = {option->highest * 2.0, -2.0};
        for (size_t k = 0; k < 2; k++) {
            char text[40];
            mlp_train_options o = mlpi_options_default();
            mlp_number_text(beyond[k], text);
            if (option->kind == MLPI_OPTION_BYTES && k == 0)
                continue; /* more bytes than any machine has */
            assert_int_equal(set(&o, option->shown.name, text, NULL), MLP_ERROR_ARGUMENT);
            assert_true(mlpi_option_is_default(option, &o));
            if (!mlpi_option_is_whole(option)) { /* a program may set the member itself */
                *(double *)((char *)&o + option->offset) = beyond[k];
                assert_int_equal(mlpi_options_check(&o, NULL), MLP_ERROR_ARGUMENT);
            }
        }
    }
}

/* If an option has an effect only with some values of another option, that other option exists. */
static void conditions_name_options(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_option_at(i) != NULL; i++) {
        const mlpi_condition *c = &mlpi_option_at(i)->acts;
        if (c->option != NULL && mlpi_option_find(c->option) == NULL)
            fail_msg("%s acts beside %s", mlpi_option_at(i)->shown.name, c->option);
    }
}

static void options_without_effect_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *option, *value, *beside, *idle, *acting;
    } cases[] = {
        {"momentum", "0.5", "optimizer", "adam", "nesterov"},
        {"weight-decay", "0.5", "optimizer", "adam", "adamw"},
        {"learning-rate", "0.5", "optimizer", "lbfgs", "gradient-descent"},
        {"learning-rate", "0.5", "optimizer", "scg", "auto"},
        {"batch", "16", "optimizer", "gradient-descent", "sgd"},
        {"precision", "bf16", "optimizer", "irprop", "rmsprop"},
        {"schedule-factor", "0.5", "schedule", "constant", "cosine"},
        {"schedule-period", "5", "schedule", "exponential", "plateau"},
        {"activation", "tanh", "hidden", "none", "8"},
        {"patience", "5", "validation", "0", "0.2"},
        {"checkpoint-minutes", "5", "checkpoint", "", "a file"},
        {"scratch", "/var/tmp", "memory", "none", "1G"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[320] = "", name[40];
        mlp_train_options o = mlpi_options_default();
        assert_int_equal(set(&o, cases[i].option, cases[i].value, NULL), MLP_OK);
        assert_int_equal(set(&o, cases[i].beside, cases[i].idle, NULL), MLP_OK);
        assert_true(mlpi_options_idle(&o, 0, text, sizeof text));
        snprintf(name, sizeof name, "`%s` has no effect", cases[i].option);
        assert_memory_equal(text, name, strlen(name));
        assert_false(mlpi_options_idle(&o, 1, text, sizeof text));
        assert_int_equal(set(&o, cases[i].beside, cases[i].acting, NULL), MLP_OK);
        assert_false(mlpi_options_idle(&o, 0, text, sizeof text));
    }
}

/* --- the object ------------------------------------------------------------------------------- */

static mlp_train_options *made(void)
{
    mlp_train_options *options = NULL;
    assert_int_equal(mlp_train_options_create(&options, NULL), MLP_OK);
    return options;
}

static void assert_value(const mlp_train_options *options, const char *name, const char *wanted)
{
    char *text = NULL;
    assert_int_equal(mlp_train_options_get(options, name, &text, NULL), MLP_OK);
    assert_string_equal(text, wanted);
    free(text);
}

static void texts_are_the_objects_own(void **state)
{
    (void)state;
    char hidden[] = "64,32", drop[] = "a,b", *copy = NULL;
    mlp_train_options *options = made(), *other = NULL;
    const char *const names[] = {"with, comma", "b"};
    assert_int_equal(mlp_train_options_set(options, "hidden", hidden, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set(options, "drop", drop, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set_command(options, drop, NULL), MLP_OK);
    memset(hidden, 'x', sizeof hidden - 1);
    memset(drop, 'x', sizeof drop - 1);
    assert_value(options, "hidden", "64,32");
    assert_value(options, "drop", "a,b");
    assert_int_equal(mlp_train_options_names(options, "drop").count, 2);
    assert_int_equal(mlp_train_options_copy(options, &other, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_add(other, "drop", "c,d", NULL), MLP_OK);
    assert_int_equal(mlp_train_options_names(other, "drop").count, 3);
    assert_string_equal(mlp_train_options_names(other, "drop").items[2], "c,d");
    assert_int_equal(mlp_train_options_set_names(options, "drop", (mlp_names){names, 2}, NULL),
                     MLP_OK);
    assert_string_equal(mlp_train_options_names(options, "drop").items[0], "with, comma");
    mlp_train_options_free(options);
    assert_string_equal(mlp_train_options_text(other, "hidden"), "64,32");
    assert_string_equal(other->command, "a,b");
    /* A value may come from the object itself. */
    assert_int_equal(
        mlp_train_options_set(other, "hidden", mlp_train_options_text(other, "hidden"), NULL),
        MLP_OK);
    assert_int_equal(
        mlp_train_options_set_names(other, "drop", mlp_train_options_names(other, "drop"), NULL),
        MLP_OK);
    assert_value(other, "drop", "a,b,c,d");
    assert_int_equal(mlp_train_options_get(other, "no-such", &copy, NULL), MLP_ERROR_ARGUMENT);
    assert_null(copy);
    mlp_train_options_free(other);
    mlp_train_options_free(NULL);
}

static void numbers_are_set_and_told(void **state)
{
    (void)state;
    mlp_train_options *options = made();
    double number = 7.0;
    assert_int_equal(mlp_train_options_set_number(options, "epochs", 1e6, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set_number(options, "learning-rate", 0.1, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set_number(options, "batch-norm", 1.0, NULL), MLP_OK);
    assert_true(options->epochs == 1000000 && options->learning_rate == 0.1 && options->batch_norm);
    assert_value(options, "epochs", "1000000");
    assert_true(mlp_train_options_number(options, "batch-norm", &number) && number == 1.0);
    assert_true(mlp_train_options_number(options, "learning-rate", &number) && number == 0.1);
    assert_false(mlp_train_options_number(options, "l2", &number)); /* "auto" is not a number */
    assert_false(mlp_train_options_number(options, "hidden", &number));
    assert_int_equal(mlp_train_options_set(options, "memory", "1.5G", NULL), MLP_OK);
    assert_value(options, "memory", "1610612736");
    assert_int_equal(mlp_train_options_set(options, "memory", "any", NULL), MLP_OK);
    assert_true(options->memory == MLPI_ANY);
    assert_int_equal(mlp_train_options_set(options, "memory", "12X", NULL), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_train_options_set_number(options, "epochs", 2.5, NULL),
                     MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_train_options_set_number(options, "dropout", (double)NAN, NULL),
                     MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_train_options_set_number(options, "hidden", 5.0, NULL),
                     MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_train_options_add(options, "hidden", "5", NULL), MLP_ERROR_ARGUMENT);
    assert_value(options, "epochs", "1000000");
    /* The text of every option's default sets the option to its default. */
    for (size_t i = 0; mlp_train_option_describe(i) != NULL; i++) {
        const mlp_option_info *o = mlp_train_option_describe(i);
        assert_int_equal(mlp_train_options_set(options, o->name, o->initial, NULL), MLP_OK);
        assert_value(options, o->name, o->initial);
    }
    mlp_train_options_free(options);
}

static void json_keeps_all_that_is_not_the_default(void **state)
{
    (void)state;
    static const char text[] =
        "{\"target\":[\"a,b\",\"c\"],\"task\":\"regression\",\"hidden\":\"4\",\"loss\":\"huber\","
        "\"huber-delta\":0.1,\"batch\":\"full\",\"batch-norm\":true,\"epochs\":30,"
        "\"seed\":\"1234567890123456789\",\"transform\":[\"x=log\"]}";
    mlp_train_options *options = made(), *other = made();
    char *json = NULL, *empty = NULL;
    assert_int_equal(mlp_train_options_from_json(options, text, NULL), MLP_OK);
    assert_true(options->seed == 1234567890123456789u && options->batch == MLPI_FULL);
    assert_int_equal(options->targets.count, 2);
    assert_int_equal(mlp_train_options_to_json(options, &json, NULL), MLP_OK);
    assert_string_equal(json, text);
    assert_int_equal(mlp_train_options_to_json(other, &empty, NULL), MLP_OK);
    assert_string_equal(empty, "{}");
    free(json);
    free(empty);
    mlp_train_options_free(options);
    mlp_train_options_free(other);
}

static void json_that_is_wrong_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "[]",
                                        "4",
                                        "{\"hidden\":\"8\",\"no-such\":1}",
                                        "{\"hidden\":\"8\",\"epochs\":null}",
                                        "{\"hidden\":\"8\",\"epochs\":{}}",
                                        "{\"hidden\":\"8\",\"epochs\":[\"3\"]}",
                                        "{\"hidden\":\"8\",\"drop\":[3]}",
                                        "{\"hidden\":\"8\",\"dropout\":2}",
                                        "{\"hidden\":\"8\""};
    mlp_train_options *options = made();
    assert_int_equal(mlp_train_options_set(options, "hidden", "5", NULL), MLP_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlp_error err = {0};
        if (mlp_train_options_from_json(options, wrong[i], &err) != MLP_ERROR_ARGUMENT ||
            err.message[0] == '\0')
            fail_msg("%s: %s", wrong[i], err.message);
        assert_value(options, "hidden", "5");
    }
    mlp_train_options_free(options);
}

/* --- the options of a model ------------------------------------------------------------------- */

static mlp_model *trained(void)
{
    static const char *const target[] = {"species"};
    mlp_table *table = NULL;
    mlp_model *model = NULL;
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "4";
    o.epochs = 2;
    o.schedule = "cosine";
    o.warm_up = 0.5;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, NULL), MLP_OK);
    mlp_table_free(table);
    return model;
}

static void assert_tells(const mlp_model *model, const char *const (*wanted)[2], size_t count)
{
    const char *name = NULL, *value = NULL;
    for (size_t i = 0; i < count; i++) {
        assert_true(mlp_model_option(model, i, &name, &value));
        assert_string_equal(name, wanted[i][0]);
        assert_string_equal(value, wanted[i][1]);
    }
    assert_false(mlp_model_option(model, count, &name, &value));
}

/* Reads the metadata with `options` in place of the member "options"; NULL: they are refused. */
static mlp_model *read_with(const mlp_model *model, const char *options)
{
    const char *text = mlp_model_metadata(model), *at = strstr(text, "\"options\":{");
    char *changed = malloc(strlen(text) + strlen(options) + 1);
    mlp_model *read = mlpi_allocate(1, sizeof *read);
    sprintf(changed, "%.*s%s%s", (int)(at - text), text, options, strchr(at, '}') + 2);
    if (mlpi_metadata_read(changed, mlp_network_size(mlp_model_network(model)), "changed", read,
                           NULL) != MLP_OK) {
        mlp_model_free(read);
        read = NULL;
    }
    free(changed);
    return read;
}

static void models_tell_what_is_not_the_default(void **state)
{
    (void)state;
    static const char *const wanted[][2] = {
        {"hidden", "4"}, {"schedule", "cosine"}, {"warm-up", "0.5"}, {"epochs", "2"}};
    mlp_model *model = trained();
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_model *loaded = NULL;
    assert_tells(model, wanted, 4);
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "again", &loaded, NULL), MLP_OK);
    assert_tells(loaded, wanted, 4);
    free(bytes);
    mlp_model_free(loaded);
    mlp_model_free(model);
}

static void options_of_former_files_are_read(void **state)
{
    (void)state;
    static const char *const wanted[][2] = {
        {"label-smoothing", "0.1"}, {"dropout", "0.25"}, {"batch-norm", "yes"}};
    mlp_model *model = trained(), *read = NULL;
    read = read_with(model, "\"label_smoothing\":0.1,\"dropout\":0.25,\"batch_norm\":true,");
    assert_non_null(read);
    assert_tells(read, wanted, 3);
    mlp_model_free(read);
    assert_non_null(read = read_with(model, ""));
    assert_tells(read, NULL, 0);
    mlp_model_free(read);
    assert_null(read_with(model, "\"options\":{\"hidden\":4},")); /* values must be texts */
    assert_null(read_with(model, "\"options\":4,"));
    mlp_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_set_by_name),
        cmocka_unit_test(defaults_are_those_of_the_table),
        cmocka_unit_test(a_file_without_a_name_is_none),
        cmocka_unit_test(text_of_an_option_sets_it_again),
        cmocka_unit_test(numbers_stay_in_their_range),
        cmocka_unit_test(conditions_name_options),
        cmocka_unit_test(options_without_effect_are_named),
        cmocka_unit_test(texts_are_the_objects_own),
        cmocka_unit_test(numbers_are_set_and_told),
        cmocka_unit_test(json_keeps_all_that_is_not_the_default),
        cmocka_unit_test(json_that_is_wrong_changes_nothing),
        cmocka_unit_test(models_tell_what_is_not_the_default),
        cmocka_unit_test(options_of_former_files_are_read),
    };
    return RUN(tests);
}
