/* SPDX-License-Identifier: MIT */
/* The table of the options of training, and setting them from text. */
#include "train/options.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

#define AT(member) offsetof(mlp_train_options, member)

static const mlpi_option table[] = {
    {"task", MLPI_OPTION_TASK, AT(task), 0, 0, 0},
    {"hidden", MLPI_OPTION_TEXT, AT(hidden), 0, 0, 0},
    {"activation", MLPI_OPTION_TEXT, AT(activation), 0, 0, 0},
    {"output-activation", MLPI_OPTION_TEXT, AT(output_activation), 0, 0, 0},
    {"loss", MLPI_OPTION_TEXT, AT(loss), 0, 0, 0},
    {"huber-delta", MLPI_OPTION_REAL, AT(huber_delta), 1e-6, 1e6, 0},
    {"quantiles", MLPI_OPTION_TEXT, AT(quantiles), 0, 0, 0},
    {"label-smoothing", MLPI_OPTION_REAL, AT(label_smoothing), 0, 0.5, 0},
    {"target-transform", MLPI_OPTION_TEXT, AT(target_transform), 0, 0, 0},
    {"optimizer", MLPI_OPTION_TEXT, AT(optimizer), 0, 0, 0},
    {"learning-rate", MLPI_OPTION_REAL, AT(learning_rate), 1e-12, 1e6, MLPI_OPTION_ZERO},
    {"schedule", MLPI_OPTION_TEXT, AT(schedule), 0, 0, 0},
    {"schedule-factor", MLPI_OPTION_AUTO_REAL, AT(schedule_factor), 0, 1, 0},
    {"schedule-period", MLPI_OPTION_REAL, AT(schedule_period), 1e-6, 1e9, MLPI_OPTION_ZERO},
    {"warm-up", MLPI_OPTION_REAL, AT(warm_up), 0, 1e9, 0},
    {"momentum", MLPI_OPTION_REAL, AT(momentum), 0, 0.9999, 0},
    {"weight-decay", MLPI_OPTION_REAL, AT(weight_decay), 0, 1e3, 0},
    {"l2", MLPI_OPTION_AUTO_REAL, AT(l2), 0, 1e6, 0},
    {"l1", MLPI_OPTION_REAL, AT(l1), 0, 1e6, 0},
    {"dropout", MLPI_OPTION_REAL, AT(dropout), 0, 0.95, 0},
    {"input-noise", MLPI_OPTION_REAL, AT(input_noise), 0, 1e3, 0},
    {"clip-norm", MLPI_OPTION_REAL, AT(clip_norm), 0, 1e9, 0},
    {"max-norm", MLPI_OPTION_REAL, AT(max_norm), 0, 1e9, 0},
    {"batch-norm", MLPI_OPTION_FLAG, AT(batch_norm), 0, 0, 0},
    {"batch", MLPI_OPTION_ROWS, AT(batch), 1, 1e9, MLPI_OPTION_ZERO},
    {"epochs", MLPI_OPTION_COUNT, AT(epochs), 1, 1e9, MLPI_OPTION_FREE | MLPI_OPTION_ZERO},
    {"validation", MLPI_OPTION_AUTO_REAL, AT(validation), 0, 0.9, 0},
    {"validation-group", MLPI_OPTION_TEXT, AT(validation_group), 0, 0, 0},
    {"validation-time", MLPI_OPTION_TEXT, AT(validation_time), 0, 0, 0},
    {"weight-column", MLPI_OPTION_TEXT, AT(weight_column), 0, 0, 0},
    {"class-weights", MLPI_OPTION_TEXT, AT(class_weights), 0, 0, 0},
    {"patience", MLPI_OPTION_COUNT, AT(patience), 0, 1e9, MLPI_OPTION_FREE},
    {"metric", MLPI_OPTION_TEXT, AT(metric), 0, 0, 0},
    {"generalisation-loss", MLPI_OPTION_REAL, AT(generalisation_loss), 0, 1e6, MLPI_OPTION_FREE},
    {"min-change", MLPI_OPTION_REAL, AT(min_change), 0, 1e300, 0},
    {"restarts", MLPI_OPTION_COUNT, AT(restarts), 1, 1e6, MLPI_OPTION_FREE | MLPI_OPTION_ZERO},
    {"seed", MLPI_OPTION_SEED, AT(seed), 0, 0, 0},
    {"precision", MLPI_OPTION_TEXT, AT(precision), 0, 0, 0},
    {"surrogate", MLPI_OPTION_FLAG, AT(surrogate), 0, 0, 0},
};
enum { OPTIONS = sizeof table / sizeof table[0] };

