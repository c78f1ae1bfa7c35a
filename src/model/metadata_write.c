/* SPDX-License-Identifier: MIT */
/* A model's metadata to JSON. Numbers keep all their bits (17 digits); NaN becomes null; 64-bit
 * numbers are hexadecimal strings, which no reader rounds. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/metadata.h"

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *size(size_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *hexadecimal(uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%016" PRIx64, value);
    return json_string(text);
}

static json_t *text(const char *value)
{
    return value != NULL ? json_string(value) : json_null();
}

static json_t *texts(char *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(items[i]));
    return list;
}

/* Those that the loss has. */
static void add_loss_settings(const mlp_network *network, json_t *object)
{
    const mlp_loss_settings *settings = mlp_network_loss_settings(network);
    if (mlp_network_loss(network) == MLP_HUBER)
        json_object_set_new(object, "huber_delta", number(settings->huber_delta));
    if (mlp_network_loss(network) != MLP_QUANTILE)
        return;
    json_t *levels = json_array();
    for (size_t i = 0; i < settings->levels; i++)
        json_array_append_new(levels, number(settings->level[i]));
    json_object_set_new(object, "quantiles", levels);
}

static json_t *network_json(const mlp_network *network)
{
    json_t *layers = json_array();
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const mlp_layer layer = mlp_network_layer(network, l);
        json_array_append_new(layers,
                              json_pack("{s:o, s:s}", "units", size(layer.units), "activation",
                                        mlp_activation_describe(layer.activation)->name));
    }
    json_t *object =
        json_pack("{s:o, s:o, s:s, s:o}", "inputs", size(mlp_network_inputs(network)), "layers",
                  layers, "loss", mlp_loss_describe(mlp_network_loss(network))->name, "parameters",
                  size(mlp_network_size(network)));
    add_loss_settings(network, object);
    return object;
}

static json_t *feature_json(const mlpi_feature *f)
{
    json_t *feature =
        json_pack("{s:s, s:o, s:s, s:b}", "name", f->name, "position", size(f->position), "kind",
                  f->kind == MLPI_NUMERIC ? "numeric" : "categorical", "missing_indicator",
                  f->missing_indicator);
    if (f->kind == MLPI_NUMERIC) {
        json_object_set_new(feature, "mean", number(f->mean));
        json_object_set_new(feature, "scale", number(f->scale));
    } else {
        json_object_set_new(feature, "categories", texts(f->categories, f->category_count));
    }
    return feature;
}

static json_t *pipeline_json(const mlpi_pipeline *p)
{
    json_t *features = json_array(), *targets = json_array();
    for (size_t i = 0; i < p->feature_count; i++)
        json_array_append_new(features, feature_json(&p->features[i]));
    for (size_t i = 0; i < p->target_count; i++)
        json_array_append_new(targets, json_pack("{s:s, s:o, s:o, s:o}", "name", p->targets[i].name,
                                                 "position", size(p->targets[i].position), "mean",
                                                 number(p->targets[i].mean), "scale",
                                                 number(p->targets[i].scale)));
    return json_pack("{s:s, s:b, s:o, s:o, s:o, s:b}", "task",
                     p->task == MLP_TASK_CLASSIFICATION ? "classification" : "regression",
                     "by_position", p->by_position, "features", features, "targets", targets,
                     "labels", texts(p->labels, p->label_count), "single_output",
                     p->coding.single_output);
}

static json_t *reading_json(const mlp_read_options *read)
{
    const char separator[2] = {read->separator, '\0'}, comment[2] = {read->comment, '\0'};
    json_t *missing = json_array();
    for (size_t i = 0; i < read->missing.count; i++)
        json_array_append_new(missing, json_string(read->missing.items[i]));
    json_t *object = json_pack("{s:o, s:s, s:b, s:o, s:s, s:o}", "format", text(read->format),
                               "separator", separator, "no_header", read->no_header, "missing",
                               missing, "comment", comment, "label_trim", text(read->label_trim));
    if (read->encoding != NULL)
        json_object_set_new(object, "encoding", json_string(read->encoding));
    return object;
}

/* What was used of it beside L2. */
static void write_regularisation(const mlpi_provenance *p, json_t *t)
{
    const struct {
        const char *name;
        double value;
    } used[] = {{"label_smoothing", p->label_smoothing},
                {"l1", p->l1},
                {"dropout", p->dropout},
                {"input_noise", p->input_noise},
                {"clip_norm", p->clip_norm},
                {"max_norm", p->max_norm}};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
        if (used[i].value != 0.0)
            json_object_set_new(t, used[i].name, number(used[i].value));
    if (p->batch_norm)
        json_object_set_new(t, "batch_norm", json_true());
}

static json_t *findings_json(const mlpi_provenance *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->finding_count; i++) {
        const mlpi_kept_finding *f = &p->findings[i];
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:s}", "kind", f->kind, "layer",
                                              size(f->layer), "value", number(f->value), "sentence",
                                              f->sentence));
    }
    return list;
}

static json_t *training_json(const mlpi_provenance *p)
{
    json_t *ignored = json_array();
    for (size_t i = 0; i < p->ignored_count; i++)
        json_array_append_new(ignored, json_pack("{s:s, s:s}", "name", p->ignored[i].name, "reason",
                                                 p->ignored[i].reason));
    json_t *t =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "mlp_version", text(p->version), "data",
                  text(p->data), "data_fingerprint", hexadecimal(p->data_fingerprint), "seed",
                  hexadecimal(p->seed), "task_reason", text(p->task_reason), "optimizer",
                  text(p->optimizer), "stop_reason", text(p->stop_reason));
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"learning_rate", p->learning_rate},
                   {"momentum", p->momentum},
                   {"l2", p->l2},
                   {"validation_fraction", p->validation_fraction},
                   {"training_loss", p->training_loss},
                   {"validation_loss", p->validation_loss},
                   {"training_metric", p->training_metric},
                   {"validation_metric", p->validation_metric},
                   {"baseline_metric", p->baseline_metric}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        json_object_set_new(t, numbers[i].name, number(numbers[i].value));
    write_regularisation(p, t);
    const struct {
        const char *name;
        size_t value;
    } sizes[] = {{"batch", p->batch},
                 {"epochs", p->epochs},
                 {"best_epoch", p->best_epoch},
                 {"rows_training", p->rows_training},
                 {"rows_validation", p->rows_validation}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        json_object_set_new(t, sizes[i].name, size(sizes[i].value));
    json_object_set_new(t, "validation", text(p->validation));
    json_object_set_new(t, "weight_column", text(p->weight_column));
    json_object_set_new(t, "class_weights", text(p->class_weights));
    json_object_set_new(t, "ignored", ignored);
    if (p->command != NULL)
        json_object_set_new(t, "command", json_string(p->command));
    if (p->diagnosed)
        json_object_set_new(t, "diagnosis", findings_json(p));
    return t;
}

char *mlpi_metadata_write(const mlp_model *model)
{
    json_t *root = json_pack("{s:i, s:o, s:o, s:o, s:o}", "format_version", MLPI_FORMAT_VERSION,
                             "network", network_json(model->network), "pipeline",
                             pipeline_json(&model->pipeline), "reading", reading_json(&model->read),
                             "training", training_json(&model->provenance));
    char *written = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(root);
    return written;
}
