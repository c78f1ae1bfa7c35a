/* SPDX-License-Identifier: MIT */
/* mlp_shrink: trains students of several sizes and chooses the one that is the result. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "shrink/class.h"

/* --- options ---------------------------------------------------------------------------------- */

static const mlpi_setting list[] = {
    {"max-flash", MLPI_SETTING_BYTES, offsetof(mlp_shrink_options, max_flash)},
    {"max-parameters", MLPI_SETTING_COUNT, offsetof(mlp_shrink_options, max_parameters)},
    {"max-operations", MLPI_SETTING_COUNT, offsetof(mlp_shrink_options, max_operations)},
    {"max-columns", MLPI_SETTING_COUNT, offsetof(mlp_shrink_options, max_columns)},
    {"integer", MLPI_SETTING_COUNT, offsetof(mlp_shrink_options, integer)},
    {"require", MLPI_SETTING_LIST, offsetof(mlp_shrink_options, require)},
    {"teaching", MLPI_SETTING_REAL, offsetof(mlp_shrink_options, teaching)},
    {"mixed", MLPI_SETTING_REAL, offsetof(mlp_shrink_options, mixed)},
};
static const mlpi_settings settings = {"shrinking", sizeof(mlp_shrink_options), list,
                                       sizeof list / sizeof list[0]};
static const mlp_shrink_options usual = {.teaching = 0.7, .mixed = 2.0};
MLPI_SETTINGS_FUNCTIONS(mlp_shrink_options, &settings, usual)

mlp_status mlp_shrink_options_add(mlp_shrink_options *options, const char *name, const char *text,
                                  mlp_error *err)
{
    return mlpi_settings_add(&settings, options, name, text, err);
}

static mlp_status check(const mlp_shrink_options *o, mlp_error *err)
{
    const double most_mixed = 100.0;
    if (!(o->teaching >= 0.0 && o->teaching <= 1.0))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`teaching` must be a share from 0 to 1");
    if (!(o->mixed >= 0.0 && o->mixed <= most_mixed))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`mixed` must be a number from 0 to 100");
    if (o->integer != 0 && o->integer != 8 && o->integer != 16)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`integer` must be 8 or 16 bits");
    if (o->max_flash == 0 && o->max_parameters == 0 && o->max_operations == 0 &&
        o->max_columns == 0 && o->require.count == 0)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "say how small the network is to be (`max-flash` 8K, `max-parameters`, "
            "`max-operations` or `max-columns`), or how good (`require` accuracy=0.96)");
    return MLP_OK;
}

/* --- requirements and metric ------------------------------------------------------------------ */

/* Reads the texts of `require`. */
static mlp_status read_requirements(mlpi_class *class, const mlp_model *model,
                                    const mlp_shrink_options *o, mlp_error *err)
{
    class->required = mlpi_allocate(o->require.count + 1, sizeof *class->required);
    if (class->required == NULL)
        return mlpi_fail_memory(err, "what is required");
    for (; class->required_count < o->require.count; class->required_count++) {
        mlpi_required *required = &class->required[class->required_count];
        MLPI_TRY(mlp_requirement_read_for(o->require.items[class->required_count], model,
                                          &required->what, &required->label, err));
    }
    return MLP_OK;
}

/* The metric that students are compared by: the first that is required for all rows, else the
 * metric that training evaluates, else the usual one of the task. */
static const char *metric_of(const mlpi_class *class)
{
    const mlpi_pipeline *p = &class->lesson.teacher->pipeline;
    const char *metric = mlp_metric_name(mlp_metric_find(class->lesson.options.metric));
    for (size_t i = 0; i < class->required_count; i++)
        if (class->required[i].label == MLP_NO_LABEL)
            return class->required[i].what.figure;
    return metric != NULL && strcmp(metric, "loss") != 0 ? metric
           : p->task == MLP_TASK_CLASSIFICATION          ? "log_loss"
           : p->coding.levels > 0                        ? "pinball_loss"
                                                         : "rmse";
}

/* Measures the teacher, and evaluates it on the same rows as the students. */
static mlp_status evaluate_teacher(mlpi_class *class, mlp_shrink_size *size, mlp_error *err)
{
    const mlp_model *teacher = class->lesson.teacher;
    MLPI_TRY(mlpi_size_of_teacher(&class->lesson, size, err));
    MLPI_TRY(mlpi_class_evaluate(class, teacher, 0, class->lesson.options.threads, size, err));
    return isfinite(size->figure)
               ? MLP_OK
               : mlpi_fail(
                     err, MLP_ERROR_ARGUMENT,
                     "%s is not defined for these rows; give other rows, or require another metric",
                     class->metric);
}

/* --- choice ----------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const mlp_shrink_size *x = a, *y = b;
    return x->parameters != y->parameters
               ? (x->parameters > y->parameters) - (x->parameters < y->parameters)
               : strcmp(x->hidden, y->hidden);
}

/* The smallest student that meets all requirements; if none does, or nothing is required, the best
 * one, and of equally good ones the smallest. SIZE_MAX: no student was trained and evaluated. */
