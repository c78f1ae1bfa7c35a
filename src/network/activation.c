/* SPDX-License-Identifier: MIT */
/* The activation functions of the lecture and some others, in double precision. Each is one entry
 * of the table. */
#include "mlp/activation.h"

#include <math.h>
#include <string.h>

#include "network/layout.h"

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
    return y == 0.0 ? 0.0 : -2.0 * h * y; /* avoids infinity times 0 */
}

/* A. Maas, A. Hannun, A. Ng 2013. */
static double leaky_relu(double h)
{
    return h > 0.0 ? h : 0.01 * h;
}

static double leaky_relu_slope(double h)
{
    return h > 0.0 ? 1.0 : 0.01;
}

/* D.-A. Clevert, T. Unterthiner, S. Hochreiter 2016, alpha = 1. */
static double elu(double h)
{
    return h > 0.0 ? h : expm1(h);
}

static double elu_slope(double h)
{
    return h > 0.0 ? 1.0 : exp(h);
}

/* G. Klambauer et al. 2017. */
static const double selu_scale = 1.0507009873554804934, selu_alpha = 1.6732632423543772848;

static double selu(double h)
{
    return selu_scale * (h > 0.0 ? h : selu_alpha * expm1(h));
}

static double selu_slope(double h)
{
    return selu_scale * (h > 0.0 ? 1.0 : selu_alpha * exp(h));
}

/* h logistic(h): S. Elfwing, E. Uchibe, K. Doya 2018. */
static double silu(double h)
{
    return h < -700.0 ? 0.0 : h * logistic(h);
}

static double silu_slope(double h)
{
    return h < -700.0 ? 0.0 : logistic(h) * (1.0 + h * logistic(-h));
}

/* D. Hendrycks, K. Gimpel 2016, in their form with tanh: 0.5 h (1 + tanh u) = h logistic(2 u). */
static double gelu_inside(double h)
{
    return 1.5957691216057307 * (h + 0.044715 * h * h * h); /* 2 sqrt(2 / pi) */
}

static double gelu(double h)
{
    return h < -30.0 ? 0.0 : h > 30.0 ? h : h * logistic(gelu_inside(h));
}

static double gelu_slope(double h)
{
    if (fabs(h) > 30.0)
        return h > 0.0 ? 1.0 : 0.0;
    const double p = logistic(gelu_inside(h)), q = logistic(-gelu_inside(h));
    return p + h * p * q * 1.5957691216057307 * (1.0 + 3.0 * 0.044715 * h * h);
}

/* h tanh(ln(1 + e^h)): D. Misra 2020. */
static double mish(double h)
{
    return h < -700.0 ? 0.0 : h * tanh(softplus(h));
}

static double mish_slope(double h)
{
    if (h < -700.0)
        return 0.0;
    const double t = tanh(softplus(h));
    return t + h * (1.0 - t * t) * logistic(h);
}

static double between(double h, double low, double high)
{
    return h < low ? low : h > high ? high : h;
}

static double hard_logistic(double h)
{
    return between((h + 3.0) / 6.0, 0.0, 1.0);
}

static double hard_logistic_slope(double h)
{
    return h > -3.0 && h < 3.0 ? 1.0 / 6.0 : 0.0;
}

static double hard_tanh(double h)
{
    return between(h, -1.0, 1.0);
}

static double hard_tanh_slope(double h)
{
    return h > -1.0 && h < 1.0 ? 1.0 : 0.0;
}

static double exponential(double h)
{
    return exp(h < MLPI_MOST_EXPONENT ? h : MLPI_MOST_EXPONENT);
}

static double exponential_slope(double h)
{
    return h <= MLPI_MOST_EXPONENT ? exp(h) : 0.0;
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
    {{MLP_LEAKY_RELU, "leaky-relu", "h if h > 0, else 0.01 h", "1 if h > 0, else 0.01", -INFINITY,
      INFINITY, false},
     leaky_relu,
     leaky_relu_slope},
    {{MLP_ELU, "elu", "h if h > 0, else e^h - 1", "1 if h > 0, else e^h", -1, INFINITY, false},
     elu,
     elu_slope},
    {{MLP_SELU, "selu", "1.0507 h if h > 0, else 1.7581 (e^h - 1)",
      "1.0507 if h > 0, else 1.7581 e^h", -1.7580993408473768599, INFINITY, false},
     selu,
     selu_slope},
    {{MLP_GELU, "gelu", "h / (1 + e^(-1.5958 (h + 0.044715 h^3)))",
      "p + h p (1 - p) (1.5958 + 0.21407 h^2), p = f(h) / h", -0.2, INFINITY, false},
     gelu,
     gelu_slope},
    {{MLP_SILU, "silu", "h / (1 + e^-h)", "s (1 + h (1 - s)), s = 1 / (1 + e^-h)", -0.28, INFINITY,
      false},
     silu,
     silu_slope},
    {{MLP_MISH, "mish", "h tanh(ln(1 + e^h))", "t + h (1 - t^2) / (1 + e^-h), t = f(h) / h", -0.31,
      INFINITY, false},
     mish,
     mish_slope},
    {{MLP_HARD_LOGISTIC, "hard-logistic", "(h + 3) / 6, within 0..1", "1/6 if |h| < 3, else 0", 0,
      1, false},
     hard_logistic,
     hard_logistic_slope},
    {{MLP_HARD_TANH, "hard-tanh", "h, within -1..1", "1 if |h| < 1, else 0", -1, 1, false},
     hard_tanh,
     hard_tanh_slope},
    {{MLP_EXPONENTIAL, "exponential", "e^h, h at most 80", "f(h)", 0, INFINITY, false},
     exponential,
     exponential_slope},
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
