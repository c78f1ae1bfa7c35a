/* SPDX-License-Identifier: MIT */
/* train --plan: trains for some seconds, and estimates from them how long the whole run would
 * take several workers. docs/scale.md has the formula. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"

static const double MEASURED = 10.0; /* seconds of processor time for each thread */
static const double AT_MOST = 30.0;  /* seconds by the clock */

/* What the reports after epochs have shown about one network. */
typedef struct heard {
    size_t epochs;
    double last;            /* time of the last report, in seconds of the training */
    double before, seconds; /* processor time of its thread: from the thread's previous report to
                               the end of the first epoch (0: unknown), and for all other epochs */
} heard;

/* Processor time of this thread when it last reported an epoch; 0: it has reported none. */
static _Thread_local double done;

/* What was measured, mostly in processor time, which other programs do not affect. */
typedef struct plan {
    heard *network;
    size_t networks, finished, most_epochs;
    size_t room;
    int threads;
    double reading;      /* seconds per thread until the table was read and its fingerprint known */
    double began, begun; /* when training began, and when the first epoch ended */
    double ended;        /* when the last epoch ended that was reported in time */
    bool over;           /* the time for measuring is over */
    double whole;        /* seconds by the clock of the whole run; NaN: it did not end in time */
    double epochs, seconds; /* of a network, on average */
    double longest;         /* seconds of the network that took longest */
    double taking;          /* seconds to prepare a network; every worker prepares all */
    bool limit;             /* no network ended, so `epochs` is the largest possible number */
    size_t beside;          /* networks that train side by side */
    size_t batch, rows;     /* size of a batch, and training rows, of one network */
    size_t parameters;      /* of one network; 0: not known */
    bool short_of_memory;
} plan;

static double seconds_of(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- measuring -------------------------------------------------------------------------------- */

static bool make_room(plan *p, size_t networks)
{
    if (networks <= p->room)
        return true;
    heard *grown = realloc(p->network, networks * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + p->room, 0, (networks - p->room) * sizeof *grown);
    p->network = grown;
    p->room = networks;
    return true;
}

static bool on_epoch(const mlp_progress *now, void *context)
{
    plan *p = context;
    if (!make_room(p, now->network > now->networks ? now->network : now->networks)) {
        p->short_of_memory = true;
        return false;
    }
    heard *n = &p->network[now->network - 1];
    const double all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    const double own = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    if (p->begun == 0.0)
        p->begun = all;
    if (n->epochs > 0)
        n->seconds += own - done;
    else if (done > 0.0)
        n->before = own - done;
    done = own;
    n->epochs = now->epoch;
    n->last = now->seconds;
    p->networks = now->networks;
    p->finished = now->finished;
    p->most_epochs = now->epochs;
    const bool enough = all - p->began >= MEASURED * p->threads || now->seconds >= AT_MOST;
    p->ended = p->over ? p->ended : all;
    p->over = p->over || enough;
    return !p->over;
}

static int by_last_word(const void *a, const void *b)
{
    const heard *x = a, *y = b;
    return (x->last > y->last) - (x->last < y->last);
}

/* The mean epochs of the networks that ended: the first ones, whose last reports are the oldest. */
static double mean_epochs(const plan *p)
{
    double sum = 0.0;
    for (size_t i = 0; i < p->finished; i++)
        sum += (double)p->network[i].epochs;
    return p->finished > 0 ? sum / (double)p->finished : (double)p->most_epochs;
}

/* The epochs of the longest network, as a multiple of the mean. */
static double longest(const plan *p)
{
    double most = p->epochs;
    for (size_t i = 0; i < p->finished; i++)
        most = fmax(most, (double)p->network[i].epochs);
    return most / p->epochs;
}

/* The number of networks trained after the first epoch; one that has not ended is a fraction. */
static double trained(const plan *p, size_t count)
{
    double sum = (double)p->finished - 1.0 / p->epochs;
    for (size_t i = p->finished; i < count; i++)
        sum += fmin((double)p->network[i].epochs / p->epochs, 1.0);
    return sum;
}

/* The mean seconds between the last epoch of a network and the first epoch of the next network. */
static double mean_taking(const plan *p, size_t count)
{
    double sum = 0.0, known = 0.0;
    for (size_t i = 0; i < count; i++) {
        const heard *n = &p->network[i];
        if (n->before <= 0.0 || n->epochs < 2)
            continue;
        sum += fmax(n->before - n->seconds / (double)(n->epochs - 1), 0.0);
        known += 1.0;
    }
    return known > 0.0 ? sum / known : 0.0;
}

static void estimate(plan *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->room; i++)
        if (p->network[i].epochs > 0)
            p->network[count++] = p->network[i];
    qsort(p->network, count, sizeof *p->network, by_last_word);
    if (!isnan(p->whole)) /* recipes that were given up trained fewer networks than announced */
        p->networks = p->finished = count;
    const size_t threads = (size_t)p->threads;
    p->beside = p->networks < threads ? p->networks : threads;
    p->limit = p->finished == 0;
    p->epochs = mean_epochs(p);
    const double networks = trained(p, count);
    const double seconds =
        networks > 0.0 ? (p->ended - p->begun) / networks : p->epochs * (p->begun - p->began);
    p->seconds = seconds / (double)(threads / p->beside);
    p->longest = longest(p) * p->seconds;
    p->taking = mean_taking(p, count);
}

