/* SPDX-License-Identifier: MIT */
/* The loss functions of the lecture (slides "Types of Loss Functions" and
 * "Derivatives of Loss Functions") and a few beyond it. Natural logarithms. The loss of one
 * pattern is a sum over the outputs, without 1/2; E(w) is the mean over the patterns. */
#ifndef MLP_LOSS_H
#define MLP_LOSS_H

#include "mlp/activation.h"
#include "mlp/common.h"

MLP_BEGIN_DECLS

typedef enum mlp_loss {
    MLP_QUADRATIC = 0,        /**< sum_k (y_k - s_k)^2 */
    MLP_BINARY_CROSS_ENTROPY, /**< -sum_k (s_k ln y_k + (1 - s_k) ln(1 - y_k)); in regression s_k are
                                 shares from 0 to 1 (L. E. Papke, J. M. Wooldridge 1996) */
    MLP_CROSS_ENTROPY,        /**< -sum_k s_k ln y_k */
    /* beyond the lecture */
    MLP_ABSOLUTE, /**< sum_k |y_k - s_k| */
    MLP_HUBER,    /**< P. J. Huber 1964, twice his: with r = y_k - s_k, r^2 up to |r| = delta, then
                     delta (2 |r| - delta): the quadratic loss near the target, a line far from it */
    MLP_QUANTILE, /**< R. Koenker, G. Bassett 1978: q_k (s_k - y_k) below the target,
                     (1 - q_k) (y_k - s_k) above it, q_k the level of output k */
    MLP_POISSON,  /**< sum_k (y_k - s_k + s_k ln(s_k / y_k)), s_k >= 0: half the deviance of the
                     Poisson distribution (P. McCullagh, J. A. Nelder 1989, section 2.3), its
                     negative log-likelihood except for a constant */
    MLP_HINGE,    /**< sum_k (s_k max(0, 1 - y_k) + (1 - s_k) max(0, 1 + y_k)), s_k 0 or 1 (C.
                     Cortes, V. Vapnik 1995): each label against the rest */
    MLP_LOSS_COUNT
} mlp_loss;

/** Outside the fused pairs (logistic + binary cross-entropy, softmax + cross-entropy, exponential +
 * Poisson) logarithms take y as at least this far from 0, and the cross-entropies from 1, so that
 * they stay finite. */
#define MLP_LOSS_MARGIN 1e-7

#define MLP_MAX_LEVELS 99

/** The numbers that some losses need. */
typedef struct mlp_loss_settings {
    double huber_delta;           /**< > 0, in the units of the network's targets. Default 1 */
    size_t levels;                /**< quantile levels, 1..MLP_MAX_LEVELS. Default 1 */
    double level[MLP_MAX_LEVELS]; /**< between 0 and 1, ascending; output k has level
                                     k mod levels. Default 0.5 */
} mlp_loss_settings;

MLP_API mlp_loss_settings mlp_loss_settings_default(void);

/** One line of the table of losses. Static; never freed. */
typedef struct mlp_loss_info {
    mlp_loss id;
    const char *name;       /**< as written after --loss: "binary-cross-entropy" */
    const char *formula;    /**< with y for outputs, s for targets */
    const char *derivative; /**< dE/dy_k */
    double lowest, highest; /**< the outputs must lie within this range */
    const char *outputs;    /**< that range in words: "from 0 to 1" */
    const char *suited;     /**< output activations that suit it: "logistic or softmax" */
} mlp_loss_info;

/** The table's line for `id`, or NULL when there is no such loss. */
MLP_API const mlp_loss_info *mlp_loss_describe(mlp_loss id);

/** Finds a loss by its name. Returns false (and leaves *id) when there is none. */
MLP_API bool mlp_loss_from_name(const char *name, mlp_loss *id);

/** Whether outputs of this activation always lie in the range the loss is defined on. */
MLP_API bool mlp_loss_accepts(mlp_loss loss, mlp_activation output);

MLP_END_DECLS

#endif
