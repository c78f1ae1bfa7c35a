/* SPDX-License-Identifier: MIT */
/* mlp compare: two or more models on the same rows, each compared with the first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { MOST_MODELS = 26 }; /* the letters A to Z name them */

/* One of the models, and its metrics. */
typedef struct candidate {
    char name[2];
    const char *file;
    mlp_model *model;
    mlp_session *session;
    mlp_evaluator *evaluator;
    mlp_evaluation e;
    mlp_comparison beside; /* comparison with the first model */
    size_t left_out;
} candidate;

typedef struct comparing {
    const settings *s;
    candidate *candidates;
    size_t count, rows;
    mlp_part part;
} comparing;

/* --- whether they can be compared ------------------------------------------------------------- */

static bool has_label(const mlp_model *model, const char *label)
{
    for (size_t k = 0; k < mlp_model_label_count(model); k++)
        if (strcmp(mlp_model_label(model, k), label) == 0)
            return true;
    return false;
}

/* In what two models differ so that they cannot be compared; NULL: they can. */
static const char *difference(const mlp_model *a, const mlp_model *b)
{
    if (mlp_model_task(a) != mlp_model_task(b))
        return "tasks";
    if (mlp_model_target_count(a) != mlp_model_target_count(b))
        return "targets";
    for (size_t t = 0; t < mlp_model_target_count(a); t++)
        if (strcmp(mlp_model_target(a, t), mlp_model_target(b, t)) != 0)
            return "targets";
    if (mlp_model_label_count(a) != mlp_model_label_count(b))
        return "labels";
    for (size_t k = 0; k < mlp_model_label_count(a); k++)
        if (!has_label(b, mlp_model_label(a, k)))
            return "labels";
    return NULL;
}

static int load(candidate *c, const candidate *first, const settings *s)
{
    mlp_error err;
    if (mlp_model_load(c->file, &c->model, &err) != MLP_OK ||
        mlp_session_create(c->model, s->threads, &c->session, &err) != MLP_OK ||
        mlp_evaluator_create(true, &c->evaluator, &err) != MLP_OK)
        return report(&err);
    const char *differ = difference(first->model, c->model);
    if (differ == NULL)
        return EXIT_DONE;
    fail("%s and %s have different %s; only models with the same task, targets and labels can be "
         "compared",
         first->file, c->file, differ);
    return EXIT_USAGE;
}

/* Lets a model look for the label of --label, else for the one that the first model looks for. */
static int look_for_same(const settings *s, const candidate *first, const candidate *c)
{
    mlp_error err;
    const size_t label = mlp_model_looked_for(first->model);
    if (c == first)
        return look_for(s, c->model);
    if (label != MLP_NO_LABEL &&
        mlp_model_look_for(c->model, mlp_model_label(first->model, label), &err) != MLP_OK)
        return report(&err);
    return EXIT_DONE;
}

/* --- words ------------------------------------------------------------------------------------ */

/* The metric that decides: the first of --metric, else the first usual one that is defined. */
static size_t deciding(const comparing *w)
{
    static const char *const usual[] = {"pinball_loss", "log_loss", "rmse", "accuracy"};
    double value = 0.0;
    if (w->s->metrics.count > 0)
        return mlp_metric_find(w->s->metrics.items[0]);
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (mlp_evaluation_metric(&w->candidates[0].e, usual[i], &value) && !isnan(value))
            return mlp_metric_find(usual[i]);
    return mlp_metric_find("loss");
}

static double metric_of(const candidate *c, size_t i)
{
    double value = (double)NAN;
    mlp_evaluation_metric(&c->e, mlp_metric_name(i), &value);
    return value;
}

static bool excludes_zero(const mlp_intervals *intervals, size_t i)
{
    return intervals->low[i] > 0.0 || intervals->high[i] < 0.0;
}

/* Whether metric i means the same in all models; each may have another loss. */
static bool is_common(size_t i)
{
    return strcmp(mlp_metric_name(i), "loss") != 0;
}

