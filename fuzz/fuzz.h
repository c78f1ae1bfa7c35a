/* SPDX-License-Identifier: MIT */
/* Shared by the fuzz targets: limits on the work for one input, files in memory, and the usual uses
 * of a table or a model that was read. A target is one file that defines fuzz_one. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>

#include "mlp/mlp.h"
#include "options/options.h"

/** The target: tries an input. It always returns, except after a finding, which ends the
 * process. */
void fuzz_one(const uint8_t *bytes, size_t size);

/** Tries one input under the limit of processor time in the environment variable FUZZ_SECONDS.
 * Without the variable there is no limit, so that replaying never depends on the machine's
 * speed. */
void fuzz_run(const uint8_t *bytes, size_t size);

/** Reports a finding that no sanitizer would see, and aborts. */
_Noreturn void fuzz_finding(const char *format, ...) MLP_PRINTF(1, 2);

/* --- heap.c ----------------------------------------------------------------------------------- */

/** From this call on, the heap may grow by 200 bytes for each of `size` bytes of input, plus 4
 * MiB. */
void fuzz_heap_begin(size_t size);
/** Ends the limit; exceeding it is a finding. `what` names the work. */
void fuzz_heap_end(const char *what);

/* --- files.c ---------------------------------------------------------------------------------- */

/** Returns a path in a folder of this process, which lies in memory where the machine allows it and
 * is removed at exit. The text is valid until the fourth call after this one. */
const char *fuzz_path(const char *name);
/** Writes these bytes to a file; returns its path. */
const char *fuzz_file(const char *name, const void *bytes, size_t size);
/** Returns all bytes of a file, malloc'ed; NULL: there is no file. */
uint8_t *fuzz_content(const char *path, size_t *size);
/** Returns a stream that discards what is written to it. */
FILE *fuzz_nowhere(void);

/* --- inputs.c --------------------------------------------------------------------------------- */

/** The bytes of an input that are not yet used; after the end of the input, all numbers are 0. */
typedef struct fuzz_input {
    const uint8_t *bytes;
    size_t size;
} fuzz_input;

uint64_t fuzz_number(fuzz_input *input, size_t bytes);
/** Returns the next line as a new text without its newline; NULL: the input has ended. */
char *fuzz_line(fuzz_input *input);

/** Makes 60 rows of two numbers, a category and a label, always the same. */
mlp_table *fuzz_small_table(void);
/** Options of a training run that ends at once: 1 thread, 1 epoch, 3 hidden neurons. */
mlp_train_options fuzz_small_training(void);

/* --- use.c ------------------------------------------------------------------------------------ */

/** Reads a table within the limits of memory; NULL when it was refused. */
mlp_table *fuzz_read_table(const void *bytes, size_t size, const char *name,
                           const mlp_read_options *options);
/** If the table is small, reads all cells and trains a model that predicts the target that the
 * table itself names, or else the last column; saves, loads and uses the model. */
void fuzz_use_table(const mlp_table *table);

/** Packs `times` copies of the bytes into a new malloc'ed block; returns its size. */
typedef size_t fuzz_pack(const uint8_t *bytes, size_t size, size_t times, uint8_t **packed);
/** Tries a packed CSV file. If the first byte of an input is 0, the rest is the file; otherwise the
 * rest is the unpacked content, repeated as many times as the first byte states, so that inputs get
 * past the unpacker to the reader. A packed byte unpacks to `most` bytes at most. */
void fuzz_packed(const uint8_t *bytes, size_t size, fuzz_pack *pack, const char *name, size_t most);
/** Does everything with a model that a program or the command could do, with a table (nullable)
 * that need not fit the model. `choice` picks a picture. */
void fuzz_use_model(const mlp_model *model, const mlp_table *table, uint64_t choice);

/* --- table.c ---------------------------------------------------------------------------------- */

/** Makes a table for a model, with the model's input columns and then its targets, without the last
 * `fewer` of these columns; `names`: with a header of their names. */
mlp_table *fuzz_table_of(const mlp_model *model, bool names, size_t fewer);

#endif
