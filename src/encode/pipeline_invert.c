/* SPDX-License-Identifier: MIT */
/* Turns network outputs back into labels, and values in their units. */
#include <float.h>
#include <math.h>

#include "encode/pipeline.h"

/* --- numbers of outputs ------------------------------------------------------------------- */

size_t mlpi_pipeline_outputs(const mlpi_pipeline *p)
{
    if (p->task == MLP_TASK_CLASSIFICATION)
        return p->coding.single_output ? 1 : p->label_count;
    return p->coding.levels > 0 ? p->target_count * p->coding.levels : p->target_count;
}

size_t mlpi_pipeline_width(const mlpi_pipeline *p)
{
    return p->task == MLP_TASK_CLASSIFICATION ? p->label_count : mlpi_pipeline_outputs(p);
}

void mlpi_pipeline_middle(const mlpi_pipeline *p, const double *predictions, size_t rows,
                          double *values)
{
    const mlpi_coding *c = &p->coding;
    const size_t each = p->outputs / p->target_count;
    size_t middle = 0;
    for (size_t q = 1; q < c->levels; q++)
        if (fabs(c->level[q] - 0.5) < fabs(c->level[middle] - 0.5))
            middle = q;
    for (size_t i = 0; i < rows * p->target_count; i++)
        values[i] = predictions[i * each + middle];
}

/* --- back to labels and units ----------------------------------------------------------------- */

static bool all_finite(const float *y, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(y[k]))
            return false;
    return true;
}

static void fill_nan(double *values, size_t count)
{
    for (size_t k = 0; k < count; k++)
        values[k] = (double)NAN;
}

static double probability(const mlpi_pipeline *p, float y)
{
    if (p->coding.signed_outputs)
        y = 0.5f * (1.0f + y);
    return y < 0.0f ? 0.0 : y > 1.0f ? 1.0 : (double)y;
}

static void invert_classes(const mlpi_pipeline *p, const float *y, double *values)
{
    if (!all_finite(y, p->outputs)) {
        fill_nan(values, p->label_count);
        return;
    }
    if (p->coding.single_output) {
        values[1] = probability(p, y[0]);
        values[0] = 1.0 - values[1];
        return;
    }
    double sum = 0.0;
    for (size_t k = 0; k < p->label_count; k++)
        sum += values[k] = probability(p, y[k]);
    for (size_t k = 0; k < p->label_count; k++)
        values[k] = sum == 0.0 ? 1.0 / (double)p->label_count : values[k] / sum;
}

size_t mlpi_pipeline_label(const mlpi_pipeline *p, const float *y)
{
    if (!all_finite(y, p->outputs))
        return MLP_NO_LABEL;
    if (p->coding.single_output)
        return y[0] > (p->coding.signed_outputs ? 0.0f : 0.5f) ? 1 : 0;
    size_t best = 0;
    for (size_t k = 1; k < p->label_count; k++)
        best = y[k] > y[best] ? k : best;
    return best;
}

/* Sorts by insertion: the values are few, and nearly always in order. */
static void sort(double *values, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const double one = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > one; at--)
            values[at] = values[at - 1];
        values[at] = one;
    }
}

/* Whether all values are in the range of float, in which predictions are computed and written; a
 * value beyond that range is not a prediction, even if only the units of its target make it so
 * large. False for NaN. */
static bool all_are_floats(const double *values, size_t n)
{
    bool all = true;
    for (size_t i = 0; i < n; i++)
        all = all && fabs(values[i]) <= (double)FLT_MAX;
    return all;
}

static void invert_values(const mlpi_pipeline *p, const float *y, double *values)
{
    const size_t each = p->outputs / p->target_count;
    for (size_t k = 0; k < p->outputs; k++) {
        const mlpi_target *target = &p->targets[k / each];
        values[k] = target->transform->invert(&target->fitted, (double)y[k]);
    }
    for (size_t t = 0; t < p->target_count; t++) {
        if (!all_are_floats(values + t * each, each))
            fill_nan(values + t * each, each);
        sort(values + t * each, each);
    }
}

void mlpi_pipeline_invert(const mlpi_pipeline *pipeline, const float *y, size_t rows,
                          double *values)
{
    const size_t width = mlpi_pipeline_width(pipeline);
    for (size_t r = 0; r < rows; r++, y += pipeline->outputs, values += width) {
        if (pipeline->task == MLP_TASK_CLASSIFICATION)
            invert_classes(pipeline, y, values);
        else
            invert_values(pipeline, y, values);
    }
}
