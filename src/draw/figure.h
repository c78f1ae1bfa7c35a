/* SPDX-License-Identifier: MIT */
/* A figure: panels with titled axes, and series of numbers in them. It knows nothing of who draws.
 *
 * Kinds build figures with the functions below. Those never fail by themselves: when memory runs
 * out they remember it in the figure and go on with spare parts, and mlp_plot asks once at the end.
 */
#ifndef MLPI_FIGURE_H
#define MLPI_FIGURE_H

#include "mlp/plot.h"

/** How a series is drawn, which says what its numbers are (figure.c has the table). */
typedef enum mlpi_mark {
    MLPI_LINE,     /* x, y; NaN breaks the line */
    MLPI_POINTS,   /* x, y */
    MLPI_DOTS,     /* x, y, value: coloured by the panel's scale */
    MLPI_BARS,     /* x, y: from 0 to y, `step` wide; sideways when the y axis has names */
    MLPI_BAND,     /* x, y, y2: between two lines */
    MLPI_SEGMENTS, /* x, y, x2, y2, value: width by |value|, colour by its sign */
    MLPI_LABELS,   /* x, y, value, and texts; value 1: on a dark ground */
    MLPI_MAP,      /* x, y, value: a grid, rows from the lowest y; NaN: nothing there */
    MLPI_REGIONS,  /* x, y, value, class: a grid of classes with their probability */
    MLPI_MARK_COUNT
} mlpi_mark;

/** Coordinates a series can have, in this order. */
enum { MLPI_X, MLPI_Y, MLPI_X2, MLPI_Y2, MLPI_VALUE, MLPI_CLASS, MLPI_CHANNELS };

typedef struct mlpi_series {
    mlpi_mark mark;
    char *name;    /* never NULL */
    bool unlisted; /* not in the legend */
    bool dashed, thin;
    size_t colour; /* number in the qualitative palette, MLPI_GREY, or MLPI_GRADED + 0..100 */
    double size;   /* of points; 0: by their number */
    char align;    /* of labels: 'c', 'l', 'r' */
    size_t columns, rows; /* of a grid */
    double step;          /* width of bars */
    size_t width;         /* numbers of a point */
    size_t count, capacity;
    double *values; /* count x width */
    char **texts;   /* labels: count; else NULL */
    size_t text_capacity;
    char **classes;        /* regions: names of the classes; else NULL */
    size_t *class_colours; /* of the classes, as `colour`; 0, 1, 2, ... unless changed */
    size_t class_count;
} mlpi_series;

/* Colours of what is compared with others, and places of the sequential scale for series that have an order. */
enum { MLPI_GREY = 1000, MLPI_BLACK, MLPI_GRADED = 2000 };

typedef struct mlpi_axis {
    char *label;  /* NULL: none */
    char **names; /* names of the places 0, 1, 2, ...; NULL: a numeric axis */
    size_t name_count;
    bool log, hidden, reversed, whole; /* whole: it counts */
    const char *moment; /* its numbers are seconds, written so (mlpi_moment_text); NULL: numbers */
    double lowest, highest; /* NaN: from the data */
} mlpi_axis;

typedef enum mlpi_scale {
    MLPI_SEQUENTIAL,
    MLPI_DIVERGING, /* 0 in the middle */
    MLPI_SHARES,    /* from white */
    MLPI_SCALE_COUNT
} mlpi_scale;

