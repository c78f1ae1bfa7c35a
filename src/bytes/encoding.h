/* SPDX-License-Identifier: MIT */
/* The encoding of the text in data files. After this step all text is UTF-8. */
#ifndef MLPI_ENCODING_H
#define MLPI_ENCODING_H

#include "mlp/table.h"

/** Converts text to UTF-8 without a byte-order mark: from options->encoding, or, if that is NULL,
 * from the encoding that the bytes indicate. *bytes is a malloc'ed block with a terminating 0; the
 * function may replace the block, which always belongs to the caller. If the encoding is a guess,
 * or UTF-16 without a byte-order mark, *notice becomes a malloc'ed sentence; else it is unchanged.
 * `name` names the file in messages. Errors: MLP_ERROR_DATA (with the line of the first byte that
 * does not fit), MLP_ERROR_ARGUMENT (an unknown encoding), MLP_ERROR_MEMORY. */
mlp_status mlpi_text_decode(const char *name, const mlp_read_options *options, char **bytes,
                            size_t *size, char **notice, mlp_error *err);

/** Whether bytes are UTF-8 text without a zero byte. The byte after the text must be readable and
 * must not continue a character. */
bool mlpi_text_is_plain(const char *bytes, size_t size);

/** Refuses options that contradict each other or cannot work: the texts in options must be UTF-8,
 * or they would never be found in the data; the separator and the comment must be ASCII, or cells
 * could be cut within a character. */
mlp_status mlpi_text_check_options(const mlp_read_options *options, mlp_error *err);

#endif
