/* SPDX-License-Identifier: MIT */
/* The ranges of columns of numbers: from the table, or without a table from what the model has
 * learnt. */
#include <math.h>

#include "base/base.h"
#include "web/web.h"

enum { AT_ONCE = 256 };

/* How many deviations a guessed range reaches to each side of the mean. */
static const double GUESSED = 2.0;

static void take(mlpi_web_range *range, double value)
{
    if (isnan(value))
        return;
    range->lowest = fmin(range->lowest, value);
    range->highest = fmax(range->highest, value);
    range->whole = range->whole && value == floor(value);
}

static mlp_status look_at_rows(mlpi_web *web, size_t first, size_t count, double *values,
                               mlp_error *err)
{
    const mlpi_pipeline *p = &web->model->pipeline;
    uint32_t index[AT_ONCE];
    for (size_t i = 0; i < count; i++)
        index[i] = (uint32_t)(first + i);
    MLPI_TRY(mlpi_pipeline_values(p, 0, p->feature_count, web->table, index, count, values, err));
    for (size_t i = 0; i < count; i++)
        for (size_t f = 0; f < p->feature_count; f++)
            take(&web->ranges[f], values[i * p->feature_count + f]);
    return MLP_OK;
}

static mlp_status look_at_table(mlpi_web *web, mlp_error *err)
{
    const size_t rows = web->table != NULL ? mlp_table_rows(web->table) : 0;
    double *values = mlpi_allocate(AT_ONCE * web->model->pipeline.feature_count, sizeof *values);
    mlp_status status = values != NULL ? MLP_OK : mlpi_fail_memory(err, "ranges of columns");
    for (size_t r = 0; r < rows && status == MLP_OK; r += AT_ONCE)
        status = look_at_rows(web, r, rows - r < AT_ONCE ? rows - r : AT_ONCE, values, err);
    mlpi_free(values);
    return status;
}

mlp_status mlpi_web_look(mlpi_web *web, mlp_error *err)
{
    const mlpi_pipeline *p = &web->model->pipeline;
    web->ranges = mlpi_allocate(p->feature_count, sizeof *web->ranges);
    if (web->ranges == NULL)
        return mlpi_fail_memory(err, "ranges of columns");
    for (size_t f = 0; f < p->feature_count; f++)
        web->ranges[f] = (mlpi_web_range){
            .lowest = INFINITY, .highest = -INFINITY, .middle = (double)NAN, .whole = true};
    MLPI_TRY(look_at_table(web, err));
    for (size_t f = 0; f < p->feature_count; f++) {
        const mlpi_feature *one = &p->features[f];
        double known[3];
        if (!mlpi_feature_is_numeric(one) || web->ranges[f].lowest <= web->ranges[f].highest)
            continue;
        mlpi_transform_range(one->transform, &one->fitted, known);
        for (int i = 0; i < 3; i++) /* a wide range may have overflowed */
            known[i] = isfinite(known[i]) ? known[i] : one->fill;
        const bool guessed = one->transform->reach > 0.0; /* from mean and deviation */
        const double share = guessed ? GUESSED / one->transform->reach : 1.0;
        web->ranges[f] = (mlpi_web_range){.lowest = known[1] - share * (known[1] - known[0]),
                                          .highest = known[1] + share * (known[2] - known[1]),
                                          .middle = guessed ? known[1] : (double)NAN};
    }
    return MLP_OK;
}
