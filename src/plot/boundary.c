/* SPDX-License-Identifier: MIT */
/* A model's predictions over two input columns, with the other columns at typical values. */
#include <math.h>

#include "base/base.h"
#include "plot/kinds.h"

enum { COLUMNS = 200, ROWS = 150, MOST_POINTS = 1500 };
/* With more labels than MANY_LABELS, the areas are named too, since a legend of so many colours is
 * hard to use. */
enum { MANY_LABELS = 8 };
/* The colours of areas: all of the palette except number BLACK, which, when made pale, looks like
 * the grey of the other labels. */
enum { COLOURED = MLPI_PALETTE - 1, BLACK = 7 };
enum { OF_THREE = 20 }; /* most columns of text of each of the three names in a title */

typedef struct surface {
    const mlp_plot_request *request;
    size_t x, y;            /* numbers of the two input columns */
    double *xs, *ys;        /* values of the two columns in the data */
    double *truth;          /* true labels or values in the data */
    size_t count;           /* rows of the data */
    double *rows, *answers; /* rows for the grid, and the model's predictions for them */
} surface;

/* The range of the data with a margin. */
static mlpi_range range_of(const double *values, size_t count)
{
    double lowest = INFINITY, highest = -INFINITY;
    for (size_t r = 0; r < count; r++) {
        lowest = values[r] < lowest ? values[r] : lowest;
        highest = values[r] > highest ? values[r] : highest;
    }
    if (!(lowest <= highest))
        return (mlpi_range){0.0, 1.0};
    const double room = highest > lowest ? (highest - lowest) * 0.06 : 1.0;
    return (mlpi_range){lowest - room, highest + room};
}

static mlp_status prepare(surface *s, mlp_error *err)
{
    const mlp_model *model = s->request->model;
    const size_t columns = model->pipeline.feature_count;
    MLPI_TRY(mlpi_find_input(model, s->request->x, true, &s->x, err));
    MLPI_TRY(mlpi_find_input(model, s->request->y, true, &s->y, err));
    if (s->x == s->y)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`x` and `y` are both \"%s\"; give two columns",
                         s->request->x);
    s->count = mlp_table_rows(s->request->table);
    MLPI_TRY(mlpi_true_answers(model, s->request->table, &s->truth, err));
    MLPI_TRY(mlpi_column_numbers(model, s->request->table, s->x, &s->xs, err));
    MLPI_TRY(mlpi_column_numbers(model, s->request->table, s->y, &s->ys, err));
    s->rows = mlpi_allocate(columns, COLUMNS * ROWS * sizeof *s->rows);
    s->answers = mlpi_allocate(mlp_model_width(model), COLUMNS * ROWS * sizeof *s->answers);
    return s->rows == NULL || s->answers == NULL ? mlpi_fail_memory(err, "a picture") : MLP_OK;
}

static mlp_status probe_grid(surface *s, mlp_error *err)
{
    const mlp_model *model = s->request->model;
    const size_t columns = model->pipeline.feature_count, count = s->count;
    const mlpi_range across = range_of(s->xs, count), up = range_of(s->ys, count);
    MLPI_TRY(mlpi_typical_row(model, s->request->table, s->rows, err));
    for (size_t i = 0; i < COLUMNS * ROWS; i++) {
        double *row = s->rows + i * columns;
        for (size_t c = 0; i > 0 && c < columns; c++)
            row[c] = s->rows[c];
        row[s->x] = across.lowest +
                    (across.highest - across.lowest) * ((double)(i % COLUMNS) + 0.5) / COLUMNS;
        row[s->y] = up.lowest + (up.highest - up.lowest) * ((double)(i / COLUMNS) + 0.5) / ROWS;
    }
    return mlpi_probe(model, &model->members, s->rows, COLUMNS * ROWS, s->request->threads,
                      s->answers, err);
}

/* The most probable label; the first one if several are equally probable. */
static size_t best_of(const double *p, size_t labels)
{
    size_t best = 0;
    for (size_t k = 1; k < labels; k++)
        best = p[k] > p[best] ? k : best;
    return best;
}

/* If there are more labels than colours, the labels with the largest areas get colours; the others
 * are grey. */
