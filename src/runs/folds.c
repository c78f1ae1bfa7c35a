/* SPDX-License-Identifier: MIT */
/* Folds: every network trains on all folds except for one, by which its best epoch is chosen; the
 * model averages all networks. Columns, scaling and labels are learnt from all rows, once. The rows
 * of a fold are evaluated by the networks that trained without them, and by no others. */
#include "runs/folds.h"

#include <math.h>

#include "network/layout.h"
#include "network/temperature.h"
#include "runs/averaging.h"
#include "runs/calibrate.h"
#include "runs/conform.h"
#include "runs/crew.h"
#include "runs/decide.h"
#include "runs/unpredicted.h"
#include "runs/unseen.h"

/* --- what folds exclude ----------------------------------------------------------------------- */

mlp_status mlpi_folds_check(const mlp_table *validation, const mlp_train_options *o, mlp_error *err)
{
    const struct {
        bool is_so;
        const char *sentence;
    } against[] = {
        {o->folds < 2, "`folds` 1 leaves no rows to train with; give 2 or more, or 0 for none"},
        {validation != NULL || o->validation != MLPI_AUTO,
         "with `folds`, every row is predicted by networks that never saw it; leave out "
         "`validation`"},
        {o->validation_time != NULL && o->validation_time[0] != '\0',
         "`folds` validate on rows of any time, `validation-time` on the last rows; give only one"},
        {o->restarts > 1,
         "`restarts` keeps the best network, but `folds` keeps all; give only one"},
        {o->memory > 0, "with `memory`, rows are stored in shards, which cannot be divided into "
                        "`folds`; give only one"},
        {o->initial != NULL, "a model to continue has seen the rows on which `folds` validate; "
                             "start a new model, or leave out `folds`"},
        {o->members > MLPI_MOST_MEMBERS / o->folds,
         "a model holds at most 1000 networks; give fewer `folds` or `members`"},
    };
    for (size_t i = 0; i < sizeof against / sizeof against[0]; i++)
        if (against[i].is_so)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%s", against[i].sentence);
    return MLP_OK;
}

/* --- notices ---------------------------------------------------------------------------------- */

static void tell(const mlpi_crew *crew, size_t i)
{
    const mlpi_outcome_of_run *one = &crew->run[i];
    const mlp_train_options *o = crew->options;
    const size_t fold = i / crew->members + 1;
    char metric[32];
    if (one->network != NULL)
        mlpi_notice(
            o, "Network %zu of %zu, fold %zu: %s %s, best epoch %zu.", i + 1, crew->count, fold,
            o->metric,
            mlpi_rounded(crew->common.plan.larger_is_better ? -one->criterion : one->criterion, 4,
                         metric),
            one->best_epoch);
    else if (one->reason == MLP_STOP_DIVERGED)
        mlpi_notice(o, "Network %zu of %zu, fold %zu, diverged and is left out.", i + 1,
                    crew->count, fold);
}

static void tell_unfinished(const mlpi_crew *crew, size_t networks, size_t evaluated)
{
    const size_t rows = crew->common.data.training.rows;
    const mlp_stop_reason why = mlpi_crew_why_stopped(crew);
    if (why == MLP_STOP_INTERRUPTED)
        mlpi_notice(crew->options, "Stopped when %zu of %zu networks %s trained: %s the model.",
                    networks, crew->count, networks == 1 ? "was" : "were",
                    networks == 1 ? "it is" : "they form");
    if (why == MLP_STOP_TIME)
        mlpi_notice(crew->options,
                    "The time ran out when %zu of %zu networks %s trained or in training: %s the "
                    "model.",
                    networks, crew->count, networks == 1 ? "was" : "were",
                    networks == 1 ? "it is" : "they form");
    if (evaluated < rows)
        mlpi_notice(crew->options,
                    "%zu of %zu rows are evaluated: the others are in folds without a network.",
                    evaluated, rows);
}

/* --- the model -------------------------------------------------------------------------------- */

/* Lets the best run represent all networks: with all rows as its training rows, and evaluated by
 * the outputs out of fold. */
