/* SPDX-License-Identifier: MIT */
/* How many threads of a team should work together, found by measuring. */
#ifndef MLPI_PACE_H
#define MLPI_PACE_H

#include <stdbool.h>

/** Some work that was done in one go. */
typedef struct mlpi_window {
    double work; /**< operations */
    double busy; /**< seconds that they took */
    double wall; /**< seconds from the begin of the window to its end, with what lies between */
    double cpu;  /**< seconds of `wall` in which the calling thread had a core */
} mlpi_window;

typedef struct mlpi_pace {
    int most;                /* threads */
    int threads;             /* that did best */
    int rival;               /* another number, while it is tried; else 0 */
    int turn;                /* of the trial: odd ones are the rival's */
    double work[2], busy[2]; /* in the trial: of `threads`, of the rival */
    double since;            /* seconds since the last trial */
    double pause;            /* seconds until the next one may be */
    bool down;               /* the next trial takes fewer */
} mlpi_pace;

void mlpi_pace_init(mlpi_pace *pace, int most);
/** How many threads the next window is for. */
int mlpi_pace_threads(const mlpi_pace *pace);
/** Measures a window that mlpi_pace_threads() threads worked at. */
void mlpi_pace_measure(mlpi_pace *pace, const mlpi_window *window);

#endif
