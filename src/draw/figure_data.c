/* SPDX-License-Identifier: MIT */
/* A figure as CSV: one line per point, with the coordinates that the figure uses. */
#include <math.h>

#include "draw/figure.h"
#include "mlp/output.h"

enum { TEXT = MLPI_CLASS, FIELDS }; /* the name of a label is in the field of texts */

static bool uses(const mlp_figure *figure, int field)
{
    for (size_t p = 0; p < figure->count; p++) {
        for (size_t k = 0; k < figure->panels[p]->count; k++) {
            const mlpi_series *s = figure->panels[p]->series[k];
            if (s->count == 0)
                continue;
            if (field == TEXT ? s->texts != NULL || s->classes != NULL
                              : mlpi_channel(s->mark, field) >= 0 &&
                                    !(s->mark == MLPI_LABELS && field == MLPI_VALUE))
                return true;
        }
    }
    return false;
}

/* Writes a coordinate: the axis's name for it, or else the number. */
static void write_place(FILE *to, const mlpi_axis *axis, double value)
{
    char text[32];
    const double place = floor(value + 0.5); /* the bars of a name lie around its place */
    if (axis->names != NULL && place >= 0.0 && place < (double)axis->name_count) {
        mlp_csv_field(to, "", axis->names[(size_t)place], "");
    } else if (isfinite(value)) {
        mlp_number_text(value, text);
        fputs(text, to);
    }
}

static void write_value(FILE *to, const mlpi_series *s, size_t i)
{
    char text[32];
    const double value = mlpi_number(s, i, MLPI_VALUE);
    if (!isfinite(value) || s->mark == MLPI_LABELS)
        return;
    mlp_number_text(value, text);
    fputs(text, to);
}

static void write_text(FILE *to, const mlpi_series *s, size_t i)
{
    if (s->mark == MLPI_REGIONS && s->classes != NULL)
        mlp_csv_field(to, "", s->classes[(size_t)mlpi_number(s, i, MLPI_CLASS)], "");
    else if (s->texts != NULL)
        mlp_csv_field(to, "", s->texts[i], "");
}

static void write_point(FILE *to, const mlp_figure *figure, const mlpi_panel *panel, size_t p,
                        const mlpi_series *s, size_t i)
{
    if (panel->title != NULL)
        mlp_csv_field(to, "", panel->title, "");
    else
        fprintf(to, "%zu", p + 1);
    fputc(',', to);
    mlp_csv_field(to, "", s->name, "");
    for (int field = 0; field < FIELDS; field++) {
        if (!uses(figure, field))
            continue;
        fputc(',', to);
        if (field == TEXT)
            write_text(to, s, i);
        else if (field == MLPI_VALUE)
            write_value(to, s, i);
        else
            write_place(to, field == MLPI_X || field == MLPI_X2 ? &panel->x : &panel->y,
                        mlpi_number(s, i, field));
    }
    fputc('\n', to);
}

mlp_status mlp_figure_data(const mlp_figure *figure, FILE *to, mlp_error *err)
{
    static const char *const names[FIELDS] = {"x", "y", "x2", "y2", "value", "text"};
    fputs("panel,series", to);
    for (int field = 0; field < FIELDS; field++)
        if (uses(figure, field))
            fprintf(to, ",%s", names[field]);
    fputc('\n', to);
    for (size_t p = 0; p < figure->count; p++) {
        const mlpi_panel *panel = figure->panels[p];
        for (size_t k = 0; k < panel->count; k++)
            for (size_t i = 0; i < panel->series[k]->count; i++)
                if (isfinite(mlpi_number(panel->series[k], i, MLPI_Y)))
                    write_point(to, figure, panel, p, panel->series[k], i);
    }
    return mlp_stream_check(to, "the numbers of the picture", err);
}
