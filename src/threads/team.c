/* SPDX-License-Identifier: MIT */
/* A team of threads. The pieces of a section are handed out one by one from a counter, so that the
 * caller never waits for a helper that is not running: it does the remaining pieces itself, and
 * waits only for pieces that a helper has begun. A thread that waits first polls for a short time,
 * which is fast on a quiet machine, and then sleeps, which leaves the core to other programs on a
 * busy machine. */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "threads/pace.h"
#include "threads/threads.h"

enum {
    STACK = 1 << 19, /* bytes of a helper's stack: a complete training run may use it */
    LOOKS = 16,      /* polls between two readings of the clock */
    SHARING = 48     /* bits for the number of pieces in mlpi_team.open */
};
static const double AWAKE = 1e-4;   /* seconds for which a helper polls for the next section */
static const double PATIENT = 2e-4; /* seconds for which the caller polls for a section's end */
static const double WINDOW = 0.02;  /* seconds of work between two measurements of the pace */

/* --- a place to sleep ------------------------------------------------------------------------- */

typedef bool (*condition)(const void *context);

typedef struct bed {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    atomic_bool taken; /* a thread sleeps here, or is about to sleep */
} bed;

static bool bed_make(bed *b)
{
    atomic_init(&b->taken, false);
    if (pthread_mutex_init(&b->lock, NULL) != 0)
        return false;
    if (pthread_cond_init(&b->woken, NULL) == 0)
        return true;
    pthread_mutex_destroy(&b->lock);
    return false;
}

static void bed_destroy(bed *b)
{
    pthread_cond_destroy(&b->woken);
    pthread_mutex_destroy(&b->lock);
}

/* The waking thread makes the condition true and then reads `taken`; the sleeping thread writes
 * `taken` and then reads the condition. All these accesses have a single order (seq_cst), so at
 * least one of the two threads sees what the other has written, and no wake-up is lost. */
static void bed_sleep(bed *b, condition until, const void *context)
{
    pthread_mutex_lock(&b->lock);
    for (;;) {
        atomic_store(&b->taken, true);
        if (until(context))
            break;
        pthread_cond_wait(&b->woken, &b->lock);
    }
    atomic_store(&b->taken, false);
    pthread_mutex_unlock(&b->lock);
}

/* Wakes a sleeping thread once; for a thread that is awake or already woken, only exchanges
 * `taken`. */
static void bed_wake(bed *b)
{
    if (!atomic_exchange(&b->taken, false))
        return;
    pthread_mutex_lock(&b->lock);
    pthread_cond_signal(&b->woken);
    pthread_mutex_unlock(&b->lock);
}

