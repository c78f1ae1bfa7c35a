/* SPDX-License-Identifier: MIT */
/* mlp_train: a run to its end, or several from different first weights, of which the best is kept.
 */
#include <string.h>

#include "mlp/output.h"
#include "train/run.h"

static mlp_status run_to_end(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                             const mlp_train_options *options, size_t restart, mlp_trainer **run,
                             mlp_error *err)
{
    mlp_train_options own = *options;
    if (restart > 0)
        own.notice = NULL; /* what is said of the data was said */
    MLPI_TRY(mlpi_run_create(table, spent, validation, &own, restart, run, err));
    while (mlp_trainer_step(*run, NULL))
        continue;
    return mlpi_run_check(*run, err);
}

static void tell(const mlp_train_options *options, const mlp_trainer *run, bool best)
{
    char figure[32];
    if (options->restarts < 2)
        return;
    const bool evidence = mlpi_run_by_evidence(run);
    mlp_number_text(evidence || run->plan.larger_is_better ? -run->best : run->best, figure);
    mlpi_notice(options, "Restart %zu of %zu: %s %s%s.", run->restart + 1, options->restarts,
                evidence ? "log evidence" : options->metric, figure,
                best ? ", the best so far" : "");
}

/* *best is the caller's to free in any case. */
static mlp_status run_all(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                          const mlp_train_options *options, mlp_trainer **best, mlp_error *err)
{
    char unkept[sizeof(*best)->unkept] = "";
    bool interrupted = false;
    for (size_t r = 0; r == 0 || (r < options->restarts && !interrupted); r++) {
        mlp_trainer *run = NULL;
        const mlp_status status = run_to_end(table, options->restarts < 2 ? spent : NULL,
                                             validation, options, r, &run, err);
        if (status != MLP_OK) {
            mlp_trainer_free(run);
            return status;
        }
        if (run->unkept[0] != '\0')
            memcpy(unkept, run->unkept, sizeof unkept);
        interrupted = run->reason == MLP_STOP_INTERRUPTED;
        const bool better = *best == NULL || run->best < (*best)->best;
        tell(options, run, better);
        mlp_trainer *worse = better ? *best : run;
        if (better)
            *best = run;
        mlp_trainer_free(worse);
    }
    memcpy((*best)->unkept, unkept, sizeof unkept); /* whichever run it was */
    if (interrupted)
        (*best)->reason = MLP_STOP_INTERRUPTED;
    return MLP_OK;
}

static mlp_status train(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                        const mlp_train_options *options, mlp_model **model,
                        mlp_train_report *report, mlp_error *err)
{
    mlp_trainer *best = NULL;
    mlp_train_report made;
    mlp_status status = run_all(table, spent, validation, options, &best, err);
    if (status == MLP_OK)
        status = mlp_trainer_model(best, model, &made, err);
    if (status == MLP_OK) {
        for (size_t i = 0; i < made.finding_count; i++)
            mlpi_notice(options, "%s", made.finding[i].sentence);
        if (report != NULL)
            *report = made;
    }
    mlp_trainer_free(best);
    return status;
}

mlp_status mlp_train(const mlp_table *table, const mlp_table *validation,
                     const mlp_train_options *options, mlp_model **model, mlp_train_report *report,
                     mlp_error *err)
{
    return train(table, NULL, validation, options, model, report, err);
}

mlp_status mlp_train_spending(mlp_table *table, const mlp_table *validation,
                              const mlp_train_options *options, mlp_model **model,
                              mlp_train_report *report, mlp_error *err)
{
    return train(table, table, validation, options, model, report, err);
}
