/* SPDX-License-Identifier: MIT */
/* The moments of an update rule, handed from one run to the next. */
#include <string.h>

#include "train/run.h"

size_t mlp_trainer_moments_size(const mlp_trainer *run)
{
    return run->objective != NULL ? 0 : run->optimizer.rule->slots * run->optimizer.n;
}

uint64_t mlp_trainer_moments(const mlp_trainer *run, float *moments)
{
    const mlpi_optimizer *o = &run->optimizer;
    if (run->objective != NULL)
        return 0;
    for (size_t s = 0; s < o->rule->slots; s++)
        memcpy(moments + s * o->n, o->slots[s], o->n * sizeof *moments);
    return o->before + o->time;
}

mlp_status mlp_trainer_set_moments(mlp_trainer *run, const float *moments, uint64_t steps,
                                   mlp_error *err)
{
    mlpi_optimizer *o = &run->optimizer;
    if (run->objective != NULL || run->epoch > 0 || run->checkpoint != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "moments can be set only for an update rule, before the first epoch and "
                         "without `checkpoint`; make a new trainer for them");
    for (size_t s = 0; s < o->rule->slots; s++)
        memcpy(o->slots[s], moments + s * o->n, o->n * sizeof *moments);
    o->before = steps;
    if (mlpi_optimizer_valid(o))
        return MLP_OK;
    for (size_t s = 0; s < o->rule->slots; s++)
        memset(o->slots[s], 0, o->n * sizeof *moments);
    o->before = 0;
    return mlpi_fail(err, MLP_ERROR_DATA,
                     "moments of the optimizer %s must be finite, and means of squares not "
                     "negative; train without those of a run that diverged",
                     o->rule->name);
}
