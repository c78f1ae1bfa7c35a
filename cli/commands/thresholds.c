/* SPDX-License-Identifier: MIT */
/* What mlp evaluate tells of thresholds between two labels. */
#include <math.h>

#include "cli/cli.h"

enum { USUALLY_SHOWN = 3 }; /* the first of the metrics that a threshold can be chosen for */

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

static void print_line(const char *name, const char *threshold, const mlp_threshold *t)
{
    printf("  %-21s %9s  %9.4f  %6.4f  %6.4f  %17.4f  %7.4f\n", name, threshold, t->precision,
           t->recall, t->f1, t->balanced_accuracy, t->mcc);
}

/* The labels as they were predicted. */
static void print_usual(const settings *s, const mlp_model *model, const mlp_evaluation *e,
                        size_t label)
{
    char threshold[32] = "";
    const double kept = mlp_model_threshold_of(model, label);
    if (has_threshold(s))
        mlp_number_text(s->threshold, threshold);
    else if (!isnan(kept))
        mlp_number_text(kept, threshold);
    print_line("as predicted", threshold,
               &(mlp_threshold){.precision = e->precision[label],
                                .recall = e->recall[label],
                                .f1 = e->f1[label],
                                .balanced_accuracy = e->balanced_accuracy,
                                .mcc = e->mcc});
}

void print_thresholds(const settings *s, const mlp_model *model, const mlp_evaluator *evaluator,
                      const mlp_evaluation *e)
{
    const size_t label = mlp_model_looked_for(model);
    const char *metric = NULL;
    bool begun = false;
    for (size_t i = 0; (metric = mlp_threshold_figure_name(i)) != NULL; i++) {
        char text[32];
        mlp_threshold best;
        const bool wanted = s->metrics.count > 0 ? metric_is_asked(s, metric) : i < USUALLY_SHOWN;
        if (!wanted || mlp_evaluator_best_threshold(evaluator, metric, &best, NULL) != MLP_OK)
            continue;
        if (!begun) {
            printf("\n  best thresholds of p(");
            print_name(mlp_model_label(model, label));
            printf(") on these rows, which look better here than they will on others\n"
                   "  %-21s %9s  %9s  %6s  %6s  %17s  %7s\n",
                   "for", "threshold", "precision", "recall", "f1", "balanced_accuracy", "mcc");
            print_usual(s, model, e, label);
            begun = true;
        }
        mlp_number_text(best.threshold, text);
        print_line(metric, text, &best);
    }
}
