/* SPDX-License-Identifier: MIT */
/* Makes a model, reports what it holds, and encodes tables and single rows for its networks. */
#include "model/model.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "engine/ensemble.h"
#include "mlp/output.h"
#include "mlp/predictor.h"
#include "model/metadata.h"
#include "network/layout.h"

static mlp_status fill(mlp_model *made, const mlpi_members *members, const mlpi_pipeline *pipeline,
                       const mlpi_conformal *conformal, const mlpi_decision *decision,
                       const mlp_read_options *read, mlp_error *err)
{
    mlp_read_options lasting = *read;
    lasting.labels = NULL; /* the file of labels belongs to the training images */
    lasting.encoding_if_unclear = NULL;
    lasting.query = NULL; /* other rows need another query */
    lasting.further = (mlp_names){NULL, 0};
    MLPI_TRY(mlpi_members_copy(members, &made->members, err));
    for (size_t m = 0; m < members->count; m++)
        made->members.network[m]->surrogate = false; /* surrogates are for training only */
    MLPI_TRY(mlpi_pipeline_copy(pipeline, &made->pipeline, err));
    MLPI_TRY(mlpi_conformal_copy(conformal, &made->conformal, err));
    made->decision = *decision;
    MLPI_TRY(mlpi_read_options_copy(&lasting, &made->read, err));
    return mlpi_metadata_write(made, &made->metadata, err);
}

mlp_status mlpi_model_assemble(const mlpi_members *members, const mlpi_pipeline *pipeline,
                               const mlpi_conformal *conformal, const mlpi_decision *decision,
                               const mlp_read_options *read, mlpi_provenance *provenance,
                               mlp_model **model, mlp_error *err)
{
    mlp_model *made = mlpi_allocate(1, sizeof *made);
    assert(pipeline->inputs == mlp_network_inputs(members->network[0]));
    assert(pipeline->outputs == mlp_network_outputs(members->network[0]));
    if (made == NULL) {
        mlpi_provenance_release(provenance);
        return mlpi_fail_memory(err, "the model");
    }
    made->provenance = *provenance;
    *provenance = (mlpi_provenance){0};
    const mlp_status status = fill(made, members, pipeline, conformal, decision, read, err);
    if (status == MLP_OK)
        *model = made;
    else
        mlp_model_free(made);
    return status;
}

_Static_assert(MLPI_MOST_LEVELS == MLP_MAX_LEVELS, "a pipeline holds the levels of any network");

mlpi_coding mlpi_coding_of(mlp_loss loss, const mlp_loss_settings *settings)
{
    mlpi_coding coding = {.signed_outputs = loss == MLP_HINGE,
                          .counts = loss == MLP_POISSON,
                          .shares = loss == MLP_BINARY_CROSS_ENTROPY};
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
    for (size_t i = 0; i < provenance->option_count; i++) {
        free(provenance->options[i].name);
        free(provenance->options[i].value);
    }
    mlpi_free(provenance->options);
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
    mlpi_members_release(&model->members);
    mlpi_pipeline_release(&model->pipeline);
    mlpi_read_options_release(&model->read);
    mlpi_provenance_release(&model->provenance);
    mlpi_conformal_release(&model->conformal);
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
    return model->members.network[0];
}

size_t mlp_model_member_count(const mlp_model *model)
{
    return model->members.count;
}

const mlp_network *mlp_model_member(const mlp_model *model, size_t m)
{
    return model->members.network[m];
}

size_t mlp_model_member_reads(const mlp_model *model, size_t m)
{
    const mlpi_reads reads = mlpi_member_reads(&model->members, m);
    return mlpi_reads_inputs(&reads, model->members.network[m]);
}

double mlp_model_member_weight(const mlp_model *model, size_t m)
{
    return model->members.weight[m];
}

double mlp_model_temperature(const mlp_model *model)
{
    return model->members.temperature > 0.0 ? model->members.temperature : 1.0;
}

double mlp_model_threshold(const mlp_model *model)
{
    return model->decision.known ? model->decision.threshold : (double)NAN;
}

double mlp_model_threshold_of(const mlp_model *model, size_t label)
{
    static const double digits = 1e12; /* rounding makes 1 - 0.9 equal to 0.1 */
    const double of_second = mlp_model_threshold(model);
    return round((label == 0 ? 1.0 - of_second : of_second) * digits) / digits;
}

size_t mlp_model_looked_for(const mlp_model *model)
{
    return model->pipeline.label_count == 2 ? mlpi_pipeline_looked_for(&model->pipeline)
                                            : MLP_NO_LABEL;
}

/* Rewrites the metadata, since they name the label. */
mlp_status mlp_model_look_for(mlp_model *model, const char *label, mlp_error *err)
{
    mlpi_pipeline *p = &model->pipeline;
    const bool before = p->first_looked_for;
    char *metadata = NULL;
    if (p->label_count != 2)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`label` is for models with two labels, but this one %s",
                         p->label_count == 0 ? "predicts a quantity" : "has others");
    if (strcmp(label, p->labels[0]) != 0 && strcmp(label, p->labels[1]) != 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`label` %s: the labels of the model are %s and %s", label, p->labels[0],
                         p->labels[1]);
    p->first_looked_for = strcmp(label, p->labels[0]) == 0;
    const mlp_status status = mlpi_metadata_write(model, &metadata, err);
    if (status != MLP_OK) {
        p->first_looked_for = before;
        return status;
    }
    free(model->metadata);
    model->metadata = metadata;
    return MLP_OK;
}

