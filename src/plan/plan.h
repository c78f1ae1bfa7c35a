/* SPDX-License-Identifier: MIT */
/* The plan of a training run: the options, checked and resolved against the data. */
#ifndef MLPI_PLAN_H
#define MLPI_PLAN_H

#include "divide/split.h"
#include "encode/pipeline.h"
#include "mlp/train.h"
#include "optimize/minimize.h"
#include "optimize/rule.h"
#include "optimize/schedule.h"
#include "options/options.h"

/** The decisions about a training run: at first those that do not need the data, later the
 * others. */
typedef struct mlpi_plan {
    mlp_layer layers[MLP_MAX_LAYERS]; /* hidden layers; mlpi_prepare_decide adds the output layer */
    size_t layer_count;
    bool auto_output, auto_loss, auto_optimizer;
    bool generalise; /* whether there is a validation part */
    mlp_activation output;
    mlp_loss loss;
    mlp_loss_settings loss_settings;
    double label_smoothing;
    const mlpi_rule *rule;     /* an update rule; NULL: `method` is used */
    const mlpi_method *method; /* a full-batch method; NULL: `rule` is used */
    bool full_batch;
    const mlpi_schedule *schedule;
    mlpi_schedule_settings schedule_settings;
    const mlpi_schedule *regularisation; /* for dropout and weight decay, with the defaults of the
                                            schedule */
    const char *metric;                  /* the metric that decides which epoch is best; NULL: the
                                            loss */
    bool larger_is_better;
    uint64_t seed; /* for initial weights and the order of rows; the split uses the seed of the
                      options */
    double l2;
    mlp_precision precision;
    bool ntk; /* the parametrisation is ntk, which has initial weights of its own */
    bool first_by_data, first_outputs; /* initial weights are computed from rows; output biases are
                                          computed from the targets */
    bool last_of_ties;                 /* the last of equally good epochs is kept */
    bool calibrate, must_calibrate; /* probabilities are calibrated by rows out of fold; the options
                                       require calibration */
    const char *decide_for; /* the metric for which a threshold between two labels is chosen by rows
                               out of fold, and which is reported for a given threshold; NULL: the
                               more probable label is predicted */
    double threshold;       /* the given threshold; NaN: it is chosen */
    const char *look_for;   /* with two labels, the label to look for; NULL: the pipeline's */
    size_t epochs, batch;
} mlpi_plan;

/** Checks every option that can be checked without data, and makes the plan. Errors:
 * MLP_ERROR_ARGUMENT with the option's name, what was found and what is possible. */
mlp_status mlpi_plan_check(const mlp_train_options *options, mlpi_plan *plan, mlp_error *err);

/** Makes the pipeline look for the plan's label, if the plan has one (output.c). Errors:
 * MLP_ERROR_ARGUMENT if this is neither of the pipeline's two labels. */
mlp_status mlpi_plan_look_for(const mlpi_plan *plan, mlpi_pipeline *pipeline, mlp_error *err);

/** The share of dropout and weight decay that a step uses, t epochs after the start. */
double mlpi_plan_regularisation(const mlpi_plan *plan, double t);

/** Takes Huber's delta, the quantile levels and label smoothing from the options, once the loss is
 * known (output.c). */
mlp_status mlpi_plan_loss_settings(mlpi_plan *plan, const mlp_train_options *options,
                                   mlp_error *err);

/** Decides loss and output activation for a task, and with them the coding of targets; `labels` is
 * 0 in regression (output.c). */
mlp_status mlpi_plan_output(mlpi_plan *plan, mlp_task task, size_t labels, mlpi_coding *coding,
                            mlp_error *err);

/** Decides what depends on the number of rows. With a validation part the aim is to generalise: a
 * little L2, and smooth activations if rows are few. Without one the aim is to fit the rows. */
void mlpi_plan_for_rows(mlpi_plan *plan, const mlp_train_options *options, size_t training,
                        size_t validation);

/** Chooses the optimizer for `optimizer` auto, once the layers are known, by the sizes of network
 * and data and the other options. Writes the reason to `why`. */
void mlpi_plan_choose(mlpi_plan *plan, const mlp_train_options *options, size_t inputs, size_t rows,
                      char *why, size_t size);

/** The number of rows in a step when there are `rows` training rows. */
size_t mlpi_plan_batch(const mlpi_plan *plan, const mlp_train_options *options, size_t rows);

#endif
