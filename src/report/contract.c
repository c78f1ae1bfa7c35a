/* SPDX-License-Identifier: MIT */
/* The columns that the model requires, and their contents in these data. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "report/report.h"

enum { MOST_COLUMNS = 200, MANY = 40, MOST_CATEGORIES = 12, MOST_IGNORED = 50 };

/* --- these data ------------------------------------------------------------------------------- */

typedef struct column_look {
    size_t missing, unknown;
    double lowest, highest; /* of the numbers; NaN: there are none */
} column_look;

static column_look look_at(const mlpi_report *r, size_t feature, const double *values)
{
    const bool numeric = mlpi_feature_is_numeric(&r->model->pipeline.features[feature]);
    column_look look = {.lowest = (double)NAN, .highest = (double)NAN};
    for (size_t row = 0; row < mlp_table_rows(r->table); row++) {
        look.missing += isnan(values[row]) ? 1 : 0;
        look.unknown += !numeric && values[row] == MLPI_UNKNOWN_LEVEL ? 1 : 0;
        look.lowest = fmin(look.lowest, values[row]);
        look.highest = fmax(look.highest, values[row]);
    }
    return look;
}

static void put_bound(const mlpi_report *r, size_t feature, double value)
{
    const mlpi_feature *f = &r->model->pipeline.features[feature];
    char text[32];
    if (f->transform->moment == NULL) {
        mlpi_html_number(r->to, NULL, value);
        return;
    }
    mlpi_moment_text(value, f->transform->moment(&f->fitted), text, sizeof text);
    mlpi_html(r->to, "%s", text);
}

static void put_look(const mlpi_report *r, size_t feature, const double *values)
{
    const bool numeric = mlpi_feature_is_numeric(&r->model->pipeline.features[feature]);
    const column_look look = look_at(r, feature, values);
    if (numeric && !isnan(look.lowest)) {
        put_bound(r, feature, look.lowest);
        mlpi_html(r->to, " to ");
        put_bound(r, feature, look.highest);
    }
    if (look.missing > 0)
        mlpi_html(r->to, "%s%zu missing", numeric ? "; " : "", look.missing);
    if (look.unknown > 0)
        mlpi_html(r->to, "%s%zu not seen in training", look.missing > 0 ? "; " : "", look.unknown);
    if (!numeric && look.missing + look.unknown == 0)
        mlpi_html(r->to, "all known");
}

/* --- columns in training ---------------------------------------------------------------------- */

static void put_levels(const mlpi_report *r, const mlpi_fitted *f)
{
    for (size_t i = 0; i < f->level_count && i < MOST_CATEGORIES; i++) {
        mlpi_html(r->to, "%s", i > 0 ? ", " : "");
        mlpi_html_name(r->to, f->levels[i], MLPI_HTML_CELL);
    }
    if (f->level_count > MOST_CATEGORIES)
        mlpi_html(r->to, " and %zu more", f->level_count - MOST_CATEGORIES);
}

static void put_parameters(const mlpi_report *r, const mlpi_feature *f)
{
    const mlpi_parameter *number = f->transform->number;
    char text[64];
    if (f->transform->form != NULL) { /* a time, which is hard to read as a number of seconds */
        f->transform->form(&f->fitted, text, sizeof text);
        mlpi_html(r->to, "%s", text);
        return;
    }
    for (size_t i = 0; i < MLPI_MOST_PARAMETERS && number[i].words != NULL; i++) {
        mlpi_html(r->to, "%s%s ", i > 0 ? ", " : "", number[i].words);
        mlpi_html_number(r->to, NULL, f->fitted.number[i]);
    }
}

static const char *kind_of(const mlpi_feature *f)
{
    if (f->transform->moment != NULL)
        return strchr(f->transform->moment(&f->fitted), 'd') != NULL ? "date" : "time of day";
    return mlpi_feature_is_numeric(f) ? "number" : "category";
}

/* Writes what the model reads in place of a missing value. */
static void put_replacement(const mlpi_report *r, const mlpi_feature *f)
{
    if (!mlpi_feature_is_numeric(f))
        mlpi_html(r->to, "counts as no category");
    else if (f->transform->form != NULL)
        mlpi_html(r->to, "replaced by the mean");
    else {
        mlpi_html(r->to, "replaced by ");
        mlpi_html_number(r->to, NULL, f->fill);
    }
    mlpi_html(r->to, "%s", f->missing_indicator ? ", and an extra input marks it" : "");
}

