/* SPDX-License-Identifier: MIT */
/* The table of metrics: their names, places and properties. */
#include <string.h>

#include "evaluate/metric_sums.h"
#include "mlp/evaluate.h"

/* Properties of a metric. LARGER: more is better. TELLING: it is among the metrics shown first.
 * ORDERED: it needs an order of the rows. NEUTRAL: neither more nor less is better; if a bound is
 * required, it is a lower one with LARGER, else an upper one. UP_TO_1: it is never above 1. */
enum { LARGER = 1, TELLING = 2, ORDERED = 4, NEUTRAL = 8, UP_TO_1 = 16 };

typedef struct metric {
    const char *name;
    const char *shown; /* its name in sentences and pictures */
    size_t offset;     /* of the metric in mlp_evaluation */
    unsigned is;
} metric;

#define AT(member) offsetof(mlp_evaluation, member)

static const metric metrics[MLP_METRICS] = {
    [MLPI_ACCURACY] = {"accuracy", "accuracy", AT(accuracy), LARGER | TELLING | UP_TO_1},
    [MLPI_BALANCED_ACCURACY] = {"balanced_accuracy", "balanced accuracy", AT(balanced_accuracy),
                                LARGER | TELLING | UP_TO_1},
    [MLPI_LOG_LOSS] = {"log_loss", "log loss", AT(log_loss), TELLING},
    [MLPI_MACRO_F1] = {"macro_f1", "macro F1", AT(macro_f1), LARGER | TELLING | UP_TO_1},
    [MLPI_AUC] = {"auc", "AUC", AT(auc), LARGER | TELLING | ORDERED | UP_TO_1},
    [MLPI_CALIBRATION_ERROR] = {"calibration_error", "calibration error", AT(calibration_error),
                                TELLING | UP_TO_1},
    [MLPI_MCC] = {"mcc", "Matthews correlation", AT(mcc), LARGER | UP_TO_1},
    [MLPI_KAPPA] = {"kappa", "Cohen’s kappa", AT(kappa), LARGER | UP_TO_1},
    [MLPI_WEIGHTED_F1] = {"weighted_f1", "weighted F1", AT(weighted_f1), LARGER | UP_TO_1},
    [MLPI_TOP_3_ACCURACY] = {"top_3_accuracy", "top-3 accuracy", AT(top_3_accuracy),
                             LARGER | UP_TO_1},
    [MLPI_TOP_5_ACCURACY] = {"top_5_accuracy", "top-5 accuracy", AT(top_5_accuracy),
                             LARGER | UP_TO_1},
    [MLPI_AVERAGE_PRECISION] = {"average_precision", "average precision", AT(average_precision),
                                LARGER | ORDERED | UP_TO_1},
    [MLPI_BRIER] = {"brier", "Brier score", AT(brier), 0},
    [MLPI_LOG_LIKELIHOOD] = {"log_likelihood", "log-likelihood", AT(log_likelihood), LARGER},
    [MLPI_RMSE] = {"rmse", "RMSE", AT(rmse), TELLING},
    [MLPI_MAE] = {"mae", "mean absolute error", AT(mae), TELLING},
    [MLPI_R2] = {"r2", "R²", AT(r2), LARGER | TELLING | UP_TO_1},
    [MLPI_PINBALL_LOSS] = {"pinball_loss", "pinball loss", AT(pinball_loss), TELLING},
    [MLPI_INTERVAL_COVERAGE] = {"interval_coverage", "coverage", AT(interval_coverage),
                                LARGER | TELLING | NEUTRAL | UP_TO_1},
    [MLPI_INTERVAL_WIDTH] = {"interval_width", "width of the interval", AT(interval_width),
                             TELLING | NEUTRAL},
    [MLPI_MEDIAN_ABSOLUTE_ERROR] = {"median_absolute_error", "median absolute error",
                                    AT(median_absolute_error), ORDERED},
    [MLPI_MAPE] = {"mape", "mean relative error", AT(mape), 0},
    [MLPI_EXPLAINED_VARIANCE] = {"explained_variance", "explained variance", AT(explained_variance),
                                 LARGER | UP_TO_1},
    [MLPI_LOSS] = {"loss", "loss of the network", AT(loss), 0},
};

const char *mlp_metric_name(size_t i)
{
    return i < MLP_METRICS ? metrics[i].name : NULL;
}

const char *mlpi_metric_shown(const char *name)
{
    const size_t i = mlp_metric_find(name);
    return i < MLP_METRICS ? metrics[i].shown : strcmp(name, "f1") == 0 ? "F1" : name;
}

bool mlp_metric_larger_is_better(size_t i)
{
    return i < MLP_METRICS && (metrics[i].is & LARGER) != 0;
}

/* Metrics of classification come first, then those of regression; the loss is last. */
mlp_task mlp_metric_task(size_t i)
{
    return i < MLPI_RMSE   ? MLP_TASK_CLASSIFICATION
           : i < MLPI_LOSS ? MLP_TASK_REGRESSION
                           : MLP_TASK_AUTO;
}

bool mlpi_metric_is_neutral(size_t i)
{
    return (metrics[i].is & NEUTRAL) != 0;
}

bool mlpi_metric_is_up_to_1(size_t i)
{
    return (metrics[i].is & UP_TO_1) != 0;
}

bool mlp_metric_is_telling(size_t i)
{
    return i < MLP_METRICS && (metrics[i].is & TELLING) != 0;
}

size_t mlp_metric_find(const char *name)
{
    size_t i = 0;
    while (i < MLP_METRICS && strcmp(name, metrics[i].name) != 0)
        i++;
    return i;
}

bool mlp_evaluation_metric(const mlp_evaluation *evaluation, const char *name, double *value)
{
    const size_t i = mlp_metric_find(name);
    if (i == MLP_METRICS)
        return false;
    memcpy(value, (const char *)evaluation + metrics[i].offset, sizeof *value);
    return true;
}

void mlpi_metric_put(mlp_evaluation *evaluation, size_t i, double value)
{
    memcpy((char *)evaluation + metrics[i].offset, &value, sizeof value);
}

bool mlpi_metric_is_ordered(size_t i)
{
    return (metrics[i].is & ORDERED) != 0;
}
