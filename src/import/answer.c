/* SPDX-License-Identifier: MIT */
/* Finds out what the outputs of a graph are: quantities, or labels with their probabilities. */
#include <string.h>

#include "base/base.h"
#include "import/import.h"

static mlp_status refuse(const mlpi_importer *im, const mlpi_onnx_port *output, const char *what)
{
    char name[MLPI_SHOWN];
    if (im->arena.spent) /* a comparison may have failed for this reason alone */
        return mlpi_import_no_memory(im);
    return mlpi_fail_at(im->err, MLP_ERROR_MODEL, im->graph.source, 0, 0, "output \"%s\" %s",
                        mlpi_bytes_shown(output->name, name), what);
}

static bool same_labels(mlpi_importer *im, const mlpi_onnx_tensor *a, const mlpi_onnx_tensor *b)
{
    if (a == b)
        return true;
    bool same = mlpi_arena_count(&im->arena, a->count, sizeof(double)) && a->count == b->count &&
                (a->text == NULL) == (b->text == NULL);
    for (size_t i = 0; same && i < a->count; i++)
        same = a->text != NULL ? mlpi_bytes_compare(a->text[i], b->text[i]) == 0
                               : a->number[i] == b->number[i];
    return same;
}

/* Adds an output to the answer. All outputs must be of one layer: its sums, and one function of
 * these. */
static mlp_status join(mlpi_importer *im, const mlpi_onnx_port *output, const mlpi_meaning *m,
                       mlpi_onnx_answer *answer)
{
    mlpi_flow *all = &answer->flow;
    const mlpi_flow *one = &m->flow;
    if (all->layer == 0)
        *all = *one;
    if (one->layer == 0 || one->layer != all->layer ||
        !mlpi_affine_same(im, &one->inside, &all->inside, one->width) ||
        (one->function != all->function && one->function != MLP_LINEAR &&
         all->function != MLP_LINEAR))
        return refuse(im, output,
                      "comes from another layer than the other outputs, or from none; mlp imports "
                      "networks that are one chain of layers");
    if (one->function == all->function &&
        !mlpi_affine_same(im, &one->outside, &all->outside, one->width))
        return refuse(im, output,
                      "repeats another output in other units, and a model of mlp has each number "
                      "once; make one of the two the only output");
    const bool pair = all->pair || one->pair;
    if (all->function == MLP_LINEAR)
        *all = *one;
    all->pair = pair;
    answer->classes = answer->classes || m->kind == MLPI_MEANS_LABEL || pair;
    answer->part = answer->part || m->kind == MLPI_MEANS_SHARE;
    answer->whole = answer->whole || m->kind != MLPI_MEANS_SHARE;
    const bool numbers = m->kind != MLPI_MEANS_LABEL && m->kind != MLPI_MEANS_SIGNS;
    answer->numbers = answer->numbers || numbers;
    answer->signs = answer->signs || m->kind == MLPI_MEANS_SIGNS;
    answer->sums = answer->sums || (numbers && one->function == MLP_LINEAR);
    if (m->kind == MLPI_MEANS_SHARE || m->constant == NULL)
        return MLP_OK;
    if (answer->labels != NULL && !same_labels(im, answer->labels, m->constant))
        return refuse(im, output,
                      "has labels other than those of another output; export only one of the two");
    answer->labels = m->constant;
    return MLP_OK;
}

/* Checks that the outputs are quantities, and all of them the same numbers. */
static mlp_status check_quantities(const mlpi_importer *im, const mlpi_onnx_answer *answer)
{
    const mlpi_onnx_port *output = &im->graph.output[0];
    const int f = answer->flow.function;
    if (f >= MLP_ACTIVATION_COUNT || answer->part)
        return refuse(im, output,
                      "is a part of the outputs, or a function that mlp does not have; export all "
                      "outputs alone");
    if (answer->signs && !answer->numbers)
        return refuse(im, output,
                      "says of each label whether it is present, but mlp predicts its probability; "
                      "make the probabilities an output as well");
    return answer->sums && f != MLP_LINEAR
               ? refuse(im, output,
                        "and another output are sums and a function of those sums, and a model of "
                        "mlp has only one of the two; make one of them the only output")
               : MLP_OK;
}

