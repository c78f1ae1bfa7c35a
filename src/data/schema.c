/* SPDX-License-Identifier: MIT */
/* Schema inference: what each column is and why, in words that can be shown. */
#include "data/schema.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "base/threads.h"
#include "data/distinct.h"
#include "data/number_style.h"

enum {
    MOST_CLASSES = 20,     /* whole numbers with more distinct values are a quantity, not labels */
    ROWS_PER_CLASS = 5,    /* and so are those with fewer rows for each */
    IDENTIFIER_TEXTS = 20, /* and more, distinct in more than half of the rows, say who, not what */
    MANY_TEXTS = 100,      /* and more, with fewer than ROWS_PER_CLASS rows for each: names */
    FEW_NUMBERS = 20       /* of which it cannot be said whether they are identifiers */
};

/* A name for "%.*s" of a reason, whose room is limited. */
#define SHORT(name) (int)mlpi_utf8_fit(name, strlen(name), 60), name

/* What the cells of a column are. */
typedef struct census {
    size_t numbers, missing, texts;
    size_t first_text; /* row */
    bool whole;        /* all numbers are whole */
    double lowest, highest;
} census;

/* --- numbers in everyday dress ---------------------------------------------------------------- */

/* A word of a column that is a number in such dress; NULL: there is none. */
static const mlpi_word *dressed_word(const mlp_table *table, size_t c, unsigned dress)
{
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++)
            if (column->words[i].cell == MLPI_CELL_NUMBER && (column->words[i].dress & dress) != 0)
                return &column->words[i];
    }
    return NULL;
}

/* How many cells are percentages. */
static size_t count_percentages(const mlp_table *table, size_t c)
{
    size_t count = 0;
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t r = 0; r < block->rows; r++) {
            const mlpi_word *word = mlpi_column_word(column, mlpi_column_code(column, r));
            count +=
                word != NULL && word->cell == MLPI_CELL_NUMBER && (word->dress & MLPI_PERCENT) != 0
                    ? 1
                    : 0;
        }
    }
    return count;
}

/* Notes how the numbers of a column are read, where they are not written plainly. */
static mlp_status look_at_dress(const mlp_table *table, size_t c, size_t numbers,
                                mlpi_schema_column *column, mlp_error *err)
{
    char value[32];
    const mlpi_word *word = dressed_word(table, c, MLPI_PERCENT | MLPI_CURRENCY | MLPI_GROUPS);
    if (word == NULL)
        return MLP_OK;
    const mlpi_word *percent = dressed_word(table, c, MLPI_PERCENT);
    const int length = (int)mlpi_utf8_fit(word->text, word->length, 40);
    if (percent != NULL && count_percentages(table, c) < numbers)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                            "column \"%s\" holds percentages (\"%.*s\") beside plain numbers: "
                            "write all in one way, or leave it out with --drop %s",
                            table->names[c], (int)mlpi_utf8_fit(percent->text, percent->length, 40),
                            percent->text, table->names[c]);
    mlp_number_text(word->number, value);
    snprintf(column->note, sizeof column->note, "\"%.*s\" is read as %s", length, word->text,
             value);
    return MLP_OK;
}

/* Whether all texts of a column are numbers with the other decimal mark. */
static bool has_other_decimals(const mlp_table *table, size_t c)
{
    char plain[MLPI_COMMA_ROOM];
    size_t texts = 0;
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++) {
            const mlpi_span text = {column->words[i].text, column->words[i].length};
            double value = 0.0;
            if (column->words[i].cell != MLPI_CELL_TEXT)
                continue;
            texts++;
            if (table->decimal == ',' ? !mlp_number_parse(text.text, text.length, &value)
                                      : mlpi_number_with_point(text, plain) == 0 &&
                                            mlpi_number_undress(text, ',', &value) == 0)
                return false;
        }
    }
    return texts > 0;
}

static mlp_status check_decimals(const mlp_table *table, size_t c, const census *cells,
                                 mlp_error *err)
{
    char text[64];
    if (cells->texts == 0 || !has_other_decimals(table, c))
        return MLP_OK;
    mlp_table_cell(table, cells->first_text, c, text, sizeof text);
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source,
                        mlp_table_line(table, cells->first_text), c + 1,
                        "column \"%s\": \"%s\" looks like a number with a decimal %s; say "
                        "--decimal '%c', or write all numbers in one way",
                        table->names[c], text, table->decimal == ',' ? "point" : "comma",
                        table->decimal == ',' ? '.' : ',');
}

