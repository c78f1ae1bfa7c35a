/* SPDX-License-Identifier: MIT */
/* A model's metadata from JSON. Nothing is believed: every member must be there, of its kind, in
 * its range. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "model/metadata.h"

/* Reading goes on after the first defect and reports it at the end: each step only has to be safe.
 */
typedef struct reader {
    const char *defect; /* the first member found wrong; NULL: none */
    bool out_of_memory;
} reader;

static void blame(reader *r, const char *member)
{
    if (r->defect == NULL)
        r->defect = member;
}

static json_t *array_of(reader *r, json_t *object, const char *name, size_t most)
{
    json_t *array = json_object_get(object, name);
    if (!json_is_array(array) || json_array_size(array) > most) {
        blame(r, name);
        return NULL;
    }
    return array;
}

static json_t *object_of(reader *r, json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    if (!json_is_object(member))
        blame(r, name);
    return member;
}

static size_t size_of(reader *r, json_t *object, const char *name, size_t most)
{
    json_t *member = json_object_get(object, name);
    const json_int_t value = json_is_integer(member) ? json_integer_value(member) : -1;
    if (value < 0 || (uint64_t)value > most) {
        blame(r, name);
        return 0;
    }
    return (size_t)value;
}

static bool flag_of(reader *r, json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    if (!json_is_boolean(member))
        blame(r, name);
    return json_is_true(member);
}

/* A finite number. */
static double number_of(reader *r, json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    if (!json_is_number(member))
        blame(r, name);
    return json_number_value(member);
}

/* A number, or null for NaN. */
static double figure_of(reader *r, json_t *object, const char *name)
{
    return json_is_null(json_object_get(object, name)) ? (double)NAN : number_of(r, object, name);
}

static double scale_of(reader *r, json_t *object)
{
    const double scale = number_of(r, object, "scale");
    if (!(scale > 0.0))
        blame(r, "scale");
    return scale;
}

static char *copy_of(reader *r, json_t *string, const char *name)
{
    if (!json_is_string(string)) {
        blame(r, name);
        return NULL;
    }
    char *copy = mlpi_copy_text(json_string_value(string), json_string_length(string));
    r->out_of_memory = r->out_of_memory || copy == NULL;
    return copy;
}

static char *text_of(reader *r, json_t *object, const char *name)
{
    return copy_of(r, json_object_get(object, name), name);
}

static char *text_or_null(reader *r, json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    return json_is_null(member) ? NULL : copy_of(r, member, name);
}

static char letter_of(reader *r, json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    if (!json_is_string(member) || json_string_length(member) > 1) {
        blame(r, name);
        return '\0';
    }
    return json_string_value(member)[0];
}

static uint64_t hexadecimal_of(reader *r, json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    const char *digits = json_is_string(member) ? json_string_value(member) : "";
    if (strlen(digits) != 16 || strspn(digits, "0123456789abcdef") != 16)
        blame(r, name);
    return strtoull(digits, NULL, 16);
}

static void *room(reader *r, size_t count, size_t size)
{
    void *memory = mlpi_allocate(count, size);
    r->out_of_memory = r->out_of_memory || memory == NULL;
    return memory;
}

static char **texts_of(reader *r, json_t *object, const char *name, size_t most, size_t *count)
{
    json_t *array = array_of(r, object, name, most);
    const size_t n = json_array_size(array);
    char **items = room(r, n, sizeof *items);
    *count = items != NULL ? n : 0;
    for (size_t i = 0; i < *count; i++) {
        items[i] = copy_of(r, json_array_get(array, i), name);
        if (items[i] == NULL)
            *count = i;
    }
    return items;
}

/* --- the parts -------------------------------------------------------------------------------- */

