/* SPDX-License-Identifier: MIT */
/* Checks options and turns their words into layers, losses and rules. */
#include "plan/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mlp/evaluate.h"
#include "mlp/output.h"
#include "mlp/threshold.h"
#include "options/options.h"
#include "plan/initial.h"

enum { DEFAULT_EPOCHS = 200, DEFAULT_EPOCHS_FULL = 2000, MOST_NAMES = 32 };

/* Below this number of training rows a smooth activation generalises better
 * (docs/benchmarks.md). */
enum { FEW_ROWS = 1000 };

static const double DEFAULT_L2 = 0.0003;

/* Stands for "auto" in plan->layers until the data are known. */
#define AUTO_ACTIVATION MLP_ACTIVATION_COUNT

/* "`loss` mse is not known; did you mean ...? The choices are a, b or c". */
static mlp_status unknown(const char *option, const char *value, const char *const *names,
                          size_t count, mlp_error *err)
{
    char list[400] = "";
    for (size_t i = 0; i < count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
                 i == 0           ? ""
                 : i + 1 == count ? " or "
                                  : ", ",
                 names[i]);
    const char *near = mlp_nearest_name(value, names, count);
    if (near != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "%s %s is not known; did you mean %s? The choices are %s", option, value,
                         near, list);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%s %s is not known; give %s", option, value, list);
}

static mlp_status find_activation(const char *option, const char *name, mlp_activation *id,
                                  mlp_error *err)
{
    const char *names[MLP_ACTIVATION_COUNT + 1] = {"auto"};
    if (mlp_activation_from_name(name, id))
        return MLP_OK;
    for (size_t i = 0; i < MLP_ACTIVATION_COUNT; i++)
        names[i + 1] = mlp_activation_describe((mlp_activation)i)->name;
    return unknown(option, name, names, MLP_ACTIVATION_COUNT + 1, err);
}

static mlp_status find_loss(mlpi_plan *plan, const char *name, mlp_error *err)
{
    const char *names[MLP_LOSS_COUNT + 1] = {"auto"};
    plan->auto_loss = strcmp(name, "auto") == 0;
    if (plan->auto_loss || mlp_loss_from_name(name, &plan->loss))
        return MLP_OK;
    for (size_t i = 0; i < MLP_LOSS_COUNT; i++)
        names[i + 1] = mlp_loss_describe((mlp_loss)i)->name;
    return unknown("`loss`", name, names, MLP_LOSS_COUNT + 1, err);
}

static mlp_status find_rule(mlpi_plan *plan, const char *name, mlp_error *err)
{
    const char *names[MOST_NAMES] = {"auto"};
    size_t count = 1;
    plan->auto_optimizer = strcmp(name, names[0]) == 0;
    if (plan->auto_optimizer)
        name = "adam"; /* until the rows are known */
    plan->rule = mlpi_rule_find(name);
    plan->method = mlpi_method_find(name);
    plan->full_batch = plan->rule == NULL || plan->rule->full_batch;
    if (plan->rule != NULL || plan->method != NULL)
        return MLP_OK;
    for (size_t i = 0; mlpi_rule_at(i) != NULL && count < MOST_NAMES; i++)
        names[count++] = mlpi_rule_at(i)->name;
    for (size_t i = 0; mlpi_method_at(i) != NULL && count < MOST_NAMES; i++)
        names[count++] = mlpi_method_at(i)->name;
    return unknown("`optimizer`", name, names, count, err);
}

/* Finds out which of several words `name` is. */
static mlp_status find_word(const char *option, const char *name, const char *const *names,
                            size_t count, size_t *which, mlp_error *err)
{
    for (*which = 0; *which < count; ++*which)
        if (strcmp(name, names[*which]) == 0)
            return MLP_OK;
    return unknown(option, name, names, count, err);
}

/* Finds out whether `name` is the second of two words. */
static mlp_status find_either(const char *option, const char *name, const char *const names[2],
                              bool *second, mlp_error *err)
{
    size_t which = 0;
    MLPI_TRY(find_word(option, name, names, 2, &which, err));
    *second = which == 1;
    return MLP_OK;
}

