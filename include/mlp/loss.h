/* SPDX-License-Identifier: MIT */
/* The loss functions of the lecture (slides "Types of Loss Functions" and
 * "Derivatives of Loss Functions"). Natural logarithms. The loss of one pattern is a
 * sum over the outputs, without 1/2; E(w) is the mean over the patterns. */
#ifndef MLP_LOSS_H
#define MLP_LOSS_H

#include "mlp/activation.h"
#include "mlp/common.h"

MLP_BEGIN_DECLS

typedef enum mlp_loss {
    MLP_QUADRATIC = 0,        /**< sum_k (y_k - s_k)^2 */
    MLP_BINARY_CROSS_ENTROPY, /**< -sum_k (s_k ln y_k + (1 - s_k) ln(1 - y_k)) */
    MLP_CROSS_ENTROPY,        /**< -sum_k s_k ln y_k */
    MLP_LOSS_COUNT
} mlp_loss;

/** Outside the fused pairs (logistic + binary cross-entropy, softmax + cross-entropy) the
 * cross-entropies take y as at least this far from 0 and 1, so that they stay finite. */
#define MLP_LOSS_MARGIN 1e-7

/** One line of the table of losses. Static; never freed. */
typedef struct mlp_loss_info {
    mlp_loss id;
    const char *name;       /**< as written after --loss: "binary-cross-entropy" */
    const char *formula;    /**< with y for outputs, s for targets */
    const char *derivative; /**< dE/dy_k */
    double lowest, highest; /**< the outputs must lie within this range */
} mlp_loss_info;

/** The table's line for `id`, or NULL when there is no such loss. */
MLP_API const mlp_loss_info *mlp_loss_describe(mlp_loss id);

/** Finds a loss by its name. Returns false (and leaves *id) when there is none. */
MLP_API bool mlp_loss_from_name(const char *name, mlp_loss *id);

/** Whether outputs of this activation always lie in the range the loss is defined on. */
MLP_API bool mlp_loss_accepts(mlp_loss loss, mlp_activation output);

MLP_END_DECLS

#endif
