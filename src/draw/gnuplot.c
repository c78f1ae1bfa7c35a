/* SPDX-License-Identifier: MIT */
/* A figure as a gnuplot script. Its numbers come from the figure, and every text goes through one
 * function that quotes it; nothing else in the script depends on the content of the user's
 * files. */
#include "draw/gnuplot.h"

#include <math.h>
#include <string.h>

#include "base/print.h"
#include "draw/gnuplot_script.h"
#include "mlp/output.h"

enum { LONGEST_TITLE = 110, TITLE_LETTER = 9 };

/* The approximate length of the x axis in pixels; in a square panel with a grid, that of both
 * axes. */
static double x_pixels(const mlpi_panel *panel, const mlpi_box *b)
{
    enum { COLOUR_BOX = 130 };
    const double names =
        (double)(mlpi_gnuplot_longest(&panel->y, mlpi_gnuplot_most(panel, b)) * MLPI_LETTER);
    if (panel->square && !mlpi_has_grid(panel))
        return fmin(0.8 * b->across, 0.6 * b->down);
    if (panel->square) {
        const double side =
            fmin(fmin(0.69 * b->across, b->across - names - COLOUR_BOX), 0.76 * b->down);
        const double below = 6.0 + 0.45 * (double)mlpi_gnuplot_longest(&panel->x, MLPI_LONGEST_TIC);
        const double left = fmax(b->down - below * MLPI_LINE_HEIGHT, 0.2 * b->down);
        return mlpi_gnuplot_turn(&panel->x, side) > 0 ? fmin(side, left) : side;
    }
    return 0.8 * b->across;
}

/* Leaves room at the bottom for tics, axis label and legend, and at the right for half a tic's
 * text. */
static void write_margins(FILE *to, const mlpi_panel *panel, const mlpi_box *b, size_t lines)
{
    const int turn = panel->x.names != NULL ? mlpi_gnuplot_turn(&panel->x, x_pixels(panel, b)) : 0;
    const double high = turn > 45 ? 0.45 : 0.34; /* height of a letter of turned names, in lines */
    const double rows =
        (panel->x.hidden ? 0.5
         : turn > 0      ? 1.6 + high * (double)mlpi_gnuplot_longest(&panel->x, MLPI_LONGEST_TIC)
                         : 2.2) +
        (panel->x.label != NULL ? 1.3 : 0.0) + 1.15 * (double)lines;
    mlpi_print(to, "set bmargin %.4g\n", rows + (lines > 0 ? 0.7 : 0.0));
    fputs(panel->value_label != NULL ? "set rmargin -1\n" : "set rmargin 4\n", to);
}

static void write_frame(FILE *to, const mlpi_panel *panel)
{
    const bool bare = panel->x.hidden && panel->y.hidden;
    if (bare)
        fputs("unset border\n", to);
    else
        fprintf(to, "set border %d lw 0.8 lc rgb '#444444'\n", mlpi_has_grid(panel) ? 15 : 3);
    fputs(bare || mlpi_has_grid(panel) ? "unset grid\n"
                                       : "set grid back lt 1 lw 0.5 lc rgb '#DDDDDD' dt solid\n",
          to);
    fputs(panel->square ? "set size ratio -1\n" : "set size noratio\n", to);
}

/* The number of lines of the longest legend. Every panel leaves room for that many lines, so that
 * the axes of all panels have the same height. */
static size_t most_legend_lines(const mlp_figure *figure, const mlpi_box *b)
{
    size_t most = 0;
    for (size_t p = 0; p < figure->count; p++) {
        const size_t lines = mlpi_gnuplot_legend_lines(figure->panels[p], b);
        most = lines > most ? lines : most;
    }
    return most;
}

static void write_panel(FILE *to, const mlp_figure *figure, size_t p, const mlpi_box *b,
                        bool shared)
{
    const mlpi_panel *panel = figure->panels[p];
    mlpi_plotting now = {.to = to, .panel = panel, .p = p};
    mlpi_print(to, "set origin %.6f,%.6f\nset size %.6f,%.6f\nunset label\nset title ", b->left,
               b->bottom, b->width, b->height);
    mlpi_gnuplot_label(to, panel->title, b->across);
    fputc('\n', to);
    mlpi_gnuplot_axis(to, panel, false, x_pixels(panel, b), b->across, MLPI_LONGEST_TIC);
    const bool as_wide = panel->square && mlpi_has_grid(panel);
    mlpi_gnuplot_axis(to, panel, true, as_wide ? x_pixels(panel, b) : b->down * 0.7, b->down,
                      mlpi_gnuplot_most(panel, b));
    mlpi_gnuplot_scale(to, panel, b->down);
    write_margins(to, panel, b, shared ? 0 : most_legend_lines(figure, b));
    write_frame(to, panel);
    mlpi_gnuplot_labels(to, panel, x_pixels(panel, b), b);
    /* Bands come first, so that they lie below the other marks. */
    for (size_t k = 0; k < panel->count; k++)
        if (panel->series[k]->mark == MLPI_BAND)
            mlpi_gnuplot_series(&now, k);
    for (size_t k = 0; k < panel->count; k++)
        if (panel->series[k]->mark != MLPI_BAND)
            mlpi_gnuplot_series(&now, k);
    fputs(now.begun ? "\n" : "plot NaN notitle\n", to);
    if (!shared)
        mlpi_gnuplot_legend(to, panel, b);
}