/* --- counting --------------------------------------------------------------------------------- */

static void count_number(census *c, double value)
{
    const double last_fraction = 9007199254740992.0; /* 2^53 */
    c->numbers++;
    c->whole = c->whole && (fabs(value) >= last_fraction || value == (double)(int64_t)value);
    c->lowest = value < c->lowest ? value : c->lowest;
    c->highest = value > c->highest ? value : c->highest;
}

static census count_cells(const mlp_table *table, size_t column)
{
    census c = {.whole = true, .lowest = INFINITY, .highest = -INFINITY};
    mlpi_run run = {.cursor = {.table = table}, .column = column};
    for (size_t r = 0; r < table->rows; r++) {
        const double value = mlpi_run_number(&run, r);
        double none = 0.0;
        if (!isnan(value))
            count_number(&c, value);
        else if (mlpi_cursor_number(&run.cursor, r, column, &none) == MLPI_CELL_MISSING)
            c.missing++;
        else if (c.texts++ == 0)
            c.first_text = r;
    }
    return c;
}

/* What is looked at, a column by each thread. */
typedef struct look {
    const mlp_table *table;
    census *cells; /* of each column */
} look;

static void count_task(void *context, size_t column, int thread)
{
    const look *l = context;
    (void)thread;
    if (column >= l->table->pixels)
        l->cells[column] = count_cells(l->table, column);
}

static void count_all(const mlp_table *table, census *cells)
{
    enum { MANY_ROWS = 4096 }; /* for which threads are worth making */
    look l = {table, cells};
    mlpi_parallel(table->rows >= MANY_ROWS ? mlpi_threads(0) : 1, table->columns, count_task, &l);
}

static mlp_status not_a_number(const mlp_table *table, size_t row, size_t column, mlp_error *err)
{
    char text[64];
    mlp_table_cell(table, row, column, text, sizeof text);
    const char *name = table->names[column];
    return mlpi_fail_at(
        err, MLP_ERROR_DATA, table->source, mlp_table_line(table, row), column + 1,
        "column \"%s\": \"%s\" is not a number; list it with --missing \"%s\", or take "
        "the column as categories with --categorical %s",
        name, text, text, name);
}

/* `labels`: as the target's cells are taken, without what --label-trim takes off. */
static mlp_status count_distinct(const mlp_table *table, size_t column, bool labels, size_t *count,
                                 mlp_error *err)
{
    mlpi_distinct distinct;
    MLPI_TRY(mlpi_distinct_collect(table, column, NULL, table->rows, labels, &distinct, err));
    *count = distinct.count;
    mlpi_distinct_release(&distinct);
    return MLP_OK;
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
                             "column \"%s\" is named by more than one of --drop, --categorical and "
                             "--numeric",
                             table->names[column]);
        wishes[column] = kind;
    }
    return MLP_OK;
}

static mlp_status take_targets(const mlp_table *table, const mlp_names *names, const wish *wishes,
                               mlpi_schema *schema, mlp_error *err)
{
    mlp_names wanted = *names;
    if (wanted.count == 0 && table->targets > 0)
        wanted = (mlp_names){(const char *const *)table->names + table->columns - table->targets,
                             table->targets};
    if (wanted.count == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "no target: say which column to predict with --target");
    schema->targets = mlpi_allocate(wanted.count, sizeof *schema->targets);
    if (schema->targets == NULL)
        return mlpi_fail_memory(err, "the schema");
    for (size_t i = 0; i < wanted.count; i++) {
        size_t column = 0;
        MLPI_TRY(mlp_table_find(table, wanted.items[i], &column, err));
        mlpi_schema_column *c = &schema->column[column];
        if (wishes[column] == WISH_DROP || c->role == MLPI_TARGET)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "column \"%s\" is a target %s",
                             table->names[column],
                             c->role == MLPI_TARGET ? "twice" : "and cannot be dropped");
        c->role = MLPI_TARGET;
        snprintf(c->reason, sizeof c->reason, "the target");
        schema->targets[schema->target_count++] = column;
    }
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
             may_be_input ? "; --numeric or --categorical keeps it as an input" : "");
    return MLP_OK;
}

