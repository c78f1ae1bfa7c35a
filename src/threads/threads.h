/* SPDX-License-Identifier: MIT */
/* The library's threads. Callers cut work by its size only, so that results do not depend on the
 * number of threads. */
#ifndef MLPI_THREADS_H
#define MLPI_THREADS_H

#include <stdbool.h>
#include <stddef.h>

/** The number of threads to use, at least 1: `wish`, or, if `wish` is 0, the number of cores that
 * this process may use. */
int mlpi_threads(int wish);

/** Does the i-th piece of some work. `thread` is the number of the thread that calls the task, and
 * selects its scratch memory. */
typedef void (*mlpi_task)(void *context, size_t i, int thread);

/** Runs task(context, i, thread) for i = 0..count-1 on `threads` threads, which are made for this
 * call: for pieces that take milliseconds. The pieces are handed out in the order of i; thread =
 * 0..threads-1. Returns when all pieces are done. If threads cannot be made, the existing threads
 * do the work. */
void mlpi_parallel(int threads, size_t count, mlpi_task task, void *context);

/* --- teams (threads/team.c) ------------------------------------------------------------------- */

/** The calling thread and helpers that live as long as the team, for frequent work in pieces of
 * microseconds. A team belongs to one object and serves one caller at a time. */
typedef struct mlpi_team mlpi_team;

/** Makes a team of `threads` >= 1 threads, which share work of `worth` operations or more. Helpers
 * are made when they are first needed. NULL: out of memory. */
mlpi_team *mlpi_team_create(int threads, double worth);
void mlpi_team_free(mlpi_team *team);
/** How many threads, at least 1, should share the sections between this call and the next one;
 * these sections together do `work` operations. The number falls for a while if other programs need
 * the cores and sharing does not pay. */
int mlpi_team_share(mlpi_team *team, double work);
/** Runs a section: like mlpi_parallel, on at most `threads` threads of the team. Must not be called
 * from inside a section of the same team. */
void mlpi_team_run(mlpi_team *team, int threads, size_t count, mlpi_task task, void *context);

/* --- errands (threads/threads.c) -------------------------------------------------------------- */

/** A task that runs on its own thread while the caller does something else. */
typedef struct mlpi_errand mlpi_errand;
/** Begins an errand. NULL: no thread can be made, and nothing has been done. */
mlpi_errand *mlpi_errand_begin(void (*task)(void *context), void *context);
/** Waits until the task is done, and frees the errand. NULL is allowed. */
void mlpi_errand_end(mlpi_errand *errand);

/* --- locks (threads/threads.c) ---------------------------------------------------------------- */

/** A lock for data that threads share. */
typedef struct mlpi_lock mlpi_lock;
/** NULL: out of memory. */
mlpi_lock *mlpi_lock_create(void);
void mlpi_lock_free(mlpi_lock *lock);
/** Runs task(context) while no other thread runs a task under this lock. */
void mlpi_exclusively(mlpi_lock *lock, void (*task)(void *context), void *context);

#endif
