/* SPDX-License-Identifier: MIT */
/* Prediction intervals and sets of labels from the conformal scores of rows out of fold. */
#include "mlp/conformal.h"

#include <math.h>
#include <string.h>

#include "model/model.h"

/* Counts of rows whose set or interval held the truth, and of rows with a prediction; the sum of
 * the sizes. */
typedef struct tally {
    size_t held, answered;
    double size;
} tally;

struct mlp_conformal {
    const mlp_model *model;
    double *quantile; /* for each list of scores */
    tally *tallies;
    size_t rows; /* number of rows evaluated */
};

size_t mlp_model_conformal_rows(const mlp_model *model)
{
    return model->conformal.rows;
}

static mlp_status check(const mlp_model *model, double coverage, mlp_error *err)
{
    const mlpi_conformal *scores = &model->conformal;
    char wanted[32], most[32];
    if (scores->rows == 0)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "%s need rows that the networks never saw, and this model has none: train with "
            "`folds` 5, or `quality` good",
            model->pipeline.task == MLP_TASK_CLASSIFICATION ? "sets of labels" : "intervals");
    if (!(coverage > 0.0 && coverage < 1.0))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "a coverage lies between 0 and 1, such as 0.9; it cannot be %s",
                         mlpi_rounded(coverage, 6, wanted));
    if (coverage <= mlpi_conformal_most(scores))
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "%zu rows out of fold are too few for a coverage of %s; ask for at most %s",
                     scores->rows, mlpi_rounded(coverage, 6, wanted),
                     mlpi_rounded(floor(1e4 * mlpi_conformal_most(scores)) / 1e4, 6, most));
}

mlp_status mlp_conformal_create(const mlp_model *model, double coverage, mlp_conformal **conformal,
                                mlp_error *err)
{
    const mlpi_conformal *scores = &model->conformal;
    MLPI_TRY(check(model, coverage, err));
    mlp_conformal *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "intervals");
    made->model = model;
    made->quantile = mlpi_allocate(scores->lists, sizeof *made->quantile);
    made->tallies = mlpi_allocate(scores->lists, sizeof *made->tallies);
    if (made->quantile == NULL || made->tallies == NULL) {
        mlp_conformal_free(made);
        return mlpi_fail_memory(err, "intervals");
    }
    for (size_t l = 0; l < scores->lists; l++)
        made->quantile[l] = mlpi_conformal_quantile(scores, l, coverage);
    *conformal = made;
    return MLP_OK;
}

void mlp_conformal_free(mlp_conformal *conformal)
{
    if (conformal == NULL)
        return;
    mlpi_free(conformal->quantile);
    mlpi_free(conformal->tallies);
    mlpi_free(conformal);
}

/* --- intervals -------------------------------------------------------------------------------- */

/* The ends low - q and high + q, computed on the scale of the outputs, where the scores were taken.
 * `low` and `high` are both the prediction, or the lowest and the highest quantile. The ends are
 * NaN if one of these is not finite. */
static void interval(const mlp_conformal *c, size_t t, double low, double high, double *lower,
                     double *upper)
{
    const mlpi_coding *coding = &c->model->pipeline.coding;
    const mlpi_target *target = &c->model->pipeline.targets[t];
    const double q = c->quantile[t];
    float x[2];
    *lower = *upper = (double)NAN;
    if (!isfinite(low) || !isfinite(high))
        return;
    target->transform->apply(&target->fitted, &low, 1, &x[0], 1);
    target->transform->apply(&target->fitted, &high, 1, &x[1], 1);
    double ends[] = {(double)x[0] - q, (double)x[1] + q};
    if (ends[0] > ends[1]) /* with q < 0 the ends can cross */
        ends[0] = ends[1] = 0.5 * (ends[0] + ends[1]);
    *lower = target->transform->invert(&target->fitted, ends[0]);
    *upper = target->transform->invert(&target->fitted, ends[1]);
    if (coding->counts || coding->shares) {
        *lower = fmax(*lower, 0.0);
        *upper = fmax(*upper, 0.0);
    }
    if (coding->shares) {
        *lower = fmin(*lower, 1.0);
        *upper = fmin(*upper, 1.0);
    }
}

