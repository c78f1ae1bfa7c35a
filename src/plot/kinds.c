/* SPDX-License-Identifier: MIT */
/* The table of the kinds of pictures, and making a figure of a kind. */
#include "plot/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

#define MUST MLP_PLOT_REQUIRED
#define MAY MLP_PLOT_OPTIONAL

typedef struct kind {
    mlp_plot_kind shown;
    mlpi_make make;
} kind;

static const kind kinds[] = {
    {{.name = "activations",
      .arguments = "",
      .summary = "activation functions and their derivatives",
      .activations = MAY},
     mlpi_plot_activations},
    {{.name = "loss-functions",
      .arguments = "",
      .summary = "losses of one output, and their derivatives"},
     mlpi_plot_losses},
    {{.name = "network",
      .arguments = "MODEL",
      .summary = "layers with their sizes, activations and weights",
      .model = MUST},
     mlpi_plot_network},
    {{.name = "weights",
      .arguments = "MODEL",
      .summary = "first-layer weights of an image model as images",
      .model = MUST},
     mlpi_plot_weights},
    {{.name = "history",
      .arguments = "LOG...",
      .summary = "loss and metric by epoch, from files written with `log`",
      .logs = MUST},
     mlpi_plot_history},
    {{.name = "learning-curve",
      .arguments = "FILE...",
      .summary = "a metric by the number of training rows, from what learning-curve writes as JSON",
      .logs = MUST},
     mlpi_plot_learning_curve},
    {{.name = "boundary",
      .arguments = "MODEL DATA `x` COLUMN `y` COLUMN",
      .summary = "predictions over two columns, with the data on top",
      .model = MUST,
      .table = MUST,
      .x = MUST,
      .y = MUST,
      .label = MAY},
     mlpi_plot_boundary},
    {{.name = "response",
      .arguments = "MODEL [DATA] `x` COLUMN",
      .summary = "predictions over one column; with DATA, partial dependence",
      .model = MUST,
      .table = MAY,
      .x = MUST,
      .label = MAY,
      .sweeps = MAY},
     mlpi_plot_response},
    {{.name = "confusion",
      .arguments = "MODEL DATA",
      .summary = "true labels against predicted ones",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .task = MLP_TASK_CLASSIFICATION},
     mlpi_plot_confusion},
    {{.name = "roc",
      .arguments = "MODEL DATA",
      .summary = "true against false positives over all thresholds",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .task = MLP_TASK_CLASSIFICATION,
      .label = MAY},
     mlpi_plot_roc},
    {{.name = "precision-recall",
      .arguments = "MODEL DATA",
      .summary = "precision against recall over all thresholds",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .task = MLP_TASK_CLASSIFICATION,
      .label = MAY},
     mlpi_plot_precision_recall},
    {{.name = "calibration",
      .arguments = "MODEL DATA",
      .summary = "predicted probabilities against observed shares",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .task = MLP_TASK_CLASSIFICATION,
      .label = MAY},
     mlpi_plot_calibration},
    {{.name = "lift",
      .arguments = "MODEL DATA",
      .summary = "gains and lift of the rows, most probable first",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .task = MLP_TASK_CLASSIFICATION,
      .label = MAY},
     mlpi_plot_lift},
    {{.name = "residuals",
      .arguments = "MODEL DATA",
      .summary = "errors by prediction, and their distribution",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .task = MLP_TASK_REGRESSION,
      .label = MAY},
     mlpi_plot_residuals},
    {{.name = "predicted-actual",
      .arguments = "MODEL DATA",
      .summary = "predicted against actual values",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .task = MLP_TASK_REGRESSION,
      .label = MAY},
     mlpi_plot_predicted},
    {{.name = "importance",
      .arguments = "MODEL DATA",
      .summary = "how much worse the model gets with a column shuffled",
      .model = MUST,
      .table = MUST,
      .judges = true,
      .label = MAY},
     mlpi_plot_importance},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

const mlp_plot_kind *mlp_plot_kind_at(size_t i)
{
    return i < KINDS ? &kinds[i].shown : NULL;
}

mlp_status mlp_plot_kind_find(const char *name, const mlp_plot_kind **found, mlp_error *err)
{
    const char *names[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        names[i] = kinds[i].shown.name;
        if (strcmp(name, names[i]) == 0) {
            *found = &kinds[i].shown;
            return MLP_OK;
        }
    }
    const char *near = mlp_nearest_name(name, names, KINDS);
    if (near != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "there is no picture \"%s\"; did you mean %s?",
                         name, near);
    char list[400] = "";
    for (size_t i = 0; i < KINDS; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i > 0 ? ", " : "",
                 names[i]);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "there is no picture \"%s\"; the pictures are %s",
                     name, list);
}

