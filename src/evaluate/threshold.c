/* SPDX-License-Identifier: MIT */
/* The best threshold: every one that tells two scores apart is looked at, from the highest on. */
#include "mlp/threshold.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/metrics.h"
#include "evaluate/ranking.h"

static const struct {
    const char *name;
    size_t offset;
} figures[] = {
    {"balanced_accuracy", offsetof(mlp_threshold, balanced_accuracy)},
    {"f1", offsetof(mlp_threshold, f1)},
    {"mcc", offsetof(mlp_threshold, mcc)},
    {"accuracy", offsetof(mlp_threshold, accuracy)},
    {"macro_f1", offsetof(mlp_threshold, macro_f1)},
    {"weighted_f1", offsetof(mlp_threshold, weighted_f1)},
    {"kappa", offsetof(mlp_threshold, kappa)},
};
enum { FIGURES = sizeof figures / sizeof figures[0] };

const char *mlp_threshold_figure_name(size_t i)
{
    return i < FIGURES ? figures[i].name : NULL;
}

bool mlp_threshold_figure(const mlp_threshold *threshold, const char *name, double *value)
{
    for (size_t i = 0; i < FIGURES; i++)
        if (strcmp(name, figures[i].name) == 0) {
            memcpy(value, (const char *)threshold + figures[i].offset, sizeof *value);
            return true;
        }
    return false;
}

/* Of two labels, the second of which is looked for: rows that have each, and those of them that are
 * called positive. */
typedef struct called {
    size_t negatives, positives, false_positives, true_positives;
} called;

static mlp_threshold judge(const called *c, double threshold)
{
    const size_t hits[] = {c->negatives - c->false_positives, c->true_positives};
    const size_t truths[] = {c->negatives, c->positives};
    const size_t taken = c->false_positives + c->true_positives;
    const size_t guesses[] = {c->negatives + c->positives - taken, taken};
    const mlpi_tally tally = {hits, truths, guesses, 2};
    double precision[2], recall[2], f1[2];
    mlpi_label_scores(&tally, precision, recall, f1);
    return (mlp_threshold){.threshold = threshold,
                           .precision = precision[1],
                           .recall = recall[1],
                           .f1 = f1[1],
                           .accuracy =
                               (double)(hits[0] + hits[1]) / (double)(c->negatives + c->positives),
                           .balanced_accuracy = mlpi_balanced_accuracy(&tally),
                           .macro_f1 = mlpi_macro_f1(&tally),
                           .weighted_f1 = mlpi_weighted_f1(&tally),
                           .mcc = mlpi_mcc(&tally),
                           .kappa = mlpi_kappa(&tally)};
}

/* A number with as few decimals as there may be, low < number <= high. */
static double shortest(double low, double high)
{
    double power = 1.0;
    for (int digits = 0; digits < 15; digits++, power *= 10.0) {
        const double rounded = round(0.5 * (low + high) * power) / power;
        if (rounded > low && rounded <= high)
            return rounded;
    }
    return high;
}

/* Goes down step by step; a threshold lies above the next score. */
static void choose(mlpi_descent scores, const char *figure, mlp_threshold *best)
{
    called c = {.negatives = scores.negatives, .positives = scores.positives}, usual = c;
    mlpi_same_score here, next;
    double most = -(double)INFINITY;
    for (bool more = mlpi_descend(&scores, &here); more; here = next) {
        c.false_positives += here.negatives;
        c.true_positives += here.positives;
        usual = here.score >= 0.5 ? c : usual;
        more = mlpi_descend(&scores, &next);
        const double low = more ? next.score : here.score > 0.0 ? 0.0 : here.score - 1.0;
        const mlp_threshold at = judge(&c, here.score);
        double value = 0.0;
        mlp_threshold_figure(&at, figure, &value);
        if (!(value > most))
            continue;
        most = value;
        *best = at;
        best->threshold = shortest(low, here.score);
    }
    const mlp_threshold at = judge(&usual, 0.5);
    double value = 0.0;
    mlp_threshold_figure(&at, figure, &value);
    if (!(value < most))
        *best = at;
}

mlp_status mlp_evaluator_best_threshold(const mlp_evaluator *evaluator, const char *figure,
                                        mlp_threshold *best, mlp_error *err)
{
    const char *names[FIGURES];
    mlpi_descent scores;
    size_t i = 0;
    for (size_t k = 0; k < FIGURES; k++)
        names[k] = figures[k].name;
    while (i < FIGURES && strcmp(figure, names[i]) != 0)
        i++;
    if (i == FIGURES) {
        const char *near = mlp_nearest_name(figure, names, FIGURES);
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "no threshold is chosen for \"%s\"; did you mean %s?", figure,
                         near != NULL ? near : names[0]);
    }
    if (!mlpi_evaluator_scores(evaluator, &scores))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there is a threshold only between two labels, of rows that all have "
                         "probabilities and were judged");
    if (scores.negatives == 0 || scores.positives == 0)
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "all rows have the same label; a threshold is chosen by rows of both");
    choose(scores, figure, best);
    return MLP_OK;
}
