/* SPDX-License-Identifier: MIT */
/* Chooses and encodes the rows that students learn from and are evaluated on. */
#include "data/distinct.h"
#include "data/table.h"
#include "schema/times.h"
#include "shrink/shrink.h"

/* --- division --------------------------------------------------------------------------------- */

static void widen(const uint32_t *rows, size_t count, size_t *wide)
{
    for (size_t i = 0; i < count; i++)
        wide[i] = rows[i];
}

/* Dates in which day and month could be exchanged are read as the teacher reads them. */
static void read_as_teacher(const mlp_model *teacher, mlp_table *rows)
{
    for (size_t f = 0; f < teacher->pipeline.feature_count; f++) {
        const mlpi_feature *feature = &teacher->pipeline.features[f];
        size_t column = 0;
        if (feature->transform == &mlpi_date &&
            mlp_table_find(rows, feature->name, &column, NULL) == MLP_OK)
            rows->dates[column] = (uint8_t)mlpi_date_written(&feature->fitted);
    }
}

/* Makes the rows to learn from: the training rows, followed by `mixed` times as many mixed rows. */
static mlp_status make_rows(mlpi_lesson *lesson, const mlp_table *table, const mlpi_schema *schema,
                            const mlpi_split *split, double mixed, mlp_error *err)
{
    const size_t count = split->training_count;
    size_t *rows = mlpi_allocate(count, sizeof *rows);
    bool *mixes = mlpi_allocate(table->columns, sizeof *mixes);
    mlp_status status = MLP_OK;
    lesson->made = (size_t)(mixed * (double)count);
    if (rows == NULL || mixes == NULL) {
        status = mlpi_fail_memory(err, "rows for a small network");
    } else {
        widen(split->training, count, rows);
        for (size_t c = 0; c < table->columns; c++)
            mixes[c] = schema->column[c].role == MLPI_INPUT;
        status = mlpi_mix(table, rows, count, lesson->made, mixes, lesson->options.seed,
                          &lesson->rows, err);
        if (status == MLP_OK)
            status = mlpi_times_hand_on(table, lesson->rows, err);
        if (status == MLP_OK)
            read_as_teacher(lesson->teacher, lesson->rows);
    }
    mlpi_free(rows);
    mlpi_free(mixes);
    return status;
}

static mlp_status hold_out(mlpi_lesson *lesson, const mlp_table *table, const mlpi_split *split,
                           mlp_error *err)
{
    const size_t count = split->validation_count;
    if (count == 0 && lesson->options.validation == 0.0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`validation` is 0, here or where the model was trained, so no rows "
                         "validate; give a share, or separate rows as `validation` FILE");
    if (count == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "no rows are held out for validation: there are too few rows; give "
                            "separate ones as `validation` FILE");
    size_t *rows = mlpi_allocate(count, sizeof *rows);
    if (rows == NULL)
        return mlpi_fail_memory(err, "the rows held out");
    widen(split->validation, count, rows);
    const mlp_status status = mlpi_times_subset(table, rows, count, &lesson->held_out, err);
    mlpi_free(rows);
    return status;
}

/* Holds out the rows that the caller gave, or their validation part if there is one, except for
 * rows without a target. */
static mlp_status take_held_out(mlpi_lesson *lesson, const mlp_table *given, mlp_error *err)
{
    mlp_table *part = NULL, *selected = NULL;
    size_t left_out = 0;
    if (mlp_table_part_rows(given, MLP_PART_VALIDATION) > 0)
        MLPI_TRY(
            mlpi_table_select(given, MLPI_PART_BIT(MLP_PART_VALIDATION), "validation", &part, err));
    else
        MLPI_TRY(mlpi_table_select(given, ~0u, "", &part, err));
    const mlp_status status =
        mlp_model_select_with_targets(lesson->teacher, part, &selected, &left_out, err);
    lesson->held_out = selected != NULL ? selected : part;
    if (selected != NULL)
        mlp_table_free(part);
    return status;
}

static mlp_status check_held_out(const mlp_table *table, const mlp_table *held_out, mlp_error *err)
{
    if (held_out == NULL || mlp_table_part_rows(held_out, MLP_PART_VALIDATION) > 0 ||
        mlp_table_fingerprint(held_out) != mlp_table_fingerprint(table))
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`validation` has the same rows as the data: they would train and validate; "
                     "give other rows, or leave `validation` out to hold out a part of the data");
}

