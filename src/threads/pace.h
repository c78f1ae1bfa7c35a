/* SPDX-License-Identifier: MIT */
/* How many threads of a team should work together, according to measurements. */
#ifndef MLPI_PACE_H
#define MLPI_PACE_H

#include <stdbool.h>

/** A period of work with a constant number of threads. */
typedef struct mlpi_window {
    double work; /**< operations */
    double busy; /**< seconds in the sections that did the work */
    double wall; /**< seconds from the start to the end of the window, including gaps */
    double cpu;  /**< seconds of `wall` in which the calling thread had a core */
} mlpi_window;

typedef struct mlpi_pace {
    int most;                /* largest number of threads */
    int threads;             /* best number of threads so far */
    int rival;               /* number of threads on trial; 0: there is no trial */
    int turn;                /* windows of the trial so far; every second window is the rival's */
    double work[2], busy[2]; /* sums over the trial's windows, for `threads` and for `rival` */
    double since;            /* seconds since the last trial */
    double pause;            /* seconds from the last trial until the next one may begin */
    bool down;               /* the next trial tries fewer threads, not more */
} mlpi_pace;

void mlpi_pace_init(mlpi_pace *pace, int most);
/** How many threads the next window should use. */
int mlpi_pace_threads(const mlpi_pace *pace);
/** Takes the measurements of a window that used mlpi_pace_threads() threads. */
void mlpi_pace_measure(mlpi_pace *pace, const mlpi_window *window);

#endif
