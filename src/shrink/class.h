/* SPDX-License-Identifier: MIT */
/* The students of one teacher, which are trained and evaluated in parallel. */
#ifndef MLPI_SHRINK_CLASS_H
#define MLPI_SHRINK_CLASS_H

#include "shrink/shrink.h"
#include "threads/threads.h"

typedef struct mlpi_required {
    mlp_requirement what;
    size_t label; /* the label that the metric is about; MLP_NO_LABEL: all rows */
} mlpi_required;

typedef struct mlpi_class {
    mlpi_lesson lesson;
    mlpi_required *required;
    size_t required_count;
    const char *metric;
    bool larger_is_better;
    size_t count; /* number of students; those from `trained` on are not trained yet */
    mlp_shrink_size size[MLPI_MOST_STUDENTS];
    mlp_model *model[MLPI_MOST_STUDENTS]; /* NULL: not trained, or it diverged */
    size_t trained;
    bool interrupted;
    /* While students train, the members below are changed only under this lock. */
    mlpi_lock *lock;
    double started;
    int threads, beside; /* threads of each student; students that train at a time */
    size_t begun, finished;
    bool over; /* the caller wants to stop, the time is over, or a student failed */
    mlp_status status;
    mlp_error failure, left_out; /* left_out: why a student could not be trained or evaluated */
} mlpi_class;

/** Trains and evaluates the students that are not trained yet. Errors: MLP_ERROR_MEMORY. A student
 * that diverges, cannot be evaluated or is stopped is not an error. */
mlp_status mlpi_class_train(mlpi_class *class, mlp_error *err);
/** Sets size->figure and size->holds from predictions of the rows held out: those of the model as C
 * with weights of `bits` bits, or for 0 those of the model itself. */
mlp_status mlpi_class_evaluate(const mlpi_class *class, const mlp_model *model, size_t bits,
                               int threads, mlp_shrink_size *size, mlp_error *err);
/** Fails with the reason why no student has a model. */
mlp_status mlpi_class_why_none(const mlpi_class *class, mlp_error *err);
void mlpi_class_release(mlpi_class *class);

#endif
