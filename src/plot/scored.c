/* SPDX-License-Identifier: MIT */
/* How good predicted probabilities are: as curves over all thresholds, as probabilities
 * (calibration), and as a ranking of the rows (lift). */
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "mlp/curves.h"
#include "plot/kinds.h"

enum { MOST_POINTS = 400, BINS = MLP_CALIBRATION_BINS, PARTS = 10 };

/* The labels of a picture, each of which is compared with all others together. */
typedef struct scored {
    const mlp_model *model;
    mlp_outcomes outcomes;
    size_t first, count;
} scored;

static mlp_status begin(const mlp_plot_request *request, scored *s, mlp_error *err)
{
    *s = (scored){.model = request->model};
    MLPI_TRY(mlpi_find_outputs(request->model, request->label, &s->first, &s->count, err));
    return mlpi_take_outcomes(request, &s->outcomes, err);
}

static void add_line(mlp_figure *figure, mlpi_panel *panel, const char *name, const double *ends)
{
    mlpi_series *line = mlpi_add_series(figure, panel, MLPI_LINE, name);
    line->colour = MLPI_GREY;
    line->dashed = true;
    mlpi_add_xy(figure, line, ends[0], ends[1]);
    mlpi_add_xy(figure, line, ends[2], ends[3]);
}

static mlpi_panel *add_unit_square(mlp_figure *figure, const char *x, const char *y)
{
    mlpi_panel *panel = mlpi_add_panel(figure, NULL, x, y);
    panel->x.lowest = panel->y.lowest = 0.0;
    panel->x.highest = panel->y.highest = 1.0;
    panel->square = true;
    figure->width = 640;
    figure->height = 660;
    return panel;
}

/* --- curves over thresholds ------------------------------------------------------------------- */

/* A kind of curve over thresholds: the function that computes it, and the names of its parts. */
typedef struct threshold_curve {
    mlp_status (*make)(const mlp_scores *, mlp_curve *, mlp_error *);
    const char *title, *x, *y, *area, *area_in_full;
    bool steps; /* the curve consists of steps */
} threshold_curve;

static void add_curve(mlp_figure *figure, mlpi_series *series, const mlp_curve *curve, bool steps)
{
    for (size_t i = 0; i < curve->count; i++) {
        if (steps && i > 0)
            mlpi_add_xy(figure, series, curve->x[i - 1], curve->y[i]);
        mlpi_add_xy(figure, series, curve->x[i], curve->y[i]);
    }
}

static mlp_status add_label_curve(const scored *s, const threshold_curve *kind, size_t label,
                                  mlp_figure *figure, mlpi_panel *panel, mlpi_ranked *drawn,
                                  mlp_error *err)
{
    mlp_curve curve = {0};
    const mlp_scores scores = mlp_outcomes_scores(&s->outcomes, label);
    MLPI_TRY(kind->make(&scores, &curve, err));
    char *name = mlpi_figure_text(figure, "%s %.3f: %s", kind->area, curve.area,
                                  mlp_model_label(s->model, label));
    mlp_curve_thin(&curve, MOST_POINTS);
    *drawn = (mlpi_ranked){mlpi_add_series(figure, panel, MLPI_LINE, name != NULL ? name : ""),
                           label, curve.area};
    add_curve(figure, drawn->series, &curve, kind->steps);
    free(name);
    mlp_curve_release(&curve);
    return MLP_OK;
}

/* Names the worst curves, which have the lowest rank: the area, or another number that measures how
 * good a curve is. */
static void name_the_worst(mlpi_ranked *drawn, size_t count, bool with_area, mlp_figure *figure,
                           mlpi_panel *panel)
{
    const size_t others = mlpi_name_first(drawn, count, panel);
    if (others == 0)
        return;
    const mlpi_ranked *best = &drawn[MLPI_NAMED];
    mlpi_add_entry(figure, panel, best->series,
                   with_area ? mlpi_figure_text(figure, "%zu others from %.3f", others, best->rank)
                             : mlpi_figure_text(figure, "%zu others", others));
}

