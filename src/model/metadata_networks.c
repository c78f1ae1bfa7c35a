/* SPDX-License-Identifier: MIT */
/* The networks of a model's metadata. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "model/metadata_members.h"
#include "network/temperature.h"

static mlp_loss_settings read_loss_settings(mlpi_meta_reader *r, mlp_json_value object,
                                            mlp_loss loss)
{
    mlp_loss_settings settings = mlp_loss_settings_default();
    if (loss == MLP_HUBER)
        settings.huber_delta = mlpi_meta_number(r, object, "huber_delta");
    if (loss != MLP_QUANTILE)
        return settings;
    const mlp_json_value levels = mlpi_meta_array(r, object, "quantiles", MLP_MAX_LEVELS);
    mlp_json_value level = mlp_json_first(levels);
    settings.levels = mlp_json_count(levels);
    for (size_t i = 0; i < settings.levels; i++, level = mlp_json_next(level))
        if (!mlp_json_number(level, &settings.level[i]))
            mlpi_meta_blame(r, "quantiles");
    return settings;
}

static void read_layer(mlpi_meta_reader *r, mlp_json_value object, mlp_layer *layer)
{
    const char *activation = mlp_json_text(mlp_json_member(object, "activation"));
    layer->units = mlpi_meta_size(r, object, "units", MLP_MAX_UNITS);
    if (activation == NULL || !mlp_activation_from_name(activation, &layer->activation))
        mlpi_meta_blame(r, "activation");
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

static plan plan_of(mlpi_meta_reader *r, mlp_json_value object)
{
    plan p;
    memset(&p, 0, sizeof p); /* the bytes between the members too: layers are hashed */
    const mlp_json_value array = mlpi_meta_array(r, object, "layers", MLP_MAX_LAYERS);
    p.count = mlp_json_count(array);
    p.inputs = mlpi_meta_size(r, object, "inputs", MLP_MAX_UNITS);
    mlp_json_value layer = mlp_json_first(array);
    for (size_t l = 0; l < p.count; l++, layer = mlp_json_next(layer))
        read_layer(r, layer, &p.layers[l]);
    const char *name = mlp_json_text(mlp_json_member(object, "loss"));
    if (name == NULL || !mlp_loss_from_name(name, &p.loss))
        mlpi_meta_blame(r, "loss");
    p.settings = read_loss_settings(r, object, p.loss);
    if (!count_parameters(p.inputs, p.layers, p.count, &p.parameters) ||
        mlpi_meta_size(r, object, "parameters", SIZE_MAX) != p.parameters)
        mlpi_meta_blame(r, "parameters");
    return p;
}

/* The file holds at least `parameters` more numbers: a network is made only of such. */
static mlp_status read_network(mlpi_meta_reader *r, mlp_json_value object, size_t *parameters,
                               mlp_network **network, mlp_error *err)
{
    const plan p = plan_of(r, object);
    if (r->defect == NULL && p.parameters > *parameters)
        mlpi_meta_blame(r, "parameters");
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

static mlp_status read_members(mlpi_meta_reader *r, mlp_json_value array, size_t *parameters,
                               mlpi_members *members, mlp_error *err)
{
    mlp_json_value object = mlp_json_first(array);
    double sum = 0.0;
    for (size_t m = 0; m < members->count && r->defect == NULL; m++) {
        members->weight[m] = mlpi_meta_number(r, object, "weight");
        MLPI_TRY(read_network(r, object, parameters, &members->network[m], err));
        if (r->defect == NULL && (!(members->weight[m] > 0.0) ||
                                  !answer_together(members->network[0], members->network[m])))
            mlpi_meta_blame(r, "networks");
        sum += members->weight[m];
        object = mlp_json_next(object);
    }
    if (r->defect == NULL && !(fabs(sum - 1.0) < 1e-9))
        mlpi_meta_blame(r, "weight");
    return MLP_OK;
}

/* Files without it have outputs as they are. */
static void read_temperature(mlpi_meta_reader *r, mlp_json_value root, mlpi_members *members)
{
    if (!mlpi_meta_has(root, "temperature") || r->defect != NULL)
        return;
    const mlp_network *network = members->network[0];
    const mlp_layer last = mlp_network_layer(network, mlp_network_layer_count(network) - 1);
    members->temperature = mlpi_meta_number(r, root, "temperature");
    if (!(members->temperature >= MLPI_LEAST_TEMPERATURE &&
          members->temperature <= MLPI_MOST_TEMPERATURE) ||
        !mlpi_temperature_suits(mlp_network_loss(network), last.activation, last.units))
        mlpi_meta_blame(r, "temperature");
}

/* One network, or several that answer together. */
mlp_status mlpi_meta_networks(mlpi_meta_reader *r, mlp_json_value root, size_t parameters,
                              mlp_model *model, mlp_error *err)
{
    mlpi_members *members = &model->members;
    const bool alone = !mlpi_meta_has(root, "networks");
    const mlp_json_value array =
        alone ? root : mlpi_meta_array(r, root, "networks", MLPI_MOST_MEMBERS);
    const size_t count = alone ? 1 : mlp_json_count(array);
    if (count == 0)
        mlpi_meta_blame(r, "networks");
    if (r->defect != NULL)
        return MLP_OK;
    MLPI_TRY(mlpi_members_init(members, count, err));
    MLPI_TRY(alone ? read_network(r, mlpi_meta_object(r, root, "network"), &parameters,
                                  &members->network[0], err)
                   : read_members(r, array, &parameters, members, err));
    if (r->defect == NULL && parameters > 0)
        mlpi_meta_blame(r, "parameters");
    read_temperature(r, root, members);
    if (r->defect == NULL)
        model->pipeline.coding = mlpi_coding_of(mlp_network_loss(members->network[0]),
                                                mlp_network_loss_settings(members->network[0]));
    return MLP_OK;
}
