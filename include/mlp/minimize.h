/* SPDX-License-Identifier: MIT */
/* Minimising a function of the caller's with any of the methods that train networks. */
#ifndef MLP_MINIMIZE_H
#define MLP_MINIMIZE_H

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** The function to be minimised: E(w) of n numbers. */
typedef struct mlp_objective {
    size_t n;
    void *context; /**< passed to `value` and `normal` */
    /** Returns E(w), and fills `gradient` (n numbers) unless it is NULL. Infinity or NaN: E is not
     * defined there. */
    double (*value)(void *context, const double *w, double *gradient);
    /** For least squares, E(w) = scale * sum of squared residuals: fills J'J (n x n, both
     * triangles) and J'r (n numbers), where J is the Jacobian of the residuals r, and returns the
     * sum of squares. NULL: E is not of this form, and "levenberg-marquardt" and "bayesian" refuse
     * it. */
    double (*normal)(void *context, const double *w, double *JtJ, double *Jtr);
    double scale;     /**< the factor of the sum of squares in E; used only with `normal` */
    size_t residuals; /**< the number of residuals; used only with `normal` */
} mlp_objective;

typedef struct mlp_minimize_options {
    const char *method;   /**< a value of the option `optimizer`, except for "auto". Default
                               "lbfgs" */
    size_t steps;         /**< the largest number of steps. Default 1000 */
    double learning_rate; /**< for update rules, which compute in float; 0: the rule's own. Default
                               0 */
    double momentum;      /**< for momentum and nesterov. Default 0.9 */
    double weight_decay;  /**< for adamw. Default 0.01 */
    /** Called after each step with `context`; false ends the minimisation. NULL: not called */
    bool (*progress)(size_t step, double value, const double *w, void *context);
    void *context;
} mlp_minimize_options;

MLP_API mlp_minimize_options mlp_minimize_options_default(void);

/** The result of a minimisation. */
typedef struct mlp_minimum {
    double value;   /**< E(w) */
    size_t steps;   /**< the number of steps taken */
    bool converged; /**< no step makes E smaller within the precision of double; never set by update
                         rules */
    double effective_parameters; /**< set by "bayesian" (MacKay 1992), NaN otherwise */
} mlp_minimum;

/** Starts at w (n numbers) and replaces w with the best point found. `minimum` may be NULL. Errors:
 * MLP_ERROR_ARGUMENT (no such method; the method needs least squares; E is not finite at the
 * start), MLP_ERROR_MEMORY; w is then unchanged. */
MLP_API mlp_status mlp_minimize(const mlp_objective *objective, const mlp_minimize_options *options,
                                double *w, mlp_minimum *minimum, mlp_error *err);

MLP_END_DECLS

#endif
