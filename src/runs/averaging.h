/* SPDX-License-Identifier: MIT */
/* What averaging over the folds does to probabilities. */
#ifndef MLPI_AVERAGING_H
#define MLPI_AVERAGING_H

#include "runs/unseen.h"

/** The mean of all networks is less sure than those of one fold, and more often right: of the
 * temperature that suits a fold's networks it needs but this share. Rows out of fold cannot tell,
 * for each is unseen by one fold alone. So it is measured on rows that were seen, where what was
 * learnt by heart makes both surer: with T the best temperature there, of one fold and of the mean of
 * all that saw the row,
 *      share = (T(mean of F - 1 folds) / T(one fold))^((1 - 1/F) / (1 - 1/(F - 1))),
 * since the variance that averaging takes away goes with 1 - 1/F. 1 where fewer than three folds have
 * networks. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_averaging(const mlpi_crew *crew, const mlpi_unseen *u, double *share,
                          mlp_error *err);

#endif
