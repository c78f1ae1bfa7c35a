/* SPDX-License-Identifier: MIT */
/* A model's metadata from JSON. Nothing is believed: every member must be there, of its kind, in
 * its range. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/json.h"
#include "mlp/output.h"
#include "model/metadata.h"
#include "network/temperature.h"

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

static mlp_json_value array_of(reader *r, mlp_json_value object, const char *name, size_t most)
{
    const mlp_json_value array = mlp_json_member(object, name);
    if (mlp_json_kind_of(array) == MLP_JSON_ARRAY && mlp_json_count(array) <= most)
        return array;
    blame(r, name);
    return (mlp_json_value){0};
}

static mlp_json_value object_of(reader *r, mlp_json_value object, const char *name)
{
    const mlp_json_value member = mlp_json_member(object, name);
    if (mlp_json_kind_of(member) != MLP_JSON_OBJECT)
        blame(r, name);
    return member;
}

static size_t size_of(reader *r, mlp_json_value object, const char *name, size_t most)
{
    uint64_t value = 0;
    if (mlp_json_whole(mlp_json_member(object, name), &value) && value <= most)
        return (size_t)value;
    blame(r, name);
    return 0;
}

static bool flag_of(reader *r, mlp_json_value object, const char *name)
{
    const mlp_json_value member = mlp_json_member(object, name);
    if (mlp_json_kind_of(member) != MLP_JSON_BOOLEAN)
        blame(r, name);
    return mlp_json_true(member);
}

/* A finite number. */
static double number_of(reader *r, mlp_json_value object, const char *name)
{
    double number = 0.0;
    if (!mlp_json_number(mlp_json_member(object, name), &number))
        blame(r, name);
    return number;
}

static bool is_there(mlp_json_value object, const char *name)
{
    return mlp_json_kind_of(mlp_json_member(object, name)) != MLP_JSON_NOTHING;
}

/* A number, or null for NaN. */
static double figure_of(reader *r, mlp_json_value object, const char *name)
{
    return mlp_json_kind_of(mlp_json_member(object, name)) == MLP_JSON_NULL
               ? (double)NAN
               : number_of(r, object, name);
}

static char *copy_of(reader *r, mlp_json_value value, const char *name)
{
    const char *text = mlp_json_text(value);
    if (text == NULL) {
        blame(r, name);
        return NULL;
    }
    char *copy = mlpi_copy_text(text, strlen(text));
    r->out_of_memory = r->out_of_memory || copy == NULL;
    return copy;
}

static char *text_of(reader *r, mlp_json_value object, const char *name)
{
    return copy_of(r, mlp_json_member(object, name), name);
}

static char *text_or_null(reader *r, mlp_json_value object, const char *name)
{
    const mlp_json_value member = mlp_json_member(object, name);
    return mlp_json_kind_of(member) == MLP_JSON_NULL ? NULL : copy_of(r, member, name);
}

static char letter_of(reader *r, mlp_json_value object, const char *name)
{
    const char *text = mlp_json_text(mlp_json_member(object, name));
    if (text != NULL && strlen(text) <= 1)
        return text[0];
    blame(r, name);
    return '\0';
}

static uint64_t hexadecimal_of(reader *r, mlp_json_value object, const char *name)
{
    const char *digits = mlp_json_text(mlp_json_member(object, name));
    if (digits != NULL && strlen(digits) == 16 && strspn(digits, "0123456789abcdef") == 16)
        return strtoull(digits, NULL, 16);
    blame(r, name);
    return 0;
}

static void *room(reader *r, size_t count, size_t size)
{
    void *memory = mlpi_allocate(count, size);
    r->out_of_memory = r->out_of_memory || memory == NULL;
    return memory;
}

static char **texts_of(reader *r, mlp_json_value object, const char *name, size_t most,
                       size_t *count)
{
    const mlp_json_value array = array_of(r, object, name, most);
    const size_t n = mlp_json_count(array);
    char **items = room(r, n, sizeof *items);
    mlp_json_value item = mlp_json_first(array);
    *count = items != NULL ? n : 0;
    for (size_t i = 0; i < *count; i++, item = mlp_json_next(item)) {
        items[i] = copy_of(r, item, name);
        if (items[i] == NULL)
            *count = i;
    }
    return items;
}

