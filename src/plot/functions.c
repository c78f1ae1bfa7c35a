/* SPDX-License-Identifier: MIT */
/* Pictures of activation and loss functions. */
#include <math.h>

#include "base/base.h"
#include "mlp/activation.h"
#include "network/layout.h"
#include "plot/kinds.h"

enum { STEPS = 160, LECTURE = MLP_GAUSSIAN + 1 };

/* --- activations ------------------------------------------------------------------------------ */

/* A function of one number. */
typedef struct function {
    double (*value)(const void *context, double x);
    const void *context;
} function;

/* Whether a function jumps between two points: whether its values at the points still differ after
 * repeated halving has brought the points together. */
static bool jumps(const function *f, double from, double to)
{
    enum { HALVINGS = 30 };
    double low = f->value(f->context, from), high = f->value(f->context, to);
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = 0.5 * (from + to), between = f->value(f->context, middle);
        if (fabs(between - low) > fabs(high - between)) {
            to = middle;
            high = between;
        } else {
            from = middle;
            low = between;
        }
    }
    return fabs(high - low) > 1e-3;
}

/* Adds a function as a line that breaks where the function jumps. */
static void add_function(mlp_figure *figure, mlpi_series *series, const function *f, double lowest,
                         double highest)
{
    const double middle = 0.5 * (lowest + highest), step = (highest - lowest) / STEPS;
    double before = lowest;
    for (int i = 0; i <= STEPS; i++) {
        const double x = middle + (i - STEPS / 2) * step;
        if (i > 0 && jumps(f, before, x))
            mlpi_add_xy(figure, series, x, (double)NAN);
        mlpi_add_xy(figure, series, x, f->value(f->context, x));
        before = x;
    }
}

static double activation_value(const void *f, double h)
{
    return mlp_activation_value(*(const mlp_activation *)f, h);
}

static double activation_slope(const void *f, double h)
{
    return mlp_activation_slope(*(const mlp_activation *)f, h);
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
    add_function(figure, value, &(function){activation_value, &f}, -4.0, 4.0);
    add_function(figure, slope, &(function){activation_slope, &f}, -4.0, 4.0);
    mlpi_describe(figure, "%s: f(h) = %s, df/dh = %s.", info->name, info->formula,
                  info->derivative);
}

static mlp_status add_named(const mlp_names *names, mlp_figure *figure, mlp_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        mlp_activation f = MLP_LINEAR;
        if (!mlp_activation_from_name(names->items[i], &f) || f == MLP_SOFTMAX)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "there is no activation function \"%s\" of one number; give one such "
                             "as tanh or relu",
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

/* Creates a neuron whose output can be any y for which the loss is defined. */
static mlp_status neuron_for(mlp_loss loss, mlp_network **neuron, mlp_activation *f, mlp_error *err)
{
    *f = mlp_loss_accepts(loss, MLP_LINEAR) ? MLP_LINEAR : MLP_LOGISTIC;
    return mlp_network_create(1, &(mlp_layer){1, *f}, 1, loss, neuron, err);
}

/* A neuron of activation f, and its target. */
typedef struct loss_at {
    const mlp_network *neuron;
    mlp_activation f;
    double target;
} loss_at;

/* Computes loss and Delta for an output y; returns the h that yields this output. */
static double evaluate(const loss_at *j, double y, double *loss, double *delta)
{
    const double h = j->f == MLP_LOGISTIC ? log(y / (1.0 - y)) : y;
    double output = 0.0;
    *loss = mlpi_output_loss(j->neuron, &h, &j->target, &output, delta);
    return h;
}

static double loss_value(const void *context, double y)
{
    double loss = 0.0, delta = 0.0;
    evaluate(context, y, &loss, &delta);
    return loss;
}

/* dE/dy = Delta / f'(h) */
static double loss_slope(const void *context, double y)
{
    const loss_at *j = context;
    double loss = 0.0, delta = 0.0;
    const double h = evaluate(j, y, &loss, &delta);
    return delta / mlp_activation_slope(j->f, h);
}

/* Adds E(y) and dE/dy over the range of the output. */
static void add_loss(mlp_figure *figure, mlpi_series *value, mlpi_series *slope, const loss_at *j)
{
    const bool bounded = j->f == MLP_LOGISTIC;
    const double lowest = bounded ? 1.0 / STEPS : -2.0, highest = bounded ? 1.0 - lowest : 2.0;
    add_function(figure, value, &(function){loss_value, j}, lowest, highest);
    add_function(figure, slope, &(function){loss_slope, j}, lowest, highest);
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
        add_loss(figure, value, slope, &(loss_at){neuron, f, (double)s});
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
