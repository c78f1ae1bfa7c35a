/* SPDX-License-Identifier: MIT */
/* The trainer: epochs, validation, and early stopping that always returns the best weights. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mlp/output.h"
#include "options/options.h"
#include "train/large.h"

/* --- making and freeing ----------------------------------------------------------------------- */

static bool gradient_can_pass(const mlp_network *network)
{
    const size_t last = mlp_network_layer_count(network) - 1;
    return !mlp_activation_describe(mlp_network_layer(network, last).activation)->threshold;
}

static mlp_status make_buffers(mlp_trainer *run, mlp_error *err)
{
    const mlpi_prepared *d = &run->data;
    const size_t size = mlp_network_size(d->network);
    run->best_parameters = mlpi_allocate(size, sizeof *run->best_parameters);
    run->now = mlpi_allocate(mlpi_engine_state(run->engine), sizeof *run->now);
    if (run->best_parameters == NULL || run->now == NULL)
        return mlpi_fail_memory(err, "training");
    memcpy(run->best_parameters, mlp_network_parameters_const(d->network),
           size * sizeof *run->best_parameters);
    return MLP_OK;
}

/* Refuses a metric that is not defined on the deciding rows, since it would never improve. */
static mlp_status check_metric(mlp_trainer *run, mlp_error *err)
{
    if (run->plan.metric == NULL ||
        isfinite(mlpi_scorer_part(&run->scorer, mlpi_run_deciding(run)).criterion))
        return MLP_OK;
    MLPI_TRY(mlpi_run_check(run, err));
    const bool classes = run->data.pipeline.task == MLP_TASK_CLASSIFICATION;
    return mlpi_fail(
        err, MLP_ERROR_ARGUMENT, "`metric` %s is not defined for these rows; %s", run->plan.metric,
        classes
            ? "for classification, give loss, accuracy or log_loss, or, if these rows have several "
              "labels, macro_f1 or auc"
            : "for regression, give loss, rmse or mae, or, if these rows have several values, r2");
}

/* Gives each restart its own initial weights, order of the rows and checkpoint. */
static mlp_status tell_apart(mlp_trainer *run, mlp_error *err)
{
    const char *path = run->options.checkpoint;
    if (run->restart > 0)
        run->plan.seed = mlpi_hash(run->options.seed, &run->restart, sizeof run->restart);
    if (path == NULL)
        return MLP_OK;
    const size_t size = strlen(path) + 24;
    run->checkpoint = mlpi_allocate(size, 1);
    if (run->checkpoint == NULL)
        return mlpi_fail_memory(err, "training");
    if (run->restart == 0)
        memcpy(run->checkpoint, path, size - 24);
    else
        snprintf(run->checkpoint, size, "%s.%zu", path, run->restart + 1);
    return MLP_OK;
}

/* Gives notice of options that were set but have no effect, now that everything is decided. */
static void tell_idle(const mlp_train_options *options, const mlpi_plan *plan)
{
    mlp_train_options decided = *options;
    char sentence[320];
    decided.optimizer = plan->rule != NULL ? plan->rule->name : plan->method->name;
    for (size_t i = 0; mlpi_options_idle(&decided, i, sentence, sizeof sentence); i++)
        mlpi_notice(options, "%s.", sentence);
}

/* Begins a run whose data and network are prepared. */
static mlp_status begin(mlp_trainer *run, mlp_error *err)
{
    mlpi_prepared *d = &run->data;
    run->batch = mlpi_plan_batch(&run->plan, &run->options, d->training.rows);
    MLPI_TRY(mlpi_large_fits(run, err));
    MLPI_TRY(mlpi_engine_create(d->network, run->plan.method != NULL ? 0 : run->batch,
                                run->options.threads, run->plan.precision, &run->engine, err));
    if (run->options.batch_norm)
        MLPI_TRY(mlpi_engine_normalize(run->engine, err));
    if (run->options.input_scale > 0.0)
        MLPI_TRY(mlpi_engine_scale_inputs(run->engine, err));
    MLPI_TRY(make_buffers(run, err));
    MLPI_TRY(mlpi_scorer_init(&run->scorer, run->engine, &d->pipeline, &run->plan,
                              mlpi_run_deciding(run)->rows, err));
    MLPI_TRY(check_metric(run, err));
    MLPI_TRY(mlpi_steps_begin(run, err));
    run->best = INFINITY;
    run->course = (mlpi_course){.last = INFINITY, .lowest = INFINITY, .least = INFINITY};
    run->plateau = (mlpi_plateau){.share = 1.0, .best = INFINITY};
    run->started = run->kept = mlpi_seconds();
    MLPI_TRY(mlpi_run_meet(run, err));
    return mlpi_resume_begin(run, err);
}

