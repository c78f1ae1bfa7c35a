/* SPDX-License-Identifier: MIT */
/* The tables of numbers that belong to the pictures. */
#include <math.h>
#include <string.h>

#include "draw/figure.h"
#include "mlp/curves.h"
#include "report/report.h"

enum { MOST_POINTS = 25, FEWER_POINTS = 9, MANY_LINES = 4, MOST_COLUMNS = 200, BINS = 10 };

/* --- lines, points, bars ---------------------------------------------------------------------- */

/* Whether the table includes the series: a line, points or bars, but not an entry of the legend
 * without data. */
static bool is_shown(const mlpi_series *s)
{
    const bool drawn = s->count > 1 || (s->count == 1 && isfinite(mlpi_number(s, 0, MLPI_Y)));
    return drawn && (s->mark == MLPI_LINE || s->mark == MLPI_POINTS || s->mark == MLPI_BARS);
}

/* Whether an unlisted series has the same points as an earlier one, as the marks on a line do. */
static bool repeats(const mlpi_panel *panel, size_t k)
{
    const mlpi_series *s = panel->series[k];
    for (size_t i = 0; s->unlisted && i < k; i++) {
        const mlpi_series *other = panel->series[i];
        if (other->count == s->count && other->width == s->width &&
            memcmp(other->values, s->values, s->count * s->width * sizeof *s->values) == 0)
            return true;
    }
    return false;
}

static size_t lines_of(const mlpi_panel *panel)
{
    size_t lines = 0;
    for (size_t k = 0; k < panel->count; k++)
        lines += is_shown(panel->series[k]) ? 1 : 0;
    return lines;
}

/* Writes at most `most` points, evenly spaced from the first to the last. */
static void put_series(const mlpi_report *r, const mlpi_series *s, size_t most)
{
    const size_t shown = s->count < most ? s->count : most;
    for (size_t i = 0; i < shown; i++) {
        const size_t point = shown > 1 ? i * (s->count - 1) / (shown - 1) : 0;
        mlpi_html(r->to, "<tr>");
        mlpi_html_row_head(r->to, s->name);
        mlpi_html_cell(r->to, mlpi_number(s, point, MLPI_X));
        mlpi_html_cell(r->to, mlpi_number(s, point, MLPI_Y));
        mlpi_html(r->to, "</tr>\n");
    }
}

void mlpi_report_marks_table(const mlpi_report *r, const mlp_figure *figure, size_t target)
{
    (void)target;
    for (size_t p = 0; p < figure->count; p++) {
        const mlpi_panel *panel = figure->panels[p];
        const size_t most = lines_of(panel) > MANY_LINES ? FEWER_POINTS : MOST_POINTS;
        const char *title = panel->title != NULL ? panel->title : figure->title;
        mlpi_html_table_begin(r->to, title);
        mlpi_html_head(r->to, title, false);
        mlpi_html_head(r->to, panel->x.label != NULL ? panel->x.label : "x", true);
        mlpi_html_head(r->to, panel->y.label != NULL ? panel->y.label : "y", true);
        mlpi_html_table_body(r->to);
        for (size_t k = 0; k < panel->count; k++)
            if (is_shown(panel->series[k]) && !repeats(panel, k))
                put_series(r, panel->series[k], most);
        mlpi_html_table_end(r->to);
    }
}

/* --- confusion -------------------------------------------------------------------------------- */

void mlpi_report_confusion_table(const mlpi_report *r, const mlp_figure *figure, size_t target)
{
    const mlp_evaluation *e = &r->evaluation;
    (void)figure;
    (void)target;
    mlpi_html_table_begin(r->to, "Rows by true and predicted label");
    mlpi_html_head(r->to, "true label below, predicted label to the right", false);
    for (size_t k = 0; k < e->labels; k++)
        mlpi_html_head(r->to, mlp_model_label(r->model, k), true);
    mlpi_html_table_body(r->to);
    for (size_t k = 0; k < e->labels; k++) {
        mlpi_html(r->to, "<tr>");
        mlpi_html_row_head(r->to, mlp_model_label(r->model, k));
        for (size_t j = 0; j < e->labels; j++)
            mlpi_html(r->to, "<td class=\"n%s\">%zu</td>", j == k ? " hit" : "",
                      e->confusion[k * e->labels + j]);
        mlpi_html(r->to, "</tr>\n");
    }
    mlpi_html_table_end(r->to);
}

/* --- residuals -------------------------------------------------------------------------------- */

