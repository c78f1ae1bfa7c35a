/* SPDX-License-Identifier: MIT */
/* By which probability a row gets which of two labels: --threshold and --label. */
#include <string.h>

#include "cli/cli.h"

bool has_threshold(const settings *s)
{
    return s->threshold >= 0.0;
}

/* A threshold says little without the label that it is of. */
static void tell_label(const settings *s, const mlp_model *model)
{
    char threshold[32];
    mlp_number_text(s->threshold, threshold);
    if (s->label == NULL && !s->quiet)
        fprintf(stderr,
                "The threshold %s is of p(%s), the second label; --label %s takes the other one.\n",
                threshold, mlp_model_label(model, 1), mlp_model_label(model, 0));
}

/* The label that is looked for, of two: the one of --label, else the second. */
static int find_label(const settings *s, const mlp_model *model, size_t *label)
{
    const size_t labels = mlp_model_label_count(model);
    *label = 1;
    if (s->label == NULL)
        return EXIT_DONE;
    for (*label = 0; *label < labels; ++*label)
        if (strcmp(s->label, mlp_model_label(model, *label)) == 0)
            break;
    if (*label < labels && labels == 2)
        return EXIT_DONE;
    if (labels == 2)
        fail("--label %s: the labels of the model are %s and %s", s->label,
             mlp_model_label(model, 0), mlp_model_label(model, 1));
    else
        fail("--label is one of two labels that --threshold decides between; this model does not "
             "have two");
    return EXIT_USAGE;
}

int take_decision(const settings *s, const mlp_model *model, mlp_session *session, size_t *label)
{
    mlp_error err;
    const int code = find_label(s, model, label);
    if (code != EXIT_DONE || !has_threshold(s))
        return code;
    if (mlp_session_set_threshold(session, *label, s->threshold, &err) != MLP_OK)
        return report(&err);
    tell_label(s, model);
    return EXIT_DONE;
}
