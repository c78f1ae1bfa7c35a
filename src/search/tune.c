/* SPDX-License-Identifier: MIT */
/* Random search with successive halving: K. Jamieson, A. Talwalkar, "Non-stochastic Best Arm
 * Identification and Hyperparameter Optimization", AISTATS 2016; L. Li, K. Jamieson, G. DeSalvo, A.
 * Rostamizadeh, A. Talwalkar, "Hyperband", JMLR 18 (2018). The result of a trial depends on seed
 * and number alone, and which trials advance is decided when a whole stage is done: threads change
 * nothing. */
#include "mlp/tune.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/settings.h"
#include "mlp/job.h"
#include "search/tuner.h"
#include "threads/threads.h"

enum {
    KEPT = 3, /* one trial in KEPT advances to the next stage */
    FINALISTS = 4,
    LAST_STAGE = MLPI_TUNE_STAGES
};

/* --- options ---------------------------------------------------------------------------------- */

mlp_tune_options mlpi_tune_options_default(void)
{
    return (mlp_tune_options){.seconds = 60.0, .holdout = 0.2};
}

static const mlpi_setting list[] = {
    {"fixed", MLPI_SETTING_LIST, offsetof(mlp_tune_options, fixed)},
    {"search", MLPI_SETTING_LIST, offsetof(mlp_tune_options, search)},
    {"trials", MLPI_SETTING_COUNT, offsetof(mlp_tune_options, trials)},
    {"time", MLPI_SETTING_REAL, offsetof(mlp_tune_options, seconds)},
    {"holdout", MLPI_SETTING_REAL, offsetof(mlp_tune_options, holdout)},
    {"journal", MLPI_SETTING_TEXT, offsetof(mlp_tune_options, journal)},
    {"resume", MLPI_SETTING_SWITCH, offsetof(mlp_tune_options, resume)},
    {"overwrite", MLPI_SETTING_SWITCH, offsetof(mlp_tune_options, overwrite)},
};
static const mlpi_settings settings = {"tuning", sizeof(mlp_tune_options), list,
                                       sizeof list / sizeof list[0]};
MLPI_SETTINGS_FUNCTIONS(mlp_tune_options, &settings, mlpi_tune_options_default())

mlp_status mlp_tune_options_add(mlp_tune_options *options, const char *name, const char *text,
                                mlp_error *err)
{
    return mlpi_settings_add(&settings, options, name, text, err);
}

void mlp_tune_options_set_base(mlp_tune_options *options, const mlp_train_options *base)
{
    options->base = base;
}

void mlp_tune_options_listen(mlp_tune_options *options, mlp_on_training progress, void *context)
{
    options->progress = progress;
    options->context = context;
}

mlp_status mlp_trial_apply(const mlp_trial *trial, mlp_train_options *options, mlp_error *err)
{
    for (size_t i = 0; i < trial->count; i++)
        MLPI_TRY(mlp_train_options_set(options, trial->names[i], trial->values[i], err));
    return MLP_OK;
}

/* --- a stage ---------------------------------------------------------------------------------- */

/* Sets the merit from the mean over the parts of a stage, if all its training runs are done. */
static void take_merit(const mlpi_stage *s, size_t stage, double sign, mlpi_trial *trial)
{
    double sum = 0.0;
    for (size_t p = s->first; p < s->end; p++) {
        const mlpi_training *one = &trial->trainings[s->level][p];
        if (!one->done)
            return;
        sum += one->metric;
    }
    trial->stage = stage;
    trial->merit = sign * sum / (double)(s->end - s->first);
}

static size_t list_missing(mlpi_trial *const *trials, size_t count, const mlpi_stage *s,
                           mlpi_asked *asked)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t p = s->first; p < s->end; p++)
            if (!trials[i]->trainings[s->level][p].done)
                asked[used++] = (mlpi_asked){trials[i], s->level, p};
    return used;
}

mlp_status mlpi_tuner_run(mlpi_tuner *t, mlpi_trial *const *trials, size_t count, size_t stage,
                          mlp_error *err)
{
    const mlpi_stage *s = &t->stages[stage - 1];
    mlpi_asked *asked = mlpi_allocate(count * (s->end - s->first), sizeof *asked);
    if (asked == NULL)
        return mlpi_fail_memory(err, "the training runs of a stage");
    const mlp_status status =
        mlpi_tuner_train_all(t, asked, list_missing(trials, count, s, asked), err);
    mlpi_free(asked);
    for (size_t i = 0; i < count; i++)
        take_merit(s, stage, t->sign, trials[i]);
    return status;
}