void mlp_trainer_free(mlp_trainer *run)
{
    if (run == NULL)
        return;
    mlpi_engine_free(run->engine);
    mlpi_scorer_release(&run->scorer);
    mlpi_optimizer_release(&run->optimizer);
    mlpi_minimizer_release(&run->minimizer);
    mlpi_network_objective_free(run->objective);
    mlpi_prepared_release(&run->data);
    mlpi_conformal_release(&run->conformal);
    mlpi_free(run->checkpoint);
    mlpi_free(run->now);
    mlpi_free(run->best_parameters);
    mlpi_free(run);
}

/* --- epochs ----------------------------------------------------------------------------------- */

/* The criterion GL of L. Prechelt 1994. */
static bool generalises_worse(const mlp_trainer *run)
{
    const double most = run->options.generalisation_loss;
    const mlpi_course *c = &run->course;
    return most > 0.0 && mlpi_run_has_validation(run) &&
           100.0 * (c->latest / c->least - 1.0) > most;
}

/* The reason to stop after this epoch; MLP_STOP_EPOCHS: there is none yet. */
static mlp_stop_reason reason_to_stop(const mlp_trainer *run)
{
    const size_t patience = mlpi_run_has_validation(run) ? run->options.patience : 0;
    if (mlpi_steps_stopped(run))
        return mlpi_run_why_stopped(run);
    if (run->objective != NULL && run->outcome != MLPI_MOVED)
        return MLP_STOP_CONVERGED;
    if (patience > 0 && run->epoch - run->best_epoch >= patience)
        return MLP_STOP_PATIENCE;
    if (generalises_worse(run))
        return MLP_STOP_GENERALISATION;
    return MLP_STOP_EPOCHS;
}

static void end(mlp_trainer *run, mlp_stop_reason reason)
{
    run->reason = reason;
    run->done = reason != MLP_STOP_EPOCHS || run->epoch >= run->plan.epochs;
}

/* NULL: out of memory. */
static mlp_trainer *new_run(const mlp_table *table, mlp_table *spent,
                            const mlp_train_options *options, size_t restart)
{
    mlp_trainer *run = mlpi_allocate(1, sizeof *run);
    if (run == NULL)
        return NULL;
    run->options = mlpi_options_or_default(options);
    mlpi_options_start_clock(&run->options);
    run->watch = (mlpi_watch){.stop = run->options.stop,
                              .until = run->options.until,
                              .working = run->options.working,
                              .context = run->options.context};
    run->table = table;
    run->spent = spent;
    run->restart = restart;
    return run;
}

/* Hands the run to the caller, or frees it if `status` reports that the run could not begin. */
static mlp_status hand_out(mlp_trainer *run, mlp_status status, mlp_trainer **trainer)
{
    if (status != MLP_OK) {
        mlp_trainer_free(run);
        return status;
    }
    if (!gradient_can_pass(run->data.network))
        end(run, MLP_STOP_NO_GRADIENT);
    else /* a resumed run may have ended already */
        end(run, run->epoch > 0 ? reason_to_stop(run) : MLP_STOP_EPOCHS);
    *trainer = run;
    return MLP_OK;
}