static mlp_status find_calibration(mlpi_plan *plan, const mlp_train_options *o, mlp_error *err)
{
    static const char *const names[] = {"auto", "none", "temperature"};
    size_t which = 0;
    MLPI_TRY(find_word("`calibration`", o->calibration, names, 3, &which, err));
    plan->calibrate = o->folds > 0 && which != 1;
    plan->must_calibrate = o->folds > 0 && which == 2;
    return MLP_OK;
}

/* Finds the metric for which a threshold is chosen: the metric that `threshold` names; or for auto
 * that of the option `metric`, if a threshold can be chosen for it, else the first in the list. A
 * number is the threshold itself. */
static mlp_status find_threshold(mlpi_plan *plan, const mlp_train_options *o, mlp_error *err)
{
    enum { WORDS = 2, AUTO = 1, MOST = 16 };
    const char *names[MOST + 1] = {"none", "auto"};
    size_t count = WORDS, which = 0, metric = WORDS;
    for (size_t i = 0; count < MOST && mlp_threshold_figure_name(i) != NULL; i++)
        names[count++] = mlp_threshold_figure_name(i);
    names[count] = "a probability such as 0.1";
    while (which < count && strcmp(o->threshold, names[which]) != 0)
        which++;
    plan->threshold = (double)NAN;
    if (which == count) {
        if (!mlp_number_parse(o->threshold, strlen(o->threshold), &plan->threshold))
            return unknown("`threshold`", o->threshold, names, count + 1, err);
        if (!(plan->threshold > 0.0 && plan->threshold < 1.0))
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "`threshold` %s is not between 0 and 1: it is the probability from "
                             "which `label` is predicted",
                             o->threshold);
        which = AUTO;
    }
    while (metric < count && strcmp(o->metric, names[metric]) != 0)
        metric++;
    plan->decide_for = which >= WORDS   ? names[which]
                       : which == 0     ? NULL
                       : metric < count ? names[metric]
                                        : names[WORDS];
    if (o->folds == 0)
        plan->decide_for = NULL;
    plan->look_for = o->label;
    return MLP_OK;
}

static mlp_status find_words(mlpi_plan *plan, const mlp_train_options *o, mlp_error *err)
{
    static const char *const precisions[] = {"float", "bf16"};
    static const char *const parametrisations[] = {"standard", "ntk"};
    static const char *const weights[] = {"auto", "data"}, *const biases[] = {"zero", "prior"};
    static const char *const ties[] = {"first", "last"};
    bool narrow = false;
    MLPI_TRY(find_either("`precision`", o->precision, precisions, &narrow, err));
    plan->precision = narrow ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT;
    MLPI_TRY(
        find_either("`parametrisation`", o->parametrisation, parametrisations, &plan->ntk, err));
    MLPI_TRY(find_either("`first-weights`", o->first_weights, weights, &plan->first_by_data, err));
    MLPI_TRY(find_either("`output-biases`", o->output_biases, biases, &plan->first_outputs, err));
    MLPI_TRY(find_calibration(plan, o, err));
    MLPI_TRY(find_threshold(plan, o, err));
    return find_either("`ties`", o->ties, ties, &plan->last_of_ties, err);
}