static size_t choose(const mlpi_class *class)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < class->count; i++) {
        const mlp_shrink_size *one = &class->size[i];
        const mlp_shrink_size *other = &class->size[best == SIZE_MAX ? i : best];
        if (class->model[i] == NULL || isnan(one->figure))
            continue;
        const bool first = best == SIZE_MAX, smaller = !first && by_size(one, other) < 0;
        const bool both_hold = !first && one->holds && other->holds && class->required_count > 0;
        const bool better = !first && (class->larger_is_better ? one->figure > other->figure
                                                               : one->figure < other->figure);
        const bool equal = !first && one->figure == other->figure;
        if (first || (one->holds && !other->holds) ||
            (one->holds == other->holds && (both_hold ? smaller : better || (equal && smaller))))
            best = i;
    }
    return best;
}

/* Trains sizes between the smallest one that meets the requirements and the next smaller one. */
static mlp_status refine(mlpi_class *class, const mlp_shrink_options *o, mlp_error *err)
{
    const size_t chosen = choose(class);
    if (class->required_count == 0 || chosen == SIZE_MAX || !class->size[chosen].holds)
        return MLP_OK;
    const mlp_status status =
        mlpi_ladder_below(&class->lesson, o, class->size, &class->count, chosen, err);
    if (status != MLP_OK && status != MLP_ERROR_INTERRUPTED) /* mlpi_class_train notices an
                                                                interruption */
        return status;
    return mlpi_class_train(class, err);
}

static mlp_status tell(const mlpi_class *class, size_t chosen, mlp_shrink_report *report,
                       mlp_error *err)
{
    const mlpi_lesson *lesson = &class->lesson;
    report->students = malloc(class->count * sizeof *report->students);
    if (report->students == NULL)
        return mlpi_fail_memory(err, "the sizes of networks");
    memcpy(report->students, class->size, class->count * sizeof *report->students);
    qsort(report->students, class->count, sizeof *report->students, by_size);
    report->student_count = class->count;
    while (strcmp(report->students[report->chosen].hidden, class->size[chosen].hidden) != 0)
        report->chosen++;
    report->figure = class->metric;
    report->larger_is_better = class->larger_is_better;
    report->rows_made = lesson->made;
    report->rows_training = lesson->rows->rows - lesson->made;
    report->rows_held_out = lesson->held_out->rows;
    report->teacher_saw = lesson->teacher_saw;
    report->interrupted = class->interrupted;
    return MLP_OK;
}

/* Gives notice that the student has no threshold: a threshold is chosen from predictions out of
 * fold, and a network that trains without folds has no such predictions. */
static void tell_threshold(const mlpi_class *class)
{
    const mlp_model *teacher = class->lesson.teacher;
    const size_t label = mlp_model_looked_for(teacher);
    char threshold[32];
    if (isnan(mlp_model_threshold(teacher)))
        return;
    mlp_number_text(mlp_model_threshold_of(teacher, label), threshold);
    mlpi_notice(&class->lesson.options,
                "The model predicts \"%s\" at probability %s or more, the small network at 0.5 or "
                "more: no threshold is chosen for the small network. Evaluating that network on "
                "rows that neither saw shows its best threshold; give it as `threshold`.",
                mlp_model_label(teacher, label), threshold);
}

/* --- shrinking -------------------------------------------------------------------------------- */

static mlp_status shrink(mlpi_class *class, const mlp_shrink_options *o, mlp_model **student,
                         mlp_shrink_report *report, mlp_error *err)
{
    class->metric = metric_of(class);
    class->larger_is_better = mlp_metric_larger_is_better(mlp_metric_find(class->metric));
    MLPI_TRY(evaluate_teacher(class, &report->teacher, err));
    MLPI_TRY(mlpi_ladder(&class->lesson, o, class->size, &class->count, err));
    MLPI_TRY(mlpi_class_train(class, err));
    MLPI_TRY(refine(class, o, err));
    const size_t chosen = choose(class);
    if (chosen == SIZE_MAX)
        return mlpi_class_why_none(class, err);
    MLPI_TRY(tell(class, chosen, report, err));
    if (class->size[chosen].holds)
        tell_threshold(class);
    *student = class->model[chosen];
    class->model[chosen] = NULL;
    return MLP_OK;
}

mlp_status mlp_shrink(const mlp_model *model, const mlp_table *table, const mlp_table *held_out,
                      const mlp_train_options *training, const mlp_shrink_options *options,
                      mlp_model **student, mlp_shrink_report *report, mlp_error *err)
{
    const mlp_shrink_options *const o = options != NULL ? options : &usual;
    mlp_shrink_report made = {0};
    mlpi_class class = {0};
    MLPI_TRY(check(o, err));
    mlp_status status = read_requirements(&class, model, o, err);
    if (status == MLP_OK)
        status = mlpi_lesson_init(&class.lesson, model, table, held_out, training, o, err);
    if (status == MLP_OK)
        status = mlpi_lesson_bound_columns(&class.lesson, o->max_columns, err);
    if (status == MLP_OK)
        status = shrink(&class, o, student, &made, err);
    mlpi_class_release(&class);
    if (status == MLP_OK && report != NULL)
        *report = made;
    else
        mlp_shrink_report_release(&made);
    return status;
}

void mlp_shrink_report_release(mlp_shrink_report *report)
{
    free(report->students);
    *report = (mlp_shrink_report){0};
}
