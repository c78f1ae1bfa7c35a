/* SPDX-License-Identifier: MIT */
/* The diagnosis after training, in plain words: from the history of the loss, the metrics, and what
 * some training rows do inside the network. Each rule is a function in the table `rules`. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/print.h"
#include "mlp/output.h"
#include "network/layout.h"
#include "train/inside.h"

static const char *const names[MLP_FINDING_COUNT] = {
    [MLP_FINDING_DIVERGED] = "diverged",
    [MLP_FINDING_NO_BETTER] = "no-better",
    [MLP_FINDING_RATE_TOO_LARGE] = "rate-too-large",
    [MLP_FINDING_RATE_TOO_SMALL] = "rate-too-small",
    [MLP_FINDING_PLATEAU] = "plateau",
    [MLP_FINDING_NOT_FINISHED] = "not-finished",
    [MLP_FINDING_FEW_VALIDATION] = "few-validation",
    [MLP_FINDING_OVERFITTING] = "overfitting",
    [MLP_FINDING_DEAD_UNITS] = "dead-units",
    [MLP_FINDING_SATURATED_UNITS] = "saturated-units",
    [MLP_FINDING_VANISHING_GRADIENT] = "vanishing-gradient",
    [MLP_FINDING_EXPLODING_GRADIENT] = "exploding-gradient",
    [MLP_FINDING_LEAKAGE] = "leakage",
};

const char *mlp_finding_name(mlp_finding_kind kind)
{
    return (size_t)kind < MLP_FINDING_COUNT ? names[kind] : NULL;
}

/* What the rules look at. */
typedef struct look {
    const mlp_trainer *run;
    mlp_train_report *report;
    bool validation, classes;
    mlpi_layer_look *layers; /* of each layer; the output layer has only units and delta */
    size_t count;
} look;

static void find(look *l, mlp_finding_kind kind, size_t layer, double value, const char *format,
                 ...) MLP_PRINTF(5, 6);

static void find(look *l, mlp_finding_kind kind, size_t layer, double value, const char *format,
                 ...)
{
    va_list values;
    if (l->report->finding_count == MLP_MOST_FINDINGS)
        return;
    mlp_finding *f = &l->report->finding[l->report->finding_count++];
    *f = (mlp_finding){.kind = kind, .layer = layer, .value = value};
    va_start(values, format);
    mlpi_print_values(f->sentence, sizeof f->sentence, format, values);
    va_end(values);
}

static bool has_found(const look *l, mlp_finding_kind kind)
{
    for (size_t i = 0; i < l->report->finding_count; i++)
        if (l->report->finding[i].kind == kind)
            return true;
    return false;
}

enum { MOST_WAYS = 4, ADVICE = 200 };

/* "Try a, b, or c."; NULL stands for advice that is followed already or contradicts a finding. */
static const char *advice_of(const char *const ways[MOST_WAYS], char text[ADVICE])
{
    const char *kept[MOST_WAYS] = {NULL};
    size_t count = 0, length = 0;
    for (size_t i = 0; i < MOST_WAYS; i++)
        if (ways[i] != NULL)
            kept[count++] = ways[i];
    text[0] = '\0';
    for (size_t i = 0; i < count && length < ADVICE; i++)
        length += (size_t)snprintf(text + length, ADVICE - length, "%s%s%s", i == 0 ? "Try " : ", ",
                                   i > 0 && i + 1 == count ? "or " : "", kept[i]);
    if (count > 0 && length < ADVICE)
        snprintf(text + length, ADVICE - length, ".");
    return text;
}

static bool has_rate(const look *l)
{
    return l->run->plan.rule != NULL && l->report->learning_rate > 0.0;
}

enum { FAR_OFF = 30 };

/* The learning rate divided by the usual rate of the rule; 1 for a method without a rate. */
static double rate_ratio(const look *l)
{
    return has_rate(l) ? l->report->learning_rate / l->run->plan.rule->learning_rate : 1.0;
}

static bool rate_is_far_off(const look *l)
{
    return rate_ratio(l) > FAR_OFF || rate_ratio(l) < 1.0 / FAR_OFF;
}