/* Reads one layer of `hidden`: "64" or "64:tanh". */
static mlp_status take_layer(mlpi_plan *plan, const char *word, size_t length, mlp_activation usual,
                             mlp_error *err)
{
    char text[64], *colon = NULL;
    double units = 0.0;
    if (plan->layer_count + 1 >= MLP_MAX_LAYERS)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`hidden`: a network has at most %d hidden layers", MLP_MAX_LAYERS - 1);
    if (length >= sizeof text)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`hidden`: \"%.20s...\" is not a layer; write for instance 64,32 or "
                         "300:tanh,100 or none",
                         word);
    memcpy(text, word, length);
    text[length] = '\0';
    colon = strchr(text, ':');
    if (colon != NULL)
        *colon = '\0';
    if (!mlp_number_parse(text, strlen(text), &units) || units != floor(units) || units < 1.0 ||
        units > MLP_MAX_UNITS)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`hidden`: \"%s\" is not a number of neurons from 1 to %d; write for instance "
            "64,32 or 300:tanh,100 or none",
            text, MLP_MAX_UNITS);
    mlp_layer *layer = &plan->layers[plan->layer_count++];
    *layer = (mlp_layer){(size_t)units, usual};
    if (colon != NULL)
        MLPI_TRY(find_activation("`hidden`: activation", colon + 1, &layer->activation, err));
    if (layer->activation == MLP_SOFTMAX)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "softmax is for the output layer only; choose another activation for hidden layers");
    return MLP_OK;
}

static mlp_status take_hidden(mlpi_plan *plan, const mlp_train_options *options, mlp_error *err)
{
    mlp_activation usual = AUTO_ACTIVATION;
    if (strcmp(options->activation, "auto") != 0)
        MLPI_TRY(find_activation("`activation`", options->activation, &usual, err));
    if (strcmp(options->hidden, "none") == 0)
        return MLP_OK;
    for (const char *at = options->hidden;;) {
        const size_t length = strcspn(at, ",");
        MLPI_TRY(take_layer(plan, at, length, usual, err));
        if (at[length] == '\0')
            return MLP_OK;
        at += length + 1;
    }
}

static mlp_status check_rest(const mlp_train_options *o, mlp_error *err)
{
    const char *divider = o->validation_group != NULL ? "group" : "time";
    if (o->validation_group != NULL && o->validation_time != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`validation-group` and `validation-time` exclude each other; leave out "
                         "one of the two");
    if ((o->validation_group != NULL || o->validation_time != NULL) && o->validation == 0.0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`validation-%s` needs a part of the rows for validation, for instance "
                         "`validation` 0.2",
                         divider);
    return MLP_OK;
}

static mlp_status find_schedule(const char *option, const char *name, const mlpi_schedule **found,
                                mlp_error *err)
{
    const char *names[MOST_NAMES];
    size_t count = 0;
    for (; mlpi_schedule_at(count) != NULL && count < MOST_NAMES; count++)
        names[count] = mlpi_schedule_at(count)->name;
    *found = mlpi_schedule_find(name);
    return *found != NULL ? MLP_OK : unknown(option, name, names, count, err);
}

static mlp_status find_schedules(mlpi_plan *plan, const mlp_train_options *o, mlp_error *err)
{
    MLPI_TRY(find_schedule("`schedule`", o->schedule, &plan->schedule, err));
    MLPI_TRY(find_schedule("`regularisation-schedule`", o->regularisation_schedule,
                           &plan->regularisation, err));
    if (plan->regularisation->follows_validation)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`regularisation-schedule` %s follows the validation, but dropout and "
                         "weight decay follow the epochs alone; use for instance flat-cos",
                         o->regularisation_schedule);
    const mlpi_schedule *found = plan->schedule;
    const double factor = o->schedule_factor == MLPI_AUTO ? found->factor : o->schedule_factor;
    plan->schedule_settings =
        (mlpi_schedule_settings){.factor = factor, .period = found->period, .warm_up = o->warm_up};
    if (o->schedule_period > 0.0)
        plan->schedule_settings.period = o->schedule_period;
    else if (found->period == 0.0)
        plan->schedule_settings.period = (double)plan->epochs;
    return MLP_OK;
}

double mlpi_plan_regularisation(const mlpi_plan *plan, double t)
{
    const mlpi_schedule *s = plan->regularisation;
    const double period = s->period > 0.0 ? s->period : (double)plan->epochs;
    return mlpi_schedule_share(s, &(mlpi_schedule_settings){.factor = s->factor, .period = period},
                               t, 0.0);
}

