/* SPDX-License-Identifier: MIT */
/* The result of a training run: its metrics, and a model with its provenance. */
#include <math.h>
#include <string.h>

#include "model/model.h"
#include "options/options.h"
#include "train/run.h"

/* The metric that decides is computed on the deciding part alone. */
static void score_parts(mlp_trainer *run, mlpi_scorer *scorer, mlp_train_report *report)
{
    mlpi_scorer without = *scorer;
    without.criterion = NULL;
    scorer->answers = run->scorer.answers; /* for the validation rows only */
    scorer->network = run->data.network;
    const mlpi_scores scores = mlpi_scorer_part(scorer, mlpi_run_deciding(run));
    mlpi_scores training = scores;
    if (mlpi_run_has_validation(run)) {
        training = mlpi_scorer_part(&without, run->data.learning);
        report->validation_loss = scores.loss;
        report->validation_metric = scores.metric;
        report->validation_log_loss = scores.log_loss;
    }
    report->training_loss = training.loss;
    report->training_metric = training.metric;
    report->training_log_loss = training.log_loss;
    const mlpi_scores baseline =
        mlpi_scorer_baseline(scorer, run->data.learning, mlpi_run_deciding(run));
    report->baseline_metric = baseline.metric;
    report->baseline_log_loss = baseline.log_loss;
    run->weighted_log_loss[0] = scores.weighted_log_loss;
    run->weighted_log_loss[1] = baseline.weighted_log_loss;
    report->criterion = run->plan.metric;
    report->criterion_value = scorer->sign * scores.criterion;
    report->criterion_baseline = scorer->sign * baseline.criterion;
}

/* Evaluates the best weights in separate engines: the run's engine keeps its current weights. */
static mlp_status score_best(mlp_trainer *run, mlpi_ensemble *networks, mlp_train_report *report,
                             mlp_error *err)
{
    mlpi_scorer scorer;
    mlpi_batches *deciding = mlpi_run_deciding(run);
    mlp_status status = mlpi_scorer_init(&scorer, run->engine, &run->data.pipeline, &run->plan,
                                         deciding->rows, err);
    scorer.networks = networks;
    scorer.refines = false; /* the networks have their temperature already */
    scorer.proper = true;
    if (status == MLP_OK) {
        score_parts(run, &scorer, report);
        status = mlpi_scorer_check(&scorer, err);
    }
    mlpi_scorer_release(&scorer);
    return status;
}

static double effective_parameters(const mlp_trainer *run)
{
    const bool known = run->plan.method != NULL && run->plan.method->regularises;
    return known ? run->minimizer.number[MLPI_EFFECTIVE] : (double)NAN;
}

mlp_status mlpi_result_report(mlp_trainer *run, const mlpi_members *members,
                              mlp_train_report *report, mlp_error *err)
{
    const mlpi_prepared *d = &run->data;
    mlpi_ensemble *networks = NULL;
    memcpy(mlp_network_parameters(d->network), run->best_parameters,
           mlp_network_size(d->network) * sizeof *run->best_parameters);
    MLPI_TRY(mlpi_ensemble_create(members, run->options.threads, &networks, err));
    *report = (mlp_train_report){.reason = run->reason,
                                 .rows_training = d->training.rows,
                                 .rows_validation = d->validation.rows,
                                 .rows_skipped = d->split.skipped,
                                 .epochs = run->epoch,
                                 .best_epoch = run->best_epoch,
                                 .batch = run->batch,
                                 .restart = run->restart + 1,
                                 .seconds = mlpi_seconds() - run->started,
                                 .learning_rate = run->optimizer.settings.learning_rate,
                                 .validation_loss = (double)NAN,
                                 .validation_metric = (double)NAN,
                                 .validation_log_loss = (double)NAN,
                                 .folds = d->folds.folds,
                                 .parameters = mlpi_members_size(members),
                                 .effective_parameters = effective_parameters(run),
                                 .task = d->pipeline.task};
    memcpy(report->checkpoint_failure, run->unkept, sizeof report->checkpoint_failure);
    const mlp_status status = score_best(run, networks, report, err);
    mlpi_ensemble_free(networks);
    return status == MLP_OK ? mlpi_run_check(run, err) : status;
}

/* --- the model -------------------------------------------------------------------------------- */

/* Copies a text of the model: the command line and sentences that were cut may not be UTF-8. */
static char *copy(const char *text)
{
    return mlpi_utf8_copy(text);
}

static bool fill_ignored(const mlp_table *table, const mlpi_schema *schema, mlpi_provenance *p)
{
    p->ignored = mlpi_allocate(table->columns, sizeof *p->ignored);
    for (size_t c = 0; p->ignored != NULL && c < schema->columns; c++) {
        if (schema->column[c].role != MLPI_IGNORED)
            continue;
        mlpi_ignored *one = &p->ignored[p->ignored_count++];
        one->name = copy(table->names[c]);
        one->reason = copy(schema->column[c].reason);
        if (one->name == NULL || one->reason == NULL)
            return false;
    }
    return p->ignored != NULL;
}

