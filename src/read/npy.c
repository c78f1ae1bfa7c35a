/* SPDX-License-Identifier: MIT */
/* NumPy's .npy: one array. If the array has no fields, the columns are column1, column2, ... */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "read/numpy.h"
#include "read/reader.h"

typedef struct npy {
    mlp_table *table;
    mlpi_numpy array;
    size_t row;
    char *text;
    mlpi_builder builder;
} npy;

static mlp_status name_columns(const npy *n, mlp_error *err)
{
    mlp_table *table = n->table;
    table->columns = n->array.columns * n->array.field_count;
    table->names = mlpi_allocate(table->columns, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(err, "the column names");
    MLPI_TRY(mlpi_numpy_names(&n->array, NULL, table->names, err));
    for (size_t c = 0; c < table->columns; c++)
        table->has_header = table->has_header || table->names[c] != NULL;
    return mlpi_table_finish_names(table, err);
}

static mlp_status open_npy(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    npy *n = state;
    n->table = table;
    MLPI_TRY(mlpi_numpy_open(table->source, source->bytes, source->size, &n->array, err));
    MLPI_TRY(name_columns(n, err));
    n->text = malloc(MLPI_NUMPY_TEXT);
    return n->text != NULL && mlpi_builder_begin(table, &n->builder)
               ? MLP_OK
               : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status next_npy(void *state, size_t most, mlp_error *err)
{
    npy *n = state;
    for (size_t i = 0; i < most && n->row < n->array.rows; i++, n->row++) {
        if (!mlpi_builder_row(&n->builder, 0))
            return mlpi_fail_memory(err, "the cells of the data");
        MLPI_TRY(mlpi_numpy_add(&n->array, n->row, n->text, &n->builder, err));
        MLPI_TRY(mlpi_builder_spill(&n->builder, n->table, false, err));
    }
    return mlpi_builder_spill(&n->builder, n->table, true, err);
}

static void close_npy(void *state)
{
    npy *n = state;
    mlpi_builder_end(&n->builder);
    mlpi_numpy_close(&n->array);
    free(n->text);
}

static bool probe_npy(const unsigned char *head, size_t size)
{
    return size >= 6 && memcmp(head, "\x93NUMPY", 6) == 0;
}

const mlpi_reader mlpi_read_npy = {
    .format = "npy",
    .endings = ".npy",
    .says = "a NumPy array",
    .state = sizeof(npy),
    .probe = probe_npy,
    .open = open_npy,
    .next = next_npy,
    .close = close_npy,
};
