/* SPDX-License-Identifier: MIT */
/* Students of one teacher, who learn and are evaluated side by side. */
#ifndef MLPI_SHRINK_CLASS_H
#define MLPI_SHRINK_CLASS_H

#include "shrink/shrink.h"
#include "threads/threads.h"

typedef struct mlpi_required {
    mlp_requirement what;
    size_t label; /* MLP_NO_LABEL: of all rows */
} mlpi_required;

typedef struct mlpi_class {
    mlpi_lesson lesson;
    mlpi_required *required;
    size_t required_count;
    const char *metric;
    bool larger_is_better;
    size_t count; /* of students; those from `trained` on are to come */
    mlp_shrink_size size[MLPI_MOST_STUDENTS];
    mlp_model *model[MLPI_MOST_STUDENTS]; /* NULL: there is none */
    size_t trained;
    bool interrupted;
    /* under the lock, while they train: */
    mlpi_lock *lock;
    double started;
    int threads, beside; /* that each has; that train at a time */
    size_t begun, finished;
    bool over; /* the caller wanted an end, or something failed */
    mlp_status status;
    mlp_error failure, left_out; /* left_out: why a student has no metric */
} mlpi_class;

/** Trains and evaluates those that are to come. Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_DATA,
 * MLP_ERROR_MEMORY; that one diverges, or is stopped, is none. */
mlp_status mlpi_class_train(mlpi_class *class, mlp_error *err);
/** Fills in metric and holds of a model by the rows held out, or of its C with weights of so many
 * bits. */
mlp_status mlpi_class_evaluate(const mlpi_class *class, const mlp_model *model, size_t bits,
                               int threads, mlp_shrink_size *size, mlp_error *err);
/** Why no student came to an end. */
mlp_status mlpi_class_why_none(const mlpi_class *class, mlp_error *err);
void mlpi_class_release(mlpi_class *class);

#endif
