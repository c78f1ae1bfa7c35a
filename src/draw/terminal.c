/* SPDX-License-Identifier: MIT */
/* A figure as characters: panel after panel, each with its axes, their labels and its legend. */
#include "draw/terminal.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "base/print.h"
#include "mlp/output.h"

enum { NARROWEST = 20, WIDEST = 120, HIGHEST = 24, TIC = 16 };

/* Writes a number in a form that is short enough for an axis, such as "0.25". */
static void tic_text(double value, mlpi_range range, char *text)
{
    const bool nothing = fabs(value) < 1e-3 * (range.highest - range.lowest) && range.lowest < 0.0;
    mlpi_print_text(text, TIC, fabs(value) >= 1e3 && fabs(value) < 1e6 ? "%.0f" : "%.3g",
                    nothing ? 0.0 : value);
}

static void axis_text(const mlpi_axis *axis, double value, mlpi_range range, char *text)
{
    if (axis->moment != NULL)
        mlpi_moment_text(value, axis->moment, text, TIC);
    else
        tic_text(value, range, text);
}

/* The value at t = 0..1 along a range. */
static double at_share(mlpi_range range, bool log, double t)
{
    return log ? range.lowest * pow(range.highest / range.lowest, t)
               : range.lowest + (range.highest - range.lowest) * t;
}

/* --- sizes ------------------------------------------------------------------------------------ */

/* The number of columns to the left of the area, for the widest text there and the axis line. */
static size_t margin_of(const mlpi_area *area, size_t width)
{
    const mlpi_axis *axis = &area->panel->y;
    size_t widest = 0;
    if (axis->hidden)
        return 0;
    for (size_t i = 0; i < axis->name_count; i++) {
        const size_t columns = mlp_text_columns(axis->names[i]);
        widest = columns > widest ? columns : widest;
    }
    for (int i = 0; axis->names == NULL && i < 3; i++) {
        char text[TIC];
        axis_text(axis, at_share(area->y, axis->log, i / 2.0), area->y, text);
        widest = strlen(text) > widest ? strlen(text) : widest;
    }
    return (widest < width / 3 ? widest : width / 3) + 2;
}

static size_t rows_of(const mlpi_area *area)
{
    const mlpi_panel *panel = area->panel;
    const size_t names = panel->y.name_count;
    if (names > 0)
        return names * (names <= 4 && panel->square ? 2 : 1);
    double rows = (double)area->columns * 0.28;
    if (panel->square) /* a character is about twice as high as it is wide */
        rows = (double)area->columns / 2.0 * (area->y.highest - area->y.lowest) /
               (area->x.highest - area->x.lowest);
    if (panel->x.hidden && !panel->square) /* labels need rows of their own */
        rows = fmax(rows, 17.0);
    return (size_t)fmin(fmax(rows, 6.0), panel->square ? 2 * HIGHEST : HIGHEST);
}

/* --- axes ------------------------------------------------------------------------------------- */

static void right_aligned(const mlpi_area *area, size_t row, const char *text)
{
    char cut[MLPI_SHORT];
    const size_t room = area->left - 2;
    const char *shown = mlpi_short(text, room, cut);
    const size_t columns = mlp_text_columns(shown);
    mlpi_screen_text(area->screen, columns < room ? (long)(room - columns) : 0, (long)row, shown,
                     room);
}

static void draw_y_axis(const mlpi_area *area)
{
    const mlpi_axis *axis = &area->panel->y;
    if (axis->hidden)
        return;
    for (size_t i = 0; i < axis->name_count; i++)
        right_aligned(area, area->top + (size_t)mlpi_area_row(area, (double)i), axis->names[i]);
    for (int i = 0; axis->names == NULL && i < 3; i++) {
        char text[TIC];
        axis_text(axis, at_share(area->y, axis->log, axis->reversed ? 1.0 - i / 2.0 : i / 2.0),
                  area->y, text);
        right_aligned(area, area->top + (area->rows - 1) * (size_t)(2 - i) / 2, text);
    }
    for (size_t row = 0; row < area->rows; row++)
        mlpi_screen_character(area->screen, (long)area->left - 1, (long)(area->top + row), 0x2502);
}

