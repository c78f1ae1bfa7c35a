/* SPDX-License-Identifier: MIT */
/* The importance of a model's columns. */
#include "model/importance.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "evaluate/metric_sums.h"
#include "model/ranking.h"
#include "plot/kinds.h"

enum { MOST_COLUMNS = 25 };

/* The targets whose metric gets worse: one, or several with the mean of their metrics. */
typedef struct subject {
    bool mean;
    char targets[MLPI_TARGETS];
} subject;

static mlp_status find_subject(const mlp_plot_request *request, subject *of, mlp_error *err)
{
    size_t first = 0, count = 1;
    if (mlp_model_task(request->model) != MLP_TASK_CLASSIFICATION)
        MLPI_TRY(mlpi_find_outputs(request->model, request->label, &first, &count, err));
    else if (request->label != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`label` names one of several targets here, but this model predicts "
                         "labels, and the importance is for all of them; leave `label` out");
    of->mean = count > 1;
    mlpi_targets_shown(request->model, first, count, of->targets);
    return MLP_OK;
}

/* Adds horizontal bars, the most important column on top, each with a line of one standard
 * deviation to either side. */
static void add_bars(mlp_figure *figure, const mlp_model *model, const mlp_importance *importance,
                     const subject *of, const size_t *ranked, size_t shown)
{
    char *label = mlpi_figure_text(figure, "how much worse %s%s gets", of->mean ? "the mean " : "",
                                   mlpi_metric_shown(importance->metric));
    mlpi_panel *panel = mlpi_add_panel(figure, NULL, label, NULL);
    mlpi_series *bars = mlpi_add_series(figure, panel, MLPI_BARS, "mean");
    mlpi_series *spread = mlpi_add_series(figure, panel, MLPI_LINE, "deviation");
    const char **names = mlpi_allocate(shown, sizeof *names);
    bars->step = 0.7;
    bars->unlisted = spread->unlisted = true;
    spread->colour = 7;
    panel->y.reversed = true;
    for (size_t i = 0; names != NULL && i < shown; i++) {
        const mlp_column_importance c = importance->columns[ranked[i]];
        names[i] = mlp_model_column(model, ranked[i]);
        mlpi_add_xy(figure, bars, c.mean, (double)i);
        mlpi_add_xy(figure, spread, c.mean - c.deviation, (double)i);
        mlpi_add_xy(figure, spread, c.mean + c.deviation, (double)i);
        mlpi_add_xy(figure, spread, (double)NAN, (double)i);
    }
    if (names != NULL)
        mlpi_name_axis(figure, &panel->y, names, shown);
    else
        figure->failed = true;
    mlpi_free(names);
    free(label);
}

static void describe(mlp_figure *figure, const mlp_importance *importance, const subject *of,
                     size_t shown)
{
    mlpi_describe(figure,
                  "How much worse %s (%s on these %zu rows) gets when one column is shuffled: mean "
                  "and standard deviation of %zu shuffles.",
                  mlpi_metric_shown(importance->metric),
                  mlpi_shown(importance->figure, (char[MLPI_SHOWN]){0}), importance->rows,
                  importance->repeats);
    if (of->mean)
        mlpi_describe(figure, "The %s is the mean of those of %s.",
                      mlpi_metric_shown(importance->metric), of->targets);
    if (importance->shuffled < importance->count)
        mlpi_describe(figure,
                      "Of %zu columns, the %zu that move the first layer most were shuffled "
                      "(variance of the inputs times the squared weights).",
                      importance->count, importance->shuffled);
    if (shown < importance->shuffled)
        mlpi_describe(figure, "The %zu most important of %zu columns.", shown,
                      importance->shuffled);
}

static mlp_status draw(const mlp_model *model, const mlp_importance *importance, const subject *of,
                       mlp_figure *figure, mlp_error *err)
{
    const size_t most = importance->shuffled, shown = most < MOST_COLUMNS ? most : MOST_COLUMNS;
    size_t *ranked = NULL;
    MLPI_TRY(mlpi_rank_importance(importance, &ranked, err));
    add_bars(figure, model, importance, of, ranked, shown);
    figure->title = mlpi_figure_text(figure, "%s: importance of the columns", of->targets);
    describe(figure, importance, of, shown);
    figure->width = 760;
    figure->height = 140 + 26 * shown;
    mlpi_free(ranked);
    return MLP_OK;
}

mlp_status mlpi_plot_importance(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    mlp_importance_options options = mlpi_importance_bounded(request->model);
    mlp_importance importance = {0};
    subject of;
    MLPI_TRY(find_subject(request, &of, err));
    if (request->importance != NULL)
        return draw(request->model, request->importance, &of, figure, err);
    options.threads = request->threads;
    options.target = request->label;
    MLPI_TRY(mlp_model_importance(request->model, request->table, &options, &importance, err));
    const mlp_status status = draw(request->model, &importance, &of, figure, err);
    mlp_importance_release(&importance);
    return status;
}