static const char *const tasks[] = {"auto", "classification", "regression"};

const mlpi_option *mlpi_option_at(size_t i)
{
    return i < OPTIONS ? &table[i] : NULL;
}

static const char *plain(const char *name)
{
    return strncmp(name, "--", 2) == 0 ? name + 2 : name;
}

const mlpi_option *mlpi_option_find(const char *name)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (strcmp(table[i].name, plain(name)) == 0)
            return &table[i];
    return NULL;
}

mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err)
{
    const char *names[OPTIONS];
    *option = mlpi_option_find(name);
    if (*option != NULL)
        return MLP_OK;
    for (size_t i = 0; i < OPTIONS; i++)
        names[i] = table[i].name;
    const char *near = mlp_nearest_name(plain(name), names, OPTIONS);
    if (near != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there is no training option \"%s\"; did you mean %s?", plain(name), near);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "there is no training option \"%s\"; the help of training lists them",
                     plain(name));
}

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
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give a %s from %s to %s%s", o->name,
                         text, whole ? "whole number" : "number", lowest, highest,
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
                         "`%s` %s: give a whole number of at most 19 digits", o->name, text);
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
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: it is %s%s%s or %s", o->name, text,
                     count > 2 ? words[count - 3] : "", count > 2 ? ", " : "", words[count - 2],
                     words[count - 1]);
}

mlp_status mlp_train_options_set(mlp_train_options *options, const char *name, const char *text,
                                 mlp_error *err)
{
    static const char *const flags[] = {"no", "yes"};
    const mlpi_option *o = NULL;
    size_t which = 0;
    MLPI_TRY(mlpi_option_search(name, &o, err));
    void *to = (char *)options + o->offset;
    switch (o->kind) {
    case MLPI_OPTION_TEXT:
        *(const char **)to = text;
        return MLP_OK;
    case MLPI_OPTION_FLAG:
        MLPI_TRY(set_word(o, text, flags, 2, &which, err));
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

const char *mlp_train_option_name(size_t i)
{
    return i < OPTIONS ? table[i].name : NULL;
}

/* --- their ranges ----------------------------------------------------------------------------- */

/* The value of a number that was set; false: it is left to mlp, or no number. */
static bool number_set(const mlpi_option *o, const mlp_train_options *options, double *value)
{
    const void *from = (const char *)options + o->offset;
    const bool real = o->kind == MLPI_OPTION_REAL || o->kind == MLPI_OPTION_AUTO_REAL;
    if (!real && o->kind != MLPI_OPTION_COUNT && o->kind != MLPI_OPTION_ROWS)
        return false;
    *value = real ? *(const double *)from : (double)*(const size_t *)from;
    if (o->kind == MLPI_OPTION_ROWS && *(const size_t *)from == MLP_BATCH_FULL)
        return false;
    if (o->kind == MLPI_OPTION_AUTO_REAL && *value == -1.0)
        return false;
    return !((o->flags & MLPI_OPTION_ZERO) != 0 && *value == 0.0);
}

mlp_status mlpi_options_check(const mlp_train_options *options, mlp_error *err)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        const mlpi_option *o = &table[i];
        double value = 0.0;
        char found[32], lowest[32], highest[32];
        if (!number_set(o, options, &value) || (value >= o->lowest && value <= o->highest))
            continue; /* NaN fits nowhere */
        mlp_number_text(value, found);
        mlp_number_text(o->lowest, lowest);
        mlp_number_text(o->highest, highest);
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s is out of range; it is from %s to %s",
                         o->name, found, lowest, highest);
    }
    return MLP_OK;
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
    case MLPI_OPTION_FLAG:
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
        mlp_number_text(*(const double *)from, number);
        snprintf(text, size, "%s", number);
        return text;
    }
    return "";
}

uint64_t mlpi_options_hash(const mlp_train_options *options, unsigned without, uint64_t hash)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        char text[64];
        if ((table[i].flags & without) != 0)
            continue;
        const char *value = mlpi_option_text(&table[i], options, text, sizeof text);
        hash = mlpi_hash(hash, table[i].name, strlen(table[i].name) + 1);
        hash = mlpi_hash(hash, value, strlen(value) + 1);
    }
    return hash;
}
