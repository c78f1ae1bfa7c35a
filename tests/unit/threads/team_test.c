/* SPDX-License-Identifier: MIT */
/* Every piece of work is done exactly once, whichever threads help, and nothing dies or waits for
 * ever. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "sanitizers.h"
#include "threads/threads.h"
#include "unit/memory_limit.h"

enum { MOST = 5000 };

typedef struct board {
    atomic_int done[MOST];
    int threads;
    atomic_bool wrong_thread;
    unsigned sum[16]; /* by thread; not atomic, since no two threads share an element */
} board;

static void mark(void *context, size_t i, int thread)
{
    board *b = context;
    if (thread < 0 || thread >= b->threads)
        atomic_store(&b->wrong_thread, true);
    else
        b->sum[thread]++;
    atomic_fetch_add(&b->done[i], 1);
}

static bool each_once(const board *b, size_t count)
{
    unsigned sum = 0;
    for (int t = 0; t < 16; t++)
        sum += b->sum[t];
    bool once = !atomic_load(&b->wrong_thread) && sum == count;
    for (size_t i = 0; i < MOST; i++)
        once = once && atomic_load(&b->done[i]) == (i < count ? 1 : 0);
    return once;
}

static bool a_section_is_whole(mlpi_team *team, int threads, size_t count)
{
    board *b = calloc(1, sizeof *b);
    b->threads = threads;
    mlpi_team_run(team, threads, count, mark, b);
    const bool whole = each_once(b, count);
    free(b);
    return whole;
}

static void wait_a_moment(long nanoseconds)
{
    nanosleep(&(struct timespec){0, nanoseconds}, NULL);
}

/* --- sections --------------------------------------------------------------------------------- */

static const size_t counts[] = {0, 1, 2, 3, 7, 16, 100, 1023, MOST};
enum { COUNTS = sizeof counts / sizeof counts[0] };

static void every_piece_is_done_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 9; threads++) {
        mlpi_team *team = mlpi_team_create(threads, 0.0);
        assert_non_null(team);
        for (int again = 0; again < 20; again++)
            for (size_t c = 0; c < COUNTS; c++)
                for (int t = 1; t <= threads; t += 3)
                    assert_true(a_section_is_whole(team, t, counts[c]));
        mlpi_team_free(team);
    }
}

/* A helper that was called to one section may come while the next one runs, to which fewer helpers
 * were called; it must not take part, since its scratch memory may not exist. */
static void who_comes_late_takes_no_piece_of_a_smaller_section(void **state)
{
    (void)state;
    mlpi_team *team = mlpi_team_create(8, 0.0);
    for (int again = 0; again < 20000; again++)
        assert_true(a_section_is_whole(team, again % 2 == 0 ? 8 : 2, 3));
    mlpi_team_free(team);
}

static void helpers_that_fell_asleep_come_again(void **state)
{
    (void)state;
    mlpi_team *team = mlpi_team_create(4, 0.0);
    for (int i = 0; i < 200; i++) {
        assert_true(a_section_is_whole(team, 4, 40));
        wait_a_moment(i % 4 * 100000); /* about as long as helpers stay awake */
    }
    mlpi_team_free(team);
}

static void wait_by_number(void *context, size_t i, int thread)
{
    wait_a_moment(thread == 0 ? 10000 : 2000000); /* longer than the caller stays awake */
    mark(context, i, thread);
}

static void the_caller_waits_for_a_slow_helper(void **state)
{
    (void)state;
    mlpi_team *team = mlpi_team_create(3, 0.0);
    for (int i = 0; i < 20; i++) {
        board *b = calloc(1, sizeof *b);
        b->threads = 3;
        mlpi_team_run(team, 3, 30, wait_by_number, b);
        assert_true(each_once(b, 30));
        free(b);
    }
    mlpi_team_free(team);
}