/* --- the parts -------------------------------------------------------------------------------- */

static mlp_loss_settings read_loss_settings(reader *r, mlp_json_value object, mlp_loss loss)
{
    mlp_loss_settings settings = mlp_loss_settings_default();
    if (loss == MLP_HUBER)
        settings.huber_delta = number_of(r, object, "huber_delta");
    if (loss != MLP_QUANTILE)
        return settings;
    const mlp_json_value levels = array_of(r, object, "quantiles", MLP_MAX_LEVELS);
    mlp_json_value level = mlp_json_first(levels);
    settings.levels = mlp_json_count(levels);
    for (size_t i = 0; i < settings.levels; i++, level = mlp_json_next(level))
        if (!mlp_json_number(level, &settings.level[i]))
            blame(r, "quantiles");
    return settings;
}

static void read_layer(reader *r, mlp_json_value object, mlp_layer *layer)
{
    const char *activation = mlp_json_text(mlp_json_member(object, "activation"));
    layer->units = size_of(r, object, "units", MLP_MAX_UNITS);
    if (activation == NULL || !mlp_activation_from_name(activation, &layer->activation))
        blame(r, "activation");
}

/* The parameters of a network of these layers. false: more than can be counted. */
static bool count_parameters(size_t inputs, const mlp_layer *layers, size_t count, size_t *sum)
{
    *sum = 0;
    for (size_t l = 0; l < count; l++) {
        size_t own = 0; /* a row of weights and a bias for each unit */
        if (!mlpi_multiply(layers[l].units, inputs + 1, &own) || !mlpi_add(*sum, own, sum))
            return false;
        inputs = layers[l].units;
    }
    return true;
}

/* What the metadata say of a network. */
typedef struct plan {
    size_t inputs, count, parameters;
    mlp_layer layers[MLP_MAX_LAYERS];
    mlp_loss loss;
    mlp_loss_settings settings;
} plan;

static plan plan_of(reader *r, mlp_json_value object)
{
    plan p;
    memset(&p, 0, sizeof p); /* the bytes between the members too: layers are hashed */
    const mlp_json_value array = array_of(r, object, "layers", MLP_MAX_LAYERS);
    p.count = mlp_json_count(array);
    p.inputs = size_of(r, object, "inputs", MLP_MAX_UNITS);
    mlp_json_value layer = mlp_json_first(array);
    for (size_t l = 0; l < p.count; l++, layer = mlp_json_next(layer))
        read_layer(r, layer, &p.layers[l]);
    const char *name = mlp_json_text(mlp_json_member(object, "loss"));
    if (name == NULL || !mlp_loss_from_name(name, &p.loss))
        blame(r, "loss");
    p.settings = read_loss_settings(r, object, p.loss);
    if (!count_parameters(p.inputs, p.layers, p.count, &p.parameters) ||
        size_of(r, object, "parameters", SIZE_MAX) != p.parameters)
        blame(r, "parameters");
    return p;
}

/* The file holds at least `parameters` more numbers: a network is made only of such. */
static mlp_status read_network(reader *r, mlp_json_value object, size_t *parameters,
                               mlp_network **network, mlp_error *err)
{
    const plan p = plan_of(r, object);
    if (r->defect == NULL && p.parameters > *parameters)
        blame(r, "parameters");
    if (r->defect != NULL)
        return MLP_OK; /* reported by the caller */
    *parameters -= p.parameters;
    MLPI_TRY(mlp_network_create(p.inputs, p.layers, p.count, p.loss, network, err));
    return mlp_network_set_loss_settings(*network, &p.settings, err);
}

