/* SPDX-License-Identifier: MIT */
/* Writing files that are whole or not there, and numbers as text. */
#ifndef MLP_OUTPUT_H
#define MLP_OUTPUT_H

#include <stdio.h>

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** A file being written under a temporary name beside its final one. */
typedef struct mlp_output mlp_output;

/** Begins a file. An existing `path` is MLP_ERROR_OUTPUT unless `overwrite` (checked at once, so
 * that no work is done in vain; a path that is not a regular file, such as /dev/null, is written
 * directly). */
MLP_API mlp_status mlp_output_open(const char *path, bool overwrite, mlp_output **output,
                                   mlp_error *err);
/** The stream to write to; owned by the output. */
MLP_API FILE *mlp_output_stream(mlp_output *output);
/** Flushes, syncs, renames to the final name, frees. On failure nothing is left behind. */
MLP_API mlp_status mlp_output_commit(mlp_output *output, mlp_error *err);
/** Takes everything back and frees. NULL is allowed. */
MLP_API void mlp_output_discard(mlp_output *output);

/** The shortest decimal text that reads back as the same double ("0.1", "1e-07", "nan", "inf"),
 * whatever the locale. `text` holds at least 32 bytes; returns the length. */
MLP_API size_t mlp_number_text(double value, char *text);
/** The same for a float: reads back as the same float. */
MLP_API size_t mlp_number_text_float(float value, char *text);
/** Reads a whole text as a finite decimal number, whatever the locale. No spaces, no hexadecimal,
 * no "inf". Returns false when it is none. */
MLP_API bool mlp_number_parse(const char *text, size_t length, double *value);
/** Writes prefix, text and suffix as one CSV field (RFC 4180), quoted where it must be. */
MLP_API void mlp_csv_field(FILE *to, const char *prefix, const char *text, const char *suffix);
/** The candidate nearest to `word` (Damerau-Levenshtein, at most a third of its letters, at least
 * 1, wrong), or NULL: for "did you mean". */
MLP_API const char *mlp_nearest_name(const char *word, const char *const *candidates, size_t count);

MLP_END_DECLS

#endif
