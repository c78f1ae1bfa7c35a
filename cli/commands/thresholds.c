/* SPDX-License-Identifier: MIT */
/* The thresholds between two labels in the result of mlp evaluate. */
#include <math.h>

#include "cli/cli.h"

enum { USUALLY_SHOWN = 3 }; /* metrics that get a threshold if --metric names none */

static void put_threshold(mlp_json_writer *json, const char *metric, const mlp_threshold *t)
{
    mlp_json_begin_object(json, metric);
    mlp_json_put_number(json, "threshold", t->threshold);
    mlp_json_put_number(json, "precision", t->precision);
    mlp_json_put_number(json, "recall", t->recall);
    for (size_t i = 0; mlp_threshold_figure_name(i) != NULL; i++) {
        double value = 0.0;
        mlp_threshold_figure(t, mlp_threshold_figure_name(i), &value);
        mlp_json_put_number(json, mlp_threshold_figure_name(i), value);
    }
    mlp_json_end(json);
}

void put_thresholds(mlp_json_writer *json, const mlp_model *model, const mlp_evaluator *evaluator)
{
    const char *metric = NULL;
    mlp_threshold best;
    if (mlp_evaluator_best_threshold(evaluator, mlp_threshold_figure_name(0), &best, NULL) !=
        MLP_OK)
        return;
    mlp_json_begin_object(json, "thresholds");
    mlp_json_put_text(json, "label", mlp_model_label(model, mlp_model_looked_for(model)));
    mlp_json_begin_object(json, "best");
    for (size_t i = 0; (metric = mlp_threshold_figure_name(i)) != NULL; i++)
        if (mlp_evaluator_best_threshold(evaluator, metric, &best, NULL) == MLP_OK)
            put_threshold(json, metric, &best);
    mlp_json_end(json);
    mlp_json_end(json);
}

typedef struct thresholds {
    const settings *s;
    const mlp_model *model;
    const mlp_evaluator *evaluator;
    const mlp_evaluation *e;
    size_t label;
} thresholds;

static void put_row(grid *g, const char *name, const char *threshold, const mlp_threshold *t)
{
    const double numbers[] = {t->precision, t->recall, t->f1, t->balanced_accuracy, t->mcc};
    grid_name(g, name);
    grid_text(g, threshold);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[16];
        snprintf(text, sizeof text, "%.4f", numbers[i]);
        grid_text(g, text);
    }
    grid_end(g);
}

/* Puts the metrics of the labels as they were predicted. */
static void put_usual(grid *g, const thresholds *w)
{
    const settings *s = w->s;
    const mlp_evaluation *e = w->e;
    const size_t label = w->label;
    char threshold[32] = "";
    const double kept = mlp_model_threshold_of(w->model, label);
    if (has_threshold(s))
        mlp_number_text(s->threshold, threshold);
    else if (!isnan(kept))
        mlp_number_text(kept, threshold);
    put_row(g, "as predicted", threshold,
            &(mlp_threshold){.precision = e->precision[label],
                             .recall = e->recall[label],
                             .f1 = e->f1[label],
                             .balanced_accuracy = e->balanced_accuracy,
                             .mcc = e->mcc});
}

/* Finds the best threshold for metric i. false: metric i is not asked for, or has none. */
static bool is_told(const thresholds *w, size_t i, mlp_threshold *best)
{
    const char *metric = mlp_threshold_figure_name(i);
    const bool wanted = w->s->metrics.count > 0 ? metric_is_asked(w->s, metric) : i < USUALLY_SHOWN;
    return wanted && mlp_evaluator_best_threshold(w->evaluator, metric, best, NULL) == MLP_OK;
}

static void put_rows(grid *g, const void *context)
{
    static const char *const heads[] = {"threshold", "precision", "recall",
                                        "f1",        "balanced",  "mcc"};
    const thresholds *w = context;
    mlp_threshold best;
    grid_name(g, "for");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        grid_text(g, heads[i]);
    grid_end(g);
    put_usual(g, w);
    for (size_t i = 0; mlp_threshold_figure_name(i) != NULL; i++) {
        char text[32];
        if (!is_told(w, i, &best))
            continue;
        mlp_number_text(best.threshold, text);
        put_row(g, mlp_threshold_figure_name(i), text, &best);
    }
}

void print_thresholds(const settings *s, const mlp_model *model, const mlp_evaluator *evaluator,
                      const mlp_evaluation *e)
{
    const thresholds w = {s, model, evaluator, e, mlp_model_looked_for(model)};
    mlp_threshold best;
    size_t i = 0;
    while (mlp_threshold_figure_name(i) != NULL && !is_told(&w, i, &best))
        i++;
    if (mlp_threshold_figure_name(i) == NULL)
        return;
    fputs("\n  best thresholds of p(", stdout);
    print_name(mlp_model_label(model, w.label));
    puts(") on these rows,\n  which look better here than they will on new rows");
    grid_print(1, put_rows, &w);
}
