/* SPDX-License-Identifier: MIT */
/* Gradient descent, w(tau+1) = w(tau) - alpha grad E(w(tau)): over all rows at each step, as in the
 * lecture, or stochastically, over one mini-batch at a time (H. Robbins, S. Monro 1951). */
#include "optimize/rule.h"

static void begin(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient)
{
    (void)tau;
    coefficient[0] = (float)settings->learning_rate;
}

static void descend(const mlpi_rule_step *s)
{
    const float rate = s->coefficient[0] * s->group.rate * s->group.scale * s->group.scale;
    s->kernels->descend(s->n, rate, s->l2, s->gradient, s->parameters);
}

const mlpi_rule mlpi_rule_gradient_descent = {"gradient-descent",
                                              "w = w - alpha grad E(w), over all rows",
                                              "A. G. Trofimov 2018; A. Cauchy 1847",
                                              0,
                                              0,
                                              true,
                                              0.1,
                                              begin,
                                              descend};

const mlpi_rule mlpi_rule_sgd = {"sgd",
                                 "w = w - alpha grad E(w), over a mini-batch",
                                 "H. Robbins, S. Monro 1951",
                                 0,
                                 0,
                                 false,
                                 0.05,
                                 begin,
                                 descend};
