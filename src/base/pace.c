/* SPDX-License-Identifier: MIT */
/* As long as the calling thread has its core, all threads work together and nothing is tried. When
 * it often has to wait, others use the cores, or its helpers do not come: then half as many threads
 * are tried in turns with those there are, and whoever does more work in a second goes on. With
 * fewer than all, twice as many are tried from time to time, the more rarely the more often that
 * was in vain. */
#include "base/pace.h"

enum { TURNS = 4 };
static const double CROWDED = 0.9;            /* share of a core below which others are there */
static const double SOON = 0.1, RARELY = 2.0; /* seconds between trials, at least and at most */

void mlpi_pace_init(mlpi_pace *pace, int most)
{
    *pace = (mlpi_pace){.most = most, .threads = most, .down = true};
}

int mlpi_pace_threads(const mlpi_pace *pace)
{
    return pace->rival > 0 && pace->turn % 2 == 0 ? pace->rival : pace->threads;
}

static void end_trial(mlpi_pace *pace)
{
    const bool better = pace->work[0] * pace->busy[1] > pace->work[1] * pace->busy[0];
    const double longer = 2.0 * pace->pause;
    pace->pause = better || longer < SOON ? SOON : longer > RARELY ? RARELY : longer;
    pace->threads = better ? pace->rival : pace->threads;
    pace->down = better ? pace->down : !pace->down;
    pace->rival = 0;
    pace->since = 0.0;
}

static void go_on_trying(mlpi_pace *pace, const mlpi_window *window)
{
    const int who = pace->turn % 2;
    pace->work[who] += window->work;
    pace->busy[who] += window->busy;
    pace->turn++;
    if (pace->turn == TURNS)
        end_trial(pace);
}

static void begin_trial(mlpi_pace *pace)
{
    const int twice = 2 * pace->threads, down = (pace->threads + 1) / 2;
    if (pace->threads == pace->most)
        pace->down = true;
    else if (pace->threads == 1)
        pace->down = false;
    pace->rival = pace->down ? down : twice > pace->most ? pace->most : twice;
    pace->turn = 0;
    pace->work[0] = pace->work[1] = pace->busy[0] = pace->busy[1] = 0.0;
}

void mlpi_pace_judge(mlpi_pace *pace, const mlpi_window *window)
{
    if (pace->rival > 0) {
        go_on_trying(pace, window);
        return;
    }
    pace->since += window->wall;
    const bool crowded = window->cpu < CROWDED * window->wall;
    if (pace->since >= pace->pause && (crowded || pace->threads < pace->most))
        begin_trial(pace);
}
