/* SPDX-License-Identifier: MIT */
/* mlp evaluate: metrics next to their baselines, and --require, by which scripts check them. */
#include <math.h>
#include <string.h>

#include "cli/cli.h"

enum { WIDEST_MATRIX = 12 };

/* Everything that is printed. */
typedef struct evaluation {
    mlp_part part;
    mlp_evaluation e;
    bool with_intervals;
    mlp_intervals intervals;
    const mlp_evaluator *evaluator;
    double span; /* from the lowest to the highest quantile level */
    conformal conformal;
} evaluation;

static void put_intervals(mlp_json_writer *json, const mlp_intervals *intervals)
{
    mlp_json_begin_object(json, "intervals");
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        const double ends[] = {intervals->low[i], intervals->high[i]};
        if (!isnan(ends[0]))
            mlp_json_put_numbers(json, mlp_metric_name(i), ends, 2);
    }
    mlp_json_end(json);
}

static void put_labels(mlp_json_writer *json, const mlp_model *model, const mlp_evaluation *e)
{
    mlp_json_begin_array(json, "labels");
    for (size_t k = 0; k < e->labels; k++) {
        mlp_json_begin_object(json, NULL);
        mlp_json_put_text(json, "label", mlp_model_label(model, k));
        mlp_json_put_number(json, "precision", e->precision[k]);
        mlp_json_put_number(json, "recall", e->recall[k]);
        mlp_json_put_number(json, "f1", e->f1[k]);
        mlp_json_begin_array(json, "predicted_as");
        for (size_t j = 0; j < e->labels; j++)
            mlp_json_put_whole(json, NULL, e->confusion[k * e->labels + j]);
        mlp_json_end(json);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}

/* Coverage and loss of every quantile level of target t. */
static void put_levels(mlp_json_writer *json, const mlp_model *model, const mlp_evaluation *e,
                       size_t t)
{
    mlp_json_begin_array(json, "quantiles");
    for (size_t q = 0; q < e->levels; q++) {
        mlp_json_begin_object(json, NULL);
        mlp_json_put_number(json, "level", mlp_model_level(model, q));
        mlp_json_put_number(json, "coverage", e->level_coverage[t * e->levels + q]);
        mlp_json_put_number(json, "pinball_loss", e->level_pinball[t * e->levels + q]);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}

static void put_targets(mlp_json_writer *json, const mlp_model *model, const mlp_evaluation *e)
{
    mlp_json_begin_array(json, "targets");
    for (size_t t = 0; t < e->targets; t++) {
        mlp_json_begin_object(json, NULL);
        mlp_json_put_text(json, "target", mlp_model_target(model, t));
        mlp_json_put_number(json, "rmse", e->target_rmse[t]);
        mlp_json_put_number(json, "mae", e->target_mae[t]);
        mlp_json_put_number(json, "r2", e->target_r2[t]);
        if (e->levels > 0)
            put_levels(json, model, e, t);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}

static int print_as_json(const settings *s, const mlp_model *model, const evaluation *j)
{
    const mlp_evaluation *e = &j->e;
    const bool classes = e->task == MLP_TASK_CLASSIFICATION;
    mlp_json_writer *json = begin_json();
    mlp_json_put_text(json, "part", mlp_part_name(j->part));
    mlp_json_put_text(json, "task", classes ? "classification" : "regression");
    mlp_json_put_whole(json, "rows", e->rows);
    mlp_json_put_whole(json, "unanswered", e->unanswered);
    mlp_json_put_number(json, "loss", e->loss);
    put_metrics(json, "metrics", e);
    if (!classes)
        mlp_json_put_whole(json, "zero_targets", e->zero_targets);
    if (j->with_intervals)
        put_intervals(json, &j->intervals);
    conformal_put(&j->conformal, s, json);
    mlp_json_begin_object(json, "baseline");
    mlp_json_put_number(json, classes ? "accuracy" : "rmse",
                        classes ? e->baseline_accuracy : e->baseline_rmse);
    if (classes)
        mlp_json_put_number(json, "log_loss", e->baseline_log_loss);
    mlp_json_end(json);
    if (classes)
        put_labels(json, model, e);
    else
        put_targets(json, model, e);
    put_thresholds(json, model, j->evaluator);
    return print_json(json);
}

static void print_heading(const evaluation *j)
{
    if (j->part == MLP_PART_ALL)
        printf("%s row%s\n", counted(j->e.rows, (char[COUNTED]){0}), plural(j->e.rows));
    else
        printf("%s %s row%s (--part all evaluates every row)\n",
               counted(j->e.rows, (char[COUNTED]){0}), mlp_part_name(j->part), plural(j->e.rows));
    if (j->with_intervals)
        printf("in brackets: %g %% intervals from %zu bootstrap resamples\n",
               100.0 * j->intervals.level, j->intervals.resamples);
    if (j->e.unanswered > 0)
        printf("%zu row%s without a prediction: counted as wrong; metrics that need every "
               "prediction are left out\n",
               j->e.unanswered, plural(j->e.unanswered));
    putchar('\n');
}

/* Returns how many columns it printed. */
static int print_interval(const mlp_intervals *intervals, size_t i)
{
    char low[16], high[16];
    return printf(" [%s, %s]", shown(intervals->low[i], low, sizeof low),
                  shown(intervals->high[i], high, sizeof high));
}

enum { REMARK = 96 };

/* A remark on a metric, such as its baseline or what it leaves out; "": none. */
static const char *remark_of(const evaluation *j, const char *name, char *remark)
{
    char text[16];
    const mlp_evaluation *e = &j->e;
    remark[0] = '\0';
    if (strcmp(name, "accuracy") == 0)
        snprintf(remark, REMARK, "(baseline, most frequent label: %s)",
                 shown(e->baseline_accuracy, text, sizeof text));
    if (strcmp(name, "log_loss") == 0)
        snprintf(remark, REMARK, "(baseline, label frequencies: %s)",
                 shown(e->baseline_log_loss, text, sizeof text));
    if (strcmp(name, "rmse") == 0)
        snprintf(remark, REMARK, "(baseline, always the mean: %s)",
                 shown(e->baseline_rmse, text, sizeof text));
    if (strcmp(name, "interval_coverage") == 0)
        snprintf(remark, REMARK, "(the outer quantiles span %s)",
                 shown(j->span, text, sizeof text));
    if (strcmp(name, "mape") == 0 && e->zero_targets > 0)
        snprintf(remark, REMARK, "(without %zu target%s of 0)", e->zero_targets,
                 plural(e->zero_targets));
    return remark;
}

enum { WHOLE = 6 }; /* columns for the digits before the decimal point */

static void print_metrics(const settings *s, const evaluation *j, bool telling)
{
    char text[ALIGNED], remark[REMARK];
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        double value = 0.0;
        if (mlp_metric_is_telling(i) != telling || !metric_is_asked(s, mlp_metric_name(i)) ||
            !mlp_evaluation_metric(&j->e, mlp_metric_name(i), &value) || isnan(value))
            continue;
        int used =
            printf("  %-21s %s", mlp_metric_name(i),
                   aligned(value, WHOLE, j->with_intervals ? DECIMALS : 0, text, sizeof text));
        if (j->with_intervals)
            used += print_interval(&j->intervals, i);
        print_remark(used, remark_of(j, mlp_metric_name(i), remark));
    }
}

static size_t widest_label(const mlp_model *model, size_t labels)
{
    size_t width = 5;
    for (size_t k = 0; k < labels; k++) {
        const size_t columns = mlp_text_columns(mlp_model_label(model, k));
        width = columns > width ? columns : width;
    }
    return width < LONGEST_NAME ? width : LONGEST_NAME;
}

/* --- which label is taken for which ----------------------------------------------------------- */

static const char counts_head[] = "   predicted as (in the same order)";

static int widest_count(const mlp_evaluation *e)
{
    size_t most = 0;
    for (size_t k = 0; k < e->labels * e->labels; k++)
        most = e->confusion[k] > most ? e->confusion[k] : most;
    return snprintf(NULL, 0, "%zu", most);
}

static bool counts_fit(const mlp_evaluation *e, int width, size_t room)
{
    return 1 + e->labels * ((size_t)width + 1) <= room && sizeof counts_head - 1 <= room;
}

static void print_counts(const mlp_evaluation *e, size_t k, int width)
{
    for (size_t j = 0; j < e->labels; j++)
        printf("%s%*zu", j == 0 ? "  " : " ", width, e->confusion[k * e->labels + j]);
}

/* Prints the counts in a block of their own, where labels have the room that the counts leave. */
static void print_counts_apart(const mlp_model *model, const mlp_evaluation *e, size_t label,
                               int width)
{
    enum { LEAST = 5 };
    const size_t taken = 3 + e->labels * ((size_t)width + 1);
    const size_t room = taken + LEAST < LINE_WIDTH ? LINE_WIDTH - taken : LEAST;
    printf("\n  ");
    print_padded("label", label < room ? label : room);
    printf("%s\n", counts_head);
    for (size_t k = 0; k < e->labels; k++) {
        printf("  ");
        print_padded(mlp_model_label(model, k), label < room ? label : room);
        print_counts(e, k, width);
        putchar('\n');
    }
}

static void print_labels(const mlp_model *model, const mlp_evaluation *e)
{
    enum { USUAL = 5, METRICS = 28 }; /* columns of a count; of a line without label and counts */
    const size_t label = widest_label(model, e->labels), room = LINE_WIDTH - METRICS - label;
    const bool matrix = e->labels <= WIDEST_MATRIX;
    const int width = matrix && !counts_fit(e, USUAL, room) ? widest_count(e) : USUAL;
    const bool beside = matrix && counts_fit(e, width, room);
    printf("\n  ");
    print_padded("label", label);
    printf("  precision  recall     f1%s\n", beside ? counts_head : "");
    for (size_t k = 0; k < e->labels; k++) {
        printf("  ");
        print_padded(mlp_model_label(model, k), label);
        printf("  %9.4f  %6.4f  %5.3f", e->precision[k], e->recall[k], e->f1[k]);
        if (beside)
            print_counts(e, k, width);
        putchar('\n');
    }
    if (matrix && !beside)
        print_counts_apart(model, e, label, width);
}

/* --- regression ------------------------------------------------------------------------------- */

static void print_target(const char *name)
{
    printf("  ");
    print_padded(name, 20);
    putchar(' ');
}

static void print_targets(const mlp_model *model, const mlp_evaluation *e)
{
    char rmse[ALIGNED], mae[ALIGNED], r2[ALIGNED];
    if (e->targets < 2)
        return;
    printf("\n  %-20s %11s %11s %10s\n", "target", "rmse", "mae", "r2");
    for (size_t t = 0; t < e->targets; t++) {
        print_target(mlp_model_target(model, t));
        printf("%11s %11s %10s\n", aligned(e->target_rmse[t], WHOLE, 5, rmse, sizeof rmse),
               aligned(e->target_mae[t], WHOLE, 5, mae, sizeof mae),
               aligned(e->target_r2[t], 1, 0, r2, sizeof r2));
    }
}

static void print_levels(const mlp_model *model, const mlp_evaluation *e)
{
    char level[16], coverage[16], loss[16];
    if (e->levels == 0)
        return;
    printf("\n  %-20s %10s %14s %10s\n", "target", "quantile", "at or below it", "pinball");
    for (size_t k = 0; k < e->targets * e->levels; k++) {
        print_target(mlp_model_target(model, k / e->levels));
        printf("%10s %14s %10s\n",
               shown(mlp_model_level(model, k % e->levels), level, sizeof level),
               shown(e->level_coverage[k], coverage, sizeof coverage),
               shown(e->level_pinball[k], loss, sizeof loss));
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

static int print_all(const settings *s, const mlp_model *model, const evaluation *j)
{
    if (s->json)
        return print_as_json(s, model, j);
    print_heading(j);
    print_metrics(s, j, true);
    if (s->metrics.count > 0) {
        print_metrics(s, j, false);
        print_thresholds(s, model, j->evaluator, &j->e);
        conformal_print(&j->conformal, s);
        return finish_output();
    }
    if (j->e.task == MLP_TASK_CLASSIFICATION)
        print_labels(model, &j->e);
    else
        print_targets(model, &j->e);
    print_thresholds(s, model, j->evaluator, &j->e);
    print_levels(model, &j->e);
    conformal_print(&j->conformal, s);
    printf("\n  more metrics\n");
    print_metrics(s, j, false);
    return finish_output();
}

/* --- rows as they come ------------------------------------------------------------------------ */

typedef struct evaluating {
    const settings *s;
    const mlp_model *model;
    mlp_session *session;
    mlp_evaluator *evaluator;
    evaluation evaluation;
    size_t left_out, rows;
    unanswered unanswered;
} evaluating;

static int evaluate_rows(void *context, const mlp_table *table, mlp_part part)
{
    evaluating *w = context;
    mlp_error err;
    size_t left_out = 0, first = 0;
    if (mlp_session_evaluate(w->session, table, w->evaluator, &left_out, &first, &err) != MLP_OK)
        return report(&err);
    w->evaluation.part = part;
    w->left_out += left_out;
    w->rows += mlp_table_rows(table);
    note_unanswered(&w->unanswered, table, first != SIZE_MAX ? 1 : 0, first);
    return EXIT_DONE;
}

static mlp_status take_metrics(evaluating *w, mlp_error *err)
{
    mlp_interval_options *options = NULL;
    evaluation *j = &w->evaluation;
    mlp_status status = mlp_evaluator_finish(w->evaluator, &j->e, err);
    if (status != MLP_OK || !w->s->intervals)
        return status;
    status = mlp_interval_options_create(&options, err);
    if (status == MLP_OK)
        status = mlp_interval_options_set_number(options, "threads", w->s->threads, err);
    if (status == MLP_OK)
        status = mlp_evaluator_intervals(w->evaluator, options, &j->intervals, err);
    mlp_interval_options_free(options);
    return status;
}

static int finish(void *context, const mlp_table_stream *stream)
{
    evaluating *w = context;
    mlp_error err;
    tell_training_data(w->s, "The model", w->model, stream);
    const int told = tell_left_out(w->s, w->model, stream, w->left_out, w->rows);
    if (told != EXIT_DONE)
        return told;
    if (take_metrics(w, &err) != MLP_OK)
        return report(&err);
    w->unanswered.count = w->evaluation.e.unanswered;
    tell_unanswered(w->s, &w->unanswered);
    const int code = print_all(w->s, w->model, &w->evaluation);
    return code == EXIT_DONE ? apply_gates(w->s, w->model, &w->evaluation.e) : code;
}

static int begin(evaluating *w)
{
    mlp_error err;
    if (mlp_evaluator_create(w->s->intervals, &w->evaluator, &err) != MLP_OK ||
        mlp_session_create(w->model, w->s->threads, &w->session, &err) != MLP_OK)
        return report(&err);
    const int code = take_decision(w->s, w->model, w->session);
    if (w->evaluation.conformal.of != NULL)
        mlp_evaluator_listen(w->evaluator, conformal_add, &w->evaluation.conformal);
    w->evaluation.evaluator = w->evaluator;
    const size_t levels = mlp_model_level_count(w->model);
    if (levels > 1)
        w->evaluation.span = mlp_model_level(w->model, levels - 1) - mlp_model_level(w->model, 0);
    return code;
}

static int evaluate(const settings *s, const mlp_model *model)
{
    evaluating w = {.s = s, .model = model, .evaluation = {.with_intervals = s->intervals}};
    const visitor v = {.usual = MLP_PART_TEST,
                       .fingerprint = !s->quiet,
                       .visit = evaluate_rows,
                       .end = finish,
                       .context = &w};
    const mlp_read_options reading = mlp_model_read_options(model);
    int code = conformal_begin(&w.evaluation.conformal, s, model);
    if (code == EXIT_DONE)
        code = begin(&w);
    if (code == EXIT_DONE)
        code = stream_data(s, &reading, &v);
    mlp_evaluation_release(&w.evaluation.e);
    mlp_session_free(w.session);
    mlp_evaluator_free(w.evaluator);
    conformal_release(&w.evaluation.conformal);
    return code;
}

int run_evaluate(settings *s)
{
    mlp_model *model = NULL;
    int code = check_gates(s);
    if (code == EXIT_DONE)
        code = check_metrics(s, true);
    if (code == EXIT_DONE)
        code = load_model(s->arguments[0], s->arguments[1], &model);
    if (code != EXIT_DONE)
        return code;
    code = look_for(s, model);
    if (code == EXIT_DONE)
        code = check_gates_suit(s, model);
    if (code == EXIT_DONE)
        code = evaluate(s, model);
    mlp_model_free(model);
    return code;
}
