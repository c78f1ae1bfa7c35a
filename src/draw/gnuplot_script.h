/* SPDX-License-Identifier: MIT */
/* Parts of a gnuplot script, each written by a file of its own. */
#ifndef MLPI_GNUPLOT_SCRIPT_H
#define MLPI_GNUPLOT_SCRIPT_H

#include "draw/gnuplot.h"

/* Pixels, about, and columns at which texts are cut. */
enum {
    MLPI_LETTER = 7,
    MLPI_LINE_HEIGHT = 17,
    MLPI_LONGEST_LABEL = 70,
    MLPI_LONGEST_NAME = 46,
    MLPI_LONGEST_TIC = 20
};

/** A place on the picture. */
typedef struct mlpi_box {
    double left, bottom, width, height; /* shares of the whole */
    double across, down;                /* pixels */
    double font;                        /* size of ordinary letters, in the terminal's unit */
} mlpi_box;

/** A plot that is being written. */
typedef struct mlpi_plotting {
    FILE *to;
    const mlpi_panel *panel;
    size_t p;    /* panel */
    bool begun;  /* something has been plotted in this panel */
    bool legend; /* only the names and their signs, without data */
    size_t most; /* columns at which names of the legend are cut */
} mlpi_plotting;

/* --- texts (gnuplot_text.c) ------------------------------------------------------------------- */

/** A number, with all its digits; NaN for what is not finite. */
void mlpi_gnuplot_number(FILE *to, double value);
/** A text, in quotes, that is cut to fit so many pixels, and not to be longer than a label may be. */
void mlpi_gnuplot_label(FILE *to, const char *text, double pixels);
/** A colour 0xRRGGBB, in quotes. */
void mlpi_gnuplot_colour(FILE *to, unsigned rgb);

/* --- axes (gnuplot_axes.c) -------------------------------------------------------------------- */

/** At how many columns names beside the y axis are cut: there is more room where the panel need not be square. */
size_t mlpi_gnuplot_most(const mlpi_panel *panel, const mlpi_box *b);
/** Columns of the longest name that stands at an axis, cut at so many. */
size_t mlpi_gnuplot_longest(const mlpi_axis *axis, size_t most);
/** By how many degrees names side by side on so many pixels turn, for want of room: 0, or less or more steeply. */
int mlpi_gnuplot_turn(const mlpi_axis *axis, double pixels);
/** Range, label and tics of an axis that is about so many pixels long, with names cut at `most`
 * columns. The label has the panel's whole side, of `side` pixels. */
void mlpi_gnuplot_axis(FILE *to, const mlpi_panel *panel, bool of_y, double pixels, double side,
                       size_t most);
/** The colours of maps and dots, and what stands beside them on `side` pixels. */
void mlpi_gnuplot_scale(FILE *to, const mlpi_panel *panel, double side);

/* --- series (gnuplot_series.c) ---------------------------------------------------------------- */

/** Styles of segments: blue for positive, vermilion for negative, in steps of width. */
void mlpi_gnuplot_arrows(FILE *to);
/** The numbers of series k of panel p, as a block that plots name. */
void mlpi_gnuplot_block(FILE *to, const mlpi_panel *panel, const mlpi_series *s, size_t p,
                        size_t k);
/** Labels are objects of the panel, set before the plot. `pixels`: about how long the x axis is. */
void mlpi_gnuplot_labels(FILE *to, const mlpi_panel *panel, double pixels, const mlpi_box *b);
/** Series k of the panel, as a curve of its plot or an entry of its legend. */
void mlpi_gnuplot_series(mlpi_plotting *now, size_t k);

/* --- legend (gnuplot_legend.c) ---------------------------------------------------------------- */

/** Whether panels with the same names need one legend, that of the first, below all. */
bool mlpi_gnuplot_shares_legend(const mlp_figure *figure);
/** How many lines the names of a panel take below a box, of which the legend leaves most to the
 * picture; 0: there are none. */
size_t mlpi_gnuplot_legend_lines(const mlpi_panel *panel, const mlpi_box *b);
/** A plot of its own without anything but names, along the bottom of a box. */
void mlpi_gnuplot_legend(FILE *to, const mlpi_panel *panel, const mlpi_box *b);

#endif
