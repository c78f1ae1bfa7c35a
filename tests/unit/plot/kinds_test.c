/* SPDX-License-Identifier: MIT */
/* The numbers of every kind of picture equal those that are computed in another way. */
#include <math.h>
#include <unistd.h>

#include "model/importance.h"
#include "plots.h"

typedef struct models {
    mlp_table *iris, *diabetes, *digits;
    mlp_model *species, *progression, *digit;
} models;

static int begin(void **state)
{
    models *m = calloc(1, sizeof *m);
    m->iris = read_example("iris.csv");
    m->diabetes = read_example("diabetes.csv");
    m->digits = read_example("digits-test.csv");
    m->species = train(m->iris, "species", "5:tanh");
    m->progression = train(m->diabetes, "progression", "4:tanh,3:tanh");
    m->digit = train(m->digits, "digit", "6");
    *state = m;
    return 0;
}

static int end(void **state)
{
    models *m = *state;
    mlp_table_free(m->iris);
    mlp_table_free(m->diabetes);
    mlp_table_free(m->digits);
    mlp_model_free(m->species);
    mlp_model_free(m->progression);
    mlp_model_free(m->digit);
    free(m);
    return 0;
}

static void activations_are_the_lectures_nine_in_its_order(void **state)
{
    (void)state;
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    assert_int_equal(figure->count, 9);
    for (size_t f = 0; f < 9; f++) {
        const mlpi_series *value = series_of(figure, f, "function f(h)");
        const mlpi_series *slope = series_of(figure, f, "derivative df/dh");
        assert_string_equal(figure->panels[f]->title,
                            mlp_activation_describe((mlp_activation)f)->name);
        assert_true(value->count > 100 && slope->count > 100);
        for (size_t i = 0; i < value->count; i++)
            if (!isnan(mlpi_number(value, i, MLPI_Y)))
                assert_true(mlpi_number(value, i, MLPI_Y) ==
                            mlp_activation_value((mlp_activation)f, mlpi_number(value, i, MLPI_X)));
        for (size_t i = 0; i < slope->count; i++)
            if (!isnan(mlpi_number(slope, i, MLPI_Y)))
                assert_true(mlpi_number(slope, i, MLPI_Y) ==
                            mlp_activation_slope((mlp_activation)f, mlpi_number(slope, i, MLPI_X)));
    }
    mlp_figure_free(figure);
}

static size_t gaps_of(const mlpi_series *s)
{
    size_t gaps = 0;
    for (size_t i = 0; i < s->count; i++)
        gaps += isnan(mlpi_number(s, i, MLPI_Y)) ? 1 : 0;
    return gaps;
}

/* A steep slope is not a jump, and a small jump is one. */
static void lines_break_where_a_function_jumps_and_nowhere_else(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t value, slope;
    } jumps[] = {{"exponential", 0, 0}, {"step", 1, 0},      {"tanh", 0, 0},
                 {"relu", 0, 1},        {"hard-tanh", 0, 2}, {"hard-logistic", 0, 2},
                 {"elu", 0, 0},         {"leaky-relu", 0, 1}};
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        mlp_figure *figure =
            plot("activations", &(mlp_plot_request){.activations = {&jumps[i].name, 1}});
        assert_int_equal(gaps_of(series_of(figure, 0, "function f(h)")), jumps[i].value);
        assert_int_equal(gaps_of(series_of(figure, 0, "derivative df/dh")), jumps[i].slope);
        mlp_figure_free(figure);
    }
    mlp_figure *losses = plot("loss-functions", &(mlp_plot_request){0});
    /* The derivative jumps twice, since it is 0 at σ itself. */
    assert_int_equal(gaps_of(series_of(losses, MLP_ABSOLUTE, "derivative for σ = 1")), 2);
    assert_int_equal(gaps_of(series_of(losses, MLP_ABSOLUTE, "loss for σ = 1")), 0);
    assert_int_equal(gaps_of(series_of(losses, MLP_HUBER, "derivative for σ = 1")), 0);
    mlp_figure_free(losses);
}

