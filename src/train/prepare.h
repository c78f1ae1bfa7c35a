/* SPDX-License-Identifier: MIT */
/* Everything a training needs, made from the table: encoded parts, the network, what to tell the
 * user. */
#ifndef MLPI_PREPARE_H
#define MLPI_PREPARE_H

#include "batches/batches.h"
#include "divide/folds.h"
#include "divide/kin.h"
#include "plan/plan.h"
#include "schema/leakage.h"

typedef struct mlpi_prepared {
    mlpi_schema schema;
    mlpi_split split;   /* rows of the table except for its test part */
    double fraction;    /* of the rows, asked for; NaN when it is not that which divides them */
    char division[200]; /* what divides them, in words: "group patient" */
    mlpi_leaks leaks;   /* columns that give the target away */
    mlpi_kin kin;       /* rows that belong together, and that a lot divides all the same */
    mlpi_pipeline pipeline;
    mlp_encoded training, validation;    /* validation.rows is 0 without */
    mlpi_batches *learning, *validating; /* as sources; the second: NULL without validation */
    mlp_network *network;                /* mlpi_prepare_network makes it */
    mlp_network *initial; /* whose weights the network begins with; NULL: drawn ones */
    mlpi_folds folds;     /* with `folds`: of the training rows, as numbers among those that are
                             encoded */
    float *smoothed;      /* with `folds`: the targets that are learnt; NULL: the true ones */
    const struct mlpi_prepared *whole; /* of a part: whose columns, pipeline, folds and rows it has;
                                          NULL: they are its own */
} mlpi_prepared;

/** What the columns and the task are. */
mlp_status mlpi_prepare_schema(const mlp_table *table, const mlp_train_options *options,
                               mlpi_schema *schema, mlp_error *err);
/** Tells which columns are not used, and how others are read. */
void mlpi_tell_columns(const mlp_table *table, const mlpi_schema *schema,
                       const mlp_train_options *options);

/** Divides the rows: as `given` (nullable), or all train where `validation`, a table of its own,
 * validates (NULL: none does), or by the options. Fills in split, fraction, division and folds. (division.c) */
mlp_status mlpi_prepare_split(const mlp_table *table, const mlpi_split *given,
                              const mlp_table *validation, const mlp_train_options *options,
                              mlpi_prepared *prepared, mlp_error *err);

/** Looks among these rows for columns that give the target away, and tells of each: before what may
 * take long. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_tell_leaks(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                           size_t count, const mlp_train_options *options, mlpi_leaks *leaks,
                           mlp_error *err);
/** Looks among these rows, which a lot divides, for groups that belong together, and for copies, and tells of them.
 * Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_tell_kin(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                         size_t count, const mlp_train_options *options, mlpi_kin *kin,
                         mlp_error *err);

/** All but the network. `spent` (nullable) is the table once more, where nobody needs its rows afterwards: they leave
 * the memory. Which rows validate is decided by, in this order: `given` (nullable; rows of the
 * table, made elsewhere), `validation` (nullable; a table of its own, or the validation part of one
 * that has parts), options. Test rows of a table with parts are not seen, unless `given` names
 * them. */
mlp_status mlpi_prepare(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                        const mlpi_split *given, const mlp_train_options *options, mlpi_plan *plan,
                        mlpi_prepared *prepared, mlp_error *err);
/** How many ways there are to divide the rows into those that train and those that validate: one
 * for each fold, or the one that was asked for. (part.c) */
size_t mlpi_prepared_divisions(const mlpi_prepared *prepared);
/** What one network learns from and is evaluated on: the rows that `whole` holds, divided in one of
 * these ways, with a network of its own. `whole` must outlive it; its rows are not copied except for
 * full-batch methods with folds. Parts of rows in memory may train side by side; those in shards
 * share one source, and train one after another. (part.c) */
mlp_status mlpi_prepare_part(const mlpi_prepared *whole, size_t division, const mlpi_plan *plan,
                             const mlp_train_options *options, mlpi_prepared *part, mlp_error *err);
/** The rows in memory as sources. */
mlp_status mlpi_prepare_sources(mlpi_prepared *prepared, mlp_error *err);
/** Decides what a plan leaves open until the rows are known, and adds its output layer. */
void mlpi_prepare_decide(mlpi_plan *plan, const mlp_train_options *options, const mlpi_prepared *p);
/** The network of the plan with its first weights. */
mlp_status mlpi_prepare_network(const mlpi_plan *plan, const mlp_train_options *options,
                                mlpi_prepared *prepared, mlp_error *err);
/** Targets of rows of training become (1 - share) times what they are plus share / labels: a part
 * of each row belongs to all labels (C. Szegedy et al. 2016, section 7). */
void mlpi_smooth_labels(double share, size_t labels, mlp_encoded *rows);
void mlpi_prepared_release(mlpi_prepared *prepared);

/** Tells the user a sentence, when there is someone to tell. (notice.c) */
void mlpi_notice(const mlp_train_options *options, const char *format, ...) MLP_PRINTF(2, 3);

#endif