/* Writes which model is better, in one plain sentence. */
static void put_verdict(const comparing *w, const candidate *c, char *text, size_t size)
{
    const candidate *first = &w->candidates[0];
    const size_t i = deciding(w);
    const int better = mlp_comparison_better(&c->beside, i);
    char a[16], b[16];
    if (isnan(c->beside.difference[i])) {
        snprintf(text, size, "%s is not defined for %s, %s or both on these %zu rows.",
                 mlp_metric_name(i), first->name, c->name, c->beside.rows);
        return;
    }
    shown(metric_of(first, i), a, sizeof a);
    shown(metric_of(c, i), b, sizeof b);
    if (better == 0 && excludes_zero(&c->beside.intervals, i))
        snprintf(text, size, "%s differs beyond chance on %zu rows: %s for %s, %s for %s.",
                 mlp_metric_name(i), c->beside.rows, a, first->name, b, c->name);
    else if (better == 0)
        snprintf(text, size, "No difference in %s beyond chance on %zu rows: %s for %s, %s for %s.",
                 mlp_metric_name(i), c->beside.rows, a, first->name, b, c->name);
    else
        snprintf(text, size, "%s is better than %s: %s %s against %s, beyond chance on %zu rows.",
                 better == 1 ? first->name : c->name, better == 1 ? c->name : first->name,
                 mlp_metric_name(i), better == 1 ? a : b, better == 1 ? b : a, c->beside.rows);
}

/* A model that is compared with the first. */
typedef struct pair {
    const comparing *w;
    const candidate *c;
} pair;

static bool is_shown(const pair *p, size_t i)
{
    const settings *s = p->w->s;
    return !isnan(p->c->beside.difference[i]) && metric_is_asked(s, mlp_metric_name(i)) &&
           (s->metrics.count > 0 || is_common(i));
}

/* Puts "[-0.035, 0.025]", and after it the name of the model that is better beyond chance. */
static void put_interval(grid *g, const pair *p, size_t i)
{
    const mlp_comparison *m = &p->c->beside;
    const int better = mlp_comparison_better(m, i);
    char text[64], low[16], high[16];
    snprintf(text, sizeof text, "[%s, %s]%s%s", shown(m->intervals.low[i], low, sizeof low),
             shown(m->intervals.high[i], high, sizeof high), better == 0 ? "" : "  ",
             better == 0   ? ""
             : better == 1 ? p->w->candidates[0].name
                           : p->c->name);
    grid_name(g, text);
}

static void put_compared(grid *g, const pair *p, bool telling)
{
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        if (mlp_metric_is_telling(i) != telling || !is_shown(p, i))
            continue;
        grid_name(g, mlp_metric_name(i));
        grid_number(g, metric_of(&p->w->candidates[0], i));
        grid_number(g, metric_of(p->c, i));
        grid_number(g, p->c->beside.difference[i]);
        put_interval(g, p, i);
        grid_end(g);
    }
}

static void put_pair(grid *g, const void *context)
{
    const pair *p = context;
    const candidate *first = &p->w->candidates[0];
    char difference[8];
    snprintf(difference, sizeof difference, "%s - %s", p->c->name, first->name);
    grid_name(g, "");
    grid_text(g, first->name);
    grid_text(g, p->c->name);
    grid_text(g, difference);
    grid_end(g);
    put_compared(g, p, true);
    put_compared(g, p, false);
}

static void print_rows(const candidate *first, const candidate *c)
{
    char p[16];
    const bool classes = c->beside.task == MLP_TASK_CLASSIFICATION;
    printf("\n  %s%s in %zu row%s, %s%s in %zu (%s: p = %s)\n", first->name,
           classes ? " alone is right" : " has the smaller error", c->beside.first_better,
           plural(c->beside.first_better), c->name, classes ? " alone" : "",
           c->beside.second_better, classes ? "McNemar's exact test" : "sign test",
           shown(c->beside.p_value, p, sizeof p));
}

static void print_beside(const comparing *w, const candidate *c)
{
    const candidate *first = &w->candidates[0];
    char verdict[256];
    putchar('\n');
    grid_print(1, put_pair, &(pair){w, c});
    print_rows(first, c);
    put_verdict(w, c, verdict, sizeof verdict);
    printf("\n%s\n", verdict);
}

static int print_all(const comparing *w)
{
    const mlp_intervals *intervals = &w->candidates[1].beside.intervals;
    printf("%zu row%s", w->candidates[0].e.rows, plural(w->candidates[0].e.rows));
    if (w->part != MLP_PART_ALL)
        printf(" of the %s part (--part all compares every row)", mlp_part_name(w->part));
    printf("\nin brackets: %g %% intervals of the difference, from %zu bootstrap resamples\n"
           "that all models share; after the brackets, the model that is better beyond chance\n\n",
           100.0 * intervals->level, intervals->resamples);
    for (size_t k = 0; k < w->count; k++) {
        const candidate *c = &w->candidates[k];
        printf("  %s  ", c->name);
        print_name(c->file);
        if (c->e.unanswered > 0)
            printf(" (%zu row%s without a prediction, counted as wrong)", c->e.unanswered,
                   plural(c->e.unanswered));
        putchar('\n');
    }
    for (size_t k = 1; k < w->count; k++)
        print_beside(w, &w->candidates[k]);
    return finish_output();
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void put_model(mlp_json_writer *json, const candidate *c)
{
    mlp_json_begin_object(json, NULL);
    mlp_json_put_text(json, "name", c->name);
    mlp_json_put_text(json, "file", c->file);
    mlp_json_put_whole(json, "unanswered", c->e.unanswered);
    mlp_json_begin_object(json, "metrics");
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++)
        if (is_common(i) && !isnan(metric_of(c, i)))
            mlp_json_put_number(json, mlp_metric_name(i), metric_of(c, i));
    mlp_json_end(json);
    mlp_json_end(json);
}

