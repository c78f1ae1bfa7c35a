/* SPDX-License-Identifier: MIT */
/* The part of json_read.c that json_write.c needs. */
#ifndef MLPI_JSON_H
#define MLPI_JSON_H

#include "mlp/json.h"

/** The characters of a number as it was written; *length is their number, and no 0 terminates them.
 * NULL: the value is not a number. */
const char *mlpi_json_digits(mlp_json_value value, size_t *length);

#endif
