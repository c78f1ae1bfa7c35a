/* SPDX-License-Identifier: MIT */
/* A model, and predicting with it. */
#include "model/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine.h"
#include "evaluate/metrics.h"
#include "mlp/predictor.h"
#include "model/metadata.h"
#include "network/layout.h"

static mlp_status fill(mlp_model *made, const mlp_network *network, const mlpi_pipeline *pipeline,
                       const mlp_read_options *read, mlp_error *err)
{
    mlp_read_options lasting = *read;
    lasting.labels = NULL; /* the labels of other images */
    lasting.encoding_if_unclear = NULL;
    made->network = mlpi_network_copy(network);
    if (made->network == NULL)
        return mlpi_fail_memory(err, "the model");
    made->network->surrogate = false; /* it is for training only */
    MLPI_TRY(mlpi_pipeline_copy(pipeline, &made->pipeline, err));
    MLPI_TRY(mlpi_read_options_copy(&lasting, &made->read, err));
    return mlpi_metadata_write(made, &made->metadata, err);
}

mlp_status mlpi_model_assemble(const mlp_network *network, const mlpi_pipeline *pipeline,
                               const mlp_read_options *read, mlpi_provenance *provenance,
                               mlp_model **model, mlp_error *err)
{
    mlp_model *made = mlpi_allocate(1, sizeof *made);
    assert(pipeline->inputs == mlp_network_inputs(network));
    assert(pipeline->outputs == mlp_network_outputs(network));
    if (made == NULL) {
        mlpi_provenance_release(provenance);
        return mlpi_fail_memory(err, "the model");
    }
    made->provenance = *provenance;
    *provenance = (mlpi_provenance){0};
    const mlp_status status = fill(made, network, pipeline, read, err);
    if (status == MLP_OK)
        *model = made;
    else
        mlp_model_free(made);
    return status;
}

_Static_assert(MLPI_MOST_LEVELS == MLP_MAX_LEVELS, "a pipeline holds the levels of any network");

mlpi_coding mlpi_coding_of(mlp_loss loss, const mlp_loss_settings *settings)
{
    mlpi_coding coding = {.signed_outputs = loss == MLP_HINGE, .counts = loss == MLP_POISSON};
    if (loss == MLP_QUANTILE) {
        coding.levels = settings->levels;
        memcpy(coding.level, settings->level, sizeof coding.level);
    }
    return coding;
}

void mlpi_provenance_release(mlpi_provenance *provenance)
{
    free(provenance->version);
    free(provenance->data);
    free(provenance->task_reason);
    free(provenance->optimizer);
    free(provenance->stop_reason);
    free(provenance->validation);
    free(provenance->weight_column);
    free(provenance->class_weights);
    for (size_t i = 0; i < provenance->ignored_count; i++) {
        free(provenance->ignored[i].name);
        free(provenance->ignored[i].reason);
    }
    mlpi_free(provenance->ignored);
    for (size_t i = 0; i < provenance->finding_count; i++) {
        free(provenance->findings[i].kind);
        free(provenance->findings[i].sentence);
    }
    mlpi_free(provenance->findings);
    free(provenance->command);
    *provenance = (mlpi_provenance){0};
}

void mlp_model_free(mlp_model *model)
{
    if (model == NULL)
        return;
    mlp_network_free(model->network);
    mlpi_pipeline_release(&model->pipeline);
    mlpi_read_options_release(&model->read);
    mlpi_provenance_release(&model->provenance);
    free(model->metadata);
    mlpi_free(model);
}

/* --- what a model holds ----------------------------------------------------------------------- */

mlp_task mlp_model_task(const mlp_model *model)
{
    return model->pipeline.task;
}

const mlp_network *mlp_model_network(const mlp_model *model)
{
    return model->network;
}

size_t mlp_model_label_count(const mlp_model *model)
{
    return model->pipeline.label_count;
}

const char *mlp_model_label(const mlp_model *model, size_t k)
{
    return model->pipeline.labels[k];
}

size_t mlp_model_target_count(const mlp_model *model)
{
    return model->pipeline.target_count;
}

const char *mlp_model_target(const mlp_model *model, size_t k)
{
    return model->pipeline.targets[k].name;
}

size_t mlp_model_width(const mlp_model *model)
{
    return mlpi_pipeline_width(&model->pipeline);
}

size_t mlp_model_level_count(const mlp_model *model)
{
    return model->pipeline.coding.levels;
}

double mlp_model_level(const mlp_model *model, size_t q)
{
    return model->pipeline.coding.level[q];
}

size_t mlp_model_column_count(const mlp_model *model)
{
    return model->pipeline.feature_count;
}

const char *mlp_model_column(const mlp_model *model, size_t c)
{
    return model->pipeline.features[c].name;
}

const char *mlp_model_metadata(const mlp_model *model)
{
    return model->metadata;
}

bool mlp_model_knows(const mlp_model *model, const mlp_table *table)
{
    return model->provenance.data_fingerprint == mlp_table_fingerprint(table);
}

mlp_read_options mlp_model_read_options(const mlp_model *model)
{
    mlp_read_options options = model->read;
    if (options.encoding != NULL) { /* that file's; another file may be another's work */
        options.encoding_if_unclear = options.encoding;
        options.encoding = NULL;
    }
    options.header = !options.no_header; /* as in training */
    return options;
}

/* --- predicting ------------------------------------------------------------------------------- */

mlp_status mlp_model_encode(const mlp_model *model, const mlp_table *table, bool with_targets,
                            mlp_encoded *encoded, mlp_error *err)
{
    return mlpi_pipeline_apply(&model->pipeline, table, NULL, mlp_table_rows(table), with_targets,
                               encoded, err);
}

