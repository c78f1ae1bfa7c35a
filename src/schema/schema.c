/* SPDX-License-Identifier: MIT */
/* Schema inference: what each column is and why, in words that can be shown. */
#include "schema/schema.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "data/distinct.h"
#include "data/strip.h"
#include "schema/census.h"
#include "schema/times.h"

enum {
    MOST_CLASSES = 20,     /* whole numbers with more distinct values are a quantity, not labels */
    ROWS_PER_CLASS = 5,    /* and so are those with fewer rows for each */
    IDENTIFIER_TEXTS = 20, /* and more, distinct in more than half of the rows, say who, not what */
    MANY_TEXTS = 100,      /* and more, with fewer than ROWS_PER_CLASS rows for each: names */
    FEW_NUMBERS = 20       /* of which it cannot be said whether they are identifiers */
};

/* A name for "%.*s" of a reason, whose room is limited. */
#define SHORT(name) (int)mlpi_utf8_fit(name, strlen(name), 60), name

/* A single text is probably a slip; many are another way of writing, as tickets and codes have. */
static mlp_status not_a_number(const mlp_table *table, const mlpi_census *cells, size_t column,
                               mlp_error *err)
{
    char text[64];
    const size_t row = cells->first_text;
    const char *name = table->names[column];
    mlp_table_cell(table, row, column, text, sizeof text);
    if (cells->texts > cells->numbers / 20 + 1)
        return mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_file(table, row),
                            mlp_table_line(table, row), column + 1,
                            "column \"%s\" holds %zu numbers and %zu other texts, such as \"%s\"; "
                            "leave it out with `drop` %s, or take it as categories with "
                            "`categorical` %s",
                            name, cells->numbers, cells->texts, text, name, name);
    return mlpi_fail_at(
        err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row), column + 1,
        "column \"%s\": \"%s\" is not a number; list it with `missing` \"%s\", leave the column "
        "out with `drop` %s, or take it as categories with `categorical` %s",
        name, text, text, name, name);
}

/* --- requests --------------------------------------------------------------------------------- */

typedef enum wish { NO_WISH, WISH_DROP, WISH_CATEGORICAL, WISH_NUMERIC } wish;

static mlp_status take_wishes(const mlp_table *table, const mlp_names *names, wish kind,
                              wish *wishes, mlp_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t column = 0;
        MLPI_TRY(mlp_table_find(table, names->items[i], &column, err));
        if (wishes[column] != NO_WISH && wishes[column] != kind)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "column \"%s\" is named by more than one of `drop`, `categorical` and "
                             "`numeric`",
                             table->names[column]);
        wishes[column] = kind;
    }
    return MLP_OK;
}

static mlp_status add_target(const mlp_table *table, size_t column, const wish *wishes,
                             mlpi_schema *schema, mlp_error *err)
{
    mlpi_schema_column *c = &schema->column[column];
    if (wishes[column] == WISH_DROP || c->role == MLPI_TARGET)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "column \"%s\" is a target %s",
                         table->names[column],
                         c->role == MLPI_TARGET ? "twice" : "and cannot be dropped");
    c->role = MLPI_TARGET;
    snprintf(c->reason, sizeof c->reason, "the target");
    schema->targets[schema->target_count++] = column;
    return MLP_OK;
}

/* Those that are named, else those that the file declares. */
static mlp_status take_targets(const mlp_table *table, const mlp_names *names, const wish *wishes,
                               mlpi_schema *schema, mlp_error *err)
{
    size_t count = names->count;
    for (size_t c = 0; names->count == 0 && c < table->columns; c++)
        count += mlpi_table_field(table, c).target ? 1 : 0;
    if (count == 0) {
        char list[400];
        mlpi_table_list(table, list, sizeof list);
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "no target: say which column to predict with `target`; the columns are: "
                         "%s",
                         list);
    }
    schema->targets = mlpi_allocate(count, sizeof *schema->targets);
    if (schema->targets == NULL)
        return mlpi_fail_memory(err, "the schema");
    for (size_t i = 0; i < names->count; i++) {
        size_t column = 0;
        MLPI_TRY(mlp_table_find(table, names->items[i], &column, err));
        MLPI_TRY(add_target(table, column, wishes, schema, err));
    }
    for (size_t c = 0; names->count == 0 && c < table->columns; c++)
        if (mlpi_table_field(table, c).target)
            MLPI_TRY(add_target(table, c, wishes, schema, err));
    return MLP_OK;
}

