/* SPDX-License-Identifier: MIT */
/* The command line and the options of training. The first line of an input is the name of a
 * command, every further line one argument. Options that the parser accepts are passed to training,
 * to the search space of tune and to the sweeps of plot response. */
#include <stdlib.h>
#include <string.h>

#include "../cli/cli.h"
#include "fuzz.h"
#include "search/space.h"

enum { MOST_ARGUMENTS = 40 };

static mlp_names names_of(const word_list *list)
{
    return (mlp_names){list->items, list->count};
}

/* Returns whether layers are so small that a training run ends at once, even with
 * Levenberg-Marquardt; a text with larger numbers is only parsed. */
static bool is_small(const char *layers)
{
    size_t count = 0;
    for (const char *at = layers; at != NULL && *at != '\0';) {
        const size_t digits = strspn(at, "0123456789");
        count += digits > 0;
        if (digits > 1 || count > 4)
            return false;
        at += digits > 0 ? digits : 1;
    }
    return true;
}

static void train(const mlp_table *table, const mlp_train_options *options)
{
    mlp_trainer *trainer = NULL;
    mlp_model *model = NULL;
    if (!is_small(options->hidden) ||
        mlp_trainer_create(table, NULL, options, &trainer, NULL) != MLP_OK)
        return;
    for (int i = 0; i < 2; i++)
        (void)mlp_trainer_step(trainer, NULL);
    if (mlp_trainer_model(trainer, &model, NULL, NULL) == MLP_OK)
        fuzz_use_model(model, table, options->seed);
    mlp_model_free(model);
    mlp_trainer_free(trainer);
}

static void search(const mlp_train_options *base, const word_list *words)
{
    mlpi_space space;
    mlpi_draw draw;
    if (mlpi_space_init(&space, 100, base, (mlp_names){NULL, 0}, names_of(words), NULL) != MLP_OK)
        return;
    for (size_t trial = 1; trial < 4; trial++) {
        mlp_train_options options = *base;
        if (mlpi_space_draw(&space, base, 1, trial, 0, &draw, NULL) != MLP_OK)
            continue;
        (void)mlpi_draw_apply(&draw, &options, NULL);
        mlpi_draw_release(&draw);
    }
    mlpi_space_release(&space);
}

static void sweep(const mlp_table *table, const settings *s)
{
    static mlp_model *model;
    static const char *const target = "answer";
    mlp_train_options options = fuzz_small_training();
    options.targets = (mlp_names){&target, 1};
    if (model == NULL)
        (void)mlp_train(table, NULL, &options, &model, NULL, NULL);
    const char *names[] = {"response", "activations"};
    const mlp_names none = {NULL, 0};
    for (size_t i = 0; i < 2; i++) {
        const mlp_plot_kind *kind = NULL;
        mlp_figure *figure = NULL;
        const mlp_plot_request request = {.model = model,
                                          .activations = i == 1 ? names_of(&s->activations) : none,
                                          .x = i == 0 ? s->x : NULL,
                                          .label = i == 0 ? s->label : NULL,
                                          .sweeps = i == 0 ? names_of(&s->sweeps) : none,
                                          .title = s->title,
                                          .threads = 1};
        if (mlp_plot_kind_find(names[i], &kind, NULL) == MLP_OK &&
            mlp_plot(kind, &request, &figure, NULL) == MLP_OK)
            (void)mlp_figure_characters(figure, 60, false, fuzz_nowhere(), NULL);
        mlp_figure_free(figure);
    }
}

static void use(const mlp_table *table, settings *s)
{
    mlp_train_options *t = s->train;
    t->checkpoint = NULL; /* no file is written under a name that the input contains */
    t->threads = 1;
    train(table, t);
    if (s->search.count > 0)
        search(t, &s->search);
    if (s->sweeps.count + s->activations.count > 0)
        sweep(table, s);
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    static mlp_table *table;
    if (table == NULL)
        table = fuzz_small_table();
    fuzz_input input = {bytes, size};
    char *name = fuzz_line(&input), *arguments[MOST_ARGUMENTS + 1] = {NULL};
    const command *found = name != NULL ? command_find(name) : NULL;
    int count = 0;
    while (count < MOST_ARGUMENTS && (arguments[count] = fuzz_line(&input)) != NULL)
        count++;
    if (found != NULL) {
        settings s = {0};
        /* A small network unless the input sets another one, since training the default one takes
         * minutes. */
        if (mlp_train_options_create(&s.train, NULL) == MLP_OK &&
            mlp_train_options_set(s.train, "hidden", "4", NULL) == MLP_OK &&
            options_parse(found, count, arguments, &s) == EXIT_DONE)
            use(table, &s);
        settings_release(&s);
    }
    for (int i = 0; i < count; i++)
        free(arguments[i]);
    free(name);
}
