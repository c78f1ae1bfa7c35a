/* SPDX-License-Identifier: MIT */
/* As long as the calling thread always has a core, all threads work together and there are no
 * trials. When that thread often has to wait, either other programs use the cores, or the helpers
 * do not run. Then half the number of threads is tried in alternating windows, and the number that
 * does more work per second is kept. While fewer than all threads are used, twice the number is
 * tried from time to time, more rarely after each failure. A trial ends as soon as the result is
 * clear, and the pause after it grows with the time that the slower number has lost, so that a
 * short run is not spent on trials. */
#include "threads/pace.h"

#include <math.h>

enum { TURNS = 4 };                           /* most windows of a trial */
static const double CROWDED = 0.9;            /* share of a core that the caller should get */
static const double CLEAR = 1.5;              /* ratio of speeds that ends a trial early */
static const double TRIALS = 0.05;            /* share of the time that trials may lose */
static const double SOON = 0.1, RARELY = 2.0; /* least and most seconds between trials */

void mlpi_pace_init(mlpi_pace *pace, int most)
{
    *pace = (mlpi_pace){.most = most, .threads = most, .down = true};
}

int mlpi_pace_threads(const mlpi_pace *pace)
{
    return pace->rival > 0 && pace->turn % 2 == 1 ? pace->rival : pace->threads;
}

static void end_trial(mlpi_pace *pace, double speed, double rival)
{
    const double work = pace->work[0] + pace->work[1], busy = pace->busy[0] + pace->busy[1];
    const double lost = busy - work / fmax(rival, speed);
    const bool better = rival > speed;
    const double longer = better ? SOON : 2.0 * pace->pause;
    pace->pause = fmin(fmax(fmax(lost / TRIALS, longer), SOON), RARELY);
    pace->threads = better ? pace->rival : pace->threads;
    pace->down = better ? pace->down : !pace->down;
    pace->rival = 0;
    pace->since = 0.0;
}

static void take_turn(mlpi_pace *pace, const mlpi_window *window)
{
    const int who = pace->turn++ % 2;
    pace->work[who] += window->work;
    pace->busy[who] += window->busy;
    if (pace->busy[1] <= 0.0)
        return;
    const double speed = pace->work[0] / pace->busy[0], rival = pace->work[1] / pace->busy[1];
    if (pace->turn == TURNS || speed > CLEAR * rival || rival > CLEAR * speed)
        end_trial(pace, speed, rival);
}

/* The window that has caused the trial is the trial's first window. */
static void begin_trial(mlpi_pace *pace, const mlpi_window *window)
{
    const int twice = 2 * pace->threads, down = (pace->threads + 1) / 2;
    if (pace->threads == pace->most)
        pace->down = true;
    else if (pace->threads == 1)
        pace->down = false;
    pace->rival = pace->down ? down : twice > pace->most ? pace->most : twice;
    pace->turn = 0;
    pace->work[0] = pace->work[1] = pace->busy[0] = pace->busy[1] = 0.0;
    take_turn(pace, window);
}

void mlpi_pace_measure(mlpi_pace *pace, const mlpi_window *window)
{
    if (pace->rival > 0) {
        take_turn(pace, window);
        return;
    }
    pace->since += window->wall;
    const bool crowded = window->cpu < CROWDED * window->wall;
    if (pace->since >= pace->pause && (crowded || pace->threads < pace->most))
        begin_trial(pace, window);
}
