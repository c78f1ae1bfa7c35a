/* SPDX-License-Identifier: MIT */
/* No text in a name reaches gnuplot as a command; its pictures are complete and always the same. */
#include <ctype.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "draw/gnuplot.h"
#include "unit/plot/plots.h"

/* Texts with commands, quotes, markup, and bytes that are not UTF-8; a command that is obeyed
 * creates the file "hacked". */
static const char *const hostile[] = {
    "'; system('touch hacked'); '",
    "`touch hacked`",
    "\"; system(\"touch hacked\"); \"",
    "x\nsystem('touch hacked')\n",
    "\\",
    "ends in \\\nsystem('touch hacked')",
    "'\nMLP_END\n!touch hacked\n",
    "@x $d0_0 %g %s {/Bold b} a_b^c ~ <& ]]> \x01\x1f",
    "широта, 緯度 \xff\xfe",
    "<script>alert('x')</script>",
};
enum { HOSTILE = sizeof hostile / sizeof hostile[0] };

/* A figure with hostile texts wherever it can have a text. */
static mlp_figure *hostile_figure(void)
{
    mlp_figure *figure = plot("activations", &(mlp_plot_request){.title = hostile[0]});
    for (size_t p = 0; p < figure->count; p++) {
        mlpi_panel *panel = figure->panels[p];
        free(panel->title);
        free(panel->x.label);
        free(panel->y.label);
        panel->title = strdup(hostile[p % HOSTILE]);
        panel->x.label = strdup(hostile[(p + 1) % HOSTILE]);
        panel->y.label = strdup(hostile[(p + 2) % HOSTILE]);
        panel->value_label = strdup(hostile[(p + 3) % HOSTILE]);
        free(panel->series[0]->name);
        panel->series[0]->name = strdup(hostile[(p + 4) % HOSTILE]);
        mlpi_name_axis(figure, &panel->x, hostile, HOSTILE);
        mlpi_series *labels = mlpi_add_series(figure, panel, MLPI_LABELS, "labels");
        for (size_t i = 0; i < HOSTILE; i++)
            mlpi_add_label(figure, labels, (double)i, 0.0, false, hostile[i]);
    }
    assert_false(figure->failed);
    return figure;
}

static char *quoted(const char *text, size_t longest, bool percent)
{
    written w;
    begin_text(&w);
    mlpi_gnuplot_quote(w.to, text, longest, percent);
    fclose(w.to);
    return w.text;
}

static void texts_are_one_quoted_string(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"plain", "'plain'"},        {"it's", "'it’s'"},         {"a\nb\tc\x7f", "'a b c '"},
        {"50%", "'50%%'"},           {"\xff", "'\xef\xbf\xbd'"}, {"", "''"},
        {"0123456789", "'012…789'"}, {"花弁の幅", "'花…幅'"},    {"花弁の", "'花弁の'"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *got = quoted(cases[i].text, 7, true);
        assert_string_equal(got, cases[i].wanted);
        free(got);
    }
    for (size_t i = 0; i < HOSTILE; i++) { /* only the last quote ends the string */
        char *got = quoted(hostile[i], 1000, false);
        const size_t length = strlen(got);
        assert_true(length >= 2 && got[0] == '\'' && strchr(got + 1, '\'') == got + length - 1);
        for (const char *c = got; *c != '\0'; c++)
            assert_true((unsigned char)*c >= 0x20);
        free(got);
    }
}

static void names_leave_room_for_the_words_of_a_title(void **state)
{
    (void)state;
    char text[MLPI_SHORT];
    assert_string_equal(mlpi_short("short", 8, text), "short");
    assert_string_equal(mlpi_short("12345678", 8, text), "12345678");
    assert_string_equal(mlpi_short("123456789", 8, text), "1234…789");
    assert_string_equal(mlpi_short("花弁の長さと幅", 8, text), "花弁…幅");
    for (size_t i = 0; i < HOSTILE; i++)
        assert_true(strlen(mlpi_short(hostile[i], MLPI_IN_TITLE, text)) < MLPI_SHORT);
}

/* The font size of the counts in the cells of a matrix of `labels` labels; 0: they are not
 * written. */
