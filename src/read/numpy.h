/* SPDX-License-Identifier: MIT */
/* NumPy arrays in memory, as numpy.save writes them: of one or two dimensions, of either order of
 * bytes and of dimensions, of numbers, truth values or texts; or the records of a structured array,
 * whose fields are columns. Every number keeps its value exactly: the text of a cell is the
 * shortest that reads back as the same double. */
#ifndef MLPI_NUMPY_H
#define MLPI_NUMPY_H

#include "data/table.h"

enum {
    MLPI_NUMPY_LONGEST = 4096,                    /* characters of a text */
    MLPI_NUMPY_TEXT = 4 * MLPI_NUMPY_LONGEST + 64 /* bytes for the text of any cell */
};

typedef struct mlpi_numpy {
    const char *source; /* of messages */
    const char *bytes;
    size_t size;
    struct mlpi_numpy_field *fields; /* of an element */
    size_t field_count;
    size_t element;       /* bytes */
    size_t rows, columns; /* columns: elements of a row */
    bool fortran;
    size_t first; /* the first byte of the data */
} mlpi_numpy;

/** Reads the header. The source and the bytes stay the caller's, until mlpi_numpy_close. No size is
 * believed that the bytes do not bear out. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_numpy_open(const char *source, const char *bytes, size_t size, mlpi_numpy *array,
                           mlp_error *err);
void mlpi_numpy_close(mlpi_numpy *array);
/** Names its columns * field_count columns, in names that are NULL: by their fields, else by the
 * name of the array with a number behind it where there are more than one (X1, arr_0_1); NULL name: they stay
 * NULL. */
mlp_status mlpi_numpy_names(const mlpi_numpy *array, const char *name, char **names,
                            mlp_error *err);
/** Adds the cells of a row to a builder's row; `text` is room to work in. */
mlp_status mlpi_numpy_add(const mlpi_numpy *array, size_t row, char text[MLPI_NUMPY_TEXT],
                          mlpi_builder *builder, mlp_error *err);

#endif
