/* SPDX-License-Identifier: MIT */
/* Functions of math.h that exported C can bring along, for where there is none. */
#ifndef MLPI_EXPORT_OWN_MATH_H
#define MLPI_EXPORT_OWN_MATH_H

#include <stdbool.h>
#include <stdio.h>

/** One of them, of double or of float; or a part of several, which has no name. */
typedef struct mlpi_own_function {
    const char *name; /* in math.h */
    const char *own;  /* the name of the function here */
    double (*in_double)(double);
    float (*in_float)(float);
    double (*of_two)(double, double);
    double ulp;       /* the bound: how many units in the last place it may be off */
    const char *text; /* C99 */
} mlpi_own_function;

/** Number i of the table; NULL behind the last. */
const mlpi_own_function *mlpi_own_math_at(size_t i);

/** The largest bound of those of float. */
double mlpi_own_math_places(void);

/** Writes those functions that a code calls and another one, `but`, does not (nullable), and makes
 * calls of their names in math.h calls of them: a column may have such a name. */
void mlpi_own_math_write(FILE *to, const char *code, const char *but);

#endif
