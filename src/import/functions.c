/* SPDX-License-Identifier: MIT */
/* Activations: operators that are activations, and groups of operators of which exporters compose
 * an activation. An operator with numbers of its own (a slope, two bounds) becomes an activation of
 * mlp with a factor and a shift before and after it, or is refused. */
#include <math.h>
#include <stdio.h>

#include "base/base.h"
#include "base/print.h"
#include "import/import.h"

static const char not_of_sums[] = "is not a function of the sums of a layer; mlp has activations "
                                  "only after weighted sums, one for each layer";

/* Applies a function to input 0, which must be the sums of a layer. */
static mlp_status become(mlpi_importer *im, const mlpi_onnx_node *node, int function,
                         mlpi_meaning *made)
{
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    if (made->flow.layer == 0 || made->flow.function != MLP_LINEAR)
        return mlpi_import_refuse(im, node, not_of_sums);
    made->flow.function = function;
    return MLP_OK;
}

static mlp_status affine(mlpi_importer *im, double factor, double shift, mlpi_flow *flow)
{
    return mlpi_import_scale(im, &factor, &shift, 1, flow);
}

/* --- operators that are an activation --------------------------------------------------------- */

mlp_status mlpi_import_function(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    static const struct {
        const char *operator;
        int function;
    } all[] = {{"Relu", MLP_RELU},         {"Sigmoid", MLP_LOGISTIC},  {"Tanh", MLP_TANH},
               {"Softplus", MLP_SOFTPLUS}, {"Softsign", MLP_SOFTSIGN}, {"Exp", MLP_EXPONENTIAL},
               {"Mish", MLP_MISH},         {"Abs", MLPI_MAGNITUDE}};
    const mlpi_flow *from = &mlpi_import_input(im, node, 0)->flow;
    int function = MLP_LINEAR;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (mlpi_bytes_are(node->operator, all[i].operator))
            function = all[i].function;
    if (function == MLP_TANH && from->function == MLP_SOFTPLUS && from->outside.count == 0) {
        MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
        made->kind = MLPI_MEANS_FLOW;
        made->flow.function = MLPI_TANH_OF_SOFTPLUS;
        return MLP_OK;
    }
    return become(im, node, function, made);
}

/* Refuses an operator with a number that differs from that of mlp's activation. */
static mlp_status refuse_number(const mlpi_importer *im, const mlpi_onnx_node *node,
                                const char *name, double value, double ours)
{
    char sentence[200];
    mlpi_print_text(sentence, sizeof sentence,
                    "has the %s %.6g, and the activation of mlp has %.6g; train with that value, "
                    "or with another activation",
                    name, value, ours);
    return mlpi_import_refuse(im, node, sentence);
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-6 * fabs(b); /* the file holds floats, which are rounded */
}

/* LeakyRelu, Elu and Celu, whose only attribute applies to sums below 0. */
mlp_status mlpi_import_slope(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const bool leaky = mlpi_bytes_are(node->operator, "LeakyRelu");
    const double ours = leaky ? 0.01 : 1.0, slope = mlpi_import_number(node, "alpha", ours);
    if (leaky && slope == 0.0)
        return become(im, node, MLP_RELU, made);
    return near(slope, ours) ? become(im, node, leaky ? MLP_LEAKY_RELU : MLP_ELU, made)
                             : refuse_number(im, node, leaky ? "slope" : "alpha", slope, ours);
}

mlp_status mlpi_import_selu(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const double alpha = 1.6732632423543772848, gamma = 1.0507009873554804934;
    const double a = mlpi_import_number(node, "alpha", alpha),
                 g = mlpi_import_number(node, "gamma", gamma);
    return !near(a, alpha)   ? refuse_number(im, node, "alpha", a, alpha)
           : !near(g, gamma) ? refuse_number(im, node, "gamma", g, gamma)
                             : become(im, node, MLP_SELU, made);
}

