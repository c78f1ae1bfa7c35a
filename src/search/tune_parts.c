/* SPDX-License-Identifier: MIT */
/* Which rows a tuning run trains on, evaluates on and never sees; and single training runs. */
#include <math.h>
#include <string.h>

#include "divide/split.h"
#include "search/tuner.h"
#include "train/prepare.h"

enum { FEWEST_ROWS = 40 };

/* --- rows held out ---------------------------------------------------------------------------- */

/* Divides rows as training does: by group, by time, or at random. */
static mlp_status split(const mlp_table *table, const mlpi_schema *schema, double fraction,
                        uint64_t seed, mlpi_split *made, mlp_error *err)
{
    size_t first = 0;
    if (fraction > 0.0 && schema->group != MLPI_NO_COLUMN)
        return mlpi_split_groups(table, schema, fraction, seed, made, err);
    if (fraction > 0.0 && schema->time != MLPI_NO_COLUMN)
        return mlpi_split_time(table, schema, fraction, made, &first, err);
    return mlpi_split_rows(table, schema, fraction, seed, made, err);
}

static mlp_status take_split(mlpi_tuner *t, const mlpi_schema *schema, const mlpi_split *s,
                             mlp_error *err)
{
    mlpi_rows rows;
    if (s->validation_count == 0)
        return mlpi_part_table(t->table, s->training, s->training_count, &t->whole.training, err);
    MLPI_TRY(mlpi_rows_collect(t->table, schema, MLPI_NO_COLUMN, &rows, err));
    const mlp_status status = mlpi_part_make(t->table, &rows, s->training, s->training_count,
                                             s->validation, s->validation_count, &t->whole, err);
    mlpi_rows_release(&rows);
    return status;
}

/* Holds out the rows that the file declares to be test rows. */
static mlp_status take_parts(mlpi_tuner *t, mlp_error *err)
{
    const unsigned test = MLPI_PART_BIT(MLP_PART_TEST);
    MLPI_TRY(mlpi_table_select(t->table, ~test, "training", &t->whole.training, err));
    if (t->options->holdout > 0.0)
        MLPI_TRY(mlpi_table_select(t->table, test, "test", &t->whole.tested, err));
    t->whole.evaluated = t->whole.tested;
    return MLP_OK;
}

static mlp_status hold_out(mlpi_tuner *t, const mlpi_schema *schema, mlp_error *err)
{
    mlpi_split made;
    if (mlp_table_part_rows(t->table, MLP_PART_TEST) > 0)
        return take_parts(t, err);
    MLPI_TRY(split(t->table, schema, t->options->holdout, t->base.seed, &made, err));
    const mlp_status status = take_split(t, schema, &made, err);
    mlpi_split_release(&made);
    return status;
}

/* --- what trials are evaluated on ------------------------------------------------------------- */

static mlp_status take_folds(mlpi_tuner *t, const mlpi_schema *schema, const mlpi_rows *rows,
                             mlp_error *err)
{
    const mlp_table *table = t->whole.training;
    mlpi_folds folds;
    MLPI_TRY(mlpi_folds_make(table, schema, schema->group, MLPI_TUNE_FOLDS, MLPI_TUNE_REPEATS,
                             t->base.seed, &folds, err));
    mlp_status status = MLP_OK;
    for (size_t p = 0; status == MLP_OK && p < t->stages[MLPI_TUNE_STAGES - 1].end; p++)
        status = mlpi_part_of_fold(table, rows, &folds, p / MLPI_TUNE_FOLDS, p % MLPI_TUNE_FOLDS,
                                   NULL, &t->parts[p], err);
    mlpi_folds_release(&folds);
    return status;
}

/* With a time column there is one part to evaluate on: the last rows. */
static mlp_status take_last(mlpi_tuner *t, const mlpi_schema *schema, const mlpi_rows *rows,
                            mlp_error *err)
{
    mlpi_split s;
    MLPI_TRY(split(t->whole.training, schema, 1.0 / MLPI_TUNE_FOLDS, t->base.seed, &s, err));
    const mlp_status status = mlpi_part_make(t->whole.training, rows, s.training, s.training_count,
                                             s.validation, s.validation_count, &t->parts[0], err);
    mlpi_split_release(&s);
    return status;
}

/* With many rows, one fold is enough; with few rows, all folds are needed. Each of the first three
 * stages costs about the same, since only a third of the trials advances. */
static const mlpi_stage few_rows[MLPI_TUNE_STAGES] = {
    {1, 0, 1}, {2, 0, 2}, {2, 0, MLPI_TUNE_FOLDS}, {2, MLPI_TUNE_FOLDS, MLPI_TUNE_PARTS}};
