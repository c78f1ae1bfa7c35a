/* SPDX-License-Identifier: MIT */
/* The kernels, which compute with many numbers at once: element-wise functions, matrix products in
 * panels (math/panels.h), output layers, updates. They accept any n and any alignment. The result
 * of an element does not depend on its position. elementwise.inc states the errors in ULP. */
#ifndef MLPI_KERNELS_H
#define MLPI_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/base.h"
#include "mlp/activation.h"
#include "mlp/loss.h"

/** y = f(h); y may be h. */
typedef void (*mlpi_activate)(size_t n, const float *h, float *y);
/** d *= f'(h), from h and y = f(h). */
typedef void (*mlpi_chain)(size_t n, const float *h, const float *y, float *d);

/** Computes the losses of 16 rows, and d = dE/dy, from the outputs y and the targets s; d, y and s
 * are tiles [outputs][16 rows]. */
typedef void (*mlpi_loss_kernel)(size_t outputs, const mlp_loss_settings *settings, const float *y,
                                 const float *s, float *d, float *loss);

/** c = start + a b. a: rows x steps (product) or steps x rows (product_transposed); b: steps x
 * panels of 16; start and c: rows x panels of 16. a_panel is the number of floats from panel to
 * panel of a; b_panel, start_panel and c_panel likewise. c may be start; c must not overlap a or
 * b. */
typedef struct mlpi_product {
    size_t rows, panels, steps;
    const float *a;
    size_t a_panel;
    const float *b;
    size_t b_panel;
    const float *start;            /* may be c */
    size_t start_row, start_panel; /* 0: the same for all rows, panels */
    float *c;
    size_t c_panel;
    const float *gate; /* nullable, laid out like c: c becomes 0 where gate <= 0. gate = c: relu */
} mlpi_product;

/** In double and row by row: c = a b, or c += a b with `add`; a(i, t) = a[i * a_row + t * a_step],
 * so that a may be used transposed; b: steps x columns, its rows b_row doubles apart; c: rows x
 * columns. Any sizes. The sum of an element is one chain of multiply-adds, step by step. */
typedef struct mlpi_double_product {
    size_t rows, columns, steps;
    const double *a;
    size_t a_row, a_step;
    const double *b;
    size_t b_row;
    double *c;
    size_t c_row;
    bool add;
} mlpi_double_product;

/** rate, look_ahead and epsilon include the bias corrections. */
typedef struct mlpi_adam_step {
    float rate, look_ahead, beta1, beta2, epsilon, decay, l2;
} mlpi_adam_step;

/** Numbers for the 16 units of a panel: h = scale (a - center) inverse + start. */
typedef struct mlpi_normal {
    const float *center, *inverse, *scale, *start;
} mlpi_normal;

/** Numbers for the backward pass: d = factor (d - mean - a mean_a), where a is normalised. */
typedef struct mlpi_normal_chain {
    const float *factor, *mean, *mean_a;
} mlpi_normal_chain;