/* --- columns that are about the rows ---------------------------------------------------------- */

static mlp_status take_row_column(const mlp_table *table, const char *name, const char *option,
                                  const char *does, bool may_be_input, const wish *wishes,
                                  mlpi_schema *schema, size_t *found, mlp_error *err)
{
    size_t c = 0;
    *found = MLPI_NO_COLUMN;
    if (name == NULL)
        return MLP_OK;
    MLPI_TRY(mlp_table_find(table, name, &c, err));
    mlpi_schema_column *column = &schema->column[c];
    const bool wished = wishes[c] == WISH_CATEGORICAL || wishes[c] == WISH_NUMERIC;
    if (column->role == MLPI_TARGET || (wished && !may_be_input))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "column \"%s\" of %s cannot be %s too",
                         table->names[c], option,
                         column->role == MLPI_TARGET ? "the target" : "an input");
    *found = c;
    if (wished)
        return MLP_OK;
    column->role = MLPI_IGNORED;
    snprintf(column->reason, sizeof column->reason, "it %s the rows (%s%s)", does, option,
             may_be_input ? "; `numeric` or `categorical` keeps it as an input" : "");
    return MLP_OK;
}

static mlp_status take_row_columns(const mlp_table *table, const mlpi_schema_request *request,
                                   const wish *wishes, mlpi_schema *schema, mlp_error *err)
{
    MLPI_TRY(take_row_column(table, request->group, "`validation-group`", "divides", false, wishes,
                             schema, &schema->group, err));
    MLPI_TRY(take_row_column(table, request->time, "`validation-time`", "orders", true, wishes,
                             schema, &schema->time, err));
    return take_row_column(table, request->weight, "`weight-column`", "weighs", false, wishes,
                           schema, &schema->weight, err);
}

/* --- inputs ----------------------------------------------------------------------------------- */

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

/* Whether each row's number is one more than that of the row before. */
static bool counts_the_rows(const mlp_table *table, size_t c)
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
    snprintf(column->reason, sizeof column->reason, "%zu numbers, %zu missing", cells->numbers,
             cells->missing);
    if (wished)
        return MLP_OK;
    if (cells->lowest == cells->highest && cells->missing == 0) {
        ignore(column, "the same number in every row");
    } else if (cells->whole && cells->numbers >= FEW_NUMBERS && cells->missing == 0 &&
               (counts_the_rows(table, c) || named_like_an_identifier(table->names[c]))) {
        MLPI_TRY(mlpi_distinct_count(table, c, false, &distinct, err));
        if (distinct == cells->numbers)
            ignore(column, counts_the_rows(table, c)
                               ? "it counts the rows (`numeric` keeps it)"
                               : "a different whole number in every row: an identifier "
                                 "(`numeric` keeps it)");
    }
    return MLP_OK;
}

