/* SPDX-License-Identifier: MIT */
#include "schema/dates.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"

/* The part of a text that is still to be read. */
typedef struct rest {
    const char *at, *end;
} rest;

enum { SECONDS_OF_DAY = 86400 };

static bool take(rest *r, char c)
{
    const bool there = r->at < r->end && *r->at == c;
    r->at += there ? 1 : 0;
    return there;
}

/* Takes a whole number of least..most digits. */
static bool take_number(rest *r, int least, int most, int *number)
{
    int digits = 0;
    for (*number = 0; r->at < r->end && *r->at >= '0' && *r->at <= '9' && digits < most; digits++)
        *number = *number * 10 + (*r->at++ - '0');
    return digits >= least;
}

/* --- days ------------------------------------------------------------------------------------- */

/* The Gregorian calendar. days_before counts the days of a year before the first of a month,
 * days_before_year the days from 1 January of the year 1 to 1 January of another year. date_of_day
 * takes a number of days after 1970-01-01. */
MLPI_CARRIED(
    carried,
    static int is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

    static int days_before(int year, int month) {
        static const int days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
        return days[month - 1] + (month > 2 && is_leap(year) ? 1 : 0);
    }

    static long days_before_year(int year) {
        const long y = year - 1;
        return 365 * y + y / 4 - y / 100 + y / 400;
    }

    static const long DAYS_BEFORE_1970 = 719162;

    static void date_of_day(long day, int *year, int *month, int *in_month) {
        const long since = day + DAYS_BEFORE_1970;
        int y = (int)((double)since / 365.2425) + 1, m = 12;
        while (since < days_before_year(y))
            y--;
        while (since >= days_before_year(y + 1))
            y++;
        const int in_year = (int)(since - days_before_year(y));
        while (days_before(y, m) > in_year)
            m--;
        *year = y;
        *month = m;
        *in_month = in_year - days_before(y, m) + 1;
    }

    /* part: 0 the year, 1 the month, 2 the day of the week (1: Monday), 3 the hour with a
     * fraction */
    static double part_of_date(double seconds, int part) {
        const double day = floor(seconds / 86400.0);
        int year = 0, month = 0, in_month = 0;
        if (part == 3)
            return (seconds - day * 86400.0) / 3600.0;
        if (!(fabs(day) < 4e6)) /* beyond the years that can be written */
            return 0.0;
        if (part == 2) /* the first day of the year 1 was a Monday */
            return (double)((((long)day + DAYS_BEFORE_1970) % 7 + 7) % 7 + 1);
        date_of_day((long)day, &year, &month, &in_month);
        return part == 0 ? year : month;
    });

const char *const mlpi_date_carried = carried;

static bool day_number(int year, int month, int day, double *days)
{
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    const int length = month == 2 ? 28 + (is_leap(year) ? 1 : 0)
                                  : days_before(1, month + 1) - days_before(1, month);
    *days =
        (double)(days_before_year(year) + days_before(year, month) + day - 1 - DAYS_BEFORE_1970);
    return day <= length;
}

/* Takes three numbers with the same one of `marks` between them. numbers[year] is a year of
 * `digits` digits. */
static bool take_three(rest *r, int year, int digits, const char *marks, int numbers[3])
{
    char mark = '\0';
    for (int i = 0; i < 3; i++) {
        if (i == 1 && (r->at == r->end || strchr(marks, *r->at) == NULL))
            return false;
        if (i == 1)
            mark = *r->at;
        if (i > 0 && !take(r, mark))
            return false;
        if (!take_number(r, i == year ? digits : 1, i == year ? digits : 2, &numbers[i]))
            return false;
    }
    return true;
}

/* Takes the English name of a month, or its first three letters. */
static bool take_month(rest *r, int *month)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    const char *end = r->at;
    while (end < r->end && ((*end >= 'a' && *end <= 'z') || (*end >= 'A' && *end <= 'Z')))
        end++;
    const size_t length = (size_t)(end - r->at);
    for (int m = 0; m < 12; m++) {
        if ((length != 3 && length != strlen(names[m])) ||
            strncasecmp(r->at, names[m], length) != 0)
            continue;
        r->at = end;
        *month = m + 1;
        return true;
    }
    return false;
}

static void take_gap(rest *r)
{
    while (take(r, ' ') || take(r, '-') || take(r, ',') || take(r, '.'))
        ;
}

/* Takes a date such as 24 Dec 2024 or Dec 24, 2024. */
static bool take_named(rest *r, int *year, int *month, int *day)
{
    const bool month_first = take_month(r, month);
    if (month_first)
        take_gap(r);
    if (!take_number(r, 1, 2, day))
        return false;
    take_gap(r);
    if (!month_first && !take_month(r, month))
        return false;
    take_gap(r);
    return take_number(r, 4, 4, year);
}

/* The year that two digits stand for in POSIX (strptime, %y). */
static int year_of(int two_digits)
{
    return two_digits + (two_digits < 69 ? 2000 : 1900);
}

static bool take_day(rest *r, mlpi_date_style style, double *days)
{
    int n[3] = {0}, year = 0, month = 0, day = 0;
    switch (style) {
    case MLPI_DATE_YEAR_FIRST:
        return take_three(r, 0, 4, "-/.", n) && day_number(n[0], n[1], n[2], days);
    case MLPI_DATE_DAY_FIRST:
        return take_three(r, 2, 4, "./-", n) && day_number(n[2], n[1], n[0], days);
    case MLPI_DATE_MONTH_FIRST:
        return take_three(r, 2, 4, "/-", n) && day_number(n[2], n[0], n[1], days);
    case MLPI_DATE_DAY_SHORT: /* no dashes: 21-03-15 may begin with a year */
        return take_three(r, 2, 2, "./", n) && day_number(year_of(n[2]), n[1], n[0], days);
    case MLPI_DATE_MONTH_SHORT:
        return take_three(r, 2, 2, "/", n) && day_number(year_of(n[2]), n[0], n[1], days);
    case MLPI_DATE_NAMED:
        return take_named(r, &year, &month, &day) && day_number(year, month, day, days);
    default:
        return false;
    }
}

