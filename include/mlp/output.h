/* SPDX-License-Identifier: MIT */
/* Writing files that exist complete or not at all, text that is safe to show, and numbers as
 * text. */
#ifndef MLP_OUTPUT_H
#define MLP_OUTPUT_H

#include <stdio.h>

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** A file that is written under a temporary name, or under none, until it is complete. */
typedef struct mlp_output mlp_output;

/** Begins a file. An existing `path` is an MLP_ERROR_OUTPUT unless `overwrite`, and that is checked
 * here, before any work is done. A path that is not a regular file, such as /dev/null, is written
 * directly. A file that is overwritten keeps its permissions, and where the system allows it its
 * owner, group and access control list; it loses other extended attributes and further hard links,
 * because it is a new file with the same name. */
MLP_API mlp_status mlp_output_open(const char *path, bool overwrite, mlp_output **output,
                                   mlp_error *err);
/** The stream to write to; owned by the output. */
MLP_API FILE *mlp_output_stream(mlp_output *output);
/** Gives the file its final name with the content written so far; more may be written to the same
 * stream until mlp_output_commit ends it. An existing file of that name stays until this call, so
 * that a file that is written line by line replaces another only when it holds something. Errors:
 * MLP_ERROR_OUTPUT: then discard the output; the existing file is still there. */
MLP_API mlp_status mlp_output_publish(mlp_output *output, mlp_error *err);
/** Flushes, syncs, renames to the final name, and frees. On failure nothing is left behind, an
 * existing file is still there, and the message gives the reason for the first write that
 * failed. */
MLP_API mlp_status mlp_output_commit(mlp_output *output, mlp_error *err);
/** Removes what was written (but not a published file) and frees. NULL is allowed. */
MLP_API void mlp_output_discard(mlp_output *output);

/** Whether two paths name one regular file, by whatever names and links, or, where the file does
 * not exist yet, one name in one folder. "-" is standard input. For programs that must not
 * overwrite what they read: mlp_output_open does not know which other files are open. */
MLP_API bool mlp_same_file(const char *first, const char *second);

/** Flushes any stream. Errors: MLP_ERROR_OUTPUT "NAME cannot be written: REASON" when the flush or
 * an earlier write to the stream failed; errno is then set to the reason too. */
MLP_API mlp_status mlp_stream_check(FILE *stream, const char *name, mlp_error *err);

/** The number of terminal columns that a text (UTF-8, or any bytes) takes. */
MLP_API size_t mlp_text_columns(const char *text);
/** Writes a text from any source in such a way that a terminal shows it and obeys nothing in it:
 * control characters, line ends and marks that change the direction of writing become spaces, and
 * bytes that are not UTF-8 become U+FFFD. The text fills at most `columns` columns ("…" where it is
 * cut), and is padded with spaces to `columns` if `pad`. */
MLP_API void mlp_text_write(FILE *to, const char *text, size_t columns, bool pad);
/** Whether mlp_text_write writes every character of the text unchanged. */
MLP_API bool mlp_text_printable(const char *text);

/** The shortest decimal text that reads back as the same double ("0.1", "1e-07", "nan", "inf"),
 * whatever the locale. `text` holds at least 32 bytes; returns the length. */
MLP_API size_t mlp_number_text(double value, char *text);
/** The shortest decimal text that reads back as the same float; otherwise like mlp_number_text. */
MLP_API size_t mlp_number_text_float(float value, char *text);
/** Reads a whole text as a finite decimal number, whatever the locale. No spaces, no hexadecimal,
 * no "inf". Returns false when it is not such a number. */
MLP_API bool mlp_number_parse(const char *text, size_t length, double *value);
/** Reads a time, "90", "90s", "5m" or "2h", as finite seconds. Returns false, and leaves *seconds
 * unchanged, when it is not a time. */
MLP_API bool mlp_seconds_parse(const char *text, double *seconds);
/** Writes prefix, text and suffix as one CSV field (RFC 4180), quoted where necessary. */
MLP_API void mlp_csv_field(FILE *to, const char *prefix, const char *text, const char *suffix);
/** Writes a text as one CSV field to memory, without a closing 0; `field` must hold 2 *
 * strlen(text) + 2 bytes. Returns the length. */
MLP_API size_t mlp_csv_text(const char *text, char *field);
/** The candidate nearest to `word`, for "did you mean": within a Damerau-Levenshtein distance of a
 * third of its letters, or of 1; else the only candidate in which a word begins with `word`; else
 * NULL. */
MLP_API const char *mlp_nearest_name(const char *word, const char *const *candidates, size_t count);

MLP_END_DECLS

#endif
