/* SPDX-License-Identifier: MIT */
/* --threshold and --label: the lowest probability at which a row gets one of two labels. */
#include "cli/cli.h"

bool has_threshold(const settings *s)
{
    return s->threshold >= 0.0;
}

/* Reports which label the threshold applies to, unless --label named it. */
static void tell_label(const settings *s, const mlp_model *model, size_t label)
{
    char threshold[32];
    mlp_number_text(s->threshold, threshold);
    if (s->label != NULL || s->quiet)
        return;
    fprintf(
        stderr,
        "Threshold %s applies to the probability of %s, the %s; for the other label, use --label ",
        threshold, mlp_model_label(model, label),
        label == 1 ? "second label" : "label chosen in training");
    print_word(stderr, mlp_model_label(model, 1 - label));
    fputs(".\n", stderr);
}

int look_for(const settings *s, mlp_model *model)
{
    mlp_error err;
    if (s->label == NULL || mlp_model_look_for(model, s->label, &err) == MLP_OK)
        return EXIT_DONE;
    return report(&err);
}

int take_decision(const settings *s, const mlp_model *model, mlp_session *session)
{
    mlp_error err;
    const size_t label = mlp_model_looked_for(model);
    if (!has_threshold(s))
        return EXIT_DONE;
    if (mlp_session_set_threshold(session, label, s->threshold, &err) != MLP_OK)
        return report(&err);
    tell_label(s, model, label);
    return EXIT_DONE;
}