static void what_comes_once_is_done_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 16; threads += 5)
        for (size_t c = 0; c < COUNTS; c++) {
            board *b = calloc(1, sizeof *b);
            b->threads = threads;
            mlpi_parallel(threads, counts[c], mark, b);
            assert_true(each_once(b, counts[c]));
            free(b);
        }
}

static void a_team_never_needed_goes_in_peace(void **state)
{
    (void)state;
    mlpi_team_free(mlpi_team_create(1024, 0.0));
    mlpi_team_free(NULL);
}

/* --- nested and concurrent sections ----------------------------------------------------------- */

static void a_section_inside(void *context, size_t i, int thread)
{
    atomic_int *whole = context;
    (void)i;
    (void)thread;
    board *b = calloc(1, sizeof *b);
    b->threads = 3;
    mlpi_parallel(3, 100, mark, b);
    if (each_once(b, 100))
        atomic_fetch_add(whole, 1);
    free(b);
}

static void sections_inside_others_are_whole(void **state)
{
    (void)state;
    atomic_int whole = 0;
    mlpi_parallel(4, 50, a_section_inside, &whole);
    assert_int_equal(atomic_load(&whole), 50);
}

static void *many_sections(void *context)
{
    atomic_int *whole = context;
    mlpi_team *team = mlpi_team_create(3, 0.0);
    for (size_t i = 0; i < 500; i++)
        if (a_section_is_whole(team, 3, i % 90))
            atomic_fetch_add(whole, 1);
    mlpi_team_free(team);
    return NULL;
}

static void many_callers_have_a_team_each(void **state)
{
    (void)state;
    pthread_t caller[8];
    atomic_int whole = 0;
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&caller[i], NULL, many_sections, &whole), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(caller[i], NULL);
    assert_int_equal(atomic_load(&whole), 8 * 500);
}

static void add_without_atomics(void *context)
{
    ++*(int *)context;
}

typedef struct counter {
    mlpi_lock *lock;
    int count;
} counter;

static void count_one(void *context, size_t i, int thread)
{
    counter *c = context;
    (void)i;
    (void)thread;
    mlpi_exclusively(c->lock, add_without_atomics, &c->count);
}

static void a_lock_keeps_others_out(void **state)
{
    (void)state;
    counter c = {mlpi_lock_create(), 0};
    assert_non_null(c.lock);
    mlpi_parallel(8, 20000, count_one, &c);
    assert_int_equal(c.count, 20000);
    mlpi_lock_free(c.lock);
}

/* --- other processes -------------------------------------------------------------------------- */

