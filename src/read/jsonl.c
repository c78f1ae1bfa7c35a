/* SPDX-License-Identifier: MIT */
/* JSON lines: an object on each line (jsonlines.org). The members of the objects are the columns,
 * in the order in which they first appear; a cell whose member is missing or null has no value. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "read/reader.h"
#include "json/json.h"

typedef struct reading {
    const mlpi_source *source;
    mlp_table *table;
    const char *at, *end;
    size_t line;
    size_t room;     /* capacity of table->names */
    uint32_t *slots; /* hash table of names: 1 + number of the column; 0: free */
    size_t slot_count;
    mlpi_span *cells; /* the cells of the current line */
    mlpi_builder builder;
} reading;

static mlp_status no_memory(mlp_error *err)
{
    return mlpi_fail_memory(err, "the cells of the data");
}

/* --- columns ---------------------------------------------------------------------------------- */

/* The slot of a name, or the free slot where the name belongs. */
static uint32_t *slot_of(const reading *r, const char *name)
{
    size_t i = (size_t)mlpi_hash(MLPI_HASH_START, name, strlen(name)) & (r->slot_count - 1);
    while (r->slots[i] != 0 && strcmp(r->table->names[r->slots[i] - 1], name) != 0)
        i = (i + 1) & (r->slot_count - 1);
    return &r->slots[i];
}

/* Doubles the slots when half of them are used. */
static bool make_slots(reading *r)
{
    enum { FIRST = 64 };
    if (2 * (r->table->columns + 1) <= r->slot_count)
        return true;
    const size_t wanted = r->slot_count > 0 ? 2 * r->slot_count : FIRST;
    uint32_t *slots = calloc(wanted, sizeof *slots);
    if (slots == NULL)
        return false;
    free(r->slots);
    r->slots = slots;
    r->slot_count = wanted;
    for (size_t c = 0; c < r->table->columns; c++)
        *slot_of(r, r->table->names[c]) = (uint32_t)c + 1;
    return true;
}

/* Makes room for one more name with mlpi_allocate, as tables free their names with mlpi_free. */
static bool make_names(reading *r)
{
    mlp_table *table = r->table;
    if (table->columns < r->room)
        return true;
    const size_t room = r->room > 0 ? 2 * r->room : 16;
    char **names = mlpi_allocate(room, sizeof *names);
    if (names == NULL)
        return false;
    for (size_t c = 0; c < table->columns; c++)
        names[c] = table->names[c];
    mlpi_free(table->names);
    table->names = names;
    r->room = room;
    return true;
}

static mlp_status add_column(reading *r, const char *name, mlp_error *err)
{
    mlp_table *table = r->table;
    if (!make_slots(r))
        return no_memory(err);
    uint32_t *slot = slot_of(r, name);
    if (*slot != 0)
        return MLP_OK;
    if (table->columns == MLP_MAX_COLUMNS)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, r->line, 0,
                            "more than %d columns, the most that a table may have",
                            MLP_MAX_COLUMNS);
    char *copy = make_names(r) ? mlpi_copy_text(name, strlen(name)) : NULL;
    if (copy == NULL)
        return no_memory(err);
    table->names[table->columns++] = copy;
    *slot = (uint32_t)table->columns;
    return MLP_OK;
}

/* --- lines ------------------------------------------------------------------------------------ */

/* Finds the next line that is not blank, and stays at it until next_line; false: there is none. */
static bool find_line(reading *r, mlpi_span *line)
{
    for (; r->at < r->end; r->line++) {
        const char *end = memchr(r->at, '\n', (size_t)(r->end - r->at));
        if (end == NULL)
            end = r->end;
        *line = (mlpi_span){r->at, (size_t)(end - r->at)};
        if (line->length > 0 && strspn(line->text, " \t\r") < line->length)
            return true;
        r->at = end + (end < r->end ? 1 : 0);
    }
    return false;
}

static void next_line(reading *r, mlpi_span line)
{
    r->at = line.text + line.length;
    r->at += r->at < r->end ? 1 : 0;
    r->line++;
}

static mlp_status read_line(const reading *r, mlpi_span line, mlp_json **document, mlp_error *err)
{
    mlp_error why = {0};
    const char *name = r->table->source;
    const mlp_status status = mlp_json_read(line.text, line.length, document, &why);
    if (status == MLP_ERROR_MEMORY)
        return no_memory(err);
    if (status != MLP_OK)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, name, r->line, 0,
            "is not a JSON object on a line of its own (%s); jq -c . FILE writes one per line",
            why.message);
    if (mlp_json_kind_of(mlp_json_root(*document)) == MLP_JSON_OBJECT)
        return MLP_OK;
    mlp_json_free(*document);
    return mlpi_fail_at(
        err, MLP_ERROR_DATA, name, r->line, 0,
        "is not a JSON object; each line must be one, such as {\"a\": 1, \"b\": \"x\"}");
}

