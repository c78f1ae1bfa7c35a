/* SPDX-License-Identifier: MIT */
/* Threads of our own. Callers cut work by its size only, so that results do not depend on how many
 * threads share it. */
#ifndef MLPI_THREADS_H
#define MLPI_THREADS_H

#include <stdbool.h>
#include <stddef.h>

/** The number of threads to use for a wish (0: all cores this process may use); at least 1. */
int mlpi_threads(int wish);

/** A piece of work: the i-th, by a thread that tells which scratch to use. */
typedef void (*mlpi_task)(void *context, size_t i, int thread);

/** Runs task(context, i, thread) for i = 0..count-1 on `threads` threads, which are made for it:
 * for pieces that take milliseconds. i is handed out in order, thread = 0..threads-1. Returns when
 * all are done. Where threads cannot be made, those that are there do the work. */
void mlpi_parallel(int threads, size_t count, mlpi_task task, void *context);

/* --- teams (threads/team.c) ---------------------------------------------------------------------- */

/** The thread that calls and helpers that stay, for work that comes again and again in pieces of
 * microseconds. A team belongs to one object and serves one caller at a time. */
typedef struct mlpi_team mlpi_team;

/** A team of `threads` >= 1, which begins to work together where some work is `worth` operations or
 * more. Helpers are made when they are first needed. NULL: out of memory. */
mlpi_team *mlpi_team_create(int threads, double worth);
void mlpi_team_free(mlpi_team *team);
/** How many threads should share the sections that follow, until the next question, which together
 * are `work` operations: at least 1. Where others need the cores and sharing does not pay, it is 1
 * for a while. */
int mlpi_team_share(mlpi_team *team, double work);
/** A section: as mlpi_parallel, by at most `threads` of the team. Not from inside a section of the
 * same team. */
void mlpi_team_run(mlpi_team *team, int threads, size_t count, mlpi_task task, void *context);

/* --- errands (threads/threads.c) ----------------------------------------------------------------- */

/** A task that a thread of its own does while its caller does something else. */
typedef struct mlpi_errand mlpi_errand;
/** NULL: there is no thread for it, and nothing was done. */
mlpi_errand *mlpi_errand_begin(void (*task)(void *context), void *context);
/** Waits until it is done. NULL is allowed. */
void mlpi_errand_end(mlpi_errand *errand);

/* --- locks (threads/threads.c) ------------------------------------------------------------------- */

/** A lock for what threads share; NULL: out of memory. */
typedef struct mlpi_lock mlpi_lock;
mlpi_lock *mlpi_lock_create(void);
void mlpi_lock_free(mlpi_lock *lock);
/** Runs task(context) while no other thread runs one under this lock. */
void mlpi_exclusively(mlpi_lock *lock, void (*task)(void *context), void *context);

#endif
