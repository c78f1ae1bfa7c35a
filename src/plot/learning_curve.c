/* SPDX-License-Identifier: MIT */
/* A metric as a function of the number of training rows, from the JSON of mlp learning-curve: the
 * metric's mean and standard deviation over the folds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/json.h"
#include "plot/kinds.h"

static double member(mlp_json_value object, const char *name)
{
    double number = 0.0;
    return mlp_json_number(mlp_json_member(object, name), &number) ? number : (double)NAN;
}

/* The figure, and the file whose curve is being added to it. */
typedef struct drawn {
    mlp_figure *figure;
    mlpi_panel *panel;
    char *metric; /* that of the first file, which the others must share; NULL: no file yet */
    size_t run;
    const char *name; /* name of the run */
} drawn;

typedef struct place {
    double rows, mean;
} place;

static mlp_status add_steps(const drawn *d, const char *path, mlp_json_value steps, mlp_error *err)
{
    mlpi_series *band =
        mlpi_add_series(d->figure, d->panel, MLPI_BAND, "mean ± standard deviation of the folds");
    mlpi_series *line = mlpi_add_series(d->figure, d->panel, MLPI_LINE, d->name);
    mlpi_series *points = mlpi_add_series(d->figure, d->panel, MLPI_POINTS, d->name);
    band->colour = line->colour = points->colour = d->run;
    band->unlisted = d->run > 0;
    points->unlisted = true;
    points->size = 1.1;
    place first = {0}, last = {0};
    size_t count = 0; /* counted here, since series lose points if memory runs out */
    for (mlp_json_value step = mlp_json_first(steps); mlp_json_kind_of(step) == MLP_JSON_OBJECT;
         step = mlp_json_next(step)) {
        const mlp_json_value figure = mlp_json_member(mlp_json_member(step, "metrics"), d->metric);
        const double rows = member(step, "rows"), mean = member(figure, "mean");
        const double deviation = member(figure, "deviation");
        if (!(rows > 0.0) || !isfinite(rows) || !isfinite(mean - deviation) ||
            !isfinite(mean + deviation))
            continue;
        mlpi_add_point(d->figure, band, (const double[]){rows, mean - deviation, mean + deviation});
        mlpi_add_xy(d->figure, line, rows, mean);
        mlpi_add_xy(d->figure, points, rows, mean);
        last = (place){rows, mean};
        first = count++ == 0 ? last : first;
    }
    if (count == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                            "no step of the learning curve has finite numbers");
    mlpi_describe(d->figure, "%s: %s %.4g with %.0f rows, %.4g with %.0f.", path, d->metric,
                  first.mean, first.rows, last.mean, last.rows);
    return MLP_OK;
}

static mlp_status add_document(drawn *d, const char *path, mlp_json_value root, mlp_error *err)
{
    const char *metric = mlp_json_text(mlp_json_member(root, "metric"));
    const mlp_json_value steps = mlp_json_member(root, "steps");
    if (metric == NULL || mlp_json_kind_of(steps) != MLP_JSON_ARRAY)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, path, 0, 0,
            "is not a learning curve in JSON; learning-curve with `json` writes one");
    if (d->metric == NULL) {
        d->metric = mlpi_figure_text(d->figure, "%s", metric);
        if (d->metric == NULL)
            return mlpi_fail_memory(err, "a figure");
    } else if (strcmp(d->metric, metric) != 0)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, path, 0, 0,
            "this curve shows %s, but the first one shows %s; all must have the same `metric`",
            metric, d->metric);
    return add_steps(d, path, steps, err);
}

static mlp_status add_file(drawn *d, const char *path, mlp_error *err)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_json *document = NULL;
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_DATA, "learning-curve with `json` writes one", &bytes,
                            &size, err));
    mlp_status status = mlp_json_read((const char *)bytes, size, &document, err);
    if (status == MLP_OK)
        status = add_document(d, path, mlp_json_root(document), err);
    else if (status != MLP_ERROR_MEMORY)
        status =
            mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                         "is not a learning curve in JSON; learning-curve with `json` writes one");
    mlp_json_free(document);
    mlpi_free(bytes);
    return status;
}

mlp_status mlpi_plot_learning_curve(const mlp_plot_request *request, mlp_figure *figure,
                                    mlp_error *err)
{
    const mlp_names *files = &request->logs;
    drawn d = {.figure = figure, .panel = mlpi_add_panel(figure, NULL, "training rows", NULL)};
    mlp_status status = MLP_OK;
    d.panel->x.log = true;
    for (d.run = 0; d.run < files->count && status == MLP_OK; d.run++) {
        char *name = mlpi_run_name(figure, files->items[d.run]);
        d.name = name != NULL ? name : "";
        status = add_file(&d, files->items[d.run], err);
        free(name);
    }
    figure->title = mlpi_figure_text(figure, "Learning curve");
    d.panel->y.label = d.metric; /* the panel owns it from here on */
    figure->width = 640;
    figure->height = 440;
    return status;
}