mlp_status mlpi_run_create(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                           const mlp_train_options *options, size_t restart, mlp_trainer **trainer,
                           mlp_error *err)
{
    mlp_trainer *run = new_run(table, spent, options, restart);
    if (run == NULL)
        return mlpi_fail_memory(err, "training");
    run->options.folds = 0; /* a run trains one network */
    mlp_status status = mlpi_plan_check(&run->options, &run->plan, err);
    if (status == MLP_OK)
        status = tell_apart(run, err);
    if (status == MLP_OK && spent != NULL)
        run->fingerprint = mlp_table_fingerprint(table);
    if (status == MLP_OK)
        status = mlpi_prepare(table, spent, validation, NULL, &run->options, &run->plan, &run->data,
                              err);
    if (status == MLP_OK)
        status = mlpi_prepare_network(&run->plan, &run->options, &run->data, err);
    if (status == MLP_OK) {
        tell_idle(&run->options, &run->plan);
        status = begin(run, err);
    }
    return hand_out(run, status, trainer);
}

mlp_status mlpi_common_init(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlpi_common *common, mlp_error *err)
{
    mlpi_common made = {.table = table, .spent = spent};
    MLPI_TRY(mlpi_plan_check(options, &made.plan, err));
    if (spent != NULL)
        made.fingerprint = mlp_table_fingerprint(table);
    MLPI_TRY(mlpi_prepare(table, spent, validation, NULL, options, &made.plan, &made.data, err));
    tell_idle(options, &made.plan);
    *common = made;
    return MLP_OK;
}

mlp_status mlpi_run_create_part(const mlpi_common *common, size_t division,
                                const mlp_train_options *options, size_t number,
                                mlp_trainer **trainer, mlp_error *err)
{
    mlp_trainer *run = new_run(common->table, common->spent, options, number);
    if (run == NULL)
        return mlpi_fail_memory(err, "training");
    run->fingerprint = common->fingerprint;
    run->plan = common->plan;
    mlp_status status = tell_apart(run, err);
    if (status == MLP_OK)
        status = mlpi_prepare_part(&common->data, division, &run->plan, options, &run->data, err);
    if (status == MLP_OK)
        status = begin(run, err);
    return hand_out(run, status, trainer);
}

mlp_status mlp_trainer_create(const mlp_table *table, const mlp_table *validation,
                              const mlp_train_options *options, mlp_trainer **trainer,
                              mlp_error *err)
{
    return mlpi_run_create(table, NULL, validation, options, 0, trainer, err);
}

/* The penalties, to be added to the training loss: without validation, the best weights minimise
 * the sum. 0 with normalised layers or scaled inputs, where the penalised weights are not those of
 * the network. */
static double penalty(const mlp_trainer *run)
{
    const mlp_network *network = run->data.network;
    const double l2 = run->plan.l2, l1 = run->options.l1;
    const size_t weights = mlp_network_biases_at(network, 0); /* the biases follow them */
    double squares = 0.0, sizes = 0.0;
    if (mlpi_run_has_validation(run) || run->plan.metric != NULL || run->options.batch_norm ||
        run->options.input_scale > 0.0 || !(l2 > 0.0 || l1 > 0.0))
        return 0.0;
    mlpi_engine_get(run->engine, run->now);
    for (size_t i = 0; i < weights; i++) {
        squares += (double)run->now[i] * (double)run->now[i];
        sizes += fabs((double)run->now[i]);
    }
    return 0.5 * l2 * squares + l1 * sizes;
}

/* Keeps the weights if they are the best so far. A loss may be finite although a weight is not:
 * relu and step can hide such a weight. */
static bool keep_best(mlp_trainer *run, double criterion)
{
    const bool last = mlpi_run_by_evidence(run);
    const size_t size = mlp_network_size(run->data.network);
    const double wanted = run->best - run->options.min_change;
    if (!last && !(criterion < wanted || (run->plan.last_of_ties && criterion == wanted)))
        return false;
    mlpi_engine_get(run->engine, run->now);
    if (!mlpi_run_finite(run->now, size))
        return false;
    memcpy(run->best_parameters, run->now, size * sizeof *run->now);
    run->best = last ? -run->minimizer.number[MLPI_EVIDENCE] : criterion;
    run->best_epoch = run->epoch;
    return true;
}

static void follow(mlpi_course *course, size_t epoch, double loss, double deciding)
{
    enum { STRIP = 5 }; /* L. Prechelt 1994: epochs within a strip do not count */
    if (epoch % STRIP == 0) {
        course->latest = deciding;
        course->least = fmin(course->least, deciding);
    }
    if (epoch == 1)
        course->first = loss;
    course->rises += loss > course->last;
    course->lowest = fmin(course->lowest, loss);
    course->last = loss;
}

