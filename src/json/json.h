/* SPDX-License-Identifier: MIT */
/* What json_write.c must know of a document that json_read.c made. */
#ifndef MLPI_JSON_H
#define MLPI_JSON_H

#include "mlp/json.h"

/** A number as it is written; *length are its characters, which no 0 closes. NULL: no number. */
const char *mlpi_json_digits(mlp_json_value value, size_t *length);

#endif
