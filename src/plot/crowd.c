/* SPDX-License-Identifier: MIT */
/* Pictures of more labels than a reader can tell apart: some are named, the others share an entry
 * of the legend. */
#include <math.h>
#include <stdlib.h>

#include "plot/kinds.h"

static int by_rank(const void *a, const void *b)
{
    const mlpi_ranked *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->label < y->label ? -1 : 1;
}

size_t mlpi_named_of(size_t count)
{
    return count <= MLPI_TOLD_APART ? count : MLPI_NAMED;
}

size_t mlpi_name_first(mlpi_ranked *all, size_t count, mlpi_panel *panel)
{
    if (count <= MLPI_TOLD_APART || panel->count != count)
        return 0; /* the counts differ if memory ran out */
    qsort(all, count, sizeof *all, by_rank);
    const size_t others = count - MLPI_NAMED;
    for (size_t i = 0; i < count; i++) {
        const bool named = i < MLPI_NAMED;
        panel->series[named ? others + i : i - MLPI_NAMED] = all[i].series;
        all[i].series->colour = named ? i : MLPI_GREY;
        all[i].series->thin = all[i].series->unlisted = !named;
    }
    return others;
}

mlpi_series *mlpi_add_entry(mlp_figure *figure, mlpi_panel *panel, const mlpi_series *like,
                            char *name)
{
    mlpi_series *entry = mlpi_add_series(figure, panel, like->mark, name != NULL ? name : "others");
    entry->colour = like->colour;
    entry->thin = like->thin;
    entry->dashed = like->dashed;
    entry->size = like->size;
    if (like->count > 0)
        mlpi_add_xy(figure, entry, mlpi_number(like, 0, MLPI_X), (double)NAN);
    free(name);
    return entry;
}
