/* SPDX-License-Identifier: MIT */
/* A network's parameters as the engine computes with them (math/panels.h).
 *
 * Layer by layer the weights lie as the right-hand operand of the forward product: panel p holds,
 * input after input, the weights from that input to units 16 p .. 16 p + 15. Behind all weights lie
 * the biases, negated, so that h = W y - b is a sum that starts from them. For the way back, layers
 * above the first keep a second copy of their weights with inputs and units exchanged. */
#ifndef MLPI_PACKED_H
#define MLPI_PACKED_H

#include "math/bf16.h"
#include "math/kernels.h"
#include "mlp/network.h"

typedef struct mlpi_packed_layer {
    size_t inputs, units;
    mlp_activation activation;
    size_t weights_at, biases_at; /* in parameters */
    float *backward;              /* ceil(inputs / 16) panels of units x 16; NULL: not kept */
    float *half_forward, *half_backward; /* the same in bfloat16, pairs along the sum; or NULL */
} mlpi_packed_layer;

typedef struct mlpi_packed {
    const mlpi_kernel_table *kernels;
    size_t count; /* layers */
    mlpi_packed_layer *layers;
    float *parameters;
    size_t size, weights; /* numbers in parameters, and how many of them come before the biases */
    const mlpi_bf16_table *bf16; /* NULL: products in float */
    float *copies;               /* memory of backward, half_forward, half_backward */
} mlpi_packed;

/** `training`: with the copies for the way back; `precision`: those that products need. Packs the
 * network's parameters. MLP_ERROR_ARGUMENT: the processor has no bfloat16. */
mlp_status mlpi_packed_init(mlpi_packed *packed, const mlp_network *network, bool training,
                            mlp_precision precision, mlp_error *err);
void mlpi_packed_release(mlpi_packed *packed);
/** Units of the widest layer, inputs included, padded. */
size_t mlpi_packed_widest(const mlpi_packed *packed);
/** From and to w = vec(W^1..W^L, b^1..b^L). */
void mlpi_packed_put(mlpi_packed *packed, const float *parameters);
void mlpi_packed_get(const mlpi_packed *packed, float *parameters);
/** Brings the copies of the weights from inputs first .. first + count - 1 to the units of one
 * panel up to date; first is a multiple of 16. */
void mlpi_packed_refresh(mlpi_packed *packed, size_t layer, size_t panel, size_t first,
                         size_t count);

#endif
