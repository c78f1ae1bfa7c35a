/* SPDX-License-Identifier: MIT */
/* --schema: a file, as mlp inspect DATA --json writes it and people edit it, says what columns are.
 * */
#include <string.h>

#include "cli.h"

static bool is_named(const word_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return false;
}

/* Columns that the command line names, or the run needs, are what it says. */
static bool is_decided(const settings *s, const char *name)
{
    const char *const one[] = {s->train.validation_group, s->train.validation_time,
                               s->train.weight_column};
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++)
        if (one[i] != NULL && strcmp(one[i], name) == 0)
            return true;
    return is_named(&s->targets, name) || is_named(&s->drop, name) ||
           is_named(&s->categorical, name) || is_named(&s->numeric, name);
}

static int take_column(settings *s, const char *name, const char *use)
{
    static const char *const uses[] = {"numbers", "time", "categories", "no"};
    word_list *const lists[] = {&s->numeric, &s->numeric, &s->categorical, &s->drop};
    for (size_t i = 0; name != NULL && use != NULL && i < sizeof uses / sizeof uses[0]; i++)
        if (strcmp(use, uses[i]) == 0)
            return is_decided(s, name) ? EXIT_DONE : add_word(lists[i], name);
    fail("--schema %s: a column needs a name, and as its use numbers, categories, time or no",
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
        fail("--schema %s: it has no list of columns; mlp inspect DATA --json writes one",
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