/* Whether outputs of the one may be averaged with outputs of the other. */
static bool answer_together(const mlp_network *a, const mlp_network *b)
{
    const mlp_loss_settings *s = mlp_network_loss_settings(a), *t = mlp_network_loss_settings(b);
    return mlp_network_inputs(a) == mlp_network_inputs(b) &&
           mlp_network_outputs(a) == mlp_network_outputs(b) &&
           mlp_network_loss(a) == mlp_network_loss(b) && s->levels == t->levels &&
           s->huber_delta == t->huber_delta &&
           memcmp(s->level, t->level, s->levels * sizeof *s->level) == 0;
}

static mlp_status read_members(reader *r, mlp_json_value array, size_t *parameters,
                               mlpi_members *members, mlp_error *err)
{
    mlp_json_value object = mlp_json_first(array);
    double sum = 0.0;
    for (size_t m = 0; m < members->count && r->defect == NULL; m++) {
        members->weight[m] = number_of(r, object, "weight");
        MLPI_TRY(read_network(r, object, parameters, &members->network[m], err));
        if (r->defect == NULL && (!(members->weight[m] > 0.0) ||
                                  !answer_together(members->network[0], members->network[m])))
            blame(r, "networks");
        sum += members->weight[m];
        object = mlp_json_next(object);
    }
    if (r->defect == NULL && !(fabs(sum - 1.0) < 1e-9))
        blame(r, "weight");
    return MLP_OK;
}

/* Files without it have outputs as they are. */
static void read_temperature(reader *r, mlp_json_value root, mlpi_members *members)
{
    if (!is_there(root, "temperature") || r->defect != NULL)
        return;
    const mlp_network *network = members->network[0];
    const mlp_layer last = mlp_network_layer(network, mlp_network_layer_count(network) - 1);
    members->temperature = number_of(r, root, "temperature");
    if (!(members->temperature >= MLPI_LEAST_TEMPERATURE &&
          members->temperature <= MLPI_MOST_TEMPERATURE) ||
        !mlpi_temperature_suits(mlp_network_loss(network), last.activation, last.units))
        blame(r, "temperature");
}

/* One network, or several that answer together. */
static mlp_status read_networks(reader *r, mlp_json_value root, size_t parameters, mlp_model *model,
                                mlp_error *err)
{
    mlpi_members *members = &model->members;
    const bool alone = !is_there(root, "networks");
    const mlp_json_value array = alone ? root : array_of(r, root, "networks", MLPI_MOST_MEMBERS);
    const size_t count = alone ? 1 : mlp_json_count(array);
    if (count == 0)
        blame(r, "networks");
    if (r->defect != NULL)
        return MLP_OK;
    MLPI_TRY(mlpi_members_init(members, count, err));
    MLPI_TRY(alone ? read_network(r, object_of(r, root, "network"), &parameters,
                                  &members->network[0], err)
                   : read_members(r, array, &parameters, members, err));
    if (r->defect == NULL && parameters > 0)
        blame(r, "parameters");
    read_temperature(r, root, members);
    if (r->defect == NULL)
        model->pipeline.coding = mlpi_coding_of(mlp_network_loss(members->network[0]),
                                                mlp_network_loss_settings(members->network[0]));
    return MLP_OK;
}

static void read_fitted(reader *r, mlp_json_value object, const mlpi_transform *transform,
                        mlpi_fitted *fitted)
{
    const char *defect = NULL;
    const mlp_status status = mlpi_fitted_read(transform, object, fitted, &defect);
    if (status == MLP_ERROR_MODEL)
        blame(r, defect);
    r->out_of_memory = r->out_of_memory || status == MLP_ERROR_MEMORY;
}

static void read_feature(reader *r, mlp_json_value object, mlpi_feature *f)
{
    const char *kind = mlp_json_text(mlp_json_member(object, "kind"));
    f->name = text_of(r, object, "name");
    f->position = size_of(r, object, "position", MLP_MAX_COLUMNS - 1);
    f->missing_indicator = flag_of(r, object, "missing_indicator");
    f->transform = kind != NULL ? mlpi_transform_of_kind(kind) : NULL;
    if (f->transform == NULL) {
        blame(r, "kind");
        return;
    }
    read_fitted(r, object, f->transform, &f->fitted);
    if (r->defect != NULL || r->out_of_memory)
        return;
    f->fill = is_there(object, "fill") ? number_of(r, object, "fill") : mlpi_feature_middle(f);
    f->width = mlpi_transform_width(f->transform, &f->fitted) + (f->missing_indicator ? 1 : 0);
}