static mlp_status missing(const mlp_plot_kind *k, const char *what, mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%s needs %s; its arguments are %s", k->name, what,
                     k->arguments);
}

/* Refuses members of the request that have no effect on the picture. */
static mlp_status check_effect(const mlp_plot_kind *k, const mlp_plot_request *r, mlp_error *err)
{
    const struct {
        const char *option;
        bool given;
        mlp_plot_need need;
    } all[] = {{"x", r->x != NULL, k->x},
               {"y", r->y != NULL, k->y},
               {"label", r->label != NULL, k->label},
               {"sweep", r->sweeps.count > 0, k->sweeps},
               {"activation", r->activations.count > 0, k->activations}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].given && all[i].need == MLP_PLOT_NONE)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`%s` has no effect on %s; leave it out",
                             all[i].option, k->name);
    return MLP_OK;
}

static mlp_status check(const mlp_plot_kind *k, const mlp_plot_request *r, mlp_error *err)
{
    if (k->model == MLP_PLOT_REQUIRED && r->model == NULL)
        return missing(k, "a model", err);
    if (k->table == MLP_PLOT_REQUIRED && r->table == NULL)
        return missing(k, "data", err);
    if (k->logs == MLP_PLOT_REQUIRED && r->logs.count == 0)
        return missing(k, "a file", err);
    if (k->x == MLP_PLOT_REQUIRED && r->x == NULL)
        return missing(k, "`x`", err);
    if (k->y == MLP_PLOT_REQUIRED && r->y == NULL)
        return missing(k, "`y`", err);
    MLPI_TRY(check_effect(k, r, err));
    if (r->table != NULL && mlp_table_rows(r->table) == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "%s: no rows", mlp_table_source(r->table));
    if (k->task != MLP_TASK_AUTO && k->task != mlp_model_task(r->model))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%s is for %s models, but this model does %s",
                         k->name, k->task == MLP_TASK_REGRESSION ? "regression" : "classification",
                         k->task == MLP_TASK_REGRESSION ? "classification" : "regression");
    return MLP_OK;
}

mlp_status mlp_plot(const mlp_plot_kind *wanted, const mlp_plot_request *request,
                    mlp_figure **figure, mlp_error *err)
{
    MLPI_TRY(check(wanted, request, err));
    mlp_figure *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a figure");
    made->columns = 1;
    made->width = 800;
    made->height = 600;
    mlpi_make make = NULL;
    for (size_t i = 0; i < KINDS; i++)
        make = &kinds[i].shown == wanted ? kinds[i].make : make;
    mlp_status status = make != NULL ? make(request, made, err)
                                     : mlpi_fail(err, MLP_ERROR_ARGUMENT, "no such picture");
    if (status == MLP_OK && request->title != NULL) {
        free(made->title);
        made->title = mlpi_figure_text(made, "%s", request->title);
    }
    if (status == MLP_OK && (made->failed || made->title == NULL || made->description == NULL))
        status = mlpi_fail_memory(err, "a figure");
    if (status == MLP_OK)
        *figure = made;
    else
        mlp_figure_free(made);
    return status;
}
