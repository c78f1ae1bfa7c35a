/* SPDX-License-Identifier: MIT */
/* A figure as JSON, for programs that do the drawing themselves. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "draw/figure.h"
#include "mlp/json.h"
#include "mlp/output.h"

static const char *const marks[MLPI_MARK_COUNT] = {
    [MLPI_LINE] = "line",     [MLPI_POINTS] = "points", [MLPI_DOTS] = "dots",
    [MLPI_BARS] = "bars",     [MLPI_BAND] = "band",     [MLPI_SEGMENTS] = "segments",
    [MLPI_LABELS] = "labels", [MLPI_MAP] = "map",       [MLPI_REGIONS] = "regions"};
static const char *const channels[MLPI_CHANNELS] = {
    [MLPI_X] = "x",   [MLPI_Y] = "y",         [MLPI_X2] = "x2",
    [MLPI_Y2] = "y2", [MLPI_VALUE] = "value", [MLPI_CLASS] = "class"};

static void put_nullable(mlp_json_writer *to, const char *name, const char *text)
{
    if (text != NULL)
        mlp_json_put_text(to, name, text);
    else
        mlp_json_put_null(to, name);
}

static void put_texts(mlp_json_writer *to, const char *name, char *const *texts, size_t count)
{
    if (texts == NULL)
        return;
    mlp_json_begin_array(to, name);
    for (size_t i = 0; i < count; i++)
        put_nullable(to, NULL, texts[i]);
    mlp_json_end(to);
}

static void put_colour(mlp_json_writer *to, const char *name, unsigned rgb)
{
    char text[8];
    snprintf(text, sizeof text, "#%06X", rgb & 0xFFFFFF);
    mlp_json_put_text(to, name, text);
}

/* --- parts ------------------------------------------------------------------------------------ */

static void put_axis(mlp_json_writer *to, const char *name, const mlpi_panel *panel, bool of_y)
{
    const mlpi_axis *axis = of_y ? &panel->y : &panel->x;
    const mlpi_range range = mlpi_axis_range(panel, of_y);
    mlp_json_begin_object(to, name);
    put_nullable(to, "label", axis->label);
    put_texts(to, "names", axis->names, axis->name_count);
    mlp_json_put_boolean(to, "log", axis->log);
    mlp_json_put_boolean(to, "hidden", axis->hidden);
    mlp_json_put_boolean(to, "reversed", axis->reversed);
    mlp_json_put_number(to, "lowest", range.lowest);
    mlp_json_put_number(to, "highest", range.highest);
    mlp_json_end(to);
}

static void put_scale(mlp_json_writer *to, const mlpi_panel *panel)
{
    enum { STEPS = 20 };
    const mlpi_range range = mlpi_value_range(panel);
    mlp_json_begin_object(to, "scale");
    put_nullable(to, "label", panel->value_label);
    mlp_json_put_number(to, "lowest", range.lowest);
    mlp_json_put_number(to, "highest", range.highest);
    mlp_json_begin_array(to, "colours");
    for (int i = 0; i <= STEPS; i++)
        put_colour(to, NULL, mlpi_scale_colour(panel->scale, (double)i / STEPS));
    mlp_json_end(to);
    mlp_json_end(to);
}

static void put_numbers(mlp_json_writer *to, const mlpi_series *s)
{
    for (int channel = 0; channel < MLPI_CHANNELS; channel++) {
        if (mlpi_channel(s->mark, channel) < 0)
            continue;
        mlp_json_begin_array(to, channels[channel]);
        for (size_t i = 0; i < s->count; i++)
            mlp_json_put_number(to, NULL, mlpi_number(s, i, channel));
        mlp_json_end(to);
    }
}

static void put_series(mlp_json_writer *to, const mlpi_series *s)
{
    const char align[] = {s->align, '\0'};
    mlp_json_begin_object(to, NULL);
    mlp_json_put_text(to, "mark", marks[s->mark]);
    mlp_json_put_text(to, "name", s->name);
    mlp_json_put_boolean(to, "listed", !s->unlisted);
    mlp_json_put_boolean(to, "dashed", s->dashed);
    mlp_json_put_boolean(to, "thin", s->thin);
    put_colour(to, "colour", mlpi_palette(s->colour));
    mlp_json_put_number(to, "size", s->size);
    mlp_json_put_text(to, "align", align);
    mlp_json_put_whole(to, "columns", s->columns);
    mlp_json_put_whole(to, "rows", s->rows);
    mlp_json_put_number(to, "step", s->step);
    put_numbers(to, s);
    put_texts(to, "texts", s->texts, s->count);
    put_texts(to, "classes", s->classes, s->class_count);
    if (s->mark == MLPI_REGIONS) {
        mlp_json_begin_array(to, "colours");
        for (size_t i = 0; i < s->count; i++)
            put_colour(to, NULL, mlpi_region_colour(s, i));
        mlp_json_end(to);
    }
    mlp_json_end(to);
}

static void put_panel(mlp_json_writer *to, const mlpi_panel *panel)
{
    mlp_json_begin_object(to, NULL);
    put_nullable(to, "title", panel->title);
    put_axis(to, "x", panel, false);
    put_axis(to, "y", panel, true);
    put_scale(to, panel);
    mlp_json_put_boolean(to, "square", panel->square);
    mlp_json_begin_array(to, "series");
    for (size_t k = 0; k < panel->count; k++)
        put_series(to, panel->series[k]);
    mlp_json_end(to);
    mlp_json_end(to);
}

mlp_status mlp_figure_json(const mlp_figure *figure, FILE *to, mlp_error *err)
{
    mlp_json_writer *json = mlp_json_writer_create(0);
    char *text = NULL;
    size_t length = 0;
    mlp_json_begin_object(json, NULL);
    mlp_json_put_text(json, "title", figure->title);
    mlp_json_put_text(json, "description", figure->description);
    mlp_json_put_whole(json, "width", figure->width);
    mlp_json_put_whole(json, "height", figure->height);
    mlp_json_put_whole(json, "columns", figure->columns);
    mlp_json_begin_array(json, "panels");
    for (size_t p = 0; p < figure->count; p++)
        put_panel(json, figure->panels[p]);
    mlp_json_end(json);
    mlp_json_end(json);
    const mlp_status status = mlp_json_finish(json, &text, &length, err);
    if (status != MLP_OK)
        return status;
    fwrite(text, 1, length, to);
    free(text);
    return mlp_stream_check(to, "the picture as JSON", err);
}
