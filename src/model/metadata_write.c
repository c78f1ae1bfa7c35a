/* SPDX-License-Identifier: MIT */
/* Writes a model's metadata as JSON. Numbers keep all their bits; NaN becomes null; 64-bit integers
 * are written as hexadecimal texts, which no reader rounds. */
#include "model/metadata.h"
#include "json/safetensors.h"

static void put_hexadecimal(mlp_json_writer *to, const char *name, uint64_t value)
{
    char text[17];
    mlpi_hexadecimal(value, text);
    mlp_json_put_text(to, name, text);
}

static void put_texts(mlp_json_writer *to, const char *name, const char *const *items, size_t count)
{
    mlp_json_begin_array(to, name);
    for (size_t i = 0; i < count; i++)
        mlp_json_put_text(to, NULL, items[i]);
    mlp_json_end(to);
}

/* Writes the settings that this loss has. */
static void put_loss_settings(mlp_json_writer *to, const mlp_network *network)
{
    const mlp_loss_settings *settings = mlp_network_loss_settings(network);
    if (mlp_network_loss(network) == MLP_HUBER)
        mlp_json_put_number(to, "huber_delta", settings->huber_delta);
    if (mlp_network_loss(network) == MLP_QUANTILE)
        mlp_json_put_numbers(to, "quantiles", settings->level, settings->levels);
}

void mlpi_layers_write(const mlp_network *network, mlp_json_writer *to)
{
    mlp_json_begin_array(to, "layers");
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const mlp_layer layer = mlp_network_layer(network, l);
        mlp_json_begin_object(to, NULL);
        mlp_json_put_whole(to, "units", layer.units);
        mlp_json_put_text(to, "activation", mlp_activation_describe(layer.activation)->name);
        mlp_json_end(to);
    }
    mlp_json_end(to);
}

void mlpi_reads_write(const mlpi_reads *reads, mlp_json_writer *to)
{
    if (reads->input == NULL)
        return;
    mlp_json_begin_array(to, "reads");
    for (size_t i = 0; i < reads->count; i += mlpi_reads_run(reads, i)) {
        mlp_json_put_whole(to, NULL, reads->input[i]);
        mlp_json_put_whole(to, NULL, mlpi_reads_run(reads, i));
    }
    mlp_json_end(to);
}

/* Writes a network as members of the open object. */
static void put_network(mlp_json_writer *to, const mlp_network *network, mlpi_reads reads)
{
    mlp_json_put_whole(to, "inputs", mlp_network_inputs(network));
    mlpi_layers_write(network, to);
    mlp_json_put_text(to, "loss", mlp_loss_describe(mlp_network_loss(network))->name);
    mlp_json_put_whole(to, "parameters", mlpi_reads_size(&reads, network));
    mlpi_reads_write(&reads, to);
    put_loss_settings(to, network);
}

static void put_networks(mlp_json_writer *to, const mlpi_members *members)
{
    if (members->count == 1) {
        mlp_json_begin_object(to, "network");
        put_network(to, members->network[0], mlpi_member_reads(members, 0));
        mlp_json_end(to);
        return;
    }
    mlp_json_begin_array(to, "networks");
    for (size_t m = 0; m < members->count; m++) {
        mlp_json_begin_object(to, NULL);
        mlp_json_put_number(to, "weight", members->weight[m]);
        put_network(to, members->network[m], mlpi_member_reads(members, m));
        mlp_json_end(to);
    }
    mlp_json_end(to);
}

static void put_feature(mlp_json_writer *to, const mlpi_feature *f)
{
    mlp_json_begin_object(to, NULL);
    mlp_json_put_text(to, "name", f->name);
    mlp_json_put_whole(to, "position", f->position);
    mlp_json_put_text(to, "kind", f->transform->kind);
    mlp_json_put_boolean(to, "missing_indicator", f->missing_indicator);
    mlpi_fitted_write(f->transform, &f->fitted, to);
    if (mlpi_feature_is_numeric(f) && f->fill != mlpi_feature_middle(f))
        mlp_json_put_number(to, "fill", f->fill);
    mlp_json_end(to);
}

