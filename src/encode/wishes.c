/* SPDX-License-Identifier: MIT */
/* Reads wishes: COLUMN=NAME:ARGUMENT. */
#include "encode/wishes.h"

#include <string.h>

#include "base/base.h"

static const char *const groups[] = {"all", "numeric", "categorical"};
enum { ALL, NUMERIC, CATEGORICAL, GROUPS };

mlpi_choice mlpi_usual_choice(const mlpi_transform *transform)
{
    return (mlpi_choice){transform, transform->argument.usual};
}

/* The part of a wish after COLUMN=. A column's name may contain "="; this part does not. */
static const char *after_column(const char *wish)
{
    const char *equals = strrchr(wish, '=');
    return equals != NULL ? equals + 1 : NULL;
}

static bool is_for(const char *wish, const char *column)
{
    const size_t length = strlen(column);
    return strncmp(wish, column, length) == 0 && after_column(wish) == wish + length + 1;
}

static bool is_for_group(const char *wish, bool numeric)
{
    return is_for(wish, groups[ALL]) || is_for(wish, groups[numeric ? NUMERIC : CATEGORICAL]);
}

/* Whether users may ask for a transform: all except for the transform of dates, which only columns
 * of dates have. */
static bool can_be_asked(const mlpi_transform *transform)
{
    return transform->read == NULL;
}

static const mlpi_transform *named(const char *text, size_t length)
{
    for (size_t i = 0; mlpi_transform_at(i) != NULL; i++)
        if (can_be_asked(mlpi_transform_at(i)) && strlen(mlpi_transform_at(i)->name) == length &&
            strncmp(mlpi_transform_at(i)->name, text, length) == 0)
            return mlpi_transform_at(i);
    return NULL;
}

/* --- what is wrong ---------------------------------------------------------------------------- */

enum { MOST_TRANSFORMS = 32 };

static mlp_status no_transform(const char *wish, const char *name, bool for_target, mlp_error *err)
{
    char list[400] = "";
    const char *names[MOST_TRANSFORMS];
    size_t count = 0;
    for (size_t i = 0; mlpi_transform_at(i) != NULL && count < MOST_TRANSFORMS; i++) {
        const mlpi_transform *t = mlpi_transform_at(i);
        if (!can_be_asked(t) || (for_target && t->invert == NULL))
            continue;
        strncat(list, list[0] != '\0' ? ", " : "", sizeof list - strlen(list) - 1);
        strncat(list, t->name, sizeof list - strlen(list) - 1);
        names[count++] = t->name;
    }
    const char *near = mlp_nearest_name(name, names, count);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "\"%s\": there is no such transform%s; %s%s%s", wish,
                     for_target ? " for targets" : "",
                     near != NULL ? "did you mean " : "the transforms are ",
                     near != NULL ? near : list, near != NULL ? "?" : "");
}

static mlp_status bad_argument(const char *wish, const mlpi_argument *a, mlp_error *err)
{
    char lowest[32], highest[32];
    if (a->name == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "\"%s\": this transform takes no number", wish);
    mlp_number_text(a->lowest, lowest);
    mlp_number_text(a->highest, highest);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "\"%s\": the value after the colon is %s: a %s from %s to %s", wish, a->name,
                     a->whole ? "whole number" : "number", lowest, highest);
}

/* Reads "NAME" or "NAME:ARGUMENT". */
static mlp_status read_choice(const char *wish, const char *text, bool for_target,
                              mlpi_choice *choice, mlp_error *err)
{
    const char *const colon = strchr(text, ':');
    const size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);
    const mlpi_transform *t = named(text, length);
    if (t == NULL || (for_target && t->invert == NULL))
        return no_transform(wish, text, for_target, err);
    const mlpi_argument *a = &t->argument;
    double number = for_target ? a->usual_for_targets : a->usual;
    if (colon != NULL &&
        (a->name == NULL || !mlp_number_parse(colon + 1, strlen(colon + 1), &number) ||
         number < a->lowest || number > a->highest ||
         (a->whole && number != (double)(size_t)number)))
        return bad_argument(wish, a, err);
    *choice = (mlpi_choice){t, number};
    return MLP_OK;
}

static bool read_fill(const char *text, mlpi_fill *fill, double *number)
{
    *fill = strcmp(text, "mean") == 0     ? MLPI_FILL_MEAN
            : strcmp(text, "median") == 0 ? MLPI_FILL_MEDIAN
                                          : MLPI_FILL_NUMBER;
    return *fill != MLPI_FILL_NUMBER || mlp_number_parse(text, strlen(text), number);
}

/* Finds the input column that a wish is for; MLPI_NO_COLUMN: the wish is for a group of columns. */
static mlp_status find_column(const char *wish, const mlp_table *table, const mlpi_schema *schema,
                              size_t *column, mlp_error *err)
{
    *column = MLPI_NO_COLUMN;
    for (size_t c = 0; c < table->columns; c++)
        if (is_for(wish, table->names[c]) && schema->column[c].role == MLPI_INPUT)
            *column = c;
    bool group = false;
    for (size_t g = 0; g < GROUPS; g++)
        group = group || is_for(wish, groups[g]);
    return *column != MLPI_NO_COLUMN || group
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "\"%s\": there is no such input column; write COLUMN=..., or all=, "
                           "numeric= or categorical= for many",
                           wish);
}

