/* SPDX-License-Identifier: MIT */
/* The top of the page, which a reader can understand in ten seconds. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "evaluate/metric_sums.h"
#include "report/report.h"

enum { TITLE_TARGETS = 3 };

void mlpi_report_title(const mlpi_report *r,
                       void (*put)(FILE *to, const char *text, size_t longest))
{
    const size_t targets = mlp_model_target_count(r->model);
    if (r->options.title != NULL) {
        put(r->to, r->options.title, SIZE_MAX);
        return;
    }
    mlpi_html(r->to, "How well ");
    for (size_t t = 0; t < targets && t < TITLE_TARGETS; t++) {
        mlpi_html(r->to, "%s", t == 0 ? "" : t + 1 == targets ? " and " : ", ");
        put(r->to, mlp_model_target(r->model, t), MLPI_HTML_LINE);
    }
    if (targets > TITLE_TARGETS)
        mlpi_html(r->to, " and %zu more", targets - TITLE_TARGETS);
    mlpi_html(r->to, " %s predicted", targets > 1 ? "are" : "is");
}

static void subtitle(const mlpi_report *r)
{
    mlpi_html(r->to, "<p class=\"soft\">");
    if (r->options.model != NULL) {
        fputs("Model ", r->to);
        mlpi_html_name(r->to, r->options.model, SIZE_MAX);
        fputs(" on ", r->to);
    }
    mlpi_html_name(r->to, mlp_table_source(r->table), SIZE_MAX);
    mlpi_html(r->to, ", %zu %s%srows; written by mlp %s</p>\n", r->outcomes.rows,
              r->options.part != MLP_PART_ALL ? mlp_part_name(r->options.part) : "",
              r->options.part != MLP_PART_ALL ? " " : "", MLP_VERSION);
}

/* --- the verdict ------------------------------------------------------------------------------ */

/* A metric compared with the baseline: its whole interval is worse (WORSE) or better (BETTER); or
 * the interval contains the baseline, and the metric itself is worse (BELOW) or not (NOT_CLEAR). */
typedef enum verdict { WORSE, BELOW, NOT_CLEAR, BETTER } verdict;

static verdict verdict_by(const mlpi_report *r, const char *metric)
{
    const size_t i = mlp_metric_find(metric);
    const double sign = mlp_metric_larger_is_better(i) ? 1.0 : -1.0;
    const double low = sign * r->intervals.low[i], high = sign * r->intervals.high[i];
    double value = (double)NAN, baseline = (double)NAN;
    mlp_evaluation_metric(&r->evaluation, metric, &value);
    mlp_evaluation_metric(&r->baseline, metric, &baseline);
    if (fmin(low, high) > sign * baseline)
        return BETTER;
    if (fmax(low, high) < sign * baseline)
        return WORSE;
    return sign * value < sign * baseline ? BELOW : NOT_CLEAR;
}

static size_t right_rows(const mlp_outcomes *o)
{
    size_t right = 0;
    for (size_t i = 0; i < o->rows; i++)
        right += o->label[i] == o->predicted[i] ? 1 : 0;
    return right;
}

static size_t most_frequent(const mlpi_report *r)
{
    size_t most = 0, most_rows = 0;
    for (size_t k = 0; k < r->evaluation.labels; k++) {
        size_t rows = 0;
        for (size_t j = 0; j < r->evaluation.labels; j++)
            rows += r->evaluation.confusion[k * r->evaluation.labels + j];
        most = rows > most_rows ? k : most;
        most_rows = rows > most_rows ? rows : most_rows;
    }
    return most;
}

static void tell_labels(const mlpi_report *r)
{
    char share[MLPI_PERCENT], baseline[MLPI_PERCENT];
    mlpi_html(r->to,
              "<strong>Right on %zu of %zu row%s (%s).</strong> Always predicting \xe2\x80\x9c",
              right_rows(&r->outcomes), r->outcomes.rows, mlpi_plural(r->outcomes.rows),
              mlpi_html_percent(r->evaluation.accuracy, share));
    mlpi_html_name(r->to, mlp_model_label(r->model, most_frequent(r)), MLPI_HTML_LINE);
    mlpi_html(
        r->to,
        "\xe2\x80\x9d, the most frequent label, would be right on %s of the rows. The log loss is ",
        mlpi_html_percent(r->baseline.accuracy, baseline));
    mlpi_html_number(r->to, NULL, r->evaluation.log_loss);
    mlpi_html(r->to, "; with the label frequencies alone, it would be ");
    mlpi_html_number(r->to, NULL, r->baseline.log_loss);
    mlpi_html(r->to, ". ");
}

