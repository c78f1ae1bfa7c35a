/* SPDX-License-Identifier: MIT */
/* NumPy's .npz (numpy.savez, numpy.savez_compressed): a zip archive of arrays, whose columns are
 * placed side by side in the table. An array of one dimension is a column with the array's name;
 * the columns of an array of two dimensions have its name and a number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/zip.h"
#include "read/numpy.h"
#include "read/reader.h"

typedef struct npz {
    mlp_table *table;
    mlpi_zip zip;
    mlpi_numpy *arrays; /* one for each member of the archive */
    char **sources;     /* the name of each array in messages */
    size_t row;
    char *text;
    mlpi_builder builder;
} npz;

/* The length of an array's name without its ending; 0: the member is not an array. */
static size_t name_length(const char *member)
{
    const size_t length = strlen(member);
    return length > 4 && strcmp(member + length - 4, ".npy") == 0 ? length - 4 : 0;
}

static mlp_status open_array(npz *n, size_t i, mlp_error *err)
{
    const mlpi_zip_member *m = &n->zip.members[i];
    if (name_length(m->name) == 0)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, n->table->source, 0, 0,
            "holds \"%.200s\", which is not a NumPy array (.npy); unpack the file with unzip",
            m->name);
    MLPI_TRY(mlpi_zip_take(&n->zip, i, err));
    if (asprintf(&n->sources[i], "%s: %.200s", n->table->source, m->name) < 0) {
        n->sources[i] = NULL;
        return mlpi_fail_memory(err, "the arrays");
    }
    MLPI_TRY(mlpi_numpy_open(n->sources[i], m->bytes, m->size, &n->arrays[i], err));
    if (n->arrays[i].rows != n->arrays[0].rows)
        return mlpi_fail_at(err, MLP_ERROR_DATA, n->table->source, 0, 0,
                            "%.200s has %zu rows, but %.200s has %zu; only arrays of the same "
                            "length make a table: save just those with numpy.savez",
                            m->name, n->arrays[i].rows, n->zip.members[0].name, n->arrays[0].rows);
    n->table->columns += n->arrays[i].columns * n->arrays[i].field_count;
    if (n->table->columns > MLP_MAX_COLUMNS)
        return mlpi_fail_at(err, MLP_ERROR_DATA, n->table->source, 0, 0,
                            "more than %d columns, the most that a table may have",
                            MLP_MAX_COLUMNS);
    return MLP_OK;
}

static mlp_status open_arrays(npz *n, mlp_error *err)
{
    n->arrays = mlpi_allocate(n->zip.count, sizeof *n->arrays);
    n->sources = mlpi_allocate(n->zip.count, sizeof *n->sources);
    if (n->arrays == NULL || n->sources == NULL)
        return mlpi_fail_memory(err, "the arrays");
    for (size_t i = 0; i < n->zip.count; i++)
        MLPI_TRY(open_array(n, i, err));
    return MLP_OK;
}

static mlp_status name_columns(const npz *n, mlp_error *err)
{
    mlp_table *table = n->table;
    size_t c = 0;
    table->names = mlpi_allocate(table->columns, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(err, "the column names");
    for (size_t i = 0; i < n->zip.count; i++) {
        const char *member = n->zip.members[i].name;
        char *name = mlpi_copy_text(member, name_length(member));
        const mlp_status status = name != NULL
                                      ? mlpi_numpy_names(&n->arrays[i], name, table->names + c, err)
                                      : mlpi_fail_memory(err, "the column names");
        free(name);
        MLPI_TRY(status);
        c += n->arrays[i].columns * n->arrays[i].field_count;
    }
    table->has_header = true;
    return mlpi_table_finish_names(table, err);
}

static mlp_status open_npz(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    npz *n = state;
    size_t columns = 0;
    n->table = table;
    MLPI_TRY(mlpi_zip_open(table->source, source->bytes, source->size, &n->zip, err));
    if (n->zip.count == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0, "holds no array");
    const mlp_status status = open_arrays(n, err);
    columns = table->columns;
    table->columns = 0; /* in case of failure: no column has a name yet */
    MLPI_TRY(status);
    table->columns = columns;
    MLPI_TRY(name_columns(n, err));
    n->text = malloc(MLPI_NUMPY_TEXT);
    return n->text != NULL && mlpi_builder_begin(table, &n->builder)
               ? MLP_OK
               : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status add_row(npz *n, mlp_error *err)
{
    if (!mlpi_builder_row(&n->builder, 0))
        return mlpi_fail_memory(err, "the cells of the data");
    for (size_t i = 0; i < n->zip.count; i++)
        MLPI_TRY(mlpi_numpy_add(&n->arrays[i], n->row, n->text, &n->builder, err));
    n->row++;
    return mlpi_builder_spill(&n->builder, n->table, false, err);
}

static mlp_status next_npz(void *state, size_t most, mlp_error *err)
{
    npz *n = state;
    for (size_t i = 0; i < most && n->row < n->arrays[0].rows; i++)
        MLPI_TRY(add_row(n, err));
    return mlpi_builder_spill(&n->builder, n->table, true, err);
}

static void close_npz(void *state)
{
    npz *n = state;
    mlpi_builder_end(&n->builder);
    for (size_t i = 0; i < n->zip.count; i++) {
        if (n->arrays != NULL)
            mlpi_numpy_close(&n->arrays[i]);
        if (n->sources != NULL)
            free(n->sources[i]);
    }
    mlpi_free(n->arrays);
    mlpi_free(n->sources);
    mlpi_zip_close(&n->zip);
    free(n->text);
}

/* Whether the bytes are the start of an archive whose first member is an array. */
static bool probe_npz(const unsigned char *head, size_t size)
{
    enum { HEADER = 30 };
    if (!mlpi_is_zip(head, size) || size < HEADER)
        return false;
    const size_t length = (size_t)head[26] | (size_t)head[27] << 8;
    return length > 4 && length <= size - HEADER &&
           memcmp(head + HEADER + length - 4, ".npy", 4) == 0;
}

const mlpi_reader mlpi_read_npz = {
    .format = "npz",
    .endings = ".npz",
    .says = "NumPy arrays",
    .state = sizeof(npz),
    .probe = probe_npz,
    .open = open_npz,
    .next = next_npz,
    .close = close_npz,
};
