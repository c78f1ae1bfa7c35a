/* SPDX-License-Identifier: MIT */
/* What remains of a run that has ended, from which another process can make a model. */
#ifndef MLPI_ENDING_H
#define MLPI_ENDING_H

#include "train/run.h"

/** The numbers of an ended run that, like its best parameters, do not follow from its data and
 * options; 8 bytes each, without gaps. */
typedef struct mlpi_ending {
    uint64_t reason, epoch, best_epoch, rises;
    double best;                               /* criterion of the best parameters */
    double first, lowest, last, least, latest; /* as in mlpi_course */
    double method[MLPI_NUMBERS];
} mlpi_ending;

mlpi_ending mlpi_ending_of(const mlp_trainer *run);
/** Puts a run that has not begun into this end state, once the caller has filled in its best
 * parameters. false: no run with these options can end so, and `run` is unchanged. */
bool mlpi_ending_take(mlp_trainer *run, const mlpi_ending *ending);

#endif