static mlp_loss_settings read_loss_settings(reader *r, json_t *object, mlp_loss loss)
{
    mlp_loss_settings settings = mlp_loss_settings_default();
    if (loss == MLP_HUBER)
        settings.huber_delta = number_of(r, object, "huber_delta");
    if (loss != MLP_QUANTILE)
        return settings;
    json_t *levels = array_of(r, object, "quantiles", MLP_MAX_LEVELS);
    settings.levels = json_array_size(levels);
    for (size_t i = 0; i < settings.levels; i++)
        settings.level[i] = json_number_value(json_array_get(levels, i));
    return settings;
}

static mlp_status read_network(reader *r, json_t *object, mlp_model *model, mlp_error *err)
{
    mlp_layer layers[MLP_MAX_LAYERS];
    mlp_loss loss = MLP_QUADRATIC;
    json_t *array = array_of(r, object, "layers", MLP_MAX_LAYERS);
    const size_t count = json_array_size(array);
    const size_t inputs = size_of(r, object, "inputs", MLP_MAX_UNITS);
    for (size_t l = 0; l < count; l++) {
        json_t *layer = json_array_get(array, l);
        const char *activation = json_string_value(json_object_get(layer, "activation"));
        layers[l].units = size_of(r, layer, "units", MLP_MAX_UNITS);
        if (activation == NULL || !mlp_activation_from_name(activation, &layers[l].activation))
            blame(r, "activation");
    }
    const char *name = json_string_value(json_object_get(object, "loss"));
    if (name == NULL || !mlp_loss_from_name(name, &loss))
        blame(r, "loss");
    const mlp_loss_settings settings = read_loss_settings(r, object, loss);
    if (r->defect != NULL)
        return MLP_OK; /* reported by the caller */
    MLPI_TRY(mlp_network_create(inputs, layers, count, loss, &model->network, err));
    model->pipeline.coding = mlpi_coding_of(loss, &settings);
    return mlp_network_set_loss_settings(model->network, &settings, err);
}

static void read_feature(reader *r, json_t *object, mlpi_feature *f)
{
    const char *kind = json_string_value(json_object_get(object, "kind"));
    f->name = text_of(r, object, "name");
    f->position = size_of(r, object, "position", MLP_MAX_COLUMNS);
    f->missing_indicator = flag_of(r, object, "missing_indicator");
    f->scale = 1.0;
    if (kind != NULL && strcmp(kind, "numeric") == 0) {
        f->kind = MLPI_NUMERIC;
        f->mean = number_of(r, object, "mean");
        f->scale = scale_of(r, object);
        f->width = 1;
    } else if (kind != NULL && strcmp(kind, "categorical") == 0) {
        f->kind = MLPI_CATEGORICAL;
        f->categories = texts_of(r, object, "categories", MLP_MAX_UNITS, &f->category_count);
        f->width = f->category_count;
        for (size_t i = 1; i < f->category_count; i++)
            if (strcmp(f->categories[i - 1], f->categories[i]) >= 0)
                blame(r, "categories"); /* looked up by bisection */
    } else {
        blame(r, "kind");
    }
    f->width += f->missing_indicator ? 1 : 0;
}

static void read_features(reader *r, json_t *object, mlpi_pipeline *p)
{
    json_t *array = array_of(r, object, "features", MLP_MAX_COLUMNS);
    const size_t count = json_array_size(array);
    p->features = room(r, count, sizeof *p->features);
    for (size_t i = 0; p->features != NULL && i < count; i++) {
        mlpi_feature *feature = &p->features[p->feature_count++];
        read_feature(r, json_array_get(array, i), feature);
        feature->first = p->inputs;
        p->inputs += feature->width;
    }
}

static void read_targets(reader *r, json_t *object, mlpi_pipeline *p)
{
    json_t *array = array_of(r, object, "targets", MLP_MAX_COLUMNS);
    const size_t count = json_array_size(array);
    if (count == 0)
        blame(r, "targets");
    p->targets = room(r, count, sizeof *p->targets);
    for (size_t i = 0; p->targets != NULL && i < count; i++) {
        json_t *member = json_array_get(array, i);
        mlpi_target *target = &p->targets[p->target_count++];
        target->name = text_of(r, member, "name");
        target->position = size_of(r, member, "position", MLP_MAX_COLUMNS);
        target->mean = number_of(r, member, "mean");
        target->scale = scale_of(r, member);
    }
}

