/* SPDX-License-Identifier: MIT */
/* Builds tables from a program's arrays, column by column. The builder keeps the first failure and
 * reports it at the end. */
#include <stdlib.h>
#include <string.h>

#include "arrays/columns.h"

struct mlp_table_builder {
    mlp_table *table; /* gets its columns at the end */
    size_t rows, count, names_room, columns_room;
    char **names; /* NULL for a column without a name */
    mlpi_column *columns;
    mlp_status status; /* of the first failure */
    mlp_error err;     /* of the first failure */
};

static const size_t number_size[] = {8, 4, 2, 1, 2, 4, 8, 1, 2, 4, 8}; /* by mlp_number_type */
enum { NUMBER_TYPES = sizeof number_size / sizeof number_size[0] };

mlp_table_builder *mlp_table_builder_create(const char *source, size_t rows)
{
    mlp_table_builder *made = calloc(1, sizeof *made);
    mlp_table *table = made != NULL ? calloc(1, sizeof *table) : NULL;
    if (table == NULL || (table->source = mlpi_utf8_copy(source)) == NULL) {
        free(table);
        free(made);
        return NULL;
    }
    table->decimal = '.';
    made->table = table;
    made->rows = rows;
    if (rows == 0 || rows > UINT32_MAX - 1)
        made->status = mlpi_fail_at(&made->err, MLP_ERROR_ARGUMENT, table->source, 0, 0,
                                    "%zu rows; a table must have 1 to %u", rows, UINT32_MAX - 1);
    return made;
}

void mlp_table_builder_free(mlp_table_builder *b)
{
    if (b == NULL)
        return;
    for (size_t c = 0; c < b->count; c++)
        free(b->names[c]);
    free(b->names);
    free(b->columns);
    mlp_table_free(b->table);
    free(b);
}

/* --- adding columns --------------------------------------------------------------------------- */

/* Whether columns can be added: there is a builder, and it has not failed. */
static bool goes_on(const mlp_table_builder *b)
{
    return b != NULL && b->status == MLP_OK;
}

/* The name of a column for messages. */
static const char *called(const char *name)
{
    return name != NULL ? name : "";
}

static mlp_status check_name(mlp_table_builder *b, const char *name)
{
    if (b->count == MLP_MAX_COLUMNS)
        return mlpi_fail_at(&b->err, MLP_ERROR_ARGUMENT, b->table->source, 0, 0,
                            "more than %d columns", MLP_MAX_COLUMNS);
    if (name != NULL && !mlpi_utf8_is_sound(name, strlen(name)))
        return mlpi_fail_at(&b->err, MLP_ERROR_ARGUMENT, b->table->source, 0, 0,
                            "the name of column %zu is not UTF-8", b->count + 1);
    return MLP_OK;
}

static mlp_status take_column(mlp_table_builder *b, const char *name, const mlpi_column *column)
{
    char *copy = name != NULL ? mlpi_copy_text(name, strlen(name)) : NULL;
    if ((name != NULL && copy == NULL) ||
        !mlpi_grow(&b->names, &b->names_room, b->count + 1, sizeof *b->names) ||
        !mlpi_grow(&b->columns, &b->columns_room, b->count + 1, sizeof *b->columns)) {
        free(copy);
        return mlpi_fail_memory(&b->err, "a column");
    }
    b->table->has_header = b->table->has_header || name != NULL;
    b->names[b->count] = copy;
    b->columns[b->count++] = *column;
    return MLP_OK;
}

static void add_texts(mlp_table_builder *b, const char *name, mlpi_text_of text_of, void *context)
{
    mlpi_column column;
    if (!goes_on(b))
        return;
    b->status = check_name(b, name);
    if (b->status == MLP_OK)
        b->status = mlpi_column_of_texts(b->table, called(name), b->rows, text_of, context, &column,
                                         &b->err);
    if (b->status == MLP_OK)
        b->status = take_column(b, name, &column);
}

