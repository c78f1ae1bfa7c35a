/* SPDX-License-Identifier: MIT */
/* Two models on the same rows: the differences of their metrics over the same resamples, and the
 * rows for which one of them is better. */
#include "mlp/compare.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/bootstrap.h"
#include "evaluate/metric_sums.h"

/* --- the sign test ---------------------------------------------------------------------------- */

/* The largest term of the tail is computed from the logarithm of its binomial coefficient, and each
 * other term from the next larger one. */
double mlp_sign_test(size_t k, size_t n)
{
    const size_t m = k >= n ? 0 : k < n - k ? k : n - k;
    double coefficient = 0.0, term = 1.0, sum = 1.0;
    for (size_t i = 1; i <= m; i++)
        coefficient += log((double)(n - m + i) / (double)i);
    for (size_t i = m; i > 0 && term > 1e-20 * sum; i--) {
        term *= (double)i / (double)(n - i + 1);
        sum += term;
    }
    return fmin(1.0, 2.0 * sum * exp(coefficient - (double)n * log(2.0)));
}

/* --- whether the rows are the same ------------------------------------------------------------ */

static mlp_status other_rows(mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "models can be compared only on the same rows in the same order, with the "
                     "same targets and labels");
}

/* Checks that the labels of the second model are those of the first in any order: each label of one
 * model corresponds to the same label of the other in all rows. */
static mlp_status check_labels(const mlpi_scored *a, const mlpi_scored *b, mlp_error *err)
{
    size_t *of_first =
        mlpi_allocate(2 * a->width, sizeof *of_first); /* the counterpart + 1; 0: none yet */
    if (of_first == NULL)
        return mlpi_fail_memory(err, "the comparison");
    size_t *of_second = of_first + a->width;
    bool same = true;
    for (size_t r = 0; r < a->rows && same; r++) {
        size_t *one = &of_first[a->label[r]], *other = &of_second[b->label[r]];
        if (*one == 0 && *other == 0) {
            *one = b->label[r] + 1;
            *other = a->label[r] + 1;
        }
        same = *one == b->label[r] + 1 && *other == a->label[r] + 1;
    }
    mlpi_free(of_first);
    return same ? MLP_OK : other_rows(err);
}

static mlp_status check(const mlp_evaluator *first, const mlp_evaluator *second, mlp_error *err)
{
    const mlpi_scored *a = mlpi_evaluator_rows(first), *b = mlpi_evaluator_rows(second);
    if (mlpi_evaluator_metrics(first) == NULL || mlpi_evaluator_metrics(second) == NULL ||
        a->rows == 0 || b->rows == 0)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "evaluators can be compared only if both have kept their rows and are finished");
    if (a->task != b->task || a->width != b->width || a->rows != b->rows)
        return other_rows(err);
    if (a->task == MLP_TASK_CLASSIFICATION)
        return check_labels(a, b, err);
    return memcmp(a->truth, b->truth, a->rows * a->width * sizeof *a->truth) == 0 ? MLP_OK
                                                                                  : other_rows(err);
}

/* --- rows for which one model is better ------------------------------------------------------- */

static void count_labels(const mlpi_scored *a, const mlpi_scored *b, mlp_comparison *made)
{
    for (size_t r = 0; r < a->rows; r++) {
        const bool first = a->predicted[r] == a->label[r], second = b->predicted[r] == b->label[r];
        made->first_better += first && !second;
        made->second_better += second && !first;
    }
}

/* The weighted squared error of a row; infinite if the row has no prediction. */
static double distance(const mlpi_scored *j, const double *weight, size_t r)
{
    double sum = 0.0;
    for (size_t t = 0; t < j->width; t++) {
        const double error = j->values[r * j->width + t] - j->truth[r * j->width + t];
        sum += weight[t] * error * error;
    }
    return isnan(sum) ? (double)INFINITY : sum;
}

