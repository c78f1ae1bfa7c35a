/* SPDX-License-Identifier: MIT */
/* The table of the options of training. Whatever else knows an option has it from here: defaults,
 * ranges, the command line and its help, tuning, journals, the identity of a run, what a model
 * file says of its training, and which options have no effect beside which others. */
#include "options/options.h"

#include <string.h>

#include "mlp/output.h"

#define AT(member) .offset = offsetof(mlp_train_options, member)

static const mlpi_option table[] = {
    {.shown = {"task", "TASK", "The job", "auto", NULL,
               "classification, regression, or auto: by what the target holds"},
     .kind = MLPI_OPTION_TASK,
     AT(task)},
    {.shown = {"hidden", "LAYERS", "Network", "96,48", NULL,
               "neurons of the hidden layers, each with an activation if wanted (300:tanh,100); "
               "none: single-layer perceptron"},
     .kind = MLPI_OPTION_TEXT,
     AT(hidden)},
    {.shown =
         {"activation", "NAME", "Network", "auto", NULL,
          "of the hidden layers: linear, step, sign, softsign, logistic, tanh, relu, softplus, "
          "gaussian, leaky-relu, elu, selu, gelu, silu, mish, hard-logistic, hard-tanh, "
          "exponential; auto: relu; tanh on less than 1000 rows with a validation part"},
     .kind = MLPI_OPTION_TEXT,
     AT(activation),
     .acts = {"hidden", "!none"}},
    {.shown =
         {"output-activation", "NAME", "Network", "auto", NULL,
          "of the output layer; auto: logistic, softmax, linear or exponential by task and loss"},
     .kind = MLPI_OPTION_TEXT,
     AT(output_activation)},
    {.shown = {"surrogate", NULL, "Network", "no", "",
               "lets a straight-through gradient pass hidden step and sign layers"},
     .kind = MLPI_OPTION_SWITCH,
     AT(surrogate),
     .acts = {"hidden", "!none"}},
    {.shown = {"loss", "NAME", "Loss", "auto", NULL,
               "quadratic; of labels: binary-cross-entropy, cross-entropy, hinge; of numbers: "
               "absolute, huber, quantile, poisson (counts); auto: by the task"},
     .kind = MLPI_OPTION_TEXT,
     AT(loss)},
    {.shown = {"huber-delta", "NUMBER", "Loss", "1", NULL,
               "of `loss` huber: beyond NUMBER standard deviations of the target, errors count "
               "linearly"},
     .kind = MLPI_OPTION_REAL,
     AT(huber_delta),
     .lowest = 1e-6,
     .highest = 1e6,
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"loss", "huber"}},
    {.shown = {"quantiles", "LEVELS", "Loss", "", "0.5",
               "of `loss` quantile: 0.1,0.5,0.9 predicts three columns for each target"},
     .kind = MLPI_OPTION_TEXT,
     AT(quantiles),
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"loss", "quantile"}},
    {.shown = {"label-smoothing", "E", "Loss", "0", NULL,
               "labels count as 1 - E, and E is spread over all labels, while training"},
     .kind = MLPI_OPTION_REAL,
     AT(label_smoothing),
     .highest = 0.5},
    {.shown = {"class-weights", "WEIGHTS", "Loss", "none", NULL,
               "how much a label counts in the losses: balanced (the rarer the more) or "
               "LABEL=WEIGHT,..."},
     .kind = MLPI_OPTION_TEXT,
     AT(class_weights)},
    {.shown = {"weight-column", "COLUMN", "Loss", "", NULL,
               "numbers from 0: how much a row counts in the losses, not in metrics; no input"},
     .kind = MLPI_OPTION_TEXT,
     AT(weight_column)},
    {.shown = {"optimizer", "NAME", "Steps", "adam", NULL,
               "adam, adamw, nadam, rmsprop, sgd, momentum, nesterov; all rows at each step: "
               "gradient-descent, irprop, scg, lbfgs, levenberg-marquardt, bayesian; auto: by the "
               "sizes of network and data"},
     .kind = MLPI_OPTION_TEXT,
     AT(optimizer)},
    {.shown = {"learning-rate", "NUMBER", "Steps", "0", "by the optimizer",
               "alpha, the length of a step"},
     .kind = MLPI_OPTION_REAL,
     AT(learning_rate),
     .lowest = 1e-12,
     .highest = 1e6,
     .flags = MLPI_OPTION_ZERO,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"schedule", "NAME", "Steps", "constant", NULL,
               "of the learning rate: constant, step, exponential, cosine, one-cycle, plateau"},
     .kind = MLPI_OPTION_TEXT,
     AT(schedule),
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"schedule-factor", "NUMBER", "Steps", "auto", "by the schedule",
               "step and plateau 0.5, exponential 0.97: what they multiply the rate by; cosine 0: "
               "the share it ends at; one-cycle 0.04: the share it begins at"},
     .kind = MLPI_OPTION_AUTO_REAL,
     AT(schedule_factor),
     .highest = 1,
     .acts = {"schedule", "!constant"}},
    {.shown = {"schedule-period", "N", "Steps", "0", "by the schedule",
               "epochs between two steps (30), without a better validation for plateau (5), of one "
               "cosine before it begins anew (all)"},
     .kind = MLPI_OPTION_REAL,
     AT(schedule_period),
     .lowest = 1e-6,
     .highest = 1e9,
     .flags = MLPI_OPTION_ZERO,
     .acts = {"schedule", "step|cosine|one-cycle|plateau"}},
    {.shown = {"warm-up", "N", "Steps", "0", NULL,
               "epochs in which the learning rate rises to its full height"},
     .kind = MLPI_OPTION_REAL,
     AT(warm_up),
     .highest = 1e9,
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"momentum", "NUMBER", "Steps", "0.9", NULL, "for momentum and nesterov"},
     .kind = MLPI_OPTION_REAL,
     AT(momentum),
     .highest = 0.9999,
     .acts = {"optimizer", "momentum|nesterov"}},
    {.shown = {"batch", "N", "Steps", "0", "by the rows", "rows of a step, or full"},
     .kind = MLPI_OPTION_ROWS,
     AT(batch),
     .lowest = 1,
     .highest = 1e9,
     .flags = MLPI_OPTION_ZERO,
     .acts = {"optimizer", MLPI_BATCHES}},
    {.shown = {"clip-norm", "NORM", "Steps", "0", "none",
               "scales longer gradients down to this norm"},
     .kind = MLPI_OPTION_REAL,
     AT(clip_norm),
     .highest = 1e9,
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"precision", "NAME", "Steps", "float", NULL,
               "of products while training: float, or bf16 where the processor has it"},
     .kind = MLPI_OPTION_TEXT,
     AT(precision),
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"l2", "NUMBER", "Against overfitting", "auto", NULL,
               "adds NUMBER / 2 times the sum of squared weights to the loss; auto: 0.0003, "
               "without validation or with gradient-descent 0"},
     .kind = MLPI_OPTION_AUTO_REAL,
     AT(l2),
     .highest = 1e6},
    {.shown = {"l1", "NUMBER", "Against overfitting", "0", NULL,
               "adds NUMBER times the sum of absolute weights to the loss"},
     .kind = MLPI_OPTION_REAL,
     AT(l1),
     .highest = 1e6,
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"weight-decay", "NUMBER", "Against overfitting", "0.01", NULL,
               "of adamw: shrinks weights by alpha NUMBER a step"},
     .kind = MLPI_OPTION_REAL,
     AT(weight_decay),
     .highest = 1e3,
     .acts = {"optimizer", "adamw"}},
    {.shown = {"dropout", "P", "Against overfitting", "0", NULL,
               "probability that a hidden neuron is left out of a step"},
     .kind = MLPI_OPTION_REAL,
     AT(dropout),
     .highest = 0.95,
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"input-noise", "SD", "Against overfitting", "0", NULL,
               "standard deviation of noise on the inputs of a step, after scaling"},
     .kind = MLPI_OPTION_REAL,
     AT(input_noise),
     .highest = 1e3,
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"max-norm", "NORM", "Against overfitting", "0", "none",
               "scales a neuron's incoming weights down to this norm after each step"},
     .kind = MLPI_OPTION_REAL,
     AT(max_norm),
     .highest = 1e9,
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"batch-norm", NULL, "Against overfitting", "no", "",
               "normalises hidden layers over the rows of a step; the model's network is plain"},
     .kind = MLPI_OPTION_SWITCH,
     AT(batch_norm),
     .flags = MLPI_OPTION_REFUSED,
     .acts = {"optimizer", MLPI_RULES}},
    {.shown = {"epochs", "N", "Validation, and when to stop", "0", "200",
               "passes over the training rows, at most (2000 for gradient-descent)"},
     .kind = MLPI_OPTION_COUNT,
     AT(epochs),
     .lowest = 1,
     .highest = 1e9,
     .flags = MLPI_OPTION_FREE | MLPI_OPTION_ZERO},
    {.shown = {"validation", "PART", "Validation, and when to stop", "auto", "0.15",
               "part of the rows that judges training, a file of its own, or none; PROBEN1 files "
               "say which rows (the default for them)"},
     .kind = MLPI_OPTION_AUTO_REAL,
     AT(validation),
     .highest = 0.9},
    {.shown = {"validation-group", "COLUMN", "Validation, and when to stop", "", NULL,
               "rows that share a text in it are on the same side of that division; no input"},
     .kind = MLPI_OPTION_TEXT,
     AT(validation_group)},
    {.shown = {"validation-time", "COLUMN", "Validation, and when to stop", "", NULL,
               "the last rows in its order validate: numbers, else texts such as 2024-05-31; no "
               "input unless `numeric` or `categorical` names it"},
     .kind = MLPI_OPTION_TEXT,
     AT(validation_time)},
    {.shown = {"patience", "N", "Validation, and when to stop", "20", NULL,
               "stop after N epochs without a better validation; 0: never"},
     .kind = MLPI_OPTION_COUNT,
     AT(patience),
     .highest = 1e9,
     .flags = MLPI_OPTION_FREE,
     .acts = {"validation", "!0"}},
    {.shown = {"metric", "NAME", "Validation, and when to stop", "loss", NULL,
               "what better means: loss, or a figure of evaluate: accuracy, log_loss, macro_f1, "
               "auc, average_precision, brier, rmse, mae, r2"},
     .kind = MLPI_OPTION_TEXT,
     AT(metric)},
    {.shown = {"generalisation-loss", "PERCENT", "Validation, and when to stop", "0", "",
               "stop when, after five more epochs, the validation loss is so much above its least "
               "(L. Prechelt 1994)"},
     .kind = MLPI_OPTION_REAL,
     AT(generalisation_loss),
     .highest = 1e6,
     .flags = MLPI_OPTION_FREE,
     .acts = {"validation", "!0"}},
    {.shown = {"min-change", "NUMBER", "Validation, and when to stop", "0", NULL,
               "how much better it must be to count"},
     .kind = MLPI_OPTION_REAL,
     AT(min_change),
     .highest = 1e300},
    {.shown = {"restarts", "N", "Validation, and when to stop", "1", NULL,
               "trainings from other first weights; the best on validation is kept"},
     .kind = MLPI_OPTION_COUNT,
     AT(restarts),
     .lowest = 1,
     .highest = 1e6,
     .flags = MLPI_OPTION_FREE | MLPI_OPTION_ZERO},
    {.shown = {"members", "N", "Validation, and when to stop", "1", NULL,
               "networks from other first weights; their mean answers"},
     .kind = MLPI_OPTION_COUNT,
     AT(members),
     .lowest = 1,
     .highest = 1000,
     .flags = MLPI_OPTION_FREE | MLPI_OPTION_ZERO},
    {.shown = {"seed", "N", "Validation, and when to stop", "1", NULL,
               "of the split, the first weights and the order of rows"},
     .kind = MLPI_OPTION_SEED,
     AT(seed)},
    {.shown = {"target-transform", "NAME", "Columns", "", "standard",
               "how a target of numbers is learnt: standard, min-max, robust, quantile-normal, "
               "log, yeo-johnson; predictions are in units all the same"},
     .kind = MLPI_OPTION_TEXT,
     AT(target_transform)},
};
enum { OPTIONS = sizeof table / sizeof table[0] };

