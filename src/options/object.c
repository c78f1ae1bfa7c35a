/* SPDX-License-Identifier: MIT */
/* Options as an object that owns its texts. Each option's texts lie in one block. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "mlp/output.h"
#include "options/options.h"
#include "ranks/ranks.h"

enum { COMMAND = MLPI_OPTIONS }; /* the place of the command's block in `kept` */

mlp_status mlp_train_options_create(mlp_train_options **options, mlp_error *err)
{
    mlp_train_options *made = malloc(sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "options");
    *made = mlpi_options_default();
    *options = made;
    return MLP_OK;
}

void mlpi_options_release(mlp_train_options *options)
{
    for (size_t i = 0; i <= COMMAND; i++) {
        free(options->kept[i]);
        options->kept[i] = NULL;
    }
}

void mlp_train_options_free(mlp_train_options *options)
{
    if (options == NULL)
        return;
    mlpi_options_release(options);
    free(options);
}

/* --- setting ---------------------------------------------------------------------------------- */

static size_t number_of(const mlpi_option *option)
{
    size_t i = 0;
    while (mlpi_option_at(i) != option)
        i++;
    return i;
}

static void keep(mlp_train_options *options, size_t i, void *block)
{
    free(options->kept[i]);
    options->kept[i] = block;
}

/* A file with an empty name means no file. */
static mlp_status set_text(const mlpi_option *option, mlp_train_options *options, const char *text,
                           mlp_error *err)
{
    const bool none = option->kind == MLPI_OPTION_FILE && text[0] == '\0';
    char *copy = none ? NULL : mlpi_copy_text(text, strlen(text));
    if (copy == NULL && !none)
        return mlpi_fail_memory(err, "options");
    *(const char **)mlpi_option_value(option, options) = copy;
    keep(options, number_of(option), copy);
    return MLP_OK;
}

/* Sets a list to copies of two lists, one after the other. */
static mlp_status set_list(const mlpi_option *option, mlp_train_options *options, mlp_names first,
                           mlp_names second, mlp_error *err)
{
    mlp_names made;
    if (!mlpi_names_copy(first, second, &made))
        return mlpi_fail_memory(err, "options");
    *(mlp_names *)mlpi_option_value(option, options) = made;
    keep(options, number_of(option), (void *)made.items);
    return MLP_OK;
}

/* Sets a list from a text: "a,b" becomes two names. */
static mlp_status split(const mlpi_option *option, mlp_train_options *options, const char *text,
                        mlp_error *err)
{
    size_t count = 1;
    for (const char *at = text; (at = strchr(at, ',')) != NULL; at++)
        count++;
    char *copy = mlpi_copy_text(text, strlen(text));
    const char **items = mlpi_allocate(count, sizeof *items);
    mlp_status status = copy != NULL && items != NULL ? MLP_OK : mlpi_fail_memory(err, "options");
    char *at = copy;
    for (size_t i = 0; status == MLP_OK && i < count; i++) {
        const size_t length = strcspn(at, ",");
        at[length] = '\0';
        items[i] = at;
        at += length + 1;
    }
    if (status == MLP_OK)
        status = set_list(option, options, (mlp_names){items, count}, (mlp_names){NULL, 0}, err);
    free(copy);
    mlpi_free(items);
    return status;
}

mlp_status mlp_train_options_set(mlp_train_options *options, const char *name, const char *text,
                                 mlp_error *err)
{
    const mlpi_option *option = NULL;
    MLPI_TRY(mlpi_option_search(name, &option, err));
    if (option->kind == MLPI_OPTION_NAMES && text[0] != '\0')
        return split(option, options, text, err);
    if (mlpi_option_is_list(option))
        return set_list(option, options, (mlp_names){&text, text[0] != '\0'}, (mlp_names){NULL, 0},
                        err);
    return option->kind == MLPI_OPTION_TEXT || option->kind == MLPI_OPTION_FILE
               ? set_text(option, options, text, err)
               : mlpi_option_set(option, options, text, err);
}

mlp_status mlp_train_options_add(mlp_train_options *options, const char *name, const char *value,
                                 mlp_error *err)
{
    const mlpi_option *option = NULL;
    MLPI_TRY(mlpi_option_search(name, &option, err));
    if (!mlpi_option_is_list(option))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` takes one value, not a list",
                         option->shown.name);
    return set_list(option, options, mlp_train_options_names(options, name), (mlp_names){&value, 1},
                    err);
}

mlp_status mlp_train_options_set_number(mlp_train_options *options, const char *name, double number,
                                        mlp_error *err)
{
    const mlpi_option *option = NULL;
    char text[400];
    MLPI_TRY(mlpi_option_search(name, &option, err));
    if (option->kind == MLPI_OPTION_SWITCH && (number == 0.0 || number == 1.0))
        return mlpi_option_set(option, options, number == 1.0 ? "yes" : "no", err);
    if (!mlpi_option_is_number(option))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` cannot be set by a number; set it by text",
                         option->shown.name);
    if (mlpi_option_is_whole(option) && number == floor(number))
        snprintf(text, sizeof text, "%.0f", number);
    else
        mlp_number_text(number, text);
    return mlpi_option_set(option, options, text, err);
}