/* "0.003": a rate to try, `times` the rate that was used; or the usual rate, if it lies so far away
 * in the same direction that many such tries would be needed. */
static const char *rate_text(const look *l, double times, char *text)
{
    const double ratio = rate_ratio(l);
    const bool usual = (times < 1.0 && ratio > FAR_OFF) || (times > 1.0 && ratio < 1.0 / FAR_OFF);
    return mlpi_rounded(usual ? l->run->plan.rule->learning_rate : l->report->learning_rate * times,
                        1, text);
}

/* --- the history of the loss ------------------------------------------------------------------ */

static void diverged(look *l)
{
    char rate[32];
    if (l->report->reason == MLP_STOP_DIVERGED)
        find(l, MLP_FINDING_DIVERGED, 0, (double)l->report->epochs,
             "Training diverged in epoch %zu: the loss was no longer finite. The best weights "
             "before that are kept. Try `learning-rate` %s%s.",
             l->report->epochs, rate_text(l, 0.1, rate),
             l->run->options.clip_norm > 0.0 ? "" : ", or `clip-norm` 1");
}

/* Whether a metric is better than that of the baseline. */
static bool ahead(double value, double baseline, bool larger_is_better)
{
    return larger_is_better ? value > baseline : value < baseline;
}

/* The log loss counts as much as the accuracy: the probability of a rare label may be well known
 * and yet never the largest. So does the weighted log loss: with weights for balanced labels the
 * probabilities are not meant to be the frequencies. */
static bool knows_labels(const look *l)
{
    const mlp_train_report *r = l->report;
    const double metric = l->validation ? r->validation_metric : r->training_metric;
    const double log_loss = l->validation ? r->validation_log_loss : r->training_log_loss;
    return ahead(metric, r->baseline_metric, true) ||
           ahead(log_loss, 0.999 * r->baseline_log_loss, false) ||
           ahead(l->run->weighted_log_loss[0], 0.999 * l->run->weighted_log_loss[1], false);
}

static bool knows_values(const look *l)
{
    const mlp_train_report *r = l->report;
    const double metric = l->validation ? r->validation_metric : r->training_metric;
    return l->run->plan.loss == MLP_QUANTILE || /* quantiles may lie far from the mean */
           ahead(metric, 0.999 * r->baseline_metric, false);
}

static const char *baseline_text(const look *l, char *text, size_t size)
{
    const mlp_train_report *r = l->report;
    char a[4][32];
    if (!l->classes)
        return "always predicting the mean";
    snprintf(text, size,
             "ignoring the inputs: log loss %s, against %s for the label frequencies alone; "
             "accuracy %s, against %s for the most frequent label",
             mlpi_rounded(l->validation ? r->validation_log_loss : r->training_log_loss, 4, a[0]),
             mlpi_rounded(r->baseline_log_loss, 4, a[1]),
             mlpi_rounded(l->validation ? r->validation_metric : r->training_metric, 4, a[2]),
             mlpi_rounded(r->baseline_metric, 4, a[3]));
    return text;
}

/* Whether recipes chose the options. Findings about a single network are then left out. */
static bool is_of_a_recipe(const mlp_trainer *run)
{
    const char *quality = run->options.quality;
    return run->data.folds.folds > 0 &&
           (strcmp(quality, "good") == 0 || strcmp(quality, "best") == 0);
}

/* Two standard errors of a share p of n rows. */
static double doubt(double p, size_t n)
{
    const double spread = fmax(p * (1.0 - p), 1.0 / (double)n); /* p = 0 or 1 is not certainty */
    return 2.0 * sqrt(spread / (double)n);
}

/* Whether the network fits the training rows far better than the validation rows. */
static bool is_overfit(const look *l)
{
    const mlp_train_report *r = l->report;
    if (!l->validation)
        return false;
    return l->classes ? r->training_metric - r->validation_metric >
                            0.05 + doubt(r->validation_metric, r->rows_validation)
                      : r->validation_metric > 1.5 * r->training_metric && r->rows_validation >= 30;
}

