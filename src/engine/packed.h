/* SPDX-License-Identifier: MIT */
/* A network's parameters in the order in which the engine computes with them (math/panels.h).
 *
 * The weights of each layer are laid out as the right-hand operand of the forward product: panel p
 * holds, input after input, the weights from that input to units 16 p .. 16 p + 15. The biases
 * follow all weights and are negated, so that h = W y - b is a sum that starts from them. For the
 * backward pass, layers above the first keep a second copy of their weights with inputs and units
 * exchanged. */
#ifndef MLPI_PACKED_H
#define MLPI_PACKED_H

#include "math/bf16.h"
#include "math/kernels.h"
#include "mlp/network.h"

typedef struct mlpi_packed_layer {
    size_t inputs, units;
    mlp_activation activation;
    size_t weights_at, biases_at; /* offsets in mlpi_packed.parameters */
    float *backward; /* copy for the backward pass, with inputs and units exchanged; or NULL */
    float *half_forward, *half_backward; /* copies in bfloat16, in pairs along the sum; or NULL */
} mlpi_packed_layer;

typedef struct mlpi_packed {
    const mlpi_kernel_table *kernels;
    size_t count; /* number of layers */
    mlpi_packed_layer *layers;
    float *parameters;
    size_t size, weights; /* number of floats in parameters, and of those before the biases */
    const mlpi_bf16_table *bf16; /* NULL: products in float */
    float *copies;               /* owns backward, half_forward and half_backward of all layers */
} mlpi_packed;

/** Packs the network's parameters; with `training`, also makes the copies that steps in `precision`
 * need. MLP_ERROR_ARGUMENT: the processor has no bfloat16. */
mlp_status mlpi_packed_init(mlpi_packed *packed, const mlp_network *network, bool training,
                            mlp_precision precision, mlp_error *err);
void mlpi_packed_release(mlpi_packed *packed);
/** Number of units of the widest layer, where the inputs count as a layer, padded to whole
 * panels. */
size_t mlpi_packed_widest(const mlpi_packed *packed);
/** Sets all parameters, and the copies, from w = vec(W^1..W^L, b^1..b^L). */
void mlpi_packed_put(mlpi_packed *packed, const float *parameters);
/** Fills `parameters` with w = vec(W^1..W^L, b^1..b^L). */
void mlpi_packed_get(const mlpi_packed *packed, float *parameters);
/** Updates the copies of those weights of a panel of units that belong to inputs first .. first +
 * count - 1; first is a multiple of 16. */
void mlpi_packed_refresh(mlpi_packed *packed, size_t layer, size_t panel, size_t first,
                         size_t count);

#endif
