/* SPDX-License-Identifier: MIT */
/* Gradient descent with momentum (B. T. Polyak 1964) and with Nesterov's (Y. Nesterov 1983, in the
 * form of I. Sutskever, J. Martens, G. Dahl, G. Hinton 2013): v = mu v - alpha g;   w = w + v,   or
 * with Nesterov   w = w + mu v - alpha g. */
#include "math/kernels.h"
#include "optimize/rule.h"

static void move(const mlpi_rule_step *s, float nesterov)
{
    mlpi_kernels()->momentum(s->n, (float)s->settings->learning_rate, (float)s->settings->momentum,
                             nesterov, s->gradient, s->slots[0], s->parameters);
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
    "momentum", "v = mu v - alpha g; w = w + v", "B. T. Polyak 1964", 1, false, 0.02, momentum};

const mlpi_rule mlpi_rule_nesterov = {"nesterov",
                                      "v = mu v - alpha g; w = w + mu v - alpha g",
                                      "Y. Nesterov 1983; I. Sutskever et al. 2013",
                                      1,
                                      false,
                                      0.02,
                                      nesterov};