/* Whether the rows held out here are those that validated the teacher, and did not train it. */
static bool same_division(const mlp_model *teacher, const mlpi_prepared *d)
{
    const mlpi_provenance *p = &teacher->provenance;
    return p->validation != NULL && strcmp(p->validation, d->division) == 0 &&
           p->rows_validation == d->split.validation_count;
}

/* Divides the rows. If the teacher was trained on this table, its seed is used, so that the same
 * rows are held out. */
static mlp_status divide(mlpi_lesson *lesson, const mlp_table *table, const mlp_table *held_out,
                         double mixed, mlp_error *err)
{
    mlp_train_options own = lesson->options;
    const bool known = mlp_model_knows(lesson->teacher, lesson->table);
    mlpi_prepared d = {0};
    own.notice = NULL;
    if (known)
        own.seed = lesson->teacher->provenance.seed;
    if (held_out != NULL) {
        own.validation = 0.0; /* all rows train */
        own.validation_group = own.validation_time = NULL;
    }
    mlp_status status = mlpi_prepare_schema(table, &own, &d.schema, err);
    if (status == MLP_OK)
        status = mlpi_prepare_split(table, NULL, held_out, &own, &d, err);
    if (status == MLP_OK)
        status = make_rows(lesson, table, &d.schema, &d.split, mixed, err);
    if (status == MLP_OK)
        status = held_out != NULL ? take_held_out(lesson, held_out, err)
                                  : hold_out(lesson, table, &d.split, err);
    lesson->teacher_saw = held_out != NULL ? mlp_model_knows(lesson->teacher, held_out)
                                           : known && !same_division(lesson->teacher, &d);
    mlpi_prepared_release(&d);
    return status;
}

/* --- labels ----------------------------------------------------------------------------------- */

/* The first text of `others` that is not in `known`; both are sorted. NULL: there is none. */
static const mlpi_span *find_foreign(const mlpi_distinct *known, const mlpi_distinct *others)
{
    for (size_t i = 0, k = 0; i < others->count; i++) {
        while (k < known->count && mlpi_span_compare(known->texts[k], others->texts[i]) < 0)
            k++;
        if (k == known->count || mlpi_span_compare(known->texts[k], others->texts[i]) != 0)
            return &others->texts[i];
    }
    return NULL;
}

static mlp_status collect_labels(const mlp_table *table, const char *target, size_t rows,
                                 mlpi_distinct *labels, mlp_error *err)
{
    size_t column = 0;
    MLPI_TRY(mlp_table_find(table, target, &column, err));
    return mlpi_distinct_collect(table, column, NULL, rows, true, labels, err);
}

/* Refuses a label that only held-out rows have: no student could learn it. */
static mlp_status check_labels(const mlpi_lesson *lesson, mlp_error *err)
{
    enum { SHOWN = 60 };
    const char *target = lesson->targets.items[0];
    const size_t real = lesson->rows->rows - lesson->made;
    mlpi_distinct learnt = {0}, held_out = {0};
    if (lesson->options.task != MLP_TASK_CLASSIFICATION)
        return MLP_OK;
    mlp_status status = collect_labels(lesson->rows, target, real, &learnt, err);
    if (status == MLP_OK)
        status = collect_labels(lesson->held_out, target, lesson->held_out->rows, &held_out, err);
    const mlpi_span *foreign = status == MLP_OK ? find_foreign(&learnt, &held_out) : NULL;
    if (foreign != NULL)
        status = mlpi_fail_at(
            err, MLP_ERROR_DATA, lesson->held_out->source, 0, 0,
            "the label \"%.*s\" of \"%s\" is only in rows that are held out, so small networks "
            "cannot learn it; give more rows that have this label, or leave out those that do",
            (int)mlpi_utf8_fit(foreign->text, foreign->length, SHOWN), foreign->text, target);
    mlpi_distinct_release(&learnt);
    mlpi_distinct_release(&held_out);
    return status;
}

/* --- sample ----------------------------------------------------------------------------------- */

/* Takes a few rows, evenly spaced: the bytes of C hardly depend on which rows calibrate it. */
static mlp_status take_sample(mlpi_lesson *lesson, mlp_error *err)
{
    enum { SAMPLE = 48 };
    const size_t all = lesson->table->rows, count = all < SAMPLE ? all : SAMPLE;
    size_t rows[SAMPLE];
    for (size_t i = 0; i < count; i++)
        rows[i] = i * all / count;
    return mlpi_times_subset(lesson->table, rows, count, &lesson->sample, err);
}