static void losses_are_the_lectures_formulas(void **state)
{
    (void)state;
    mlp_figure *figure = plot("loss-functions", &(mlp_plot_request){0});
    const mlpi_series *quadratic = series_of(figure, MLP_QUADRATIC, "loss for σ = 1");
    const mlpi_series *slope = series_of(figure, MLP_QUADRATIC, "derivative for σ = 1");
    const mlpi_series *binary = series_of(figure, MLP_BINARY_CROSS_ENTROPY, "loss for σ = 0");
    const mlpi_series *steep = series_of(figure, MLP_BINARY_CROSS_ENTROPY, "derivative for σ = 0");
    for (size_t i = 0; i < quadratic->count; i++) {
        const double y = mlpi_number(quadratic, i, MLPI_X), p = mlpi_number(binary, i, MLPI_X);
        assert_near(mlpi_number(quadratic, i, MLPI_Y), (y - 1.0) * (y - 1.0), 1e-12);
        assert_near(mlpi_number(slope, i, MLPI_Y), 2.0 * (y - 1.0), 1e-12);
        assert_near(mlpi_number(binary, i, MLPI_Y), -log(1.0 - p), 1e-9);
        assert_near(mlpi_number(steep, i, MLPI_Y), 1.0 / (1.0 - p), 1e-7);
    }
    mlp_figure_free(figure);
}

/* The typical row of iris or diabetes: the mean of each column, which is encoded as 0. */
static void typical(const mlp_model *model, double *values)
{
    const size_t columns = mlp_model_column_count(model);
    double none[64] = {0};
    float zero[64], one[64];
    mlp_model_encode_values(model, none, zero);
    for (size_t c = 0; c < columns; c++) {
        double probe[64] = {0};
        probe[c] = 1.0;
        mlp_model_encode_values(model, probe, one);
        values[c] = (double)-zero[c] / ((double)one[c] - (double)zero[c]);
    }
}

/* Predicts one row of numbers through a table, as `mlp predict` would. */
static void predict_row(const mlp_model *model, const double *values, double *out)
{
    char text[4096] = "";
    const size_t columns = mlp_model_column_count(model);
    for (size_t c = 0; c < columns; c++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", c > 0 ? "," : "",
                 mlp_model_column(model, c));
    strcat(text, "\n");
    for (size_t c = 0; c < columns; c++) {
        char number[32];
        mlp_number_text(values[c], number);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", c > 0 ? "," : "", number);
    }
    strcat(text, "\n");
    mlp_table *table = read_text(text);
    mlp_predictions p;
    mlp_error err;
    assert_int_equal(mlp_model_predict(model, table, 1, &p, &err), MLP_OK);
    memcpy(out, p.values, p.width * sizeof *out);
    mlp_predictions_release(&p);
    mlp_table_free(table);
}

static void a_boundary_is_what_predict_says(void **state)
{
    const models *m = *state;
    mlp_figure *figure =
        plot("boundary",
             &(mlp_plot_request){
                 .model = m->species, .table = m->iris, .x = "petal_length", .y = "sepal_width"});
    const mlpi_series *grid = series_of(figure, 0, "model");
    double row[4], p[3];
    typical(m->species, row);
    size_t points = 0;
    for (size_t k = 0; k < 3; k++)
        points += series_of(figure, 0, mlp_model_label(m->species, k))->count;
    assert_int_equal(points, 150);
    assert_int_equal(grid->count, grid->columns * grid->rows);
    for (size_t i = 0; i < grid->count; i += 977) {
        row[2] = mlpi_number(grid, i, MLPI_X);
        row[1] = mlpi_number(grid, i, MLPI_Y);
        predict_row(m->species, row, p);
        const size_t label = (size_t)mlpi_number(grid, i, MLPI_CLASS);
        assert_near(mlpi_number(grid, i, MLPI_VALUE), p[label], 1e-5);
        assert_true(p[label] >= p[0] - 1e-6 && p[label] >= p[1] - 1e-6 && p[label] >= p[2] - 1e-6);
    }
    mlp_figure_free(figure);
}

static void an_axis_of_dates_has_dates(void **state)
{
    (void)state;
    char text[4096] = "when,a,y\n";
    for (size_t i = 0, at = strlen(text); i < 60; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "20%02zu-%02zu-%02zu,%zu,%s\n", i % 20,
                               1 + i % 12, 1 + i % 28, i % 7, i % 7 > 3 ? "yes" : "no");
    mlp_table *table = read_text(text);
    mlp_model *model = train(table, "y", "3:tanh");
    for (int y = 0; y < 2; y++) {
        mlp_figure *figure =
            plot("boundary",
                 &(mlp_plot_request){
                     .model = model, .table = table, .x = y ? "a" : "when", .y = y ? "when" : "a"});
        const mlpi_panel *panel = figure->panels[0];
        const mlpi_axis *dates = y ? &panel->y : &panel->x, *numbers = y ? &panel->x : &panel->y;
        char first[32];
        assert_non_null(dates->moment);
        assert_null(numbers->moment);
        mlpi_moment_text(0.0, dates->moment, first, sizeof first);
        assert_string_equal(first, "1970-01-01");
        mlp_figure_free(figure);
    }
    mlp_model_free(model);
    mlp_table_free(table);
}

