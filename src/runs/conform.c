/* SPDX-License-Identifier: MIT */
#include "runs/conform.h"

#include <math.h>

static bool is_answered(const mlpi_pipeline *pipeline, const mlpi_unseen *u, size_t i)
{
    bool all = true;
    for (size_t k = 0; k < pipeline->outputs; k++)
        all = all && isfinite(u->outputs[i * pipeline->outputs + k]);
    return all;
}

/* The score of row i of `u`; `p` is scratch for the probabilities of a row. */
static double score_of_label(const mlpi_pipeline *pipeline, const mlp_encoded *rows,
                             const mlpi_unseen *u, size_t i, double *p)
{
    mlpi_pipeline_invert(pipeline, u->outputs + i * pipeline->outputs, 1, p);
    return 1.0 - p[rows->label[u->row[i]]];
}

static double score_of_target(const mlpi_pipeline *pipeline, const mlp_encoded *rows,
                              const mlpi_unseen *u, size_t i, size_t t)
{
    const size_t each = pipeline->outputs / pipeline->target_count;
    const float *y = u->outputs + i * pipeline->outputs + t * each;
    const double truth = (double)rows->target[u->row[i] * pipeline->outputs + t * each];
    double low = (double)y[0], high = (double)y[0];
    for (size_t q = 1; q < each; q++) {
        low = fmin(low, (double)y[q]);
        high = fmax(high, (double)y[q]);
    }
    return fmax(low - truth, truth - high);
}

/* Fills in the scores of a list; returns their number, which is the same for all lists. */
static size_t scores_of(const mlpi_prepared *d, const mlpi_unseen *u, size_t list, double *p,
                        double *score)
{
    const mlpi_pipeline *pipeline = &d->pipeline;
    size_t count = 0;
    for (size_t i = 0; i < u->count; i++)
        if (is_answered(pipeline, u, i))
            score[count++] = pipeline->task == MLP_TASK_CLASSIFICATION
                                 ? score_of_label(pipeline, &d->training, u, i, p)
                                 : score_of_target(pipeline, &d->training, u, i, list);
    return count;
}

mlp_status mlpi_conform(const mlpi_crew *crew, const mlpi_unseen *u, mlpi_conformal *made,
                        mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    const size_t lists = d->pipeline.target_count;
    double *score = mlpi_allocate(u->count, sizeof *score);
    double *p = mlpi_allocate(d->pipeline.label_count, sizeof *p);
    mlp_status status =
        score != NULL && p != NULL ? MLP_OK : mlpi_fail_memory(err, "the scores of rows");
    for (size_t l = 0; status == MLP_OK && l < lists; l++) {
        const size_t count = scores_of(d, u, l, p, score);
        if (l == 0 && count > 0)
            status = mlpi_conformal_init(made, count, lists, err);
        if (status == MLP_OK && count > 0)
            mlpi_conformal_keep(made, l, score);
    }
    mlpi_free(score);
    mlpi_free(p);
    return status;
}
