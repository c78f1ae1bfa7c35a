/* SPDX-License-Identifier: MIT */
/* A multilayer perceptron: h^l = W^l y^(l-1) - b^l, y^l = f_l(h^l), l = 1..L
 * (the bias is subtracted, as in the lecture).
 *
 * All parameters are one flat array in the lecture's order,
 * w = vec(W^1, ..., W^L, b^1, ..., b^L); W^l is N_l x N_(l-1), row-major. Gradients have
 * the same shape and order. */
#ifndef MLP_NETWORK_H
#define MLP_NETWORK_H

#include "mlp/activation.h"
#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/loss.h"

MLP_BEGIN_DECLS

/** Limits that keep every size computable; larger requests fail with MLP_ERROR_ARGUMENT. */
#define MLP_MAX_LAYERS 256
#define MLP_MAX_UNITS 1000000

/** The precision of products during training; parameters and sums are always float. */
typedef enum mlp_precision { MLP_PRECISION_FLOAT = 0, MLP_PRECISION_BF16 } mlp_precision;

typedef struct mlp_layer {
    size_t units;              /**< N_l, 1..MLP_MAX_UNITS */
    mlp_activation activation; /**< f_l */
} mlp_layer;

/** Opaque. Prediction only reads a network, so that any number of threads may share one. */
typedef struct mlp_network mlp_network;

/** Creates a network with `inputs` = N_0 inputs and `count` layers (the last is the output layer;
 * count = 1 is the single-layer perceptron), with all parameters 0. `layers` is copied. Errors:
 * MLP_ERROR_ARGUMENT (no layers, a size above the limits, softmax before the output layer, an
 * output activation whose range the loss does not accept), MLP_ERROR_MEMORY. Free with
 * mlp_network_free. */
MLP_API mlp_status mlp_network_create(size_t inputs, const mlp_layer *layers, size_t count,
                                      mlp_loss loss, mlp_network **network, mlp_error *err);

/** NULL is allowed. */
MLP_API void mlp_network_free(mlp_network *network);

/** Draws all weights anew and sets the biases to 0. Each layer's distribution suits its activation:
 * He normal (He et al. 2015) for rectified linear, its variants and softplus; LeCun normal (LeCun
 * et al. 1998) for Gaussian, selu and threshold functions, and with its variance divided by e^2 for
 * exponential; Glorot uniform (Glorot & Bengio 2010) for the others. The generator is
 * counter-based: one seed gives the same network on every machine. */
MLP_API void mlp_network_initialize(mlp_network *network, uint64_t seed);

MLP_API size_t mlp_network_inputs(const mlp_network *network);
MLP_API size_t mlp_network_outputs(const mlp_network *network);
MLP_API size_t mlp_network_layer_count(const mlp_network *network);
/** Layer l = 0..count-1 (the lecture's l+1). */
MLP_API mlp_layer mlp_network_layer(const mlp_network *network, size_t l);
MLP_API mlp_loss mlp_network_loss(const mlp_network *network);
/** Huber's delta and the quantile levels. A new network has the defaults. */
MLP_API const mlp_loss_settings *mlp_network_loss_settings(const mlp_network *network);
/** Sets Huber's delta and the quantile levels. To be called only while no other thread uses the
 * network. Errors: MLP_ERROR_ARGUMENT (a value out of range; with the quantile loss, a number of
 * outputs that is not a multiple of the number of levels); the network is then unchanged. */
MLP_API mlp_status mlp_network_set_loss_settings(mlp_network *network,
                                                 const mlp_loss_settings *settings, mlp_error *err);

/** Number of parameters. */
MLP_API size_t mlp_network_size(const mlp_network *network);
/** The flat parameters (mlp_network_size of them, 64-byte aligned), owned by the network. The
 * caller may change them while no other thread uses the network. */
MLP_API float *mlp_network_parameters(mlp_network *network);
MLP_API const float *mlp_network_parameters_const(const mlp_network *network);
/** The place in the flat parameters where W^l of layer l = 0..count-1 begins. */
MLP_API size_t mlp_network_weights_at(const mlp_network *network, size_t l);
/** The place in the flat parameters where b^l of layer l = 0..count-1 begins. */
MLP_API size_t mlp_network_biases_at(const mlp_network *network, size_t l);

/* --- The plain double-precision reference (network/reference.c) ------------------------------- */

/** Every h, y and delta that one pattern produces. The trace owns its arrays. */
typedef struct mlp_trace {
    size_t layers;     /**< L */
    size_t *units;     /**< N_0 .. N_L: layers + 1 numbers */
    double **h;        /**< h[l], l = 1..L, N_l numbers; h[0] is NULL */
    double **y;        /**< y[l], l = 0..L; y[0] is the input x */
    double **delta;    /**< the deltas, delta[l], l = 1..L; delta[0] is NULL */
    double loss;       /**< E^(p) */
    double *gradient;  /**< dE/dw, flat, in the order of the parameters */
    size_t parameters; /**< length of gradient */
} mlp_trace;

/** Allocates a trace for a network. Free with mlp_trace_free. */
MLP_API mlp_status mlp_trace_create(const mlp_network *network, mlp_trace **trace, mlp_error *err);
MLP_API void mlp_trace_free(mlp_trace *trace);

/** To be called after mlp_reference_pattern with the same w. Writes the gradient of output k
 * itself, dy_k/dw, which is row k of the Jacobian, to trace->gradient, and its deltas to
 * trace->delta. */
MLP_API void mlp_reference_output_gradient(const mlp_network *network, const double *w, size_t k,
                                           mlp_trace *trace);

/** Performs steps 1-5 of the backpropagation algorithm for one pattern, in double precision, by the
 * lecture's equations. `w`: mlp_network_size(network) parameters, or NULL for the network's own;
 * `x`: the inputs; `target`: as many numbers as there are outputs. Fills the whole trace. With
 * `target` NULL, only step 1 is performed: h and y are filled, and the loss is NaN. */
MLP_API void mlp_reference_pattern(const mlp_network *network, const double *w, const double *x,
                                   const double *target, mlp_trace *trace);

/** E(w), the mean loss over n patterns (x: n x inputs, target: n x outputs, row-major), computed by
 * the reference. `gradient` (nullable) receives dE/dw. `trace` is working memory, made for this
 * network. */
MLP_API double mlp_reference_loss(const mlp_network *network, const double *w, const double *x,
                                  const double *target, size_t n, double *gradient,
                                  mlp_trace *trace);

MLP_END_DECLS

#endif
