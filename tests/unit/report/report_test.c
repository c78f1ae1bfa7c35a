/* SPDX-License-Identifier: MIT */
/* A page states the metrics of the evaluation, shows the user's texts without obeying markup in
 * them, and needs no other file. */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "mlp/mlp.h"
#include "options/options.h"
#include "report/html.h"
#include "unit/plot/plots.h"

static char *page_of(const mlp_model *model, const mlp_table *table,
                     const mlp_report_options *options)
{
    char *page = NULL;
    size_t size = 0;
    mlp_error err = {0};
    FILE *to = open_memstream(&page, &size);
    assert_non_null(to);
    if (mlp_report_write(model, table, options, to, &err) != MLP_OK)
        fail_msg("%s", err.message);
    fclose(to);
    assert_int_equal(strlen(page), size);
    return page;
}

static size_t count_of(const char *page, const char *what)
{
    size_t count = 0;
    for (const char *at = page; (at = strstr(at, what)) != NULL; at += strlen(what))
        count++;
    return count;
}

/* Without gnuplot, only the pictures that it draws cannot be tested. */
static bool has_gnuplot(void)
{
    return system("gnuplot --version >/dev/null 2>&1") == 0;
}

/* --- metrics ---------------------------------------------------------------------------------- */

/* The number of `<data id="ID" value="...">`; NaN: the element does not exist. */
static double told(const char *page, const char *id)
{
    char wanted[128];
    snprintf(wanted, sizeof wanted, "<data id=\"%s\" value=\"", id);
    const char *at = strstr(page, wanted);
    return at != NULL ? strtod(at + strlen(wanted), NULL) : (double)NAN;
}

/* The number in the text of the same element, which people read. */
static double read_by_people(const char *page, const char *id)
{
    char wanted[128];
    snprintf(wanted, sizeof wanted, "<data id=\"%s\" value=\"", id);
    const char *at = strchr(strstr(page, wanted), '>');
    return strtod(at + 1, NULL);
}

static void check_figure(const char *page, size_t i, double value, const mlp_intervals *intervals)
{
    char id[64];
    snprintf(id, sizeof id, "figure-%s", mlp_metric_name(i));
    assert_true(told(page, id) == value);
    assert_near(read_by_people(page, id), value, 6e-4 * fabs(value));
    snprintf(id, sizeof id, "low-%s", mlp_metric_name(i));
    assert_true(told(page, id) == intervals->low[i]);
    snprintf(id, sizeof id, "high-%s", mlp_metric_name(i));
    assert_true(told(page, id) == intervals->high[i]);
}

static void check_figures(const char *file, const char *target)
{
    mlp_error err = {0};
    mlp_outcomes outcomes;
    mlp_evaluation e;
    mlp_intervals intervals;
    mlp_table *table = read_example(file);
    mlp_model *model = train(table, target, "6:tanh");
    char *page = page_of(model, table, NULL);
    assert_int_equal(mlp_model_outcomes(model, table, 1, &outcomes, &err), MLP_OK);
    assert_int_equal(mlp_evaluate_outcomes(&outcomes, &e, &err), MLP_OK);
    assert_int_equal(mlp_bootstrap_intervals(&outcomes, NULL, &intervals, &err), MLP_OK);
    size_t checked = 0;
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        double value = 0.0;
        if (!mlp_evaluation_metric(&e, mlp_metric_name(i), &value) || isnan(value))
            continue;
        check_figure(page, i, value, &intervals);
        checked++;
    }
    assert_true(checked >= 4);
    if (e.task == MLP_TASK_CLASSIFICATION)
        assert_near(told(page, "baseline-accuracy"), e.baseline_accuracy, 1e-15);
    else
        assert_near(told(page, "baseline-rmse"), e.baseline_rmse, 1e-12 * e.baseline_rmse);
    mlp_evaluation_release(&e);
    mlp_outcomes_release(&outcomes);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void figures_are_those_of_evaluation(void **state)
{
    (void)state;
    check_figures("iris.csv", "species");
    check_figures("diabetes.csv", "progression");
}

