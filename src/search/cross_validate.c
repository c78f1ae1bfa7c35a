/* SPDX-License-Identifier: MIT */
/* Each fold is a separate training run on one thread; folds run in parallel. The result of a fold
 * does not depend on the others. */
#include "search/cross_validate.h"

#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "jobs/job.h"
#include "mlp/job.h"
#include "schema/times.h"
#include "search/part.h"
#include "threads/threads.h"
#include "train/prepare.h"

mlp_cross_validation_options mlpi_cross_validation_options_default(void)
{
    return (mlp_cross_validation_options){.folds = 5, .repeats = 1};
}

static const mlpi_setting list[] = {
    {"folds", MLPI_SETTING_COUNT, offsetof(mlp_cross_validation_options, folds)},
    {"repeats", MLPI_SETTING_COUNT, offsetof(mlp_cross_validation_options, repeats)},
};
static const mlpi_settings settings = {"cross-validation", sizeof(mlp_cross_validation_options),
                                       list, sizeof list / sizeof list[0]};
MLPI_SETTINGS_FUNCTIONS(mlp_cross_validation_options, &settings,
                        mlpi_cross_validation_options_default())

void mlp_cross_validation_options_set_training(mlp_cross_validation_options *options,
                                               const mlp_train_options *training)
{
    options->train = training;
}

void mlp_cross_validation_options_listen(mlp_cross_validation_options *options, mlp_on_fold folded,
                                         void *context)
{
    options->folded = folded;
    options->context = context;
}

/* --- one fold --------------------------------------------------------------------------------- */

typedef struct folding {
    const mlp_cross_validation_options *options;
    mlp_train_options train;
    const mlp_table *table; /* without test rows */
    const size_t *number;   /* numbers of the rows in the user's table; NULL: the same */
    mlpi_rows rows;
    mlpi_folds folds;
    mlpi_share share; /* of the rows that a fold may train on */
    mlp_cross_validation *result;
    mlp_status *status; /* of each fold */
    mlp_error *err;
    mlpi_lock *lock;
    size_t done;
    mlpi_part_in_job *job; /* NULL: there is none */
} folding;

static mlp_train_options options_of(const folding *j)
{
    mlp_train_options o = j->train;
    if (strcmp(o.quality, "auto") == 0) /* folds try recipes only on request */
        o.quality = "fast";
    o.threads = 1;
    o.checkpoint = NULL;
    if (o.job != NULL)
        o.command = NULL; /* a cell must be the same whichever worker makes it */
    o.job = NULL;
    o.ranks = (mlp_ranks){0};
    o.resume = false;
    o.notice = NULL;
    return o;
}

static mlp_status name_rows(const folding *j, mlp_fold *f, mlp_error *err)
{
    const uint32_t *tested = mlpi_folds_test(&j->folds, f->repeat, f->fold, &f->count);
    f->row = mlpi_allocate(f->count, sizeof *f->row);
    if (f->row == NULL)
        return mlpi_fail_memory(err, "the rows of a fold");
    for (size_t i = 0; i < f->count; i++)
        f->row[i] = j->number != NULL ? j->number[tested[i]] : tested[i];
    return MLP_OK;
}

/* The rows that a fold trains on, and those that it is evaluated on. */
static mlp_status part_of(const folding *j, const mlp_fold *f, mlpi_part *part, mlp_error *err)
{
    return mlpi_part_of_fold(j->table, &j->rows, &j->folds, f->repeat, f->fold, &j->share, part,
                             err);
}

static mlp_status train(const folding *j, const mlpi_part *part, mlp_fold *f, mlp_error *err)
{
    const mlp_train_options o = options_of(j);
    mlp_train_report report;
    MLPI_TRY(mlp_train(part->training, NULL, &o, &f->model, &report, err));
    f->rows_training = report.rows_training;
    f->rows_validation = report.rows_validation;
    f->epochs = report.epochs;
    return report.reason != MLP_STOP_INTERRUPTED
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_INTERRUPTED, "interrupted before all folds were done");
}

static mlp_status evaluate(const folding *j, const mlpi_part *part, mlp_fold *f, mlp_error *err)
{
    MLPI_TRY(name_rows(j, f, err));
    MLPI_TRY(mlp_model_predict(f->model, part->tested, 1, &f->predicted, err));
    return mlp_evaluate(f->model, part->evaluated, 1, &f->figures, err);
}

