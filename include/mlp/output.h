/* SPDX-License-Identifier: MIT */
/* Writing files that are whole or not there, text that is safe to show, and numbers as text. */
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
 * directly). A file that is overwritten keeps its permissions, and its owner and group where the
 * system allows it; it loses access control lists, extended attributes and further hard links,
 * for it is another file with the same name. */
MLP_API mlp_status mlp_output_open(const char *path, bool overwrite, mlp_output **output,
                                   mlp_error *err);
/** The stream to write to; owned by the output. */
MLP_API FILE *mlp_output_stream(mlp_output *output);
/** Gives the file its final name with what was written so far; more may follow in the same stream,
 * and mlp_output_commit ends it. What was there under that name stays until here, so that a file
 * that is written line by line replaces another only when it holds something. Errors:
 * MLP_ERROR_OUTPUT; discard the output then, and the file before is still there. */
MLP_API mlp_status mlp_output_publish(mlp_output *output, mlp_error *err);
/** Flushes, syncs, renames to the final name, frees. On failure nothing is left behind, what was
 * there is still there, and the message says why the first write that failed did. */
MLP_API mlp_status mlp_output_commit(mlp_output *output, mlp_error *err);
/** Takes everything back (of a published file, nothing) and frees. NULL is allowed. */
MLP_API void mlp_output_discard(mlp_output *output);

/** Whether two paths name one regular file, by whatever names and links, or, where there is none
 * yet, one place in one folder. "-" is standard input. For programs that must not write what they
 * read: an output of mlp_output_open does not know what else is open. */
MLP_API bool mlp_same_file(const char *first, const char *second);

/** Flushes any stream; MLP_ERROR_OUTPUT "NAME cannot be written: REASON" when that or an earlier
 * write to it failed; errno is that reason, too. */
MLP_API mlp_status mlp_stream_check(FILE *stream, const char *name, mlp_error *err);

/** The columns of a terminal that a text (UTF-8, or anything) takes. */
MLP_API size_t mlp_text_columns(const char *text);
/** Writes a text that comes from anywhere so that a terminal shows it and obeys nothing: control
 * characters, ends of lines and marks that turn the direction of writing become spaces, bytes that
 * are not UTF-8 become U+FFFD. At most `columns` columns ("…" where it is cut), padded with spaces
 * to `columns` when `pad`. */
MLP_API void mlp_text_write(FILE *to, const char *text, size_t columns, bool pad);
/** Whether mlp_text_write writes all of its characters as they are. */
MLP_API bool mlp_text_printable(const char *text);

/** The shortest decimal text that reads back as the same double ("0.1", "1e-07", "nan", "inf"),
 * whatever the locale. `text` holds at least 32 bytes; returns the length. */
MLP_API size_t mlp_number_text(double value, char *text);
/** The same for a float: reads back as the same float. */
MLP_API size_t mlp_number_text_float(float value, char *text);
/** Reads a whole text as a finite decimal number, whatever the locale. No spaces, no hexadecimal,
 * no "inf". Returns false when it is none. */
MLP_API bool mlp_number_parse(const char *text, size_t length, double *value);
/** Reads a time, "90", "90s", "5m" or "2h", as finite seconds. Returns false when it is none, and
 * leaves `seconds` as it was. */
MLP_API bool mlp_seconds_parse(const char *text, double *seconds);
/** Writes prefix, text and suffix as one CSV field (RFC 4180), quoted where it must be. */
MLP_API void mlp_csv_field(FILE *to, const char *prefix, const char *text, const char *suffix);
/** A text as one CSV field in memory, without a closing 0; `field` holds 2 * strlen(text) + 2
 * bytes. Returns the length. */
MLP_API size_t mlp_csv_text(const char *text, char *field);
/** The candidate nearest to `word` (a Damerau-Levenshtein distance of at most a third of its
 * letters, or of 1), else the only one in which a word begins with it, or NULL: for "did you mean".
 */
MLP_API const char *mlp_nearest_name(const char *word, const char *const *candidates, size_t count);

MLP_END_DECLS

#endif
