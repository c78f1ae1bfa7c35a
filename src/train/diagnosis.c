/* SPDX-License-Identifier: MIT */
/* The diagnosis after training, in plain words: from the course of the loss, the metrics, and what
 * some training rows do inside the network. Each rule is a function of a table. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mlp/output.h"
#include "network/layout.h"
#include "network/traces.h"
#include "train/run.h"

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

/* What some rows do in a hidden layer. */
typedef struct layer_look {
    size_t units, dead, saturated;
    double delta; /* root mean square of the deltas */
} layer_look;

/* All that the rules look at. */
typedef struct look {
    const mlp_trainer *run;
    mlp_train_report *report;
    bool validation, classes;
    layer_look *layers; /* of hidden layers and the output layer, of which only delta is filled */
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
    vsnprintf(f->sentence, sizeof f->sentence, format, values);
    va_end(values);
}

static bool has_rate(const look *l)
{
    return l->run->plan.rule != NULL && l->report->learning_rate > 0.0;
}

enum { FAR_OFF = 30 };

/* How many times the usual rate of the rule the rate is; of a method without a rate 1. */
static double rate_ratio(const look *l)
{
    return has_rate(l) ? l->report->learning_rate / l->run->plan.rule->learning_rate : 1.0;
}

static bool rate_is_far_off(const look *l)
{
    return rate_ratio(l) > FAR_OFF || rate_ratio(l) < 1.0 / FAR_OFF;
}

/* "0.003": a rate to try, `times` the one that was taken; the usual one where that is far off on the
 * same side, for ten more tries of this kind would help nobody. */
static const char *rate_text(const look *l, double times, char *text)
{
    const double ratio = rate_ratio(l);
    const bool usual = (times < 1.0 && ratio > FAR_OFF) || (times > 1.0 && ratio < 1.0 / FAR_OFF);
    return mlpi_rounded(usual ? l->run->plan.rule->learning_rate : l->report->learning_rate * times,
                        1, text);
}

/* --- the course of the loss ------------------------------------------------------------------- */

static void diverged(look *l)
{
    char rate[32];
    if (l->report->reason == MLP_STOP_DIVERGED)
        find(l, MLP_FINDING_DIVERGED, 0, (double)l->report->epochs,
             "Training diverged in epoch %zu: the loss was no longer a number. The best weights "
             "before that are kept. Try `learning-rate` %s, or `clip-norm` 1.",
             l->report->epochs, rate_text(l, 0.1, rate));
}

/* Whether a metric is better than that of the answer that ignores the inputs. */
static bool ahead(double value, double baseline, bool larger_is_better)
{
    return larger_is_better ? value > baseline : value < baseline;
}

/* What the probabilities say counts as much as the labels: of a rare label the probability may be
 * well known and never be the largest. */
static bool knows_labels(const look *l)
{
    const mlp_train_report *r = l->report;
    const double metric = l->validation ? r->validation_metric : r->training_metric;
    const double log_loss = l->validation ? r->validation_log_loss : r->training_log_loss;
    return ahead(metric, r->baseline_metric, true) ||
           ahead(log_loss, 0.999 * r->baseline_log_loss, false);
}

static bool knows_values(const look *l)
{
    const mlp_train_report *r = l->report;
    const double metric = l->validation ? r->validation_metric : r->training_metric;
    return l->run->plan.loss == MLP_QUANTILE || /* all may lie far from the mean */
           ahead(metric, 0.999 * r->baseline_metric, false);
}

static const char *baseline_text(const look *l, char *text, size_t size)
{
    const mlp_train_report *r = l->report;
    char a[4][32];
    if (!l->classes)
        return "always answering the mean";
    snprintf(text, size,
             "ignoring the inputs: log loss %s beside %s of the labels' frequencies, accuracy %s "
             "beside %s of the most frequent label",
             mlpi_rounded(l->validation ? r->validation_log_loss : r->training_log_loss, 4, a[0]),
             mlpi_rounded(r->baseline_log_loss, 4, a[1]),
             mlpi_rounded(l->validation ? r->validation_metric : r->training_metric, 4, a[2]),
             mlpi_rounded(r->baseline_metric, 4, a[3]));
    return text;
}

