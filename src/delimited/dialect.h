/* SPDX-License-Identifier: MIT */
/* How a delimited text is written, as far as nobody has said it: what separates its columns, what
 * stands before decimals, and whether its first record are names. Its first records tell. */
#ifndef MLPI_DIALECT_H
#define MLPI_DIALECT_H

#include "delimited/records.h"

typedef struct mlpi_dialect {
    size_t skip, lines; /* what comes before the first record: the line sep=; of spreadsheets, or
                           comments */
    char separator, decimal;
    bool decimal_unclear; /* neither the options nor these records tell it */
    bool header;
    char said[600]; /* what was found by content and is not usual, in sentences; "": nothing */
} mlpi_dialect;

/** Looks at the beginning of a text, which is all of it if `whole`. The table has its options;
 * `usual` is the separator of its format. Errors: MLP_ERROR_MEMORY;
 * MLP_ERROR_ARGUMENT (`decimal_if_unclear` ?). */
mlp_status mlpi_dialect_find(const mlp_table *table, char usual, const char *text, size_t size,
                             bool whole, mlpi_dialect *dialect, mlp_error *err);

#endif
