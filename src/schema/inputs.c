/* SPDX-License-Identifier: MIT */
/* Decides what an input column is, and why. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "data/distinct.h"
#include "data/strip.h"
#include "schema/inference.h"
#include "schema/times.h"

enum {
    MANY_TEXTS = 100, /* more texts, with fewer than MLPI_ROWS_PER_CLASS rows for each, are names */
    FEW_NUMBERS = 20  /* a column of fewer numbers is not taken for an identifier */
};

/* --- numbers and categories ------------------------------------------------------------------- */

/* Whether all texts among the numbers of a column are the same text. */
static bool are_one_text(const mlp_table *table, const mlpi_census *cells, size_t column)
{
    mlpi_cursor cursor = {.table = table}, other = {.table = table};
    char scratch[MLPI_DECIMAL_ROOM], first_scratch[MLPI_DECIMAL_ROOM];
    double number = 0.0;
    const mlpi_span first =
        mlpi_cursor_span(&other, cells->first_text, column, false, first_scratch);
    for (size_t r = cells->first_text; r < table->rows; r++)
        if (mlpi_table_number(table, r, column, &number) == MLPI_CELL_TEXT &&
            mlpi_span_compare(mlpi_cursor_span(&cursor, r, column, false, scratch), first) != 0)
            return false;
    return true;
}

/* Reports texts among numbers. A text that repeats probably means no value, and a single text is
 * probably a mistake; many different texts are probably codes, such as the numbers of tickets. */
static mlp_status not_a_number(const mlp_table *table, const mlpi_census *cells, size_t column,
                               mlp_error *err)
{
    char text[64], option[MLPI_COLUMN_TEXT];
    const size_t row = cells->first_text;
    const char *name = table->names[column];
    mlp_table_cell(table, row, column, text, sizeof text);
    mlpi_table_option(table, column, option);
    const bool one = are_one_text(table, cells, column);
    if (one && cells->texts > 1)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row), column + 1,
            "column \"%s\" holds %zu number%s, and \"%s\" %zu times; if that text means no value, "
            "list it with `missing` \"%s\"; otherwise leave the column out with `drop` %s, or take "
            "it as categories with `categorical` %s",
            name, cells->numbers, mlpi_plural(cells->numbers), text, cells->texts, text, option,
            option);
    if (cells->texts > cells->numbers / 20 + 1)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row), column + 1,
            "column \"%s\" holds %zu number%s and %zu other text%s, such as \"%s\"; leave the "
            "column out with `drop` %s, or take it as categories with `categorical` %s",
            name, cells->numbers, mlpi_plural(cells->numbers), cells->texts,
            mlpi_plural(cells->texts), text, option, option);
    return mlpi_fail_at(
        err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row), column + 1,
        "column \"%s\": \"%s\" is not a number; list it with `missing` \"%s\", leave the column "
        "out with `drop` %s, or take it as categories with `categorical` %s",
        name, text, text, option, option);
}

static void ignore(mlpi_schema_column *column, const char *reason)
{
    column->role = MLPI_IGNORED;
    snprintf(column->reason, sizeof column->reason, "%s", reason);
}

