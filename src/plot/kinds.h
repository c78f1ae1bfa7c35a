/* SPDX-License-Identifier: MIT */
/* The functions behind the table of kinds, and what several of them need. */
#ifndef MLPI_KINDS_H
#define MLPI_KINDS_H

#include "draw/figure.h"
#include "model/model.h"

/** Fills a figure; the request has all that the kind's line in the table asks for. */
typedef mlp_status (*mlpi_make)(const mlp_plot_request *request, mlp_figure *figure,
                                mlp_error *err);

mlp_status mlpi_plot_activations(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_losses(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_network(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_weights(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_history(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_learning_curve(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_boundary(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_response(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_confusion(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_residuals(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_predicted(const mlp_plot_request *, mlp_figure *, mlp_error *);

mlp_status mlpi_plot_roc(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_precision_recall(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_calibration(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_lift(const mlp_plot_request *, mlp_figure *, mlp_error *);
mlp_status mlpi_plot_importance(const mlp_plot_request *, mlp_figure *, mlp_error *);

/** The name of a run (history.c): its file without folders and ending. Free it. */
char *mlpi_run_name(mlp_figure *figure, const char *path);

/* --- more than anybody tells apart (crowd.c) -------------------------------------------------- */

enum {
    MLPI_TOLD_APART = 10, /* curves, bars or areas; of more ... */
    MLPI_NAMED = 8        /* are named, and the others are grey */
};

/** A label's series, and its place among the others: the least rank comes first. */
typedef struct mlpi_ranked {
    mlpi_series *series;
    size_t label;
    double rank;
} mlpi_ranked;

/** How many of so many labels are named. */
size_t mlpi_named_of(size_t count);
/** Of many series, which are all of a panel's, sorts the first in front of the others, which become grey and leave the
 * legend. Returns how many others there are. */
size_t mlpi_name_first(mlpi_ranked *all, size_t count, mlpi_panel *panel);
/** An entry of the legend alone, of the same look as a series; it frees the name. */
mlpi_series *mlpi_add_entry(mlp_figure *figure, mlpi_panel *panel, const mlpi_series *like,
                            char *name);
/** Writes the name of each class into its area, where it has room (regions.c). */
void mlpi_name_regions(mlp_figure *figure, mlpi_panel *panel, const mlpi_series *regions);

/* --- probing a model (probe.c) ---------------------------------------------------------------- */

/** The typical row: one number per input column, as mlp_model_encode_values takes them. Numbers:
 * a middle value of training; categories: the most frequent one of `table`, or the first when it is
 * NULL. */
mlp_status mlpi_typical_row(const mlp_model *model, const mlp_table *table, double *values,
                            mlp_error *err);
/** Predictions for rows of such numbers (rows x columns) with the model's pipeline and its networks,
 * or others of their shape: out gets rows x mlp_model_width numbers. */
mlp_status mlpi_probe(const mlp_model *model, const mlpi_members *members, const double *values,
                      size_t rows, int threads, double *out, mlp_error *err);
/** "p(setosa)" or "price" or "price, quantile 0.1" for number k of a prediction; free it. */
char *mlpi_output_name(mlp_figure *figure, const mlp_model *model, size_t k);
/** Which input column a name is; numeric only when `numeric`. */
mlp_status mlpi_find_input(const mlp_model *model, const char *name, bool numeric, size_t *column,
                           mlp_error *err);
/** Which labels or targets to show: the one asked for, else all (of two labels the one that the
 * model looks for stands for both). Target t has the numbers t n .. t n + n - 1 of a prediction, n = mlpi_values_of. */
size_t mlpi_values_of(const mlp_model *model);
mlp_status mlpi_find_outputs(const mlp_model *model, const char *label, size_t *first,
                             size_t *count, mlp_error *err);
/** Predictions of the table beside the truth: a view of those of the request, or made here. Give
 * them back with mlpi_outcomes_done. */
mlp_status mlpi_take_outcomes(const mlp_plot_request *request, mlp_outcomes *outcomes,
                              mlp_error *err);
void mlpi_outcomes_done(const mlp_plot_request *request, mlp_outcomes *outcomes);
/** The true label number or target values of every row: rows x (1 or targets). NaN in rows that lack a
 * target, and in all when the table has no such column: pictures that do not evaluate show them as well. mlpi_free it. */
mlp_status mlpi_true_answers(const mlp_model *model, const mlp_table *table, double **answers,
                             mlp_error *err);
/** A column of the table as numbers, NaN where it has none; mlpi_free it. */
mlp_status mlpi_column_numbers(const mlp_model *model, const mlp_table *table, size_t column,
                               double **numbers, mlp_error *err);
/** "heat", "heat and cold" or "heat, cold and 2 more": `count` targets of a model from `first` on, for
 * titles; of several each is cut shorter. Returns `text`. */
enum { MLPI_TARGETS = 2 * MLPI_SHORT + 40 };
const char *mlpi_targets_shown(const mlp_model *model, size_t first, size_t count,
                               char text[MLPI_TARGETS]);
/** The side of the square that the columns of an image model fill: used ones, and those that
 * training left out; and the pixel of an input column, row by row from the top. */
mlp_status mlpi_image_side(const mlp_model *model, size_t *side, mlp_error *err);
size_t mlpi_image_pixel(const mlp_model *model, size_t feature);

#endif
