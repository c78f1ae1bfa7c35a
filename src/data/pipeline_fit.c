/* SPDX-License-Identifier: MIT */
/* Fitting the pipeline: scales, categories and labels from the training rows, and from nothing
 * else. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/threads.h"
#include "data/distinct.h"
#include "data/pipeline.h"
#include "mlp/output.h"

enum { MANY_ROWS = 4096 }; /* for which threads are worth making */

/* --- scales ----------------------------------------------------------------------------------- */

typedef struct moments {
    double mean, scale;
    size_t missing;
    bool overflow; /* the values are too large to be added and squared */
} moments;

/* A sum over the rows: of numbers, or of the squares of their distances from `mean`. */
typedef struct total {
    double sum;
    size_t numbers, missing;
} total;

static void add(total *t, double value, const double *mean)
{
    if (isnan(value)) {
        t->missing++;
        return;
    }
    t->sum += mean != NULL ? (value - *mean) * (value - *mean) : value;
    t->numbers++;
}

/* Of columns that share a scale, row by row. */
static total add_up(const mlp_table *table, size_t first, size_t columns, const uint32_t *rows,
                    size_t count, const double *mean)
{
    total t = {0};
    mlpi_run run = {.cursor = {.table = table}, .column = first};
    for (size_t i = 0; columns == 1 && i < count; i++)
        add(&t, mlpi_run_number(&run, rows[i]), mean);
    for (size_t i = 0; columns > 1 && i < count; i++)
        for (size_t c = first; c < first + columns; c++) {
            double value = (double)NAN;
            mlpi_cursor_number(&run.cursor, rows[i], c, &value);
            add(&t, value, mean);
        }
    return t;
}

/* Mean and population standard deviation over the rows, in two passes; scale 1 where there is no
 * spread. */
static moments measure(const mlp_table *table, size_t first, size_t columns, const uint32_t *rows,
                       size_t count)
{
    const total values = add_up(table, first, columns, rows, count, NULL);
    moments m = {.missing = values.missing};
    m.mean = values.numbers > 0 ? values.sum / (double)values.numbers : 0.0;
    const total squares = add_up(table, first, columns, rows, count, &m.mean);
    m.scale = values.numbers > 0 ? sqrt(squares.sum / (double)values.numbers) : 1.0;
    m.overflow = !isfinite(m.mean) || !isfinite(m.scale);
    /* Rounding leaves a constant column with a spread of the order of its last digit. */
    if (!(m.scale > 1e-12 * fabs(m.mean)) || m.overflow)
        m.scale = 1.0;
    return m;
}

/* Names the largest value, by which the moments overflow. */
static mlp_status too_large(const mlp_table *table, size_t column, const uint32_t *rows,
                            size_t count, mlp_error *err)
{
    size_t largest = rows[0];
    double most = -1.0, value = 0.0;
    mlpi_cursor cursor = {.table = table};
    char text[64];
    for (size_t i = 0; i < count; i++)
        if (mlpi_cursor_number(&cursor, rows[i], column, &value) == MLPI_CELL_NUMBER &&
            fabs(value) > most) {
            most = fabs(value);
            largest = rows[i];
        }
    mlp_table_cell(table, largest, column, text, sizeof text);
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, mlp_table_line(table, largest),
                        column + 1,
                        "column \"%s\": \"%s\" is so large that the spread of the column "
                        "overflows; correct it, or list it with --missing %s",
                        table->names[column], text, text);
}

/* --- features --------------------------------------------------------------------------------- */

static char **copy_texts(const mlpi_distinct *distinct)
{
    char **texts = mlpi_allocate(distinct->count, sizeof *texts);
    for (size_t i = 0; texts != NULL && i < distinct->count; i++) {
        texts[i] = mlpi_copy_text(distinct->texts[i].text, distinct->texts[i].length);
        if (texts[i] == NULL) {
            for (size_t j = 0; j < i; j++)
                free(texts[j]);
            mlpi_free(texts);
            return NULL;
        }
    }
    return texts;
}

