/* SPDX-License-Identifier: MIT */
/* Networks in integers. Weights have 8 or 16 bits; sums then have 32 or 64, and the outputs of
 * hidden layers 16 in both cases. The sum of a unit is multiplied by an integer and shifted, then
 * clamped, interpolated in a table, or put through powers of two (the scheme of B. Jacob et al.
 * 2018, except for the width of the activations, and for the zero points, which are 0 here):
 *
 *      a_i = b_i + sum_j w_ij x_j,    v_i = a_i m_i / 2^s, rounded, clamped,    y_i = f(v_i)
 *
 * The arithmetic is written once, in integers.c: the library runs it, and exported C contains its
 * text. */
#ifndef MLPI_QUANTISE_H
#define MLPI_QUANTISE_H

#include "network/members.h"

/** How the scaled sums v of a layer become its outputs y. */
typedef enum mlpi_finish {
    MLPI_FINISH_CLAMP,      /* y = v: an activation that is linear, or linear between two bounds */
    MLPI_FINISH_STEP,       /* y = `high` where the sum is above 0, else `low`; there is no v */
    MLPI_FINISH_TABLE,      /* y is interpolated in a table */
    MLPI_FINISH_LOGISTIC,   /* output layers only: y = 2^30 / (1 + 2^(-v / 1024)) */
    MLPI_FINISH_SOFTMAX,    /* output layers only: y = 2^30 p, p the share of 2^(v / 1024) */
    MLPI_FINISH_EXPONENTIAL /* output layers only: y = 2^30 2^((v - high) / 1024) */
} mlpi_finish;

/** y = f(v) at 2^bits + 1 nodes, for v from -32768 to 32767. */
typedef struct mlpi_quantised_table {
    const int16_t *value; /* NULL: no layer needs the table */
    int bits;
    double range, unit; /* h = range v / 32768; f(h) = unit y */
} mlpi_quantised_table;

typedef struct mlpi_quantised_layer {
    size_t inputs, units;
    mlp_activation activation;
    mlpi_finish finish;
    mlpi_quantised_table table; /* of the activation; value NULL: none; owned by mlpi_quantised */
    int8_t *narrow;             /* units x inputs weights of 8 bits; NULL: `wide` has the weights */
    int16_t *wide;        /* units x inputs weights of 16 bits; NULL: `narrow` has the weights */
    int64_t *bias;        /* of each unit: the first term of its sum */
    uint16_t *multiplier; /* of each unit */
    int shift;
    int32_t low, high;           /* bounds of v, or the two outputs of a step */
    double unit;                 /* the value that an output of 1 stands for */
    int64_t least_sum, most_sum; /* set by mlpi_quantised_prove: bounds of the sums of all units and
                                    of their partial sums */
} mlpi_quantised_layer;

typedef struct mlpi_quantised_network {
    mlpi_reads reads; /* the inputs that the first layer reads */
    size_t count;
    mlpi_quantised_layer *layer;
} mlpi_quantised_network;

typedef struct mlpi_quantised {
    int bits; /* of weights: 8 or 16 */
    size_t inputs, outputs;
    int32_t most;  /* inputs of all layers are integers from -most to most */
    float *factor; /* of each input: x_j becomes factor_j x_j, rounded and clamped */
    size_t count;
    mlpi_quantised_network *network;
    double *weight; /* of each network in the mean */
    double temperature;
    mlpi_quantised_table table[MLP_ACTIVATION_COUNT]; /* owns its values */
    size_t widest; /* the most units of a hidden layer, or inputs of a network that reads only
                      some */
} mlpi_quantised;

/** Quantises networks with weights of `bits` bits, 8 or 16. Numbers may become about twice as large
 * as for the encoded rows `x` (`rows` x inputs), which should resemble the rows to be predicted.
 * The result has passed mlpi_quantised_prove. Release q in any case. Errors: MLP_ERROR_ARGUMENT (no
 * rows, parameters that are not finite or too far apart, too many inputs for sums of 32 bits; the
 * message names the layer), MLP_ERROR_MEMORY. */
mlp_status mlpi_quantise(const mlpi_members *members, const float *x, size_t rows, int bits,
                         mlpi_quantised *q, mlp_error *err);
void mlpi_quantised_release(mlpi_quantised *q);

/** Proves by interval arithmetic that no integer of these networks overflows, whatever the inputs
 * are (they are clamped). The proof uses only the integers themselves, and nothing else that
 * mlpi_quantise knew. Sets least_sum and most_sum. Errors: MLP_ERROR_ARGUMENT (the message names
 * the layer and the network), MLP_ERROR_MEMORY. */
mlp_status mlpi_quantised_prove(mlpi_quantised *q, mlp_error *err);

/** Bytes of the weights, biases, multipliers, tables and factors. */
size_t mlpi_quantised_size(const mlpi_quantised *q);

/* --- running (integers.c) --------------------------------------------------------------------- */

/** Converts a row of encoded inputs to integers. Infinite inputs are clamped, and NaN becomes 0. */
void mlpi_quantised_inputs(const mlpi_quantised *q, const float *x, int16_t *u);
/** Computes the integer outputs of network n. `room`: 2 * widest integers. */
void mlpi_quantised_run(const mlpi_quantised *q, size_t n, const int16_t *u, int16_t *room,
                        int32_t *y);
/** Computes the outputs of a row: the mean of the networks, tempered. `room`: 2 * widest integers;
 * `integers` and `sum`: one element for each output. */
void mlpi_quantised_outputs(const mlpi_quantised *q, const int16_t *u, int16_t *room,
                            int32_t *integers, double *sum, float *y);

/** The C text of the functions of integers.c (MLPI_CARRIED). `logistic` and `softmax` call
 * `falling`; `scaled` and `interpolated` call `rounded`; `falling` reads an array `powers`, which
 * is mlpi_integer_powers. */
typedef struct mlpi_integer_code {
    const char *integer_of, *sum_8, *sum_16, *rounded, *scaled, *interpolated, *falling, *logistic,
        *softmax;
} mlpi_integer_code;
extern const mlpi_integer_code mlpi_integer_code_text;
enum { MLPI_POWERS = 33 };
extern const uint16_t *const mlpi_integer_powers;

#endif