/* --- lesson ----------------------------------------------------------------------------------- */

/* Drops the columns that decided how the rows are divided: they are not inputs. */
static void forget_division(mlpi_lesson *lesson)
{
    mlp_train_options *o = &lesson->options;
    const char *const columns[] = {o->validation_group, o->validation_time};
    for (size_t i = 0; i < 2; i++)
        if (columns[i] != NULL)
            ((const char **)lesson->drop.items)[lesson->drop.count++] = columns[i];
    o->drop = lesson->drop;
    o->validation_group = o->validation_time = NULL;
    o->validation = MLPI_AUTO;
}

/* Students look for the teacher's label unless the caller named one. The label is found by its
 * text, since these rows may lack some of the teacher's labels. */
static void look_for(const mlpi_lesson *lesson, mlpi_pipeline *p)
{
    const size_t label = mlp_model_looked_for(lesson->teacher);
    if (label != MLP_NO_LABEL && p->label_count == 2 && lesson->options.label == NULL)
        p->first_looked_for = strcmp(p->labels[0], mlp_model_label(lesson->teacher, label)) == 0;
}

mlp_status mlpi_lesson_encode(mlpi_lesson *lesson, mlp_error *err)
{
    mlp_train_options own = lesson->options;
    own.notice = NULL;
    mlpi_prepared_release(&lesson->common.data);
    const size_t real = lesson->rows->rows - lesson->made;
    MLPI_TRY(mlpi_common_init(lesson->rows, NULL, lesson->held_out, &own, &lesson->common, err));
    look_for(lesson, &lesson->common.data.pipeline);
    return mlpi_teach(lesson, real, lesson->teaching, err);
}

static mlp_status prepare(mlpi_lesson *lesson, const mlp_table *held_out,
                          const mlp_shrink_options *options, mlp_error *err)
{
    const mlp_table *table = lesson->table;
    mlp_table *seen = NULL;
    if (mlp_table_part_rows(table, MLP_PART_TEST) > 0)
        MLPI_TRY(mlpi_table_select(table, ~MLPI_PART_BIT(MLP_PART_TEST), "training", &seen, err));
    const mlp_status status =
        divide(lesson, seen != NULL ? seen : table, held_out, options->mixed, err);
    mlp_table_free(seen);
    if (status != MLP_OK)
        return status;
    forget_division(lesson);
    MLPI_TRY(check_labels(lesson, err));
    MLPI_TRY(take_sample(lesson, err));
    return mlpi_lesson_encode(lesson, err);
}

mlp_status mlpi_lesson_init(mlpi_lesson *lesson, const mlp_model *teacher, const mlp_table *table,
                            const mlp_table *held_out, const mlp_train_options *training,
                            const mlp_shrink_options *options, mlp_error *err)
{
    *lesson = (mlpi_lesson){.teacher = teacher,
                            .table = table,
                            .bits = options->integer,
                            .teaching = options->teaching};
    MLPI_TRY(check_held_out(table, held_out, err));
    MLPI_TRY(mlpi_lesson_options(lesson, training, err));
    mlpi_options_start_clock(&lesson->options);
    return prepare(lesson, held_out, options, err);
}

mlp_status mlpi_lesson_ended(bool stopped, mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                     "%s before the first network was trained; there is no model yet",
                     stopped ? "stopped" : "`time` ran out");
}

mlp_status mlpi_lesson_go_on(const mlpi_lesson *lesson, mlp_error *err)
{
    const mlpi_watch watch = {.stop = lesson->options.stop, .until = lesson->options.until};
    return mlpi_watch_over(&watch) ? mlpi_lesson_ended(mlpi_watch_is_stopped(&watch), err) : MLP_OK;
}

void mlpi_lesson_release(mlpi_lesson *lesson)
{
    mlpi_prepared_release(&lesson->common.data);
    mlp_table_free(lesson->rows);
    mlp_table_free(lesson->held_out);
    mlp_table_free(lesson->sample);
    mlpi_free((void *)lesson->drop.items);
    mlpi_free((void *)lesson->categorical.items);
    mlpi_free((void *)lesson->numeric.items);
    mlpi_free((void *)lesson->targets.items);
    *lesson = (mlpi_lesson){0};
}
