/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/base.h"
#include "schema/dates.h"
#include "unit/test.h"

static bool reads(const char *text, mlpi_date_style style, double *seconds)
{
    return mlpi_date_read((mlpi_span){text, strlen(text)}, style, seconds);
}

/* The calendar of the C library is the reference. */
static void dates_are_those_of_the_c_library(void **state)
{
    (void)state;
    static const struct {
        mlpi_date_style style;
        const char *format;
    } ways[] = {{MLPI_DATE_YEAR_FIRST, "%Y-%m-%dT%H:%M:%SZ"},
                {MLPI_DATE_YEAR_FIRST, "%Y/%m/%d %H:%M:%S"},
                {MLPI_DATE_DAY_FIRST, "%d.%m.%Y %H:%M:%S"},
                {MLPI_DATE_MONTH_FIRST, "%m/%d/%Y %I:%M:%S %p"},
                {MLPI_DATE_NAMED, "%d-%b-%Y %H:%M:%S"},
                {MLPI_DATE_NAMED, "%B %d, %Y %H:%M:%S+00:00"}};
    mlpi_random random = mlpi_random_init(1, 1);
    for (int i = 0; i < 20000; i++) {
        char text[64];
        struct tm tm;
        double seconds = 0.0;
        const double share = (double)mlpi_random_u32(&random) / 4294967296.0;
        const time_t when = (time_t)(-30e9 + 60e9 * share); /* years 1019 to 2920 */
        gmtime_r(&when, &tm);
        strftime(text, sizeof text, ways[i % 6].format, &tm);
        assert_true(reads(text, ways[i % 6].style, &seconds));
        assert_true(seconds == (double)when);
        assert_true(mlpi_date_part_of(seconds, MLPI_PART_YEAR) == tm.tm_year + 1900);
        assert_true(mlpi_date_part_of(seconds, MLPI_PART_MONTH) == tm.tm_mon + 1);
        assert_true(mlpi_date_part_of(seconds, MLPI_PART_WEEKDAY) == (tm.tm_wday + 6) % 7 + 1);
        assert_true(fabs(mlpi_date_part_of(seconds, MLPI_PART_HOUR) -
                         (tm.tm_hour + tm.tm_min / 60.0 + tm.tm_sec / 3600.0)) < 1e-9);
    }
}

/* A year of two digits is in the century that POSIX gives it, as in the C library's strptime. */
static void two_digits_of_a_year_mean_the_century_of_the_c_library(void **state)
{
    (void)state;
    static const struct {
        mlpi_date_style style;
        const char *format;
    } ways[] = {{MLPI_DATE_DAY_SHORT, "%d.%m.%y"}, {MLPI_DATE_MONTH_SHORT, "%m/%d/%y"}};
    for (int w = 0; w < 2; w++)
        for (int year = 0; year < 100; year++) {
            char text[32];
            struct tm tm = {.tm_mday = 1};
            double seconds = 0.0;
            snprintf(text, sizeof text, w == 0 ? "3.11.%02d" : "11/3/%02d", year);
            assert_non_null(strptime(text, ways[w].format, &tm));
            assert_true(reads(text, ways[w].style, &seconds));
            assert_true(mlpi_date_part_of(seconds, MLPI_PART_YEAR) == tm.tm_year + 1900);
            assert_true(mlpi_date_part_of(seconds, MLPI_PART_MONTH) == 11);
            /* No other style reads it, except that 11/3 may also be a day and a month. */
            for (int s = MLPI_DATE_NONE; s < MLPI_DATE_STYLES; s++)
                assert_int_equal(reads(text, (mlpi_date_style)s, &seconds),
                                 s == (int)ways[w].style || (w == 1 && s == MLPI_DATE_DAY_SHORT));
        }
    double day = 0.0, clock = 0.0;
    assert_true(reads("21.1.21", MLPI_DATE_DAY_SHORT, &day));
    assert_true(reads("21/01/21 18:30", MLPI_DATE_DAY_SHORT, &clock) && clock == day + 66600.0);
    static const char *const others[] = {"21.1.2021", "21.1.1",   "29.2.21", "21.1/21",
                                         "32.1.21",   "21.13.21", "21-1-21"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(reads(others[i], MLPI_DATE_DAY_SHORT, &day) ||
                     reads(others[i], MLPI_DATE_MONTH_SHORT, &day));
}

static void every_day_has_the_date_of_the_c_library(void **state)
{
    (void)state;
    for (int day = -719162; day < 2932897; day++) { /* 0001-01-01 to 9999-12-31 */
        const int64_t seconds = (int64_t)day * 86400;
        const time_t when = (time_t)seconds;
        struct tm tm;
        int year = 0, month = 0, in_month = 0;
        if (when != seconds) /* a time_t of 32 bits ends in 2038 */
            continue;
        gmtime_r(&when, &tm);
        mlpi_date_of_day(day, &year, &month, &in_month);
        assert_true(year == tm.tm_year + 1900 && month == tm.tm_mon + 1 && in_month == tm.tm_mday);
    }
}

static void a_zone_leads_to_universal_time(void **state)
{
    (void)state;
    double here = 0.0, there = 0.0;
    static const char *const same[] = {"2024-03-01T01:30:00+02:00", "2024-02-29 18:00:00-0530",
                                       "2024-02-29 23:30Z", "2024-03-01T00:30:00.000+01"};
    assert_true(reads("2024-02-29T23:30:00", MLPI_DATE_YEAR_FIRST, &here));
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_true(reads(same[i], MLPI_DATE_YEAR_FIRST, &there));
        assert_true(there == here);
    }
    assert_true(reads("18:30", MLPI_DATE_CLOCK, &here) && here == 66600.0);
    assert_true(reads("6:30 pm", MLPI_DATE_CLOCK, &here) && here == 66600.0);
    assert_true(reads("12:05:01.5 AM", MLPI_DATE_CLOCK, &here) && here == 301.5);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "2023-02-29",
                                        "2024-13-01",
                                        "2024-00-10",
                                        "2024-1",
                                        "24-12-24",
                                        "31.04.2024",
                                        "1.2.3",
                                        "2024-12-24x",
                                        "10:60",
                                        "25:00",
                                        "13:00 pm",
                                        "12:5",
                                        "2024-12-24T",
                                        "0000-01-01",
                                        "192.168.1.1",
                                        "Decem 3 2024",
                                        "2024-12/24",
                                        "2024-12-24T10:00:00+25:00",
                                        "24 2024",
                                        "5 Mai 2024",
                                        "99999999999999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (int s = MLPI_DATE_NONE; s < MLPI_DATE_STYLES; s++) {
            double seconds = 7.0;
            assert_false(reads(texts[i], (mlpi_date_style)s, &seconds));
        }
}

static void styles_and_parts_have_names(void **state)
{
    (void)state;
    for (int s = MLPI_DATE_NONE + 1; s < MLPI_DATE_STYLES; s++)
        assert_non_null(mlpi_date_style_name((mlpi_date_style)s));
    assert_null(mlpi_date_style_name(MLPI_DATE_STYLES));
    assert_null(mlpi_date_part_name(MLPI_DATE_PARTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_those_of_the_c_library),
        cmocka_unit_test(two_digits_of_a_year_mean_the_century_of_the_c_library),
        cmocka_unit_test(every_day_has_the_date_of_the_c_library),
        cmocka_unit_test(a_zone_leads_to_universal_time),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(styles_and_parts_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
