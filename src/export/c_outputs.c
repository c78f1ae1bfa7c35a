/* SPDX-License-Identifier: MIT */
/* Writes the code from network outputs to probabilities and labels, or to values and intervals. */
#include <float.h>
#include <string.h>

#include "export/c.h"
#include "network/temperature.h"

static const char all_finite[] = "static int all_finite(const float *x, size_t count)\n"
                                 "{\n"
                                 "    for (size_t i = 0; i < count; i++)\n"
                                 "        if (!(fabsf(x[i]) <= FLT_MAX))\n"
                                 "            return 0;\n"
                                 "    return 1;\n"
                                 "}\n\n";

static const char between[] = "static double between(float y)\n"
                              "{\n"
                              "    return y < 0.0f ? 0.0 : y > 1.0f ? 1.0 : (double)y;\n"
                              "}\n\n";

static const char sort[] = "static void sort(double *values, size_t count)\n"
                           "{\n"
                           "    for (size_t i = 1; i < count; i++) {\n"
                           "        const double one = values[i];\n"
                           "        size_t at = i;\n"
                           "        for (; at > 0 && values[at - 1] > one; at--)\n"
                           "            values[at] = values[at - 1];\n"
                           "        values[at] = one;\n"
                           "    }\n"
                           "}\n\n";

/* --- labels ----------------------------------------------------------------------------------- */

static void put_two_labels(const mlpi_c *c, FILE *to)
{
    const bool is_signed = c->model->pipeline.coding.signed_outputs;
    fprintf(to,
            "    output->probability[1] = between(%s);\n"
            "    output->probability[0] = 1.0 - output->probability[1];\n"
            "    output->label = (%s_label)(y[0] > %s ? 1 : 0);\n",
            is_signed ? "0.5f * (1.0f + y[0])" : "y[0]", c->prefix, is_signed ? "0.0f" : "0.5f");
}

static void put_several_labels(const mlpi_c *c, FILE *to)
{
    const bool is_signed = c->model->pipeline.coding.signed_outputs;
    fprintf(to,
            "    double sum = 0.0;\n"
            "    size_t best = 0;\n"
            "    for (size_t k = 0; k < %s_LABELS; k++)\n"
            "        sum += output->probability[k] = between(%s);\n"
            "    for (size_t k = 0; k < %s_LABELS; k++)\n"
            "        output->probability[k] = sum == 0.0 ? 1.0 / %s_LABELS : "
            "output->probability[k] / sum;\n"
            "    for (size_t k = 1; k < %s_LABELS; k++)\n"
            "        best = y[k] > y[best] ? k : best;\n"
            "    output->label = (%s_label)best;\n",
            c->upper, is_signed ? "0.5f * (1.0f + y[k])" : "y[k]", c->upper, c->upper, c->upper,
            c->prefix);
}

/* Replaces the likeliest label with the label that the model's threshold chooses. */
static void put_decision(const mlpi_c *c, FILE *to)
{
    fprintf(to, "    output->label = (%s_label)(output->probability[1] >= ", c->prefix);
    mlpi_c_double(to, c->model->decision.threshold);
    fputs(" ? 1 : 0);\n", to);
}

static void put_set(const mlpi_c *c, FILE *to)
{
    fprintf(to,
            "    for (size_t k = 0; k < %s_LABELS; k++)\n"
            "        output->in_set[k] = (unsigned char)((int)k == (int)output->label || "
            "1.0 - output->probability[k] <= ",
            c->upper);
    mlpi_c_double(to, mlpi_conformal_quantile(&c->model->conformal, 0, c->coverage));
    fputs(");\n", to);
}

static void put_labels(mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    mlpi_c_texts(c, to, "labels", p->labels, p->label_count);
    fprintf(to,
            "\nconst char *%s_label_text(%s_label label)\n{\n"
            "    return (int)label >= 0 && (int)label < %s_LABELS ? labels[label] : NULL;\n}\n\n",
            c->prefix, c->prefix, c->upper);
    fputs(between, to);
    fprintf(to,
            "static void decode(const float *y, int known, %s_output *output)\n{\n"
            "    for (size_t k = 0; k < %s_LABELS; k++) {\n"
            "        output->probability[k] = (double)NAN;\n%s    }\n"
            "    output->label = %s_LABEL_NONE;\n    if (!known)\n        return;\n",
            c->prefix, c->upper, c->coverage > 0.0 ? "        output->in_set[k] = 0;\n" : "",
            c->upper);
    if (p->coding.single_output)
        put_two_labels(c, to);
    else
        put_several_labels(c, to);
    if (c->model->decision.known)
        put_decision(c, to);
    if (c->coverage > 0.0)
        put_set(c, to);
    fputs("}\n\n", to);
}

/* --- values ----------------------------------------------------------------------------------- */

