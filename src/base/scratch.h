/* SPDX-License-Identifier: MIT */
/* Nameless files for data that are larger than memory. They disappear when the process ends, for
 * whatever reason. */
#ifndef MLPI_SCRATCH_H
#define MLPI_SCRATCH_H

#include "base/base.h"

typedef struct mlpi_scratch mlpi_scratch;

/** Creates a file in `folder`; NULL: in the folder that TMPDIR names, or in /var/tmp. */
mlp_status mlpi_scratch_open(const char *folder, mlpi_scratch **scratch, mlp_error *err);
/** NULL is allowed. */
void mlpi_scratch_close(mlpi_scratch *scratch);

/** Makes the file `size` bytes long and reserves that space on the disk: otherwise the disk could
 * later lack room for a mapped page, and the system would kill the process. Errors:
 * MLP_ERROR_OUTPUT (there is no room; the message says what to do). */
mlp_status mlpi_scratch_reserve(mlpi_scratch *scratch, uint64_t size, mlp_error *err);
/** Writes `size` bytes at offset `at`. Several threads may write and read at the same time. Errors:
 * MLP_ERROR_OUTPUT. */
mlp_status mlpi_scratch_write(mlpi_scratch *scratch, uint64_t at, const void *bytes, size_t size,
                              mlp_error *err);
/** Reads `size` bytes at offset `at`, as mlpi_scratch_write writes them. */
mlp_status mlpi_scratch_read(const mlpi_scratch *scratch, uint64_t at, void *bytes, size_t size,
                             mlp_error *err);
/** On a page fault, Linux maps all cached pages of the file in an aligned window of this many
 * bytes. Data that begin on a window boundary can therefore leave memory and return to it without
 * neighbouring data. */
#define MLPI_SCRATCH_WINDOW ((size_t)1 << 16)

/** Maps a part of the file, for which room is reserved, as read-only memory that begins on a window
 * boundary. `at` and `size` are multiples of MLPI_SCRATCH_WINDOW. Only nameless files are mapped,
 * since no other process can shorten them. NULL: the address space has no room. */
void *mlpi_scratch_map(const mlpi_scratch *scratch, uint64_t at, size_t size);
void mlpi_scratch_unmap(void *memory, size_t size);
/** Lets the windows of mapped memory leave RAM; their content stays in the file. */
void mlpi_scratch_leave(const void *memory, size_t size);

#endif
