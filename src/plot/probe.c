/* SPDX-License-Identifier: MIT */
/* A model's predictions for artificial rows, and the columns and true answers of a table. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "engine/ensemble.h"
#include "mlp/output.h"
#include "plot/kinds.h"

/* Finds the category that most rows have; the first one if several are equally frequent. */
static mlp_status most_frequent(const mlp_model *model, size_t feature, const mlp_table *table,
                                double *level, mlp_error *err)
{
    const size_t rows = mlp_table_rows(table);
    double *values = mlpi_allocate(rows, sizeof *values), most = 0.0;
    if (values == NULL)
        return mlpi_fail_memory(err, "a picture");
    mlp_status status =
        mlpi_pipeline_values(&model->pipeline, feature, 1, table, NULL, rows, values, err);
    for (size_t r = 0; status == MLP_OK && r < rows; r++)
        most = values[r] > most ? values[r] : most;
    const size_t levels = (size_t)most + 1;
    size_t *counts = mlpi_allocate(levels, sizeof *counts), best = 0;
    if (counts == NULL)
        status = mlpi_fail_memory(err, "a picture");
    for (size_t r = 0; status == MLP_OK && r < rows; r++)
        if (values[r] >= 0.0)
            counts[(size_t)values[r]]++;
    for (size_t k = 1; status == MLP_OK && k < levels; k++)
        best = counts[k] > counts[best] ? k : best;
    mlpi_free(values);
    mlpi_free(counts);
    *level = (double)best;
    return status;
}

mlp_status mlpi_typical_row(const mlp_model *model, const mlp_table *table, double *values,
                            mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    for (size_t i = 0; i < p->feature_count; i++) {
        values[i] = mlpi_feature_middle(&p->features[i]);
        if (table != NULL && !mlpi_feature_is_numeric(&p->features[i]))
            MLPI_TRY(most_frequent(model, i, table, &values[i], err));
    }
    return MLP_OK;
}

mlp_status mlpi_probe(const mlp_model *model, const mlpi_members *members, const double *values,
                      size_t rows, int threads, double *out, mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    size_t inputs = 0, outputs = 0;
    if (!mlpi_multiply(rows, p->inputs, &inputs) || !mlpi_multiply(rows, p->outputs, &outputs))
        return mlpi_fail_memory(err, "the rows of a picture");
    float *x = mlpi_allocate(inputs, sizeof *x), *y = mlpi_allocate(outputs, sizeof *y);
    mlpi_ensemble *networks = NULL;
    mlp_status status = x == NULL || y == NULL
                            ? mlpi_fail_memory(err, "the rows of a picture")
                            : mlpi_ensemble_create(members, threads, &networks, err);
    if (status == MLP_OK) {
        for (size_t r = 0; r < rows; r++)
            mlpi_pipeline_encode_values(p, values + r * p->feature_count, x + r * p->inputs);
        mlpi_ensemble_forward(networks, &(mlpi_batch){.x = x, .rows = rows}, y);
        mlpi_pipeline_invert(p, y, rows, out);
        mlpi_ensemble_free(networks);
    }
    mlpi_free(x);
    mlpi_free(y);
    return status;
}

char *mlpi_output_name(mlp_figure *figure, const mlp_model *model, size_t k)
{
    const size_t levels = mlp_model_level_count(model);
    if (mlp_model_task(model) == MLP_TASK_CLASSIFICATION)
        return mlpi_figure_text(figure, "p(%s)", mlp_model_label(model, k));
    if (levels == 0)
        return mlpi_figure_text(figure, "%s", mlp_model_target(model, k));
    return mlpi_figure_text(figure, "%s, quantile %g", mlp_model_target(model, k / levels),
                            mlp_model_level(model, k % levels));
}

const char *mlpi_targets_shown(const mlp_model *model, size_t first, size_t count,
                               char text[MLPI_TARGETS])
{
    char one[MLPI_SHORT], other[MLPI_SHORT], more[32] = "";
    const size_t columns = count > 1 ? MLPI_IN_TITLE / 2 : MLPI_IN_TITLE;
    mlpi_short(mlp_model_target(model, first), columns, one);
    if (count > 1)
        mlpi_short(mlp_model_target(model, first + 1), columns, other);
    if (count > 2)
        snprintf(more, sizeof more, " and %zu more", count - 2);
    if (count > 1)
        snprintf(text, MLPI_TARGETS, "%s%s%s%s", one, count > 2 ? ", " : " and ", other, more);
    else
        snprintf(text, MLPI_TARGETS, "%s", one);
    return text;
}

static mlp_status no_input(const mlp_model *model, const char *name, mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    const char **names = mlpi_allocate(p->feature_count, sizeof *names);
    const char *near = NULL;
    for (size_t i = 0; names != NULL && i < p->feature_count; i++)
        names[i] = p->features[i].name;
    if (names != NULL)
        near = mlp_nearest_name(name, names, p->feature_count);
    mlpi_free(names);
    if (near != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the model has no input column \"%s\"; did you mean \"%s\"?", name, near);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "the model has no input column \"%s\"; inspecting the model lists its columns",
                     name);
}

