/* SPDX-License-Identifier: MIT */
/* Cells of all kinds, in any order and at any place in the text, are read as they were written, and
 * rows have the lines on which they were written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/table.h"
#include "unit/test.h"

enum { ROWS = 400, COLUMNS = 7, LONGEST = 200 };

/* The text of a cell, without quotes and the blanks around it. */
typedef struct cell {
    char text[LONGEST];
} cell;

typedef struct page {
    cell cells[ROWS][COLUMNS];
    size_t line[ROWS];
    char *text, *to;
    size_t lines;
} page;

static void fill(mlpi_random *random, const char *characters, size_t length, char *text)
{
    for (size_t i = 0; i < length; i++)
        text[i] = characters[mlpi_random_below(random, strlen(characters))];
    text[length] = '\0';
}

/* Makes the text of a cell: a number, a word, a long text, or a text that needs quotes. Returns
 * whether to write it in quotes. */
static bool make_text(mlpi_random *random, char separator, char *text)
{
    const char needs_quotes[] = {'a', ' ', separator, '"', '\n', 'b', '\0'};
    const size_t length = (size_t)mlpi_random_below(random, 12);
    switch (mlpi_random_below(random, 8)) {
    case 0:
        fill(random, needs_quotes, length, text);
        return true;
    case 1:
        fill(random, "xy", 60 + (size_t)mlpi_random_below(random, 120), text);
        return mlpi_random_below(random, 2) == 0;
    case 2:
        fill(random, "0123456789.-e", length, text);
        return mlpi_random_below(random, 2) == 0;
    case 3:
        /* A quote has no special meaning unless the cell begins with one. */
        fill(random, "ab\"c", length, text);
        return text[0] == '"' || mlpi_random_below(random, 2) == 0;
    default:
        sprintf(text, "%.*f", (int)mlpi_random_below(random, 8),
                mlpi_random_normal(random) * (mlpi_random_below(random, 9) == 0 ? 1e7 : 1.0));
        return false;
    }
}

static void put_quoted(page *p, const char *text)
{
    *p->to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *p->to++ = '"';
        p->lines += *text == '\n' ? 1 : 0;
        *p->to++ = *text;
    }
    *p->to++ = '"';
}

static void write_page(mlpi_random *random, char separator, bool with_returns, page *p)
{
    for (size_t r = 0; r < ROWS; r++) {
        p->line[r] = ++p->lines;
        for (size_t c = 0; c < COLUMNS; c++) {
            char *const text = p->cells[r][c].text;
            const bool quoted = make_text(random, separator, text);
            const bool padded = mlpi_random_below(random, 9) == 0;
            p->to += padded ? sprintf(p->to, "  ") : 0;
            if (quoted)
                put_quoted(p, text);
            else
                p->to += sprintf(p->to, "%s", text);
            p->to += padded ? sprintf(p->to, " ") : 0;
            if (c + 1 < COLUMNS)
                *p->to++ = separator;
        }
        p->to += sprintf(p->to, with_returns ? "\r\n" : "\n");
    }
}

static void check_page(const page *p, char separator)
{
    const mlp_read_options options = {.no_header = true, .separator = separator};
    mlp_table *table = NULL;
    mlp_error err;
    if (mlp_table_read_memory(p->text, (size_t)(p->to - p->text), "t.csv", &options, &table,
                              &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_table_rows(table), ROWS);
    for (size_t r = 0; r < ROWS; r++) {
        assert_int_equal(mlp_table_line(table, r), p->line[r]);
        for (size_t c = 0; c < COLUMNS; c++) {
            char text[LONGEST];
            mlp_table_cell(table, r, c, text, sizeof text);
            assert_string_equal(text, p->cells[r][c].text);
        }
    }
    mlp_table_free(table);
}

static void cells_are_what_was_written(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        const char separator = ",;\t|"[seed % 4];
        mlpi_random random = mlpi_random_init(seed, 1);
        page *p = calloc(1, sizeof *p);
        assert_non_null(p);
        p->to = p->text = malloc((size_t)ROWS * COLUMNS * 2 * LONGEST);
        assert_non_null(p->text);
        write_page(&random, separator, seed % 8 >= 4, p);
        check_page(p, separator);
        free(p->text);
        free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells_are_what_was_written)};
    return RUN(tests);
}
