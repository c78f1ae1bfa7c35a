/* SPDX-License-Identifier: MIT */
/* Everything that training needs, made from the table: encoded parts, the network, and notices. */
#ifndef MLPI_PREPARE_H
#define MLPI_PREPARE_H

#include "batches/batches.h"
#include "divide/folds.h"
#include "divide/kin.h"
#include "plan/plan.h"
#include "schema/leakage.h"

typedef struct mlpi_prepared {
    mlpi_schema schema;
    mlpi_split split;   /* the rows that train and validate, without the table's test part */
    double fraction;    /* of the rows that validate; NaN: they are not divided by a fraction */
    char division[200]; /* what divides the rows, in words: "group patient" */
    mlpi_leaks leaks;   /* columns that give the target away */
    mlpi_kin kin;       /* rows that belong together but are divided at random */
    mlpi_pipeline pipeline;
    mlp_encoded training, validation;    /* validation.rows 0: no validation */
    mlpi_batches *learning, *validating; /* sources of both; `validating` NULL: no validation */
    mlp_network *network;                /* mlpi_prepare_network makes it */
    mlp_network *initial;                /* holds the initial weights; NULL: they are drawn */
    mlpi_folds folds; /* with `folds`: the folds, as numbers of encoded training rows */
    float *smoothed;  /* with `folds`: the smoothed targets; NULL: the true ones are learnt */
    const struct mlpi_prepared *whole; /* of a part: the owner of its columns, pipeline, folds and
                                          rows; NULL: this object owns them */
} mlpi_prepared;

/** Determines the roles of the columns and the task. */
mlp_status mlpi_prepare_schema(const mlp_table *table, const mlp_train_options *options,
                               mlpi_schema *schema, mlp_error *err);
/** Gives notice of columns that are not used, and of how others are read. */
void mlpi_tell_columns(const mlp_table *table, const mlpi_schema *schema,
                       const mlp_train_options *options);

/** Divides the rows as `given` (nullable) does, or else as the options say; with `validation`
 * (nullable; a table whose rows validate), all rows train. Fills in split, fraction, division and
 * folds. (division.c) */
mlp_status mlpi_prepare_split(const mlp_table *table, const mlpi_split *given,
                              const mlp_table *validation, const mlp_train_options *options,
                              mlpi_prepared *prepared, mlp_error *err);

/** Looks in these rows for columns that give the target away, and gives notice of each before the
 * training, which may take long. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_tell_leaks(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                           size_t count, const mlp_train_options *options, mlpi_leaks *leaks,
                           mlp_error *err);
/** Looks among these rows, which are divided at random, for groups that belong together and for
 * copies, and gives notice of them. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_tell_kin(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                         size_t count, const mlp_train_options *options, mlpi_kin *kin,
                         mlp_error *err);

/** Prepares everything except for the network. `spent` (nullable): the same table, if its rows are
 * not needed afterwards and may be freed. Which rows validate is decided, in this order, by `given`
 * (nullable; rows of the table, chosen elsewhere), `validation` (nullable; a table of its own, or
 * the validation part of one that has parts) and the options. Test rows of a table with parts are
 * not used, unless `given` names them. */
mlp_status mlpi_prepare(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                        const mlpi_split *given, const mlp_train_options *options, mlpi_plan *plan,
                        mlpi_prepared *prepared, mlp_error *err);
/** The number of ways to divide the rows into those that train and those that validate: one for
 * each fold; 1 without folds. (part.c) */
size_t mlpi_prepared_divisions(const mlpi_prepared *prepared);
/** Prepares the data and the network of one training run: the rows of `whole` in one of these
 * divisions, and a network of its own. `whole` must outlive the part; rows are copied only for
 * full-batch methods with folds. Parts with rows in memory may train at the same time; parts with
 * rows in shards share one source, and must train one after another. (part.c) */
mlp_status mlpi_prepare_part(const mlpi_prepared *whole, size_t division, const mlpi_plan *plan,
                             const mlp_train_options *options, mlpi_prepared *part, mlp_error *err);
/** Makes the sources of rows in memory. */
mlp_status mlpi_prepare_sources(mlpi_prepared *prepared, mlp_error *err);
/** Decides what a plan leaves open until the rows are known, and adds its output layer. */
void mlpi_prepare_decide(mlpi_plan *plan, const mlp_train_options *options, const mlpi_prepared *p);
/** Makes the network of the plan, with its initial weights. */
mlp_status mlpi_prepare_network(const mlpi_plan *plan, const mlp_train_options *options,
                                mlpi_prepared *prepared, mlp_error *err);
/** Replaces the targets t of training rows by (1 - share) t + share / labels, so that a part of
 * each row belongs to all labels (C. Szegedy et al. 2016, section 7). */
void mlpi_smooth_labels(double share, size_t labels, mlp_encoded *rows);
void mlpi_prepared_release(mlpi_prepared *prepared);

/** Hands a sentence to the options' function for notices, if there is one. (notice.c) */
void mlpi_notice(const mlp_train_options *options, const char *format, ...) MLP_PRINTF(2, 3);

#endif
