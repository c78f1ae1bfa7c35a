/* SPDX-License-Identifier: MIT */
/* Permutation importance: the rows are encoded once; then, for one column after another, the inputs
 * of the column are shuffled in place, the rows are evaluated, and the inputs are put back. Every
 * shuffle has a stream of random numbers of its own. */
#include "model/importance.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "base/settings.h"
#include "evaluate/metric_sums.h"
#include "model/model.h"
#include "model/ranking.h"

mlp_importance_options mlpi_importance_options_default(void)
{
    return (mlp_importance_options){.repeats = 5, .seed = 1};
}

static const mlpi_setting list[] = {
    {"metric", MLPI_SETTING_TEXT, offsetof(mlp_importance_options, metric)},
    {"target", MLPI_SETTING_TEXT, offsetof(mlp_importance_options, target)},
    {"repeats", MLPI_SETTING_COUNT, offsetof(mlp_importance_options, repeats)},
    {"rows", MLPI_SETTING_COUNT, offsetof(mlp_importance_options, rows)},
    {"columns", MLPI_SETTING_COUNT, offsetof(mlp_importance_options, columns)},
    {"seed", MLPI_SETTING_SEED, offsetof(mlp_importance_options, seed)},
    {"threads", MLPI_SETTING_THREADS, offsetof(mlp_importance_options, threads)},
};
static const mlpi_settings settings = {"importance", sizeof(mlp_importance_options), list,
                                       sizeof list / sizeof list[0]};
MLPI_SETTINGS_FUNCTIONS(mlp_importance_options, &settings, mlpi_importance_options_default())

mlp_importance_options mlpi_importance_bounded(const mlp_model *model)
{
    enum { MOST_ROWS = 20000, LEAST_ROWS = 200, LEAST_COLUMNS = 25 };
    const double usual = 2e10, most = 1e11; /* multiply-adds in all */
    mlp_importance_options options = mlpi_importance_options_default();
    const double shuffle =
        (double)options.repeats * ((double)mlpi_members_size(&model->members) + 1000.0);
    const double rows = usual / (shuffle * (double)model->pipeline.feature_count);
    options.rows = (size_t)fmin(fmax(rows, LEAST_ROWS), MOST_ROWS);
    options.columns = (size_t)fmax(most / (shuffle * (double)options.rows), LEAST_COLUMNS);
    return options;
}

#define ALL_TARGETS SIZE_MAX

typedef struct shuffling {
    const mlp_model *model;
    const mlp_table *table;
    mlp_importance_options options;
    size_t metric, target; /* target: ALL_TARGETS if there is only one, or for the mean over all */
    mlp_encoded encoded;
    uint32_t *order; /* a permutation of the rows */
    float *saved;    /* the inputs of one column; room for the widest: rows x inputs */
    bool *kept;      /* for each column: whether it is shuffled */
} shuffling;

/* One thread for small evaluations: there are hundreds of them, and threads would cost more than
 * they save. */
static int threads_of(const shuffling *work)
{
    const double weights = (double)mlp_network_size(mlp_model_network(work->model));
    return (double)work->encoded.rows * weights < 5e7 ? 1 : work->options.threads;
}

/* Reduces the outcomes to one target. The losses are dropped, since they cover all targets. */
static void keep_target(mlp_outcomes *o, size_t target)
{
    for (size_t r = 0; r < o->rows; r++) {
        const size_t at = r * o->width + target;
        o->values[r] = o->values[at];
        o->truth[r] = o->truth[at];
        for (size_t q = 0; q < o->levels; q++)
            o->quantile[r * o->levels + q] = o->quantile[at * o->levels + q];
    }
    o->width = 1;
    mlpi_free(o->loss);
    o->loss = NULL;
}