static void read_features(reader *r, mlp_json_value object, mlpi_pipeline *p)
{
    const mlp_json_value array = array_of(r, object, "features", MLP_MAX_COLUMNS);
    const size_t count = mlp_json_count(array);
    mlp_json_value member = mlp_json_first(array);
    p->features = room(r, count, sizeof *p->features);
    for (size_t i = 0; p->features != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_feature *feature = &p->features[p->feature_count++];
        read_feature(r, member, feature);
        feature->first = p->inputs;
        if (feature->width > MLP_MAX_UNITS || p->inputs > MLP_MAX_UNITS)
            blame(r, "features");
        else
            p->inputs += feature->width;
    }
}

static const mlpi_transform *target_transform_of(reader *r, mlp_json_value object)
{
    if (!is_there(object, "transform"))
        return &mlpi_standard;
    const char *name = mlp_json_text(mlp_json_member(object, "transform"));
    const mlpi_transform *found = name != NULL ? mlpi_transform_find(name) : NULL;
    if (found != NULL && found->invert != NULL)
        return found;
    blame(r, "transform");
    return &mlpi_standard;
}

static void read_targets(reader *r, mlp_json_value object, mlpi_pipeline *p)
{
    const mlp_json_value array = array_of(r, object, "targets", MLP_MAX_COLUMNS);
    const size_t count = mlp_json_count(array);
    mlp_json_value member = mlp_json_first(array);
    if (count == 0)
        blame(r, "targets");
    p->targets = room(r, count, sizeof *p->targets);
    for (size_t i = 0; p->targets != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_target *target = &p->targets[p->target_count++];
        target->name = text_of(r, member, "name");
        target->position = size_of(r, member, "position", MLP_MAX_COLUMNS);
        target->transform = target_transform_of(r, member);
        read_fitted(r, member, target->transform, &target->fitted);
    }
}

