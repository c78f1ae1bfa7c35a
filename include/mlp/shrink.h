/* SPDX-License-Identifier: MIT */
/* Making a model small: one plain network that learns what the model answers. */
#ifndef MLP_SHRINK_H
#define MLP_SHRINK_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/options.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** How small, and how good, an object of options with names; later versions may know more:
 *
 *      "max-flash"       most bytes of flash of the model as C: its constants, numbers and texts
 *                        (mlp_export_cost), and as many as its code has at most on a Cortex-M4, but
 *                        for the C library; as text also with K behind it for 1024; 0: any. 0
 *      "max-parameters"  most parameters; 0: any. 0
 *      "max-operations"  most multiply-adds of a prediction; 0: any. 0
 *      "max-columns"     most columns that are inputs: those that a network of all of them needs least
 *                        are left out; 0: all of the model's. 0
 *      "integer"         8 or 16: as C in integers with weights of so many bits (mlp/export.h), which
 *                        is what has the bytes and is evaluated; 0: in floats. 0
 *      "require"         "FIGURE=VALUE" (mlp_metric_name), one or more: the smallest network that is
 *                        at least as good on the rows held out; none: the best within the bounds
 *      "teaching"        share of the model's answers in what is learnt, 0..1; the rest are the
 *                        targets of the data. 0.7
 *      "mixed"           rows that are made by mixing two rows, for each that there is, 0..100. 2
 */
typedef struct mlp_shrink_options mlp_shrink_options;

/** All defaults. Free with mlp_shrink_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_create(mlp_shrink_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_shrink_options_free(mlp_shrink_options *options);
/** Sets one by its name from text; a list to this one text. Errors: MLP_ERROR_ARGUMENT (no such
 * option, with the nearest name; no value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_set(mlp_shrink_options *options, const char *name,
                                          const char *text, mlp_error *err);
/** The same from a number. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_shrink_options_set_number(mlp_shrink_options *options, const char *name,
                                                 double number, mlp_error *err);
/** The value as a text that mlp_shrink_options_set takes; of a list, all with commas between them;
 * "": none. free() it. Errors: MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_get(const mlp_shrink_options *options, const char *name,
                                          char **text, mlp_error *err);
/** Adds a text to "require". Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_add(mlp_shrink_options *options, const char *name,
                                          const char *text, mlp_error *err);

/** Bytes of the text of hidden layers. */
enum { MLP_SHRINK_HIDDEN = 48 };

/** A network of a certain size, and how good it is on the rows held out. */
typedef struct mlp_shrink_size {
    char hidden[MLP_SHRINK_HIDDEN]; /**< as the option `hidden` of training takes it; "": several
                                       networks */
    size_t parameters, operations;  /**< multiply-adds of a prediction */
    size_t flash;  /**< bytes as C, of the model that was given as floats; 0: C cannot carry it */
    double figure; /**< the metric; NaN: it diverged, or was not trained any more */
    bool holds;    /**< all that is required */
} mlp_shrink_size;

/** What became of it. */
typedef struct mlp_shrink_report {
    const char
        *figure; /**< the metric that "require" names first, or the option metric of training, or
                              log_loss, rmse, pinball_loss of quantiles; a static string */
    bool larger_is_better; /**< of the metric */
    size_t rows_training, rows_made, rows_held_out;
    mlp_shrink_size teacher; /**< the model that was given */
    bool teacher_saw; /**< it was trained on rows that are held out here, on which it, and less so
                                the students, look better than on new rows */
    mlp_shrink_size *students; /**< those that were tried, by their parameters, ascending */
    size_t student_count;
    size_t chosen;    /**< which of them is the result: where none `holds`, the best */
    bool interrupted; /**< by the caller, before all were trained */
} mlp_shrink_report;

/** Trains networks of several sizes on what a model answers and keeps the smallest that holds what
 * is required, or the best that fits. It is a plain model of one network, with the same targets, the
 * labels that the rows which train have, inputs encoded as training would encode them, and without
 * intervals, temperature or a threshold of its own (where the model has a threshold, a notice says so);
 * of two labels it looks for the one that the model looks for, unless `training` names one. What is
 * learnt: t = a f(x) + (1 - a) s, with the answers f of the model (probabilities, or values in units
 * of the target's scale), the targets s, and a the share of teaching, 1 for quantiles; in rows that are
 * made by mixing, f alone (C. Bucila, R. Caruana, A. Niculescu-Mizil 2006; J. Ba, R. Caruana 2014; G.
 * Hinton, O. Vinyals, J. Dean 2015).
 *
 * With "max-columns" a network of all columns learns first; then the column without which the loss of the
 * rows that train rises least leaves it, its inputs at their means, until so many are left, of which
 * all students learn (M. Mozer, P. Smolensky 1989).
 *
 * `held_out` (nullable): rows that validate training, else those that `training` holds out of
 * the table for validation: for a model that was trained on this table, the rows that validated
 * there. `training` (nullable): options of training for all students. Their number, size and
 * weights, what validates, and columns, come from the model unless they say so themselves; `hidden`,
 * `members`, `folds`, `quality`, `initial`, `memory` and `checkpoint` are not looked at. With the
 * option time the result depends on the machine; otherwise on data, options and seed alone, for any
 * `threads`. `options` NULL: the defaults, which bound nothing and are refused.
 *
 * Errors: MLP_ERROR_ARGUMENT (no bound and nothing required; a bound below the smallest that is
 * possible, which is told; `held_out` has the rows of the table, and no validation part; a metric
 * that does not exist or has no value for these rows), MLP_ERROR_DATA (a column is missing; too few
 * rows; a label that only rows held out have; all diverged), MLP_ERROR_INTERRUPTED (before there was a network),
 * MLP_ERROR_MEMORY. `report` is nullable; release it with
 * mlp_shrink_report_release. Free the model with mlp_model_free. */
MLP_API mlp_status mlp_shrink(const mlp_model *model, const mlp_table *table,
                              const mlp_table *held_out, const mlp_train_options *training,
                              const mlp_shrink_options *options, mlp_model **student,
                              mlp_shrink_report *report, mlp_error *err);
MLP_API void mlp_shrink_report_release(mlp_shrink_report *report);

MLP_END_DECLS

#endif
