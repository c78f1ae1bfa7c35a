/* SPDX-License-Identifier: MIT */
/* Building figures, and the queries that all back ends make. */
#include "draw/figure.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/print.h"
#include "mlp/output.h"

/* The channels of each mark, in the order of the numbers of a point. */
static const struct {
    size_t width;
    int channels[MLPI_CHANNELS];
} marks[MLPI_MARK_COUNT] = {
    [MLPI_LINE] = {2, {MLPI_X, MLPI_Y}},
    [MLPI_POINTS] = {2, {MLPI_X, MLPI_Y}},
    [MLPI_DOTS] = {3, {MLPI_X, MLPI_Y, MLPI_VALUE}},
    [MLPI_BARS] = {2, {MLPI_X, MLPI_Y}},
    [MLPI_BAND] = {3, {MLPI_X, MLPI_Y, MLPI_Y2}},
    [MLPI_SEGMENTS] = {5, {MLPI_X, MLPI_Y, MLPI_X2, MLPI_Y2, MLPI_VALUE}},
    [MLPI_LABELS] = {3, {MLPI_X, MLPI_Y, MLPI_VALUE}},
    [MLPI_MAP] = {3, {MLPI_X, MLPI_Y, MLPI_VALUE}},
    [MLPI_REGIONS] = {4, {MLPI_X, MLPI_Y, MLPI_VALUE, MLPI_CLASS}},
};

/* --- building --------------------------------------------------------------------------------- */

MLP_PRINTF(2, 0)
static char *format_text(mlp_figure *figure, const char *format, va_list values)
{
    va_list again;
    va_copy(again, values);
    const int length = mlpi_print_values(NULL, 0, format, again);
    va_end(again);
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (text == NULL)
        figure->failed = true;
    else
        mlpi_print_values(text, (size_t)length + 1, format, values);
    return text;
}

char *mlpi_figure_text(mlp_figure *figure, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = format_text(figure, format, values);
    va_end(values);
    return text;
}

const char *mlpi_shown(double value, char *text)
{
    const bool whole = fabs(value) >= 1e4 && fabs(value) < 1e12;
    mlpi_print_text(text, MLPI_SHOWN, whole ? "%.0f" : "%.4g", value);
    return text;
}

/* Returns the number of columns that the next character fills, and moves *text past this
 * character. */
static size_t columns_of_next(const char **text)
{
    uint32_t c = 0;
    *text += mlpi_utf8_next(*text, &c);
    return mlpi_utf8_printable(c) ? mlpi_utf8_columns(c) : 1;
}

const char *mlpi_leave_out(const char *text, size_t columns, const char **behind)
{
    size_t all = 0;
    const char *end = text;
    while (*end != '\0')
        all += columns_of_next(&end);
    *behind = end;
    if (all <= columns)
        return end;
    const size_t room = columns > 0 ? columns - 1 : 0; /* one column is for "…" */
    size_t used = 0, left = all;
    const char *from = text, *next = text;
    for (size_t more = columns_of_next(&next); used + more <= room - room / 2;
         more = columns_of_next(&next)) {
        used += more;
        from = next;
    }
    for (*behind = text; left > room / 2;)
        left -= columns_of_next(behind);
    return from;
}

/* Appends the characters from `part` to `end` that fit into `text`; returns the new length. */
static size_t put_part(const char *part, const char *end, char *text, size_t length)
{
    while (part < end && length + sizeof "…" + 4 <= MLPI_SHORT) {
        uint32_t c = 0;
        part += mlpi_utf8_next(part, &c);
        length += mlpi_utf8_put(c, text + length);
    }
    return length;
}

const char *mlpi_short(const char *name, size_t columns, char *text)
{
    const char *behind = NULL, *from = mlpi_leave_out(name, columns, &behind);
    size_t length = put_part(name, from, text, 0);
    if (from != behind)
        length += mlpi_utf8_put(0x2026, text + length);
    length = put_part(behind, behind + strlen(behind), text, length);
    text[length] = '\0';
    return text;
}

