/* SPDX-License-Identifier: MIT */
/* Decides what the targets are, and which task follows from that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/distinct.h"
#include "schema/inference.h"
#include "schema/times.h"

/* Whole numbers with more distinct values than this are a quantity, not labels. */
enum { MOST_CLASSES = 20 };

/* The arguments of "%.*s%s" for a name in a reason, whose room is limited. */
#define SHORT(name) (int)mlpi_utf8_fit(name, strlen(name), 60), name, strlen(name) > 60 ? "…" : ""

static int letter_of(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* The order of two texts, ignoring case and blanks. */
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

/* Writes a note if two labels are probably meant to be the same. */
static void look_at_labels(mlpi_distinct *distinct, mlpi_schema_column *column)
{
    qsort(distinct->texts, distinct->count, sizeof *distinct->texts, by_letters);
    for (size_t k = 1; k < distinct->count; k++) {
        const mlpi_span *x = &distinct->texts[k - 1], *y = &distinct->texts[k];
        if (by_letters(x, y) != 0)
            continue;
        snprintf(column->note, sizeof column->note,
                 "the labels \"%.*s\" and \"%.*s\" differ only in case or spaces; each is a label "
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
    return mlpi_fail_at(
        err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row), column + 1,
        "the target \"%s\" holds numbers, but here it is \"%s\"; if that means no value, list it "
        "with `missing` \"%s\"; if all values are labels, give `task` classification",
        table->names[column], text, text);
}

static mlp_status check_numbers(const mlp_table *table, size_t c, const mlpi_census *cells,
                                const mlpi_schema *schema, mlp_error *err)
{
    char text[64];
    if (cells->numbers == 0 && schema->target_count > 1) {
        mlp_table_cell(table, cells->first_text, c, text, sizeof text);
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                            "several targets must be numbers, but \"%s\" holds texts, such as "
                            "\"%s\"; train a separate model for it",
                            table->names[c], text);
    }
    if (cells->numbers == 0) {
        mlp_table_cell(table, cells->first_text, c, text, sizeof text);
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                            "the target \"%s\" holds texts, such as \"%s\", but regression needs "
                            "numbers; leave `task` out to predict labels",
                            table->names[c], text);
    }
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

static bool are_dates(const mlp_table *table, size_t c)
{
    const mlpi_word *odd = NULL;
    bool unclear = false;
    return mlpi_times_recognise(table, c, &odd, &unclear) != MLPI_DATE_NONE ||
           mlpi_times_mixed(table, c);
}

/* A target with texts holds labels, except in two cases. If at least half of the cells are numbers,
 * and there are too many distinct values for labels or hardly any value occurs twice, the target is
 * a quantity of which some cells are wrong. And if there are many distinct texts, more than half as
 * many as rows, most of the texts occur only once, and nothing can be learnt from them. */
static mlp_status decide_texts(const mlp_table *table, size_t c, const mlpi_census *cells,
                               mlpi_schema *schema, mlp_error *err)
{
    const size_t rows = cells->numbers + cells->texts;
    size_t labels = 0;
    MLPI_TRY(mlpi_distinct_count(table, c, true, &labels, err));
    const bool seldom_twice = labels > rows / 2;
    if (cells->numbers >= cells->texts && (labels > MOST_CLASSES || seldom_twice))
        return target_is_no_number(table, cells->first_text, c, err);
    if (labels > MLPI_IDENTIFIER_TEXTS && seldom_twice && are_dates(table, c))
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                            "the target \"%s\" holds dates, which cannot be predicted; give a "
                            "column of numbers, such as the days until then, or of labels",
                            table->names[c]);
    if (labels > MLPI_IDENTIFIER_TEXTS && seldom_twice)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                            "the target \"%s\" holds %zu different texts in %zu rows, too many for "
                            "labels; if numbers are meant, write them plainly (1234.5); `task` "
                            "classification predicts the texts as labels anyway",
                            table->names[c], labels, rows);
    schema->task = MLP_TASK_CLASSIFICATION;
    snprintf(schema->task_reason, sizeof schema->task_reason, "the target \"%.*s%s\" holds texts",
             SHORT(table->names[c]));
    return MLP_OK;
}

/* Whole numbers with few distinct values are labels; all other numbers are quantities. */
static mlp_status decide_numbers(const mlp_table *table, size_t c, const mlpi_census *cells,
                                 mlpi_schema *schema, mlp_error *err)
{
    const char *name = table->names[c];
    size_t classes = 0;
    if (cells->whole)
        MLPI_TRY(mlpi_distinct_count(table, c, false, &classes, err));
    const bool few = classes <= MOST_CLASSES && classes * MLPI_ROWS_PER_CLASS <= cells->numbers;
    if (cells->whole && (few || classes == 2)) {
        schema->task = MLP_TASK_CLASSIFICATION;
        snprintf(schema->task_reason, sizeof schema->task_reason,
                 "the target \"%.*s%s\" holds %zu different whole numbers; `task` regression "
                 "treats them as quantities",
                 SHORT(name), classes);
    } else {
        snprintf(schema->task_reason, sizeof schema->task_reason,
                 "the target \"%.*s%s\" holds numbers; `task` classification treats them as labels",
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
             "the column \"%.*s%s\" holds %s, as the file declares", SHORT(table->names[c]),
             declared == MLPI_FIELD_LABELS ? "labels" : "quantities");
    return MLP_OK;
}

mlp_status mlpi_infer_targets(const mlp_table *table, const mlpi_census *counted, mlp_task wished,
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
            MLPI_TRY(check_numbers(table, c, &cells, schema, err));
            MLPI_TRY(mlpi_census_dress(table, c, cells.numbers, schema->column[c].note,
                                       sizeof schema->column[c].note, err));
            schema->column[c].kind = MLPI_NUMERIC;
        } else {
            MLPI_TRY(check_classes(table, c, &classes, &schema->column[c], err));
            schema->column[c].kind = MLPI_CATEGORICAL;
        }
    }
    if (schema->task == MLP_TASK_CLASSIFICATION && schema->target_count > 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "classification has one target, but there are %zu; train a separate model "
                         "for each, or leave out `task`",
                         schema->target_count);
    return MLP_OK;
}
