/* SPDX-License-Identifier: MIT */
/* Networks in integers. Weights have 8 or 16 bits, what layers hand over has 16 in both, and sums 32 or 64. A
 * unit's sum, an integer, comes to the next integer by a multiplication and a shift, then by a clamp,
 * by a table between whose nodes lines run, or by powers of two (B. Jacob et al. 2018, whose scheme
 * this is except for the width of activations, and for zeros, which are 0 here):
 *
 *      a_i = b_i + sum_j w_ij x_j,    v_i = a_i m_i / 2^s, rounded, clamped,    y_i = f(v_i)
 *
 * The arithmetic stands once, in integers.c: it is evaluated here, and its text is what exported C
 * carries. */
#ifndef MLPI_QUANTISE_H
#define MLPI_QUANTISE_H

#include "network/members.h"

/** How the scaled sums v of a layer become its outputs y. */
typedef enum mlpi_finish {
    MLPI_FINISH_CLAMP,      /* y = v: linear, and those that are so between two bounds */
    MLPI_FINISH_STEP,       /* `high` where the sum is above 0, else `low`: nothing is scaled */
    MLPI_FINISH_TABLE,      /* by a table */
    MLPI_FINISH_LOGISTIC,   /* outputs: 2^30 / (1 + 2^(-v / 1024)) */
    MLPI_FINISH_SOFTMAX,    /* outputs: 2^30 times the share of 2^(v / 1024) */
    MLPI_FINISH_EXPONENTIAL /* outputs: 2^30 2^((v - high) / 1024) */
} mlpi_finish;

/** y = f(v) at 2^bits + 1 nodes, for v of -32768 to 32767. */
typedef struct mlpi_quantised_table {
    const int16_t *value; /* NULL: no layer needs it */
    int bits;
    double range, unit; /* h = range v / 32768; f(h) = unit y */
} mlpi_quantised_table;

typedef struct mlpi_quantised_layer {
    size_t inputs, units;
    mlp_activation activation;
    mlpi_finish finish;
    mlpi_quantised_table
        table;            /* that of the activation, which layers share; its value NULL: none */
    int8_t *narrow;       /* units x inputs weights; NULL: they are wide */
    int16_t *wide;        /* the same of 16 bits; NULL: they are narrow */
    int64_t *bias;        /* what the sum of a unit begins with */
    uint16_t *multiplier; /* of a unit */
    int shift;
    int32_t low, high;           /* clamps of v */
    double unit;                 /* what 1 of the outputs y stands for */
    int64_t least_sum, most_sum; /* by mlpi_quantised_prove: no sum, nor any on the way to it, is
                                    outside */
} mlpi_quantised_layer;

typedef struct mlpi_quantised_network {
    mlpi_reads reads; /* inputs of the first layer */
    size_t count;
    mlpi_quantised_layer *layer;
} mlpi_quantised_network;

typedef struct mlpi_quantised {
    int bits; /* of weights: 8 or 16 */
    size_t inputs, outputs;
    int32_t most;  /* inputs of all layers are integers of -most to most */
    float *factor; /* inputs: x_j becomes factor_j x_j, rounded, clamped */
    size_t count;
    mlpi_quantised_network *network;
    double *weight; /* of the networks' mean */
    double temperature;
    mlpi_quantised_table table[MLP_ACTIVATION_COUNT]; /* owned values */
    size_t widest; /* hidden layer, or inputs of a network that does not read all */
} mlpi_quantised;

/** Quantises networks: `bits` 8 or 16; ranges are those of `rows` x inputs encoded rows, which should
 * be like those that the networks are for, and as much again. Release in any case. Errors:
 * MLP_ERROR_ARGUMENT (no rows, parameters that are not finite or too far apart, too many inputs for
 * sums of 32 bits; the sentence names the layer), MLP_ERROR_MEMORY. What comes out is proven. */
mlp_status mlpi_quantise(const mlpi_members *members, const float *x, size_t rows, int bits,
                         mlpi_quantised *q, mlp_error *err);
void mlpi_quantised_release(mlpi_quantised *q);

/** Proves by interval arithmetic that no integer of these networks overflows, whatever the inputs are:
 * these are clamped. From the integers alone, by none of what mlpi_quantise knew. Fills least_sum and
 * most_sum. Errors: MLP_ERROR_ARGUMENT (names the layer and the unit). */
mlp_status mlpi_quantised_prove(mlpi_quantised *q, mlp_error *err);

/** Bytes of the weights, biases, multipliers, tables and factors. */
size_t mlpi_quantised_size(const mlpi_quantised *q);

/* --- evaluating (integers.c) ------------------------------------------------------------------ */

/** The integers of a row of encoded inputs. Not finite ones are clamped, too; NaN is 0. */
void mlpi_quantised_inputs(const mlpi_quantised *q, const float *x, int16_t *u);
/** The integer outputs of network n. `room`: 2 * widest. */
void mlpi_quantised_run(const mlpi_quantised *q, size_t n, const int16_t *u, int16_t *room,
                        int32_t *y);
/** The outputs of a row: the mean of the networks, tempered. `room` as above, `integers` outputs,
 * `sum` outputs. */
void mlpi_quantised_outputs(const mlpi_quantised *q, const int16_t *u, int16_t *room,
                            int32_t *integers, double *sum, float *y);

/** C text of functions (MLPI_CARRIED), and 33 integers that `falling` reads as `powers`. logistic and
 * softmax need `falling`; scaled and interpolated need `rounded`. */
typedef struct mlpi_integer_code {
    const char *integer_of, *sum_8, *sum_16, *rounded, *scaled, *interpolated, *falling, *logistic,
        *softmax;
} mlpi_integer_code;
extern const mlpi_integer_code mlpi_integer_code_text;
enum { MLPI_POWERS = 33 };
extern const uint16_t *const mlpi_integer_powers;

#endif
