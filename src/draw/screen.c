/* SPDX-License-Identifier: MIT */
/* Characters, dots and colours on a screen of characters. */
#include "draw/screen.h"

#include <math.h>

#include "base/base.h"
#include "mlp/output.h"

bool mlpi_screen_init(mlpi_screen *screen, size_t columns, size_t rows)
{
    size_t cells = 0;
    *screen = (mlpi_screen){.columns = columns, .rows = rows};
    if (!mlpi_multiply(columns, rows, &cells))
        return false;
    screen->cells = mlpi_allocate(cells, sizeof *screen->cells);
    return screen->cells != NULL;
}

void mlpi_screen_release(mlpi_screen *screen)
{
    mlpi_free(screen->cells);
}

static mlpi_screen_cell *at(mlpi_screen *screen, long column, long row)
{
    if (column < 0 || row < 0 || (size_t)column >= screen->columns || (size_t)row >= screen->rows)
        return NULL;
    return &screen->cells[(size_t)row * screen->columns + (size_t)column];
}

void mlpi_screen_dot(mlpi_screen *screen, long x, long y, unsigned colour)
{
    /* bits added to U+2800, by row and column of the dot */
    static const unsigned char bits[MLPI_DOTS_DOWN][MLPI_DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (x < 0 || y < 0)
        return;
    mlpi_screen_cell *cell = at(screen, x / MLPI_DOTS_ACROSS, y / MLPI_DOTS_DOWN);
    if (cell == NULL)
        return;
    cell->dots |= bits[y % MLPI_DOTS_DOWN][x % MLPI_DOTS_ACROSS];
    cell->colour = colour;
    cell->coloured = true;
}

void mlpi_screen_line(mlpi_screen *screen, double x0, double y0, double x1, double y1,
                      unsigned colour)
{
    /* bounds the steps of a line that ends far outside the screen */
    const double far = 4.0 * (double)(screen->columns + screen->rows + 1);
    const size_t steps = (size_t)ceil(fmin(fmax(fabs(x1 - x0), fabs(y1 - y0)), far));
    for (size_t i = 0; i <= steps; i++) {
        const double t = steps > 0 ? (double)i / (double)steps : 0.0;
        const double x = x0 + (x1 - x0) * t, y = y0 + (y1 - y0) * t;
        if (fabs(x) < 1e6 && fabs(y) < 1e6)
            mlpi_screen_dot(screen, lround(floor(x)), lround(floor(y)), colour);
    }
}

void mlpi_screen_character(mlpi_screen *screen, long column, long row, uint32_t c)
{
    mlpi_screen_cell *cell = at(screen, column, row);
    if (cell != NULL)
        cell->character = c;
}

void mlpi_screen_colour(mlpi_screen *screen, long column, long row, unsigned colour)
{
    mlpi_screen_cell *cell = at(screen, column, row);
    if (cell != NULL) {
        cell->colour = colour;
        cell->coloured = true;
    }
}

void mlpi_screen_ground(mlpi_screen *screen, long column, long row, unsigned ground)
{
    mlpi_screen_cell *cell = at(screen, column, row);
    if (cell != NULL) {
        cell->ground = ground;
        cell->filled = true;
    }
}

bool mlpi_screen_seen(unsigned colour, bool on_ground)
{
    return on_ground || colour != 0x000000;
}

enum { COVERED = 1 }; /* the `character` of a cell that is the second column of a wide character */

void mlpi_screen_text(mlpi_screen *screen, long column, long row, const char *text, size_t room)
{
    const bool cut = mlp_text_columns(text) > room;
    const long end = column + (long)room - (cut ? 1 : 0);
    while (*text != '\0') {
        uint32_t c = 0;
        text += mlpi_utf8_next(text, &c);
        c = mlpi_utf8_printable(c) ? c : ' ';
        const size_t columns = mlpi_utf8_columns(c);
        if (columns == 0)
            continue;
        if (column + (long)columns > end)
            break;
        mlpi_screen_character(screen, column, row, c);
        if (columns == 2)
            mlpi_screen_character(screen, column + 1, row, COVERED);
        column += (long)columns;
    }
    if (cut && room > 0)
        mlpi_screen_character(screen, column, row, 0x2026);
}

static bool is_blank(const mlpi_screen_cell *cell)
{
    return (cell->character == 0 || cell->character == ' ') && cell->dots == 0 && !cell->filled;
}

static void write_cell(const mlpi_screen_cell *cell, bool colours, FILE *to)
{
    char bytes[4];
    if (cell->character == COVERED)
        return;
    const uint32_t c = cell->character != 0 ? cell->character
                       : cell->dots != 0    ? 0x2800u + cell->dots
                                            : ' ';
    const bool filled = colours && cell->filled;
    const bool coloured = colours && cell->coloured && mlpi_screen_seen(cell->colour, filled);
    if (coloured)
        fprintf(to, "\033[38;2;%u;%u;%um", cell->colour >> 16, cell->colour >> 8 & 255u,
                cell->colour & 255u);
    if (filled)
        fprintf(to, "\033[48;2;%u;%u;%um", cell->ground >> 16, cell->ground >> 8 & 255u,
                cell->ground & 255u);
    fwrite(bytes, 1, mlpi_utf8_put(c, bytes), to);
    if (coloured || filled)
        fputs("\033[0m", to);
}

void mlpi_screen_write(const mlpi_screen *screen, size_t row, bool colours, FILE *to)
{
    const mlpi_screen_cell *cells = screen->cells + row * screen->columns;
    size_t used = screen->columns;
    while (used > 0 && is_blank(&cells[used - 1]))
        used--;
    for (size_t i = 0; i < used; i++)
        write_cell(&cells[i], colours, to);
}