static void a_response_is_what_predict_says(void **state)
{
    const models *m = *state;
    mlp_figure *figure = plot("response", &(mlp_plot_request){.model = m->progression, .x = "bmi"});
    const mlpi_series *line = series_of(figure, 0, "progression");
    double row[10], y = 0.0;
    typical(m->progression, row);
    for (size_t i = 0; i < line->count; i += 20) {
        row[2] = mlpi_number(line, i, MLPI_X);
        predict_row(m->progression, row, &y);
        assert_near(mlpi_number(line, i, MLPI_Y), y, 1e-3);
    }
    mlp_figure_free(figure);
}

/* Compares with the reference in double, in which the weight is changed by hand. */
static void a_sweep_is_the_network_with_that_weight(void **state)
{
    const models *m = *state;
    const char *sweep = "w:2,3,4=-2..2";
    mlp_figure *figure =
        plot("response",
             &(mlp_plot_request){.model = m->progression, .x = "bmi", .sweeps = {&sweep, 1}});
    const mlp_network *network = mlp_model_network(m->progression);
    const size_t size = mlp_network_size(network);
    double *w = calloc(size, sizeof *w), row[10], x[10], target = 0.0, value = 0.0;
    float input[10];
    mlp_trace *trace = NULL;
    assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
    for (size_t i = 0; i < size; i++)
        w[i] = (double)mlp_network_parameters_const(network)[i];
    w[mlp_network_weights_at(network, 1) + 2 * 4 + 3] = -1.0;
    const mlpi_series *line = series_of(figure, 0, "w:2,3,4 = -1");
    typical(m->progression, row);
    for (size_t i = 0; i < line->count; i += 20) {
        row[2] = mlpi_number(line, i, MLPI_X);
        mlp_model_encode_values(m->progression, row, input);
        for (size_t c = 0; c < 10; c++)
            x[c] = (double)input[c];
        mlp_reference_pattern(network, w, x, &target, trace);
        const float y = (float)trace->y[trace->layers][0];
        mlp_model_decode(m->progression, &y, &value);
        assert_near(mlpi_number(line, i, MLPI_Y), value, 1e-3);
    }
    assert_int_equal(figure->panels[0]->count, 5);
    mlp_trace_free(trace);
    free(w);
    mlp_figure_free(figure);
}

static void partial_dependence_is_the_mean_over_the_data(void **state)
{
    const models *m = *state;
    mlp_figure *figure =
        plot("response",
             &(mlp_plot_request){
                 .model = m->species, .table = m->iris, .x = "petal_width", .label = "virginica"});
    const mlpi_series *line = series_of(figure, 0, "mean over the data: p(virginica)");
    for (size_t i = 0; i < line->count; i += 50) {
        double sum = 0.0;
        for (size_t r = 0; r < 150; r++) {
            double row[4], p[3];
            for (size_t c = 0; c < 4; c++) {
                char cell[32];
                mlp_table_cell(m->iris, r, c, cell, sizeof cell);
                row[c] = strtod(cell, NULL);
            }
            row[3] = mlpi_number(line, i, MLPI_X);
            predict_row(m->species, row, p);
            sum += p[2];
        }
        assert_near(mlpi_number(line, i, MLPI_Y), sum / 150.0, 1e-5);
    }
    mlp_figure_free(figure);
}

