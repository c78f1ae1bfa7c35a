/* SPDX-License-Identifier: MIT */
/* Setting the values of options from text, and writing them as text. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/output.h"
#include "options/options.h"

static const char *const tasks[] = {"auto", "classification", "regression"};
static const char *const switches[] = {"no", "yes"};

bool mlpi_option_is_list(const mlpi_option *option)
{
    return option->kind == MLPI_OPTION_NAMES || option->kind == MLPI_OPTION_WORDS;
}

static bool is_text(const mlpi_option *option)
{
    return option->kind == MLPI_OPTION_TEXT || option->kind == MLPI_OPTION_FILE;
}

bool mlpi_option_is_whole(const mlpi_option *option)
{
    return option->kind >= MLPI_OPTION_SEED && option->kind <= MLPI_OPTION_BYTES;
}

bool mlpi_option_is_number(const mlpi_option *option)
{
    return option->kind >= MLPI_OPTION_SEED;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* The i-th word that the option accepts in place of a number, and the *number that stands for that
 * word; NULL past the end. */
static const char *word_at(const mlpi_option *option, size_t i, double *number)
{
    const bool zero = (option->flags & MLPI_OPTION_ZERO) != 0;
    const char *own = option->kind == MLPI_OPTION_ROWS        ? "full"
                      : option->kind == MLPI_OPTION_BYTES     ? "any"
                      : option->kind == MLPI_OPTION_AUTO_REAL ? "auto"
                                                              : NULL;
    if (i == (own != NULL)) {
        *number = 0.0;
        return zero ? option->shown.initial : NULL;
    }
    *number = option->kind == MLPI_OPTION_AUTO_REAL ? MLPI_AUTO : (double)SIZE_MAX;
    return i == 0 ? own : NULL;
}

static mlp_status refuse_number(const mlpi_option *o, const char *text, mlp_error *err)
{
    char lowest[32], highest[32], words[32] = "";
    double number = 0.0;
    const char *first = word_at(o, 0, &number), *second = word_at(o, 1, &number);
    mlp_number_text(o->lowest, lowest);
    mlp_number_text(o->highest, highest);
    if (first != NULL)
        snprintf(words, sizeof words, second != NULL ? ", %s or %s" : ", or %s", first, second);
    if (o->kind == MLPI_OPTION_BYTES)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`%s` %s: give a number of bytes such as 512M or 2G%s", o->shown.name,
                         text, words);
    if (o->kind == MLPI_OPTION_TIME)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give a time such as 90s, 5m or 2h%s",
                         o->shown.name, text, words);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give a %s from %s to %s%s%s", o->shown.name,
                     text, mlpi_option_is_whole(o) ? "whole number" : "number", lowest, highest,
                     words, strchr(text, ',') != NULL ? "; write decimals with a point" : "");
}

static void keep_number(const mlpi_option *o, double value, void *to)
{
    if (o->kind == MLPI_OPTION_THREADS)
        *(int *)to = (int)value;
    else if (!mlpi_option_is_whole(o))
        *(double *)to = value;
    else /* SIZE_MAX cannot be represented as a double */
        *(size_t *)to = value >= (double)SIZE_MAX ? SIZE_MAX : (size_t)value;
}

static mlp_status set_number(const mlpi_option *o, const char *text, void *to, mlp_error *err)
{
    const double most = o->kind == MLPI_OPTION_BYTES ? (double)(SIZE_MAX / 2) : o->highest;
    double value = 0.0;
    const char *word = NULL;
    for (size_t i = 0; (word = word_at(o, i, &value)) != NULL; i++) {
        if (strcmp(text, word) != 0)
            continue;
        keep_number(o, value, to);
        return MLP_OK;
    }
    const bool is_number = o->kind == MLPI_OPTION_BYTES ? mlpi_bytes_parse(text, &value)
                           : o->kind == MLPI_OPTION_TIME
                               ? mlp_seconds_parse(text, &value)
                               : mlp_number_parse(text, strlen(text), &value);
    if (!is_number || !(value >= o->lowest && value <= most) ||
        (mlpi_option_is_whole(o) && value != floor(value)))
        return refuse_number(o, text, err);
    keep_number(o, value, to);
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

/* --- from text -------------------------------------------------------------------------------- */

static mlp_status set_word(const mlpi_option *o, const char *text, const char *const *words,
                           size_t count, size_t *which, mlp_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *which = i;
            return MLP_OK;
        }
    }
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give %s%s%s or %s", o->shown.name, text,
                     count > 2 ? words[count - 3] : "", count > 2 ? ", " : "", words[count - 2],
                     words[count - 1]);
}

