/* SPDX-License-Identifier: MIT */
/* The table of loss functions: what they are called and which outputs they are defined on. */
#include "mlp/loss.h"

#include <math.h>
#include <string.h>

#include "network/layout.h"

static const mlp_loss_info table[MLP_LOSS_COUNT] = {
    {MLP_QUADRATIC, "quadratic", "sum_k (y_k - s_k)^2", "2 (y_k - s_k)", -INFINITY, INFINITY},
    {MLP_BINARY_CROSS_ENTROPY, "binary-cross-entropy",
     "-sum_k (s_k ln y_k + (1 - s_k) ln(1 - y_k))", "-s_k / y_k + (1 - s_k) / (1 - y_k)", 0, 1},
    {MLP_CROSS_ENTROPY, "cross-entropy", "-sum_k s_k ln y_k", "-s_k / y_k", 0, 1},
};

const mlp_loss_info *mlp_loss_describe(mlp_loss id)
{
    return (size_t)id < MLP_LOSS_COUNT ? &table[id] : NULL;
}

bool mlp_loss_from_name(const char *name, mlp_loss *id)
{
    for (size_t i = 0; i < MLP_LOSS_COUNT; i++) {
        if (strcmp(name, table[i].name) == 0) {
            *id = table[i].id;
            return true;
        }
    }
    return false;
}

bool mlp_loss_accepts(mlp_loss loss, mlp_activation output)
{
    const mlp_loss_info *wanted = mlp_loss_describe(loss);
    const mlp_activation_info *given = mlp_activation_describe(output);
    return wanted != NULL && given != NULL && given->lowest >= wanted->lowest &&
           given->highest <= wanted->highest;
}

bool mlpi_loss_is_fused(mlp_loss loss, mlp_activation output)
{
    return (loss == MLP_BINARY_CROSS_ENTROPY && output == MLP_LOGISTIC) ||
           (loss == MLP_CROSS_ENTROPY && output == MLP_SOFTMAX);
}
