/* SPDX-License-Identifier: MIT */
/* Schedules follow their formulas at their ends and at points worked out by hand, and so do warm-up
 * and plateaus. */
#include <math.h>
#include <string.h>

#include "optimize/schedule.h"
#include "unit/test.h"

static double share(const char *name, double factor, double period, double t)
{
    const mlpi_schedule_settings s = {.factor = factor, .period = period};
    return mlpi_schedule_share(mlpi_schedule_find(name), &s, t, 0.1);
}

static void steps_fall_at_whole_periods(void **state)
{
    (void)state;
    assert_near(share("step", 0.1, 30.0, 0.0), 1.0, 1e-15);
    assert_near(share("step", 0.1, 30.0, 29.99), 1.0, 1e-15);
    assert_near(share("step", 0.1, 30.0, 30.0), 0.1, 1e-15);
    assert_near(share("step", 0.1, 30.0, 95.0), 0.001, 1e-15);
}

static void exponential_falls_by_its_factor_each_epoch(void **state)
{
    (void)state;
    assert_near(share("exponential", 0.9, 1.0, 1.0), 0.9, 1e-15);
    assert_near(share("exponential", 0.9, 1.0, 0.5) * share("exponential", 0.9, 1.0, 1.5), 0.81,
                1e-15);
}

/* Loshchilov & Hutter 2017, equation 5: after half a period the rate is halfway down; after a
 * quarter the cosine is cos(pi/4). */
static void cosine_ends_at_its_factor_and_begins_anew(void **state)
{
    (void)state;
    assert_near(share("cosine", 0.0, 50.0, 0.0), 1.0, 1e-15);
    assert_near(share("cosine", 0.0, 50.0, 12.5), 0.5 * (1.0 + sqrt(0.5)), 1e-15);
    assert_near(share("cosine", 0.2, 50.0, 25.0), 0.6, 1e-15);
    assert_true(share("cosine", 0.2, 50.0, 49.999) < 0.2 + 1e-6);
    assert_near(share("cosine", 0.2, 50.0, 50.0), 1.0, 1e-15);
    assert_near(share("cosine", 0.2, 50.0, 75.0), 0.6, 1e-15);
}

static void one_cycle_rises_then_falls(void **state)
{
    (void)state;
    assert_near(share("one-cycle", 0.04, 100.0, 0.0), 0.04, 1e-15);
    assert_near(share("one-cycle", 0.04, 100.0, 15.0), 0.52, 1e-15);
    assert_near(share("one-cycle", 0.04, 100.0, 30.0), 1.0, 1e-15);
    assert_near(share("one-cycle", 0.04, 100.0, 65.0), 0.5 * (1.0 + 4e-6), 1e-15);
    assert_near(share("one-cycle", 0.04, 100.0, 100.0), 4e-6, 1e-15);
}

/* The values are those of an independent implementation. A cycle ends where 1 + 15 t / period is a
 * power of two; up to the end of cycle j, the schedule is that of j cycles, stretched in time. */
static void coslog_falls_to_zero_four_times(void **state)
{
    (void)state;
    static const double known[][2] = {{0.01, 0.350381}, {0.05, 0.323689}, {0.1, 0.718355},
                                      {0.8, 0.653194},  {0.9, 0.186201},  {0.999, 1.8e-5}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_near(share("coslog", 1.0, 256.0, 256.0 * known[i][0]), known[i][1], 1e-6);
    for (int j = 0; j < 4; j++)
        assert_near(share("coslog", 1.0, 15.0, exp2(j) - 1.0), 0.0, 1e-14);
    for (int j = 0; j < 4; j++)
        assert_near(share("coslog", 1.0, 15.0, exp2(j + 0.5) - 1.0), 1.0, 1e-14);
}

/* The values are those of an independent implementation. */
static void flat_cos_falls_in_the_second_half(void **state)
{
    (void)state;
    static const double known[][2] = {{0.0, 1.0},  {0.5, 1.0},      {0.6, 0.904508},
                                      {0.75, 0.5}, {0.9, 0.095492}, {1.0, 0.0}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_near(share("flat-cos", 1.0, 20.0, 20.0 * known[i][0]), known[i][1], 1e-6);
}

static void warm_up_rises_linearly_to_the_full_rate(void **state)
{
    (void)state;
    const mlpi_schedule_settings s = {.factor = 1.0, .period = 1.0, .warm_up = 2.0};
    const mlpi_schedule *constant = mlpi_schedule_find("constant");
    assert_near(mlpi_schedule_share(constant, &s, 0.0, 0.5), 0.25, 1e-15);
    assert_near(mlpi_schedule_share(constant, &s, 1.0, 0.5), 0.75, 1e-15);
    assert_near(mlpi_schedule_share(constant, &s, 1.5, 0.5), 1.0, 1e-15);
    assert_near(mlpi_schedule_share(constant, &s, 9.0, 0.5), 1.0, 1e-15);
}

static void every_share_lies_between_0_and_1(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_schedule_at(i) != NULL; i++) {
        const mlpi_schedule *s = mlpi_schedule_at(i);
        const double period = s->period > 0.0 ? s->period : 100.0;
        for (double t = 0.0; t < 100.0; t += 0.37) {
            const double one = share(s->name, s->factor, period, t);
            if (!(one >= 0.0 && one <= 1.0))
                fail_msg("%s: %g at %g", s->name, one, t);
        }
        assert_ptr_equal(mlpi_schedule_find(s->name), s);
    }
    assert_null(mlpi_schedule_find("sometimes"));
}

static void a_plateau_lowers_the_rate_after_its_period(void **state)
{
    (void)state;
    const mlpi_schedule_settings s = {.factor = 0.5, .period = 2.0};
    static const double figures[] = {5, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2};
    static const double shares[] = {1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125};
    mlpi_plateau plateau = {1.0, INFINITY, 0};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        mlpi_plateau_see(&plateau, &s, figures[i]);
        assert_near(plateau.share, shares[i], 0.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_fall_at_whole_periods),
        cmocka_unit_test(exponential_falls_by_its_factor_each_epoch),
        cmocka_unit_test(cosine_ends_at_its_factor_and_begins_anew),
        cmocka_unit_test(one_cycle_rises_then_falls),
        cmocka_unit_test(coslog_falls_to_zero_four_times),
        cmocka_unit_test(flat_cos_falls_in_the_second_half),
        cmocka_unit_test(warm_up_rises_linearly_to_the_full_rate),
        cmocka_unit_test(every_share_lies_between_0_and_1),
        cmocka_unit_test(a_plateau_lowers_the_rate_after_its_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
