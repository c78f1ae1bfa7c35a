/* SPDX-License-Identifier: MIT */
/* mlp learning-curve: metrics by the number of training rows, and whether more would help. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* --- while it runs ---------------------------------------------------------------------------- */

typedef struct waiting {
    const settings *s;
    size_t done;
    double began;
} waiting;

static void on_fold(const mlp_fold *fold, size_t done, size_t all, void *context)
{
    waiting *w = context;
    (void)fold;
    (void)done;
    w->done++;
    if (!w->s->quiet)
        progress_count(w->done, all * w->s->sizes, "training runs", w->began);
}

/* --- which metric decides --------------------------------------------------------------------- */

static bool is_known(const mlp_learning_curve *curve, const char *name)
{
    mlp_outlook outlook;
    return mlp_learning_curve_outlook(curve, name, &outlook);
}

/* The metric of --metric, else the first usual one that is defined; NULL: none is. */
static const char *deciding(const settings *s, const mlp_learning_curve *curve)
{
    static const char *const usual[] = {"pinball_loss", "log_loss", "rmse", "accuracy", "loss"};
    const char *asked = mlp_train_options_text(s->train, "metric"), *name = NULL;
    if (asked != NULL && strcmp(asked, "loss") != 0 && is_known(curve, asked))
        name = asked;
    for (size_t i = 0; name == NULL && i < sizeof usual / sizeof usual[0]; i++)
        name = is_known(curve, usual[i]) ? usual[i] : NULL;
    return name;
}

/* Writes whether more rows would help, in plain words. */
static void put_outlook(const mlp_learning_curve *curve, const char *name, char *text, size_t size)
{
    mlp_outlook o;
    char before[16], now[16], next[16], further[160] = "";
    const double rows = curve->steps[curve->count - 1].rows;
    const double half = curve->steps[curve->count - 2].rows;
    mlp_learning_curve_outlook(curve, name, &o);
    shown(o.before, before, sizeof before);
    shown(o.now, now, sizeof now);
    if (o.certain && o.gain > 0.0 && !isnan(o.next))
        snprintf(further, sizeof further,
                 " With %.0f rows, expect about %s if the curve continues.", 2.0 * rows,
                 shown(o.next, next, sizeof next));
    snprintf(text, size, "From %.0f to %.0f rows, %s went from %s to %s, %s%s", half, rows, name,
             before, now,
             !o.certain
                 ? "within chance: with these options, more rows like these are unlikely to help."
             : o.gain > 0.0 ? "by more than chance: more rows would help."
                            : "worse, by more than chance: these options suit fewer rows.",
             further);
}

/* --- what is printed -------------------------------------------------------------------------- */

enum { MOST_METRICS = 3 }; /* on a line, with their deviations */

typedef struct columns {
    const mlp_learning_curve *curve;
    const char *names[MOST_METRICS];
    size_t count;
} columns;

/* The metric that decides, and the most telling other metrics. */
static columns choose_columns(const mlp_learning_curve *curve, const char *first)
{
    columns w = {.curve = curve, .names = {first}, .count = 1};
    for (size_t i = 0; mlp_metric_name(i) != NULL && w.count < MOST_METRICS; i++)
        if (mlp_metric_is_telling(i) && strcmp(mlp_metric_name(i), first) != 0 &&
            is_known(curve, mlp_metric_name(i)))
            w.names[w.count++] = mlp_metric_name(i);
    return w;
}

static void put_steps(grid *g, const void *context)
{
    const columns *w = context;
    grid_text(g, "rows");
    grid_text(g, "share");
    for (size_t c = 0; c < w->count; c++)
        grid_text(g, w->names[c]);
    grid_end(g);
    for (size_t i = 0; i < w->curve->count; i++) {
        const mlp_learning_step *step = &w->curve->steps[i];
        char rows[32], share[16];
        snprintf(rows, sizeof rows, "%.0f", step->rows);
        snprintf(share, sizeof share, step->share < 1.0 ? "1/%.0f" : "all", 1.0 / step->share);
        grid_text(g, rows);
        grid_text(g, share);
        for (size_t c = 0; c < w->count; c++) {
            double mean = 0.0, deviation = 0.0;
            mlp_cross_validation_figure(&step->folds, w->names[c], &mean, &deviation);
            grid_spread(g, mean, deviation);
        }
        grid_end(g);
    }
}

