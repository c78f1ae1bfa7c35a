/* SPDX-License-Identifier: MIT */
/* Series as characters. With colours, series differ by colour; without colours, by character. */
#include <math.h>

#include "draw/terminal.h"
#include "mlp/output.h"

enum { FULL_BLOCK = 0x2588, EIGHTHS = 8 };

/* --- coordinates ------------------------------------------------------------------------------ */

static double share(double value, mlpi_range range, const mlpi_axis *axis)
{
    if (axis->log)
        return log(value / range.lowest) / log(range.highest / range.lowest);
    return (value - range.lowest) / (range.highest - range.lowest);
}

double mlpi_area_column(const mlpi_area *area, double x)
{
    const double t = share(x, area->x, &area->panel->x);
    return (area->panel->x.reversed ? 1.0 - t : t) * (double)area->columns;
}

double mlpi_area_row(const mlpi_area *area, double y)
{
    const double t = share(y, area->y, &area->panel->y);
    return (area->panel->y.reversed ? t : 1.0 - t) * (double)area->rows;
}

/* Finds the cell of a point; false: the point is outside the area. The outer edges belong to the
 * area. */
static bool place(const mlpi_area *area, double x, double y, long *column, long *row)
{
    const double c = mlpi_area_column(area, x), r = mlpi_area_row(area, y);
    if (!(c >= 0.0 && c <= (double)area->columns && r >= 0.0 && r <= (double)area->rows))
        return false;
    *column = (long)area->left + (long)fmin(c, (double)area->columns - 1.0);
    *row = (long)area->top + (long)fmin(r, (double)area->rows - 1.0);
    return true;
}

/* The coordinates of the middle of a character, on linear axes. */
static void middle(const mlpi_area *area, size_t column, size_t row, double *x, double *y)
{
    const double u = ((double)column + 0.5) / (double)area->columns;
    const double v = ((double)row + 0.5) / (double)area->rows;
    const double up = area->panel->y.reversed ? v : 1.0 - v;
    *x = area->x.lowest + u * (area->x.highest - area->x.lowest);
    *y = area->y.lowest + up * (area->y.highest - area->y.lowest);
}

uint32_t mlpi_shade(double t)
{
    static const uint32_t shades[] = {' ', 0x2591, 0x2592, 0x2593, FULL_BLOCK};
    return shades[(int)fmin(fmax(t, 0.0) * 5.0, 4.0)];
}

/* --- lines and points ------------------------------------------------------------------------- */

static size_t count_of(const mlpi_panel *panel, mlpi_mark mark)
{
    size_t count = 0;
    for (size_t k = 0; k < panel->count; k++)
        count += panel->series[k]->mark == mark && panel->series[k]->count > 0 ? 1 : 0;
    return count;
}

/* Whether a series is drawn in braille dots: without colours, dots cannot tell series apart, and on
 * a coloured ground they are not visible. */
static bool in_dots(const mlpi_area *area, const mlpi_series *s)
{
    const bool alone = count_of(area->panel, s->mark) <= 1;
    return !mlpi_has_grid(area->panel) && (area->colours || alone) &&
           (s->mark == MLPI_LINE || (s->count > 60 && alone));
}

uint32_t mlpi_area_sign(const mlpi_area *area, size_t k)
{
    static const uint32_t of_lines[] = {'*', '+', 'o', 'x', '#', '%', '@', '='};
    static const uint32_t of_points[] = {0x25CF, 0x25A0, 0x25B2, 0x25C6, 0x25BC, 0x2605};
    const mlpi_series *s = area->panel->series[k];
    if (s->mark == MLPI_LINE)
        return in_dots(area, s) ? 0x2812 : of_lines[k % (sizeof of_lines / sizeof *of_lines)];
    if (s->mark == MLPI_POINTS && s->colour == MLPI_GREY)
        return in_dots(area, s) ? 0x2802 : 0x25CB;
    if (s->mark == MLPI_POINTS)
        return in_dots(area, s) ? 0x2802
               : s->colour == MLPI_BLACK
                   ? of_points[0]
                   : of_points[s->colour % (sizeof of_points / sizeof *of_points)];
    return s->mark == MLPI_BARS ? FULL_BLOCK : s->mark == MLPI_BAND ? 0x2591 : 0;
}