static mlp_status take_row_columns(const mlp_table *table, const mlpi_schema_request *request,
                                   const wish *wishes, mlpi_schema *schema, mlp_error *err)
{
    MLPI_TRY(take_row_column(table, request->group, "--validation-group", "divides", false, wishes,
                             schema, &schema->group, err));
    MLPI_TRY(take_row_column(table, request->time, "--validation-time", "orders", true, wishes,
                             schema, &schema->time, err));
    return take_row_column(table, request->weight, "--weight-column", "weighs", false, wishes,
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
    mlpi_run run = {.cursor = {.table = table}, .column = c};
    for (size_t r = 1; r < table->rows; r++) {
        const double before = mlpi_run_number(&run, r - 1);
        if (mlpi_run_number(&run, r) != before + 1.0)
            return false;
    }
    return true;
}

static mlp_status infer_numeric(const mlp_table *table, size_t c, const census *cells, bool wished,
                                mlpi_schema_column *column, mlp_error *err)
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
        MLPI_TRY(count_distinct(table, c, false, &distinct, err));
        if (distinct == cells->numbers)
            ignore(column, counts_the_rows(table, c)
                               ? "it counts the rows (--numeric keeps it)"
                               : "a different whole number in every row: an identifier "
                                 "(--numeric keeps it)");
    }
    return MLP_OK;
}

static mlp_status infer_categorical(const mlp_table *table, size_t c, const census *cells,
                                    bool wished, mlpi_schema_column *column, mlp_error *err)
{
    const size_t rows = cells->numbers + cells->texts;
    size_t distinct = 0;
    MLPI_TRY(count_distinct(table, c, false, &distinct, err));
    column->kind = MLPI_CATEGORICAL;
    snprintf(column->reason, sizeof column->reason, "%zu different texts in %zu rows", distinct,
             rows);
    if (wished)
        return MLP_OK;
    if (distinct == 1 && cells->missing == 0) {
        ignore(column, "the same text in every row");
    } else if (distinct > IDENTIFIER_TEXTS &&
               (distinct > rows / 2 ||
                (distinct > MANY_TEXTS && distinct > rows / ROWS_PER_CLASS))) {
        column->role = MLPI_IGNORED;
        snprintf(column->reason, sizeof column->reason,
                 "%zu different texts in %zu rows: %s (--categorical keeps it)", distinct, rows,
                 distinct > rows / 2 ? "an identifier" : "names, too few rows for each");
    }
    return MLP_OK;
}

static mlp_status infer_input(const mlp_table *table, size_t c, const census *cells, wish wanted,
                              mlpi_schema_column *column, mlp_error *err)
{
    if (wanted == WISH_DROP) {
        ignore(column, "dropped by --drop");
        return MLP_OK;
    }
    if (wanted == NO_WISH && c >= table->columns - table->targets) {
        ignore(column, "an output of the file, and not the target");
        return MLP_OK;
    }
    if (c < table->pixels) {
        snprintf(column->reason, sizeof column->reason, "a pixel");
        return MLP_OK;
    }
    if (cells->numbers + cells->texts == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                            "column \"%s\" has no value in any row; leave it out with --drop %s",
                            table->names[c], table->names[c]);
    if (wanted == WISH_CATEGORICAL)
        return infer_categorical(table, c, cells, true, column, err);
    MLPI_TRY(check_decimals(table, c, cells, err));
    if (cells->texts > 0 && (wanted == WISH_NUMERIC || cells->numbers >= cells->texts))
        return not_a_number(table, cells->first_text, c, err);
    if (cells->texts > 0)
        return infer_categorical(table, c, cells, false, column, err);
    MLPI_TRY(look_at_dress(table, c, cells->numbers, column, err));
    return infer_numeric(table, c, cells, wanted == WISH_NUMERIC, column, err);
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
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, mlp_table_line(table, row), column + 1,
                        "the target \"%s\" holds numbers, but here \"%s\"; if that means no value, "
                        "list it with --missing \"%s\"; if all of them are labels, say --task "
                        "classification",
                        table->names[column], text, text);
}

