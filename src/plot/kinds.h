/* SPDX-License-Identifier: MIT */
/* The functions in the table of kinds of pictures, and helpers that several of them share. */
#ifndef MLPI_KINDS_H
#define MLPI_KINDS_H

#include "draw/figure.h"
#include "model/model.h"

/** Fills a figure. The request has everything that the kind's entry in the table requires. */
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

/** The name of a run (history.c): that of its file, without folders and extension. Free it. */
char *mlpi_run_name(mlp_figure *figure, const char *path);

/* --- more labels than can be told apart (crowd.c) --------------------------------------------- */

enum {
    MLPI_TOLD_APART = 10, /* most curves, bars or areas of a picture that are all named */
    MLPI_NAMED = 8        /* number of names if there are more series; the other series are grey */
};

/** The series of a label, and its rank among the labels: the lowest comes first. */
typedef struct mlpi_ranked {
    mlpi_series *series;
    size_t label;
    double rank;
} mlpi_ranked;

/** The number of labels that are named, out of `count`. */
size_t mlpi_named_of(size_t count);
/** Sorts `all`, which holds all series of the panel, by rank, and names only the first MLPI_NAMED,
 * which are drawn over the others. The others become grey and thin, and leave the legend. Returns
 * the number of series without a name; 0: all are named. */
size_t mlpi_name_first(mlpi_ranked *all, size_t count, mlpi_panel *panel);
/** Adds a series without data to the legend, with the looks of `like`. Frees `name`. */
mlpi_series *mlpi_add_entry(mlp_figure *figure, mlpi_panel *panel, const mlpi_series *like,
                            char *name);
/** Writes the name of each label into its area, if there is room for it (regions.c). */
void mlpi_name_regions(mlp_figure *figure, mlpi_panel *panel, const mlpi_series *regions);

/* --- probing a model (probe.c) ---------------------------------------------------------------- */

/** The typical row: one number per input column, as mlp_model_encode_values takes them. The number
 * of a numeric column is a middle value of training; that of a column of categories is the most
 * frequent category of `table`, or the first category if `table` is NULL. */
mlp_status mlpi_typical_row(const mlp_model *model, const mlp_table *table, double *values,
                            mlp_error *err);
/** Predicts `rows` rows of the form of mlpi_typical_row (`values`: rows x columns) with the model's
 * pipeline and with `members`: the model's networks, or others of the same shape. `out` gets rows x
 * mlp_model_width numbers. */
mlp_status mlpi_probe(const mlp_model *model, const mlpi_members *members, const double *values,
                      size_t rows, int threads, double *out, mlp_error *err);
/** The name of number k of a prediction: "p(setosa)", "price" or "price, quantile 0.1"; free it. */
char *mlpi_output_name(mlp_figure *figure, const mlp_model *model, size_t k);
/** Finds the input column of a name. `numeric`: a column of categories is an error. */
mlp_status mlpi_find_input(const mlp_model *model, const char *name, bool numeric, size_t *column,
                           mlp_error *err);
/** The numbers that a prediction has for each target: its quantiles, or 1. Target t has the numbers
 * t n .. t n + n - 1 of a prediction, where n = mlpi_values_of. */
size_t mlpi_values_of(const mlp_model *model);
/** Finds the labels or targets to show: `label`, or all if it is NULL; but if there are two labels
 * and `label` is NULL, only the one that the model looks for. */
mlp_status mlpi_find_outputs(const mlp_model *model, const char *label, size_t *first,
                             size_t *count, mlp_error *err);
/** Gets the predictions for the table and the true answers: a view of those in the request, if it
 * has any, or else computed here. Pass the outcomes to mlpi_outcomes_done after use. */
mlp_status mlpi_take_outcomes(const mlp_plot_request *request, mlp_outcomes *outcomes,
                              mlp_error *err);
/** Frees the outcomes, unless they are a view of those in the request. */
void mlpi_outcomes_done(const mlp_plot_request *request, mlp_outcomes *outcomes);
/** The number of the true label, or the true target values, of every row: rows x (1 or targets).
 * They are NaN in rows that lack a target, and in all rows if the table lacks a target column,
 * since pictures that evaluate nothing show such rows too. mlpi_free it. */
mlp_status mlpi_true_answers(const mlp_model *model, const mlp_table *table, double **answers,
                             mlp_error *err);
/** An input column of the table as numbers, with NaN in rows without a value; mlpi_free it. */
mlp_status mlpi_column_numbers(const mlp_model *model, const mlp_table *table, size_t column,
                               double **numbers, mlp_error *err);
/** Names `count` targets of a model from `first` on in a title: "heat", "heat and cold" or "heat,
 * cold and 2 more". If there are several names, each is cut shorter. Returns `text`. */
enum { MLPI_TARGETS = 2 * MLPI_SHORT + 40 };
const char *mlpi_targets_shown(const mlp_model *model, size_t first, size_t count,
                               char text[MLPI_TARGETS]);
/** Finds the side of the square image that the columns of an image model fill, together with the
 * columns that training left out. */
mlp_status mlpi_image_side(const mlp_model *model, size_t *side, mlp_error *err);
/** The pixel of an input column, counted row by row from the top. */
size_t mlpi_image_pixel(const mlp_model *model, size_t feature);

#endif
