/* SPDX-License-Identifier: MIT */
/* Figures that are asked for by name: --metric. */
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
        fail("--metric %s: the figures are %s", name, metric_names(names));
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}
