/* SPDX-License-Identifier: MIT */
/* Minimising a function of one's own with any of the methods that train networks. */
#ifndef MLP_MINIMIZE_H
#define MLP_MINIMIZE_H

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** What is minimised: E(w) of n numbers. */
typedef struct mlp_objective {
    size_t n;
    void *context; /**< handed to the functions */
    /** E(w), and its gradient (n numbers) unless NULL. Infinity or NaN where E is not defined. */
    double (*value)(void *context, const double *w, double *gradient);
    /** For least squares, E(w) = scale * sum of squared residuals: fills J'J (n x n, both halves)
     * and J'r (n numbers), where J is the Jacobian of the residuals r, and returns the sum of
     * squares. NULL: the objective is none, and "levenberg-marquardt" and "bayesian" cannot take
     * it. */
    double (*normal)(void *context, const double *w, double *JtJ, double *Jtr);
    double scale;     /**< of the sum of squares in E; looked at with `normal` */
    size_t residuals; /**< how many there are; looked at with `normal` */
} mlp_objective;

typedef struct mlp_minimize_options {
    const char *method;   /**< a name that --optimizer knows ("auto" excepted). Default "lbfgs" */
    size_t steps;         /**< at most. Default 1000 */
    double learning_rate; /**< of update rules, which work in float; 0: the rule's own. Default 0 */
    double momentum;      /**< of momentum and nesterov. Default 0.9 */
    double weight_decay;  /**< of adamw. Default 0.01 */
    /** After each step; false: stop here. NULL: none */
    bool (*progress)(size_t step, double value, const double *w, void *context);
    void *context;
} mlp_minimize_options;

MLP_API mlp_minimize_options mlp_minimize_options_default(void);

/** How it ended. */
typedef struct mlp_minimum {
    double value;   /**< E(w) */
    size_t steps;   /**< done */
    bool converged; /**< no step makes E smaller, as far as double can tell; never set by update
                       rules */
    double effective_parameters; /**< of "bayesian" (MacKay 1992); NaN otherwise */
} mlp_minimum;

/** Begins at w (n numbers) and leaves there the best point seen. `minimum` may be NULL.
 * Errors: MLP_ERROR_ARGUMENT (no such method; least squares needed; E not finite at the start),
 * MLP_ERROR_MEMORY; w is unchanged then. */
MLP_API mlp_status mlp_minimize(const mlp_objective *objective, const mlp_minimize_options *options,
                                double *w, mlp_minimum *minimum, mlp_error *err);

MLP_END_DECLS

#endif
