/* SPDX-License-Identifier: MIT */
/* Which columns a model uses. */
#include "model/importance.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "model/ranking.h"
#include "plot/kinds.h"

enum { MOST_COLUMNS = 25 };

/* Bars sideways, the most important column on top, with one deviation to either side. */
static void add_bars(mlp_figure *figure, const mlp_model *model, const mlp_importance *importance,
                     const size_t *ranked, size_t shown)
{
    char *label = mlpi_figure_text(figure, "how much worse %s gets", importance->metric);
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

static void describe(mlp_figure *figure, const mlp_importance *importance, size_t shown)
{
    mlpi_describe(figure,
                  "How much worse %s (%s on these %zu rows) gets when one column is shuffled: mean "
                  "and deviation of %zu shuffles.",
                  importance->metric, mlpi_shown(importance->figure, (char[MLPI_SHOWN]){0}),
                  importance->rows, importance->repeats);
    if (importance->shuffled < importance->count)
        mlpi_describe(figure,
                      "Of %zu columns those %zu were shuffled that move the first layer most "
                      "(variance of the inputs times the squared weights).",
                      importance->count, importance->shuffled);
    if (shown < importance->shuffled)
        mlpi_describe(figure, "The %zu most important of %zu columns.", shown,
                      importance->shuffled);
}

static mlp_status draw(const mlp_model *model, const mlp_importance *importance, mlp_figure *figure,
                       mlp_error *err)
{
    const size_t most = importance->shuffled, shown = most < MOST_COLUMNS ? most : MOST_COLUMNS;
    size_t *ranked = NULL;
    MLPI_TRY(mlpi_rank_importance(importance, &ranked, err));
    add_bars(figure, model, importance, ranked, shown);
    figure->title = mlpi_figure_text(
        figure, "%s: importance of the columns",
        mlpi_short(mlp_model_target(model, 0), MLPI_IN_TITLE, (char[MLPI_SHORT]){0}));
    describe(figure, importance, shown);
    figure->width = 760;
    figure->height = 140 + 26 * shown;
    mlpi_free(ranked);
    return MLP_OK;
}

mlp_status mlpi_plot_importance(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    mlp_importance_options options = mlpi_importance_bounded(request->model);
    mlp_importance importance = {0};
    if (request->importance != NULL)
        return draw(request->model, request->importance, figure, err);
    options.threads = request->threads;
    MLPI_TRY(mlp_model_importance(request->model, request->table, &options, &importance, err));
    const mlp_status status = draw(request->model, &importance, figure, err);
    mlp_importance_release(&importance);
    return status;
}