typedef struct mlpi_panel {
    char *title; /* NULL: none */
    mlpi_axis x, y;
    char *value_label; /* of the scale beside maps and dots; NULL: no scale is shown */
    mlpi_scale scale;
    double lowest, highest; /* of the scale; NaN: from the data */
    bool square;            /* one of x is as long as one of y */
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

/** A copy of a text, or of a formatted one; NULL when out of memory (then the figure knows). */
char *mlpi_figure_text(mlp_figure *figure, const char *format, ...) MLP_PRINTF(2, 3);
/** A number for people: four digits, whole from 10,000 on. Returns `text`. */
enum { MLPI_SHOWN = 32 };
const char *mlpi_shown(double value, char *text);
/** What is left out of a text that is longer than so many columns: from the result to *behind, in its middle,
 * since names often differ at their end; with a column for the "…" that stands there. Both are the
 * text's end when it fits. */
const char *mlpi_leave_out(const char *text, size_t columns, const char **behind);
/** A name that leaves room for the other words of a title: at most `columns`, with "…" for what is
 * left out. Returns `text`, of MLPI_SHORT bytes. */
enum { MLPI_SHORT = 256, MLPI_IN_TITLE = 32 };
const char *mlpi_short(const char *name, size_t columns, char *text);
/** Adds sentences to the description. */
void mlpi_describe(mlp_figure *figure, const char *format, ...) MLP_PRINTF(2, 3);
/** Adds a panel (title NULL: none); both axes numeric, from the data. Never NULL. */
mlpi_panel *mlpi_add_panel(mlp_figure *figure, const char *title, const char *x, const char *y);
/** Takes the last panel away. */
void mlpi_drop_last_panel(mlp_figure *figure);
/** Adds an empty series; its colour is that of its place among the panel's. Never NULL. */
mlpi_series *mlpi_add_series(mlp_figure *figure, mlpi_panel *panel, mlpi_mark mark,
                             const char *name);
/** Adds a point: as many numbers as the mark takes, in the order of the channels. */
void mlpi_add_point(mlp_figure *figure, mlpi_series *series, const double *numbers);
void mlpi_add_xy(mlp_figure *figure, mlpi_series *series, double x, double y);
void mlpi_add_label(mlp_figure *figure, mlpi_series *series, double x, double y, bool on_dark,
                    const char *text);
/** Names the places of an axis, or the classes of regions; `names` are copied. */
void mlpi_name_axis(mlp_figure *figure, mlpi_axis *axis, const char *const *names, size_t count);
void mlpi_name_classes(mlp_figure *figure, mlpi_series *series, const char *const *names,
                       size_t count);

/** Panel p as a figure of its own, without a title, in its share of the size: a view, not to be
 * freed. */
typedef struct mlpi_single {
    mlp_figure figure;
    mlpi_panel *panel;
} mlpi_single;
void mlpi_single_panel(const mlp_figure *figure, size_t p, mlpi_single *single);

/** Which column of a series' numbers is a channel; -1 when the mark has none. */
int mlpi_channel(mlpi_mark mark, int channel);
/** A number of point i; NaN when the mark has no such channel. */
double mlpi_number(const mlpi_series *series, size_t i, int channel);

/** Whether points and lines lie on a coloured ground. */
bool mlpi_has_grid(const mlpi_panel *panel);
/** The range an axis shows: as set, else of the data of the panel with a little room. Always
 * lowest < highest, both finite; above 0 for logarithmic axes. */
typedef struct mlpi_range {
    double lowest, highest;
} mlpi_range;
mlpi_range mlpi_axis_range(const mlpi_panel *panel, bool of_y);
/** The range of the panel's colours. */
mlpi_range mlpi_value_range(const mlpi_panel *panel);

/** Colours, as 0xRRGGBB. Qualitative: told apart by all kinds of sight; they come again after these. */
enum { MLPI_PALETTE = 10 };
unsigned mlpi_palette(size_t number);
/** A colour of a scale at t = 0..1. */
unsigned mlpi_scale_colour(mlpi_scale scale, double t);
/** Whether white letters are easier to read on a ground of this colour than black ones. */
bool mlpi_is_dark(unsigned rgb);
/** Cell i of regions: the colour of its class, paler the nearer its probability is to that of a
 * blind guess. */
unsigned mlpi_region_colour(const mlpi_series *regions, size_t i);

#endif
