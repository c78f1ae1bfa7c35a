/* SPDX-License-Identifier: MIT */
/* NumPy arrays in memory, as written by numpy.save: of one or two dimensions, in either byte order,
 * in C or Fortran order, with numbers, booleans or texts; or structured arrays, whose fields become
 * columns. Every number keeps its value exactly: the text of a cell is the shortest that reads back
 * as the same double. */
#ifndef MLPI_NUMPY_H
#define MLPI_NUMPY_H

#include "data/table.h"

enum {
    MLPI_NUMPY_LONGEST = 4096,                    /* most characters of a text */
    MLPI_NUMPY_TEXT = 4 * MLPI_NUMPY_LONGEST + 64 /* bytes for the text of any cell */
};

typedef struct mlpi_numpy {
    const char *source; /* the array's name in messages */
    const char *bytes;
    size_t size;
    struct mlpi_numpy_field *fields; /* fields of an element; one without a name if unstructured */
    size_t field_count;
    size_t element;       /* bytes of an element */
    size_t rows, columns; /* columns: elements per row */
    bool fortran;
    size_t first; /* offset of the data */
} mlpi_numpy;

/** Reads the header, whose sizes must match the number of bytes. The caller keeps `source` and
 * `bytes`, which must be valid until mlpi_numpy_close. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_numpy_open(const char *source, const char *bytes, size_t size, mlpi_numpy *array,
                           mlp_error *err);
void mlpi_numpy_close(mlpi_numpy *array);
/** Sets columns * field_count entries of `names`, which are NULL before: each to the name of its
 * field if rows are single elements and the field has a name, else to the name of the array, with a
 * number if there are several columns (X1, arr_0_1). If `name` is NULL, the entries that would get
 * the array's name stay NULL. */
mlp_status mlpi_numpy_names(const mlpi_numpy *array, const char *name, char **names,
                            mlp_error *err);
/** Adds the cells of a row to a builder's row; `text` is scratch memory. */
mlp_status mlpi_numpy_add(const mlpi_numpy *array, size_t row, char text[MLPI_NUMPY_TEXT],
                          mlpi_builder *builder, mlp_error *err);

#endif
