/* SPDX-License-Identifier: MIT */
/* Which characters the bytes of a data file stand for. Behind this step all text is UTF-8. */
#ifndef MLPI_ENCODING_H
#define MLPI_ENCODING_H

#include "mlp/table.h"

/** Makes the text UTF-8 without a byte-order mark: by options->encoding, or as its bytes tell when
 * that is NULL. *bytes is a malloc'ed block with a closing 0; it may be replaced, and stays the
 * caller's on failure. *notice becomes a malloc'ed sentence when the encoding is a guess, else it
 * stays. `name` stands for the file. Errors: MLP_ERROR_DATA (line of the first byte that does not
 * fit), MLP_ERROR_ARGUMENT (an encoding that is not known), MLP_ERROR_MEMORY. */
mlp_status mlpi_text_decode(const char *name, const mlp_read_options *options, char **bytes,
                            size_t *size, char **notice, mlp_error *err);

/** Whether bytes are text in UTF-8, without a 0. Behind them is one more byte, which is not a part of
 * a character that begins before it. */
bool mlpi_text_is_plain(const char *bytes, size_t size);

/** Refuses options whose texts are not UTF-8 or whose separator or comment is not ASCII: cells
 * could be cut within a character, and tokens could never be found. */
mlp_status mlpi_text_check_options(const mlp_read_options *options, mlp_error *err);

#endif
