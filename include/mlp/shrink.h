/* SPDX-License-Identifier: MIT */
/* Making a model small: one plain network that learns the model's predictions. */
#ifndef MLP_SHRINK_H
#define MLP_SHRINK_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/options.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** How small and how good the result must be: an object with named options. Each entry
 * ends with its default; later versions may add options:
 *
 *      "max-flash"       the most bytes of flash that the model may take as C: its constants and
 *                        texts (mlp_export_cost), and an upper bound for its code on a Cortex-M4
 *                        without the C library; a text may end in K for 1024; 0: any. 0
 *      "max-parameters"  the most parameters; 0: any. 0
 *      "max-operations"  the most multiply-adds of a prediction; 0: any. 0
 *      "max-columns"     the most columns that are inputs: those that a network of all columns
 *                        needs least are left out; 0: all of the model's. 0
 *      "integer"         8 or 16: as C in integers whose weights have this number of bits
 *                        (mlp/export.h), which is then measured and evaluated; 0: in floats. 0
 *      "require"         "METRIC=VALUE" or "METRIC(LABEL)=VALUE" (mlp_requirement_read_for), one or
 *                        more: the smallest network that is at least as good on the rows held out;
 *                        none, the default: the best within the bounds
 *      "teaching"        share of the model's answers in what is learnt, 0..1; the rest are the
 *                        targets of the data. 0.7
 *      "mixed"           how many rows are made for each row by mixing two rows, 0..100. 2
 */
typedef struct mlp_shrink_options mlp_shrink_options;

/** All defaults. Free with mlp_shrink_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_create(mlp_shrink_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_shrink_options_free(mlp_shrink_options *options);
/** Sets an option by its name from text; a list then holds only this text. Errors:
 * MLP_ERROR_ARGUMENT (no such option, with the nearest name; not a value of its kind),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_set(mlp_shrink_options *options, const char *name,
                                          const char *text, mlp_error *err);
/** Sets an option that is a number. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_shrink_options_set_number(mlp_shrink_options *options, const char *name,
                                                 double number, mlp_error *err);
/** The value as a text that mlp_shrink_options_set accepts; for a list, all texts with commas
 * between them; "": none. free() it. Errors: MLP_ERROR_ARGUMENT (no such option),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_get(const mlp_shrink_options *options, const char *name,
                                          char **text, mlp_error *err);
/** Adds a text to "require". Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_shrink_options_add(mlp_shrink_options *options, const char *name,
                                          const char *text, mlp_error *err);

/** The size of the text of hidden layers in bytes. */
enum { MLP_SHRINK_HIDDEN = 48 };

/** The size of a network, and how good it is on the rows held out. */
typedef struct mlp_shrink_size {
    char hidden[MLP_SHRINK_HIDDEN]; /**< as the option `hidden` of training takes it; "": there are
                                         several networks */
    size_t parameters, operations;  /**< operations: multiply-adds of a prediction */
    size_t flash;  /**< bytes as C; the model that was given is measured as floats; 0: C cannot
                        carry it */
    double figure; /**< the metric; NaN: the training diverged, or did not take place */
    bool holds;    /**< the network meets all requirements */
} mlp_shrink_size;

/** The result of shrinking. */
typedef struct mlp_shrink_report {
    /** the metric: the first in "require" that is not for one label, or the option `metric` of
     * training, or log_loss, rmse, or pinball_loss with quantiles; a static string */
    const char *figure;
    bool larger_is_better; /**< whether a larger metric is better */
    size_t rows_training, rows_made, rows_held_out;
    mlp_shrink_size teacher; /**< the model that was given */
    bool teacher_saw; /**< the model was trained on rows that are held out here; on these rows it,
                           and to a lesser degree the students, look better than on new rows */
    mlp_shrink_size *students; /**< the sizes that were tried, by ascending number of parameters */
    size_t student_count;
    size_t chosen; /**< index of the student that is the result: the best one where none `holds` */
    bool interrupted; /**< the caller stopped the work before all students were trained */
} mlp_shrink_report;

/** Trains networks of several sizes on a model's predictions and keeps the smallest that meets all
 * requirements, or the best within the bounds. The result is a plain model of one network, with the
 * same targets, the labels that the training rows have, inputs encoded as training would encode
 * them, and without intervals, temperature or a threshold of its own (where the model has a
 * threshold, a notice says so); with two labels it looks for the one that the model looks for,
 * unless `training` names one. It learns t = a f(x) + (1 - a) s, with the predictions f of the
 * model (probabilities, or values in units of the target's scale), the targets s, and the share of
 * teaching a, which is 1 for quantiles; from rows that are made by mixing it learns f alone (C.
 * Bucila, R. Caruana, A. Niculescu-Mizil 2006; J. Ba, R. Caruana 2014; G. Hinton, O. Vinyals, J.
 * Dean 2015).
 *
 * With "max-columns" a network of all columns is trained first. Then the column whose replacement
 * by the means of its inputs raises the loss on the training rows least is left out, again and
 * again until that many columns remain, from which all students learn (M. Mozer, P. Smolensky
 * 1989).
 *
 * `held_out` (nullable): rows that validate training; NULL: those that `training` holds out of the
 * table for validation. For a model that was trained on this table, these are the rows that
 * validated there. `training` (nullable): options of training for all students. The columns are
 * those of the model, and so are the rows that validate, the weights of rows and labels, and in
 * regression the loss, unless `training` sets them; `hidden`, `members`, `folds`, `quality`,
 * `initial`, `memory` and `checkpoint` are ignored. With the option `time` the result depends on
 * the machine; otherwise it depends only on data, options and seed, for any `threads`. `options`
 * NULL: the defaults, which bound nothing and are refused.
 *
 * Errors: MLP_ERROR_ARGUMENT (no bound and nothing required; a bound below the smallest that is
 * possible, which the message states; `held_out` has the rows of the table, and no validation part;
 * a metric that does not exist or has no value for these rows), MLP_ERROR_DATA (a column is
 * missing; too few rows; a label that only rows held out have; all networks diverged),
 * MLP_ERROR_INTERRUPTED (before any network was trained), MLP_ERROR_MEMORY. `report` is nullable;
 * release it with mlp_shrink_report_release. Free the model with mlp_model_free. */
MLP_API mlp_status mlp_shrink(const mlp_model *model, const mlp_table *table,
                              const mlp_table *held_out, const mlp_train_options *training,
                              const mlp_shrink_options *options, mlp_model **student,
                              mlp_shrink_report *report, mlp_error *err);
MLP_API void mlp_shrink_report_release(mlp_shrink_report *report);

MLP_END_DECLS

#endif