/* Whether recipes chose the options: it is nobody's concern that by others one network might be better. */
static bool is_of_a_recipe(const mlp_trainer *run)
{
    const char *quality = run->options.quality;
    return run->data.folds.folds > 0 &&
           (strcmp(quality, "good") == 0 || strcmp(quality, "best") == 0);
}

static void no_better(look *l)
{
    const mlp_train_report *r = l->report;
    const bool asked = r->criterion != NULL && ahead(r->criterion_value, r->criterion_baseline,
                                                     l->run->plan.larger_is_better);
    const bool worse = !asked && !(l->classes ? knows_labels(l) : knows_values(l));
    const bool single = l->count == 1;
    const bool part = l->classes && single && r->training_metric < 1.0 && r->rows_training <= 16;
    char text[200], rate[32],
        advice[96] = "Try another `learning-rate`, more `epochs`, or other columns.";
    if (is_of_a_recipe(l->run))
        snprintf(advice, sizeof advice,
                 "Recipes were compared already: what may help are other columns, or more rows.");
    else if (rate_is_far_off(l))
        snprintf(advice, sizeof advice, "Try `learning-rate` %s, which is usual.",
                 mlpi_rounded(l->run->plan.rule->learning_rate, 1, rate));
    if (worse || part)
        find(l, MLP_FINDING_NO_BETTER, 0, l->validation ? r->validation_metric : r->training_metric,
             "The network does no better than %s. %s",
             worse ? baseline_text(l, text, sizeof text) : "a part of the rows",
             single ? "A network without a hidden layer separates labels only by a plane; "
                      "try `hidden` 8."
                    : advice);
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
             "The training loss rose after %d %% of the epochs and ended at %s, above the %s "
             "it had reached: the steps are too long. Try `learning-rate` %s.",
             (int)(100.0 * risen), mlpi_rounded(c->last, 3, a), mlpi_rounded(c->lowest, 3, b),
             rate_text(l, 0.1, rate));
    else if (risen <= 0.1 && fallen < (l->report->best_epoch == epochs ? 0.3 : 0.1))
        find(l, MLP_FINDING_RATE_TOO_SMALL, 0, fallen,
             "The training loss fell all the time, but only from %s to %s in %zu epochs: the "
             "steps are too short. Try `learning-rate` %s.",
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
    if (l->report->reason == MLP_STOP_EPOCHS && l->validation &&
        l->report->best_epoch == l->report->epochs)
        find(l, MLP_FINDING_NOT_FINISHED, 0, (double)l->report->epochs,
             "The last epoch was the best: more `epochs` may do better still.");
}

/* --- the metrics ------------------------------------------------------------------------------ */

enum { FEW_VALIDATION_ROWS = 50 };

/* Two standard errors of a share p of n rows. */
static double doubt(double p, size_t n)
{
    const double spread = fmax(p * (1.0 - p), 1.0 / (double)n); /* none wrong does not mean none */
    return 2.0 * sqrt(spread / (double)n);
}

static void few_validation(look *l)
{
    const mlp_train_report *r = l->report;
    const size_t n = r->rows_validation;
    char text[32], certainty[64] = "";
    if (!l->validation || n >= FEW_VALIDATION_ROWS)
        return;
    const double uncertain = doubt(r->validation_metric, n);
    if (l->classes && uncertain < 0.5) /* beyond, it may be anything from 0 to 1 */
        snprintf(certainty, sizeof certainty, " (accuracy is known to about ±%s)",
                 mlpi_rounded(uncertain, 1, text));
    find(l, MLP_FINDING_FEW_VALIDATION, 0, (double)n,
         "Only %zu validation row%s: too few to rely on%s. Cross-validation evaluates on all rows.",
         n, mlpi_plural(n), certainty);
}

