/* SPDX-License-Identifier: MIT */
/* Long work that can be stopped early, between two of its pieces: by a flag, which the caller may
 * set at any time and every thread reads; by a time limit; or by a function of the caller's, which
 * the working thread calls from time to time with the progress of the work. */
#ifndef MLPI_WATCH_H
#define MLPI_WATCH_H

#include "mlp/common.h"

typedef struct mlpi_watch {
    const mlp_flag *stop; /* NULL: there is no flag */
    double until;         /* mlpi_seconds() at which the work must stop; 0: never */
    bool (*working)(double share, void *context); /* false: stop. NULL: there is no function */
    void *context;
    double done, total; /* operations of the current work */
    double asked;       /* mlpi_seconds() when `working` was last called */
    bool left;          /* `working` has returned false */
} mlpi_watch;

/** Begins some work of approximately `operations` operations. */
void mlpi_watch_begin(mlpi_watch *watch, double operations);
/** Whether the flag is set. */
bool mlpi_watch_is_stopped(const mlpi_watch *watch);
/** Whether the work must stop; any thread may call this function. false for NULL. */
bool mlpi_watch_over(const mlpi_watch *watch);
/** Counts `operations` more operations, and calls `working` up to ten times a second. Only the
 * working thread may call this function, and only while no other thread works. Returns whether the
 * work must stop; false for NULL. */
bool mlpi_watch_advance(mlpi_watch *watch, double operations);

#endif
