/* SPDX-License-Identifier: MIT */
/* Reads the networks from a model's metadata. */
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

/* Counts the parameters of a network with these layers. false: the number overflows. */
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

/* How many parameters the networks that are still to be read may have: `stored` in the file, and
 * `whole` in memory, where inputs that a network does not read have weights of 0. */
typedef struct budget {
    size_t stored, whole;
} budget;

/* A network as the metadata describe it. */
typedef struct plan {
    size_t inputs, count;
    mlp_json_value reads; /* runs of inputs: the first input and the length of each */
    size_t read;          /* number of inputs in the runs */
    size_t stored, whole; /* numbers of parameters, as in `budget` */
    mlp_layer layers[MLP_MAX_LAYERS];
    mlp_loss loss;
    mlp_loss_settings settings;
} plan;

/* Reads the first input and the length of a run, and moves `at` to the next run. */
static bool take_run(mlp_json_value *at, uint64_t *first, uint64_t *count)
{
    const mlp_json_value second = mlp_json_next(*at);
    const bool whole = mlp_json_whole(*at, first) && mlp_json_whole(second, count);
    *at = mlp_json_next(second);
    return whole;
}

/* Checks that the runs ascend and do not touch. A network without "reads" reads all inputs. */
static void read_runs(mlpi_meta_reader *r, mlp_json_value object, plan *p)
{
    p->read = p->inputs;
    if (!mlpi_meta_has(object, "reads"))
        return;
    p->reads = mlpi_meta_array(r, object, "reads", MLP_MAX_UNITS);
    uint64_t first = 0, count = 0, end = 0;
    p->read = 0;
    for (mlp_json_value at = mlp_json_first(p->reads); mlp_json_kind_of(at) != MLP_JSON_NOTHING;) {
        if (!take_run(&at, &first, &count) || count == 0 || count > p->inputs ||
            first > p->inputs - count || (p->read > 0 && first <= end)) {
            mlpi_meta_blame(r, "reads");
            return;
        }
        end = first + count;
        p->read += (size_t)count; /* at most p->inputs */
    }
    if (p->read == 0)
        mlpi_meta_blame(r, "reads");
}

static plan plan_of(mlpi_meta_reader *r, mlp_json_value object)
{
    plan p;
    memset(&p, 0, sizeof p);
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
    read_runs(r, object, &p);
    if (!count_parameters(p.inputs, p.layers, p.count, &p.whole) ||
        !count_parameters(p.read, p.layers, p.count, &p.stored) ||
        mlpi_meta_size(r, object, "parameters", SIZE_MAX) != p.stored)
        mlpi_meta_blame(r, "parameters");
    return p;
}

/* Lists the inputs of the runs in members->reads[m]. A network without a list reads all inputs. */
static mlp_status take_runs(const plan *p, size_t m, mlpi_members *members, mlp_error *err)
{
    if (members->reads == NULL)
        members->reads = mlpi_allocate(members->count, sizeof *members->reads);
    mlpi_reads *reads = members->reads != NULL ? &members->reads[m] : NULL;
    if (reads != NULL)
        reads->input = mlpi_allocate(p->read, sizeof *reads->input);
    if (reads == NULL || reads->input == NULL)
        return mlpi_fail_memory(err, "the inputs that a network reads");
    mlp_json_value at = mlp_json_first(p->reads);
    for (uint64_t first = 0, count = 0; reads->count < p->read && take_run(&at, &first, &count);)
        for (uint64_t i = 0; i < count; i++)
            reads->input[reads->count++] = (uint32_t)(first + i);
    return MLP_OK;
}

/* Makes network m, unless the file holds fewer parameters than it needs. */
static mlp_status read_network(mlpi_meta_reader *r, mlp_json_value object, budget *left, size_t m,
                               mlpi_members *members, mlp_error *err)
{
    const plan p = plan_of(r, object);
    if (r->defect == NULL && (p.stored > left->stored || p.whole > left->whole))
        mlpi_meta_blame(r, "parameters");
    if (r->defect != NULL)
        return MLP_OK; /* reported by the caller */
    left->stored -= p.stored;
    left->whole -= p.whole;
    if (p.read < p.inputs)
        MLPI_TRY(take_runs(&p, m, members, err));
    MLPI_TRY(mlp_network_create(p.inputs, p.layers, p.count, p.loss, &members->network[m], err));
    return mlp_network_set_loss_settings(members->network[m], &p.settings, err);
}

/* Whether the outputs of two networks may be averaged. */
static bool answer_together(const mlp_network *a, const mlp_network *b)
{
    const mlp_loss_settings *s = mlp_network_loss_settings(a), *t = mlp_network_loss_settings(b);
    return mlp_network_inputs(a) == mlp_network_inputs(b) &&
           mlp_network_outputs(a) == mlp_network_outputs(b) &&
           mlp_network_loss(a) == mlp_network_loss(b) && s->levels == t->levels &&
           s->huber_delta == t->huber_delta &&
           memcmp(s->level, t->level, s->levels * sizeof *s->level) == 0;
}

static mlp_status read_members(mlpi_meta_reader *r, mlp_json_value array, budget *left,
                               mlpi_members *members, mlp_error *err)
{
    mlp_json_value object = mlp_json_first(array);
    double sum = 0.0;
    for (size_t m = 0; m < members->count && r->defect == NULL; m++) {
        members->weight[m] = mlpi_meta_number(r, object, "weight");
        MLPI_TRY(read_network(r, object, left, m, members, err));
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

/* A file without "temperature" leaves the outputs as they are. */
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

/* A file holds either one "network", or the array "networks" with weights. */
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
    budget left = {.stored = parameters};
    if (!mlpi_multiply(parameters, MLPI_MOST_SPREAD, &left.whole))
        left.whole = SIZE_MAX;
    MLPI_TRY(mlpi_members_init(members, count, err));
    MLPI_TRY(alone ? read_network(r, mlpi_meta_object(r, root, "network"), &left, 0, members, err)
                   : read_members(r, array, &left, members, err));
    if (r->defect == NULL && left.stored > 0)
        mlpi_meta_blame(r, "parameters");
    read_temperature(r, root, members);
    if (r->defect == NULL)
        model->pipeline.coding = mlpi_coding_of(mlp_network_loss(members->network[0]),
                                                mlp_network_loss_settings(members->network[0]));
    return MLP_OK;
}