/* --- the search ------------------------------------------------------------------------------- */

/* Puts the best third and the defaults first; returns the number of these trials. */
static size_t keep(mlpi_trial **trials, size_t count)
{
    size_t kept = (count + KEPT - 1) / KEPT;
    mlpi_tuner_rank(trials, count);
    for (size_t i = kept; i < count; i++) {
        mlpi_trial *const one = trials[i];
        if (one->number > 0)
            continue;
        trials[i] = trials[kept];
        trials[kept++] = one;
        break;
    }
    return kept;
}

static mlp_status run_bracket(mlpi_tuner *t, size_t first, size_t count, mlp_error *err)
{
    mlpi_trial *trials[MLPI_TUNE_BRACKET];
    for (size_t i = 0; i < count; i++)
        MLPI_TRY(mlpi_tuner_trial(t, first + i, &trials[i], err));
    for (size_t stage = 1; stage < LAST_STAGE && !mlpi_tuner_over(t); stage++) {
        MLPI_TRY(mlpi_tuner_run(t, trials, count, stage, err));
        count = keep(trials, count);
    }
    return MLP_OK;
}

static mlp_status run_brackets(mlpi_tuner *t, mlp_error *err)
{
    const size_t limit = t->options->trials > 0 ? t->options->trials : MLPI_TUNE_MOST_TRIALS;
    const mlpi_stage *last = &t->stages[LAST_STAGE - 1];
    mlpi_tuner_expect(t, (FINALISTS + 1) * (last->end - last->first) + 2 * MLPI_TUNE_SEEDS);
    for (size_t first = 0; first < limit && !mlpi_tuner_over(t); first += t->bracket) {
        const size_t left = limit - first;
        MLPI_TRY(run_bracket(t, first, left < t->bracket ? left : t->bracket, err));
    }
    return MLP_OK;
}

/* Lists the defaults and the best other trials that have completed the stage before the last. */
static size_t list_finalists(const mlpi_tuner *t, mlpi_trial **ranked, mlpi_trial **finalists)
{
    size_t count = 0;
    if (t->trial_count > 0 && t->trials[0]->stage + 1 == LAST_STAGE)
        finalists[count++] = t->trials[0];
    for (size_t i = 0; i < t->trial_count && count <= FINALISTS; i++)
        if (ranked[i]->stage + 1 == LAST_STAGE && !isnan(ranked[i]->merit) && ranked[i]->number > 0)
            finalists[count++] = ranked[i];
    return count;
}

/* The best of many trials is partly lucky, so the finalists and the defaults are compared on new
 * folds. If the time is over before all their training runs are done, the earlier ranking is
 * kept. */
static mlp_status run_final(mlpi_tuner *t, mlpi_trial **ranked, mlp_error *err)
{
    mlpi_trial *finalists[FINALISTS + 1];
    double merits[FINALISTS + 1];
    const size_t count = list_finalists(t, ranked, finalists);
    bool whole = true;
    if (count < 2)
        return MLP_OK;
    for (size_t i = 0; i < count; i++)
        merits[i] = finalists[i]->merit;
    mlpi_tuner_expect(t, 2 * MLPI_TUNE_SEEDS);
    MLPI_TRY(mlpi_tuner_run(t, finalists, count, LAST_STAGE, err));
    for (size_t i = 0; i < count; i++)
        whole = whole && finalists[i]->stage == LAST_STAGE;
    for (size_t i = 0; i < count && !whole; i++) {
        finalists[i]->stage = LAST_STAGE - 1;
        finalists[i]->merit = merits[i];
    }
    mlpi_tuner_rank(ranked, t->trial_count);
    return MLP_OK;
}

/* Whether `one` is better than `other` by more than a standard error of the paired differences over
 * the folds; with a single fold, by any difference. */
static bool clearly_better(const mlpi_tuner *t, const mlpi_trial *one, const mlpi_trial *other)
{
    const mlpi_stage *s = &t->stages[one->stage - 1];
    const double n = (double)(s->end - s->first);
    double sum = 0.0, squares = 0.0;
    for (size_t p = s->first; p < s->end; p++) {
        const double difference =
            t->sign * (other->trainings[s->level][p].metric - one->trainings[s->level][p].metric);
        sum += difference;
        squares += difference * difference;
    }
    const double mean = sum / n;
    const double error = n > 1.0 ? sqrt(fmax(squares / n - mean * mean, 0.0) / (n - 1.0)) : 0.0;
    return mean > error;
}

