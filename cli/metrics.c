/* SPDX-License-Identifier: MIT */
/* Metrics that options name: --metric and --require. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

const char *metric_names(char *text)
{
    text[0] = '\0';
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++)
        snprintf(text + strlen(text), METRIC_NAMES - strlen(text), "%s%s", i > 0 ? ", " : "",
                 mlp_metric_name(i));
    return text;
}

bool metric_is_asked(const settings *s, const char *name)
{
    bool asked = s->metrics.count == 0;
    for (size_t i = 0; i < s->metrics.count; i++)
        asked = asked || strcmp(s->metrics.items[i], name) == 0;
    return asked;
}

static bool is_of_thresholds(const char *name)
{
    size_t i = 0;
    while (mlp_threshold_figure_name(i) != NULL && strcmp(name, mlp_threshold_figure_name(i)) != 0)
        i++;
    return mlp_threshold_figure_name(i) != NULL;
}

int check_metrics(const settings *s, bool with_thresholds)
{
    char names[METRIC_NAMES];
    for (size_t i = 0; i < s->metrics.count; i++) {
        const char *name = s->metrics.items[i];
        if (mlp_metric_find(name) < MLP_METRICS || (with_thresholds && is_of_thresholds(name)))
            continue;
        fail("--metric %s: there is no such metric; the metrics are %s", name, metric_names(names));
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

void put_metrics(mlp_json_writer *json, const char *name, const mlp_evaluation *e)
{
    mlp_json_begin_object(json, name);
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        double value = 0.0;
        const char *metric = mlp_metric_name(i);
        if (strcmp(metric, "loss") != 0 && mlp_evaluation_metric(e, metric, &value) &&
            !isnan(value))
            mlp_json_put_number(json, metric, value);
    }
    mlp_json_end(json);
}

/* --- gates ------------------------------------------------------------------------------------ */

static int bad_gate(const char *text)
{
    char names[METRIC_NAMES], name[METRIC_NAMES];
    const char *all[MLP_METRICS];
    for (size_t i = 0; i < MLP_METRICS; i++)
        all[i] = mlp_metric_name(i);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
    const char *near = mlp_nearest_name(name, all, MLP_METRICS);
    if (strcmp(name, "precision") == 0 || strcmp(name, "recall") == 0 || strcmp(name, "f1") == 0)
        fail("--require %s: this metric needs a label: write %s(LABEL)=VALUE", text, name);
    else if (near != NULL && strcmp(near, name) == 0)
        fail("--require %s: write %s=NUMBER, for instance %s=0.6", text, name, name);
    else if (near != NULL)
        fail("--require %s: there is no metric \"%s\"; did you mean %s?", text, name, near);
    else
        fail("--require %s: write METRIC=VALUE, once for each metric, with one of %s; for a label, "
             "recall(LABEL)=VALUE, or precision or f1 instead of recall",
             text, metric_names(names));
    return EXIT_USAGE;
}

int check_gates_suit(const settings *s, const mlp_model *model)
{
    mlp_requirement r;
    mlp_error err;
    size_t label = MLP_NO_LABEL;
    const bool labels = mlp_model_task(model) == MLP_TASK_CLASSIFICATION;
    for (size_t i = 0; i < s->require.count; i++) {
        if (mlp_requirement_read_for(s->require.items[i], model, &r, &label, &err) != MLP_OK)
            return report(&err);
        if (label != MLP_NO_LABEL)
            continue;
        const mlp_task task = mlp_metric_task(mlp_metric_find(r.figure));
        if (task == MLP_TASK_AUTO || task == mlp_model_task(model))
            continue;
        fail("--require %s: %s is a metric of %s, and this model predicts %s; require %s",
             s->require.items[i], r.figure, labels ? "quantities" : "labels",
             labels ? "labels" : "quantities",
             labels ? "accuracy, log_loss, macro_f1 or auc" : "rmse, mae or r2");
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* Whether a gate is METRIC(LABEL)=VALUE, which can be read only if the model's labels are known. */
static bool is_of_label(const char *gate)
{
    return gate[strcspn(gate, "(=")] == '(';
}

int check_gates(const settings *s)
{
    mlp_requirement r;
    for (size_t i = 0; i < s->require.count; i++)
        if (!is_of_label(s->require.items[i]) && !mlp_requirement_read(s->require.items[i], &r))
            return bad_gate(s->require.items[i]);
    return EXIT_DONE;
}

enum { NUMBER = 32, FEWEST_DIGITS = 4, ALL_DIGITS = 17 };

/* Writes a value with as few digits as show on which side of the bound it is, but at least four. */
static void write_apart(double value, double bound, char *text)
{
    double written = 0.0;
    int digits = FEWEST_DIGITS;
    do {
        snprintf(text, NUMBER, "%.*g", digits, value);
        written = strtod(text, NULL);
    } while (((written < bound) != (value < bound) || (written > bound) != (value > bound)) &&
             digits++ < ALL_DIGITS);
}

int apply_gates(const settings *s, const mlp_model *model, const mlp_evaluation *e)
{
    int code = EXIT_DONE;
    mlp_requirement r;
    mlp_error err;
    size_t label = MLP_NO_LABEL;
    double metric = 0.0;
    for (size_t i = 0; i < s->require.count; i++) {
        char value[NUMBER], bound[NUMBER];
        const char *gate = s->require.items[i];
        if (mlp_requirement_read_for(gate, model, &r, &label, &err) != MLP_OK)
            return report(&err);
        if (mlp_requirement_holds_for(&r, label, e, &metric))
            continue;
        mlp_number_text(r.value, bound);
        if (isnan(metric))
            strcpy(value, "undefined");
        else
            write_apart(metric, r.value, value);
        fail("%.*s is %s, but at %s %s is required", (int)(strrchr(gate, '=') - gate), gate, value,
             r.larger_is_better ? "least" : "most", bound);
        code = EXIT_QUALITY;
    }
    return code;
}
