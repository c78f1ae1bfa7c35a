/* SPDX-License-Identifier: MIT */
/* Writes networks in float as C: constants, activations, and a function for each network. */
#include <string.h>

#include "export/c.h"

/* --- activations ------------------------------------------------------------------------------ */

/* The body of `static float activate_NAME(float h)`; NULL for linear, which needs none, and for
 * softmax, which needs a whole layer. */
static const char *const bodies[MLP_ACTIVATION_COUNT] = {
    [MLP_STEP] = "return h > 0.0f ? 1.0f : 0.0f;",
    [MLP_SIGN] = "return h > 0.0f ? 1.0f : -1.0f;",
    [MLP_SOFTSIGN] = "return h / (1.0f + fabsf(h));",
    [MLP_LOGISTIC] = ("const float e = expf(-fabsf(h)); "
                      "return h >= 0.0f ? 1.0f / (1.0f + e) : e / (1.0f + e);"),
    [MLP_TANH] = "return tanhf(h);",
    [MLP_RELU] = "return h > 0.0f ? h : 0.0f;",
    [MLP_SOFTPLUS] = "return (h > 0.0f ? h : 0.0f) + log1pf(expf(-fabsf(h)));",
    [MLP_GAUSSIAN] = "return expf(-h * h);",
    [MLP_LEAKY_RELU] = "return h > 0.0f ? h : 0.01f * h;",
    [MLP_ELU] = "return h > 0.0f ? h : expm1f(h);",
    [MLP_SELU] = "return 1.05070099f * (h > 0.0f ? h : 1.67326324f * expm1f(h));",
    [MLP_GELU] = ("return h < -10.0f ? 0.0f : "
                  "h / (1.0f + expf(-1.59576912f * (h + 0.044715f * h * h * h)));"),
    [MLP_SILU] = "return h < -87.0f ? 0.0f : h / (1.0f + expf(-h));",
    [MLP_MISH] = ("const float e = expf(h < 20.0f ? h : 20.0f), n = e * (e + 2.0f); "
                  "return h < -87.0f ? 0.0f : h * (n / (n + 2.0f));"),
    [MLP_HARD_LOGISTIC] = "return h < -3.0f ? 0.0f : h > 3.0f ? 1.0f : (h + 3.0f) / 6.0f;",
    [MLP_HARD_TANH] = "return h < -1.0f ? -1.0f : h > 1.0f ? 1.0f : h;",
    [MLP_EXPONENTIAL] = "return expf(h < 80.0f ? h : 80.0f);",
};

static const char softmax[] = "static void softmax(float *h, size_t count)\n"
                              "{\n"
                              "    float most = h[0], sum = 0.0f;\n"
                              "    for (size_t k = 1; k < count; k++)\n"
                              "        most = h[k] > most || h[k] != h[k] ? h[k] : most;\n"
                              "    for (size_t k = 0; k < count; k++)\n"
                              "        sum += h[k] = expf(h[k] - most);\n"
                              "    for (size_t k = 0; k < count; k++)\n"
                              "        h[k] /= sum;\n"
                              "}\n\n";

static const char product[] =
    "/* y = W x + b, W by rows. */\n"
    "static void product(const float *w, const float *b, size_t inputs, size_t units,\n"
    "                    const float *x, float *y)\n"
    "{\n"
    "    for (size_t i = 0; i < units; i++, w += inputs) {\n"
    "        float sum = b[i];\n"
    "        for (size_t j = 0; j < inputs; j++)\n"
    "            sum += w[j] * x[j];\n"
    "        y[i] = sum;\n"
    "    }\n"
    "}\n\n";

static const char *function_name(mlp_activation f, mlpi_c_name name)
{
    mlpi_c_function("activate", mlp_activation_describe(f)->name, name);
    return name;
}

static bool is_used(const mlpi_c *c, mlp_activation f)
{
    for (size_t m = 0; m < c->networks.count; m++) {
        const mlp_network *network = c->networks.network[m];
        for (size_t l = 0; l < mlp_network_layer_count(network); l++)
            if (mlp_network_layer(network, l).activation == f)
                return true;
    }
    return false;
}

static void put_activations(const mlpi_c *c, FILE *to)
{
    mlpi_c_name name;
    char code[256];
    for (int f = 0; f < MLP_ACTIVATION_COUNT; f++) {
        if (bodies[f] == NULL || !is_used(c, (mlp_activation)f))
            continue;
        snprintf(code, sizeof code, "static float %s(float h) { %s }",
                 function_name((mlp_activation)f, name), bodies[f]);
        mlpi_c_code(to, code);
    }
    if (is_used(c, MLP_SOFTMAX))
        fputs(softmax, to);
}

/* --- networks --------------------------------------------------------------------------------- */

