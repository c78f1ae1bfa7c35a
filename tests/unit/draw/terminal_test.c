/* SPDX-License-Identifier: MIT */
/* A picture in characters fits the width and holds no control characters, whatever is in the
 * names. */
#include "draw/screen.h"
#include "unit/plot/plots.h"

#include "base/base.h"

static const char hostile[] =
    "\"a\033[31m\nb\rc\",\"широта 緯度 with a name that is longer than any terminal should ever "
    "need to "
    "show\",\"e\xff\x01\",class\n"
    "1,2,3,\"x\033]0;y\a\"\n2,1,4,ordinary\n3,4,4,\"x\033]0;y\a\"\n4,2,1,ordinary\n"
    "5,1,2,\"x\033]0;y\a\"\n";

/* Checks that lines have at most `width` columns, and no character that a terminal obeys. */
static void check_lines(const char *text, size_t width, bool colours)
{
    size_t columns = 0;
    while (*text != '\0') {
        uint32_t c = 0;
        if (colours && strncmp(text, "\033[", 2) == 0) { /* a colour sequence of ours ends in m */
            text += strspn(text + 2, "0123456789;") + 2;
            assert_true(*text++ == 'm');
            continue;
        }
        text += mlpi_utf8_next(text, &c);
        if (c == '\n') {
            columns = 0;
            continue;
        }
        assert_true(c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0));
        columns += mlpi_utf8_columns(c);
        assert_true(columns <= width);
    }
}

static void check_figure(const char *kind, const mlp_plot_request *request)
{
    static const size_t widths[] = {20, 33, 40, 80, 120};
    mlp_figure *figure = plot(kind, request);
    for (size_t i = 0; i < 10; i++) {
        written w;
        begin_text(&w);
        assert_int_equal(mlp_figure_characters(figure, widths[i / 2], i % 2 == 1, w.to, NULL),
                         MLP_OK);
        fclose(w.to);
        assert_true(w.size > 100);
        check_lines(w.text, widths[i / 2], i % 2 == 1);
        free(w.text);
    }
    mlp_figure_free(figure);
}

static void every_kind_fits_the_width(void **state)
{
    (void)state;
    check_kinds(check_figure);
}

/* Black is drawn in the terminal's own text colour, because its background may be black. */
static void black_is_the_terminals_own_colour(void **state)
{
    (void)state;
    mlp_table *table = read_example("diabetes.csv");
    mlp_model *model = train(table, "progression", "3");
    mlp_figure *figure =
        plot("predicted-actual", &(mlp_plot_request){.model = model, .table = table});
    written w;
    begin_text(&w);
    assert_int_equal(mlp_figure_characters(figure, 80, true, w.to, NULL), MLP_OK);
    fclose(w.to);
    assert_non_null(strstr(w.text, "predicted = actual"));
    assert_non_null(strstr(w.text, "\033[38;2;")); /* the rows */
    assert_null(strstr(w.text, "\033[38;2;0;0;0m"));
    free(w.text);
    mlp_figure_free(figure);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* If names were cut at their ends, the legend would show "mean over the data: p(..." three
 * times. */
static void long_names_of_a_legend_differ(void **state)
{
    (void)state;
    mlp_table *table = read_text("x,z,y\n0,1,kept for one more night\n1,0,kept for one more week\n"
                                 "2,2,kept for one more year\n3,1,kept for one more night\n"
                                 "4,0,kept for one more week\n5,2,kept for one more year\n"
                                 "6,1,kept for one more night\n7,0,kept for one more week\n");
    mlp_model *model = train(table, "y", "3");
    mlp_figure *figure =
        plot("response", &(mlp_plot_request){.model = model, .table = table, .x = "x"});
    written w;
    begin_text(&w);
    assert_int_equal(mlp_figure_characters(figure, 40, false, w.to, NULL), MLP_OK);
    fclose(w.to);
    static const char *const ends[] = {"night)", "week)", "year)"};
    for (size_t i = 0; i < 3; i++)
        assert_non_null(strstr(w.text, ends[i]));
    free(w.text);
    mlp_figure_free(figure);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void names_cannot_command_the_terminal(void **state)
{
    (void)state;
    mlp_table *table = read_text(hostile);
    const char *target = "class", *third = mlp_table_column_name(table, 2);
    mlp_train_options options = mlpi_options_default();
    mlp_model *model = NULL;
    mlp_error err;
    options.targets = (mlp_names){&target, 1};
    options.drop = (mlp_names){&third, 1}; /* not UTF-8, so a model cannot have this column */
    options.epochs = 2;
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, &err), MLP_OK);
    check_figure("boundary", &(mlp_plot_request){.model = model,
                                                 .table = table,
                                                 .x = mlp_table_column_name(table, 0),
                                                 .y = mlp_table_column_name(table, 1)});
    check_figure("confusion", &(mlp_plot_request){.model = model, .table = table});
    check_figure("network", &(mlp_plot_request){.model = model});
    check_figure("activations", &(mlp_plot_request){.title = "e\xff\x01\033[2J\n"});
    mlp_model_free(model);
    mlp_table_free(table);
}

static void broken_utf8_becomes_one_sign_a_byte(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t character;
        size_t length;
    } cases[] = {{"a", 'a', 1},
                 {"\xc3\xa9", 0xE9, 2},
                 {"\xe2\x82\xac", 0x20AC, 3},
                 {"\xf0\x9f\x98\x80", 0x1F600, 4},
                 {"\xc0\xaf", 0xFFFD, 1},
                 {"\xe0\x80\xaf", 0xFFFD, 1},
                 {"\xed\xa0\x80", 0xFFFD, 1},
                 {"\xf4\x90\x80\x80", 0xFFFD, 1},
                 {"\xe2\x82", 0xFFFD, 1},
                 {"\x80", 0xFFFD, 1},
                 {"\xff", 0xFFFD, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t c = 0;
        assert_int_equal(mlpi_utf8_next(cases[i].bytes, &c), cases[i].length);
        assert_int_equal(c, cases[i].character);
    }
    for (uint32_t c = 1; c < 0x110000; c += 37) {
        char bytes[5] = {0};
        uint32_t back = 0;
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        const size_t length = mlpi_utf8_put(c, bytes);
        assert_int_equal(mlpi_utf8_next(bytes, &back), length);
        assert_int_equal(back, c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_fits_the_width),
        cmocka_unit_test(black_is_the_terminals_own_colour),
        cmocka_unit_test(long_names_of_a_legend_differ),
        cmocka_unit_test(names_cannot_command_the_terminal),
        cmocka_unit_test(broken_utf8_becomes_one_sign_a_byte),
    };
    return RUN(tests);
}