static mlp_status infer_categorical(const mlp_table *table, size_t c, const mlpi_census *cells,
                                    bool wished, mlpi_schema_column *column, mlp_error *err)
{
    const size_t rows = cells->numbers + cells->texts;
    const bool declared = mlpi_table_field(table, c).kind == MLPI_FIELD_LABELS;
    size_t distinct = 0;
    MLPI_TRY(mlpi_distinct_count(table, c, false, &distinct, err));
    column->kind = MLPI_CATEGORICAL;
    snprintf(column->reason, sizeof column->reason, "%zu different texts in %zu rows", distinct,
             rows);
    if (wished)
        return MLP_OK;
    if (distinct == 1 && cells->missing == 0) {
        ignore(column, "the same text in every row");
    } else if (!declared && distinct > IDENTIFIER_TEXTS &&
               (distinct > rows / 2 ||
                (distinct > MANY_TEXTS && distinct > rows / ROWS_PER_CLASS))) {
        column->role = MLPI_IGNORED;
        snprintf(column->reason, sizeof column->reason,
                 "%zu different texts in %zu rows: %s (`categorical` keeps it)", distinct, rows,
                 distinct > rows / 2 ? "an identifier" : "names, too few rows for each");
    }
    return MLP_OK;
}

/* --- dates and times -------------------------------------------------------------------------- */

static mlp_status odd_date(const mlp_table *table, size_t c, const mlpi_word *odd, mlp_error *err)
{
    mlpi_cursor cursor = {.table = table};
    char text[64], scratch[MLPI_DECIMAL_ROOM];
    size_t row = 0;
    for (size_t r = 0; row == 0 && r < table->rows; r++) {
        const mlpi_span span = mlpi_cursor_span(&cursor, r, c, false, scratch);
        row = mlpi_span_compare(span, (mlpi_span){odd->text, odd->length}) == 0 ? r + 1 : 0;
    }
    snprintf(text, sizeof text, "%.*s", (int)mlpi_utf8_fit(odd->text, odd->length, 60), odd->text);
    return mlpi_fail_at(err, MLP_ERROR_DATA,
                        row > 0 ? mlp_table_file(table, row - 1) : table->source,
                        row > 0 ? mlp_table_line(table, row - 1) : 0, c + 1,
                        "column \"%s\": \"%s\" is no date or time like the others; list it with "
                        "`missing` \"%s\", or leave the column out with `drop` %s",
                        table->names[c], text, text, table->names[c]);
}

/* Takes a column of texts as times where they are written as such. */
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
             unclear ? ", as nothing tells; write 2024-12-24 if that is wrong" : "",
             column->style == MLPI_DATE_CLOCK
                 ? ", taken as numbers"
                 : ", taken as numbers: time, year, month, day of the week, hour");
    if (distinct == 1)
        ignore(column, "the same time in every row");
    return MLP_OK;
}