static void dot_line(const mlpi_area *area, double x0, double y0, double x1, double y1,
                     unsigned colour)
{
    mlpi_screen_line(area->screen,
                     MLPI_DOTS_ACROSS * ((double)area->left + mlpi_area_column(area, x0)),
                     MLPI_DOTS_DOWN * ((double)area->top + mlpi_area_row(area, y0)),
                     MLPI_DOTS_ACROSS * ((double)area->left + mlpi_area_column(area, x1)),
                     MLPI_DOTS_DOWN * ((double)area->top + mlpi_area_row(area, y1)), colour);
}

static void put_sign(const mlpi_area *area, double x, double y, uint32_t sign, unsigned colour)
{
    long column = 0, row = 0;
    if (!place(area, x, y, &column, &row))
        return;
    mlpi_screen_character(area->screen, column, row, sign);
    mlpi_screen_colour(area->screen, column, row, colour);
}

/* Draws a line without dots, as one sign in each column that it crosses. */
static void sign_line(const mlpi_area *area, double x0, double y0, double x1, double y1,
                      uint32_t sign, unsigned colour)
{
    const double across = fabs(mlpi_area_column(area, x1) - mlpi_area_column(area, x0));
    const int steps = (int)fmin(ceil(across), 1000.0);
    for (int i = 0; i <= steps; i++) {
        const double t = steps > 0 ? (double)i / steps : 0.0;
        put_sign(area, x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, sign, colour);
    }
}

static void draw_line(const mlpi_area *area, size_t k)
{
    const mlpi_series *s = area->panel->series[k];
    const unsigned colour = mlpi_palette(s->colour);
    const bool dots = in_dots(area, s);
    for (size_t i = 0; i < s->count; i++) {
        const size_t before = i > 0 ? i - 1 : 0;
        const double x0 = mlpi_number(s, before, MLPI_X), y0 = mlpi_number(s, before, MLPI_Y);
        const double x1 = mlpi_number(s, i, MLPI_X), y1 = mlpi_number(s, i, MLPI_Y);
        if (!isfinite(y0) || !isfinite(y1))
            continue;
        if (dots)
            dot_line(area, x0, y0, x1, y1, colour);
        else
            sign_line(area, x0, y0, x1, y1, mlpi_area_sign(area, k), colour);
    }
}

static void draw_points(const mlpi_area *area, size_t k)
{
    const mlpi_series *s = area->panel->series[k];
    const bool dots = in_dots(area, s);
    for (size_t i = 0; i < s->count; i++) {
        const double x = mlpi_number(s, i, MLPI_X), y = mlpi_number(s, i, MLPI_Y);
        if (dots)
            dot_line(area, x, y, x, y, mlpi_palette(s->colour));
        else
            put_sign(area, x, y, mlpi_area_sign(area, k), mlpi_palette(s->colour));
    }
}

/* Without colours, a dot is a digit: its value in tenths of the scale. */
static void draw_dots(const mlpi_area *area, size_t k)
{
    const mlpi_series *s = area->panel->series[k];
    const mlpi_range range = mlpi_value_range(area->panel);
    for (size_t i = 0; i < s->count; i++) {
        const double value = mlpi_number(s, i, MLPI_VALUE);
        const double t = (value - range.lowest) / (range.highest - range.lowest);
        const uint32_t digit = '0' + (uint32_t)fmin(fmax(t * 10.0, 0.0), 9.0);
        put_sign(area, mlpi_number(s, i, MLPI_X), mlpi_number(s, i, MLPI_Y),
                 area->colours ? 0x25CF : digit, mlpi_scale_colour(area->panel->scale, t));
    }
}

/* --- areas ------------------------------------------------------------------------------------ */

static void put_block(const mlpi_area *area, size_t column, size_t row, uint32_t c, unsigned colour)
{
    mlpi_screen_character(area->screen, (long)(area->left + column), (long)(area->top + row), c);
    mlpi_screen_colour(area->screen, (long)(area->left + column), (long)(area->top + row), colour);
}

