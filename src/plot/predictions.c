/* SPDX-License-Identifier: MIT */
/* Predictions compared with true answers. */
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "evaluate/metrics.h"
#include "mlp/evaluate.h"
#include "plot/kinds.h"

enum { MOST_POINTS = 3000, BINS = 64, BARS = 41 };

/* --- confusion -------------------------------------------------------------------------------- */

/* Adds cells, coloured by their share of the true label's rows, and their counts as labels. */
static void add_cells(mlp_figure *figure, mlpi_panel *panel, const size_t *counts, size_t labels)
{
    mlpi_series *cells = mlpi_add_series(figure, panel, MLPI_MAP, "share of the true label");
    mlpi_series *texts = mlpi_add_series(figure, panel, MLPI_LABELS, "rows");
    cells->unlisted = texts->unlisted = true;
    cells->columns = cells->rows = labels;
    for (size_t t = 0; t < labels; t++) {
        size_t all = 0;
        for (size_t k = 0; k < labels; k++)
            all += counts[t * labels + k];
        for (size_t k = 0; k < labels; k++) {
            const size_t count = counts[t * labels + k];
            const double share = all > 0 ? (double)count / (double)all : 0.0;
            mlpi_add_point(figure, cells, (double[]){(double)k, (double)t, share});
            if (labels > 30)
                continue;
            char *text = mlpi_figure_text(figure, "%zu", count);
            if (text != NULL)
                mlpi_add_label(figure, texts, (double)k, (double)t,
                               mlpi_is_dark(mlpi_scale_colour(panel->scale, share)), text);
            free(text);
        }
    }
}

mlp_status mlpi_plot_confusion(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    mlp_outcomes o = {0};
    const mlpi_pipeline *p = &request->model->pipeline;
    const size_t labels = p->label_count;
    size_t cells = 0;
    size_t *counts =
        mlpi_multiply(labels, labels, &cells) ? mlpi_allocate(cells, sizeof *counts) : NULL;
    if (counts == NULL)
        return mlpi_fail_memory(err, "the confusion matrix");
    const mlp_status status = mlpi_take_outcomes(request, &o, err);
    if (status == MLP_OK) {
        mlpi_confusion(o.label, o.predicted, o.rows, labels, counts);
        mlpi_panel *panel = mlpi_add_panel(figure, NULL, "predicted", "true");
        mlpi_name_axis(figure, &panel->x, (const char *const *)p->labels, labels);
        mlpi_name_axis(figure, &panel->y, (const char *const *)p->labels, labels);
        panel->y.reversed = true;
        panel->scale = MLPI_SHARES;
        panel->lowest = 0.0;
        panel->highest = 1.0;
        panel->square = true;
        panel->value_label = mlpi_figure_text(figure, "share of the true label's rows");
        add_cells(figure, panel, counts, labels);
        figure->title =
            mlpi_figure_text(figure, "%s: true against predicted",
                             mlpi_short(p->targets[0].name, MLPI_IN_TITLE, (char[MLPI_SHORT]){0}));
        mlpi_describe(figure, "Rows by true and predicted %s; %zu row%s, accuracy %.4g.",
                      p->targets[0].name, o.rows, mlpi_plural(o.rows),
                      mlpi_accuracy(o.label, o.predicted, o.rows));
        figure->width = labels > 6 ? 760 : 600;
        figure->height = labels > 6 ? 680 : 520;
        mlpi_outcomes_done(request, &o);
    }
    mlpi_free(counts);
    return status;
}

/* --- regression ------------------------------------------------------------------------------- */

/* Counts the points in each of BINS x BINS cells of the panel. */
static void count_cells(const double *x, const double *y, size_t rows, mlpi_range across,
                        mlpi_range up, double *counts)
{
    for (size_t r = 0; r < rows; r++) {
        const double u = (x[r] - across.lowest) / (across.highest - across.lowest) * BINS;
        const double v = (y[r] - up.lowest) / (up.highest - up.lowest) * BINS;
        if (u >= 0.0 && v >= 0.0)
            counts[(size_t)fmin(v, BINS - 1) * BINS + (size_t)fmin(u, BINS - 1)] += 1.0;
    }
}

