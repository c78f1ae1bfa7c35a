/* SPDX-License-Identifier: MIT */
/* Trains students in parallel: a free thread takes the next one. The result of a student depends on
 * its number, not on the thread. */
#include "shrink/class.h"

#include <math.h>
#include <string.h>

/* --- evaluation ------------------------------------------------------------------------------- */

/* Evaluates the rows held out in the session of an export with weights of `bits` bits; 0: in that
 * of the model. */
static mlp_status evaluate(const mlpi_lesson *lesson, const mlp_model *model, size_t bits,
                           int threads, mlp_evaluation *e, mlp_error *err)
{
    mlp_export_options *options = NULL;
    mlp_session *session = NULL;
    mlp_evaluator *evaluator = NULL;
    size_t left_out = 0, first = 0;
    mlp_status status = mlpi_export_as(bits, &options, err);
    if (status == MLP_OK)
        status = mlp_export_session_create(model, lesson->table, options, threads, &session, err);
    if (status == MLP_OK)
        status = mlp_evaluator_create(false, &evaluator, err);
    if (status == MLP_OK)
        status = mlp_session_evaluate(session, lesson->held_out, evaluator, &left_out, &first, err);
    if (status == MLP_OK)
        status = mlp_evaluator_finish(evaluator, e, err);
    mlp_evaluator_free(evaluator);
    mlp_session_free(session);
    mlp_export_options_free(options);
    return status;
}

mlp_status mlpi_class_evaluate(const mlpi_class *class, const mlp_model *model, size_t bits,
                               int threads, mlp_shrink_size *size, mlp_error *err)
{
    mlp_evaluation e;
    MLPI_TRY(evaluate(&class->lesson, model, bits, threads, &e, err));
    mlp_evaluation_metric(&e, class->metric, &size->figure);
    size->holds = true;
    for (size_t i = 0; i < class->required_count; i++)
        size->holds = size->holds && mlp_requirement_holds_for(&class->required[i].what,
                                                               class->required[i].label, &e, NULL);
    mlp_evaluation_release(&e);
    return MLP_OK;
}

/* --- the caller's functions, one call at a time ----------------------------------------------- */

typedef struct job {
    mlpi_class *class;
    size_t number;
    const mlp_progress *now;
    double until;
    bool over; /* the student is to stop: class->over when it was last read */
    mlp_status status;
    mlp_error failure;
} job;

static void pass_on(void *context)
{
    job *j = context;
    mlpi_class *class = j->class;
    const mlp_train_options *o = &class->lesson.options;
    mlp_progress now = *j->now;
    now.seconds = mlpi_seconds() - class->started;
    now.network = j->number + 1;
    now.networks = class->count;
    now.finished = class->finished;
    if (!class->over && o->progress != NULL && !o->progress(&now, o->context))
        class->over = class->interrupted = true;
    j->over = class->over;
}

static bool on_progress(const mlp_progress *now, void *context)
{
    job *j = context;
    j->now = now;
    mlpi_exclusively(j->class->lock, pass_on, j);
    return !j->over;
}

/* Notes in the class if the caller wants to stop, or the time is over. */
static void look(mlpi_class *class)
{
    const mlp_train_options *o = &class->lesson.options;
    const mlpi_watch watch = {.stop = o->stop, .until = o->until};
    if (mlpi_watch_is_stopped(&watch))
        class->interrupted = true;
    if (mlpi_watch_over(&watch))
        class->over = true;
}

/* Begins a student, and gives it an equal share of the time that is left for all students that have
 * not begun. */
static void begin(void *context)
{
    job *j = context;
    mlpi_class *class = j->class;
    const mlp_train_options *o = &class->lesson.options;
    const double now = mlpi_seconds(), left = (double)(class->count - class->begun++);
    const double share = left > (double)class->beside ? (double)class->beside / left : 1.0;
    look(class);
    j->over = class->over;
    j->until = o->until > 0.0 ? now + (o->until - now) * share : 0.0;
}