static mlp_status infer_input(const mlp_table *table, size_t c, const mlpi_census *cells,
                              wish wanted, mlpi_schema_column *column, mlp_error *err)
{
    if (wanted == WISH_DROP) {
        ignore(column, "dropped by `drop`");
        return MLP_OK;
    }
    const mlpi_field field = mlpi_table_field(table, c);
    if (wanted == NO_WISH && field.target) {
        ignore(column, "an output of the file, and not the target");
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
    if (wanted == WISH_CATEGORICAL)
        return infer_categorical(table, c, cells, true, column, err);
    if (field.kind == MLPI_FIELD_LABELS && wanted == NO_WISH)
        return infer_categorical(table, c, cells, false, column, err);
    if (cells->numbers == 0)
        MLPI_TRY(infer_times(table, c, column, err));
    if (column->style != MLPI_DATE_NONE)
        return MLP_OK;
    if (field.kind == MLPI_FIELD_TEXTS && wanted == NO_WISH)
        return infer_categorical(table, c, cells, false, column, err);
    MLPI_TRY(mlpi_census_decimals(table, c, cells, err));
    if (cells->texts > 0 && (wanted == WISH_NUMERIC || cells->numbers >= cells->texts))
        return not_a_number(table, cells, c, err);
    if (cells->texts > 0)
        return infer_categorical(table, c, cells, false, column, err);
    MLPI_TRY(mlpi_census_dress(table, c, cells->numbers, column->note, sizeof column->note, err));
    return infer_numeric(table, c, cells, wanted == WISH_NUMERIC, column, err);
}

mlp_status mlpi_schema_look(const mlp_table *table, size_t c, const mlpi_census *cells,
                            mlpi_schema_column *column, mlp_error *err)
{
    return infer_input(table, c, cells, NO_WISH, column, err);
}

/* --- targets and the task --------------------------------------------------------------------- */

static int letter_of(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* The order of two texts without regard to case and to spaces. */
static int by_letters(const void *a, const void *b)
{
    const mlpi_span *x = a, *y = b;
    size_t i = 0, j = 0;
    for (;;) {
        while (i < x->length && (x->text[i] == ' ' || x->text[i] == '\t'))
            i++;
        while (j < y->length && (y->text[j] == ' ' || y->text[j] == '\t'))
            j++;
        if (i == x->length || j == y->length)
            return (i < x->length) - (j < y->length);
        const int order = letter_of(x->text[i++]) - letter_of(y->text[j++]);
        if (order != 0)
            return order;
    }
}

/* Notes labels that are probably meant to be one. */
static void look_at_labels(mlpi_distinct *distinct, mlpi_schema_column *column)
{
    qsort(distinct->texts, distinct->count, sizeof *distinct->texts, by_letters);
    for (size_t k = 1; k < distinct->count; k++) {
        const mlpi_span *x = &distinct->texts[k - 1], *y = &distinct->texts[k];
        if (by_letters(x, y) != 0)
            continue;
        snprintf(column->note, sizeof column->note,
                 "the labels \"%.*s\" and \"%.*s\" differ in case or spaces only; each is a class "
                 "of its own",
                 (int)mlpi_utf8_fit(x->text, x->length, 40), x->text,
                 (int)mlpi_utf8_fit(y->text, y->length, 40), y->text);
        return;
    }
}

static mlp_status check_classes(const mlp_table *table, size_t c, size_t *classes,
                                mlpi_schema_column *column, mlp_error *err)
{
    mlpi_distinct distinct;
    MLPI_TRY(mlpi_distinct_collect(table, c, NULL, table->rows, true, &distinct, err));
    *classes = distinct.count;
    char only[64] = "";
    if (distinct.count == 1)
        snprintf(only, sizeof only, "%.*s",
                 (int)mlpi_utf8_fit(distinct.texts[0].text, distinct.texts[0].length, 60),
                 distinct.texts[0].text);
    look_at_labels(&distinct, column);
    mlpi_distinct_release(&distinct);
    if (*classes == 1)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, c + 1,
            "the target \"%s\" is \"%s\" in every row; there is nothing to tell apart",
            table->names[c], only);
    return MLP_OK;
}

static mlp_status target_is_no_number(const mlp_table *table, size_t row, size_t column,
                                      mlp_error *err)
{
    char text[64];
    mlp_table_cell(table, row, column, text, sizeof text);
    return mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row),
                        column + 1,
                        "the target \"%s\" holds numbers, but here \"%s\"; if that means no value, "
                        "list it with `missing` \"%s\"; if all of them are labels, say `task` "
                        "classification",
                        table->names[column], text, text);
}

static mlp_status check_numbers(const mlp_table *table, size_t c, const mlpi_census *cells,
                                mlp_error *err)
{
    if (cells->texts > 0)
        return target_is_no_number(table, cells->first_text, c, err);
    if (cells->lowest == cells->highest)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, c + 1,
            "the target \"%s\" is the same number in every row; there is nothing to "
            "learn",
            table->names[c]);
    return MLP_OK;
}

/* Texts are labels, but for two cases that nobody means. Mostly numbers, more of them than there
 * are labels of any sort (or hardly one twice), are quantities of which some cells are wrong. And
 * where more than half of the rows are a label of their own, nothing can be learnt of most. */