/* A copy of the options without the job, in which restarts train side by side, as a job trains
 * them. Free it on failure too. */
static mlp_status options_to_measure(const settings *s, mlp_train_options **o, mlp_error *err)
{
    mlp_status status = mlp_train_options_copy(s->train, o, err);
    double restarts = 1.0;
    if (status == MLP_OK && mlp_train_options_number(*o, "restarts", &restarts) && restarts > 1.0) {
        status = mlp_train_options_set_number(*o, "members", restarts, err);
        if (status == MLP_OK)
            status = mlp_train_options_set_number(*o, "restarts", 1.0, err);
    }
    if (status == MLP_OK)
        status = mlp_train_options_set(*o, "job", "", err);
    return status;
}

/* Trains one network for an epoch, to know the size of a step for tell_ranks. If the options do not
 * allow this, the size stays unknown. */
static void measure_one(const settings *s, const mlp_table *table, const mlp_table *validation,
                        plan *p)
{
    static const char *const set[][2] = {
        {"quality", "fast"}, {"folds", "0"}, {"members", "1"}, {"restarts", "1"}, {"epochs", "1"}};
    mlp_train_options *o = NULL;
    mlp_model *model = NULL;
    mlp_train_report r;
    mlp_status status = options_to_measure(s, &o, NULL);
    for (size_t i = 0; status == MLP_OK && i < sizeof set / sizeof set[0]; i++)
        status = mlp_train_options_set(o, set[i][0], set[i][1], NULL);
    if (status == MLP_OK && mlp_train(table, validation, o, &model, &r, NULL) == MLP_OK) {
        p->parameters = r.parameters;
        p->batch = r.batch;
        p->rows = r.rows_training;
        mlp_model_free(model);
    }
    mlp_train_options_free(o);
}

static mlp_status measure(const settings *s, const mlp_table *table, const mlp_table *validation,
                          plan *p, mlp_error *err)
{
    mlp_train_options *o = NULL;
    mlp_model *model = NULL;
    mlp_train_report r = {0};
    const double began = seconds_of(CLOCK_MONOTONIC);
    mlp_status status = options_to_measure(s, &o, err);
    p->began = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    if (status == MLP_OK) {
        mlp_train_options_listen(o, on_epoch, NULL, NULL, p);
        status = mlp_train(table, validation, o, &model, &r, err);
    }
    mlp_train_options_free(o);
    const double took = seconds_of(CLOCK_MONOTONIC) - began;
    const bool ended = status == MLP_OK && r.reason != MLP_STOP_INTERRUPTED;
    mlp_model_free(model);
    if (p->short_of_memory)
        return MLP_ERROR_MEMORY;
    if (status != MLP_OK && (status != MLP_ERROR_INTERRUPTED || p->begun == 0.0))
        return status;
    p->whole = ended ? took : (double)NAN;
    return MLP_OK;
}

/* --- telling ---------------------------------------------------------------------------------- */

/* Seconds until the first epoch has ended, which every worker needs for itself. */
static double seconds_before(const plan *p)
{
    return p->reading + p->begun - p->began;
}

/* Seconds of the whole run by `workers`, each with as many threads as this process. */
static double seconds_by(const plan *p, size_t workers)
{
    const size_t own = (p->networks + workers - 1) / workers;
    const size_t beside = own < p->beside ? own : p->beside;
    const double waves = ceil((double)own / (double)beside);
    const double others = ceil((double)(p->networks - own) / (double)p->beside);
    return seconds_before(p) + (waves - 1.0) * p->seconds + p->longest + others * p->taking;
}

/* The number of workers in the table's next line: twice as many, but at last the number of
 * networks; after that line, more than there are networks. */
static size_t next_number(const plan *p, size_t workers)
{
    return workers < p->networks && 2 * workers > p->networks ? p->networks : 2 * workers;
}

/* Seconds of a step on one machine; NaN: not known. */
static double seconds_of_step(const plan *p)
{
    return p->rows > 0 ? p->seconds / p->epochs * (double)p->batch / (double)p->rows : (double)NAN;
}

/* Seconds of a step on two ranks, connected by `bits` a second with a delay of 0.1 ms. Sums of the
 * gradient are sent while later sums are computed (a third of the step), parameters afterwards. */
static double seconds_of_shared_step(const plan *p, double bits)
{
    const double own = seconds_of_step(p) / 2.0;
    const double carried = 32.0 * (double)p->parameters / bits;
    return own + carried + fmax(carried - own / 3.0, 0.0) + 2e-4;
}

