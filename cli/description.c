/* SPDX-License-Identifier: MIT */
/* mlp inspect DATA: what each column is, and why. --schema reads its JSON (schema_file.c). */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { WIDTH = 80, CELL = 64, MOST_COLUMNS = 200 };

static bool example(const mlp_table *table, const mlp_description *d, size_t c, size_t i,
                    char text[CELL])
{
    size_t row = 0;
    if (!mlp_description_example(d, c, i, &row))
        return false;
    mlp_table_cell(table, row, c, text, CELL);
    return true;
}

static bool range(const mlp_table *table, const mlp_description *d, size_t c, char low[CELL],
                  char high[CELL])
{
    size_t lowest = 0, highest = 0;
    if (!mlp_description_range(d, c, &lowest, &highest))
        return false;
    mlp_table_cell(table, lowest, c, low, CELL);
    mlp_table_cell(table, highest, c, high, CELL);
    return true;
}

/* Prints why a column is used or not, wrapped at WIDTH columns. */
static void print_reason(const mlp_description *d, size_t c)
{
    const bool refused = mlp_description_type(d, c) == MLP_COLUMN_MIXED;
    const bool used = strcmp(mlp_description_use(d, c), "no") != 0;
    const worded reason = in_our_words(mlp_description_reason(d, c));
    const char *word = reason.text;
    size_t at = (size_t)printf("   %s", refused ? " refused:" : used ? "" : " not used:");
    while (*word != '\0') {
        char text[WIDTH];
        const size_t length = strcspn(word, " ");
        snprintf(text, sizeof text, "%.*s", (int)(length < WIDTH - 8 ? length : WIDTH - 8), word);
        const size_t columns = mlp_text_columns(text);
        if (at + 1 + columns > WIDTH)
            at = (size_t)printf("\n   ") - 1;
        putchar(' ');
        mlp_text_write(stdout, text, columns, false);
        at += 1 + columns;
        word += length + strspn(word + length, " ");
    }
    putchar('\n');
}

static void print_column(const mlp_table *table, const mlp_description *d, size_t c)
{
    char low[CELL], high[CELL], text[3 * CELL];
    const char *type = mlp_column_type_name(mlp_description_type(d, c));
    print_padded(mlp_table_column_name(table, c), 24);
    printf(" %-11s %8zu %8zu  ", type, mlp_description_missing(d, c),
           mlp_description_distinct(d, c));
    text[0] = '\0';
    if (range(table, d, c, low, high))
        snprintf(text, sizeof text, "%s to %s", low, high);
    else
        for (size_t i = 0; example(table, d, c, i, low); i++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? ", " : "",
                     low);
    mlp_text_write(stdout, text, WIDTH - 56, false);
    putchar('\n');
    print_reason(d, c);
}

static int print_as_text(const mlp_table *table, const mlp_description *d)
{
    const size_t columns = mlp_table_columns(table);
    say(stdout, "%s: %s row%s, %zu column%s", mlp_table_source(table),
        counted(mlp_table_rows(table), (char[COUNTED]){0}), plural(mlp_table_rows(table)), columns,
        plural(columns));
    printf("\n%-24s %-11s %8s %8s  %s\n", "column", "type", "missing", "distinct",
           "range, or examples");
    for (size_t c = 0; c < columns && c < MOST_COLUMNS; c++)
        print_column(table, d, c);
    if (columns > MOST_COLUMNS)
        printf("... (%zu more; --json lists all)\n", columns - MOST_COLUMNS);
    if (mlp_description_remark(d, 0) != NULL)
        putchar('\n');
    for (size_t i = 0; mlp_description_remark(d, i) != NULL; i++)
        say_sentence(stdout, mlp_description_remark(d, i));
    return finish_output();
}

static int print_as_json(const mlp_table *table, const mlp_description *d)
{
    char low[CELL], high[CELL];
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "data", mlp_table_source(table));
    mlp_json_put_whole(json, "rows", mlp_table_rows(table));
    mlp_json_begin_array(json, "columns");
    for (size_t c = 0; c < mlp_table_columns(table); c++) {
        mlp_json_begin_object(json, NULL);
        mlp_json_put_text(json, "name", mlp_table_column_name(table, c));
        mlp_json_put_text(json, "type", mlp_column_type_name(mlp_description_type(d, c)));
        mlp_json_put_text(json, "use", mlp_description_use(d, c));
        put_sentence(json, "reason", mlp_description_reason(d, c));
        mlp_json_put_whole(json, "missing", mlp_description_missing(d, c));
        mlp_json_put_whole(json, "distinct", mlp_description_distinct(d, c));
        if (range(table, d, c, low, high)) {
            mlp_json_put_text(json, "lowest", low);
            mlp_json_put_text(json, "highest", high);
        }
        mlp_json_begin_array(json, "examples");
        for (size_t i = 0; example(table, d, c, i, low); i++)
            mlp_json_put_text(json, NULL, low);
        mlp_json_end(json);
        mlp_json_end(json);
    }
    mlp_json_end(json);
    if (mlp_description_remark(d, 0) != NULL) {
        mlp_json_begin_array(json, "remarks");
        for (size_t i = 0; mlp_description_remark(d, i) != NULL; i++)
            put_sentence(json, NULL, mlp_description_remark(d, i));
        mlp_json_end(json);
    }
    return print_json(json);
}

int describe_data(settings *s)
{
    mlp_table *table = NULL;
    mlp_description *d = NULL;
    mlp_error err;
    int code = take_schema(s);
    if (code != EXIT_DONE)
        return code;
    mlp_status status = read_table(s, s->arguments[0], NULL, &table, &err);
    if (status == MLP_OK)
        status = mlp_describe_by(table, s->train, &d, &err);
    if (status != MLP_OK)
        code = report(&err);
    else
        code = s->json ? print_as_json(table, d) : print_as_text(table, d);
    mlp_description_free(d);
    mlp_table_free(table);
    return code;
}