mlp_status mlp_model_select_with_targets(const mlp_model *model, const mlp_table *table,
                                         mlp_table **selected, size_t *left_out, mlp_error *err)
{
    const size_t all = mlp_table_rows(table);
    size_t count = 0;
    size_t *rows = mlpi_allocate(all, sizeof *rows);
    mlp_status status =
        rows == NULL ? mlpi_fail_memory(err, "the rows")
                     : mlpi_pipeline_rows_with_targets(&model->pipeline, table, rows, &count, err);
    if (status == MLP_OK && count == 0)
        status = mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_source(table), 0, 0,
                              "the target \"%s\" has no value in any row",
                              model->pipeline.targets[0].name);
    if (status == MLP_OK) {
        *left_out = all - count;
        *selected = NULL;
        if (count < all)
            status = mlp_table_subset(table, rows, count, selected, err);
    }
    mlpi_free(rows);
    return status;
}

mlp_status mlp_model_forward(const mlp_model *model, const float *x, size_t rows, int threads,
                             float *y, mlp_error *err)
{
    mlpi_engine *engine = NULL;
    const mlpi_batch batch = {.x = x, .rows = rows};
    MLPI_TRY(mlpi_engine_create(model->network, 0, threads, MLP_PRECISION_FLOAT, &engine, err));
    mlpi_engine_forward(engine, &batch, y);
    mlpi_engine_free(engine);
    return MLP_OK;
}

static bool make_room(const mlpi_pipeline *p, size_t rows, mlp_predictions *predictions)
{
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    size_t count = 0;
    predictions->rows = rows;
    predictions->width = mlpi_pipeline_width(p);
    if (!mlpi_multiply(rows, predictions->width, &count))
        return false;
    predictions->values = mlpi_allocate(count, sizeof *predictions->values);
    if (classes)
        predictions->label = mlpi_allocate(rows, sizeof *predictions->label);
    return predictions->values != NULL && (!classes || predictions->label != NULL);
}

static mlp_status forward(const mlp_model *model, const mlp_encoded *encoded, int threads, float *y,
                          double *loss, mlp_error *err)
{
    mlpi_engine *engine = NULL;
    const mlpi_batch batch = {.x = encoded->x, .target = encoded->target, .rows = encoded->rows};
    MLPI_TRY(mlpi_engine_create(model->network, 0, threads, MLP_PRECISION_FLOAT, &engine, err));
    mlpi_engine_losses(engine, &batch, y, loss);
    mlpi_engine_free(engine);
    return MLP_OK;
}

static void count_unanswered(mlp_predictions *p)
{
    const mlp_outcomes answers = {
        .rows = p->rows, .width = p->width, .values = p->values, .predicted = p->label};
    p->unanswered = mlpi_unanswered(&answers, &p->first_unanswered);
}

mlp_status mlpi_model_predict(const mlp_model *model, const mlp_encoded *encoded, int threads,
                              double *loss, mlp_predictions *predictions, mlp_error *err)
{
    mlp_predictions made = {.unknown_cells = encoded->unknown_cells,
                            .missing_cells = encoded->missing_cells};
    float *y = mlpi_allocate(encoded->rows, encoded->outputs * sizeof *y);
    mlp_status status = y == NULL || !make_room(&model->pipeline, encoded->rows, &made)
                            ? mlpi_fail_memory(err, "the predictions")
                        : loss != NULL
                            ? forward(model, encoded, threads, y, loss, err)
                            : mlp_model_forward(model, encoded->x, encoded->rows, threads, y, err);
    if (status == MLP_OK) {
        mlpi_pipeline_invert(&model->pipeline, y, encoded->rows, made.values);
        for (size_t r = 0; made.label != NULL && r < made.rows; r++)
            made.label[r] = mlpi_pipeline_label(&model->pipeline, y + r * encoded->outputs);
        count_unanswered(&made);
        *predictions = made;
    } else {
        mlp_predictions_release(&made);
    }
    mlpi_free(y);
    return status;
}

mlp_status mlp_model_predict_encoded(const mlp_model *model, const mlp_encoded *encoded,
                                     int threads, mlp_predictions *predictions, mlp_error *err)
{
    return mlpi_model_predict(model, encoded, threads, NULL, predictions, err);
}

mlp_status mlp_model_predict(const mlp_model *model, const mlp_table *table, int threads,
                             mlp_predictions *predictions, mlp_error *err)
{
    mlp_encoded encoded;
    MLPI_TRY(mlp_model_encode(model, table, false, &encoded, err));
    const mlp_status status = mlp_model_predict_encoded(model, &encoded, threads, predictions, err);
    mlp_encoded_release(&encoded);
    return status;
}

void mlp_predictions_release(mlp_predictions *predictions)
{
    mlpi_free(predictions->values);
    mlpi_free(predictions->label);
    *predictions = (mlp_predictions){0};
}

/* --- single rows ------------------------------------------------------------------------------ */

void mlp_model_encode_values(const mlp_model *model, const double *values, float *x)
{
    mlpi_pipeline_encode_values(&model->pipeline, values, x);
}

size_t mlp_model_category_count(const mlp_model *model, size_t c)
{
    return model->pipeline.features[c].fitted.level_count;
}

const char *mlp_model_category(const mlp_model *model, size_t c, size_t k)
{
    return model->pipeline.features[c].fitted.levels[k];
}

void mlp_model_decode(const mlp_model *model, const float *y, double *values)
{
    mlpi_pipeline_invert(&model->pipeline, y, 1, values);
}
