/* SPDX-License-Identifier: MIT */
/* The legend: a plot that holds nothing but names, below one panel or below all of them. */
#include <math.h>
#include <string.h>

#include "base/print.h"
#include "draw/gnuplot_script.h"
#include "mlp/output.h"

static bool is_listed(const mlpi_series *s)
{
    return !s->unlisted && s->count > 0;
}

static size_t listed(const mlpi_panel *panel)
{
    size_t count = 0;
    for (size_t k = 0; k < panel->count; k++)
        count += is_listed(panel->series[k]) ? 1 : 0;
    return count;
}

bool mlpi_gnuplot_shares_legend(const mlp_figure *figure)
{
    const mlpi_panel *first = figure->panels[0];
    for (size_t p = 1; p < figure->count; p++) {
        const mlpi_panel *other = figure->panels[p];
        if (other->count != first->count)
            return false;
        for (size_t k = 0; k < first->count; k++)
            if (other->series[k]->name == NULL || first->series[k]->name == NULL ||
                strcmp(other->series[k]->name, first->series[k]->name) != 0)
                return false;
    }
    return figure->count > 1 && listed(first) > 0;
}

/* The approximate width of a letter of the legend, in pixels: gnuplot overestimates the width of
 * letters in SVG. In numbers of letters: the sign of a name; the space beside the legend, which
 * gnuplot keeps within the axes; and the shortest length to which a name is cut. */
#define LETTER (1.3 * MLPI_LETTER)
enum { OF_SIGN = 9, BESIDE = 14, SHORTEST_NAME = 20 };

static double legend_room(double pixels)
{
    return pixels - (double)(BESIDE * MLPI_LETTER);
}

/* The number of columns to which names are cut: a name that is alone on its line may fill the
 * line. */
static size_t longest_name(double pixels)
{
    const double fit = floor(legend_room(pixels) / LETTER) - OF_SIGN;
    return (size_t)fmin(fmax(fit, SHORTEST_NAME), MLPI_LONGEST_LABEL);
}

/* The number of names that fit side by side. */
static size_t legend_columns(const mlpi_panel *panel, double pixels)
{
    const size_t most = longest_name(pixels);
    size_t longest = 0;
    for (size_t k = 0; k < panel->count; k++) {
        const mlpi_series *s = panel->series[k];
        const size_t letters = is_listed(s) ? mlp_text_columns(s->name) : 0;
        longest = letters > longest ? letters : longest;
    }
    longest = longest < most ? longest : most;
    const double each = LETTER * (double)(longest + OF_SIGN);
    return (size_t)fmax(floor(legend_room(pixels) / each), 1.0);
}

/* The number of names that are shown: all, or as many as leave most of the box to the picture, with
 * one place for the text "and N more". */
static size_t shown_names(const mlpi_panel *panel, const mlpi_box *b, size_t columns)
{
    const double most = fmax(floor(0.35 * b->down / MLPI_LINE_HEIGHT), 2.0);
    const size_t all = listed(panel), places = (size_t)most * columns;
    return all <= places ? all : places - 1;
}

size_t mlpi_gnuplot_legend_lines(const mlpi_panel *panel, const mlpi_box *b)
{
    const size_t columns = legend_columns(panel, b->across), all = listed(panel);
    const size_t shown = shown_names(panel, b, columns);
    return (shown + (shown < all ? 1 : 0) + columns - 1) / columns;
}

void mlpi_gnuplot_legend(FILE *to, const mlpi_panel *panel, const mlpi_box *b)
{
    mlpi_plotting now = {.to = to, .panel = panel, .legend = true, .most = longest_name(b->across)};
    const size_t columns = legend_columns(panel, b->across), all = listed(panel);
    size_t left = shown_names(panel, b, columns);
    if (all == 0)
        return;
    const size_t more = all - left;
    mlpi_print(to,
               "set origin %.6f,%.6f\nset size noratio\nset size %.6f,%.6f\n"
               "set margins 0,0,0.3,0\nunset title\nunset xlabel\nunset ylabel\nunset tics\n"
               "unset border\nunset grid\nunset label\nunset colorbox\nunset logscale\n"
               "set xrange [0:1]\nset yrange [0:1]\n"
               "set key center bottom horizontal maxcols %zu Left reverse samplen 3 spacing 1.1\n",
               b->left, b->bottom, b->width, b->height, columns);
    for (size_t k = 0; k < panel->count && left > 0; k++)
        if (is_listed(panel->series[k])) {
            mlpi_gnuplot_series(&now, k);
            left--;
        }
    if (more > 0)
        fprintf(to, ",\\\n    NaN with dots lc rgb '#FFFFFF' title 'and %zu more'", more);
    fputs("\nunset key\nset lmargin -1\nset tmargin -1\n", to);
}
