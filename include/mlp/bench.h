/* SPDX-License-Identifier: MIT */
/* What this machine can do, and how much of it mlp uses. Numbers are medians of several runs. */
#ifndef MLP_BENCH_H
#define MLP_BENCH_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/network.h"

MLP_BEGIN_DECLS

/** The speed of the machine with `threads` threads at once: operations a second, where a
 * multiply-add counts as two, and bytes read and written a second. */
typedef struct mlp_bench_machine {
    const char *kernels; /**< instruction set in use: "avx512" */
    double peak;         /**< float multiply-adds from registers */
    double peak_bf16;    /**< bfloat16 multiply-adds from registers; NaN where the machine has no
                              bfloat16 */
    double bandwidth;    /**< copying 64 MiB in each thread */
} mlp_bench_machine;

MLP_API mlp_status mlp_bench_machine_measure(int threads, double seconds,
                                             mlp_bench_machine *machine, mlp_error *err);

/** The largest number of layers of a measured network. */
#define MLP_BENCH_LAYERS 16

/** A standard network: relu, softmax outputs, cross-entropy, Adam. */
typedef struct mlp_bench_network {
    const char *name; /**< "784-512-256-10" */
    size_t inputs, batch, layers;
    size_t units[MLP_BENCH_LAYERS];
} mlp_bench_network;

/** The i-th standard network; NULL past the end. */
MLP_API const mlp_bench_network *mlp_bench_network_at(size_t i);
/** Parses a network of the caller's from "INPUTS-UNITS-...-OUTPUTS" (at most MLP_BENCH_LAYERS
 * layers); the name is not copied. */
MLP_API mlp_status mlp_bench_network_parse(const char *name, size_t batch,
                                           mlp_bench_network *network, mlp_error *err);

typedef struct mlp_bench_result {
    double training;            /**< samples a second; a step is forward, loss, backward, update */
    double step;                /**< seconds a step */
    double prediction;          /**< rows a second, forward only, many rows at a time */
    double single;              /**< seconds for one row with a predictor, always on one thread */
    double training_operations; /**< operations a sample in training: 6 for each weight, as is
                                     customary */
    double prediction_operations; /**< operations a row: 2 for each weight */
    double training_share; /**< share of the float peak of the same number of threads, both measured
                                alternately */
    double prediction_share;
} mlp_bench_result;

/** Trains and predicts on random rows for about `seconds` each. `precision` is that of training.
 * Errors: MLP_ERROR_ARGUMENT (this machine has no bfloat16), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_bench_run(const mlp_bench_network *network, mlp_precision precision,
                                 int threads, double seconds, mlp_bench_result *result,
                                 mlp_error *err);

MLP_END_DECLS

#endif