static void tell_values(const mlpi_report *r)
{
    const mlp_evaluation *e = &r->evaluation;
    char explained[MLPI_PERCENT];
    mlpi_html(r->to, "<strong>Typically off by ");
    mlpi_html_number(r->to, NULL, e->rmse);
    mlpi_html(
        r->to,
        " (root mean square error, RMSE%s).</strong> Always predicting the mean would be off by ",
        e->targets > 1 ? "; mean over the targets" : "");
    mlpi_html_number(r->to, NULL, r->baseline.rmse);
    mlpi_html(r->to, "; the model explains %s of the variance. ",
              mlpi_html_percent(e->r2, explained));
}

/* Writes "The accuracy is clearly better: ...". */
static void tell_verdict(const mlpi_report *r, const char *subject, verdict v)
{
    static const struct {
        const char *colour, *predicate;
    } words[] = {
        [WORSE] = {"bad", "clearly worse than the baseline: the whole 95 % interval lies on the "
                          "wrong side of it"},
        [BELOW] = {"bad", "worse than the baseline, though not clearly: the baseline lies within "
                          "the 95 % interval"},
        [NOT_CLEAR] = {"bad", "not clearly better: the baseline lies within the 95 % interval"},
        [BETTER] = {"good", "clearly better: the whole 95 % interval lies beyond the baseline"}};
    mlpi_html(r->to, "<span class=\"%s\">%s ", words[v].colour, subject);
    mlpi_html_name(r->to, words[v].predicate, SIZE_MAX);
    mlpi_html(r->to, ".</span> ");
}

/* The probability of a rare label may be accurate but never the largest: then the predicted labels
 * are no better than the most frequent one, but the probabilities are better than the
 * frequencies. */
static void tell_verdicts(const mlpi_report *r)
{
    const mlpi_decision *d = &r->model->decision;
    const verdict labels = verdict_by(r, "accuracy"), probabilities = verdict_by(r, "log_loss");
    if (labels == probabilities) {
        tell_verdict(r, "Both are", labels);
    } else {
        tell_verdict(r, "The accuracy is", labels);
        tell_verdict(r, "The log loss is", probabilities);
    }
    if (d->given && labels < NOT_CLEAR)
        mlpi_html(r->to, "The model's threshold was given, not chosen for accuracy. ");
    else if (d->known && labels < NOT_CLEAR && strcmp(d->metric, "accuracy") != 0)
        mlpi_html(r->to, "The model's threshold was chosen for %s, not for accuracy. ",
                  mlpi_metric_shown(d->metric));
    if (!d->known && labels < BETTER && probabilities == BETTER)
        mlpi_html(r->to, "Another threshold may suit a rare label. ");
}

static void tell(const mlpi_report *r)
{
    mlpi_html(r->to, "<p class=\"verdict\">");
    if (mlpi_report_classes(r)) {
        tell_labels(r);
        tell_verdicts(r);
    } else {
        tell_values(r);
        tell_verdict(r, "That is", verdict_by(r, "rmse"));
    }
    mlpi_html(r->to, "</p>\n");
}

/* --- cards ------------------------------------------------------------------------------------ */

static void card(const mlpi_report *r, const char *metric, const char *name)
{
    double value = 0.0, baseline = (double)NAN;
    const size_t i = mlp_metric_find(metric);
    if (!mlp_evaluation_metric(&r->evaluation, metric, &value) || isnan(value))
        return;
    mlp_evaluation_metric(&r->baseline, metric, &baseline);
    mlpi_html(r->to, "<div><dt>%s</dt><dd class=\"big\">", name);
    mlpi_html_number(r->to, NULL, value);
    mlpi_html(r->to, "</dd><dd class=\"more\">95 %%: <span class=\"whole\">");
    mlpi_html_number(r->to, NULL, r->intervals.low[i]);
    mlpi_html(r->to, " to ");
    mlpi_html_number(r->to, NULL, r->intervals.high[i]);
    mlpi_html(r->to, "</span></dd><dd class=\"more\">baseline: ");
    mlpi_html_number(r->to, NULL, baseline);
    mlpi_html(r->to, "</dd></div>\n");
}