/* Draws upright bars; a column of characters shows the highest bar that it meets. */
static void draw_upright(const mlpi_area *area, const mlpi_series *s)
{
    for (size_t column = 0; column < area->columns; column++) {
        double x = 0.0, y = 0.0, top = 0.0;
        middle(area, column, 0, &x, &y);
        for (size_t i = 0; i < s->count; i++)
            if (fabs(mlpi_number(s, i, MLPI_X) - x) <= s->step / 2.0)
                top = fmax(top, mlpi_number(s, i, MLPI_Y));
        const double height = (double)area->rows - mlpi_area_row(area, top);
        const double ground = (double)area->rows - mlpi_area_row(area, 0.0);
        for (size_t row = 0; top > 0.0 && row < area->rows; row++) {
            const double above = (double)(area->rows - 1 - row);
            const int eighths = (int)lround(fmin(fmax(height - above, 0.0), 1.0) * EIGHTHS);
            if (eighths > 0 && above + 1.0 > ground)
                put_block(area, column, row, 0x2580u + (unsigned)eighths, mlpi_palette(s->colour));
        }
    }
}

static void draw_sideways(const mlpi_area *area, const mlpi_series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const double from = mlpi_area_column(area, 0.0);
        const double to = mlpi_area_column(area, mlpi_number(s, i, MLPI_X));
        const double row = mlpi_area_row(area, mlpi_number(s, i, MLPI_Y));
        for (size_t c = 0; c < area->columns && row >= 0.0 && row < (double)area->rows; c++) {
            const int eighths = (int)lround(fmin(fmax(to - (double)c, 0.0), 1.0) * EIGHTHS);
            if (eighths > 0 && (double)c + 1.0 > from)
                put_block(area, c, (size_t)row, 0x2590u - (unsigned)eighths,
                          mlpi_palette(s->colour));
        }
    }
}

static void draw_bars(const mlpi_area *area, size_t k)
{
    if (area->panel->y.names != NULL)
        draw_sideways(area, area->panel->series[k]);
    else
        draw_upright(area, area->panel->series[k]);
}

static void draw_band(const mlpi_area *area, size_t k)
{
    const mlpi_series *s = area->panel->series[k];
    for (size_t i = 0; i < s->count; i++) {
        const double column = mlpi_area_column(area, mlpi_number(s, i, MLPI_X));
        const double first = mlpi_area_row(area, mlpi_number(s, i, MLPI_Y));
        const double last = mlpi_area_row(area, mlpi_number(s, i, MLPI_Y2));
        for (size_t row = 0; row < area->rows && column < (double)area->columns; row++)
            if ((double)row + 0.5 >= fmin(first, last) && (double)row + 0.5 <= fmax(first, last))
                put_block(area, (size_t)fmax(column, 0.0), row, 0x2591, mlpi_palette(s->colour));
    }
}

/* Draws segments; if there are very many, only those with large values. */
static void draw_segments(const mlpi_area *area, size_t k)
{
    const mlpi_series *s = area->panel->series[k];
    const mlpi_range range = mlpi_value_range(area->panel);
    const double far = fmax(fabs(range.lowest), fabs(range.highest));
    for (size_t i = 0; i < s->count; i++) {
        const double value = mlpi_number(s, i, MLPI_VALUE);
        if (s->count > 60 && fabs(value) < 0.4 * far)
            continue;
        dot_line(area, mlpi_number(s, i, MLPI_X), mlpi_number(s, i, MLPI_Y),
                 mlpi_number(s, i, MLPI_X2), mlpi_number(s, i, MLPI_Y2),
                 mlpi_palette(value < 0.0 ? 1 : 0));
    }
}

