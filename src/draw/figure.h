/* SPDX-License-Identifier: MIT */
/* A figure: panels with titled axes, and the series of numbers in them. It does not depend on the
 * back end that draws it.
 *
 * The kinds of pictures (src/plot) build figures with the functions below, which return no errors:
 * if memory runs out, they set `failed` and return a spare panel or series. mlp_plot checks
 * `failed` once.
 */
#ifndef MLPI_FIGURE_H
#define MLPI_FIGURE_H

#include "mlp/plot.h"

/** How a series is drawn, and therefore which numbers each of its points has (table in
 * figure.c). */
typedef enum mlpi_mark {
    MLPI_LINE,     /* x, y; NaN breaks the line */
    MLPI_POINTS,   /* x, y */
    MLPI_DOTS,     /* x, y, value: coloured by value on the panel's scale */
    MLPI_BARS,     /* x, y: from 0 to y, `step` wide; from 0 to x when the y axis has names */
    MLPI_BAND,     /* x, y, y2: the area between two lines */
    MLPI_SEGMENTS, /* x, y, x2, y2, value: |value| sets the width, its sign the colour */
    MLPI_LABELS,   /* x, y, value, and `texts`; value 1: the label is on a dark ground */
    MLPI_MAP,      /* x, y, value: a grid, row by row from the lowest y; NaN: an empty cell */
    MLPI_REGIONS,  /* x, y, value, class: a grid of labels (class) with probabilities (value) */
    MLPI_MARK_COUNT
} mlpi_mark;

/** The numbers that a point can have, in this order. */
enum { MLPI_X, MLPI_Y, MLPI_X2, MLPI_Y2, MLPI_VALUE, MLPI_CLASS, MLPI_CHANNELS };

typedef struct mlpi_series {
    mlpi_mark mark;
    char *name;    /* never NULL */
    bool unlisted; /* not in the legend */
    bool dashed, thin;
    size_t colour;        /* a number of mlpi_palette */
    double size;          /* point size in gnuplot's unit; 0: chosen by the number of points */
    char align;           /* of labels: 'c' centred, 'l' left-aligned, 'r' right-aligned */
    size_t columns, rows; /* cells of a grid across and down */
    double step;          /* width of bars */
    size_t width;         /* numbers per point */
    size_t count, capacity;
    double *values; /* count x width */
    char **texts;   /* of MLPI_LABELS: `count` texts; else NULL */
    size_t text_capacity;
    char **classes;        /* of MLPI_REGIONS: names of the predicted labels; else NULL */
    size_t *class_colours; /* of the predicted labels, as `colour`; 0, 1, 2, ... unless changed */
    size_t class_count;
} mlpi_series;

/* Colours other than the palette's: grey and black for references and for data without a colour,
 * and MLPI_GRADED + 0..100, a place on the sequential scale, for series that have an order. */
enum { MLPI_GREY = 1000, MLPI_BLACK, MLPI_GRADED = 2000 };

typedef struct mlpi_axis {
    char *label;  /* NULL: none */
    char **names; /* names at 0, 1, 2, ...; NULL: a numeric axis */
    size_t name_count;
    bool log, hidden, reversed, whole; /* whole: tics only at whole numbers */
    const char *moment;     /* format of mlpi_moment_text for seconds; NULL: plain numbers */
    double lowest, highest; /* NaN: from the data */
} mlpi_axis;

typedef enum mlpi_scale {
    MLPI_SEQUENTIAL,
    MLPI_DIVERGING, /* 0 has the middle colour */
    MLPI_SHARES,    /* starts with white */
    MLPI_SCALE_COUNT
} mlpi_scale;

typedef struct mlpi_panel {
    char *title; /* NULL: none */
    mlpi_axis x, y;
    char *value_label; /* label of the colour scale; NULL: no scale is shown */
    mlpi_scale scale;
    double lowest, highest; /* ends of the colour scale; NaN: from the data */
    bool square;            /* a unit of x is as long as a unit of y */
    mlpi_series **series;
    size_t count, capacity;
} mlpi_panel;

struct mlp_figure {
    char *title, *description;
    mlpi_panel **panels;
    size_t count, capacity;
    size_t columns;       /* panels side by side */
    size_t width, height; /* usual size in pixels */
    bool failed;          /* out of memory */
    mlpi_panel spare_panel;
    mlpi_series spare_series;
};

