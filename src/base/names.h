/* SPDX-License-Identifier: MIT */
/* Lists of texts, each list in one block of memory. */
#ifndef MLPI_NAMES_H
#define MLPI_NAMES_H

#include "mlp/common.h"

/** Copies two lists, one after the other, into one block of memory: free() copy->items. false: out
 * of memory. */
bool mlpi_names_copy(mlp_names first, mlp_names second, mlp_names *copy);
/** Joins the names with commas ("a,b"); free() the text. NULL: out of memory. */
char *mlpi_names_join(mlp_names names);

#endif