size_t mlp_model_parameter_count(const mlp_model *model)
{
    return mlpi_members_size(&model->members);
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

mlp_status mlp_model_find_column(const mlp_model *model, const char *name, size_t *column,
                                 mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    const char **names = mlpi_allocate(p->feature_count, sizeof *names);
    if (names == NULL)
        return mlpi_fail_memory(err, "the columns of the model");
    size_t c = 0;
    for (; c < p->feature_count && strcmp(p->features[c].name, name) != 0; c++)
        names[c] = p->features[c].name;
    const bool found = c < p->feature_count;
    const char *near = found ? NULL : mlp_nearest_name(name, names, p->feature_count);
    if (found)
        *column = c;
    mlpi_free(names);
    return found ? MLP_OK
                 : mlpi_fail(err, MLP_ERROR_ARGUMENT, "the model has no input column \"%s\"%s%s%s",
                             name, near != NULL ? "; did you mean \"" : "",
                             near != NULL ? near : "", near != NULL ? "\"?" : "");
}

const char *mlp_model_column_kind(const mlp_model *model, size_t c)
{
    return model->pipeline.features[c].transform->kind;
}

size_t mlp_model_cell(const mlp_model *model, size_t c, const mlp_table *table, size_t row,
                      char *text, size_t size)
{
    const mlpi_feature *f = &model->pipeline.features[c];
    char number[32] = "", written[64];
    size_t column = 0;
    double value = 0.0, looks = 0.0;
    if (mlp_table_find(table, f->name, &column, NULL) != MLP_OK)
        return (size_t)snprintf(text, size, "%s", number);
    mlp_table_cell(table, row, column, written, sizeof written);
    const bool is_number = f->transform->read == NULL && mlpi_feature_is_numeric(f) &&
                           mlpi_table_number(table, row, column, &value) == MLPI_CELL_NUMBER;
    if (!is_number || (mlp_number_parse(written, strlen(written), &looks) && looks == value))
        return mlp_table_cell(table, row, column, text, size);
    mlp_number_text(value, number);
    return (size_t)snprintf(text, size, "%s", number);
}

size_t mlp_model_column_inputs(const mlp_model *model, size_t c, size_t *first)
{
    if (first != NULL)
        *first = model->pipeline.features[c].first;
    return model->pipeline.features[c].width;
}

const char *mlp_model_metadata(const mlp_model *model)
{
    return model->metadata;
}

bool mlp_model_option(const mlp_model *model, size_t i, const char **name, const char **value)
{
    const mlpi_provenance *p = &model->provenance;
    if (i >= p->option_count)
        return false;
    *name = p->options[i].name;
    *value = p->options[i].value;
    return true;
}

uint64_t mlp_model_data_fingerprint(const mlp_model *model)
{
    return model->provenance.data_fingerprint;
}

bool mlp_model_knows(const mlp_model *model, const mlp_table *table)
{
    return mlp_model_data_fingerprint(model) == mlp_table_fingerprint(table);
}

mlp_read_options mlp_model_read_options(const mlp_model *model)
{
    mlp_read_options options = model->read;
    if (options.encoding != NULL) { /* the encoding of the training file; other files may differ */
        options.encoding_if_unclear = options.encoding;
        options.encoding = NULL;
    }
    options.header = !options.no_header; /* as in training, never guessed */
    return options;
}

/* --- predicting ------------------------------------------------------------------------------- */

mlp_status mlp_model_encode(const mlp_model *model, const mlp_table *table, bool with_targets,
                            mlp_encoded *encoded, mlp_error *err)
{
    return mlpi_pipeline_apply(&model->pipeline, table, NULL, mlp_table_rows(table), with_targets,
                               encoded, err);
}

mlp_status mlp_model_encode_row(const mlp_model *model, const mlp_table *table, size_t row,
                                mlp_encoded *encoded, mlp_error *err)
{
    const uint32_t index = (uint32_t)row;
    bool targets = false;
    if (row >= mlp_table_rows(table))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "there is no row %zu: the data have %zu row%s",
                         row + 1, mlp_table_rows(table), mlpi_plural(mlp_table_rows(table)));
    MLPI_TRY(mlpi_pipeline_row_has_targets(&model->pipeline, table, row, &targets, err));
    return mlpi_pipeline_apply(&model->pipeline, table, &index, 1, targets, encoded, err);
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
        status =
            mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_source(table), 0, 0,
                         model->pipeline.target_count > 1
                             ? "no row has a value for every target; the first target is \"%s\""
                             : "the target \"%s\" has no value in any row",
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

/* --- single rows ------------------------------------------------------------------------------ */

mlp_status mlp_predictor_create_model(const mlp_model *model, mlp_predictor **predictor,
                                      mlp_error *err)
{
    return mlpi_predictor_create(&model->members, predictor, err);
}

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

double mlp_model_find_category(const mlp_model *model, size_t c, const char *text)
{
    const mlpi_feature *feature = &model->pipeline.features[c];
    const bool nothing = feature->transform->find == NULL || text == NULL || text[0] == '\0';
    return nothing ? (double)NAN
                   : feature->transform->find(&feature->fitted, (mlpi_span){text, strlen(text)});
}

void mlp_model_decode(const mlp_model *model, const float *y, double *values)
{
    mlpi_pipeline_invert(&model->pipeline, y, 1, values);
}
