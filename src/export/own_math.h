/* SPDX-License-Identifier: MIT */
/* Replacements for functions of math.h, which exported C can contain where there is no math.h. */
#ifndef MLPI_EXPORT_OWN_MATH_H
#define MLPI_EXPORT_OWN_MATH_H

#include <stdbool.h>
#include <stdio.h>

/** A replacement for double or for float; or a helper of several replacements, which has no name in
 * math.h. */
typedef struct mlpi_own_function {
    const char *name; /* in math.h */
    const char *own;  /* the name of the replacement */
    double (*in_double)(double);
    float (*in_float)(float);
    double (*of_two)(double, double);
    double ulp;       /* the bound of its error, in units in the last place */
    const char *text; /* its definition in C99 */
} mlpi_own_function;

/** Entry i of the table; NULL after the last one. */
const mlpi_own_function *mlpi_own_math_at(size_t i);

/** The largest `ulp` of the replacements for float. */
double mlpi_own_math_places(void);

/** Writes the replacements that `code` calls and `but` (nullable) does not, and macros that turn
 * calls of the names in math.h into calls of the replacements. Since these are function-like
 * macros, a column may have such a name. */
void mlpi_own_math_write(FILE *to, const char *code, const char *but);

#endif
