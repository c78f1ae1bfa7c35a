/* SPDX-License-Identifier: MIT */
/* mlp tune: searches for options of train that suit the data; prints a table and a command. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { SHOWN_TRIALS = 10 };

/* --- the result ------------------------------------------------------------------------------- */

typedef enum verdict { DEFAULTS, NOT_COMPARED, BETTER, NOT_DISTINCT, WORSE } verdict;

static const char *const verdict_names[] = {"defaults", "not compared", "better",
                                            "not distinguishable", "worse"};

/* A difference within two standard errors may be chance. */
static verdict verdict_of(const mlp_tune_report *r)
{
    const mlp_tune_comparison *c = &r->held_out;
    if (r->trials[0].number == 0)
        return DEFAULTS;
    if (c->rows == 0 || isnan(c->gain)) /* NaN: the metric is not defined on these rows */
        return NOT_COMPARED;
    if (!(fabs(c->gain) > 2.0 * c->standard_error)) /* true for a standard error of NaN, too */
        return NOT_DISTINCT;
    return c->gain > 0.0 ? BETTER : WORSE;
}

static const char *in_words(const char *metric)
{
    return strcmp(metric, "log_loss") == 0 ? "log loss"
           : strcmp(metric, "rmse") == 0   ? "RMSE"
                                           : metric;
}

static void say_comparison(const mlp_tune_report *r, verdict v)
{
    const mlp_tune_comparison *c = &r->held_out;
    char a[16], b[16], gain[16], error[16];
    printf("On %zu rows that neither training nor selection saw: %s %s, with the defaults %s",
           c->rows, in_words(r->figure), shown(c->best, a, sizeof a),
           shown(c->defaults, b, sizeof b));
    if (r->task == MLP_TASK_CLASSIFICATION && strcmp(r->figure, "accuracy") != 0)
        printf(" (accuracy %s and %s)", shown(c->best_accuracy, a, sizeof a),
               shown(c->defaults_accuracy, b, sizeof b));
    shown(fabs(c->gain), gain, sizeof gain);
    shown(c->standard_error, error, sizeof error);
    if (v == NOT_DISTINCT)
        printf(".\nThe difference of %s%s is within two standard errors (%s each): it may be "
               "chance.\n",
               c->gain < 0.0 ? "-" : "", gain, error);
    else
        printf(".\n%s the defaults by %s, standard error %s.\n",
               v == BETTER ? "Better than" : "Worse than", gain, error);
}

static void say_verdict(const mlp_tune_report *r)
{
    const verdict v = verdict_of(r);
    if (v == DEFAULTS)
        puts("Nothing beat the defaults by more than a standard error over the folds.");
    else if (v == NOT_COMPARED)
        printf("The best trial was not compared with the defaults on held-out rows%s: the best of "
               "many trials is partly lucky, so its metric is too optimistic.\n",
               r->held_out.rows > 0 ? ", where the metric is not defined" : "");
    else
        say_comparison(r, v);
}

enum { BEFORE_OPTIONS = 24 }; /* columns of a trial's number, stage and metric */

static void print_trial(const mlp_tune_report *r, size_t i)
{
    static const char *const stages[] = {"-", "1", "2", "3", "final"};
    const mlp_trial *t = &r->trials[i];
    char metric[16];
    printf("%5zu  %-5s  %9s ", t->number, stages[t->stage],
           shown(t->figure, metric, sizeof metric));
    if (t->number == 0)
        fputs(" defaults, one network", stdout);
    training_print_options(stdout, t, BEFORE_OPTIONS - 1);
    putchar('\n');
}

static void print_table(const mlp_tune_report *r, bool from_job)
{
    size_t shown_trials = r->trial_count < SHOWN_TRIALS ? r->trial_count : SHOWN_TRIALS;
    printf("trial  stage  %9s  options\n", r->figure);
    for (size_t i = 0; i < r->trial_count; i++)
        if (i < shown_trials || r->trials[i].number == 0)
            print_trial(r, i);
    printf("\n%zu trial%s, %zu training run%s", r->trial_count, plural(r->trial_count),
           r->trainings, plural(r->trainings));
    if (r->resumed > 0)
        printf(" (%zu %s)", r->resumed,
               from_job ? "by other workers or earlier" : "from the journal");
    printf(" in %.1f s.\n", r->seconds);
}

static void put_trial(mlp_json_writer *json, const mlp_trial *t)
{
    mlp_json_begin_object(json, NULL);
    mlp_json_put_whole(json, "trial", t->number);
    mlp_json_put_whole(json, "stage", t->stage);
    mlp_json_put_number(json, "figure", t->figure);
    mlp_json_put_number(json, "seconds", t->seconds);
    mlp_json_begin_object(json, "options");
    for (size_t i = 0; i < t->count; i++)
        mlp_json_put_text(json, t->names[i], t->values[i]);
    mlp_json_end(json);
    if (t->failure != NULL)
        put_sentence(json, "failure", t->failure);
    mlp_json_end(json);
}

