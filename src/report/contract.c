/* SPDX-License-Identifier: MIT */
/* What the model asks of data, and what these data hold of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/table.h"
#include "report/report.h"

enum { MOST_COLUMNS = 200, MANY = 40, MOST_CATEGORIES = 12, MOST_IGNORED = 50 };

/* --- these data ------------------------------------------------------------------------------- */

typedef struct column_look {
    size_t missing, unknown;
    double lowest, highest; /* of numbers; NaN without any */
} column_look;

static int compare_texts(const void *key, const void *item)
{
    return strcmp(key, *(char *const *)item);
}

static bool is_known(const mlpi_feature *f, const char *text)
{
    return bsearch(text, f->categories, f->category_count, sizeof *f->categories, compare_texts) !=
           NULL;
}

static void look_at_cell(const mlpi_report *r, const mlpi_feature *f, size_t row, size_t place,
                         column_look *look)
{
    char text[256];
    double number = 0.0;
    if (mlpi_table_is_missing(r->table, row, place)) {
        look->missing++;
    } else if (f->kind == MLPI_CATEGORICAL) {
        const size_t length = mlp_table_cell(r->table, row, place, text, sizeof text);
        look->unknown += length < sizeof text && !is_known(f, text) ? 1 : 0;
    } else if (mlpi_table_number(r->table, row, place, &number) == MLPI_CELL_NUMBER) {
        look->lowest = fmin(look->lowest, number);
        look->highest = fmax(look->highest, number);
    }
}

static void put_look(const mlpi_report *r, const mlpi_feature *f)
{
    column_look look = {.lowest = (double)NAN, .highest = (double)NAN};
    size_t place = 0;
    mlpi_html(r->to, "<td>");
    if (mlp_table_find(r->table, f->name, &place, NULL) == MLP_OK) {
        for (size_t row = 0; row < mlp_table_rows(r->table); row++)
            look_at_cell(r, f, row, place, &look);
        if (f->kind == MLPI_NUMERIC && !isnan(look.lowest)) {
            mlpi_html_number(r->to, NULL, look.lowest);
            mlpi_html(r->to, " to ");
            mlpi_html_number(r->to, NULL, look.highest);
        }
        if (look.missing > 0)
            mlpi_html(r->to, "%s%zu missing", f->kind == MLPI_NUMERIC ? "; " : "", look.missing);
        if (look.unknown > 0)
            mlpi_html(r->to, "%s%zu not seen in training", look.missing > 0 ? "; " : "",
                      look.unknown);
        if (f->kind == MLPI_CATEGORICAL && look.missing + look.unknown == 0)
            mlpi_html(r->to, "all known");
    }
    mlpi_html(r->to, "</td>");
}

/* --- what training knew ----------------------------------------------------------------------- */

static void put_categories(const mlpi_report *r, const mlpi_feature *f)
{
    for (size_t i = 0; i < f->category_count && i < MOST_CATEGORIES; i++) {
        mlpi_html(r->to, "%s", i > 0 ? ", " : "");
        mlpi_html_text(r->to, f->categories[i], MLPI_HTML_CELL);
    }
    if (f->category_count > MOST_CATEGORIES)
        mlpi_html(r->to, " and %zu more", f->category_count - MOST_CATEGORIES);
}

static void put_feature(const mlpi_report *r, const mlpi_feature *f)
{
    const bool numeric = f->kind == MLPI_NUMERIC;
    mlpi_html(r->to, "<tr>");
    mlpi_html_row_head(r->to, f->name);
    mlpi_html(r->to, "<td>%s</td><td>", numeric ? "number" : "category");
    if (numeric) {
        mlpi_html(r->to, "mean ");
        mlpi_html_number(r->to, NULL, f->mean);
        mlpi_html(r->to, ", deviation ");
        mlpi_html_number(r->to, NULL, f->scale);
    } else {
        put_categories(r, f);
    }
    mlpi_html(r->to, "</td><td>%s%s</td>", numeric ? "counts as the mean" : "counts as no category",
              f->missing_indicator ? ", and an input says so" : "");
    put_look(r, f);
    mlpi_html(r->to, "</tr>\n");
}

