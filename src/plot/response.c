/* SPDX-License-Identifier: MIT */
/* A model's predictions over one input column: with the other columns at typical values, at several
 * values of one parameter, and on average over data. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "network/layout.h"
#include "plot/kinds.h"

/* MOST_LOW: the most lines for whose legend a figure of usual height has room. */
enum {
    STEPS = 201,
    MOST_LOW = 8,
    SWEEP_VALUES = 5,
    MOST_ROWS = 400,
    MOST_POINTS = 2000,
    MOST_PANELS = 9,
    OF_TWO = 24 /* most columns of text of the input column's name in a title */
};

typedef struct response {
    const mlp_plot_request *request;
    const mlp_model *model;
    const mlpi_feature *feature; /* the input column */
    size_t column;               /* number of the input column */
    size_t first, outputs; /* the panel shows `outputs` numbers of a prediction, from `first` on */
    size_t shown;          /* number of the label or target of the panel, if it is a single one */
    size_t panels;         /* one for each target, since targets have different units */
    size_t steps;
    double *xs;             /* `steps` values of the column */
    size_t rows;            /* of the data; 0: no data */
    double *truth;          /* true answers of the rows */
    double *numbers;        /* the column in the data; NULL: no data, or categories */
    double *mean, *typical; /* predictions at xs: data mean, typical row; NULL: not shown */
    mlp_figure *figure;
    mlpi_panel *panel;
} response;

/* --- values of the column --------------------------------------------------------------------- */

/* Finds the range of the column: that of the data, or else its usual range in training. */
static void find_range(const response *r, double *lowest, double *highest)
{
    double least = INFINITY, most = -INFINITY, range[3];
    for (size_t i = 0; r->numbers != NULL && i < r->rows; i++) {
        least = r->numbers[i] < least ? r->numbers[i] : least;
        most = r->numbers[i] > most ? r->numbers[i] : most;
    }
    mlpi_transform_range(r->feature->transform, &r->feature->fitted, range);
    *lowest = least < most ? least : range[0];
    *highest = least < most ? most : range[2];
}

/* Chooses the values of the column: equal steps over its range, or each of its categories. */
static mlp_status choose_steps(response *r, mlp_error *err)
{
    const bool numeric = mlpi_feature_is_numeric(r->feature);
    double lowest = 0.0, highest = 0.0;
    r->steps = numeric ? STEPS : r->feature->fitted.level_count;
    if (r->steps == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the model stores no categories of column \"%s\", which is transformed by "
                         "%s; name another column",
                         r->feature->name, r->feature->transform->name);
    r->xs = mlpi_allocate(r->steps > 0 ? r->steps : 1, sizeof *r->xs);
    if (r->xs == NULL)
        return mlpi_fail_memory(err, "a picture");
    if (numeric)
        find_range(r, &lowest, &highest);
    for (size_t i = 0; i < r->steps; i++)
        r->xs[i] = numeric ? lowest + (highest - lowest) * (double)i / (STEPS - 1) : (double)i;
    return MLP_OK;
}

/* Writes the predictions at r->xs, with the other columns as in `row`, to `out`: steps x width. */
static mlp_status answer(const response *r, const mlpi_members *members, const double *row,
                         double *out, mlp_error *err)
{
    const size_t columns = r->model->pipeline.feature_count;
    double *rows = mlpi_allocate(columns, r->steps * sizeof *rows);
    if (rows == NULL)
        return mlpi_fail_memory(err, "a picture");
    for (size_t i = 0; i < r->steps; i++) {
        memcpy(rows + i * columns, row, columns * sizeof *row);
        rows[i * columns + r->column] = r->xs[i];
    }
    const mlp_status status =
        mlpi_probe(r->model, members, rows, r->steps, r->request->threads, out, err);
    mlpi_free(rows);
    return status;
}

/* Adds predictions: over numbers, as a line; over categories, as bars side by side if they are
 * means, and as points on the bars if they are those of a single row. */
static mlpi_series *add_answers(response *r, const double *out, size_t output, const char *name,
                                bool mean)
{
    const size_t width = mlp_model_width(r->model);
    const bool numeric = mlpi_feature_is_numeric(r->feature);
    mlpi_series *s = mlpi_add_series(r->figure, r->panel,
                                     numeric ? MLPI_LINE
                                     : mean  ? MLPI_BARS
                                             : MLPI_POINTS,
                                     name);
    s->colour = output - r->first;
    s->step = 0.8 / (double)r->outputs;
    const double aside =
        numeric ? 0.0 : ((double)s->colour - (double)(r->outputs - 1) / 2.0) * s->step;
    for (size_t i = 0; i < r->steps; i++)
        mlpi_add_xy(r->figure, s, r->xs[i] + aside, out[i * width + output]);
    return s;
}

