/* SPDX-License-Identifier: MIT */
/* What the outputs of a graph amount to: quantities, or labels with their probabilities. */
#include <string.h>

#include "base/base.h"
#include "import/import.h"

static mlp_status refuse(const mlpi_importer *im, const mlpi_onnx_port *output, const char *what)
{
    char name[MLPI_SHOWN];
    return mlpi_fail_at(im->err, MLP_ERROR_MODEL, im->graph.source, 0, 0, "output \"%s\" %s",
                        mlpi_bytes_shown(output->name, name), what);
}

static bool same_labels(const mlpi_onnx_tensor *a, const mlpi_onnx_tensor *b)
{
    bool same = a->count == b->count && (a->text == NULL) == (b->text == NULL);
    for (size_t i = 0; same && i < a->count; i++)
        same = a->text != NULL ? mlpi_bytes_compare(a->text[i], b->text[i]) == 0
                               : a->number[i] == b->number[i];
    return same;
}

/* One more output: all are of the same layer, and one function of it at most besides its sums. */
static mlp_status join(const mlpi_importer *im, const mlpi_onnx_port *output, const mlpi_meaning *m,
                       mlpi_onnx_answer *answer)
{
    mlpi_flow *all = &answer->flow;
    const mlpi_flow *one = &m->flow;
    if (all->layer == 0)
        *all = *one;
    if (one->layer == 0 || one->layer != all->layer ||
        !mlpi_affine_same(&one->inside, &all->inside, one->width) ||
        (one->function != all->function && one->function != MLP_LINEAR &&
         all->function != MLP_LINEAR))
        return refuse(im, output,
                      "is not of the same layer as the others, or of none; mlp imports "
                      "networks that are one chain of layers");
    const bool pair = all->pair || one->pair;
    if (all->function == MLP_LINEAR)
        *all = *one;
    all->pair = pair;
    answer->classes = answer->classes || m->kind == MLPI_MEANS_LABEL || pair;
    answer->part = answer->part || m->kind == MLPI_MEANS_SHARE;
    if (m->kind == MLPI_MEANS_SHARE || m->constant == NULL)
        return MLP_OK;
    if (answer->labels != NULL && !same_labels(answer->labels, m->constant))
        return refuse(im, output, "has other labels than another output");
    answer->labels = m->constant;
    return MLP_OK;
}

static mlp_status decide_task(const mlpi_importer *im, mlp_task task, mlpi_onnx_answer *answer)
{
    const mlpi_onnx_port *output = &im->graph.output[0];
    const mlpi_flow *flow = &answer->flow;
    const int f = flow->function == MLPI_LOG_SOFTMAX ? MLP_SOFTMAX : flow->function;
    const bool probability = f == MLP_LOGISTIC && flow->width == 1;
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
        return f < MLP_ACTIVATION_COUNT && flow->function == f && !answer->part
                   ? MLP_OK
                   : refuse(im, output, "is no quantity that mlp can give");
    if (f == MLP_LINEAR) /* logits */
        answer->activation = flow->width > 1 ? MLP_SOFTMAX : MLP_LOGISTIC;
    answer->single = answer->activation == MLP_LOGISTIC && flow->width == 1;
    answer->loss = answer->activation == MLP_SOFTMAX ? MLP_CROSS_ENTROPY : MLP_BINARY_CROSS_ENTROPY;
    const bool labels = answer->single || flow->width > 1;
    return labels && flow->outside.count == 0 &&
                   (answer->activation == MLP_SOFTMAX || answer->activation == MLP_LOGISTIC)
               ? MLP_OK
               : refuse(im, output,
                        "is no probability of labels, which a softmax or a sigmoid gives");
}

mlp_status mlpi_import_answer(const mlpi_importer *im, mlp_task task, mlpi_onnx_answer *answer)
{
    const mlpi_onnx_graph *g = &im->graph;
    *answer = (mlpi_onnx_answer){0};
    if (g->outputs == 0)
        return mlpi_onnx_fail_damaged(g->source, "the graph, which has no outputs", im->err);
    for (size_t i = 0; i < g->outputs; i++) {
        const mlpi_meaning *m =
            g->output[i].value != MLPI_NO_VALUE ? &im->meaning[g->output[i].value] : NULL;
        if (m == NULL || (m->kind != MLPI_MEANS_FLOW && m->kind != MLPI_MEANS_PAIR &&
                          m->kind != MLPI_MEANS_LABEL && m->kind != MLPI_MEANS_MAP &&
                          m->kind != MLPI_MEANS_SHARE))
            return refuse(im, &g->output[i], "is nothing that a network answers");
        MLPI_TRY(join(im, &g->output[i], m, answer));
    }
    return decide_task(im, task, answer);
}
