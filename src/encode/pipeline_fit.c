/* SPDX-License-Identifier: MIT */
/* Fitting the pipeline: scales, categories and labels from the training rows, and from nothing
 * else. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/threads.h"
#include "data/times.h"
#include "encode/pipeline.h"
#include "mlp/output.h"

enum { MANY_ROWS = 4096 }; /* for which threads are worth making */

/* --- columns of numbers ----------------------------------------------------------------------- */

enum { RUN = 256 };

static void add_column(const mlp_table *table, size_t column, const uint32_t *rows, size_t count,
                       mlpi_numbers *numbers)
{
    mlpi_run run = {.cursor = {.table = table}, .column = column};
    double values[RUN];
    for (size_t first = 0; first < count; first += RUN) {
        const size_t wide = count - first < RUN ? count - first : RUN;
        for (size_t i = 0; i < wide; i++)
            values[i] = mlpi_run_number(&run, rows[first + i]);
        mlpi_numbers_add(numbers, values, wide);
    }
}

/* Columns that share a scale, row by row. */
static void add_columns(const mlp_table *table, size_t first, size_t columns, const uint32_t *rows,
                        size_t count, mlpi_numbers *numbers)
{
    mlpi_cursor cursor = {.table = table};
    for (size_t i = 0; i < count; i++)
        for (size_t c = first; c < first + columns; c++) {
            double value = (double)NAN;
            mlpi_cursor_number(&cursor, rows[i], c, &value);
            mlpi_numbers_add(numbers, &value, 1);
        }
}

static mlpi_numbers measure(const mlp_table *table, size_t first, size_t columns,
                            const uint32_t *rows, size_t count)
{
    mlpi_numbers numbers = {0};
    for (int pass = 0; pass < 2; pass++) {
        if (columns == 1)
            add_column(table, first, rows, count, &numbers);
        else
            add_columns(table, first, columns, rows, count, &numbers);
        mlpi_numbers_end_pass(&numbers);
    }
    return numbers;
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
                        "overflows; correct it, or list it with `missing` %s",
                        table->names[column], text, text);
}

/* --- features --------------------------------------------------------------------------------- */

static mlp_status fit_texts(const mlp_table *table, size_t column, const uint32_t *rows,
                            size_t count, mlpi_feature *feature, mlp_error *err)
{
    mlpi_distinct distinct;
    mlpi_cursor cursor = {.table = table};
    feature->transform = &mlpi_one_hot;
    for (size_t i = 0; i < count && !feature->missing_indicator; i++)
        feature->missing_indicator = mlpi_cursor_is_missing(&cursor, rows[i], column);
    MLPI_TRY(mlpi_distinct_collect(table, column, rows, count, false, &distinct, err));
    const mlpi_facts facts = {.texts = &distinct};
    const mlp_status status = feature->transform->fit(&facts, &feature->fitted, err);
    mlpi_distinct_release(&distinct);
    return status;
}

/* The time, and each part of it. */
static mlp_status fit_times(const mlp_table *table, mlpi_date_style style, const uint32_t *rows,
                            size_t count, mlpi_feature *feature, mlp_error *err)
{
    mlpi_numbers time = {0}, parts[MLPI_DATE_PARTS] = {0};
    mlpi_cursor cursor = {.table = table};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            const double seconds = mlpi_times_cell(&cursor, rows[i], feature->position, style);
            mlpi_numbers_add(&time, &seconds, 1);
            for (int p = 0; p < MLPI_DATE_PARTS && !isnan(seconds); p++) {
                const double part = mlpi_date_part_of(seconds, (mlpi_date_part)p);
                mlpi_numbers_add(&parts[p], &part, 1);
            }
        }
        mlpi_numbers_end_pass(&time);
        for (int p = 0; p < MLPI_DATE_PARTS; p++)
            mlpi_numbers_end_pass(&parts[p]);
    }
    const bool clock = style == MLPI_DATE_CLOCK; /* its hour is the time itself */
    feature->transform = &mlpi_date;
    feature->missing_indicator = time.missing > 0;
    feature->fill = time.mean;
    return feature->transform->fit(
        &(mlpi_facts){.numbers = &time, .parts = clock ? NULL : parts, .style = style},
        &feature->fitted, err);
}

typedef struct fit_job {
    const mlp_table *table;
    const uint32_t *rows;
    size_t count;
    const mlpi_schema *schema;
    const mlpi_numbers *pixels;
    mlpi_feature *features; /* whose position is there */
    mlp_status *done;
} fit_job;

static mlp_status fit_numbers(const fit_job *job, mlpi_feature *feature, mlp_error *err)
{
    const mlp_table *table = job->table;
    const size_t column = feature->position;
    feature->transform = &mlpi_standard;
    /* Pixels share one scale: a pixel that is dark in nearly all images must not be blown up. */
    const mlpi_numbers numbers =
        column < table->pixels ? *job->pixels : measure(table, column, 1, job->rows, job->count);
    if (numbers.overflow)
        return too_large(table, column, job->rows, job->count, err);
    feature->missing_indicator = numbers.missing > 0;
    feature->fill = numbers.mean;
    return feature->transform->fit(&(mlpi_facts){.numbers = &numbers}, &feature->fitted, err);
}

static mlp_status fit_feature(const fit_job *job, mlpi_feature *feature, mlp_error *err)
{
    const mlp_table *table = job->table;
    const size_t column = feature->position;
    const char *name = table->names[column];
    feature->name = mlpi_copy_text(name, strlen(name));
    if (feature->name == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    if (job->schema->column[column].kind == MLPI_CATEGORICAL)
        MLPI_TRY(fit_texts(table, column, job->rows, job->count, feature, err));
    else if (job->schema->column[column].kind == MLPI_TIME)
        MLPI_TRY(fit_times(table, job->schema->column[column].style, job->rows, job->count, feature,
                           err));
    else
        MLPI_TRY(fit_numbers(job, feature, err));
    feature->width =
        feature->transform->width(&feature->fitted) + (feature->missing_indicator ? 1 : 0);
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
    const mlpi_numbers shared =
        table->pixels > 0 ? measure(table, 0, table->pixels, rows, count) : (mlpi_numbers){0};
    pipeline->features = mlpi_allocate(table->columns, sizeof *pipeline->features);
    if (pipeline->features == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    for (size_t c = 0; c < table->columns; c++)
        if (schema->column[c].role == MLPI_INPUT)
            pipeline->features[pipeline->feature_count++] = (mlpi_feature){.position = c};
    fit_job job = {table, rows, count, schema, &shared, pipeline->features, NULL};
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
        *target = (mlpi_target){.position = column, .transform = &mlpi_standard};
        target->name = mlpi_copy_text(name, strlen(name));
        if (target->name == NULL)
            return mlpi_fail_memory(err, "the pipeline");
        mlpi_numbers numbers = {.scale = 1.0}; /* of what is not scaled */
        if (schema->task == MLP_TASK_REGRESSION && !pipeline->coding.counts)
            numbers = measure(table, column, 1, rows, count);
        if (numbers.overflow)
            return too_large(table, column, rows, count, err);
        MLPI_TRY(target->transform->fit(&(mlpi_facts){.numbers = &numbers}, &target->fitted, err));
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
