/* SPDX-License-Identifier: MIT */
#include "runs/join.h"

#include <string.h>

#include "network/layout.h"
#include "network/reads.h"
#include "train/ending.h"

/* --- a network that has more inputs ----------------------------------------------------------- */

/* The place of a feature's first input among the inputs of the joined feature. */
static size_t offset_in(const mlpi_feature *joined, const mlpi_feature *own)
{
    size_t part = 0;
    if (joined->transform == own->transform)
        return 0;
    while (joined->transform->parts[part] != own->transform)
        part++;
    return mlpi_combined_first(&joined->fitted, part);
}

/* Sets place[i] to the number of input i of `own` among the inputs of `joined`. */
static void find_places(const mlpi_pipeline *joined, const mlpi_pipeline *own, uint32_t *place)
{
    for (size_t f = 0; f < own->feature_count; f++) {
        const mlpi_feature *to = &joined->features[f], *from = &own->features[f];
        const size_t values = from->width - (from->missing_indicator ? 1 : 0);
        for (size_t i = 0; i < values; i++)
            place[from->first + i] = (uint32_t)(to->first + offset_in(to, from) + i);
        if (from->missing_indicator)
            place[from->first + values] = (uint32_t)(to->first + to->width - 1);
    }
}

/* Copies the parameters to `to`, whose parameters must be 0: its first layer keeps weights of 0 for
 * inputs that `from` did not see. */
static void copy_parameters(const mlp_network *from, uint32_t *place, mlp_network *to)
{
    const mlpi_reads reads = {from->inputs, place};
    for (size_t i = 0; i < from->size; i++)
        to->parameters[mlpi_reads_at(&reads, to, i)] = from->parameters[i];
}

static mlp_status widen(const mlp_network *from, uint32_t *place, size_t inputs,
                        mlp_network **network, mlp_error *err)
{
    MLPI_TRY(mlp_network_create(inputs, from->layers, from->count, from->loss, network, err));
    MLPI_TRY(mlp_network_set_loss_settings(*network, &from->loss_settings, err));
    (*network)->surrogate = from->surrogate;
    copy_parameters(from, place, *network);
    return MLP_OK;
}

/* --- crews ------------------------------------------------------------------------------------ */

/* Copies the outcomes of a crew to the joined crew, in each fold from place `first` on. */
static mlp_status take_all(mlpi_crew *joined, size_t first, const mlpi_crew *from, uint32_t *place,
                           mlp_error *err)
{
    const size_t inputs = joined->common.data.pipeline.inputs;
    for (size_t i = 0; i < from->count; i++) {
        mlpi_outcome_of_run *to =
            &joined->run[i / from->members * joined->members + first + i % from->members];
        *to = from->run[i];
        to->network = NULL;
        if (from->run[i].network != NULL)
            MLPI_TRY(widen(from->run[i].network, place, inputs, &to->network, err));
    }
    return MLP_OK;
}

/* Makes the best run of the joined crew, in the state in which the best run of `one` ended. */
static mlp_status speak_as(mlpi_crew *joined, const mlpi_crew *one, uint32_t *place, mlp_error *err)
{
    mlp_trainer *run = NULL;
    const mlpi_ending ending = mlpi_ending_of(one->best);
    const size_t fold = one->best->restart / one->members;
    MLPI_TRY(mlpi_run_create_part(&joined->common, fold, joined->options,
                                  fold * joined->members + one->best->restart % one->members, &run,
                                  err));
    joined->best = run;
    memset(run->data.network->parameters, 0, run->data.network->size * sizeof(float));
    copy_parameters(one->best->data.network, place, run->data.network);
    memcpy(run->best_parameters, run->data.network->parameters,
           run->data.network->size * sizeof(float));
    return mlpi_ending_take(run, &ending)
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_DATA, "the best network did not finish its training");
}

static mlp_status take_both(mlpi_crew *joined, const mlpi_crew *one, const mlpi_crew *other,
                            uint32_t *place, mlp_error *err)
{
    const mlpi_pipeline *p = &joined->common.data.pipeline;
    find_places(p, &other->common.data.pipeline, place);
    MLPI_TRY(take_all(joined, one->members, other, place, err));
    find_places(p, &one->common.data.pipeline, place);
    MLPI_TRY(take_all(joined, 0, one, place, err));
    MLPI_TRY(speak_as(joined, one, place, err));
    joined->begun = joined->finished = joined->told = joined->count;
    joined->started = one->started;
    return MLP_OK;
}

mlp_status mlpi_crew_join(mlpi_crew *joined, const mlpi_crew *one, const mlpi_crew *other,
                          mlp_error *err)
{
    uint32_t *place = mlpi_allocate(joined->common.data.pipeline.inputs, sizeof *place);
    const mlp_status status = place != NULL ? take_both(joined, one, other, place, err)
                                            : mlpi_fail_memory(err, "the networks of a model");
    mlpi_free(place);
    return status;
}
