/* SPDX-License-Identifier: MIT */
/* Formatted printing with a decimal point, whatever locale the program has set: a decimal comma
 * would break scripts for gnuplot and exported C, and reports would differ from program to
 * program. */
#ifndef MLPI_PRINT_H
#define MLPI_PRINT_H

#include <stdarg.h>
#include <stdio.h>

#include "base/base.h"

/** Prints like fprintf. */
int mlpi_print(FILE *to, const char *format, ...) MLP_PRINTF(2, 3);
/** Prints like snprintf. */
int mlpi_print_text(char *text, size_t size, const char *format, ...) MLP_PRINTF(3, 4);
/** Prints like vsnprintf. */
int mlpi_print_values(char *text, size_t size, const char *format, va_list values) MLP_PRINTF(3, 0);

#endif
