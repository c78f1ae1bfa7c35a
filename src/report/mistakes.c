/* SPDX-License-Identifier: MIT */
/* The rows that are predicted worst, with their cells. */
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "mlp/curves.h"
#include "mlp/output.h"
#include "report/image.h"
#include "report/report.h"

enum {
    LOOKS = 20,
    USUAL = 20,
    FEW = 5,
    MOST_TARGETS = 4,
    MOST_CELLS = 8,
    CELL_BYTES = 4 * MLPI_HTML_CELL + 8
};

/* The part of a row that is shown in addition to truth and prediction: an image, or the cells of
 * the most important columns. */
typedef struct view {
    mlpi_images images;
    size_t count, column[MOST_CELLS]; /* columns of the model */
} view;

static void choose_cells(const mlpi_report *r, view *v)
{
    for (size_t i = 0; i < r->importance.count && v->count < MOST_CELLS; i++) {
        const size_t column = r->ranked[i];
        size_t place = 0;
        if (mlp_table_find(r->table, mlp_model_column(r->model, column), &place, NULL) != MLP_OK)
            continue;
        v->column[v->count++] = column;
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

static const mlpi_feature *feature_of(const mlpi_report *r, size_t column)
{
    return &r->model->pipeline.features[column];
}

static bool is_number(const mlpi_report *r, size_t column)
{
    return mlpi_feature_is_numeric(feature_of(r, column)) &&
           feature_of(r, column)->transform->moment == NULL;
}

/* Writes the text of a cell of the table: a number right-aligned, and a time on one line. */
static void put_cell(const mlpi_report *r, size_t column, const char *text)
{
    if (is_number(r, column))
        mlpi_html(r->to, "<td class=\"n\">%s</td>", text);
    else if (feature_of(r, column)->transform->moment != NULL)
        mlpi_html(r->to, "<td class=\"when\">%s</td>", text);
    else
        mlpi_html_name_cell(r->to, text);
}

static void heads(const mlpi_report *r, const view *v)
{
    const bool classes = mlpi_report_classes(r);
    mlpi_html_table_begin(r->to, "Worst mistakes");
    if (r->table->files != NULL)
        mlpi_html_head(r->to, "file", false);
    mlpi_html_head(r->to, mlp_table_line(r->table, 0) > 0 ? "line" : "row", true);
    if (v->images.side > 0)
        mlpi_html_head(r->to, "image", false);
    mlpi_html_head(r->to, classes ? "truth" : "actual", !classes);
    mlpi_html_head(r->to, "predicted", !classes);
    mlpi_html_head(r->to, classes ? "its probability" : "actual − predicted", true);
    if (classes)
        mlpi_html_head(r->to, "probability of the true label", true);
    for (size_t c = 0; c < v->count; c++)
        mlpi_html_head(r->to, mlp_model_column(r->model, v->column[c]), is_number(r, v->column[c]));
    mlpi_html_table_body(r->to);
}

static void put_answer(const mlpi_report *r, size_t row, size_t target)
{
    const mlp_outcomes *o = &r->outcomes;
    const double *values = o->values + row * o->width;
    if (mlpi_report_classes(r)) {
        mlpi_html_name_cell(r->to, mlp_model_label(r->model, o->label[row]));
        const size_t answer = o->predicted[row];
        mlpi_html_name_cell(r->to,
                            answer != MLP_NO_LABEL ? mlp_model_label(r->model, answer) : "none");
        mlpi_html_cell(r->to, answer != MLP_NO_LABEL ? values[answer] : (double)NAN);
        mlpi_html_cell(r->to, values[o->label[row]]);
    } else {
        const double truth = o->truth[row * o->width + target];
        mlpi_html_cell(r->to, truth);
        mlpi_html_cell(r->to, values[target]);
        mlpi_html_cell(r->to, truth - values[target]);
    }
}

static void put_row(const mlpi_report *r, const view *v, size_t row, size_t target)
{
    char text[CELL_BYTES];
    const size_t line = mlp_table_line(r->table, row);
    mlpi_html(r->to, "<tr>");
    if (r->table->files != NULL)
        mlpi_html_name_cell(r->to, mlp_table_file(r->table, row));
    mlpi_html(r->to, "<th scope=\"row\" class=\"n\">%zu</th>", line > 0 ? line : row + 1);
    if (v->images.side > 0)
        mlpi_report_put_image(r, &v->images, row);
    put_answer(r, row, target);
    for (size_t c = 0; c < v->count; c++) {
        mlp_model_cell(r->model, v->column[c], r->table, row, text, sizeof text);
        put_cell(r, v->column[c], text);
    }
    mlpi_html(r->to, "</tr>\n");
}

/* --- tables ----------------------------------------------------------------------------------- */

/* Keeps the first `most` wrong rows and returns their number; in regression, all rows count as
 * wrong. */
static size_t keep_wrong(const mlpi_report *r, mlp_mistake *worst, size_t found, size_t most)
{
    const mlp_outcomes *o = &r->outcomes;
    size_t wrong = 0;
    for (size_t i = 0; i < found && wrong < most; i++)
        if (!mlpi_report_classes(r) || o->label[worst[i].row] != o->predicted[worst[i].row])
            worst[wrong++] = worst[i];
    return wrong;
}

static void tell(const mlpi_report *r, const view *v, size_t wrong, size_t shown)
{
    if (wrong == 0)
        mlpi_html(r->to,
                  "<p>No row is predicted wrongly. These %zu had the lowest probability of their "
                  "true label.</p>\n",
                  shown);
    else if (mlpi_report_classes(r) && shown == 1)
        mlpi_html(
            r->to,
            "<p>The wrongly predicted row whose true label had the lowest probability.</p>\n");
    else if (mlpi_report_classes(r))
        mlpi_html(r->to,
                  "<p>Of the wrongly predicted rows, the %zu whose true label had the lowest "
                  "probability, the worst first.</p>\n",
                  shown);
    else if (shown == 1)
        mlpi_html(r->to, "<p>The row with the largest error.</p>\n");
    else
        mlpi_html(r->to, "<p>The %zu rows with the largest errors.</p>\n", shown);
    if (v->count < r->importance.count && v->count > 0)
        mlpi_html(r->to, "<p class=\"soft\">Of %zu input columns, the %zu that matter most.</p>\n",
                  r->importance.count, v->count);
}

static mlp_status put_worst(const mlpi_report *r, const view *v, size_t target, mlp_error *err)
{
    const size_t most = r->options.mistakes > 0 ? r->options.mistakes : USUAL;
    size_t found = 0;
    const size_t looked_at = LOOKS * most; /* more than `most`, since some rows may be right */
    mlp_mistake *worst = mlpi_allocate(looked_at, sizeof *worst);
    if (worst == NULL)
        return mlpi_fail_memory(err, "the worst mistakes");
    const mlp_status status =
        mlp_worst_mistakes(&r->outcomes, target, looked_at, worst, &found, err);
    if (status == MLP_OK) {
        const size_t few = found < FEW ? found : FEW;
        const size_t wrong = keep_wrong(r, worst, found, most);
        const size_t shown = wrong > 0 ? wrong : few;
        tell(r, v, wrong, shown);
        heads(r, v);
        for (size_t i = 0; i < shown; i++)
            put_row(r, v, worst[i].row, target);
        mlpi_html_table_end(r->to);
    }
    mlpi_free(worst);
    return status;
}

mlp_status mlpi_report_mistakes(const mlpi_report *r, mlp_error *err)
{
    view v = {.count = 0};
    const size_t all = mlpi_report_classes(r) ? 1 : mlp_model_target_count(r->model);
    mlp_status status = mlpi_report_find_images(r, &v.images, err);
    if (v.images.side == 0)
        choose_cells(r, &v);
    mlpi_html(r->to,
              "<section aria-labelledby=\"mistakes\">\n<h2 id=\"mistakes\">Worst mistakes</h2>\n");
    if (all > MOST_TARGETS)
        mlpi_html(r->to, "<p>Of %zu targets, the first %d.</p>\n", all, (int)MOST_TARGETS);
    for (size_t t = 0; t < all && t < MOST_TARGETS && status == MLP_OK; t++) {
        if (all > 1) {
            mlpi_html(r->to, "<h3>");
            mlpi_html_name(r->to, mlp_model_target(r->model, t), MLPI_HTML_CELL);
            mlpi_html(r->to, "</h3>\n");
        }
        status = put_worst(r, &v, t, err);
    }
    mlpi_html(r->to, "</section>\n");
    mlpi_report_release_images(&v.images);
    return status;
}
