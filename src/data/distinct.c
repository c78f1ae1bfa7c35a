/* SPDX-License-Identifier: MIT */
/* The distinct texts of a column, by a hash table that grows with what it finds. Words stay where
 * they are; the texts of numbers are written, and kept, here. */
#include "data/distinct.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/text_hash.h"
#include "data/strip.h"

int mlpi_span_compare(mlpi_span a, mlpi_span b)
{
    const size_t shared = a.length < b.length ? a.length : b.length;
    const int order = memcmp(a.text, b.text, shared);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static int by_bytes(const void *a, const void *b)
{
    return mlpi_span_compare(*(const mlpi_span *)a, *(const mlpi_span *)b);
}

/* --- texts of numbers ------------------------------------------------------------------------- */

enum { CHUNK = 1 << 12 };

typedef struct mlpi_chunk {
    struct mlpi_chunk *next;
    size_t used;
    char text[CHUNK];
} chunk;

static bool keep(chunk **chunks, mlpi_span *span)
{
    chunk *open = *chunks;
    if (open == NULL || CHUNK - open->used < span->length) {
        open = malloc(sizeof *open);
        if (open == NULL)
            return false;
        open->next = *chunks;
        open->used = 0;
        *chunks = open;
    }
    char *const text = open->text + open->used;
    memcpy(text, span->text, span->length);
    open->used += span->length;
    span->text = text;
    return true;
}

/* --- the set ---------------------------------------------------------------------------------- */

typedef struct set {
    mlpi_span *slots; /* empty: text NULL */
    size_t capacity, count;
} set;

/* The slot of a text, or the empty one where it belongs. */
static mlpi_span *slot_of(const set *s, mlpi_span span)
{
    size_t i = (size_t)mlpi_text_hash(0, span.text, span.length) & (s->capacity - 1);
    while (s->slots[i].text != NULL && mlpi_span_compare(s->slots[i], span) != 0)
        i = (i + 1) & (s->capacity - 1);
    return &s->slots[i];
}

/* Doubles when half of it is used. */
static bool make_room(set *s)
{
    if (2 * (s->count + 1) <= s->capacity)
        return true;
    const set larger = {calloc(s->capacity * 2, sizeof(mlpi_span)), s->capacity * 2, s->count};
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < s->capacity; i++)
        if (s->slots[i].text != NULL)
            *slot_of(&larger, s->slots[i]) = s->slots[i];
    free(s->slots);
    *s = larger;
    return true;
}

/* What is being collected. The words of a block are looked up once. */
typedef struct collection {
    set found;
    chunk *own;
    const mlpi_block *block; /* whose words are seen or not: */
    bool *seen;
} collection;

static size_t most_words(const mlp_table *table, size_t column)
{
    size_t most = 0;
    for (size_t b = 0; b < table->block_count; b++)
        if (table->blocks[b].columns[column].word_count > most)
            most = table->blocks[b].columns[column].word_count;
    return most;
}

/* Whether a word need not be looked up: it is no text, or it was looked up. */
static bool is_known(collection *c, const mlpi_column *column, uint32_t word)
{
    if (word == MLPI_NO_WORD)
        return false;
    const bool seen = c->seen[word];
    c->seen[word] = true;
    return seen || column->words[word].cell == MLPI_CELL_MISSING;
}

static bool add(collection *c, mlpi_cursor *cursor, size_t row, size_t column, bool labels)
{
    char scratch[MLPI_DECIMAL_ROOM];
    mlpi_span span = mlpi_cursor_span(cursor, row, column, labels, scratch);
    if (!make_room(&c->found))
        return false;
    mlpi_span *slot = slot_of(&c->found, span);
    if (slot->text != NULL)
        return true;
    if (span.text == scratch && !keep(&c->own, &span))
        return false;
    *slot = span;
    c->found.count++;
    return true;
}

static bool collect(const mlp_table *table, size_t column, const uint32_t *rows, size_t count,
                    bool labels, collection *c)
{
    mlpi_cursor cursor = {.table = table};
    uint32_t words[MLPI_STRIP];
    for (size_t i = 0; i < count;) {
        const mlpi_strip strip =
            mlpi_strip_take(&cursor, rows != NULL ? rows + i : NULL, i, count - i);
        const mlpi_column *cells = &strip.block->columns[column];
        if (c->block != strip.block)
            memset(c->seen, 0, cells->word_count * sizeof *c->seen);
        c->block = strip.block;
        mlpi_strip_words(&strip, column, words);
        for (size_t k = 0; k < strip.count; k++)
            if (!is_known(c, cells, words[k]) &&
                !add(c, &cursor, mlpi_strip_row(&strip, k), column, labels))
                return false;
        i += strip.count;
    }
    return true;
}

static mlpi_distinct sorted(const collection *c)
{
    mlpi_distinct made = {c->found.slots, 0, c->own};
    for (size_t i = 0; i < c->found.capacity; i++)
        if (c->found.slots[i].text != NULL)
            made.texts[made.count++] = c->found.slots[i];
    qsort(made.texts, made.count, sizeof *made.texts, by_bytes);
    return made;
}

static bool gather(const mlp_table *table, size_t column, const uint32_t *rows, size_t count,
                   bool labels, collection *c)
{
    enum { FIRST_SLOTS = 64 };
    *c = (collection){.found = {calloc(FIRST_SLOTS, sizeof(mlpi_span)), FIRST_SLOTS, 0},
                      .seen = calloc(most_words(table, column) + 1, sizeof *c->seen)};
    const bool gathered =
        c->found.slots != NULL && c->seen != NULL && collect(table, column, rows, count, labels, c);
    free(c->seen);
    return gathered;
}

static void release(collection *c)
{
    mlpi_distinct part = {c->found.slots, 0, c->own};
    mlpi_distinct_release(&part);
}

mlp_status mlpi_distinct_collect(const mlp_table *table, size_t column, const uint32_t *rows,
                                 size_t count, bool labels, mlpi_distinct *distinct, mlp_error *err)
{
    collection c;
    if (gather(table, column, rows, count, labels, &c)) {
        *distinct = sorted(&c);
        return MLP_OK;
    }
    release(&c);
    return mlpi_fail_memory(err, "the categories");
}

mlp_status mlpi_distinct_count(const mlp_table *table, size_t column, bool labels, size_t *count,
                               mlp_error *err)
{
    collection c;
    const bool gathered = gather(table, column, NULL, table->rows, labels, &c);
    *count = gathered ? c.found.count : *count;
    release(&c);
    return gathered ? MLP_OK : mlpi_fail_memory(err, "the categories");
}

void mlpi_distinct_release(mlpi_distinct *distinct)
{
    free(distinct->texts);
    while (distinct->own != NULL) {
        chunk *next = distinct->own->next;
        free(distinct->own);
        distinct->own = next;
    }
    *distinct = (mlpi_distinct){0};
}
