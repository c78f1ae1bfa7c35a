/* SPDX-License-Identifier: MIT */
/* The table that list.inc fills, and searches in it. */
#include "options/options.h"

#include <string.h>

#include "mlp/output.h"

static const mlpi_option table[MLPI_OPTIONS] = {
#define OPTION(kept, member, ...)                                                                  \
    {.kind = MLPI_OPTION_##kept, .offset = offsetof(mlp_train_options, member), __VA_ARGS__},
#include "options/list.inc"
#undef OPTION
};

const mlpi_option *mlpi_option_at(size_t i)
{
    return i < MLPI_OPTIONS ? &table[i] : NULL;
}

const mlp_option_info *mlp_train_option_describe(size_t i)
{
    return i < MLPI_OPTIONS ? &table[i].shown : NULL;
}

mlp_option_kind mlp_train_option_kind(size_t i)
{
    switch (table[i].kind) {
    case MLPI_OPTION_TEXT:
    case MLPI_OPTION_TASK:
        return MLP_OPTION_TEXT;
    case MLPI_OPTION_FILE:
        return MLP_OPTION_FILE;
    case MLPI_OPTION_NAMES:
        return MLP_OPTION_NAMES;
    case MLPI_OPTION_WORDS:
        return MLP_OPTION_WORDS;
    case MLPI_OPTION_SWITCH:
        return MLP_OPTION_SWITCH;
    default:
        return MLP_OPTION_NUMBER;
    }
}

static const char *plain(const char *name)
{
    return strncmp(name, "--", 2) == 0 ? name + 2 : name;
}

const mlpi_option *mlpi_option_find(const char *name)
{
    for (size_t i = 0; i < MLPI_OPTIONS; i++)
        if (strcmp(table[i].shown.name, plain(name)) == 0)
            return &table[i];
    return NULL;
}

mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err)
{
    const char *names[MLPI_OPTIONS];
    *option = mlpi_option_find(name);
    if (*option != NULL)
        return MLP_OK;
    for (size_t i = 0; i < MLPI_OPTIONS; i++)
        names[i] = table[i].shown.name;
    const char *near = mlp_nearest_name(plain(name), names, MLPI_OPTIONS);
    if (near != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there is no training option \"%s\"; did you mean %s?", plain(name), near);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "there is no training option \"%s\"; the help of training lists the options",
                     plain(name));
}