mlp_status mlpi_find_input(const mlp_model *model, const char *name, bool numeric, size_t *column,
                           mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    for (size_t i = 0; i < p->feature_count; i++) {
        if (strcmp(p->features[i].name, name) != 0)
            continue;
        if (numeric && !mlpi_feature_is_numeric(&p->features[i]))
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "column \"%s\" holds categories; name a column of numbers", name);
        *column = i;
        return MLP_OK;
    }
    return no_input(model, name, err);
}

mlp_status mlpi_find_outputs(const mlp_model *model, const char *label, size_t *first,
                             size_t *count, mlp_error *err)
{
    const bool classes = mlp_model_task(model) == MLP_TASK_CLASSIFICATION;
    const size_t all = classes ? mlp_model_label_count(model) : mlp_model_target_count(model);
    if (label == NULL) {
        *first = classes && all == 2 ? mlp_model_looked_for(model) : 0;
        *count = classes && all == 2 ? 1 : all;
        return MLP_OK;
    }
    for (size_t k = 0; k < all; k++) {
        if (strcmp(label, classes ? mlp_model_label(model, k) : mlp_model_target(model, k)) == 0) {
            *first = k;
            *count = 1;
            return MLP_OK;
        }
    }
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`label` %s: the model has no such %s; inspecting the model lists them", label,
                     classes ? "label" : "target");
}

size_t mlpi_values_of(const mlp_model *model)
{
    return mlp_model_level_count(model) > 0 ? mlp_model_level_count(model) : 1;
}

mlp_status mlpi_take_outcomes(const mlp_plot_request *request, mlp_outcomes *outcomes,
                              mlp_error *err)
{
    if (request->outcomes != NULL) {
        *outcomes = *request->outcomes;
        return MLP_OK;
    }
    MLPI_TRY(mlp_model_outcomes(request->model, request->table, request->threads, outcomes, err));
    const mlp_status status = mlpi_need_predictions(outcomes, request->table, err);
    if (status != MLP_OK)
        mlp_outcomes_release(outcomes);
    return status;
}

void mlpi_outcomes_done(const mlp_plot_request *request, mlp_outcomes *outcomes)
{
    if (request->outcomes == NULL)
        mlp_outcomes_release(outcomes);
    *outcomes = (mlp_outcomes){0};
}

/* Fills in the true answers of the rows whose numbers are in `rows`. */
static mlp_status take_answers(const mlpi_pipeline *p, const mlp_table *table, const size_t *rows,
                               size_t count, size_t width, double *answers, mlp_error *err)
{
    mlp_encoded encoded = {0};
    uint32_t *index = mlpi_allocate(count, sizeof *index);
    if (index == NULL)
        return mlpi_fail_memory(err, "the true answers");
    for (size_t i = 0; i < count; i++)
        index[i] = (uint32_t)rows[i];
    const mlp_status status = mlpi_pipeline_apply(p, table, index, count, true, &encoded, err);
    for (size_t i = 0; status == MLP_OK && i < count; i++)
        for (size_t t = 0; t < width; t++)
            answers[rows[i] * width + t] =
                encoded.label != NULL ? (double)encoded.label[i] : encoded.value[i * width + t];
    mlp_encoded_release(&encoded);
    mlpi_free(index);
    return status;
}

/* Finds the rows that have true answers: none if a target column is missing. A missing input column
 * is an error. */
static mlp_status find_answered(const mlpi_pipeline *p, const mlp_table *table, size_t *rows,
                                size_t *count, mlp_error *err)
{
    mlp_encoded first = {0};
    mlp_status status = mlpi_pipeline_rows_with_targets(p, table, rows, count, err);
    if (status != MLP_ERROR_DATA)
        return status;
    *count = 0;
    status = mlpi_pipeline_apply(p, table, NULL, 1, false, &first, err);
    mlp_encoded_release(&first);
    return status;
}

mlp_status mlpi_true_answers(const mlp_model *model, const mlp_table *table, double **answers,
                             mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    const size_t all = mlp_table_rows(table);
    const size_t width = p->task == MLP_TASK_CLASSIFICATION ? 1 : p->target_count;
    size_t size = 0, count = 0;
    size_t *rows = mlpi_allocate(all, sizeof *rows);
    double *made = mlpi_multiply(all, width, &size) ? mlpi_allocate(size, sizeof *made) : NULL;
    for (size_t i = 0; made != NULL && i < size; i++)
        made[i] = (double)NAN;
    mlp_status status = rows == NULL || made == NULL ? mlpi_fail_memory(err, "the true answers")
                                                     : find_answered(p, table, rows, &count, err);
    if (status == MLP_OK && count > 0)
        status = take_answers(p, table, rows, count, width, made, err);
    mlpi_free(rows);
    if (status == MLP_OK)
        *answers = made;
    else
        mlpi_free(made);
    return status;
}

mlp_status mlpi_column_numbers(const mlp_model *model, const mlp_table *table, size_t column,
                               double **numbers, mlp_error *err)
{
    const size_t rows = mlp_table_rows(table);
    double *made = mlpi_allocate(rows, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a column");
    const mlp_status status =
        mlpi_pipeline_values(&model->pipeline, column, 1, table, NULL, rows, made, err);
    if (status == MLP_OK)
        *numbers = made;
    else
        mlpi_free(made);
    return status;
}