/* `values`: the prediction for target t of a row, at each quantile level. */
static void interval_of(const mlp_conformal *c, size_t t, const double *values, double *lower,
                        double *upper)
{
    const size_t levels = c->model->pipeline.coding.levels;
    interval(c, t, values[0], values[levels > 0 ? levels - 1 : 0], lower, upper);
}

void mlp_conformal_intervals(const mlp_conformal *conformal, const mlp_predictions *predictions,
                             double *lower, double *upper)
{
    const size_t targets = conformal->model->pipeline.target_count;
    const size_t each = predictions->width / targets;
    for (size_t i = 0; i < predictions->rows * targets; i++)
        interval_of(conformal, i % targets, predictions->values + i * each, &lower[i], &upper[i]);
}

/* --- sets of labels --------------------------------------------------------------------------- */

static bool holds_label(const mlp_conformal *c, const double *p, size_t k, size_t likeliest)
{
    return k == likeliest || 1.0 - p[k] <= c->quantile[0];
}

void mlp_conformal_sets(const mlp_conformal *conformal, const mlp_predictions *predictions,
                        bool *holds)
{
    const size_t labels = predictions->width;
    for (size_t r = 0; r < predictions->rows; r++) {
        const size_t likeliest = predictions->label[r];
        for (size_t k = 0; k < labels; k++)
            holds[r * labels + k] =
                likeliest != MLP_NO_LABEL &&
                holds_label(conformal, predictions->values + r * labels, k, likeliest);
    }
}

/* --- evaluation ------------------------------------------------------------------------------- */

static void add_set(mlp_conformal *c, const mlp_outcomes *o, size_t r)
{
    const double *p = o->values + r * o->width;
    const size_t likeliest = o->predicted[r];
    tally *t = &c->tallies[0];
    if (likeliest == MLP_NO_LABEL)
        return;
    t->answered++;
    t->held += holds_label(c, p, o->label[r], likeliest) ? 1 : 0;
    for (size_t k = 0; k < o->width; k++)
        t->size += holds_label(c, p, k, likeliest) ? 1.0 : 0.0;
}

static void add_interval(mlp_conformal *c, const mlp_outcomes *o, size_t r, size_t target)
{
    const size_t i = r * o->width + target;
    tally *t = &c->tallies[target];
    double lower = 0.0, upper = 0.0;
    interval_of(c, target, o->levels > 0 ? o->quantile + i * o->levels : o->values + i, &lower,
                &upper);
    if (isnan(lower))
        return;
    t->answered++;
    t->held += o->truth[i] >= lower && o->truth[i] <= upper ? 1 : 0;
    t->size += upper - lower;
}

void mlp_conformal_add(mlp_conformal *conformal, const mlp_outcomes *outcomes)
{
    conformal->rows += outcomes->rows;
    for (size_t r = 0; r < outcomes->rows; r++) {
        if (outcomes->task == MLP_TASK_CLASSIFICATION)
            add_set(conformal, outcomes, r);
        else
            for (size_t t = 0; t < outcomes->width; t++)
                add_interval(conformal, outcomes, r, t);
    }
}

void mlp_conformal_judge(mlp_conformal *conformal, const mlp_outcomes *outcomes)
{
    mlp_conformal_add(conformal, outcomes);
}

mlp_coverage mlp_conformal_coverage(const mlp_conformal *conformal, size_t target)
{
    const tally *t = &conformal->tallies[target];
    return (mlp_coverage){.rows = conformal->rows,
                          .coverage = (double)t->held / (double)conformal->rows,
                          .size = t->size / (double)t->answered};
}