static void add_counts(mlp_figure *figure, mlpi_panel *panel, const double *counts,
                       mlpi_range across, mlpi_range up)
{
    mlpi_series *grid = mlpi_add_series(figure, panel, MLPI_MAP, "log10 of rows");
    grid->unlisted = true;
    grid->columns = grid->rows = BINS;
    for (size_t i = 0; i < (size_t)BINS * BINS; i++) {
        const double u = ((double)(i % BINS) + 0.5) / BINS, v = ((double)(i / BINS) + 0.5) / BINS;
        mlpi_add_point(figure, grid,
                       (double[]){across.lowest + u * (across.highest - across.lowest),
                                  up.lowest + v * (up.highest - up.lowest),
                                  counts[i] > 0.0 ? log10(counts[i]) : (double)NAN});
    }
    panel->value_label = mlpi_figure_text(figure, "rows (powers of ten)");
}

/* Adds points as they are if there are few, or else as a grid that is coloured by the logarithm of
 * the counts. */
static void add_density(mlp_figure *figure, mlpi_panel *panel, const double *x, const double *y,
                        size_t rows)
{
    mlpi_series *points = mlpi_add_series(figure, panel, MLPI_POINTS, "rows");
    points->unlisted = true;
    for (size_t r = 0; r < rows; r++)
        mlpi_add_xy(figure, points, x[r], y[r]);
    if (rows <= MOST_POINTS || figure->failed)
        return;
    const mlpi_range across = mlpi_axis_range(panel, false), up = mlpi_axis_range(panel, true);
    double *counts = mlpi_allocate((size_t)BINS * BINS, sizeof *counts);
    if (counts == NULL) {
        figure->failed = true;
        return;
    }
    count_cells(x, y, rows, across, up, counts);
    points->count = 0;
    add_counts(figure, panel, counts, across, up);
    mlpi_free(counts);
}

/* The true and predicted values of one target. */
typedef struct pairs {
    double *truth, *predicted;
    size_t rows;
    const char *target;
    mlpi_regression scores;
} pairs;

static mlp_status make_pairs(const mlp_plot_request *request, pairs *p, mlp_error *err)
{
    mlp_outcomes o = {0};
    size_t target = 0, count = 0;
    MLPI_TRY(mlpi_find_outputs(request->model, request->label, &target, &count, err));
    MLPI_TRY(mlpi_take_outcomes(request, &o, err));
    *p = (pairs){.rows = o.rows, .target = mlp_model_target(request->model, target)};
    p->truth = mlpi_allocate(p->rows, sizeof *p->truth);
    p->predicted = mlpi_allocate(p->rows, sizeof *p->predicted);
    const bool room = p->truth != NULL && p->predicted != NULL;
    for (size_t r = 0; room && r < p->rows; r++) {
        p->truth[r] = o.truth[r * o.width + target];
        p->predicted[r] = o.values[r * o.width + target];
    }
    p->scores = mlpi_regression_scores(o.truth, o.values, p->rows, o.width, target);
    mlpi_outcomes_done(request, &o);
    return room ? MLP_OK : mlpi_fail_memory(err, "the predictions");
}

static void release_pairs(pairs *p)
{
    mlpi_free(p->truth);
    mlpi_free(p->predicted);
}

/* A common range of true and predicted values, with a little room. */
static mlpi_range common_range(const pairs *p)
{
    mlpi_range range = {INFINITY, -INFINITY};
    for (size_t r = 0; r < p->rows; r++) {
        range.lowest = fmin(range.lowest, fmin(p->truth[r], p->predicted[r]));
        range.highest = fmax(range.highest, fmax(p->truth[r], p->predicted[r]));
    }
    const double room = range.highest > range.lowest ? (range.highest - range.lowest) * 0.03 : 1.0;
    return (mlpi_range){range.lowest - room, range.highest + room};
}

