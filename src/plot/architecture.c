/* SPDX-License-Identifier: MIT */
/* A network in the usual form: layers as columns of neurons, weights as lines between them. */
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "mlp/output.h"
#include "network/layout.h"
#include "plot/kinds.h"

/* Of a layer with more neurons than MOST_SHOWN, only the first and last ones are drawn, with a gap
 * between them. */
enum { MOST_SHOWN = 10 };
/* The distance of a name from its neuron, as a fraction of that between two layers; and the
 * distance between two layers in pixels. */
static const double BESIDE = 0.08, BETWEEN_LAYERS = 240.0;

typedef struct column {
    size_t units, shown; /* numbers of the layer's neurons, and of those that are drawn */
} column;

static size_t units_of(const mlp_network *network, size_t l)
{
    return l == 0 ? network->inputs : network->layers[l - 1].units;
}

static column column_at(const mlp_network *network, size_t l)
{
    const size_t units = units_of(network, l);
    return (column){units, units > MOST_SHOWN ? MOST_SHOWN : units};
}

/* The number of the i-th neuron that is drawn. */
static size_t neuron_at(column c, size_t i)
{
    return c.shown == c.units || i < c.shown / 2 ? i : c.units - (c.shown - i);
}

/* The y coordinate of the i-th neuron that is drawn; a column is centred on 0 and leaves room for
 * the gap. */
static double height_of(column c, size_t i)
{
    const bool gap = c.shown < c.units;
    const double all = (double)c.shown + (gap ? 1.0 : 0.0);
    const double place = (double)i + (gap && i >= c.shown / 2 ? 1.0 : 0.0);
    return (all - 1.0) / 2.0 - place;
}

static void add_weights(mlp_figure *figure, mlpi_panel *panel, const mlp_network *network)
{
    mlpi_series *lines = mlpi_add_series(figure, panel, MLPI_SEGMENTS, "weights");
    lines->unlisted = true;
    for (size_t l = 0; l < network->count; l++) {
        const column from = column_at(network, l), to = column_at(network, l + 1);
        const float *w = network->parameters + network->weights_at[l];
        for (size_t i = 0; i < to.shown; i++)
            for (size_t j = 0; j < from.shown; j++) {
                const float value = w[neuron_at(to, i) * from.units + neuron_at(from, j)];
                mlpi_add_point(figure, lines,
                               (double[]){(double)l, height_of(from, j), (double)l + 1.0,
                                          height_of(to, i), (double)value});
            }
    }
}

static void add_neurons(mlp_figure *figure, mlpi_panel *panel, const mlp_network *network)
{
    mlpi_series *neurons = mlpi_add_series(figure, panel, MLPI_POINTS, "neurons");
    mlpi_series *gaps = mlpi_add_series(figure, panel, MLPI_LABELS, "gaps");
    neurons->unlisted = gaps->unlisted = true;
    neurons->colour = MLPI_GREY;
    neurons->size = 1.6;
    for (size_t l = 0; l <= network->count; l++) {
        const column c = column_at(network, l);
        for (size_t i = 0; i < c.shown; i++)
            mlpi_add_xy(figure, neurons, (double)l, height_of(c, i));
        if (c.shown < c.units)
            mlpi_add_label(figure, gaps, (double)l,
                           (height_of(c, c.shown / 2 - 1) + height_of(c, c.shown / 2)) / 2.0, false,
                           "⋮");
    }
}

/* Writes the number of neurons and their activation under each column. */
static void add_captions(mlp_figure *figure, mlpi_panel *panel, const mlp_network *network,
                         double lowest, double line)
{
    mlpi_series *captions = mlpi_add_series(figure, panel, MLPI_LABELS, "layers");
    captions->unlisted = true;
    for (size_t l = 0; l <= network->count; l++) {
        char *size = mlpi_figure_text(figure, "%zu", units_of(network, l));
        const char *what =
            l == 0 ? "inputs" : mlp_activation_describe(network->layers[l - 1].activation)->name;
        if (size != NULL) {
            mlpi_add_label(figure, captions, (double)l, lowest - 1.5 * line, false, size);
            mlpi_add_label(figure, captions, (double)l, lowest - 2.5 * line, false, what);
        }
        free(size);
    }
}

