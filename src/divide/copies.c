/* SPDX-License-Identifier: MIT */
/* Finds copies of rows by hashes. The hash of a row is the sum of the hashes of its cells, so that
 * its hash without one cell is a difference. Rows that agree in all inputs but one are thus found
 * by sorting, just as copies are. */
#include "divide/copies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum { LEAST_ROWS = 50, MOST_CELLS = 1 << 20, LEAST_SHARE = 20, AS_MANY = 3 };

typedef struct hashed {
    uint64_t rest, cell; /* hash of a row without one cell; hash of that cell */
    uint32_t row;
} hashed;

static int by_rest_then_cell(const void *a, const void *b)
{
    const hashed *p = a, *q = b;
    return p->rest != q->rest ? (p->rest > q->rest ? 1 : -1)
                              : (p->cell > q->cell) - (p->cell < q->cell);
}

static uint64_t hash_of(mlpi_cursor *cursor, size_t row, size_t c)
{
    char scratch[MLPI_DECIMAL_ROOM];
    const uint64_t column = mlpi_hash(0, &c, sizeof c);
    if (mlpi_cursor_is_missing(cursor, row, c))
        return column;
    const mlpi_span text = mlpi_cursor_span(cursor, row, c, false, scratch);
    return mlpi_hash(column, text.text, text.length);
}

typedef struct search {
    const mlp_table *table;
    const mlpi_schema *schema;
    const uint32_t *rows;
    size_t count;
    uint64_t *whole; /* hash of each row, with or without its targets */
    hashed *sorted;
    bool *near; /* for each row: whether it differs from another row in one input only */
} search;

/* The end of the run of sorted rows that have the same `rest` as row `first`. */
static size_t end_of(const search *s, size_t first)
{
    size_t end = first + 1;
    while (end < s->count && s->sorted[end].rest == s->sorted[first].rest)
        end++;
    return end;
}

static size_t count_copies(search *s)
{
    size_t copies = 0;
    for (size_t i = 0; i < s->count; i++)
        s->sorted[i] = (hashed){.rest = s->whole[i], .row = (uint32_t)i};
    qsort(s->sorted, s->count, sizeof *s->sorted, by_rest_then_cell);
    for (size_t i = 0, end = 0; i < s->count; i = end) {
        end = end_of(s, i);
        copies += end - i > 1 ? end - i : 0;
    }
    return copies;
}

/* Marks rows that differ from another row in column c only. */
static void mark_near(search *s, size_t c)
{
    mlpi_cursor cursor = {.table = s->table};
    for (size_t i = 0; i < s->count; i++) {
        const uint64_t cell = hash_of(&cursor, s->rows[i], c);
        s->sorted[i] = (hashed){s->whole[i] - cell, cell, (uint32_t)i};
    }
    qsort(s->sorted, s->count, sizeof *s->sorted, by_rest_then_cell);
    for (size_t i = 0, end = 0; i < s->count; i = end) {
        end = end_of(s, i);
        for (size_t k = i; k < end && s->sorted[i].cell != s->sorted[end - 1].cell; k++)
            s->near[s->sorted[k].row] = true;
    }
}

/* Whether `most` rows or more differ from another row in one input only. Stops as soon as that many
 * are found. */
static bool are_near(search *s, size_t most)
{
    size_t near = 0;
    for (size_t c = 0; c < s->schema->columns && near < most; c++) {
        if (s->schema->column[c].role != MLPI_INPUT)
            continue;
        mark_near(s, c);
        near = 0;
        for (size_t i = 0; i < s->count; i++)
            near += s->near[i];
    }
    return near >= most;
}

/* Adds the hashes of the inputs, or of the targets, to the hash of each row. */
static void add_cells(search *s, mlpi_role role)
{
    mlpi_cursor cursor = {.table = s->table};
    for (size_t i = 0; i < s->count; i++)
        for (size_t c = 0; c < s->schema->columns; c++)
            if (s->schema->column[c].role == role)
                s->whole[i] += hash_of(&cursor, s->rows[i], c);
}

static void find(search *s, mlpi_kin *kin)
{
    char share[32];
    add_cells(s, MLPI_INPUT);
    add_cells(s, MLPI_TARGET);
    const size_t copies = count_copies(s);
    if (copies < s->count / LEAST_SHARE)
        return;
    memset(s->whole, 0, s->count * sizeof *s->whole);
    add_cells(s, MLPI_INPUT);
    if (are_near(s, copies / AS_MANY))
        return;
    kin->found = true;
    kin->value = (double)copies / (double)s->count;
    snprintf(kin->sentence, sizeof kin->sentence,
             "%s %% of the rows have a copy that is the same in all inputs and the target, and "
             "hardly any rows differ in one input alone: rows are repeated, not alike by chance. A "
             "random split puts copies on both sides, so metrics are too optimistic for new rows: "
             "leave repeated rows out.",
             mlpi_rounded(100.0 * kin->value, 2, share));
}

mlp_status mlpi_copies_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                            size_t count, mlpi_kin *kin, mlp_error *err)
{
    search s = {.table = table, .schema = schema, .rows = rows, .count = count};
    mlpi_kin found = {0};
    if (count < LEAST_ROWS || count > MOST_CELLS / schema->columns)
        return MLP_OK;
    s.whole = mlpi_allocate(count, sizeof *s.whole);
    s.sorted = mlpi_allocate(count, sizeof *s.sorted);
    s.near = mlpi_allocate(count, sizeof *s.near);
    const bool room = s.whole != NULL && s.sorted != NULL && s.near != NULL;
    if (room)
        find(&s, &found);
    mlpi_free(s.whole);
    mlpi_free(s.sorted);
    mlpi_free(s.near);
    if (!room)
        return mlpi_fail_memory(err, "the rows");
    *kin = found;
    return MLP_OK;
}
