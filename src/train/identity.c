/* SPDX-License-Identifier: MIT */
/* The identity of a run: a hash of its encoded data and of everything that decides its steps, as
 * names and texts, which do not change with the numbers of an enum or the layout of a struct. */
#include <stdio.h>
#include <string.h>

#include "mlp/output.h"
#include "options/options.h"
#include "train/run.h"

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return mlpi_hash(hash, text, strlen(text) + 1);
}

static uint64_t hash_number(uint64_t hash, double value)
{
    char text[32];
    mlp_number_text(value, text);
    return hash_text(hash, text);
}

/* The options as they were resolved: "auto" may mean something different with other data, or in
 * another version. hash_network covers the layers. */
static mlp_train_options resolved(const mlp_trainer *run)
{
    const mlpi_plan *p = &run->plan;
    mlp_train_options o = run->options;
    o.task = run->data.pipeline.task;
    o.hidden = o.activation = o.output_activation = NULL;
    o.loss = mlp_loss_describe(p->loss)->name;
    o.optimizer = p->rule != NULL ? p->rule->name : p->method->name;
    o.learning_rate = run->optimizer.settings.learning_rate;
    o.l2 = p->l2;
    o.schedule_factor = p->schedule_settings.factor;
    o.schedule_period = p->schedule_settings.period;
    o.batch = run->batch;
    o.seed = p->seed;
    o.validation = 0.0; /* the rows themselves are hashed */
    return o;
}

static uint64_t hash_network(uint64_t hash, const mlp_trainer *run)
{
    const mlp_network *network = run->data.network;
    const mlp_loss_settings *loss = mlp_network_loss_settings(network);
    char text[64];
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const mlp_layer layer = mlp_network_layer(network, l);
        snprintf(text, sizeof text, "%zu:%s", layer.units,
                 mlp_activation_describe(layer.activation)->name);
        hash = hash_text(hash, text);
    }
    hash = hash_number(hash, loss->huber_delta);
    for (size_t i = 0; i < loss->levels; i++)
        hash = hash_number(hash, loss->level[i]);
    if (run->options.initial != NULL)
        hash = mlpi_hash(hash, mlp_network_parameters_const(network),
                         mlp_network_size(network) * sizeof(float));
    return hash;
}

/* `part` NULL: there are no such rows. */
static uint64_t hash_rows(uint64_t hash, const mlpi_batches *part)
{
    hash = hash_number(hash, part != NULL ? (double)part->rows : 0.0);
    return part != NULL ? mlpi_batches_hash(part, hash) : hash;
}

uint64_t mlpi_run_identity(const mlp_trainer *run)
{
    const mlp_train_options options = resolved(run);
    uint64_t hash =
        mlpi_options_hash(&options, MLPI_OPTION_FREE | MLPI_OPTION_RUN, MLPI_HASH_START);
    if (run->plan.schedule->follows_epochs || run->plan.regularisation->follows_epochs)
        hash = hash_number(hash, (double)run->plan.epochs);
    if (run->plan.metric != NULL && run->data.pipeline.first_looked_for)
        hash = hash_number(hash, 1.0); /* the metric may depend on the label looked for */
    hash = hash_network(hash, run);
    hash = hash_rows(hash, run->data.learning);
    return hash_rows(hash, run->data.validating);
}