static mlp_progress news(const mlp_trainer *run, double training_loss, mlpi_scores scores,
                         bool best)
{
    const bool validation = mlpi_run_has_validation(run);
    return (mlp_progress){.epoch = run->epoch,
                          .epochs = run->plan.epochs,
                          .seconds = mlpi_seconds() - run->started,
                          .learning_rate =
                              run->objective != NULL
                                  ? (double)NAN
                                  : run->optimizer.settings.learning_rate * run->optimizer.share,
                          .training_loss = training_loss,
                          .validation_loss = validation ? scores.loss : (double)NAN,
                          .validation_metric = validation ? scores.metric : (double)NAN,
                          .best = best,
                          .task = run->data.pipeline.task,
                          .rows = run->data.training.rows,
                          .network = 1,
                          .networks = 1};
}

bool mlp_trainer_step(mlp_trainer *run, mlp_progress *progress)
{
    if (run->done)
        return false;
    run->epoch++;
    const double training_loss = mlpi_steps_epoch(run);
    if (isnan(training_loss) && mlpi_steps_stopped(run)) {
        run->epoch--; /* the epoch was not completed */
        end(run, mlpi_run_why_stopped(run));
        return false;
    }
    mlpi_scores scores = mlpi_scorer_part(&run->scorer, mlpi_run_deciding(run));
    if (mlpi_run_check(run, NULL) != MLP_OK) {
        end(run, MLP_STOP_INTERRUPTED);
        return false;
    }
    scores.criterion += penalty(run);
    follow(&run->course, run->epoch, training_loss, scores.loss);
    const bool finite = isfinite(training_loss) && isfinite(scores.loss);
    const mlp_progress now =
        news(run, training_loss, scores, finite && keep_best(run, scores.criterion));
    if (progress != NULL)
        *progress = now;
    if (!finite) {
        end(run, MLP_STOP_DIVERGED);
        return true;
    }
    if (run->plan.schedule->follows_validation)
        mlpi_plateau_see(&run->plateau, &run->plan.schedule_settings, scores.criterion);
    bool go_on = run->options.progress == NULL || run->options.progress(&now, run->options.context);
    if (mlpi_run_is_shared(run)) {
        mlpi_run_want(run, go_on);
        mlpi_resume_want(run);
        if (!mlpi_comm_agree(&run->ranks)) {
            end(run, MLP_STOP_INTERRUPTED);
            return true;
        }
        go_on = true; /* reason_to_stop sees whether all agreed to end */
    }
    end(run, go_on ? reason_to_stop(run) : MLP_STOP_INTERRUPTED);
    if (!mlpi_was_stopped(run->reason)) /* else the epoch may be incomplete */
        mlpi_resume_keep(run);
    return true;
}

/* --- results ---------------------------------------------------------------------------------- */

mlp_status mlpi_run_model(mlp_trainer *run, const mlpi_members *members, mlp_model **model,
                          mlp_train_report *report, mlp_error *err)
{
    mlp_train_report made;
    MLPI_TRY(mlpi_run_check(run, err));
    MLPI_TRY(mlpi_run_check_result(run, err));
    MLPI_TRY(mlpi_result_report(run, members, &made, err));
    if (!isfinite(made.training_loss))
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "the loss of the best weights is not finite on the training rows; look "
                         "for very large values in the data");
    MLPI_TRY(mlpi_diagnose(run, &made, err));
    MLPI_TRY(mlpi_run_check(run, err)); /* the diagnosis read rows again */
    MLPI_TRY(mlpi_result_model(run, members, &made, model, err));
    if (report != NULL)
        *report = made;
    return MLP_OK;
}

mlp_status mlp_trainer_model(mlp_trainer *run, mlp_model **model, mlp_train_report *report,
                             mlp_error *err)
{
    const mlpi_members alone = {
        .count = 1, .network = &run->data.network, .weight = &(double){1.0}};
    return mlpi_run_model(run, &alone, model, report, err);
}
