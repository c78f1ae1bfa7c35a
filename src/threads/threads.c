/* SPDX-License-Identifier: MIT */
/* Sections with their own threads, errands, and locks. */
#include "threads/threads.h"

#include <pthread.h>
#include <time.h>

#include "base/base.h"

void mlpi_parallel(int threads, size_t count, mlpi_task task, void *context)
{
    const int useful = count < (size_t)threads ? (int)count : threads;
    mlpi_team *team = useful > 1 ? mlpi_team_create(useful, 0.0) : NULL;
    if (team != NULL)
        mlpi_team_run(team, useful, count, task, context);
    for (size_t i = 0; team == NULL && i < count; i++)
        task(context, i, 0);
    mlpi_team_free(team);
}

struct mlpi_errand {
    pthread_t thread;
    void (*task)(void *context);
    void *context;
};

static void *run_errand(void *context)
{
    const mlpi_errand *errand = context;
    errand->task(errand->context);
    return NULL;
}

mlpi_errand *mlpi_errand_begin(void (*task)(void *context), void *context)
{
    mlpi_errand *errand = mlpi_allocate(1, sizeof *errand);
    if (errand == NULL)
        return NULL;
    *errand = (mlpi_errand){.task = task, .context = context};
    if (pthread_create(&errand->thread, NULL, run_errand, errand) == 0)
        return errand;
    mlpi_free(errand);
    return NULL;
}

void mlpi_errand_end(mlpi_errand *errand)
{
    if (errand != NULL)
        pthread_join(errand->thread, NULL);
    mlpi_free(errand);
}

struct mlpi_lock {
    pthread_mutex_t held;
};

mlpi_lock *mlpi_lock_create(void)
{
    mlpi_lock *lock = mlpi_allocate(1, sizeof *lock);
    if (lock != NULL && pthread_mutex_init(&lock->held, NULL) != 0) {
        mlpi_free(lock);
        return NULL;
    }
    return lock;
}

void mlpi_lock_free(mlpi_lock *lock)
{
    if (lock != NULL)
        pthread_mutex_destroy(&lock->held);
    mlpi_free(lock);
}

void mlpi_exclusively(mlpi_lock *lock, void (*task)(void *context), void *context)
{
    pthread_mutex_lock(&lock->held);
    task(context);
    pthread_mutex_unlock(&lock->held);
}
