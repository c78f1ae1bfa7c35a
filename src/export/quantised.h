/* SPDX-License-Identifier: MIT */
/* A model whose networks answer in integers. */
#ifndef MLPI_EXPORT_QUANTISED_H
#define MLPI_EXPORT_QUANTISED_H

#include "mlp/predictor.h"
#include "model/model.h"
#include "quantise/quantise.h"

enum { MLPI_CALIBRATION_ROWS = 2048 };

/** Quantises the model's networks by rows of the table, at most MLPI_CALIBRATION_ROWS in even steps.
 * Release in any case. Errors: as mlpi_quantise; MLP_ERROR_ARGUMENT (no table), MLP_ERROR_DATA (a
 * column is missing). */
mlp_status mlpi_quantise_model(const mlp_model *model, const mlp_table *rows, int bits,
                               mlpi_quantised *q, mlp_error *err);

/** A session of the model that answers by these integers, which must outlive it; or, with `own`, which
 * are taken over, and empty afterwards in any case. Rows whose inputs are not finite have no
 * prediction. Free with mlp_session_free. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_quantised_session(const mlp_model *model, mlpi_quantised *q, bool own, int threads,
                                  mlp_session **session, mlp_error *err);

#endif
