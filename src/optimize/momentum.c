/* SPDX-License-Identifier: MIT */
/* Gradient descent with momentum (B. T. Polyak 1964) and with Nesterov's momentum (Y. Nesterov
 * 1983, in the form of I. Sutskever, J. Martens, G. Dahl, G. Hinton 2013):
 *
 *     v = mu v - alpha g
 *     w = w + v                    momentum
 *     w = w + mu v - alpha g       Nesterov */
#include "optimize/rule.h"

static void begin(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient)
{
    (void)tau;
    coefficient[0] = (float)settings->learning_rate;
    coefficient[1] = (float)settings->momentum;
}

static void move(const mlpi_rule_step *s, float nesterov)
{
    const float rate = s->coefficient[0] * s->group.rate * s->group.scale * s->group.scale;
    s->kernels->momentum(s->n, rate, s->coefficient[1], nesterov, s->l2, s->gradient, s->slot[0],
                         s->parameters);
}

static void momentum(const mlpi_rule_step *s)
{
    move(s, 0.0f);
}

static void nesterov(const mlpi_rule_step *s)
{
    move(s, 1.0f);
}

const mlpi_rule mlpi_rule_momentum = {
    "momentum", "v = mu v - alpha g; w = w + v", "B. T. Polyak 1964", 1, 0, false, 0.02, begin,
    momentum};

const mlpi_rule mlpi_rule_nesterov = {"nesterov",
                                      "v = mu v - alpha g; w = w + mu v - alpha g",
                                      "Y. Nesterov 1983; I. Sutskever et al. 2013",
                                      1,
                                      0,
                                      false,
                                      0.02,
                                      begin,
                                      nesterov};
