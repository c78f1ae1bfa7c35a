/* SPDX-License-Identifier: MIT */
/* Sets of labels and the ends of intervals in ONNX, computed as in src/model/conformal.c. */
#include "base/base.h"
#include "onnx/onnx.h"

mlpi_value mlpi_onnx_set(mlpi_graph *g, const mlp_model *model, double coverage,
                         mlpi_value probability, mlpi_value label, mlpi_value answered)
{
    const size_t labels = model->pipeline.label_count;
    int64_t *places = mlpi_allocate(labels, sizeof *places);
    if (places == NULL) {
        g->failed = true;
        return (mlpi_value){0};
    }
    for (size_t k = 0; k < labels; k++)
        places[k] = (int64_t)k;
    const mlpi_value predicted = mlpi_op2(g, "Equal", label, mlpi_list_wholes(g, places, labels));
    mlpi_free(places);
    const mlpi_value strange = mlpi_op2(g, "Sub", mlpi_constant(g, 1.0), probability);
    const mlpi_value usual = mlpi_op_number(
        g, "LessOrEqual", strange, mlpi_conformal_quantile(&model->conformal, 0, coverage));
    return mlpi_op2(g, "And", mlpi_op2(g, "Or", predicted, usual), answered);
}

/* Converts values to the scale of the outputs, where the library rounds them to float. */
static mlpi_value encoded(mlpi_graph *g, const mlpi_target *target, mlpi_value value)
{
    const mlpi_learnt learnt = {(const mlpi_fitted *[]){&target->fitted}, 1};
    const mlpi_value x = mlpi_onnx_transform_of(target->transform)->encode(g, &learnt, value);
    return mlpi_cast(g, mlpi_cast(g, x, MLPI_FLOATS), MLPI_DOUBLES);
}

static mlpi_value decoded(mlpi_graph *g, const mlpi_pipeline *p, size_t t, mlpi_value x)
{
    const mlpi_target *target = &p->targets[t];
    const mlpi_learnt learnt = {(const mlpi_fitted *[]){&target->fitted}, 1};
    mlpi_value v = mlpi_onnx_transform_of(target->transform)->decode(g, &learnt, x);
    if (p->coding.counts || p->coding.shares)
        v = mlpi_op_number(g, "Max", v, 0.0);
    return p->coding.shares ? mlpi_op_number(g, "Min", v, 1.0) : v;
}

void mlpi_onnx_interval(mlpi_graph *g, const mlp_model *model, double coverage, size_t t,
                        mlpi_value low, mlpi_value high, mlpi_value ends[2])
{
    const mlpi_pipeline *p = &model->pipeline;
    const double q = mlpi_conformal_quantile(&model->conformal, t, coverage);
    const mlpi_value lower = mlpi_op_number(g, "Sub", encoded(g, &p->targets[t], low), q),
                     upper = mlpi_op_number(g, "Add", encoded(g, &p->targets[t], high), q);
    const mlpi_value crossed = mlpi_op2(g, "Greater", lower, upper);
    const mlpi_value middle = mlpi_op_number(g, "Mul", mlpi_op2(g, "Add", lower, upper), 0.5);
    ends[0] = decoded(g, p, t, mlpi_op3(g, "Where", crossed, middle, lower));
    ends[1] = decoded(g, p, t, mlpi_op3(g, "Where", crossed, middle, upper));
}