static void a_column_alone_has_one_line_beside_its_data(void **state)
{
    (void)state;
    mlp_table *table = read_text("x,y\n0,1.5\n1,3\n2,2\n3,4.5\n4,0.5\n5,2.5\n");
    mlp_model *model = train(table, "y", "2:tanh");
    mlp_figure *figure =
        plot("response", &(mlp_plot_request){.model = model, .table = table, .x = "x"});
    const mlpi_series *line = series_of(figure, 0, "y");
    assert_int_equal(figure->panels[0]->count, 2);
    assert_int_equal(series_of(figure, 0, "data")->count, 6);
    assert_false(line->dashed);
    for (size_t i = 0; i < line->count; i += 20) {
        double x = mlpi_number(line, i, MLPI_X), y = 0.0;
        predict_row(model, &x, &y);
        assert_near(mlpi_number(line, i, MLPI_Y), y, 1e-5);
    }
    mlp_figure_free(figure);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void confusion_is_that_of_evaluate(void **state)
{
    const models *m = *state;
    mlp_evaluation e;
    mlp_figure *figure =
        plot("confusion", &(mlp_plot_request){.model = m->digit, .table = m->digits});
    assert_int_equal(mlp_evaluate(m->digit, m->digits, 1, &e, NULL), MLP_OK);
    const mlpi_series *counts = series_of(figure, 0, "rows");
    assert_int_equal(counts->count, 100);
    for (size_t i = 0; i < counts->count; i++) {
        const size_t predicted = (size_t)mlpi_number(counts, i, MLPI_X);
        const size_t truth = (size_t)mlpi_number(counts, i, MLPI_Y);
        assert_int_equal(strtoul(counts->texts[i], NULL, 10), e.confusion[truth * 10 + predicted]);
    }
    mlp_evaluation_release(&e);
    mlp_figure_free(figure);
}

/* The contrast of WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances; text
 * needs at least 4.5. */
static double contrast(unsigned a, unsigned b)
{
    double light[2];
    for (int i = 0; i < 2; i++) {
        const unsigned rgb = i == 0 ? a : b;
        const double channel[] = {(rgb >> 16 & 255u) / 255.0, (rgb >> 8 & 255u) / 255.0,
                                  (rgb & 255u) / 255.0};
        double linear[3];
        for (int k = 0; k < 3; k++)
            linear[k] =
                channel[k] <= 0.04045 ? channel[k] / 12.92 : pow((channel[k] + 0.055) / 1.055, 2.4);
        light[i] = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
    }
    return fmax(light[0], light[1]) / fmin(light[0], light[1]);
}

/* x determines the labels only in part, so that some cells have colours of medium darkness. */
static void numbers_of_cells_can_be_read(void **state)
{
    (void)state;
    assert_near(contrast(0xFFFFFF, 0x000000), 21.0, 1e-9);
    char text[4000] = "x,y\n", *at = text + 4;
    for (int x = 0; x < 20; x++)
        for (int r = 0; r < 20; r++)
            at += sprintf(at, "%d,%s\n", x, r <= x ? "b" : "a");
    mlp_table *table = read_text(text);
    mlp_model *model = train(table, "y", "3:tanh");
    mlp_figure *figure = plot("confusion", &(mlp_plot_request){.model = model, .table = table});
    const mlpi_series *numbers = series_of(figure, 0, "rows");
    const mlpi_series *cells = series_of(figure, 0, "share of the true label");
    assert_int_equal(numbers->count, cells->count);
    for (size_t i = 0; i < numbers->count; i++) {
        const unsigned ground = mlpi_scale_colour(MLPI_SHARES, mlpi_number(cells, i, MLPI_VALUE));
        const bool on_dark = mlpi_number(numbers, i, MLPI_VALUE) > 0.5;
        assert_true(contrast(ground, on_dark ? 0xFFFFFF : 0x000000) >= 4.5);
    }
    for (int share = 0; share <= 1000; share++) {
        const unsigned ground = mlpi_scale_colour(MLPI_SHARES, share / 1000.0);
        assert_true(contrast(ground, mlpi_is_dark(ground) ? 0xFFFFFF : 0x000000) >= 4.5);
    }
    mlp_figure_free(figure);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void errors_are_truth_minus_prediction(void **state)
{
    const models *m = *state;
    mlp_outcomes o;
    const mlp_plot_request request = {.model = m->progression, .table = m->diabetes};
    assert_int_equal(mlp_model_outcomes(m->progression, m->diabetes, 1, &o, NULL), MLP_OK);
    mlp_figure *errors = plot("residuals", &request), *pairs = plot("predicted-actual", &request);
    const mlpi_series *error = series_of(errors, 0, "rows"), *pair = series_of(pairs, 0, "rows");
    const mlpi_series *bars = series_of(errors, 1, "rows");
    double counted = 0.0;
    assert_int_equal(error->count, o.rows);
    for (size_t r = 0; r < o.rows; r++) {
        assert_true(mlpi_number(error, r, MLPI_X) == o.values[r]);
        assert_true(mlpi_number(error, r, MLPI_Y) == o.truth[r] - o.values[r]);
        assert_true(mlpi_number(pair, r, MLPI_X) == o.truth[r]);
        assert_true(mlpi_number(pair, r, MLPI_Y) == o.values[r]);
    }
    for (size_t i = 0; i < bars->count; i++)
        counted += mlpi_number(bars, i, MLPI_Y);
    assert_true(counted == (double)o.rows);
    mlp_outcomes_release(&o);
    mlp_figure_free(errors);
    mlp_figure_free(pairs);
}

static void lines_of_a_network_are_its_weights(void **state)
{
    const models *m = *state;
    const mlp_network *network = mlp_model_network(m->progression);
    const float *w = mlp_network_parameters_const(network);
    mlp_figure *figure = plot("network", &(mlp_plot_request){.model = m->progression});
    const mlpi_series *lines = series_of(figure, 0, "weights");
    assert_int_equal(lines->count, 10 * 4 + 4 * 3 + 3);
    /* All weights are shown: those of W^1, W^2 and W^3 in turn. */
    for (size_t i = 0; i < lines->count; i++)
        assert_true(mlpi_number(lines, i, MLPI_VALUE) == (double)w[i]);
    mlp_figure_free(figure);
}

/* In the image of neuron n, the pixel in row r and column c, counted from the top left, is the
 * weight of the input pixel<r><c>. */
static void weight_images_have_every_pixel_in_its_place(void **state)
{
    const models *m = *state;
    const mlp_network *network = mlp_model_network(m->digit);
    const size_t inputs = mlp_network_inputs(network);
    const float *w = mlp_network_parameters_const(network);
    mlp_figure *figure = plot("weights", &(mlp_plot_request){.model = m->digit});
    const mlpi_series *grid = series_of(figure, 0, "weights");
    assert_int_equal(grid->columns, 3 * 8 + 2); /* six images in two rows of three */
    assert_int_equal(grid->rows, 2 * 8 + 1);
    for (size_t n = 0; n < 6; n++) {
        for (size_t i = 0; i < inputs; i++) {
            int r = 0, c = 0;
            assert_int_equal(sscanf(mlp_model_column(m->digit, i), "pixel%1d%1d", &r, &c), 2);
            const size_t x = n % 3 * 9 + (size_t)c - 1, down = n / 3 * 9 + (size_t)r - 1;
            const size_t cell = (grid->rows - 1 - down) * grid->columns + x;
            assert_true(mlpi_number(grid, cell, MLPI_VALUE) == (double)w[n * inputs + i]);
        }
    }
    mlp_figure_free(figure);
}

static void curves_are_those_of_curves_h(void **state)
{
    const models *m = *state;
    const mlp_plot_request request = {.model = m->species, .table = m->iris, .label = "versicolor"};
    mlp_outcomes o;
    mlp_curve curve;
    mlp_calibration c;
    mlp_gain gains[10];
    assert_int_equal(mlp_model_outcomes(m->species, m->iris, 1, &o, NULL), MLP_OK);
    const mlp_scores scores = mlp_outcomes_scores(&o, 1);
    mlp_figure *roc = plot("roc", &request), *lift = plot("lift", &request);
    mlp_figure *calibration = plot("calibration", &request);
    assert_int_equal(mlp_roc_curve(&scores, &curve, NULL), MLP_OK);
    const mlpi_series *line = roc->panels[0]->series[0];
    /* The AUC stands first, so that a long label does not hide it. */
    assert_int_equal(strncmp(line->name, "AUC ", 4), 0);
    assert_int_equal(line->count, curve.count);
    for (size_t i = 0; i < curve.count; i++) {
        assert_true(mlpi_number(line, i, MLPI_X) == curve.x[i]);
        assert_true(mlpi_number(line, i, MLPI_Y) == curve.y[i]);
    }
    assert_int_equal(mlp_gains_curve(&scores, 10, gains, NULL), MLP_OK);
    for (size_t i = 0; i < 10; i++)
        assert_true(mlpi_number(series_of(lift, 0, "versicolor"), i + 1, MLPI_Y) == gains[i].gain);
    assert_int_equal(mlp_calibration_curve(&scores, MLP_BINS_EQUAL_WIDTH, 10, &c, NULL), MLP_OK);
    const mlpi_series *rows = series_of(calibration, 1, "rows");
    for (size_t b = 0; b < c.count; b++)
        assert_true(mlpi_number(rows, b, MLPI_Y) == (double)c.bins[b].rows);
    mlp_calibration_release(&c);
    mlp_curve_release(&curve);
    mlp_outcomes_release(&o);
    mlp_figure_free(roc);
    mlp_figure_free(lift);
    mlp_figure_free(calibration);
}

/* 26 curves cannot be told apart, so only those of the worst labels are named. */
static void of_many_labels_the_worst_are_named(void **state)
{
    (void)state;
    enum { LABELS = 26, ROWS = 520, NAMED = 8 };
    char *text = malloc(ROWS * 16 + 16), *at = text;
    at += sprintf(at, "x,z,letter\n");
    for (int r = 0; r < ROWS; r++)
        at += sprintf(at, "%d,%d,%c\n", r % LABELS, r * 7 % 13, 'A' + r % LABELS);
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "letters.csv", NULL, &table, NULL),
                     MLP_OK);
    mlp_model *model = train(table, "letter", "4");
    mlp_figure *figure = plot("roc", &(mlp_plot_request){.model = model, .table = table});
    const mlpi_panel *panel = figure->panels[0];
    double worst_named = 0.0, best_unnamed = 1.0;
    size_t named = 0, unnamed = 0;
    for (size_t k = 0; k < LABELS; k++) {
        const mlpi_series *s = panel->series[k];
        const double area = strtod(s->name + strlen("AUC "), NULL);
        assert_int_equal(s->unlisted, s->colour == MLPI_GREY);
        named += !s->unlisted;
        unnamed += s->unlisted;
        if (s->unlisted)
            best_unnamed = fmin(best_unnamed, area);
        else
            worst_named = fmax(worst_named, area);
    }
    assert_int_equal(named, NAMED);
    assert_int_equal(unnamed, LABELS - NAMED);
    assert_true(worst_named <= best_unnamed);
    assert_int_equal(strncmp(panel->series[LABELS]->name, "18 others from ", 15), 0);
    assert_false(panel->series[LABELS]->unlisted);
    mlp_figure_free(figure);
    /* Both panels of the lift name the same labels, in the same colours. */
    figure = plot("lift", &(mlp_plot_request){.model = model, .table = table});
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < LABELS; k++)
            assert_int_equal(figure->panels[p]->series[k]->unlisted, k < LABELS - NAMED);
    for (size_t k = 0; k < LABELS; k++) {
        const mlpi_series *gain = figure->panels[0]->series[k],
                          *lift = figure->panels[1]->series[k];
        assert_string_equal(gain->name, lift->name);
        assert_int_equal(gain->colour, lift->colour);
        /* Point 0 of the gain is the origin; point 1 is the first tenth of the rows. */
        if (k > LABELS - NAMED)
            assert_true(mlpi_number(gain, 1, MLPI_Y) >=
                        mlpi_number(figure->panels[0]->series[k - 1], 1, MLPI_Y));
    }
    assert_string_equal(figure->panels[1]->series[LABELS]->name, "18 others");
    mlp_figure_free(figure);
    mlp_model_free(model);
    mlp_table_free(table);
    free(text);
}

