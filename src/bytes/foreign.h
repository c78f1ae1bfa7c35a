/* SPDX-License-Identifier: MIT */
/* What is not a table that can be read, and what to do with it. */
#ifndef MLPI_FOREIGN_H
#define MLPI_FOREIGN_H

#include <stddef.h>

#include "mlp/error.h"

/** Refuses what begins like a file that is known to be no table, with the way out. */
mlp_status mlpi_foreign_refuse(const char *name, const unsigned char *bytes, size_t size,
                               mlp_error *err);
/** Refuses an address (https://...) in place of a file. */
mlp_status mlpi_foreign_refuse_address(const char *path, mlp_error *err);

#endif
