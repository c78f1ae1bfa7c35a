/* SPDX-License-Identifier: MIT */
/* Curves over all thresholds: ROC, precision and recall, cumulative gains. */
#include "mlp/curves.h"

#include <math.h>

#include "base/base.h"
#include "evaluate/ranking.h"

mlp_scores mlp_outcomes_scores(const mlp_outcomes *outcomes, size_t positive)
{
    return (mlp_scores){.label = outcomes->label,
                        .positive = positive,
                        .score = outcomes->values + positive,
                        .stride = outcomes->width,
                        .rows = outcomes->rows};
}

static mlp_status check_kinds(const mlpi_ranking *ranking, bool both, mlp_error *err)
{
    if (ranking->positives == 0)
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "none of the %zu rows has the label in question; this curve needs some",
                         ranking->rows);
    if (both && ranking->positives == ranking->rows)
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "all %zu rows have the label in question; this curve needs others, too",
                         ranking->rows);
    return MLP_OK;
}

static mlp_status make_curve(size_t points, mlp_curve *curve, mlp_error *err)
{
    curve->count = points;
    curve->x = mlpi_allocate(points, sizeof *curve->x);
    curve->y = mlpi_allocate(points, sizeof *curve->y);
    curve->threshold = mlpi_allocate(points, sizeof *curve->threshold);
    return curve->x != NULL && curve->y != NULL && curve->threshold != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "the curve");
}

/* Computes a point of a curve from a step of the ranking; step i yields point i + 1. */
typedef void (*place)(const mlpi_ranking *ranking, const mlpi_step_of_scores *step, double *x,
                      double *y);

static void place_rates(const mlpi_ranking *ranking, const mlpi_step_of_scores *step, double *x,
                        double *y)
{
    *x = (double)(step->rows - step->positives) / (double)(ranking->rows - ranking->positives);
    *y = (double)step->positives / (double)ranking->positives;
}

static void place_precision(const mlpi_ranking *ranking, const mlpi_step_of_scores *step, double *x,
                            double *y)
{
    *x = (double)step->positives / (double)ranking->positives;
    *y = (double)step->positives / (double)step->rows;
}

static mlp_status trace(const mlp_scores *scores, bool both, double first_y, place point,
                        mlp_curve *curve, mlp_error *err)
{
    mlpi_ranking ranking;
    mlp_curve made = {0};
    MLPI_TRY(mlpi_ranking_init(scores, &ranking, err));
    mlp_status status = check_kinds(&ranking, both, err);
    if (status == MLP_OK)
        status = make_curve(ranking.count + 1, &made, err);
    if (status == MLP_OK) {
        made.y[0] = first_y;
        made.threshold[0] = (double)INFINITY;
        for (size_t i = 0; i < ranking.count; i++) {
            point(&ranking, &ranking.steps[i], &made.x[i + 1], &made.y[i + 1]);
            made.threshold[i + 1] = ranking.steps[i].score;
        }
        *curve = made;
    } else {
        mlp_curve_release(&made);
    }
    mlpi_ranking_release(&ranking);
    return status;
}

mlp_status mlp_roc_curve(const mlp_scores *scores, mlp_curve *curve, mlp_error *err)
{
    MLPI_TRY(trace(scores, true, 0.0, place_rates, curve, err));
    curve->area = 0.0;
    for (size_t i = 1; i < curve->count; i++)
        curve->area += (curve->x[i] - curve->x[i - 1]) * (curve->y[i] + curve->y[i - 1]) / 2.0;
    return MLP_OK;
}

mlp_status mlp_precision_recall_curve(const mlp_scores *scores, mlp_curve *curve, mlp_error *err)
{
    MLPI_TRY(trace(scores, false, 1.0, place_precision, curve, err));
    curve->area = 0.0;
    for (size_t i = 1; i < curve->count; i++)
        curve->area += (curve->x[i] - curve->x[i - 1]) * curve->y[i];
    return MLP_OK;
}

/* The distance between points i - 1 and i. Coordinates are shares, so squares do not overflow, and
 * hypot() is not needed, which would require a newer C library than the rest of the code. */
static double distance(const mlp_curve *curve, size_t i)
{
    const double x = curve->x[i] - curve->x[i - 1], y = curve->y[i] - curve->y[i - 1];
    return sqrt(x * x + y * y);
}

void mlp_curve_thin(mlp_curve *curve, size_t points)
{
    if (points < 2 || curve->count <= points)
        return;
    double length = 0.0, walked = 0.0;
    for (size_t i = 1; i < curve->count; i++)
        length += distance(curve, i);
    size_t kept = 1;
    for (size_t i = 1; i < curve->count; i++) {
        walked += distance(curve, i);
        const bool last = i + 1 == curve->count;
        if (!last && (kept + 1 >= points || walked < length * (double)kept / (double)(points - 1)))
            continue;
        curve->x[kept] = curve->x[i];
        curve->y[kept] = curve->y[i];
        curve->threshold[kept++] = curve->threshold[i];
    }
    curve->count = kept;
}

void mlp_curve_release(mlp_curve *curve)
{
    mlpi_free(curve->x);
    mlpi_free(curve->y);
    mlpi_free(curve->threshold);
    *curve = (mlp_curve){0};
}

/* --- gains ------------------------------------------------------------------------------------ */

/* The number of positives among the first `rows` of the ranking, interpolated linearly within a
 * step. The search begins at *step, which is set to the step that was found. */
static double positives_within(const mlpi_ranking *ranking, double rows, size_t *step)
{
    while (*step + 1 < ranking->count && (double)ranking->steps[*step].rows < rows)
        ++*step;
    const mlpi_step_of_scores none = {0}, *to = &ranking->steps[*step],
                              *from = *step > 0 ? to - 1 : &none;
    return (double)from->positives + (double)(to->positives - from->positives) *
                                         (rows - (double)from->rows) /
                                         (double)(to->rows - from->rows);
}

mlp_status mlp_gains_curve(const mlp_scores *scores, size_t parts, mlp_gain *gains, mlp_error *err)
{
    mlpi_ranking ranking;
    if (parts == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "gains need 1 part or more, not 0");
    MLPI_TRY(mlpi_ranking_init(scores, &ranking, err));
    const mlp_status status = check_kinds(&ranking, false, err);
    const double n = (double)ranking.rows, all = (double)ranking.positives;
    double before = 0.0;
    size_t step = 0;
    for (size_t i = 0; status == MLP_OK && i < parts; i++) {
        const double share = (double)(i + 1) / (double)parts;
        const double found = positives_within(&ranking, n * (double)(i + 1) / (double)parts, &step);
        const double lift = (found - before) / all * (double)parts;
        gains[i] = (mlp_gain){.share = share,
                              .threshold = ranking.steps[step].score,
                              .positive_rate = lift * all / n,
                              .lift = lift,
                              .gain = found / all,
                              .cumulative_lift = found / all / share};
        before = found;
    }
    mlpi_ranking_release(&ranking);
    return status;
}
