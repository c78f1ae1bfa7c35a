/* SPDX-License-Identifier: MIT */
/* Pictures of functions, networks, training and predictions.
 *
 * A figure is data with titled axes: mlp_plot makes one, and three back ends show it: gnuplot (SVG,
 * PNG, PDF), characters for a terminal, and CSV. mlp_figure_json hands it to other programs. */
#ifndef MLP_PLOT_H
#define MLP_PLOT_H

#include <stdio.h>

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"
#include "mlp/importance.h"
#include "mlp/model.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** Opaque. Holds copies of everything that it shows: model and table may be freed before it. */
typedef struct mlp_figure mlp_figure;

/** Whether a kind of picture needs a member of the request. */
typedef enum mlp_plot_need {
    MLP_PLOT_NONE = 0,
    MLP_PLOT_OPTIONAL,
    MLP_PLOT_REQUIRED
} mlp_plot_need;

/** One line of the table of kinds. Static; never freed. */
typedef struct mlp_plot_kind {
    const char *name;      /**< "boundary" */
    const char *arguments; /**< in words, options between backquotes: "MODEL DATA `x` COLUMN" */
    const char *summary;   /**< a few words */
    /** whether the kind requires, accepts, or refuses these members of the request */
    mlp_plot_need model, table, logs, x, y, label, sweeps, activations;
    bool judges;   /**< the kind compares predictions with the truth: each row needs a target and a
                        prediction */
    mlp_task task; /**< the task of the models that the kind is for; MLP_TASK_AUTO: any */
} mlp_plot_kind;

/** The i-th kind; NULL past the end. */
MLP_API const mlp_plot_kind *mlp_plot_kind_at(size_t i);
/** Finds a kind by its name. Errors: MLP_ERROR_ARGUMENT with the nearest name. */
MLP_API mlp_status mlp_plot_kind_find(const char *name, const mlp_plot_kind **kind, mlp_error *err);

/** What to draw. All members 0: nothing is given. Everything is only read. */
typedef struct mlp_plot_request {
    const mlp_model *model;
    const mlp_table *table;
    /** for the kind history, files of JSON lines written by `mlp train --log`; for learning-curve,
     * files written by `mlp learning-curve --json` */
    mlp_names logs;
    mlp_names activations; /**< for the kind activations, which to draw; empty: the lecture's
                                nine */
    const char *x, *y;     /**< the names of input columns of the model */
    const char *label;     /**< the label (classification) or target (regression) to show; NULL: all
                                that fit, or the only one. For importance, only a target */
    mlp_names sweeps;      /**< for the kind response, "w:l,i,j=LO..HI" or "b:l,i=LO..HI", numbers
                                from 1 */
    const char *title;     /**< NULL: the kind's own */
    const mlp_outcomes *outcomes; /**< predictions of `table`, where the caller has them already;
                                       NULL: they are made here */
    /** importance of the columns on `table`, and for the target `label` where that is given; NULL:
     * it is computed here */
    const mlp_importance *importance;
    int threads; /**< 0: all cores */
} mlp_plot_request;

/** Makes a figure. Errors: MLP_ERROR_ARGUMENT (a member that the kind needs is not given, does not
 * fit, or has no effect on it), MLP_ERROR_DATA, MLP_ERROR_MEMORY. Free with mlp_figure_free. */
MLP_API mlp_status mlp_plot(const mlp_plot_kind *kind, const mlp_plot_request *request,
                            mlp_figure **figure, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_figure_free(mlp_figure *figure);

/** The title. Owned by the figure. */
MLP_API const char *mlp_figure_title(const mlp_figure *figure);
/** One or more sentences that describe what is shown, for captions and alternative texts. Owned by
 * the figure. */
MLP_API const char *mlp_figure_description(const mlp_figure *figure);

/** Draws with gnuplot, which must be in PATH, and writes the picture to `to`. `format`: "svg",
 * "png" or "pdf". The size is in pixels at 96 per inch; 0: the figure's own (PNG: twice that, at
 * twice the density). One figure always gives the same SVG bytes. Errors: MLP_ERROR_ARGUMENT
 * (unknown format), MLP_ERROR_OUTPUT (no gnuplot, or it failed). */
MLP_API mlp_status mlp_figure_draw(const mlp_figure *figure, const char *format, size_t width,
                                   size_t height, FILE *to, mlp_error *err);

/** Draws with characters (UTF-8), in lines of at most `width` (at least 20) columns. `colour`: with
 * ANSI colours. */
MLP_API mlp_status mlp_figure_characters(const mlp_figure *figure, size_t width, bool colour,
                                         FILE *to, mlp_error *err);

/** Writes every point of every series as CSV with a header: panel, series, and the coordinates that
 * the figure uses among x, y, x2, y2, value, text. Errors: MLP_ERROR_OUTPUT. */
MLP_API mlp_status mlp_figure_data(const mlp_figure *figure, FILE *to, mlp_error *err);

/** Writes the whole figure as a JSON object, for a program that draws it itself: "title",
 * "description", "width" and "height" in pixels at 96 per inch, "columns" of panels, and "panels",
 * each with "title", "x" and "y" (label, names of the places 0, 1, ..., log, hidden, reversed,
 * lowest, highest), "scale" (label, lowest, highest, and 21 colours in even steps), "square", and
 * "series": "mark" (line, points, dots, bars, band, segments, labels, map, regions), "name",
 * "listed" (in a legend), "dashed", "thin", "colour" (a number sign and RRGGBB), "size", "align"
 * (c, l, r), "columns" and "rows" of a grid, "step" of bars, the numbers of the points as lists
 * among "x", "y", "x2", "y2", "value", "class" (null where a line breaks), and, where the mark has
 * them, "texts", "classes", and "colours" of cells. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_figure_json(const mlp_figure *figure, FILE *to, mlp_error *err);

MLP_END_DECLS

#endif
