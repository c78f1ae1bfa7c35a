/* SPDX-License-Identifier: MIT */
/* What integers stand for: how activations are computed with them, and how finely. */
#ifndef MLPI_SCALES_H
#define MLPI_SCALES_H

#include "quantise/quantise.h"
#include "quantise/ranges.h"

/** v are steps of ln 2 / 1024 where powers of two follow. */
#define MLPI_POWER_STEP (0.69314718055994530942 / 1024.0)

/** What was found out of the networks, and what follows from it for all layers. */
typedef struct mlpi_scales {
    const mlpi_members *members;
    mlpi_ranges ranges;
    double *column; /* of each input: the largest of its weights */
    double input;   /* what 1 of an input's integer stands for, times that weight */
    int bits;
    int64_t weight_most; /* of integers: 127 or 32767 */
    int64_t sum_room;    /* for products; and as much for the bias */
    int32_t most;        /* of what layers hand over */
} mlpi_scales;

/** How an activation is computed: f(h) = gain (h + offset) between two bounds, which are so many times
 * its largest value, for CLAMP and STEP. */
typedef struct mlpi_form {
    mlpi_finish finish;
    double gain, offset, low;
    bool bounded; /* the largest value is 1, whatever the rows are */
} mlpi_form;

mlpi_form mlpi_form_of(mlp_activation activation, bool output);
/** A weight of layer l, with the column's share of the first one. */
double mlpi_scaled_weight(const mlpi_scales *s, const mlp_network *network, size_t l, size_t i,
                          size_t j);

/** Ranges, columns, and how many of 15 bits what layers hand over may have: as many as no sum of
 * products can leave sum_room with. Release in any case. Errors: MLP_ERROR_ARGUMENT (parameters that are
 * not finite; too many inputs), MLP_ERROR_MEMORY. */
mlp_status mlpi_scales_find(const mlpi_members *members, const float *x, size_t rows, int bits,
                            mlpi_scales *s, mlp_error *err);
void mlpi_scales_release(mlpi_scales *s);

/** tables.c: those of the activations that need one. Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_MEMORY. */
mlp_status mlpi_tables_make(const mlpi_scales *s, mlpi_quantised *q, mlp_error *err);
/** layers.c: layer l of network m, whose inputs are worth `in` each. Errors: MLP_ERROR_ARGUMENT
 * (numbers that are too far apart), MLP_ERROR_MEMORY. */
mlp_status mlpi_layer_make(const mlpi_scales *s, size_t m, size_t l, double in, mlpi_quantised *q,
                           mlp_error *err);

#endif