static void read_pipeline(reader *r, json_t *object, mlpi_pipeline *p)
{
    const char *task = json_string_value(json_object_get(object, "task"));
    p->by_position = flag_of(r, object, "by_position");
    p->coding.single_output = flag_of(r, object, "single_output");
    read_features(r, object, p);
    read_targets(r, object, p);
    p->labels = texts_of(r, object, "labels", MLP_MAX_UNITS, &p->label_count);
    if (task != NULL && strcmp(task, "classification") == 0) {
        p->task = MLP_TASK_CLASSIFICATION;
        if (p->label_count < 2 || (p->coding.single_output && p->label_count != 2) ||
            p->target_count != 1 || p->coding.levels > 0 || p->coding.counts)
            blame(r, "labels");
    } else if (task != NULL && strcmp(task, "regression") == 0) {
        p->task = MLP_TASK_REGRESSION;
        if (p->label_count != 0 || p->coding.single_output || p->coding.signed_outputs)
            blame(r, "labels");
    } else {
        blame(r, "task");
    }
    p->outputs = mlpi_pipeline_outputs(p);
}

static void read_reading(reader *r, json_t *object, mlp_read_options *read)
{
    size_t count = 0;
    read->format = text_or_null(r, object, "format");
    read->separator = letter_of(r, object, "separator");
    read->comment = letter_of(r, object, "comment");
    read->no_header = flag_of(r, object, "no_header");
    read->label_trim = text_or_null(r, object, "label_trim");
    if (json_object_get(object, "encoding") != NULL)
        read->encoding = text_or_null(r, object, "encoding");
    char **missing = texts_of(r, object, "missing", MLP_MAX_COLUMNS, &count);
    read->missing = (mlp_names){(const char *const *)missing, count};
}

/* What a file does not name was not used. */
static void read_regularisation(reader *r, json_t *object, mlpi_provenance *p)
{
    const struct {
        const char *name;
        double *to;
    } used[] = {{"label_smoothing", &p->label_smoothing},
                {"l1", &p->l1},
                {"dropout", &p->dropout},
                {"input_noise", &p->input_noise},
                {"clip_norm", &p->clip_norm},
                {"max_norm", &p->max_norm}};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
        if (json_object_get(object, used[i].name) != NULL)
            *used[i].to = figure_of(r, object, used[i].name);
    if (json_object_get(object, "batch_norm") != NULL)
        p->batch_norm = flag_of(r, object, "batch_norm");
}

/* Files from before there were diagnoses have none. */
static void read_findings(reader *r, json_t *object, mlpi_provenance *p)
{
    enum { MOST = 1000 };
    if (json_object_get(object, "diagnosis") == NULL)
        return;
    json_t *list = array_of(r, object, "diagnosis", MOST);
    const size_t count = json_array_size(list);
    p->diagnosed = true;
    p->findings = room(r, count, sizeof *p->findings);
    for (size_t i = 0; p->findings != NULL && i < count; i++) {
        json_t *member = json_array_get(list, i);
        mlpi_kept_finding *f = &p->findings[p->finding_count++];
        f->kind = text_of(r, member, "kind");
        f->sentence = text_of(r, member, "sentence");
        f->layer = size_of(r, member, "layer", MLP_MAX_LAYERS);
        f->value = figure_of(r, member, "value");
    }
}

