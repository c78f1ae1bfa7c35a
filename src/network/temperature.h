/* SPDX-License-Identifier: MIT */
/* Temperature: one number that calibrates probabilities, so that they are neither overconfident nor
 * underconfident. */
#ifndef MLPI_TEMPERATURE_H
#define MLPI_TEMPERATURE_H

#include "mlp/network.h"

/** The range of temperatures; a temperature outside it would not be a calibration. */
#define MLPI_LEAST_TEMPERATURE 0.05
#define MLPI_MOST_TEMPERATURE 20.0

/** Whether the outputs are probabilities trained by cross-entropy: softmax, or one logistic
 * output. */
bool mlpi_temperature_suits(mlp_loss loss, mlp_activation output, size_t outputs);

/** Divides the logits of `rows` x `outputs` probabilities by the temperature T,
 *      p_k^(1/T) / sum_j p_j^(1/T)
 * (C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger 2017); a single output is p_1, and p_0 = 1 - p_1.
 * The order of the labels does not change. Probabilities count as at least 2^-126, 1 - p_1 as at
 * least 2^-25. A row with an output that is not finite is left unchanged. */
void mlpi_temper(double temperature, size_t outputs, float *y, size_t rows);

/** C source of `static void temper(double b, size_t outputs, float *y)`, which tempers a row with
 * b = 1/T, and of everything that it uses (MLPI_CARRIED). */
extern const char *const mlpi_temper_carried;

/** Probabilities and true labels of rows, which may form groups. */
typedef struct mlpi_tempering {
    size_t outputs, rows;
    const float *y;        /* rows x outputs */
    const uint16_t *group; /* group of each row; NULL: there are no groups */
    const uint32_t *row;   /* index of each row's label and weight; NULL: the row's own index */
    const size_t *label;
    const float *weight; /* NULL: all weights are 1 */
    double *room;        /* scratch: a number for each label; a single output has two labels */
} mlpi_tempering;

enum { MLPI_NO_GROUP = UINT16_MAX };

/** The temperature that minimises, over the rows of all groups except left_out (MLPI_NO_GROUP: over
 * all rows),
 *      sum_i w_i (-ln p_i) + 10 (b - 1 - ln b),   b = 1/T.
 * The second term is a gamma prior of b: it bounds T where a few rows are all predicted correctly.
 * Rows with an output that is not finite are skipped. The sum is convex in b and is minimised by
 * Newton's method within a bracket. */
double mlpi_temperature_fit(const mlpi_tempering *t, uint16_t left_out);

/** The sum over all rows of w_i (-ln p_i) at this temperature; NaN: an output is not finite. */
double mlpi_tempered_loss(const mlpi_tempering *t, double temperature);

#endif
