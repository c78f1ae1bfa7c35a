/* SPDX-License-Identifier: MIT */
/* Fits the pipeline: scales and categories come from the training rows alone, labels from the
 * validation rows, too. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/strip.h"
#include "encode/texts.h"
#include "mlp/output.h"
#include "schema/times.h"
#include "threads/threads.h"

enum { MANY_ROWS = 4096 }; /* with fewer rows, threads do not pay off */

/* --- columns of numbers ----------------------------------------------------------------------- */

/* Columns of numbers that are measured together, in the same passes over the rows. */
typedef struct measured {
    size_t columns[MLPI_TOGETHER], count;
    mlpi_numbers *numbers[MLPI_TOGETHER];
} measured;

static void add_columns(const mlp_table *table, const uint32_t *rows, size_t count,
                        const measured *m)
{
    mlpi_cursor cursor = {.table = table};
    double values[MLPI_TOGETHER][MLPI_STRIP];
    for (size_t i = 0; i < count;) {
        const mlpi_strip strip = mlpi_strip_take(&cursor, rows + i, 0, count - i);
        bool finite[MLPI_TOGETHER] = {false}, all = m->count == MLPI_TOGETHER;
        for (size_t k = 0; k < m->count; k++) {
            finite[k] = mlpi_strip_numbers(&strip, m->columns[k], values[k]);
            all = all && finite[k];
        }
        if (all)
            mlpi_numbers_add_together(m->numbers, values[0], MLPI_STRIP, strip.count);
        for (size_t k = 0; !all && k < m->count; k++)
            (finite[k] ? mlpi_numbers_add_finite : mlpi_numbers_add)(m->numbers[k], values[k],
                                                                     strip.count);
        i += strip.count;
    }
}

static void measure(const mlp_table *table, const uint32_t *rows, size_t count, const measured *m)
{
    for (int pass = 0; m->count > 0 && pass < 2; pass++) {
        add_columns(table, rows, count, m);
        for (size_t k = 0; k < m->count; k++)
            mlpi_numbers_end_pass(m->numbers[k]);
    }
}

static bool shares_scale(const mlp_table *table, size_t column)
{
    return mlpi_table_field(table, column).kind == MLPI_FIELD_PIXELS;
}

/* Adds the cells of all columns that share a scale, row by row. */
static void add_shared(const mlp_table *table, const uint32_t *rows, size_t count,
                       mlpi_numbers *numbers)
{
    mlpi_cursor cursor = {.table = table};
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < table->columns; c++) {
            double value = (double)NAN;
            if (!shares_scale(table, c))
                continue;
            mlpi_cursor_number(&cursor, rows[i], c, &value);
            mlpi_numbers_add(numbers, &value, 1);
        }
}

static mlpi_numbers measure_shared(const mlp_table *table, const uint32_t *rows, size_t count)
{
    mlpi_numbers numbers = {0};
    for (int pass = 0; pass < 2; pass++) {
        add_shared(table, rows, count, &numbers);
        mlpi_numbers_end_pass(&numbers);
    }
    return numbers;
}

/* Reports the largest value of a column whose moments overflow. */
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
    return mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_file(table, largest),
                        mlp_table_line(table, largest), column + 1,
                        "column \"%s\": \"%s\" is so large that the spread of the column "
                        "overflows; correct it, or list it with `missing` %s",
                        table->names[column], text, text);
}

/* --- features --------------------------------------------------------------------------------- */

typedef struct fit_job {
    const mlpi_fit_request *request;
    const mlpi_numbers *shared;      /* joint statistics of all columns that share a scale */
    const mlpi_row_targets *targets; /* NULL: not known yet */
    mlpi_feature *features;          /* their positions are set */
    size_t count;
    mlp_status *done;
} fit_job;

/* With more levels, one-hot coding would make too many inputs. */
enum { MANY_LEVELS = 1000 };

/* Whether a column has a word that means no value in any row of the table. */
static bool knows_missing(const mlp_table *table, size_t column)
{
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;)
        for (size_t i = 0; i < block->columns[column].word_count; i++)
            if (block->columns[column].words[i].cell == MLPI_CELL_MISSING)
                return true;
    return false;
}

/* Whether a column of texts has no value in some training row. */
static bool lacks_texts(const mlpi_fit_request *q, size_t column)
{
    if (!knows_missing(q->table, column))
        return false;
    mlpi_cursor cursor = {.table = q->table};
    uint32_t words[MLPI_STRIP];
    for (size_t i = 0; i < q->row_count;) {
        const mlpi_strip strip = mlpi_strip_take(&cursor, q->rows + i, 0, q->row_count - i);
        const mlpi_word *all = strip.block->columns[column].words;
        mlpi_strip_words(&strip, column, words);
        for (size_t k = 0; k < strip.count; k++)
            if (words[k] != MLPI_NO_WORD && all[words[k]].cell == MLPI_CELL_MISSING)
                return true;
        i += strip.count;
    }
    return false;
}