typedef struct folded {
    folding *of;
    const mlp_fold *fold;
} folded;

static void tell(void *context)
{
    const folded *f = context;
    const mlp_cross_validation_options *o = f->of->options;
    f->of->done++;
    if (o->folded != NULL)
        o->folded(f->fold, f->of->done, f->of->result->count, o->context);
}

static void begin(const folding *j, size_t i)
{
    j->result->folds[i] =
        (mlp_fold){.repeat = i / j->options->folds, .fold = i % j->options->folds};
}

static mlp_status fold(const folding *j, mlp_fold *f, mlp_error *err)
{
    mlpi_part part;
    MLPI_TRY(part_of(j, f, &part, err));
    mlp_status status = train(j, &part, f, err);
    if (status == MLP_OK)
        status = evaluate(j, &part, f, err);
    mlpi_part_release(&part);
    return status;
}

static void run_fold(void *context, size_t i, int thread)
{
    folding *j = context;
    mlp_fold *f = &j->result->folds[i];
    (void)thread;
    j->status[i] = fold(j, f, &j->err[i]);
    if (j->status[i] == MLP_OK)
        mlpi_exclusively(j->lock, tell, &(folded){j, f});
}

/* --- a fold that is a cell of a job ----------------------------------------------------------- */

enum { COUNTS = 3 }; /* numbers of 64 bits before the model */

/* Packs the result of a training run: numbers of training rows, validation rows and epochs, and the
 * model file. */
static mlp_status pack(const mlp_fold *f, mlpi_result *made, mlp_error *err)
{
    const uint64_t counts[COUNTS] = {f->rows_training, f->rows_validation, f->epochs};
    unsigned char *model = NULL;
    size_t size = 0;
    MLPI_TRY(mlp_model_save_memory(f->model, &model, &size, err));
    made->bytes = realloc(model, size + sizeof counts);
    if (made->bytes == NULL) {
        free(model);
        return mlpi_fail_memory(err, "a fold");
    }
    memmove(made->bytes + sizeof counts, made->bytes, size);
    memcpy(made->bytes, counts, sizeof counts);
    made->size = size + sizeof counts;
    return MLP_OK;
}

static mlp_status unpack(const mlpi_result *found, mlp_fold *f, mlp_error *err)
{
    uint64_t counts[COUNTS];
    if (found->size < sizeof counts)
        return mlpi_fail(
            err, MLP_ERROR_MODEL,
            "a fold in the folder of the job is damaged; begin again with another `job`");
    memcpy(counts, found->bytes, sizeof counts);
    f->rows_training = (size_t)counts[0];
    f->rows_validation = (size_t)counts[1];
    f->epochs = (size_t)counts[2];
    return mlp_model_load_memory(found->bytes + sizeof counts, found->size - sizeof counts,
                                 "a fold of the job", &f->model, err);
}

static mlp_status make_cell(void *context, size_t i, mlpi_result *made, mlp_error *err)
{
    const folding *j = context;
    mlp_fold f = j->result->folds[i];
    mlpi_part part;
    MLPI_TRY(part_of(j, &f, &part, err));
    mlp_status status = train(j, &part, &f, err);
    if (status == MLP_OK)
        status = pack(&f, made, err);
    mlpi_part_release(&part);
    mlp_model_free(f.model);
    return status;
}

static mlp_status take_cell(void *context, size_t i, const mlpi_result *found, mlp_error *err)
{
    folding *j = context;
    mlp_fold *f = &j->result->folds[i];
    mlpi_part part;
    MLPI_TRY(unpack(found, f, err));
    MLPI_TRY(part_of(j, f, &part, err));
    const mlp_status status = evaluate(j, &part, f, err);
    mlpi_part_release(&part);
    if (status == MLP_OK)
        mlpi_exclusively(j->lock, tell, &(folded){j, f});
    return status;
}