/* --- sweeps ----------------------------------------------------------------------------------- */

typedef struct sweep {
    size_t place; /* index of the parameter in w */
    double lowest, highest;
    char name[48]; /* as given: "w:1,2,3" */
} sweep;

static mlp_status bad_sweep(const char *text, const char *what, mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`sweep` %s: %s; write w:LAYER,NEURON,INPUT=LOW..HIGH or "
                     "b:LAYER,NEURON=LOW..HIGH, counting from 1",
                     text, what);
}

/* Reads "l,i,j", `wanted` numbers that start at 1. Returns the text after them; NULL: `text` does
 * not start with such numbers. */
static const char *read_numbers(const char *text, size_t wanted, size_t *numbers)
{
    for (size_t k = 0; k < wanted; k++) {
        char *end = NULL;
        if (*text < '1' || *text > '9')
            return NULL;
        numbers[k] = strtoul(text, &end, 10);
        text = end;
        if (k + 1 < wanted && *text++ != ',')
            return NULL;
    }
    return text;
}

static mlp_status read_sweep(const mlp_network *network, const char *text, sweep *s, mlp_error *err)
{
    size_t at[3] = {0};
    const bool weight = text[0] == 'w';
    const char *rest = (weight || text[0] == 'b') && text[1] == ':'
                           ? read_numbers(text + 2, weight ? 3 : 2, at)
                           : NULL;
    if (rest == NULL || *rest != '=')
        return bad_sweep(text, "it names no parameter", err);
    const char *low = rest + 1, *dots = strstr(low, "..");
    if (dots == NULL || !mlp_number_parse(low, (size_t)(dots - low), &s->lowest) ||
        !mlp_number_parse(dots + 2, strlen(dots + 2), &s->highest))
        return bad_sweep(text, "its range is missing or is not two numbers", err);
    if (at[0] > network->count || at[1] > network->layers[at[0] - 1].units ||
        (weight && at[2] > mlpi_layer_inputs(network, at[0] - 1)))
        return bad_sweep(text, "the network has no such parameter", err);
    const size_t l = at[0] - 1, i = at[1] - 1;
    s->place = weight ? network->weights_at[l] + i * mlpi_layer_inputs(network, l) + at[2] - 1
                      : network->biases_at[l] + i;
    snprintf(s->name, sizeof s->name, "%.*s", (int)(rest - text), text);
    return MLP_OK;
}

/* Adds y(x) at SWEEP_VALUES values of one parameter. */
static mlp_status add_sweep(response *r, const char *text, const double *row, double *out,
                            size_t number, mlp_error *err)
{
    sweep s;
    MLPI_TRY(read_sweep(mlp_model_network(r->model), text, &s, err));
    mlpi_members changed;
    mlp_status status = mlpi_members_copy(&r->model->members, &changed, err);
    mlpi_members_read_all(&changed); /* the parameter may belong to an input that was not read */
    for (size_t k = 0; k < SWEEP_VALUES && status == MLP_OK; k++) {
        const double value = s.lowest + (s.highest - s.lowest) * (double)k / (SWEEP_VALUES - 1);
        changed.network[0]->parameters[s.place] = (float)value;
        status = answer(r, &changed, row, out, err);
        char *name = mlpi_figure_text(r->figure, "%s = %.4g", s.name, value);
        if (status == MLP_OK && name != NULL)
            add_answers(r, out, r->first, name, false)->colour =
                number > 0 ? number : MLPI_GRADED + 100 * k / (SWEEP_VALUES - 1);
        free(name);
    }
    mlpi_members_release(&changed);
    mlpi_describe(r->figure, "One line for each of %d values of %s from %.4g to %.4g.",
                  SWEEP_VALUES, s.name, s.lowest, s.highest);
    return status;
}

/* --- over data -------------------------------------------------------------------------------- */

/* Whether the mean over the data is shown. If the column is the only input, all rows have the same
 * predictions, and the mean adds nothing. */
static bool has_mean(const response *r)
{
    return r->rows > 0 && r->model->pipeline.feature_count > 1;
}

/* The most outputs that are shown twice, as mean and for the typical row: the legend of more would
 * leave no room for the picture. */
enum { MOST_TWICE = 4 };

static bool has_typical(const response *r)
{
    return !has_mean(r) || r->outputs <= MOST_TWICE;
}

/* The name of number k of a prediction, without the target if there are several panels, whose
 * titles name it. */
