/* SPDX-License-Identifier: MIT */
/* Adam (D. P. Kingma, J. Ba 2015, algorithm 1), beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8:
 *     m = beta1 m + (1 - beta1) g;   v = beta2 v + (1 - beta2) g^2
 *     w = w - alpha (m / (1 - beta1^tau)) / (sqrt(v / (1 - beta2^tau)) + epsilon)
 * The corrections are moved into rate and epsilon (section 2 there). */
#include <math.h>

#include "optimize/rule.h"

static const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

static void begin(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient)
{
    const double first = tau < 400 ? 1.0 - pow(beta1, (double)tau) : 1.0; /* to the last bit */
    const double second = sqrt(1.0 - pow(beta2, (double)tau));
    coefficient[0] = (float)(settings->learning_rate * second / first);
    coefficient[1] = (float)(epsilon * second);
}

static void adam(const mlpi_rule_step *s)
{
    const mlpi_adam_step step = {.rate = s->coefficient[0],
                                 .beta1 = (float)beta1,
                                 .beta2 = (float)beta2,
                                 .epsilon = s->coefficient[1]};
    s->kernels->adam(s->n, &step, s->gradient, s->slot[0], s->slot[1], s->parameters);
}

const mlpi_rule mlpi_rule_adam = {"adam",
                                  "m, v = means of g, g^2; w = w - alpha m / (sqrt(v) + epsilon)",
                                  "D. P. Kingma, J. Ba 2015",
                                  2,
                                  false,
                                  0.001,
                                  begin,
                                  adam};