static mlp_status check_numbers(const mlp_table *table, size_t c, const census *cells,
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
static mlp_status decide_texts(const mlp_table *table, size_t c, const census *cells,
                               mlpi_schema *schema, mlp_error *err)
{
    const size_t rows = cells->numbers + cells->texts;
    size_t labels = 0;
    MLPI_TRY(count_distinct(table, c, true, &labels, err));
    const bool seldom_twice = labels > rows / 2;
    if (cells->numbers >= cells->texts && (labels > MOST_CLASSES || seldom_twice))
        return target_is_no_number(table, cells->first_text, c, err);
    if (labels > IDENTIFIER_TEXTS && seldom_twice)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, c + 1,
            "the target \"%s\" holds %zu different texts in %zu rows: they tell rows "
            "apart, not kinds of rows; numbers must be written plainly (1234.5), "
            "and --task classification takes them as labels all the same",
            table->names[c], labels, rows);
    schema->task = MLP_TASK_CLASSIFICATION;
    snprintf(schema->task_reason, sizeof schema->task_reason, "the target \"%.*s\" holds texts",
             SHORT(table->names[c]));
    return MLP_OK;
}

/* Few whole numbers are labels, others are quantities. */
static mlp_status decide_numbers(const mlp_table *table, size_t c, const census *cells,
                                 mlpi_schema *schema, mlp_error *err)
{
    const char *name = table->names[c];
    size_t classes = 0;
    if (cells->whole)
        MLPI_TRY(count_distinct(table, c, false, &classes, err));
    const bool few = classes <= MOST_CLASSES && classes * ROWS_PER_CLASS <= cells->numbers;
    if (cells->whole && (few || classes == 2)) {
        schema->task = MLP_TASK_CLASSIFICATION;
        snprintf(schema->task_reason, sizeof schema->task_reason,
                 "the target \"%.*s\" holds %zu different whole numbers; --task regression takes "
                 "them as quantities",
                 SHORT(name), classes);
    } else {
        snprintf(schema->task_reason, sizeof schema->task_reason,
                 "the target \"%.*s\" holds numbers; --task classification takes them as labels",
                 SHORT(name));
    }
    return MLP_OK;
}

static mlp_status decide_task(const mlp_table *table, size_t c, const census *cells,
                              mlp_task wished, mlpi_schema *schema, mlp_error *err)
{
    schema->task = wished;
    snprintf(schema->task_reason, sizeof schema->task_reason, "asked for by --task");
    if (wished != MLP_TASK_AUTO)
        return MLP_OK;
    schema->task = MLP_TASK_REGRESSION;
    if (schema->target_count > 1) {
        snprintf(schema->task_reason, sizeof schema->task_reason, "there are %zu targets",
                 schema->target_count);
        return MLP_OK;
    }
    if (cells->texts > 0)
        return decide_texts(table, c, cells, schema, err);
    if (!table->targets_are_labels || c < table->columns - table->targets)
        return decide_numbers(table, c, cells, schema, err);
    schema->task = MLP_TASK_CLASSIFICATION;
    snprintf(schema->task_reason, sizeof schema->task_reason,
             "the column \"%.*s\" of this format holds labels", SHORT(table->names[c]));
    return MLP_OK;
}

static mlp_status infer_targets(const mlp_table *table, const census *counted, mlp_task wished,
                                mlpi_schema *schema, mlp_error *err)
{
    for (size_t i = 0; i < schema->target_count; i++) {
        const size_t c = schema->targets[i];
        const census cells = counted[c];
        size_t classes = 0;
        if (cells.numbers + cells.texts == 0)
            return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                                "the target \"%s\" has no value in any row", table->names[c]);
        if (wished != MLP_TASK_CLASSIFICATION)
            MLPI_TRY(check_decimals(table, c, &cells, err));
        if (i == 0)
            MLPI_TRY(decide_task(table, c, &cells, wished, schema, err));
        if (schema->task == MLP_TASK_REGRESSION) {
            MLPI_TRY(check_numbers(table, c, &cells, err));
            MLPI_TRY(look_at_dress(table, c, cells.numbers, &schema->column[c], err));
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
static size_t take_back_counts(const mlp_table *table, const wish *wishes, const census *cells,
                               mlpi_schema *schema)
{
    size_t inputs = 0;
    for (size_t c = table->pixels; c < table->columns; c++) {
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
                        census *cells, mlpi_schema *schema, mlp_error *err)
{
    MLPI_TRY(take_wishes(table, &request->drop, WISH_DROP, wishes, err));
    MLPI_TRY(take_wishes(table, &request->categorical, WISH_CATEGORICAL, wishes, err));
    MLPI_TRY(take_wishes(table, &request->numeric, WISH_NUMERIC, wishes, err));
    MLPI_TRY(take_targets(table, &request->targets, wishes, schema, err));
    count_all(table, cells);
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
    census *cells = mlpi_allocate(table->columns, sizeof *cells);
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