static mlp_status check_transform(const char *wish, const mlp_table *table,
                                  const mlpi_schema *schema, mlp_error *err)
{
    size_t column = MLPI_NO_COLUMN;
    mlpi_choice choice;
    MLPI_TRY(find_column(wish, table, schema, &column, err));
    MLPI_TRY(read_choice(wish, after_column(wish), false, &choice, err));
    if (column != MLPI_NO_COLUMN && schema->column[column].kind == MLPI_TIME)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "\"%s\": the column holds dates or times, which always become their "
                         "parts; name no transform for it",
                         wish);
    const bool takes_numbers = choice.transform->find == NULL;
    const bool numbers =
        column != MLPI_NO_COLUMN
            ? schema->column[column].kind == MLPI_NUMERIC
            : is_for(wish, groups[NUMERIC]) || (is_for(wish, groups[ALL]) && takes_numbers);
    if (numbers != takes_numbers)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "\"%s\": %s is for %s", wish,
                         choice.transform->name, takes_numbers ? "numbers" : "categories");
    return MLP_OK;
}

static mlp_status check_fill(const char *wish, const mlp_table *table, const mlpi_schema *schema,
                             mlp_error *err)
{
    size_t column = MLPI_NO_COLUMN;
    mlpi_fill fill;
    double number = 0.0;
    MLPI_TRY(find_column(wish, table, schema, &column, err));
    if (!read_fill(after_column(wish), &fill, &number))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "\"%s\": after COLUMN=, write mean, median or a number", wish);
    if (is_for(wish, groups[CATEGORICAL]) ||
        (column != MLPI_NO_COLUMN && schema->column[column].kind != MLPI_NUMERIC))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "\"%s\": only columns of numbers are filled; a missing category is "
                         "a category of its own",
                         wish);
    return MLP_OK;
}

mlp_status mlpi_wishes_check(const mlpi_wishes *wishes, const mlp_table *table,
                             const mlpi_schema *schema, mlp_error *err)
{
    mlpi_choice choice;
    for (size_t i = 0; i < wishes->transforms.count; i++)
        MLPI_TRY(check_transform(wishes->transforms.items[i], table, schema, err));
    for (size_t i = 0; i < wishes->fills.count; i++)
        MLPI_TRY(check_fill(wishes->fills.items[i], table, schema, err));
    if (wishes->target == NULL)
        return MLP_OK;
    if (schema->task != MLP_TASK_REGRESSION)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`target-transform` %s is for numbers, but the target is labels; leave it out",
            wishes->target);
    return read_choice(wishes->target, wishes->target, true, &choice, err);
}

/* --- what counts ------------------------------------------------------------------------------ */

/* The last wish that names a column; NULL: there is none. */
static const char *last_for(const mlp_names *wishes, const char *column)
{
    const char *found = NULL;
    for (size_t i = 0; i < wishes->count; i++)
        if (is_for(wishes->items[i], column))
            found = wishes->items[i];
    return found;
}

mlpi_choice mlpi_wish_for(const mlpi_wishes *wishes, const char *column, bool numeric)
{
    mlpi_choice choice = {0};
    const char *wish = last_for(&wishes->transforms, column);
    if (wish != NULL && read_choice(wish, after_column(wish), false, &choice, NULL) == MLP_OK)
        return choice;
    for (size_t i = 0; i < wishes->transforms.count; i++) { /* all= may be for the other kind */
        mlpi_choice one = {0};
        wish = wishes->transforms.items[i];
        if (is_for_group(wish, numeric) &&
            read_choice(wish, after_column(wish), false, &one, NULL) == MLP_OK &&
            (one.transform->find == NULL) == numeric)
            choice = one;
    }
    return choice;
}

mlpi_choice mlpi_wish_for_target(const mlpi_wishes *wishes)
{
    mlpi_choice choice = {0};
    if (wishes->target == NULL ||
        read_choice(wishes->target, wishes->target, true, &choice, NULL) != MLP_OK)
        return mlpi_usual_choice(&mlpi_standard);
    return choice;
}

mlpi_fill mlpi_wish_to_fill(const mlpi_wishes *wishes, const char *column, double *number)
{
    const char *wish = last_for(&wishes->fills, column);
    mlpi_fill fill = MLPI_FILL_MEAN;
    for (size_t i = 0; i < wishes->fills.count; i++)
        if (last_for(&wishes->fills, column) == NULL && is_for_group(wishes->fills.items[i], true))
            wish = wishes->fills.items[i];
    return wish != NULL && read_fill(after_column(wish), &fill, number) ? fill : MLPI_FILL_MEAN;
}