/* Fits a column of texts. Transforms that learn from targets wait until the targets are known. */
static mlp_status fit_texts(const fit_job *job, mlpi_feature *feature, mlp_error *err)
{
    const mlpi_fit_request *q = job->request;
    mlpi_choice choice = mlpi_wish_for(&q->wishes, feature->name, false);
    const bool counted = choice.transform != NULL && choice.transform->counted;
    mlpi_texts texts;
    feature->missing_indicator = lacks_texts(q, feature->position);
    feature->transform = choice.transform;
    if (counted && choice.transform->out_of_fold && job->targets == NULL)
        return MLP_OK;
    MLPI_TRY(mlpi_texts_gather(q->table, feature->position, q->rows, NULL, q->row_count, counted,
                               job->targets, &texts, err));
    if (choice.transform == NULL)
        choice =
            mlpi_usual_choice(texts.distinct.count > MANY_LEVELS ? &mlpi_hashing : &mlpi_one_hot);
    feature->transform = choice.transform;
    const mlpi_facts facts = {.texts = &texts, .argument = choice.argument};
    const mlp_status status = choice.transform->fit(&facts, &feature->fitted, err);
    mlpi_texts_release(&texts);
    return status;
}

static double fill_of(const mlpi_wishes *wishes, const mlpi_feature *feature,
                      const mlpi_numbers *numbers)
{
    double number = 0.0;
    switch (mlpi_wish_to_fill(wishes, feature->name, &number)) {
    case MLPI_FILL_MEDIAN:
        return mlpi_quantile(numbers->sample, numbers->sample_count, 0.5);
    case MLPI_FILL_NUMBER:
        return number;
    default:
        return numbers->mean;
    }
}

/* Fits a column of numbers from its statistics. Errors: those of the transform's fit,
 * MLP_ERROR_DATA (a value is too large), MLP_ERROR_MEMORY. */
static mlp_status fit_measured(const fit_job *job, const mlpi_choice *choice,
                               const mlpi_numbers *numbers, mlpi_feature *feature, mlp_error *err)
{
    const mlpi_fit_request *q = job->request;
    if (numbers->out_of_memory)
        return mlpi_fail_memory(err, "a sample of a column");
    if (numbers->overflow)
        return too_large(q->table, feature->position, q->rows, q->row_count, err);
    feature->transform = choice->transform;
    feature->missing_indicator = numbers->missing > 0;
    feature->fill = fill_of(&q->wishes, feature, numbers);
    const mlpi_facts facts = {.numbers = numbers, .argument = choice->argument};
    return choice->transform->fit(&facts, &feature->fitted, err);
}

/* How a column of numbers is to be fitted. */
typedef struct plan {
    mlpi_choice choice;
    bool shared, sampled;
} plan;

static plan plan_numbers(const fit_job *job, size_t column)
{
    const mlpi_fit_request *q = job->request;
    const char *name = q->table->names[column];
    double number = 0.0;
    plan p = {.choice = mlpi_wish_for(&q->wishes, name, true)};
    const bool median = mlpi_wish_to_fill(&q->wishes, name, &number) == MLPI_FILL_MEDIAN;
    /* Pixels share one scale: a pixel that is dark in nearly all images must not be magnified. */
    p.shared = shares_scale(q->table, column) && p.choice.transform == NULL && !median;
    if (p.choice.transform == NULL)
        p.choice = mlpi_usual_choice(&mlpi_standard);
    p.sampled = p.choice.transform->sampled || median;
    return p;
}

static mlp_status fit_numbers(const fit_job *job, const mlpi_numbers *numbers,
                              mlpi_feature *feature, mlp_error *err)
{
    const plan p = plan_numbers(job, feature->position);
    return fit_measured(job, &p.choice, p.shared ? job->shared : numbers, feature, err);
}

/* Measures those of `count` features that are numbers with a scale of their own. */
static void measure_features(const fit_job *job, const mlpi_feature *features, size_t count,
                             mlpi_numbers *numbers)
{
    const mlpi_fit_request *q = job->request;
    measured m = {.count = 0};
    for (size_t k = 0; k < count; k++) {
        const size_t column = features[k].position;
        const mlpi_kind kind = q->schema->column[column].kind;
        const plan p = plan_numbers(job, column);
        numbers[k] = (mlpi_numbers){.sampled = p.sampled};
        if (kind == MLPI_CATEGORICAL || kind == MLPI_TIME || p.shared)
            continue;
        m.columns[m.count] = column;
        m.numbers[m.count++] = &numbers[k];
    }
    measure(q->table, q->rows, q->row_count, &m);
}