static void read_pipeline(reader *r, mlp_json_value object, mlpi_pipeline *p)
{
    const char *task = mlp_json_text(mlp_json_member(object, "task"));
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

static void read_conformal(reader *r, mlp_json_value root, mlp_model *model)
{
    if (!is_there(root, "conformal") || r->defect != NULL)
        return;
    const mlp_status status = mlpi_conformal_read(mlp_json_member(root, "conformal"),
                                                  model->pipeline.target_count, &model->conformal);
    if (status == MLP_ERROR_MODEL)
        blame(r, "conformal");
    r->out_of_memory = r->out_of_memory || status == MLP_ERROR_MEMORY;
}

static void read_reading(reader *r, mlp_json_value object, mlp_read_options *read)
{
    size_t count = 0;
    read->format = text_or_null(r, object, "format");
    read->separator = letter_of(r, object, "separator");
    read->comment = letter_of(r, object, "comment");
    read->no_header = flag_of(r, object, "no_header");
    read->label_trim = text_or_null(r, object, "label_trim");
    if (is_there(object, "decimal"))
        read->decimal_if_unclear = letter_of(r, object, "decimal");
    if (is_there(object, "encoding"))
        read->encoding = text_or_null(r, object, "encoding");
    char **missing = texts_of(r, object, "missing", MLP_MAX_COLUMNS, &count);
    read->missing = (mlp_names){(const char *const *)missing, count};
}

static void keep_option(reader *r, mlpi_provenance *p, const char *name, const char *value)
{
    mlpi_kept_option *kept = &p->options[p->option_count++];
    kept->name = mlpi_copy_text(name, strlen(name));
    kept->value = mlpi_copy_text(value, strlen(value));
    r->out_of_memory = r->out_of_memory || kept->name == NULL || kept->value == NULL;
}

/* Before there was the list of options some of them were members of their own, if they were used.
 */
static void read_former_options(reader *r, mlp_json_value object, mlpi_provenance *p)
{
    static const char *const numbers[][2] = {{"label_smoothing", "label-smoothing"},
                                             {"l1", "l1"},
                                             {"dropout", "dropout"},
                                             {"input_noise", "input-noise"},
                                             {"clip_norm", "clip-norm"},
                                             {"max_norm", "max-norm"}};
    enum { NUMBERS = sizeof numbers / sizeof numbers[0] };
    p->options = room(r, NUMBERS + 1, sizeof *p->options);
    for (size_t i = 0; p->options != NULL && i < NUMBERS; i++) {
        char text[32];
        if (!is_there(object, numbers[i][0]))
            continue;
        mlp_number_text(figure_of(r, object, numbers[i][0]), text);
        keep_option(r, p, numbers[i][1], text);
    }
    if (p->options != NULL && is_there(object, "batch_norm") && flag_of(r, object, "batch_norm"))
        keep_option(r, p, "batch-norm", "yes");
}

static void read_options(reader *r, mlp_json_value object, mlpi_provenance *p)
{
    if (!is_there(object, "options")) {
        read_former_options(r, object, p);
        return;
    }
    const mlp_json_value list = object_of(r, object, "options");
    const size_t count = mlp_json_count(list);
    mlp_json_value member = mlp_json_first(list);
    p->options = room(r, count, sizeof *p->options);
    for (size_t i = 0; p->options != NULL && i < count; i++, member = mlp_json_next(member)) {
        const char *value = mlp_json_text(member);
        if (value == NULL) {
            blame(r, "options");
            return;
        }
        keep_option(r, p, mlp_json_name(member), value);
    }
}

/* Files from before there were diagnoses have none. */
static void read_findings(reader *r, mlp_json_value object, mlpi_provenance *p)
{
    enum { MOST = 1000 };
    if (!is_there(object, "diagnosis"))
        return;
    const mlp_json_value list = array_of(r, object, "diagnosis", MOST);
    const size_t count = mlp_json_count(list);
    mlp_json_value member = mlp_json_first(list);
    p->diagnosed = true;
    p->findings = room(r, count, sizeof *p->findings);
    for (size_t i = 0; p->findings != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_kept_finding *f = &p->findings[p->finding_count++];
        f->kind = text_of(r, member, "kind");
        f->sentence = text_of(r, member, "sentence");
        f->layer = size_of(r, member, "layer", MLP_MAX_LAYERS);
        f->value = figure_of(r, member, "value");
    }
}

static void read_pair(reader *r, mlp_json_value object, const char *name, double pair[2])
{
    const mlp_json_value array = array_of(r, object, name, 2);
    mlp_json_value number = mlp_json_first(array);
    for (size_t i = 0; i < 2; i++, number = mlp_json_next(number))
        if (!mlp_json_number(number, &pair[i]))
            blame(r, name);
}

static void read_calibration(reader *r, mlp_json_value training, mlpi_calibration *c)
{
    c->known = is_there(training, "calibration");
    if (!c->known)
        return;
    const mlp_json_value object = object_of(r, training, "calibration");
    read_pair(r, object, "log_loss", c->log_loss);
    read_pair(r, object, "calibration_error", c->error);
}

static void read_ignored(reader *r, mlp_json_value object, mlpi_provenance *p)
{
    const mlp_json_value list = array_of(r, object, "ignored", MLP_MAX_COLUMNS);
    const size_t count = mlp_json_count(list);
    mlp_json_value member = mlp_json_first(list);
    p->ignored = room(r, count, sizeof *p->ignored);
    for (size_t i = 0; p->ignored != NULL && i < count; i++, member = mlp_json_next(member)) {
        mlpi_ignored *one = &p->ignored[p->ignored_count++];
        one->name = text_of(r, member, "name");
        one->reason = text_of(r, member, "reason");
    }
}

static void read_training(reader *r, mlp_json_value object, mlpi_provenance *p)
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
        if (i < ALWAYS || is_there(object, texts[i].name))
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
    read_options(r, object, p);
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
    read_calibration(r, object, &p->calibration);
    read_findings(r, object, p);
    read_ignored(r, object, p);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Columns whose place is the same would be read as each other. */
static void check_positions(reader *r, const mlpi_pipeline *p)
{
    const size_t count = p->feature_count + p->target_count;
    unsigned char *taken = room(r, MLP_MAX_COLUMNS / 8 + 1, 1);
    for (size_t i = 0; taken != NULL && i < count; i++) {
        const size_t at = i < p->feature_count ? p->features[i].position
                                               : p->targets[i - p->feature_count].position;
        const unsigned char bit = (unsigned char)(1u << at % 8);
        if ((taken[at / 8] & bit) != 0)
            blame(r, "position");
        taken[at / 8] |= bit;
    }
    mlpi_free(taken);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_distinct(reader *r, const char **texts, size_t count, const char *member)
{
    qsort(texts, count, sizeof *texts, by_text);
    for (size_t i = 1; i < count; i++)
        if (strcmp(texts[i - 1], texts[i]) == 0)
            blame(r, member);
}

/* Columns, and labels, of one name could never be told from each other. */
static void check_names(reader *r, const mlpi_pipeline *p)
{
    const size_t columns = p->feature_count + p->target_count;
    const char **texts =
        room(r, columns > p->label_count ? columns : p->label_count, sizeof *texts);
    if (texts == NULL)
        return;
    for (size_t i = 0; i < columns; i++)
        texts[i] =
            i < p->feature_count ? p->features[i].name : p->targets[i - p->feature_count].name;
    check_distinct(r, texts, columns, "name");
    for (size_t k = 0; k < p->label_count; k++)
        texts[k] = p->labels[k];
    check_distinct(r, texts, p->label_count, "labels");
    mlpi_free(texts);
}

/* What each member alone cannot tell. */
static void check_together(reader *r, const mlp_model *model)
{
    const mlpi_pipeline *p = &model->pipeline;
    if (r->defect != NULL || r->out_of_memory)
        return;
    check_positions(r, p);
    check_names(r, p);
    if (p->inputs != mlp_network_inputs(mlp_model_network(model)) ||
        p->outputs != mlp_network_outputs(mlp_model_network(model)))
        blame(r, "pipeline");
}

static mlp_status read_all(mlp_json_value root, size_t parameters, const char *name,
                           mlp_model *model, mlp_error *err)
{
    reader r = {0};
    uint64_t version = 0;
    if (!mlp_json_whole(mlp_json_member(root, "format_version"), &version) || version < 1)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "the metadata have no format version");
    if (version > MLPI_FORMAT_VERSION)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "model format %" PRIu64
                            ", but this mlp (%s) reads up to %d; use a newer mlp",
                            version, MLP_VERSION, MLPI_FORMAT_VERSION);
    MLPI_TRY(read_networks(&r, root, parameters, model, err));
    read_pipeline(&r, object_of(&r, root, "pipeline"), &model->pipeline);
    read_conformal(&r, root, model);
    read_reading(&r, object_of(&r, root, "reading"), &model->read);
    read_training(&r, object_of(&r, root, "training"), &model->provenance);
    check_together(&r, model);
    if (r.out_of_memory)
        return mlpi_fail_memory(err, name);
    if (r.defect != NULL)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "the metadata are damaged: \"%s\" is missing or not as it must be",
                            r.defect);
    return MLP_OK;
}

mlp_status mlpi_metadata_read(const char *text, size_t parameters, const char *name,
                              mlp_model *model, mlp_error *err)
{
    mlp_error defect = {0};
    mlp_json *document = NULL;
    mlp_status status = mlp_json_read(text, strlen(text), &document, &defect);
    if (status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, name);
    if (status != MLP_OK)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0, "the metadata are no JSON: %s",
                            defect.message);
    status = read_all(mlp_json_root(document), parameters, name, model, err);
    if (status == MLP_ERROR_ARGUMENT) /* a network that cannot be is a damaged file here */
        status = mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                              "the metadata describe an impossible network");
    mlp_json_free(document);
    return status;
}
