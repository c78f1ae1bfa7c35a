/* SPDX-License-Identifier: MIT */
/* A tuning run that several workers share: the folder of its job, and cells in that folder. */
#include <inttypes.h>

#include "base/base.h"
#include "search/tuner.h"
#include "threads/threads.h"

static mlp_status check(const mlp_tune_options *o, mlp_error *err)
{
    if (o->seconds > 0.0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`time` would end the search of a `job` at a point that depends on this "
                         "computer; give `trials`");
    if (o->journal != NULL)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "a `job` keeps every training run without a `journal`; leave out `journal`");
    return MLP_OK;
}

mlp_status mlpi_tuner_open_job(mlpi_tuner *t, mlp_error *err)
{
    char work[80];
    if (!mlpi_options_have_job(&t->base))
        return MLP_OK;
    MLPI_TRY(check(t->options, err));
    snprintf(work, sizeof work, "tune %016" PRIx64 ", %zu trials", mlpi_tuner_identity(t),
             t->options->trials);
    MLPI_TRY(mlpi_job_open(t->table, NULL, &t->base, work, t->purpose, &t->job, err));
    return mlpi_job_begin(t->job, err);
}

mlp_status mlpi_tuner_share(mlpi_tuner *t, const char *name, const size_t *number, size_t count,
                            mlpi_make_result *make, mlpi_take_result *take, void *context,
                            mlp_error *err)
{
    const mlpi_share_of_job share = {.job = t->job,
                                     .set = mlpi_job_set_named(t->job, name),
                                     .number = number,
                                     .count = count,
                                     .threads = mlpi_threads(t->base.threads),
                                     .stop = t->base.stop,
                                     .make = make,
                                     .take = take,
                                     .context = context};
    return mlpi_job_share(&share, err);
}
