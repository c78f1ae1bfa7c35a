/* SPDX-License-Identifier: MIT */
/* Files without a name, for what is larger than memory. They go with the process, however it ends.
 * */
#ifndef MLPI_SCRATCH_H
#define MLPI_SCRATCH_H

#include "base/base.h"

typedef struct mlpi_scratch mlpi_scratch;

/** In a folder; NULL: that of TMPDIR, or /var/tmp. */
mlp_status mlpi_scratch_open(const char *folder, mlpi_scratch **scratch, mlp_error *err);
/** NULL is allowed. */
void mlpi_scratch_close(mlpi_scratch *scratch);

/** Makes the file so long, on the disk too, so that no page that is shown as memory can lack room
 * later, which would end the process. Errors: MLP_ERROR_OUTPUT (there is no room, with the way
 * out). */
mlp_status mlpi_scratch_reserve(mlpi_scratch *scratch, uint64_t size, mlp_error *err);
/** Writes and reads at a place; by several threads at the same time. Errors: MLP_ERROR_OUTPUT. */
mlp_status mlpi_scratch_write(mlpi_scratch *scratch, uint64_t at, const void *bytes, size_t size,
                              mlp_error *err);
mlp_status mlpi_scratch_read(const mlpi_scratch *scratch, uint64_t at, void *bytes, size_t size,
                             mlp_error *err);
/** Where a page is missing, Linux shows all of the file's pages at hand in an aligned window of so
 * many bytes. What begins at a window's first byte leaves the memory, and comes back, without its
 * neighbours. */
#define MLPI_SCRATCH_WINDOW ((size_t)1 << 16)

/** Shows a piece of the file, for which room is reserved, as memory to be read that begins with a
 * window. Only such files are shown: nobody else has a name for them and could make them shorter. `at`
 * and `size` are whole multiples of a window. NULL: there is no room among the addresses. */
void *mlpi_scratch_map(const mlpi_scratch *scratch, uint64_t at, size_t size);
void mlpi_scratch_unmap(void *memory, size_t size);
/** All windows of such memory need not stay resident: they are in the file. */
void mlpi_scratch_leave(const void *memory, size_t size);

#endif