static size_t rows_of(const mlp_outcomes *outcomes, size_t label)
{
    size_t rows = 0;
    for (size_t r = 0; r < outcomes->rows; r++)
        rows += outcomes->label[r] == label ? 1 : 0;
    return rows;
}

/* Adds a curve for each label that some rows have, but not all rows. */
static mlp_status add_curves(const scored *s, const threshold_curve *kind, const mlp_table *table,
                             mlp_figure *figure, mlpi_panel *panel, mlp_error *err)
{
    size_t count = 0;
    mlp_status status = MLP_OK;
    mlpi_ranked *drawn = mlpi_allocate(s->count, sizeof *drawn);
    if (drawn == NULL)
        return mlpi_fail_memory(err, "a picture");
    for (size_t k = s->first; k < s->first + s->count && status == MLP_OK; k++) {
        const size_t rows = rows_of(&s->outcomes, k);
        if (s->count == 1 || (rows > 0 && rows < s->outcomes.rows))
            status = add_label_curve(s, kind, k, figure, panel, &drawn[count++], err);
    }
    if (status == MLP_OK && count == 0)
        status = mlpi_fail(err, MLP_ERROR_DATA,
                           "%s: all rows have the same label; a curve needs two labels",
                           mlp_table_source(table));
    if (status == MLP_OK)
        name_the_worst(drawn, count, true, figure, panel);
    const size_t named = mlpi_named_of(count);
    for (size_t i = 0; status == MLP_OK && i < named; i++)
        mlpi_describe(figure, "%s: %s %.4f.", mlp_model_label(s->model, drawn[i].label),
                      kind->area_in_full, drawn[i].rank);
    if (status == MLP_OK && named < count)
        mlpi_describe(figure, "The other %zu labels have %.4f or more.", count - named,
                      drawn[named].rank);
    figure->height += 10 * (named + (named < count)); /* the names below: about two per line */
    mlpi_free(drawn);
    return status;
}

static mlp_status plot_curves(const mlp_plot_request *request, const threshold_curve *kind,
                              mlp_figure *figure, mlp_error *err)
{
    scored s;
    MLPI_TRY(begin(request, &s, err));
    mlpi_panel *panel = add_unit_square(figure, kind->x, kind->y);
    figure->title = mlpi_figure_text(
        figure, "%s: %s",
        mlpi_short(mlp_model_target(s.model, 0), MLPI_IN_TITLE, (char[MLPI_SHORT]){0}),
        kind->title);
    mlpi_describe(figure, "%zu row%s.", s.outcomes.rows, mlpi_plural(s.outcomes.rows));
    const mlp_status status = add_curves(&s, kind, request->table, figure, panel, err);
    const double share = (double)rows_of(&s.outcomes, s.first) / (double)s.outcomes.rows;
    if (!kind->steps)
        add_line(figure, panel, "chance", (const double[]){0.0, 0.0, 1.0, 1.0});
    else if (s.count == 1)
        add_line(figure, panel, "chance", (const double[]){0.0, share, 1.0, share});
    mlpi_outcomes_done(request, &s.outcomes);
    return status;
}

mlp_status mlpi_plot_roc(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    static const threshold_curve roc = {
        mlp_roc_curve, "ROC curve", "false positive rate", "true positive rate", "AUC",
        "AUC",         false};
    return plot_curves(request, &roc, figure, err);
}

mlp_status mlpi_plot_precision_recall(const mlp_plot_request *request, mlp_figure *figure,
                                      mlp_error *err)
{
    static const threshold_curve curve = {mlp_precision_recall_curve,
                                          "precision and recall",
                                          "recall",
                                          "precision",
                                          "AP",
                                          "average precision",
                                          true};
    return plot_curves(request, &curve, figure, err);
}

/* --- calibration ------------------------------------------------------------------------------ */

