/* SPDX-License-Identifier: MIT */
/* Writes transforms as C: their formulas, and calls of them with what they have learnt. */
#include <string.h>

#include "export/c.h"

void mlpi_c_call(FILE *to, mlpi_c_way way, const char *list, size_t number,
                 const mlpi_transform *transform, const mlpi_fitted *fitted, const char *value)
{
    mlpi_c_name name;
    mlpi_c_function(way == MLPI_C_ENCODE ? "encode" : "decode", transform->name, name);
    fprintf(to, "%s(%s", name, value);
    for (size_t i = 0; i < MLPI_MOST_PARAMETERS && transform->number[i].name != NULL; i++) {
        fputs(", ", to);
        mlpi_c_double(to, fitted->number[i]);
    }
    if (transform->list != NULL)
        fprintf(to, ", %s_%zu, %zu", list, number, fitted->list_count);
    if (transform->levels != NULL)
        fprintf(to, ", %zu", fitted->level_count);
}

/* Whether a function of a transform is called: columns are encoded; targets are decoded, and also
 * encoded if there are intervals. */
static bool is_needed(const mlpi_c *c, const mlpi_transform *transform, mlpi_c_way way)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    for (size_t f = 0; way == MLPI_C_ENCODE && f < p->feature_count; f++)
        if (mlpi_transform_has(p->features[f].transform, transform))
            return true;
    for (size_t t = 0; p->task == MLP_TASK_REGRESSION && t < p->target_count; t++)
        if (p->targets[t].transform == transform && (way == MLPI_C_DECODE || c->coverage > 0.0))
            return true;
    return false;
}

static void put_lists(mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    char name[40];
    for (size_t f = 0; f < p->feature_count; f++) {
        const mlpi_feature *one = &p->features[f];
        snprintf(name, sizeof name, "column_%zu", f + 1);
        if (one->transform->list != NULL)
            mlpi_c_doubles(c, to, name, one->fitted.list, one->fitted.list_count);
    }
    for (size_t t = 0; p->task == MLP_TASK_REGRESSION && t < p->target_count; t++) {
        const mlpi_target *one = &p->targets[t];
        snprintf(name, sizeof name, "target_%zu", t + 1);
        if (one->transform->list != NULL)
            mlpi_c_doubles(c, to, name, one->fitted.list, one->fitted.list_count);
    }
}

/* Whether transform i needs a text that no transform before it has written. */
static bool needs_before(const mlpi_c *c, size_t i)
{
    const char *const *const before = mlpi_transform_at(i)->carried.before;
    for (size_t k = 0; k < i; k++)
        if (mlpi_transform_at(k)->carried.before == before &&
            is_needed(c, mlpi_transform_at(k), MLPI_C_ENCODE))
            return false;
    return before != NULL;
}

void mlpi_c_transforms(mlpi_c *c, FILE *to)
{
    const mlpi_transform *transform = NULL;
    for (size_t i = 0; (transform = mlpi_transform_at(i)) != NULL; i++) {
        const bool encode = is_needed(c, transform, MLPI_C_ENCODE);
        if (encode && needs_before(c, i))
            mlpi_c_code(to, *transform->carried.before);
        if (encode)
            mlpi_c_code(to, transform->carried.encode);
        if (is_needed(c, transform, MLPI_C_DECODE))
            mlpi_c_code(to, transform->carried.decode);
    }
    put_lists(c, to);
}