const mlpi_option *mlpi_option_at(size_t i)
{
    return i < OPTIONS ? &table[i] : NULL;
}

const mlp_option_info *mlp_train_option_describe(size_t i)
{
    return i < OPTIONS ? &table[i].shown : NULL;
}

static const char *plain(const char *name)
{
    return strncmp(name, "--", 2) == 0 ? name + 2 : name;
}

const mlpi_option *mlpi_option_find(const char *name)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (strcmp(table[i].shown.name, plain(name)) == 0)
            return &table[i];
    return NULL;
}

mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err)
{
    const char *names[OPTIONS];
    *option = mlpi_option_find(name);
    if (*option != NULL)
        return MLP_OK;
    for (size_t i = 0; i < OPTIONS; i++)
        names[i] = table[i].shown.name;
    const char *near = mlp_nearest_name(plain(name), names, OPTIONS);
    if (near != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there is no training option \"%s\"; did you mean %s?", plain(name), near);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "there is no training option \"%s\"; the help of training lists them",
                     plain(name));
}

mlp_train_options mlp_train_options_default(void)
{
    mlp_train_options options = {0};
    for (size_t i = 0; i < OPTIONS; i++)
        mlpi_option_reset(&table[i], &options);
    options.checkpoint_every = 10;
    return options;
}
