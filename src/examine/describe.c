/* SPDX-License-Identifier: MIT */
/* The description of a table's columns: types, use in training, examples, and remarks on the
 * targets. */
#include "mlp/describe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "data/distinct.h"
#include "mlp/options.h"
#include "schema/census.h"
#include "schema/leakage.h"
#include "schema/schema.h"
#include "schema/times.h"

enum { EXAMPLES = 3, MOST_REMARKS = 2 + MLPI_MOST_LEAKS };

typedef struct facts {
    mlp_column_type type;
    const char *use;
    char *reason;
    size_t missing, distinct;
    size_t lowest, highest; /* rows with the lowest and the highest value */
    bool has_range;
    size_t examples[EXAMPLES], example_count;
} facts;

struct mlp_description {
    size_t columns;
    facts *column;
    char *remarks[MOST_REMARKS];
    size_t remark_count;
};

const char *mlp_column_type_name(mlp_column_type type)
{
    static const char *const names[] = {"empty", "integer",    "real", "boolean", "categorical",
                                        "time",  "identifier", "text", "mixed"};
    return (size_t)type < sizeof names / sizeof names[0] ? names[type] : NULL;
}

/* --- types ------------------------------------------------------------------------------------ */

static bool is_listed(mlpi_span text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == text.length && strncasecmp(*words, text.text, text.length) == 0)
            return true;
    return false;
}

static bool is_boolean(const mlpi_distinct *distinct)
{
    static const char *const words[] = {"yes", "no", "y", "n",  "true", "false", "t",
                                        "f",   "0",  "1", "on", "off",  NULL};
    return distinct->count == 2 && is_listed(distinct->texts[0], words) &&
           is_listed(distinct->texts[1], words);
}

/* Whether the texts have three words or more on average. */
static bool are_sentences(const mlpi_distinct *distinct)
{
    size_t spaces = 0;
    for (size_t i = 0; i < distinct->count; i++)
        for (size_t k = 0; k < distinct->texts[i].length; k++)
            spaces += distinct->texts[i].text[k] == ' ' ? 1 : 0;
    return spaces >= 2 * distinct->count;
}

static mlp_column_type type_of(const mlpi_census *cells, const mlpi_distinct *distinct,
                               const mlpi_schema_column *column)
{
    const bool many = distinct->count > 1 && column->role == MLPI_IGNORED;
    if (is_boolean(distinct))
        return MLP_COLUMN_BOOLEAN;
    if (column->kind == MLPI_TIME)
        return MLP_COLUMN_TIME;
    if (cells->texts == 0)
        return many ? MLP_COLUMN_IDENTIFIER : cells->whole ? MLP_COLUMN_INTEGER : MLP_COLUMN_REAL;
    if (many)
        return are_sentences(distinct) ? MLP_COLUMN_TEXT : MLP_COLUMN_IDENTIFIER;
    return MLP_COLUMN_CATEGORICAL;
}

static const char *use_of(const mlpi_schema_column *column)
{
    static const char *const uses[] = {
        [MLPI_NUMERIC] = "numbers", [MLPI_CATEGORICAL] = "categories", [MLPI_TIME] = "time"};
    return column->role == MLPI_IGNORED ? "no" : uses[column->kind];
}

/* --- example rows ----------------------------------------------------------------------------- */

static void find_range(const mlp_table *table, size_t c, const mlpi_schema_column *column, facts *f)
{
    mlpi_cursor cursor = {.table = table};
    double lowest = INFINITY, highest = -INFINITY;
    for (size_t r = 0; r < table->rows; r++) {
        double value = (double)NAN;
        if (column->kind == MLPI_TIME)
            value = mlpi_times_cell(&cursor, r, c, column->style);
        else if (mlpi_cursor_number(&cursor, r, c, &value) != MLPI_CELL_NUMBER)
            value = (double)NAN;
        if (isnan(value))
            continue;
        f->lowest = value < lowest ? r : f->lowest;
        f->highest = value > highest ? r : f->highest;
        lowest = value < lowest ? value : lowest;
        highest = value > highest ? value : highest;
    }
    f->has_range = lowest <= highest;
}

static bool is_new(const mlp_table *table, size_t c, size_t row, const facts *f)
{
    char scratch[2][MLPI_DECIMAL_ROOM];
    mlpi_cursor one = {.table = table}, other = {.table = table};
    const mlpi_span text = mlpi_cursor_span(&one, row, c, false, scratch[0]);
    for (size_t i = 0; i < f->example_count; i++) {
        const mlpi_span before = mlpi_cursor_span(&other, f->examples[i], c, false, scratch[1]);
        if (mlpi_span_compare(text, before) == 0)
            return false;
    }
    return true;
}

static void find_examples(const mlp_table *table, size_t c, facts *f)
{
    enum { LOOKED_AT = 1000 };
    for (size_t r = 0; r < table->rows && r < LOOKED_AT && f->example_count < EXAMPLES; r++)
        if (!mlpi_table_is_missing(table, r, c) && is_new(table, c, r, f))
            f->examples[f->example_count++] = r;
}

