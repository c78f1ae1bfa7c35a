/* SPDX-License-Identifier: MIT */
/* Calibration of the probabilities by outputs out of fold. */
#ifndef MLPI_CALIBRATE_H
#define MLPI_CALIBRATE_H

#include "runs/unseen.h"

/** Fits the temperature of the members' probabilities to those of `u`. Whether it is used is
 * decided on rows that it was not fitted to: for each fold, a temperature is fitted to the other
 * folds. If these temperatures lower the log loss of all folds by more than the standard error of
 * the difference, the outputs of `u` are tempered with them, and the members get the temperature
 * fitted to all rows, times the share of mlpi_averaging. `told`: the log losses and calibration
 * errors. Nothing happens if the plan does not calibrate, only one fold is evaluated, or an output
 * is not finite. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_calibrate(const mlpi_crew *crew, mlpi_unseen *u, mlpi_members *members,
                          mlpi_calibration *told, mlp_error *err);

#endif
