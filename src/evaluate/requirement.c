/* SPDX-License-Identifier: MIT */
/* What a metric has to be. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mlp/evaluate.h"
#include "mlp/output.h"

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

bool mlp_requirement_holds(const mlp_requirement *requirement, const mlp_evaluation *evaluation,
                           double *value)
{
    double metric = (double)NAN;
    mlp_evaluation_metric(evaluation, requirement->figure, &metric);
    if (value != NULL)
        *value = metric;
    return requirement->larger_is_better ? metric >= requirement->value
                                         : metric <= requirement->value;
}
