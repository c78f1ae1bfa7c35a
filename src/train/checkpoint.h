/* SPDX-License-Identifier: MIT */
/* Checkpoints: the whole state of a run in a file that is either complete or absent
 * (docs/formats/checkpoint.md). */
#ifndef MLPI_CHECKPOINT_H
#define MLPI_CHECKPOINT_H

#include "base/base.h"
#include "mlp/error.h"

/** A named part of the state. */
typedef struct mlpi_chunk {
    const char *name;
    void *bytes;
    size_t size;
} mlpi_chunk;

/** A kind of file that holds such state. */
typedef struct mlpi_kind_of_state {
    const char *name;    /* "checkpoint" */
    const char *format;  /* name and version: "checkpoint 2" */
    const char *way_out; /* what to do when a file cannot be used, in words */
} mlpi_kind_of_state;

extern const mlpi_kind_of_state mlpi_checkpoint;

/** Writes the file under a temporary name, syncs it and renames it over an earlier one. `run`: the
 * identity of the run to which the file belongs. */
mlp_status mlpi_checkpoint_write(const char *path, const mlpi_kind_of_state *kind, uint64_t run,
                                 const mlpi_chunk *blocks, size_t count, mlp_error *err);
/** Fills the blocks; on failure they are unchanged. *found is false when there is no such file.
 * Errors: MLP_ERROR_MODEL (unreadable, damaged, or of another run or version), MLP_ERROR_MEMORY. */
mlp_status mlpi_checkpoint_read(const char *path, const mlpi_kind_of_state *kind, uint64_t run,
                                const mlpi_chunk *blocks, size_t count, bool *found,
                                mlp_error *err);
/** Reads a file whose only block, `name`, may have any size. free() *bytes, which holds *size bytes
 * and a 0 after them. Errors: MLP_ERROR_MODEL (also if there is no such file), MLP_ERROR_MEMORY. */
mlp_status mlpi_checkpoint_read_any(const char *path, const mlpi_kind_of_state *kind, uint64_t run,
                                    const char *name, unsigned char **bytes, size_t *size,
                                    mlp_error *err);

#endif
