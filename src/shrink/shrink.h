/* SPDX-License-Identifier: MIT */
/* Making a model small: what the files of this room share. */
#ifndef MLPI_SHRINK_H
#define MLPI_SHRINK_H

#include "mlp/export.h"
#include "mlp/shrink.h"
#include "train/run.h"

struct mlp_shrink_options {
    size_t max_flash, max_parameters, max_operations, max_columns; /* 0: any */
    size_t integer;
    mlp_names require;
    double teaching, mixed;
};

/** What students learn, and on which rows they are evaluated. */
typedef struct mlpi_lesson {
    const mlp_model *teacher;
    const mlp_table *table;                        /* as it was given */
    mlp_train_options options;                     /* of students, except for their layers */
    mlp_names drop, categorical, numeric, targets; /* names of the table */
    mlp_table *rows, *held_out; /* those that train, and behind them those that are made */
    mlp_table *sample;          /* some rows, by which the C of a size is calibrated */
    size_t made;
    double teaching;  /* share of the teacher's answers in what is learnt */
    size_t bits;      /* of the weights of exported C, by which students are evaluated; 0: floats */
    bool teacher_saw; /* the rows that are held out */
    mlpi_common common; /* rows encoded for students, whose targets are what is learnt */
} mlpi_lesson;

/** lesson.c. `held_out` and `training` as mlp_shrink has them; release in any case. */
mlp_status mlpi_lesson_init(mlpi_lesson *lesson, const mlp_model *teacher, const mlp_table *table,
                            const mlp_table *held_out, const mlp_train_options *training,
                            const mlp_shrink_options *options, mlp_error *err);
void mlpi_lesson_release(mlpi_lesson *lesson);
/** Encodes its rows anew, by its options, and teaches them. */
mlp_status mlpi_lesson_encode(mlpi_lesson *lesson, mlp_error *err);
/** MLP_ERROR_INTERRUPTED where the caller wants an end, or the time is over. */
mlp_status mlpi_lesson_go_on(const mlpi_lesson *lesson, mlp_error *err);
/** Says that there is no model yet. */
mlp_status mlpi_lesson_ended(bool stopped, mlp_error *err);

/** student_options.c: of the caller, and of the data what the teacher's training knew, for rows of
 * this table. Release with the lesson. */
mlp_status mlpi_lesson_options(mlpi_lesson *lesson, const mlp_train_options *training,
                               mlp_error *err);

/** columns.c: no more than `most` columns stay inputs, those that networks of all of them need; 0: all. Errors:
 * MLP_ERROR_DATA (one diverges), MLP_ERROR_INTERRUPTED, MLP_ERROR_MEMORY. */
mlp_status mlpi_lesson_bound_columns(mlpi_lesson *lesson, size_t most, mlp_error *err);
/** student_options.c: columns that are `out` are no inputs any more. */
void mlpi_lesson_drop(mlpi_lesson *lesson, const bool *out);

/** teach.c: the targets of the common rows, of which those from `real` on were made, become what is
 * learnt, with a share of the teacher's answers. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_teach(const mlpi_lesson *lesson, size_t real, double share, mlp_error *err);

/** mix.c: some rows of a table, and behind them `made` that have about half of their columns, of
 * those that `mixes` names, from another of them. */
mlp_status mlpi_mix(const mlp_table *table, const size_t *rows, size_t count, size_t made,
                    const bool *mixes, uint64_t seed, mlp_table **mixed, mlp_error *err);

/** student.c: the plan of a network with these hidden layers. */
mlp_status mlpi_student_plan(const mlpi_lesson *lesson, const char *hidden,
                             mlp_train_options *options, mlpi_plan *plan, mlp_error *err);
/** Trains it to its end with `options`, as the number-th of those from other first weights. */
mlp_status mlpi_student_train(const mlpi_lesson *lesson, const char *hidden,
                              const mlp_train_options *options, size_t number, mlp_model **model,
                              mlp_train_report *report, mlp_error *err);

/** size.c: what a network with size->hidden takes, and `as_c` its bytes, which take a while; the
 * metric stays. */
mlp_status mlpi_size_of_student(const mlpi_lesson *lesson, bool as_c, mlp_shrink_size *size,
                                mlp_error *err);
/** The same of the model that was given, as C in floats. */
mlp_status mlpi_size_of_teacher(const mlpi_lesson *lesson, mlp_shrink_size *size, mlp_error *err);
/** The options of that export. Free them on failure too. */
mlp_status mlpi_export_as(size_t bits, mlp_export_options **options, mlp_error *err);

/** ladder.c: sizes to try, from the widest that fits the bounds downwards; at least one. Errors:
 * MLP_ERROR_ARGUMENT (not even the smallest fits), MLP_ERROR_INTERRUPTED, MLP_ERROR_MEMORY. */
enum { MLPI_MOST_STUDENTS = 24 };
mlp_status mlpi_ladder(const mlpi_lesson *lesson, const mlp_shrink_options *bounds,
                       mlp_shrink_size *sizes, size_t *count, mlp_error *err);
/** Adds some between one of them, a layer, and the next smaller one. */
mlp_status mlpi_ladder_below(const mlpi_lesson *lesson, const mlp_shrink_options *bounds,
                             mlp_shrink_size *sizes, size_t *count, size_t chosen, mlp_error *err);

#endif
