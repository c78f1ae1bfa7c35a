/* SPDX-License-Identifier: MIT */
/* Schedules: the share of the learning rate, or of dropout and weight decay, that a step uses, as a
 * function of the progress of training. A new schedule is a function and a line in schedule.c. */
#ifndef MLPI_SCHEDULE_H
#define MLPI_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

/** All times are in epochs and need not be whole. */
typedef struct mlpi_schedule_settings {
    double factor;  /* of the schedule's formula */
    double period;  /* of the schedule's formula */
    double warm_up; /* epochs during which the rate first rises linearly (P. Goyal et al. 2017) */
} mlpi_schedule_settings;

typedef struct mlpi_schedule {
    const char *name;        /* as written after --schedule */
    const char *formula;     /* formula of the share, t epochs after the start */
    const char *source;      /* author, year */
    double factor, period;   /* defaults; period 0: all epochs */
    bool follows_epochs;     /* the share depends on the number of epochs */
    bool follows_validation; /* the share depends on the metrics given to mlpi_plateau_see */
    double (*share)(const mlpi_schedule_settings *settings, double t);
} mlpi_schedule;

/** The i-th schedule of the table; NULL past the end. */
const mlpi_schedule *mlpi_schedule_at(size_t i);
/** The schedule of this name; NULL: there is none. */
const mlpi_schedule *mlpi_schedule_find(const char *name);

/** The share of the rate for a step that begins after t epochs and lasts `step` epochs. */
double mlpi_schedule_share(const mlpi_schedule *schedule, const mlpi_schedule_settings *settings,
                           double t, double step);

/** The state of the schedule "plateau". */
typedef struct mlpi_plateau {
    double share, best;
    size_t waited; /* epochs since `best` last became better, or since `share` became smaller */
} mlpi_plateau;

/** To be called after each epoch with the epoch's metric (smaller is better): after `period` epochs
 * without a better metric, multiplies the share by the factor. Begin with {1, INFINITY, 0}. */
void mlpi_plateau_see(mlpi_plateau *plateau, const mlpi_schedule_settings *settings, double metric);

#endif