static double letters_in_cells(size_t labels, const char *count)
{
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    char **names = calloc(labels, sizeof *names);
    written w;
    double size = 12.0;
    while (figure->count > 1)
        mlpi_drop_last_panel(figure);
    mlpi_panel *panel = mlpi_add_panel(figure, NULL, "x", "y");
    mlpi_series *grid = mlpi_add_series(figure, panel, MLPI_MAP, "cells");
    mlpi_series *texts = mlpi_add_series(figure, panel, MLPI_LABELS, "rows");
    panel->square = true;
    grid->columns = grid->rows = labels;
    for (size_t i = 0; i < labels * labels; i++) {
        mlpi_add_point(figure, grid, (double[]){(double)(i % labels), (double)(i / labels), 0.5});
        mlpi_add_label(figure, texts, (double)(i % labels), (double)(i / labels), true, count);
    }
    for (size_t i = 0; i < labels; i++)
        names[i] = strdup("A");
    mlpi_name_axis(figure, &panel->x, (const char *const *)names, labels);
    mlpi_single single;
    mlpi_single_panel(figure, 1, &single);
    single.figure.width = 500;
    single.figure.height = 450;
    begin_text(&w);
    mlpi_gnuplot_script(&single.figure, &(mlpi_canvas){.terminal = "svg"}, w.to);
    fclose(w.to);
    const char *label = strstr(w.text, "set label '");
    if (label == NULL)
        size = 0.0;
    else if (strstr(label, "front tc rgb '#FFFFFF' font ") != NULL)
        sscanf(strstr(label, "' font ',") + 9, "%lf", &size);
    for (size_t i = 0; i < labels; i++)
        free(names[i]);
    free(names);
    free(w.text);
    mlp_figure_free(figure);
    return size;
}

/* If numbers were wider than their cells, 143 would read as 4. */
static void numbers_stay_within_their_cells(void **state)
{
    (void)state;
    const double digit = 0.56, side = 0.69 * 500.0; /* rough widths: a digit, the matrix */
    assert_true(letters_in_cells(3, "143") == 12.0);
    for (size_t labels = 10; labels <= 30; labels += 4) {
        const double size = letters_in_cells(labels, "143");
        assert_true(size == 0.0 || 3.0 * digit * size < side / (double)labels);
    }
    assert_true(letters_in_cells(20, "143") > 0.0);
    assert_true(letters_in_cells(26, "123456789") == 0.0); /* too small to read */
}

/* The gnuplot script of a figure at this size, to be freed. */
static char *script_of(const mlp_figure *figure, const char *terminal, size_t width, size_t height)
{
    written w;
    begin_text(&w);
    mlpi_gnuplot_script(
        figure, &(mlpi_canvas){.terminal = terminal, .width = width, .height = height}, w.to);
    fclose(w.to);
    return w.text;
}

/* The distance between tics that the script sets by `command`: "set xtics " or "set ytics ". */
static double tics_of(const char *script, const char *command)
{
    const char *at = strstr(script, command);
    assert_non_null(at);
    return strtod(at + strlen(command), NULL);
}

static void tics_are_numbers_however_small_or_large_the_values(void **state)
{
    (void)state;
    static const double values[] = {5e-324, 2e-322, 1e-305, 1e-290, 1e-12, 0.0, 1.0, 1e290};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
        mlpi_panel *panel = mlpi_add_panel(figure, "tiny", "x", "y");
        mlpi_series *points = mlpi_add_series(figure, panel, MLPI_POINTS, "points");
        mlpi_add_xy(figure, points, values[i], -values[i]);
        mlpi_add_xy(figure, points, 0.0, values[i]);
        assert_false(figure->failed);
        char *script = script_of(figure, "svg", 400, 400);
        const char *last = strstr(script, "tiny");
        assert_non_null(last);
        const double x = tics_of(last, "set xtics "), y = tics_of(last, "set ytics ");
        assert_true(isfinite(x) && x > 0.0 && isfinite(y) && y > 0.0);
        free(script);
        mlp_figure_free(figure);
    }
}

