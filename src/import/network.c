/* SPDX-License-Identifier: MIT */
/* Makes a network from a chain of layers: factors and shifts between two layers become part of the
 * weights and biases, in double. A bias of mlp is subtracted from its sum. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "import/import.h"

/* The layers from the first to the last, whose outputs are the answer. */
typedef struct chain {
    mlpi_onnx_layer *layer[MLP_MAX_LAYERS];
    size_t count;
} chain;

static mlp_status refuse(const mlpi_importer *im, const char *what)
{
    return mlpi_fail_at(im->err, MLP_ERROR_MODEL, im->graph.source, 0, 0, "%s", what);
}

/* Lists the layers. The last layer has the activation of the answer. */
static mlp_status find_chain(mlpi_importer *im, const mlpi_onnx_answer *answer, chain *c)
{
    size_t length = 0;
    for (size_t l = answer->flow.layer; l > 0; l = im->layer[l].from.layer)
        length++;
    c->count = length;
    for (size_t l = answer->flow.layer; l > 0; l = im->layer[l].from.layer)
        c->layer[--length] = &im->layer[l];
    mlpi_onnx_layer *last = c->layer[c->count - 1];
    if (last->decided)
        return refuse(im,
                      "takes an output from the middle of the network; mlp imports networks that "
                      "are one chain of layers");
    last->decided = true;
    last->inside = answer->flow.inside;
    last->function = (int)answer->activation;
    return MLP_OK;
}

static double weight_of(const mlpi_onnx_layer *layer, size_t i, size_t j)
{
    const size_t at = layer->turned ? i * layer->inputs + j : j * layer->units + i;
    return layer->factor * layer->weights->number[at];
}

/* Writes a neuron: h = a (sum_j W_j (b_j y_j + c_j)) + d, where b and c are factor and shift of
 * `in`. y_j is input place[j] of the network; NULL: input j. false: float cannot hold one of the
 * numbers. */
static bool put_neuron(const mlpi_onnx_layer *layer, const mlpi_affine *in, const size_t *place,
                       size_t i, double *sums, size_t inputs, float *weights, float *bias)
{
    const double a = mlpi_affine_factor(&layer->inside, i);
    double shift = mlpi_affine_shift(&layer->inside, i);
    bool finite = true;
    memset(sums, 0, inputs * sizeof *sums);
    for (size_t j = 0; j < layer->inputs; j++) {
        const double w = a * weight_of(layer, i, j);
        sums[place != NULL ? place[j] : j] += w * mlpi_affine_factor(in, j);
        shift += w * mlpi_affine_shift(in, j);
    }
    for (size_t j = 0; j < inputs; j++) {
        weights[j] = (float)sums[j];
        finite = finite && isfinite(weights[j]);
    }
    *bias = (float)(0.0 - shift);
    return finite && isfinite(*bias);
}

static mlp_status fill(mlpi_importer *im, const chain *c, const mlpi_onnx_columns *columns,
                       mlp_network *network)
{
    float *parameters = mlp_network_parameters(network);
    size_t inputs = mlp_network_inputs(network), widest = inputs;
    for (size_t l = 0; l < c->count; l++)
        widest = c->layer[l]->units > widest ? c->layer[l]->units : widest;
    double *sums = mlpi_arena_take(&im->arena, widest, sizeof *sums);
    if (sums == NULL)
        return mlpi_import_no_memory(im);
    for (size_t l = 0; l < c->count; l++) {
        const mlpi_onnx_layer *layer = c->layer[l];
        float *w = parameters + mlp_network_weights_at(network, l);
        float *b = parameters + mlp_network_biases_at(network, l);
        const mlpi_affine *in = l == 0 ? &columns->left : &layer->from.outside;
        for (size_t i = 0; i < layer->units; i++)
            if (!put_neuron(layer, in, l == 0 ? columns->place : NULL, i, sums, inputs,
                            w + i * inputs, b + i))
                return refuse(im, "has a weight or a factor that is not finite, or that makes a "
                                  "weight too large for float");
        inputs = layer->units;
    }
    return MLP_OK;
}

/* Counts the memory of the parameters: in the network, and once more in the model. */
static bool count_parameters(mlpi_importer *im, const chain *c, size_t inputs)
{
    for (size_t l = 0; l < c->count; l++) {
        size_t own = 0;
        if (!mlpi_multiply(c->layer[l]->units, inputs + 1, &own) ||
            !mlpi_arena_count(&im->arena, own, 2 * sizeof(float)))
            return false;
        inputs = c->layer[l]->units;
    }
    return true;
}

mlp_status mlpi_import_network(mlpi_importer *im, const mlpi_onnx_answer *answer,
                               const mlpi_onnx_columns *columns, mlp_network **network)
{
    chain c;
    mlp_layer layers[MLP_MAX_LAYERS];
    MLPI_TRY(find_chain(im, answer, &c));
    for (size_t l = 0; l < c.count; l++)
        layers[l] = (mlp_layer){c.layer[l]->units, (mlp_activation)c.layer[l]->function};
    if (!count_parameters(im, &c, columns->count))
        return mlpi_import_no_memory(im);
    MLPI_TRY(mlp_network_create(columns->count, layers, c.count, answer->loss, network, im->err));
    return fill(im, &c, columns, *network);
}
