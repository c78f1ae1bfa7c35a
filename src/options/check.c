/* SPDX-License-Identifier: MIT */
/* Which options have no effect with the values of other options. */
#include <stdio.h>
#include <string.h>

#include "optimize/rule.h"
#include "options/options.h"

/* Whether the optimizer is an update rule (`in_batches`: one that need not take all rows at each
 * step). "auto" may choose such a rule. */
static bool steps(const char *optimizer, bool in_batches)
{
    const mlpi_rule *rule = mlpi_rule_find(optimizer);
    return strcmp(optimizer, "auto") == 0 || (rule != NULL && !(in_batches && rule->full_batch));
}

static bool listed(const char *words, const char *word)
{
    for (size_t length = 0;; words += length + 1) {
        length = strcspn(words, "|");
        if (strncmp(words, word, length) == 0 && word[length] == '\0')
            return true;
        if (words[length] == '\0')
            return false;
    }
}

bool mlpi_option_acts(const mlpi_option *option, const char *beside, const char *value)
{
    const mlpi_condition *c = &option->acts;
    if (c->option == NULL || strcmp(c->option, beside) != 0)
        return true;
    if (strcmp(c->values, MLPI_RULES) == 0)
        return steps(value, false);
    if (strcmp(c->values, MLPI_BATCHES) == 0)
        return steps(value, true);
    return c->values[0] == '!' ? strcmp(c->values + 1, value) != 0 : listed(c->values, value);
}

/* `batch` full does not count as set: optimizers that need all rows take them anyway. */
static bool is_set(const mlpi_option *option, const mlp_train_options *options)
{
    char text[MLPI_OPTION_TEXT_SIZE];
    return !mlpi_option_is_default(option, options) &&
           strcmp(mlpi_option_text(option, options, text), "full") != 0;
}

static bool is_of_steps(const mlpi_option *option)
{
    return strcmp(option->acts.values, MLPI_RULES) == 0 ||
           strcmp(option->acts.values, MLPI_BATCHES) == 0;
}

const mlpi_option *mlpi_options_against(const mlp_train_options *options, const char *optimizer)
{
    const mlpi_option *option = NULL;
    for (size_t i = 0; (option = mlpi_option_at(i)) != NULL; i++)
        if (option->acts.option != NULL && is_of_steps(option) && is_set(option, options) &&
            !mlpi_option_acts(option, "optimizer", optimizer))
            return option;
    return NULL;
}

/* Whether the option is set and has no effect with the values of the other options. */
static bool is_idle(const mlpi_option *option, const mlp_train_options *options)
{
    char text[MLPI_OPTION_TEXT_SIZE];
    if (option->acts.option == NULL || !is_set(option, options))
        return false;
    const mlpi_option *beside = mlpi_option_find(option->acts.option);
    return !mlpi_option_acts(option, beside->shown.name, mlpi_option_text(beside, options, text));
}

static mlp_status refuse(const mlpi_option *option, const mlp_train_options *options,
                         mlp_error *err)
{
    if (is_of_steps(option))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`optimizer` %s minimises one smooth function of all rows and takes no "
                         "`%s`; use `optimizer` adam or another update rule",
                         options->optimizer, option->shown.name);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` belongs to `%s` %s; give both",
                     option->shown.name, option->acts.option, option->acts.values);
}

mlp_status mlpi_options_refuse(const mlp_train_options *options, mlp_error *err)
{
    const mlpi_option *option = NULL;
    for (size_t i = 0; (option = mlpi_option_at(i)) != NULL; i++)
        if ((option->flags & MLPI_OPTION_REFUSED) != 0 && is_idle(option, options))
            return refuse(option, options, err);
    return MLP_OK;
}

/* Writes "a|b|c" as "a, b or c". */
static void join(const char *words, char *text, size_t size)
{
    const char *last = strrchr(words, '|');
    size_t used = 0;
    for (; *words != '\0' && used + 5 < size; words++)
        if (*words == '|')
            used += (size_t)snprintf(text + used, size - used, words == last ? " or " : ", ");
        else
            text[used++] = *words;
    text[used] = '\0';
}

/* Writes what the option is for; "" where it is for all values except one. */
static void purpose(const mlpi_option *option, char *text, size_t size)
{
    const char *values = option->acts.values;
    char words[160];
    text[0] = '\0';
    if (values[0] == '!')
        return;
    if (is_of_steps(option))
        snprintf(words, sizeof words, "update rules%s",
                 strcmp(values, MLPI_BATCHES) == 0 ? " that use some of the rows at each step"
                                                   : "");
    else
        join(values, words, sizeof words);
    snprintf(text, size, "; it is for %s", words);
}

static bool is_absence(const mlp_option_info *shown)
{
    const bool none = strcmp(shown->initial, "none") == 0;
    return shown->initial[0] == '\0' || none ||
           (shown->usual != NULL && strcmp(shown->usual, "none") == 0);
}

bool mlpi_options_idle(const mlp_train_options *options, size_t i, char *text, size_t size)
{
    const mlpi_option *option = NULL;
    char value[MLPI_OPTION_TEXT_SIZE], use[200];
    for (size_t k = 0; (option = mlpi_option_at(k)) != NULL; k++)
        if (is_idle(option, options) && i-- == 0)
            break;
    if (option == NULL)
        return false;
    const mlpi_option *beside = mlpi_option_find(option->acts.option);
    purpose(option, use, sizeof use);
    if (is_absence(&beside->shown) && mlpi_option_is_default(beside, options))
        snprintf(text, size, "`%s` has no effect without `%s`", option->shown.name,
                 beside->shown.name);
    else
        snprintf(text, size, "`%s` has no effect with `%s` %s%s", option->shown.name,
                 beside->shown.name, mlpi_option_text(beside, options, value), use);
    return true;
}