static void put_quantiles(const mlpi_report *r, const mlp_residuals *residuals)
{
    static const char *const names[MLP_RESIDUAL_QUANTILES] = {
        "smallest", "5 %", "25 %", "median", "75 %", "95 %", "largest"};
    mlpi_html_table_begin(r->to, "Quantiles of the errors");
    mlpi_html_head(r->to, "of all rows", false);
    for (size_t q = 0; q < MLP_RESIDUAL_QUANTILES; q++)
        mlpi_html_head(r->to, names[q], true);
    mlpi_html_table_body(r->to);
    mlpi_html(r->to, "<tr>");
    mlpi_html_row_head(r->to, "actual − predicted");
    for (size_t q = 0; q < MLP_RESIDUAL_QUANTILES; q++)
        mlpi_html_cell(r->to, residuals->quantile[q]);
    mlpi_html(r->to, "</tr>\n");
    mlpi_html_table_end(r->to);
}

void mlpi_report_residual_table(const mlpi_report *r, const mlp_figure *figure, size_t target)
{
    static const char *const heads[] = {"predicted from",  "to",         "rows",
                                        "mean prediction", "mean error", "deviation of the errors"};
    mlp_residuals residuals;
    mlp_error err;
    (void)figure;
    const mlp_status status = mlp_residual_summary(&r->outcomes, target, BINS, &residuals, &err);
    if (status == MLP_ERROR_MEMORY)
        *r->lacking = err;
    if (status != MLP_OK) {
        mlpi_html(r->to, "<p>%s</p>\n", err.message);
        return;
    }
    put_quantiles(r, &residuals);
    mlpi_html_table_begin(r->to, "Errors by prediction");
    for (size_t c = 0; c < sizeof heads / sizeof heads[0]; c++)
        mlpi_html_head(r->to, heads[c], true);
    mlpi_html_table_body(r->to);
    for (size_t b = 0; b < residuals.count; b++) {
        const mlp_residual_bin *bin = &residuals.bins[b];
        mlpi_html(r->to, "<tr>");
        mlpi_html_cell(r->to, bin->low);
        mlpi_html_cell(r->to, bin->high);
        mlpi_html(r->to, "<td class=\"n\">%zu</td>", bin->rows);
        mlpi_html_cell(r->to, bin->predicted);
        mlpi_html_cell(r->to, bin->mean);
        mlpi_html_cell(r->to, bin->deviation);
        mlpi_html(r->to, "</tr>\n");
    }
    mlpi_html_table_end(r->to);
    mlp_residuals_release(&residuals);
}

/* --- importance, layers ----------------------------------------------------------------------- */

void mlpi_report_importance_table(const mlpi_report *r, const mlp_figure *figure, size_t target)
{
    const mlp_importance *i = &r->importance;
    const size_t shown = i->shuffled < MOST_COLUMNS ? i->shuffled : MOST_COLUMNS;
    (void)figure;
    (void)target;
    if (shown < i->shuffled)
        mlpi_html(r->to, "<p>The %zu most important of %zu columns.</p>\n", shown, i->shuffled);
    mlpi_html_table_begin(r->to, "Importance of the columns");
    mlpi_html_head(r->to, "column", false);
    mlpi_html_head(r->to, "mean", true);
    mlpi_html_head(r->to, "deviation", true);
    mlpi_html_table_body(r->to);
    for (size_t k = 0; k < shown; k++) {
        mlpi_html(r->to, "<tr>");
        mlpi_html_row_head(r->to, mlp_model_column(r->model, r->ranked[k]));
        mlpi_html_cell(r->to, i->columns[r->ranked[k]].mean);
        mlpi_html_cell(r->to, i->columns[r->ranked[k]].deviation);
        mlpi_html(r->to, "</tr>\n");
    }
    mlpi_html_table_end(r->to);
}

void mlpi_report_layer_table(const mlpi_report *r, const mlp_figure *figure, size_t target)
{
    const mlp_network *n = mlp_model_network(r->model);
    (void)figure;
    (void)target;
    mlpi_html_table_begin(r->to, "Layers of the network");
    mlpi_html_head(r->to, "layer", false);
    mlpi_html_head(r->to, "neurons", true);
    mlpi_html_head(r->to, "activation", false);
    mlpi_html_head(r->to, "y =", false);
    mlpi_html_table_body(r->to);
    mlpi_html(r->to,
              "<tr><th scope=\"row\">inputs</th><td class=\"n\">%zu</td><td></td>"
              "<td></td></tr>\n",
              mlp_model_member_reads(r->model, 0));
    for (size_t l = 0; l < mlp_network_layer_count(n); l++) {
        const mlp_layer layer = mlp_network_layer(n, l);
        const mlp_activation_info *f = mlp_activation_describe(layer.activation);
        mlpi_html(r->to,
                  "<tr><th scope=\"row\">%zu</th><td class=\"n\">%zu</td><td>%s</td>"
                  "<td>%s</td></tr>\n",
                  l + 1, layer.units, f->name, f->formula);
    }
    mlpi_html_table_end(r->to);
}
