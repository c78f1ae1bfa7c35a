/* SPDX-License-Identifier: MIT */
/* Blocks of a table that lie in a file, and are shown as memory that need not stay resident: those
 * who read them see no difference. */
#ifndef MLPI_SPILL_H
#define MLPI_SPILL_H

#include "data/block.h"

typedef struct mlpi_spill mlpi_spill;

/** In a folder (NULL: as mlpi_scratch_open). */
mlp_status mlpi_spill_open(const char *folder, mlpi_spill **spill, mlp_error *err);
/** Only when no block is read any more. NULL is allowed. */
void mlpi_spill_close(mlpi_spill *spill);
/** Moves what a block holds, except for its columns, to the file. After a failure the block can only
 * be released. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_spill_take(mlpi_spill *spill, mlpi_block *block, size_t columns, mlp_error *err);
/** The block is not being read for now: its pages need not be resident. */
void mlpi_spill_leave(const mlpi_block *block);

#endif