static void cards(const mlpi_report *r)
{
    static const char *const labels[][2] = {{"accuracy", "Accuracy"},
                                            {"auc", "Area under the ROC curve (AUC)"},
                                            {"macro_f1", "Macro F1"},
                                            {"log_loss", "Log loss"}};
    static const char *const values[][2] = {{"rmse", "Root mean square error (RMSE)"},
                                            {"mae", "Mean absolute error"},
                                            {"r2", "Coefficient of determination R²"},
                                            {"pinball_loss", "Pinball loss"}};
    mlpi_html(r->to, "<dl class=\"cards\">\n");
    for (size_t i = 0; i < 4; i++)
        if (mlpi_report_classes(r))
            card(r, labels[i][0], labels[i][1]);
        else
            card(r, values[i][0], values[i][1]);
    mlpi_html(r->to, "</dl>\n");
}

/* --- warnings --------------------------------------------------------------------------------- */

static bool is_of_folds(const mlp_model *model)
{
    const char *name = NULL, *value = NULL;
    for (size_t i = 0; mlp_model_option(model, i, &name, &value); i++)
        if (strcmp(name, "folds") == 0)
            return true;
    return false;
}

/* Whether the metric on these rows, which trained the model, is better than out of fold. The
 * accuracy out of fold was computed without a threshold, and cannot be compared if the model has
 * one. */
static bool is_better_here(const mlpi_report *r)
{
    const double out_of_fold = r->model->provenance.validation_metric;
    if (mlpi_report_classes(r))
        return !r->model->decision.known && r->evaluation.accuracy > out_of_fold;
    return r->evaluation.rmse < out_of_fold;
}

/* Warns that metrics on the rows that trained the model are too good; after training on folds,
 * states the metrics out of fold. */
static void note_of_training_rows(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    const mlpi_decision *d = &r->model->decision;
    mlpi_html(r->to, "<p class=\"note\">The model was trained on this very data");
    if (!is_of_folds(r->model)) {
        mlpi_html(
            r->to,
            " (%zu row%s trained it, %zu chose when to stop). On rows that it has never seen, "
            "it will do worse.</p>\n",
            p->rows_training, mlpi_plural(p->rows_training), p->rows_validation);
        return;
    }
    mlpi_html(
        r->to,
        is_better_here(r)
            ? ". On rows that it has never seen, it will do worse, about as well as out of fold"
            : ". On rows that it has never seen, expect the metric out of fold");
    mlpi_html(r->to, ", where every row is predicted by networks that have not seen it: ");
    mlpi_html(r->to, mlpi_report_classes(r) ? "accuracy " : "RMSE ");
    mlpi_html_number(r->to, "out-of-fold", p->validation_metric);
    if (d->known) {
        mlpi_html(r->to, " by the more probable label; with thresholds chosen on other rows, %s ",
                  mlpi_metric_shown(d->metric));
        mlpi_html_number(r->to, NULL, d->out_of_fold[1]);
    }
    mlpi_html(r->to, ".</p>\n");
}

static void notes(const mlpi_report *r)
{
    if (mlp_model_knows(r->model, r->table))
        note_of_training_rows(r);
    if (r->unknown_cells > 0)
        mlpi_html(r->to,
                  "<p class=\"note\">Categories that training has not seen are in %zu cell%s. They "
                  "count as no category at all.</p>\n",
                  r->unknown_cells, mlpi_plural(r->unknown_cells));
}

static void links(const mlpi_report *r)
{
    static const char *const sections[][2] = {{"metrics", "Metrics"},
                                              {"pictures", "Pictures"},
                                              {"mistakes", "Worst mistakes"},
                                              {"columns", "Columns"},
                                              {"training", "Training"},
                                              {"diagnosis", "Diagnosis"},
                                              {"repeat", "How to repeat the results"}};
    mlpi_html(r->to, "<nav aria-label=\"Sections\">");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        mlpi_html(r->to, "<a href=\"#%s\">%s</a>\n", sections[i][0], sections[i][1]);
    mlpi_html(r->to, "</nav>\n");
}

void mlpi_report_summary(const mlpi_report *r)
{
    mlpi_html(r->to, "<header>\n<h1>");
    mlpi_report_title(r, mlpi_html_name);
    mlpi_html(r->to, "</h1>\n");
    subtitle(r);
    tell(r);
    cards(r);
    notes(r);
    links(r);
    mlpi_html(r->to, "</header>\n");
}
