/* SPDX-License-Identifier: MIT */
/* The plan of a training: options checked and resolved against the data. */
#ifndef MLPI_PLAN_H
#define MLPI_PLAN_H

#include "divide/split.h"
#include "encode/pipeline.h"
#include "mlp/train.h"
#include "optimize/minimize.h"
#include "optimize/rule.h"
#include "optimize/schedule.h"
#include "options/options.h"

/** Options with everything decided that does not need data. */
typedef struct mlpi_plan {
    mlp_layer
        layers[MLP_MAX_LAYERS]; /* hidden ones; the output layer is added by mlpi_plan_output */
    size_t layer_count;
    bool auto_output, auto_loss, auto_optimizer;
    bool generalise; /* there is a validation part */
    mlp_activation output;
    mlp_loss loss;
    mlp_loss_settings loss_settings;
    double label_smoothing;
    const mlpi_rule *rule;     /* of mini-batches and gradient descent; or */
    const mlpi_method *method; /* a full-batch method */
    bool full_batch;
    const mlpi_schedule *schedule;
    mlpi_schedule_settings schedule_settings;
    const mlpi_schedule *regularisation; /* of dropout and weight decay, with its own settings */
    const char *metric;                  /* NULL: the loss */
    bool larger_is_better;
    uint64_t seed; /* of first weights and order; the split has that of the options */
    double l2;
    mlp_precision precision;
    bool ntk;                          /* the parametrisation, and its first weights */
    bool first_by_data, first_outputs; /* first weights by the rows, output biases by the targets */
    bool last_of_ties;                 /* of epochs that are as good as each other */
    bool calibrate, must_calibrate;    /* probabilities, by rows out of fold */
    const char *decide_for; /* the metric that a threshold between two labels is chosen for, by rows
                               out of fold, or that tells what the given one does; NULL: the more
                               probable label */
    double threshold;       /* the given one; NaN: it is chosen */
    const char *look_for;   /* of two labels the one that is looked for; NULL: the pipeline's */
    size_t epochs, batch;
} mlpi_plan;

/** Checks every option that can be checked without data: MLP_ERROR_ARGUMENT with the option's name,
 * what was found and what is possible. */
mlp_status mlpi_plan_check(const mlp_train_options *options, mlpi_plan *plan, mlp_error *err);

/** The pipeline looks for the plan's label, if it has one (output.c). Errors: MLP_ERROR_ARGUMENT, if that is
 * none of the pipeline's two labels. */
mlp_status mlpi_plan_look_for(const mlpi_plan *plan, mlpi_pipeline *pipeline, mlp_error *err);

/** The share of dropout and weight decay that a step takes, t epochs after the start. */
double mlpi_plan_regularisation(const mlpi_plan *plan, double t);

/** Takes Huber's delta, the quantile levels and label smoothing from the options, once the loss is
 * known (output.c). */
mlp_status mlpi_plan_loss_settings(mlpi_plan *plan, const mlp_train_options *options,
                                   mlp_error *err);

/** Decides loss and output activation for a task, and with them how targets are coded; `labels` 0
 * in regression (output.c). */
mlp_status mlpi_plan_output(mlpi_plan *plan, mlp_task task, size_t labels, mlpi_coding *coding,
                            mlp_error *err);

/** Decides what was left open until the rows are known. With a validation part the aim is to
 * generalise: a little L2, and smooth activations on few rows. Without, it is to fit. */
void mlpi_plan_for_rows(mlpi_plan *plan, const mlp_train_options *options, size_t training,
                        size_t validation);

/** For --optimizer auto, when the layers stand: by the sizes of network and data, and what else is
 * asked for. `why` gets the reason in words. */
void mlpi_plan_choose(mlpi_plan *plan, const mlp_train_options *options, size_t inputs, size_t rows,
                      char *why, size_t size);

/** Rows a step for so many training rows. */
size_t mlpi_plan_batch(const mlpi_plan *plan, const mlp_train_options *options, size_t rows);

#endif
