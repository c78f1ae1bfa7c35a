/* SPDX-License-Identifier: MIT */
/* mlp train: trains a model on a table, saves it, and reports honest metrics. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

typedef struct listener {
    const settings *s;
    training_log log; /* written line by line, so that it can be followed */
    progress course;
    size_t epoch; /* the last epoch that ended */
} listener;

static void on_notice(const char *sentence, void *context)
{
    const listener *l = context;
    if (l->s->quiet)
        return;
    progress_end();
    say_sentence(stderr, sentence);
}

/* Shows how much of a long step is done. */
static bool on_working(double share, void *context)
{
    const listener *l = context;
    char line[80];
    snprintf(line, sizeof line, "epoch %zu: %.0f %% of its step", l->epoch + 1, 100.0 * share);
    if (!l->s->quiet)
        progress_parts((const char *const[]){line}, 1);
    return true;
}

static bool on_progress(const mlp_progress *now, void *context)
{
    listener *l = context;
    l->epoch = now->epoch;
    if (!l->s->quiet)
        progress_show(&l->course, now);
    training_log_write(&l->log, now);
    return true;
}

/* --- the summary ------------------------------------------------------------------------------ */

static const char *layers_text(const mlp_model *model, char *text, size_t size)
{
    const mlp_network *network = mlp_model_network(model);
    snprintf(text, size, "%zu", mlp_model_member_reads(model, 0));
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const mlp_layer layer = mlp_network_layer(network, l);
        snprintf(text + strlen(text), size - strlen(text), "-%zu %s", layer.units,
                 mlp_activation_describe(layer.activation)->name);
    }
    return text;
}

/* Draws the history of the loss, on a terminal only. */
static void show_course(const progress *p)
{
    enum { BARS = 40 };
    char bars[4 * BARS + 1];
    const int width = terminal_width(stderr) - 6; /* "Loss " and a free column */
    if (width < 1 || p->count < 3)
        return;
    progress_sparkline(p, width < BARS ? (size_t)width : BARS, bars);
    fputs("Loss ", stderr);
    terminal_print(stderr, INK_GOOD, bars);
    fputc('\n', stderr);
}

static void show_metric(const mlp_train_report *r, const char *part, double metric)
{
    char value[16], baseline[16], text[64];
    const bool classes = r->task == MLP_TASK_CLASSIFICATION;
    const double log_loss = r->rows_validation > 0 ? r->validation_log_loss : r->training_log_loss;
    const bool better = classes ? metric > r->baseline_metric || log_loss < r->baseline_log_loss
                                : metric < r->baseline_metric;
    snprintf(text, sizeof text, "%s %s", classes ? "accuracy" : "RMSE",
             shown(metric, value, sizeof value));
    fprintf(stderr, "%s ", part);
    terminal_print(stderr, better ? INK_GOOD : INK_WARNING, text);
    fprintf(stderr, " (baseline %s)", shown(r->baseline_metric, baseline, sizeof baseline));
}

/* Prints the log loss of the probabilities, and the metric that was asked for, each with its
 * baseline. */
static void show_scores(const mlp_train_report *r)
{
    char a[16], b[16];
    if (r->task == MLP_TASK_CLASSIFICATION)
        fprintf(stderr, "Log loss %s (from the label frequencies alone: %s).\n",
                shown(r->rows_validation > 0 ? r->validation_log_loss : r->training_log_loss, a,
                      sizeof a),
                shown(r->baseline_log_loss, b, sizeof b));
    if (r->criterion == NULL)
        return;
    fprintf(stderr, "Metric %s %s", r->criterion, shown(r->criterion_value, a, sizeof a));
    if (isfinite(r->criterion_baseline))
        fprintf(stderr, " (baseline %s)", shown(r->criterion_baseline, b, sizeof b));
    fputs(".\n", stderr);
}

/* Prints the numbers of rows for training and for evaluation. */
static void show_rows(const mlp_train_report *r)
{
    if (r->folds == 0)
        fprintf(stderr, "%s training row%s, %s validation row%s.\n",
                counted(r->rows_training, (char[COUNTED]){0}), plural(r->rows_training),
                counted(r->rows_validation, (char[COUNTED]){0}), plural(r->rows_validation));
    else if (r->rows_validation == r->rows_training)
        fprintf(stderr, "%s rows, each evaluated by networks that never saw it.\n",
                counted(r->rows_training, (char[COUNTED]){0}));
    else
        fprintf(stderr, "%s rows, %s of them evaluated by networks that never saw them.\n",
                counted(r->rows_training, (char[COUNTED]){0}),
                counted(r->rows_validation, (char[COUNTED]){0}));
}

