/* SPDX-License-Identifier: MIT */
/* Probabilities that are true, by rows out of fold. */
#ifndef MLPI_CALIBRATE_H
#define MLPI_CALIBRATE_H

#include "runs/unseen.h"

/** Looks for the temperature of the members' probabilities by those of `u`. Whether one is taken
 * depends on rows that it was not fitted on: for each fold a temperature is fitted on the other
 * folds, and if the log loss falls that way over all folds, by more than the standard error of the
 * difference, the outputs of `u` become those. The members get the temperature that all rows together
 * want, times what averaging leaves of it (averaging.h). `told` is what it comes to. Nothing
 * happens where the plan asks for none, or only one fold is evaluated. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_calibrate(const mlpi_crew *crew, mlpi_unseen *u, mlpi_members *members,
                          mlpi_calibration *told, mlp_error *err);

#endif