/* One tic alone does not show a scale. */
static void axes_have_at_least_two_tics(void **state)
{
    (void)state;
    static const double ranges[][2] = {{-3481.0, 4712.0}, {-2.5, 5.5},   {0.0, 9.0},
                                       {-0.0017, 0.0014}, {-99.0, 99.0}, {1e6, 3e6}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
        mlpi_panel *panel = mlpi_add_panel(figure, "two tics", "x", "y");
        panel->square = true;
        panel->x.lowest = panel->y.lowest = ranges[i][0];
        panel->x.highest = panel->y.highest = ranges[i][1];
        mlpi_add_xy(figure, mlpi_add_series(figure, panel, MLPI_POINTS, "points"), ranges[i][0],
                    ranges[i][1]);
        mlpi_single single;
        mlpi_single_panel(figure, figure->count - 1, &single);
        char *script = script_of(&single.figure, "svg", 440, 415);
        const double step = tics_of(strstr(script, "two tics"), "set xtics ");
        assert_true(floor(ranges[i][1] / step) - ceil(ranges[i][0] / step) >= 1.0);
        free(script);
        mlp_figure_free(figure);
    }
}

static void what_is_counted_has_whole_tics(void **state)
{
    (void)state;
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    mlpi_panel *panel = mlpi_add_panel(figure, "counts", "x", "rows");
    panel->y.whole = true;
    mlpi_add_xy(figure, mlpi_add_series(figure, panel, MLPI_POINTS, "points"), 0.0, 0.0);
    mlpi_add_xy(figure, panel->series[0], 0.5, 2.0);
    mlpi_single single;
    mlpi_single_panel(figure, figure->count - 1, &single);
    char *script = script_of(&single.figure, "svg", 440, 415);
    assert_true(tics_of(strstr(script, "counts"), "set ytics ") == 1.0);
    assert_true(tics_of(strstr(script, "counts"), "set xtics ") < 1.0);
    free(script);
    mlp_figure_free(figure);
}

/* The middle of a name is left out if the name has no room next to its neuron. */
static void names_beside_neurons_stay_on_the_picture(void **state)
{
    (void)state;
    static const char text[] = "the mean pressure at the left upper arm after a night of sleep,y\n"
                               "0,1\n1,3\n2,2\n3,4\n4,0\n5,2\n6,1\n7,3\n";
    const double letter = 5.5; /* about the width of a letter in pixels */
    mlp_table *table = read_text(text);
    mlp_model *model = train(table, "y", "3");
    mlp_figure *figure = plot("network", &(mlp_plot_request){.model = model});
    char *script = script_of(figure, "svg", 500, 400);
    double from = 0.0, to = 0.0, x = 0.0;
    assert_int_equal(sscanf(strstr(script, "set xrange ["), "set xrange [%lf:%lf]", &from, &to), 2);
    const char *name = strstr(script, "set label 'the mean");
    assert_non_null(name);
    name += strlen("set label '");
    const char *end = strchr(name, '\'');
    assert_int_equal(sscanf(end, "' at first %lf", &x), 1);
    assert_true(letter * (double)(end - name - 2) <= (x - from) / (to - from) * 500.0);
    free(script);
    mlp_figure_free(figure);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void small_pictures_have_letters_that_are_read(void **state)
{
    (void)state;
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    static const size_t wide[] = {1000, 2000, 640};
    for (size_t i = 0; i < 3; i++) {
        double scale = 0.0;
        figure->width = wide[i];
        char *script = script_of(figure, "pngcairo", 640, 480);
        assert_int_equal(sscanf(strstr(script, "fontscale "), "fontscale %lf", &scale), 1);
        assert_true(9.0 * scale >= 7.0); /* at least 7 points */
        free(script);
    }
    mlp_figure_free(figure);
}

/* By default, gnuplot halves the size of letters in PDF, dots the grid, and draws dashes so short
 * that they look like dots. */
static void guides_and_letters_are_seen_in_every_format(void **state)
{
    (void)state;
    static const char *const terminals[] = {"svg", "pngcairo", "pdfcairo"};
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    for (size_t i = 0; i < 3; i++) {
        char *script = script_of(figure, terminals[i], 0, 0);
        char *grid = strstr(script, "set grid "), *end = strchr(script, '\n');
        double dashes = 0.0, letters = 0.0;
        assert_non_null(grid);
        *strchr(grid, '\n') = *end = '\0'; /* the first line sets the terminal */
        assert_non_null(strstr(grid, "dt solid"));
        if (i > 0) {
            assert_int_equal(sscanf(strstr(script, "dashlength "), "dashlength %lf", &dashes), 1);
            assert_int_equal(sscanf(strstr(script, "fontscale "), "fontscale %lf", &letters), 1);
            assert_true(dashes >= 2.0);
            assert_true(letters >= 0.75);
        }
        free(script);
    }
    mlp_figure_free(figure);
}

/* Draws `count` names below an axis; reports their angle in degrees, and how many are written. */
static void names_below(size_t count, double *turn, size_t *written_names)
{
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    while (figure->count > 1)
        mlpi_drop_last_panel(figure);
    mlpi_panel *panel = figure->panels[0];
    mlpi_series *grid = mlpi_add_series(figure, panel, MLPI_MAP, "cells");
    const char **names = calloc(count, sizeof *names);
    panel->square = true;
    grid->columns = grid->rows = count;
    for (size_t i = 0; i < count; i++)
        names[i] = "the department of schools";
    for (size_t i = 0; i < count * count; i++)
        mlpi_add_point(figure, grid, (double[]){(double)(i % count), (double)(i / count), 0.5});
    mlpi_name_axis(figure, &panel->x, names, count);
    char *script = script_of(figure, "svg", 640, 480);
    char *line = strstr(script, "set xtics ");
    *strchr(line, '\n') = '\0';
    *turn = 0.0;
    sscanf(line, "set xtics rotate by %lf", turn);
    *written_names = 0;
    for (const char *at = line; (at = strstr(at, "schools'")) != NULL; at++)
        ++*written_names;
    free(script);
    free(names);
    mlp_figure_free(figure);
}

/* Along the axis, a turned name takes its height divided by the sine of its angle. */
static void names_below_a_matrix_do_not_overlap(void **state)
{
    (void)state;
    static const size_t counts[] = {2, 3, 10, 26, 40, 300};
    const double high = 10.0, side = 0.76 * 480.0;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        double turn = 0.0;
        size_t names = 0;
        names_below(counts[i], &turn, &names);
        assert_true(names >= 2 && names <= counts[i]);
        if (turn > 0.0)
            assert_true((double)names * high / sin(turn / 180.0 * 3.14159265) <= side);
    }
}

