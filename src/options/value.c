/* SPDX-License-Identifier: MIT */
/* Values of options: from text, and to text. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/output.h"
#include "options/options.h"

static const char *const tasks[] = {"auto", "classification", "regression"};

bool mlpi_option_is_whole(const mlpi_option *option)
{
    return option->kind == MLPI_OPTION_COUNT || option->kind == MLPI_OPTION_ROWS ||
           option->kind == MLPI_OPTION_SEED;
}

bool mlpi_option_is_number(const mlpi_option *option)
{
    return mlpi_option_is_whole(option) || option->kind == MLPI_OPTION_REAL ||
           option->kind == MLPI_OPTION_AUTO_REAL;
}

/* --- from text -------------------------------------------------------------------------------- */

static mlp_status set_number(const mlpi_option *o, const char *text, void *to, mlp_error *err)
{
    const bool whole = mlpi_option_is_whole(o);
    double value = 0.0;
    char lowest[32], highest[32];
    mlp_number_text(o->lowest, lowest);
    mlp_number_text(o->highest, highest);
    if (!mlp_number_parse(text, strlen(text), &value) || value < o->lowest || value > o->highest ||
        (whole && value != floor(value)))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give a %s from %s to %s%s",
                         o->shown.name, text, whole ? "whole number" : "number", lowest, highest,
                         o->kind == MLPI_OPTION_ROWS        ? ", or full"
                         : o->kind == MLPI_OPTION_AUTO_REAL ? ", or auto"
                                                            : "");
    if (whole)
        *(size_t *)to = (size_t)value;
    else
        *(double *)to = value;
    return MLP_OK;
}

static mlp_status set_seed(const mlpi_option *o, const char *text, uint64_t *to, mlp_error *err)
{
    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 19)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`%s` %s: give a whole number of at most 19 digits", o->shown.name, text);
    *to = strtoull(text, NULL, 10);
    return MLP_OK;
}

static mlp_status set_word(const mlpi_option *o, const char *text, const char *const *words,
                           size_t count, size_t *which, mlp_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *which = i;
            return MLP_OK;
        }
    }
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: it is %s%s%s or %s", o->shown.name, text,
                     count > 2 ? words[count - 3] : "", count > 2 ? ", " : "", words[count - 2],
                     words[count - 1]);
}

static mlp_status set(const mlpi_option *o, mlp_train_options *options, const char *text,
                      mlp_error *err)
{
    static const char *const switches[] = {"no", "yes"};
    size_t which = 0;
    void *to = (char *)options + o->offset;
    switch (o->kind) {
    case MLPI_OPTION_TEXT:
        *(const char **)to = text;
        return MLP_OK;
    case MLPI_OPTION_SWITCH:
        MLPI_TRY(set_word(o, text, switches, 2, &which, err));
        *(bool *)to = which == 1;
        return MLP_OK;
    case MLPI_OPTION_TASK:
        MLPI_TRY(set_word(o, text, tasks, 3, &which, err));
        *(mlp_task *)to = (mlp_task)which;
        return MLP_OK;
    case MLPI_OPTION_SEED:
        return set_seed(o, text, to, err);
    case MLPI_OPTION_ROWS:
        if (strcmp(text, "full") != 0)
            break;
        *(size_t *)to = MLP_BATCH_FULL;
        return MLP_OK;
    case MLPI_OPTION_AUTO_REAL:
        if (strcmp(text, "auto") != 0)
            break;
        *(double *)to = -1.0;
        return MLP_OK;
    case MLPI_OPTION_COUNT:
    case MLPI_OPTION_REAL:
        break;
    }
    return set_number(o, text, to, err);
}

mlp_status mlp_train_options_set(mlp_train_options *options, const char *name, const char *text,
                                 mlp_error *err)
{
    const mlpi_option *option = NULL;
    MLPI_TRY(mlpi_option_search(name, &option, err));
    return set(option, options, text, err);
}

void mlpi_option_reset(const mlpi_option *option, mlp_train_options *options)
{
    const char *initial = option->shown.initial;
    void *to = (char *)options + option->offset;
    if (option->kind == MLPI_OPTION_TEXT)
        *(const char **)to = initial[0] != '\0' ? initial : NULL;
    else if ((option->flags & MLPI_OPTION_ZERO) == 0 || strcmp(initial, "0") != 0)
        (void)set(option, options, initial, NULL);
    else if (mlpi_option_is_whole(option))
        *(size_t *)to = 0;
    else
        *(double *)to = 0.0;
}

/* --- to text ---------------------------------------------------------------------------------- */

const char *mlpi_option_text(const mlpi_option *option, const mlp_train_options *options,
                             char *text, size_t size)
{
    const void *from = (const char *)options + option->offset;
    char number[32];
    switch (option->kind) {
    case MLPI_OPTION_TEXT:
        return *(const char *const *)from != NULL ? *(const char *const *)from : "";
    case MLPI_OPTION_SWITCH:
        return *(const bool *)from ? "yes" : "no";
    case MLPI_OPTION_TASK:
        return tasks[*(const mlp_task *)from];
    case MLPI_OPTION_SEED:
        snprintf(text, size, "%" PRIu64, *(const uint64_t *)from);
        return text;
    case MLPI_OPTION_ROWS:
    case MLPI_OPTION_COUNT:
        if (*(const size_t *)from == MLP_BATCH_FULL)
            return "full";
        snprintf(text, size, "%zu", *(const size_t *)from);
        return text;
    case MLPI_OPTION_AUTO_REAL:
    case MLPI_OPTION_REAL:
        if (option->kind == MLPI_OPTION_AUTO_REAL && *(const double *)from == -1.0)
            return "auto";
        mlp_number_text(*(const double *)from, number);
        snprintf(text, size, "%s", number);
        return text;
    }
    return "";
}

bool mlpi_option_is_default(const mlpi_option *option, const mlp_train_options *options)
{
    char text[32];
    return strcmp(mlpi_option_text(option, options, text, sizeof text), option->shown.initial) == 0;
}

uint64_t mlpi_options_hash(const mlp_train_options *options, unsigned without, uint64_t hash)
{
    const mlpi_option *option = NULL;
    for (size_t i = 0; (option = mlpi_option_at(i)) != NULL; i++) {
        char text[32];
        if ((option->flags & without) != 0)
            continue;
        const char *value = mlpi_option_text(option, options, text, sizeof text);
        hash = mlpi_hash(hash, option->shown.name, strlen(option->shown.name) + 1);
        hash = mlpi_hash(hash, value, strlen(value) + 1);
    }
    return hash;
}
