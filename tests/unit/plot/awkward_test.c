/* SPDX-License-Identifier: MIT */
/* Pictures of awkward data: many labels, several targets, rows without the target, several logs. */
#include <math.h>
#include <unistd.h>

#include "plots.h"

enum { LETTERS = 26, LETTER_ROWS = 520 };

/* Rows of 26 letters, each letter around a place of its own. `target`: with the column of letters,
 * in which one row in `gaps` has no letter (0: all rows have one). */
static mlp_table *read_letters(bool target, int gaps)
{
    char *text = malloc(LETTER_ROWS * 32 + 32), *at = text;
    at += sprintf(at, target ? "x,z,kind,letter\n" : "x,z,kind\n");
    for (int r = 0; r < LETTER_ROWS; r++) {
        const int k = r % LETTERS;
        const double turn = 6.283 * k / LETTERS, far = 3.0 + r * 7 % 13 * 0.05;
        at += sprintf(at, "%.3f,%.3f,%s", far * cos(turn), far * sin(turn),
                      r % 3 > 0 ? "some" : "other");
        if (target && gaps > 0 && r % gaps == 0)
            at += sprintf(at, ",");
        else if (target)
            at += sprintf(at, ",%c", 'A' + k);
        at += sprintf(at, "\n");
    }
    mlp_table *table = read_text(text);
    free(text);
    return table;
}

typedef struct letters {
    mlp_table *table;
    mlp_model *model;
} letters;

static int begin(void **state)
{
    letters *l = calloc(1, sizeof *l);
    l->table = read_letters(true, 0);
    l->model = train(l->table, "letter", "12");
    *state = l;
    return 0;
}

static int end(void **state)
{
    letters *l = *state;
    mlp_table_free(l->table);
    mlp_model_free(l->model);
    free(l);
    return 0;
}

static mlp_figure *boundary(const mlp_model *model, const mlp_table *table)
{
    return plot("boundary",
                &(mlp_plot_request){.model = model, .table = table, .x = "x", .y = "z"});
}

static size_t cells_of(const mlpi_series *grid, size_t label)
{
    size_t cells = 0;
    for (size_t i = 0; i < grid->count; i++)
        cells += mlpi_number(grid, i, MLPI_CLASS) == (double)label ? 1 : 0;
    return cells;
}

/* Two areas of one colour would be taken for one label. */
static void no_two_labels_of_a_boundary_share_a_colour(void **state)
{
    const letters *l = *state;
    mlp_figure *figure = boundary(l->model, l->table);
    const mlpi_series *grid = series_of(figure, 0, "model");
    size_t coloured = 0, least = SIZE_MAX, most_grey = 0;
    for (size_t k = 0; k < LETTERS; k++) {
        const size_t colour = grid->class_colours[k], cells = cells_of(grid, k);
        assert_int_equal(series_of(figure, 0, mlp_model_label(l->model, k))->colour, colour);
        if (colour == MLPI_GREY) {
            most_grey = cells > most_grey ? cells : most_grey;
            continue;
        }
        coloured++;
        least = cells < least ? cells : least;
        for (size_t other = 0; other < k; other++)
            assert_true(mlpi_palette(grid->class_colours[other]) != mlpi_palette(colour));
    }
    assert_int_equal(coloured, 9);
    assert_true(least >= most_grey);
    assert_false(series_of(figure, 0, "17 others")->unlisted);
    assert_non_null(strstr(mlp_figure_description(figure),
                           "Of 26 labels, the 9 with the largest areas have colours"));
    mlp_figure_free(figure);
}

static void names_stand_in_the_areas_of_their_labels(void **state)
{
    const letters *l = *state;
    mlp_figure *figure = boundary(l->model, l->table);
    const mlpi_series *grid = series_of(figure, 0, "model"), *names = series_of(figure, 0, "areas");
    assert_true(names->count >= 9);
    for (size_t n = 0; n < names->count; n++) {
        size_t nearest = 0;
        double least = INFINITY;
        for (size_t i = 0; i < grid->count; i++) {
            const double dx = mlpi_number(grid, i, MLPI_X) - mlpi_number(names, n, MLPI_X);
            const double dy = mlpi_number(grid, i, MLPI_Y) - mlpi_number(names, n, MLPI_Y);
            if (dx * dx + dy * dy < least) {
                least = dx * dx + dy * dy;
                nearest = i;
            }
        }
        const size_t label = (size_t)mlpi_number(grid, nearest, MLPI_CLASS);
        assert_string_equal(names->texts[n], mlp_model_label(l->model, label));
    }
    mlp_figure_free(figure);
}