static void pause_a_moment(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static void wait_until(condition until, const void *context, bed *b, double seconds)
{
    if (until(context))
        return;
    const double end = mlpi_seconds() + seconds;
    do {
        for (int i = 0; i < LOOKS; i++) {
            if (until(context))
                return;
            pause_a_moment();
        }
    } while (mlpi_seconds() < end);
    bed_sleep(b, until, context);
}

/* --- the team --------------------------------------------------------------------------------- */

typedef struct helper {
    _Alignas(64) bed bed;
    struct mlpi_team *team;
    int number; /* 1..threads-1 */
    pthread_t thread;
} helper;

struct mlpi_team {
    /* The low SHARING bits: the number of pieces that no thread has begun; the high bits: the
     * number of threads that may take them. As both are one number, a late helper never takes a
     * piece of a section to which it was not called. */
    _Alignas(64) _Atomic uint64_t open;
    _Alignas(64) atomic_size_t undone; /* pieces that are not finished */
    _Alignas(64) atomic_bool over;
    /* The current section. Only a thread that has taken one of the section's pieces may read these
     * members. */
    mlpi_task task;
    void *context;
    size_t count;
    /* Used by the calling thread. */
    _Alignas(64) int threads;
    double worth;
    bed bed;
    helper *helpers;
    int made;      /* number of helpers that exist */
    bool tried;    /* as many helpers as possible have been made */
    pid_t process; /* the process that has made the helpers */
    mlpi_pace pace;
    bool paced; /* the current sections are measured in the window */
    mlpi_window window;
    double begun, begun_cpu; /* start of the window: clock, and CPU time of the caller */
};

static uint64_t left_of(uint64_t open)
{
    return open & ((UINT64_C(1) << SHARING) - 1);
}

static bool is_for(uint64_t open, int thread)
{
    return left_of(open) > 0 && (uint64_t)thread < open >> SHARING;
}

/* Takes the next piece, if there is one for this thread. The thread can then read the section,
 * which does not end before the piece is done. */
static bool take(mlpi_team *team, int thread, size_t *i)
{
    uint64_t open = atomic_load(&team->open);
    while (is_for(open, thread))
        if (atomic_compare_exchange_weak(&team->open, &open, open - 1)) {
            *i = team->count - (size_t)left_of(open);
            return true;
        }
    return false;
}

static void work(mlpi_team *team, int thread)
{
    size_t i, done = 0;
    while (take(team, thread, &i)) {
        team->task(team->context, i, thread);
        done++;
    }
    if (done > 0 && atomic_fetch_sub(&team->undone, done) == done && atomic_load(&team->bed.taken))
        bed_wake(&team->bed);
}

static bool all_done(const void *context)
{
    const mlpi_team *team = context;
    return atomic_load(&team->undone) == 0;
}

/* --- helpers ---------------------------------------------------------------------------------- */

static bool called(const void *context)
{
    const helper *h = context;
    return is_for(atomic_load(&h->team->open), h->number) || atomic_load(&h->team->over);
}

static void *help(void *context)
{
    helper *h = context;
    while (!atomic_load(&h->team->over)) {
        wait_until(called, h, &h->bed, AWAKE);
        work(h->team, h->number);
    }
    return NULL;
}

static bool make_helper(helper *h, const pthread_attr_t *attributes)
{
    if (!bed_make(&h->bed))
        return false;
    if (pthread_create(&h->thread, attributes, help, h) == 0)
        return true;
    bed_destroy(&h->bed);
    return false;
}

/* Makes as many helpers as possible. They block all signals, which the program's own threads
 * handle. */
static void make_helpers(mlpi_team *team)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    team->tried = true;
    team->process = getpid();
    if (pthread_attr_init(&attributes) != 0)
        return;
    pthread_attr_setstacksize(&attributes, STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (team->made < team->threads - 1) {
        helper *h = &team->helpers[team->made];
        h->team = team;
        h->number = team->made + 1;
        if (!make_helper(h, &attributes))
            break;
        team->made++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

/* After fork() the child has the team but none of its helpers, and must not touch their beds, whose
 * locks a helper may have held. Helpers that were awake need no call, and no thread waits for them;
 * before a call to helpers that slept, this function finds out that they do not exist. */
static bool in_a_child(const mlpi_team *team)
{
    return team->made > 0 && getpid() != team->process;
}

static void call_helpers(mlpi_team *team, int threads)
{
    for (int t = 0; t < team->made && t < threads - 1; t++) {
        if (!atomic_load(&team->helpers[t].bed.taken))
            continue;
        if (in_a_child(team)) {
            team->made = 0;
            team->tried = false;
            return;
        }
        bed_wake(&team->helpers[t].bed);
    }
}

/* --- creation --------------------------------------------------------------------------------- */

mlpi_team *mlpi_team_create(int threads, double worth)
{
    assert(threads >= 1);
    mlpi_team *team = mlpi_allocate(1, sizeof *team);
    if (team == NULL)
        return NULL;
    team->threads = threads;
    team->worth = worth;
    team->helpers = mlpi_allocate((size_t)threads - 1, sizeof *team->helpers);
    if (team->helpers == NULL || !bed_make(&team->bed)) {
        mlpi_free(team->helpers);
        mlpi_free(team);
        return NULL;
    }
    mlpi_pace_init(&team->pace, threads);
    return team;
}

void mlpi_team_free(mlpi_team *team)
{
    if (team == NULL)
        return;
    assert(all_done(team));
    const bool ours = !in_a_child(team);
    atomic_store(&team->over, true);
    for (int t = 0; ours && t < team->made; t++)
        bed_wake(&team->helpers[t].bed);
    for (int t = 0; ours && t < team->made; t++) {
        pthread_join(team->helpers[t].thread, NULL);
        bed_destroy(&team->helpers[t].bed);
    }
    bed_destroy(&team->bed);
    mlpi_free(team->helpers);
    mlpi_free(team);
}

/* --- sections --------------------------------------------------------------------------------- */

static double seconds_of_thread(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void measure_window(mlpi_team *team)
{
    const double now = mlpi_seconds(), cpu = seconds_of_thread();
    team->window.wall = now - team->begun;
    team->window.cpu = cpu - team->begun_cpu;
    if (team->begun > 0.0)
        mlpi_pace_measure(&team->pace, &team->window);
    team->window = (mlpi_window){0};
    team->begun = now;
    team->begun_cpu = cpu;
}

int mlpi_team_share(mlpi_team *team, double work)
{
    team->paced = team->threads > 1 && work >= team->worth;
    if (!team->paced)
        return 1;
    if (team->window.busy >= WINDOW || team->begun <= 0.0)
        measure_window(team);
    team->window.work += work;
    return mlpi_pace_threads(&team->pace);
}

static void run_together(mlpi_team *team, int threads, size_t count, mlpi_task task, void *context)
{
    if (!team->tried)
        make_helpers(team);
    team->task = task;
    team->context = context;
    team->count = count;
    atomic_store_explicit(&team->undone, count, memory_order_relaxed);
    atomic_store(&team->open, (uint64_t)threads << SHARING | count);
    call_helpers(team, threads);
    work(team, 0);
    wait_until(all_done, team, &team->bed, PATIENT);
}

void mlpi_team_run(mlpi_team *team, int threads, size_t count, mlpi_task task, void *context)
{
    assert(threads >= 1 && threads <= team->threads && threads < 1 << 16);
    assert((uint64_t)count < UINT64_C(1) << SHARING);
    assert(all_done(team)); /* sections cannot be nested */
    const double begun = team->paced ? mlpi_seconds() : 0.0;
    if (threads > 1 && count > 1)
        run_together(team, threads, count, task, context);
    else
        for (size_t i = 0; i < count; i++)
            task(context, i, 0);
    if (team->paced)
        team->window.busy += mlpi_seconds() - begun;
}
