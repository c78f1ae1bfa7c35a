/* SPDX-License-Identifier: MIT */
/* The activation functions of the lecture, one line of the table each, in double precision. */
#include "mlp/activation.h"

#include <math.h>
#include <string.h>

static double linear(double h)
{
    return h;
}

static double linear_slope(double h)
{
    (void)h;
    return 1.0;
}

static double step(double h)
{
    return h > 0.0 ? 1.0 : 0.0;
}

static double sign(double h)
{
    return h > 0.0 ? 1.0 : -1.0;
}

static double no_slope(double h)
{
    (void)h;
    return 0.0;
}

static double softsign(double h)
{
    return isinf(h) ? copysign(1.0, h) : h / (1.0 + fabs(h));
}

static double softsign_slope(double h)
{
    const double root = 1.0 / (1.0 + fabs(h));
    return root * root;
}

/* Written with e^-|h|, which cannot overflow. */
static double logistic(double h)
{
    const double e = exp(-fabs(h));
    return h >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

/* f(h) (1 - f(h)) without the cancellation in 1 - f(h). */
static double logistic_slope(double h)
{
    return logistic(h) * logistic(-h);
}

static double tanh_slope(double h)
{
    const double c = cosh(h);
    return 1.0 / (c * c);
}

static double relu(double h)
{
    return h > 0.0 ? h : 0.0;
}

static double softplus(double h)
{
    return (h > 0.0 ? h : 0.0) + log1p(exp(-fabs(h)));
}

static double gaussian(double h)
{
    return exp(-h * h);
}

static double gaussian_slope(double h)
{
    const double y = gaussian(h);
    return y == 0.0 ? 0.0 : -2.0 * h * y; /* not infinity times 0 */
}

static double softmax_of_one(double h)
{
    (void)h;
    return 1.0;
}

typedef struct entry {
    mlp_activation_info info;
    double (*value)(double h);
    double (*slope)(double h);
} entry;

static const entry table[MLP_ACTIVATION_COUNT] = {
    {{MLP_LINEAR, "linear", "h", "1", -INFINITY, INFINITY, false}, linear, linear_slope},
    {{MLP_STEP, "step", "1 if h > 0, else 0", "0", 0, 1, true}, step, no_slope},
    {{MLP_SIGN, "sign", "1 if h > 0, else -1", "0", -1, 1, true}, sign, no_slope},
    {{MLP_SOFTSIGN, "softsign", "h / (1 + |h|)", "1 / (1 + |h|)^2", -1, 1, false},
     softsign,
     softsign_slope},
    {{MLP_LOGISTIC, "logistic", "1 / (1 + e^-h)", "f(h) (1 - f(h))", 0, 1, false},
     logistic,
     logistic_slope},
    {{MLP_TANH, "tanh", "(e^h - e^-h) / (e^h + e^-h)", "1 - f(h)^2", -1, 1, false},
     tanh,
     tanh_slope},
    {{MLP_RELU, "relu", "h if h > 0, else 0", "1 if h > 0, else 0", 0, INFINITY, false},
     relu,
     step},
    {{MLP_SOFTPLUS, "softplus", "ln(1 + e^h)", "1 / (1 + e^-h)", 0, INFINITY, false},
     softplus,
     logistic},
    {{MLP_GAUSSIAN, "gaussian", "e^(-h^2)", "-2 h e^(-h^2)", 0, 1, false},
     gaussian,
     gaussian_slope},
    {{MLP_SOFTMAX, "softmax", "e^h_k / sum_j e^h_j", "y_k (delta_kj - y_j)", 0, 1, false},
     softmax_of_one,
     no_slope},
};

const mlp_activation_info *mlp_activation_describe(mlp_activation id)
{
    return (size_t)id < MLP_ACTIVATION_COUNT ? &table[id].info : NULL;
}

bool mlp_activation_from_name(const char *name, mlp_activation *id)
{
    for (size_t i = 0; i < MLP_ACTIVATION_COUNT; i++) {
        if (strcmp(name, table[i].info.name) == 0) {
            *id = table[i].info.id;
            return true;
        }
    }
    return false;
}

double mlp_activation_value(mlp_activation id, double h)
{
    return (size_t)id < MLP_ACTIVATION_COUNT ? table[id].value(h) : NAN;
}

double mlp_activation_slope(mlp_activation id, double h)
{
    return (size_t)id < MLP_ACTIVATION_COUNT ? table[id].slope(h) : NAN;
}
