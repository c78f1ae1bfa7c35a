/* SPDX-License-Identifier: MIT */
/* The first layer of an image model: the weights of each neuron as an image, at their pixels. */
#include <math.h>

#include "base/base.h"
#include "network/layout.h"
#include "plot/kinds.h"

enum { MOST_NEURONS = 64 };

size_t mlpi_image_pixel(const mlp_model *model, size_t feature)
{
    const mlpi_pipeline *p = &model->pipeline;
    size_t pixel = p->features[feature].position;
    for (size_t t = 0; t < p->target_count; t++)
        pixel -= p->targets[t].position < p->features[feature].position ? 1 : 0;
    return pixel;
}

mlp_status mlpi_image_side(const mlp_model *model, size_t *side, mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    const size_t pixels = p->feature_count + model->provenance.ignored_count;
    const size_t root = (size_t)lround(sqrt((double)pixels));
    bool fits = root >= 4 && root * root == pixels;
    for (size_t i = 0; i < p->feature_count; i++)
        fits =
            fits && mlpi_feature_is_numeric(&p->features[i]) && mlpi_image_pixel(model, i) < pixels;
    *side = root;
    return fits ? MLP_OK
                : mlpi_fail(
                      err, MLP_ERROR_ARGUMENT,
                      "weights is for models of square images in numeric columns, but this model "
                      "with %zu columns is not one; the picture \"network\" shows its weights",
                      pixels);
}

/* A grid of images with one empty cell between them. Rows of the grid run upwards, those of an
 * image downwards. */
typedef struct tiles {
    size_t side, across, down, columns, rows;
    double *cells;
} tiles;

static bool make_tiles(tiles *t, size_t side, size_t neurons)
{
    t->side = side;
    t->across = (size_t)ceil(sqrt((double)neurons));
    t->down = (neurons + t->across - 1) / t->across;
    t->columns = t->across * (side + 1) - 1;
    t->rows = t->down * (side + 1) - 1;
    t->cells = mlpi_allocate(t->columns, t->rows * sizeof *t->cells);
    for (size_t i = 0; t->cells != NULL && i < t->columns * t->rows; i++)
        t->cells[i] = (double)NAN;
    return t->cells != NULL;
}

static double *cell(const tiles *t, size_t neuron, size_t pixel)
{
    const size_t x = neuron % t->across * (t->side + 1) + pixel % t->side;
    const size_t y = neuron / t->across * (t->side + 1) + pixel / t->side;
    return &t->cells[(t->rows - 1 - y) * t->columns + x];
}

static void fill(const tiles *t, const mlp_model *model, size_t neurons)
{
    const mlpi_pipeline *p = &model->pipeline;
    const mlp_network *network = mlp_model_network(model);
    const float *w = network->parameters + network->weights_at[0];
    for (size_t n = 0; n < neurons; n++) {
        for (size_t pixel = 0; pixel < t->side * t->side; pixel++)
            *cell(t, n, pixel) = 0.0;
        for (size_t i = 0; i < p->feature_count; i++)
            *cell(t, n, mlpi_image_pixel(model, i)) =
                (double)w[n * p->inputs + p->features[i].first];
    }
}

/* The weight at which the colours reach their ends: three root mean squares, so that one large
 * weight does not make all others pale. */
static double reach_of(const tiles *t)
{
    double sum = 0.0;
    size_t count = 0;
    for (size_t i = 0; i < t->columns * t->rows; i++) {
        if (isfinite(t->cells[i])) {
            sum += t->cells[i] * t->cells[i];
            count++;
        }
    }
    const double deviation = sqrt(sum / (double)count);
    return deviation > 0.0 ? 3.0 * deviation : 1.0;
}

mlp_status mlpi_plot_weights(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    const mlp_network *network = mlp_model_network(request->model);
    const size_t units = network->layers[0].units;
    const size_t neurons = units < MOST_NEURONS ? units : MOST_NEURONS;
    size_t side = 0;
    tiles t;
    MLPI_TRY(mlpi_image_side(request->model, &side, err));
    if (!make_tiles(&t, side, neurons))
        return mlpi_fail_memory(err, "the images");
    fill(&t, request->model, neurons);
    mlpi_panel *panel = mlpi_add_panel(figure, NULL, NULL, NULL);
    mlpi_series *grid = mlpi_add_series(figure, panel, MLPI_MAP, "weights");
    grid->unlisted = true;
    grid->columns = t.columns;
    grid->rows = t.rows;
    for (size_t i = 0; i < t.columns * t.rows; i++)
        mlpi_add_point(figure, grid,
                       (double[]){(double)(i % t.columns), (double)(i / t.columns), t.cells[i]});
    panel->x.hidden = panel->y.hidden = panel->square = true;
    panel->scale = MLPI_DIVERGING;
    panel->highest = reach_of(&t);
    panel->lowest = -panel->highest;
    panel->value_label = mlpi_figure_text(figure, "weight");
    mlpi_free(t.cells);
    figure->title =
        mlpi_figure_text(figure, "First-layer weights of %zu neuron%s, %zu x %zu pixels", neurons,
                         mlpi_plural(neurons), side, side);
    if (mlp_model_member_count(request->model) > 1)
        mlpi_describe(figure, "Network 1 of the %zu whose mean is the model's prediction.",
                      mlp_model_member_count(request->model));
    mlpi_describe(figure, "One image per neuron, in order from the top left; %zu of %zu neurons.",
                  neurons, units);
    figure->width = 720;
    figure->height = 640;
    return MLP_OK;
}