/* Fills in the columns that divide the rows or hold their weights. */
static bool fill_rows(const mlp_trainer *run, mlpi_provenance *p)
{
    const size_t column = run->data.schema.weight;
    const bool weighed = column != MLPI_NO_COLUMN;
    p->validation = copy(run->data.division);
    p->class_weights = copy(run->options.class_weights);
    p->weight_column = weighed ? copy(run->table->names[column]) : NULL;
    return p->validation != NULL && p->class_weights != NULL &&
           (p->weight_column != NULL || !weighed);
}

static bool fill_options(const mlp_train_options *options, mlpi_provenance *p)
{
    const mlpi_option *option = NULL;
    size_t count = 0;
    while (mlpi_option_at(count) != NULL)
        count++;
    p->options = mlpi_allocate(count, sizeof *p->options);
    for (size_t i = 0; p->options != NULL && (option = mlpi_option_at(i)) != NULL; i++) {
        char text[MLPI_OPTION_TEXT_SIZE];
        if ((option->flags & MLPI_OPTION_RUN) != 0 || mlpi_option_is_list(option) ||
            mlpi_option_is_default(option, options))
            continue; /* lists concern columns, and the pipeline holds their effect */
        mlpi_kept_option *kept = &p->options[p->option_count++];
        kept->name = copy(option->shown.name);
        kept->value = copy(mlpi_option_text(option, options, text));
        if (kept->name == NULL || kept->value == NULL)
            return false;
    }
    return p->options != NULL;
}

/* Fills in the command and the findings of the diagnosis. */
static bool fill_told(const mlp_trainer *run, const mlp_train_report *report, mlpi_provenance *p)
{
    const char *command = run->options.command;
    p->command = command != NULL ? copy(command) : NULL;
    p->diagnosed = true;
    p->findings = mlpi_allocate(MLP_MOST_FINDINGS, sizeof *p->findings);
    for (size_t i = 0; p->findings != NULL && i < report->finding_count; i++) {
        const mlp_finding *f = &report->finding[i];
        mlpi_kept_finding *kept = &p->findings[p->finding_count++];
        *kept = (mlpi_kept_finding){.kind = copy(mlp_finding_name(f->kind)),
                                    .sentence = copy(f->sentence),
                                    .layer = f->layer,
                                    .value = f->value};
        if (kept->kind == NULL || kept->sentence == NULL)
            return false;
    }
    return p->findings != NULL && (p->command != NULL || command == NULL);
}

static mlp_status fill_provenance(const mlp_trainer *run, const mlp_train_report *report,
                                  mlpi_provenance *p, mlp_error *err)
{
    const mlp_table *table = run->table;
    *p = (mlpi_provenance){
        .version = copy(MLP_VERSION),
        .data = copy(table->source),
        .task_reason = copy(run->data.schema.task_reason),
        .optimizer = copy(run->plan.rule != NULL ? run->plan.rule->name : run->plan.method->name),
        .stop_reason = copy(mlp_stop_reason_name(report->reason)),
        .data_fingerprint = run->spent != NULL ? run->fingerprint : mlp_table_fingerprint(table),
        .seed = run->options.seed,
        .learning_rate = report->learning_rate,
        .momentum = run->options.momentum,
        .l2 = run->plan.l2,
        .validation_fraction = run->data.fraction,
        .batch = report->batch,
        .epochs = report->epochs,
        .best_epoch = report->best_epoch,
        .rows_training = report->rows_training,
        .rows_validation = report->rows_validation,
        .training_loss = report->training_loss,
        .validation_loss = report->validation_loss,
        .training_metric = report->training_metric,
        .validation_metric = report->validation_metric,
        .baseline_metric = report->baseline_metric,
        .calibration = run->calibration};
    const bool whole = p->version != NULL && p->data != NULL && p->task_reason != NULL &&
                       p->optimizer != NULL && p->stop_reason != NULL && fill_rows(run, p) &&
                       fill_options(&run->options, p) && fill_told(run, report, p) &&
                       fill_ignored(table, &run->data.schema, p);
    return whole ? MLP_OK : mlpi_fail_memory(err, "the model");
}

mlp_status mlpi_result_model(const mlp_trainer *run, const mlpi_members *members,
                             const mlp_train_report *report, mlp_model **model, mlp_error *err)
{
    mlpi_provenance provenance = {0};
    const mlp_status status = fill_provenance(run, report, &provenance, err);
    if (status != MLP_OK) {
        mlpi_provenance_release(&provenance);
        return status;
    }
    return mlpi_model_assemble(members, &run->data.pipeline, &run->conformal, &run->decision,
                               &run->table->options, &provenance, model, err);
}