/* The axes of two panels end at the same height, though the legend below the second is shorter. */
static void axes_side_by_side_end_at_one_height(void **state)
{
    (void)state;
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    while (figure->count > 2)
        mlpi_drop_last_panel(figure);
    figure->columns = 2;
    for (int i = 0; i < 6; i++)
        mlpi_add_xy(figure,
                    mlpi_add_series(figure, figure->panels[0], MLPI_LINE,
                                    "a long name that has a line of its own"),
                    0.0, 1.0);
    char *script = script_of(figure, "svg", 0, 0);
    double first = 0.0, second = 0.0;
    const char *at = strstr(script, "set bmargin ");
    assert_int_equal(sscanf(at, "set bmargin %lf", &first), 1);
    assert_int_equal(sscanf(strstr(at + 1, "set bmargin "), "set bmargin %lf", &second), 1);
    assert_true(first > 5.0 && first == second);
    free(script);
    mlp_figure_free(figure);
}

/* The points in a legend are large enough to see, however small those in the picture are. */
static void points_of_a_legend_are_seen(void **state)
{
    (void)state;
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    while (figure->count > 1)
        mlpi_drop_last_panel(figure);
    mlpi_series *points = mlpi_add_series(figure, figure->panels[0], MLPI_POINTS, "dust");
    points->size = 0.3;
    mlpi_add_xy(figure, points, 0.0, 0.0);
    char *script = script_of(figure, "svg", 0, 0);
    double size = 0.0;
    const char *entry = strstr(script, "title 'dust'");
    assert_non_null(entry);
    while (strncmp(entry, " ps ", 4) != 0)
        entry--;
    assert_int_equal(sscanf(entry, " ps %lf", &size), 1);
    assert_true(size >= 0.8);
    free(script);
    mlp_figure_free(figure);
}

/* --- with gnuplot ----------------------------------------------------------------------------- */