static void put_feature(const mlpi_report *r, size_t feature, const double *values)
{
    const mlpi_feature *f = &r->model->pipeline.features[feature];
    mlpi_html(r->to, "<tr>");
    mlpi_html_row_head(r->to, f->name);
    mlpi_html(r->to, "<td class=\"short\">%s</td><td class=\"long\">", kind_of(f));
    put_parameters(r, f);
    put_levels(r, &f->fitted);
    mlpi_html(r->to, "</td><td class=\"long\">");
    put_replacement(r, f);
    mlpi_html(r->to, "</td><td class=\"long\">");
    put_look(r, feature, values);
    mlpi_html(r->to, "</td></tr>\n");
}

static void put_features(const mlpi_report *r, size_t shown)
{
    const mlpi_pipeline *p = &r->model->pipeline;
    const size_t rows = mlp_table_rows(r->table);
    double *values = mlpi_allocate(rows, sizeof *values);
    if (values == NULL)
        mlpi_fail_memory(r->lacking, "the columns");
    for (size_t c = 0; values != NULL && c < shown; c++)
        if (mlpi_pipeline_values(p, c, 1, r->table, NULL, rows, values, r->lacking) == MLP_OK)
            put_feature(r, c, values);
    mlpi_free(values);
}

static void put_inputs(const mlpi_report *r)
{
    static const char *const heads[] = {"input column", "kind", "in training", "a missing value",
                                        "in these data"};
    const mlpi_pipeline *p = &r->model->pipeline;
    const size_t shown = p->feature_count < MOST_COLUMNS ? p->feature_count : MOST_COLUMNS;
    if (shown < p->feature_count)
        mlpi_html(r->to, "<p>The first %zu columns; the model file names all.</p>\n", shown);
    if (shown > MANY)
        mlpi_html(r->to, "<details><summary>The %zu columns</summary>\n", shown);
    mlpi_html_table_begin(r->to, "Input columns");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        mlpi_html_head(r->to, heads[i], false);
    mlpi_html_table_body(r->to);
    put_features(r, shown);
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
        mlpi_html_name(r->to, mlp_model_target(r->model, t), MLPI_HTML_LINE);
        mlpi_html(r->to, "</strong>");
    }
    if (mlpi_report_classes(r)) {
        mlpi_html(r->to, ", one of %zu labels: ", mlp_model_label_count(r->model));
        for (size_t k = 0; k < mlp_model_label_count(r->model) && k < MOST_COLUMNS; k++) {
            mlpi_html(r->to, "%s", k > 0 ? ", " : "");
            mlpi_html_name(r->to, mlp_model_label(r->model, k), MLPI_HTML_LINE);
        }
    } else {
        mlpi_html(r->to, ", %s", targets > 1 ? "numbers" : "a number");
    }
    mlpi_html(r->to, ". The model needs %zu input column%s%s; ", r->model->pipeline.feature_count,
              mlpi_plural(r->model->pipeline.feature_count),
              r->model->pipeline.by_position
                  ? ", matched by position, since the training data had no header"
                  : ", matched by name, in any order");
    if (r->missing_cells > 0)
        mlpi_html(r->to, "%zu cell%s of these data %s no value.</p>\n", r->missing_cells,
                  mlpi_plural(r->missing_cells), r->missing_cells == 1 ? "has" : "have");
    else
        mlpi_html(r->to, "every cell of these data has a value.</p>\n");
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
        mlpi_html_name(r->to, p->ignored[i].name, MLPI_HTML_LINE);
        mlpi_report_sentence(r, ": ", p->ignored[i].reason, "</li>\n");
    }
    if (p->ignored_count > MOST_IGNORED)
        mlpi_html(r->to, "<li>and %zu more</li>\n", p->ignored_count - MOST_IGNORED);
    mlpi_html(r->to, "</ul>\n</details>\n");
}

void mlpi_report_contract(const mlpi_report *r)
{
    mlpi_html(r->to, "<section aria-labelledby=\"columns\">\n<h2 id=\"columns\">Columns</h2>\n");
    mlpi_report_put_pictures(r, "columns");
    mlpi_html(r->to, "<h3>What the model requires of data</h3>\n");
    put_targets(r);
    put_inputs(r);
    put_ignored(r);
    mlpi_html(r->to, "</section>\n");
}