static void put_target(mlp_json_writer *to, const mlpi_target *target)
{
    mlp_json_begin_object(to, NULL);
    mlp_json_put_text(to, "name", target->name);
    mlp_json_put_whole(to, "position", target->position);
    if (target->transform != &mlpi_standard)
        mlp_json_put_text(to, "transform", target->transform->name);
    mlpi_fitted_write(target->transform, &target->fitted, to);
    mlp_json_end(to);
}

static void put_pipeline(mlp_json_writer *to, const mlpi_pipeline *p)
{
    mlp_json_begin_object(to, "pipeline");
    mlp_json_put_text(to, "task",
                      p->task == MLP_TASK_CLASSIFICATION ? "classification" : "regression");
    mlp_json_put_boolean(to, "by_position", p->by_position);
    mlp_json_begin_array(to, "features");
    for (size_t i = 0; i < p->feature_count; i++)
        put_feature(to, &p->features[i]);
    mlp_json_end(to);
    mlp_json_begin_array(to, "targets");
    for (size_t i = 0; i < p->target_count; i++)
        put_target(to, &p->targets[i]);
    mlp_json_end(to);
    put_texts(to, "labels", (const char *const *)p->labels, p->label_count);
    mlp_json_put_boolean(to, "single_output", p->coding.single_output);
    if (p->first_looked_for)
        mlp_json_put_text(to, "looked_for", p->labels[0]);
    mlp_json_end(to);
}

static void put_reading(mlp_json_writer *to, const mlp_read_options *read)
{
    const char separator[2] = {read->separator, '\0'}, comment[2] = {read->comment, '\0'};
    mlp_json_begin_object(to, "reading");
    mlp_json_put_text(to, "format", read->format);
    mlp_json_put_text(to, "separator", separator);
    mlp_json_put_boolean(to, "no_header", read->no_header);
    if (read->decimal_if_unclear == ',')
        mlp_json_put_text(to, "decimal", ",");
    put_texts(to, "missing", read->missing.items, read->missing.count);
    mlp_json_put_text(to, "comment", comment);
    mlp_json_put_text(to, "label_trim", read->label_trim);
    if (read->encoding != NULL)
        mlp_json_put_text(to, "encoding", read->encoding);
    mlp_json_end(to);
}

/* Writes the options that differ from their defaults. */
static void put_options(mlp_json_writer *to, const mlpi_provenance *p)
{
    if (p->option_count == 0)
        return;
    mlp_json_begin_object(to, "options");
    for (size_t i = 0; i < p->option_count; i++)
        mlp_json_put_any(to, p->options[i].name, p->options[i].value);
    mlp_json_end(to);
}