static bool named_like_an_identifier(const char *name)
{
    static const char *const names[] = {"id",         "index",         "row",
                                        "unnamed: 0", "sample number", "rownames"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    const size_t length = strlen(name);
    return length > 2 && strcasecmp(name + length - 2, "id") == 0 &&
           (strchr("_ .-", name[length - 3]) != NULL || name[length - 2] == 'I');
}

bool mlpi_counts_the_rows(const mlp_table *table, size_t c)
{
    mlpi_cursor cursor = {.table = table};
    double numbers[MLPI_STRIP], before = 0.0;
    for (size_t r = 0; r < table->rows;) {
        const mlpi_strip strip = mlpi_strip_take(&cursor, NULL, r, table->rows - r);
        mlpi_strip_numbers(&strip, c, numbers);
        for (size_t i = 0; i < strip.count; i++) {
            if (r + i > 0 && numbers[i] != before + 1.0)
                return false;
            before = numbers[i];
        }
        r += strip.count;
    }
    return true;
}

static mlp_status infer_numeric(const mlp_table *table, size_t c, const mlpi_census *cells,
                                bool wished, mlpi_schema_column *column, mlp_error *err)
{
    size_t distinct = 0;
    column->kind = MLPI_NUMERIC;
    snprintf(column->reason, sizeof column->reason, "%zu number%s, %zu missing", cells->numbers,
             mlpi_plural(cells->numbers), cells->missing);
    if (wished)
        return MLP_OK;
    if (cells->lowest == cells->highest && cells->missing == 0) {
        ignore(column, "the same number in every row");
    } else if (cells->whole && cells->numbers >= FEW_NUMBERS && cells->missing == 0 &&
               (mlpi_counts_the_rows(table, c) || named_like_an_identifier(table->names[c]))) {
        MLPI_TRY(mlpi_distinct_count(table, c, false, &distinct, err));
        if (distinct == cells->numbers)
            ignore(column, mlpi_counts_the_rows(table, c)
                               ? "it counts the rows (`numeric` keeps it)"
                               : "a different whole number in every row: an identifier "
                                 "(`numeric` keeps it)");
    }
    return MLP_OK;
}

/* Whether at least half of the first texts of a column consist of a number and the same unit;
 * `example` is one of them. */
static bool have_a_unit(const mlp_table *table, size_t c, char *example, size_t size)
{
    enum { LOOKED_AT = 1000 };
    mlpi_cursor cursor = {.table = table};
    char scratch[MLPI_DECIMAL_ROOM], unit[64] = "";
    size_t texts = 0, same = 0;
    for (size_t r = 0; r < table->rows && texts < LOOKED_AT; r++) {
        char text[64];
        const mlpi_span span = mlpi_cursor_span(&cursor, r, c, false, scratch);
        snprintf(text, sizeof text, "%.*s", (int)mlpi_utf8_fit(span.text, span.length, 40),
                 span.text);
        const size_t digits = strspn(text, "+-0123456789.,"), blank = strspn(text + digits, " ");
        const char *behind = text + digits + blank;
        texts += text[0] != '\0' ? 1 : 0;
        if (digits == 0 || behind[0] == '\0')
            continue;
        if (unit[0] == '\0') {
            strcpy(unit, behind);
            snprintf(example, size, "%s", text);
        }
        same += strcmp(unit, behind) == 0 ? 1 : 0;
    }
    return same > 0 && 2 * same >= texts;
}

static const char mixed_dates[] =
    "dates, some with the day first and some with the month first; write all as 2024-12-24, or all "
    "in one order";

static mlp_status infer_categorical(const mlp_table *table, size_t c, const mlpi_census *cells,
                                    bool wished, mlpi_schema_column *column, mlp_error *err)
{
    const size_t rows = cells->numbers + cells->texts;
    const bool declared = mlpi_table_field(table, c).kind == MLPI_FIELD_LABELS;
    size_t distinct = 0;
    MLPI_TRY(mlpi_distinct_count(table, c, false, &distinct, err));
    column->kind = MLPI_CATEGORICAL;
    snprintf(column->reason, sizeof column->reason, "%zu different text%s in %zu row%s", distinct,
             mlpi_plural(distinct), rows, mlpi_plural(rows));
    if (wished)
        return MLP_OK;
    if (distinct == 1 && cells->missing == 0) {
        ignore(column, "the same text in every row");
    } else if (!declared && distinct > MLPI_IDENTIFIER_TEXTS &&
               (distinct > rows / 2 ||
                (distinct > MANY_TEXTS && distinct > rows / MLPI_ROWS_PER_CLASS))) {
        char example[64];
        column->role = MLPI_IGNORED;
        if (have_a_unit(table, c, example, sizeof example))
            snprintf(column->reason, sizeof column->reason,
                     "texts such as \"%s\", numbers with a unit; remove the unit from the cells to "
                     "use them",
                     example);
        else if (mlpi_times_mixed(table, c))
            snprintf(column->reason, sizeof column->reason, "%s", mixed_dates);
        else
            snprintf(column->reason, sizeof column->reason,
                     "%zu different texts in %zu rows: %s (`categorical` keeps it)", distinct, rows,
                     distinct > rows / 2 ? "an identifier" : "names with too few rows each");
    } else if (!declared && mlpi_times_mixed(table, c)) {
        snprintf(column->note, sizeof column->note, "taken as categories: %s", mixed_dates);
    }
    return MLP_OK;
}

/* --- dates and times -------------------------------------------------------------------------- */

static mlp_status odd_date(const mlp_table *table, size_t c, const mlpi_word *odd, mlp_error *err)
{
    mlpi_cursor cursor = {.table = table};
    char text[64], option[MLPI_COLUMN_TEXT], scratch[MLPI_DECIMAL_ROOM];
    size_t row = 0;
    for (size_t r = 0; row == 0 && r < table->rows; r++) {
        const mlpi_span span = mlpi_cursor_span(&cursor, r, c, false, scratch);
        row = mlpi_span_compare(span, (mlpi_span){odd->text, odd->length}) == 0 ? r + 1 : 0;
    }
    snprintf(text, sizeof text, "%.*s", (int)mlpi_utf8_fit(odd->text, odd->length, 60), odd->text);
    return mlpi_fail_at(err, MLP_ERROR_DATA,
                        row > 0 ? mlp_table_file(table, row - 1) : table->source,
                        row > 0 ? mlp_table_line(table, row - 1) : 0, c + 1,
                        "column \"%s\": \"%s\" is not a date or time like the others; list it with "
                        "`missing` \"%s\", or leave the column out with `drop` %s",
                        table->names[c], text, text, mlpi_table_option(table, c, option));
}

/* Turns a column of texts into a column of times if its texts are dates or times. */
static mlp_status infer_times(const mlp_table *table, size_t c, mlpi_schema_column *column,
                              mlp_error *err)
{
    const mlpi_word *odd = NULL;
    bool unclear = false;
    size_t distinct = 0;
    column->style = mlpi_times_recognise(table, c, &odd, &unclear);
    if (column->style == MLPI_DATE_NONE)
        return MLP_OK;
    if (odd != NULL)
        return odd_date(table, c, odd, err);
    column->kind = MLPI_TIME;
    MLPI_TRY(mlpi_distinct_count(table, c, false, &distinct, err));
    snprintf(column->reason, sizeof column->reason, "dates or times, %s",
             mlpi_date_style_name(column->style));
    snprintf(column->note, sizeof column->note, "%s (%s%s)%s",
             column->style == MLPI_DATE_CLOCK ? "times" : "dates",
             mlpi_date_style_name(column->style),
             unclear ? ", a guess; write dates as 2024-12-24 if that is wrong" : "",
             column->style == MLPI_DATE_CLOCK
                 ? ", taken as numbers"
                 : ", taken as numbers: time, year, month, day of the week, hour");
    if (distinct == 1)
        ignore(column, "the same time in every row");
    return MLP_OK;
}

/* --- any input ------------------------------------------------------------------------------ */

mlp_status mlpi_infer_input(const mlp_table *table, size_t c, const mlpi_census *cells,
                            mlpi_wish wanted, mlpi_schema_column *column, mlp_error *err)
{
    if (wanted == MLPI_WISH_DROP) {
        ignore(column, "dropped by `drop`");
        return MLP_OK;
    }
    const mlpi_field field = mlpi_table_field(table, c);
    if (wanted == MLPI_NO_WISH && field.target) {
        ignore(column, "the file declares it an output, but it is not the target");
        return MLP_OK;
    }
    if (field.kind == MLPI_FIELD_PIXELS) {
        snprintf(column->reason, sizeof column->reason, "a pixel");
        return MLP_OK;
    }
    if (cells->numbers + cells->texts == 0) {
        ignore(column, "no value in any row");
        return MLP_OK;
    }
    if (wanted == MLPI_WISH_CATEGORICAL)
        return infer_categorical(table, c, cells, true, column, err);
    if (field.kind == MLPI_FIELD_LABELS && wanted == MLPI_NO_WISH)
        return infer_categorical(table, c, cells, false, column, err);
    if (cells->numbers == 0)
        MLPI_TRY(infer_times(table, c, column, err));
    if (column->style != MLPI_DATE_NONE)
        return MLP_OK;
    if (field.kind == MLPI_FIELD_TEXTS && wanted == MLPI_NO_WISH)
        return infer_categorical(table, c, cells, false, column, err);
    MLPI_TRY(mlpi_census_decimals(table, c, cells, err));
    if (cells->texts > 0 && (wanted == MLPI_WISH_NUMERIC || cells->numbers >= cells->texts))
        return not_a_number(table, cells, c, err);
    if (cells->texts > 0)
        return infer_categorical(table, c, cells, false, column, err);
    MLPI_TRY(mlpi_census_dress(table, c, cells->numbers, column->note, sizeof column->note, err));
    return infer_numeric(table, c, cells, wanted == MLPI_WISH_NUMERIC, column, err);
}

mlp_status mlpi_schema_look(const mlp_table *table, size_t c, const mlpi_census *cells,
                            mlpi_wish wish, mlpi_schema_column *column, mlp_error *err)
{
    return mlpi_infer_input(table, c, cells, wish, column, err);
}