/* The metric of the encoded rows in their present state. */
static mlp_status evaluate(const shuffling *work, double *metric, mlp_error *err)
{
    mlp_outcomes outcomes;
    MLPI_TRY(
        mlp_model_outcomes_encoded(work->model, &work->encoded, threads_of(work), &outcomes, err));
    if (work->target != ALL_TARGETS)
        keep_target(&outcomes, work->target);
    *metric = (double)NAN;
    const mlp_status status = mlpi_metric_of(
        &outcomes, mlpi_pipeline_looked_for(&work->model->pipeline), work->metric, metric, err);
    mlp_outcomes_release(&outcomes);
    return status;
}

/* Gives row r the column's inputs of row order[r], which are kept in `saved`. */
static void put(const shuffling *work, const mlpi_feature *feature)
{
    const size_t inputs = work->encoded.inputs, width = feature->width;
    for (size_t r = 0; r < work->encoded.rows; r++)
        memcpy(work->encoded.x + r * inputs + feature->first, work->saved + work->order[r] * width,
               width * sizeof *work->saved);
}

static void save(const shuffling *work, const mlpi_feature *feature)
{
    const size_t inputs = work->encoded.inputs, width = feature->width;
    for (size_t r = 0; r < work->encoded.rows; r++)
        memcpy(work->saved + r * width, work->encoded.x + r * inputs + feature->first,
               width * sizeof *work->saved);
}

static void in_order(const shuffling *work)
{
    for (size_t r = 0; r < work->encoded.rows; r++)
        work->order[r] = (uint32_t)r;
}

static mlp_status evaluate_column(const shuffling *work, size_t c, double metric,
                                  mlp_column_importance *column, mlp_error *err)
{
    const mlpi_feature *feature = &work->model->pipeline.features[c];
    const double sign = mlp_metric_larger_is_better(work->metric) ? -1.0 : 1.0;
    const size_t repeats = work->options.repeats;
    double sum = 0.0, squares = 0.0, first = 0.0;
    save(work, feature);
    for (size_t i = 0; i < repeats; i++) {
        double shuffled = 0.0;
        mlpi_random random =
            mlpi_random_init(work->options.seed, MLPI_STREAM_PERMUTATIONS + c * repeats + i);
        in_order(work);
        mlpi_random_shuffle(&random, work->order, work->encoded.rows);
        put(work, feature);
        MLPI_TRY(evaluate(work, &shuffled, err));
        const double worse = sign * (shuffled - metric);
        first = i == 0 ? worse : first; /* subtracted so that the sums keep their digits */
        sum += worse - first;
        squares += (worse - first) * (worse - first);
    }
    in_order(work);
    put(work, feature);
    const double n = (double)repeats, variance = squares / n - sum / n * (sum / n);
    *column = (mlp_column_importance){first + sum / n, variance > 0.0 ? sqrt(variance) : 0.0};
    return MLP_OK;
}

/* --- options, rows and memory ----------------------------------------------------------------- */

static mlp_status find_target(const mlp_model *model, const char *name, size_t *target,
                              mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    size_t t = 0;
    while (t < p->target_count && strcmp(p->targets[t].name, name) != 0)
        t++;
    if (t == p->target_count)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the model has no target \"%s\"; its first is \"%s\"", name,
                         p->targets[0].name);
    *target = p->target_count > 1 ? t : ALL_TARGETS;
    return MLP_OK;
}

static mlp_status check_options(const mlp_model *model, shuffling *work, mlp_error *err)
{
    const bool classes = model->pipeline.task == MLP_TASK_CLASSIFICATION;
    if (work->options.metric == NULL)
        work->options.metric = classes ? "log_loss" : "rmse";
    work->metric = mlp_metric_find(work->options.metric);
    if (work->metric == MLP_METRICS)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "there is no metric %s; use one that evaluation computes, such as accuracy or rmse",
            work->options.metric);
    if (work->options.repeats == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "importance needs 1 repeat or more, not 0");
    work->target = ALL_TARGETS;
    return work->options.target == NULL
               ? MLP_OK
               : find_target(model, work->options.target, &work->target, err);
}