/* Computes the weights of targets: 1 for a single target; with several, 1 / variance for those that
 * vary, so that all targets count equally. */
static bool weigh(const mlpi_scored *j, double *weight)
{
    mlpi_sums sums;
    const bool made = mlpi_sums_init(j, &sums);
    if (made)
        mlpi_sums_add(&sums, j, 0, NULL);
    for (size_t t = 0; made && t < j->width; t++) {
        double variance = 0.0;
        mlpi_sums_r2(&sums.targets[t], (double)j->rows, &variance);
        weight[t] = j->width > 1 && variance > 0.0 ? 1.0 / variance : 1.0;
    }
    mlpi_sums_release(&sums);
    return made;
}

static mlp_status count_values(const mlpi_scored *a, const mlpi_scored *b, mlp_comparison *made,
                               mlp_error *err)
{
    double *weight = mlpi_allocate(a->width, sizeof *weight);
    const bool weighed = weight != NULL && weigh(a, weight);
    for (size_t r = 0; weighed && r < a->rows; r++) {
        const double first = distance(a, weight, r), second = distance(b, weight, r);
        made->first_better += first < second;
        made->second_better += second < first;
    }
    mlpi_free(weight);
    return weighed ? MLP_OK : mlpi_fail_memory(err, "the comparison");
}

/* --- the comparison --------------------------------------------------------------------------- */

static mlp_status take_intervals(const mlp_evaluator *first, const mlp_evaluator *second,
                                 const mlp_interval_options *o, mlp_intervals *intervals,
                                 mlp_error *err)
{
    double *one = mlpi_allocate(o->resamples, MLP_METRICS * sizeof *one);
    double *other = mlpi_allocate(o->resamples, MLP_METRICS * sizeof *other);
    mlp_status status =
        one != NULL && other != NULL ? MLP_OK : mlpi_fail_memory(err, "the resamples");
    if (status == MLP_OK)
        status = mlpi_resample(first, o, one, err);
    if (status == MLP_OK)
        status = mlpi_resample(second, o, other, err);
    for (size_t i = 0; status == MLP_OK && i < o->resamples * MLP_METRICS; i++)
        other[i] -= one[i];
    if (status == MLP_OK)
        status = mlpi_take_intervals(other, o, intervals, err);
    mlpi_free(one);
    mlpi_free(other);
    return status;
}

mlp_status mlp_evaluator_compare(const mlp_evaluator *first, const mlp_evaluator *second,
                                 const mlp_interval_options *options, mlp_comparison *comparison,
                                 mlp_error *err)
{
    const mlp_interval_options o = options != NULL ? *options : mlpi_interval_options_default();
    const mlpi_scored *a = mlpi_evaluator_rows(first), *b = mlpi_evaluator_rows(second);
    MLPI_TRY(mlpi_check_interval_options(&o, err));
    MLPI_TRY(check(first, second, err));
    mlp_comparison made = {.task = a->task, .rows = a->rows};
    for (size_t i = 0; i < MLP_METRICS; i++)
        made.difference[i] = mlpi_evaluator_metrics(second)[i] - mlpi_evaluator_metrics(first)[i];
    if (a->task == MLP_TASK_CLASSIFICATION)
        count_labels(a, b, &made);
    else
        MLPI_TRY(count_values(a, b, &made, err));
    MLPI_TRY(take_intervals(first, second, &o, &made.intervals, err));
    made.p_value = mlp_sign_test(made.first_better, made.first_better + made.second_better);
    *comparison = made;
    return MLP_OK;
}

int mlp_comparison_better(const mlp_comparison *comparison, size_t i)
{
    if (i >= MLP_METRICS || mlpi_metric_is_neutral(i))
        return 0;
    const bool rises = comparison->intervals.low[i] > 0.0,
               falls = comparison->intervals.high[i] < 0.0;
    if (!rises && !falls)
        return 0;
    return rises == mlp_metric_larger_is_better(i) ? 2 : 1;
}
