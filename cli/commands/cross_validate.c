/* SPDX-License-Identifier: MIT */
/* mlp cross-validate: the metrics of every fold, their mean and deviation, and a prediction of
 * every row by a model that never saw it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* --- while it runs ---------------------------------------------------------------------------- */

typedef struct waiting {
    const settings *s;
    double began;
} waiting;

static void on_fold(const mlp_fold *fold, size_t done, size_t all, void *context)
{
    const waiting *w = context;
    (void)fold;
    if (!w->s->quiet)
        progress_count(done, all, "folds", w->began);
}

/* --- metrics ---------------------------------------------------------------------------------- */

/* Metrics that are shown with their baselines. */
static const struct {
    const char *metric, *baseline, *words;
} baselines[] = {{"accuracy", "baseline_accuracy", "most frequent label"},
                 {"log_loss", "baseline_log_loss", "label frequencies"},
                 {"rmse", "baseline_rmse", "always the mean"}};

enum { BASELINES = sizeof baselines / sizeof baselines[0] };

/* Ends a line of `used` columns with the baseline of a metric, if it has one. */
static void print_baseline(const mlp_cross_validation *r, const char *metric, int used)
{
    char text[16], remark[80] = "";
    double mean = 0.0, deviation = 0.0;
    for (size_t i = 0; i < BASELINES; i++)
        if (strcmp(baselines[i].metric, metric) == 0 &&
            mlp_cross_validation_figure(r, baselines[i].baseline, &mean, &deviation))
            snprintf(remark, sizeof remark, "(baseline, %s: %s)", baselines[i].words,
                     shown(mean, text, sizeof text));
    print_remark(used, remark);
}

/* The i-th metric that is defined in every fold; NULL past the end. */
static const char *metric_at(const mlp_cross_validation *r, size_t i, double *mean,
                             double *deviation)
{
    size_t found = 0;
    for (size_t k = 0; mlp_metric_name(k) != NULL; k++)
        if (mlp_cross_validation_figure(r, mlp_metric_name(k), mean, deviation) && found++ == i)
            return mlp_metric_name(k);
    return NULL;
}

enum { MOST_METRICS = 5 };

static bool has_repeats(const mlp_cross_validation *r)
{
    return r->folds[r->count - 1].repeat > 0;
}

/* Puts a row for each fold, with the first MOST_METRICS metrics. */
static void put_folds(grid *g, const void *context)
{
    const mlp_cross_validation *r = context;
    const bool repeats = has_repeats(r);
    const char *names[MOST_METRICS];
    double mean = 0.0, deviation = 0.0, value = 0.0;
    size_t metrics = 0;
    while (metrics < MOST_METRICS &&
           (names[metrics] = metric_at(r, metrics, &mean, &deviation)) != NULL)
        metrics++;
    if (repeats)
        grid_text(g, "repeat");
    grid_text(g, "fold");
    grid_text(g, "rows");
    grid_text(g, "epochs");
    for (size_t c = 0; c < metrics; c++)
        grid_text(g, names[c]);
    grid_end(g);
    for (size_t i = 0; i < r->count; i++) {
        const mlp_fold *f = &r->folds[i];
        if (repeats)
            grid_whole(g, f->repeat + 1);
        grid_whole(g, f->fold + 1);
        grid_whole(g, f->count);
        grid_whole(g, f->epochs);
        for (size_t c = 0; c < metrics; c++) {
            mlp_evaluation_metric(&f->figures, names[c], &value);
            grid_number(g, value);
        }
        grid_end(g);
    }
}

static void print_metrics(const mlp_cross_validation *r, bool telling)
{
    double mean = 0.0, deviation = 0.0;
    const char *name = NULL;
    for (size_t i = 0; (name = metric_at(r, i, &mean, &deviation)) != NULL; i++) {
        char a[ALIGNED], b[16];
        if (mlp_metric_is_telling(mlp_metric_find(name)) != telling)
            continue;
        const int used = printf("  %-21s %10s +- %s", name, aligned(mean, 6, DECIMALS, a, sizeof a),
                                shown(deviation, b, sizeof b));
        print_baseline(r, name, used);
    }
}

static void put_fold(mlp_json_writer *json, const mlp_cross_validation *r, const mlp_fold *f)
{
    double mean = 0.0, deviation = 0.0, value = 0.0;
    const char *name = NULL;
    mlp_json_begin_object(json, NULL);
    mlp_json_put_whole(json, "repeat", f->repeat + 1);
    mlp_json_put_whole(json, "fold", f->fold + 1);
    mlp_json_put_whole(json, "rows", f->count);
    mlp_json_put_whole(json, "rows_training", f->rows_training);
    mlp_json_put_whole(json, "epochs", f->epochs);
    mlp_json_begin_object(json, "metrics");
    for (size_t i = 0; (name = metric_at(r, i, &mean, &deviation)) != NULL; i++) {
        mlp_evaluation_metric(&f->figures, name, &value);
        mlp_json_put_number(json, name, value);
    }
    mlp_json_end(json);
    mlp_json_end(json);
}