static void draw_x_names(const mlpi_area *area, size_t row)
{
    const mlpi_axis *axis = &area->panel->x;
    const size_t room = area->columns / (axis->name_count > 0 ? axis->name_count : 1);
    for (size_t i = 0; i < axis->name_count && room >= 2; i++) {
        const size_t wanted = mlp_text_columns(axis->names[i]);
        const size_t columns = wanted < room - 1 ? wanted : room - 1;
        const long middle = (long)area->left + (long)mlpi_area_column(area, (double)i);
        mlpi_screen_text(area->screen, middle - (long)(columns / 2), (long)row, axis->names[i],
                         columns);
    }
}

static void draw_x_axis(const mlpi_area *area)
{
    const mlpi_axis *axis = &area->panel->x;
    const size_t row = area->top + area->rows;
    if (axis->hidden)
        return;
    mlpi_screen_character(area->screen, (long)area->left - 1, (long)row, 0x2514);
    for (size_t c = 0; c < area->columns; c++)
        mlpi_screen_character(area->screen, (long)(area->left + c), (long)row, 0x2500);
    if (axis->names != NULL) {
        draw_x_names(area, row + 1);
        return;
    }
    const int tics = area->columns > 40 ? 4 : 2;
    for (int i = 0; i <= tics; i++) {
        char text[TIC];
        axis_text(axis, at_share(area->x, axis->log, (double)i / tics), area->x, text);
        const long length = (long)strlen(text);
        const long column = (long)area->left + (long)area->columns * i / tics;
        mlpi_screen_text(area->screen,
                         i == 0      ? column
                         : i == tics ? column - length
                                     : column - length / 2,
                         (long)row + 1, text, TIC);
    }
}

/* --- around the area -------------------------------------------------------------------------- */

/* Writes a text on lines of at most `width` columns, broken between words. */
static void write_wrapped(FILE *to, const char *text, size_t width)
{
    size_t used = 0;
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        char word[160];
        snprintf(word, sizeof word, "%.*s", (int)(length < 159 ? length : 159), text);
        const size_t columns = mlp_text_columns(word);
        if (used > 0 && used + 1 + columns > width) {
            fputc('\n', to);
            used = 0;
        } else if (used > 0) {
            fputc(' ', to);
            used++;
        }
        const size_t room = columns < width ? columns : width;
        mlp_text_write(to, word, room, false);
        used += room;
        text += length + (text[length] == ' ');
    }
    fputc('\n', to);
}

static void write_entry(const mlpi_area *area, uint32_t sign, unsigned colour, const char *name,
                        size_t width, size_t *used, FILE *to)
{
    char bytes[5] = {0};
    const size_t wanted = mlp_text_columns(name) + 4;
    const size_t columns = wanted < width ? wanted : width;
    if (*used > 0 && *used + columns > width) {
        fputc('\n', to);
        *used = 0;
    } else if (*used > 0) {
        fputs("  ", to);
    }
    mlpi_utf8_put(sign, bytes);
    if (area->colours && mlpi_screen_seen(colour, false))
        fprintf(to, "\033[38;2;%u;%u;%um%s\033[0m ", colour >> 16, colour >> 8 & 255u,
                colour & 255u, bytes);
    else
        fprintf(to, "%s ", bytes);
    const size_t room = columns > 4 ? columns - 4 : columns;
    mlp_text_write(to, mlpi_short(name, room, (char[MLPI_SHORT]){0}), room, false);
    *used += columns;
}