/* Runs a check in a child process, which is killed if it waits for ever. */
static void in_a_child(bool (*check)(void *context), void *context)
{
#ifdef TEST_THREAD_SANITIZER
    skip(); /* the sanitizer allows no threads after fork() */
#endif
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(60);
        _exit(check(context) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static bool the_team_works(void *context)
{
    mlpi_team *team = context;
    bool whole = true;
    for (int i = 0; i < 50; i++) {
        whole = whole && a_section_is_whole(team, 3, 100);
        wait_a_moment(100000);
    }
    mlpi_team_free(team);
    return whole;
}

static void a_team_works_on_after_fork(void **state)
{
    (void)state;
    mlpi_team *team = mlpi_team_create(3, 0.0);
    assert_true(a_section_is_whole(team, 3, 100));
    in_a_child(the_team_works, team); /* helpers are usually awake */
    assert_true(a_section_is_whole(team, 3, 100));
    wait_a_moment(50000000);
    in_a_child(the_team_works, team); /* helpers are asleep */
    assert_true(a_section_is_whole(team, 3, 100));
    mlpi_team_free(team);
}

static bool new_teams_work(void *context)
{
    (void)context;
    atomic_int whole = 0;
    many_sections(&whole);
    return atomic_load(&whole) == 500;
}

static void a_child_makes_teams_of_its_own(void **state)
{
    (void)state;
    mlpi_team *team = mlpi_team_create(3, 0.0);
    assert_true(a_section_is_whole(team, 3, 100));
    in_a_child(new_teams_work, NULL);
    mlpi_team_free(team);
}

static void *sleep_for_ever(void *context)
{
    for (;;)
        pause();
    return context;
}

/* Makes it impossible to create threads, and returns whether that worked: no memory may be mapped,
 * and the stacks that the C library keeps from ended threads are in use. The threads that use them
 * ask for stacks as large as those of helpers, because the C library gives a kept stack only to a
 * thread that asks for at least a quarter of its size. */
static bool use_up_threads(void)
{
    pthread_attr_t like_helpers;
    pthread_t thread;
    setrlimit(RLIMIT_AS, &(struct rlimit){1, 1});
    pthread_attr_init(&like_helpers);
    pthread_attr_setstacksize(&like_helpers, 1 << 19);
    for (int i = 0; i < 1000; i++)
        if (pthread_create(&thread, &like_helpers, sleep_for_ever, NULL) != 0)
            return true;
    return false;
}

static bool no_thread_can_be_made(void *context)
{
    (void)context;
    board *b = calloc(1, sizeof *b);
    mlpi_team *team = mlpi_team_create(8, 0.0);
    if (b == NULL || team == NULL || !use_up_threads())
        return false;
    b->threads = 8;
    mlpi_team_run(team, 8, 1000, mark, b);
    const bool whole = each_once(b, 1000) && b->sum[0] == 1000;
    mlpi_team_free(team);
    return whole;
}

static void work_goes_on_without_threads(void **state)
{
    (void)state;
    if (!memory_is_limited())
        skip_because("memory cannot be limited here");
    in_a_child(no_thread_can_be_made, NULL);
}

/* --- signals ---------------------------------------------------------------------------------- */

static pthread_t main_thread;
static atomic_int signals, strays;

static void note_signal(int number)
{
    (void)number;
    atomic_fetch_add(pthread_equal(pthread_self(), main_thread) ? &signals : &strays, 1);
}

static void signals_are_for_the_caller(void **state)
{
    (void)state;
    main_thread = pthread_self();
    struct sigaction action = {.sa_handler = note_signal}, before;
    sigaction(SIGALRM, &action, &before);
    const struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    mlpi_team *team = mlpi_team_create(3, 0.0);
    for (int i = 0; i < 1000 || atomic_load(&signals) < 10; i++)
        assert_true(a_section_is_whole(team, 3, 100));
    mlpi_team_free(team);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    assert_int_equal(atomic_load(&strays), 0);
}

/* --- sharing ---------------------------------------------------------------------------------- */

static void small_work_is_not_shared(void **state)
{
    (void)state;
    mlpi_team *team = mlpi_team_create(4, 1000.0);
    assert_int_equal(mlpi_team_share(team, 999.0), 1);
    assert_int_equal(mlpi_team_share(team, 1000.0), 4);
    mlpi_team_free(team);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_done_once),
        cmocka_unit_test(who_comes_late_takes_no_piece_of_a_smaller_section),
        cmocka_unit_test(helpers_that_fell_asleep_come_again),
        cmocka_unit_test(the_caller_waits_for_a_slow_helper),
        cmocka_unit_test(what_comes_once_is_done_once),
        cmocka_unit_test(a_team_never_needed_goes_in_peace),
        cmocka_unit_test(sections_inside_others_are_whole),
        cmocka_unit_test(many_callers_have_a_team_each),
        cmocka_unit_test(a_lock_keeps_others_out),
        cmocka_unit_test(a_team_works_on_after_fork),
        cmocka_unit_test(a_child_makes_teams_of_its_own),
        cmocka_unit_test(work_goes_on_without_threads),
        cmocka_unit_test(signals_are_for_the_caller),
        cmocka_unit_test(small_work_is_not_shared),
    };
    return RUN(tests);
}
