/* SPDX-License-Identifier: MIT */
/* One model of the networks of all folds. */
#ifndef MLPI_RUNS_FOLDS_H
#define MLPI_RUNS_FOLDS_H

#include "runs/crew.h"

/** Refuses what `folds` cannot be together with: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_folds_check(const mlp_table *validation, const mlp_train_options *options,
                            mlp_error *err);

/** mlp_train with `folds`; `spent` as in mlpi_prepare, `validation` is refused. `model` NULL, of a
 * job: none is made. */
mlp_status mlpi_train_folds(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlp_model **model,
                            mlp_train_report *report, mlp_error *err);

/* The same step by step: prepare; mlpi_crew_train, as many folds as are wanted, and again; evaluate
 * them at any time; make them a model once; mlpi_crew_release in any case. */

/** `options`, which outlive the crew, are checked already. */
mlp_status mlpi_folds_prepare(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                              const mlp_train_options *options, mlp_error *err);

/** How good the folds that are trained are on rows that their networks never saw. */
typedef struct mlpi_folds_scores {
    size_t rows;      /* so many */
    uint32_t *row;    /* among those that are encoded, ascending */
    double *loss;     /* of each of them, times its weight */
    double criterion; /* smaller is better: their mean, or a metric or its negative */
    double
        expected; /* the same of the mean of all folds, as rows that were seen tell (averaging.h) */
} mlpi_folds_scores;

/** `scores` are 0 yet, or one to be replaced; release it in any case. Errors: as mlpi_crew_check where no network has come
 * to an end; MLP_ERROR_MEMORY. */
mlp_status mlpi_folds_evaluate(const mlpi_crew *crew, mlpi_folds_scores *scores, mlp_error *err);
void mlpi_folds_scores_release(mlpi_folds_scores *scores);
mlp_status mlpi_folds_model(mlpi_crew *crew, mlp_model **model, mlp_train_report *report,
                            mlp_error *err);

#endif