static mlp_status share_cells(folding *j, mlpi_job *job, mlp_error *err)
{
    size_t *number = mlpi_allocate(j->result->count, sizeof *number);
    if (number == NULL)
        return mlpi_fail_memory(err, "the folds");
    for (size_t i = 0; i < j->result->count; i++)
        number[i] = i;
    const mlpi_share_of_job share = {.job = job,
                                     .set = mlpi_job_set_named(job, "folds"),
                                     .number = number,
                                     .count = j->result->count,
                                     .threads = mlpi_threads(j->train.threads),
                                     .stop = j->train.stop,
                                     .make = make_cell,
                                     .take = take_cell,
                                     .context = j};
    mlp_status status = mlpi_job_begin(job, err);
    if (status == MLP_OK)
        status = mlpi_job_share(&share, err);
    mlpi_free(number);
    return status;
}

static mlp_status share_folds(folding *j, mlp_error *err)
{
    char work[80];
    mlpi_job *job = NULL;
    snprintf(work, sizeof work, "cross-validate, %zu folds, %zu repeats", j->options->folds,
             j->options->repeats);
    MLPI_TRY(mlpi_job_open(j->table, NULL, &j->train, work, j->job->purpose, &job, err));
    const mlp_status status = share_cells(j, job, err);
    j->job->lacks = mlpi_job_lacked(job);
    mlpi_job_close(job);
    return status;
}

/* --- all folds -------------------------------------------------------------------------------- */

/* Runs the folds in parallel; on failure, reports the error of the first fold that failed. */
static mlp_status run_alone(folding *j, mlp_error *err)
{
    const size_t count = j->result->count;
    mlp_status status = MLP_OK;
    j->status = mlpi_allocate(count, sizeof *j->status);
    j->err = mlpi_allocate(count, sizeof *j->err);
    if (j->status == NULL || j->err == NULL)
        status = mlpi_fail_memory(err, "the folds");
    else
        mlpi_parallel(mlpi_threads(j->train.threads), count, run_fold, j);
    for (size_t i = 0; i < count && status == MLP_OK; i++) {
        status = j->status[i];
        if (status != MLP_OK && err != NULL)
            *err = j->err[i];
    }
    mlpi_free(j->status);
    mlpi_free(j->err);
    return status;
}

static mlp_status run_folds(folding *j, mlp_error *err)
{
    const size_t count = j->options->folds * j->options->repeats;
    j->result->folds = mlpi_allocate(count, sizeof *j->result->folds);
    j->lock = mlpi_lock_create();
    mlp_status status = MLP_OK;
    if (j->result->folds == NULL || j->lock == NULL)
        status = mlpi_fail_memory(err, "the folds");
    else
        j->result->count = count;
    for (size_t i = 0; i < j->result->count; i++)
        begin(j, i);
    if (status == MLP_OK)
        status = (j->job != NULL ? share_folds : run_alone)(j, err);
    mlpi_lock_free(j->lock);
    return status;
}

static mlp_status divide_and_run(folding *j, mlp_error *err)
{
    const mlp_cross_validation_options *o = j->options;
    mlpi_schema schema;
    mlpi_leaks leaks;
    mlpi_kin kin;
    MLPI_TRY(mlpi_prepare_schema(j->table, &j->train, &schema, err));
    j->result->task = schema.task;
    j->share.schema = &schema;
    j->share.seed = j->train.seed;
    mlpi_tell_columns(j->table, &schema, &j->train);
    mlp_status status = MLP_OK;
    if (schema.time != MLPI_NO_COLUMN)
        status = mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "`validation-time`: folds would predict the past from the future; "
                           "training with `validation-time` validates on the last rows");
    if (status == MLP_OK)
        status = mlpi_rows_collect(j->table, &schema, MLPI_NO_COLUMN, &j->rows, err);
    if (status == MLP_OK)
        status =
            mlpi_tell_leaks(j->table, &schema, j->rows.row, j->rows.count, &j->train, &leaks, err);
    if (status == MLP_OK && schema.group == MLPI_NO_COLUMN)
        status = mlpi_tell_kin(j->table, &schema, j->rows.row, j->rows.count, &j->train, &kin, err);
    if (status == MLP_OK)
        status = mlpi_folds_make(j->table, &schema, schema.group, o->folds, o->repeats,
                                 j->train.seed, &j->folds, err);
    if (status == MLP_OK)
        status = run_folds(j, err);
    mlpi_folds_release(&j->folds);
    mlpi_rows_release(&j->rows);
    mlpi_schema_release(&schema);
    return status;
}

