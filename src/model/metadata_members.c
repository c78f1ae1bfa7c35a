/* SPDX-License-Identifier: MIT */
/* Reads and checks single members of a model's metadata. */
#include "model/metadata_members.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

void mlpi_meta_blame(mlpi_meta_reader *r, const char *member)
{
    if (r->defect == NULL)
        r->defect = member;
}

void mlpi_meta_note(mlpi_meta_reader *r, mlp_status status, const char *defect)
{
    if (status == MLP_ERROR_MODEL)
        mlpi_meta_blame(r, defect);
    r->out_of_memory = r->out_of_memory || status == MLP_ERROR_MEMORY;
}

mlp_json_value mlpi_meta_array(mlpi_meta_reader *r, mlp_json_value object, const char *name,
                               size_t most)
{
    const mlp_json_value array = mlp_json_member(object, name);
    if (mlp_json_kind_of(array) == MLP_JSON_ARRAY && mlp_json_count(array) <= most)
        return array;
    mlpi_meta_blame(r, name);
    return (mlp_json_value){0};
}

mlp_json_value mlpi_meta_object(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    const mlp_json_value member = mlp_json_member(object, name);
    if (mlp_json_kind_of(member) != MLP_JSON_OBJECT)
        mlpi_meta_blame(r, name);
    return member;
}

size_t mlpi_meta_size(mlpi_meta_reader *r, mlp_json_value object, const char *name, size_t most)
{
    uint64_t value = 0;
    if (mlp_json_whole(mlp_json_member(object, name), &value) && value <= most)
        return (size_t)value;
    mlpi_meta_blame(r, name);
    return 0;
}

bool mlpi_meta_flag(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    const mlp_json_value member = mlp_json_member(object, name);
    if (mlp_json_kind_of(member) != MLP_JSON_BOOLEAN)
        mlpi_meta_blame(r, name);
    return mlp_json_true(member);
}

double mlpi_meta_number(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    double number = 0.0;
    if (!mlp_json_number(mlp_json_member(object, name), &number))
        mlpi_meta_blame(r, name);
    return number;
}

bool mlpi_meta_has(mlp_json_value object, const char *name)
{
    return mlp_json_kind_of(mlp_json_member(object, name)) != MLP_JSON_NOTHING;
}

double mlpi_meta_real(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    return mlp_json_kind_of(mlp_json_member(object, name)) == MLP_JSON_NULL
               ? (double)NAN
               : mlpi_meta_number(r, object, name);
}

static char *copy_of(mlpi_meta_reader *r, mlp_json_value value, const char *name)
{
    const char *text = mlp_json_text(value);
    if (text == NULL) {
        mlpi_meta_blame(r, name);
        return NULL;
    }
    char *copy = mlpi_copy_text(text, strlen(text));
    r->out_of_memory = r->out_of_memory || copy == NULL;
    return copy;
}

char *mlpi_meta_text(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    return copy_of(r, mlp_json_member(object, name), name);
}

char *mlpi_meta_text_or_null(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    const mlp_json_value member = mlp_json_member(object, name);
    return mlp_json_kind_of(member) == MLP_JSON_NULL ? NULL : copy_of(r, member, name);
}

char mlpi_meta_letter(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    const char *text = mlp_json_text(mlp_json_member(object, name));
    if (text != NULL && strlen(text) <= 1)
        return text[0];
    mlpi_meta_blame(r, name);
    return '\0';
}

uint64_t mlpi_meta_hexadecimal(mlpi_meta_reader *r, mlp_json_value object, const char *name)
{
    const char *digits = mlp_json_text(mlp_json_member(object, name));
    if (digits != NULL && strlen(digits) == 16 && strspn(digits, "0123456789abcdef") == 16)
        return strtoull(digits, NULL, 16);
    mlpi_meta_blame(r, name);
    return 0;
}

void *mlpi_meta_room(mlpi_meta_reader *r, size_t count, size_t size)
{
    void *memory = mlpi_allocate(count, size);
    r->out_of_memory = r->out_of_memory || memory == NULL;
    return memory;
}

char **mlpi_meta_texts(mlpi_meta_reader *r, mlp_json_value object, const char *name, size_t most,
                       size_t *count)
{
    const mlp_json_value array = mlpi_meta_array(r, object, name, most);
    const size_t n = mlp_json_count(array);
    char **items = mlpi_meta_room(r, n, sizeof *items);
    mlp_json_value item = mlp_json_first(array);
    *count = items != NULL ? n : 0;
    for (size_t i = 0; i < *count; i++, item = mlp_json_next(item)) {
        items[i] = copy_of(r, item, name);
        if (items[i] == NULL)
            *count = i;
    }
    return items;
}
