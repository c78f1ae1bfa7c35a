/* SPDX-License-Identifier: MIT */
/* Requirements on a metric of all rows or of one label. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/print.h"
#include "evaluate/metric_sums.h"
#include "mlp/output.h"

/* --- a metric of all rows --------------------------------------------------------------------- */

bool mlp_requirement_read(const char *text, mlp_requirement *requirement)
{
    char name[32];
    mlp_requirement made = {0};
    const size_t length = strcspn(text, "=");
    if (text[length] != '=' || length >= sizeof name ||
        !mlp_number_parse(text + length + 1, strlen(text + length + 1), &made.value))
        return false;
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    const size_t i = mlp_metric_find(name);
    if (i == MLP_METRICS)
        return false;
    made.figure = mlp_metric_name(i);
    made.larger_is_better = mlp_metric_larger_is_better(i);
    *requirement = made;
    return true;
}

static bool is_as_good(const mlp_requirement *requirement, double metric, double *value)
{
    if (value != NULL)
        *value = metric;
    return requirement->larger_is_better ? metric >= requirement->value
                                         : metric <= requirement->value;
}

bool mlp_requirement_holds(const mlp_requirement *requirement, const mlp_evaluation *evaluation,
                           double *value)
{
    double metric = (double)NAN;
    mlp_evaluation_metric(evaluation, requirement->figure, &metric);
    return is_as_good(requirement, metric, value);
}

/* --- a metric of a label: METRIC(LABEL)=VALUE ------------------------------------------------- */

/* The metrics of a label. More is better for all of them. */
static const struct {
    const char *name;
    size_t offset; /* of the array in mlp_evaluation */
} of_labels[] = {{"precision", offsetof(mlp_evaluation, precision)},
                 {"recall", offsetof(mlp_evaluation, recall)},
                 {"f1", offsetof(mlp_evaluation, f1)}};

enum { OF_LABELS = sizeof of_labels / sizeof of_labels[0] };

static size_t find_of_labels(const char *name, size_t length)
{
    size_t i = 0;
    while (i < OF_LABELS &&
           (strncmp(of_labels[i].name, name, length) != 0 || of_labels[i].name[length] != '\0'))
        i++;
    return i;
}

/* Finds the last ")=", since a label may itself contain ")=". NULL: there is none. */
static const char *end_of_label(const char *label)
{
    const char *end = NULL;
    for (const char *at = strstr(label, ")="); at != NULL; at = strstr(at + 1, ")="))
        end = at;
    return end;
}

static mlp_status find_label(const char *text, const char *name, size_t length,
                             const mlp_model *model, size_t *label, mlp_error *err)
{
    const size_t count = mlp_model_label_count(model);
    for (size_t k = 0; k < count; k++) {
        const char *known = mlp_model_label(model, k);
        if (strlen(known) == length && memcmp(known, name, length) == 0) {
            *label = k;
            return MLP_OK;
        }
    }
    if (count == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`require` %s: this is a metric of a label, but the model predicts "
                         "quantities; use rmse, mae or r2",
                         text);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`require` %s: the model has no label \"%.*s\"; one of them is \"%s\"", text,
                     (int)length, name, mlp_model_label(model, 0));
}

/* Refuses a value above 1, such as a percentage, for a metric that is never above 1. */
static mlp_status check_value(const char *text, const mlp_requirement *r, mlp_error *err)
{
    const size_t i = mlp_metric_find(r->figure);
    /* the metrics of a label, which are not in the table, are shares */
    const bool share = i == MLP_METRICS || mlpi_metric_is_up_to_1(i);
    char meant[80] = "";
    if (!share || r->value <= 1.0)
        return MLP_OK;
    if (r->value >= 2.0 && r->value <= 100.0)
        mlpi_print_text(meant, sizeof meant, "; did you mean %g?", r->value / 100.0);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`require` %s: %s is never above 1%s", text,
                     r->figure, meant);
}

mlp_status mlp_requirement_read_for(const char *text, const mlp_model *model,
                                    mlp_requirement *requirement, size_t *label, mlp_error *err)
{
    const size_t length = strcspn(text, "(=");
    const size_t i = find_of_labels(text, length);
    const char *name = text + length + 1, *end = text[length] == '(' ? end_of_label(name) : NULL;
    mlp_requirement made = {.larger_is_better = true};
    *label = MLP_NO_LABEL;
    if (mlp_requirement_read(text, &made)) {
        MLPI_TRY(check_value(text, &made, err));
        *requirement = made;
        return MLP_OK;
    }
    if (i == OF_LABELS || end == NULL || !mlp_number_parse(end + 2, strlen(end + 2), &made.value))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`require` %s: write METRIC=VALUE with a metric of an evaluation, such as "
                         "accuracy=0.96 or rmse=2.5, or precision, recall or f1 of a label, such "
                         "as recall(yes)=0.8",
                         text);
    MLPI_TRY(find_label(text, name, (size_t)(end - name), model, label, err));
    made.figure = of_labels[i].name;
    MLPI_TRY(check_value(text, &made, err));
    *requirement = made;
    return MLP_OK;
}

/* The metric of a label; NaN if no row with a prediction has the label. */
static double metric_of(const mlp_evaluation *e, const char *name, size_t label)
{
    const size_t i = find_of_labels(name, strlen(name));
    size_t rows = 0;
    if (i == OF_LABELS || label >= e->labels)
        return (double)NAN;
    for (size_t j = 0; j < e->labels; j++)
        rows += e->confusion[label * e->labels + j];
    return rows > 0 ? (*(double *const *)((const char *)e + of_labels[i].offset))[label]
                    : (double)NAN;
}

bool mlp_requirement_holds_for(const mlp_requirement *requirement, size_t label,
                               const mlp_evaluation *evaluation, double *value)
{
    if (label == MLP_NO_LABEL)
        return mlp_requirement_holds(requirement, evaluation, value);
    return is_as_good(requirement, metric_of(evaluation, requirement->figure, label), value);
}
