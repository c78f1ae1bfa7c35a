/* SPDX-License-Identifier: MIT */
/* The loss functions of one output y with the target s, in double precision. Each is one entry of
 * the table. c is a parameter that some of the functions have: Huber's delta, or the quantile
 * level. */
#include "mlp/loss.h"

#include <math.h>
#include <string.h>

#include "network/layout.h"

/* Keeps y away from 0 and 1, where a logarithm would be infinite. */
static double inside(double y)
{
    return fmin(fmax(y, MLP_LOSS_MARGIN), 1.0 - MLP_LOSS_MARGIN);
}

static int is_inside(double y, double s, double c)
{
    (void)s;
    (void)c;
    return inside(y) == y;
}

static int smooth(double y, double s, double c)
{
    (void)y;
    (void)s;
    (void)c;
    return 0;
}

static double quadratic(double y, double s, double c)
{
    (void)c;
    return (y - s) * (y - s);
}

static double quadratic_slope(double y, double s, double c)
{
    (void)c;
    return 2.0 * (y - s);
}

static double binary_cross_entropy(double y, double s, double c)
{
    (void)c;
    return -(s * log(inside(y)) + (1.0 - s) * log(1.0 - inside(y)));
}

/* Beyond the margin the loss is constant. */
static double binary_cross_entropy_slope(double y, double s, double c)
{
    (void)c;
    return inside(y) == y ? -s / y + (1.0 - s) / (1.0 - y) : 0.0;
}

static double cross_entropy(double y, double s, double c)
{
    (void)c;
    return -s * log(inside(y));
}

static double cross_entropy_slope(double y, double s, double c)
{
    (void)c;
    return inside(y) == y ? -s / y : 0.0;
}

static double absolute(double y, double s, double c)
{
    (void)c;
    return fabs(y - s);
}

static double absolute_slope(double y, double s, double c)
{
    (void)c;
    return y > s ? 1.0 : y < s ? -1.0 : 0.0;
}

static int is_above(double y, double s, double c)
{
    (void)c;
    return y > s;
}

static double huber(double y, double s, double c)
{
    const double r = fabs(y - s);
    return r <= c ? r * r : c * (2.0 * r - c);
}

static double huber_slope(double y, double s, double c)
{
    return 2.0 * fmin(fmax(y - s, -c), c);
}

static int huber_piece(double y, double s, double c)
{
    return (y - s > -c) + (y - s > c);
}

static double quantile(double y, double s, double c)
{
    return y < s ? c * (s - y) : (1.0 - c) * (y - s);
}

static double quantile_slope(double y, double s, double c)
{
    return y > s ? 1.0 - c : y < s ? -c : 0.0;
}

static double poisson(double y, double s, double c)
{
    (void)c;
    return y - s + (s > 0.0 ? s * log(s / fmax(y, MLP_LOSS_MARGIN)) : 0.0);
}

/* Below the margin the logarithm is constant. */
static double poisson_slope(double y, double s, double c)
{
    (void)c;
    return y >= MLP_LOSS_MARGIN ? 1.0 - s / y : 1.0;
}

static int poisson_piece(double y, double s, double c)
{
    (void)s;
    (void)c;
    return y >= MLP_LOSS_MARGIN;
}

static double hinge(double y, double s, double c)
{
    (void)c;
    return s * fmax(0.0, 1.0 - y) + (1.0 - s) * fmax(0.0, 1.0 + y);
}

static double hinge_slope(double y, double s, double c)
{
    (void)c;
    return (y < 1.0 ? -s : 0.0) + (y > -1.0 ? 1.0 - s : 0.0);
}

static int hinge_piece(double y, double s, double c)
{
    (void)s;
    (void)c;
    return (y > -1.0) + (y >= 1.0);
}

typedef struct entry {
    mlp_loss_info info;
    double (*value)(double y, double s, double c);
    double (*slope)(double y, double s, double c); /* dE/dy */
    int (*piece)(double y, double s, double c);    /* number of the smooth piece that y is in */
} entry;

