/* SPDX-License-Identifier: MIT */
/* The table of full-batch methods. */
#include <string.h>

#include "optimize/minimize.h"

static const mlpi_method *const methods[] = {&mlpi_method_irprop, &mlpi_method_scg,
                                             &mlpi_method_lbfgs, &mlpi_method_levenberg,
                                             &mlpi_method_bayesian};
enum { METHODS = sizeof methods / sizeof methods[0] };

const mlpi_method *mlpi_method_at(size_t i)
{
    return i < METHODS ? methods[i] : NULL;
}

const mlpi_method *mlpi_method_find(const char *name)
{
    for (size_t i = 0; i < METHODS; i++)
        if (strcmp(methods[i]->name, name) == 0)
            return methods[i];
    return NULL;
}