/* Prints the epochs of the best network, and the time of all networks. */
static void show_epochs(const settings *s, const mlp_model *model, const mlp_train_report *r)
{
    double restarts = 1.0;
    mlp_train_options_number(s->train, "restarts", &restarts);
    const bool several = mlp_model_member_count(model) > 1 || restarts > 1.0;
    fprintf(stderr, "%s%zu epoch%s", several ? "Best network: " : "", r->epochs, plural(r->epochs));
    if (!several)
        fprintf(stderr, " in %.2f s", r->seconds);
    fprintf(stderr, " (%s); best epoch %zu.", mlp_stop_reason_name(r->reason), r->best_epoch);
    if (several)
        fprintf(stderr, " All networks took %.2f s.", r->seconds);
    fputc('\n', stderr);
}

static void summarise(const settings *s, const mlp_model *model, const mlp_train_report *r)
{
    const char *path = s->output;
    char layers[400], text[16], networks[80] = "Network";
    const size_t count = mlp_model_member_count(model);
    if (networks_alike(model, 0) < count)
        snprintf(networks, sizeof networks, "%zu networks with different layers, the first", count);
    else if (count > 1)
        snprintf(networks, sizeof networks, "%zu networks, each", count);
    fprintf(stderr, "%s %s, %s parameters; ", networks, layers_text(model, layers, sizeof layers),
            counted(r->parameters, (char[COUNTED]){0}));
    show_rows(r);
    show_epochs(s, model, r);
    if (r->rows_validation > 0) {
        show_metric(r, r->folds > 0 ? "Out-of-fold" : "Validation", r->validation_metric);
        fprintf(stderr, ", training %s.\n", shown(r->training_metric, text, sizeof text));
    } else {
        show_metric(r, "Training", r->training_metric);
        fputs(".\n", stderr);
    }
    show_scores(r);
    if (isfinite(r->effective_parameters))
        fprintf(stderr, "The data determine %s of %s parameters.\n",
                shown(r->effective_parameters, text, sizeof text),
                counted(r->parameters, (char[COUNTED]){0}));
    if (path != NULL)
        say(stderr, "Saved in %s. Next: mlp evaluate %s DATA, mlp predict %s DATA", path, path,
            path);
}

static void put_findings(mlp_json_writer *json, const mlp_train_report *r)
{
    mlp_json_begin_array(json, "diagnosis");
    for (size_t i = 0; i < r->finding_count; i++) {
        const mlp_finding *f = &r->finding[i];
        mlp_json_begin_object(json, NULL);
        mlp_json_put_text(json, "kind", mlp_finding_name(f->kind));
        mlp_json_put_whole(json, "layer", f->layer);
        mlp_json_put_number(json, "value", f->value);
        put_sentence(json, "sentence", f->sentence);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}

static int print_report(const mlp_model *model, const mlp_train_report *r, const char *path)
{
    const bool classes = r->task == MLP_TASK_CLASSIFICATION;
    const struct {
        const char *name;
        size_t value;
    } sizes[] = {{"rows_training", r->rows_training}, {"rows_validation", r->rows_validation},
                 {"rows_skipped", r->rows_skipped},   {"epochs", r->epochs},
                 {"best_epoch", r->best_epoch},       {"batch", r->batch},
                 {"parameters", r->parameters}};
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"seconds", r->seconds},
                   {"learning_rate", r->learning_rate},
                   {"training_loss", r->training_loss},
                   {"validation_loss", r->validation_loss},
                   {"training_metric", r->training_metric},
                   {"validation_metric", r->validation_metric},
                   {"baseline_metric", r->baseline_metric},
                   {"training_log_loss", r->training_log_loss},
                   {"validation_log_loss", r->validation_log_loss},
                   {"baseline_log_loss", r->baseline_log_loss},
                   {"effective_parameters", r->effective_parameters}};
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "task", classes ? "classification" : "regression");
    mlp_json_put_text(json, "stop_reason", mlp_stop_reason_name(r->reason));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        mlp_json_put_whole(json, sizes[i].name, sizes[i].value);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        mlp_json_put_number(json, numbers[i].name, numbers[i].value);
    mlp_json_put_text(json, "metric", classes ? "accuracy" : "rmse");
    if (r->criterion != NULL) {
        mlp_json_put_text(json, "criterion", r->criterion);
        mlp_json_put_number(json, "criterion_value", r->criterion_value);
        mlp_json_put_number(json, "criterion_baseline", r->criterion_baseline);
    }
    put_findings(json, r);
    mlp_json_put_any(json, "model", path);
    mlp_json_put_whole(json, "labels", mlp_model_label_count(model));
    return print_json(json);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Checks before any work is done that the outputs can be written. */
