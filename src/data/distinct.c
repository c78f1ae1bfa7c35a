/* SPDX-License-Identifier: MIT */
/* The distinct texts of a column, by a hash table that grows with what it finds. */
#include "data/distinct.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum { BYTE_TEXT = 4 }; /* "255" and its 0 */

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

typedef struct set {
    mlpi_span *slots; /* empty: text NULL */
    size_t capacity, count;
} set;

static void place(set *s, mlpi_span span)
{
    size_t i = (size_t)mlpi_hash(MLPI_HASH_START, span.text, span.length) & (s->capacity - 1);
    while (s->slots[i].text != NULL) {
        if (mlpi_span_compare(s->slots[i], span) == 0)
            return;
        i = (i + 1) & (s->capacity - 1);
    }
    s->slots[i] = span;
    s->count++;
}

static bool grow(set *s)
{
    set larger = {calloc(s->capacity * 2, sizeof(mlpi_span)), s->capacity * 2, 0};
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < s->capacity; i++)
        if (s->slots[i].text != NULL)
            place(&larger, s->slots[i]);
    free(s->slots);
    *s = larger;
    return true;
}

/* The texts of IDX bytes, written once each. */
static mlp_status byte_texts(const mlp_table *table, size_t column, const uint32_t *rows,
                             size_t count, mlpi_distinct *distinct, mlp_error *err)
{
    bool seen[256] = {false};
    for (size_t i = 0; i < count; i++) {
        double value = 0.0;
        mlpi_table_number(table, rows != NULL ? rows[i] : i, column, &value);
        seen[(size_t)value] = true;
    }
    distinct->own = calloc(256, BYTE_TEXT);
    distinct->texts = calloc(256, sizeof *distinct->texts);
    if (distinct->own == NULL || distinct->texts == NULL)
        return mlpi_fail_memory(err, "the labels");
    for (size_t value = 0; value < 256; value++) {
        if (!seen[value])
            continue;
        char *const text = distinct->own + value * BYTE_TEXT;
        size_t length = 0;
        for (size_t unit = value >= 100 ? 100 : value >= 10 ? 10 : 1; unit > 0; unit /= 10)
            text[length++] = (char)('0' + value / unit % 10);
        distinct->texts[distinct->count++] = (mlpi_span){text, length};
    }
    qsort(distinct->texts, distinct->count, sizeof *distinct->texts, by_bytes);
    return MLP_OK;
}

static mlp_status text_set(const mlp_table *table, size_t column, const uint32_t *rows,
                           size_t count, bool labels, mlpi_distinct *distinct, mlp_error *err)
{
    set found = {calloc(64, sizeof(mlpi_span)), 64, 0};
    if (found.slots == NULL)
        return mlpi_fail_memory(err, "the categories");
    for (size_t i = 0; i < count; i++) {
        const size_t row = rows != NULL ? rows[i] : i;
        char scratch[8];
        if (mlpi_table_is_missing(table, row, column))
            continue;
        place(&found, labels ? mlpi_table_label_span(table, row, column, scratch)
                             : mlpi_table_span(table, row, column, scratch));
        if (found.count * 2 > found.capacity && !grow(&found)) {
            free(found.slots);
            return mlpi_fail_memory(err, "the categories");
        }
    }
    size_t used = 0;
    for (size_t i = 0; i < found.capacity; i++)
        if (found.slots[i].text != NULL)
            found.slots[used++] = found.slots[i];
    qsort(found.slots, used, sizeof *found.slots, by_bytes);
    distinct->texts = found.slots;
    distinct->count = used;
    return MLP_OK;
}

mlp_status mlpi_distinct_collect(const mlp_table *table, size_t column, const uint32_t *rows,
                                 size_t count, bool labels, mlpi_distinct *distinct, mlp_error *err)
{
    mlpi_distinct made = {0};
    const mlp_status status = table->blocks[0].columns[column].bytes != NULL
                                  ? byte_texts(table, column, rows, count, &made, err)
                                  : text_set(table, column, rows, count, labels, &made, err);
    if (status == MLP_OK)
        *distinct = made;
    else
        mlpi_distinct_release(&made);
    return status;
}

void mlpi_distinct_release(mlpi_distinct *distinct)
{
    free(distinct->texts);
    free(distinct->own);
    *distinct = (mlpi_distinct){0};
}
