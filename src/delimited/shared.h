/* SPDX-License-Identifier: MIT */
/* Pieces of a text that several ranks split (ranks/ranks.h): each splits some of them, and all get all. A piece that its rank
 * could not split is left to all, who come to the same error at the same line. */
#ifndef MLPI_DELIMITED_SHARED_H
#define MLPI_DELIMITED_SHARED_H

#include "bytes/source.h"
#include "data/table.h"

/** The records that begin in [from, stop), as places in the text. */
typedef struct mlpi_piece {
    size_t from, stop;
    bool split;           /* what follows is there: */
    bool foreign;         /* it is not UTF-8, or no text */
    size_t first, behind; /* the first record, and what follows the last */
    size_t lines;
    mlpi_block block;
} mlpi_piece;

/** How many ranks split the text; 1: this process alone. */
size_t mlpi_shared_by(const mlpi_source *text);
/** Of `count` pieces those that this rank splits, from *first on; returns how many. */
size_t mlpi_shared_own(const mlpi_source *text, size_t count, size_t *first);
/** Whether all ranks read what rank 0 reads, as far as can be seen without reading all of it: they have another length of
 * the text, other columns, options or samples of the text. `separator` is what was found. Errors: MLP_ERROR_DATA, and those
 * of the transport. */
mlp_status mlpi_shared_meet(const mlpi_source *text, const mlp_table *table, char separator,
                            mlp_error *err);
/** Gives all ranks all pieces. The same `count`, from and stop everywhere. */
mlp_status mlpi_shared_give(const mlpi_source *text, mlpi_piece *pieces, size_t count,
                            size_t columns, mlp_error *err);

#endif