static void put_metrics_of_folds(mlp_json_writer *json, const mlp_cross_validation *r)
{
    double mean = 0.0, deviation = 0.0;
    const char *name = NULL;
    mlp_json_begin_object(json, "metrics");
    for (size_t i = 0; (name = metric_at(r, i, &mean, &deviation)) != NULL; i++) {
        mlp_json_begin_object(json, name);
        mlp_json_put_number(json, "mean", mean);
        mlp_json_put_number(json, "deviation", deviation);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}

static int print_as_json(const mlp_cross_validation *r)
{
    const bool classes = r->task == MLP_TASK_CLASSIFICATION;
    double mean = 0.0, deviation = 0.0;
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "task", classes ? "classification" : "regression");
    put_metrics_of_folds(json, r);
    mlp_json_begin_object(json, "baseline");
    for (size_t i = 0; i < BASELINES; i++)
        if (mlp_cross_validation_figure(r, baselines[i].baseline, &mean, &deviation))
            mlp_json_put_number(json, baselines[i].metric, mean);
    mlp_json_end(json);
    mlp_json_begin_array(json, "folds");
    for (size_t i = 0; i < r->count; i++)
        put_fold(json, r, &r->folds[i]);
    mlp_json_end(json);
    return print_json(json);
}

/* --- predictions ------------------------------------------------------------------------------ */

static void write_header(fields *f, const mlp_model *model, const mlp_names *labels)
{
    fields_text(f, "row");
    fields_text(f, "repeat");
    fields_text(f, "fold");
    for (size_t t = 0; t < mlp_model_target_count(model); t++)
        fields_text(f, mlp_model_target(model, t));
    prediction_header(f, model, labels);
    fields_end_row(f);
}

static void write_fold(fields *to, const mlp_table *table, const mlp_fold *f,
                       const mlp_names *labels)
{
    for (size_t i = 0; i < f->count; i++) {
        fields_whole(to, f->row[i] + 1);
        fields_whole(to, f->repeat + 1);
        fields_whole(to, f->fold + 1);
        for (size_t t = 0; t < mlp_model_target_count(f->model); t++) {
            size_t column = 0;
            if (mlp_table_find(table, mlp_model_target(f->model, t), &column, NULL) == MLP_OK)
                fields_cell(to, table, f->row[i], column);
        }
        prediction_write(to, f->model, &f->predicted, i, labels);
        fields_end_row(to);
    }
}

static bool is_listed(const mlp_names *labels, const char *label)
{
    for (size_t k = 0; k < labels->count; k++)
        if (strcmp(labels->items[k], label) == 0)
            return true;
    return false;
}

/* Gathers the labels that any fold knows: the training rows of a fold may lack a rare one. Free
 * *list, to which `labels` points. false: out of memory. */
static bool gather_labels(const mlp_cross_validation *r, const char ***list, mlp_names *labels)
{
    size_t most = 1;
    for (size_t i = 0; i < r->count; i++)
        most += mlp_model_label_count(r->folds[i].model);
    *list = calloc(most, sizeof **list);
    *labels = (mlp_names){*list, 0};
    for (size_t i = 0; *list != NULL && i < r->count; i++)
        for (size_t k = 0; k < mlp_model_label_count(r->folds[i].model); k++)
            if (!is_listed(labels, mlp_model_label(r->folds[i].model, k)))
                (*list)[labels->count++] = mlp_model_label(r->folds[i].model, k);
    return *list != NULL;
}

static int write_predictions(const mlp_table *table, const mlp_cross_validation *r,
                             mlp_output *output)
{
    fields f = {.to = mlp_output_stream(output)};
    const char **list = NULL;
    mlp_names labels;
    bool whole = gather_labels(r, &list, &labels);
    if (whole)
        write_header(&f, r->folds[0].model, &labels);
    for (size_t i = 0; whole && i < r->count; i++)
        write_fold(&f, table, &r->folds[i], &labels);
    whole = fields_finish(&f) && whole;
    free(list);
    if (!whole) {
        mlp_output_discard(output);
        return fail("not enough memory for the predictions");
    }
    return finish_file(output, MLP_OK, NULL);
}

/* --- the whole -------------------------------------------------------------------------------- */

static int show(const settings *s, const mlp_cross_validation *r)
{
    if (s->json)
        return print_as_json(r);
    grid_print(has_repeats(r) ? 2 : 1, put_folds, r);
    printf("\n  mean and standard deviation over %zu folds\n\n", r->count);
    print_metrics(r, true);
    printf("\n  more metrics\n");
    print_metrics(r, false);
    return finish_output();
}

/* Takes ownership of `output`. */
static int cross_validate(settings *s, const mlp_table *table, mlp_output *output)
{
    mlp_error err;
    mlp_cross_validation r = {0};
    mlp_cross_validation_options *o = NULL;
    training_catch_signals(s);
    waiting w = {.s = s, .began = progress_clock()};
    mlp_status status = folds_options(s, on_fold, &w, &o, &err);
    if (status == MLP_OK)
        status = job_tell_command(s, &err);
    if (status == MLP_OK)
        status = (s->merges ? mlp_job_merge_folds : mlp_cross_validate)(table, o, &r, &err);
    mlp_cross_validation_options_free(o);
    progress_end();
    if (status != MLP_OK) {
        mlp_output_discard(output);
        return report(&err);
    }
    int code = output != NULL ? write_predictions(table, &r, output) : EXIT_DONE;
    if (code == EXIT_DONE && !s->unheard)
        code = show(s, &r);
    mlp_cross_validation_release(&r);
    return code;
}

int run_cross_validate(settings *s)
{
    mlp_error err;
    mlp_table *table = NULL;
    mlp_output *output = NULL;
    int code = job_begin(s);
    if (code == EXIT_DONE && s->output != NULL && !s->unheard &&
        mlp_output_open(s->output, s->force, &output, &err) != MLP_OK)
        code = report(&err);
    if (code == EXIT_DONE)
        code = folds_begin(s, &table);
    if (code == EXIT_DONE)
        code = cross_validate(s, table, output);
    else
        mlp_output_discard(output);
    mlp_table_free(table);
    return code;
}
