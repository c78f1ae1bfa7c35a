/* SPDX-License-Identifier: MIT */
/* The JSON of a figure holds all that the figure holds, for every kind of picture. */
#include <math.h>

#include "mlp/json.h"
#include "unit/plot/plots.h"

static const char *text_of(mlp_json_value object, const char *name)
{
    return mlp_json_text(mlp_json_member(object, name));
}

static void check_numbers(mlp_json_value list, const mlpi_series *s, int channel)
{
    static const char *const names[] = {"x", "y", "x2", "y2", "value", "class"};
    mlp_json_value numbers = mlp_json_member(list, names[channel]);
    if (mlpi_channel(s->mark, channel) < 0) {
        assert_int_equal(mlp_json_kind_of(numbers), MLP_JSON_NOTHING);
        return;
    }
    assert_int_equal(mlp_json_count(numbers), s->count);
    mlp_json_value one = mlp_json_first(numbers);
    for (size_t i = 0; i < s->count; i++, one = mlp_json_next(one)) {
        double number = 0.0;
        if (isfinite(mlpi_number(s, i, channel))) {
            assert_true(mlp_json_number(one, &number));
            assert_true(number == mlpi_number(s, i, channel));
        } else {
            assert_int_equal(mlp_json_kind_of(one), MLP_JSON_NULL);
        }
    }
}

static void check_series(mlp_json_value series, const mlpi_series *s)
{
    assert_string_equal(text_of(series, "name"), s->name);
    assert_int_equal(mlp_json_true(mlp_json_member(series, "listed")), !s->unlisted);
    for (int channel = 0; channel < MLPI_CHANNELS; channel++)
        check_numbers(series, s, channel);
    mlp_json_value text = mlp_json_first(mlp_json_member(series, "texts"));
    for (size_t i = 0; s->texts != NULL && i < s->count; i++, text = mlp_json_next(text))
        assert_string_equal(mlp_json_text(text), s->texts[i]);
}

static void check_axis(mlp_json_value axis, const mlpi_panel *panel, bool of_y)
{
    const mlpi_axis *wanted = of_y ? &panel->y : &panel->x;
    const mlpi_range range = mlpi_axis_range(panel, of_y);
    double lowest = 0.0, highest = 0.0;
    assert_true(mlp_json_number(mlp_json_member(axis, "lowest"), &lowest));
    assert_true(mlp_json_number(mlp_json_member(axis, "highest"), &highest));
    assert_true(lowest == range.lowest && highest == range.highest);
    assert_int_equal(mlp_json_count(mlp_json_member(axis, "names")), wanted->name_count);
    assert_int_equal(mlp_json_true(mlp_json_member(axis, "log")), wanted->log);
}

static void check_figure(const char *kind, const mlp_plot_request *request)
{
    mlp_figure *figure = plot(kind, request);
    mlp_json *document = NULL;
    mlp_error err;
    written w;
    begin_text(&w);
    assert_int_equal(mlp_figure_json(figure, w.to, NULL), MLP_OK);
    fclose(w.to);
    if (mlp_json_read(w.text, w.size, &document, &err) != MLP_OK)
        fail_msg("%s: %s", kind, err.message);
    const mlp_json_value root = mlp_json_root(document), panels = mlp_json_member(root, "panels");
    assert_string_equal(text_of(root, "title"), figure->title);
    assert_int_equal(mlp_json_count(panels), figure->count);
    mlp_json_value panel = mlp_json_first(panels);
    for (size_t p = 0; p < figure->count; p++, panel = mlp_json_next(panel)) {
        check_axis(mlp_json_member(panel, "x"), figure->panels[p], false);
        check_axis(mlp_json_member(panel, "y"), figure->panels[p], true);
        const mlp_json_value all = mlp_json_member(panel, "series");
        assert_int_equal(mlp_json_count(all), figure->panels[p]->count);
        mlp_json_value series = mlp_json_first(all);
        for (size_t k = 0; k < figure->panels[p]->count; k++, series = mlp_json_next(series))
            check_series(series, figure->panels[p]->series[k]);
    }
    mlp_json_free(document);
    free(w.text);
    mlp_figure_free(figure);
}

static void every_kind_is_whole(void **state)
{
    (void)state;
    check_kinds(check_figure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_is_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