static bool is_transformed(const look *l)
{
    const char *name = l->run->options.target_transform;
    return name != NULL && name[0] != '\0';
}

enum { FEW_ROWS = 16 }; /* a network with a hidden layer can learn so few rows by heart */

static const char *no_better_advice(const look *l, bool by_heart, char text[ADVICE])
{
    char rate[32], higher[64];
    const bool stopped = l->report->reason != MLP_STOP_EPOCHS;
    snprintf(higher, sizeof higher, "`learning-rate` %s",
             has_rate(l) ? rate_text(l, 10.0, rate) : "");
    if (l->count == 1) {
        snprintf(text, ADVICE,
                 "A network without a hidden layer learns only linear relations; try `hidden` 8.");
    } else if (is_of_a_recipe(l->run)) {
        snprintf(text, ADVICE,
                 "Recipes were already compared: other columns or more rows may help.");
    } else if (rate_is_far_off(l)) {
        snprintf(text, ADVICE, "Try `learning-rate` %s, the usual value.",
                 mlpi_rounded(l->run->plan.rule->learning_rate, 1, rate));
    } else if (by_heart) {
        advice_of((const char *[MOST_WAYS]){has_rate(l) ? higher : NULL,
                                            stopped ? NULL : "more `epochs`", "more neurons"},
                  text);
    } else {
        advice_of((const char *[MOST_WAYS]){has_rate(l) ? "another `learning-rate`" : NULL,
                                            stopped ? NULL : "more `epochs`",
                                            l->classes || is_transformed(l)
                                                ? NULL
                                                : "`target-transform` log (if a few targets are "
                                                  "far larger than the others)",
                                            "other columns"},
                  text);
    }
    return text;
}

static void no_better(look *l)
{
    const mlp_train_report *r = l->report;
    const bool asked = r->criterion != NULL && ahead(r->criterion_value, r->criterion_baseline,
                                                     l->run->plan.larger_is_better);
    const bool worse = !asked && !(l->classes ? knows_labels(l) : knows_values(l));
    const bool part = l->classes && r->training_metric < 1.0 && r->rows_training <= FEW_ROWS;
    char text[200], advice[ADVICE] = "";
    if (!worse && !part)
        return;
    if (!is_overfit(l) || l->count == 1) /* the finding on overfitting gives its own advice */
        no_better_advice(l, part, advice);
    find(l, MLP_FINDING_NO_BETTER, 0, l->validation ? r->validation_metric : r->training_metric,
         "%s%s.%s%s",
         worse ? "The network does no better than " : "The network learns only some of the rows",
         worse ? baseline_text(l, text, sizeof text) : "", advice[0] != '\0' ? " " : "", advice);
}

enum { ENOUGH_EPOCHS = 8 };

static void rate_far_off(look *l)
{
    const mlpi_course *c = &l->run->course;
    const size_t epochs = l->report->epochs;
    const double risen = (double)c->rises / (double)(epochs > 1 ? epochs - 1 : 1);
    const double fallen = (c->first - c->lowest) / fabs(c->first);
    char rate[32], a[32], b[32];
    if (!has_rate(l) || epochs < ENOUGH_EPOCHS || l->report->reason == MLP_STOP_DIVERGED)
        return;
    if (risen >= 0.3 && c->last > 1.5 * c->lowest && c->last > 0.5 * c->first)
        find(l, MLP_FINDING_RATE_TOO_LARGE, 0, risen,
             "The training loss rose in %d %% of the epochs and ended at %s, above the %s it had "
             "reached: the learning rate is too high. Try `learning-rate` %s.",
             (int)(100.0 * risen), mlpi_rounded(c->last, 3, a), mlpi_rounded(c->lowest, 3, b),
             rate_text(l, 0.1, rate));
    else if (risen <= 0.1 && fallen < (l->report->best_epoch == epochs ? 0.3 : 0.1))
        find(l, MLP_FINDING_RATE_TOO_SMALL, 0, fallen,
             "The training loss fell in nearly all epochs, but only from %s to %s in %zu epochs: "
             "the learning rate is too low. Try `learning-rate` %s.",
             mlpi_rounded(c->first, 3, a), mlpi_rounded(c->last, 3, b), epochs,
             rate_text(l, 10.0, rate));
    else if (risen > 0.1 && fallen < 0.02)
        find(l, MLP_FINDING_PLATEAU, 0, fallen,
             "The training loss stayed on a plateau: %s at first, %s at its lowest. Try "
             "another `learning-rate` (a range test finds one), `activation` or `hidden`.",
             mlpi_rounded(c->first, 3, a), mlpi_rounded(c->lowest, 3, b));
}

