/* SPDX-License-Identifier: MIT */
/* Schema inference: decides what each column is, and says why in words for the user. */
#include "schema/schema.h"

#include <stdio.h>

#include "base/base.h"
#include "schema/inference.h"

/* --- requests --------------------------------------------------------------------------------- */

static mlp_status take_wishes(const mlp_table *table, const mlp_names *names, mlpi_wish kind,
                              mlpi_wish *wishes, mlp_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t column = 0;
        MLPI_TRY(mlp_table_find(table, names->items[i], &column, err));
        if (wishes[column] != MLPI_NO_WISH && wishes[column] != kind)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "column \"%s\" is named by more than one of `drop`, `categorical` and "
                             "`numeric`; name it once",
                             table->names[column]);
        wishes[column] = kind;
    }
    return MLP_OK;
}

mlp_status mlpi_schema_wishes(const mlp_table *table, const mlpi_schema_request *request,
                              mlpi_wish *wishes, mlp_error *err)
{
    MLPI_TRY(take_wishes(table, &request->drop, MLPI_WISH_DROP, wishes, err));
    MLPI_TRY(take_wishes(table, &request->categorical, MLPI_WISH_CATEGORICAL, wishes, err));
    return take_wishes(table, &request->numeric, MLPI_WISH_NUMERIC, wishes, err);
}

static mlp_status add_target(const mlp_table *table, size_t column, const mlpi_wish *wishes,
                             mlpi_schema *schema, mlp_error *err)
{
    mlpi_schema_column *c = &schema->column[column];
    if (wishes[column] == MLPI_WISH_DROP || c->role == MLPI_TARGET)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "column \"%s\" is %s", table->names[column],
                         c->role == MLPI_TARGET
                             ? "named twice as a target; name it once"
                             : "a target and cannot be dropped; leave it out of `drop`");
    c->role = MLPI_TARGET;
    snprintf(c->reason, sizeof c->reason, "the target");
    schema->targets[schema->target_count++] = column;
    return MLP_OK;
}

/* Takes the targets that the request names, or else those that the file declares. */
static mlp_status take_targets(const mlp_table *table, const mlp_names *names,
                               const mlpi_wish *wishes, mlpi_schema *schema, mlp_error *err)
{
    size_t count = names->count;
    for (size_t c = 0; names->count == 0 && c < table->columns; c++)
        count += mlpi_table_field(table, c).target ? 1 : 0;
    if (count == 0) {
        char list[400];
        mlpi_table_list(table, list, sizeof list);
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "no target: give the column to predict as `target`; the columns are: %s",
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

/* --- columns that describe the rows ---------------------------------------------------------- */

static mlp_status take_row_column(const mlp_table *table, const char *name, const char *option,
                                  const char *does, bool may_be_input, const mlpi_wish *wishes,
                                  mlpi_schema *schema, size_t *found, mlp_error *err)
{
    size_t c = 0;
    *found = MLPI_NO_COLUMN;
    if (name == NULL)
        return MLP_OK;
    MLPI_TRY(mlp_table_find(table, name, &c, err));
    mlpi_schema_column *column = &schema->column[c];
    const bool wished = wishes[c] == MLPI_WISH_CATEGORICAL || wishes[c] == MLPI_WISH_NUMERIC;
    if (column->role == MLPI_TARGET || (wished && !may_be_input))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "column \"%s\" of %s cannot be %s too; use it for one of the two",
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
                                   const mlpi_wish *wishes, mlpi_schema *schema, mlp_error *err)
{
    MLPI_TRY(take_row_column(table, request->group, "`validation-group`", "groups", false, wishes,
                             schema, &schema->group, err));
    MLPI_TRY(take_row_column(table, request->time, "`validation-time`", "orders", true, wishes,
                             schema, &schema->time, err));
    return take_row_column(table, request->weight, "`weight-column`", "weights", false, wishes,
                           schema, &schema->weight, err);
}

/* --- all columns
 * -------------------------------------------------------------------------------- */

/* Makes inputs of ignored columns that count the rows: they are better than no inputs at all.
 * Returns their number. */
static size_t take_back_counts(const mlp_table *table, const mlpi_wish *wishes,
                               const mlpi_census *cells, mlpi_schema *schema)
{
    size_t inputs = 0;
    for (size_t c = 0; c < table->columns; c++) {
        mlpi_schema_column *column = &schema->column[c];
        if (column->role != MLPI_IGNORED || wishes[c] != MLPI_NO_WISH || c == schema->group ||
            c == schema->time || c == schema->weight || cells[c].numbers < table->rows ||
            !mlpi_counts_the_rows(table, c))
            continue;
        *column = (mlpi_schema_column){.role = MLPI_INPUT, .kind = MLPI_NUMERIC};
        snprintf(column->reason, sizeof column->reason,
                 "it counts the rows, but is the only input");
        inputs++;
    }
    return inputs;
}

static mlp_status infer(const mlp_table *table, const mlpi_schema_request *request,
                        mlpi_wish *wishes, mlpi_census *cells, mlpi_schema *schema, mlp_error *err)
{
    MLPI_TRY(mlpi_schema_wishes(table, request, wishes, err));
    MLPI_TRY(take_targets(table, &request->targets, wishes, schema, err));
    mlpi_census_take(table, cells);
    MLPI_TRY(mlpi_infer_targets(table, cells, request->task, schema, err));
    MLPI_TRY(take_row_columns(table, request, wishes, schema, err));
    size_t inputs = 0;
    for (size_t c = 0; c < table->columns; c++) {
        if (schema->column[c].role != MLPI_INPUT)
            continue;
        MLPI_TRY(mlpi_infer_input(table, c, &cells[c], wishes[c], &schema->column[c], err));
        inputs += schema->column[c].role == MLPI_INPUT;
    }
    if (inputs == 0)
        inputs = take_back_counts(table, wishes, cells, schema);
    if (inputs == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "no input column is left besides the target; `numeric` or "
                            "`categorical` keeps a column");
    return MLP_OK;
}

mlp_status mlpi_schema_infer(const mlp_table *table, const mlpi_schema_request *request,
                             mlpi_schema *schema, mlp_error *err)
{
    mlpi_schema made = {.columns = table->columns};
    mlpi_wish *wishes = mlpi_allocate(table->columns, sizeof *wishes);
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