static void overfitting(look *l)
{
    const mlp_train_report *r = l->report;
    const double n = (double)r->rows_validation;
    const bool far = l->classes ? r->training_metric - r->validation_metric >
                                      0.05 + doubt(r->validation_metric, r->rows_validation)
                                : r->validation_metric > 1.5 * r->training_metric && n >= 30.0;
    char training[32], validation[32];
    if (!l->validation || !far)
        return;
    find(l, MLP_FINDING_OVERFITTING, 0, r->validation_metric,
         "The network fits the training rows far better than the validation rows (%s %s against "
         "%s): it "
         "overfits. Try %s, fewer neurons, or more rows.",
         l->classes ? "accuracy" : "RMSE", mlpi_rounded(r->training_metric, 4, training),
         mlpi_rounded(r->validation_metric, 4, validation),
         l->run->plan.rule != NULL ? "`dropout` 0.2, a larger `l2`" : "a larger `l2`");
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

static void dead_units(look *l)
{
    for (size_t i = 0; i + 1 < l->count; i++) {
        const layer_look *one = &l->layers[i];
        const mlp_activation f = mlp_network_layer(l->run->data.network, i).activation;
        if (one->dead > 0 && 10 * one->dead >= one->units && !mlp_activation_describe(f)->threshold)
            find(l, MLP_FINDING_DEAD_UNITS, i + 1, (double)one->dead / (double)one->units,
                 "Layer %zu: %zu of %zu %s neurons have derivative 0 on every row and learn no "
                 "more. Try a smaller `learning-rate`, or `activation` leaky-relu.",
                 i + 1, one->dead, one->units, mlp_activation_describe(f)->name);
    }
}

static void saturated_units(look *l)
{
    for (size_t i = 0; i + 1 < l->count; i++) {
        const layer_look *one = &l->layers[i];
        if (one->saturated > 0 && 4 * one->saturated >= one->units)
            find(l, MLP_FINDING_SATURATED_UNITS, i + 1, (double)one->saturated / (double)one->units,
                 "Layer %zu: %zu of %zu %s neurons are saturated on nearly every row: their "
                 "derivative is close to 0. Try a smaller `learning-rate`, or a larger `l2`.",
                 i + 1, one->saturated, one->units,
                 mlp_activation_describe(mlp_network_layer(l->run->data.network, i).activation)
                     ->name);
    }
}

static void gradient_by_layer(look *l)
{
    char text[32];
    const char *norm = l->run->options.batch_norm ? "" : " `batch-norm`,";
    const double first = l->layers[0].delta, last = l->layers[l->count - 1].delta;
    if (l->count < 2 || !(first > 0.0) || !(last > 0.0) || !isfinite(first / last))
        return;
    if (first < 1e-3 * last)
        find(l, MLP_FINDING_VANISHING_GRADIENT, 1, first / last,
             "The gradient vanishes on its way back: the deltas dE/dh of layer 1 are %s times "
             "those of the output layer. Try%s `activation` relu, or fewer layers.",
             mlpi_rounded(first / last, 2, text), norm);
    else if (first > 1e3 * last)
        find(l, MLP_FINDING_EXPLODING_GRADIENT, 1, first / last,
             "The gradient explodes on its way back: the deltas dE/dh of layer 1 are %s times "
             "those of the output layer. Try%s `clip-norm` 1, or a larger `l2`.",
             mlpi_rounded(first / last, 2, text), norm);
}

/* --- looking inside --------------------------------------------------------------------------- */

enum { ROWS = 256, MOST_WORK = 100000000 /* multiply-adds */ };

/* The largest derivative of an activation, on a grid. */
static double steepest(mlp_activation f)
{
    double most = 0.0;
    for (int i = -60; i <= 60; i++)
        most = fmax(most, fabs(mlp_activation_slope(f, 0.1 * i)));
    return most;
}

/* Dead: no row has a derivative; saturated: at most a twentieth of the rows has a twentieth of the
 * largest derivative that there is. */
static void look_at_slopes(const mlpi_traces *t, size_t l, layer_look *one)
{
    const double bound = 0.05 * steepest(mlp_network_layer(t->network, l - 1).activation);
    for (size_t u = 0; u < one->units; u++) {
        size_t alive = 0, steep = 0;
        for (size_t r = 0; r < t->rows; r++) {
            const double slope = fabs(t->slope[l][r * one->units + u]);
            alive += slope > 0.0;
            steep += slope >= bound;
        }
        one->dead += alive == 0;
        one->saturated += alive > 0 && 20 * steep <= t->rows;
    }
}

static double root_mean_square(const double *values, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += values[i] * values[i];
    return sqrt(sum / (double)n);
}

static void look_at_layers(const mlpi_traces *t, layer_look *layers)
{
    for (size_t l = 1; l <= t->network->count; l++) {
        layer_look *one = &layers[l - 1];
        one->units = t->network->layers[l - 1].units;
        if (l < t->network->count)
            look_at_slopes(t, l, one);
        one->delta = root_mean_square(t->delta[l], t->rows * one->units);
    }
}

/* `rows` training rows, evenly spaced: data may be sorted. */
typedef struct sample {
    float *x, *target;
    double *w, *turned;
} sample;

static bool take_sample(const mlp_network *n, mlpi_batches *data, size_t rows, sample *s)
{
    *s = (sample){mlpi_allocate(rows, data->inputs * sizeof(float)),
                  mlpi_allocate(rows, data->outputs * sizeof(float)),
                  mlpi_allocate(n->size, sizeof(double)), mlpi_allocate(n->size, sizeof(double))};
    if (s->x == NULL || s->target == NULL || s->w == NULL || s->turned == NULL)
        return false;
    mlpi_given given;
    mlpi_batches_rewind(data, NULL);
    for (size_t i = 0, first = 0; i < rows && mlpi_batches_next(data, SIZE_MAX, &given);
         first += given.batch.rows)
        for (; i < rows && i * data->rows / rows < first + given.batch.rows; i++) {
            const size_t r = i * data->rows / rows - first;
            memcpy(s->x + i * data->inputs, given.batch.x + r * data->inputs,
                   data->inputs * sizeof(float));
            memcpy(s->target + i * data->outputs, given.batch.target + r * data->outputs,
                   data->outputs * sizeof(float));
        }
    for (size_t i = 0; i < n->size; i++)
        s->w[i] = (double)n->parameters[i];
    mlpi_traces_turn(n, s->w, s->turned);
    return true;
}

static void release_sample(sample *s)
{
    mlpi_free(s->x);
    mlpi_free(s->target);
    mlpi_free(s->w);
    mlpi_free(s->turned);
}

static mlp_status look_inside(const mlp_trainer *run, layer_look *layers, mlp_error *err)
{
    const mlp_network *n = run->data.network;
    mlpi_batches *data = run->data.learning;
    const size_t most = MOST_WORK / n->size < 16 ? 16 : MOST_WORK / n->size;
    size_t rows = data->rows < ROWS ? data->rows : ROWS;
    rows = rows < most ? rows : most;
    mlpi_traces *traces = NULL;
    MLPI_TRY(mlpi_traces_create(n, rows, &traces, err));
    sample s;
    const bool room = take_sample(n, data, rows, &s);
    if (room) {
        mlpi_traces_forward(traces, s.w, s.turned, s.x, rows);
        mlpi_traces_loss(traces, s.target, NULL);
        mlpi_traces_backward(traces);
        look_at_layers(traces, layers);
    }
    release_sample(&s);
    mlpi_traces_free(traces);
    return room ? MLP_OK : mlpi_fail_memory(err, "the diagnosis");
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
    const mlp_status status = look_inside(run, l.layers, err);
    for (size_t i = 0; status == MLP_OK && i < sizeof rules / sizeof rules[0]; i++)
        if (!rules[i].of_one_network || !is_of_a_recipe(run))
            rules[i].look_for(&l);
    mlpi_free(l.layers);
    return status;
}