static mlp_status speak_for_all(mlpi_crew *crew, const mlpi_unseen *u, mlp_error *err)
{
    mlp_trainer *run = mlpi_crew_speaker(crew);
    mlpi_prepared *d = &run->data;
    const mlp_encoded *all = &crew->common.data.training;
    const size_t targets = d->pipeline.target_count;
    mlpi_batches_close(d->learning);
    mlpi_batches_close(d->validating);
    d->learning = d->validating = NULL;
    MLPI_TRY(mlpi_batches_in_memory(all, targets, false, &d->learning, err));
    MLPI_TRY(mlpi_batches_chosen(all, targets, u->row, u->count, false, &d->validating, err));
    d->training.rows = all->rows;
    d->validation.rows = u->count;
    run->scorer.answers = u->outputs;
    return MLP_OK;
}

static mlp_status make_model(mlpi_crew *crew, mlpi_members *members, mlp_model **model,
                             mlp_train_report *report, mlp_error *err)
{
    mlpi_unseen u = {0};
    mlp_status status = mlpi_unseen_fill(&u, crew, err);
    if (status == MLP_OK)
        status = mlpi_calibrate(crew, &u, members, &crew->best->calibration, err);
    if (status == MLP_OK)
        status = mlpi_conform(crew, &u, &crew->best->conformal, err);
    if (status == MLP_OK)
        status = mlpi_decide(crew, &u, &crew->best->decision, err);
    if (status == MLP_OK)
        status = mlpi_tell_unpredicted(crew, &u, &crew->best->decision, err);
    if (status == MLP_OK)
        status = speak_for_all(crew, &u, err);
    if (status == MLP_OK) {
        tell_unfinished(crew, members->count, u.count);
        status = mlpi_run_model(crew->best, members, model, report, err);
    }
    mlpi_unseen_release(&u);
    return status;
}

mlp_status mlpi_folds_model(mlpi_crew *crew, mlp_model **model, mlp_train_report *report,
                            mlp_error *err)
{
    mlpi_members members = {0};
    mlp_status status = mlpi_crew_gather(crew, &members, err);
    if (status == MLP_OK)
        status = make_model(crew, &members, model, report, err);
    mlpi_members_release(&members);
    return status;
}

/* --- in steps, or at once --------------------------------------------------------------------- */

mlp_status mlpi_folds_prepare(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                              const mlp_train_options *options, mlp_error *err)
{
    *crew = (mlpi_crew){.options = options, .tell = tell};
    return mlpi_crew_prepare(crew, table, spent, NULL, err);
}

static mlp_status evaluate(const mlpi_crew *crew, const mlpi_unseen *u, double *criterion,
                           mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    mlpi_batches *rows = NULL;
    mlpi_scorer by;
    mlp_status status =
        mlpi_scorer_init(&by, crew->best->engine, &d->pipeline, &crew->common.plan, u->count, err);
    if (status == MLP_OK)
        status = mlpi_batches_chosen(&d->training, d->pipeline.target_count, u->row, u->count,
                                     false, &rows, err);
    by.answers = u->outputs;
    by.network = crew->best->data.network;
    by.refines = false; /* the outputs are tempered already */
    if (status == MLP_OK) {
        *criterion = mlpi_scorer_part(&by, rows).criterion;
        status = mlpi_scorer_check(&by, err);
    }
    mlpi_batches_close(rows);
    mlpi_scorer_release(&by);
    return status;
}

/* Tempers the outputs in the same way as the model's probabilities. */
static mlp_status temper(const mlpi_crew *crew, mlpi_unseen *u, mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    if (!crew->common.plan.calibrate)
        return MLP_OK;
    const mlpi_tempering t = {.outputs = d->training.outputs,
                              .rows = u->count,
                              .y = u->outputs,
                              .row = u->row,
                              .label = d->training.label,
                              .weight = d->training.weight,
                              .room = mlpi_allocate(d->pipeline.label_count, sizeof *t.room)};
    if (t.room == NULL)
        return mlpi_fail_memory(err, "the losses of the folds");
    mlpi_temper(mlpi_temperature_fit(&t, MLPI_NO_GROUP), t.outputs, u->outputs, u->count);
    mlpi_free(t.room);
    return MLP_OK;
}

static mlp_status evaluate_tempered(const mlpi_crew *crew, mlpi_unseen *u, double *criterion,
                                    mlp_error *err)
{
    MLPI_TRY(temper(crew, u, err));
    return evaluate(crew, u, criterion, err);
}