mlp_status mlpi_import_gelu(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *form = mlpi_import_attribute(node, "approximate");
    if (form != NULL && form->text != NULL && form->count == 1 &&
        mlpi_bytes_are(form->text[0], "tanh"))
        return become(im, node, MLP_GELU, made);
    return mlpi_import_refuse(
        im, node,
        "is the form with the error function, and mlp has the one with tanh, which differs by up "
        "to 0.0005; train with approximate=\"tanh\" in PyTorch, or approximate=True in Keras");
}

/* --- pieces of lines -------------------------------------------------------------------------- */

/* alpha h + beta, limited to 0..1; the activation of mlp is (h + 3) / 6, limited to 0..1. */
mlp_status mlpi_import_hard_sigmoid(mlpi_importer *im, const mlpi_onnx_node *node,
                                    mlpi_meaning *made)
{
    const double alpha = mlpi_import_number(node, "alpha", 0.2),
                 beta = mlpi_import_number(node, "beta", 0.5);
    MLPI_TRY(become(im, node, MLP_LINEAR, made));
    MLPI_TRY(affine(im, 6.0 * alpha, 6.0 * beta - 3.0, &made->flow));
    made->flow.function = MLP_HARD_LOGISTIC;
    return MLP_OK;
}

/* With a lower bound only: low + relu(h - low); with an upper one only: high - relu(high - h); with
 * both: their middle, plus half their distance times a hard tanh. */
static mlp_status clip(mlpi_importer *im, const mlpi_onnx_node *node, double low, double high,
                       mlpi_meaning *made)
{
    const double endless = 3.4e38; /* some exporters write "no bound" as the largest float */
    const bool below = low > -endless, above = high < endless;
    mlpi_flow *flow = &made->flow;
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, flow));
    if (flow->function == MLP_RELU && flow->outside.count == 0 && low <= 0.0 && high > 0.0) {
        if (!above)
            return MLP_OK;
        flow->function = MLP_LINEAR;
        return clip(im, node, 0.0, high, made);
    }
    if (flow->layer == 0 || flow->function != MLP_LINEAR || !(low < high))
        return mlpi_import_refuse(im, node, not_of_sums);
    if (!below && !above)
        return MLP_OK;
    const double half = below && above ? 0.5 * (high - low) : below ? 1.0 : -1.0;
    const double at = below && above ? low + half : below ? low : high;
    MLPI_TRY(affine(im, 1.0 / half, -at / half, flow));
    flow->function = below && above ? MLP_HARD_TANH : MLP_RELU;
    return affine(im, half, at, flow);
}

/* Takes a bound: an input in new versions of the operator, an attribute in old ones. */
static mlp_status take_end(const mlpi_importer *im, const mlpi_onnx_node *node, size_t input,
                           const char *name, double *end)
{
    const mlpi_onnx_tensor *constant = NULL;
    *end = name != NULL ? mlpi_import_number(node, name, *end) : *end;
    if (mlpi_import_input(im, node, input)->kind == MLPI_MEANS_NOTHING)
        return MLP_OK;
    MLPI_TRY(mlpi_import_constant(im, node, input, &constant));
    if (constant->count != 1)
        return mlpi_import_refuse(im, node, "has several numbers where one is expected");
    *end = constant->number[0];
    return MLP_OK;
}

mlp_status mlpi_import_clip(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    double low = -INFINITY, high = INFINITY;
    MLPI_TRY(take_end(im, node, 1, "min", &low));
    MLPI_TRY(take_end(im, node, 2, "max", &high));
    return isnan(low) || isnan(high) ? mlpi_import_refuse(im, node, not_of_sums)
                                     : clip(im, node, low, high, made);
}

/* Max of a value and a constant, which is a lower bound. */
mlp_status mlpi_import_least(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    double low = (double)NAN;
    MLPI_TRY(take_end(im, node, 1, NULL, &low));
    return isnan(low) || node->inputs != 2 ? mlpi_import_refuse(im, node, not_of_sums)
                                           : clip(im, node, low, INFINITY, made);
}

