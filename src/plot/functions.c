/* SPDX-License-Identifier: MIT */
/* Pictures of the functions that networks are made of. */
#include <math.h>

#include "base/base.h"
#include "mlp/activation.h"
#include "network/layout.h"
#include "plot/kinds.h"

enum { STEPS = 160, LECTURE = MLP_GAUSSIAN + 1 };

/* --- activations ------------------------------------------------------------------------------ */

/* Lines break where a function jumps: between two neighbours that a steep slope does not explain.
 */
static void add_function(mlp_figure *figure, mlpi_series *series, mlp_activation f,
                         double (*value)(mlp_activation, double), double reach)
{
    const double step = 2.0 * reach / STEPS;
    double before = 0.0;
    for (int i = 0; i <= STEPS; i++) {
        const double h = (i - STEPS / 2) * step, y = value(f, h);
        if (i > 0 && fabs(y - before) > 12.0 * step)
            mlpi_add_xy(figure, series, h, (double)NAN);
        mlpi_add_xy(figure, series, h, y);
        before = y;
    }
}

static void add_activation(mlp_figure *figure, mlp_activation f)
{
    const mlp_activation_info *info = mlp_activation_describe(f);
    mlpi_panel *panel = mlpi_add_panel(figure, info->name, "h", "f(h), df/dh");
    mlpi_series *value = mlpi_add_series(figure, panel, MLPI_LINE, "function f(h)");
    mlpi_series *slope = mlpi_add_series(figure, panel, MLPI_LINE, "derivative df/dh");
    slope->dashed = true;
    slope->colour = 1;
    value->colour = 0;
    add_function(figure, value, f, mlp_activation_value, 4.0);
    add_function(figure, slope, f, mlp_activation_slope, 4.0);
    mlpi_describe(figure, "%s: f(h) = %s, df/dh = %s.", info->name, info->formula,
                  info->derivative);
}

static mlp_status add_named(const mlp_names *names, mlp_figure *figure, mlp_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        mlp_activation f = MLP_LINEAR;
        if (!mlp_activation_from_name(names->items[i], &f) || f == MLP_SOFTMAX)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "there is no activation function \"%s\" of one number",
                             names->items[i]);
        add_activation(figure, f);
    }
    return MLP_OK;
}

mlp_status mlpi_plot_activations(const mlp_plot_request *request, mlp_figure *figure,
                                 mlp_error *err)
{
    figure->title = mlpi_figure_text(figure, "Activation functions and their derivatives");
    if (request->activations.count > 0)
        MLPI_TRY(add_named(&request->activations, figure, err));
    else
        for (int f = 0; f < LECTURE; f++)
            add_activation(figure, (mlp_activation)f);
    figure->columns = figure->count < 3 ? figure->count : figure->count == 4 ? 2 : 3;
    const size_t rows = (figure->count + figure->columns - 1) / figure->columns;
    figure->width = figure->columns == 1 ? 640 : 300 * figure->columns;
    figure->height = rows == 1 && figure->columns == 1 ? 480 : 250 * rows + 60;
    return MLP_OK;
}

/* --- losses ----------------------------------------------------------------------------------- */

/* A neuron whose output can be any y that the loss is defined on. */
static mlp_status neuron_for(mlp_loss loss, mlp_network **neuron, mlp_activation *f, mlp_error *err)
{
    *f = mlp_loss_accepts(loss, MLP_LINEAR) ? MLP_LINEAR : MLP_LOGISTIC;
    return mlp_network_create(1, &(mlp_layer){1, *f}, 1, loss, neuron, err);
}

/* E(y) and dE/dy = Delta / f'(h) for a target s. */
static void add_loss(mlp_figure *figure, mlpi_series *value, mlpi_series *slope,
                     const mlp_network *neuron, mlp_activation f, double s)
{
    const bool bounded = f == MLP_LOGISTIC;
    for (int i = 1; i < STEPS; i++) {
        const double t = (double)i / STEPS;
        const double y = bounded ? t : 4.0 * t - 2.0;
        const double h = bounded ? log(y / (1.0 - y)) : y;
        double output = 0.0, delta = 0.0;
        const double E = mlpi_output_loss(neuron, &h, &s, &output, &delta);
        mlpi_add_xy(figure, value, y, E);
        mlpi_add_xy(figure, slope, y, delta / mlp_activation_slope(f, h));
    }
}

static mlp_status add_loss_panel(mlp_figure *figure, mlp_loss loss, mlp_error *err)
{
    static const char *const names[2][2] = {{"loss for σ = 0", "derivative for σ = 0"},
                                            {"loss for σ = 1", "derivative for σ = 1"}};
    mlp_network *neuron = NULL;
    mlp_activation f = MLP_LINEAR;
    const mlp_loss_info *info = mlp_loss_describe(loss);
    MLPI_TRY(neuron_for(loss, &neuron, &f, err));
    mlpi_panel *panel = mlpi_add_panel(figure, info->name, "output y", "E, dE/dy");
    for (size_t s = 0; s < 2; s++) {
        mlpi_series *value = mlpi_add_series(figure, panel, MLPI_LINE, names[s][0]);
        mlpi_series *slope = mlpi_add_series(figure, panel, MLPI_LINE, names[s][1]);
        slope->dashed = true;
        slope->colour = value->colour = s;
        add_loss(figure, value, slope, neuron, f, (double)s);
    }
    panel->x.lowest = f == MLP_LOGISTIC ? 0.0 : -2.0;
    panel->x.highest = f == MLP_LOGISTIC ? 1.0 : 2.0;
    panel->y.lowest = -5.0;
    panel->y.highest = 5.0;
    mlp_network_free(neuron);
    mlpi_describe(figure, "%s: E = %s, dE/dy_k = %s.", info->name, info->formula, info->derivative);
    return MLP_OK;
}

mlp_status mlpi_plot_losses(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    (void)request;
    figure->title = mlpi_figure_text(figure, "Loss functions and their derivatives, one output");
    for (int loss = 0; loss < MLP_LOSS_COUNT; loss++)
        MLPI_TRY(add_loss_panel(figure, (mlp_loss)loss, err));
    figure->columns = 3;
    figure->width = 960;
    figure->height = 320 * ((figure->count + 2) / 3) + 60;
    return MLP_OK;
}
