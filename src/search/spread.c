/* SPDX-License-Identifier: MIT */
/* A metric over the folds of a cross-validation: its mean and standard deviation. */
#include <math.h>
#include <string.h>

#include "mlp/cross_validate.h"

static bool metric_of(const mlp_evaluation *e, const char *name, double *value)
{
    if (strcmp(name, "baseline_accuracy") == 0)
        *value = e->baseline_accuracy;
    else if (strcmp(name, "baseline_log_loss") == 0)
        *value = e->baseline_log_loss;
    else if (strcmp(name, "baseline_rmse") == 0)
        *value = e->baseline_rmse;
    else if (!mlp_evaluation_metric(e, name, value))
        return false;
    return isfinite(*value);
}

bool mlp_cross_validation_figure(const mlp_cross_validation *result, const char *name, double *mean,
                                 double *deviation)
{
    const double n = (double)result->count;
    double sum = 0.0, squares = 0.0, value = 0.0;
    for (size_t i = 0; i < result->count; i++) {
        if (!metric_of(&result->folds[i].figures, name, &value))
            return false;
        sum += value / n;
    }
    for (size_t i = 0; i < result->count; i++) {
        metric_of(&result->folds[i].figures, name, &value);
        squares += (value - sum) * (value - sum);
    }
    *mean = sum;
    *deviation = result->count > 1 ? sqrt(squares / (n - 1.0)) : (double)NAN;
    return result->count > 0;
}
