/* SPDX-License-Identifier: MIT */
/* Long work that can be left between two of its pieces: because of a flag that the caller may set
 * at any time, which every thread looks at, because its time is over, or because of a function of
 * the caller's, which the thread that works calls now and then with how far it is. */
#ifndef MLPI_WATCH_H
#define MLPI_WATCH_H

#include "mlp/common.h"

typedef struct mlpi_watch {
    const mlp_flag *stop; /* NULL: none */
    double until;         /* seconds of the clock at which to leave; 0: never */
    bool (*working)(double share, void *context); /* false: leave it. NULL: none */
    void *context;
    double done, total; /* operations of the work at hand */
    double asked;       /* seconds of the clock when `working` was called last */
    bool left;          /* `working` wanted an end */
} mlpi_watch;

/** Begins some work of about so many operations. */
void mlpi_watch_begin(mlpi_watch *watch, double operations);
/** Whether the flag is set. */
bool mlpi_watch_is_stopped(const mlpi_watch *watch);
/** Whether to leave the work, for any thread; false for NULL. */
bool mlpi_watch_over(const mlpi_watch *watch);
/** After so many operations more: calls `working` some times a second. By the thread that works,
 * while no other one does. Returns whether to leave the work; false for NULL. */
bool mlpi_watch_advance(mlpi_watch *watch, double operations);

#endif