static char *line_name(const response *r, size_t k, const char *whose)
{
    const size_t levels = mlp_model_level_count(r->model);
    char *name = r->panels < 2 ? mlpi_output_name(r->figure, r->model, k)
                 : levels > 0  ? mlpi_figure_text(r->figure, "quantile %g",
                                                  mlp_model_level(r->model, k % levels))
                               : NULL;
    char *whole =
        mlpi_figure_text(r->figure, "%s%s%s", whose, whose[0] != '\0' && name != NULL ? ": " : "",
                         name != NULL       ? name
                         : whose[0] != '\0' ? ""
                                            : "prediction");
    free(name);
    return whole;
}

/* Computes the mean prediction over rows of the data in which the column is set to each of its
 * values (J. H. Friedman 2001). */
static mlp_status find_mean(response *r, double *out, mlp_error *err)
{
    const size_t width = mlp_model_width(r->model), size = r->steps * width;
    const size_t rows = r->rows < MOST_ROWS ? r->rows : MOST_ROWS;
    const size_t columns = r->model->pipeline.feature_count;
    uint32_t index[MOST_ROWS];
    double *sums = r->mean = mlpi_allocate(size, sizeof *sums);
    double *values = mlpi_allocate(columns, rows * sizeof *values);
    for (size_t i = 0; i < rows; i++)
        index[i] = (uint32_t)mlpi_spread(i, rows, r->rows);
    mlp_status status = sums == NULL || values == NULL
                            ? mlpi_fail_memory(err, "a picture")
                            : mlpi_pipeline_values(&r->model->pipeline, 0, columns,
                                                   r->request->table, index, rows, values, err);
    for (size_t i = 0; i < rows && status == MLP_OK; i++) {
        status = answer(r, &r->model->members, values + i * columns, out, err);
        for (size_t k = 0; k < size; k++)
            sums[k] += out[k];
    }
    for (size_t k = 0; k < size && status == MLP_OK; k++)
        sums[k] /= (double)rows;
    mlpi_free(values);
    mlpi_describe(r->figure,
                  "Solid lines or bars: the mean prediction over %zu rows of the data, with the "
                  "column set to each value (partial dependence).",
                  rows);
    return status;
}

/* Adds true values: those of a single target, or, for a single label, 1 for the rows that have it
 * and 0 for the other rows. */
static void add_data(response *r)
{
    const mlpi_pipeline *p = &r->model->pipeline;
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    if (r->outputs > mlpi_values_of(r->model) || r->numbers == NULL)
        return;
    const size_t shown = r->rows < MOST_POINTS ? r->rows : MOST_POINTS;
    mlpi_series *data = mlpi_add_series(r->figure, r->panel, MLPI_POINTS, "data");
    data->colour = MLPI_GREY;
    data->thin = true;
    for (size_t i = 0; i < shown; i++) {
        const size_t row = mlpi_spread(i, shown, r->rows);
        const double truth = r->truth[classes ? row : row * p->target_count + r->shown];
        if (isfinite(r->numbers[row]) && isfinite(truth))
            mlpi_add_xy(r->figure, data, r->numbers[row],
                        !classes                    ? truth
                        : truth == (double)r->shown ? 1.0
                                                    : 0.0);
    }
}

/* --- the figure ------------------------------------------------------------------------------- */

/* Names only the labels with the highest probabilities, if there are too many labels to be told
 * apart. */
static void name_the_highest(response *r, mlpi_ranked *all, size_t count)
{
    const size_t others = r->model->pipeline.task == MLP_TASK_CLASSIFICATION
                              ? mlpi_name_first(all, count, r->panel)
                              : 0;
    if (others == 0)
        return;
    const mlpi_ranked *next = &all[MLPI_NAMED];
    mlpi_add_entry(r->figure, r->panel, next->series,
                   mlpi_figure_text(r->figure, "%zu others up to %.3f", others, -next->rank));
    mlpi_describe(r->figure,
                  "Of %zu labels, the %d with the highest predictions have colours and names; the "
                  "predictions of the others reach at most %.3g.",
                  count, (int)MLPI_NAMED, -next->rank);
}