/* --- reasons ---------------------------------------------------------------------------------- */

static mlp_status give_reason(facts *f, const char *reason, const char *note, mlp_error *err)
{
    const char *between = note[0] != '\0' ? "; " : "";
    f->reason = NULL;
    if (asprintf(&f->reason, "%s%s%s", reason, between, note) >= 0)
        return MLP_OK;
    f->reason = NULL;
    return mlpi_fail_memory(err, "the description");
}

/* --- columns ---------------------------------------------------------------------------------- */

static mlp_status describe(const mlp_table *table, size_t c, const mlpi_census *cells,
                           mlpi_wish wish, facts *f, mlp_error *err)
{
    mlpi_schema_column column = {0};
    mlpi_distinct distinct;
    mlp_error why = {0};
    if (mlpi_table_field(table, c).kind == MLPI_FIELD_PIXELS) {
        *f = (facts){.type = MLP_COLUMN_INTEGER, .use = "numbers"};
        return give_reason(f, "a pixel", "", err);
    }
    *f = (facts){.type = MLP_COLUMN_EMPTY, .use = "no", .missing = cells->missing};
    if (cells->numbers + cells->texts == 0)
        return give_reason(f, "no value in any row", "", err);
    MLPI_TRY(mlpi_distinct_collect(table, c, NULL, table->rows, false, &distinct, err));
    const bool dropped = wish == MLPI_WISH_DROP; /* a wish that does not affect the type */
    mlp_status status =
        mlpi_schema_look(table, c, cells, dropped ? MLPI_NO_WISH : wish, &column, &why);
    f->distinct = distinct.count;
    f->type = status == MLP_OK ? type_of(cells, &distinct, &column) : MLP_COLUMN_MIXED;
    if (dropped && status != MLP_ERROR_MEMORY) {
        column = (mlpi_schema_column){0};
        status = mlpi_schema_look(table, c, cells, wish, &column, &why);
    }
    f->use = status == MLP_OK ? use_of(&column) : "no";
    mlpi_distinct_release(&distinct);
    if (status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, "the description");
    MLPI_TRY(give_reason(f, status == MLP_OK ? column.reason : why.message,
                         column.kind != MLPI_TIME ? column.note : "", err));
    find_examples(table, c, f);
    if (column.kind == MLPI_TIME || cells->numbers > 0)
        find_range(table, c, &column, f);
    return MLP_OK;
}

static mlp_status describe_all(const mlp_table *table, const mlpi_schema_request *request,
                               mlpi_wish *wishes, mlpi_census *cells, mlp_description *d,
                               mlp_error *err)
{
    MLPI_TRY(mlpi_schema_wishes(table, request, wishes, err));
    mlpi_census_take(table, cells);
    for (size_t c = 0; c < table->columns; c++)
        MLPI_TRY(describe(table, c, &cells[c], wishes[c], &d->column[c], err));
    return MLP_OK;
}

static mlp_status describe_columns(const mlp_table *table, const mlpi_schema_request *request,
                                   mlp_description *d, mlp_error *err)
{
    mlpi_census *cells = mlpi_allocate(table->columns, sizeof *cells);
    mlpi_wish *wishes = mlpi_allocate(table->columns, sizeof *wishes);
    d->columns = table->columns;
    d->column = mlpi_allocate(table->columns, sizeof *d->column);
    const bool room = d->column != NULL && cells != NULL && wishes != NULL;
    const mlp_status status = room ? describe_all(table, request, wishes, cells, d, err)
                                   : mlpi_fail_memory(err, "the description");
    mlpi_free(cells);
    mlpi_free(wishes);
    return status;
}

/* --- the targets ------------------------------------------------------------------------------ */

static mlp_status remark(mlp_description *d, const char *sentence, mlp_error *err)
{
    char *copy = strdup(sentence);
    if (copy == NULL)
        return mlpi_fail_memory(err, "the description");
    d->remarks[d->remark_count++] = copy;
    return MLP_OK;
}

static mlp_status remark_leaks(const mlp_table *table, const mlpi_schema *schema,
                               mlp_description *d, mlp_error *err)
{
    char task[240];
    mlpi_leaks leaks;
    snprintf(task, sizeof task, "%s: %s.",
             schema->task == MLP_TASK_CLASSIFICATION ? "Classification" : "Regression",
             schema->task_reason);
    MLPI_TRY(remark(d, task, err));
    MLPI_TRY(mlpi_leaks_find(table, schema, NULL, table->rows, &leaks, err));
    for (size_t i = 0; i < leaks.count; i++)
        MLPI_TRY(remark(d, leaks.leak[i].sentence, err));
    return MLP_OK;
}

/* Makes the request also drop the columns that training would refuse. Returns the names of all
 * dropped columns, which the caller frees; NULL: out of memory. */
static const char **without_mixed(const mlp_table *table, const mlp_description *d,
                                  mlpi_schema_request *request)
{
    const char **dropped = mlpi_allocate(request->drop.count + d->columns, sizeof *dropped);
    size_t count = 0;
    for (size_t i = 0; dropped != NULL && i < request->drop.count; i++)
        dropped[count++] = request->drop.items[i];
    for (size_t c = 0; dropped != NULL && c < d->columns; c++)
        if (d->column[c].type == MLP_COLUMN_MIXED)
            dropped[count++] = table->names[c];
    request->drop = (mlp_names){dropped, count};
    return dropped;
}