/* The criterion to expect of the mean of all folds. `one` and `mean`: the criterion of one fold,
 * and of the mean of all folds except for one, on rows that they saw. A loss is assumed to fall by
 * the same factor on unseen rows. If rows were learnt by heart, `one` is close to 0 and the factor
 * means little: the loss that falls then counts as at most 2 `one`. */
static double expect(double criterion, double one, double mean, double share)
{
    if (!(criterion > 0.0 && one > 0.0 && mean > 0.0)) /* a negated metric: larger is better */
        return criterion - (one - mean) * share;
    return criterion - fmin(criterion, 2.0 * one) * (1.0 - pow(mean / one, share));
}

static mlp_status look_ahead(const mlpi_crew *crew, const mlpi_unseen *u, mlpi_folds_scores *scores,
                             mlp_error *err)
{
    mlpi_seen s = {0};
    double one = 0.0, mean = 0.0;
    mlp_status status = mlpi_seen_fill(&s, crew, u, err);
    mlpi_unseen by_one = {.row = s.row, .outputs = s.one, .count = s.count},
                by_all = {.row = s.row, .outputs = s.mean, .count = s.count};
    if (status == MLP_OK && s.count > 0)
        status = evaluate_tempered(crew, &by_one, &one, err);
    if (status == MLP_OK && s.count > 0)
        status = evaluate_tempered(crew, &by_all, &mean, err);
    scores->expected = s.count > 0 ? expect(scores->criterion, one, mean, mlpi_averaging_share(&s))
                                   : scores->criterion;
    mlpi_seen_release(&s);
    return status;
}

static mlp_status find_losses(const mlpi_crew *crew, const mlpi_unseen *u, double *loss,
                              mlp_error *err)
{
    const mlp_encoded *e = &crew->common.data.training;
    double *y = mlpi_allocate(2, e->outputs * sizeof *y);
    if (y == NULL)
        return mlpi_fail_memory(err, "the losses of the folds");
    double *const target = y + e->outputs;
    for (size_t i = 0; i < u->count; i++) {
        const size_t r = u->row[i];
        for (size_t k = 0; k < e->outputs; k++) {
            y[k] = (double)u->outputs[i * e->outputs + k];
            target[k] = (double)e->target[r * e->outputs + k];
        }
        loss[i] = (e->weight != NULL ? (double)e->weight[r] : 1.0) *
                  mlpi_loss_of_outputs(crew->best->data.network, y, target);
    }
    mlpi_free(y);
    return MLP_OK;
}

mlp_status mlpi_folds_evaluate(const mlpi_crew *crew, mlpi_folds_scores *scores, mlp_error *err)
{
    mlpi_unseen u = {0};
    mlpi_folds_scores_release(scores);
    MLPI_TRY(mlpi_crew_check(crew, err));
    mlp_status status = mlpi_unseen_fill(&u, crew, err);
    if (status == MLP_OK)
        status = evaluate_tempered(crew, &u, &scores->criterion, err);
    if (status == MLP_OK)
        status = look_ahead(crew, &u, scores, err);
    if (status == MLP_OK) {
        scores->rows = u.count;
        scores->loss = mlpi_allocate(u.count, sizeof *scores->loss);
        status = scores->loss != NULL ? find_losses(crew, &u, scores->loss, err)
                                      : mlpi_fail_memory(err, "the losses of the folds");
    }
    scores->row = u.row;
    u.row = NULL;
    mlpi_unseen_release(&u);
    return status;
}

void mlpi_folds_scores_release(mlpi_folds_scores *scores)
{
    mlpi_free(scores->row);
    mlpi_free(scores->loss);
    *scores = (mlpi_folds_scores){0};
}

mlp_status mlpi_train_folds(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlp_model **model,
                            mlp_train_report *report, mlp_error *err)
{
    mlpi_crew crew;
    MLPI_TRY(mlpi_folds_check(validation, options, err));
    mlp_status status = mlpi_folds_prepare(&crew, table, spent, options, err);
    if (status == MLP_OK)
        status = mlpi_crew_train(&crew, options->folds, err);
    if (status == MLP_OK && model != NULL)
        status = mlpi_folds_model(&crew, model, report, err);
    mlpi_crew_release(&crew);
    return status;
}
