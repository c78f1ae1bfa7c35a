/* SPDX-License-Identifier: MIT */
/* Texts of several pieces (delimited/csv.c), and a check that two tables have the same cells. */
#ifndef TESTS_TEXTS_H
#define TESTS_TEXTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/table.h"
#include "unit/test.h"

enum { PIECE = 1 << 18, ROOM = 24 << 20 };

typedef struct text {
    char *bytes;
    size_t size;
} text;

static inline void put(text *t, const char *bytes, size_t size)
{
    assert_true(t->size + size < ROOM);
    memcpy(t->bytes + t->size, bytes, size);
    t->size += size;
}

static inline void put_text(text *t, const char *string)
{
    put(t, string, strlen(string));
}

static inline void put_rows(text *t, size_t upto, const char *line_end)
{
    char row[64];
    for (size_t r = 0; t->size < upto; r++) {
        snprintf(row, sizeof row, "%zu,%s,\"t%zu\"%s", r, r % 7 == 3 ? "NA" : "1.25", r % 50,
                 line_end);
        put_text(t, row);
    }
}

static inline void check_same_cells(const mlp_table *a, const mlp_table *b)
{
    assert_int_equal(mlp_table_rows(a), mlp_table_rows(b));
    assert_int_equal(mlp_table_columns(a), mlp_table_columns(b));
    mlpi_cursor x = {.table = a}, y = {.table = b};
    for (size_t r = 0; r < mlp_table_rows(a); r++) {
        assert_int_equal(mlp_table_line(a, r), mlp_table_line(b, r));
        for (size_t c = 0; c < mlp_table_columns(a); c++) {
            char one[MLPI_DECIMAL_ROOM], other[MLPI_DECIMAL_ROOM];
            const mlpi_span from = mlpi_cursor_span(&x, r, c, false, one);
            const mlpi_span to = mlpi_cursor_span(&y, r, c, false, other);
            if (from.length != to.length || memcmp(from.text, to.text, from.length) != 0)
                fail_msg("row %zu, column %zu differ", r, c);
        }
    }
    for (size_t c = 0; c < mlp_table_columns(a); c++)
        assert_string_equal(mlp_table_column_name(a, c), mlp_table_column_name(b, c));
    assert_true((mlp_table_notice(a) == NULL) == (mlp_table_notice(b) == NULL));
}

static inline text begin(const char *head)
{
    text t = {malloc(ROOM), 0};
    assert_non_null(t.bytes);
    put_text(&t, head);
    return t;
}

static inline void put_file(const text *t, const char *path)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(t->bytes, 1, t->size, file), t->size);
    fclose(file);
}

#endif