static void every_metric_has_a_name_and_one_without_direction_claims_none(void **state)
{
    (void)state;
    mlp_error err = {0};
    const char *target = "progression";
    mlp_table *table = read_example("diabetes.csv");
    mlp_train_options options = mlpi_options_default();
    mlp_model *model = NULL;
    options.targets = (mlp_names){&target, 1};
    options.hidden = "4:tanh";
    options.epochs = 3;
    options.loss = "quantile";
    options.quantiles = "0.1,0.5,0.9";
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, &err), MLP_OK);
    char *page = page_of(model, table, NULL);
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        char head[96];
        snprintf(head, sizeof head, "<th scope=\"row\">%s<", mlp_metric_name(i));
        assert_null(strstr(page, head));
    }
    const char *coverage = strstr(page, ">Coverage<");
    assert_non_null(coverage);
    assert_true(strstr(coverage, "is better") > strstr(coverage, "</tr>"));
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* If 3 of 4 rows have one of two labels, the Brier score of the baseline is 3/16 and its log loss
 * -(3/4 ln 3/4 + 1/4 ln 1/4). */
static void the_baseline_is_evaluated_like_the_model(void **state)
{
    (void)state;
    mlp_table *table = read_text("x,y\n1,a\n2,a\n3,a\n4,b\n5,a\n6,a\n7,a\n8,b\n");
    mlp_model *model = train(table, "y", "2:tanh");
    char *page = page_of(model, table, NULL);
    assert_near(told(page, "baseline-accuracy"), 0.75, 1e-15);
    assert_near(told(page, "baseline-log_loss"), 0.56233514461880829, 1e-15);
    assert_near(told(page, "baseline-brier"), 0.1875, 1e-15);
    assert_near(told(page, "baseline-auc"), 0.5, 1e-15);
    assert_near(told(page, "baseline-average_precision"), 0.25, 1e-15);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* The Brier score sums over the labels; the score of the calibration is of the predicted label
 * alone, so it must not have the same name. */
static void one_name_stands_for_one_figure(void **state)
{
    (void)state;
    char *page = NULL;
    mlp_table *table = read_example("iris.csv");
    mlp_model *model = train(table, "species", "3:tanh");
    page = page_of(model, table, NULL);
    assert_int_equal(count_of(page, "Brier score"), 1);
    assert_true(count_of(page, "predicted label&#39;s probability alone") > 0);
    /* The picture itself says what its lines are. */
    assert_int_equal(count_of(page, "Lines are weights: wider for larger ones"), 0);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
    table = read_example("diabetes.csv");
    model = train(table, "progression", "3:tanh");
    page = page_of(model, table, NULL);
    assert_int_equal(count_of(page, "Class weights"), 0);
    assert_int_equal(count_of(page, "Explained variance"), 1); /* and R² has another name */
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- texts of the user ------------------------------------------------------------------------ */

static void markup_in_texts_is_shown_not_obeyed(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    mlpi_html(to, "<b>%s</b> %zu %d %%", "<i a='b'>&\"\x01\xff\xe2\x80\xae", (size_t)7, 8);
    fclose(to);
    assert_string_equal(text, "<b>&lt;i a=&#39;b&#39;&gt;&amp;&quot; \xef\xbf\xbd </b> 7 8 %");
    free(text);
}

/* --- words and lines -------------------------------------------------------------------------- */

#define WHOLE(option) "<span class=\"whole\">" option "</span>"

static void lines_end_where_words_do(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"mlp train a.csv --folds 3 -o m -5 - --",
         "mlp train a.csv " WHOLE("--folds") " 3 " WHOLE("-o") " m -5 - --"},
        {"petal_length", "petal_length"},
        {"the_petal_length_in_mm 5 %", "the_<wbr>petal_<wbr>length_<wbr>in_<wbr>mm 5\u00a0%"},
        {"ElevationAboveSeaLevel_InUSFeet",
         "Elevation<wbr>Above<wbr>Sea<wbr>Level_<wbr>In<wbr>USFeet"},
        {"sepalLengthInMm", "sepalLengthInMm"},
        {"T-shirt/top A- - x--y long-haired", WHOLE("T-shirt/top") " A- - x--y long-haired"},
        {"평균 점수 A", "<span lang=\"ko\">평균</span> <span lang=\"ko\">점수</span> A"},
        {"顧客 スコア <", "<span lang=\"ja\">顧客</span> <span lang=\"ja\">スコア</span> &lt;"},
        {"客户评分", "<span lang=\"zh\">客户评分</span>"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);
        mlpi_html_name(to, cases[i][0], SIZE_MAX);
        fclose(to);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

/* The text that people see: without the style, the tags and the descriptions of pictures. */
static char *visible(const char *page)
{
    char *text = strdup(strstr(page, "</style>")), *to = text;
    bool in_tag = false;
    for (const char *c = text; *c != '\0'; c++) {
        if (strncmp(c, "<desc", 5) == 0) /* for screen readers */
            c = strstr(c, "</desc");
        in_tag = *c == '<' || (in_tag && *c != '>');
        if (!in_tag)
            *to++ = *c;
    }
    *to = '\0';
    return text;
}

/* A no-break space keeps a number and its "%" on one line, and metrics have their readable
 * names. */
static void check_words(const char *file, const char *target)
{
    static const char *const names[] = {"rmse", "log_loss", "r2", "f1", "auc", "mae"};
    mlp_table *table = read_example(file);
    mlp_model *model = train(table, target, "4");
    char *page = page_of(model, table, NULL), *text = visible(page);
    for (const char *at = text; (at = strchr(at, '%')) != NULL; at++)
        if (memcmp(at - 2, "\u00a0", 2) != 0)
            fail_msg("%s: %.30s", file, at - 20);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_null(strstr(text, names[i]));
    free(text);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void numbers_and_metrics_are_written_in_one_way(void **state)
{
    (void)state;
    char text[MLPI_PERCENT];
    check_words("iris.csv", "species");
    check_words("xor.csv", "y");
    check_words("diabetes.csv", "progression");
    assert_string_equal(mlpi_html_percent(0.79, text), "79.0\u00a0%");
    assert_string_equal(mlpi_html_percent(0.67171717, text), "67.2\u00a0%");
    assert_string_equal(mlpi_html_percent(1.0, text), "100.0\u00a0%");
    /* 100 % would say that none is wrong. */
    assert_string_equal(mlpi_html_percent(0.99999, text), "> 99.9\u00a0%");
    assert_string_equal(mlpi_html_percent(0.00001, text), "< 0.1\u00a0%");
}

static void a_number_of_a_picture_is_listed_once(void **state)
{
    (void)state;
    mlp_table *table = read_example("iris.csv");
    mlp_model *model = train(table, "species", "4");
    char *page = page_of(model, table, NULL);
    char *from = strstr(page, "id=\"picture-calibration\""), *to = strstr(from, "</details>");
    *to = '\0';
    assert_true(count_of(from, "<th scope=\"row\" class=\"short\">model</th>") > 1);
    assert_int_equal(count_of(from, ">bins</th>"), 0);
    assert_int_equal(count_of(from, ">perfect</th>"), 2);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void columns_of_times_are_called_so(void **state)
{
    (void)state;
    char text[4000] = "day,clock,x,y\n", *at = text + strlen(text);
    for (int r = 0; r < 60; r++)
        at += sprintf(at, "2024-%02d-%02d,%d:%02d,%d,%d\n", r % 12 + 1, r % 28 + 1, r % 24, r,
                      r % 7, r * 5 % 13);
    mlp_table *table = read_text(text);
    mlp_model *model = train(table, "y", "2");
    char *page = page_of(model, table, NULL);
    assert_non_null(strstr(page, ">day</th><td class=\"short\">date</td>"));
    assert_non_null(strstr(page, ">clock</th><td class=\"short\">time of day</td>"));
    assert_non_null(strstr(page, ">x</th><td class=\"short\">number</td>"));
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* Of five targets, the first four have pictures and mistakes, and both sections say so. */
static void what_is_left_out_is_said(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    char text[4000] = "x,a,b,c,d,e\n", *at = text + strlen(text);
    for (int r = 0; r < 40; r++)
        at += sprintf(at, "%d,%d,%d,%d,%d,%d\n", r, r * 3 % 7, r * 5 % 11, r * 7 % 13, r * 2 % 17,
                      r * 4 % 19);
    mlp_table *table = read_text(text);
    mlp_model *model = NULL;
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){names, 5};
    options.epochs = 2;
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, NULL), MLP_OK);
    char *page = page_of(model, table, NULL);
    assert_int_equal(count_of(page, "Of 5 targets, the first 4."), 2);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

#define EVIL "<script>alert(1)</script>"

static void hostile_names_labels_and_cells_stay_texts(void **state)
{
    (void)state;
    static const char head[] = "x," EVIL ",c,\"<img src=a onerror=b>\"\n";
    char data[8192];
    size_t used = (size_t)snprintf(data, sizeof data, "%s", head);
    for (int i = 0; i < 60; i++)
        used += (size_t)snprintf(data + used, sizeof data - used, "%d,%d,%s,%s\n", i * 7 % 13,
                                 i * 5 % 11, i % 2 == 0 ? "<i>" : "' id='y",
                                 i % 3 == 0 ? "</svg>" EVIL : "</title><b>");
    mlp_table *table = read_text(data);
    mlp_model *model = train(table, "<img src=a onerror=b>", "3:tanh");
    const mlp_report_options options = {.model = "m" EVIL, .command = "c" EVIL};
    char *page = page_of(model, table, &options);
    assert_int_equal(count_of(page, "<script"), 0);
    assert_int_equal(count_of(page, "<img"), 0);
    assert_int_equal(count_of(page, "<i>"), 0);
    assert_int_equal(count_of(page, "</title><b>"), 0);
    assert_true(count_of(page, "&lt;script&gt;alert(1)&lt;/script&gt;") >= 4);
    assert_int_equal(count_of(page, "<title>"), 1);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- a page of its own ------------------------------------------------------------------------ */

/* A list of ids, or of references to ids. */
typedef struct names {
    char *items[4000];
    size_t count;
} names;

static void collect(const char *page, const char *before, const char *end, names *into)
{
    for (const char *at = page; (at = strstr(at, before)) != NULL;) {
        at += strlen(before);
        assert_true(into->count < sizeof into->items / sizeof into->items[0]);
        into->items[into->count++] = strndup(at, strcspn(at, end));
    }
}

static size_t times(const names *list, const char *name)
{
    size_t found = 0;
    for (size_t i = 0; i < list->count; i++)
        found += strcmp(list->items[i], name) == 0 ? 1 : 0;
    return found;
}

static void drop(names *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
}

static void ids_are_unique_and_every_reference_has_one(void **state)
{
    static names ids, references;
    (void)state;
    mlp_table *table = read_example("iris.csv");
    mlp_model *model = train(table, "species", "4");
    char *page = page_of(model, table, NULL);
    collect(page, " id=\"", "\"", &ids);
    collect(page, " id='", "'", &ids);
    collect(page, "href=\"#", "\"", &references);
    collect(page, "href='#", "'", &references);
    collect(page, "url(#", ")", &references);
    collect(page, "aria-labelledby=\"", " \"", &references);
    const bool drawn = has_gnuplot(); /* most ids are in pictures */
    assert_true(ids.count > (drawn ? 40 : 10) && references.count > (drawn ? 10 : 4));
    for (size_t i = 0; i < ids.count; i++)
        if (times(&ids, ids.items[i]) != 1)
            fail_msg("id %s is there %zu times", ids.items[i], times(&ids, ids.items[i]));
    for (size_t i = 0; i < references.count; i++)
        if (times(&ids, references.items[i]) != 1)
            fail_msg("nothing has the id %s", references.items[i]);
    drop(&ids);
    drop(&references);
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* All addresses are namespaces of XML, and all images are part of the page. */
static void nothing_is_asked_of_the_network(void **state)
{
    (void)state;
    mlp_table *table = read_example("digits-test.csv");
    mlp_model *model = train(table, "digit", "4");
    char *page = page_of(model, table, NULL);
    assert_int_equal(count_of(page, "http"),
                     count_of(page, "xmlns=\"http://www.w3.org/2000/svg\"") +
                         count_of(page, "xmlns:xlink=\"http://www.w3.org/1999/xlink\"") +
                         count_of(page, "http-equiv"));
    assert_int_equal(count_of(page, "src="), count_of(page, "src=\"data:image/"));
    assert_true(count_of(page, "src=\"data:image/bmp;base64,Qk") > 0); /* "BM" in base64 */
    assert_int_equal(count_of(page, "@import"), 0);
    assert_non_null(strstr(page, "default-src 'none'"));
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void pages_do_not_depend_on_threads(void **state)
{
    (void)state;
    mlp_table *table = read_example("diabetes.csv");
    mlp_model *model = train(table, "progression", "5");
    char *one = page_of(model, table, &(mlp_report_options){.threads = 1});
    char *three = page_of(model, table, &(mlp_report_options){.threads = 3});
    assert_string_equal(one, three);
    free(one);
    free(three);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void every_picture_has_a_table_even_without_gnuplot(void **state)
{
    (void)state;
    mlp_table *table = read_example("iris.csv");
    mlp_model *model = train(table, "species", "4");
    char *path = strdup(getenv("PATH") != NULL ? getenv("PATH") : "");
    char *drawn = page_of(model, table, NULL);
    setenv("PATH", "/nowhere", 1);
    char *bare = page_of(model, table, NULL);
    setenv("PATH", path, 1);
    assert_int_equal(count_of(bare, "<svg"), 0);
    assert_int_equal(count_of(bare, "gnuplot is not installed"), 1);
    assert_int_equal(count_of(bare, "<details open>"), count_of(drawn, "<h3>") - 3);
    assert_int_equal(count_of(bare, "<table>"), count_of(drawn, "<table>"));
    if (has_gnuplot())
        assert_int_equal(count_of(drawn, "<svg"), 6); /* the calibration has two */
    free(path);
    free(bare);
    free(drawn);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- rows and provenance ---------------------------------------------------------------------- */

static void the_worst_mistake_stands_first_with_its_line_and_cells(void **state)
{
    (void)state;
    mlp_table *table = read_text("x,y\n1,10\n2,20\n3,30\n4,40\n5,50\n6,4000\n7,70\n8,80\n9,90\n"
                                 "10,100\n11,110\n12,120\n");
    mlp_model *model = train(table, "y", "none");
    char *page = page_of(model, table, &(mlp_report_options){.mistakes = 1});
    const char *section = strstr(page, "id=\"mistakes\"");
    const char *row = strstr(section, "<tbody>\n");
    assert_non_null(row);
    static const char first[] = "<tbody>\n<tr><th scope=\"row\" class=\"n\">7</th>";
    assert_memory_equal(row, first, sizeof first - 1);
    assert_non_null(strstr(row, "<data value=\"4000\">4000</data>"));
    assert_int_equal(count_of(section, "<td class=\"n\">6</td>"), 1); /* class n aligns numbers */
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void a_model_knows_its_command_and_its_diagnosis(void **state)
{
    (void)state;
    static const char *const target[] = {"species"};
    mlp_error err = {0};
    mlp_model *model = NULL;
    mlp_train_report report;
    mlp_table *table = read_example("iris.csv");
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){target, 1};
    options.epochs = 2; /* so few that the last epoch is the best */
    options.command = "mlp train iris.csv --target species --epochs 2";
    assert_int_equal(mlp_train(table, NULL, &options, &model, &report, &err), MLP_OK);
    char *page = page_of(model, table, NULL);
    const char *diagnosis = strstr(page, "id=\"diagnosis\"");
    assert_non_null(diagnosis);
    assert_true(report.finding_count > 0);
    assert_non_null(strstr(page, "<pre>mlp train iris.csv " WHOLE("--target") " species " WHOLE(
                                     "--epochs") " 2 " WHOLE("-o") " MODEL</pre>"));
    assert_int_equal(count_of(diagnosis, "<li>"), report.finding_count);
    assert_non_null(strstr(diagnosis, "more <code>epochs</code>"));
    free(page);
    const mlp_report_options of_command = {.command = "mlp report"}; /* with options as "--name" */
    page = page_of(model, table, &of_command);
    assert_non_null(strstr(page, "more <code>--epochs</code>"));
    assert_null(strstr(page, "<code>epochs"));
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* Metrics of training rows are too good; with folds, the page also has the metric out of fold. */
static void rows_that_trained_in_folds_have_their_figure_out_of_fold_beside_them(void **state)
{
    (void)state;
    static const char *const target[] = {"species"};
    mlp_table *table = read_example("iris.csv");
    for (size_t folds = 0; folds <= 3; folds += 3) {
        mlp_error err = {0};
        mlp_model *model = NULL;
        mlp_train_report report;
        mlp_train_options options = mlpi_options_default();
        options.targets = (mlp_names){target, 1};
        options.epochs = 5;
        options.folds = folds;
        assert_int_equal(mlp_train(table, NULL, &options, &model, &report, &err), MLP_OK);
        char *page = page_of(model, table, NULL);
        assert_int_equal(count_of(page, "The model was trained on this very data"), 1);
        if (folds > 0)
            assert_true(told(page, "out-of-fold") == report.validation_metric);
        else
            assert_true(isnan(told(page, "out-of-fold")));
        free(page);
        mlp_model_free(model);
    }
    mlp_table_free(table);
}

/* One row in thirty has the rare label, always at a large x, where most rows are usual: a model
 * that finds the rare rows loses accuracy. */
static mlp_table *rare_rows(void)
{
    char text[16000] = "x,y\n", *at = text + 4;
    for (int r = 0; r < 900; r++)
        at += sprintf(at, "%.3f,%s\n", (r * 37 % 900) / 900.0,
                      r * 37 % 900 > 780 && r % 4 == 0 ? "a rare one" : "usual");
    return read_text(text);
}

/* The paragraph of the page that says how good the model is. */
static char *verdict_of(const mlp_model *model, const mlp_table *table)
{
    char *page = page_of(model, table, NULL);
    char *from = strstr(page, "<p class=\"verdict\">"),
         *to = from != NULL ? strstr(from, "</p>") : NULL;
    assert_non_null(to);
    char *text = strndup(from, (size_t)(to - from));
    free(page);
    return text;
}

/* The page says that an accuracy is below its baseline, and does not show it in green, whatever the
 * log loss is. */
static void an_accuracy_below_its_baseline_is_called_so(void **state)
{
    (void)state;
    static const char *const target[] = {"y"};
    mlp_error err = {0};
    mlp_model *model = NULL;
    mlp_evaluation e;
    mlp_table *table = rare_rows();
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "4";
    o.folds = 3;
    o.epochs = 200;
    o.learning_rate = 0.01;
    o.patience = 100;
    o.threshold = "balanced_accuracy";
    o.label = "a rare one";
    if (mlp_train(table, NULL, &o, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_evaluate(model, table, 1, &e, NULL), MLP_OK);
    assert_true(e.accuracy < e.baseline_accuracy && e.log_loss < 0.9 * e.baseline_log_loss);
    mlp_evaluation_release(&e);
    char *text = verdict_of(model, table);
    assert_non_null(
        strstr(text, "<span class=\"bad\">The accuracy is clearly worse than the baseline"));
    assert_non_null(strstr(text, "<span class=\"good\">The log loss is clearly better"));
    assert_non_null(
        strstr(text, "The model's threshold was chosen for balanced accuracy, not for accuracy."));
    free(text);
    char *page = page_of(model, table, NULL);
    assert_null(strstr(page, "it will do worse"));
    assert_non_null(strstr(page, "with thresholds chosen on other rows, balanced accuracy"));
    assert_non_null(strstr(page, "Some metrics are about the label that is looked for: \xe2\x80\x9c"
                                 "a rare one"));
    assert_non_null(strstr(page, "<dt>Threshold</dt><dd>a row is predicted as a rare one where the "
                                 "probability of that label is"));
    free(page);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* If accuracy and log loss are both better, one sentence says so; a regression has one metric. */
static void what_is_better_by_all_metrics_is_called_so_once(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"iris.csv", "species", "Both are clearly better"},
        {"diabetes.csv", "progression", "That is clearly better"}};
    for (size_t i = 0; i < 2; i++) {
        mlp_table *table = read_example(cases[i][0]);
        mlp_model *model = train(table, cases[i][1], "6:tanh");
        char *text = verdict_of(model, table);
        assert_non_null(strstr(text, cases[i][2]));
        assert_int_equal(count_of(text, "<span"), 1);
        free(text);
        mlp_model_free(model);
        mlp_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_evaluation),
        cmocka_unit_test(every_metric_has_a_name_and_one_without_direction_claims_none),
        cmocka_unit_test(one_name_stands_for_one_figure),
        cmocka_unit_test(the_baseline_is_evaluated_like_the_model),
        cmocka_unit_test(markup_in_texts_is_shown_not_obeyed),
        cmocka_unit_test(lines_end_where_words_do),
        cmocka_unit_test(numbers_and_metrics_are_written_in_one_way),
        cmocka_unit_test(a_number_of_a_picture_is_listed_once),
        cmocka_unit_test(columns_of_times_are_called_so),
        cmocka_unit_test(what_is_left_out_is_said),
        cmocka_unit_test(hostile_names_labels_and_cells_stay_texts),
        cmocka_unit_test(ids_are_unique_and_every_reference_has_one),
        cmocka_unit_test(nothing_is_asked_of_the_network),
        cmocka_unit_test(pages_do_not_depend_on_threads),
        cmocka_unit_test(every_picture_has_a_table_even_without_gnuplot),
        cmocka_unit_test(the_worst_mistake_stands_first_with_its_line_and_cells),
        cmocka_unit_test(a_model_knows_its_command_and_its_diagnosis),
        cmocka_unit_test(an_accuracy_below_its_baseline_is_called_so),
        cmocka_unit_test(what_is_better_by_all_metrics_is_called_so_once),
        cmocka_unit_test(rows_that_trained_in_folds_have_their_figure_out_of_fold_beside_them),
    };
    return RUN(tests);
}