static void not_finished(look *l)
{
    if (l->report->reason == MLP_STOP_EPOCHS && l->validation && !is_overfit(l) &&
        l->report->best_epoch == l->report->epochs)
        find(l, MLP_FINDING_NOT_FINISHED, 0, (double)l->report->epochs,
             "The last epoch was the best: more `epochs` may do better still.");
}

/* --- the metrics ------------------------------------------------------------------------------ */

enum { FEW_VALIDATION_ROWS = 50 };

static void few_validation(look *l)
{
    const mlp_train_report *r = l->report;
    const size_t n = r->rows_validation;
    char text[32], certainty[64] = "";
    if (!l->validation || n >= FEW_VALIDATION_ROWS)
        return;
    const double uncertain = doubt(r->validation_metric, n);
    if (l->classes && uncertain < 0.5) /* else the accuracy may be anything from 0 to 1 */
        snprintf(certainty, sizeof certainty, " (accuracy is known to about ±%s)",
                 mlpi_rounded(uncertain, 1, text));
    find(l, MLP_FINDING_FEW_VALIDATION, 0, (double)n,
         "Only %zu validation row%s: too few to rely on%s. Cross-validation evaluates on all rows.",
         n, mlpi_plural(n), certainty);
}

static void overfitting(look *l)
{
    const mlp_train_report *r = l->report;
    const mlp_train_options *o = &l->run->options;
    char training[32], validation[32], advice[ADVICE];
    if (!is_overfit(l))
        return;
    advice_of(
        (const char *[MOST_WAYS]){
            l->run->plan.rule != NULL && o->dropout < 0.2 && l->count > 1 ? "`dropout` 0.2" : NULL,
            "a larger `l2`", l->count > 1 ? "fewer neurons" : NULL, "more rows"},
        advice);
    find(l, MLP_FINDING_OVERFITTING, 0, r->validation_metric,
         "The network fits the training rows far better than the validation rows (%s %s against "
         "%s): it overfits. %s",
         l->classes ? "accuracy" : "RMSE", mlpi_rounded(r->training_metric, 4, training),
         mlpi_rounded(r->validation_metric, 4, validation), advice);
}

/* --- the columns ------------------------------------------------------------------------------ */

static void leakage(look *l)
{
    const mlpi_leaks *leaks = &l->run->data.leaks;
    for (size_t i = 0; i < leaks->count; i++)
        find(l, MLP_FINDING_LEAKAGE, 0, leaks->leak[i].value, "%s", leaks->leak[i].sentence);
    const mlpi_kin *kin = &l->run->data.kin;
    if (kin->found)
        find(l, MLP_FINDING_LEAKAGE, 0, kin->value, "%s", kin->sentence);
}

/* --- inside the network ----------------------------------------------------------------------- */

/* Advice to lower the learning rate; NULL: there is no rate, or the rate was found too low. */
static const char *smaller_rate(const look *l)
{
    return has_rate(l) && !has_found(l, MLP_FINDING_RATE_TOO_SMALL) ? "a smaller `learning-rate`"
                                                                    : NULL;
}

static void dead_units(look *l)
{
    char advice[ADVICE];
    for (size_t i = 0; i + 1 < l->count; i++) {
        const mlpi_layer_look *one = &l->layers[i];
        const mlp_activation f = mlp_network_layer(l->run->data.network, i).activation;
        if (one->dead > 0 && 10 * one->dead >= one->units && !mlp_activation_describe(f)->threshold)
            find(l, MLP_FINDING_DEAD_UNITS, i + 1, (double)one->dead / (double)one->units,
                 "Layer %zu: %zu of %zu %s neurons have derivative 0 on every row and no longer "
                 "learn. %s",
                 i + 1, one->dead, one->units, mlp_activation_describe(f)->name,
                 advice_of((const char *[MOST_WAYS]){smaller_rate(l), "`activation` leaky-relu"},
                           advice));
    }
}

