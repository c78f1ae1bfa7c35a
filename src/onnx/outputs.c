/* SPDX-License-Identifier: MIT */
/* From the outputs of the networks to those of the graph: labels and probabilities, or values in
 * the units of the targets. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "onnx/onnx.h"

mlpi_value mlpi_onnx_not_finite(mlpi_graph *g, mlpi_value value)
{
    return mlpi_sum_along(g, mlpi_op2(g, "Mul", value, mlpi_constant_float(g, 0.0f)), 1);
}

static bool is_column(const mlpi_pipeline *p, const char *name)
{
    bool found = false;
    for (size_t f = 0; f < p->feature_count; f++)
        found = found || strcmp(p->features[f].name, name) == 0;
    return found;
}

/* Adds an output with the wanted name, or with "_" appended as long as a column has that name. */
static void put_output(mlpi_graph *g, const mlpi_pipeline *p, const char *wanted,
                       mlpi_element element, size_t width, mlpi_value value)
{
    size_t longest = strlen(wanted);
    for (size_t f = 0; f < p->feature_count; f++) {
        const size_t length = strlen(p->features[f].name);
        longest = length > longest ? length : longest;
    }
    char *name = mlpi_allocate(longest + 2, 1);
    g->failed = g->failed || name == NULL;
    if (name == NULL)
        return;
    strcpy(name, wanted);
    while (is_column(p, name))
        strcat(name, "_");
    mlpi_graph_output(g, name, element, width, value);
    mlpi_free(name);
}

/* --- labels ----------------------------------------------------------------------------------- */

/* The outputs as numbers from 0 to 1. */
static mlpi_value clipped(mlpi_graph *g, const mlpi_pipeline *p, mlpi_value y)
{
    mlpi_value v = mlpi_cast(g, y, MLPI_DOUBLES);
    if (p->coding.signed_outputs)
        v = mlpi_op_number(g, "Mul", mlpi_op_number(g, "Add", v, 1.0), 0.5);
    return mlpi_op_number(g, "Min", mlpi_op_number(g, "Max", v, 0.0), 1.0);
}

static mlpi_value probabilities(mlpi_graph *g, const mlpi_pipeline *p, mlpi_value y)
{
    const mlpi_value v = clipped(g, p, y);
    if (p->coding.single_output)
        return mlpi_beside(g, (mlpi_value[]){mlpi_op2(g, "Sub", mlpi_constant(g, 1.0), v), v}, 2);
    const mlpi_value sum = mlpi_sum_along(g, v, 1);
    const mlpi_value none = mlpi_op2(g, "Equal", sum, mlpi_constant(g, 0.0));
    return mlpi_op3(g, "Where", none, mlpi_constant(g, 1.0 / (double)p->label_count),
                    mlpi_op2(g, "Div", v, sum));
}

/* The number of the largest output (of equal outputs, the first): N integers. */
static mlpi_value largest(mlpi_graph *g, mlpi_value y)
{
    mlpi_node_begin(g, "ArgMax");
    mlpi_node_input(g, y);
    mlpi_node_whole(g, "axis", 1);
    mlpi_node_whole(g, "keepdims", 0);
    return mlpi_node_end(g, 1);
}

/* One column of a matrix, as a list of N. */
static mlpi_value second(mlpi_graph *g, mlpi_value matrix, int64_t column)
{
    return mlpi_pick(g, matrix, mlpi_constant_whole(g, column), 1);
}

static mlpi_value number_of_label(mlpi_graph *g, const mlp_model *model, mlpi_value y,
                                  mlpi_value probability)
{
    const mlpi_pipeline *p = &model->pipeline;
    if (model->decision.known) {
        const mlpi_value below = mlpi_op2(g, "Less", second(g, probability, 1),
                                          mlpi_constant(g, model->decision.threshold));
        return mlpi_cast(g, mlpi_op(g, "Not", below), MLPI_WHOLES);
    }
    if (!p->coding.single_output)
        return largest(g, y);
    const mlpi_value half = mlpi_constant_float(g, p->coding.signed_outputs ? 0.0f : 0.5f);
    return mlpi_cast(g, mlpi_op2(g, "Greater", second(g, y, 0), half), MLPI_WHOLES);
}

/* The texts of the labels, then "" for rows that have no label. */
static mlpi_value label_texts(mlpi_graph *g, const mlpi_pipeline *p)
{
    static char nothing[] = "";
    char **texts = mlpi_allocate(p->label_count + 1, sizeof *texts);
    if (texts == NULL) {
        g->failed = true;
        return (mlpi_value){0};
    }
    memcpy(texts, p->labels, p->label_count * sizeof *texts);
    texts[p->label_count] = nothing;
    const mlpi_value made = mlpi_list_texts(g, texts, p->label_count + 1);
    mlpi_free(texts);
    return made;
}

static void put_set(mlpi_graph *g, const mlp_model *model, double coverage, mlpi_value probability,
                    mlpi_value number, mlpi_value none)
{
    const mlpi_value second_axis = mlpi_list_wholes(g, (int64_t[]){1}, 1);
    const mlpi_value label = mlpi_op2(g, "Unsqueeze", number, second_axis),
                     answered = mlpi_op2(g, "Unsqueeze", mlpi_op(g, "Not", none), second_axis);
    put_output(g, &model->pipeline, "set", MLPI_BOOLEANS, model->pipeline.label_count,
               mlpi_onnx_set(g, model, coverage, probability, label, answered));
}

