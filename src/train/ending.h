/* SPDX-License-Identifier: MIT */
/* What is left of a run that came to its end, for a program that makes a model of it elsewhere. */
#ifndef MLPI_ENDING_H
#define MLPI_ENDING_H

#include "train/run.h"

/** The numbers of an ended run that are no function of its data and options, besides its best
 * parameters; of 8 bytes each, without gaps between. */
typedef struct mlpi_ending {
    uint64_t reason, epoch, best_epoch, rises;
    double best;                               /* criterion of the best parameters */
    double first, lowest, last, least, latest; /* the course of the losses */
    double method[MLPI_NUMBERS];
} mlpi_ending;

mlpi_ending mlpi_ending_of(const mlp_trainer *run);
/** Brings a run that has not begun to this end; its best parameters are the caller's to fill in
 * before. false: no run of its options comes to such an end, and nothing is changed. */
bool mlpi_ending_take(mlp_trainer *run, const mlpi_ending *ending);

#endif
