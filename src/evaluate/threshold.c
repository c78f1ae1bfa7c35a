/* SPDX-License-Identifier: MIT */
/* The best threshold: tries every threshold that separates two scores, from the highest on. */
#include "evaluate/threshold.h"

#include <math.h>
#include <string.h>

#include "base/base.h"

static double accuracy(const mlpi_tally *t)
{
    return (double)(t->hits[0] + t->hits[1]) / (double)(t->truths[0] + t->truths[1]);
}

static double f1_of_second(const mlpi_tally *t)
{
    return t->hits[1] > 0 ? 2.0 * (double)t->hits[1] / (double)(t->truths[1] + t->guesses[1]) : 0.0;
}

static const struct {
    const char *name;
    size_t offset;
    double (*of)(const mlpi_tally *tally); /* of two labels, of which the second is looked for */
} metrics[] = {
    {"balanced_accuracy", offsetof(mlp_threshold, balanced_accuracy), mlpi_balanced_accuracy},
    {"f1", offsetof(mlp_threshold, f1), f1_of_second},
    {"mcc", offsetof(mlp_threshold, mcc), mlpi_mcc},
    {"accuracy", offsetof(mlp_threshold, accuracy), accuracy},
    {"macro_f1", offsetof(mlp_threshold, macro_f1), mlpi_macro_f1},
    {"weighted_f1", offsetof(mlp_threshold, weighted_f1), mlpi_weighted_f1},
    {"kappa", offsetof(mlp_threshold, kappa), mlpi_kappa},
};
enum { METRICS = sizeof metrics / sizeof metrics[0] };

const char *mlp_threshold_figure_name(size_t i)
{
    return i < METRICS ? metrics[i].name : NULL;
}

size_t mlpi_threshold_metric_find(const char *name)
{
    size_t i = 0;
    while (i < METRICS && strcmp(name, metrics[i].name) != 0)
        i++;
    return i;
}

double mlpi_threshold_metric_of(size_t metric, const mlpi_tally *tally)
{
    return metrics[metric].of(tally);
}

bool mlp_threshold_figure(const mlp_threshold *threshold, const char *name, double *value)
{
    for (size_t i = 0; i < METRICS; i++)
        if (strcmp(name, metrics[i].name) == 0) {
            memcpy(value, (const char *)threshold + metrics[i].offset, sizeof *value);
            return true;
        }
    return false;
}

/* The numbers of rows that have the first and the second label, and of those that are predicted to
 * have the second. */
typedef struct called {
    size_t negatives, positives, false_positives, true_positives;
} called;

/* The same numbers as counts of a tally. */
typedef struct counts {
    size_t hits[2], truths[2], guesses[2];
} counts;

static counts count(const called *c)
{
    const size_t taken = c->false_positives + c->true_positives;
    return (counts){.hits = {c->negatives - c->false_positives, c->true_positives},
                    .truths = {c->negatives, c->positives},
                    .guesses = {c->negatives + c->positives - taken, taken}};
}

static double metric_of(const called *c, size_t metric)
{
    const counts n = count(c);
    return metrics[metric].of(&(mlpi_tally){n.hits, n.truths, n.guesses, 2});
}

static mlp_threshold threshold_at(const called *c, double threshold)
{
    const counts n = count(c);
    const mlpi_tally tally = {n.hits, n.truths, n.guesses, 2};
    double precision[2], recall[2], f1[2];
    mlpi_label_scores(&tally, precision, recall, f1);
    mlp_threshold made = {.threshold = threshold, .precision = precision[1], .recall = recall[1]};
    for (size_t i = 0; i < METRICS; i++) {
        const double value = metrics[i].of(&tally);
        memcpy((char *)&made + metrics[i].offset, &value, sizeof value);
    }
    return made;
}

/* The number with the fewest decimals in low < number <= high; high if there is none with fewer
 * than 15 decimals. */
static double shortest(double low, double high)
{
    for (int digits = 0; digits < 15; digits++) {
        const double power = pow(10.0, digits);
        const double rounded = round(0.5 * (low + high) * power) / power;
        if (rounded > low && rounded <= high)
            return rounded;
    }
    return high;
}

/* Goes through the scores from the highest on. The threshold lies above the next lower score, or
 * above 0 if there is none, and stays 0.5 unless another one is better. */
mlp_threshold mlpi_threshold_choose(mlpi_descent scores, size_t metric)
{
    called c = {.negatives = scores.negatives, .positives = scores.positives};
    called usual = c, best = c;
    double most = -(double)INFINITY, low = 0.0, high = 0.0;
    mlpi_same_score here, next;
    for (bool more = mlpi_descend(&scores, &here); more; here = next) {
        c.false_positives += here.negatives;
        c.true_positives += here.positives;
        usual = here.score >= 0.5 ? c : usual;
        more = mlpi_descend(&scores, &next);
        const double value = metric_of(&c, metric);
        if (!(value > most))
            continue;
        most = value;
        best = c;
        low = more ? next.score : fmin(0.0, here.score);
        high = here.score;
    }
    return metric_of(&usual, metric) < most ? threshold_at(&best, shortest(low, high))
                                            : threshold_at(&usual, 0.5);
}

mlp_status mlp_evaluator_best_threshold(const mlp_evaluator *evaluator, const char *metric,
                                        mlp_threshold *best, mlp_error *err)
{
    const char *names[METRICS];
    mlpi_descent scores;
    const size_t i = mlpi_threshold_metric_find(metric);
    for (size_t k = 0; k < METRICS; k++)
        names[k] = metrics[k].name;
    if (i == METRICS) {
        const char *near = mlp_nearest_name(metric, names, METRICS);
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "no threshold can be chosen for \"%s\"; use a metric such as %s", metric,
                         near != NULL ? near : names[0]);
    }
    if (!mlpi_evaluator_scores(evaluator, &scores))
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "a threshold needs two labels, and evaluated rows that all have probabilities");
    if (scores.negatives == 0 || scores.positives == 0)
        return mlpi_fail(
            err, MLP_ERROR_DATA,
            "all rows have the same label; a threshold is chosen from rows of both labels");
    *best = mlpi_threshold_choose(scores, i);
    return MLP_OK;
}
