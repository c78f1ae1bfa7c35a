/* SPDX-License-Identifier: MIT */
/* Long work that can be stopped early. */
#include "threads/watch.h"

#include "base/base.h"

static const double BETWEEN = 0.1; /* seconds between two calls of `working` */

void mlpi_watch_begin(mlpi_watch *watch, double operations)
{
    watch->done = 0.0;
    watch->total = operations;
    watch->asked = mlpi_seconds();
}

bool mlpi_watch_is_stopped(const mlpi_watch *watch)
{
    return watch->stop != NULL && atomic_load(watch->stop) != 0;
}

bool mlpi_watch_over(const mlpi_watch *watch)
{
    return watch != NULL && (watch->left || mlpi_watch_is_stopped(watch) ||
                             (watch->until > 0.0 && mlpi_seconds() >= watch->until));
}

bool mlpi_watch_advance(mlpi_watch *watch, double operations)
{
    if (watch == NULL)
        return false;
    watch->done += operations;
    const double now = watch->working != NULL ? mlpi_seconds() : 0.0;
    if (watch->working != NULL && !watch->left && now - watch->asked >= BETWEEN) {
        const double share = watch->total > 0.0 ? watch->done / watch->total : 1.0;
        watch->asked = now;
        watch->left = !watch->working(share < 1.0 ? share : 1.0, watch->context);
    }
    return mlpi_watch_over(watch);
}