static const mlpi_stage many_rows[MLPI_TUNE_STAGES] = {
    {0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {2, 1, MLPI_TUNE_FOLDS}};
static const mlpi_stage in_time[MLPI_TUNE_STAGES] = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {2, 0, 1}};
enum { MANY_ROWS = 10000 };

/* Takes the metric that the user names, else one that shows every improvement and does not depend
 * on the loss with which a trial trains. */
static void choose_metric(mlpi_tuner *t, mlp_task task)
{
    const char *asked = t->base.metric;
    t->task = task;
    t->sign = 1.0;
    t->metric = strcmp(asked, "loss") != 0        ? asked
                : task == MLP_TASK_CLASSIFICATION ? "log_loss"
                                                  : "rmse";
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++)
        if (strcmp(mlp_metric_name(i), t->metric) == 0 && mlp_metric_larger_is_better(i))
            t->sign = -1.0;
}

static mlp_status divide(mlpi_tuner *t, const mlpi_schema *schema, mlp_error *err)
{
    mlpi_rows rows;
    mlpi_leaks leaks;
    mlpi_kin kin;
    const bool by_time = schema->time != MLPI_NO_COLUMN;
    mlpi_tell_columns(t->table, schema, &t->base);
    choose_metric(t, schema->task);
    MLPI_TRY(hold_out(t, schema, err));
    MLPI_TRY(mlpi_rows_collect(t->whole.training, schema, MLPI_NO_COLUMN, &rows, err));
    mlp_status status = MLP_OK;
    t->rows = rows.count;
    t->bracket = rows.count < MANY_ROWS ? MLPI_TUNE_BRACKET : MLPI_TUNE_BRACKET / 3;
    t->stages = by_time ? in_time : rows.count < MANY_ROWS ? few_rows : many_rows;
    if (rows.count < FEWEST_ROWS)
        status = mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_source(t->table), 0, 0,
                              "%zu rows are too few to tune on; at least %d are needed", rows.count,
                              FEWEST_ROWS);
    else
        status =
            mlpi_tell_leaks(t->whole.training, schema, rows.row, rows.count, &t->base, &leaks, err);
    if (status == MLP_OK && !by_time && schema->group == MLPI_NO_COLUMN)
        status =
            mlpi_tell_kin(t->whole.training, schema, rows.row, rows.count, &t->base, &kin, err);
    if (status == MLP_OK)
        status = (by_time ? take_last : take_folds)(t, schema, &rows, err);
    mlpi_rows_release(&rows);
    return status;
}

mlp_status mlpi_tuner_divide(mlpi_tuner *t, mlp_error *err)
{
    mlpi_schema schema;
    MLPI_TRY(mlpi_prepare_schema(t->table, &t->base, &schema, err));
    const mlp_status status = divide(t, &schema, err);
    mlpi_schema_release(&schema);
    return status;
}

void mlpi_tuner_divide_release(mlpi_tuner *t)
{
    for (size_t p = 0; p < MLPI_TUNE_PARTS; p++)
        mlpi_part_release(&t->parts[p]);
    mlpi_part_release(&t->whole);
}

/* --- one training run ------------------------------------------------------------------------- */

static const size_t shares[MLPI_TUNE_LEVELS] = {9, 3, 1}; /* divisors of the number of epochs */

typedef struct watch {
    const mlpi_tuner *tuner;
    size_t share;
    bool cut;
} watch;

static bool go_on(const mlp_progress *now, void *context)
{
    watch *w = context;
    w->cut = mlpi_tuner_over(w->tuner);
    return !w->cut && now->epoch * w->share < now->epochs;
}

static bool go_on_within(double share, void *context)
{
    watch *w = context;
    (void)share;
    w->cut = mlpi_tuner_over(w->tuner);
    return !w->cut;
}

mlp_status mlpi_tuner_train(const mlpi_tuner *tuner, const mlp_table *table,
                            const mlp_train_options *options, size_t level, mlp_model **model,
                            size_t *epochs, bool *cut, mlp_error *err)
{
    watch w = {.tuner = tuner, .share = shares[level]};
    mlp_train_options o = *options;
    mlp_train_report report;
    o.quality = "fast";
    o.threads = 1;
    o.progress = go_on;
    o.working = go_on_within;
    o.notice = NULL;
    o.context = &w;
    o.checkpoint = NULL;
    o.job = NULL;
    o.command = NULL;
    o.ranks = (mlp_ranks){0};
    o.resume = false;
    o.stop = tuner->base.stop;
    const mlp_status status = mlp_train(table, NULL, &o, model, &report, err);
    *cut = w.cut || (o.stop != NULL && atomic_load(o.stop) != 0);
    if (status == MLP_OK && *cut)
        mlp_model_free(*model);
    if (status == MLP_OK)
        *epochs = report.epochs;
    return *cut ? MLP_OK : status;
}
