/* SPDX-License-Identifier: MIT */
#include "divide/row_times.h"

#include <math.h>
#include <string.h>

#include "schema/times.h"

static mlp_status bad_cell(const mlp_table *table, size_t row, size_t column, const char *what,
                           mlp_error *err)
{
    char text[64];
    mlp_table_cell(table, row, column, text, sizeof text);
    return mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row),
                        column + 1, "column \"%s\": \"%s\" %s", table->names[column], text, what);
}

/* Reads the cells as numbers; *numbers: whether all cells are numbers. */
static mlp_status read_numbers(const mlp_table *table, size_t column, const mlpi_rows *rows,
                               double *time, bool *numbers, mlp_error *err)
{
    mlpi_cursor cursor = {.table = table};
    *numbers = true;
    for (size_t i = 0; i < rows->count; i++) {
        const mlpi_cell cell = mlpi_cursor_number(&cursor, rows->row[i], column, &time[i]);
        if (cell == MLPI_CELL_MISSING)
            return mlpi_fail_at(
                err, MLP_ERROR_DATA, mlp_table_file(table, rows->row[i]),
                mlp_table_line(table, rows->row[i]), column + 1,
                "column \"%s\" has no value: the time of this row is unknown; leave the row out",
                table->names[column]);
        *numbers = *numbers && cell == MLPI_CELL_NUMBER;
    }
    return MLP_OK;
}

static mlp_status read_dates(const mlp_table *table, size_t column, const mlpi_rows *rows,
                             mlpi_date_style style, double *time, mlp_error *err)
{
    mlpi_cursor cursor = {.table = table};
    for (size_t i = 0; i < rows->count; i++) {
        time[i] = mlpi_times_cell(&cursor, rows->row[i], column, style);
        if (isnan(time[i]))
            return bad_cell(table, rows->row[i], column,
                            "is not a date or time written as the others are; correct it, or leave "
                            "the row out",
                            err);
    }
    return MLP_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool same_places_of_digits(mlpi_span a, mlpi_span b)
{
    bool same = a.length == b.length;
    for (size_t i = 0; same && i < a.length; i++)
        same = is_digit(a.text[i]) == is_digit(b.text[i]);
    return same;
}

/* Checks that texts sort by time: they begin with a digit, and have digits in the same places. */
static mlp_status check_texts(const mlp_table *table, size_t column, const mlpi_rows *rows,
                              mlp_error *err)
{
    mlpi_cursor cursor = {.table = table}, first_cursor = {.table = table};
    char scratch[2][MLPI_DECIMAL_ROOM];
    const mlpi_span first =
        mlpi_cursor_span(&first_cursor, rows->row[0], column, false, scratch[0]);
    for (size_t i = 0; i < rows->count; i++) {
        const mlpi_span text = mlpi_cursor_span(&cursor, rows->row[i], column, false, scratch[1]);
        if (text.length == 0 || !is_digit(text.text[0]) || !same_places_of_digits(first, text))
            return bad_cell(
                table, rows->row[i], column,
                "is not a time, or is written unlike the first one: rows are divided by numbers, "
                "or by dates or times such as 2024-12-24 or 2024-12-24 18:30",
                err);
    }
    return MLP_OK;
}

static mlp_status read_texts(const mlp_table *table, size_t column, const mlpi_rows *rows,
                             double *time, mlp_error *err)
{
    size_t count = 0;
    MLPI_TRY(check_texts(table, column, rows, err));
    uint32_t *places = mlpi_allocate(rows->count, sizeof *places);
    if (places == NULL)
        return mlpi_fail_memory(err, "the times of the rows");
    const mlp_status status =
        mlpi_rows_number_texts(table, column, false, rows, places, &count, err);
    for (size_t i = 0; status == MLP_OK && i < rows->count; i++)
        time[i] = places[i];
    mlpi_free(places);
    return status;
}

mlp_status mlpi_rows_times(const mlp_table *table, size_t column, const mlpi_rows *rows,
                           double *time, mlp_error *err)
{
    bool numbers = true, unclear = false;
    const mlpi_word *odd = NULL;
    MLPI_TRY(read_numbers(table, column, rows, time, &numbers, err));
    if (numbers)
        return MLP_OK;
    const mlpi_date_style style = mlpi_times_recognise(table, column, &odd, &unclear);
    return style != MLPI_DATE_NONE ? read_dates(table, column, rows, style, time, err)
                                   : read_texts(table, column, rows, time, err);
}
