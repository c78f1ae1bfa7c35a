/* SPDX-License-Identifier: MIT */
/* Losses and metrics epoch by epoch, from the JSON lines of mlp train --log. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/metric_sums.h"
#include "mlp/json.h"
#include "plot/kinds.h"

/* A summary of the logs that have been read. */
typedef struct summary {
    const char *metric; /* name of the metric; NULL: none yet; "": unknown, or logs differ */
    size_t networks;    /* the greatest number of networks in any log */
} summary;

/* The series of one log. */
typedef struct curves {
    mlpi_series *training, *validation, *metric, *best_loss, *best_metric;
    size_t *networks; /* number of networks in the log; only the first network is drawn */
    summary *all;
} curves;

static double member(mlp_json_value line, const char *name)
{
    double number = 0.0;
    return mlp_json_number(mlp_json_member(line, name), &number) ? number : (double)NAN;
}

char *mlpi_run_name(mlp_figure *figure, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    const size_t length = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    return mlpi_figure_text(figure, "%.*s", (int)length, name);
}

static mlpi_series *add_curve(mlp_figure *figure, mlpi_panel *panel, mlpi_mark mark, size_t run,
                              const char *name, const char *what)
{
    char *whole = name != NULL ? mlpi_figure_text(figure, "%s: %s", name, what)
                               : mlpi_figure_text(figure, "%s", what);
    mlpi_series *series = mlpi_add_series(figure, panel, mark, whole != NULL ? whole : what);
    series->colour = run;
    free(whole);
    return series;
}

/* Reads the name of the metric from a line; logs of earlier versions have none. */
static void take_name(const curves *c, mlp_json_value line)
{
    static const char *const names[] = {"", "accuracy", "rmse"};
    const char *text = mlp_json_text(mlp_json_member(line, "metric")), *name = names[0];
    for (size_t i = 0; text != NULL && i < sizeof names / sizeof names[0]; i++)
        name = strcmp(text, names[i]) == 0 ? names[i] : name;
    const char *before = c->all->metric;
    c->all->metric = before == NULL || before == name ? name : names[0];
}

static void add_epoch(mlp_figure *figure, const curves *c, mlp_json_value line)
{
    const double epoch = member(line, "epoch"), training = member(line, "training_loss");
    const double validation = member(line, "validation_loss");
    const double metric = member(line, "validation_metric");
    mlpi_add_xy(figure, c->training, epoch, training);
    if (isfinite(validation))
        mlpi_add_xy(figure, c->validation, epoch, validation);
    if (isfinite(metric)) {
        take_name(c, line);
        mlpi_add_xy(figure, c->metric, epoch, metric);
    }
    if (!mlp_json_true(mlp_json_member(line, "best")))
        return;
    c->best_loss->count = c->best_metric->count = 0; /* drops the best epoch so far */
    mlpi_add_xy(figure, c->best_loss, epoch, isfinite(validation) ? validation : training);
    if (isfinite(metric))
        mlpi_add_xy(figure, c->best_metric, epoch, metric);
}

/* Adds the epoch of a line; of networks that train side by side, only the first is drawn. */
static mlp_status read_line(const char *path, size_t number, const char *text, size_t length,
                            const curves *c, mlp_figure *figure, mlp_error *err)
{
    mlp_json *line = NULL;
    if (mlp_json_read(text, length, &line, NULL) == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, path);
    const mlp_json_value epoch = mlp_json_root(line);
    const bool sound = isfinite(member(epoch, "epoch"));
    const double network = member(epoch, "network");
    if (network > (double)*c->networks && network < 1e9)
        *c->networks = (size_t)network;
    if (sound && !(network > 1.0))
        add_epoch(figure, c, epoch);
    mlp_json_free(line);
    return sound ? MLP_OK
                 : mlpi_fail_at(err, MLP_ERROR_DATA, path, number, 0,
                                "this is not a line of a training log, as `log` writes it");
}

static mlp_status read_lines(const char *path, const char *text, size_t size, const curves *c,
                             mlp_figure *figure, mlp_error *err)
{
    size_t line = 0;
    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        const size_t length = end != NULL ? (size_t)(end - text) : size;
        line++;
        if (length > 0)
            MLPI_TRY(read_line(path, line, text, length, c, figure, err));
        const size_t used = end != NULL ? length + 1 : length;
        text += used;
        size -= used;
    }
    return line > 0 ? MLP_OK
                    : mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                                   "the log is empty; it must have a line for every epoch");
}