/** One table per instruction set (baseline, AVX2, AVX-512), compiled from the same source. */
typedef struct mlpi_kernel_table {
    const char *name;
    mlpi_activate activate[MLP_ACTIVATION_COUNT]; /* [MLP_SOFTMAX] is NULL */
    mlpi_chain chain[MLP_ACTIVATION_COUNT];       /* step and sign: d = 0; [MLP_SOFTMAX] is NULL */
    void (*straight_through)(size_t n, const float *h, float *d); /* d = 0 where |h| > 1 */
    void (*exp)(size_t n, const float *x, float *y);
    void (*log)(size_t n, const float *x, float *y);

    void (*product)(const mlpi_product *product);            /* a: rows x steps */
    void (*product_transposed)(const mlpi_product *product); /* a: steps x rows, used transposed */
    void (*transpose)(const float *from, float *to);         /* 16 x 16 */
    /* Over the rows r of a panel, for each of its units u: */
    void (*sum_rows)(size_t rows, const float *d, float *sum);       /* sum[u] += sum of d[r][u] */
    void (*sum_squares)(size_t rows, const float *x, double *sum);   /* sum[u] = sum of x[r][u]^2 */
    void (*scale_units)(size_t rows, const float *factor, float *x); /* x[r][u] *= factor[u] */

    void (*double_product)(const mlpi_double_product *product);
    /* y = f(h) and slope = f'(h) in double, for the full-batch methods. Errors: of y at most 2e-15
     * |y|; of the slope at most 2e-15 slope + 1e-17 for tanh, and 2e-15 e^-|h| for logistic. */
    void (*double_tanh)(size_t n, const double *h, double *y, double *slope);
    void (*double_logistic)(size_t n, const double *h, double *y, double *slope);

    /* Random changes of a panel with rows first .. first + rows - 1 of a batch. Its units are
     * numbers unit .. unit + 15 of the stream of `random`, whose counter is ignored. drop: z =
     * scale y, or -0 with probability threshold / 65536; a z that is kept is never -0. drop_chain:
     * d = scale d, or 0 where z is -0. add_normal: x += deviation * standard normal number. */
    void (*drop)(const mlpi_random *random, size_t unit, size_t first, size_t rows,
                 uint32_t threshold, float scale, const float *y, float *z);
    void (*drop_chain)(size_t n, float scale, const float *z, float *d);
    void (*add_normal)(const mlpi_random *random, size_t unit, size_t first, size_t rows,
                       float deviation, float *x);
    /* Batch normalisation of a panel; sums over the rows are in double. normalize also replaces a
     * by (a - center) inverse. dual_sums: sums over the rows of d and of d a. */
    void (*moments)(size_t rows, const float *a, double *mean, double *variance);
    void (*normalize)(size_t rows, const mlpi_normal *normal, float *a, float *h);
    void (*dual_sums)(size_t rows, const float *a, const float *d, double *sum, double *sum_a);
    void (*normalize_chain)(size_t rows, const mlpi_normal_chain *chain, const float *a, float *d);

    /* Multiply-adds in registers, at the peak rate of a core; *operations: twice their number. The
     * result only keeps the compiler from removing them. */
    float (*multiply_adds)(size_t rounds, double *operations);

    /* h, y, s and d = dE/dh: tiles [outputs][16 rows]; loss: each row's sum over the outputs. */
    void (*softmax)(size_t outputs, const float *h, float *y);
    void (*softmax_chain)(size_t outputs, const float *y, float *d); /* d: from dE/dy to dE/dh */
    void (*softmax_cross_entropy)(size_t outputs, const float *h, const float *s, float *d,
                                  float *loss);
    void (*logistic_cross_entropy)(size_t outputs, const float *h, const float *s, float *d,
                                   float *loss);
    void (*poisson_exponential)(size_t outputs, const float *h, const float *s, float *d,
                                float *loss);
    mlpi_loss_kernel loss[MLP_LOSS_COUNT]; /* NULL: engine/outputs.c computes the loss in double */

    void (*adam)(size_t n, const mlpi_adam_step *step, const float *g, float *m, float *v,
                 float *w);
    void (*rmsprop)(size_t n, float rate, float rho, float epsilon, float l2, const float *g,
                    float *v, float *w);
    void (*momentum)(size_t n, float rate, float mu, float nesterov, float l2, const float *g,
                     float *v, float *w);
    void (*descend)(size_t n, float rate, float l2, const float *g, float *w); /* w -= rate * g */
    void (*add_signs)(size_t n, float l1, const float *w, float *g);           /* g += l1 sign(w) */
} mlpi_kernel_table;

/** The best table for this processor, or the one named by MLP_CPU=baseline|avx2|avx512 in the
 * environment if the processor can run it. */
const mlpi_kernel_table *mlpi_kernels(void);
/** The i-th table that this build has and this processor can run (0 = baseline); NULL past the end.
 * For tests. */
const mlpi_kernel_table *mlpi_kernels_at(size_t i);
/** Whether chain[f] reads h: then h and y must not share memory. */
bool mlpi_chain_reads_h(mlp_activation f);

#endif
