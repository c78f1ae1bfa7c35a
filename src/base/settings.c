/* SPDX-License-Identifier: MIT */
#include "base/settings.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/names.h"
#include "mlp/output.h"

enum { MOST_SETTINGS = 32 };

static void *member(const mlpi_setting *setting, void *object)
{
    return (char *)object + setting->offset;
}

static const void *member_const(const mlpi_setting *setting, const void *object)
{
    return (const char *)object + setting->offset;
}

mlp_status mlpi_settings_create(const mlpi_settings *type, const void *initial, void **object,
                                mlp_error *err)
{
    void *made = malloc(type->size);
    if (made == NULL)
        return mlpi_fail_memory(err, "options");
    memcpy(made, initial, type->size);
    *object = made;
    return MLP_OK;
}

void mlpi_settings_free(const mlpi_settings *type, void *object)
{
    for (size_t i = 0; object != NULL && i < type->count; i++) {
        void *at = member(&type->list[i], object);
        if (type->list[i].kind == MLPI_SETTING_TEXT)
            free((void *)*(const char **)at);
        else if (type->list[i].kind == MLPI_SETTING_LIST)
            free((void *)((mlp_names *)at)->items);
    }
    free(object);
}

static mlp_status search(const mlpi_settings *type, const char *name, const mlpi_setting **setting,
                         mlp_error *err)
{
    const char *names[MOST_SETTINGS];
    for (size_t i = 0; i < type->count; i++) {
        names[i] = type->list[i].name;
        if (strcmp(names[i], name) == 0) {
            *setting = &type->list[i];
            return MLP_OK;
        }
    }
    const char *near = mlp_nearest_name(name, names, type->count);
    if (near != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there is no option \"%s\" of %s; did you mean %s?", name, type->what,
                         near);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "there is no option \"%s\" of %s", name, type->what);
}

/* --- setting ---------------------------------------------------------------------------------- */

static mlp_status set_number(const mlpi_setting *setting, void *to, double number, mlp_error *err)
{
    char text[32];
    const double most = setting->kind == MLPI_SETTING_THREADS  ? (double)INT_MAX
                        : setting->kind == MLPI_SETTING_SWITCH ? 1.0
                                                               : 0x1p53 - 1.0;
    const bool whole = setting->kind == MLPI_SETTING_COUNT || setting->kind == MLPI_SETTING_BYTES;
    const bool fits = number >= 0.0 && number <= most && number == floor(number);
    mlp_number_text(number, text);
    if (setting->kind == MLPI_SETTING_REAL)
        *(double *)to = number;
    else if (!fits || (whole && number > (double)(SIZE_MAX / 2)))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give %s", setting->name, text,
                         most == 1.0                               ? "0 or 1"
                         : number > 0.0 && number == floor(number) ? "a smaller number"
                                                                   : "a whole number, 0 or more");
    else if (whole)
        *(size_t *)to = (size_t)number;
    else if (setting->kind == MLPI_SETTING_SEED)
        *(uint64_t *)to = (uint64_t)number;
    else if (setting->kind == MLPI_SETTING_THREADS)
        *(int *)to = (int)number;
    else
        *(bool *)to = number == 1.0;
    return MLP_OK;
}

