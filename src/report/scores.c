/* SPDX-License-Identifier: MIT */
/* All metrics next to those of the baseline, and the metrics of single labels, targets and quantile
 * levels. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "evaluate/metric_sums.h"
#include "report/report.h"

/* Titles and meanings of the metrics for readers; a metric that is not listed appears under its own
 * name. */
static const struct {
    const char *metric, *name, *meaning;
} words[] = {
    {"accuracy", "Accuracy", "share of the rows whose label is right"},
    {"log_loss", "Log loss", "mean of −ln p(true label)"},
    {"macro_f1", "Macro F1", "mean over the labels of 2 precision · recall / (precision + recall)"},
    {"auc", "Area under the ROC curve (AUC)",
     "chance that a row of the label gets a higher score than one of another"},
    {"balanced_accuracy", "Balanced accuracy", "mean over the labels of the share found (recall)"},
    {"mcc", "Matthews correlation", "of truth and prediction: 1 is perfect, 0 as good as chance"},
    {"kappa", "Cohen’s kappa", "agreement beyond chance: 1 is perfect, 0 as good as chance"},
    {"weighted_f1", "Weighted F1", "F1 of the labels, weighted by their rows"},
    {"top_3_accuracy", "Top-3 accuracy", "share of the rows whose label is among the 3 likeliest"},
    {"top_5_accuracy", "Top-5 accuracy", "share of the rows whose label is among the 5 likeliest"},
    {"median_absolute_error", "Median absolute error", "half of the errors are smaller"},
    {"mape", "Mean relative error (MAPE)", "for targets that are not 0; 0.1 is 10 %"},
    {"explained_variance", "Explained variance", "R² except for a bias that all predictions share"},
    {"average_precision", "Average precision (AP)",
     "precision of the label that is looked for, averaged over recall"},
    {"brier", "Brier score", "mean squared error of the probabilities"},
    {"calibration_error", "Calibration error",
     "how far probabilities are from the observed shares"},
    {"log_likelihood", "Log-likelihood", "sum of ln p(true label)"},
    {"rmse", "Root mean square error (RMSE)", "in units of the target"},
    {"mae", "Mean absolute error", "in units of the target"},
    {"r2", "Coefficient of determination R²", "1 is perfect, 0 as good as the mean"},
    {"pinball_loss", "Pinball loss", "mean over rows, targets and levels"},
    {"interval_coverage", "Coverage", "share of the rows between the lowest and the highest level"},
    {"interval_width", "Width of the interval", "mean, in units of the target"},
    {"loss", "Loss of the network", "what training minimised"},
};

static const char *better_of(size_t metric)
{
    return mlpi_metric_is_neutral(metric)        ? ""
           : mlp_metric_larger_is_better(metric) ? "; higher is better"
                                                 : "; lower is better";
}

static void name_metric(const mlpi_report *r, size_t metric)
{
    const char *name = mlp_metric_name(metric), *meaning = "as evaluation computes it";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].metric, mlp_metric_name(metric)) == 0) {
            name = words[i].name;
            meaning = words[i].meaning;
        }
    }
    mlpi_html(r->to, "<th scope=\"row\">%s<br><small class=\"soft\">", name);
    mlpi_html_name(r->to, meaning, SIZE_MAX);
    mlpi_html(r->to, "%s</small></th>", better_of(metric));
}

static void metric_row(const mlpi_report *r, size_t i)
{
    char id[64];
    double value = 0.0, baseline = (double)NAN;
    const char *metric = mlp_metric_name(i);
    if (!mlp_evaluation_metric(&r->evaluation, metric, &value) || isnan(value))
        return;
    mlp_evaluation_metric(&r->baseline, metric, &baseline);
    mlpi_html(r->to, "<tr>");
    name_metric(r, i);
    snprintf(id, sizeof id, "figure-%s", metric);
    mlpi_html(r->to, "<td class=\"n\">");
    mlpi_html_number(r->to, id, value);
    snprintf(id, sizeof id, "low-%s", metric);
    mlpi_html(r->to, "<br><small class=\"soft\">");
    mlpi_html_number(r->to, id, r->intervals.low[i]);
    snprintf(id, sizeof id, "high-%s", metric);
    mlpi_html(r->to, " to ");
    mlpi_html_number(r->to, id, r->intervals.high[i]);
    snprintf(id, sizeof id, "baseline-%s", metric);
    mlpi_html(r->to, "</small></td><td class=\"n\">");
    mlpi_html_number(r->to, id, baseline);
    mlpi_html(r->to, "</td></tr>\n");
}

