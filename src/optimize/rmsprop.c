/* SPDX-License-Identifier: MIT */
/* RMSProp (T. Tieleman, G. Hinton 2012, lecture 6.5), rho = 0.99, epsilon = 1e-8:
 *     v = rho v + (1 - rho) g^2;   w = w - alpha g / (sqrt(v) + epsilon) */
#include "optimize/rule.h"

static void begin(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient)
{
    (void)tau;
    coefficient[0] = (float)settings->learning_rate;
}

static void step(const mlpi_rule_step *s)
{
    s->kernels->rmsprop(s->n, s->coefficient[0] * s->group.rate * s->group.scale, 0.99f,
                        1e-8f / s->group.scale, s->l2, s->gradient, s->slot[0], s->parameters);
}

const mlpi_rule mlpi_rule_rmsprop = {"rmsprop",
                                     "v = mean of g^2; w = w - alpha g / (sqrt(v) + epsilon)",
                                     "T. Tieleman, G. Hinton 2012",
                                     1,
                                     1,
                                     false,
                                     0.001,
                                     begin,
                                     step};