static void saturated_units(look *l)
{
    char advice[ADVICE];
    for (size_t i = 0; i + 1 < l->count; i++) {
        const mlpi_layer_look *one = &l->layers[i];
        if (one->saturated > 0 && 4 * one->saturated >= one->units)
            find(l, MLP_FINDING_SATURATED_UNITS, i + 1, (double)one->saturated / (double)one->units,
                 "Layer %zu: %zu of %zu %s neurons are saturated on nearly every row: their "
                 "derivative is close to 0. %s",
                 i + 1, one->saturated, one->units,
                 mlp_activation_describe(mlp_network_layer(l->run->data.network, i).activation)
                     ->name,
                 advice_of((const char *[MOST_WAYS]){smaller_rate(l), "a larger `l2`"}, advice));
    }
}

static void gradient_by_layer(look *l)
{
    char text[32], advice[ADVICE];
    const mlp_train_options *o = &l->run->options;
    const char *norm = o->batch_norm || l->run->plan.rule == NULL ? NULL : "`batch-norm`";
    const mlp_activation first_kind = mlp_network_layer(l->run->data.network, 0).activation;
    const double first = l->layers[0].delta, last = l->layers[l->count - 1].delta;
    if (l->count < 2 || !(first > 0.0) || !(last > 0.0) || !isfinite(first / last))
        return;
    const char *const shorter = l->count > 2 ? "fewer layers" : NULL;
    if (first < 1e-3 * last)
        find(l, MLP_FINDING_VANISHING_GRADIENT, 1, first / last,
             "The gradient vanishes on its way back: the deltas dE/dh of layer 1 are %s times "
             "those of the output layer. %s",
             mlpi_rounded(first / last, 2, text),
             advice_of(
                 (const char *[MOST_WAYS]){
                     norm, first_kind == MLP_RELU ? NULL : "`activation` relu", shorter},
                 advice));
    else if (first > 1e3 * last)
        find(l, MLP_FINDING_EXPLODING_GRADIENT, 1, first / last,
             "The gradient explodes on its way back: the deltas dE/dh of layer 1 are %s times "
             "those of the output layer. %s",
             mlpi_rounded(first / last, 2, text),
             advice_of((const char *[MOST_WAYS]){norm,
                                                 l->run->plan.rule == NULL ||
                                                         (o->clip_norm > 0.0 && o->clip_norm <= 1.0)
                                                     ? NULL
                                                     : "`clip-norm` 1",
                                                 "a larger `l2`"},
                       advice));
}

static const struct {
    void (*look_for)(look *);
    bool of_one_network;
} rules[] = {{diverged, false},        {leakage, false},      {no_better, false},
             {rate_far_off, true},     {not_finished, false}, {few_validation, false},
             {overfitting, true},      {dead_units, true},    {saturated_units, true},
             {gradient_by_layer, true}};

mlp_status mlpi_diagnose(const mlp_trainer *run, mlp_train_report *report, mlp_error *err)
{
    look l = {.run = run,
              .report = report,
              .validation = mlpi_run_has_validation(run),
              .classes = report->task == MLP_TASK_CLASSIFICATION,
              .count = mlp_network_layer_count(run->data.network)};
    l.layers = mlpi_allocate(l.count, sizeof *l.layers);
    if (l.layers == NULL)
        return mlpi_fail_memory(err, "the diagnosis");
    const mlp_status status = mlpi_look_inside(run, l.layers, err);
    for (size_t i = 0; status == MLP_OK && i < sizeof rules / sizeof rules[0]; i++)
        if (!rules[i].of_one_network || !is_of_a_recipe(run))
            rules[i].look_for(&l);
    mlpi_free(l.layers);
    return status;
}
