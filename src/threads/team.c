/* SPDX-License-Identifier: MIT */
/* A team of threads. The pieces of a section are handed out one by one from a counter, so that the
 * caller never waits for a helper that is not there: it does what is left itself, and waits only
 * for pieces that a helper has begun. Who waits looks again and again for a little while, which is
 * fast on a quiet machine, and then sleeps, which leaves the core to others on a busy one. */
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
    STACK = 1 << 19, /* bytes of a helper's: a whole training runs on it */
    LOOKS = 16,      /* between two looks at the clock */
    SHARING = 48     /* bits of the number of pieces */
};
static const double AWAKE = 1e-4; /* seconds a helper looks for the next section before it sleeps */
static const double PATIENT = 2e-4; /* seconds the caller looks for the end of a section */
static const double WINDOW = 0.02;  /* seconds of work between two measurements of the pace */

/* --- a place to sleep ------------------------------------------------------------------------- */

typedef bool (*condition)(const void *context);

typedef struct bed {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    atomic_bool taken;
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

/* What makes the condition true is written before `taken` is read, and `taken` is written before
 * the condition is read, all in one order (seq_cst): one of the two sees the other. */
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

/* Once for each sleep: who is awake, or woken already, costs no more than a look. */
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
    /* Pieces that nobody has begun, below 2^SHARING, and above it how many threads may take them:
     * in one number, so that a helper that comes late never takes a piece of a section that it was
     * not called to. */
    _Alignas(64) _Atomic uint64_t open;
    _Alignas(64) atomic_size_t undone; /* pieces that are not finished */
    _Alignas(64) atomic_bool over;
    mlpi_task task; /* of the section, as is the rest: read by who holds a piece of it */
    void *context;
    size_t count;
    /* the caller's */
    _Alignas(64) int threads;
    double worth;
    bed bed;
    helper *helpers;
    int made;      /* helpers that exist */
    bool tried;    /* to make them */
    pid_t process; /* that they live in */
    mlpi_pace pace;
    bool paced; /* the sections now count in the window */
    mlpi_window window;
    double begun, begun_cpu; /* of the window */
};

static uint64_t left_of(uint64_t open)
{
    return open & ((UINT64_C(1) << SHARING) - 1);
}

static bool is_for(uint64_t open, int thread)
{
    return left_of(open) > 0 && (uint64_t)thread < open >> SHARING;
}

/* A piece to do. The thread that takes one can read the section it belongs to: it does not end before the
 * piece is done. */
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

/* As many as can be made. Signals are for the threads of the program, not for helpers. */
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

/* After fork() the child has the team but none of its helpers, and must not touch where they sleep:
 * one may have been at it. Those that were awake are never called, since nobody waits for a helper;
 * those that slept are found out here. */
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
    assert(all_done(team)); /* no section inside another */
    const double begun = team->paced ? mlpi_seconds() : 0.0;
    if (threads > 1 && count > 1)
        run_together(team, threads, count, task, context);
    else
        for (size_t i = 0; i < count; i++)
            task(context, i, 0);
    if (team->paced)
        team->window.busy += mlpi_seconds() - begun;
}
