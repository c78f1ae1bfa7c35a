/* SPDX-License-Identifier: MIT */
/* The training runs of tuning, done by the threads of this process and, with a job, by other
 * workers. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "mlp/json.h"
#include "search/tuner.h"

/* A training run to be done, and its result. */
typedef struct work {
    mlpi_tuner *tuner;
    mlpi_asked asked;
    mlpi_training done; /* its `done` is false if the tuning ended first */
    bool here;          /* this process did the training */
    mlp_status status;
    mlp_error failure;
} work;

static void tell(mlpi_tuner *t)
{
    mlp_tune_progress now = {.trials = t->trial_count,
                             .trainings = t->trainings,
                             .seconds = mlpi_seconds() - t->began,
                             .best = (double)NAN,
                             .defaults =
                                 t->trial_count > 0 ? t->sign * t->trials[0]->merit : (double)NAN};
    const mlpi_trial *best = NULL;
    for (size_t i = 0; i < t->trial_count; i++)
        if (t->trials[i]->stage > 0 &&
            (best == NULL || mlpi_tuner_by_merit(&t->trials[i], &best) < 0))
            best = t->trials[i];
    if (best != NULL)
        now.best = t->sign * best->merit;
    if (best == NULL || best->stage != t->trials[0]->stage)
        now.defaults = (double)NAN;
    if (t->options->progress != NULL && !t->options->progress(&now, t->options->context))
        t->ended = true;
}

static void end(mlpi_tuner *t, mlp_status status, const mlp_error *failure)
{
    if (t->status != MLP_OK)
        return;
    t->status = status;
    t->failure = *failure;
    t->ended = true;
}

/* Whether a failure ends the tuning: a lack of memory does, and any failure of the defaults. That
 * other options do not fit the data, or diverge, is a result. */
static bool ends_all(const work *w)
{
    return w->status == MLP_ERROR_MEMORY || (w->status != MLP_OK && w->asked.trial->number == 0);
}

static void settle(void *context)
{
    work *w = context;
    mlpi_tuner *t = w->tuner;
    mlpi_trial *trial = w->asked.trial;
    if (w->status != MLP_OK && trial->failure == NULL) {
        trial->failure = mlpi_copy_text(w->failure.message, strlen(w->failure.message));
        if (trial->failure == NULL)
            w->status = mlpi_fail_memory(&w->failure, "a trial");
    }
    if (ends_all(w)) {
        end(t, w->status, &w->failure);
        return;
    }
    mlpi_tuner_take(t, trial, w->asked.level, w->asked.part, w->done);
    mlp_error err;
    const mlp_status status = mlpi_journal_write(t, trial, w->asked.level, w->asked.part, &err);
    if (status != MLP_OK)
        end(t, status, &err);
    tell(t);
}

static mlp_status evaluate(const mlpi_tuner *t, const mlp_model *model, const mlp_table *table,
                           double *metric, mlp_error *err)
{
    mlp_evaluation e;
    MLPI_TRY(mlp_evaluate(model, table, 1, &e, err));
    mlp_evaluation_metric(&e, t->metric, metric);
    mlp_evaluation_release(&e);
    if (!isfinite(*metric))
        *metric = (double)NAN;
    return MLP_OK;
}

static void train(work *w)
{
    mlpi_tuner *t = w->tuner;
    const mlpi_part *part = &t->parts[w->asked.part];
    const double began = mlpi_seconds();
    mlp_model *model = NULL;
    bool cut = false;
    if (mlpi_tuner_over(t))
        return;
    w->done = (mlpi_training){.metric = (double)NAN};
    w->status = mlpi_tuner_train(t, part->training, &w->asked.trial->options, w->asked.level,
                                 &model, &w->done.epochs, &cut, &w->failure);
    if (cut)
        return;
    if (w->status == MLP_OK) {
        w->status = evaluate(t, model, part->evaluated, &w->done.metric, &w->failure);
        mlp_model_free(model);
    }
    w->done.seconds = mlpi_seconds() - began;
    w->done.done = w->here = true;
}