static void put_provenance_metrics(mlp_json_writer *to, const mlpi_provenance *p)
{
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
        mlp_json_put_number(to, numbers[i].name, numbers[i].value);
    const struct {
        const char *name;
        size_t value;
    } sizes[] = {{"batch", p->batch},
                 {"epochs", p->epochs},
                 {"best_epoch", p->best_epoch},
                 {"rows_training", p->rows_training},
                 {"rows_validation", p->rows_validation}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        mlp_json_put_whole(to, sizes[i].name, sizes[i].value);
}

static void put_calibration(mlp_json_writer *to, const mlpi_calibration *c)
{
    if (!c->known)
        return;
    mlp_json_begin_object(to, "calibration");
    mlp_json_put_numbers(to, "log_loss", c->log_loss, 2);
    mlp_json_put_numbers(to, "calibration_error", c->error, 2);
    mlp_json_end(to);
}

static void put_ignored(mlp_json_writer *to, const mlpi_provenance *p)
{
    mlp_json_begin_array(to, "ignored");
    for (size_t i = 0; i < p->ignored_count; i++) {
        mlp_json_begin_object(to, NULL);
        mlp_json_put_any(to, "name", p->ignored[i].name);
        mlp_json_put_any(to, "reason", p->ignored[i].reason);
        mlp_json_end(to);
    }
    mlp_json_end(to);
}

static void put_findings(mlp_json_writer *to, const mlpi_provenance *p)
{
    mlp_json_begin_array(to, "diagnosis");
    for (size_t i = 0; i < p->finding_count; i++) {
        const mlpi_kept_finding *f = &p->findings[i];
        mlp_json_begin_object(to, NULL);
        mlp_json_put_any(to, "kind", f->kind);
        mlp_json_put_whole(to, "layer", f->layer);
        mlp_json_put_number(to, "value", f->value);
        mlp_json_put_any(to, "sentence", f->sentence);
        mlp_json_end(to);
    }
    mlp_json_end(to);
}

/* Writes the provenance, on which no prediction depends. */
static void put_training(mlp_json_writer *to, const mlpi_provenance *p)
{
    mlp_json_begin_object(to, "training");
    mlp_json_put_any(to, "mlp_version", p->version);
    mlp_json_put_any(to, "data", p->data);
    put_hexadecimal(to, "data_fingerprint", p->data_fingerprint);
    put_hexadecimal(to, "seed", p->seed);
    mlp_json_put_any(to, "task_reason", p->task_reason);
    mlp_json_put_any(to, "optimizer", p->optimizer);
    mlp_json_put_any(to, "stop_reason", p->stop_reason);
    put_options(to, p);
    put_provenance_metrics(to, p);
    put_calibration(to, &p->calibration);
    mlp_json_put_any(to, "validation", p->validation);
    mlp_json_put_any(to, "weight_column", p->weight_column);
    mlp_json_put_any(to, "class_weights", p->class_weights);
    put_ignored(to, p);
    if (p->command != NULL)
        mlp_json_put_any(to, "command", p->command);
    if (p->diagnosed)
        put_findings(to, p);
    mlp_json_end(to);
}

static void put_decision(mlp_json_writer *to, const mlpi_decision *d)
{
    mlp_json_begin_object(to, "decision");
    mlp_json_put_number(to, "threshold", d->threshold);
    mlp_json_put_text(to, "figure", d->metric);
    if (d->given)
        mlp_json_put_boolean(to, "given", true);
    mlp_json_begin_array(to, "out_of_fold");
    for (size_t i = 0; i < 2; i++)
        mlp_json_put_number(to, NULL, d->out_of_fold[i]);
    mlp_json_end(to);
    mlp_json_end(to);
}

/* The oldest version that can hold the model. Version 1: one network, standard scores, one-hot
 * encoding, missing values replaced by the mean. 2: all transforms and replacements. 3: several
 * networks. 4: temperature and conformal scores. 5: a decision threshold. 6: networks that read
 * some of the inputs. */
static uint64_t version_of(const mlp_model *model)
{
    const mlpi_pipeline *p = &model->pipeline;
    if (model->members.reads != NULL)
        return 6;
    if (model->decision.known)
        return 5;
    if (model->members.temperature > 0.0 || model->conformal.rows > 0)
        return 4;
    if (model->members.count > 1)
        return 3;
    for (size_t i = 0; i < p->feature_count; i++) {
        const mlpi_feature *f = &p->features[i];
        if ((f->transform != &mlpi_standard && f->transform != &mlpi_one_hot) ||
            (mlpi_feature_is_numeric(f) && f->fill != mlpi_feature_middle(f)))
            return 2;
    }
    for (size_t i = 0; i < p->target_count; i++)
        if (p->targets[i].transform != &mlpi_standard)
            return 2;
    return 1;
}

mlp_status mlpi_metadata_write(const mlp_model *model, char **text, mlp_error *err)
{
    mlp_json_writer *to = mlp_json_writer_create(0);
    mlp_json_begin_object(to, NULL);
    mlp_json_put_whole(to, "format_version", version_of(model));
    put_networks(to, &model->members);
    if (model->members.temperature > 0.0)
        mlp_json_put_number(to, "temperature", model->members.temperature);
    put_pipeline(to, &model->pipeline);
    if (model->conformal.rows > 0)
        mlpi_conformal_write(&model->conformal, to);
    if (model->decision.known)
        put_decision(to, &model->decision);
    put_reading(to, &model->read);
    put_training(to, &model->provenance);
    mlp_json_end(to);
    return mlp_json_finish(to, text, NULL, err);
}