static void importance_is_sorted(void **state)
{
    const models *m = *state;
    mlp_importance importance;
    mlp_figure *figure =
        plot("importance", &(mlp_plot_request){.model = m->progression, .table = m->diabetes});
    assert_int_equal(mlp_model_importance(m->progression, m->diabetes, NULL, &importance, NULL),
                     MLP_OK);
    const mlpi_series *bars = series_of(figure, 0, "mean");
    const mlpi_axis *names = &figure->panels[0]->y;
    assert_int_equal(bars->count, 10);
    for (size_t i = 0; i < bars->count; i++) {
        assert_true(i == 0 || mlpi_number(bars, i, MLPI_X) <= mlpi_number(bars, i - 1, MLPI_X));
        for (size_t c = 0; c < 10; c++)
            if (strcmp(names->names[i], mlp_model_column(m->progression, c)) == 0)
                assert_true(mlpi_number(bars, i, MLPI_X) == importance.columns[c].mean);
    }
    mlp_importance_release(&importance);
    mlp_figure_free(figure);
}

/* The title names up to two targets and counts the others; a target that is asked for is named
 * alone. */
static void titles_name_the_targets_that_are_shown(void **state)
{
    const models *m = *state;
    static const char *const names[] = {"bp", "bmi", "age"};
    static const char *const titles[][2] = {
        {"bp: importance of the columns", "bp by sex"},
        {"bp and bmi: importance of the columns", "bp and bmi by sex"},
        {"bp, bmi and 1 more: importance of the columns", "bp, bmi and 1 more by sex"}};
    for (size_t count = 1; count <= 3; count++) {
        mlp_train_options options = mlpi_options_default();
        mlp_model *model = NULL;
        options.targets = (mlp_names){names, count};
        options.hidden = "3";
        options.epochs = 2;
        assert_int_equal(mlp_train(m->diabetes, NULL, &options, &model, NULL, NULL), MLP_OK);
        mlp_plot_request r = {.model = model, .table = m->diabetes, .x = "sex"};
        mlp_figure *response = plot("response", &r);
        assert_string_equal(response->title, titles[count - 1][1]);
        r.x = NULL;
        mlp_figure *importance = plot("importance", &r);
        assert_string_equal(importance->title, titles[count - 1][0]);
        assert_true((strstr(mlp_figure_description(importance), "mean of those of") != NULL) ==
                    (count > 1));
        assert_string_equal(importance->panels[0]->x.label,
                            count == 1 ? "how much worse RMSE gets"
                                       : "how much worse the mean RMSE gets");
        r.label = names[count - 1];
        mlp_figure *one = plot("importance", &r);
        assert_true(strncmp(one->title, names[count - 1], strlen(names[count - 1])) == 0);
        assert_string_equal(one->panels[0]->x.label, "how much worse RMSE gets");
        mlp_figure_free(response);
        mlp_figure_free(importance);
        mlp_figure_free(one);
        mlp_model_free(model);
    }
}