static void add_bins(mlp_figure *figure, const mlp_calibration *c, const char *what)
{
    char *x = mlpi_figure_text(figure, "predicted probability (%s)", what);
    mlpi_panel *panel = mlpi_add_panel(figure, "reliability", x, "observed share");
    panel->x.lowest = panel->y.lowest = 0.0;
    panel->x.highest = panel->y.highest = 1.0;
    panel->square = true;
    add_line(figure, panel, "perfect", (const double[]){0.0, 0.0, 1.0, 1.0});
    mlpi_series *line = mlpi_add_series(figure, panel, MLPI_LINE, "model");
    mlpi_series *points = mlpi_add_series(figure, panel, MLPI_POINTS, "bins");
    mlpi_panel *below = mlpi_add_panel(figure, "how often", x, "rows");
    mlpi_series *bars = mlpi_add_series(figure, below, MLPI_BARS, "rows");
    line->colour = points->colour = bars->colour = 0;
    points->size = 1.1;
    points->unlisted = bars->unlisted = true;
    bars->step = 1.0 / (double)c->count;
    below->y.whole = true;
    below->x.lowest = 0.0;
    below->x.highest = 1.0;
    for (size_t b = 0; b < c->count; b++) {
        const mlp_calibration_bin *bin = &c->bins[b];
        mlpi_add_xy(figure, bars, (bin->low + bin->high) / 2.0, (double)bin->rows);
        if (bin->rows == 0)
            continue;
        mlpi_add_xy(figure, line, bin->predicted, bin->observed);
        mlpi_add_xy(figure, points, bin->predicted, bin->observed);
    }
    free(x);
}

mlp_status mlpi_plot_calibration(const mlp_plot_request *request, mlp_figure *figure,
                                 mlp_error *err)
{
    scored s;
    MLPI_TRY(begin(request, &s, err));
    mlp_calibration c = {0};
    size_t *correct = mlpi_allocate(s.outcomes.rows, sizeof *correct);
    double *confidence = mlpi_allocate(s.outcomes.rows, sizeof *confidence);
    mlp_status status = MLP_OK;
    if (correct == NULL || confidence == NULL) {
        status = mlpi_fail_memory(err, "the probabilities");
    } else { /* the probability of one label, or of the label that is predicted */
        const mlp_scores scores = s.count == 1
                                      ? mlp_outcomes_scores(&s.outcomes, s.first)
                                      : mlp_outcomes_confidence(&s.outcomes, correct, confidence);
        status = mlp_calibration_curve(&scores, MLP_BINS_EQUAL_WIDTH, BINS, &c, err);
    }
    if (status == MLP_OK) {
        const char *target = mlp_model_target(s.model, 0);
        add_bins(figure, &c,
                 s.count == 1 ? mlp_model_label(s.model, s.first) : "of the predicted label");
        figure->title = mlpi_figure_text(figure, "%s: calibration (expected error %.3f)",
                                         mlpi_short(target, MLPI_IN_TITLE, (char[MLPI_SHORT]){0}),
                                         c.expected_error);
        mlpi_describe(figure,
                      "Predicted probabilities of %zu rows in %zu bins against the observed "
                      "shares; expected calibration error %.4f, mean squared error of %s %.4f.",
                      s.outcomes.rows, c.count, c.expected_error,
                      s.count == 1 ? "these probabilities (Brier score)"
                                   : "the predicted label's probability alone",
                      c.brier);
        figure->columns = 2;
        figure->width = 1000;
        figure->height = 520;
    }
    mlp_calibration_release(&c);
    mlpi_free(correct);
    mlpi_free(confidence);
    mlpi_outcomes_done(request, &s.outcomes);
    return status;
}

/* --- lift ------------------------------------------------------------------------------------- */

/* The curves of the labels in both panels, ranked by gain and lift of the first tenth of the rows.
 * The two rankings agree, since the lift is the gain divided by the share of the rows. */
