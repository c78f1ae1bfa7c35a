/* SPDX-License-Identifier: MIT */
/* Blocks of a table whose contents lie in a file. The file is mapped, so that they are read like
 * any other block, but need not stay resident. */
#ifndef MLPI_SPILL_H
#define MLPI_SPILL_H

#include "data/block.h"

typedef struct mlpi_spill mlpi_spill;

/** Opens a file without a name in a folder; NULL: that of TMPDIR, or /var/tmp. */
mlp_status mlpi_spill_open(const char *folder, mlpi_spill **spill, mlp_error *err);
/** Closes the file, after which no block may be read. NULL is allowed. */
void mlpi_spill_close(mlpi_spill *spill);
/** Moves the contents of a block, except for the array `columns`, to the file. After a failure the
 * block can only be released. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_spill_take(mlpi_spill *spill, mlpi_block *block, size_t columns, mlp_error *err);
/** Says that a block is not being read for now, so that its pages need not stay resident. */
void mlpi_spill_leave(const mlpi_block *block);

#endif
