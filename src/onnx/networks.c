/* SPDX-License-Identifier: MIT */
/* Networks in ONNX: layers and activations in float, their mean and its temperature in double, as
 * in the library. */
#include "base/base.h"
#include "network/temperature.h"
#include "onnx/onnx.h"

/* --- activations ------------------------------------------------------------------------------ */

static mlpi_value with(mlpi_graph *g, const char *operator, mlpi_value h, float number)
{
    return mlpi_op2(g, operator, h, mlpi_constant_float(g, number));
}

static mlpi_value between(mlpi_graph *g, mlpi_value h, float least, float most)
{
    return mlpi_op3(g, "Clip", h, mlpi_constant_float(g, least), mlpi_constant_float(g, most));
}

static const float FAR = 1e6f; /* a large number whose cube is finite */

static mlpi_value step(mlpi_graph *g, mlpi_value h)
{
    return mlpi_cast(g, with(g, "Greater", h, 0.0f), MLPI_FLOATS);
}

static mlpi_value sign(mlpi_graph *g, mlpi_value h)
{
    return with(g, "Sub", with(g, "Mul", step(g, h), 2.0f), 1.0f);
}

static mlpi_value softsign(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Softsign", between(g, h, -3e38f, 3e38f));
}

/* Not "Sigmoid": runtimes cut its values off at about 1e-8, an error that a temperature would make
 * large. */
static mlpi_value logistic(mlpi_graph *g, mlpi_value h)
{
    const mlpi_value e = mlpi_op(g, "Exp", mlpi_op(g, "Neg", h));
    return mlpi_op(g, "Reciprocal", with(g, "Add", e, 1.0f));
}

static mlpi_value hyperbolic_tangent(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Tanh", h);
}

static mlpi_value relu(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Relu", h);
}

static mlpi_value softplus(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Softplus", h);
}

static mlpi_value gaussian(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Exp", mlpi_op(g, "Neg", mlpi_op2(g, "Mul", h, h)));
}

static mlpi_value leaky_relu(mlpi_graph *g, mlpi_value h)
{
    mlpi_node_begin(g, "LeakyRelu");
    mlpi_node_input(g, h);
    mlpi_node_float(g, "alpha", 0.01f);
    return mlpi_node_end(g, 1);
}

static mlpi_value elu(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Elu", h); /* alpha is 1 by default */
}

static mlpi_value selu(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Selu", h); /* the default constants are the usual ones */
}

/* h logistic(1.5958 (h + 0.044715 h^3)), with h at least -10, where this is almost 0 */
static mlpi_value gelu(mlpi_graph *g, mlpi_value h)
{
    const mlpi_value one = between(g, h, -10.0f, FAR);
    const mlpi_value cube = mlpi_op2(g, "Mul", one, mlpi_op2(g, "Mul", one, one));
    const mlpi_value inside = mlpi_op2(g, "Add", one, with(g, "Mul", cube, 0.044715f));
    return mlpi_op2(g, "Mul", with(g, "Max", h, -10.0f),
                    logistic(g, with(g, "Mul", inside, 1.59576912f)));
}

static mlpi_value silu(mlpi_graph *g, mlpi_value h)
{
    const mlpi_value one = with(g, "Max", h, -87.0f);
    return mlpi_op2(g, "Mul", one, logistic(g, one));
}

/* h n / (n + 2), n = e^h (e^h + 2) */
static mlpi_value mish(mlpi_graph *g, mlpi_value h)
{
    const mlpi_value e = mlpi_op(g, "Exp", between(g, h, -87.0f, 20.0f));
    const mlpi_value n = mlpi_op2(g, "Mul", e, with(g, "Add", e, 2.0f));
    return mlpi_op2(g, "Mul", with(g, "Max", h, -87.0f),
                    mlpi_op2(g, "Div", n, with(g, "Add", n, 2.0f)));
}

static mlpi_value hard_logistic(mlpi_graph *g, mlpi_value h)
{
    return between(g, with(g, "Div", with(g, "Add", h, 3.0f), 6.0f), 0.0f, 1.0f);
}

static mlpi_value hard_tanh(mlpi_graph *g, mlpi_value h)
{
    return between(g, h, -1.0f, 1.0f);
}

static mlpi_value exponential(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Exp", with(g, "Min", h, 80.0f));
}

static mlpi_value softmax(mlpi_graph *g, mlpi_value h)
{
    return mlpi_op(g, "Softmax", h); /* along the last axis */
}

typedef mlpi_value activation(mlpi_graph *g, mlpi_value h);

static activation *const activations[MLP_ACTIVATION_COUNT] = {
    [MLP_STEP] = step,
    [MLP_SIGN] = sign,
    [MLP_SOFTSIGN] = softsign,
    [MLP_LOGISTIC] = logistic,
    [MLP_TANH] = hyperbolic_tangent,
    [MLP_RELU] = relu,
    [MLP_SOFTPLUS] = softplus,
    [MLP_GAUSSIAN] = gaussian,
    [MLP_LEAKY_RELU] = leaky_relu,
    [MLP_ELU] = elu,
    [MLP_SELU] = selu,
    [MLP_GELU] = gelu,
    [MLP_SILU] = silu,
    [MLP_MISH] = mish,
    [MLP_HARD_LOGISTIC] = hard_logistic,
    [MLP_HARD_TANH] = hard_tanh,
    [MLP_EXPONENTIAL] = exponential,
    [MLP_SOFTMAX] = softmax,
}; /* NULL: linear */