/* The sheet that a figure is drawn on. */
typedef struct sheet {
    double width, height; /* in pixels */
    double scale; /* of letters, lines and points, which grow with the size of a PNG; else 1 */
} sheet;

static sheet sheet_of(const mlp_figure *figure, const mlpi_canvas *canvas)
{
    const bool png = strcmp(canvas->terminal, "pngcairo") == 0;
    const double twice = png && canvas->width == 0 && canvas->height == 0 ? 2.0 : 1.0;
    sheet s = {.width = (double)figure->width * twice,
               .height = (double)figure->height * twice,
               .scale = 1.0};
    if (canvas->width > 0)
        s.width = (double)canvas->width;
    if (canvas->height > 0)
        s.height = (double)canvas->height;
    if (png)
        s.scale = fmax(s.width / (double)figure->width, 0.8); /* smaller letters are hard to read */
    return s;
}

static void write_terminal(FILE *to, const mlpi_canvas *canvas, const sheet *s)
{
    fprintf(to, "set terminal %s noenhanced ", canvas->terminal);
    if (strcmp(canvas->terminal, "pdfcairo") == 0)
        mlpi_print(
            to, "size %.4gin,%.4gin font 'Helvetica,9' fontscale 0.75 linewidth 1.4 dashlength 2\n",
            s->width / 96.0, s->height / 96.0);
    else if (strcmp(canvas->terminal, "pngcairo") == 0)
        mlpi_print(to,
                   "size %.0f,%.0f font 'Helvetica,9' fontscale %.4g linewidth %.4g pointscale "
                   "%.4g dashlength 2\n",
                   s->width, s->height, s->scale, s->scale, fmax(s->scale, 1.0));
    else
        mlpi_print(to, "size %.0f,%.0f font 'Helvetica,Arial,sans-serif,12' background '#FFFFFF'\n",
                   s->width, s->height);
}

/* Writes the panels as a grid below the title and above a shared legend. */
static void write_panels(FILE *to, const mlp_figure *figure, const sheet *s, double font)
{
    const bool shared = mlpi_gnuplot_shares_legend(figure);
    const double across = s->width / s->scale, down = s->height / s->scale;
    const mlpi_box all = {.width = 1.0, .height = 1.0, .across = across, .down = down};
    const double top = (figure->title[0] != '\0' ? 2.0 : 0.4) * MLPI_LINE_HEIGHT / down;
    const size_t lines = shared ? mlpi_gnuplot_legend_lines(figure->panels[0], &all) : 0;
    const double bottom = ((double)lines * 1.2 + (lines > 0 ? 0.7 : 0.0)) * MLPI_LINE_HEIGHT / down;
    const size_t rows = (figure->count + figure->columns - 1) / figure->columns;
    mlpi_box b = {.width = 1.0 / (double)figure->columns,
                  .height = (1.0 - top - bottom) / (double)rows,
                  .font = font};
    b.across = across * b.width;
    b.down = down * b.height;
    fputs("set multiplot title ", to);
    const size_t longest = (size_t)(across / TITLE_LETTER);
    mlpi_gnuplot_quote(to, figure->title, longest < LONGEST_TITLE ? longest : LONGEST_TITLE, false);
    fputs(" font ',14'\nunset key\n", to);
    for (size_t p = 0; p < figure->count; p++) {
        b.left = (double)(p % figure->columns) * b.width;
        b.bottom = 1.0 - top - (double)(p / figure->columns + 1) * b.height;
        write_panel(to, figure, p, &b, shared);
    }
    if (shared)
        mlpi_gnuplot_legend(to, figure->panels[0], &all);
    fputs("unset multiplot\n", to);
}

void mlpi_gnuplot_script(const mlp_figure *figure, const mlpi_canvas *canvas, FILE *to)
{
    const sheet s = sheet_of(figure, canvas);
    write_terminal(to, canvas, &s);
    fputs("set encoding utf8\nset decimalsign '.'\n", to);
    for (size_t p = 0; p < figure->count; p++)
        for (size_t k = 0; k < figure->panels[p]->count; k++)
            mlpi_gnuplot_block(to, figure->panels[p], figure->panels[p]->series[k], p, k);
    mlpi_gnuplot_arrows(to);
    write_panels(to, figure, &s, strcmp(canvas->terminal, "svg") == 0 ? 12.0 : 9.0);
    fprintf(to, "exit status %d\n", MLPI_GNUPLOT_DONE);
}
