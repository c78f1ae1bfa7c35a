/* SPDX-License-Identifier: MIT */
/* The dialect of a delimited text: its separator, its decimal mark, and whether its first record is
 * a header. Properties that the options leave open are inferred from the first records. */
#ifndef MLPI_DIALECT_H
#define MLPI_DIALECT_H

#include "delimited/records.h"

typedef struct mlpi_dialect {
    size_t skip, lines; /* bytes and lines before the first record: a line "sep=;" or comments */
    char separator, decimal;
    bool decimal_unclear; /* neither the options nor the first records show the mark */
    bool header;
    char said[600]; /* notices of what was detected, one sentence per line; "": none */
} mlpi_dialect;

/** Infers the dialect from the first `size` bytes of a text; `whole`: these are the whole text. The
 * options are those of the table; `usual` is the separator of the text's format. Errors:
 * MLP_ERROR_MEMORY; MLP_ERROR_ARGUMENT (a number may be read both ways, and `decimal_if_unclear` is
 * '?'). */
mlp_status mlpi_dialect_find(const mlp_table *table, char usual, const char *text, size_t size,
                             bool whole, mlpi_dialect *dialect, mlp_error *err);

#endif
