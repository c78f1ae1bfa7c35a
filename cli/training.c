/* SPDX-License-Identifier: MIT */
/* What every command that trains needs: options that are more than their text, the data, and an end
 * by Ctrl-C. */
#include <signal.h>
#include <string.h>

#include "cli.h"

/* The only state a signal handler may touch. */
static volatile int stop_wanted;

static void on_signal(int signal_number)
{
    stop_wanted = 1;
    signal(signal_number, SIG_DFL); /* the second one ends at once */
}

void training_catch_signals(settings *s)
{
    stop_wanted = 0;
    s->train.stop = &stop_wanted;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
}

static mlp_names names_of(const word_list *list)
{
    return (mlp_names){list->items, list->count};
}

/* --validation: a part, none, or a file. A number is never taken for a file. */
static int take_validation(settings *s, mlp_table **validation)
{
    mlp_error err;
    if (s->validation == NULL)
        return EXIT_DONE;
    if (strcmp(s->validation, "none") == 0) {
        s->train.validation = 0.0;
        return EXIT_DONE;
    }
    if (mlp_number_parse(s->validation, strlen(s->validation), &s->train.validation))
        return EXIT_DONE; /* its range is checked with the other options */
    settings other = *s;
    other.labels = s->validation_labels;
    return read_table(&other, s->validation, NULL, validation, &err) == MLP_OK ? EXIT_DONE
                                                                               : report(&err);
}

/* --initial: the layers are the model's. */
static int take_initial(settings *s)
{
    static const char *const decided[] = {"--hidden", "--activation"};
    mlp_error err;
    if (s->initial == NULL)
        return EXIT_DONE;
    for (size_t i = 0; i < s->given.count; i += 2)
        for (size_t k = 0; k < 2; k++)
            if (strcmp(s->given.items[i], decided[k]) == 0) {
                fail("%s: with --initial the layers are those of the model", decided[k]);
                return EXIT_USAGE;
            }
    if (mlp_model_load(s->initial, &s->initial_model, &err) != MLP_OK)
        return report(&err);
    s->train.initial = s->initial_model;
    return EXIT_DONE;
}

int training_begin(settings *s, mlp_table **table, mlp_table **validation)
{
    mlp_error err;
    s->train.targets = names_of(&s->targets);
    s->train.drop = names_of(&s->drop);
    s->train.categorical = names_of(&s->categorical);
    s->train.numeric = names_of(&s->numeric);
    int code = take_initial(s);
    if (code == EXIT_DONE)
        code = take_validation(s, validation);
    if (code == EXIT_DONE && read_table(s, s->arguments[0], NULL, table, &err) != MLP_OK)
        code = report(&err);
    return code;
}
