/* SPDX-License-Identifier: MIT */
/* Making a model small: types and functions that the files of this folder share. */
#ifndef MLPI_SHRINK_H
#define MLPI_SHRINK_H

#include "mlp/export.h"
#include "mlp/shrink.h"
#include "train/run.h"

struct mlp_shrink_options {
    size_t max_flash, max_parameters, max_operations, max_columns; /* 0: no bound */
    size_t integer;
    mlp_names require;
    double teaching, mixed;
};

/** The rows that students learn from and are evaluated on, and their training options. */
typedef struct mlpi_lesson {
    const mlp_model *teacher;
    const mlp_table *table;                        /* the caller's table */
    mlp_train_options options;                     /* of all students; `hidden` is set for each */
    mlp_names drop, categorical, numeric, targets; /* column names in `options`; arrays owned */
    mlp_table *rows, *held_out; /* `rows`: those that train, followed by `made` mixed rows */
    mlp_table *sample;          /* a few rows, from which the C of a size is calibrated */
    size_t made;
    double teaching;    /* share of the teacher's predictions in the targets */
    size_t bits;        /* of a weight in the C that students are evaluated as; 0: floats */
    bool teacher_saw;   /* the teacher may have been trained on rows that are held out */
    mlpi_common common; /* the rows encoded for students, with the targets that students learn */
} mlpi_lesson;

/** lesson.c: prepares a lesson. `held_out`, `training` and `options` are those of mlp_shrink.
 * Release the lesson even after a failure. */
mlp_status mlpi_lesson_init(mlpi_lesson *lesson, const mlp_model *teacher, const mlp_table *table,
                            const mlp_table *held_out, const mlp_train_options *training,
                            const mlp_shrink_options *options, mlp_error *err);
void mlpi_lesson_release(mlpi_lesson *lesson);
/** Encodes the rows as lesson->options say, and blends the teacher's predictions into the
 * targets. */
mlp_status mlpi_lesson_encode(mlpi_lesson *lesson, mlp_error *err);
/** Fails with MLP_ERROR_INTERRUPTED if the caller wants to stop, or the time is over. */
mlp_status mlpi_lesson_go_on(const mlpi_lesson *lesson, mlp_error *err);
/** Fails with MLP_ERROR_INTERRUPTED: the caller (`stopped`), or the time, ended the search before
 * there was a model. */
mlp_status mlpi_lesson_ended(bool stopped, mlp_error *err);

/** student_options.c: sets lesson->options: the caller's options, with the teacher's columns and
 * targets, and the teacher's options about the data where the caller left the defaults. The
 * lesson owns the lists of names. */
mlp_status mlpi_lesson_options(mlpi_lesson *lesson, const mlp_train_options *training,
                               mlp_error *err);

/** columns.c: keeps as inputs only the `most` columns that networks need most; 0: all columns.
 * Errors: MLP_ERROR_DATA (the network that ranks columns diverges), MLP_ERROR_INTERRUPTED,
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_lesson_bound_columns(mlpi_lesson *lesson, size_t most, mlp_error *err);
/** student_options.c: drops the columns c of the table with out[c] from the inputs. */
void mlpi_lesson_drop(mlpi_lesson *lesson, const bool *out);

/** teach.c: blends the teacher's predictions, with weight `share`, into the targets of the encoded
 * rows. Mixed rows, those of the table from row `real` on, get the predictions alone, and so do all
 * rows if quantiles are predicted. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_teach(const mlpi_lesson *lesson, size_t real, double share, mlp_error *err);

/** mix.c: makes a table of `count` rows of `table`, followed by `made` rows that mix two of them:
 * about half of the cells in the columns with mixes[c] come from the second one. */
mlp_status mlpi_mix(const mlp_table *table, const size_t *rows, size_t count, size_t made,
                    const bool *mixes, uint64_t seed, mlp_table **mixed, mlp_error *err);

/** student.c: makes the plan of a network with these hidden layers. */
mlp_status mlpi_student_plan(const mlpi_lesson *lesson, const char *hidden,
                             mlp_train_options *options, mlpi_plan *plan, mlp_error *err);
/** Trains a network with these hidden layers to its end with `options`. `number`, from 0, selects
 * the initial weights. */
mlp_status mlpi_student_train(const mlpi_lesson *lesson, const char *hidden,
                              const mlp_train_options *options, size_t number, mlp_model **model,
                              mlp_train_report *report, mlp_error *err);

/** size.c: sets the parameters and operations of a network with size->hidden, and with `as_c` also
 * its bytes of flash, which takes much longer. */
mlp_status mlpi_size_of_student(const mlpi_lesson *lesson, bool as_c, mlp_shrink_size *size,
                                mlp_error *err);
/** Sets the parameters, operations and bytes of flash of the teacher, as C in floats. */
mlp_status mlpi_size_of_teacher(const mlpi_lesson *lesson, mlp_shrink_size *size, mlp_error *err);
/** Creates the options of an export to C with weights of `bits` bits; 0: floats. Free the options
 * even after a failure. */
mlp_status mlpi_export_as(size_t bits, mlp_export_options **options, mlp_error *err);

enum { MLPI_MOST_STUDENTS = 24 }; /* capacity of `sizes` below */
/** ladder.c: lists sizes to try, from the widest that fits the bounds downwards; at least one.
 * Errors: MLP_ERROR_ARGUMENT (not even the smallest fits, or C cannot carry the model),
 * MLP_ERROR_INTERRUPTED, MLP_ERROR_MEMORY. */
mlp_status mlpi_ladder(const mlpi_lesson *lesson, const mlp_shrink_options *bounds,
                       mlp_shrink_size *sizes, size_t *count, mlp_error *err);
/** Adds sizes of one hidden layer between sizes[chosen], if that has one layer, and the next
 * narrower one in the list. */
mlp_status mlpi_ladder_below(const mlpi_lesson *lesson, const mlp_shrink_options *bounds,
                             mlp_shrink_size *sizes, size_t *count, size_t chosen, mlp_error *err);

#endif