/* --- hours ------------------------------------------------------------------------------------ */

/* Takes "AM" or "PM", if one follows, and turns the hour of 1 .. 12 into one of 0 .. 23. false: the
 * hour before AM or PM is not in 1 .. 12. */
static bool take_half(rest *r, int *hour)
{
    const rest before = *r;
    while (take(r, ' '))
        ;
    const bool morning = r->end - r->at >= 2 && strncasecmp(r->at, "am", 2) == 0;
    const bool evening = r->end - r->at >= 2 && strncasecmp(r->at, "pm", 2) == 0;
    if (!morning && !evening) {
        *r = before;
        return true;
    }
    r->at += 2;
    if (*hour < 1 || *hour > 12)
        return false;
    *hour = *hour % 12 + (evening ? 12 : 0);
    return true;
}

static bool take_clock(rest *r, double *seconds)
{
    int hour = 0, minute = 0, second = 0;
    double fraction = 0.0, unit = 0.1;
    if (!take_number(r, 1, 2, &hour) || !take(r, ':') || !take_number(r, 2, 2, &minute))
        return false;
    if (take(r, ':')) {
        if (!take_number(r, 2, 2, &second))
            return false;
        if (take(r, '.') || take(r, ','))
            while (r->at < r->end && *r->at >= '0' && *r->at <= '9') {
                fraction += unit * (*r->at++ - '0');
                unit /= 10.0;
            }
    }
    if (!take_half(r, &hour))
        return false;
    *seconds = hour * 3600.0 + minute * 60.0 + second + fraction;
    return hour < 24 && minute < 60 && second <= 60; /* 60: a leap second */
}

/* Takes Z, +01:00, -0530 or +01, perhaps after a space, and turns the time into universal time.
 * Without a zone the time stays as written. */
static bool take_zone(rest *r, double *seconds)
{
    int hours = 0, minutes = 0;
    if (r->at == r->end)
        return true;
    take(r, ' ');
    if (take(r, 'Z') || take(r, 'z'))
        return true;
    const bool east = take(r, '+');
    if ((!east && !take(r, '-')) || !take_number(r, 2, 2, &hours))
        return false;
    const bool colon = take(r, ':');
    if ((colon || r->at < r->end) && !take_number(r, 2, 2, &minutes))
        return false;
    const double offset = hours * 3600.0 + minutes * 60.0;
    *seconds += east ? -offset : offset;
    return hours <= 14 && minutes < 60;
}

bool mlpi_date_read(mlpi_span text, mlpi_date_style style, double *seconds)
{
    rest r = {text.text, text.text + text.length};
    double days = 0.0, time = 0.0;
    bool clock = style == MLPI_DATE_CLOCK;
    if (!clock && !take_day(&r, style, &days))
        return false;
    if (!clock && r.at < r.end) {
        clock = true; /* a time of day follows the date */
        if (!take(&r, 'T') && !take(&r, ' '))
            return false;
        while (take(&r, ' '))
            ;
    }
    if (clock && (!take_clock(&r, &time) || !take_zone(&r, &time)))
        return false;
    *seconds = days * SECONDS_OF_DAY + time;
    return r.at == r.end;
}

/* --- names and parts -------------------------------------------------------------------------- */

static const char *const styles[MLPI_DATE_STYLES] = {
    NULL,
    "year first",
    "named months",
    "day first",
    "month first",
    "time of day",
    "day first, two-digit years from 1969 to 2068",
    "month first, two-digit years from 1969 to 2068"};

const char *mlpi_date_style_name(mlpi_date_style style)
{
    return (unsigned)style < MLPI_DATE_STYLES ? styles[style] : NULL;
}

bool mlpi_date_style_is_short(mlpi_date_style style)
{
    return style == MLPI_DATE_DAY_SHORT || style == MLPI_DATE_MONTH_SHORT;
}

mlpi_date_style mlpi_date_style_turned(mlpi_date_style style)
{
    if (style == MLPI_DATE_DAY_FIRST)
        return MLPI_DATE_MONTH_FIRST;
    return style == MLPI_DATE_DAY_SHORT ? MLPI_DATE_MONTH_SHORT : MLPI_DATE_NONE;
}

const char *mlpi_date_style_example(mlpi_date_style style)
{
    static const char *const examples[MLPI_DATE_STYLES] = {
        "",           "2024-12-24", "24 Dec 2024", "24.12.2024",
        "12/24/2024", "18:30",      "24.12.24",    "12/24/24"};
    return (unsigned)style < MLPI_DATE_STYLES ? examples[style] : "";
}

const char *mlpi_date_part_name(mlpi_date_part part)
{
    static const char *const names[MLPI_DATE_PARTS] = {"year", "month", "weekday", "hour"};
    return (unsigned)part < MLPI_DATE_PARTS ? names[part] : NULL;
}

void mlpi_date_of_day(int days, int *year, int *month, int *day)
{
    date_of_day(days, year, month, day);
}

double mlpi_date_part_of(double seconds, mlpi_date_part part)
{
    return part_of_date(seconds, (int)part);
}
