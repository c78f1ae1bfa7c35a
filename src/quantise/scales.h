/* SPDX-License-Identifier: MIT */
/* The values that integers stand for, and the ways in which integers compute activations. */
#ifndef MLPI_SCALES_H
#define MLPI_SCALES_H

#include "quantise/quantise.h"
#include "quantise/ranges.h"

/** The step of v where powers of two follow: 2^(v / 1024) = e^h for h = v ln 2 / 1024. */
#define MLPI_POWER_STEP (0.69314718055994530942 / 1024.0)

/** The ranges of the networks, and the scales that follow from them for all layers. */
typedef struct mlpi_scales {
    const mlpi_members *members;
    mlpi_ranges ranges;
    double *column; /* of each input: its largest absolute weight in the networks' first layers */
    double input;   /* an input's integer of 1 stands for x = input / column */
    int bits;
    int64_t weight_most; /* the largest integer weight: 127 or 32767 */
    int64_t sum_room;    /* bound of a sum of products, and of a bias */
    int32_t most;        /* the largest integer input of a layer */
} mlpi_scales;

/** How an activation is computed. For CLAMP and STEP, f(h) = gain (h + offset) between two bounds:
 * its largest value, and `low` times that. */
typedef struct mlpi_form {
    mlpi_finish finish;
    double gain, offset, low;
    bool bounded; /* the largest value is 1, whatever the rows */
} mlpi_form;

/** The form of an activation in an output layer (`output`) or in a hidden one. */
mlpi_form mlpi_form_of(mlp_activation activation, bool output);
/** The weight of unit i of layer l for input j; in the first layer, divided by column[j]. */
double mlpi_scaled_weight(const mlpi_scales *s, const mlp_network *network, size_t l, size_t i,
                          size_t j);

/** Fills in the scales. The inputs of layers get as many bits, at most 15 and a sign, as keep every
 * sum of products within sum_room. Release the scales in any case. Errors: MLP_ERROR_ARGUMENT
 * (parameters that are not finite; no rows, or numbers that overflow in them; too many inputs),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_scales_find(const mlpi_members *members, const float *x, size_t rows, int bits,
                            mlpi_scales *s, mlp_error *err);
void mlpi_scales_release(mlpi_scales *s);

/** tables.c: makes the tables of the activations that need one. Errors: MLP_ERROR_ARGUMENT (an
 * activation overflows), MLP_ERROR_MEMORY. */
mlp_status mlpi_tables_make(const mlpi_scales *s, mlpi_quantised *q, mlp_error *err);
/** layers.c: makes layer l of network m; an integer input of 1 stands for the value `in`. Errors:
 * MLP_ERROR_ARGUMENT (numbers that are too far apart), MLP_ERROR_MEMORY. */
mlp_status mlpi_layer_make(const mlpi_scales *s, size_t m, size_t l, double in, mlpi_quantised *q,
                           mlp_error *err);

#endif