/* Remarks on task and leaks. If training would refuse the data: sets *refused and remarks why. */
static mlp_status remark_training(const mlp_table *table, const mlpi_schema_request *request,
                                  mlp_description *d, bool *refused, mlp_error *err)
{
    mlpi_schema schema;
    mlp_error why = {0};
    mlp_status status = mlpi_schema_infer(table, request, &schema, &why);
    *refused = status == MLP_ERROR_DATA;
    if (*refused)
        return remark(d, why.message, err);
    if (status == MLP_OK) {
        status = remark_leaks(table, &schema, d, err);
        mlpi_schema_release(&schema);
    } else if (err != NULL) {
        *err = why;
    }
    return status;
}

/* Remarks on task and leaks without the columns that training refuses. */
static mlp_status remark_others(const mlp_table *table, mlpi_schema_request request,
                                mlp_description *d, mlp_error *err)
{
    mlpi_schema schema;
    const char **dropped = without_mixed(table, d, &request);
    if (dropped == NULL)
        return mlpi_fail_memory(err, "the description");
    mlp_status status = mlpi_schema_infer(table, &request, &schema, NULL);
    if (status == MLP_OK) {
        status = remark_leaks(table, &schema, d, err);
        mlpi_schema_release(&schema);
    } else {
        status = status == MLP_ERROR_MEMORY ? mlpi_fail_memory(err, "the description") : MLP_OK;
    }
    mlpi_free(dropped);
    return status;
}

static mlp_status remark_targets(const mlp_table *table, const mlpi_schema_request *request,
                                 mlp_description *d, mlp_error *err)
{
    size_t column;
    bool refused = false;
    for (size_t i = 0; i < request->targets.count; i++)
        MLPI_TRY(mlp_table_find(table, request->targets.items[i], &column, err));
    if (request->targets.count > 0)
        MLPI_TRY(remark_training(table, request, d, &refused, err));
    return refused ? remark_others(table, *request, d, err) : MLP_OK;
}

/* --- the description -------------------------------------------------------------------------- */

static mlp_status describe_by(const mlp_table *table, const mlpi_schema_request *request,
                              mlp_description **description, mlp_error *err)
{
    mlp_description *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the description");
    mlp_status status = describe_columns(table, request, made, err);
    if (status == MLP_OK)
        status = remark_targets(table, request, made, err);
    if (status == MLP_OK)
        *description = made;
    else
        mlp_description_free(made);
    return status;
}

mlp_status mlp_describe(const mlp_table *table, mlp_description **description, mlp_error *err)
{
    return describe_by(table, &(mlpi_schema_request){0}, description, err);
}

mlp_status mlp_describe_for(const mlp_table *table, const mlp_names *targets,
                            mlp_description **description, mlp_error *err)
{
    return describe_by(table, &(mlpi_schema_request){.targets = *targets}, description, err);
}

mlp_status mlp_describe_by(const mlp_table *table, const mlp_train_options *options,
                           mlp_description **description, mlp_error *err)
{
    return describe_by(
        table,
        &(mlpi_schema_request){.targets = mlp_train_options_names(options, "target"),
                               .drop = mlp_train_options_names(options, "drop"),
                               .categorical = mlp_train_options_names(options, "categorical"),
                               .numeric = mlp_train_options_names(options, "numeric")},
        description, err);
}

void mlp_description_free(mlp_description *description)
{
    if (description == NULL)
        return;
    for (size_t c = 0; description->column != NULL && c < description->columns; c++)
        free(description->column[c].reason);
    for (size_t i = 0; i < description->remark_count; i++)
        free(description->remarks[i]);
    mlpi_free(description->column);
    free(description);
}

mlp_column_type mlp_description_type(const mlp_description *description, size_t c)
{
    return description->column[c].type;
}

const char *mlp_description_use(const mlp_description *description, size_t c)
{
    return description->column[c].use;
}

const char *mlp_description_reason(const mlp_description *description, size_t c)
{
    return description->column[c].reason;
}

size_t mlp_description_missing(const mlp_description *description, size_t c)
{
    return description->column[c].missing;
}

size_t mlp_description_distinct(const mlp_description *description, size_t c)
{
    return description->column[c].distinct;
}

bool mlp_description_range(const mlp_description *description, size_t c, size_t *lowest,
                           size_t *highest)
{
    const facts *f = &description->column[c];
    *lowest = f->lowest;
    *highest = f->highest;
    return f->has_range;
}

bool mlp_description_example(const mlp_description *description, size_t c, size_t i, size_t *row)
{
    const facts *f = &description->column[c];
    if (i < f->example_count)
        *row = f->examples[i];
    return i < f->example_count;
}

const char *mlp_description_remark(const mlp_description *description, size_t i)
{
    return i < description->remark_count ? description->remarks[i] : NULL;
}