/* Makes a table without the test rows; `number`: the numbers of its rows in the user's table. */
static mlp_status leave_test_out(const mlp_table *table, mlp_table **rest, size_t **number,
                                 mlp_error *err)
{
    size_t count = 0;
    *number = mlpi_allocate(mlp_table_rows(table), sizeof **number);
    if (*number == NULL)
        return mlpi_fail_memory(err, "the rows");
    for (size_t r = 0; r < mlp_table_rows(table); r++)
        if (mlp_table_part(table, r) != MLP_PART_TEST)
            (*number)[count++] = r;
    return mlpi_times_subset(table, *number, count, rest, err);
}

/* `job` NULL: there is none. */
static mlp_status cross_validate(const mlp_table *table,
                                 const mlp_cross_validation_options *options, size_t parts,
                                 size_t taken, mlpi_part_in_job *job, mlp_cross_validation *result,
                                 mlp_error *err)
{
    mlp_cross_validation made = {0};
    mlp_table *rest = NULL;
    size_t *number = NULL;
    mlp_status status = MLP_OK;
    if (mlp_table_part_rows(table, MLP_PART_TEST) > 0)
        status = leave_test_out(table, &rest, &number, err);
    const mlp_cross_validation_options defaults = mlpi_cross_validation_options_default();
    const mlp_cross_validation_options *o = options != NULL ? options : &defaults;
    folding j = {.options = o,
                 .train = mlpi_options_or_default(o->train),
                 .table = rest != NULL ? rest : table,
                 .number = number,
                 .share = {.parts = parts, .taken = taken},
                 .job = job,
                 .result = &made};
    if (status == MLP_OK)
        status = divide_and_run(&j, err);
    mlp_table_free(rest);
    mlpi_free(number);
    if (status == MLP_OK)
        *result = made;
    else
        mlp_cross_validation_release(&made);
    return status;
}

mlp_status mlpi_cross_validate_share(const mlp_table *table,
                                     const mlp_cross_validation_options *options, size_t parts,
                                     size_t taken, mlp_cross_validation *result, mlp_error *err)
{
    return cross_validate(table, options, parts, taken, NULL, result, err);
}

mlp_status mlp_cross_validate(const mlp_table *table, const mlp_cross_validation_options *options,
                              mlp_cross_validation *result, mlp_error *err)
{
    mlpi_part_in_job work = {.purpose = MLPI_JOB_WORK};
    const bool shared = options != NULL && mlpi_options_have_job(options->train);
    return cross_validate(table, options, 1, 1, shared ? &work : NULL, result, err);
}

/* --- jobs ------------------------------------------------------------------------------------- */

static mlp_status share(const mlp_table *table, const mlp_cross_validation_options *options,
                        mlpi_part_in_job *job, mlp_cross_validation *result, mlp_error *err)
{
    if (options == NULL || !mlpi_options_have_job(options->train))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "the folder of the job is missing; give `job`");
    return cross_validate(table, options, 1, 1, job, result, err);
}

mlp_status mlp_job_merge_folds(const mlp_table *table, const mlp_cross_validation_options *options,
                               mlp_cross_validation *result, mlp_error *err)
{
    mlpi_part_in_job merge = {.purpose = MLPI_JOB_MERGE};
    return share(table, options, &merge, result, err);
}

mlp_status mlp_job_part_folds(const mlp_table *table, const mlp_cross_validation_options *options,
                              bool *finished, mlp_error *err)
{
    mlpi_part_in_job part = {.purpose = MLPI_JOB_PART};
    mlp_cross_validation made = {0};
    const mlp_status status = share(table, options, &part, &made, err);
    mlp_cross_validation_release(&made);
    *finished = status == MLP_OK;
    return part.lacks ? MLP_OK : status;
}

void mlp_cross_validation_release(mlp_cross_validation *result)
{
    for (size_t i = 0; i < result->count; i++) {
        mlp_fold *f = &result->folds[i];
        mlpi_free(f->row);
        mlp_model_free(f->model);
        mlp_predictions_release(&f->predicted);
        mlp_evaluation_release(&f->figures);
    }
    mlpi_free(result->folds);
    *result = (mlp_cross_validation){0};
}