static void put_differences(mlp_json_writer *json, const candidate *first, const candidate *c)
{
    const mlp_comparison *m = &c->beside;
    mlp_json_begin_object(json, "differences");
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        const double ends[] = {m->intervals.low[i], m->intervals.high[i]};
        const int better = mlp_comparison_better(m, i);
        if (isnan(m->difference[i]) || !is_common(i))
            continue;
        mlp_json_begin_object(json, mlp_metric_name(i));
        mlp_json_put_number(json, "difference", m->difference[i]);
        mlp_json_put_numbers(json, "interval", ends, 2);
        if (better > 0)
            mlp_json_put_text(json, "better", better == 1 ? first->name : c->name);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}

static void put_beside(mlp_json_writer *json, const comparing *w, const candidate *c)
{
    const candidate *first = &w->candidates[0];
    const bool classes = c->beside.task == MLP_TASK_CLASSIFICATION;
    char verdict[256];
    put_verdict(w, c, verdict, sizeof verdict);
    mlp_json_begin_object(json, NULL);
    mlp_json_put_text(json, "first", first->name);
    mlp_json_put_text(json, "second", c->name);
    put_differences(json, first, c);
    mlp_json_begin_object(json, "test");
    mlp_json_put_text(json, "name", classes ? "mcnemar_exact" : "sign");
    mlp_json_put_whole(json, "first_better", c->beside.first_better);
    mlp_json_put_whole(json, "second_better", c->beside.second_better);
    mlp_json_put_number(json, "p", c->beside.p_value);
    mlp_json_end(json);
    mlp_json_put_text(json, "metric", mlp_metric_name(deciding(w)));
    mlp_json_put_text(json, "verdict", verdict);
    mlp_json_end(json);
}

static int print_as_json(const comparing *w)
{
    const candidate *first = &w->candidates[0];
    const bool classes = first->e.task == MLP_TASK_CLASSIFICATION;
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "part", mlp_part_name(w->part));
    mlp_json_put_text(json, "task", classes ? "classification" : "regression");
    mlp_json_put_whole(json, "rows", first->e.rows);
    mlp_json_begin_array(json, "models");
    for (size_t k = 0; k < w->count; k++)
        put_model(json, &w->candidates[k]);
    mlp_json_end(json);
    mlp_json_begin_array(json, "comparisons");
    for (size_t k = 1; k < w->count; k++)
        put_beside(json, w, &w->candidates[k]);
    mlp_json_end(json);
    return print_json(json);
}

/* --- rows as they come ------------------------------------------------------------------------ */

static int evaluate_rows(void *context, const mlp_table *table, mlp_part part)
{
    comparing *w = context;
    mlp_error err;
    w->part = part;
    w->rows += mlp_table_rows(table);
    for (size_t k = 0; k < w->count; k++) {
        candidate *c = &w->candidates[k];
        size_t left_out = 0, first = 0;
        if (mlp_session_evaluate(c->session, table, c->evaluator, &left_out, &first, &err) !=
            MLP_OK)
            return report(&err);
        c->left_out += left_out;
    }
    return EXIT_DONE;
}

/* With very many rows, fewer resamples give the same answer, and 1000 would take minutes. */
static double resamples_of(size_t rows)
{
    return fmax(200.0, fmin(1000.0, floor(2e8 / (double)rows)));
}

