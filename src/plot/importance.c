/* SPDX-License-Identifier: MIT */
/* Which columns a model uses. */
#include "mlp/importance.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "plot/kinds.h"

enum { MOST_COLUMNS = 25, MOST_ROWS = 20000 };

/* A column and its number, to be sorted. */
typedef struct ranked {
    mlp_column_importance importance;
    size_t column;
} ranked;

static int by_importance(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->importance.mean != y->importance.mean)
        return x->importance.mean < y->importance.mean ? 1 : -1;
    return (x->column > y->column) - (x->column < y->column);
}

/* Bars sideways, the most important column on top, with one deviation to either side. */
static void add_bars(mlp_figure *figure, const mlp_model *model, const ranked *columns,
                     size_t shown, const char *metric)
{
    char *label = mlpi_figure_text(figure, "how much worse %s gets", metric);
    mlpi_panel *panel = mlpi_add_panel(figure, NULL, label, NULL);
    mlpi_series *bars = mlpi_add_series(figure, panel, MLPI_BARS, "mean");
    mlpi_series *spread = mlpi_add_series(figure, panel, MLPI_LINE, "deviation");
    const char **names = mlpi_allocate(shown, sizeof *names);
    bars->step = 0.7;
    bars->unlisted = spread->unlisted = true;
    spread->colour = 7;
    panel->y.reversed = true;
    for (size_t i = 0; names != NULL && i < shown; i++) {
        const mlp_column_importance c = columns[i].importance;
        names[i] = mlp_model_column(model, columns[i].column);
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

/* That of the request, or computed here. */
static mlp_status take_importance(const mlp_plot_request *request, mlp_importance *importance,
                                  mlp_error *err)
{
    mlp_importance_options options = mlp_importance_options_default();
    options.threads = request->threads;
    options.rows = MOST_ROWS;
    if (request->importance == NULL)
        return mlp_model_importance(request->model, request->table, &options, importance, err);
    *importance = *request->importance;
    return MLP_OK;
}

static void importance_done(const mlp_plot_request *request, mlp_importance *importance)
{
    if (request->importance == NULL)
        mlp_importance_release(importance);
}

mlp_status mlpi_plot_importance(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    mlp_importance importance = {0};
    MLPI_TRY(take_importance(request, &importance, err));
    ranked *columns = mlpi_allocate(importance.count, sizeof *columns);
    if (columns == NULL) {
        importance_done(request, &importance);
        return mlpi_fail_memory(err, "the columns");
    }
    for (size_t c = 0; c < importance.count; c++)
        columns[c] = (ranked){importance.columns[c], c};
    qsort(columns, importance.count, sizeof *columns, by_importance);
    const size_t shown = importance.count < MOST_COLUMNS ? importance.count : MOST_COLUMNS;
    add_bars(figure, request->model, columns, shown, importance.metric);
    figure->title = mlpi_figure_text(figure, "%s: importance of the columns",
                                     mlp_model_target(request->model, 0));
    mlpi_describe(figure,
                  "How much worse %s (%s on these %zu rows) gets when one column is shuffled: mean "
                  "and deviation of %zu shuffles.",
                  importance.metric, mlpi_shown(importance.figure, (char[MLPI_SHOWN]){0}),
                  importance.rows, importance.repeats);
    if (shown < importance.count)
        mlpi_describe(figure, "The %zu most important of %zu columns.", shown, importance.count);
    figure->width = 760;
    figure->height = 140 + 26 * shown;
    mlpi_free(columns);
    importance_done(request, &importance);
    return MLP_OK;
}
