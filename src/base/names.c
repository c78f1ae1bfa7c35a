/* SPDX-License-Identifier: MIT */
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

bool mlpi_names_copy(mlp_names first, mlp_names second, mlp_names *copy)
{
    const size_t count = first.count + second.count;
    size_t size = count * sizeof(char *);
    for (size_t i = 0; i < count; i++)
        size += strlen(i < first.count ? first.items[i] : second.items[i - first.count]) + 1;
    const char **items = malloc(size + 1);
    if (items == NULL)
        return false;
    char *to = (char *)(items + count);
    for (size_t i = 0; i < count; i++) {
        const char *from = i < first.count ? first.items[i] : second.items[i - first.count];
        const size_t length = strlen(from) + 1;
        items[i] = memcpy(to, from, length);
        to += length;
    }
    *copy = (mlp_names){items, count};
    return true;
}

char *mlpi_names_join(mlp_names names)
{
    size_t size = 1;
    for (size_t i = 0; i < names.count; i++)
        size += strlen(names.items[i]) + 1;
    char *text = malloc(size), *to = text;
    for (size_t i = 0; text != NULL && i < names.count; i++) {
        const size_t length = strlen(names.items[i]);
        if (i > 0)
            *to++ = ',';
        memcpy(to, names.items[i], length);
        to += length;
    }
    if (text != NULL)
        *to = '\0';
    return text;
}
