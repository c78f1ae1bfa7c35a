/* SPDX-License-Identifier: MIT */
/* The tasks that each loss is for, and the outputs that suit it. */
#include <stdio.h>
#include <string.h>

#include "mlp/output.h"
#include "model/model.h"
#include "network/layout.h"
#include "network/temperature.h"
#include "plan/plan.h"

enum { CLASSIFICATION, REGRESSION, TASKS };

/* In place of an output activation: the loss is not for this task. */
#define NONE MLP_ACTIVATION_COUNT

typedef struct use {
    const char *purpose;
    mlp_activation output[TASKS]; /* the usual output activation for each task */
} use;

static const use uses[MLP_LOSS_COUNT] = {
    [MLP_QUADRATIC] = {"both tasks", {MLP_LOGISTIC, MLP_LINEAR}},
    [MLP_BINARY_CROSS_ENTROPY] = {"both tasks", {MLP_LOGISTIC, MLP_LOGISTIC}},
    [MLP_CROSS_ENTROPY] = {"classification", {MLP_SOFTMAX, NONE}},
    [MLP_ABSOLUTE] = {"regression", {NONE, MLP_LINEAR}},
    [MLP_HUBER] = {"regression", {NONE, MLP_LINEAR}},
    [MLP_QUANTILE] = {"regression", {NONE, MLP_LINEAR}},
    [MLP_POISSON] = {"regression of counts", {NONE, MLP_EXPONENTIAL}},
    [MLP_HINGE] = {"classification", {MLP_LINEAR, NONE}},
};

/* Writes "`loss` poisson is for regression of counts; classification takes quadratic, ... or
 * hinge". */
static mlp_status wrong_task(mlp_loss loss, int task, mlp_error *err)
{
    char list[300] = "";
    size_t count = 0, at = 0;
    for (size_t i = 0; i < MLP_LOSS_COUNT; i++)
        count += uses[i].output[task] != NONE;
    for (size_t i = 0; i < MLP_LOSS_COUNT; i++) {
        if (uses[i].output[task] == NONE)
            continue;
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
                 at == 0           ? ""
                 : at + 1 == count ? " or "
                                   : ", ",
                 mlp_loss_describe((mlp_loss)i)->name);
        at++;
    }
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`loss` %s is for %s; for %s, use %s",
                     mlp_loss_describe(loss)->name, uses[loss].purpose,
                     task == CLASSIFICATION ? "classification" : "regression", list);
}

/* Reads levels separated by commas. */
static bool parse_levels(const char *text, mlp_loss_settings *settings)
{
    settings->levels = 0;
    for (const char *at = text;;) {
        const size_t length = strcspn(at, ",");
        if (settings->levels == MLP_MAX_LEVELS ||
            !mlp_number_parse(at, length, &settings->level[settings->levels++]))
            return false;
        if (at[length] == '\0')
            return mlpi_loss_settings_valid(settings);
        at += length + 1;
    }
}

mlp_status mlpi_plan_loss_settings(mlpi_plan *plan, const mlp_train_options *options,
                                   mlp_error *err)
{
    plan->loss_settings = mlp_loss_settings_default();
    plan->loss_settings.huber_delta = options->huber_delta;
    plan->label_smoothing = options->label_smoothing;
    if (options->quantiles != NULL && plan->loss == MLP_QUANTILE &&
        !parse_levels(options->quantiles, &plan->loss_settings))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`quantiles` %s: give levels between 0 and 1 in ascending order, at most "
                         "%d of them, such as 0.1,0.5,0.9",
                         options->quantiles, MLP_MAX_LEVELS);
    return MLP_OK;
}

