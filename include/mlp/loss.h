/* SPDX-License-Identifier: MIT */
/* The loss functions of the lecture (slides "Types of Loss Functions" and "Derivatives of Loss
 * Functions") and a few beyond it. Logarithms are natural. The loss of one pattern is a sum over
 * the outputs, without a factor of 1/2; E(w) is the mean over the patterns. */
#ifndef MLP_LOSS_H
#define MLP_LOSS_H

#include "mlp/activation.h"
#include "mlp/common.h"

MLP_BEGIN_DECLS

typedef enum mlp_loss {
    MLP_QUADRATIC = 0,        /**< sum_k (y_k - s_k)^2 */
    MLP_BINARY_CROSS_ENTROPY, /**< -sum_k (s_k ln y_k + (1 - s_k) ln(1 - y_k)); in regression the
                                   targets s_k are shares from 0 to 1 (L. E. Papke, J. M. Wooldridge
                                   1996) */
    MLP_CROSS_ENTROPY,        /**< -sum_k s_k ln y_k */
    /* beyond the lecture */
    MLP_ABSOLUTE, /**< sum_k |y_k - s_k| */
    MLP_HUBER,    /**< with r = y_k - s_k, sum_k of r^2 where |r| <= delta, else of delta (2 |r| -
                       delta): quadratic near the target, linear far from it; twice the function of
                       P. J. Huber 1964 */
    MLP_QUANTILE, /**< R. Koenker, G. Bassett 1978: sum_k of q_k (s_k - y_k) where y_k is below the
                       target, else of (1 - q_k) (y_k - s_k); q_k is the level of output k */
    MLP_POISSON,  /**< sum_k (y_k - s_k + s_k ln(s_k / y_k)), s_k >= 0: half the deviance of the
                       Poisson distribution (P. McCullagh, J. A. Nelder 1989, section 2.3), its
                       negative log-likelihood except for a constant */
    MLP_HINGE,    /**< sum_k (s_k max(0, 1 - y_k) + (1 - s_k) max(0, 1 + y_k)), s_k 0 or 1 (C.
                       Cortes, V. Vapnik 1995): each label against the others */
    MLP_LOSS_COUNT
} mlp_loss;

/** Except in the fused pairs (logistic with binary cross-entropy, softmax with cross-entropy,
 * exponential with Poisson), y is clamped before its logarithm is taken: to at least this number
 * and, in the cross-entropies, to at most 1 minus this number, so that losses stay finite. */
#define MLP_LOSS_MARGIN 1e-7

#define MLP_MAX_LEVELS 99

/** The parameters that some losses need. */
typedef struct mlp_loss_settings {
    double huber_delta;           /**< above 0, in the units of the network's targets. Default 1 */
    size_t levels;                /**< the number of quantile levels, 1..MLP_MAX_LEVELS. Default
                                       1 */
    double level[MLP_MAX_LEVELS]; /**< the levels, between 0 and 1, ascending; output k has level k
                                       mod `levels`. Default 0.5 */
} mlp_loss_settings;

MLP_API mlp_loss_settings mlp_loss_settings_default(void);

/** One line of the table of losses. Static; never freed. */
typedef struct mlp_loss_info {
    mlp_loss id;
    const char *name;       /**< as written after --loss: "binary-cross-entropy" */
    const char *formula;    /**< with y for outputs, s for targets */
    const char *derivative; /**< dE/dy_k */
    double lowest, highest; /**< the range within which the outputs must lie */
    const char *outputs;    /**< that range in words: "from 0 to 1" */
    const char *suited;     /**< the output activations that suit the loss: "logistic or softmax" */
} mlp_loss_info;

/** The table's line for `id`; NULL: there is no such loss. */
MLP_API const mlp_loss_info *mlp_loss_describe(mlp_loss id);

/** Finds a loss by its name. Returns false, and leaves *id unchanged, when there is none. */
MLP_API bool mlp_loss_from_name(const char *name, mlp_loss *id);

/** Whether outputs of this activation always lie in the range on which the loss is defined. */
MLP_API bool mlp_loss_accepts(mlp_loss loss, mlp_activation output);

MLP_END_DECLS

#endif
