/* SPDX-License-Identifier: MIT */
/* Dates and times as people write them, and the numbers that are made of them. */
#ifndef MLPI_DATES_H
#define MLPI_DATES_H

#include "data/block.h"

/** How the dates of a column are written; a time of day may follow the date. */
typedef enum mlpi_date_style {
    MLPI_DATE_NONE,
    MLPI_DATE_YEAR_FIRST,  /* ISO 8601: 2024-12-24, 2024-12-24T18:30:00Z; 2024/12/24 */
    MLPI_DATE_NAMED,       /* 24 Dec 2024, 24-Dec-2024, December 24, 2024 */
    MLPI_DATE_DAY_FIRST,   /* 24.12.2024, 24/12/2024 */
    MLPI_DATE_MONTH_FIRST, /* 12/24/2024 */
    MLPI_DATE_CLOCK,       /* 18:30, 18:30:05, 6:30 PM, without a day */
    MLPI_DATE_DAY_SHORT,   /* 24.12.24, 24/12/24: years 1969 to 2068, as in POSIX */
    MLPI_DATE_MONTH_SHORT, /* 12/24/24 */
    MLPI_DATE_STYLES
} mlpi_date_style;

/** "year first" and so on; NULL: there is no such style. */
const char *mlpi_date_style_name(mlpi_date_style style);
/** Whether the years of a style have two digits. */
bool mlpi_date_style_is_short(mlpi_date_style style);
/** For a style with the day first, the style that has the month first and is otherwise the same;
 * MLPI_DATE_NONE for any other style. */
mlpi_date_style mlpi_date_style_turned(mlpi_date_style style);
/** How the 24th of December 2024, or half past six in the evening, is written in a style. */
const char *mlpi_date_style_example(mlpi_date_style style);

/** Reads a date of the years 1 to 9999 of the Gregorian calendar, or a time of day. *seconds counts
 * from 1970-01-01 00:00: in universal time if a time zone follows (Z, +01:00), else as written; for
 * a time of day, *seconds counts from midnight. false: the text is not in this style. */
bool mlpi_date_read(mlpi_span text, mlpi_date_style style, double *seconds);

/** The date of a day of the years 1 to 9999, given as a number of days after 1970-01-01. */
void mlpi_date_of_day(int days, int *year, int *month, int *day);

/** The numbers that a time is split into. */
typedef enum mlpi_date_part {
    MLPI_PART_YEAR,    /* 2024 */
    MLPI_PART_MONTH,   /* 1 .. 12 */
    MLPI_PART_WEEKDAY, /* 1 (Monday) .. 7 */
    MLPI_PART_HOUR,    /* 0 <= hour < 24, with its minutes and seconds as a fraction */
    MLPI_DATE_PARTS
} mlpi_date_part;

/** "year" and so on; NULL: there is no such part. */
const char *mlpi_date_part_name(mlpi_date_part part);
double mlpi_date_part_of(double seconds, mlpi_date_part part);
/** The C source of `static double part_of_date(double seconds, int part)`, which does the same as
 * mlpi_date_part_of, and of all functions that it calls (MLPI_CARRIED). */
extern const char *const mlpi_date_carried;

#endif