void mlpi_describe(mlp_figure *figure, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *more = format_text(figure, format, values);
    va_end(values);
    if (more == NULL)
        return;
    const char *before = figure->description != NULL ? figure->description : "";
    char *whole = mlpi_figure_text(figure, "%s%s%s", before, before[0] != '\0' ? " " : "", more);
    free(more);
    free(figure->description);
    figure->description = whole;
}

mlpi_panel *mlpi_add_panel(mlp_figure *figure, const char *title, const char *x, const char *y)
{
    mlpi_panel *panel = mlpi_allocate(1, sizeof *panel);
    if (panel == NULL ||
        !mlpi_grow(&figure->panels, &figure->capacity, figure->count + 1, sizeof panel)) {
        mlpi_free(panel);
        figure->failed = true;
        return &figure->spare_panel;
    }
    figure->panels[figure->count++] = panel;
    const double none = (double)NAN;
    panel->x.lowest = panel->x.highest = panel->y.lowest = panel->y.highest = none;
    panel->lowest = panel->highest = none;
    panel->title = title != NULL ? mlpi_figure_text(figure, "%s", title) : NULL;
    panel->x.label = x != NULL ? mlpi_figure_text(figure, "%s", x) : NULL;
    panel->y.label = y != NULL ? mlpi_figure_text(figure, "%s", y) : NULL;
    return panel;
}

void mlpi_single_panel(const mlp_figure *figure, size_t p, mlpi_single *single)
{
    static char untitled[] = "";
    const size_t rows = (figure->count + figure->columns - 1) / figure->columns;
    *single = (mlpi_single){.panel = figure->panels[p]};
    single->figure = (mlp_figure){.title = untitled,
                                  .description = figure->description,
                                  .panels = &single->panel,
                                  .count = 1,
                                  .columns = 1,
                                  .width = figure->width / figure->columns,
                                  .height = figure->height / rows};
}

mlpi_series *mlpi_add_series(mlp_figure *figure, mlpi_panel *panel, mlpi_mark mark,
                             const char *name)
{
    mlpi_series *series = mlpi_allocate(1, sizeof *series);
    char *copy = mlpi_figure_text(figure, "%s", name);
    if (series == NULL || copy == NULL || panel == &figure->spare_panel ||
        !mlpi_grow(&panel->series, &panel->capacity, panel->count + 1, sizeof series)) {
        mlpi_free(series);
        free(copy);
        figure->failed = true;
        figure->spare_series.width = marks[mark].width;
        return &figure->spare_series;
    }
    *series = (mlpi_series){.mark = mark, .name = copy, .width = marks[mark].width, .align = 'c'};
    series->colour = panel->count;
    panel->series[panel->count++] = series;
    return series;
}

void mlpi_add_point(mlp_figure *figure, mlpi_series *series, const double *numbers)
{
    if (series == &figure->spare_series)
        return;
    if (!mlpi_grow(&series->values, &series->capacity, series->count + 1,
                   series->width * sizeof *series->values)) {
        figure->failed = true;
        return;
    }
    memcpy(series->values + series->count * series->width, numbers,
           series->width * sizeof *numbers);
    series->count++;
}

void mlpi_add_xy(mlp_figure *figure, mlpi_series *series, double x, double y)
{
    mlpi_add_point(figure, series, (double[]){x, y});
}

void mlpi_add_label(mlp_figure *figure, mlpi_series *series, double x, double y, bool on_dark,
                    const char *text)
{
    char *copy = mlpi_figure_text(figure, "%s", text);
    if (copy == NULL || series == &figure->spare_series ||
        !mlpi_grow(&series->texts, &series->text_capacity, series->count + 1,
                   sizeof *series->texts)) {
        free(copy);
        figure->failed = true;
        return;
    }
    const size_t before = series->count;
    mlpi_add_point(figure, series, (double[]){x, y, on_dark ? 1.0 : 0.0});
    if (series->count > before)
        series->texts[before] = copy;
    else
        free(copy);
}