typedef struct gains {
    mlpi_panel *panel, *lifts;
    mlpi_ranked *gain, *lift;
    size_t count;
} gains;

static mlp_status add_gains(const scored *s, size_t label, mlp_figure *figure, gains *g,
                            mlp_error *err)
{
    mlp_gain parts[PARTS];
    const mlp_scores scores = mlp_outcomes_scores(&s->outcomes, label);
    const char *name = mlp_model_label(s->model, label);
    MLPI_TRY(mlp_gains_curve(&scores, PARTS, parts, err));
    mlpi_series *gain = mlpi_add_series(figure, g->panel, MLPI_LINE, name);
    mlpi_series *lift = mlpi_add_series(figure, g->lifts, MLPI_LINE, name);
    gain->colour = lift->colour = label - s->first;
    mlpi_add_xy(figure, gain, 0.0, 0.0);
    for (size_t i = 0; i < PARTS; i++) {
        mlpi_add_xy(figure, gain, parts[i].share, parts[i].gain);
        mlpi_add_xy(figure, lift, parts[i].share, parts[i].cumulative_lift);
    }
    g->gain[g->count] = (mlpi_ranked){gain, label, parts[0].gain};
    g->lift[g->count++] = (mlpi_ranked){lift, label, parts[0].lift};
    return MLP_OK;
}

static void name_gains(const scored *s, mlp_figure *figure, gains *g)
{
    name_the_worst(g->gain, g->count, false, figure, g->panel);
    name_the_worst(g->lift, g->count, false, figure, g->lifts);
    for (size_t i = 0; i < mlpi_named_of(g->count); i++)
        mlpi_describe(
            figure,
            "%s: the first tenth of the rows holds %.1f %% of this label's rows (lift %.3g).",
            mlp_model_label(s->model, g->gain[i].label), 100.0 * g->gain[i].rank, g->lift[i].rank);
}

static mlp_status add_all_gains(const scored *s, mlp_figure *figure, gains *g, mlp_error *err)
{
    mlp_status status = MLP_OK;
    g->gain = mlpi_allocate(s->count, sizeof *g->gain);
    g->lift = mlpi_allocate(s->count, sizeof *g->lift);
    if (g->gain == NULL || g->lift == NULL)
        status = mlpi_fail_memory(err, "a picture");
    for (size_t k = s->first; k < s->first + s->count && status == MLP_OK; k++)
        if (s->count == 1 || rows_of(&s->outcomes, k) > 0)
            status = add_gains(s, k, figure, g, err);
    if (status == MLP_OK)
        name_gains(s, figure, g);
    mlpi_free(g->gain);
    mlpi_free(g->lift);
    return status;
}

mlp_status mlpi_plot_lift(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    scored s;
    MLPI_TRY(begin(request, &s, err));
    static const char *const x = "share of the rows, most probable first";
    gains g = {.panel =
                   mlpi_add_panel(figure, "cumulative gains", x, "share of the label's rows found"),
               .lifts = mlpi_add_panel(figure, "lift", x, "times as many as by chance")};
    const mlp_status status = add_all_gains(&s, figure, &g, err);
    add_line(figure, g.panel, "chance", (const double[]){0.0, 0.0, 1.0, 1.0});
    add_line(figure, g.lifts, "chance", (const double[]){0.0, 1.0, 1.0, 1.0});
    g.panel->x.lowest = g.lifts->x.lowest = g.panel->y.lowest = g.lifts->y.lowest = 0.0;
    g.panel->x.highest = g.lifts->x.highest = 1.0;
    figure->title = mlpi_figure_text(
        figure, "%s: gains and lift",
        mlpi_short(mlp_model_target(s.model, 0), MLPI_IN_TITLE, (char[MLPI_SHORT]){0}));
    figure->columns = 2;
    figure->width = 1000;
    figure->height = 480;
    mlpi_outcomes_done(request, &s.outcomes);
    return status;
}
