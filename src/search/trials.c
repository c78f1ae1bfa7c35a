/* SPDX-License-Identifier: MIT */
/* The trials of a search, the time that they take, and when the search is over. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/tuner.h"
#include "threads/threads.h"

enum { ATTEMPTS = 16 }; /* to draw values that no earlier trial has */

bool mlpi_tuner_stopped(const mlpi_tuner *t)
{
    const mlp_flag *stop = t->base.stop;
    return stop != NULL && atomic_load(stop) != 0;
}

bool mlpi_tuner_over(const mlpi_tuner *t)
{
    return t->ended || mlpi_tuner_stopped(t) || mlpi_seconds() >= t->deadline;
}

/* --- trials ----------------------------------------------------------------------------------- */

void mlpi_tuner_free_trial(mlpi_trial *trial)
{
    if (trial == NULL)
        return;
    mlpi_draw_release(&trial->draw);
    free(trial->failure);
    mlpi_free(trial);
}

/* The place of a draw in the hash table t->drawn, or the free place for it. */
static size_t place_of(const mlpi_tuner *t, const mlpi_draw *draw)
{
    size_t at = (size_t)mlpi_draw_hash(draw) & (t->drawn_capacity - 1);
    assert(t->drawn_capacity > 0 && (t->drawn_capacity & (t->drawn_capacity - 1)) == 0);
    while (t->drawn[at] != 0 && !mlpi_draw_equal(&t->trials[t->drawn[at]]->draw, draw))
        at = (at + 1) & (t->drawn_capacity - 1);
    return at;
}

/* Makes room in the hash table for one more draw; at most half of the table is used. */
static mlp_status make_places(mlpi_tuner *t, mlp_error *err)
{
    if (2 * (t->trial_count + 1) <= t->drawn_capacity)
        return MLP_OK;
    size_t *before = t->drawn;
    const size_t capacity = t->drawn_capacity > 0 ? 2 * t->drawn_capacity : 64;
    size_t *places = mlpi_allocate(capacity, sizeof *places);
    if (places == NULL)
        return mlpi_fail_memory(err, "the trials");
    t->drawn = places;
    t->drawn_capacity = capacity;
    for (size_t i = 1; i < t->trial_count; i++) /* equal draws share a place */
        t->drawn[place_of(t, &t->trials[i]->draw)] = i;
    mlpi_free(before);
    return MLP_OK;
}

/* A small space repeats itself: draws up to ATTEMPTS times, until no earlier trial has the same
 * draw. */
static mlp_status draw_new(const mlpi_tuner *t, size_t number, mlpi_trial *trial, mlp_error *err)
{
    const mlp_train_options *base = &t->base;
    for (size_t attempt = 0; attempt < ATTEMPTS; attempt++) {
        mlpi_draw_release(&trial->draw);
        MLPI_TRY(mlpi_space_draw(&t->space, base, base->seed, number, attempt, &trial->draw, err));
        if (t->drawn[place_of(t, &trial->draw)] == 0)
            break;
    }
    return MLP_OK;
}

static mlp_status make_trial(const mlpi_tuner *t, size_t number, mlpi_trial **made, mlp_error *err)
{
    const mlp_train_options *base = &t->base;
    mlpi_trial *trial = mlpi_allocate(1, sizeof *trial);
    if (trial == NULL)
        return mlpi_fail_memory(err, "a trial");
    trial->number = number;
    trial->options = *base;
    trial->merit = (double)NAN;
    mlp_status status = MLP_OK;
    if (number > 0)
        status = draw_new(t, number, trial, err);
    if (status == MLP_OK)
        status = mlpi_draw_apply(&trial->draw, &trial->options, err);
    if (status == MLP_OK)
        *made = trial;
    else
        mlpi_tuner_free_trial(trial);
    return status;
}

mlp_status mlpi_tuner_trial(mlpi_tuner *t, size_t number, mlpi_trial **trial, mlp_error *err)
{
    while (t->trial_count <= number) {
        if (!mlpi_grow(&t->trials, &t->trial_capacity, t->trial_count + 1, sizeof(mlpi_trial *)))
            return mlpi_fail_memory(err, "the trials");
        MLPI_TRY(make_places(t, err));
        MLPI_TRY(make_trial(t, t->trial_count, &t->trials[t->trial_count], err));
        t->trial_count++;
        if (t->trial_count > 1)
            t->drawn[place_of(t, &t->trials[t->trial_count - 1]->draw)] = t->trial_count - 1;
    }
    *trial = t->trials[number];
    return MLP_OK;
}

int mlpi_tuner_by_merit(const void *a, const void *b)
{
    const mlpi_trial *x = *(mlpi_trial *const *)a, *y = *(mlpi_trial *const *)b;
    if (x->stage != y->stage)
        return x->stage > y->stage ? -1 : 1;
    if (isnan(x->merit) != isnan(y->merit))
        return isnan(x->merit) ? 1 : -1;
    if (x->merit != y->merit && !isnan(x->merit))
        return x->merit < y->merit ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

void mlpi_tuner_rank(mlpi_trial **trials, size_t count)
{
    qsort(trials, count, sizeof *trials, mlpi_tuner_by_merit);
}

/* --- time ------------------------------------------------------------------------------------- */

static const double CAUTION = 2.0; /* safety factor: the last training runs are larger than usual */

/* The seconds that a training run with all epochs takes, estimated from the runs done so far. */
static double usual_seconds(const mlpi_tuner *t)
{
    static const double times[MLPI_TUNE_LEVELS] = {9.0, 3.0, 1.0};
    for (size_t level = MLPI_TUNE_LEVELS; level-- > 0;)
        if (t->counts[level] > 0)
            return times[level] * t->seconds[level] / (double)t->counts[level];
    return 0.0;
}

/* Sets the deadline of the search so that time remains for the finalists and the comparison. */
static void set_deadline(mlpi_tuner *t)
{
    const double total = t->options->seconds;
    const double after =
        CAUTION * usual_seconds(t) * (double)t->trainings_after / mlpi_threads(t->base.threads);
    t->deadline = total > 0.0 ? t->began + total - fmin(after, total / 2.0) : (double)INFINITY;
}

void mlpi_tuner_expect(mlpi_tuner *t, size_t trainings)
{
    t->trainings_after = trainings;
    set_deadline(t);
}

void mlpi_tuner_take(mlpi_tuner *t, mlpi_trial *trial, size_t level, size_t part,
                     mlpi_training training)
{
    mlpi_training *to = &trial->trainings[level][part];
    if (to->done)
        return;
    *to = training;
    t->trainings++;
    t->counts[level]++;
    t->seconds[level] += training.seconds;
    set_deadline(t);
}