static void choose_colours(mlp_figure *figure, mlpi_series *grid)
{
    const size_t labels = grid->class_count;
    size_t *cells = mlpi_allocate(labels, sizeof *cells), *colours = grid->class_colours;
    figure->failed = figure->failed || cells == NULL;
    for (size_t i = 0; cells != NULL && i < grid->count; i++)
        cells[(size_t)mlpi_number(grid, i, MLPI_CLASS)]++;
    for (size_t k = 0; k < labels; k++)
        colours[k] = MLPI_GREY;
    for (size_t i = 0; cells != NULL && i < COLOURED; i++) {
        size_t best = SIZE_MAX;
        for (size_t k = 0; k < labels; k++)
            if (colours[k] == MLPI_GREY && (best == SIZE_MAX || cells[k] > cells[best]))
                best = k;
        colours[best] = i < BLACK ? i : i + 1;
    }
    mlpi_free(cells);
}

static mlpi_series *add_grid(surface *s, mlp_figure *figure, mlpi_panel *panel, size_t output)
{
    const mlpi_pipeline *p = &s->request->model->pipeline;
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    const size_t width = mlp_model_width(s->request->model);
    mlpi_series *grid = mlpi_add_series(figure, panel, classes ? MLPI_REGIONS : MLPI_MAP, "model");
    grid->unlisted = true;
    grid->columns = COLUMNS;
    grid->rows = ROWS;
    if (classes)
        mlpi_name_classes(figure, grid, (const char *const *)p->labels, p->label_count);
    for (size_t i = 0; i < COLUMNS * ROWS; i++) {
        const double *row = s->rows + i * p->feature_count, *answer = s->answers + i * width;
        const size_t best = classes ? best_of(answer, width) : output;
        mlpi_add_point(figure, grid, (double[]){row[s->x], row[s->y], answer[best], (double)best});
    }
    if (grid->class_colours != NULL && grid->class_count > MLPI_PALETTE)
        choose_colours(figure, grid);
    return grid;
}

/* Adds the rows with one true label; NaN: the rows without a true label. */
static mlpi_series *add_points(surface *s, mlp_figure *figure, mlpi_panel *panel, size_t shown,
                               double label, const char *name)
{
    mlpi_series *points = mlpi_add_series(figure, panel, MLPI_POINTS, name);
    points->size = shown > 400 ? 0.45 : 0.8; /* the same for all labels */
    for (size_t i = 0; i < shown; i++) {
        const size_t r = mlpi_spread(i, shown, s->count);
        const bool it = isnan(label) ? isnan(s->truth[r]) : s->truth[r] == label;
        if (it && isfinite(s->xs[r]) && isfinite(s->ys[r]))
            mlpi_add_xy(figure, points, s->xs[r], s->ys[r]);
    }
    return points;
}

/* Adds the rows of all labels; grey points lie below the others and share one legend entry. */
static void add_labels(surface *s, mlp_figure *figure, mlpi_panel *panel, const mlpi_series *grid,
                       size_t shown)
{
    const mlpi_pipeline *p = &s->request->model->pipeline;
    const mlpi_series *last = NULL;
    size_t others = 0;
    if (grid->class_colours == NULL)
        return; /* out of memory */
    add_points(s, figure, panel, shown, (double)NAN, "no true label")->colour = MLPI_BLACK;
    for (int grey = 1; grey >= 0; grey--)
        for (size_t k = 0; k < p->label_count; k++) {
            if ((grid->class_colours[k] == MLPI_GREY) != (grey == 1))
                continue;
            mlpi_series *points = add_points(s, figure, panel, shown, (double)k, p->labels[k]);
            points->colour = grid->class_colours[k];
            points->unlisted = grey == 1;
            last = grey == 1 && (last == NULL || points->count > 0) ? points : last;
            others += grey == 1 ? 1 : 0;
        }
    if (last != NULL)
        mlpi_add_entry(figure, panel, last, mlpi_figure_text(figure, "%zu others", others));
}

static void add_values(surface *s, mlp_figure *figure, mlpi_panel *panel, size_t output,
                       size_t shown)
{
    const mlpi_pipeline *p = &s->request->model->pipeline;
    mlpi_series *unknown = mlpi_add_series(figure, panel, MLPI_POINTS, "no true value");
    mlpi_series *dots = mlpi_add_series(figure, panel, MLPI_DOTS, "data");
    dots->unlisted = true;
    unknown->colour = MLPI_BLACK;
    unknown->size = shown > 400 ? 0.45 : 0.8;
    for (size_t i = 0; i < shown; i++) {
        const size_t r = mlpi_spread(i, shown, s->count);
        const double value = s->truth[r * p->target_count + output];
        if (!isfinite(s->xs[r]) || !isfinite(s->ys[r]))
            continue;
        if (isnan(value))
            mlpi_add_xy(figure, unknown, s->xs[r], s->ys[r]);
        else
            mlpi_add_point(figure, dots, (double[]){s->xs[r], s->ys[r], value});
    }
    panel->value_label = mlpi_figure_text(figure, "%s", p->targets[output].name);
}

