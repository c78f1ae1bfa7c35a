/* SPDX-License-Identifier: MIT */
/* The names of areas, each written where its area is widest. */
#include <math.h>

#include "base/base.h"
#include "mlp/output.h"
#include "plot/kinds.h"

/* The approximate size of a letter in cells, in a picture of usual size; and the share of all cells
 * below which an area is not named. */
static const double letter_across = 2.2, letter_down = 7.0, least_share = 0.005;
enum { LONGEST = 20 };

typedef struct field {
    const mlpi_series *regions;
    size_t *away;  /* for each cell: steps to the nearest cell of another label, or to the frame */
    bool *covered; /* for each cell: a name covers it */
} field;

static size_t class_at(const field *f, size_t i)
{
    return (size_t)mlpi_number(f->regions, i, MLPI_CLASS);
}

/* Shortens the steps of cell i to those by way of a neighbour, if these are fewer. */
static void nearer(const field *f, size_t i, size_t neighbour)
{
    const size_t steps = class_at(f, i) == class_at(f, neighbour) ? f->away[neighbour] + 1 : 1;
    f->away[i] = steps < f->away[i] ? steps : f->away[i];
}

/* Computes `away` in two passes over the grid, forwards and backwards (A. Rosenfeld, J. L. Pfaltz
 * 1966). */
static void measure(const field *f)
{
    const size_t columns = f->regions->columns, all = f->regions->count;
    for (size_t i = 0; i < all; i++) {
        const size_t c = i % columns;
        const bool frame = c == 0 || c + 1 == columns || i < columns || i + columns >= all;
        f->away[i] = frame ? 1 : all;
        if (frame)
            continue;
        const size_t before[] = {i - 1, i - columns - 1, i - columns, i - columns + 1};
        for (size_t k = 0; k < 4; k++)
            nearer(f, i, before[k]);
    }
    for (size_t i = all; i-- > 0;) {
        const size_t c = i % columns;
        if (c == 0 || c + 1 == columns || i < columns || i + columns >= all)
            continue;
        const size_t behind[] = {i + 1, i + columns - 1, i + columns, i + columns + 1};
        for (size_t k = 0; k < 4; k++)
            nearer(f, i, behind[k]);
    }
}

/* Whether a name of half width `half` has room around a cell, within the frame and without
 * overlapping other names. `take`: marks the room as covered. */
static bool has_room(const field *f, size_t cell, size_t half, bool take)
{
    const size_t columns = f->regions->columns, rows = f->regions->rows;
    const size_t up = (size_t)(letter_down / 2.0), c = cell % columns, r = cell / columns;
    if (c < half || c + half >= columns || r < up || r + up >= rows)
        return false;
    for (size_t y = r - up; y <= r + up; y++)
        for (size_t x = c - half; x <= c + half; x++) {
            if (f->covered[y * columns + x])
                return false;
            f->covered[y * columns + x] = take;
        }
    return true;
}

/* Among the cells of a label that have room for its name, the one farthest from the edges of its
 * area; SIZE_MAX: none has room. */
static size_t widest(const field *f, size_t class, size_t half)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < f->regions->count; i++)
        if (class_at(f, i) == class && (best == SIZE_MAX || f->away[i] > f->away[best]) &&
            has_room(f, i, half, false))
            best = i;
    return best;
}

static size_t cells_of(const field *f, size_t class)
{
    size_t cells = 0;
    for (size_t i = 0; i < f->regions->count; i++)
        cells += class_at(f, i) == class ? 1 : 0;
    return cells;
}

static void name_class(const field *f, size_t class, mlp_figure *figure, mlpi_series *names)
{
    char text[MLPI_SHORT];
    mlpi_short(f->regions->classes[class], LONGEST, text);
    const size_t half = (size_t)ceil((double)mlp_text_columns(text) * letter_across / 2.0);
    const size_t cell = widest(f, class, half);
    if (cell == SIZE_MAX)
        return;
    has_room(f, cell, half, true);
    mlpi_add_label(figure, names, mlpi_number(f->regions, cell, MLPI_X),
                   mlpi_number(f->regions, cell, MLPI_Y), false, text);
}

void mlpi_name_regions(mlp_figure *figure, mlpi_panel *panel, const mlpi_series *regions)
{
    const size_t count = regions->count;
    const field f = {regions, mlpi_allocate(count, sizeof *f.away),
                     mlpi_allocate(count, sizeof *f.covered)};
    mlpi_series *names = mlpi_add_series(figure, panel, MLPI_LABELS, "areas");
    names->unlisted = true;
    if (f.away == NULL || f.covered == NULL || figure->failed) {
        figure->failed = true;
    } else {
        measure(&f);
        for (size_t k = 0; k < regions->class_count; k++)
            if ((double)cells_of(&f, k) >= least_share * (double)count)
                name_class(&f, k, figure, names);
    }
    mlpi_free(f.away);
    mlpi_free(f.covered);
}