static double highest_of(const mlpi_panel *panel)
{
    double highest = 0.0;
    for (size_t k = 0; k < panel->count; k++)
        for (size_t i = 0; i < panel->series[k]->count; i++)
            if (mlpi_number(panel->series[k], i, MLPI_Y) > highest)
                highest = mlpi_number(panel->series[k], i, MLPI_Y);
    return highest;
}

static void low_probabilities_fill_their_axis(void **state)
{
    const letters *l = *state;
    mlp_table *table = read_example("iris.csv");
    mlp_model *model = train(table, "species", "5:tanh");
    const mlp_plot_request low = {.model = l->model, .table = l->table, .x = "kind"};
    const mlp_plot_request high = {.model = model, .table = table, .x = "petal_length"};
    mlp_figure *figures[] = {plot("response", &low), plot("response", &high)};
    const double highest = highest_of(figures[0]->panels[0]);
    const mlpi_range axis = mlpi_axis_range(figures[0]->panels[0], true);
    assert_true(highest < 0.5);
    assert_true(axis.highest > highest && axis.highest < 1.1 * highest && axis.lowest <= 0.0);
    assert_true(highest_of(figures[1]->panels[0]) > 0.5);
    assert_true(mlpi_axis_range(figures[1]->panels[0], true).highest > 1.0);
    mlp_figure_free(figures[0]);
    mlp_figure_free(figures[1]);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void of_many_labels_the_highest_answers_are_named(void **state)
{
    const letters *l = *state;
    static const char *const columns[] = {"x", "kind"};
    for (size_t c = 0; c < 2; c++) {
        mlp_figure *figure = plot(
            "response", &(mlp_plot_request){.model = l->model, .table = l->table, .x = columns[c]});
        const mlpi_panel *panel = figure->panels[0];
        double named = INFINITY, unnamed = 0.0;
        size_t count = 0;
        for (size_t k = 0; k < LETTERS; k++) {
            const mlpi_series *s = panel->series[k];
            double highest = 0.0;
            for (size_t i = 0; i < s->count; i++)
                highest = fmax(highest, mlpi_number(s, i, MLPI_Y));
            assert_int_equal(s->unlisted, s->colour == MLPI_GREY);
            count += s->unlisted ? 0 : 1;
            named = s->unlisted ? named : fmin(named, highest);
            unnamed = s->unlisted ? fmax(unnamed, highest) : unnamed;
        }
        assert_int_equal(count, 8);
        assert_true(named >= unnamed);
        assert_int_equal(strncmp(panel->series[LETTERS]->name, "18 others up to ", 16), 0);
        mlp_figure_free(figure);
    }
}

/* The squares of the three labels look the same, so one entry of the legend is enough. */
static void typical_rows_on_bars_have_one_entry(void **state)
{
    (void)state;
    mlp_table *table =
        read_text("x,kind,y\n0,a,one\n1,b,two\n2,a,three\n3,b,one\n4,a,two\n5,b,three\n"
                  "6,a,one\n7,b,two\n8,a,three\n9,b,one\n");
    mlp_model *model = train(table, "y", "3");
    mlp_figure *figure =
        plot("response", &(mlp_plot_request){.model = model, .table = table, .x = "kind"});
    const mlpi_panel *panel = figure->panels[0];
    size_t entries = 0, points = 0;
    for (size_t k = 0; k < panel->count; k++) {
        const mlpi_series *s = panel->series[k];
        entries += s->mark == MLPI_POINTS && !s->unlisted ? 1 : 0;
        points += s->mark == MLPI_POINTS && s->unlisted ? s->count : 0;
    }
    assert_int_equal(entries, 1);
    assert_int_equal(points, 3 * 2);
    assert_false(series_of(figure, 0, "typical row")->unlisted);
    mlp_figure_free(figure);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void same_numbers(const mlpi_series *a, const mlpi_series *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->values, b->values, a->count * a->width * sizeof *a->values);
}

/* The model's answers are shown for rows without true answers too; true answers are shown where
 * they are known. */
static void rows_without_the_target_are_shown(void **state)
{
    const letters *l = *state;
    mlp_table *tables[] = {read_letters(false, 0), read_letters(true, 4)};
    static const size_t without[] = {LETTER_ROWS, LETTER_ROWS / 4};
    mlp_figure *whole = boundary(l->model, l->table);
    const mlp_plot_request request = {.model = l->model, .table = l->table, .x = "x", .label = "B"};
    mlp_figure *lines = plot("response", &request);
    assert_int_equal(series_of(whole, 0, "no true label")->count, 0);
    for (size_t t = 0; t < 2; t++) {
        mlp_plot_request of = request;
        of.table = tables[t];
        mlp_figure *figure = boundary(l->model, tables[t]), *response = plot("response", &of);
        size_t points = 0;
        for (size_t k = 0; k < LETTERS; k++)
            points += series_of(figure, 0, mlp_model_label(l->model, k))->count;
        same_numbers(series_of(figure, 0, "model"), series_of(whole, 0, "model"));
        assert_int_equal(series_of(figure, 0, "no true label")->count, without[t]);
        assert_int_equal(points, LETTER_ROWS - without[t]);
        same_numbers(series_of(response, 0, "mean over the data: p(B)"),
                     series_of(lines, 0, "mean over the data: p(B)"));
        assert_int_equal(series_of(response, 0, "data")->count, LETTER_ROWS - without[t]);
        mlp_figure_free(figure);
        mlp_figure_free(response);
        mlp_table_free(tables[t]);
    }
    mlp_figure_free(whole);
    mlp_figure_free(lines);
}

static void inputs_are_needed_even_without_the_target(void **state)
{
    const letters *l = *state;
    mlp_table *table = read_text("x,z\n1,2\n2,3\n");
    const mlp_plot_kind *kind = NULL;
    mlp_figure *figure = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_plot_kind_find("boundary", &kind, &err), MLP_OK);
    const mlp_plot_request request = {.model = l->model, .table = table, .x = "x", .y = "z"};
    assert_int_equal(mlp_plot(kind, &request, &figure, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "\"kind\""));
    mlp_table_free(table);
}