static mlp_status add_run(const char *path, size_t run, const char *name, mlpi_panel *losses,
                          mlpi_panel *metrics, summary *all, mlp_figure *figure, mlp_error *err)
{
    unsigned char *bytes = NULL;
    size_t size = 0, networks = 1;
    const curves c = {
        .training = add_curve(figure, losses, MLPI_LINE, run, name, "training"),
        .validation = add_curve(figure, losses, MLPI_LINE, run, name, "validation"),
        .best_loss = add_curve(figure, losses, MLPI_POINTS, run, NULL, "best epoch"),
        .metric = add_curve(figure, metrics, MLPI_LINE, run, name, "validation"),
        .best_metric = add_curve(figure, metrics, MLPI_POINTS, run, NULL, "best epoch"),
        .networks = &networks,
        .all = all,
    };
    c.training->dashed = true;
    c.best_loss->size = c.best_metric->size = 1.3;
    c.best_loss->unlisted = c.best_metric->unlisted = run > 0;
    c.training->unlisted = name != NULL; /* several runs: see name_training */
    MLPI_TRY(
        mlpi_read_file(path, MLP_ERROR_DATA, "training with `log` writes one", &bytes, &size, err));
    const mlp_status status = read_lines(path, (const char *)bytes, size, &c, figure, err);
    mlpi_free(bytes);
    all->networks = networks > all->networks ? networks : all->networks;
    if (status == MLP_OK && networks > 1)
        mlpi_describe(figure, "%s: network 1 of %zu.", path, networks);
    if (status == MLP_OK && c.best_loss->count > 0)
        mlpi_describe(figure, "%s: best epoch %.0f with loss %.4g.", path,
                      mlpi_number(c.best_loss, 0, MLPI_X), mlpi_number(c.best_loss, 0, MLPI_Y));
    else if (status == MLP_OK)
        mlpi_describe(figure, "%s: no epoch is marked as the best.", path);
    return status;
}

/* Lets the dashed training lines of several runs share an entry of the legend, except for those of
 * runs without validation. */
static void name_training(mlp_figure *figure, mlpi_panel *losses)
{
    const mlpi_series *dashed = NULL;
    for (size_t k = 0; k + 1 < losses->count; k++) {
        mlpi_series *s = losses->series[k];
        const bool alone = losses->series[k + 1]->count == 0; /* the run has no validation */
        if (!s->dashed || !s->unlisted)
            continue;
        s->unlisted = !alone;
        dashed = alone ? dashed : s;
    }
    if (dashed != NULL)
        mlpi_add_entry(figure, losses, dashed, mlpi_figure_text(figure, "training"))->colour =
            MLPI_GREY;
}

/* Whether the losses span so many powers of ten that their axis should be logarithmic. */
static bool spans_decades(const mlpi_panel *panel)
{
    double lowest = INFINITY, highest = 0.0;
    for (size_t k = 0; k < panel->count; k++) {
        for (size_t i = 0; i < panel->series[k]->count; i++) {
            const double y = mlpi_number(panel->series[k], i, MLPI_Y);
            lowest = y < lowest ? y : lowest;
            highest = y > highest ? y : highest;
        }
    }
    return lowest > 0.0 && highest / lowest > 30.0;
}

/* The label of the metric: by the task of the model, if a model is given, or else as in the
 * logs. */
static const char *metric_axis(const char *name, const mlp_model *model)
{
    if (model != NULL)
        name = mlp_model_task(model) == MLP_TASK_CLASSIFICATION ? "accuracy" : "rmse";
    return name == NULL || name[0] == '\0' ? "metric" : mlpi_metric_shown(name);
}

mlp_status mlpi_plot_history(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    const mlp_names *logs = &request->logs;
    mlpi_panel *losses = mlpi_add_panel(figure, "loss", "epoch", "mean loss E");
    mlpi_panel *metrics = mlpi_add_panel(figure, "metric", "epoch", NULL);
    summary all = {.metric = NULL, .networks = 1};
    for (size_t i = 0; i < logs->count; i++) {
        char *name = logs->count > 1 ? mlpi_run_name(figure, logs->items[i]) : NULL;
        const mlp_status status =
            add_run(logs->items[i], i, name, losses, metrics, &all, figure, err);
        free(name);
        MLPI_TRY(status);
    }
    name_training(figure, losses);
    losses->y.log = spans_decades(losses);
    metrics->y.label = mlpi_figure_text(figure, "%s on the validation part",
                                        metric_axis(all.metric, request->model));
    figure->title = all.networks == 1 ? mlpi_figure_text(figure, "Training")
                    : logs->count == 1
                        ? mlpi_figure_text(figure, "Training of network 1 of %zu", all.networks)
                        : mlpi_figure_text(figure, "Training of the first network of each log");
    bool validated = false;
    for (size_t k = 0; k < metrics->count; k++)
        validated = validated || metrics->series[k]->count > 0;
    if (!validated)
        mlpi_drop_last_panel(figure);
    figure->columns = figure->count;
    figure->width = figure->count > 1 ? 1000 : 640;
    figure->height = 440 + 30 * (logs->count - 1); /* 30: room for each further name */
    return MLP_OK;
}