static void put_classes(mlpi_graph *g, const mlp_model *model, double coverage, mlpi_value y,
                        mlpi_value not_finite)
{
    const mlpi_pipeline *p = &model->pipeline;
    const mlpi_value probability = probabilities(g, p, y);
    const mlpi_value none = mlpi_op(g, "IsNaN", mlpi_squeeze(g, not_finite, 1));
    const mlpi_value number =
        mlpi_op3(g, "Where", none, mlpi_constant_whole(g, (int64_t)p->label_count),
                 number_of_label(g, model, y, probability));
    put_output(g, p, "label", MLPI_TEXTS, 0, mlpi_pick(g, label_texts(g, p), number, 0));
    put_output(g, p, "probabilities", MLPI_FLOATS, p->label_count,
               mlpi_op2(g, "Add", mlpi_cast(g, probability, MLPI_FLOATS), not_finite));
    if (coverage > 0.0)
        put_set(g, model, coverage, probability, number, none);
}

/* --- values ----------------------------------------------------------------------------------- */

/* Sorts the `count` columns of each row, ascending. */
static mlpi_value sorted(mlpi_graph *g, mlpi_value v, size_t count)
{
    mlpi_node_begin(g, "TopK");
    const mlpi_value all = mlpi_list_wholes(g, (int64_t[]){(int64_t)count}, 1);
    mlpi_node_input(g, v);
    mlpi_node_input(g, all);
    mlpi_node_whole(g, "axis", 1);
    mlpi_node_whole(g, "largest", 0);
    return mlpi_node_end(g, 2);
}

/* Columns first .. first + count - 1 of y. */
static mlpi_value columns(mlpi_graph *g, mlpi_value y, size_t first, size_t count)
{
    int64_t numbers[MLPI_MOST_LEVELS];
    for (size_t i = 0; i < count; i++)
        numbers[i] = (int64_t)(first + i);
    return mlpi_pick(g, y, mlpi_list_wholes(g, numbers, count), 1);
}

/* For each target its values and, with a coverage, the ends of its interval. */
typedef struct answers {
    mlpi_value *value, *lower, *upper;
} answers;

/* The values of a target in its units, in double; several quantiles ascend. */
static mlpi_value decode(mlpi_graph *g, const mlpi_target *target, mlpi_value y, size_t count)
{
    const mlpi_learnt learnt = {(const mlpi_fitted *[]){&target->fitted}, 1};
    const mlpi_value value = mlpi_onnx_transform_of(target->transform)
                                 ->decode(g, &learnt, mlpi_cast(g, y, MLPI_DOUBLES));
    return count > 1 ? sorted(g, value, count) : value;
}

/* Converts a value to float, with NaN where a prediction is not finite. */
static mlpi_value finished(mlpi_graph *g, mlpi_value value, mlpi_value not_finite)
{
    return mlpi_op2(g, "Add", mlpi_cast(g, value, MLPI_FLOATS), not_finite);
}

static void answer(mlpi_graph *g, const mlp_model *model, double coverage, size_t t, mlpi_value y,
                   const answers *to)
{
    const mlpi_pipeline *p = &model->pipeline;
    const size_t each = p->outputs / p->target_count;
    const mlpi_value value = decode(g, &p->targets[t], columns(g, y, t * each, each), each);
    const mlpi_value not_finite = mlpi_onnx_not_finite(g, mlpi_cast(g, value, MLPI_FLOATS));
    mlpi_value ends[2];
    to->value[t] = finished(g, value, not_finite);
    if (!(coverage > 0.0))
        return;
    mlpi_onnx_interval(g, model, coverage, t, columns(g, value, 0, 1),
                       columns(g, value, each - 1, 1), ends);
    to->lower[t] = finished(g, ends[0], not_finite);
    to->upper[t] = finished(g, ends[1], not_finite);
}

static void put_values(mlpi_graph *g, const mlp_model *model, double coverage, mlpi_value y,
                       mlpi_value not_finite)
{
    const mlpi_pipeline *p = &model->pipeline;
    const size_t targets = p->target_count;
    mlpi_value *room = mlpi_allocate(3 * targets, sizeof *room);
    if (room == NULL) {
        g->failed = true;
        return;
    }
    const answers all = {room, room + targets, room + 2 * targets};
    const struct {
        const char *name;
        const mlpi_value *values;
        size_t width;
    } outputs[] = {{"value", all.value, p->outputs},
                   {"lower", all.lower, targets},
                   {"upper", all.upper, targets}};
    for (size_t t = 0; t < targets; t++)
        answer(g, model, coverage, t, y, &all);
    for (size_t i = 0; i < (coverage > 0.0 ? 3 : 1); i++)
        put_output(g, p, outputs[i].name, MLPI_FLOATS, outputs[i].width,
                   mlpi_op2(g, "Add", mlpi_beside(g, outputs[i].values, targets), not_finite));
    mlpi_free(room);
}

void mlpi_onnx_outputs(mlpi_graph *g, const mlp_model *model, double coverage, mlpi_value x,
                       mlpi_value y)
{
    const mlpi_value inputs = mlpi_onnx_not_finite(g, x);
    if (model->pipeline.task != MLP_TASK_CLASSIFICATION)
        put_values(g, model, coverage, y, inputs);
    else
        put_classes(g, model, coverage, y, mlpi_op2(g, "Add", inputs, mlpi_onnx_not_finite(g, y)));
}