/* The rule of one standard error (L. Breiman et al. 1984, section 3.4.3): the defaults come first
 * unless the best trial is clearly better. */
static void prefer_defaults(const mlpi_tuner *t, mlpi_trial **ranked)
{
    const mlpi_trial *best = ranked[0];
    size_t at = 0;
    while (ranked[at]->number > 0)
        at++;
    mlpi_trial *const defaults = ranked[at];
    if (defaults->stage != best->stage || isnan(defaults->merit) || isnan(best->merit) ||
        clearly_better(t, best, defaults))
        return;
    memmove(ranked + 1, ranked, at * sizeof *ranked);
    ranked[0] = defaults;
}

/* --- the report ------------------------------------------------------------------------------- */

static double seconds_of(const mlpi_trial *trial)
{
    double sum = 0.0;
    for (size_t level = 0; level < MLPI_TUNE_LEVELS; level++)
        for (size_t p = 0; p < MLPI_TUNE_PARTS; p++)
            sum += trial->trainings[level][p].seconds;
    return sum;
}

static mlp_status fill_report(mlpi_tuner *t, mlpi_trial **ranked, mlp_tune_report *r,
                              mlp_error *err)
{
    r->trials = mlpi_allocate(t->trial_count, sizeof *r->trials);
    r->kept = mlpi_allocate(1, sizeof *r->kept);
    if (r->trials == NULL || r->kept == NULL)
        return mlpi_fail_memory(err, "the report");
    for (size_t i = 0; i < t->trial_count; i++) {
        const mlpi_trial *from = ranked[i];
        r->trials[i] = (mlp_trial){.number = from->number,
                                   .count = from->draw.count,
                                   .names = from->draw.names,
                                   .values = from->draw.texts,
                                   .stage = from->stage,
                                   .figure = t->sign * from->merit,
                                   .seconds = seconds_of(from),
                                   .failure = from->failure};
    }
    /* The texts belong to the trials, which the report takes over. */
    *r->kept = (struct mlpi_kept_trials){t->trials, t->trial_count};
    r->trial_count = t->trial_count;
    t->trials = NULL;
    t->trial_count = 0;
    r->task = t->task;
    r->figure = t->metric;
    r->larger_is_better = t->sign < 0.0;
    r->trainings = t->trainings;
    r->resumed = t->resumed;
    r->seconds = mlpi_seconds() - t->began;
    r->interrupted = t->ended || mlpi_tuner_stopped(t);
    return MLP_OK;
}

static void free_trials(mlpi_trial **trials, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mlpi_tuner_free_trial(trials[i]);
    free(trials);
}

void mlp_tune_report_release(mlp_tune_report *report)
{
    if (report->kept != NULL)
        free_trials(report->kept->trials, report->kept->count);
    mlpi_free(report->kept);
    mlpi_free(report->trials);
    *report = (mlp_tune_report){0};
}

/* --- all together ----------------------------------------------------------------------------- */

static mlp_status check(const mlp_tune_options *o, mlp_error *err)
{
    if (!(o->holdout >= 0.0 && o->holdout <= 0.5))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`holdout` is %g; it must be from 0 to 0.5",
                         o->holdout);
    if (!(o->seconds >= 0.0))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`time` is %g seconds; it must be 0 or more",
                         o->seconds);
    const char *quality = o->base != NULL ? o->base->quality : "auto";
    if (strcmp(quality, "auto") != 0 && strcmp(quality, "fast") != 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`quality` %s chooses among recipes, but tuning chooses among options of "
                         "one network; leave `quality` out",
                         quality);
    if (o->seconds == 0.0 && o->trials == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "tuning needs an end: give `time` or `trials`");
    if (o->resume && o->journal == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`resume` needs a file to resume from: `journal` FILE");
    return MLP_OK;
}

static mlp_status compare(mlpi_tuner *t, mlpi_trial **ranked, mlp_tune_report *r, mlp_error *err)
{
    t->deadline = (double)INFINITY;
    if (t->whole.evaluated == NULL || ranked[0]->number == 0 || mlpi_tuner_over(t))
        return MLP_OK;
    return mlpi_tuner_evaluate(t, ranked[0], t->trials[0], &r->held_out, err);
}

