/* SPDX-License-Identifier: MIT */
/* Cross-validation with more and more of the rows, size by size. */
#include "mlp/learning_curve.h"

#include <math.h>

#include "base/base.h"
#include "options/options.h"
#include "search/cross_validate.h"

enum { MOST_SIZES = 16 };

static double rows_of(const mlp_cross_validation *folds)
{
    double rows = 0.0;
    for (size_t i = 0; i < folds->count; i++)
        rows += (double)(folds->folds[i].rows_training + folds->folds[i].rows_validation);
    return rows / (double)folds->count;
}

/* Notices about the table are given only with the first size. */
static mlp_status make_steps(const mlp_table *table, const mlp_cross_validation_options *options,
                             size_t sizes, mlp_learning_curve *made, mlp_error *err)
{
    mlp_cross_validation_options o = *options;
    mlp_train_options train = mlpi_options_or_default(o.train);
    const size_t parts = (size_t)1 << (sizes - 1);
    o.train = &train;
    for (size_t i = 0; i < sizes; i++) {
        mlp_learning_step *step = &made->steps[i];
        const size_t taken = (size_t)1 << i;
        MLPI_TRY(mlpi_cross_validate_share(table, &o, parts, taken, &step->folds, err));
        made->count++;
        made->task = step->folds.task;
        step->share = (double)taken / (double)parts;
        step->rows = rows_of(&step->folds);
        train.notice = NULL;
    }
    return MLP_OK;
}

mlp_status mlp_learning_curve_make(const mlp_table *table,
                                   const mlp_cross_validation_options *options, size_t sizes,
                                   mlp_learning_curve *curve, mlp_error *err)
{
    const mlp_cross_validation_options defaults = mlpi_cross_validation_options_default();
    mlp_learning_curve made = {0};
    if (sizes < 2 || sizes > MOST_SIZES)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`sizes` is %zu; a learning curve has 2 to %d sizes", sizes, MOST_SIZES);
    if (options != NULL && mlpi_options_have_job(options->train))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "workers of a `job` share a training run, a cross-validation or a tuning "
                         "run, but not a learning curve; leave `job` out");
    made.steps = mlpi_allocate(sizes, sizeof *made.steps);
    if (made.steps == NULL)
        return mlpi_fail_memory(err, "the learning curve");
    const mlp_status status =
        make_steps(table, options != NULL ? options : &defaults, sizes, &made, err);
    if (status == MLP_OK)
        *curve = made;
    else
        mlp_learning_curve_release(&made);
    return status;
}

void mlp_learning_curve_release(mlp_learning_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++)
        mlp_cross_validation_release(&curve->steps[i].folds);
    mlpi_free(curve->steps);
    *curve = (mlp_learning_curve){0};
}

/* --- more rows -------------------------------------------------------------------------------- */

/* Mean gain of a metric from step - 1 to `step`, and its standard error over the folds. */
static double gain_of(const mlp_learning_curve *curve, size_t step, const char *metric,
                      double *error)
{
    const mlp_cross_validation *from = &curve->steps[step - 1].folds;
    const mlp_cross_validation *to = &curve->steps[step].folds;
    const double sign = mlp_metric_larger_is_better(mlp_metric_find(metric)) ? 1.0 : -1.0;
    const double n = (double)to->count;
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < to->count; i++) {
        double before = 0.0, now = 0.0;
        mlp_evaluation_metric(&from->folds[i].figures, metric, &before);
        mlp_evaluation_metric(&to->folds[i].figures, metric, &now);
        sum += sign * (now - before);
        squares += (now - before) * (now - before);
    }
    const double mean = sum / n, variance = fmax(squares - n * mean * mean, 0.0) / (n - 1.0);
    *error = sqrt(variance / n);
    return mean;
}

/* The ratio of the gain from a doubling of the rows to that from the previous doubling, by least
 * squares over all doublings. NaN: there is only one, or nothing was gained before the last. */
static double ratio_of_gains(const mlp_learning_curve *curve, const char *metric)
{
    double products = 0.0, squares = 0.0, before = 0.0, error = 0.0;
    for (size_t i = 1; i < curve->count; i++) {
        const double gain = gain_of(curve, i, metric, &error);
        products += before * gain;
        squares += i + 1 < curve->count ? gain * gain : 0.0;
        before = gain;
    }
    return squares > 0.0 ? products / squares : (double)NAN;
}

bool mlp_learning_curve_outlook(const mlp_learning_curve *curve, const char *metric,
                                mlp_outlook *outlook)
{
    mlp_outlook made = {.next = (double)NAN};
    double deviation = 0.0;
    for (size_t i = 0; i < curve->count; i++) {
        made.before = made.now;
        if (!mlp_cross_validation_figure(&curve->steps[i].folds, metric, &made.now, &deviation))
            return false;
    }
    if (curve->count < 2 || mlp_metric_find(metric) == MLP_METRICS)
        return false;
    made.gain = gain_of(curve, curve->count - 1, metric, &made.error);
    made.certain = fabs(made.gain) > 2.0 * made.error;
    const double ratio = ratio_of_gains(curve, metric);
    if (made.gain > 0.0 && ratio > 0.0)
        made.next = made.now + (made.now - made.before) * fmin(ratio, 1.0);
    *outlook = made;
    return true;
}