static mlp_status decide_texts(const mlp_table *table, size_t c, const mlpi_census *cells,
                               mlpi_schema *schema, mlp_error *err)
{
    const size_t rows = cells->numbers + cells->texts;
    size_t labels = 0;
    MLPI_TRY(mlpi_distinct_count(table, c, true, &labels, err));
    const bool seldom_twice = labels > rows / 2;
    if (cells->numbers >= cells->texts && (labels > MOST_CLASSES || seldom_twice))
        return target_is_no_number(table, cells->first_text, c, err);
    if (labels > IDENTIFIER_TEXTS && seldom_twice)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, c + 1,
            "the target \"%s\" holds %zu different texts in %zu rows: they tell rows "
            "apart, not kinds of rows; numbers must be written plainly (1234.5), "
            "and `task` classification takes them as labels all the same",
            table->names[c], labels, rows);
    schema->task = MLP_TASK_CLASSIFICATION;
    snprintf(schema->task_reason, sizeof schema->task_reason, "the target \"%.*s\" holds texts",
             SHORT(table->names[c]));
    return MLP_OK;
}

/* Few whole numbers are labels, others are quantities. */
static mlp_status decide_numbers(const mlp_table *table, size_t c, const mlpi_census *cells,
                                 mlpi_schema *schema, mlp_error *err)
{
    const char *name = table->names[c];
    size_t classes = 0;
    if (cells->whole)
        MLPI_TRY(mlpi_distinct_count(table, c, false, &classes, err));
    const bool few = classes <= MOST_CLASSES && classes * ROWS_PER_CLASS <= cells->numbers;
    if (cells->whole && (few || classes == 2)) {
        schema->task = MLP_TASK_CLASSIFICATION;
        snprintf(schema->task_reason, sizeof schema->task_reason,
                 "the target \"%.*s\" holds %zu different whole numbers; `task` regression takes "
                 "them as quantities",
                 SHORT(name), classes);
    } else {
        snprintf(schema->task_reason, sizeof schema->task_reason,
                 "the target \"%.*s\" holds numbers; `task` classification takes them as labels",
                 SHORT(name));
    }
    return MLP_OK;
}

static mlp_status decide_task(const mlp_table *table, size_t c, const mlpi_census *cells,
                              mlp_task wished, mlpi_schema *schema, mlp_error *err)
{
    schema->task = wished;
    snprintf(schema->task_reason, sizeof schema->task_reason, "asked for by `task`");
    if (wished != MLP_TASK_AUTO)
        return MLP_OK;
    schema->task = MLP_TASK_REGRESSION;
    if (schema->target_count > 1) {
        snprintf(schema->task_reason, sizeof schema->task_reason, "there are %zu targets",
                 schema->target_count);
        return MLP_OK;
    }
    const unsigned declared = mlpi_table_field(table, c).kind;
    if (declared != MLPI_FIELD_LABELS && cells->texts > 0)
        return decide_texts(table, c, cells, schema, err);
    if (declared != MLPI_FIELD_LABELS && declared != MLPI_FIELD_NUMBERS)
        return decide_numbers(table, c, cells, schema, err);
    if (declared == MLPI_FIELD_LABELS)
        schema->task = MLP_TASK_CLASSIFICATION;
    snprintf(schema->task_reason, sizeof schema->task_reason,
             "the column \"%.*s\" holds %s, as the file says", SHORT(table->names[c]),
             declared == MLPI_FIELD_LABELS ? "labels" : "quantities");
    return MLP_OK;
}