mlp_status mlpi_settings_set_number(const mlpi_settings *type, void *object, const char *name,
                                    double number, mlp_error *err)
{
    const mlpi_setting *setting = NULL;
    MLPI_TRY(search(type, name, &setting, err));
    if (setting->kind >= MLPI_SETTING_TEXT)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` cannot be set to a number; set it as text",
                         name);
    return set_number(setting, member(setting, object), number, err);
}

/* Sets a list to the items of `before` and then `text`, which is left out if it is "". */
static mlp_status set_list(void *to, mlp_names before, const char *text, mlp_error *err)
{
    mlp_names *list = to, copy;
    if (!mlpi_names_copy(before, (mlp_names){&text, text[0] != '\0'}, &copy))
        return mlpi_fail_memory(err, "options");
    free((void *)list->items);
    *list = copy;
    return MLP_OK;
}

static mlp_status set_text(void *to, const char *text, mlp_error *err)
{
    const char **kept = to, *copy = mlpi_copy_text(text, strlen(text));
    if (copy == NULL)
        return mlpi_fail_memory(err, "options");
    free((void *)*kept);
    *kept = copy;
    return MLP_OK;
}

static mlp_status set_seed(const mlpi_setting *setting, const char *text, void *to, mlp_error *err)
{
    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 19)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`%s` %s: give a whole number of at most 19 digits", setting->name, text);
    *(uint64_t *)to = strtoull(text, NULL, 10);
    return MLP_OK;
}

static mlp_status set_switch(const mlpi_setting *setting, const char *text, void *to,
                             mlp_error *err)
{
    if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give yes or no", setting->name, text);
    *(bool *)to = text[0] == 'y';
    return MLP_OK;
}

mlp_status mlpi_settings_set(const mlpi_settings *type, void *object, const char *name,
                             const char *text, mlp_error *err)
{
    const mlpi_setting *setting = NULL;
    double number = 0.0;
    MLPI_TRY(search(type, name, &setting, err));
    void *to = member(setting, object);
    if (setting->kind == MLPI_SETTING_TEXT)
        return set_text(to, text, err);
    if (setting->kind == MLPI_SETTING_LIST)
        return set_list(to, (mlp_names){NULL, 0}, text, err);
    if (setting->kind == MLPI_SETTING_SEED)
        return set_seed(setting, text, to, err);
    if (setting->kind == MLPI_SETTING_SWITCH)
        return set_switch(setting, text, to, err);
    const bool bytes = setting->kind == MLPI_SETTING_BYTES;
    if (bytes ? !mlpi_bytes_parse(text, &number) : !mlp_number_parse(text, strlen(text), &number))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` %s: give a number%s", name, text,
                         bytes ? " of bytes such as 900 or 8K" : "");
    return set_number(setting, to, number, err);
}

mlp_status mlpi_settings_add(const mlpi_settings *type, void *object, const char *name,
                             const char *text, mlp_error *err)
{
    const mlpi_setting *setting = NULL;
    MLPI_TRY(search(type, name, &setting, err));
    if (setting->kind != MLPI_SETTING_LIST)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` takes one value, not a list", name);
    return set_list(member(setting, object), *(const mlp_names *)member(setting, object), text,
                    err);
}

/* --- getting ---------------------------------------------------------------------------------- */

static char *text_of(const mlpi_setting *setting, const void *from)
{
    char number[32] = "";
    const char *text = number;
    switch (setting->kind) {
    case MLPI_SETTING_COUNT:
    case MLPI_SETTING_BYTES:
        snprintf(number, sizeof number, "%zu", *(const size_t *)from);
        break;
    case MLPI_SETTING_SEED:
        snprintf(number, sizeof number, "%" PRIu64, *(const uint64_t *)from);
        break;
    case MLPI_SETTING_THREADS:
        snprintf(number, sizeof number, "%d", *(const int *)from);
        break;
    case MLPI_SETTING_REAL:
        mlp_number_text(*(const double *)from, number);
        break;
    case MLPI_SETTING_SWITCH:
        text = *(const bool *)from ? "yes" : "no";
        break;
    case MLPI_SETTING_TEXT:
        text = *(const char *const *)from != NULL ? *(const char *const *)from : "";
        break;
    case MLPI_SETTING_LIST:
        return mlpi_names_join(*(const mlp_names *)from);
    }
    return mlpi_copy_text(text, strlen(text));
}

mlp_status mlpi_settings_get(const mlpi_settings *type, const void *object, const char *name,
                             char **text, mlp_error *err)
{
    const mlpi_setting *setting = NULL;
    MLPI_TRY(search(type, name, &setting, err));
    char *made = text_of(setting, member_const(setting, object));
    if (made == NULL)
        return mlpi_fail_memory(err, "options");
    *text = made;
    return MLP_OK;
}
