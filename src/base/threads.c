/* SPDX-License-Identifier: MIT */
/* Threads, on OpenMP. Callers cut work by problem size only, so that results do not depend on how
 * many threads share it. */
#include "base/base.h"
#include "mlp/common.h"

#include <omp.h>
#include <time.h>

int mlpi_threads(int wish)
{
    if (wish > 0)
        return wish;
    const int cores = omp_get_num_procs();
    return cores > 0 ? cores : 1;
}

int mlp_threads(int wish)
{
    return mlpi_threads(wish);
}

void mlpi_parallel(int threads, size_t count, void (*task)(void *context, size_t i, int thread),
                   void *context)
{
    if (threads <= 1 || count <= 1) {
        for (size_t i = 0; i < count; i++)
            task(context, i, 0);
        return;
    }
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (size_t i = 0; i < count; i++)
        task(context, i, omp_get_thread_num());
}

struct mlpi_lock {
    omp_lock_t held;
};

mlpi_lock *mlpi_lock_create(void)
{
    mlpi_lock *lock = mlpi_allocate(1, sizeof *lock);
    if (lock != NULL)
        omp_init_lock(&lock->held);
    return lock;
}

void mlpi_lock_free(mlpi_lock *lock)
{
    if (lock != NULL)
        omp_destroy_lock(&lock->held);
    mlpi_free(lock);
}

void mlpi_exclusively(mlpi_lock *lock, void (*task)(void *context), void *context)
{
    omp_set_lock(&lock->held);
    task(context);
    omp_unset_lock(&lock->held);
}

double mlpi_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
