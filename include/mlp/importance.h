/* SPDX-License-Identifier: MIT */
/* Permutation importance (L. Breiman 2001; A. Fisher, C. Rudin, F. Dominici 2019): how much worse a
 * metric gets when the values of one column are shuffled among the rows, so that they no longer
 * belong to them. It shows what this model uses, not what causes what; columns with the same
 * information share their importance. */
#ifndef MLP_IMPORTANCE_H
#define MLP_IMPORTANCE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"

MLP_BEGIN_DECLS

/** How importance is measured: an object with named options. Each entry
 * ends with its default; later versions may add options:
 *
 *      "metric"   name of a metric; none, the default: log_loss, or rmse in regression
 *      "target"   with several targets, the one whose metric is taken; none, the default: the mean
 *                 over all
 *      "repeats"  shuffles of each column, at least 1; 5
 *      "rows"     the largest number of rows to use, spread over all; 0: all, the default
 *      "columns"  the largest number of columns to shuffle: those that affect the first layer
 *                 most, by the variance of the inputs times the squared weights; 0: all, the
 *                 default
 *      "seed"     1
 *      "threads"  0: all cores, the default. The result does not depend on the number
 */
typedef struct mlp_importance_options mlp_importance_options;

/** All defaults. Free with mlp_importance_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_importance_options_create(mlp_importance_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_importance_options_free(mlp_importance_options *options);
/** Sets an option by its name from text. Errors: MLP_ERROR_ARGUMENT (no such option, with the
 * nearest name; not a value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_importance_options_set(mlp_importance_options *options, const char *name,
                                              const char *text, mlp_error *err);
/** Sets an option that is a number. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_importance_options_set_number(mlp_importance_options *options,
                                                     const char *name, double number,
                                                     mlp_error *err);
/** The value as a text that mlp_importance_options_set accepts; "": none. free() it. Errors:
 * MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_importance_options_get(const mlp_importance_options *options,
                                              const char *name, char **text, mlp_error *err);

/** The importance of one input column of the data, however many network inputs it fills. */
typedef struct mlp_column_importance {
    double mean; /**< by how much the metric got worse; below 0: it got better; NaN: not shuffled */
    double deviation; /**< standard deviation over the repeats (their number is the divisor); NaN:
                           not shuffled */
} mlp_column_importance;

typedef struct mlp_importance {
    const char *metric; /**< a static string */
    double figure;      /**< the metric when nothing is shuffled */
    size_t rows, repeats;
    size_t shuffled;                /**< how many columns were shuffled: as many as "columns" says,
                                         or all */
    size_t count;                   /**< the number of columns, which are in the order of
                                         mlp_model_column */
    mlp_column_importance *columns; /**< release with mlp_importance_release */
} mlp_importance;

/** Importance of every column of the model on a table that has the targets. `options` NULL: the
 * defaults. Errors: those of mlp_model_encode; MLP_ERROR_ARGUMENT (no such metric or target, a
 * metric that does not apply to the task or is not defined for these rows, no repeats). */
MLP_API mlp_status mlp_model_importance(const mlp_model *model, const mlp_table *table,
                                        const mlp_importance_options *options,
                                        mlp_importance *importance, mlp_error *err);
MLP_API void mlp_importance_release(mlp_importance *importance);

MLP_END_DECLS

#endif