static bool there_is_gnuplot(void)
{
    char path[4096];
    const char *all = getenv("PATH");
    snprintf(path, sizeof path, "%s", all != NULL ? all : "");
    for (char *folder = strtok(path, ":"); folder != NULL; folder = strtok(NULL, ":")) {
        char file[4200];
        snprintf(file, sizeof file, "%s/gnuplot", folder);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

static written drawn(const mlp_figure *figure, const char *format, size_t width)
{
    written w;
    mlp_error err = {0};
    begin_text(&w);
    if (mlp_figure_draw(figure, format, width, width, w.to, &err) != MLP_OK)
        fail_msg("%s", err.message);
    fclose(w.to);
    return w;
}

/* Checks that tags are nested properly, and that texts hold no control characters. */
static void check_svg(const char *text)
{
    char open[64][32];
    size_t depth = 0;
    assert_non_null(strstr(text, "<svg"));
    for (const char *c = strchr(text, '<'); c != NULL; c = strchr(c, '<')) {
        const char *end = strchr(c, '>');
        char name[32] = "";
        assert_non_null(end);
        if (c[1] == '?' || c[1] == '!') {
            c = end;
            continue;
        }
        sscanf(c + (c[1] == '/' ? 2 : 1), "%31[a-zA-Z]", name);
        if (c[1] == '/')
            assert_string_equal(open[--depth], name);
        else if (end[-1] != '/')
            strcpy(open[depth++], name);
        c = end;
        for (const char *t = end + 1; *t != '\0' && *t != '<'; t++)
            assert_true((unsigned char)*t >= 0x20 || isspace((unsigned char)*t));
    }
    assert_int_equal(depth, 0);
}

static void pictures_are_whole_and_always_the_same(void **state)
{
    (void)state;
    if (!there_is_gnuplot())
        skip_because("gnuplot is not installed");
    mlp_table *iris = read_example("iris.csv");
    mlp_model *model = train(iris, "species", "4");
    for (size_t i = 0; mlp_plot_kind_at(i) != NULL; i++) {
        const mlp_plot_kind *kind = mlp_plot_kind_at(i);
        if (kind->task == MLP_TASK_REGRESSION || kind->logs != MLP_PLOT_NONE ||
            strcmp(kind->name, "weights") == 0)
            continue;
        mlp_figure *figure =
            plot(kind->name,
                 &(mlp_plot_request){
                     .model = model, .table = iris, .x = "petal_length", .y = "petal_width"});
        const written one = drawn(figure, "svg", 0), two = drawn(figure, "svg", 0);
        check_svg(one.text);
        assert_int_equal(one.size, two.size);
        assert_memory_equal(one.text, two.text, one.size);
        free(one.text);
        free(two.text);
        mlp_figure_free(figure);
    }
    mlp_model_free(model);
    mlp_table_free(iris);
}

static void formats_are_what_they_say(void **state)
{
    (void)state;
    if (!there_is_gnuplot())
        skip_because("gnuplot is not installed");
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    const written png = drawn(figure, "png", 500), pdf = drawn(figure, "pdf", 0);
    assert_memory_equal(png.text, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(png.text + 16, "\0\0\x01\xf4\0\0\x01\xf4", 8); /* 500 x 500 */
    assert_memory_equal(pdf.text, "%PDF", 4);
    assert_int_equal(mlp_figure_draw(figure, "gif", 0, 0, stdout, NULL), MLP_ERROR_ARGUMENT);
    free(png.text);
    free(pdf.text);
    mlp_figure_free(figure);
}

static void names_cannot_command_gnuplot(void **state)
{
    (void)state;
    char folder[] = "/tmp/mlp_gnuplotXXXXXX", before[4096];
    if (!there_is_gnuplot())
        skip_because("gnuplot is not installed");
    assert_non_null(getcwd(before, sizeof before));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    mlp_figure *figure = hostile_figure();
    const written svg = drawn(figure, "svg", 0);
    check_svg(svg.text);
    assert_non_null(strstr(svg.text, "system(’touch hacked’)")); /* as text, not as a command */
    assert_non_null(strstr(svg.text, "`touch hacked`"));
    assert_non_null(strstr(svg.text, "@x $d0_0 %g")); /* names of tics are not formats, either */
    assert_null(strstr(svg.text, "<script"));
    assert_int_equal(chdir(before), 0);
    assert_int_equal(rmdir(folder), 0); /* fails if a command has created a file */
    free(svg.text);
    mlp_figure_free(figure);
}

static void without_gnuplot_the_message_says_what_to_do(void **state)
{
    (void)state;
    char *path = strdup(getenv("PATH") != NULL ? getenv("PATH") : "");
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    mlp_error err;
    written w;
    begin_text(&w);
    setenv("PATH", "/nowhere", 1);
    assert_int_equal(mlp_figure_draw(figure, "svg", 0, 0, w.to, &err), MLP_ERROR_OUTPUT);
    setenv("PATH", path, 1);
    fclose(w.to);
    assert_int_equal(w.size, 0);
    assert_non_null(strstr(err.message, "apt-get install gnuplot-nox"));
    assert_non_null(strstr(err.message, "`terminal`"));
    free(w.text);
    free(path);
    mlp_figure_free(figure);
}

/* Draws with a shell script in place of gnuplot; `expected`: words of the error, NULL: success. */
static void draw_with(const char *body, const char *format, const char *expected)
{
    char folder[] = "/tmp/mlp_gnuplotXXXXXX", program[64], path[4096];
    char *before = strdup(getenv("PATH") != NULL ? getenv("PATH") : "");
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    mlp_error err = {0};
    written w;
    begin_text(&w);
    assert_non_null(mkdtemp(folder));
    snprintf(program, sizeof program, "%s/gnuplot", folder);
    FILE *script = fopen(program, "w");
    assert_non_null(script);
    fprintf(script, "#!/bin/sh\n%s\n", body);
    fclose(script);
    assert_int_equal(chmod(program, 0700), 0);
    snprintf(path, sizeof path, "%s:%s", folder, before);
    setenv("PATH", path, 1);
    const mlp_status status = mlp_figure_draw(figure, format, 0, 0, w.to, &err);
    setenv("PATH", before, 1);
    fclose(w.to);
    unlink(program);
    assert_int_equal(rmdir(folder), 0);
    if (expected == NULL && status != MLP_OK)
        fail_msg("%s", err.message);
    if (expected != NULL) {
        assert_int_equal(status, MLP_ERROR_OUTPUT);
        assert_int_equal(w.size, 0); /* no part of an incomplete picture is written */
        if (strstr(err.message, expected) == NULL)
            fail_msg("%s", err.message);
    }
    free(w.text);
    free(before);
    mlp_figure_free(figure);
}

/* gnuplot reports neither that it could not write nor that its script ended early. */
static void pictures_that_are_not_whole_are_refused(void **state)
{
    (void)state;
    draw_with("cat >/dev/null; echo '<svg><g></g></svg>'; exit 42", "svg", NULL);
    draw_with("cat >/dev/null; echo '<svg><g>'; exit 42", "svg", "is incomplete");
    draw_with("exit 42", "svg", "is incomplete");
    draw_with("echo '<svg></svg>'", "svg", "it says nothing"); /* the script was cut short */
    draw_with("echo '<svg></svg>'; echo bad number >&2; exit 1", "svg", "bad number");
    draw_with("echo '<svg></svg>'; kill -9 $$", "svg", "gnuplot failed");
    draw_with("printf '\\211PNG\\r\\n\\032\\n'; exit 42", "png", "is incomplete");
    draw_with("printf '\\0\\0\\0\\0IEND\\256B`\\202'; exit 42", "png", NULL);
    draw_with("echo '%PDF-1.5'; exit 42", "pdf", "is incomplete");
    draw_with("echo '%PDF-1.5'; echo '%%EOF'; exit 42", "pdf", NULL);
}

/* A program may have closed its standard streams: nothing else gets into the picture. */
static void closed_streams_do_not_mix_with_the_picture(void **state)
{
    (void)state;
    int kept[3];
    mlp_error err = {0};
    if (!there_is_gnuplot())
        skip();
    mlp_figure *figure = plot("activations", &(mlp_plot_request){0});
    written w;
    begin_text(&w);
    fflush(NULL);
    for (int i = 0; i < 3; i++) {
        kept[i] = fcntl(i, F_DUPFD, 10);
        close(i);
    }
    const mlp_status status = mlp_figure_draw(figure, "svg", 0, 0, w.to, &err);
    for (int i = 0; i < 3; i++) {
        dup2(kept[i], i);
        close(kept[i]);
    }
    fclose(w.to);
    assert_int_equal(status, MLP_OK);
    check_svg(w.text);
    free(w.text);
    mlp_figure_free(figure);
}

/* Checks the fonts for some texts, with a script in place of fc-list; NULL: fc-list does not
 * exist. */
static mlp_status with_fonts(const char *script, const char *texts, mlp_error *err)
{
    char folder[] = "/tmp/mlp_fontsXXXXXX", file[64];
    char *before = strdup(getenv("PATH") != NULL ? getenv("PATH") : "");
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/fc-list", folder);
    if (script != NULL) {
        FILE *to = fopen(file, "w");
        fprintf(to, "#!/bin/sh\n%s\n", script);
        fclose(to);
        chmod(file, 0700);
    }
    setenv("PATH", folder, 1);
    const mlp_status status = mlpi_fonts_check(texts, err);
    setenv("PATH", before, 1);
    free(before);
    unlink(file);
    rmdir(folder);
    return status;
}

static void letters_without_a_font_are_refused_where_they_would_be_boxes(void **state)
{
    (void)state;
    mlp_error err;
    assert_int_equal(with_fonts("", "set title '花瓣'", &err), MLP_ERROR_OUTPUT);
    assert_non_null(strstr(err.message, "\"花\""));
    assert_non_null(strstr(err.message, "fonts-noto-cjk"));
    assert_int_equal(with_fonts("", "x '\U0001F600'", &err), MLP_ERROR_OUTPUT);
    assert_non_null(strstr(err.message, "fonts-noto-color-emoji"));
    assert_int_equal(with_fonts("echo 'Noto Sans CJK'", "set title '花瓣'", &err), MLP_OK);
    assert_int_equal(with_fonts("", "set title 'Blütenblatt, широта ±'", &err), MLP_OK);
    assert_int_equal(with_fonts(NULL, "set title '花瓣'", &err), MLP_OK); /* no fc-list */
    assert_int_equal(with_fonts("exit 1", "set title '花瓣'", &err), MLP_OK);
}

static void short_logarithmic_axes_have_numbers(void **state)
{
    (void)state;
    static const struct {
        double low, high;
        const char *tics;
    } cases[] = {{44.0, 354.0, "set xtics (50, 100, 200) "},
                 {0.03, 0.4, "set xtics (0.05, 0.1, 0.2) "},
                 {61.0, 90.0, "set xtics (70, 80, 90) "},
                 {1.0, 1000.0, "set xtics auto "}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_figure *figure = mlpi_allocate(1, sizeof *figure);
        assert_non_null(figure);
        figure->columns = 1;
        figure->width = 640;
        figure->height = 440;
        mlpi_panel *panel = mlpi_add_panel(figure, NULL, "x", "y");
        mlpi_series *line = mlpi_add_series(figure, panel, MLPI_LINE, "line");
        figure->title = mlpi_figure_text(figure, "t");
        panel->x.log = true;
        mlpi_add_xy(figure, line, cases[i].low, 1.0);
        mlpi_add_xy(figure, line, cases[i].high, 2.0);
        char *script = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&script, &size);
        mlpi_gnuplot_script(figure, &(mlpi_canvas){.terminal = "svg"}, to);
        fclose(to);
        assert_non_null(strstr(script, cases[i].tics));
        free(script);
        mlp_figure_free(figure);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_one_quoted_string),
        cmocka_unit_test(names_leave_room_for_the_words_of_a_title),
        cmocka_unit_test(numbers_stay_within_their_cells),
        cmocka_unit_test(names_beside_neurons_stay_on_the_picture),
        cmocka_unit_test(small_pictures_have_letters_that_are_read),
        cmocka_unit_test(guides_and_letters_are_seen_in_every_format),
        cmocka_unit_test(names_below_a_matrix_do_not_overlap),
        cmocka_unit_test(axes_side_by_side_end_at_one_height),
        cmocka_unit_test(points_of_a_legend_are_seen),
        cmocka_unit_test(tics_are_numbers_however_small_or_large_the_values),
        cmocka_unit_test(axes_have_at_least_two_tics),
        cmocka_unit_test(what_is_counted_has_whole_tics),
        cmocka_unit_test(without_gnuplot_the_message_says_what_to_do),
        cmocka_unit_test(pictures_are_whole_and_always_the_same),
        cmocka_unit_test(formats_are_what_they_say),
        cmocka_unit_test(names_cannot_command_gnuplot),
        cmocka_unit_test(pictures_that_are_not_whole_are_refused),
        cmocka_unit_test(letters_without_a_font_are_refused_where_they_would_be_boxes),
        cmocka_unit_test(short_logarithmic_axes_have_numbers),
        cmocka_unit_test(closed_streams_do_not_mix_with_the_picture),
    };
    return RUN(tests);
}