/* Checks that the outputs are labels, or probabilities of labels as mlp gives them. */
static mlp_status check_labels(const mlpi_importer *im, const mlpi_onnx_answer *answer)
{
    const mlpi_onnx_port *output = &im->graph.output[0];
    const bool logistic = answer->activation == MLP_LOGISTIC;
    if (answer->part && !answer->whole)
        return refuse(im, output,
                      "has only some of the probabilities, and it is not known for which labels; "
                      "make all probabilities an output");
    if (logistic && answer->flow.width > 1 && (answer->numbers || answer->signs))
        return refuse(im, output,
                      "has independent probabilities of the labels, and those of mlp sum to 1; "
                      "import them as quantities, with `task` regression");
    return (answer->single || answer->flow.width > 1) && answer->flow.outside.count == 0 &&
                   (logistic || answer->activation == MLP_SOFTMAX)
               ? MLP_OK
               : refuse(im, output,
                        "is not a probability of labels, which comes from a softmax or a sigmoid");
}

static mlp_status decide_task(const mlpi_importer *im, mlp_task task, mlpi_onnx_answer *answer)
{
    const mlpi_flow *flow = &answer->flow;
    const int f = flow->function == MLPI_LOG_SOFTMAX ? MLP_SOFTMAX : flow->function;
    const bool probability = f == MLP_LOGISTIC && flow->width == 1 && flow->outside.count == 0;
    answer->reason = answer->classes    ? "it gives labels"
                     : f == MLP_SOFTMAX ? "its outputs are those of a softmax"
                     : probability      ? "its output is a probability"
                                        : "it gives numbers";
    answer->classes = answer->classes || f == MLP_SOFTMAX || probability;
    if (task != MLP_TASK_AUTO) {
        answer->classes = task == MLP_TASK_CLASSIFICATION;
        answer->reason = "`task` says so";
    }
    answer->activation = (mlp_activation)f;
    answer->loss = MLP_QUADRATIC;
    if (!answer->classes)
        return check_quantities(im, answer);
    if (f == MLP_LINEAR) /* logits */
        answer->activation = flow->width > 1 ? MLP_SOFTMAX : MLP_LOGISTIC;
    answer->single = answer->activation == MLP_LOGISTIC && flow->width == 1;
    answer->loss = answer->activation == MLP_SOFTMAX ? MLP_CROSS_ENTROPY : MLP_BINARY_CROSS_ENTROPY;
    return check_labels(im, answer);
}

mlp_status mlpi_import_answer(mlpi_importer *im, mlp_task task, mlpi_onnx_answer *answer)
{
    const mlpi_onnx_graph *g = &im->graph;
    *answer = (mlpi_onnx_answer){0};
    if (g->outputs == 0)
        return mlpi_onnx_fail_damaged(g->source, "a graph without outputs", im->err);
    for (size_t i = 0; i < g->outputs; i++) {
        const mlpi_meaning *m =
            g->output[i].value != MLPI_NO_VALUE ? &im->meaning[g->output[i].value] : NULL;
        if (m == NULL || (m->kind != MLPI_MEANS_FLOW && m->kind != MLPI_MEANS_PAIR &&
                          m->kind != MLPI_MEANS_LABEL && m->kind != MLPI_MEANS_MAP &&
                          m->kind != MLPI_MEANS_SIGNS && m->kind != MLPI_MEANS_SHARE))
            return refuse(im, &g->output[i],
                          "is not computed by the layers of a network; export the network alone");
        MLPI_TRY(join(im, &g->output[i], m, answer));
    }
    return decide_task(im, task, answer);
}