static mlp_status check_dropout(const mlpi_plan *plan, const mlp_train_options *o, mlp_error *err)
{
    if (!(o->dropout > 0.0) || plan->layer_count > 0)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`dropout` leaves hidden neurons out, but `hidden` none has none; use for "
                     "instance `hidden` 96,48");
}

static mlp_status check_batch_norm(const mlpi_plan *plan, const mlp_train_options *o,
                                   mlp_error *err)
{
    if (!o->batch_norm)
        return MLP_OK;
    if (plan->layer_count == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`batch-norm` normalises hidden layers, but `hidden` none has none; use "
                         "for instance `hidden` 96,48");
    if (o->batch == 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`batch-norm` needs the deviation of a batch, but a single row has none; "
                         "use `batch` 2 or more, better 16");
    if (o->max_norm > 0.0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`max-norm` has no effect on layers that are normalised; leave out "
                         "`max-norm` or `batch-norm`");
    return MLP_OK;
}

static mlp_status check_input_scale(const mlp_train_options *o, mlp_error *err)
{
    if (!(o->input_scale > 0.0) || !(o->max_norm > 0.0))
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`max-norm` limits the weights of the inputs, which `input-scale` scales; "
                     "leave out one of the two");
}

/* With `memory`, only the rows of one shard of the file are in memory at a time. */
static mlp_status check_memory(const mlpi_plan *plan, const mlp_train_options *options,
                               mlp_error *err)
{
    if (options->memory == 0)
        return MLP_OK;
    if (!plan->auto_optimizer && plan->full_batch)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`optimizer` %s needs all rows in every step, but `memory` keeps only "
                         "some of them at hand; use `optimizer` adam, or leave out `memory`",
                         options->optimizer);
    if (options->batch == MLPI_FULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`batch` full needs all rows in every step, but `memory` keeps only some "
                         "of them at hand; use for instance `batch` 4096");
    return MLP_OK;
}

static mlp_status find_metric(mlpi_plan *plan, const char *name, mlp_error *err)
{
    const char *names[MOST_NAMES];
    size_t count = 0;
    if (strcmp(name, "loss") == 0)
        return MLP_OK;
    for (; mlp_metric_name(count) != NULL && count < MOST_NAMES; count++) {
        names[count] = mlp_metric_name(count);
        if (strcmp(name, names[count]) != 0)
            continue;
        plan->metric = names[count];
        plan->larger_is_better = mlp_metric_larger_is_better(count);
        return MLP_OK;
    }
    return unknown("`metric`", name, names, count, err);
}

static size_t epochs_of(const mlpi_plan *plan, const mlp_train_options *options)
{
    return options->epochs > 0 ? options->epochs
           : plan->full_batch  ? DEFAULT_EPOCHS_FULL
                               : DEFAULT_EPOCHS;
}

mlp_status mlpi_plan_check(const mlp_train_options *options, mlpi_plan *plan, mlp_error *err)
{
    *plan = (mlpi_plan){.auto_output = strcmp(options->output_activation, "auto") == 0};
    MLPI_TRY(mlpi_options_check(options, err));
    MLPI_TRY(check_rest(options, err));
    if (options->initial == NULL)
        MLPI_TRY(take_hidden(plan, options, err));
    if (!plan->auto_output)
        MLPI_TRY(
            find_activation("`output-activation`", options->output_activation, &plan->output, err));
    MLPI_TRY(find_loss(plan, options->loss, err));
    MLPI_TRY(mlpi_plan_loss_settings(plan, options, err));
    if (options->initial != NULL)
        mlpi_initial_plan(options->initial, plan);
    MLPI_TRY(find_rule(plan, options->optimizer, err));
    MLPI_TRY(find_words(plan, options, err));
    MLPI_TRY(mlpi_options_refuse(options, err));
    MLPI_TRY(check_dropout(plan, options, err));
    MLPI_TRY(check_batch_norm(plan, options, err));
    MLPI_TRY(check_input_scale(options, err));
    MLPI_TRY(check_memory(plan, options, err));
    plan->epochs = epochs_of(plan, options);
    plan->seed = options->seed;
    MLPI_TRY(find_schedules(plan, options, err));
    return find_metric(plan, options->metric, err);
}

