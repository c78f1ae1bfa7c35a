/* SPDX-License-Identifier: MIT */
/* Members: every network trains on the same rows, with its own initial weights and row order; the
 * model averages all networks. */
#include "runs/members.h"

#include "runs/crew.h"

/* Whether network i is better than all before it. */
static bool is_best_so_far(const mlpi_crew *crew, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (crew->run[j].network != NULL && !(crew->run[i].criterion < crew->run[j].criterion))
            return false;
    return true;
}

static void tell(const mlpi_crew *crew, size_t i)
{
    const mlpi_outcome_of_run *one = &crew->run[i];
    char metric[MLPI_SCORE_SIZE];
    const char *what = crew->options->restarts > 1 ? "Restart" : "Network";
    if (crew->count == 1)
        return;
    if (one->network != NULL)
        mlpi_notice(crew->options, "%s %zu of %zu: %s%s.", what, i + 1, crew->count,
                    mlpi_run_score(crew->best, one->criterion, metric),
                    is_best_so_far(crew, i) ? ", the best so far" : "");
    else if (one->reason == MLP_STOP_DIVERGED)
        mlpi_notice(crew->options, "%s %zu of %zu diverged and is left out.", what, i + 1,
                    crew->count);
}

mlp_status mlpi_train_members(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                              const mlp_train_options *options, mlp_model **model,
                              mlp_train_report *report, mlp_error *err)
{
    mlpi_crew crew = {.options = options, .tell = tell};
    mlpi_members members = {0};
    if (options->restarts > 1)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`restarts` keeps the best network, but `members` keeps all; give only one");
    mlp_status status = mlpi_crew_prepare(&crew, table, spent, validation, err);
    if (status == MLP_OK)
        status = mlpi_crew_train(&crew, 1, err);
    if (status == MLP_OK)
        status = mlpi_crew_gather(&crew, &members, err);
    if (status == MLP_OK && model != NULL)
        status = mlpi_run_model(mlpi_crew_speaker(&crew), &members, model, report, err);
    mlpi_members_release(&members);
    mlpi_crew_release(&crew);
    return status;
}

mlp_status mlpi_train_restarts(const mlp_table *table, mlp_table *spent,
                               const mlp_table *validation, const mlp_train_options *options,
                               mlp_model **model, mlp_train_report *report, mlp_error *err)
{
    mlpi_crew crew = {.options = options, .tell = tell};
    mlp_status status = mlpi_crew_prepare(&crew, table, spent, validation, err);
    if (status == MLP_OK)
        status = mlpi_crew_train(&crew, 1, err);
    if (status == MLP_OK)
        status = mlpi_crew_check(&crew, err);
    if (status == MLP_OK && model != NULL)
        status = mlp_trainer_model(mlpi_crew_speaker(&crew), model, report, err);
    mlpi_crew_release(&crew);
    return status;
}
