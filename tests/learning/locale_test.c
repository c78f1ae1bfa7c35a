/* SPDX-License-Identifier: MIT */
/* A program with a locale of its own gets the same bytes from the library as any other program. */
#include "draw/figure.h"
#include "draw/gnuplot.h"
#include "learning/problem.h"
#include "unit/locale.h"

static void put_picture(const mlp_model *model, const mlp_table *table, const char *kind,
                        const char *x, const char *y, FILE *to)
{
    const mlp_plot_request request = {.model = model, .table = table, .x = x, .y = y};
    const mlp_plot_kind *found = NULL;
    mlp_figure *figure = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_plot_kind_find(kind, &found, NULL), MLP_OK);
    if (mlp_plot(found, &request, &figure, &err) != MLP_OK)
        fail_msg("%s: %s", kind, err.message);
    fprintf(to, "%s\n%s\n", mlp_figure_title(figure), mlp_figure_description(figure));
    for (size_t p = 0; p < figure->count; p++) {
        mlpi_single single;
        mlpi_single_panel(figure, p, &single);
        single.figure.width = single.figure.height = 400;
        mlpi_gnuplot_script(&single.figure, &(mlpi_canvas){.terminal = "svg"}, to);
    }
    assert_int_equal(mlp_figure_characters(figure, 80, false, to, NULL), MLP_OK);
    assert_int_equal(mlp_figure_data(figure, to, NULL), MLP_OK);
    mlp_figure_free(figure);
}

static void put_error(FILE *to)
{
    const double score[] = {0.25, 1.5};
    const size_t label[] = {0, 1};
    const mlp_scores scores = {.label = label, .score = score, .stride = 1, .rows = 2};
    mlp_calibration calibration;
    mlp_error err = {0};
    assert_int_equal(mlp_calibration_curve(&scores, MLP_BINS_EQUAL_WIDTH, 2, &calibration, &err),
                     MLP_ERROR_DATA);
    fprintf(to, "%s\n", err.message);
}

/* Returns what the library writes in words and numbers (malloc'ed): notices, a model, pictures, a
 * report, C, JavaScript. */
static char *everything(void)
{
    static const struct {
        const char *name, *x, *y;
    } kinds[] = {{"confusion", NULL, NULL},
                 {"roc", NULL, NULL},
                 {"calibration", NULL, NULL},
                 {"lift", NULL, NULL},
                 {"boundary", "petal_length", "petal_width"},
                 {"response", "petal_length", NULL}};
    static const char *const target[] = {"species"};
    mlp_train_options o = mlpi_options_default();
    mlp_table *table = NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *const to = open_memstream(&text, &size);
    o.targets = (mlp_names){target, 1};
    o.hidden = "4";
    o.epochs = 3;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    mlp_model *model = problem_train(table, o, NULL);
    fprintf(to, "%s\n%s\n", notices, mlp_model_metadata(model));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        put_picture(model, table, kinds[i].name, kinds[i].x, kinds[i].y, to);
    assert_int_equal(mlp_report_write(model, table, NULL, to, NULL), MLP_OK);
    assert_int_equal(mlp_export_c(model, table, NULL, to, to, NULL, NULL), MLP_OK);
    assert_int_equal(mlp_export_javascript(model, table, NULL, to, NULL), MLP_OK);
    put_error(to);
    mlp_model_free(model);
    mlp_table_free(table);
    fclose(to);
    return text;
}

static void what_is_written_does_not_depend_on_the_locale(void **state)
{
    (void)state;
    char *const usual = everything();
    for (size_t i = 0; i < LOCALES; i++) {
        if (!locale_set(locales[i]))
            skip_because("no locale can be made here (Debian: the package locales)");
        char *const text = everything();
        setlocale(LC_ALL, "C");
        size_t at = 0;
        while (usual[at] != '\0' && usual[at] == text[at])
            at++;
        if (usual[at] != text[at])
            fail_msg("%s: \"%.60s\" instead of \"%.60s\"", locales[i],
                     text + (at > 30 ? at - 30 : 0), usual + (at > 30 ? at - 30 : 0));
        free(text);
    }
    free(usual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_does_not_depend_on_the_locale),
    };
    return RUN(tests);
}
