/* SPDX-License-Identifier: MIT */
/* Encodes a piece of a table's rows: cells to network inputs and targets, strip by strip. */
#ifndef MLPI_ENCODER_H
#define MLPI_ENCODER_H

#include "data/word_values.h"
#include "encode/binding.h"

/** A fault of a cell. */
typedef struct mlpi_cell_fault {
    size_t i;         /* number of the row among those to be encoded; SIZE_MAX: no fault */
    size_t place;     /* index of its column among the features and then the targets */
    size_t column;    /* of the table */
    const char *what; /* end of the message */
} mlpi_cell_fault;

/** The encoding of rows first .. end - 1. Of several faults, the one in the first row is kept, and
 * of several in one row, the one with the lowest `place`. */
typedef struct mlpi_encoder {
    const mlpi_binding *b;
    const uint32_t *index; /* all rows to be encoded; NULL: rows 0, 1, ... of the table */
    bool with_targets;
    mlp_encoded *encoded; /* shared by all pieces, each of which fills its own rows */
    size_t first, end;
    mlpi_cells *cells; /* counts for each feature */
    mlpi_cell_fault fault;
    mlpi_cursor cursor;
    mlpi_word_values words; /* its users are the places of columns */
    bool out_of_memory;
} mlpi_encoder;

/** Encodes the rows of the piece into `encoded`, and adds to `cells`. mlpi_encoder_status then
 * reports faults and a lack of memory. */
void mlpi_encoder_run(mlpi_encoder *e);

/** Returns the failure of a run. Errors: MLP_ERROR_DATA (the first fault; the message says where it
 * is and what to do), MLP_ERROR_MEMORY. */
mlp_status mlpi_encoder_status(const mlpi_encoder *e, mlp_error *err);

/** Reads the values of feature f in a strip; NaN: the cell has no value. Returns whether some
 * values may be missing. Sets e->out_of_memory on failure. */
bool mlpi_encoder_values(mlpi_encoder *e, size_t f, const mlpi_strip *strip, double *values);

/** Whether a cell has no value. `gaps`: texts such as "N/A" mean no value. */
bool mlpi_encoder_no_value(mlpi_cursor *cursor, size_t row, size_t column, bool gaps);

#endif