static double l2_of(const mlpi_plan *plan, const mlp_train_options *options, bool generalise)
{
    return options->l2 != MLPI_AUTO          ? options->l2
           : generalise && !plan->full_batch ? DEFAULT_L2
                                             : 0.0;
}

void mlpi_plan_for_rows(mlpi_plan *plan, const mlp_train_options *options, size_t training,
                        size_t validation)
{
    const bool generalise = validation > 0;
    const bool smooth =
        (generalise && training < FEW_ROWS) || /* or a method that relies on second derivatives: */
        (plan->method != NULL && plan->method->least_squares);
    for (size_t l = 0; l < plan->layer_count; l++)
        if (plan->layers[l].activation == AUTO_ACTIVATION)
            plan->layers[l].activation = smooth ? MLP_TANH : MLP_RELU;
    plan->generalise = generalise;
    plan->l2 = l2_of(plan, options, generalise);
}

/* --- --optimizer auto ------------------------------------------------------------------------- */

/* Above these limits a step of a full-batch method costs more than it gains
 * (docs/benchmarks.md). */
enum { FEW_PARAMETERS = 600, FEW_RESIDUALS = 20000, MOST_WORK = 20000000 };

static size_t parameters_of(const mlpi_plan *plan, size_t inputs)
{
    size_t count = 0;
    for (size_t l = 0; l < plan->layer_count; l++) {
        count += plan->layers[l].units * (inputs + 1);
        inputs = plan->layers[l].units;
    }
    return count;
}

/* The name of an option that was set and that only update rules support; NULL: there is none. */
static const char *what_needs_a_rule(const mlp_train_options *options)
{
    const mlpi_option *option = mlpi_options_against(options, mlpi_method_at(0)->name);
    return option != NULL ? option->shown.name : NULL;
}

void mlpi_plan_choose(mlpi_plan *plan, const mlp_train_options *options, size_t inputs, size_t rows,
                      char *why, size_t size)
{
    const size_t parameters = parameters_of(plan, inputs);
    const size_t residuals = rows * plan->layers[plan->layer_count - 1].units;
    const char *needs = what_needs_a_rule(options), *name = "adam";
    if (needs != NULL) {
        snprintf(why, size, "`%s` is for update rules", needs);
    } else if (plan->loss != MLP_QUADRATIC || options->l2 > 0.0) {
        snprintf(why, size,
                 "mini-batches generalise well where the loss is not a plain sum of squares");
    } else if (parameters <= FEW_PARAMETERS && residuals <= FEW_RESIDUALS) {
        name = "levenberg-marquardt";
        snprintf(why, size, "a sum of squares, with few parameters (%zu) and rows (%zu)",
                 parameters, rows);
    } else if (parameters <= MOST_WORK / rows) {
        name = "lbfgs";
        snprintf(why, size,
                 "%zu parameters and %zu rows are few enough to use all rows in every step",
                 parameters, rows);
    } else {
        snprintf(why, size, "%zu parameters and %zu rows call for mini-batches", parameters, rows);
    }
    plan->rule = mlpi_rule_find(name);
    plan->method = mlpi_method_find(name);
    plan->full_batch = plan->rule == NULL;
    plan->epochs = epochs_of(plan, options);
    plan->l2 = l2_of(plan, options, plan->generalise);
}

/* By default a fiftieth of the rows as a power of two, from 8 to 256: enough steps an epoch on
 * small data, large matrix products on large data. */
size_t mlpi_plan_batch(const mlpi_plan *plan, const mlp_train_options *options, size_t rows)
{
    if (plan->full_batch || options->batch >= rows)
        return rows;
    if (options->batch > 0)
        return options->batch;
    size_t batch = 8;
    while (batch < 256 && batch * 2 <= rows / 50)
        batch *= 2;
    return batch < rows ? batch : rows;
}
