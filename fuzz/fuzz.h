/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share: limits on the work for one input, files in memory, and what anyone
 * would do with a table or a model that was read. A target is one file that defines fuzz_one. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>

#include "mlp/mlp.h"
#include "options/options.h"

/** The target: does something with an input. It returns whatever happens; what must not happen
 * ends the process. */
void fuzz_one(const uint8_t *bytes, size_t size);

/** One input under the limits of processor time (FUZZ_SECONDS of the environment; without it there
 * is none, so that replaying never depends on the machine's speed). */
void fuzz_run(const uint8_t *bytes, size_t size);

/** A finding that no sanitizer would see: says what is wrong and aborts. */
_Noreturn void fuzz_finding(const char *format, ...) MLP_PRINTF(1, 2);

/* --- heap.c ----------------------------------------------------------------------------------- */

/** From here on the heap may grow by 60 bytes for each of `size` bytes of input, and by 4 MiB. */
void fuzz_heap_begin(size_t size);
/** Ends the limit; a finding when it was passed. `what` was being done. */
void fuzz_heap_end(const char *what);

/* --- files.c ---------------------------------------------------------------------------------- */

/** A path in a folder of this process, in memory where the machine has such a place; the folder
 * goes at exit. The text is good until the fourth call after this one. */
const char *fuzz_path(const char *name);
/** Makes a file hold these bytes; returns its path. */
const char *fuzz_file(const char *name, const void *bytes, size_t size);
/** All bytes of a file, malloc'ed; NULL when there is none. */
uint8_t *fuzz_content(const char *path, size_t *size);
/** A stream that forgets everything. */
FILE *fuzz_nowhere(void);

/* --- inputs.c --------------------------------------------------------------------------------- */

/** Bytes still to be taken from an input; an end of it gives zeros. */
typedef struct fuzz_input {
    const uint8_t *bytes;
    size_t size;
} fuzz_input;

uint64_t fuzz_number(fuzz_input *input, size_t bytes);
/** The next line as a new text without its newline; NULL at the end. */
char *fuzz_line(fuzz_input *input);

/** 60 rows of two numbers, a category and a label, the same always. */
mlp_table *fuzz_small_table(void);
/** Options of a training that is over at once: 1 thread, 1 epoch, 3 hidden neurons. */
mlp_train_options fuzz_small_training(void);

/* --- use.c ------------------------------------------------------------------------------------ */

/** Reads a table within the limits of memory; NULL when it was refused. */
mlp_table *fuzz_read_table(const void *bytes, size_t size, const char *name,
                           const mlp_read_options *options);
/** Looks at all cells, then trains on the table (when it is small), to predict its last column or
 * what it says itself; saves, loads and uses the model. */
void fuzz_use_table(const mlp_table *table);

/** Packs bytes, so often one behind another, into a new malloc'ed block and returns its size. */
typedef size_t fuzz_pack(const uint8_t *bytes, size_t size, size_t times, uint8_t **packed);
/** A packed CSV file. The first byte of an input chooses: 0, the rest is the file; else the rest is
 * what is in it, and the byte says how often it is repeated there, so that readers are reached by
 * way of the unpacker. A byte unpacks to `most` at most. */
void fuzz_packed(const uint8_t *bytes, size_t size, fuzz_pack *pack, const char *name, size_t most);
/** Everything a program or the command could do with a model: with the table (nullable), which need
 * not fit. `choice` picks a picture. */
void fuzz_use_model(const mlp_model *model, const mlp_table *table, uint64_t choice);

/* --- table.c ---------------------------------------------------------------------------------- */

/** A table that the model is for, or, without names, one that it finds its columns in by position:
 * with all columns, or too few of them. */
mlp_table *fuzz_table_of(const mlp_model *model, bool names, size_t fewer);

#endif