static mlp_status compare(comparing *w, mlp_error *err)
{
    mlp_interval_options *options = NULL;
    mlp_status status = mlp_interval_options_create(&options, err);
    if (status == MLP_OK)
        status = mlp_interval_options_set_number(options, "threads", w->s->threads, err);
    for (size_t k = 0; status == MLP_OK && k < w->count; k++)
        status = mlp_evaluator_finish(w->candidates[k].evaluator, &w->candidates[k].e, err);
    if (status == MLP_OK)
        status = mlp_interval_options_set_number(options, "resamples",
                                                 resamples_of(w->candidates[0].e.rows), err);
    for (size_t k = 1; status == MLP_OK && k < w->count; k++)
        status = mlp_evaluator_compare(w->candidates[0].evaluator, w->candidates[k].evaluator,
                                       options, &w->candidates[k].beside, err);
    mlp_interval_options_free(options);
    return status;
}

/* With --fail-if-worse, fails if a later model is worse than the first. */
static int check_none_is_worse(const comparing *w)
{
    int code = EXIT_DONE;
    for (size_t k = 1; w->s->fail_if_worse && k < w->count; k++) {
        char verdict[256];
        if (mlp_comparison_better(&w->candidates[k].beside, deciding(w)) != 1)
            continue;
        put_verdict(w, &w->candidates[k], verdict, sizeof verdict);
        fail("%s", verdict);
        code = EXIT_QUALITY;
    }
    return code;
}

static int finish(void *context, const mlp_table_stream *stream)
{
    comparing *w = context;
    mlp_error err;
    const candidate *first = &w->candidates[0];
    for (size_t k = 0; k < w->count; k++)
        tell_training_data(w->s, w->candidates[k].name, w->candidates[k].model, stream);
    int code = tell_left_out(w->s, first->model, stream, first->left_out, w->rows);
    if (code != EXIT_DONE)
        return code;
    if (compare(w, &err) != MLP_OK)
        return report(&err);
    code = w->s->json ? print_as_json(w) : print_all(w);
    return code == EXIT_DONE ? check_none_is_worse(w) : code;
}

/* Whether the model expects a decimal comma in data that do not show their decimal mark. */
static bool expects_comma(const mlp_model *model)
{
    const mlp_read_options reading = mlp_model_read_options(model);
    return (reading.decimal != '\0' ? reading.decimal : reading.decimal_if_unclear) == ',';
}

/* The data are read once for all models, with the reading options of the first; the data must show
 * their decimal mark if the models expect different ones. */
static mlp_read_options reading_of(const comparing *w)
{
    const mlp_model *first = w->candidates[0].model;
    mlp_read_options reading = mlp_model_read_options(first);
    for (size_t k = 1; k < w->count; k++)
        if (expects_comma(w->candidates[k].model) != expects_comma(first)) {
            reading.decimal = '\0';
            reading.decimal_if_unclear = '?';
        }
    return reading;
}

static int compare_models(comparing *w, const settings *s)
{
    const visitor v = {.usual = MLP_PART_TEST,
                       .fingerprint = !s->quiet,
                       .visit = evaluate_rows,
                       .end = finish,
                       .context = w};
    settings data = *s; /* its arguments are the last model and the data */
    int code = EXIT_DONE;
    for (size_t k = 0; k < w->count && code == EXIT_DONE; k++) {
        candidate *c = &w->candidates[k];
        c->name[0] = (char)('A' + k);
        c->file = s->arguments[k];
        code = load(c, &w->candidates[0], s);
        if (code == EXIT_DONE)
            code = look_for_same(s, &w->candidates[0], c);
    }
    data.arguments = s->arguments + w->count - 1;
    data.further = (mlp_names){s->arguments + w->count + 1, s->argument_count - w->count - 1};
    if (code != EXIT_DONE)
        return code;
    const mlp_read_options reading = reading_of(w);
    return stream_data(&data, &reading, &v);
}

/* How many models precede the data: two, and the arguments after them that are models. */
static size_t count_models(const settings *s)
{
    size_t count = 2;
    while (count + 1 < s->argument_count && is_model_file(s->arguments[count]))
        count++;
    return count;
}

int run_compare(settings *s)
{
    comparing w = {.s = s, .count = count_models(s)};
    int code = check_metrics(s, false);
    if (code != EXIT_DONE)
        return code;
    if (w.count > MOST_MODELS) {
        fail("%zu models are too many to compare; give at most %d", w.count, MOST_MODELS);
        return EXIT_USAGE;
    }
    w.candidates = calloc(w.count, sizeof *w.candidates);
    if (w.candidates == NULL)
        return fail("not enough memory for the models");
    code = compare_models(&w, s);
    for (size_t k = 0; k < w.count; k++) {
        candidate *c = &w.candidates[k];
        mlp_evaluation_release(&c->e);
        mlp_evaluator_free(c->evaluator);
        mlp_session_free(c->session);
        mlp_model_free(c->model);
    }
    free(w.candidates);
    return code;
}
