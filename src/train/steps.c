/* SPDX-License-Identifier: MIT */
/* An epoch: shuffled mini-batches with an update rule, or one step of a full-batch method. */
#include <math.h>

#include "train/run.h"

bool mlpi_steps_stopped(const mlp_trainer *run)
{
    return mlpi_run_is_shared(run) ? (run->ranks.agreed & MLPI_WANTS_TO_STOP) != 0
                                   : mlpi_watch_over(&run->watch);
}

/* --- update rules ----------------------------------------------------------------------------- */

static mlpi_group group_of(const mlp_trainer *run, const mlpi_piece *piece)
{
    if (piece->biases)
        return (mlpi_group){true, (float)run->options.bias_rate, 1.0f};
    if (piece->scales)
        return (mlpi_group){false, (float)run->options.input_scale, 1.0f};
    return (mlpi_group){false, 1.0f, run->plan.ntk ? 1.0f / sqrtf((float)piece->inputs) : 1.0f};
}

static void update(void *context, const mlpi_piece *piece)
{
    const mlp_trainer *run = context;
    const mlpi_group group = group_of(run, piece);
    mlpi_optimizer_apply(&run->optimizer, piece->at, piece->n, &group, piece->gradient,
                         piece->parameters);
}

void mlpi_steps_shuffle(mlp_trainer *run)
{
    const uint64_t seed = run->plan.seed + run->epoch;
    const bool several = run->batch < run->data.training.rows;
    mlpi_batches_rewind(run->data.learning, several ? &seed : NULL);
}

/* The share of the learning rate for a step that begins after t epochs and lasts `step` epochs. */
static double share_of(const mlp_trainer *run, double t, double step)
{
    return run->plateau.share *
           mlpi_schedule_share(run->plan.schedule, &run->plan.schedule_settings, t, step);
}

/* Sets dropout and weight decay for the next steps. */
static mlp_status regularise(mlp_trainer *run, double t, mlp_error *err)
{
    const mlp_train_options *o = &run->options;
    const double share = mlpi_plan_regularisation(&run->plan, t);
    run->optimizer.settings.weight_decay = share * o->weight_decay;
    return mlpi_engine_set_noise(
        run->engine, (mlpi_noise){share * o->dropout, o->input_noise, run->plan.seed}, err);
}

double mlpi_steps_batch(mlp_trainer *run, const mlpi_given *rows, double share)
{
    mlpi_batch batch = rows->batch;
    batch.number = run->optimizer.time;
    run->optimizer.share = share;
    mlpi_run_want(run, true);
    mlpi_optimizer_begin(&run->optimizer);
    return mlpi_engine_step(run->engine, &batch, update, run);
}

static double rule_epoch(mlp_trainer *run)
{
    double loss = 0.0;
    size_t seen = 0;
    mlpi_given given;
    mlpi_steps_shuffle(run);
    while (!mlpi_steps_stopped(run) && mlpi_batches_next(run->data.learning, run->batch, &given)) {
        const size_t rows = given.batch.rows;
        const double all = (double)run->data.training.rows;
        const double t = (double)(run->epoch - 1) + (double)seen / all;
        regularise(run, t, NULL); /* cannot fail: mlpi_steps_begin allocated the memory */
        const double one = mlpi_steps_batch(run, &given, share_of(run, t, (double)rows / all));
        loss += one * (double)rows;
        seen += rows;
        if (!isfinite(one))
            break;
    }
    return seen > 0 ? loss / (double)seen : (double)NAN;
}

/* --- full-batch methods ----------------------------------------------------------------------- */

/* Takes one step; returns the loss after it, NaN if the step was stopped half-way. */
static double method_epoch(mlp_trainer *run)
{
    const mlp_encoded *rows = &run->data.training;
    mlpi_watch_begin(&run->watch, mlpi_cost_of_step(run->plan.method, (double)run->minimizer.n,
                                                    (double)rows->rows, (double)rows->outputs));
    run->outcome = mlpi_minimizer_step(&run->minimizer);
    if (mlpi_steps_stopped(run))
        return (double)NAN;
    for (size_t i = 0; i < run->minimizer.n; i++)
        run->now[i] = (float)run->minimizer.w[i];
    mlpi_engine_put(run->engine, run->now);
    return run->minimizer.value;
}

static mlp_status begin_method(mlp_trainer *run, mlp_error *err)
{
    const mlp_network *network = run->data.network;
    const mlpi_method *method = run->plan.method;
    const size_t size = mlp_network_size(network);
    MLPI_TRY(mlpi_network_objective_create(network, &run->data.training, run->plan.l2,
                                           method->least_squares, run->options.threads,
                                           &run->objective, err));
    mlpi_network_objective_watch(run->objective, &run->watch);
    mlpi_cost_tell(run);
    double *w = mlpi_allocate(size, sizeof *w);
    if (w == NULL)
        return mlpi_fail_memory(err, "training");
    for (size_t i = 0; i < size; i++)
        w[i] = (double)mlp_network_parameters_const(network)[i];
    const mlp_status status = mlpi_minimizer_init(
        &run->minimizer, method, mlpi_network_objective_of(run->objective), w, &run->watch, err);
    mlpi_free(w);
    return status;
}

/* --- either ----------------------------------------------------------------------------------- */

mlp_status mlpi_steps_begin(mlp_trainer *run, mlp_error *err)
{
    if (run->plan.method != NULL)
        return begin_method(run, err);
    const mlpi_rule_settings settings = {.learning_rate = run->options.learning_rate,
                                         .momentum = run->options.momentum,
                                         .weight_decay = run->options.weight_decay,
                                         .l2 = run->plan.l2,
                                         .l1 = run->options.l1,
                                         .beta1 = run->options.beta1,
                                         .beta2 = run->options.beta2};
    const mlpi_limits limits = {run->options.clip_norm, run->options.max_norm};
    MLPI_TRY(mlpi_engine_set_limits(run->engine, limits, err));
    MLPI_TRY(mlpi_optimizer_init(&run->optimizer, run->plan.rule, settings,
                                 mlpi_engine_size(run->engine), err));
    /* A schedule may begin with a share of 0: memory is allocated for the full dropout. */
    const mlpi_noise full = {run->options.dropout, run->options.input_noise, run->plan.seed};
    MLPI_TRY(mlpi_engine_set_noise(run->engine, full, err));
    return regularise(run, 0.0, err);
}

double mlpi_steps_epoch(mlp_trainer *run)
{
    return run->objective != NULL ? method_epoch(run) : rule_epoch(run);
}