static void add_numbers(mlp_table_builder *b, const char *name, mlp_number_type type,
                        const mlpi_array *numbers)
{
    mlpi_column column;
    b->status = check_name(b, name);
    if (b->status == MLP_OK)
        b->status = mlpi_column_of_numbers(b->table, called(name), b->rows, type, numbers, &column,
                                           &b->err);
    if (b->status == MLP_OK)
        b->status = take_column(b, name, &column);
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Replaces an array of numbers with a contiguous copy, which the table keeps. */
static mlp_status copy_numbers(mlp_table_builder *b, size_t size, mlpi_array *numbers)
{
    const size_t bits = numbers->valid != NULL ? (b->rows + 7) / 8 : 0;
    size_t bytes = 0;
    unsigned char *copy = mlpi_multiply(b->rows, size, &bytes) && mlpi_add(bytes, bits, &bytes)
                              ? malloc(bytes)
                              : NULL;
    if (copy == NULL || !mlpi_table_keep(b->table, free, copy)) {
        free(copy);
        return mlpi_fail_memory(&b->err, "a column of numbers");
    }
    for (size_t r = 0; r < b->rows; r++)
        memcpy(copy + r * size, numbers->values + (ptrdiff_t)r * numbers->stride, size);
    if (bits > 0)
        numbers->valid = memcpy(copy + b->rows * size, numbers->valid, bits);
    numbers->values = copy;
    numbers->stride = (ptrdiff_t)size;
    return MLP_OK;
}

static mlp_status no_type(mlp_table_builder *b, mlp_number_type type)
{
    return mlpi_fail(&b->err, MLP_ERROR_ARGUMENT, "%d is not a value of mlp_number_type",
                     (int)type);
}

void mlp_table_add_numbers(mlp_table_builder *b, const char *name, mlp_number_type type,
                           const void *values, ptrdiff_t stride, const uint8_t *valid)
{
    if (!goes_on(b))
        return;
    if ((size_t)type >= NUMBER_TYPES) {
        b->status = no_type(b, type);
        return;
    }
    mlpi_array numbers = {.values = values,
                          .stride = stride != 0 ? stride : (ptrdiff_t)number_size[type],
                          .valid = valid};
    b->status = copy_numbers(b, number_size[type], &numbers);
    if (b->status == MLP_OK)
        add_numbers(b, name, type, &numbers);
}

void mlp_table_borrow_numbers(mlp_table_builder *b, const char *name, mlp_number_type type,
                              const void *values, ptrdiff_t stride, const uint8_t *valid,
                              void (*release)(void *context), void *context)
{
    const bool kept =
        release == NULL || (goes_on(b) && mlpi_table_keep(b->table, release, context));
    if (!kept)
        release(context);
    if (!goes_on(b))
        return;
    if (!kept)
        b->status = mlpi_fail_memory(&b->err, "a column of numbers");
    else if ((size_t)type >= NUMBER_TYPES)
        b->status = no_type(b, type);
    else
        add_numbers(b, name, type,
                    &(mlpi_array){.values = values,
                                  .stride = stride != 0 ? stride : (ptrdiff_t)number_size[type],
                                  .valid = valid});
}

/* --- texts ------------------------------------------------------------------------------------ */

static mlp_status text_of_pointer(void *context, size_t row, char *scratch, mlpi_span *text,
                                  mlp_error *err)
{
    const char *const *texts = context;
    (void)scratch, (void)err;
    if (texts[row] != NULL)
        *text = (mlpi_span){texts[row], strlen(texts[row])};
    return MLP_OK;
}

void mlp_table_add_texts(mlp_table_builder *b, const char *name, const char *const *texts)
{
    add_texts(b, name, text_of_pointer, (void *)(uintptr_t)texts);
}

/* Texts that lie one after another in `bytes`; text i ends where text i + 1 begins. */
typedef struct joined {
    const mlp_table_builder *b;
    const char *name, *bytes;
    const int64_t *offsets;
    const uint8_t *valid;
} joined;

static mlp_status text_of_joined(void *context, size_t row, char *scratch, mlpi_span *text,
                                 mlp_error *err)
{
    const joined *j = context;
    const int64_t first = j->offsets[row], end = j->offsets[row + 1];
    (void)scratch;
    if (first < 0 || end < first || (uint64_t)end > PTRDIFF_MAX)
        return mlpi_fail_at(
            err, MLP_ERROR_ARGUMENT, j->b->table->source, 0, 0,
            "column \"%s\", row %zu: the offsets of the texts descend or are negative",
            called(j->name), row + 1);
    if (mlpi_bit(j->valid, row) && end > first)
        *text = (mlpi_span){j->bytes + first, (size_t)(end - first)};
    return MLP_OK;
}

void mlp_table_add_joined_texts(mlp_table_builder *b, const char *name, const char *bytes,
                                const int64_t *offsets, const uint8_t *valid)
{
    add_texts(b, name, text_of_joined, &(joined){b, name, bytes, offsets, valid});
}

/* Texts that are given by their indices in a list of levels. */
typedef struct categories {
    const mlp_table_builder *b;
    const char *name;
    const char *const *levels;
    size_t count;
    mlpi_column codes;
} categories;

static mlp_status text_of_category(void *context, size_t row, char *scratch, mlpi_span *text,
                                   mlp_error *err)
{
    const categories *c = context;
    double code = 0.0;
    (void)scratch;
    const mlpi_cell cell = mlpi_column_number(&c->codes, row, &code);
    if (cell != MLPI_CELL_NUMBER || code == -1.0)
        return MLP_OK;
    if (!(code >= 0.0 && code < (double)c->count))
        return mlpi_fail_at(err, MLP_ERROR_ARGUMENT, c->b->table->source, 0, 0,
                            "column \"%s\", row %zu: there is no level %.0f; the %zu levels are "
                            "numbered from 0, and -1 means no value",
                            called(c->name), row + 1, code, c->count);
    const char *level = c->levels[(size_t)code];
    if (level != NULL)
        *text = (mlpi_span){level, strlen(level)};
    return MLP_OK;
}

void mlp_table_add_categories(mlp_table_builder *b, const char *name, const char *const *levels,
                              size_t level_count, mlp_number_type type, const void *codes,
                              ptrdiff_t stride, const uint8_t *valid)
{
    if (!goes_on(b))
        return;
    if (type < MLP_NUMBER_INT8 || (size_t)type >= NUMBER_TYPES) {
        b->status = mlpi_fail(&b->err, MLP_ERROR_ARGUMENT,
                              "%d is not a type of whole numbers in mlp_number_type", (int)type);
        return;
    }
    mlpi_array array = {.values = codes,
                        .stride = stride != 0 ? stride : (ptrdiff_t)number_size[type],
                        .valid = valid};
    add_texts(b, name, text_of_category,
              &(categories){b, name, levels, level_count, mlpi_array_column(type, &array)});
}

/* Truth values. */
typedef struct truths {
    const bool *values;
    const uint8_t *valid;
} truths;

static mlp_status text_of_truth(void *context, size_t row, char *scratch, mlpi_span *text,
                                mlp_error *err)
{
    const truths *t = context;
    (void)scratch, (void)err;
    if (mlpi_bit(t->valid, row))
        *text = t->values[row] ? (mlpi_span){"true", 4} : (mlpi_span){"false", 5};
    return MLP_OK;
}

void mlp_table_add_booleans(mlp_table_builder *b, const char *name, const bool *values,
                            const uint8_t *valid)
{
    add_texts(b, name, text_of_truth, &(truths){values, valid});
}

/* --- finishing -------------------------------------------------------------------------------- */

static mlp_status finish(mlp_table_builder *b, mlp_error *err)
{
    mlp_table *table = b->table;
    mlpi_block block = {.rows = b->rows, .columns = b->columns};
    if (b->count == 0)
        return mlpi_fail_at(err, MLP_ERROR_ARGUMENT, table->source, 0, 0,
                            "a table without columns");
    table->names = b->names;
    table->columns = b->count;
    b->names = NULL;
    b->columns = NULL;
    b->count = 0;
    MLPI_TRY(mlpi_table_append(table, &block, 0, err));
    MLPI_TRY(mlpi_table_finish_names(table, err));
    return mlpi_table_settle(table, err);
}

mlp_status mlp_table_builder_finish(mlp_table_builder *b, mlp_table **table, mlp_error *err)
{
    if (b == NULL)
        return mlpi_fail_memory(err, "a table");
    mlp_status status = b->status;
    if (status != MLP_OK && err != NULL)
        *err = b->err;
    if (status == MLP_OK)
        status = finish(b, err);
    if (status == MLP_OK) {
        *table = b->table;
        b->table = NULL;
    }
    mlp_table_builder_free(b);
    return status;
}
