/* SPDX-License-Identifier: MIT */
/* The distinct texts of a column, by a hash table that grows with what it finds. Words stay where
 * they are; the texts of numbers are written, and kept, here. */
#include "data/distinct.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/text_hash.h"
#include "data/strip.h"

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

/* Texts in the order in which they were found, and slots that tell their numbers. */
typedef struct set {
    mlpi_span *texts;
    uint32_t *hashes; /* of the texts */
    size_t count, text_room, hash_room;
    uint32_t *slots; /* 1 + number of a text; 0: none */
    size_t slot_count;
} set;

/* The slot of a text, or the empty one where it belongs. */
static uint32_t *slot_of(const set *s, mlpi_span span, uint32_t hash)
{
    size_t i = hash & (s->slot_count - 1);
    for (; s->slots[i] != 0; i = (i + 1) & (s->slot_count - 1)) {
        const mlpi_span *text = &s->texts[s->slots[i] - 1];
        if (s->hashes[s->slots[i] - 1] == hash && text->length == span.length &&
            mlpi_same_text(text->text, span.text, span.length))
            break;
    }
    return &s->slots[i];
}

/* Room for one more text; doubles the slots when half of them are used. */
static bool make_room(set *s)
{
    enum { FIRST_SLOTS = 64 };
    if (!mlpi_grow(&s->texts, &s->text_room, s->count + 1, sizeof *s->texts) ||
        !mlpi_grow(&s->hashes, &s->hash_room, s->count + 1, sizeof *s->hashes))
        return false;
    if (2 * (s->count + 1) <= s->slot_count)
        return true;
    const size_t wanted = s->slot_count > 0 ? 2 * s->slot_count : FIRST_SLOTS;
    uint32_t *slots = calloc(wanted, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t n = 0; n < s->count; n++) {
        size_t i = s->hashes[n] & (wanted - 1);
        while (slots[i] != 0)
            i = (i + 1) & (wanted - 1);
        slots[i] = (uint32_t)n + 1;
    }
    free(s->slots);
    s->slots = slots;
    s->slot_count = wanted;
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
    set *const found = &c->found;
    if (!make_room(found))
        return false;
    const uint32_t hash = (uint32_t)mlpi_text_hash(0, span.text, span.length);
    uint32_t *slot = slot_of(found, span, hash);
    if (*slot != 0)
        return true;
    if (span.text == scratch && !keep(&c->own, &span))
        return false;
    found->texts[found->count] = span;
    found->hashes[found->count] = hash;
    *slot = (uint32_t)++found->count;
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

static bool gather(const mlp_table *table, size_t column, const uint32_t *rows, size_t count,
                   bool labels, collection *c)
{
    *c = (collection){.seen = calloc(most_words(table, column) + 1, sizeof *c->seen)};
    const bool gathered =
        c->seen != NULL && make_room(&c->found) && collect(table, column, rows, count, labels, c);
    free(c->seen);
    free(c->found.hashes);
    free(c->found.slots);
    return gathered;
}

mlp_status mlpi_distinct_collect(const mlp_table *table, size_t column, const uint32_t *rows,
                                 size_t count, bool labels, mlpi_distinct *distinct, mlp_error *err)
{
    collection c;
    const bool gathered = gather(table, column, rows, count, labels, &c);
    mlpi_distinct found = {c.found.texts, c.found.count, c.own};
    if (!gathered) {
        mlpi_distinct_release(&found);
        return mlpi_fail_memory(err, "the categories");
    }
    qsort(found.texts, found.count, sizeof *found.texts, by_bytes);
    *distinct = found;
    return MLP_OK;
}

mlp_status mlpi_distinct_count(const mlp_table *table, size_t column, bool labels, size_t *count,
                               mlp_error *err)
{
    collection c;
    const bool gathered = gather(table, column, NULL, table->rows, labels, &c);
    mlpi_distinct found = {c.found.texts, c.found.count, c.own};
    *count = gathered ? found.count : *count;
    mlpi_distinct_release(&found);
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