/* Targets have units of their own: in a common panel, those with small values would look flat. */
static void every_target_has_a_panel_of_a_response(void **state)
{
    (void)state;
    static const char *const names[] = {"bp", "bmi", "age"};
    mlp_table *table = read_example("diabetes.csv");
    mlp_train_options options = mlpi_options_default();
    mlp_model *model = NULL;
    options.targets = (mlp_names){names, 3};
    options.hidden = "3";
    options.epochs = 2;
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, NULL), MLP_OK);
    mlp_plot_request r = {.model = model, .table = table, .x = "s5"};
    mlp_figure *all = plot("response", &r);
    assert_int_equal(all->count, 3);
    for (size_t t = 0; t < 3; t++) {
        r.label = names[t];
        char mean[64];
        snprintf(mean, sizeof mean, "mean over the data: %s", names[t]);
        mlp_figure *one = plot("response", &r);
        assert_string_equal(all->panels[t]->title, names[t]);
        same_numbers(series_of(all, t, "mean over the data"), series_of(one, 0, mean));
        same_numbers(series_of(all, t, "data"), series_of(one, 0, "data"));
        mlp_figure_free(one);
    }
    mlp_figure_free(all);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* A legend with two entries for each run would leave no room for the picture. */
static void of_several_logs_the_dashed_lines_have_one_entry(void **state)
{
    (void)state;
    char paths[2][32] = {"/tmp/mlp_bothXXXXXX", "/tmp/mlp_aloneXXXXXX"};
    for (int i = 0; i < 2; i++) {
        const int file = mkstemp(paths[i]);
        for (int epoch = 1; epoch <= 3; epoch++)
            dprintf(file, "{\"epoch\":%d,\"training_loss\":%d,\"validation_loss\":%s}\n", epoch,
                    4 - epoch, i == 0 ? "2.5" : "null");
        close(file);
    }
    const char *logs[] = {paths[0], paths[0], paths[1]};
    mlp_figure *figure = plot("history", &(mlp_plot_request){.logs = {logs, 3}});
    const mlpi_panel *panel = figure->panels[0];
    size_t dashed = 0, alone = 0;
    for (size_t k = 0; k < panel->count; k++) {
        const mlpi_series *s = panel->series[k];
        dashed += s->dashed && !s->unlisted ? 1 : 0;
        alone += s->dashed && !s->unlisted && strstr(s->name, "alone") != NULL ? 1 : 0;
    }
    /* One entry is that of the log without validation, and one is for all other logs. */
    assert_int_equal(dashed, 2);
    assert_int_equal(alone, 1);
    assert_false(series_of(figure, 0, "training")->unlisted);
    mlp_figure_free(figure);
    unlink(paths[0]);
    unlink(paths[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_labels_of_a_boundary_share_a_colour),
        cmocka_unit_test(names_stand_in_the_areas_of_their_labels),
        cmocka_unit_test(low_probabilities_fill_their_axis),
        cmocka_unit_test(of_many_labels_the_highest_answers_are_named),
        cmocka_unit_test(typical_rows_on_bars_have_one_entry),
        cmocka_unit_test(rows_without_the_target_are_shown),
        cmocka_unit_test(inputs_are_needed_even_without_the_target),
        cmocka_unit_test(every_target_has_a_panel_of_a_response),
        cmocka_unit_test(of_several_logs_the_dashed_lines_have_one_entry),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