static const entry table[MLP_LOSS_COUNT] = {
    {{MLP_QUADRATIC, "quadratic", "sum_k (y_k - s_k)^2", "2 (y_k - s_k)", -INFINITY, INFINITY,
      "anywhere", "linear"},
     quadratic,
     quadratic_slope,
     smooth},
    {{MLP_BINARY_CROSS_ENTROPY, "binary-cross-entropy",
      "-sum_k (s_k ln y_k + (1 - s_k) ln(1 - y_k))", "-s_k / y_k + (1 - s_k) / (1 - y_k)", 0, 1,
      "from 0 to 1", "logistic or softmax"},
     binary_cross_entropy,
     binary_cross_entropy_slope,
     is_inside},
    {{MLP_CROSS_ENTROPY, "cross-entropy", "-sum_k s_k ln y_k", "-s_k / y_k", 0, 1, "from 0 to 1",
      "logistic or softmax"},
     cross_entropy,
     cross_entropy_slope,
     is_inside},
    {{MLP_ABSOLUTE, "absolute", "sum_k |y_k - s_k|", "1 if y_k > s_k, -1 if y_k < s_k", -INFINITY,
      INFINITY, "anywhere", "linear"},
     absolute,
     absolute_slope,
     is_above},
    {{MLP_HUBER, "huber", "sum_k (r^2 if |r| <= d, else d (2 |r| - d)), r = y_k - s_k",
      "2 r, within -2 d..2 d", -INFINITY, INFINITY, "anywhere", "linear"},
     huber,
     huber_slope,
     huber_piece},
    {{MLP_QUANTILE, "quantile", "sum_k (q_k (s_k - y_k) if y_k < s_k, else (1 - q_k) (y_k - s_k))",
      "-q_k if y_k < s_k, 1 - q_k if y_k > s_k", -INFINITY, INFINITY, "anywhere", "linear"},
     quantile,
     quantile_slope,
     is_above},
    {{MLP_POISSON, "poisson", "sum_k (y_k - s_k + s_k ln(s_k / y_k))", "1 - s_k / y_k", 0, INFINITY,
      "not below 0", "exponential or softplus"},
     poisson,
     poisson_slope,
     poisson_piece},
    {{MLP_HINGE, "hinge", "sum_k (s_k max(0, 1 - y_k) + (1 - s_k) max(0, 1 + y_k))",
      "-s_k if y_k < 1, plus 1 - s_k if y_k > -1", -INFINITY, INFINITY, "anywhere", "linear"},
     hinge,
     hinge_slope,
     hinge_piece},
};

const mlp_loss_info *mlp_loss_describe(mlp_loss id)
{
    return (size_t)id < MLP_LOSS_COUNT ? &table[id].info : NULL;
}

bool mlp_loss_from_name(const char *name, mlp_loss *id)
{
    for (size_t i = 0; i < MLP_LOSS_COUNT; i++) {
        if (strcmp(name, table[i].info.name) == 0) {
            *id = table[i].info.id;
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

double mlpi_loss_value(mlp_loss loss, double y, double s, double c)
{
    return table[loss].value(y, s, c);
}

double mlpi_loss_slope(mlp_loss loss, double y, double s, double c)
{
    return table[loss].slope(y, s, c);
}

int mlpi_loss_piece(mlp_loss loss, double y, double s, double c)
{
    return table[loss].piece(y, s, c);
}

bool mlpi_loss_is_fused(mlp_loss loss, mlp_activation output)
{
    return (loss == MLP_BINARY_CROSS_ENTROPY && output == MLP_LOGISTIC) ||
           (loss == MLP_CROSS_ENTROPY && output == MLP_SOFTMAX) ||
           (loss == MLP_POISSON && output == MLP_EXPONENTIAL);
}

/* --- settings --------------------------------------------------------------------------------- */

mlp_loss_settings mlp_loss_settings_default(void)
{
    return (mlp_loss_settings){.huber_delta = 1.0, .levels = 1, .level = {0.5}};
}

bool mlpi_loss_settings_valid(const mlp_loss_settings *settings)
{
    double before = 0.0;
    if (!(settings->huber_delta > 0.0) || !isfinite(settings->huber_delta) ||
        settings->levels == 0 || settings->levels > MLP_MAX_LEVELS)
        return false;
    for (size_t i = 0; i < settings->levels; i++) {
        if (!(settings->level[i] > before && settings->level[i] < 1.0))
            return false;
        before = settings->level[i];
    }
    return true;
}

double mlpi_loss_number(const mlp_network *network, size_t k)
{
    const mlp_loss_settings *settings = &network->loss_settings;
    return network->loss == MLP_HUBER ? settings->huber_delta
                                      : settings->level[k % settings->levels];
}