/* Adds a line, bars or points for each number of a prediction in the panel. */
static mlp_status add_all(response *r, const double *out, const char *whose, bool mean,
                          mlp_error *err)
{
    mlpi_ranked *all = mlpi_allocate(r->outputs, sizeof *all);
    if (all == NULL)
        return mlpi_fail_memory(err, "a picture");
    for (size_t k = 0; k < r->outputs; k++) {
        char *name = line_name(r, r->first + k, whose);
        mlpi_series *s = add_answers(r, out, r->first + k, name != NULL ? name : "", mean);
        all[k] = (mlpi_ranked){s, k, 0.0};
        for (size_t i = 0; i < s->count; i++)
            all[k].rank = fmin(all[k].rank, -mlpi_number(s, i, MLPI_Y));
        s->dashed = !mean && has_mean(r);
        if (s->dashed && s->mark == MLPI_POINTS) { /* points on bars look the same: listed once */
            s->colour = MLPI_BLACK;
            s->unlisted = r->outputs > 1;
        }
        free(name);
    }
    if (all[0].series->unlisted)
        mlpi_add_entry(r->figure, r->panel, all[0].series,
                       mlpi_figure_text(r->figure, "%s", whose));
    else
        name_the_highest(r, all, r->outputs);
    mlpi_free(all);
    return MLP_OK;
}

static mlp_status add_lines(response *r, const double *row, double *out, mlp_error *err)
{
    const mlp_names *sweeps = &r->request->sweeps;
    const bool both = r->mean != NULL && r->typical != NULL;
    if (r->rows > 0)
        add_data(r);
    for (size_t i = 0; i < sweeps->count; i++)
        MLPI_TRY(add_sweep(r, sweeps->items[i], row, out, i, err));
    if (r->mean != NULL)
        MLPI_TRY(add_all(r, r->mean, both ? "mean over the data" : "", true, err));
    return r->typical != NULL /* last, since its points lie on the bars */
               ? add_all(r, r->typical, both ? "typical row" : "", false, err)
               : MLP_OK;
}

/* Sets the range of the axis of probabilities, with a little room: 0 to 1, or 0 to the highest
 * probability if all are low. */
static void fit_probabilities(mlpi_panel *panel)
{
    enum { LOW = 2 }; /* all are low if this times the highest is below 1 */
    double highest = 0.0;
    for (size_t k = 0; k < panel->count; k++)
        for (size_t i = 0; i < panel->series[k]->count; i++) {
            const double y = mlpi_number(panel->series[k], i, MLPI_Y);
            highest = y > highest ? y : highest;
        }
    const double top = highest > 0.0 && LOW * highest < 1.0 ? highest : 1.0;
    panel->y.lowest = -0.03 * top;
    panel->y.highest = 1.03 * top;
}

static mlp_status draw_panel(response *r, const double *row, double *out, mlp_error *err)
{
    const bool classes = r->model->pipeline.task == MLP_TASK_CLASSIFICATION;
    const char *target = mlp_model_target(r->model, classes ? 0 : r->shown);
    const bool several = r->panels > 1; /* panels, whose titles name the target */
    char *single =
        r->outputs == 1 && !several ? mlpi_output_name(r->figure, r->model, r->first) : NULL;
    r->panel = mlpi_add_panel(r->figure, several ? target : NULL, r->feature->name,
                              single != NULL ? single
                              : classes      ? "probability"
                              : several      ? "prediction"
                                             : target);
    free(single);
    if (r->feature->transform->moment != NULL)
        r->panel->x.moment = r->feature->transform->moment(&r->feature->fitted);
    if (!mlpi_feature_is_numeric(r->feature))
        mlpi_name_axis(r->figure, &r->panel->x, (const char *const *)r->feature->fitted.levels,
                       r->feature->fitted.level_count);
    const mlp_status status = add_lines(r, row, out, err);
    if (classes)
        fit_probabilities(r->panel);
    return status;
}

static void write_title(response *r, size_t targets)
{
    const bool classes = r->model->pipeline.task == MLP_TASK_CLASSIFICATION;
    const size_t networks = mlp_model_member_count(r->model);
    char target[MLPI_TARGETS], whose[64] = "";
    /* A sweep changes only the first of the networks, so its effect is small. */
    if (r->request->sweeps.count > 0 && networks > 1)
        snprintf(whose, sizeof whose, ", parameters of network 1 of %zu", networks);
    r->figure->title =
        mlpi_figure_text(r->figure, "%s by %s%s%s",
                         mlpi_targets_shown(r->model, classes ? 0 : r->shown, targets, target),
                         mlpi_short(r->feature->name, OF_TWO, (char[MLPI_SHORT]){0}),
                         has_typical(r) ? "" : " (mean over the data)", whose);
    mlpi_describe(r->figure, "What the model predicts for each value of %s%s.", r->feature->name,
                  r->model->pipeline.feature_count < 2 ? ""
                  : has_typical(r)                     ? "; the other inputs are at typical values"
                                                       : ", on average over the rows");
    if (r->panels < targets)
        mlpi_describe(r->figure, "The first %zu of %zu targets are shown; `label` names another.",
                      r->panels, targets);
}