static void put_comparison(mlp_json_writer *json, const mlp_tune_comparison *c)
{
    if (c->rows == 0) {
        mlp_json_put_null(json, "held_out");
        return;
    }
    mlp_json_begin_object(json, "held_out");
    mlp_json_put_whole(json, "rows", c->rows);
    mlp_json_put_number(json, "best", c->best);
    mlp_json_put_number(json, "defaults", c->defaults);
    mlp_json_put_number(json, "gain", c->gain);
    mlp_json_put_number(json, "standard_error", c->standard_error);
    mlp_json_put_number(json, "best_accuracy", c->best_accuracy);
    mlp_json_put_number(json, "defaults_accuracy", c->defaults_accuracy);
    mlp_json_end(json);
}

static void put_model(mlp_json_writer *json, const char *path, const mlp_train_report *made)
{
    mlp_json_begin_object(json, "model");
    mlp_json_put_any(json, "file", path);
    mlp_json_put_number(json, "validation_loss", made->validation_loss);
    mlp_json_put_number(json, "validation_metric", made->validation_metric);
    if (made->criterion != NULL) {
        mlp_json_put_text(json, "criterion", made->criterion);
        mlp_json_put_number(json, "criterion_value", made->criterion_value);
    }
    mlp_json_end(json);
}

static int print_as_json(const settings *s, const mlp_tune_report *r, const mlp_train_report *made,
                         const char *line)
{
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "task",
                      r->task == MLP_TASK_CLASSIFICATION ? "classification" : "regression");
    mlp_json_put_text(json, "figure", r->figure);
    mlp_json_put_whole(json, "trainings", r->trainings);
    mlp_json_put_whole(json, "resumed", r->resumed);
    mlp_json_put_number(json, "seconds", r->seconds);
    mlp_json_put_boolean(json, "interrupted", r->interrupted);
    mlp_json_put_text(json, "verdict", verdict_names[verdict_of(r)]);
    put_comparison(json, &r->held_out);
    mlp_json_put_any(json, "command", line);
    mlp_json_begin_array(json, "trials");
    for (size_t i = 0; i < r->trial_count; i++)
        put_trial(json, &r->trials[i]);
    mlp_json_end(json);
    if (made != NULL)
        put_model(json, s->output, made);
    return print_json(json);
}

/* --- the best model --------------------------------------------------------------------------- */

typedef struct listener {
    const settings *s;
    progress line;
} listener;

static bool on_epoch(const mlp_progress *now, void *context)
{
    listener *l = context;
    if (!l->s->quiet)
        progress_show(&l->line, now);
    return true;
}

/* The best model is trained by a job of its own, in a folder within that of the tuning. */
static mlp_status set_job_of_best(mlp_train_options *options, const char *folder, mlp_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/best", folder);
    return mlp_train_options_set(options, "job", path, err);
}

static int train_best(settings *s, const mlp_table *table, const mlp_trial *best,
                      mlp_train_report *made)
{
    mlp_error err;
    mlp_model *model = NULL;
    mlp_train_options *options = NULL;
    listener l = {.s = s, .line = {.stride = 1}};
    char *line = training_command(s, best, NULL);
    if (line == NULL)
        return fail("not enough memory for the command line");
    mlp_status status = mlp_train_options_copy(s->train, &options, &err);
    if (status == MLP_OK)
        status = mlp_train_options_set_command(options, line, &err);
    if (status == MLP_OK)
        status = mlp_trial_apply(best, options, &err);
    if (status == MLP_OK && job_folder(s) != NULL)
        status = set_job_of_best(options, job_folder(s), &err);
    if (status == MLP_OK && best->count == 0) /* as the printed command says */
        status = mlp_train_options_set(options, "quality", "fast", &err);
    if (status == MLP_OK) {
        mlp_train_options_listen(options, on_epoch, NULL, NULL, &l);
        status = mlp_train(table, NULL, options, &model, made, &err);
    }
    mlp_train_options_free(options);
    progress_end();
    free(line);
    const int code = status == MLP_OK ? job_save(s, model) : report(&err);
    mlp_model_free(model);
    return code;
}