mlp_status mlpi_plot_predicted(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    pairs p = {0};
    const mlp_status status = make_pairs(request, &p, err);
    if (status == MLP_OK) {
        mlpi_panel *panel = mlpi_add_panel(figure, NULL, NULL, NULL);
        panel->x.label = mlpi_figure_text(figure, "actual %s", p.target);
        panel->y.label = mlpi_figure_text(figure, "predicted %s", p.target);
        const mlpi_range across = common_range(&p);
        panel->x.lowest = panel->y.lowest = across.lowest;
        panel->x.highest = panel->y.highest = across.highest;
        panel->square = true;
        add_density(figure, panel, p.truth, p.predicted, p.rows);
        mlpi_series *line = mlpi_add_series(figure, panel, MLPI_LINE, "predicted = actual");
        line->colour = MLPI_BLACK;
        line->dashed = true;
        mlpi_add_xy(figure, line, across.lowest, across.lowest);
        mlpi_add_xy(figure, line, across.highest, across.highest);
        figure->title = mlpi_figure_text(figure, "%s: predicted against actual (R² %.3f)",
                                         mlpi_short(p.target, MLPI_IN_TITLE, (char[MLPI_SHORT]){0}),
                                         p.scores.r2);
        mlpi_describe(figure, "%zu row%s, RMSE %s, mean absolute error %s, R² %.4g.", p.rows,
                      mlpi_plural(p.rows), mlpi_shown(p.scores.rmse, (char[MLPI_SHOWN]){0}),
                      mlpi_shown(p.scores.mae, (char[MLPI_SHOWN]){0}), p.scores.r2);
        figure->width = 680;
        figure->height = 640;
    }
    release_pairs(&p);
    return status;
}

/* Adds a histogram of the errors in BARS equal steps. */
static void add_histogram(mlp_figure *figure, mlpi_panel *panel, const double *errors, size_t rows)
{
    double far = 0.0, counts[BARS] = {0};
    for (size_t r = 0; r < rows; r++)
        far = fmax(far, fabs(errors[r]));
    const double step = far > 0.0 ? 2.0 * far / BARS : 1.0;
    for (size_t r = 0; r < rows; r++)
        counts[(size_t)fmin(fmax((errors[r] + far) / step, 0.0), BARS - 1)] += 1.0;
    mlpi_series *bars = mlpi_add_series(figure, panel, MLPI_BARS, "rows");
    bars->unlisted = true;
    bars->step = step;
    panel->y.whole = true;
    for (int i = 0; i < BARS; i++)
        mlpi_add_xy(figure, bars, -far + ((double)i + 0.5) * step, counts[i]);
}

/* Adds the errors against the predictions, and the line of no error. */
static void add_errors(mlp_figure *figure, const pairs *p, const double *errors)
{
    mlpi_panel *panel = mlpi_add_panel(figure, "by prediction", NULL, "actual − predicted");
    panel->x.label = mlpi_figure_text(figure, "predicted %s", p->target);
    add_density(figure, panel, p->predicted, errors, p->rows);
    const mlpi_range across = mlpi_axis_range(panel, false);
    mlpi_series *line = mlpi_add_series(figure, panel, MLPI_LINE, "no error");
    line->colour = MLPI_BLACK;
    line->dashed = line->unlisted = true;
    mlpi_add_xy(figure, line, across.lowest, 0.0);
    mlpi_add_xy(figure, line, across.highest, 0.0);
}

mlp_status mlpi_plot_residuals(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    pairs p = {0};
    const mlp_status status = make_pairs(request, &p, err);
    if (status == MLP_OK) {
        for (size_t r = 0; r < p.rows; r++)
            p.truth[r] -= p.predicted[r];
        add_errors(figure, &p, p.truth);
        mlpi_panel *spread = mlpi_add_panel(figure, "distribution", "actual − predicted", "rows");
        add_histogram(figure, spread, p.truth, p.rows);
        figure->title = mlpi_figure_text(figure, "%s: errors (RMSE %s)",
                                         mlpi_short(p.target, MLPI_IN_TITLE, (char[MLPI_SHORT]){0}),
                                         mlpi_shown(p.scores.rmse, (char[MLPI_SHOWN]){0}));
        mlpi_describe(figure, "Errors of %zu row%s: RMSE %s, mean absolute error %s.", p.rows,
                      mlpi_plural(p.rows), mlpi_shown(p.scores.rmse, (char[MLPI_SHOWN]){0}),
                      mlpi_shown(p.scores.mae, (char[MLPI_SHOWN]){0}));
        figure->columns = 2;
        figure->width = 1000;
        figure->height = 460;
    }
    release_pairs(&p);
    return status;
}
