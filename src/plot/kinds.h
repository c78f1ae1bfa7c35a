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
/** A column of the table as numbers, NaN where it has none; mlpi_free it. */
mlp_status mlpi_column_numbers(const mlp_model *model, const mlp_table *table, size_t column,
                               double **numbers, mlp_error *err);
/** "heat", "heat and cold" or "heat, cold and 2 more": `count` targets of a model from `first` on, for
 * titles. Returns `text`. */
enum { MLPI_TARGETS = 2 * MLPI_SHORT + 40 };
const char *mlpi_targets_shown(const mlp_model *model, size_t first, size_t count,
                               char text[MLPI_TARGETS]);
/** The side of the square that the columns of an image model fill: used ones, and those that
 * training left out; and the pixel of an input column, row by row from the top. */
mlp_status mlpi_image_side(const mlp_model *model, size_t *side, mlp_error *err);
size_t mlpi_image_pixel(const mlp_model *model, size_t feature);

#endif