static int check_outputs(const settings *s)
{
    const char *checkpoint =
        training_resumes(s) ? NULL : mlp_train_options_text(s->train, "checkpoint");
    const int code = job_check_output(s, s->output);
    return code == EXIT_DONE ? job_check_output(s, checkpoint) : code;
}

/* Saves the model first, so that no other failure loses it. */
static int save_all(const settings *s, listener *l, const mlp_model *model,
                    const mlp_train_report *r)
{
    int code = job_save(s, model);
    const int log = training_log_close(&l->log);
    if (log != EXIT_DONE)
        code = log;
    if (r->checkpoint_failure[0] == '\0')
        return code;
    return fail("%s; the run cannot be resumed from that checkpoint",
                in_our_words(r->checkpoint_failure).text);
}

/* Merges a job, works for a job without making the model, or trains the model. */
static mlp_status train(settings *s, mlp_table *table, const mlp_table *validation,
                        mlp_model **model, mlp_train_report *r, mlp_error *err)
{
    return s->merges           ? mlp_job_merge(table, validation, s->train, model, r, err)
           : s->output == NULL ? mlp_job_work(table, validation, s->train, err)
                               : mlp_train_spending(table, validation, s->train, model, r, err);
}

static int tell(settings *s, listener *l, const mlp_model *model, const mlp_train_report *r)
{
    int code = s->follows ? EXIT_DONE : save_all(s, l, model, r);
    if (code == EXIT_DONE && !s->quiet) {
        show_course(&l->course);
        summarise(s, model, r);
    }
    if (code == EXIT_DONE && s->json && !s->follows)
        code = print_report(model, r, s->output);
    return code == EXIT_DONE && r->reason == MLP_STOP_INTERRUPTED ? EXIT_INTERRUPTED : code;
}

static int train_and_save(settings *s, listener *l, mlp_table *table, const mlp_table *validation)
{
    mlp_error err;
    mlp_model *model = NULL;
    mlp_train_report r;
    char *line = training_command(s, NULL, NULL);
    if (line == NULL)
        return fail("not enough memory for the command line");
    mlp_train_options_listen(s->train, on_progress, on_notice, on_working, l);
    training_catch_signals(s);
    mlp_status status = mlp_train_options_set_command(s->train, line, &err);
    free(line);
    if (status == MLP_OK)
        status = train(s, table, validation, &model, &r, &err);
    progress_end();
    if (status != MLP_OK)
        return report(&err);
    if (model == NULL) {
        if (!s->quiet)
            say(stderr, "All networks are trained. Next: mlp merge %s -o MODEL", job_folder(s));
        return EXIT_DONE;
    }
    const int code = tell(s, l, model, &r);
    mlp_model_free(model);
    return code;
}

static int train_and_tell(settings *s)
{
    mlp_table *table = NULL, *validation = NULL;
    listener l = {.s = s, .course.stride = 1};
    int code = ranks_begin(s);
    if (code == EXIT_DONE && !s->follows)
        code = check_outputs(s);
    if (code == EXIT_DONE && !s->follows)
        code = training_log_open(&l.log, s);
    if (code == EXIT_DONE)
        code = training_begin(s, &table, &validation);
    if (code == EXIT_DONE)
        code = train_and_save(s, &l, table, validation);
    training_log_close(&l.log);
    mlp_table_free(table);
    mlp_table_free(validation);
    return ranks_end(s, code);
}

int run_train(settings *s)
{
    if (s->plan)
        return plan_and_tell(s);
    if (s->output == NULL && (job_folder(s) == NULL || s->merges)) {
        fail("say where to write the model: -o MODEL");
        return EXIT_USAGE;
    }
    if (training_resumes(s) && mlp_train_options_text(s->train, "checkpoint") == NULL) {
        fail("--resume needs a file to resume from: --checkpoint FILE");
        return EXIT_USAGE;
    }
    const int code = job_begin(s);
    return code == EXIT_DONE ? train_and_tell(s) : code;
}