static void draw_labels(const mlpi_area *area, size_t k)
{
    const mlpi_series *s = area->panel->series[k];
    for (size_t i = 0; i < s->count; i++) {
        long column = 0, row = 0;
        const double x = mlpi_number(s, i, MLPI_X), y = mlpi_number(s, i, MLPI_Y);
        if (!place(area, x, y, &column, &row))
            continue;
        column += s->align == 'l' ? 1 : 0;
        const long all = (long)area->screen->columns, text = (long)mlp_text_columns(s->texts[i]);
        const long room = s->align == 'l' ? all - column : s->align == 'r' ? column : all;
        const long wide = text < room ? text : room;
        column -= s->align == 'c' ? wide / 2 : s->align == 'r' ? wide : 0;
        mlpi_screen_text(area->screen, column, row, s->texts[i], (size_t)(wide > 0 ? wide : 0));
        for (long c = column; c < column + wide; c++)
            mlpi_screen_colour(area->screen, c, row,
                               mlpi_number(s, i, MLPI_VALUE) > 0.5 ? 0xFFFFFF : 0x000000);
    }
}

/* --- grids ------------------------------------------------------------------------------------ */

/* Finds the cell of a grid that holds a point; false: the point is outside the grid. */
static bool cell_under(const mlpi_series *s, double x, double y, size_t *cell)
{
    if (s->count == 0 || s->count < s->columns * s->rows)
        return false;
    const double x0 = mlpi_number(s, 0, MLPI_X), y0 = mlpi_number(s, 0, MLPI_Y);
    const double x1 = mlpi_number(s, s->count - 1, MLPI_X);
    const double y1 = mlpi_number(s, s->count - 1, MLPI_Y);
    const double dx = s->columns > 1 ? (x1 - x0) / (double)(s->columns - 1) : 1.0;
    const double dy = s->rows > 1 ? (y1 - y0) / (double)(s->rows - 1) : 1.0;
    const double c = floor((x - x0) / dx + 0.5), r = floor((y - y0) / dy + 0.5);
    if (!(c >= 0.0 && c < (double)s->columns && r >= 0.0 && r < (double)s->rows))
        return false;
    *cell = (size_t)r * s->columns + (size_t)c;
    return true;
}

static void draw_cell(const mlpi_area *area, const mlpi_series *s, mlpi_range range, size_t cell,
                      long column, long row)
{
    const double value = mlpi_number(s, cell, MLPI_VALUE);
    if (!isfinite(value))
        return;
    const bool regions = s->mark == MLPI_REGIONS;
    const double t = (value - range.lowest) / (range.highest - range.lowest);
    if (area->colours) {
        mlpi_screen_ground(area->screen, column, row,
                           regions ? mlpi_region_colour(s, cell)
                                   : mlpi_scale_colour(area->panel->scale, t));
    } else if (regions) {
        const uint32_t first = value > 0.8 ? 'A' : 'a';
        mlpi_screen_character(area->screen, column, row,
                              first + (uint32_t)mlpi_number(s, cell, MLPI_CLASS) % 26);
    } else if (count_of(area->panel, MLPI_LABELS) == 0) { /* labels already show the values */
        mlpi_screen_character(area->screen, column, row, mlpi_shade(t));
    }
}

static void draw_grid(const mlpi_area *area, size_t k)
{
    const mlpi_series *s = area->panel->series[k];
    const mlpi_range range = mlpi_value_range(area->panel);
    for (size_t row = 0; row < area->rows; row++) {
        for (size_t column = 0; column < area->columns; column++) {
            double x = 0.0, y = 0.0;
            size_t cell = 0;
            middle(area, column, row, &x, &y);
            if (cell_under(s, x, y, &cell))
                draw_cell(area, s, range, cell, (long)(area->left + column),
                          (long)(area->top + row));
        }
    }
}

void mlpi_area_draw(const mlpi_area *area, size_t k)
{
    static void (*const draws[MLPI_MARK_COUNT])(const mlpi_area *, size_t) = {
        [MLPI_LINE] = draw_line,         [MLPI_POINTS] = draw_points, [MLPI_DOTS] = draw_dots,
        [MLPI_BARS] = draw_bars,         [MLPI_BAND] = draw_band,     [MLPI_LABELS] = draw_labels,
        [MLPI_SEGMENTS] = draw_segments, [MLPI_MAP] = draw_grid,      [MLPI_REGIONS] = draw_grid,
    };
    draws[area->panel->series[k]->mark](area, k);
}