/* Encodes all rows, or as many as the options allow, spread evenly over the table. */
static mlp_status encode(shuffling *work, mlp_error *err)
{
    const mlp_table *table = work->table;
    const size_t all = mlp_table_rows(table);
    const size_t rows =
        work->options.rows > 0 && work->options.rows < all ? work->options.rows : all;
    if (rows == all)
        return mlp_model_encode(work->model, table, true, &work->encoded, err);
    uint32_t *index = mlpi_allocate(rows, sizeof *index);
    if (index == NULL)
        return mlpi_fail_memory(err, "the importance");
    for (size_t i = 0; i < rows; i++)
        index[i] = (uint32_t)mlpi_spread(i, rows, all);
    const mlp_status status =
        mlpi_pipeline_apply(&work->model->pipeline, table, index, rows, true, &work->encoded, err);
    mlpi_free(index);
    return status;
}

static mlp_status make_room(shuffling *work, mlp_importance *made, mlp_error *err)
{
    const mlpi_pipeline *p = &work->model->pipeline;
    size_t widest = 1, floats = 0;
    for (size_t c = 0; c < p->feature_count; c++)
        widest = p->features[c].width > widest ? p->features[c].width : widest;
    made->columns = mlpi_allocate(p->feature_count, sizeof *made->columns);
    work->kept = mlpi_allocate(p->feature_count, sizeof *work->kept);
    work->order = mlpi_allocate(work->encoded.rows, sizeof *work->order);
    if (mlpi_multiply(work->encoded.rows, widest, &floats))
        work->saved = mlpi_allocate(floats, sizeof *work->saved);
    return made->columns != NULL && work->kept != NULL && work->order != NULL && work->saved != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "the importance");
}

/* Fails for rows that have no metric even before a shuffle; the message names the cause. */
static mlp_status no_figure(const shuffling *work, const char *metric, mlp_error *err)
{
    mlp_outcomes outcomes;
    MLPI_TRY(mlp_model_outcomes(work->model, work->table, threads_of(work), &outcomes, err));
    const mlp_status status = mlpi_need_predictions(&outcomes, work->table, err);
    mlp_outcomes_release(&outcomes);
    if (status != MLP_OK)
        return status;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "%s is not defined for these rows and this task; use another metric", metric);
}

static mlp_status evaluate_columns(shuffling *work, mlp_importance *made, mlp_error *err)
{
    MLPI_TRY(make_room(work, made, err));
    MLPI_TRY(evaluate(work, &made->figure, err));
    if (isnan(made->figure))
        return no_figure(work, made->metric, err);
    MLPI_TRY(mlpi_screen_columns(work->model, &work->encoded, made->shuffled, work->kept, err));
    for (size_t c = 0; c < made->count; c++) {
        made->columns[c] = (mlp_column_importance){(double)NAN, (double)NAN};
        if (work->kept[c])
            MLPI_TRY(evaluate_column(work, c, made->figure, &made->columns[c], err));
    }
    return MLP_OK;
}

mlp_status mlp_model_importance(const mlp_model *model, const mlp_table *table,
                                const mlp_importance_options *options, mlp_importance *importance,
                                mlp_error *err)
{
    shuffling work = {.model = model,
                      .table = table,
                      .options = options != NULL ? *options : mlpi_importance_options_default()};
    MLPI_TRY(check_options(model, &work, err));
    MLPI_TRY(encode(&work, err));
    const size_t most = work.options.columns, count = model->pipeline.feature_count;
    mlp_importance made = {.metric = mlp_metric_name(work.metric),
                           .rows = work.encoded.rows,
                           .repeats = work.options.repeats,
                           .shuffled = most > 0 && most < count ? most : count,
                           .count = count};
    const mlp_status status = evaluate_columns(&work, &made, err);
    if (status == MLP_OK)
        *importance = made;
    else
        mlp_importance_release(&made);
    mlpi_free(work.kept);
    mlpi_free(work.order);
    mlpi_free(work.saved);
    mlp_encoded_release(&work.encoded);
    return status;
}

void mlp_importance_release(mlp_importance *importance)
{
    mlpi_free(importance->columns);
    *importance = (mlp_importance){0};
}
