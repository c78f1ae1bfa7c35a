/* SPDX-License-Identifier: MIT */
/* Labels that rows have but that are predicted for no row, which the accuracy may hide. */
#include "runs/unpredicted.h"

#include <stdio.h>

#include "mlp/output.h"

/* How many rows have a label, and for how many rows it is predicted. */
typedef struct label_rows {
    size_t truths, guesses;
} label_rows;

static size_t guess_of(const mlpi_pipeline *p, const mlpi_decision *decision, const float *y)
{
    double probability[2];
    const size_t usual = mlpi_pipeline_label(p, y);
    if (!decision->known || usual == MLP_NO_LABEL)
        return usual;
    mlpi_pipeline_invert(p, y, 1, probability);
    return probability[1] >= decision->threshold ? 1 : 0;
}

static void count(const mlpi_prepared *d, const mlpi_unseen *u, const mlpi_decision *decision,
                  label_rows *labels)
{
    const mlpi_pipeline *p = &d->pipeline;
    for (size_t i = 0; i < u->count; i++) {
        const size_t guess = guess_of(p, decision, u->outputs + i * p->outputs);
        labels[d->training.label[u->row[i]]].truths++;
        if (guess != MLP_NO_LABEL)
            labels[guess].guesses++;
    }
}

/* What would help to predict a label; "" if a threshold was chosen for it, since a notice was given
 * then. */
static void find_remedy(const mlpi_crew *crew, size_t label, size_t rows, char *text, size_t size)
{
    const mlpi_prepared *d = &crew->common.data;
    const bool looked_for =
        crew->common.plan.decide_for != NULL && mlpi_pipeline_looked_for(&d->pipeline) == label;
    text[0] = '\0';
    if (rows < d->folds.folds)
        snprintf(text, size, "more rows with this label are needed");
    else if (d->pipeline.label_count > 2)
        snprintf(text, size, "`class-weights` balanced gives rare labels more weight");
    else if (!looked_for)
        snprintf(text, size, "`threshold` balanced_accuracy with `label` \"%s\" may find it",
                 d->pipeline.labels[label]);
}

static void tell(const mlpi_crew *crew, const label_rows *labels, size_t rows)
{
    const mlpi_pipeline *p = &crew->common.data.pipeline;
    size_t count = 0, rarest = 0;
    char remedy[300];
    for (size_t k = 0; k < p->label_count; k++) {
        if (labels[k].truths == 0 || labels[k].guesses > 0)
            continue;
        if (count++ == 0 || labels[k].truths < labels[rarest].truths)
            rarest = k;
    }
    if (count == 0)
        return;
    find_remedy(crew, rarest, labels[rarest].truths, remedy, sizeof remedy);
    if (count == 1 && remedy[0] != '\0')
        mlpi_notice(crew->options, "\"%s\" (%zu of %zu rows) is never predicted out of fold; %s.",
                    p->labels[rarest], labels[rarest].truths, rows, remedy);
    else if (remedy[0] != '\0')
        mlpi_notice(
            crew->options,
            "%zu labels are never predicted out of fold, such as \"%s\" (%zu of %zu rows); %s.",
            count, p->labels[rarest], labels[rarest].truths, rows, remedy);
}

mlp_status mlpi_tell_unpredicted(const mlpi_crew *crew, const mlpi_unseen *u,
                                 const mlpi_decision *decision, mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    if (d->pipeline.task != MLP_TASK_CLASSIFICATION)
        return MLP_OK;
    label_rows *labels = mlpi_allocate(d->pipeline.label_count, sizeof *labels);
    if (labels == NULL)
        return mlpi_fail_memory(err, "the labels");
    count(d, u, decision, labels);
    tell(crew, labels, u->count);
    mlpi_free(labels);
    return MLP_OK;
}