static void read_training(reader *r, json_t *object, mlpi_provenance *p)
{
    const struct {
        const char *name;
        char **to;
    } texts[] = {{"mlp_version", &p->version},
                 {"data", &p->data},
                 {"task_reason", &p->task_reason},
                 {"optimizer", &p->optimizer},
                 {"stop_reason", &p->stop_reason},
                 {"validation", &p->validation},
                 {"weight_column", &p->weight_column},
                 {"class_weights", &p->class_weights},
                 {"command", &p->command}};
    enum { ALWAYS = 5 }; /* files of mlp before the others came are still read */
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (i < ALWAYS || json_object_get(object, texts[i].name) != NULL)
            *texts[i].to = text_or_null(r, object, texts[i].name);
    const struct {
        const char *name;
        double *to;
    } figures[] = {{"learning_rate", &p->learning_rate},
                   {"momentum", &p->momentum},
                   {"l2", &p->l2},
                   {"validation_fraction", &p->validation_fraction},
                   {"training_loss", &p->training_loss},
                   {"validation_loss", &p->validation_loss},
                   {"training_metric", &p->training_metric},
                   {"validation_metric", &p->validation_metric},
                   {"baseline_metric", &p->baseline_metric}};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        *figures[i].to = figure_of(r, object, figures[i].name);
    read_regularisation(r, object, p);
    const struct {
        const char *name;
        size_t *to;
    } sizes[] = {{"batch", &p->batch},
                 {"epochs", &p->epochs},
                 {"best_epoch", &p->best_epoch},
                 {"rows_training", &p->rows_training},
                 {"rows_validation", &p->rows_validation}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        *sizes[i].to = size_of(r, object, sizes[i].name, SIZE_MAX / 2);
    p->data_fingerprint = hexadecimal_of(r, object, "data_fingerprint");
    p->seed = hexadecimal_of(r, object, "seed");
    read_findings(r, object, p);
    json_t *ignored = array_of(r, object, "ignored", MLP_MAX_COLUMNS);
    const size_t count = json_array_size(ignored);
    p->ignored = room(r, count, sizeof *p->ignored);
    for (size_t i = 0; p->ignored != NULL && i < count; i++) {
        mlpi_ignored *one = &p->ignored[p->ignored_count++];
        one->name = text_of(r, json_array_get(ignored, i), "name");
        one->reason = text_of(r, json_array_get(ignored, i), "reason");
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

static mlp_status read_all(json_t *root, const char *name, mlp_model *model, mlp_error *err)
{
    reader r = {0};
    json_t *version = json_object_get(root, "format_version");
    if (!json_is_integer(version) || json_integer_value(version) < 1)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "the metadata have no format version");
    if (json_integer_value(version) > MLPI_FORMAT_VERSION)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "model format %d, but this mlp (%s) reads up to %d; use a newer mlp",
                            (int)json_integer_value(version), MLP_VERSION, MLPI_FORMAT_VERSION);
    MLPI_TRY(read_network(&r, object_of(&r, root, "network"), model, err));
    read_pipeline(&r, object_of(&r, root, "pipeline"), &model->pipeline);
    read_reading(&r, object_of(&r, root, "reading"), &model->read);
    read_training(&r, object_of(&r, root, "training"), &model->provenance);
    if (r.out_of_memory)
        return mlpi_fail_memory(err, name);
    if (r.defect == NULL && (model->pipeline.inputs != mlp_network_inputs(model->network) ||
                             model->pipeline.outputs != mlp_network_outputs(model->network)))
        blame(&r, "pipeline");
    if (r.defect != NULL)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "the metadata are damaged: \"%s\" is missing or not as it must be",
                            r.defect);
    return MLP_OK;
}

mlp_status mlpi_metadata_read(const char *text, size_t length, const char *name, mlp_model *model,
                              mlp_error *err)
{
    json_error_t defect;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &defect);
    if (root == NULL)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0, "the metadata are no JSON: %s",
                            defect.text);
    mlp_status status = read_all(root, name, model, err);
    if (status == MLP_ERROR_ARGUMENT) /* a network that cannot be is a damaged file here */
        status = mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                              "the metadata describe an impossible network");
    json_decref(root);
    return status;
}
