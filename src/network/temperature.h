/* SPDX-License-Identifier: MIT */
/* One number that makes probabilities as sure as they may be. */
#ifndef MLPI_TEMPERATURE_H
#define MLPI_TEMPERATURE_H

#include "mlp/network.h"

/** Temperatures that can be: what is beyond is not a calibration. */
#define MLPI_LEAST_TEMPERATURE 0.05
#define MLPI_MOST_TEMPERATURE 20.0

/** Whether the outputs are probabilities that cross-entropy has trained: softmax, or one logistic
 * output. */
bool mlpi_temperature_suits(mlp_loss loss, mlp_activation output, size_t outputs);

/** Divides the logits of `rows` x `outputs` probabilities by the temperature T,
 *      p_k^(1/T) / sum_j p_j^(1/T)
 * (C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger 2017); one output is p_1, and p_0 = 1 - p_1. The
 * order of the labels stays. Probabilities count as at least 2^-126, 1 - p_1 as at least 2^-25. A
 * row that is not finite stays as it is. */
void mlpi_temper(double temperature, size_t outputs, float *y, size_t rows);

/** C text of `static void temper(double b, size_t outputs, float *y)`, which tempers a row with
 * b = 1/T, and of what it needs (MLPI_CARRIED). */
extern const char *const mlpi_temper_carried;

/** Probabilities beside the truth, in groups of rows. */
typedef struct mlpi_tempering {
    size_t outputs, rows;
    const float *y;        /* rows x outputs */
    const uint16_t *group; /* of each row; NULL: there is one */
    const uint32_t *row;   /* where its label and weight stand; NULL: in the same place */
    const size_t *label;
    const float *weight; /* NULL: all 1 */
    double *room;        /* a number for each label; two labels for one output */
} mlpi_tempering;

enum { MLPI_NO_GROUP = UINT16_MAX };

/** The temperature that minimises, over the rows of all groups but one (MLPI_NO_GROUP: of all),
 *      sum_i w_i (-ln p_i) + 10 (b - 1 - ln b),   b = 1/T.
 * The second term is a gamma prior of b: it keeps T in reach where a few rows are all right. By
 * Newton's method on b, in which the sum is convex, within a bracket. */
double mlpi_temperature_fit(const mlpi_tempering *t, uint16_t left_out);

/** The sum over all rows of w_i (-ln p_i) at this temperature; NaN where an output is not finite. */
double mlpi_tempered_loss(const mlpi_tempering *t, double temperature);

#endif