static void end(void *context)
{
    job *j = context;
    mlpi_class *class = j->class;
    class->finished++;
    if (j->status == MLP_ERROR_DATA || j->status == MLP_ERROR_ARGUMENT)
        class->left_out = j->failure;
    else if (j->status != MLP_OK && j->status != MLP_ERROR_INTERRUPTED && class->status == MLP_OK) {
        class->status = j->status;
        class->failure = j->failure;
        class->over = true;
    }
    look(class);
}

/* --- a student -------------------------------------------------------------------------------- */

/* Trains a student from the number-th initial weights; keeps the model if it is the best so far. */
static mlp_status try_one(job *j, const mlp_train_options *options, size_t number)
{
    mlpi_class *class = j->class;
    mlp_shrink_size *size = &class->size[j->number], one = *size;
    mlp_train_report report;
    mlp_model *model = NULL;
    MLPI_TRY(mlpi_student_train(&class->lesson, size->hidden, options, number, &model, &report,
                                &j->failure));
    const mlp_status status =
        mlpi_class_evaluate(class, model, class->lesson.bits, options->threads, &one, &j->failure);
    const bool better =
        class->larger_is_better ? one.figure > size->figure : one.figure < size->figure;
    if (status == MLP_OK && (class->model[j->number] == NULL || isnan(size->figure) || better)) {
        mlp_model_free(class->model[j->number]);
        class->model[j->number] = model;
        *size = one;
    } else {
        mlp_model_free(model);
    }
    return status == MLP_OK && report.reason == MLP_STOP_INTERRUPTED ? MLP_ERROR_INTERRUPTED
                                                                     : status;
}

static void train_next(void *context, size_t i, int thread)
{
    mlpi_class *class = context;
    job j = {.class = class, .number = class->trained + i};
    mlp_train_options own = class->lesson.options;
    (void)thread;
    mlpi_exclusively(class->lock, begin, &j);
    own.threads = class->threads;
    own.until = j.until;
    own.progress = on_progress;
    own.working = NULL;
    own.context = &j;
    for (size_t r = 0; r < own.restarts && !j.over; r++) {
        j.status = try_one(&j, &own, r);
        if (j.status != MLP_OK && j.status != MLP_ERROR_DATA) /* MLP_ERROR_DATA: the student
                                                                 diverged */
            break;
    }
    mlpi_exclusively(class->lock, end, &j);
}

/* --- all students ----------------------------------------------------------------------------- */

mlp_status mlpi_class_train(mlpi_class *class, mlp_error *err)
{
    const size_t students = class->count - class->trained;
    const int threads = mlpi_threads(class->lesson.options.threads);
    if (class->over || students == 0)
        return MLP_OK;
    class->lock = class->lock != NULL ? class->lock : mlpi_lock_create();
    if (class->lock == NULL)
        return mlpi_fail_memory(err, "training");
    class->started = class->trained == 0 ? mlpi_seconds() : class->started;
    class->beside = students < (size_t)threads ? (int)students : threads;
    class->threads = threads / class->beside;
    mlpi_parallel(class->beside, students, train_next, class);
    class->trained = class->count;
    if (class->status != MLP_OK && err != NULL)
        *err = class->failure;
    return class->status;
}

mlp_status mlpi_class_why_none(const mlpi_class *class, mlp_error *err)
{
    if (class->left_out.status == MLP_OK)
        return mlpi_lesson_ended(class->interrupted, err);
    return mlpi_fail(err, class->left_out.status, "%s", class->left_out.message);
}

void mlpi_class_release(mlpi_class *class)
{
    for (size_t i = 0; i < class->count; i++)
        mlp_model_free(class->model[i]);
    mlpi_lesson_release(&class->lesson);
    mlpi_lock_free(class->lock);
    mlpi_free(class->required);
    *class = (mlpi_class){0};
}
