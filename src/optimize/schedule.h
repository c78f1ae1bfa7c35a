/* SPDX-License-Identifier: MIT */
/* Schedules: the share of the learning rate, or of dropout and weight decay, that a step takes, as a
 * function of how far training is. Adding one: its function and its line in schedule.c. */
#ifndef MLPI_SCHEDULE_H
#define MLPI_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

/** All times are in epochs and need not be whole. */
typedef struct mlpi_schedule_settings {
    double factor;  /* of the schedule's formula */
    double period;  /* of the schedule's formula */
    double warm_up; /* the first epochs rise linearly to the full rate (P. Goyal et al. 2017) */
} mlpi_schedule_settings;

typedef struct mlpi_schedule {
    const char *name;        /* as written after --schedule */
    const char *formula;     /* of the share, t epochs after the start */
    const char *source;      /* author, year */
    double factor, period;   /* defaults; period 0: all epochs */
    bool follows_epochs;     /* the share depends on how many epochs there are */
    bool follows_validation; /* ... and on what mlpi_plateau_see saw */
    double (*share)(const mlpi_schedule_settings *settings, double t);
} mlpi_schedule;

/** i-th schedule of the table, NULL past the end; by name, NULL when there is none. */
const mlpi_schedule *mlpi_schedule_at(size_t i);
const mlpi_schedule *mlpi_schedule_find(const char *name);

/** The share of the rate for a step that begins t epochs after the start and takes `step` epochs.
 */
double mlpi_schedule_share(const mlpi_schedule *schedule, const mlpi_schedule_settings *settings,
                           double t, double step);

/** Reduce on plateau: what it remembers. */
typedef struct mlpi_plateau {
    double share, best;
    size_t waited; /* epochs without a better metric */
} mlpi_plateau;

/** After an epoch with this metric (smaller is better): multiplies the share by the factor after
 * `period` epochs without a better one. Begin with {1, INFINITY, 0}. */
void mlpi_plateau_see(mlpi_plateau *plateau, const mlpi_schedule_settings *settings, double metric);

#endif
