/* SPDX-License-Identifier: MIT */
/* What happens inside a trained network on a sample of the training rows, for the diagnosis. */
#ifndef MLPI_INSIDE_H
#define MLPI_INSIDE_H

#include "train/run.h"

/** What happens in one layer. */
typedef struct mlpi_layer_look {
    size_t units, dead, saturated; /* neurons; for the output layer only `units` is set */
    double delta;                  /* root mean square of the deltas */
} mlpi_layer_look;

/** Fills `layers`, one element for each layer, by a forward and a backward pass over up to 256
 * training rows, evenly spaced. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_look_inside(const mlp_trainer *run, mlpi_layer_look *layers, mlp_error *err);

#endif