mlp_status mlp_train_options_set_names(mlp_train_options *options, const char *name,
                                       mlp_names names, mlp_error *err)
{
    const mlpi_option *option = NULL;
    MLPI_TRY(mlpi_option_search(name, &option, err));
    if (mlpi_option_is_list(option))
        return set_list(option, options, names, (mlp_names){NULL, 0}, err);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` takes one value, not a list",
                     option->shown.name);
}

mlp_status mlp_train_options_set_command(mlp_train_options *options, const char *command,
                                         mlp_error *err)
{
    char *copy = command != NULL ? mlpi_copy_text(command, strlen(command)) : NULL;
    if (command != NULL && copy == NULL)
        return mlpi_fail_memory(err, "options");
    options->command = copy;
    keep(options, COMMAND, copy);
    return MLP_OK;
}

void mlp_train_options_set_initial(mlp_train_options *options, const mlp_model *model)
{
    options->initial = model;
}

void mlp_train_options_set_stop(mlp_train_options *options, const mlp_flag *stop)
{
    options->stop = stop;
}

mlp_status mlp_train_options_set_ranks(mlp_train_options *options, const mlp_ranks *ranks,
                                       mlp_error *err)
{
    if (ranks != NULL)
        MLPI_TRY(mlpi_ranks_check(ranks, err));
    options->ranks = ranks != NULL ? *ranks : (mlp_ranks){0};
    return MLP_OK;
}

void mlp_train_options_listen(mlp_train_options *options, mlp_on_progress progress,
                              mlp_on_notice notice, mlp_on_working working, void *context)
{
    options->progress = progress;
    options->notice = notice;
    options->working = working;
    options->context = context;
}

/* --- copying ---------------------------------------------------------------------------------- */

/* Copies the texts of an option that still belong to another object into a block of this object. */
static mlp_status own(const mlpi_option *option, mlp_train_options *options, mlp_error *err)
{
    if (mlpi_option_is_list(option))
        return set_list(option, options, *(mlp_names *)mlpi_option_value(option, options),
                        (mlp_names){NULL, 0}, err);
    if (option->kind != MLPI_OPTION_TEXT && option->kind != MLPI_OPTION_FILE)
        return MLP_OK;
    const char *text = *(const char **)mlpi_option_value(option, options);
    return text != NULL ? set_text(option, options, text, err) : MLP_OK;
}

mlp_status mlp_train_options_copy(const mlp_train_options *options, mlp_train_options **copy,
                                  mlp_error *err)
{
    mlp_train_options *made = NULL;
    const mlpi_option *option = NULL;
    MLPI_TRY(mlp_train_options_create(&made, err));
    *made = *options;
    memset(made->kept, 0, sizeof made->kept);
    mlp_status status = mlp_train_options_set_command(made, options->command, err);
    for (size_t i = 0; status == MLP_OK && (option = mlpi_option_at(i)) != NULL; i++)
        status = own(option, made, err);
    if (status == MLP_OK)
        *copy = made;
    else
        mlp_train_options_free(made);
    return status;
}

/* --- getting ---------------------------------------------------------------------------------- */

const char *mlp_train_options_text(const mlp_train_options *options, const char *name)
{
    const mlpi_option *option = mlpi_option_find(name);
    return option != NULL && (option->kind == MLPI_OPTION_TEXT || option->kind == MLPI_OPTION_FILE)
               ? *(const char *const *)mlpi_option_value_const(option, options)
               : NULL;
}

mlp_names mlp_train_options_names(const mlp_train_options *options, const char *name)
{
    const mlpi_option *option = mlpi_option_find(name);
    return option != NULL && mlpi_option_is_list(option)
               ? *(const mlp_names *)mlpi_option_value_const(option, options)
               : (mlp_names){NULL, 0};
}

bool mlp_train_options_number(const mlp_train_options *options, const char *name, double *number)
{
    const mlpi_option *option = mlpi_option_find(name);
    char text[MLPI_OPTION_TEXT_SIZE];
    if (option == NULL)
        return false;
    const char *value = mlpi_option_text(option, options, text);
    if (option->kind != MLPI_OPTION_SWITCH)
        return mlpi_option_is_number(option) && mlp_number_parse(value, strlen(value), number);
    *number = strcmp(value, "yes") == 0 ? 1.0 : 0.0;
    return true;
}

mlp_status mlp_train_options_get(const mlp_train_options *options, const char *name, char **text,
                                 mlp_error *err)
{
    const mlpi_option *option = NULL;
    char number[MLPI_OPTION_TEXT_SIZE];
    MLPI_TRY(mlpi_option_search(name, &option, err));
    const char *value = mlpi_option_text(option, options, number);
    char *copy = mlpi_option_is_list(option)
                     ? mlpi_names_join(mlp_train_options_names(options, name))
                     : mlpi_copy_text(value, strlen(value));
    if (copy == NULL)
        return mlpi_fail_memory(err, "options");
    *text = copy;
    return MLP_OK;
}