/* Describes how many rows have no true label or value; their points are black. */
static void describe_unknown(const surface *s, mlp_figure *figure)
{
    const mlpi_pipeline *p = &s->request->model->pipeline;
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    const size_t width = classes ? 1 : p->target_count;
    size_t unknown = 0;
    for (size_t r = 0; r < s->count; r++)
        unknown += isnan(s->truth[r * width]) ? 1 : 0;
    if (unknown > 0)
        mlpi_describe(figure, "%zu row%s no true %s.", unknown, unknown == 1 ? " has" : "s have",
                      classes ? "label" : "value");
}

/* Describes how many labels have colours of their own, and how many have no area. */
static void describe_labels(mlp_figure *figure, const mlpi_series *grid)
{
    const size_t labels = grid->class_count;
    size_t grey = 0, absent = 0;
    for (size_t k = 0; grid->class_colours != NULL && k < labels; k++) {
        bool there = false;
        for (size_t i = 0; i < grid->count && !there; i++)
            there = mlpi_number(grid, i, MLPI_CLASS) == (double)k;
        absent += there ? 0 : 1;
        grey += grid->class_colours[k] == MLPI_GREY ? 1 : 0;
    }
    if (grey > 0)
        mlpi_describe(
            figure,
            "Of %zu labels, the %zu with the largest areas have colours; the others are grey.",
            labels, labels - grey);
    if (absent > 0)
        mlpi_describe(figure, "%zu label%s nowhere the most probable.", absent,
                      absent == 1 ? " is" : "s are");
}

/* The format of an axis of times; NULL: the column does not hold times. */
static const char *moment_of(const mlpi_feature *f)
{
    return f->transform->moment != NULL ? f->transform->moment(&f->fitted) : NULL;
}

static mlp_status draw(surface *s, mlp_figure *figure, mlp_error *err)
{
    const mlpi_pipeline *p = &s->request->model->pipeline;
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    size_t output = 0, count = 0;
    if (classes && s->request->label != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`label` has no effect here: the picture shows all labels; leave it out");
    if (!classes)
        MLPI_TRY(mlpi_find_outputs(s->request->model, s->request->label, &output, &count, err));
    const size_t shown = s->count < MOST_POINTS ? s->count : MOST_POINTS;
    const size_t values = mlpi_values_of(s->request->model); /* the middle quantile is drawn */
    const char *target = p->targets[output].name;
    mlpi_panel *panel = mlpi_add_panel(figure, NULL, s->request->x, s->request->y);
    panel->x.moment = moment_of(&p->features[s->x]);
    panel->y.moment = moment_of(&p->features[s->y]);
    mlpi_series *grid = add_grid(s, figure, panel, output * values + values / 2);
    if (classes)
        add_labels(s, figure, panel, grid, shown);
    else
        add_values(s, figure, panel, output, shown);
    if (p->label_count > MANY_LABELS)
        mlpi_name_regions(figure, panel, grid);
    figure->title = mlpi_figure_text(figure, "%s by %s and %s",
                                     mlpi_short(target, OF_THREE, (char[MLPI_SHORT]){0}),
                                     mlpi_short(s->request->x, OF_THREE, (char[MLPI_SHORT]){0}),
                                     mlpi_short(s->request->y, OF_THREE, (char[MLPI_SHORT]){0}));
    mlpi_describe(figure,
                  classes
                      ? "Areas: the most probable %s for each %s and %s, darker where the model is "
                        "more certain; points: the data with their true labels."
                      : "Background: the predicted %s for each %s and %s; points: the data with "
                        "their true values.",
                  target, s->request->x, s->request->y);
    describe_labels(figure, grid);
    describe_unknown(s, figure);
    if (p->feature_count > 2)
        mlpi_describe(figure, "The other columns (%zu) are at typical values.",
                      p->feature_count - 2);
    if (shown < s->count)
        mlpi_describe(figure, "%zu of %zu rows are drawn.", shown, s->count);
    return MLP_OK;
}

mlp_status mlpi_plot_boundary(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    surface s = {.request = request};
    mlp_status status = prepare(&s, err);
    if (status == MLP_OK)
        status = probe_grid(&s, err);
    if (status == MLP_OK)
        status = draw(&s, figure, err);
    mlpi_free(s.truth);
    mlpi_free(s.xs);
    mlpi_free(s.ys);
    mlpi_free(s.rows);
    mlpi_free(s.answers);
    return status;
}