/** Returns a formatted text, malloc'ed; NULL when out of memory, with `failed` set. */
char *mlpi_figure_text(mlp_figure *figure, const char *format, ...) MLP_PRINTF(2, 3);
/** Writes a number for people: four significant digits, or a whole number from 10,000 to 10^12.
 * Returns `text`, of MLPI_SHOWN bytes. */
enum { MLPI_SHOWN = 32 };
const char *mlpi_shown(double value, char *text);
/** The part to leave out of a text that is wider than `columns`: from the returned pointer to
 * *behind. The part is in the middle, since names often differ at their end. One column is reserved
 * for the "…" that replaces this part. When the text fits, both pointers point to its end. */
const char *mlpi_leave_out(const char *text, size_t columns, const char **behind);
/** Shortens a name to at most `columns` columns, with "…" in place of its middle. Returns `text`,
 * of MLPI_SHORT bytes. MLPI_IN_TITLE columns leave room for the other words of a title. */
enum { MLPI_SHORT = 256, MLPI_IN_TITLE = 32 };
const char *mlpi_short(const char *name, size_t columns, char *text);
/** Adds sentences to the description. */
void mlpi_describe(mlp_figure *figure, const char *format, ...) MLP_PRINTF(2, 3);
/** Adds a panel with numeric axes whose ranges come from the data; `x` and `y` label them. A title
 * or label may be NULL. Never returns NULL. */
mlpi_panel *mlpi_add_panel(mlp_figure *figure, const char *title, const char *x, const char *y);
/** Removes and frees the last panel. */
void mlpi_drop_last_panel(mlp_figure *figure);
/** Adds an empty series, in the colour of the palette at its place among the panel's series. Never
 * returns NULL. */
mlpi_series *mlpi_add_series(mlp_figure *figure, mlpi_panel *panel, mlpi_mark mark,
                             const char *name);
/** Adds a point: the numbers that the series' mark has, in the order given at mlpi_mark. */
void mlpi_add_point(mlp_figure *figure, mlpi_series *series, const double *numbers);
void mlpi_add_xy(mlp_figure *figure, mlpi_series *series, double x, double y);
void mlpi_add_label(mlp_figure *figure, mlpi_series *series, double x, double y, bool on_dark,
                    const char *text);
/** Names the places 0, 1, 2, ... of an axis; `names` are copied. */
void mlpi_name_axis(mlp_figure *figure, mlpi_axis *axis, const char *const *names, size_t count);
/** Names the predicted labels of regions, whose colours become 0, 1, 2, ...; `names` are copied. */
void mlpi_name_classes(mlp_figure *figure, mlpi_series *series, const char *const *names,
                       size_t count);

/** Makes panel p a figure of its own, untitled and with its share of the figure's size. The result
 * is a view of `figure`: do not free it. */
typedef struct mlpi_single {
    mlp_figure figure;
    mlpi_panel *panel;
} mlpi_single;
void mlpi_single_panel(const mlp_figure *figure, size_t p, mlpi_single *single);

/** The index of a channel among the numbers of a point; -1: the mark has no such channel. */
int mlpi_channel(mlpi_mark mark, int channel);
/** The number that point i has in a channel; NaN: the mark has no such channel. */
double mlpi_number(const mlpi_series *series, size_t i, int channel);

/** Whether the panel has a map or regions, on whose coloured ground its points and lines lie. */
bool mlpi_has_grid(const mlpi_panel *panel);
/** The range of an axis: as set, else that of the panel's data with a little room. Always
 * lowest < highest, both finite, and above 0 on a logarithmic axis. */
typedef struct mlpi_range {
    double lowest, highest;
} mlpi_range;
mlpi_range mlpi_axis_range(const mlpi_panel *panel, bool of_y);
/** The range of the panel's colour scale. */
mlpi_range mlpi_value_range(const mlpi_panel *panel);

/** A colour, 0xRRGGBB: number 0, 1, ... of the qualitative palette, which repeats after
 * MLPI_PALETTE colours, or MLPI_GREY, MLPI_BLACK or MLPI_GRADED + 0..100. */
enum { MLPI_PALETTE = 10 };
unsigned mlpi_palette(size_t number);
/** The colour of a scale at t = 0..1. */
unsigned mlpi_scale_colour(mlpi_scale scale, double t);
/** Whether white letters are easier to read than black ones on a ground of this colour. */
bool mlpi_is_dark(unsigned rgb);
/** The colour of cell i of regions: that of its label; the closer the label's probability is to
 * that of a blind guess, the paler. */
unsigned mlpi_region_colour(const mlpi_series *regions, size_t i);

#endif
