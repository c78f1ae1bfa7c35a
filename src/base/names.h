/* SPDX-License-Identifier: MIT */
/* Lists of texts in one block each. */
#ifndef MLPI_NAMES_H
#define MLPI_NAMES_H

#include "mlp/common.h"

/** Copies of two lists, one behind the other, in one block that copy->items is: free() it. false:
 * out of memory. */
bool mlpi_names_copy(mlp_names first, mlp_names second, mlp_names *copy);
/** "a,b"; free() it. NULL: out of memory. */
char *mlpi_names_join(mlp_names names);

#endif