static void write_legend(const mlpi_area *area, size_t width, FILE *to)
{
    size_t used = 0;
    for (size_t k = 0; k < area->panel->count; k++) {
        const mlpi_series *s = area->panel->series[k];
        const uint32_t sign = mlpi_area_sign(area, k);
        if (sign != 0 && s->count > 0 && !s->unlisted)
            write_entry(area, sign, mlpi_palette(s->colour), s->name, width, &used, to);
        for (size_t i = 0; !area->colours && i < s->class_count && i < 26; i++)
            write_entry(area, 'A' + (uint32_t)i, 0, s->classes[i], width, &used, to);
    }
    if (used > 0)
        fputc('\n', to);
}

/* Writes the scale, which shows the values of shades or colours. */
static void write_scale(const mlpi_area *area, size_t width, FILE *to)
{
    enum { STEPS = 10 };
    char low[TIC], high[TIC];
    const mlpi_range range = mlpi_value_range(area->panel);
    if (area->panel->value_label == NULL)
        return;
    tic_text(range.lowest, range, low);
    tic_text(range.highest, range, high);
    const size_t used = strlen(low) + strlen(high) + STEPS + 3;
    fprintf(to, "%s ", low);
    for (int i = 0; i < STEPS; i++) {
        const double t = (i + 0.5) / STEPS;
        const unsigned rgb = mlpi_scale_colour(area->panel->scale, t);
        char bytes[5] = {0};
        mlpi_utf8_put(mlpi_shade(t), bytes);
        if (area->colours)
            fprintf(to, "\033[48;2;%u;%u;%um \033[0m", rgb >> 16, rgb >> 8 & 255u, rgb & 255u);
        else
            fputs(bytes, to);
    }
    fprintf(to, " %s ", high);
    mlp_text_write(to, area->panel->value_label, width > used ? width - used : 0, false);
    fputc('\n', to);
}

/* Writes "y: LABEL" above the area or "x: LABEL" below it. */
static void write_axis_label(const char *name, const char *label, size_t width, FILE *to)
{
    if (label == NULL)
        return;
    if (name != NULL)
        fprintf(to, "%s: ", name);
    mlp_text_write(to, label, width - 3, false);
    fputc('\n', to);
}

static mlp_status write_panel(const mlpi_panel *panel, size_t width, bool colours, FILE *to,
                              mlp_error *err)
{
    mlpi_screen screen;
    mlpi_area area = {.panel = panel, .colours = colours};
    area.x = mlpi_axis_range(panel, false);
    area.y = mlpi_axis_range(panel, true);
    area.left = margin_of(&area, width);
    area.columns = width - area.left;
    area.rows = rows_of(&area);
    if (!mlpi_screen_init(&screen, width, area.rows + (panel->x.hidden ? 0 : 2)))
        return mlpi_fail_memory(err, "a picture");
    area.screen = &screen;
    for (size_t k = 0; k < panel->count; k++)
        mlpi_area_draw(&area, k);
    draw_y_axis(&area);
    draw_x_axis(&area);
    if (panel->title != NULL) {
        mlp_text_write(to, panel->title, width, false);
        fputc('\n', to);
    }
    write_axis_label("y", panel->y.label, width, to);
    for (size_t row = 0; row < screen.rows; row++) {
        mlpi_screen_write(&screen, row, colours, to);
        fputc('\n', to);
    }
    write_axis_label(panel->x.hidden ? NULL : "x", panel->x.label, width, to);
    write_legend(&area, width, to);
    write_scale(&area, width, to);
    mlpi_screen_release(&screen);
    return MLP_OK;
}

mlp_status mlp_figure_characters(const mlp_figure *figure, size_t width, bool colour, FILE *to,
                                 mlp_error *err)
{
    width = width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
    write_wrapped(to, figure->title, width);
    for (size_t p = 0; p < figure->count; p++) {
        fputc('\n', to);
        MLPI_TRY(write_panel(figure->panels[p], width, colour, to, err));
    }
    return MLP_OK;
}