static void say_model(const settings *s, const mlp_train_report *made)
{
    char a[16], b[16];
    if (made->criterion != NULL)
        say(stderr, "Saved in %s: validation %s %s.", s->output, made->criterion,
            shown(made->criterion_value, a, sizeof a));
    else
        say(stderr, "Saved in %s: validation loss %s, %s %s.", s->output,
            shown(made->validation_loss, a, sizeof a),
            made->task == MLP_TASK_CLASSIFICATION ? "accuracy" : "RMSE",
            shown(made->validation_metric, b, sizeof b));
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool on_training(const mlp_tune_progress *now, void *context)
{
    const settings *s = context;
    char number[16], done[64], best[64] = "", defaults[64] = "", time[64];
    double most = 0.0;
    if (s->quiet)
        return true;
    snprintf(done, sizeof done, "%zu training run%s of %zu trial%s", now->trainings,
             now->trainings == 1 ? "" : "s", now->trials, now->trials == 1 ? "" : "s");
    if (!isnan(now->best))
        snprintf(best, sizeof best, "best %s", shown(now->best, number, sizeof number));
    if (!isnan(now->defaults))
        snprintf(defaults, sizeof defaults, "defaults %s",
                 shown(now->defaults, number, sizeof number));
    snprintf(time, sizeof time, "%.0f s", now->seconds);
    if (s->time != NULL && mlp_seconds_parse(s->time, &most))
        snprintf(time, sizeof time, "%.0f of %.0f s", now->seconds, most);
    progress_parts((const char *const[]){done, time, best, defaults}, 4);
    return true;
}

static int take_time(const char *text, double *seconds)
{
    if (mlp_seconds_parse(text, seconds) && *seconds > 0.0 && *seconds <= 1e9)
        return EXIT_DONE;
    fail("--time %s: give a time, for instance 90s, 5m or 2h", text);
    return EXIT_USAGE;
}

static int tell(settings *s, const mlp_table *table, const mlp_tune_report *r)
{
    mlp_train_report made;
    int code = EXIT_DONE;
    char *line = training_command(s, &r->trials[0], s->output != NULL ? s->output : "model.mlp");
    if (line == NULL)
        return fail("not enough memory for the command line");
    if (!s->json && !s->unheard) {
        print_table(r, job_folder(s) != NULL);
        say_verdict(r);
        printf("\n%s\n", line);
        code = finish_output();
    }
    training_catch_signals(s); /* the best model is trained even if the search was stopped */
    if (code == EXIT_DONE && s->output != NULL)
        code = train_best(s, table, &r->trials[0], &made);
    if (code == EXIT_DONE && s->output != NULL && !s->quiet)
        say_model(s, &made);
    if (code == EXIT_DONE && s->json)
        code = print_as_json(s, r, s->output != NULL ? &made : NULL, line);
    free(line);
    return code == EXIT_DONE && r->interrupted ? EXIT_INTERRUPTED : code;
}

static int tune(settings *s, const mlp_table *table, const mlp_tune_options *options)
{
    mlp_error err;
    mlp_tune_report r = {0};
    mlp_train_options_listen(s->train, NULL, say_notice, NULL, s);
    training_catch_signals(s);
    mlp_status status = job_tell_command(s, &err);
    if (status == MLP_OK)
        status = (s->merges ? mlp_job_merge_tuning : mlp_tune)(table, options, &r, &err);
    progress_end();
    if (status != MLP_OK)
        return report(&err);
    const int code = tell(s, table, &r);
    mlp_tune_report_release(&r);
    return code;
}

/* Options that were given are fixed; the search varies those of --search. */
static mlp_status list_dimensions(const settings *s, mlp_tune_options *options, mlp_error *err)
{
    mlp_status status = MLP_OK;
    for (size_t i = 0; status == MLP_OK && i + 1 < s->given.count; i += 2)
        status = mlp_tune_options_add(options, "fixed", s->given.items[i], err);
    for (size_t i = 0; status == MLP_OK && i < s->search.count; i++)
        status = mlp_tune_options_add(options, "search", s->search.items[i], err);
    return status;
}

/* The options of tuning, from the settings. Free them on failure too. */
static mlp_status make_options(settings *s, double seconds, mlp_tune_options **options,
                               mlp_error *err)
{
    const struct {
        const char *name;
        double number;
    } numbers[] = {{"trials", (double)s->trials},
                   {"time", seconds},
                   {"holdout", s->holdout},
                   {"resume", s->resume},
                   {"overwrite", s->force}};
    mlp_status status = mlp_tune_options_create(options, err);
    for (size_t i = 0; status == MLP_OK && i < sizeof numbers / sizeof numbers[0]; i++)
        if (!isnan(numbers[i].number))
            status = mlp_tune_options_set_number(*options, numbers[i].name, numbers[i].number, err);
    if (status == MLP_OK && s->journal != NULL)
        status = mlp_tune_options_set(*options, "journal", s->journal, err);
    if (status == MLP_OK)
        status = list_dimensions(s, *options, err);
    if (status == MLP_OK) {
        mlp_tune_options_set_base(*options, s->train);
        mlp_tune_options_listen(*options, on_training, s);
    }
    return status;
}

int run_tune(settings *s)
{
    mlp_error err;
    mlp_table *table = NULL, *validation = NULL;
    mlp_tune_options *options = NULL;
    double seconds = s->trials > 0 ? 0.0 : (double)NAN; /* NaN: the default */
    int code = s->time != NULL ? take_time(s->time, &seconds) : EXIT_DONE;
    if (code == EXIT_DONE)
        code = job_begin(s);
    if (code == EXIT_DONE)
        code = job_check_output(s, s->output);
    if (code == EXIT_DONE)
        code = training_begin(s, &table, &validation);
    if (code == EXIT_DONE && validation != NULL) {
        fail("mlp tune divides DATA itself: give --validation as a part, not a file");
        code = EXIT_USAGE;
    }
    if (code == EXIT_DONE)
        code = make_options(s, seconds, &options, &err) == MLP_OK ? tune(s, table, options)
                                                                  : report(&err);
    mlp_tune_options_free(options);
    mlp_table_free(table);
    mlp_table_free(validation);
    return code;
}
