/* SPDX-License-Identifier: MIT */
/* Every combination of hidden activation, output activation, accepted loss and depth 1..4, on fixed
 * random inputs. */
#ifndef TESTS_GRADIENT_CASES_H
#define TESTS_GRADIENT_CASES_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "network/layout.h"

enum { CASE_INPUTS = 5, CASE_HIDDEN = 7, CASE_OUTPUTS = 3, CASE_ROWS = 11, DEPTHS = 4 };

/* Depth 1 has no hidden layer, depths 2..4 have any of the hidden activations. The cross-entropies
 * accept output activations with values from 0 to 1 (step, logistic, gaussian, hard-logistic,
 * softmax), the Poisson loss also accepts relu, softplus and exponential, and the other losses
 * accept every output activation. */
enum {
    OUTPUT_CASES = (MLP_LOSS_COUNT - 3) * MLP_ACTIVATION_COUNT + 2 * 5 + 8,
    CASES = (1 + (DEPTHS - 1) * MLP_SOFTMAX) * OUTPUT_CASES
};

typedef struct gradient_case {
    mlp_activation hidden, output;
    mlp_loss loss;
    size_t depth;
    char name[128];
    mlp_network *network;
    double x[CASE_ROWS * CASE_INPUTS], target[CASE_ROWS * CASE_OUTPUTS];
    float fx[CASE_ROWS * CASE_INPUTS], ftarget[CASE_ROWS * CASE_OUTPUTS];
} gradient_case;

/* Returns a target of row r, output k, of the kind that the loss is made for. */
static inline double case_target(const gradient_case *c, size_t r, size_t k, mlpi_random *random)
{
    switch (c->loss) {
    case MLP_BINARY_CROSS_ENTROPY:
    case MLP_CROSS_ENTROPY:
    case MLP_HINGE:
        return r % CASE_OUTPUTS == k ? 1.0 : 0.0;
    case MLP_POISSON:
        return (double)mlpi_random_below(random, 4);
    default:
        return mlpi_random_normal(random);
    }
}

static inline void fill_case(gradient_case *c)
{
    const mlp_loss_settings settings = {0.8, CASE_OUTPUTS, {0.1, 0.5, 0.75}};
    mlpi_random random = mlpi_random_init(2385, 17);
    for (size_t i = 0; i < CASE_ROWS * CASE_INPUTS; i++) {
        c->fx[i] = (float)mlpi_random_normal(&random);
        c->x[i] = (double)c->fx[i];
    }
    for (size_t r = 0; r < CASE_ROWS; r++)
        for (size_t k = 0; k < CASE_OUTPUTS; k++) {
            const double value = case_target(c, r, k, &random);
            c->ftarget[r * CASE_OUTPUTS + k] = (float)value;
            c->target[r * CASE_OUTPUTS + k] = (double)(float)value;
        }
    mlp_network_initialize(c->network, 6127);
    if (mlp_network_set_loss_settings(c->network, &settings, NULL) != MLP_OK)
        abort();
    for (size_t i = c->network->biases_at[0]; i < c->network->size; i++)
        c->network->parameters[i] = (float)(0.3 * mlpi_random_normal(&random));
}

/* Calls `check` for every case; returns the number of cases. */
static inline size_t for_every_case(void (*check)(gradient_case *c))
{
    size_t count = 0;
    for (size_t depth = 1; depth <= DEPTHS; depth++)
        for (size_t h = 0; h < MLP_SOFTMAX; h++)
            for (size_t o = 0; o < MLP_ACTIVATION_COUNT; o++)
                for (size_t e = 0; e < MLP_LOSS_COUNT; e++) {
                    gradient_case c = {.hidden = (mlp_activation)h,
                                       .output = (mlp_activation)o,
                                       .loss = (mlp_loss)e,
                                       .depth = depth};
                    mlp_layer layers[DEPTHS];
                    if (!mlp_loss_accepts(c.loss, c.output) || (depth == 1 && h > 0))
                        continue;
                    for (size_t l = 0; l + 1 < depth; l++)
                        layers[l] = (mlp_layer){CASE_HIDDEN + l, c.hidden};
                    layers[depth - 1] = (mlp_layer){CASE_OUTPUTS, c.output};
                    snprintf(c.name, sizeof c.name, "%zu layers, hidden %s, output %s, %s loss",
                             depth, mlp_activation_describe(c.hidden)->name,
                             mlp_activation_describe(c.output)->name,
                             mlp_loss_describe(c.loss)->name);
                    if (mlp_network_create(CASE_INPUTS, layers, depth, c.loss, &c.network, NULL) !=
                        MLP_OK)
                        abort();
                    fill_case(&c);
                    check(&c);
                    mlp_network_free(c.network);
                    count++;
                }
    return count;
}

#endif
