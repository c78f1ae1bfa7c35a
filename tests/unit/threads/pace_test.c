/* SPDX-License-Identifier: MIT */
/* The number of threads that work together, on made-up machines, whose speed and share of a core
 * depend on the number of threads. */
#include "threads/pace.h"

#include "unit/test.h"

/* Each array is indexed by the number of threads. */
typedef struct machine {
    double speed[5]; /* operations per second */
    double share[5]; /* share of a core that the caller gets */
} machine;

static const machine quiet = {{0, 1.0, 2.0, 3.0, 4.0}, {0, 1.0, 1.0, 1.0, 1.0}};
static const machine crowded = {{0, 1.0, 0.8, 0.6, 0.5}, {0, 0.6, 0.4, 0.3, 0.2}};
static const machine half_crowded = {{0, 1.0, 1.5, 1.2, 0.7}, {0, 0.9, 0.8, 0.7, 0.5}};

/* Works for some seconds on a machine, in windows; returns the seconds with `threads` threads. */
static double work(mlpi_pace *pace, const machine *m, double seconds, int threads)
{
    double with = 0.0;
    for (double t = 0.0; t < seconds; t += 0.02) {
        const int now = mlpi_pace_threads(pace);
        assert_in_range(now, 1, pace->most);
        with += now == threads ? 0.02 : 0.0;
        mlpi_pace_measure(pace,
                          &(mlpi_window){0.02 * m->speed[now], 0.02, 0.02, 0.02 * m->share[now]});
    }
    return with;
}

static void a_quiet_machine_is_never_tried_with_fewer(void **state)
{
    (void)state;
    mlpi_pace pace;
    mlpi_pace_init(&pace, 4);
    assert_true(work(&pace, &quiet, 10.0, 4) > 9.99);
}

static void a_crowded_machine_is_left_to_one_thread(void **state)
{
    (void)state;
    for (int most = 2; most <= 4; most++) {
        mlpi_pace pace;
        mlpi_pace_init(&pace, most);
        work(&pace, &crowded, 1.0, 1);
        assert_true(work(&pace, &crowded, 20.0, 1) > 19.0);
    }
}

/* Training on a small table takes half a second. */
static void a_short_run_on_a_crowded_machine_loses_a_tenth_at_most(void **state)
{
    (void)state;
    static const machine m[] = {{{0, 1.0, 0.2}, {0, 0.6, 0.4}}, {{0, 0.2, 1.0}, {0, 0.5, 0.8}}};
    for (int i = 0; i < 2; i++) {
        mlpi_pace pace;
        mlpi_pace_init(&pace, 2);
        assert_true(work(&pace, &m[i], 0.5, i + 1) > 0.45);
    }
}

static void the_threads_come_back_when_the_others_go(void **state)
{
    (void)state;
    mlpi_pace pace;
    mlpi_pace_init(&pace, 4);
    work(&pace, &crowded, 60.0, 1);
    work(&pace, &quiet, 3.0, 4);
    assert_true(work(&pace, &quiet, 10.0, 4) > 9.99);
}

static void the_best_number_between_is_found(void **state)
{
    (void)state;
    mlpi_pace pace;
    mlpi_pace_init(&pace, 4);
    work(&pace, &half_crowded, 1.0, 2);
    assert_true(work(&pace, &half_crowded, 20.0, 2) > 18.0);
}

static void one_thread_stays_one(void **state)
{
    (void)state;
    mlpi_pace pace;
    mlpi_pace_init(&pace, 1);
    assert_true(work(&pace, &crowded, 5.0, 1) > 4.99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_machine_is_never_tried_with_fewer),
        cmocka_unit_test(a_crowded_machine_is_left_to_one_thread),
        cmocka_unit_test(a_short_run_on_a_crowded_machine_loses_a_tenth_at_most),
        cmocka_unit_test(the_threads_come_back_when_the_others_go),
        cmocka_unit_test(the_best_number_between_is_found),
        cmocka_unit_test(one_thread_stays_one),
    };
    return RUN(tests);
}
