/* SPDX-License-Identifier: MIT */
/* The pictures of a report. They are drawn in parallel, each by its own gnuplot process. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "draw/gnuplot.h"
#include "mlp/output.h"
#include "report/report.h"
#include "threads/threads.h"

enum { MOST_TARGETS = 4, WIDEST = 440, MOST_PANELS = 4 };

/* The models for which a kind of picture is shown. */
typedef enum audience { ANY, TWO_LABELS, LABELS, TARGETS, WITH_LOG } audience;

typedef struct picture_kind {
    const char *kind, *section, *heading;
    audience fit;
    /* classes of the style sheet: "all": the full width of the page; "wider": panels may be wider
     * than WIDEST; "beside": the caption is at the side; "matrix": the size is limited */
    const char *place;
    const char *meaning; /* how to read the picture */
    void (*table)(const mlpi_report *r, const mlp_figure *figure, size_t target);
} picture_kind;

static const picture_kind kinds[] = {
    {"confusion", "pictures", "Confusion matrix", LABELS, "",
     "Each line of the matrix counts the rows of one true label; those off the diagonal are "
     "predicted wrongly.",
     mlpi_report_confusion_table},
    {"roc", "pictures", "ROC curve", LABELS, "",
     "What share of a label's rows is found, against what share of the other rows is taken for it, "
     "at every threshold. The nearer to the upper left corner, the better; the diagonal is chance.",
     mlpi_report_marks_table},
    {"precision-recall", "pictures", "Precision and recall", TWO_LABELS, "beside",
     "How many of the rows predicted positive are positive (precision), against how many of the "
     "positive rows are found (recall). The higher the better.",
     mlpi_report_marks_table},
    {"calibration", "pictures", "Calibration", LABELS, "all",
     "Whether probabilities can be taken at face value: on the diagonal, predictions with a "
     "probability of 70 % come true seven times in ten.",
     mlpi_report_marks_table},
    {"lift", "pictures", "Gains and lift", TWO_LABELS, "all",
     "What is found when only the most probable rows are looked at: the share of all positives "
     "(gains), and how many times as many as by chance (lift).",
     mlpi_report_marks_table},
    {"predicted-actual", "pictures", "Predicted against actual", TARGETS, "beside",
     "Every row; on the dashed line, prediction and truth are the same.",
     mlpi_report_residual_table},
    {"residuals", "pictures", "Errors", TARGETS, "all",
     "Actual minus predicted. Around zero everywhere, without a shape, is best.",
     mlpi_report_residual_table},
    {"importance", "columns", "Importance of the columns", ANY, "beside",
     "Shows what this model uses, not what causes what; columns that hold the same information "
     "share their importance.",
     mlpi_report_importance_table},
    {"network", "training", "The network", ANY, "all wider", "", mlpi_report_layer_table},
    {"history", "training", "The history of training", WITH_LOG, "all",
     "The loss and the metric by epoch; the weights kept are those of the best epoch.",
     mlpi_report_marks_table},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

struct mlpi_picture {
    const picture_kind *kind;
    size_t target;
    mlp_figure *figure;     /* NULL: it could not be made */
    char *reason;           /* why `figure` is NULL */
    char *svg[MOST_PANELS]; /* the picture of each panel; NULL: not drawn */
};

/* --- figures ---------------------------------------------------------------------------------- */

static bool fits(const mlpi_report *r, const picture_kind *k)
{
    const bool classes = mlpi_report_classes(r);
    const bool suits[] = {[ANY] = true,
                          [TWO_LABELS] = classes && mlp_model_label_count(r->model) == 2,
                          [LABELS] = classes,
                          [TARGETS] = !classes,
                          [WITH_LOG] = r->options.logs.count > 0};
    return suits[k->fit];
}

/* Adds a figure, or the reason why these rows do not allow it. A log that cannot be drawn is an
 * error. */
static mlp_status add(mlpi_report *r, const picture_kind *k, size_t target, mlp_error *err)
{
    const mlp_plot_kind *kind = NULL;
    mlp_error reason;
    mlpi_picture *p = &r->pictures[r->picture_count++];
    const mlp_plot_request request = {
        .model = r->model,
        .table = r->table,
        .logs = r->options.logs,
        .label = k->fit == TARGETS ? mlp_model_target(r->model, target) : NULL,
        .outcomes = &r->outcomes,
        .importance = &r->importance,
        .threads = r->options.threads};
    *p = (mlpi_picture){.kind = k, .target = target};
    MLPI_TRY(mlp_plot_kind_find(k->kind, &kind, err));
    const mlp_status status = mlp_plot(kind, &request, &p->figure, &reason);
    if (status == MLP_OK)
        return MLP_OK;
    p->reason = mlpi_copy_text(reason.message, strlen(reason.message));
    return status == MLP_ERROR_MEMORY || p->reason == NULL ? mlpi_fail_memory(err, "a picture")
           : k->fit == WITH_LOG ? mlpi_fail(err, status, "%s", reason.message)
                                : MLP_OK;
}

static mlp_status make_figures(mlpi_report *r, mlp_error *err)
{
    const size_t all = mlp_model_target_count(r->model);
    const size_t targets = all < MOST_TARGETS ? all : MOST_TARGETS;
    r->pictures = mlpi_allocate(KINDS * MOST_TARGETS, sizeof *r->pictures);
    if (r->pictures == NULL)
        return mlpi_fail_memory(err, "the pictures");
    for (size_t k = 0; k < KINDS; k++)
        for (size_t t = 0; fits(r, &kinds[k]) && t < (kinds[k].fit == TARGETS ? targets : 1); t++)
            MLPI_TRY(add(r, &kinds[k], t, err));
    return MLP_OK;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* The drawing of one panel of a picture. Panels are separate drawings, so that the page can place
 * them side by side or one below the other. */
typedef struct drawing {
    mlpi_picture *picture;
    size_t panel;
    bool absent; /* gnuplot is not installed */
    mlp_status status;
    mlp_error err;
} drawing;

/* The classes of a picture; a matrix of many labels, or of several with long names, needs the full
 * width. */
static const char *place_of(const mlpi_picture *p)
{
    enum { MANY_NAMES = 12, SOME_NAMES = 4, LONG_NAME = 12 };
    const mlpi_panel *first =
        p->figure != NULL && p->figure->count > 0 ? p->figure->panels[0] : NULL;
    size_t longest = 0;
    for (size_t i = 0; first != NULL && i < first->x.name_count; i++) {
        const size_t columns = mlp_text_columns(first->x.names[i]);
        longest = columns > longest ? columns : longest;
    }
    const bool wide =
        first != NULL && first->square &&
        first->x.name_count > (longest > LONG_NAME ? (size_t)SOME_NAMES : (size_t)MANY_NAMES);
    return wide ? "all wider matrix" : p->kind->place;
}

/* The number of names in the legend of a figure, in the panel that has the most. */
static size_t most_names(const mlp_figure *figure)
{
    size_t most = 0;
    for (size_t p = 0; p < figure->count; p++) {
        size_t names = 0;
        for (size_t k = 0; k < figure->panels[p]->count; k++)
            names += figure->panels[p]->series[k]->unlisted ? 0 : 1;
        most = names > most ? names : most;
    }
    return most;
}

/* Makes a panel narrower. Its legend then has one name per line, for which the height grows, so
 * that the plot keeps its size. */
static void narrow(mlp_figure *f, const mlpi_panel *panel, size_t names)
{
    enum { FEW_NAMES = 2, LINE = 12 };
    /* Unless the panel is square, the names on the y axis keep their height. */
    if (panel->y.names == NULL || panel->square)
        f->height = f->height * WIDEST / f->width;
    if (names > FEW_NAMES)
        f->height += LINE * (names - FEW_NAMES);
    f->width = WIDEST;
}

static void draw_panel(void *context, size_t i, int thread)
{
    drawing *d = (drawing *)context + i;
    mlpi_single single;
    size_t size = 0;
    (void)thread;
    mlpi_single_panel(d->picture->figure, d->panel, &single);
    mlp_figure *f = &single.figure;
    if (f->width > WIDEST && strstr(place_of(d->picture), "wider") == NULL)
        narrow(f, single.panel, most_names(d->picture->figure));
    d->status =
        mlpi_figure_picture(f, "svg", 0, 0, &d->picture->svg[d->panel], &size, &d->absent, &d->err);
}

static size_t panels_of(const mlpi_picture *p)
{
    const size_t count = p->figure != NULL ? p->figure->count : 0;
    return count < MOST_PANELS ? count : MOST_PANELS;
}

mlp_status mlpi_report_draw(mlpi_report *r, mlp_error *err)
{
    size_t count = 0;
    MLPI_TRY(make_figures(r, err));
    drawing *drawings = mlpi_allocate(r->picture_count * MOST_PANELS, sizeof *drawings);
    if (drawings == NULL)
        return mlpi_fail_memory(err, "the pictures");
    for (size_t i = 0; i < r->picture_count; i++)
        for (size_t p = 0; p < panels_of(&r->pictures[i]); p++)
            drawings[count++] = (drawing){.picture = &r->pictures[i], .panel = p};
    mlpi_parallel(mlpi_threads(r->options.threads), count, draw_panel, drawings);
    mlp_status status = MLP_OK;
    for (size_t i = 0; i < count && status == MLP_OK; i++) {
        const char *reason = drawings[i].err.message;
        if (drawings[i].status != MLP_OK && !drawings[i].absent)
            status = mlpi_fail(err, drawings[i].status, "%s", reason);
        else if (drawings[i].absent && r->not_drawn == NULL &&
                 (r->not_drawn = mlpi_copy_text(reason, strlen(reason))) == NULL)
            status = mlpi_fail_memory(err, "the pictures");
    }
    mlpi_free(drawings);
    return status;
}

void mlpi_report_release_pictures(mlpi_report *r)
{
    for (size_t i = 0; i < r->picture_count; i++) {
        mlp_figure_free(r->pictures[i].figure);
        free(r->pictures[i].reason);
        for (size_t p = 0; p < MOST_PANELS; p++)
            free(r->pictures[i].svg[p]);
    }
    mlpi_free(r->pictures);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void put_panels(const mlpi_report *r, size_t i)
{
    const mlpi_picture *p = &r->pictures[i];
    char prefix[32];
    mlpi_html(r->to, "<div class=\"panels\">\n");
    for (size_t panel = 0; panel < panels_of(p); panel++) {
        if (p->svg[panel] == NULL)
            continue;
        const char *title = p->figure->panels[panel]->title;
        snprintf(prefix, sizeof prefix, "p%zu-%zu", i + 1, panel + 1);
        mlpi_html_svg(r->to, p->svg[panel], prefix, p->kind->heading, title,
                      mlp_figure_description(p->figure));
    }
    mlpi_html(r->to, "</div>\n");
}

static void put(const mlpi_report *r, size_t i)
{
    const mlpi_picture *p = &r->pictures[i];
    const bool drawn = p->svg[0] != NULL;
    char number[24] = ""; /* makes the id unique from the second target on */
    if (p->target > 0)
        snprintf(number, sizeof number, "-%zu", p->target + 1);
    mlpi_html(r->to, "<div class=\"picture %s\" id=\"picture-%s%s\">\n<h3>%s", place_of(p),
              p->kind->kind, number, p->kind->heading);
    if (p->kind->fit == TARGETS && mlp_model_target_count(r->model) > 1) {
        fputs(": ", r->to);
        mlpi_html_name(r->to, mlp_model_target(r->model, p->target), MLPI_HTML_LINE);
    }
    mlpi_html(r->to, "</h3>\n");
    if (p->figure == NULL) {
        mlpi_report_sentence(r, "<p class=\"soft\">Not shown: ", p->reason, ".</p>\n</div>\n");
        return;
    }
    mlpi_html(r->to, "<figure>\n");
    put_panels(r, i);
    mlpi_html(r->to, "<figcaption>");
    mlpi_html_name(r->to, p->kind->meaning, SIZE_MAX);
    fputs(p->kind->meaning[0] != '\0' ? " " : "", r->to);
    mlpi_html_name(r->to, mlp_figure_description(p->figure), SIZE_MAX);
    mlpi_html(r->to, "</figcaption>\n</figure>\n");
    mlpi_html(r->to, "<details%s><summary>The numbers of this picture</summary>\n",
              drawn ? "" : " open");
    p->kind->table(r, p->figure, p->target);
    mlpi_html(r->to, "</details>\n</div>\n");
}

void mlpi_report_put_pictures(const mlpi_report *r, const char *section)
{
    mlpi_html(r->to, "<div class=\"pictures\">\n");
    for (size_t i = 0; i < r->picture_count; i++)
        if (strcmp(r->pictures[i].kind->section, section) == 0)
            put(r, i);
    mlpi_html(r->to, "</div>\n");
}

void mlpi_report_pictures(const mlpi_report *r)
{
    mlpi_html(r->to, "<section aria-labelledby=\"pictures\">\n<h2 id=\"pictures\">Pictures</h2>\n");
    if (r->not_drawn != NULL)
        mlpi_html(r->to,
                  "<p class=\"note\">Pictures are missing; the tables hold their numbers. "
                  "%s.</p>\n",
                  r->not_drawn);
    const size_t targets = mlp_model_target_count(r->model);
    if (targets > MOST_TARGETS)
        mlpi_html(r->to, "<p>Of %zu targets, the first %d.</p>\n", targets, (int)MOST_TARGETS);
    mlpi_report_put_pictures(r, "pictures");
    mlpi_html(r->to, "</section>\n");
}
