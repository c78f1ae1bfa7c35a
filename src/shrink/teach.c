/* SPDX-License-Identifier: MIT */
/* The targets of students: t = a f(x) + (1 - a) s, with the prediction f of the teacher and the
 * target s (G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", 2015,
 * with the temperature 1). */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "shrink/shrink.h"

/* The index of each of the student's labels among the teacher's; SIZE_MAX: the teacher lacks it.
 * The caller frees the array. NULL: out of memory. */
static size_t *match_labels(const mlpi_pipeline *student, const mlpi_pipeline *teacher)
{
    size_t *place = mlpi_allocate(student->label_count, sizeof *place);
    for (size_t k = 0; place != NULL && k < student->label_count; k++) {
        place[k] = SIZE_MAX;
        for (size_t j = 0; j < teacher->label_count; j++)
            if (strcmp(student->labels[k], teacher->labels[j]) == 0)
                place[k] = j;
    }
    return place;
}

/* Writes the teacher's probabilities of the student's labels, divided by their sum. false: the
 * teacher has no prediction, or its probability of all these labels is 0. */
static bool code_labels(const mlpi_pipeline *p, const size_t *place, const double *answer, float *y)
{
    double sum = 0.0;
    for (size_t k = 0; k < p->label_count; k++)
        sum += place[k] != SIZE_MAX ? answer[place[k]] : 0.0;
    if (!(sum > 0.0))
        return false;
    for (size_t k = p->coding.single_output ? 1 : 0; k < p->label_count; k++)
        *y++ = (float)((place[k] != SIZE_MAX ? answer[place[k]] : 0.0) / sum);
    return true;
}

/* Writes the teacher's values on the scale of the student's targets. false: a value is not
 * finite. */
static bool code_values(const mlpi_pipeline *p, const double *answer, float *y)
{
    const size_t each = p->outputs / p->target_count;
    for (size_t k = 0; k < p->outputs; k++) {
        const mlpi_target *target = &p->targets[k / each];
        const double value = p->coding.counts && answer[k] < 0.0 ? 0.0 : answer[k];
        target->transform->apply(&target->fitted, &value, 1, &y[k], 1);
        if (!isfinite(y[k]))
            return false;
    }
    return true;
}

static bool same_shape(const mlpi_pipeline *student, const mlpi_pipeline *teacher)
{
    return student->task == teacher->task && student->target_count == teacher->target_count &&
           student->coding.levels == teacher->coding.levels;
}

/* Blends the teacher's predictions, `answers`, into the targets. A row without a prediction keeps
 * its targets. `y` is scratch for the prediction of one row. */
static void teach_rows(const mlpi_lesson *lesson, const mlp_predictions *answers,
                       const size_t *place, size_t real, double share, float *y)
{
    const mlpi_prepared *d = &lesson->common.data;
    const mlpi_pipeline *p = &d->pipeline;
    for (size_t i = 0; i < d->training.rows; i++) {
        const size_t row = d->split.training[i];
        const double *answer = answers->values + row * answers->width;
        const double a = row >= real || p->coding.levels > 0 ? 1.0 : share;
        float *target = d->training.target + i * p->outputs;
        if (!(place != NULL ? code_labels(p, place, answer, y) : code_values(p, answer, y)))
            continue;
        for (size_t k = 0; k < p->outputs; k++)
            target[k] = (float)(a * (double)y[k] + (1.0 - a) * (double)target[k]);
    }
}

mlp_status mlpi_teach(const mlpi_lesson *lesson, size_t real, double share, mlp_error *err)
{
    const mlpi_pipeline *p = &lesson->common.data.pipeline, *from = &lesson->teacher->pipeline;
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    mlp_predictions answers = {0};
    if (!same_shape(p, from))
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "the targets of these rows are not those of the model");
    MLPI_TRY(
        mlp_model_predict(lesson->teacher, lesson->rows, lesson->options.threads, &answers, err));
    size_t *place = classes ? match_labels(p, from) : NULL;
    float *y = mlpi_allocate(p->outputs, sizeof *y);
    mlp_status status = MLP_OK;
    if (y == NULL || (classes && place == NULL))
        status = mlpi_fail_memory(err, "rows for a small network");
    else
        teach_rows(lesson, &answers, place, real, share, y);
    mlpi_free(y);
    mlpi_free(place);
    mlp_predictions_release(&answers);
    return status;
}
