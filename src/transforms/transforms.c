/* SPDX-License-Identifier: MIT */
/* The table of transforms. */
#include <string.h>

#include "transforms/transform.h"

static const mlpi_transform *const table[] = {
    &mlpi_standard,         &mlpi_min_max,  &mlpi_robust,
    &mlpi_quantile_normal,  &mlpi_log,      &mlpi_yeo_johnson,
    &mlpi_piecewise_linear, &mlpi_periodic, &mlpi_combined,
    &mlpi_one_hot,          &mlpi_pooled,   &mlpi_ordinal,
    &mlpi_target_means,     &mlpi_hashing,  &mlpi_date,
};

const mlpi_transform *mlpi_transform_at(size_t i)
{
    return i < sizeof table / sizeof table[0] ? table[i] : NULL;
}

const mlpi_transform *mlpi_transform_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const mlpi_transform *mlpi_transform_of_kind(const char *kind)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(table[i]->kind, kind) == 0)
            return table[i];
    return NULL;
}

bool mlpi_transform_has(const mlpi_transform *transform, const mlpi_transform *part)
{
    bool found = transform == part;
    for (size_t p = 0; p < MLPI_COMBINED; p++)
        found = found || transform->parts[p] == part;
    return found;
}

void mlpi_transform_range(const mlpi_transform *transform, const mlpi_fitted *fitted,
                          double range[3])
{
    for (int i = 0; transform->reach > 0.0 && i < 3; i++)
        range[i] = transform->invert(fitted, transform->reach * (i - 1));
    if (!(transform->reach > 0.0))
        transform->range(fitted, range);
}