static void train_and_settle(void *context, size_t i, int thread)
{
    work *w = (work *)context + i;
    (void)thread;
    train(w);
    if (w->done.done)
        mlpi_exclusively(w->tuner->lock, settle, w);
}

/* --- a training run that is a cell of a job --------------------------------------------------- */

static mlp_status make_cell(void *context, size_t i, mlpi_result *made, mlp_error *err)
{
    work *w = (work *)context + i;
    const mlpi_asked *a = &w->asked;
    char *text = NULL;
    train(w);
    if (!w->done.done)
        return mlpi_fail(err, MLP_ERROR_INTERRUPTED, "interrupted");
    if (ends_all(w)) {
        if (err != NULL)
            *err = w->failure;
        return w->status;
    }
    mlpi_training said = w->done;
    said.seconds = (double)NAN; /* so that all workers write the same bytes */
    MLPI_TRY(mlpi_journal_line(a->trial, a->level, a->part, &said,
                               w->status != MLP_OK ? w->failure.message : NULL, &text, &made->size,
                               err));
    made->bytes = (unsigned char *)text;
    return MLP_OK;
}

static void take_line(work *w, mlp_json_value line)
{
    const char *failure = mlp_json_text(mlp_json_member(line, "failure"));
    w->status = MLP_OK;
    if (failure != NULL)
        w->status = mlpi_fail(&w->failure, MLP_ERROR_DATA, "%s", failure);
}

static void settle_cell(void *context)
{
    work *w = context;
    w->tuner->resumed += !w->here;
    settle(w);
}

static mlp_status take_cell(void *context, size_t i, const mlpi_result *found, mlp_error *err)
{
    work *w = (work *)context + i;
    mlp_json *document = NULL;
    MLPI_TRY(mlp_json_read((const char *)found->bytes, found->size, &document, err));
    const mlp_json_value line = mlp_json_root(document);
    const double seconds = w->done.seconds;
    mlp_status status = MLP_OK;
    if (!mlpi_journal_training(line, &w->done))
        status = mlpi_fail(err, MLP_ERROR_MODEL,
                           "a training run in the folder of the job is damaged; begin again with "
                           "another `job`");
    else {
        w->done.seconds = seconds;
        take_line(w, line);
        mlpi_exclusively(w->tuner->lock, settle_cell, w);
    }
    mlp_json_free(document);
    return status;
}

static mlp_status share_all(mlpi_tuner *t, work *works, size_t count, mlp_error *err)
{
    size_t *number = mlpi_allocate(count, sizeof *number);
    if (number == NULL)
        return mlpi_fail_memory(err, "the training runs of a stage");
    for (size_t i = 0; i < count; i++) {
        const mlpi_asked *a = &works[i].asked;
        number[i] = (a->trial->number * MLPI_TUNE_LEVELS + a->level) * MLPI_TUNE_PARTS + a->part;
    }
    const mlp_status status =
        mlpi_tuner_share(t, "trainings", number, count, make_cell, take_cell, works, err);
    mlpi_free(number);
    return status;
}

/* --- all training runs ------------------------------------------------------------------------ */

mlp_status mlpi_tuner_train_all(mlpi_tuner *t, mlpi_asked *asked, size_t count, mlp_error *err)
{
    work *works = mlpi_allocate(count, sizeof *works);
    mlp_status status = MLP_OK;
    if (works == NULL)
        return mlpi_fail_memory(err, "the training runs of a stage");
    for (size_t i = 0; i < count; i++)
        works[i] = (work){.tuner = t, .asked = asked[i]};
    if (t->job != NULL)
        status = share_all(t, works, count, err);
    else
        mlpi_parallel(mlpi_threads(t->base.threads), count, train_and_settle, works);
    mlpi_free(works);
    if (status == MLP_OK && t->status != MLP_OK) {
        status = t->status;
        if (err != NULL)
            *err = t->failure;
    }
    return status;
}
