/* SPDX-License-Identifier: MIT */
/* Plans and trains one student. */
#include "shrink/shrink.h"

mlp_status mlpi_student_plan(const mlpi_lesson *lesson, const char *hidden,
                             mlp_train_options *options, mlpi_plan *plan, mlp_error *err)
{
    const mlpi_prepared *d = &lesson->common.data;
    mlpi_coding coding;
    options->hidden = hidden;
    options->notice = NULL;
    MLPI_TRY(mlpi_plan_check(options, plan, err));
    MLPI_TRY(mlpi_plan_output(plan, d->pipeline.task, d->pipeline.label_count, &coding, err));
    mlpi_prepare_decide(plan, options, d);
    return MLP_OK;
}

/* Trains to the end. The model names the caller's table, not the one that was made from it. */
static mlp_status finish(const mlpi_lesson *lesson, mlp_trainer *run, mlp_model **model,
                         mlp_train_report *report, mlp_error *err)
{
    while (mlp_trainer_step(run, NULL))
        continue;
    MLPI_TRY(mlpi_run_check(run, err));
    run->table = lesson->table;
    return mlp_trainer_model(run, model, report, err);
}

mlp_status mlpi_student_train(const mlpi_lesson *lesson, const char *hidden,
                              const mlp_train_options *options, size_t number, mlp_model **model,
                              mlp_train_report *report, mlp_error *err)
{
    mlp_train_options own = *options;
    mlpi_common common = lesson->common; /* a copy, which gets its own plan */
    mlp_trainer *run = NULL;
    MLPI_TRY(mlpi_student_plan(lesson, hidden, &own, &common.plan, err));
    mlp_status status = mlpi_run_create_part(&common, 0, &own, number, &run, err);
    if (status == MLP_OK)
        status = finish(lesson, run, model, report, err);
    mlp_trainer_free(run);
    return status;
}
