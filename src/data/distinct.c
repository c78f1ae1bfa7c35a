/* SPDX-License-Identifier: MIT */
/* Finds the distinct texts of a column with a hash table that grows with their number. The texts of
 * words stay in the table; the texts of numbers are written into separate memory. */
#include "data/distinct.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/text_hash.h"
#include "data/slots.h"
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

/* The distinct texts found so far, in order of appearance. Each word of a block is looked up only
 * once. */
typedef struct collection {
    mlpi_span *texts;
    size_t count, room;
    size_t looked_up, left; /* texts looked up so far; rows not visited yet */
    mlpi_slots slots;
    chunk *own;
    const mlpi_block *block; /* the block of the last strip */
    bool *seen;              /* for each word of the block: whether it has occurred */
    size_t unseen;           /* number of words of the block that have not occurred yet */
} collection;

/* Texts of a strip that are to be looked up. */
typedef struct batch {
    mlpi_span texts[MLPI_STRIP];
    uint32_t hashes[MLPI_STRIP];
    char numbers[MLPI_STRIP][MLPI_DECIMAL_ROOM]; /* where the texts of numbers are written */
    size_t count;
} batch;

/* Looks up text i of the batch among the texts found, and adds it if it is new. false: out of
 * memory. */
static bool look_up(collection *c, const batch *b, size_t i)
{
    mlpi_span span = b->texts[i];
    mlpi_slot *slot = mlpi_slots_first(&c->slots, b->hashes[i]);
    for (; slot->number != 0; slot = mlpi_slots_next(&c->slots, slot)) {
        const mlpi_span *text = &c->texts[slot->number - 1];
        if (slot->hash == b->hashes[i] && mlpi_span_compare(*text, span) == 0)
            return true;
    }
    if (span.text == b->numbers[i] && !keep(&c->own, &span))
        return false;
    c->texts[c->count++] = span;
    *slot = (mlpi_slot){b->hashes[i], (uint32_t)c->count};
    return true;
}

/* Makes room for `more` texts. If nearly every text so far was new, as identifiers of rows are,
 * there will be about as many texts as rows: then the room grows eightfold, so that the texts are
 * not moved again and again. */
static bool make_room(collection *c, size_t more)
{
    enum { MANY_TIMES = 8 };
    size_t need = c->count + more;
    if (need > c->slots.room && c->count > c->looked_up / MANY_TIMES * (MANY_TIMES - 1))
        need += (MANY_TIMES - 1) * need < c->left ? (MANY_TIMES - 1) * need : c->left;
    return mlpi_slots_fit(&c->slots, need) &&
           mlpi_grow(&c->texts, &c->room, c->slots.room, sizeof *c->texts);
}

static bool look_up_all(collection *c, const batch *b)
{
    if (!make_room(c, b->count))
        return false;
    c->looked_up += b->count;
    for (size_t i = 0; i < b->count; i++) /* fetches uncached slots at the same time */
        __builtin_prefetch(mlpi_slots_first(&c->slots, b->hashes[i]));
    for (size_t i = 0; i < b->count; i++)
        if (!look_up(c, b, i))
            return false;
    return true;
}

static size_t most_words(const mlp_table *table, size_t column)
{
    size_t most = 0;
    for (size_t b = 0; b < table->block_count; b++)
        if (table->blocks[b].columns[column].word_count > most)
            most = table->blocks[b].columns[column].word_count;
    return most;
}

/* Whether a word need not be looked up: it means no value, or it has occurred before. Records
 * that it occurs. */
static bool is_known(collection *c, const mlpi_column *column, uint32_t word)
{
    if (word == MLPI_NO_WORD)
        return false;
    const bool seen = c->seen[word];
    c->seen[word] = true;
    c->unseen -= seen ? 0 : 1;
    return seen || column->words[word].cell == MLPI_CELL_MISSING;
}

static bool collect_strip(collection *c, mlpi_cursor *cursor, const mlpi_strip *strip,
                          size_t column, bool labels)
{
    const mlpi_column *cells = &strip->block->columns[column];
    uint32_t words[MLPI_STRIP];
    batch b;
    b.count = 0;
    if (c->block != strip->block) {
        memset(c->seen, 0, cells->word_count * sizeof *c->seen);
        c->unseen = cells->word_count;
        c->block = strip->block;
    }
    if (cells->only_words && c->unseen == 0)
        return true;
    mlpi_strip_words(strip, column, words);
    for (size_t k = 0; k < strip->count; k++) {
        if (is_known(c, cells, words[k]))
            continue;
        const mlpi_span text =
            labels || words[k] == MLPI_NO_WORD
                ? mlpi_cursor_span(cursor, mlpi_strip_row(strip, k), column, labels,
                                   b.numbers[b.count])
                : (mlpi_span){cells->words[words[k]].text, cells->words[words[k]].length};
        b.texts[b.count] = text;
        b.hashes[b.count++] =
            mlpi_text_hash(0, mlpi_text_key_of(text.text, text.length), text.text, text.length);
    }
    return look_up_all(c, &b);
}

static bool gather(const mlp_table *table, size_t column, const uint32_t *rows, size_t count,
                   bool labels, collection *c)
{
    mlpi_cursor cursor = {.table = table};
    *c = (collection){.seen = calloc(most_words(table, column) + 1, sizeof *c->seen)};
    bool gathered = c->seen != NULL && mlpi_grow(&c->texts, &c->room, 1, sizeof *c->texts);
    for (size_t i = 0; gathered && i < count;) {
        const mlpi_strip strip =
            mlpi_strip_take(&cursor, rows != NULL ? rows + i : NULL, i, count - i);
        i += strip.count;
        c->left = count - i;
        gathered = collect_strip(c, &cursor, &strip, column, labels);
    }
    free(c->seen);
    mlpi_slots_release(&c->slots);
    return gathered;
}

mlp_status mlpi_distinct_collect(const mlp_table *table, size_t column, const uint32_t *rows,
                                 size_t count, bool labels, mlpi_distinct *distinct, mlp_error *err)
{
    collection c;
    const bool gathered = gather(table, column, rows, count, labels, &c);
    mlpi_distinct found = {c.texts, c.count, c.own};
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
    mlpi_distinct found = {c.texts, c.count, c.own};
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