/* Fits a column of times on the time and each of its parts. */
static mlp_status fit_times(const fit_job *job, mlpi_feature *feature, mlp_error *err)
{
    const mlpi_fit_request *q = job->request;
    const mlpi_date_style style = q->schema->column[feature->position].style;
    mlpi_numbers time = {0}, parts[MLPI_DATE_PARTS] = {0};
    mlpi_cursor cursor = {.table = q->table};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < q->row_count; i++) {
            const double seconds = mlpi_times_cell(&cursor, q->rows[i], feature->position, style);
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
    const bool clock = style == MLPI_DATE_CLOCK; /* its only part, the hour, is the time itself */
    feature->transform = &mlpi_date;
    feature->missing_indicator = time.missing > 0;
    feature->fill = time.mean;
    return feature->transform->fit(
        &(mlpi_facts){.numbers = &time, .parts = clock ? NULL : parts, .style = style},
        &feature->fitted, err);
}

static mlp_status fit_feature(const fit_job *job, const mlpi_numbers *numbers,
                              mlpi_feature *feature, mlp_error *err)
{
    const mlpi_fit_request *q = job->request;
    const char *name = q->table->names[feature->position];
    feature->name = mlpi_copy_text(name, strlen(name));
    if (feature->name == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    switch (q->schema->column[feature->position].kind) {
    case MLPI_CATEGORICAL:
        return fit_texts(job, feature, err);
    case MLPI_TIME:
        return fit_times(job, feature, err);
    default:
        return fit_numbers(job, numbers, feature, err);
    }
}

static void fit_some(const fit_job *job, size_t first, size_t count, mlp_error *err)
{
    mlpi_numbers numbers[MLPI_TOGETHER];
    measure_features(job, &job->features[first], count, numbers);
    for (size_t k = 0; k < count; k++) {
        job->done[first + k] = fit_feature(job, &numbers[k], &job->features[first + k], err);
        mlpi_numbers_release(&numbers[k]);
    }
}

static void fit_task(void *context, size_t i, int thread)
{
    const fit_job *job = context;
    const size_t first = i * MLPI_TOGETHER, left = job->count - first;
    (void)thread;
    fit_some(job, first, left < MLPI_TOGETHER ? left : MLPI_TOGETHER, NULL);
}

/* Fits all features on several threads. The first feature whose fit fails is fitted again, to
 * report the error. */
static mlp_status fit_all(fit_job *job, mlp_error *err)
{
    mlp_status status = MLP_OK;
    job->done = mlpi_allocate(job->count, sizeof *job->done);
    if (job->done == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    mlpi_parallel(job->request->row_count >= MANY_ROWS ? mlpi_threads(0) : 1,
                  (job->count + MLPI_TOGETHER - 1) / MLPI_TOGETHER, fit_task, job);
    for (size_t i = 0; status == MLP_OK && i < job->count; i++) {
        if (job->done[i] == MLP_OK)
            continue;
        mlpi_feature_release(&job->features[i]);
        fit_some(job, i, 1, err);
        status = job->done[i];
    }
    mlpi_free(job->done);
    return status;
}

/* Fits the transforms that learn from targets, now that targets can be encoded. */
static mlp_status fit_waiting(fit_job *job, const mlpi_pipeline *pipeline, mlp_error *err)
{
    const mlpi_fit_request *q = job->request;
    mlpi_pipeline targets = *pipeline; /* a pipeline without inputs */
    mlp_encoded encoded = {0};
    mlp_status status = MLP_OK;
    targets.feature_count = targets.inputs = 0;
    for (size_t i = 0; i < pipeline->feature_count && status == MLP_OK; i++) {
        mlpi_feature *feature = &pipeline->features[i];
        if (!feature->transform->out_of_fold)
            continue;
        if (encoded.target == NULL)
            MLPI_TRY(mlpi_pipeline_apply(&targets, q->table, q->rows, q->row_count, true, &encoded,
                                         err));
        const mlpi_row_targets row_targets = mlpi_row_targets_of(&targets, &encoded);
        job->targets = &row_targets;
        status = fit_texts(job, feature, err);
        job->targets = NULL;
    }
    mlp_encoded_release(&encoded);
    return status;
}

static mlp_status place_inputs(const mlp_table *table, mlpi_pipeline *pipeline, mlp_error *err)
{
    for (size_t i = 0; i < pipeline->feature_count; i++) {
        mlpi_feature *f = &pipeline->features[i];
        f->width = mlpi_transform_width(f->transform, &f->fitted) + (f->missing_indicator ? 1 : 0);
        f->first = pipeline->inputs;
        if (!mlpi_add(pipeline->inputs, f->width, &pipeline->inputs))
            return mlpi_fail_memory(err, "the inputs");
    }
    if (pipeline->inputs == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "the training rows hold no value in any input column");
    return MLP_OK;
}

static mlp_status fit_features(const mlpi_fit_request *request, mlpi_pipeline *pipeline,
                               mlp_error *err)
{
    const mlp_table *table = request->table;
    bool any_shared = false;
    for (size_t c = 0; c < table->columns; c++)
        any_shared = any_shared || shares_scale(table, c);
    const mlpi_numbers shared =
        any_shared ? measure_shared(table, request->rows, request->row_count) : (mlpi_numbers){0};
    pipeline->features = mlpi_allocate(table->columns, sizeof *pipeline->features);
    if (pipeline->features == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    for (size_t c = 0; c < table->columns; c++)
        if (request->schema->column[c].role == MLPI_INPUT)
            pipeline->features[pipeline->feature_count++] = (mlpi_feature){.position = c};
    fit_job job = {.request = request,
                   .shared = &shared,
                   .features = pipeline->features,
                   .count = pipeline->feature_count};
    MLPI_TRY(fit_all(&job, err));
    MLPI_TRY(fit_waiting(&job, pipeline, err));
    return place_inputs(table, pipeline, err);
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

static mlp_status fit_target(const mlpi_fit_request *request, const mlpi_choice *choice,
                             mlpi_target *target, mlp_error *err)
{
    const mlp_table *table = request->table;
    mlpi_numbers numbers = {.sampled = choice->transform->sampled};
    const measured m = {.columns = {target->position}, .count = 1, .numbers = {&numbers}};
    measure(table, request->rows, request->row_count, &m);
    const mlpi_facts facts = {.numbers = &numbers, .argument = choice->argument};
    target->transform = choice->transform;
    const mlp_status status =
        numbers.out_of_memory ? mlpi_fail_memory(err, "a sample of the target")
        : numbers.overflow
            ? too_large(table, target->position, request->rows, request->row_count, err)
            : choice->transform->fit(&facts, &target->fitted, err);
    mlpi_numbers_release(&numbers);
    return status;
}

static mlp_status fit_targets(const mlpi_fit_request *request, mlpi_pipeline *pipeline,
                              mlp_error *err)
{
    const mlpi_schema *schema = request->schema;
    const bool in_units = pipeline->coding.counts || pipeline->coding.shares;
    const bool scaled = schema->task == MLP_TASK_REGRESSION && !in_units;
    const mlpi_choice choice = mlpi_wish_for_target(&request->wishes);
    if (!scaled && request->wishes.target != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "%s are learnt in their own units: leave out `target-transform` %s",
                         pipeline->coding.shares ? "shares" : "counts", request->wishes.target);
    pipeline->targets = mlpi_allocate(schema->target_count, sizeof *pipeline->targets);
    if (pipeline->targets == NULL)
        return mlpi_fail_memory(err, "the pipeline");
    for (size_t i = 0; i < schema->target_count; i++) {
        const size_t column = schema->targets[i];
        const char *name = request->table->names[column];
        mlpi_target *target = &pipeline->targets[pipeline->target_count++];
        *target = (mlpi_target){.position = column, .transform = &mlpi_standard};
        target->name = mlpi_copy_text(name, strlen(name));
        if (target->name == NULL)
            return mlpi_fail_memory(err, "the pipeline");
        const mlpi_facts unscaled = {.numbers = &(mlpi_numbers){.scale = 1.0}};
        MLPI_TRY(scaled ? fit_target(request, &choice, target, err)
                        : mlpi_standard.fit(&unscaled, &target->fitted, err));
    }
    return MLP_OK;
}

static mlp_status fit(const mlpi_fit_request *request, mlpi_pipeline *pipeline, mlp_error *err)
{
    const mlpi_schema *schema = request->schema;
    MLPI_TRY(mlpi_wishes_check(&request->wishes, request->table, schema, err));
    MLPI_TRY(fit_targets(request, pipeline, err));
    if (schema->task == MLP_TASK_CLASSIFICATION)
        MLPI_TRY(fit_labels(request->table, schema->targets[0], request->label_rows,
                            request->label_row_count, pipeline, err));
    if (pipeline->label_count != 2)
        pipeline->coding.single_output = false;
    pipeline->outputs = mlpi_pipeline_outputs(pipeline);
    return fit_features(request, pipeline, err);
}

mlp_status mlpi_pipeline_fit(const mlpi_fit_request *request, mlpi_pipeline *pipeline,
                             mlp_error *err)
{
    mlpi_pipeline made = {.task = request->schema->task,
                          .by_position = !request->table->has_header,
                          .coding = request->coding};
    const mlp_status status = fit(request, &made, err);
    if (status == MLP_OK)
        *pipeline = made;
    else
        mlpi_pipeline_release(&made);
    return status;
}