static void put_inputs(const mlpi_report *r)
{
    static const char *const heads[] = {"input column", "kind", "in training", "a missing value",
                                        "in these data"};
    const mlpi_pipeline *p = &r->model->pipeline;
    const size_t shown = p->feature_count < MOST_COLUMNS ? p->feature_count : MOST_COLUMNS;
    if (shown < p->feature_count)
        mlpi_html(r->to, "<p>The first %zu; mlp inspect --json lists all.</p>\n", shown);
    if (shown > MANY)
        mlpi_html(r->to, "<details><summary>The %zu columns</summary>\n", shown);
    mlpi_html_table_begin(r->to, "Input columns");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        mlpi_html_head(r->to, heads[i], false);
    mlpi_html_table_body(r->to);
    for (size_t c = 0; c < shown; c++)
        put_feature(r, &p->features[c]);
    mlpi_html_table_end(r->to);
    if (shown > MANY)
        mlpi_html(r->to, "</details>\n");
}

static void put_targets(const mlpi_report *r)
{
    const size_t targets = mlp_model_target_count(r->model);
    mlpi_html(r->to, "<p>To be predicted: ");
    for (size_t t = 0; t < targets && t < MOST_COLUMNS; t++) {
        mlpi_html(r->to, "%s<strong>", t > 0 ? ", " : "");
        mlpi_html_text(r->to, mlp_model_target(r->model, t), MLPI_HTML_CELL);
        mlpi_html(r->to, "</strong>");
    }
    if (mlpi_report_classes(r)) {
        mlpi_html(r->to, ", one of %zu labels: ", mlp_model_label_count(r->model));
        for (size_t k = 0; k < mlp_model_label_count(r->model) && k < MOST_COLUMNS; k++) {
            mlpi_html(r->to, "%s", k > 0 ? ", " : "");
            mlpi_html_text(r->to, mlp_model_label(r->model, k), MLPI_HTML_CELL);
        }
    } else {
        mlpi_html(r->to, ", %s", targets > 1 ? "numbers" : "a number");
    }
    mlpi_html(r->to,
              ". The model needs %zu input columns%s; %zu cells of these data had no "
              "value.</p>\n",
              r->model->pipeline.feature_count,
              r->model->pipeline.by_position ? ", matched by their place, for the training data "
                                               "had no header"
                                             : ", matched by name, in any order",
              r->missing_cells);
}

static void put_ignored(const mlpi_report *r)
{
    const mlpi_provenance *p = &r->model->provenance;
    if (p->ignored_count == 0)
        return;
    mlpi_html(r->to,
              "<details><summary>Columns of the training data that are not used (%zu)"
              "</summary>\n<ul>\n",
              p->ignored_count);
    for (size_t i = 0; i < p->ignored_count && i < MOST_IGNORED; i++) {
        mlpi_html(r->to, "<li>");
        mlpi_html_text(r->to, p->ignored[i].name, MLPI_HTML_CELL);
        mlpi_html(r->to, ": %s</li>\n", p->ignored[i].reason);
    }
    if (p->ignored_count > MOST_IGNORED)
        mlpi_html(r->to, "<li>and %zu more</li>\n", p->ignored_count - MOST_IGNORED);
    mlpi_html(r->to, "</ul>\n</details>\n");
}

void mlpi_report_contract(const mlpi_report *r)
{
    mlpi_html(r->to, "<section aria-labelledby=\"columns\">\n<h2 id=\"columns\">Columns</h2>\n");
    mlpi_report_put_pictures(r, "columns");
    mlpi_html(r->to, "<h3>What the model asks of data</h3>\n");
    put_targets(r);
    put_inputs(r);
    put_ignored(r);
    mlpi_html(r->to, "</section>\n");
}