static void importance_of_some_columns_shows_them_and_says_so(void **state)
{
    const models *m = *state;
    mlp_importance_options options = mlpi_importance_options_default();
    mlp_importance importance;
    options.columns = 4;
    assert_int_equal(mlp_model_importance(m->progression, m->diabetes, &options, &importance, NULL),
                     MLP_OK);
    mlp_figure *figure = plot("importance", &(mlp_plot_request){.model = m->progression,
                                                                .table = m->diabetes,
                                                                .importance = &importance});
    assert_int_equal(series_of(figure, 0, "mean")->count, 4);
    assert_non_null(strstr(mlp_figure_description(figure), "Of 10 columns, the 4 that move"));
    mlp_importance_release(&importance);
    mlp_figure_free(figure);
}

static void history_marks_the_last_best_epoch(void **state)
{
    (void)state;
    char path[] = "/tmp/mlp_historyXXXXXX";
    const int file = mkstemp(path);
    static const char text[] =
        "{\"epoch\":1,\"training_loss\":4.0,\"validation_loss\":2.0,\"validation_metric\":0.5,"
        "\"best\":true}\n"
        "{\"epoch\":2,\"training_loss\":2.0,\"validation_loss\":1.5,\"validation_metric\":0.75,"
        "\"best\":true}\n\n"
        "{\"epoch\":3,\"training_loss\":1.0,\"validation_loss\":null,\"validation_metric\":null,"
        "\"best\":false}";
    assert_int_equal(write(file, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(file);
    const char *log = path;
    mlp_figure *figure = plot("history", &(mlp_plot_request){.logs = {&log, 1}});
    const mlpi_series *best = series_of(figure, 0, "best epoch");
    assert_int_equal(series_of(figure, 0, "training")->count, 3);
    assert_int_equal(series_of(figure, 0, "validation")->count, 2);
    assert_int_equal(best->count, 1);
    assert_true(mlpi_number(best, 0, MLPI_X) == 2.0 && mlpi_number(best, 0, MLPI_Y) == 1.5);
    mlp_figure_free(figure);
    unlink(path);
}

static void history_says_which_network_it_draws(void **state)
{
    (void)state;
    char path[] = "/tmp/mlp_networksXXXXXX";
    const int file = mkstemp(path);
    for (int epoch = 1; epoch <= 3; epoch++)
        for (int network = 1; network <= 4; network++)
            dprintf(file, "{\"epoch\":%d,\"network\":%d,\"training_loss\":%d}\n", epoch, network,
                    network);
    close(file);
    const char *logs[] = {path, path};
    for (size_t count = 1; count <= 2; count++) {
        mlp_figure *figure = plot("history", &(mlp_plot_request){.logs = {logs, count}});
        assert_string_equal(figure->title, count == 1
                                               ? "Training of network 1 of 4"
                                               : "Training of the first network of each log");
        assert_int_equal(figure->panels[0]->series[0]->count, 3);
        mlp_figure_free(figure);
    }
    unlink(path);
}

/* Checks the title of the metric's axis for two logs whose lines hold `first` and `second`. */
static void check_axis(const char *first, const char *second, const char *axis)
{
    char paths[2][32] = {"/tmp/mlp_firstXXXXXX", "/tmp/mlp_secondXXXXXX"};
    const char *lines[] = {first, second}, *logs[] = {paths[0], paths[1]};
    for (int i = 0; i < 2; i++) {
        const int file = mkstemp(paths[i]);
        dprintf(file, "{\"epoch\":1,\"training_loss\":4,%s\"validation_metric\":0.5}\n", lines[i]);
        close(file);
    }
    mlp_figure *figure = plot("history", &(mlp_plot_request){.logs = {logs, 2}});
    assert_string_equal(figure->panels[1]->y.label, axis);
    mlp_figure_free(figure);
    unlink(paths[0]);
    unlink(paths[1]);
}

static void history_names_the_metric_that_all_logs_hold(void **state)
{
    (void)state;
    static const char accuracy[] = "\"metric\":\"accuracy\",", rmse[] = "\"metric\":\"rmse\",";
    check_axis(accuracy, accuracy, "accuracy on the validation part");
    check_axis(rmse, rmse, "RMSE on the validation part");
    check_axis(accuracy, rmse, "metric on the validation part");
    check_axis("", rmse, "metric on the validation part"); /* a log of an earlier version */
    check_axis("\"metric\":7,", "\"metric\":\"\",", "metric on the validation part");
}

static void a_learning_curve_is_what_its_file_says(void **state)
{
    (void)state;
    char path[] = "/tmp/mlp_curveXXXXXX";
    const int file = mkstemp(path);
    static const char text[] =
        "{\"metric\":\"rmse\",\"steps\":["
        "{\"rows\":20,\"metrics\":{\"rmse\":{\"mean\":2,\"deviation\":0.5}}},"
        "{\"rows\":30,\"metrics\":{\"mae\":{\"mean\":7,\"deviation\":0.5}}},"
        "{\"rows\":40,\"metrics\":{\"rmse\":{\"mean\":1.5,\"deviation\":0.25}}}]}";
    assert_int_equal(write(file, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(file);
    const char *files[] = {path, path};
    mlp_figure *figure = plot("learning-curve", &(mlp_plot_request){.logs = {files, 2}});
    const mlpi_series *band = series_of(figure, 0, "mean ± standard deviation of the folds");
    const mlpi_series *line = series_of(figure, 0, strrchr(path, '/') + 1);
    assert_int_equal(line->count, 2);
    assert_true(mlpi_number(line, 1, MLPI_X) == 40.0 && mlpi_number(line, 1, MLPI_Y) == 1.5);
    assert_true(mlpi_number(band, 0, MLPI_Y) == 1.5 && mlpi_number(band, 0, MLPI_Y2) == 2.5);
    assert_string_equal(figure->panels[0]->y.label, "rmse");
    mlp_figure_free(figure);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_are_the_lectures_nine_in_its_order),
        cmocka_unit_test(lines_break_where_a_function_jumps_and_nowhere_else),
        cmocka_unit_test(losses_are_the_lectures_formulas),
        cmocka_unit_test(a_boundary_is_what_predict_says),
        cmocka_unit_test(an_axis_of_dates_has_dates),
        cmocka_unit_test(a_response_is_what_predict_says),
        cmocka_unit_test(a_sweep_is_the_network_with_that_weight),
        cmocka_unit_test(partial_dependence_is_the_mean_over_the_data),
        cmocka_unit_test(a_column_alone_has_one_line_beside_its_data),
        cmocka_unit_test(confusion_is_that_of_evaluate),
        cmocka_unit_test(numbers_of_cells_can_be_read),
        cmocka_unit_test(errors_are_truth_minus_prediction),
        cmocka_unit_test(lines_of_a_network_are_its_weights),
        cmocka_unit_test(weight_images_have_every_pixel_in_its_place),
        cmocka_unit_test(curves_are_those_of_curves_h),
        cmocka_unit_test(of_many_labels_the_worst_are_named),
        cmocka_unit_test(importance_is_sorted),
        cmocka_unit_test(importance_of_some_columns_shows_them_and_says_so),
        cmocka_unit_test(titles_name_the_targets_that_are_shown),
        cmocka_unit_test(history_marks_the_last_best_epoch),
        cmocka_unit_test(history_says_which_network_it_draws),
        cmocka_unit_test(history_names_the_metric_that_all_logs_hold),
        cmocka_unit_test(a_learning_curve_is_what_its_file_says),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