static int print_all(const settings *s, const mlp_learning_curve *curve)
{
    const char *first = deciding(s, curve);
    char outlook[400];
    if (first == NULL) {
        fail("no metric is defined in every fold, so there is no curve; give more rows or fewer "
             "--folds");
        return EXIT_DATA;
    }
    const columns shown_columns = choose_columns(curve, first);
    printf("mean and standard deviation over the same %zu folds for all sizes\n\n",
           curve->steps[0].folds.count);
    grid_print(2, put_steps, &shown_columns);
    put_outlook(curve, first, outlook, sizeof outlook);
    printf("\n%s\n", outlook);
    return finish_output();
}

static void put_step(mlp_json_writer *json, const mlp_learning_step *step)
{
    mlp_json_begin_object(json, NULL);
    mlp_json_put_number(json, "share", step->share);
    mlp_json_put_number(json, "rows", step->rows);
    mlp_json_begin_object(json, "metrics");
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        double mean = 0.0, deviation = 0.0;
        if (!mlp_cross_validation_figure(&step->folds, mlp_metric_name(i), &mean, &deviation))
            continue;
        mlp_json_begin_object(json, mlp_metric_name(i));
        mlp_json_put_number(json, "mean", mean);
        mlp_json_put_number(json, "deviation", deviation);
        mlp_json_end(json);
    }
    mlp_json_end(json);
    mlp_json_end(json);
}

static void put_outlook_as_json(mlp_json_writer *json, const mlp_learning_curve *curve,
                                const char *name)
{
    mlp_outlook o;
    char sentence[400];
    mlp_learning_curve_outlook(curve, name, &o);
    put_outlook(curve, name, sentence, sizeof sentence);
    mlp_json_begin_object(json, "outlook");
    mlp_json_put_number(json, "gain", o.gain);
    mlp_json_put_number(json, "standard_error", o.error);
    if (!isnan(o.next))
        mlp_json_put_number(json, "with_twice_the_rows", o.next);
    mlp_json_put_text(json, "sentence", sentence);
    mlp_json_end(json);
}

static int print_as_json(const settings *s, const mlp_learning_curve *curve)
{
    const char *name = deciding(s, curve);
    const bool classes = curve->task == MLP_TASK_CLASSIFICATION;
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "task", classes ? "classification" : "regression");
    mlp_json_put_whole(json, "folds", curve->steps[0].folds.count);
    if (name != NULL)
        mlp_json_put_text(json, "metric", name);
    mlp_json_begin_array(json, "steps");
    for (size_t i = 0; i < curve->count; i++)
        put_step(json, &curve->steps[i]);
    mlp_json_end(json);
    if (name != NULL)
        put_outlook_as_json(json, curve, name);
    return print_json(json);
}

int run_learning_curve(settings *s)
{
    mlp_error err;
    mlp_table *table = NULL;
    mlp_learning_curve curve = {0};
    mlp_cross_validation_options *options = NULL;
    waiting w = {.s = s, .began = progress_clock()};
    int code = folds_begin(s, &table);
    if (code == EXIT_DONE) {
        training_catch_signals(s);
        mlp_status status = folds_options(s, on_fold, &w, &options, &err);
        if (status == MLP_OK)
            status = mlp_learning_curve_make(table, options, s->sizes, &curve, &err);
        progress_end();
        code = status == MLP_OK ? EXIT_DONE : report(&err);
    }
    if (code == EXIT_DONE)
        code = s->json ? print_as_json(s, &curve) : print_all(s, &curve);
    mlp_cross_validation_options_free(options);
    mlp_learning_curve_release(&curve);
    mlp_table_free(table);
    return code;
}