static mlp_status check_outputs(mlpi_plan *plan, mlp_error *err)
{
    const mlp_loss_info *loss = mlp_loss_describe(plan->loss);
    const mlp_activation_info *output = mlp_activation_describe(plan->output);
    if (!mlp_loss_accepts(plan->loss, plan->output)) {
        if (!plan->auto_loss)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "`loss` %s needs outputs %s, but %s outputs can lie outside; use "
                             "`output-activation` %s, or `loss` quadratic",
                             loss->name, loss->outputs, output->name, loss->suited);
        plan->loss = MLP_QUADRATIC;
    }
    if (plan->loss == MLP_HINGE && !(output->lowest <= -1.0 && output->highest >= 1.0))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`loss` hinge needs outputs that reach from -1 to 1, but %s outputs do "
                         "not; use `output-activation` linear or tanh",
                         output->name);
    return MLP_OK;
}

static mlp_status decide_calibration(mlpi_plan *plan, size_t outputs, mlp_error *err)
{
    const bool suits = mlpi_temperature_suits(plan->loss, plan->output, outputs);
    plan->calibrate = plan->calibrate && suits;
    if (plan->must_calibrate && !suits)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`calibration` temperature is for probabilities of labels: for softmax or "
                         "one logistic output, with cross-entropy loss; leave it out");
    return MLP_OK;
}

static mlp_status check_two_labels(const mlpi_plan *plan, size_t labels, mlp_error *err)
{
    const char *option = plan->decide_for != NULL ? "threshold"
                         : plan->look_for != NULL ? "label"
                                                  : NULL;
    if (labels == 2 || option == NULL)
        return MLP_OK;
    if (labels == 0)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`%s` is for a target with two labels, but this one is a quantity; leave it out",
            option);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`%s` is for a target with two labels, but this one has %zu; leave it out, or "
                     "predict a column that says of each row whether it has the label",
                     option, labels);
}

mlp_status mlpi_plan_look_for(const mlpi_plan *plan, mlpi_pipeline *pipeline, mlp_error *err)
{
    if (plan->look_for == NULL)
        return MLP_OK;
    for (size_t k = 0; k < pipeline->label_count; k++)
        if (strcmp(pipeline->labels[k], plan->look_for) == 0) {
            pipeline->first_looked_for = k == 0;
            return MLP_OK;
        }
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`label` %s: the labels are %s and %s",
                     plan->look_for, pipeline->labels[0], pipeline->labels[1]);
}

mlp_status mlpi_plan_output(mlpi_plan *plan, mlp_task task, size_t labels, mlpi_coding *coding,
                            mlp_error *err)
{
    const int kind = task == MLP_TASK_CLASSIFICATION ? CLASSIFICATION : REGRESSION;
    if (plan->auto_loss)
        plan->loss = kind == REGRESSION ? MLP_QUADRATIC
                     : labels == 2 && (plan->auto_output || plan->output != MLP_SOFTMAX)
                         ? MLP_BINARY_CROSS_ENTROPY
                         : MLP_CROSS_ENTROPY;
    if (uses[plan->loss].output[kind] == NONE)
        return wrong_task(plan->loss, kind, err);
    if (plan->auto_output)
        plan->output = uses[plan->loss].output[kind];
    MLPI_TRY(check_outputs(plan, err));
    if (plan->loss == MLP_BINARY_CROSS_ENTROPY && plan->output == MLP_SOFTMAX && kind == REGRESSION)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`loss` binary-cross-entropy learns each target from 0 to 1 separately, "
                         "but softmax outputs sum to 1; leave out `output-activation`");
    if (plan->label_smoothing > 0.0 && kind == REGRESSION)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`label-smoothing` is for classification, but this is regression; leave it out");
    MLPI_TRY(check_two_labels(plan, labels, err));
    *coding = mlpi_coding_of(plan->loss, &plan->loss_settings);
    coding->shares = coding->shares && kind == REGRESSION;
    coding->single_output =
        labels == 2 && plan->loss != MLP_CROSS_ENTROPY && plan->output != MLP_SOFTMAX;
    return decide_calibration(plan, coding->single_output ? 1 : labels, err);
}