static mlp_status fit_categories(const mlp_table *table, size_t column, const uint32_t *rows,
                                 size_t count, mlpi_feature *feature, mlp_error *err)
{
    mlpi_distinct distinct;
    MLPI_TRY(mlpi_distinct_collect(table, column, rows, count, false, &distinct, err));
    feature->categories = copy_texts(&distinct);
    feature->category_count = feature->categories != NULL ? distinct.count : 0;
    mlpi_distinct_release(&distinct);
    if (feature->categories == NULL)
        return mlpi_fail_memory(err, "the categories");
    mlpi_cursor cursor = {.table = table};
    for (size_t i = 0; i < count && !feature->missing_indicator; i++)
        feature->missing_indicator = mlpi_cursor_is_missing(&cursor, rows[i], column);
    return MLP_OK;
}

typedef struct fit_job {
    const mlp_table *table;
    const uint32_t *rows;
    size_t count;
    const moments *pixels;
    mlpi_feature *features; /* whose position and kind are there */
    mlp_status *done;
} fit_job;

static mlp_status fit_feature(const fit_job *job, mlpi_feature *feature, mlp_error *err)
{
    const mlp_table *table = job->table;
    const size_t column = feature->position;
    const char *name = table->names[column];
    feature->name = mlpi_copy_text(name, strlen(name));
    if (feature->name == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    if (feature->kind == MLPI_CATEGORICAL) {
        MLPI_TRY(fit_categories(table, column, job->rows, job->count, feature, err));
        feature->width = feature->category_count + (feature->missing_indicator ? 1 : 0);
        return MLP_OK;
    }
    /* Pixels share one scale: a pixel that is dark in nearly all images must not be blown up. */
    const moments m =
        column < table->pixels ? *job->pixels : measure(table, column, 1, job->rows, job->count);
    if (m.overflow)
        return too_large(table, column, job->rows, job->count, err);
    feature->mean = m.mean;
    feature->scale = m.scale;
    feature->missing_indicator = m.missing > 0;
    feature->width = feature->missing_indicator ? 2 : 1;
    return MLP_OK;
}

static void fit_task(void *context, size_t i, int thread)
{
    const fit_job *job = context;
    (void)thread;
    job->done[i] = fit_feature(job, &job->features[i], NULL);
}

/* Each feature is fitted by one thread. The first that cannot be is the one that is told of. */
static mlp_status fit_all(fit_job *job, size_t features, mlp_error *err)
{
    mlp_status status = MLP_OK;
    job->done = mlpi_allocate(features, sizeof *job->done);
    if (job->done == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    mlpi_parallel(job->count >= MANY_ROWS ? mlpi_threads(0) : 1, features, fit_task, job);
    for (size_t i = 0; status == MLP_OK && i < features; i++) {
        mlpi_feature *feature = &job->features[i];
        if (job->done[i] == MLP_OK)
            continue;
        mlpi_feature_release(feature);
        status = fit_feature(job, feature, err);
    }
    mlpi_free(job->done);
    return status;
}

static mlp_status fit_features(const mlp_table *table, const mlpi_schema *schema,
                               const uint32_t *rows, size_t count, mlpi_pipeline *pipeline,
                               mlp_error *err)
{
    const moments shared =
        table->pixels > 0 ? measure(table, 0, table->pixels, rows, count) : (moments){0};
    pipeline->features = mlpi_allocate(table->columns, sizeof *pipeline->features);
    if (pipeline->features == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    for (size_t c = 0; c < table->columns; c++)
        if (schema->column[c].role == MLPI_INPUT)
            pipeline->features[pipeline->feature_count++] =
                (mlpi_feature){.position = c, .kind = schema->column[c].kind, .scale = 1.0};
    fit_job job = {table, rows, count, &shared, pipeline->features, NULL};
    MLPI_TRY(fit_all(&job, pipeline->feature_count, err));
    for (size_t i = 0; i < pipeline->feature_count; i++) {
        pipeline->features[i].first = pipeline->inputs;
        pipeline->inputs += pipeline->features[i].width;
    }
    if (pipeline->inputs == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "the training rows hold no value in any input column");
    return MLP_OK;
}

/* --- targets ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const char *const first = *(char *const *)a, *const second = *(char *const *)b;
    double x = 0.0, y = 0.0;
    if (mlp_number_parse(first, strlen(first), &x) &&
        mlp_number_parse(second, strlen(second), &y) && x != y)
        return x < y ? -1 : 1;
    return strcmp(first, second);
}

static bool all_numbers(char **texts, size_t count)
{
    double value = 0.0;
    for (size_t i = 0; i < count; i++)
        if (!mlp_number_parse(texts[i], strlen(texts[i]), &value))
            return false;
    return true;
}

static mlp_status fit_labels(const mlp_table *table, size_t column, const uint32_t *rows,
                             size_t count, mlpi_pipeline *pipeline, mlp_error *err)
{
    mlpi_distinct distinct;
    MLPI_TRY(mlpi_distinct_collect(table, column, rows, count, true, &distinct, err));
    pipeline->labels = copy_texts(&distinct);
    pipeline->label_count = pipeline->labels != NULL ? distinct.count : 0;
    mlpi_distinct_release(&distinct);
    if (pipeline->labels == NULL)
        return mlpi_fail_memory(err, "the labels");
    if (all_numbers(pipeline->labels, pipeline->label_count))
        qsort(pipeline->labels, pipeline->label_count, sizeof *pipeline->labels, by_number);
    return MLP_OK;
}

static mlp_status fit_targets(const mlp_table *table, const mlpi_schema *schema,
                              const uint32_t *rows, size_t count, mlpi_pipeline *pipeline,
                              mlp_error *err)
{
    pipeline->targets = mlpi_allocate(schema->target_count, sizeof *pipeline->targets);
    if (pipeline->targets == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    for (size_t i = 0; i < schema->target_count; i++) {
        const size_t column = schema->targets[i];
        const char *name = table->names[column];
        mlpi_target *target = &pipeline->targets[pipeline->target_count++];
        *target = (mlpi_target){.position = column, .scale = 1.0};
        target->name = mlpi_copy_text(name, strlen(name));
        if (target->name == NULL)
            return mlpi_fail_memory(err, "the pipeline");
        if (schema->task == MLP_TASK_REGRESSION && !pipeline->coding.counts) {
            const moments m = measure(table, column, 1, rows, count);
            if (m.overflow)
                return too_large(table, column, rows, count, err);
            target->mean = m.mean;
            target->scale = m.scale;
        }
    }
    return MLP_OK;
}

static mlp_status fit(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                      size_t row_count, const uint32_t *label_rows, size_t label_row_count,
                      mlpi_pipeline *pipeline, mlp_error *err)
{
    MLPI_TRY(fit_features(table, schema, rows, row_count, pipeline, err));
    MLPI_TRY(fit_targets(table, schema, rows, row_count, pipeline, err));
    if (schema->task == MLP_TASK_CLASSIFICATION)
        MLPI_TRY(fit_labels(table, schema->targets[0], label_rows, label_row_count, pipeline, err));
    if (pipeline->label_count != 2)
        pipeline->coding.single_output = false;
    pipeline->outputs = mlpi_pipeline_outputs(pipeline);
    return MLP_OK;
}

mlp_status mlpi_pipeline_fit(const mlp_table *table, const mlpi_schema *schema,
                             const uint32_t *rows, size_t row_count, const uint32_t *label_rows,
                             size_t label_row_count, const mlpi_coding *coding,
                             mlpi_pipeline *pipeline, mlp_error *err)
{
    mlpi_pipeline made = {
        .task = schema->task, .by_position = !table->has_header, .coding = *coding};
    const mlp_status status =
        fit(table, schema, rows, row_count, label_rows, label_row_count, &made, err);
    if (status == MLP_OK)
        *pipeline = made;
    else
        mlpi_pipeline_release(&made);
    return status;
}
