/* SPDX-License-Identifier: MIT */
/* The parts of a gnuplot script, each of which is written by its own file. */
#ifndef MLPI_GNUPLOT_SCRIPT_H
#define MLPI_GNUPLOT_SCRIPT_H

#include "draw/gnuplot.h"

/* Approximate sizes in pixels, and the numbers of columns to which texts are cut. */
enum {
    MLPI_LETTER = 7, /* width of a letter */
    MLPI_LINE_HEIGHT = 17,
    MLPI_LONGEST_LABEL = 70,
    MLPI_LONGEST_NAME = 46,
    MLPI_LONGEST_TIC = 20
};

/** A rectangle of the picture. */
typedef struct mlpi_box {
    double left, bottom, width, height; /* fractions of the picture */
    double across, down;                /* size in pixels */
    double font;                        /* font size of ordinary letters, in the terminal's unit */
} mlpi_box;

/** A plot that is being written. */
typedef struct mlpi_plotting {
    FILE *to;
    const mlpi_panel *panel;
    size_t p;    /* number of the panel */
    bool begun;  /* the plot command already has its first curve */
    bool legend; /* a legend: only names and their signs, without data */
    size_t most; /* columns to which the names in the legend are cut */
} mlpi_plotting;

/* --- texts (gnuplot_text.c) ------------------------------------------------------------------- */

/** Writes a number with all its digits; NaN for one that is not finite. */
void mlpi_gnuplot_number(FILE *to, double value);
/** Writes a text in quotes, cut to about `pixels` and to MLPI_LONGEST_LABEL columns; NULL: an empty
 * text. */
void mlpi_gnuplot_label(FILE *to, const char *text, double pixels);
/** Writes the colour 0xRRGGBB in quotes. */
void mlpi_gnuplot_colour(FILE *to, unsigned rgb);

/* --- axes (gnuplot_axes.c) -------------------------------------------------------------------- */

/** The number of columns to which the names at the y axis are cut; greater if the panel need not be
 * square. */
size_t mlpi_gnuplot_most(const mlpi_panel *panel, const mlpi_box *b);
/** The number of columns of an axis's longest name, at most `most`. */
size_t mlpi_gnuplot_longest(const mlpi_axis *axis, size_t most);
/** The degrees by which the names along an axis of `pixels` are turned for lack of room: 0, 40 or
 * 90. */
int mlpi_gnuplot_turn(const mlpi_axis *axis, double pixels);
/** Writes range, label and tics of an axis that is about `pixels` long, with names cut to `most`
 * columns. The label may be as long as the panel's side, `side` pixels. */
void mlpi_gnuplot_axis(FILE *to, const mlpi_panel *panel, bool of_y, double pixels, double side,
                       size_t most);
/** Writes the colour scale of maps and dots, whose label may be `side` pixels long. */
void mlpi_gnuplot_scale(FILE *to, const mlpi_panel *panel, double side);

/* --- series (gnuplot_series.c) ---------------------------------------------------------------- */

/** Writes the styles of segments: blue for positive and vermilion for negative values, in several
 * widths. */
void mlpi_gnuplot_arrows(FILE *to);
/** Writes the numbers of series k of panel p as a named data block, to which plots refer. */
void mlpi_gnuplot_block(FILE *to, const mlpi_panel *panel, const mlpi_series *s, size_t p,
                        size_t k);
/** Writes the labels, which gnuplot must know before the plot. `pixels`: approximate length of the
 * x axis. */
void mlpi_gnuplot_labels(FILE *to, const mlpi_panel *panel, double pixels, const mlpi_box *b);
/** Writes series k of the panel, as a curve of its plot or an entry of its legend. */
void mlpi_gnuplot_series(mlpi_plotting *now, size_t k);

/* --- legend (gnuplot_legend.c) ---------------------------------------------------------------- */

/** Whether all panels have the same names, so that the first panel's legend below all of them
 * suffices. */
bool mlpi_gnuplot_shares_legend(const mlp_figure *figure);
/** The number of lines of a panel's legend, which leaves most of the box to the picture; 0: the
 * panel has no legend. */
size_t mlpi_gnuplot_legend_lines(const mlpi_panel *panel, const mlpi_box *b);
/** Writes a plot that holds nothing but the legend, along the bottom of a box. */
void mlpi_gnuplot_legend(FILE *to, const mlpi_panel *panel, const mlpi_box *b);

#endif