static mlp_status infer_targets(const mlp_table *table, const mlpi_census *counted, mlp_task wished,
                                mlpi_schema *schema, mlp_error *err)
{
    for (size_t i = 0; i < schema->target_count; i++) {
        const size_t c = schema->targets[i];
        const mlpi_census cells = counted[c];
        size_t classes = 0;
        if (cells.numbers + cells.texts == 0)
            return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                                "the target \"%s\" has no value in any row", table->names[c]);
        if (wished != MLP_TASK_CLASSIFICATION)
            MLPI_TRY(mlpi_census_decimals(table, c, &cells, err));
        if (i == 0)
            MLPI_TRY(decide_task(table, c, &cells, wished, schema, err));
        if (schema->task == MLP_TASK_REGRESSION) {
            MLPI_TRY(check_numbers(table, c, &cells, err));
            MLPI_TRY(mlpi_census_dress(table, c, cells.numbers, schema->column[c].note,
                                       sizeof schema->column[c].note, err));
            schema->column[c].kind = MLPI_NUMERIC;
        } else {
            MLPI_TRY(check_classes(table, c, &classes, &schema->column[c], err));
            schema->column[c].kind = MLPI_CATEGORICAL;
        }
    }
    if (schema->task == MLP_TASK_CLASSIFICATION && schema->target_count > 1)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "classification has one target, but %zu are named; several targets are for "
            "regression",
            schema->target_count);
    return MLP_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Numbers that count the rows are better than no inputs at all. Returns how many there are. */
static size_t take_back_counts(const mlp_table *table, const wish *wishes, const mlpi_census *cells,
                               mlpi_schema *schema)
{
    size_t inputs = 0;
    for (size_t c = 0; c < table->columns; c++) {
        mlpi_schema_column *column = &schema->column[c];
        if (column->role != MLPI_IGNORED || wishes[c] != NO_WISH || c == schema->group ||
            c == schema->time || c == schema->weight || cells[c].numbers < table->rows ||
            !counts_the_rows(table, c))
            continue;
        *column = (mlpi_schema_column){.role = MLPI_INPUT, .kind = MLPI_NUMERIC};
        snprintf(column->reason, sizeof column->reason, "it counts the rows, and is all there is");
        inputs++;
    }
    return inputs;
}

static mlp_status infer(const mlp_table *table, const mlpi_schema_request *request, wish *wishes,
                        mlpi_census *cells, mlpi_schema *schema, mlp_error *err)
{
    MLPI_TRY(take_wishes(table, &request->drop, WISH_DROP, wishes, err));
    MLPI_TRY(take_wishes(table, &request->categorical, WISH_CATEGORICAL, wishes, err));
    MLPI_TRY(take_wishes(table, &request->numeric, WISH_NUMERIC, wishes, err));
    MLPI_TRY(take_targets(table, &request->targets, wishes, schema, err));
    mlpi_census_take(table, cells);
    MLPI_TRY(infer_targets(table, cells, request->task, schema, err));
    MLPI_TRY(take_row_columns(table, request, wishes, schema, err));
    size_t inputs = 0;
    for (size_t c = 0; c < table->columns; c++) {
        if (schema->column[c].role != MLPI_INPUT)
            continue;
        MLPI_TRY(infer_input(table, c, &cells[c], wishes[c], &schema->column[c], err));
        inputs += schema->column[c].role == MLPI_INPUT;
    }
    if (inputs == 0)
        inputs = take_back_counts(table, wishes, cells, schema);
    if (inputs == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "no input column is left besides the target");
    return MLP_OK;
}

mlp_status mlpi_schema_infer(const mlp_table *table, const mlpi_schema_request *request,
                             mlpi_schema *schema, mlp_error *err)
{
    mlpi_schema made = {.columns = table->columns};
    wish *wishes = mlpi_allocate(table->columns, sizeof *wishes);
    mlpi_census *cells = mlpi_allocate(table->columns, sizeof *cells);
    made.column = mlpi_allocate(table->columns, sizeof *made.column);
    const mlp_status status = wishes == NULL || cells == NULL || made.column == NULL
                                  ? mlpi_fail_memory(err, "the schema")
                                  : infer(table, request, wishes, cells, &made, err);
    mlpi_free(wishes);
    mlpi_free(cells);
    if (status == MLP_OK)
        *schema = made;
    else
        mlpi_schema_release(&made);
    return status;
}

void mlpi_schema_release(mlpi_schema *schema)
{
    mlpi_free(schema->column);
    mlpi_free(schema->targets);
    *schema = (mlpi_schema){0};
}