static void put_parameters(mlpi_c *c, FILE *to, size_t m)
{
    const mlp_network *network = c->networks.network[m];
    const float *w = mlp_network_parameters_const(network);
    size_t inputs = mlp_network_inputs(network);
    char name[64];
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const size_t units = mlp_network_layer(network, l).units;
        snprintf(name, sizeof name, "weights_%zu_%zu", m + 1, l + 1);
        mlpi_c_floats(c, to, name, w + mlp_network_weights_at(network, l), units * inputs, 1.0f);
        snprintf(name, sizeof name, "biases_%zu_%zu", m + 1, l + 1);
        mlpi_c_floats(c, to, name, w + mlp_network_biases_at(network, l), units, -1.0f);
        c->cost.multiply_adds += units * inputs;
        inputs = units;
    }
}

static void put_layer(FILE *to, size_t m, size_t l, size_t inputs, mlp_layer layer,
                      const char *from, const char *into)
{
    mlpi_c_name name;
    fprintf(to, "    product(weights_%zu_%zu, biases_%zu_%zu, %zu, %zu, %s, %s);\n", m + 1, l + 1,
            m + 1, l + 1, inputs, layer.units, from, into);
    if (layer.activation == MLP_SOFTMAX)
        fprintf(to, "    softmax(%s, %zu);\n", into, layer.units);
    else if (bodies[layer.activation] != NULL)
        fprintf(to, "    for (size_t i = 0; i < %zu; i++)\n        %s[i] = %s(%s[i]);\n",
                layer.units, into, function_name(layer.activation, name), into);
}

/* The most units in every second hidden layer, from layer `first` on. */
static size_t widest(const mlp_network *network, size_t first)
{
    size_t most = 0;
    for (size_t l = first; l + 1 < mlp_network_layer_count(network); l += 2) {
        const size_t units = mlp_network_layer(network, l).units;
        most = units > most ? units : most;
    }
    return most;
}

/* Writes the function of a network, whose layers write into two buffers in turn. Returns how many
 * floats its buffers hold. */
static size_t put_network(const mlpi_c *c, FILE *to, size_t m)
{
    const mlp_network *network = c->networks.network[m];
    const size_t layers = mlp_network_layer_count(network);
    const size_t odd = widest(network, 0), even = widest(network, 1);
    size_t inputs = mlp_network_inputs(network);
    fprintf(to, "\nstatic void network_%zu(const float *x, float *y)\n{\n", m + 1);
    const size_t picked = mlpi_c_pick(c, to, m, "float");
    const char *from = picked > 0 ? "own" : "x";
    if (odd > 0)
        fprintf(to, "    float a[%zu] = {0.0f};\n", odd);
    if (even > 0)
        fprintf(to, "    float b[%zu] = {0.0f};\n", even);
    for (size_t l = 0; l < layers; l++) {
        const char *into = l + 1 == layers ? "y" : l % 2 == 0 ? "a" : "b";
        const mlp_layer layer = mlp_network_layer(network, l);
        put_layer(to, m, l, inputs, layer, from, into);
        inputs = layer.units;
        from = into;
    }
    fputs("}\n\n", to);
    return odd + even + picked;
}

/* Writes `forward`: the weighted mean of the networks, then the temperature. */
static void put_model(mlpi_c *c, FILE *to)
{
    const mlpi_members *members = &c->model->members;
    const size_t outputs = c->model->pipeline.outputs;
    fputs("static void forward(const float *x, float *y)\n{\n", to);
    if (members->count == 1) {
        fputs("    network_1(x, y);\n", to);
    } else {
        fprintf(to, "    double sum[%zu] = {0.0};\n", outputs);
        for (size_t m = 0; m < members->count; m++) {
            fprintf(
                to,
                "    network_%zu(x, y);\n    for (size_t k = 0; k < %zu; k++)\n        sum[k] += ",
                m + 1, outputs);
            mlpi_c_double(to, members->weight[m]);
            fputs(" * (double)y[k];\n", to);
        }
        fprintf(to, "    for (size_t k = 0; k < %zu; k++)\n        y[k] = (float)sum[k];\n",
                outputs);
        c->cost.stack += outputs * sizeof(double);
    }
    mlpi_c_temper(c, to);
    fputs("}\n\n", to);
}

void mlpi_c_networks(mlpi_c *c, FILE *to)
{
    size_t most = 0;
    put_activations(c, to);
    fputs(product, to);
    mlpi_c_reads(c, to, "float");
    for (size_t m = 0; m < c->networks.count; m++) {
        put_parameters(c, to, m);
        const size_t floats = put_network(c, to, m);
        most = floats > most ? floats : most;
    }
    c->cost.stack += most * sizeof(float);
    put_model(c, to);
}
