/* SPDX-License-Identifier: MIT */
/* Models whose networks compute in integers. */
#ifndef MLPI_EXPORT_QUANTISED_H
#define MLPI_EXPORT_QUANTISED_H

#include "mlp/predictor.h"
#include "model/model.h"
#include "quantise/quantise.h"

enum { MLPI_CALIBRATION_ROWS = 2048 };

/** Quantises the model's networks, with ranges of numbers taken from rows of the table: at most
 * MLPI_CALIBRATION_ROWS, evenly spaced. Release `q` even after an error. Errors: those of
 * mlpi_quantise; MLP_ERROR_ARGUMENT (no table), MLP_ERROR_DATA (a column is missing). */
mlp_status mlpi_quantise_model(const mlp_model *model, const mlp_table *rows, int bits,
                               mlpi_quantised *q, mlp_error *err);

/** Creates a session of the model that predicts with the integer networks `q`. The networks must
 * outlive the session; with `own` they move into the session instead, and `q` is empty afterwards,
 * even after an error. Rows whose inputs are not finite have no prediction. Free with
 * mlp_session_free. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_quantised_session(const mlp_model *model, mlpi_quantised *q, bool own, int threads,
                                  mlp_session **session, mlp_error *err);

#endif
