/* SPDX-License-Identifier: MIT */
/* Pieces of a text that several ranks split (ranks/ranks.h). Each rank splits some pieces, and all
 * ranks get all pieces. A piece that its rank could not split is split again by every rank, so that
 * all ranks report the same error at the same line. */
#ifndef MLPI_DELIMITED_SHARED_H
#define MLPI_DELIMITED_SHARED_H

#include "bytes/source.h"
#include "data/table.h"

/** The records that begin in [from, stop). All positions are offsets in the text. */
typedef struct mlpi_piece {
    size_t from, stop;
    bool split;           /* the piece has been split, and the members below are set */
    bool foreign;         /* the bytes are not UTF-8, or hold a 0 */
    size_t first, behind; /* beginning of the first record, end of the last one */
    size_t lines;
    mlpi_block block;
} mlpi_piece;

/** The number of ranks that split the text; 1: this process alone. */
size_t mlpi_shared_by(const mlpi_source *text);
/** Returns how many of `count` pieces this rank splits; the first of them is piece *first. */
size_t mlpi_shared_own(const mlpi_source *text, size_t count, size_t *first);
/** Checks that all ranks read the same text as rank 0, as far as can be seen without reading all of
 * the text: the length of the text, columns, options and samples of the text must be the same.
 * `separator` is the separator of the text. Errors: MLP_ERROR_DATA (a rank reads something else),
 * and those of the transport. */
mlp_status mlpi_shared_meet(const mlpi_source *text, const mlp_table *table, char separator,
                            mlp_error *err);
/** Gives all pieces to all ranks. `count`, and `from` and `stop` of each piece, must be the same on
 * every rank. */
mlp_status mlpi_shared_give(const mlpi_source *text, mlpi_piece *pieces, size_t count,
                            size_t columns, mlp_error *err);

#endif
