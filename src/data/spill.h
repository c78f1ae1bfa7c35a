/* SPDX-License-Identifier: MIT */
/* Blocks of a table whose contents are in a file. The file is mapped, so that these blocks are read
 * like any other, but need not stay resident. */
#ifndef MLPI_SPILL_H
#define MLPI_SPILL_H

#include "data/block.h"

typedef struct mlpi_spill mlpi_spill;

/** Opens a file without a name in a folder; NULL: the folder that TMPDIR names, or /var/tmp. */
mlp_status mlpi_spill_open(const char *folder, mlpi_spill **spill, mlp_error *err);
/** Closes the file, after which no block may be read. NULL is allowed. */
void mlpi_spill_close(mlpi_spill *spill);
/** Moves the contents of a block, except for the array `columns`, to the file. After a failure the
 * block can only be released. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_spill_take(mlpi_spill *spill, mlpi_block *block, size_t columns, mlp_error *err);
/** Lets the pages of a block leave memory, since the block is not being read for now. */
void mlpi_spill_leave(const mlpi_block *block);

#endif