/* --- networks --------------------------------------------------------------------------------- */

/* f(W x - b); W is stored by rows. */
static mlpi_value put_layer(mlpi_graph *g, const mlp_network *network, size_t l, size_t inputs,
                            bool halves, mlpi_value x)
{
    const float *const parameters = mlp_network_parameters_const(network);
    const mlp_layer layer = mlp_network_layer(network, l);
    const float *const w = parameters + mlp_network_weights_at(network, l);
    const float *const b = parameters + mlp_network_biases_at(network, l);
    const mlpi_value weights = halves ? mlpi_matrix_of_halves(g, w, layer.units, inputs)
                                      : mlpi_matrix(g, w, layer.units, inputs, 1.0f);
    const mlpi_value biases = mlpi_matrix(g, b, 0, layer.units, -1.0f);
    mlpi_node_begin(g, "Gemm");
    mlpi_node_input(g, x);
    mlpi_node_input(g, weights);
    mlpi_node_input(g, biases);
    mlpi_node_whole(g, "transB", 1);
    const mlpi_value h = mlpi_node_end(g, 1);
    return activations[layer.activation] != NULL ? activations[layer.activation](g, h) : h;
}

static mlpi_value put_network(mlpi_graph *g, const mlp_network *network, bool halves, mlpi_value x)
{
    size_t inputs = mlp_network_inputs(network);
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        x = put_layer(g, network, l, inputs, halves, x);
        inputs = mlp_network_layer(network, l).units;
    }
    return x;
}

/* The inputs that network m reads, out of all inputs x. */
static mlpi_value pick(mlpi_graph *g, const mlpi_members *members, size_t m, mlpi_value x)
{
    const mlpi_reads reads = mlpi_member_reads(members, m);
    int64_t *inputs = mlpi_allocate(reads.count, sizeof *inputs);
    if (inputs == NULL) {
        g->failed = true;
        return x;
    }
    for (size_t i = 0; i < reads.count; i++)
        inputs[i] = reads.input[i];
    const mlpi_value list = mlpi_list_wholes(g, inputs, reads.count);
    mlpi_free(inputs);
    return mlpi_pick(g, x, list, 1);
}

/* x[m]: the inputs of network m. Networks that read the same inputs share a value. mlpi_free x. */
static mlpi_value *pick_all(mlpi_graph *g, const mlpi_members *members, mlpi_value all)
{
    mlpi_value *x = mlpi_allocate(members->count, sizeof *x);
    for (size_t m = 0; x != NULL && m < members->count; m++) {
        const size_t first = mlpi_member_reads_as(members, m);
        const bool reads_all = members->reads == NULL || members->reads[m].input == NULL;
        x[m] = reads_all ? all : first < m ? x[first] : pick(g, members, m, all);
    }
    g->failed = g->failed || x == NULL;
    return x;
}

static mlpi_value weighted(mlpi_graph *g, mlpi_value y, double weight)
{
    return mlpi_op_number(g, "Mul", mlpi_cast(g, y, MLPI_DOUBLES), weight);
}

static mlpi_value put_mean(mlpi_graph *g, const mlpi_members *members, bool halves, mlpi_value all)
{
    mlpi_value sum = all, *x = pick_all(g, members, all);
    for (size_t m = 0; x != NULL && m < members->count; m++) {
        const mlpi_value y = put_network(g, members->network[m], halves, x[m]);
        const mlpi_value one = members->count > 1 ? weighted(g, y, members->weight[m]) : y;
        sum = m == 0 ? one : mlpi_op2(g, "Add", sum, one);
    }
    mlpi_free(x);
    return members->count > 1 ? mlpi_cast(g, sum, MLPI_FLOATS) : sum;
}

/* --- temperature ------------------------------------------------------------------------------ */

/* b ln max(p, least) */
static mlpi_value logit(mlpi_graph *g, mlpi_value p, double least, double b)
{
    return mlpi_op_number(g, "Mul", mlpi_op(g, "Log", mlpi_op_number(g, "Max", p, least)), b);
}

/* Divides the logits of y by the temperature 1/b; temperature.c explains the least probabilities.
 * With one output there are two labels, each with a logit. */
static mlpi_value temper(mlpi_graph *g, double b, bool one, mlpi_value y)
{
    const mlpi_value p = mlpi_cast(g, y, MLPI_DOUBLES);
    mlpi_value l = logit(g, p, 0x1p-126, b);
    if (one) {
        const mlpi_value rest = mlpi_op2(g, "Sub", mlpi_constant(g, 1.0), p);
        l = mlpi_beside(g, (mlpi_value[]){logit(g, rest, 0x1p-25, b), l}, 2);
    }
    l = mlpi_cast(g, mlpi_op(g, "Softmax", l), MLPI_FLOATS);
    return one ? mlpi_pick(g, l, mlpi_list_wholes(g, (int64_t[]){1}, 1), 1) : l;
}

mlpi_value mlpi_onnx_networks(mlpi_graph *g, const mlpi_members *members, bool halves, mlpi_value x)
{
    const mlpi_value y = put_mean(g, members, halves, x);
    return members->temperature > 0.0 ? temper(g, 1.0 / members->temperature,
                                               mlp_network_outputs(members->network[0]) == 1, y)
                                      : y;
}
