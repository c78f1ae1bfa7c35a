/* SPDX-License-Identifier: MIT */
/* A single model of the networks of all folds. */
#ifndef MLPI_RUNS_FOLDS_H
#define MLPI_RUNS_FOLDS_H

#include "runs/crew.h"

/** Refuses options that cannot be combined with `folds`: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_folds_check(const mlp_table *validation, const mlp_train_options *options,
                            mlp_error *err);

/** mlp_train with `folds`; `spent` as in mlpi_prepare, `validation` is refused. `model` NULL (with
 * a job): no model is made. */
mlp_status mlpi_train_folds(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlp_model **model,
                            mlp_train_report *report, mlp_error *err);

/* The same in steps: prepare; mlpi_crew_train some folds, as often as needed; evaluate them at any
 * time; make the model, once; mlpi_crew_release in any case. */

/** `options` must have passed mlpi_folds_check, and must outlive the crew. */
mlp_status mlpi_folds_prepare(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                              const mlp_train_options *options, mlp_error *err);

/** How good the trained folds are on rows that their networks never saw. */
typedef struct mlpi_folds_scores {
    size_t rows;      /* number of evaluated rows */
    uint32_t *row;    /* their numbers among the encoded rows, ascending */
    double *loss;     /* of each row, times its weight */
    double criterion; /* the mean loss, or a metric, negated where larger is better */
    double expected;  /* the criterion to expect of the mean of all folds (averaging.h) */
} mlpi_folds_scores;

/** `scores` must be zeroed, or earlier scores to be replaced; release them even after a failure.
 * Errors: those of mlpi_crew_check (no network has come to an end), MLP_ERROR_MEMORY. */
mlp_status mlpi_folds_evaluate(const mlpi_crew *crew, mlpi_folds_scores *scores, mlp_error *err);
void mlpi_folds_scores_release(mlpi_folds_scores *scores);
mlp_status mlpi_folds_model(mlpi_crew *crew, mlp_model **model, mlp_train_report *report,
                            mlp_error *err);

#endif
