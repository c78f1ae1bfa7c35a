/* SPDX-License-Identifier: MIT */
/* Copies what a transform has learnt, writes it as JSON, and reads it again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/network.h"
#include "transforms/transform.h"

void mlpi_fitted_release(mlpi_fitted *fitted)
{
    for (size_t i = 0; i < fitted->level_count; i++)
        free(fitted->levels[i]);
    mlpi_free(fitted->levels);
    mlpi_free(fitted->list);
    *fitted = (mlpi_fitted){0};
}

/* --- levels ----------------------------------------------------------------------------------- */

static bool add_level(mlpi_fitted *f, const char *text, size_t length)
{
    char *const copy = mlpi_copy_text(text, length);
    if (copy != NULL)
        f->levels[f->level_count++] = copy;
    return copy != NULL;
}

mlp_status mlpi_fitted_take_levels(const mlpi_distinct *texts, mlpi_fitted *fitted, mlp_error *err)
{
    fitted->levels = mlpi_allocate(texts->count, sizeof *fitted->levels);
    for (size_t i = 0; fitted->levels != NULL && i < texts->count; i++)
        if (!add_level(fitted, texts->texts[i].text, texts->texts[i].length))
            break;
    return fitted->levels != NULL && fitted->level_count == texts->count
               ? MLP_OK
               : mlpi_fail_memory(err, "the categories");
}

double mlpi_fitted_find_level(const mlpi_fitted *fitted, mlpi_span text)
{
    size_t low = 0, high = fitted->level_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const char *const level = fitted->levels[middle];
        const int order = mlpi_span_compare(text, (mlpi_span){level, strlen(level)});
        if (order == 0)
            return (double)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return MLPI_UNKNOWN_LEVEL;
}

const char *mlpi_fitted_levels_defect(const mlpi_transform *transform, const mlpi_fitted *fitted)
{
    for (size_t i = 1; i < fitted->level_count; i++)
        if (strcmp(fitted->levels[i - 1], fitted->levels[i]) >= 0)
            return transform->levels; /* levels are looked up by bisection */
    return NULL;
}

/* --- copying ---------------------------------------------------------------------------------- */

bool mlpi_fitted_copy(const mlpi_fitted *from, mlpi_fitted *to)
{
    mlpi_fitted made = {.list = mlpi_allocate(from->list_count, sizeof *made.list),
                        .levels = mlpi_allocate(from->level_count, sizeof *made.levels)};
    bool whole = made.list != NULL && made.levels != NULL;
    memcpy(made.number, from->number, sizeof made.number);
    for (size_t i = 0; whole && i < from->level_count; i++)
        whole = add_level(&made, from->levels[i], strlen(from->levels[i]));
    if (whole && from->list_count > 0)
        memcpy(made.list, from->list, from->list_count * sizeof *made.list);
    made.list_count = whole ? from->list_count : 0;
    if (!whole)
        mlpi_fitted_release(&made);
    *to = made;
    return whole;
}

/* --- JSON ------------------------------------------------------------------------------------- */

void mlpi_fitted_write(const mlpi_transform *transform, const mlpi_fitted *fitted,
                       mlp_json_writer *to)
{
    for (size_t i = 0; i < MLPI_MOST_PARAMETERS && transform->number[i].name != NULL; i++)
        mlp_json_put_number(to, transform->number[i].name, fitted->number[i]);
    if (transform->list != NULL)
        mlp_json_put_numbers(to, transform->list, fitted->list, fitted->list_count);
    if (transform->levels == NULL)
        return;
    mlp_json_begin_array(to, transform->levels);
    for (size_t i = 0; i < fitted->level_count; i++)
        mlp_json_put_text(to, NULL, fitted->levels[i]);
    mlp_json_end(to);
}

static mlp_status read_list(const char *name, mlp_json_value object, mlpi_fitted *f,
                            const char **defect)
{
    const mlp_json_value array = mlp_json_member(object, name);
    const size_t count = mlp_json_count(array);
    mlp_json_value item = mlp_json_first(array);
    *defect = name;
    if (mlp_json_kind_of(array) != MLP_JSON_ARRAY)
        return MLP_ERROR_MODEL;
    f->list = mlpi_allocate(count, sizeof *f->list);
    if (f->list == NULL)
        return MLP_ERROR_MEMORY;
    for (; f->list_count < count; item = mlp_json_next(item))
        if (!mlp_json_number(item, &f->list[f->list_count++]))
            return MLP_ERROR_MODEL;
    return MLP_OK;
}

static mlp_status read_levels(const char *name, mlp_json_value object, mlpi_fitted *f,
                              const char **defect)
{
    const mlp_json_value array = mlp_json_member(object, name);
    const size_t count = mlp_json_count(array);
    mlp_json_value item = mlp_json_first(array);
    *defect = name;
    if (mlp_json_kind_of(array) != MLP_JSON_ARRAY || count > MLP_MAX_UNITS)
        return MLP_ERROR_MODEL;
    f->levels = mlpi_allocate(count, sizeof *f->levels);
    if (f->levels == NULL)
        return MLP_ERROR_MEMORY;
    for (size_t i = 0; i < count; i++, item = mlp_json_next(item)) {
        const char *text = mlp_json_text(item);
        if (text == NULL)
            return MLP_ERROR_MODEL;
        if (!add_level(f, text, strlen(text)))
            return MLP_ERROR_MEMORY;
    }
    return MLP_OK;
}

static mlp_status read_members(const mlpi_transform *transform, mlp_json_value object,
                               mlpi_fitted *f, const char **defect)
{
    for (size_t i = 0; i < MLPI_MOST_PARAMETERS && transform->number[i].name != NULL; i++) {
        *defect = transform->number[i].name;
        if (!mlp_json_number(mlp_json_member(object, *defect), &f->number[i]))
            return MLP_ERROR_MODEL;
    }
    if (transform->list != NULL)
        MLPI_TRY(read_list(transform->list, object, f, defect));
    if (transform->levels != NULL)
        MLPI_TRY(read_levels(transform->levels, object, f, defect));
    *defect = transform->defect(f);
    return *defect == NULL ? MLP_OK : MLP_ERROR_MODEL;
}

mlp_status mlpi_fitted_read(const mlpi_transform *transform, mlp_json_value object,
                            mlpi_fitted *fitted, const char **defect)
{
    mlpi_fitted made = {0};
    const mlp_status status = read_members(transform, object, &made, defect);
    if (status != MLP_OK)
        mlpi_fitted_release(&made);
    *fitted = made;
    return status;
}