static mlp_status search(mlpi_tuner *t, mlp_tune_report *r, mlp_error *err)
{
    MLPI_TRY(run_brackets(t, err));
    mlpi_trial **ranked = mlpi_allocate(t->trial_count, sizeof *ranked);
    if (ranked == NULL)
        return mlpi_fail_memory(err, "the trials");
    if (t->trial_count > 0)
        memcpy(ranked, t->trials, t->trial_count * sizeof *ranked);
    mlpi_tuner_rank(ranked, t->trial_count);
    mlp_status status = run_final(t, ranked, err);
    if (status == MLP_OK && (t->trial_count == 0 || ranked[0]->stage == 0))
        status =
            mlpi_fail(err, MLP_ERROR_INTERRUPTED, "stopped before any training run was finished");
    if (status == MLP_OK) {
        prefer_defaults(t, ranked);
        status = compare(t, ranked, r, err);
    }
    if (status == MLP_OK)
        status = fill_report(t, ranked, r, err);
    mlpi_free(ranked);
    return status;
}

static mlp_status tune(mlpi_tuner *t, mlp_tune_report *r, mlp_error *err)
{
    t->lock = mlpi_lock_create();
    if (t->lock == NULL)
        return mlpi_fail_memory(err, "tuning");
    MLPI_TRY(mlpi_tuner_divide(t, err));
    MLPI_TRY(
        mlpi_space_init(&t->space, t->rows, &t->base, t->options->fixed, t->options->search, err));
    MLPI_TRY(mlpi_tuner_open_job(t, err));
    MLPI_TRY(mlpi_journal_open(t, err));
    return search(t, r, err);
}

static mlp_status tune_for(mlpi_part_in_job *job, const mlp_table *table,
                           const mlp_tune_options *options, mlp_tune_report *report, mlp_error *err)
{
    const mlp_tune_options defaults = mlpi_tune_options_default();
    const mlp_tune_options *o = options != NULL ? options : &defaults;
    mlpi_tuner t = {.table = table,
                    .options = o,
                    .base = mlpi_options_or_default(o->base),
                    .purpose = job->purpose,
                    .began = mlpi_seconds(),
                    .deadline = (double)INFINITY};
    mlp_tune_report made = {0};
    MLPI_TRY(check(o, err));
    const mlp_status status = tune(&t, &made, err);
    if (status == MLP_OK)
        *report = made;
    else
        mlp_tune_report_release(&made);
    free_trials(t.trials, t.trial_count);
    mlpi_free(t.drawn);
    mlpi_space_release(&t.space);
    mlpi_journal_close(&t);
    job->lacks = t.job != NULL && mlpi_job_lacked(t.job);
    mlpi_job_close(t.job);
    mlpi_lock_free(t.lock);
    mlpi_tuner_divide_release(&t);
    return status;
}

mlp_status mlp_tune(const mlp_table *table, const mlp_tune_options *options,
                    mlp_tune_report *report, mlp_error *err)
{
    mlpi_part_in_job work = {.purpose = MLPI_JOB_WORK};
    return tune_for(&work, table, options, report, err);
}

static mlp_status share(mlpi_part_in_job *job, const mlp_table *table,
                        const mlp_tune_options *options, mlp_tune_report *report, mlp_error *err)
{
    if (options == NULL || !mlpi_options_have_job(options->base))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "the folder of the job is missing; give `job`");
    return tune_for(job, table, options, report, err);
}

mlp_status mlp_job_merge_tuning(const mlp_table *table, const mlp_tune_options *options,
                                mlp_tune_report *report, mlp_error *err)
{
    mlpi_part_in_job merge = {.purpose = MLPI_JOB_MERGE};
    return share(&merge, table, options, report, err);
}

mlp_status mlp_job_part_tuning(const mlp_table *table, const mlp_tune_options *options,
                               bool *finished, mlp_error *err)
{
    mlpi_part_in_job part = {.purpose = MLPI_JOB_PART};
    mlp_tune_report made = {0};
    const mlp_status status = share(&part, table, options, &made, err);
    mlp_tune_report_release(&made);
    *finished = status == MLP_OK;
    return part.lacks ? MLP_OK : status;
}
