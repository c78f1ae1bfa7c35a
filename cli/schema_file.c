/* SPDX-License-Identifier: MIT */
/* --schema: a file that states what columns are, for instance the edited JSON of mlp inspect. */
#include <string.h>

#include "cli/cli.h"

static bool is_named(mlp_names list, const char *name)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i], name) == 0)
            return true;
    return false;
}

/* Whether the command line already decides what a column is, so that --schema does not. */
static bool is_decided(const settings *s, const char *name)
{
    static const char *const one[] = {"validation-group", "validation-time", "weight-column"};
    static const char *const several[] = {"target", "drop", "categorical", "numeric"};
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++) {
        const char *column = mlp_train_options_text(s->train, one[i]);
        if (column != NULL && strcmp(column, name) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof several / sizeof several[0]; i++)
        if (is_named(mlp_train_options_names(s->train, several[i]), name))
            return true;
    return false;
}

static int add_to(settings *s, const char *list, const char *name)
{
    mlp_error err;
    return is_decided(s, name) || mlp_train_options_add(s->train, list, name, &err) == MLP_OK
               ? EXIT_DONE
               : report(&err);
}

static int take_column(settings *s, const char *name, const char *use)
{
    static const char *const uses[] = {"numbers", "time", "categories", "no"};
    static const char *const lists[] = {"numeric", "numeric", "categorical", "drop"};
    for (size_t i = 0; name != NULL && use != NULL && i < sizeof uses / sizeof uses[0]; i++)
        if (strcmp(use, uses[i]) == 0)
            return add_to(s, lists[i], name);
    fail("--schema %s: a column needs a \"name\" and a \"use\": numbers, categories, time or no",
         s->schema);
    return EXIT_DATA;
}

int take_schema(settings *s)
{
    mlp_error err;
    if (s->schema == NULL)
        return EXIT_DONE;
    if (mlp_json_load(s->schema, &s->schema_document, &err) != MLP_OK) {
        fail("--schema: %s", err.message);
        return exit_code(err.status);
    }
    int code = EXIT_DONE;
    const mlp_json_value columns = mlp_json_member(mlp_json_root(s->schema_document), "columns");
    mlp_json_value column = mlp_json_first(columns);
    if (mlp_json_kind_of(columns) != MLP_JSON_ARRAY) {
        fail("--schema %s: the file has no list of columns; mlp inspect DATA --json writes such a "
             "file",
             s->schema);
        return EXIT_DATA;
    }
    for (size_t i = 0; code == EXIT_DONE && i < mlp_json_count(columns); i++) {
        code = take_column(s, mlp_json_text(mlp_json_member(column, "name")),
                           mlp_json_text(mlp_json_member(column, "use")));
        column = mlp_json_next(column);
    }
    return code;
}