static mlp_status take_columns(reading *r, mlp_json *document, mlp_error *err)
{
    mlp_json_value v = mlp_json_first(mlp_json_root(document));
    mlp_status status = MLP_OK;
    for (; status == MLP_OK && mlp_json_kind_of(v) != MLP_JSON_NOTHING; v = mlp_json_next(v))
        status = add_column(r, mlp_json_name(v), err);
    mlp_json_free(document);
    return status;
}

static mlp_status take_value(const reading *r, mlp_json_value v, mlpi_span *cell, mlp_error *err)
{
    const char *text = "";
    switch (mlp_json_kind_of(v)) {
    case MLP_JSON_NUMBER:
        cell->text = mlpi_json_digits(v, &cell->length);
        return MLP_OK;
    case MLP_JSON_TEXT:
        text = mlp_json_text(v);
        break;
    case MLP_JSON_BOOLEAN:
        text = mlp_json_true(v) ? "true" : "false";
        break;
    case MLP_JSON_NULL:
        break;
    default:
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, r->table->source, r->line, 0,
            "\"%s\" holds a list or an object, but a cell holds one value; jq can take an object "
            "apart, for instance jq -c '. + {x: .%s.x} | del(.%s)' FILE",
            mlp_json_name(v), mlp_json_name(v), mlp_json_name(v));
    }
    *cell = (mlpi_span){text, strlen(text)};
    return MLP_OK;
}

static mlp_status take_cells(reading *r, const mlp_json *document, mlp_error *err)
{
    const size_t columns = r->table->columns;
    mlp_json_value v = mlp_json_first(mlp_json_root(document));
    for (size_t c = 0; c < columns; c++)
        r->cells[c] = (mlpi_span){"", 0};
    for (size_t i = 0; mlp_json_kind_of(v) != MLP_JSON_NOTHING; v = mlp_json_next(v), i++) {
        const char *name = mlp_json_name(v);
        size_t c = i; /* most lines have their members in the same order */
        if (c >= columns || strcmp(r->table->names[c], name) != 0)
            c = *slot_of(r, name) - 1;
        MLPI_TRY(take_value(r, v, &r->cells[c], err));
    }
    if (!mlpi_builder_row(&r->builder, r->line))
        return no_memory(err);
    for (size_t c = 0; c < columns; c++)
        MLPI_TRY(mlpi_builder_text(&r->builder, r->cells[c], err));
    return MLP_OK;
}

/* --- the reader ------------------------------------------------------------------------------- */

/* Reads all lines once for their columns: even the last line may have a column that no other line
 * has. */
static mlp_status open_jsonl(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    reading *r = state;
    mlpi_span line;
    mlp_json *document = NULL;
    *r = (reading){.source = source,
                   .table = table,
                   .at = source->bytes,
                   .end = source->bytes + source->size,
                   .line = 1};
    for (; find_line(r, &line); next_line(r, line)) {
        MLPI_TRY(read_line(r, line, &document, err));
        MLPI_TRY(take_columns(r, document, err));
    }
    if (table->columns == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "is empty: no line holds an object with members");
    table->has_header = true;
    r->at = source->bytes;
    r->line = 1;
    r->cells = mlpi_allocate(table->columns, sizeof *r->cells);
    return r->cells != NULL && mlpi_builder_begin(table, &r->builder) ? MLP_OK : no_memory(err);
}

static mlp_status next_jsonl(void *state, size_t most, mlp_error *err)
{
    reading *r = state;
    mlpi_span line;
    mlp_json *document = NULL;
    for (size_t i = 0; i < most && find_line(r, &line); i++, next_line(r, line)) {
        MLPI_TRY(read_line(r, line, &document, err));
        const mlp_status status = take_cells(r, document, err);
        mlp_json_free(document);
        MLPI_TRY(status);
        MLPI_TRY(mlpi_builder_spill(&r->builder, r->table, false, err));
    }
    return mlpi_builder_spill(&r->builder, r->table, true, err);
}

static void close_jsonl(void *state)
{
    reading *r = state;
    mlpi_builder_end(&r->builder);
    mlpi_free(r->cells);
    free(r->slots);
}

/* Whether the bytes are the start of an object with a member: a brace, then a quote. */
static bool probe_jsonl(const unsigned char *head, size_t size)
{
    size_t at = 0;
    while (at < size && strchr(" \t\r\n", head[at]) != NULL && head[at] != '\0')
        at++;
    if (at == size || head[at++] != '{')
        return false;
    while (at < size && (head[at] == ' ' || head[at] == '\t'))
        at++;
    return at < size && head[at] == '"';
}

const mlpi_reader mlpi_read_jsonl = {
    .format = "jsonl",
    .endings = ".jsonl .ndjson",
    .says = "JSON lines",
    .is_text = true,
    .state = sizeof(reading),
    .probe = probe_jsonl,
    .open = open_jsonl,
    .next = next_jsonl,
    .close = close_jsonl,
};