/* Copies the names. If memory runs out, returns NULL and does not set *count. */
static char **copy_names(mlp_figure *figure, const char *const *names, size_t wanted, size_t *count)
{
    char **copies = calloc(wanted > 0 ? wanted : 1, sizeof *copies);
    if (copies == NULL) {
        figure->failed = true;
        return NULL;
    }
    *count = wanted;
    for (size_t i = 0; i < wanted; i++)
        copies[i] = mlpi_figure_text(figure, "%s", names[i]);
    return copies;
}

void mlpi_name_axis(mlp_figure *figure, mlpi_axis *axis, const char *const *names, size_t count)
{
    axis->names = copy_names(figure, names, count, &axis->name_count);
}

void mlpi_name_classes(mlp_figure *figure, mlpi_series *series, const char *const *names,
                       size_t count)
{
    if (series == &figure->spare_series)
        return;
    series->classes = copy_names(figure, names, count, &series->class_count);
    series->class_colours = mlpi_allocate(count, sizeof *series->class_colours);
    figure->failed = figure->failed || series->class_colours == NULL;
    for (size_t i = 0; series->class_colours != NULL && i < count; i++)
        series->class_colours[i] = i;
}

/* --- freeing ---------------------------------------------------------------------------------- */

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++)
        free(texts[i]);
    free(texts);
}

static void release_axis(mlpi_axis *axis)
{
    free_texts(axis->names, axis->name_count);
    free(axis->label);
}

static void release_panel(mlpi_panel *panel)
{
    for (size_t i = 0; i < panel->count; i++) {
        mlpi_series *series = panel->series[i];
        free_texts(series->texts, series->count);
        free_texts(series->classes, series->class_count);
        mlpi_free(series->class_colours);
        free(series->values);
        free(series->name);
        mlpi_free(series);
    }
    free(panel->series);
    free(panel->title);
    free(panel->value_label);
    release_axis(&panel->x);
    release_axis(&panel->y);
}

void mlpi_drop_last_panel(mlp_figure *figure)
{
    if (figure->count == 0)
        return;
    mlpi_panel *panel = figure->panels[--figure->count];
    release_panel(panel);
    mlpi_free(panel);
}

void mlp_figure_free(mlp_figure *figure)
{
    if (figure == NULL)
        return;
    for (size_t i = 0; i < figure->count; i++) {
        release_panel(figure->panels[i]);
        mlpi_free(figure->panels[i]);
    }
    release_panel(&figure->spare_panel);
    free(figure->panels);
    free(figure->title);
    free(figure->description);
    mlpi_free(figure);
}

const char *mlp_figure_title(const mlp_figure *figure)
{
    return figure->title;
}

const char *mlp_figure_description(const mlp_figure *figure)
{
    return figure->description;
}

/* --- asking ----------------------------------------------------------------------------------- */

int mlpi_channel(mlpi_mark mark, int channel)
{
    for (size_t i = 0; i < marks[mark].width; i++)
        if (marks[mark].channels[i] == channel)
            return (int)i;
    return -1;
}

double mlpi_number(const mlpi_series *series, size_t i, int channel)
{
    const int column = mlpi_channel(series->mark, channel);
    return column < 0 ? (double)NAN : series->values[i * series->width + (size_t)column];
}

static void widen(mlpi_range *range, double value)
{
    if (!isfinite(value))
        return;
    range->lowest = value < range->lowest ? value : range->lowest;
    range->highest = value > range->highest ? value : range->highest;
}

/* Half the width or height of a cell, by which a grid extends beyond the centres of its outer
 * cells. */
static double half_cell(const mlpi_series *s, bool of_y)
{
    const size_t cells = of_y ? s->rows : s->columns;
    if (cells < 2 || s->count < 2)
        return 0.5;
    const double first = mlpi_number(s, 0, of_y ? MLPI_Y : MLPI_X);
    const double last = mlpi_number(s, s->count - 1, of_y ? MLPI_Y : MLPI_X);
    return (last - first) / (double)(cells - 1) / 2.0;
}