static void tell_ranks(const plan *p)
{
    char step[16], by_slow[16], by_fast[16];
    const double alone = seconds_of_step(p);
    const double slow = seconds_of_shared_step(p, 1e9), fast = seconds_of_shared_step(p, 1e10);
    if (p->parameters == 0 || p->batch == 0)
        return;
    printf("Ranks that share one network: a step of %zu rows takes %s ms; on two machines %s ms at "
           "1 Gbit/s, %s ms at 10 Gbit/s.\n%s\n",
           p->batch, shown(1e3 * alone, step, sizeof step),
           shown(1e3 * slow, by_slow, sizeof by_slow), shown(1e3 * fast, by_fast, sizeof by_fast),
           fast > alone ? "Two machines would take longer than one; with a larger --batch they "
                          "exchange data less often."
           : slow > alone
               ? "Two machines help with a network of 10 Gbit/s, not with one of 1 Gbit/s."
               : "Two machines help with either network.");
}

static void tell_measured(const plan *p)
{
    char text[16], epochs[16];
    printf("%zu network%s, %zu side by side on %d thread%s; an epoch of one takes %s ms.\n",
           p->networks, p->networks == 1 ? "" : "s", p->beside, p->threads,
           p->threads == 1 ? "" : "s", shown(1e3 * p->seconds / p->epochs, text, sizeof text));
    if (!isnan(p->whole))
        printf("The whole run took %s s: no other machine is needed.\n",
               shown(p->whole, text, sizeof text));
    else if (p->limit)
        printf("No network ended within %s s; each has up to %zu epochs.\n",
               shown(MEASURED, text, sizeof text), p->most_epochs);
    else
        printf("%zu ended within %s s, after %s epochs on average.\n", p->finished,
               shown(MEASURED, text, sizeof text), shown(round(p->epochs), epochs, sizeof epochs));
}

static int print_plan(const plan *p)
{
    char text[16];
    tell_measured(p);
    printf("\nworkers  %s\n", p->limit ? "seconds at most" : "seconds");
    for (size_t w = 1; w <= p->networks; w = next_number(p, w))
        printf("%7zu  %s\n", w, shown(seconds_by(p, w), text, sizeof text));
    puts(p->networks > 1 ? "\nMore workers of a --job would be idle."
                         : "\nA --job shares out networks, and here there is only one.");
    tell_ranks(p);
    return finish_output();
}

static int print_plan_as_json(const plan *p)
{
    mlp_json_writer *json = begin_json();
    mlp_json_put_whole(json, "threads", (size_t)p->threads);
    mlp_json_put_whole(json, "networks", p->networks);
    mlp_json_put_whole(json, "side_by_side", p->beside);
    mlp_json_put_number(json, "seconds_until_first_epoch", seconds_before(p));
    mlp_json_put_number(json, "seconds_of_epoch", p->seconds / p->epochs);
    mlp_json_put_number(json, "seconds_of_other_network", p->taking);
    mlp_json_put_number(json, "epochs", p->epochs);
    mlp_json_put_boolean(json, "at_most", p->limit);
    mlp_json_put_number(json, "seconds_whole", p->whole);
    mlp_json_put_whole(json, "parameters", p->parameters);
    mlp_json_put_whole(json, "batch", p->batch);
    mlp_json_begin_array(json, "workers");
    for (size_t w = 1; w <= p->networks; w = next_number(p, w)) {
        mlp_json_begin_object(json, NULL);
        mlp_json_put_whole(json, "workers", w);
        mlp_json_put_number(json, "seconds", seconds_by(p, w));
        mlp_json_end(json);
    }
    mlp_json_end(json);
    return print_json(json);
}

int plan_and_tell(settings *s)
{
    mlp_error err = {0};
    mlp_table *table = NULL, *validation = NULL;
    plan p = {0};
    if (mlp_train_options_text(s->train, "checkpoint") != NULL) {
        fail("--checkpoint: a --plan keeps nothing; leave out --checkpoint");
        return EXIT_USAGE;
    }
    int code = training_begin(s, &table, &validation);
    p.threads = mlp_threads(s->threads);
    if (code == EXIT_DONE) {
        (void)mlp_table_fingerprint(table); /* every worker of a job computes it */
        p.reading = seconds_of(CLOCK_PROCESS_CPUTIME_ID) / p.threads;
        training_catch_signals(s);
        measure_one(s, table, validation, &p);
        const mlp_status status = measure(s, table, validation, &p, &err);
        code = status == MLP_OK    ? EXIT_DONE
               : p.short_of_memory ? fail("not enough memory for the plan")
                                   : report(&err);
    }
    if (code == EXIT_DONE) {
        estimate(&p);
        code = s->json ? print_plan_as_json(&p) : print_plan(&p);
    }
    free(p.network);
    mlp_table_free(table);
    mlp_table_free(validation);
    return code;
}
