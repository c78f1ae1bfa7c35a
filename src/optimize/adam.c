/* SPDX-License-Identifier: MIT */
/* Adam (D. P. Kingma, J. Ba 2015, algorithm 1), with epsilon = 1e-8 and, by default, beta1 = 0.9
 * and beta2 = 0.999:
 *
 *     m = beta1 m + (1 - beta1) g,       m^ = m / (1 - beta1^tau)
 *     v = beta2 v + (1 - beta2) g^2,     v^ = v / (1 - beta2^tau)
 *     w = w - alpha m^ / (sqrt(v^) + epsilon)
 *
 * AdamW (I. Loshchilov, F. Hutter 2019) also shrinks the weights, but not the biases:
 *
 *     w = w - alpha lambda w
 *
 * NAdam (T. Dozat 2016), with a constant beta1 as in optax:
 *
 *     m^ = beta1 m / (1 - beta1^(tau+1)) + (1 - beta1) g / (1 - beta1^tau)
 *
 * Parameters may be c times the numbers that the rule moves (mlpi_group.scale), and the gradient of
 * these numbers is then c times that of the parameters. As the step depends only on the ratio of
 * gradient to epsilon, the parameters move as in Adam with the rate c alpha and with epsilon / c.
 *
 * The bias corrections are contained in the rates and in epsilon (section 2 of the first paper). */
#include <math.h>

#include "optimize/rule.h"

static const double epsilon = 1e-8;

enum { RATE, LOOK_AHEAD, EPSILON, DECAY, BETA1, BETA2 }; /* coefficients */

static double first_correction(const mlpi_rule_settings *settings, uint64_t tau)
{
    return 1.0 - pow(settings->beta1, (double)tau);
}

static double second_correction(const mlpi_rule_settings *settings, uint64_t tau)
{
    return sqrt(1.0 - pow(settings->beta2, (double)tau));
}

static void begin_adam(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient)
{
    const double second = second_correction(settings, tau);
    coefficient[RATE] = (float)(settings->learning_rate * second / first_correction(settings, tau));
    coefficient[LOOK_AHEAD] = 0.0f;
    coefficient[EPSILON] = (float)(epsilon * second);
    coefficient[DECAY] = 0.0f;
    coefficient[BETA1] = (float)settings->beta1;
    coefficient[BETA2] = (float)settings->beta2;
}

static void begin_adamw(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient)
{
    begin_adam(settings, tau, coefficient);
    coefficient[DECAY] = (float)(settings->learning_rate * settings->weight_decay);
}

static void begin_nadam(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient)
{
    const double scaled = settings->learning_rate * second_correction(settings, tau);
    const double beta1 = settings->beta1;
    begin_adam(settings, tau, coefficient);
    coefficient[RATE] = (float)(scaled * beta1 / first_correction(settings, tau + 1));
    coefficient[LOOK_AHEAD] = (float)(scaled * (1.0 - beta1) / first_correction(settings, tau));
}

static void step(const mlpi_rule_step *s)
{
    const mlpi_group g = s->group;
    const mlpi_adam_step one = {.rate = s->coefficient[RATE] * g.rate * g.scale,
                                .look_ahead = s->coefficient[LOOK_AHEAD] * g.rate * g.scale,
                                .beta1 = s->coefficient[BETA1],
                                .beta2 = s->coefficient[BETA2],
                                .epsilon = s->coefficient[EPSILON] / g.scale,
                                .decay = g.biases ? 0.0f : s->coefficient[DECAY] * g.rate,
                                .l2 = s->l2};
    s->kernels->adam(s->n, &one, s->gradient, s->slot[0], s->slot[1], s->parameters);
}

const mlpi_rule mlpi_rule_adam = {"adam",
                                  "m, v = means of g, g^2; w = w - alpha m / (sqrt(v) + epsilon)",
                                  "D. P. Kingma, J. Ba 2015",
                                  2,
                                  1,
                                  false,
                                  0.001,
                                  begin_adam,
                                  step};

const mlpi_rule mlpi_rule_adamw = {"adamw",
                                   "as adam, and then w = w - alpha lambda w",
                                   "I. Loshchilov, F. Hutter 2019",
                                   2,
                                   1,
                                   false,
                                   0.001,
                                   begin_adamw,
                                   step};

const mlpi_rule mlpi_rule_nadam = {"nadam",
                                   "as adam, with m looked ahead as Nesterov's",
                                   "T. Dozat 2016",
                                   2,
                                   1,
                                   false,
                                   0.001,
                                   begin_nadam,
                                   step};