static void widen_by_series(mlpi_range *range, const mlpi_panel *panel, const mlpi_series *s,
                            bool of_y)
{
    const bool grid = s->mark == MLPI_MAP || s->mark == MLPI_REGIONS;
    const bool sideways = panel->y.names != NULL;
    const double half = grid                                       ? half_cell(s, of_y)
                        : s->mark == MLPI_BARS && of_y == sideways ? s->step / 2.0
                                                                   : 0.0;
    for (size_t i = 0; i < s->count; i++) {
        const double first = mlpi_number(s, i, of_y ? MLPI_Y : MLPI_X);
        widen(range, first - half);
        widen(range, first + half);
        widen(range, mlpi_number(s, i, of_y ? MLPI_Y2 : MLPI_X2));
    }
    if (s->mark == MLPI_BARS && of_y != sideways)
        widen(range, 0.0);
}

static bool has(const mlpi_panel *panel, mlpi_mark mark)
{
    for (size_t i = 0; i < panel->count; i++)
        if (panel->series[i]->mark == mark)
            return true;
    return false;
}

bool mlpi_has_grid(const mlpi_panel *panel)
{
    return has(panel, MLPI_MAP) || has(panel, MLPI_REGIONS);
}

/* Makes a range that is not empty, and so wide that its width can be a divisor and the log10 of its
 * steps can be taken. */
static mlpi_range sound(mlpi_range range, bool log)
{
    static const double NARROWEST = 1e-290;
    if (!(range.lowest <= range.highest))
        range = (mlpi_range){log ? 0.1 : 0.0, 1.0};
    if (log)
        range.lowest = range.lowest > DBL_MIN ? range.lowest : DBL_MIN;
    const double width = range.highest - range.lowest;
    if (width <= fabs(range.highest) * 1e-12 || width < NARROWEST) {
        const double room = fabs(range.highest) > NARROWEST ? fabs(range.highest) * 0.1 : 1.0;
        range.highest += room;
        range.lowest = log ? range.lowest / 1.1 : range.lowest - room;
    }
    return range;
}

mlpi_range mlpi_axis_range(const mlpi_panel *panel, bool of_y)
{
    const mlpi_axis *axis = of_y ? &panel->y : &panel->x;
    mlpi_range range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < panel->count; i++)
        widen_by_series(&range, panel, panel->series[i], of_y);
    if (axis->names != NULL) {
        widen(&range, -0.5);
        widen(&range, (double)axis->name_count - 0.5);
    }
    range = sound(range, axis->log);
    const bool sideways = panel->y.names != NULL && has(panel, MLPI_BARS);
    if (!mlpi_has_grid(panel) && axis->names == NULL &&
        (of_y || sideways)) { /* room, so that no line lies on the frame */
        const double room = axis->log ? pow(range.highest / range.lowest, 0.04)
                                      : (range.highest - range.lowest) * 0.04;
        const bool on_ground = range.lowest == 0.0 && has(panel, MLPI_BARS);
        if (!on_ground)
            range.lowest = axis->log ? range.lowest / room : range.lowest - room;
        range.highest = axis->log ? range.highest * room : range.highest + room;
    }
    range.lowest = isnan(axis->lowest) ? range.lowest : axis->lowest;
    range.highest = isnan(axis->highest) ? range.highest : axis->highest;
    return sound(range, axis->log);
}

mlpi_range mlpi_value_range(const mlpi_panel *panel)
{
    mlpi_range range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < panel->count; i++) {
        const mlpi_series *s = panel->series[i];
        if (s->mark == MLPI_MAP || s->mark == MLPI_DOTS || s->mark == MLPI_SEGMENTS)
            for (size_t k = 0; k < s->count; k++)
                widen(&range, mlpi_number(s, k, MLPI_VALUE));
    }
    range = sound(range, false);
    if (panel->scale == MLPI_DIVERGING) {
        const double far = fmax(fabs(range.lowest), fabs(range.highest));
        range = (mlpi_range){-far, far};
    }
    range.lowest = isnan(panel->lowest) ? range.lowest : panel->lowest;
    range.highest = isnan(panel->highest) ? range.highest : panel->highest;
    return sound(range, false);
}
