/* SPDX-License-Identifier: MIT */
/* Forward passes of networks that answer together, each in an engine of its own. A network that is
 * alone, without a temperature, answers with the bits of its engine. */
#ifndef MLPI_ENSEMBLE_H
#define MLPI_ENSEMBLE_H

#include "engine/engine.h"
#include "mlp/predictor.h"
#include "network/members.h"

typedef struct mlpi_ensemble mlpi_ensemble;

/** The members must outlive it. threads 0: all cores. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_ensemble_create(const mlpi_members *members, int threads, mlpi_ensemble **ensemble,
                                mlp_error *err);
/** NULL is allowed. */
void mlpi_ensemble_free(mlpi_ensemble *ensemble);

/** As mlpi_engine_forward: mean loss of the combined outputs, which `y` (rows x outputs) gets.
 * Allocates nothing. */
double mlpi_ensemble_forward(mlpi_ensemble *ensemble, const mlpi_batch *batch, float *y);
/** The same with the loss of each row. */
void mlpi_ensemble_losses(mlpi_ensemble *ensemble, const mlpi_batch *batch, float *y, double *loss);

/** A predictor of single rows, with copies of the parameters: the same bits as
 * mlpi_ensemble_forward. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_predictor_create(const mlpi_members *members, mlp_predictor **predictor,
                                 mlp_error *err);

#endif
