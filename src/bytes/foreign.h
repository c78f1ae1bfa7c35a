/* SPDX-License-Identifier: MIT */
/* Refuses files that mlp cannot read as tables; the message says what to do with them. */
#ifndef MLPI_FOREIGN_H
#define MLPI_FOREIGN_H

#include <stddef.h>

#include "mlp/error.h"

/** Refuses a file whose first bytes are those of a known format that is not a table; the message
 * says what to do with it. */
mlp_status mlpi_foreign_refuse(const char *name, const unsigned char *bytes, size_t size,
                               mlp_error *err);
/** Refuses an address (https://...) in place of a file. */
mlp_status mlpi_foreign_refuse_address(const char *path, mlp_error *err);

#endif