/* Arranges up to three panels in a row, but four in a square. */
static void lay_out(response *r)
{
    static const size_t widths[] = {0, 760, 1000, 1100};
    mlp_figure *figure = r->figure;
    figure->columns = r->panels < 3 ? r->panels : r->panels == 4 ? 2 : 3;
    figure->width = widths[figure->columns];
    figure->height = r->panels > figure->columns
                         ? 40 + 330 * ((r->panels + figure->columns - 1) / figure->columns)
                     : r->panels > 1 ? 440
                                     : 520;
    const size_t named = mlpi_named_of(r->outputs);
    if (r->panels == 1 && named > MOST_LOW)
        figure->height += 20 * (named - MOST_LOW);
}

/* Computes the predictions that the lines show, for all targets at once. */
static mlp_status find_answers(response *r, const double *row, double *out, mlp_error *err)
{
    if (r->request->sweeps.count > 0)
        return MLP_OK;
    if (has_mean(r))
        MLPI_TRY(find_mean(r, out, err));
    if (!has_typical(r))
        return MLP_OK;
    r->typical = mlpi_allocate(r->steps, mlp_model_width(r->model) * sizeof *r->typical);
    return r->typical != NULL ? answer(r, &r->model->members, row, r->typical, err)
                              : mlpi_fail_memory(err, "a picture");
}

static mlp_status draw(response *r, size_t targets, mlp_error *err)
{
    double *row = mlpi_allocate(r->model->pipeline.feature_count, sizeof *row);
    double *out = mlpi_allocate(r->steps, mlp_model_width(r->model) * sizeof *out);
    mlp_status status =
        row == NULL || out == NULL
            ? mlpi_fail_memory(err, "a picture")
            : mlpi_typical_row(r->model, r->rows > 0 ? r->request->table : NULL, row, err);
    write_title(r, targets);
    lay_out(r);
    if (status == MLP_OK)
        status = find_answers(r, row, out, err);
    for (size_t t = 0; t < r->panels && status == MLP_OK; t++) {
        status = draw_panel(r, row, out, err);
        r->shown++;
        r->first += r->outputs;
    }
    mlpi_free(row);
    mlpi_free(out);
    return status;
}

/* Chooses the numbers of a prediction that are shown, and the number of panels. */
static mlp_status choose_outputs(response *r, size_t *targets, mlp_error *err)
{
    size_t count = 0;
    const bool classes = r->model->pipeline.task == MLP_TASK_CLASSIFICATION;
    const size_t values = mlpi_values_of(r->model);
    MLPI_TRY(mlpi_find_outputs(r->model, r->request->label, &r->shown, &count, err));
    *targets = classes ? 1 : count;
    r->panels = *targets < MOST_PANELS ? *targets : MOST_PANELS;
    r->first = r->shown * values;
    r->outputs = classes ? count : values;
    if (r->request->sweeps.count > 0 && !classes && values > 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`sweep` shows one output, but this model predicts %zu quantiles; leave "
                         "`sweep` out",
                         values);
    if (r->request->sweeps.count > 0 && *targets * r->outputs > 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`sweep` shows one output, but there are %zu; choose one with `label`",
                         *targets * r->outputs);
    return MLP_OK;
}

static mlp_status read_data(response *r, mlp_error *err)
{
    if (r->request->table == NULL)
        return MLP_OK;
    r->rows = mlp_table_rows(r->request->table);
    MLPI_TRY(mlpi_true_answers(r->model, r->request->table, &r->truth, err));
    return mlpi_feature_is_numeric(r->feature)
               ? mlpi_column_numbers(r->model, r->request->table, r->column, &r->numbers, err)
               : MLP_OK;
}

mlp_status mlpi_plot_response(const mlp_plot_request *request, mlp_figure *figure, mlp_error *err)
{
    response r = {.request = request, .model = request->model, .figure = figure};
    size_t targets = 0;
    MLPI_TRY(mlpi_find_input(r.model, request->x, false, &r.column, err));
    MLPI_TRY(choose_outputs(&r, &targets, err));
    r.feature = &r.model->pipeline.features[r.column];
    mlp_status status = read_data(&r, err);
    if (status == MLP_OK)
        status = choose_steps(&r, err);
    if (status == MLP_OK)
        status = draw(&r, targets, err);
    mlpi_free(r.truth);
    mlpi_free(r.numbers);
    mlpi_free(r.xs);
    mlpi_free(r.mean);
    mlpi_free(r.typical);
    return status;
}
