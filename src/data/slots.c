/* SPDX-License-Identifier: MIT */
#include "data/slots.h"

#include <string.h>

#include "base/base.h"

bool mlpi_slots_grow(mlpi_slots *s, size_t things)
{
    enum { FIRST = 1024 };
    mlpi_slots made = {.count = s->count > 0 ? s->count : FIRST};
    while (made.count - made.count / 3 < things) /* with more slots in use, searches would be
                                                    long */
        made.count *= 2;
    made.room = made.count - made.count / 3;
    made.slots = mlpi_allocate(made.count, sizeof *made.slots);
    if (made.slots == NULL)
        return false;
    for (size_t i = 0; i < s->count; i++)
        if (s->slots[i].number != 0)
            mlpi_slots_put(&made, s->slots[i]);
    mlpi_free(s->slots);
    *s = made;
    return true;
}

void mlpi_slots_clear(mlpi_slots *s)
{
    if (s->count > 0)
        memset(s->slots, 0, s->count * sizeof *s->slots);
}

void mlpi_slots_release(mlpi_slots *s)
{
    mlpi_free(s->slots);
    *s = (mlpi_slots){0};
}