static void all_metrics(const mlpi_report *r)
{
    mlpi_html(r->to,
              "<p>The baseline ignores the inputs: it always predicts %s. The "
              "intervals show how the metrics would vary with other rows of the same kind: 95 %% "
              "bootstrap percentile intervals of %zu resamples.</p>\n",
              mlpi_report_classes(r)
                  ? "the most frequent label of these rows, with the shares of the "
                    "labels as probabilities"
                  : "the mean of these rows",
              r->intervals.resamples);
    if (r->evaluation.labels == 2) {
        mlpi_html(r->to, "<p>Some metrics are about the label that is looked for: “");
        mlpi_html_name(r->to, mlp_model_label(r->model, mlp_model_looked_for(r->model)),
                       MLPI_HTML_CELL);
        mlpi_html(r->to, "”.</p>\n");
    }
    mlpi_html_table_begin(r->to, "Metrics");
    mlpi_html_head(r->to, "metric", false);
    mlpi_html_head(r->to, "model and 95 % interval", true);
    mlpi_html_head(r->to, "baseline", true);
    mlpi_html_table_body(r->to);
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++)
        metric_row(r, i);
    mlpi_html_table_end(r->to);
}

static void begin_table(const mlpi_report *r, const char *heading, const char *const *columns,
                        size_t count)
{
    mlpi_html(r->to, "<h3>%s</h3>\n", heading);
    mlpi_html_table_begin(r->to, heading);
    for (size_t c = 0; c < count; c++)
        mlpi_html_head(r->to, columns[c], c > 0);
    mlpi_html_table_body(r->to);
}

static void begin_row(const mlpi_report *r, const char *name)
{
    fputs("<tr>", r->to);
    mlpi_html_row_head(r->to, name);
}

static void labels(const mlpi_report *r)
{
    static const char *const columns[] = {"label", "rows", "precision", "recall", "F1"};
    const mlp_evaluation *e = &r->evaluation;
    begin_table(r, "By label", columns, sizeof columns / sizeof columns[0]);
    for (size_t k = 0; k < e->labels; k++) {
        size_t rows = 0;
        for (size_t j = 0; j < e->labels; j++)
            rows += e->confusion[k * e->labels + j];
        begin_row(r, mlp_model_label(r->model, k));
        mlpi_html(r->to, "<td class=\"n\">%zu</td>", rows);
        mlpi_html_share_cell(r->to, e->precision[k]);
        mlpi_html_share_cell(r->to, e->recall[k]);
        mlpi_html_share_cell(r->to, e->f1[k]);
        mlpi_html(r->to, "</tr>\n");
    }
    mlpi_html_table_end(r->to);
}

static void targets(const mlpi_report *r)
{
    static const char *const columns[] = {"target", "RMSE", "mean absolute error", "R²"};
    const mlp_evaluation *e = &r->evaluation;
    begin_table(r, "By target", columns, sizeof columns / sizeof columns[0]);
    for (size_t t = 0; t < e->targets; t++) {
        begin_row(r, mlp_model_target(r->model, t));
        mlpi_html_cell(r->to, e->target_rmse[t]);
        mlpi_html_cell(r->to, e->target_mae[t]);
        mlpi_html_cell(r->to, e->target_r2[t]);
        mlpi_html(r->to, "</tr>\n");
    }
    mlpi_html_table_end(r->to);
}

static void levels(const mlpi_report *r)
{
    static const char *const columns[] = {"target", "quantile", "rows at or below it",
                                          "pinball loss"};
    const mlp_evaluation *e = &r->evaluation;
    begin_table(r, "Quantiles", columns, sizeof columns / sizeof columns[0]);
    for (size_t k = 0; k < e->targets * e->levels; k++) {
        begin_row(r, mlp_model_target(r->model, k / e->levels));
        mlpi_html_cell(r->to, mlp_model_level(r->model, k % e->levels));
        mlpi_html_share_cell(r->to, e->level_coverage[k]);
        mlpi_html_cell(r->to, e->level_pinball[k]);
        mlpi_html(r->to, "</tr>\n");
    }
    mlpi_html_table_end(r->to);
}

void mlpi_report_scores(const mlpi_report *r)
{
    mlpi_html(r->to, "<section aria-labelledby=\"metrics\">\n<h2 id=\"metrics\">Metrics</h2>\n");
    all_metrics(r);
    if (mlpi_report_classes(r))
        labels(r);
    else if (r->evaluation.targets > 1)
        targets(r);
    if (r->evaluation.levels > 0)
        levels(r);
    mlpi_html(r->to, "</section>\n");
}