/* Writes the ends of the interval of a target: those of value[0] and value[levels - 1]. */
static void put_interval(const mlpi_c *c, FILE *to, size_t t, size_t levels)
{
    const mlpi_coding *coding = &c->model->pipeline.coding;
    const mlpi_target *target = &c->model->pipeline.targets[t];
    static const char *const ends[] = {"lower", "upper"};
    char value[32];
    fputs("    if (known) {\n", to);
    for (int i = 0; i < 2; i++) {
        snprintf(value, sizeof value, "value[%zu]", i == 0 ? 0 : levels - 1);
        fprintf(to, "        double %s = (double)", ends[i]);
        mlpi_c_call(to, MLPI_C_ENCODE, "target", t + 1, target->transform, &target->fitted, value);
        fputs(i == 0 ? ") - " : ") + ", to);
        mlpi_c_double(to, mlpi_conformal_quantile(&c->model->conformal, t, c->coverage));
        fputs(";\n", to);
    }
    fputs("        if (lower > upper)\n            lower = upper = 0.5 * (lower + upper);\n", to);
    for (int i = 0; i < 2; i++) {
        fprintf(to, "        output->%s_%s = ", c->target[t], ends[i]);
        fputs(coding->shares ? "fmin(1.0, fmax(0.0, " : coding->counts ? "(fmax(0.0, " : "((", to);
        mlpi_c_call(to, MLPI_C_DECODE, "target", t + 1, target->transform, &target->fitted,
                    ends[i]);
        fputs(")));\n", to);
    }
    fprintf(to, "    } else {\n        output->%s_lower = output->%s_upper = (double)NAN;\n    }\n",
            c->target[t], c->target[t]);
}

static void put_target(const mlpi_c *c, FILE *to, size_t t)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    const mlpi_target *target = &p->targets[t];
    const size_t levels = p->coding.levels > 0 ? p->coding.levels : 1;
    char output[40];
    fprintf(to, "\n    known = answered;\n    for (size_t q = 0; q < %zu; q++) {\n", levels);
    fputs("        value[q] = ", to);
    snprintf(output, sizeof output, "(double)y[%zu + q]", t * levels);
    mlpi_c_call(to, MLPI_C_DECODE, "target", t + 1, target->transform, &target->fitted, output);
    fputs(");\n        known = known && fabs(value[q]) <= (double)FLT_MAX;\n    }\n", to);
    if (levels > 1)
        fprintf(to, "    sort(value, %zu);\n", levels);
    if (p->coding.levels > 0)
        fprintf(to,
                "    for (size_t q = 0; q < %zu; q++)\n        output->%s[q] = known ? value[q] : "
                "(double)NAN;\n",
                levels, c->target[t]);
    else
        fprintf(to, "    output->%s = known ? value[0] : (double)NAN;\n", c->target[t]);
    if (c->coverage > 0.0)
        put_interval(c, to, t, levels);
}

static void put_values(mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    const size_t levels = p->coding.levels > 0 ? p->coding.levels : 1;
    if (levels > 1)
        fputs(sort, to);
    fprintf(to,
            "static void decode(const float *y, int answered, %s_output *output)\n{\n"
            "    double value[%zu];\n    int known;\n",
            c->prefix, levels);
    for (size_t t = 0; t < p->target_count; t++)
        put_target(c, to, t);
    fputs("}\n\n", to);
    c->cost.stack += levels * sizeof(double);
}

void mlpi_c_finite(const mlpi_c *c, FILE *to)
{
    fputs(all_finite, to);
    if (c->model->members.temperature > 0.0)
        mlpi_c_code(to, mlpi_temper_carried);
}

void mlpi_c_temper(const mlpi_c *c, FILE *to)
{
    const double temperature = c->model->members.temperature;
    const size_t outputs = c->model->pipeline.outputs;
    if (!(temperature > 0.0))
        return;
    fprintf(to, "    if (all_finite(y, %zu))\n        temper(", outputs);
    mlpi_c_double(to, 1.0 / temperature);
    fprintf(to, ", %zu, y);\n", outputs);
}

void mlpi_c_outputs(mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    if (p->task == MLP_TASK_CLASSIFICATION)
        put_labels(c, to);
    else
        put_values(c, to);
    fprintf(
        to,
        "void %s_predict(const %s_input *input, %s_output *output)\n{\n"
        "    float x[%zu] = {0.0f}, y[%zu] = {0.0f};\n    encode(input, x);\n    forward(x, y);\n"
        "    decode(y, all_finite(x, %zu) && all_finite(y, %zu), output);\n}\n",
        c->prefix, c->prefix, c->prefix, p->inputs, p->outputs, p->inputs, p->outputs);
    c->cost.stack += p->outputs * sizeof(float);
}