/* Min of a value and a constant, which is an upper bound. */
mlp_status mlpi_import_most(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    double high = (double)NAN;
    MLPI_TRY(take_end(im, node, 1, NULL, &high));
    return isnan(high) || node->inputs != 2 ? mlpi_import_refuse(im, node, not_of_sums)
                                            : clip(im, node, -INFINITY, high, made);
}

/* --- softmax ---------------------------------------------------------------------------------- */

mlp_status mlpi_import_softmax(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const bool logarithm = mlpi_bytes_are(node->operator, "LogSoftmax");
    const double axis = mlpi_import_number(node, "axis", -1.0);
    MLPI_TRY(become(im, node, logarithm ? MLPI_LOG_SOFTMAX : MLP_SOFTMAX, made));
    return made->flow.rank == 2 && (axis == -1.0 || axis == 1.0)
               ? MLP_OK
               : mlpi_import_refuse(
                     im, node,
                     "does not run along the numbers of a row, as a softmax of outputs does");
}

/* --- activations in parts --------------------------------------------------------------------- */

static bool of_same_sums(mlpi_importer *im, const mlpi_flow *a, const mlpi_flow *b)
{
    return a->layer > 0 && a->layer == b->layer && a->rank == b->rank &&
           mlpi_affine_same(im, &a->inside, &b->inside, a->width);
}

bool mlpi_import_product(mlpi_importer *im, const mlpi_flow *a, const mlpi_flow *b, mlpi_flow *made)
{
    const mlpi_flow *sums = a->function == MLP_LINEAR ? a : b, *gate = sums == a ? b : a;
    if (sums->function != MLP_LINEAR || !of_same_sums(im, sums, gate) || gate->outside.count != 0 ||
        (gate->function != MLP_LOGISTIC && gate->function != MLPI_TANH_OF_SOFTPLUS))
        return false;
    *made = *sums;
    made->function = gate->function == MLP_LOGISTIC ? MLP_SILU : MLP_MISH;
    return true;
}

/* h / (1 + |h|) */
bool mlpi_import_quotient(mlpi_importer *im, const mlpi_flow *a, const mlpi_flow *b,
                          mlpi_flow *made)
{
    if (a->function != MLP_LINEAR || b->function != MLPI_MAGNITUDE || !of_same_sums(im, a, b) ||
        b->outside.count != 1 || b->outside.factor[0] != 1.0 || b->outside.shift[0] != 1.0)
        return false;
    *made = *a;
    made->function = MLP_SOFTSIGN;
    return true;
}

mlp_status mlpi_import_above(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    MLPI_TRY(become(im, node, MLP_LINEAR, made));
    MLPI_TRY(mlpi_import_constant(im, node, 1, &made->constant));
    made->kind = MLPI_MEANS_ABOVE;
    return made->constant->count == 1 ? MLP_OK : mlpi_import_refuse(im, node, not_of_sums);
}

/* PyTorch writes softplus with h itself where h is large, which is as exact there. */
mlp_status mlpi_import_where(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    enum { LARGE = 15 }; /* ln(1 + e^-15) is 3e-7 */
    const mlpi_meaning *above = mlpi_import_input(im, node, 0);
    mlpi_flow sums;
    MLPI_TRY(mlpi_import_flow(im, node, 1, &sums));
    MLPI_TRY(mlpi_import_flow(im, node, 2, &made->flow));
    made->kind = MLPI_MEANS_FLOW;
    return above->kind == MLPI_MEANS_ABOVE && above->constant->number[0] >= LARGE &&
                   sums.function == MLP_LINEAR && made->flow.function == MLP_SOFTPLUS &&
                   made->flow.outside.count == 0 && of_same_sums(im, &sums, &made->flow) &&
                   of_same_sums(im, &sums, &above->flow)
               ? MLP_OK
               : mlpi_import_refuse(im, node,
                                    "chooses between two values, and matches no activation of mlp");
}