/* Writes a name next to each neuron that is drawn. Returns the columns of the longest name. */
static size_t add_names(mlp_figure *figure, mlpi_panel *panel, const char *const *names, column c,
                        double x, char align)
{
    size_t longest = 0;
    mlpi_series *labels = mlpi_add_series(figure, panel, MLPI_LABELS, "names");
    labels->unlisted = true;
    labels->align = align;
    for (size_t i = 0; i < c.shown; i++) {
        const char *name = names[neuron_at(c, i)];
        const size_t columns = mlp_text_columns(name);
        mlpi_add_label(figure, labels, x, height_of(c, i), false, name);
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

/* A name for each network input: that of its column, followed by the category or another suffix if
 * the column has several inputs. */
static char **input_names(mlp_figure *figure, const mlpi_pipeline *p)
{
    char **names = calloc(p->inputs, sizeof *names);
    for (size_t i = 0; names != NULL && i < p->feature_count; i++) {
        const mlpi_feature *f = &p->features[i];
        for (size_t k = 0; k < f->width; k++) {
            char name[512];
            mlpi_feature_name_input(f, k, name, sizeof name);
            names[f->first + k] = mlpi_figure_text(figure, "%s", name);
        }
    }
    if (names == NULL)
        figure->failed = true;
    return names;
}

static size_t add_targets(mlp_figure *figure, mlpi_panel *panel, const mlp_model *model, column c,
                          double x)
{
    size_t longest = 0;
    const size_t width = mlp_model_width(model);
    char **names = calloc(width, sizeof *names);
    for (size_t k = 0; names != NULL && k < width; k++)
        names[k] = mlpi_output_name(figure, model, k);
    if (names == NULL)
        figure->failed = true;
    else if (!figure->failed)
        longest = add_names(figure, panel, (const char *const *)names, c, x, 'l');
    for (size_t k = 0; names != NULL && k < width; k++)
        free(names[k]);
    free(names);
    return longest;
}

static size_t add_inputs(mlp_figure *figure, mlpi_panel *panel, const mlp_model *model)
{
    size_t longest = 0;
    const mlpi_pipeline *p = &model->pipeline;
    char **names = input_names(figure, p);
    if (names != NULL && !figure->failed)
        longest = add_names(figure, panel, (const char *const *)names,
                            column_at(mlp_model_network(model), 0), -BESIDE, 'r');
    for (size_t i = 0; names != NULL && i < p->inputs; i++)
        free(names[i]);
    free(names);
    return longest;
}

static size_t add_outputs(mlp_figure *figure, mlpi_panel *panel, const mlp_model *model)
{
    const mlpi_pipeline *p = &model->pipeline;
    const mlp_network *network = mlp_model_network(model);
    const column outputs = column_at(network, network->count);
    const double x = (double)network->count + BESIDE;
    if (p->coding.single_output)
        return add_names(figure, panel, (const char *const[]){p->labels[1]}, outputs, x, 'l');
    if (p->task == MLP_TASK_CLASSIFICATION)
        return add_names(figure, panel, (const char *const *)p->labels, outputs, x, 'l');
    return add_targets(figure, panel, model, outputs, x);
}

/* Leaves room for captions below the network. Returns the height of a line of text in units of the
 * y axis. */
static double set_height(mlp_figure *figure, mlpi_panel *panel, double reach)
{
    figure->height = reach < 2.5 ? 360 : 560;
    const double line = (2.0 * reach + 1.0) / ((double)figure->height / 22.0 - 6.0);
    panel->y.lowest = -reach - 3.2 * line;
    panel->y.highest = reach + line;
    return line;
}

/* The room next to the first or last layer for names of `columns`, in units of the x axis. */
static double room_for(size_t columns)
{
    /* LETTER in pixels; LEAST and MOST in columns: back ends cut names at MOST. */
    enum { LETTER = 8, LEAST = 28, MOST = 46 };
    const size_t shown = columns < LEAST ? LEAST : columns > MOST ? MOST : columns;
    return BESIDE + (double)(shown * LETTER) / BETWEEN_LAYERS;
}

static void set_width(mlp_figure *figure, mlpi_panel *panel, size_t layers, double left,
                      double right)
{
    enum { WIDEST = 1400 };
    const double width = BETWEEN_LAYERS * ((double)layers + left + right);
    const double squeezed =
        fmin((WIDEST - BETWEEN_LAYERS * (left + right)) / (double)layers / BETWEEN_LAYERS,
             1.0); /* layers move closer together, but names keep their room */
    figure->width = width > WIDEST ? WIDEST : (size_t)width;
    panel->x.lowest = -left / squeezed;
    panel->x.highest = (double)layers + right / squeezed;
}

mlp_status mlpi_plot_network(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    (void)err;
    const mlp_network *network = mlp_model_network(request->model);
    mlpi_panel *panel = mlpi_add_panel(figure, NULL, NULL, NULL);
    double reach = 0.0;
    for (size_t l = 0; l <= network->count; l++)
        reach = fmax(reach, height_of(column_at(network, l), 0));
    const double line = set_height(figure, panel, reach);
    panel->x.hidden = panel->y.hidden = true;
    panel->scale = MLPI_DIVERGING;
    panel->x.label = mlpi_figure_text(
        figure, "weights: blue positive, vermilion negative, wider for larger ones");
    add_weights(figure, panel, network);
    add_neurons(figure, panel, network);
    add_captions(figure, panel, network, -reach, line);
    const size_t inputs = add_inputs(figure, panel, request->model);
    const size_t outputs = add_outputs(figure, panel, request->model);
    set_width(figure, panel, network->count, room_for(inputs), room_for(outputs));
    figure->title = mlpi_figure_text(figure, "Network with %zu layer%s and %zu parameters",
                                     network->count, mlpi_plural(network->count), network->size);
    if (mlp_model_member_count(request->model) > 1)
        mlpi_describe(figure, "The first of the %zu networks whose mean is the prediction.",
                      mlp_model_member_count(request->model));
    mlpi_describe(figure,
                  "Lines: weights, wider for larger ones, blue positive, vermilion negative; of "
                  "layers with more than %d neurons, only the first and last are shown.",
                  MOST_SHOWN);
    return MLP_OK;
}