mlp_status mlpi_option_set(const mlpi_option *o, mlp_train_options *options, const char *text,
                           mlp_error *err)
{
    size_t which = 0;
    void *to = mlpi_option_value(o, options);
    if (is_text(o)) {
        *(const char **)to = text;
        return MLP_OK;
    }
    if (o->kind == MLPI_OPTION_SWITCH) {
        MLPI_TRY(set_word(o, text, switches, 2, &which, err));
        *(bool *)to = which == 1;
        return MLP_OK;
    }
    if (o->kind == MLPI_OPTION_TASK) {
        MLPI_TRY(set_word(o, text, tasks, 3, &which, err));
        *(mlp_task *)to = (mlp_task)which;
        return MLP_OK;
    }
    return o->kind == MLPI_OPTION_SEED ? set_seed(o, text, to, err) : set_number(o, text, to, err);
}

mlp_train_options mlpi_options_default(void)
{
    mlp_train_options options = {0};
    const mlpi_option *option = NULL;
    for (size_t i = 0; (option = mlpi_option_at(i)) != NULL; i++)
        if (option->shown.initial[0] != '\0')
            (void)mlpi_option_set(option, &options, option->shown.initial, NULL);
    return options;
}

void mlpi_options_start_clock(mlp_train_options *options)
{
    if (options->time > 0.0 && options->until == 0.0)
        options->until = mlpi_seconds() + options->time;
}

mlp_train_options mlpi_options_or_default(const mlp_train_options *options)
{
    return options != NULL ? *options : mlpi_options_default();
}

/* --- to text ---------------------------------------------------------------------------------- */

static double number_of(const mlpi_option *option, const void *from)
{
    return option->kind == MLPI_OPTION_THREADS ? (double)*(const int *)from
           : mlpi_option_is_whole(option)      ? (double)*(const size_t *)from
                                               : *(const double *)from;
}

static const char *number_text(const mlpi_option *option, const void *from,
                               char text[MLPI_OPTION_TEXT_SIZE])
{
    const double number = number_of(option, from);
    double known = 0.0;
    const char *word = NULL;
    for (size_t i = 0; (word = word_at(option, i, &known)) != NULL; i++)
        if (number == known)
            return word;
    if (mlpi_option_is_whole(option))
        snprintf(text, MLPI_OPTION_TEXT_SIZE, "%.0f", number);
    else
        mlp_number_text(number, text);
    return text;
}

const char *mlpi_option_text(const mlpi_option *option, const mlp_train_options *options,
                             char text[MLPI_OPTION_TEXT_SIZE])
{
    const void *from = mlpi_option_value_const(option, options);
    if (mlpi_option_is_list(option))
        return "";
    if (is_text(option))
        return *(const char *const *)from != NULL ? *(const char *const *)from : "";
    if (option->kind == MLPI_OPTION_SWITCH)
        return switches[*(const bool *)from];
    if (option->kind == MLPI_OPTION_TASK)
        return tasks[*(const mlp_task *)from];
    if (option->kind != MLPI_OPTION_SEED)
        return number_text(option, from, text);
    snprintf(text, MLPI_OPTION_TEXT_SIZE, "%" PRIu64, *(const uint64_t *)from);
    return text;
}

bool mlpi_option_is_default(const mlpi_option *option, const mlp_train_options *options)
{
    char text[MLPI_OPTION_TEXT_SIZE];
    if (mlpi_option_is_list(option))
        return ((const mlp_names *)mlpi_option_value_const(option, options))->count == 0;
    return strcmp(mlpi_option_text(option, options, text), option->shown.initial) == 0;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return mlpi_hash(hash, text, strlen(text) + 1);
}

uint64_t mlpi_options_hash(const mlp_train_options *options, unsigned without, uint64_t hash)
{
    const mlpi_option *option = NULL;
    for (size_t i = 0; (option = mlpi_option_at(i)) != NULL; i++) {
        char text[MLPI_OPTION_TEXT_SIZE];
        if ((option->flags & without) != 0)
            continue;
        hash = hash_text(hash, option->shown.name);
        hash = hash_text(hash, mlpi_option_text(option, options, text));
        if (!mlpi_option_is_list(option))
            continue;
        const mlp_names *names = mlpi_option_value_const(option, options);
        const uint64_t count = names->count;
        hash = mlpi_hash(hash, &count, sizeof count);
        for (size_t k = 0; k < names->count; k++)
            hash = hash_text(hash, names->items[k]);
    }
    return hash;
}

/* --- ranges ----------------------------------------------------------------------------------- */

mlp_status mlpi_options_check(const mlp_train_options *options, mlp_error *err)
{
    const mlpi_option *o = NULL;
    for (size_t i = 0; (o = mlpi_option_at(i)) != NULL; i++) {
        char found[MLPI_OPTION_TEXT_SIZE], lowest[32], highest[32];
        if (!mlpi_option_is_number(o) || o->kind == MLPI_OPTION_SEED)
            continue;
        const char *text = number_text(o, mlpi_option_value_const(o, options), found);
        const double value = number_of(o, mlpi_option_value_const(o, options));
        if (text != found || (value >= o->lowest && value <= o->highest))
            continue; /* NaN is in no range */
        mlp_number_text(o->lowest, lowest);
        mlp_number_text(o->highest, highest);
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`%s` %s is out of range; give a number from %s to %s", o->shown.name,
                         text, lowest, highest);
    }
    return MLP_OK;
}
