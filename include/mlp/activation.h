/* SPDX-License-Identifier: MIT */
/* The activation functions y = f(h) of the lecture (A. G. Trofimov, "Multilayer
 * neural networks", 2018, slides "Types of Activation Functions"), and softmax. */
#ifndef MLP_ACTIVATION_H
#define MLP_ACTIVATION_H

#include "mlp/common.h"

MLP_BEGIN_DECLS

/** The activation functions, in the lecture's order. Files store names, not these numbers. */
typedef enum mlp_activation {
    MLP_LINEAR = 0,
    MLP_STEP,
    MLP_SIGN,
    MLP_SOFTSIGN,
    MLP_LOGISTIC,
    MLP_TANH,
    MLP_RELU,
    MLP_SOFTPLUS,
    MLP_GAUSSIAN,
    /* beyond the lecture */
    MLP_LEAKY_RELU,
    MLP_ELU,
    MLP_SELU,
    MLP_GELU,
    MLP_SILU,
    MLP_MISH,
    MLP_HARD_LOGISTIC,
    MLP_HARD_TANH,
    MLP_EXPONENTIAL, /**< for outputs that are rates, with the Poisson loss */
    MLP_SOFTMAX,     /**< over a whole layer; output layers only */
    MLP_ACTIVATION_COUNT
} mlp_activation;

/** One line of the table of activations. Static; never freed. */
typedef struct mlp_activation_info {
    mlp_activation id;
    const char *name;       /**< as written after --activation and in model files: "tanh" */
    const char *formula;    /**< "(e^h - e^-h) / (e^h + e^-h)" */
    const char *derivative; /**< "1 - f(h)^2" */
    double lowest, highest; /**< the bounds of the range of y (of its closure); may be infinite */
    bool threshold;         /**< the derivative is 0 everywhere, so no gradient passes (step,
                                 sign) */
} mlp_activation_info;

/** The table's line for `id`; NULL: there is no such activation. */
MLP_API const mlp_activation_info *mlp_activation_describe(mlp_activation id);

/** Finds an activation by its name. Returns false, and leaves *id unchanged, when there is none. */
MLP_API bool mlp_activation_from_name(const char *name, mlp_activation *id);

/** f(h) in double precision: exact at special values, and finite for finite h wherever f(h) fits a
 * double. Softmax of one number is 1. */
MLP_API double mlp_activation_value(mlp_activation id, double h);

/** df/dh in double precision, with the lecture's conventions: 0 for step and sign, even at h = 0,
 * and 0 for the rectified linear function at h = 0. For softmax of one number it is 0. */
MLP_API double mlp_activation_slope(mlp_activation id, double h);

MLP_END_DECLS

#endif
