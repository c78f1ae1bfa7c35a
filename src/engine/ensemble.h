/* SPDX-License-Identifier: MIT */
/* Forward passes of networks whose outputs are averaged, each in its own engine. The outputs of a
 * single network without a temperature have the same bits as those of its engine. */
#ifndef MLPI_ENSEMBLE_H
#define MLPI_ENSEMBLE_H

#include "engine/engine.h"
#include "mlp/predictor.h"
#include "network/members.h"

typedef struct mlpi_ensemble mlpi_ensemble;

/** The members must outlive the ensemble. threads 0: all cores. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_ensemble_create(const mlpi_members *members, int threads, mlpi_ensemble **ensemble,
                                mlp_error *err);
/** NULL is allowed. */
void mlpi_ensemble_free(mlpi_ensemble *ensemble);

/** Like mlpi_engine_forward: returns the mean loss of the combined outputs and stores them in `y`
 * (nullable), rows x outputs. Allocates nothing. */
double mlpi_ensemble_forward(mlpi_ensemble *ensemble, const mlpi_batch *batch, float *y);
/** Like mlpi_ensemble_forward, but stores the loss of each row instead of returning the mean. */
void mlpi_ensemble_losses(mlpi_ensemble *ensemble, const mlpi_batch *batch, float *y, double *loss);

/** Creates a predictor of single rows with copies of the parameters. Its outputs have the same bits
 * as those of mlpi_ensemble_forward. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_predictor_create(const mlpi_members *members, mlp_predictor **predictor,
                                 mlp_error *err);

#endif
