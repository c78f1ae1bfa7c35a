/* SPDX-License-Identifier: MIT */
/* The parser of the command line. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options/option_table.h"

bool entry_taken_by(const entry *e, const command *c)
{
    return strpbrk(e->shown.commands, c->initials) != NULL;
}

static int usage(const char *name, const char *value, const char *what)
{
    fail("%s %s: %s", name, value, what);
    return EXIT_USAGE;
}

/* --- values ----------------------------------------------------------------------------------- */

int add_word(word_list *list, const char *word)
{
    const char **grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (grown == NULL)
        return fail("not enough memory for a list of words");
    list->items = grown;
    list->items[list->count++] = word;
    return EXIT_DONE;
}

/* Cuts the first of several names, separated by commas, in place; *rest becomes the text after it,
 * NULL after the last. A comma within a name has a backslash before it, which is removed. */
static char *next_name(char **rest)
{
    char *const name = *rest, *to = name;
    for (const char *at = name;; at++) {
        if (at[0] == '\\' && at[1] == ',')
            at++;
        else if (at[0] == ',' || at[0] == '\0') {
            *rest = at[0] == ',' ? name + (at - name) + 1 : NULL;
            *to = '\0';
            return name;
        }
        *to++ = *at;
    }
}

/* Adds names separated by commas, which stay in `text`, a word of argv. */
static int add_list(word_list *list, char *text)
{
    int code = EXIT_DONE;
    while (text != NULL && code == EXIT_DONE)
        code = add_word(list, next_name(&text));
    return code;
}

/* The message omits an upper bound that nobody reaches; for a percentage it adds the share. */
static int refuse_number(const entry *e, const char *text)
{
    enum { BEYOND = 100000000 };
    char what[160], lowest[32], highest[32], share[32];
    double value = 0.0;
    const bool whole = e->kind == COUNT;
    mlp_number_text(e->lowest, lowest);
    mlp_number_text(e->highest, highest);
    snprintf(what, sizeof what, "give a %s from %s %s%s", whole ? "whole number" : "number", lowest,
             e->highest < BEYOND ? "to " : "on", e->highest < BEYOND ? highest : "");
    const bool percent = !whole && e->highest <= 1.0 &&
                         mlp_number_parse(text, strlen(text), &value) && value >= 2.0 &&
                         value <= 100.0 * e->highest;
    if (percent) {
        mlp_number_text(value / 100.0, share);
        snprintf(what + strlen(what), sizeof what - strlen(what), ", such as %s for %s %%", share,
                 text);
    }
    return usage(e->shown.name, text, what);
}

static int take_number(const entry *e, const char *text, void *to)
{
    double value = 0.0;
    const bool whole = e->kind == COUNT;
    if (!mlp_number_parse(text, strlen(text), &value) || value < e->lowest || value > e->highest ||
        (whole && value != floor(value)))
        return refuse_number(e, text);
    if (e->offset == AT(threads))
        *(int *)to = (int)value;
    else if (whole)
        *(size_t *)to = (size_t)value;
    else
        *(double *)to = value;
    return EXIT_DONE;
}

static mlp_status add_names(const char *name, char *text, mlp_train_options *to, mlp_error *err)
{
    mlp_status status = MLP_OK;
    while (text != NULL && status == MLP_OK)
        status = mlp_train_options_add(to, name, next_name(&text), err);
    return status;
}

/* `text` is NULL for a flag. */
static int take_train(const entry *e, char *text, mlp_train_options *to)
{
    mlp_error err;
    const char *name = e->shown.name;
    const mlp_status status =
        e->kind == TRAIN_LIST ? add_names(name, text, to, &err)
        : e->kind == TRAIN_WORDS
            ? mlp_train_options_add(to, name, text, &err)
            : mlp_train_options_set(to, name, text != NULL ? text : "yes", &err);
    return status == MLP_OK ? EXIT_DONE : report(&err);
}

static int take(const entry *e, char *text, settings *s)
{
    void *to = (char *)s + e->offset;
    switch (e->kind) {
    case FLAG:
        *(bool *)to = true;
        return EXIT_DONE;
    case TEXT:
    case READS:
    case WRITES:
        *(const char **)to = text;
        return EXIT_DONE;
    case WORDS:
        return add_word(to, text);
    case LIST:
        return add_list(to, text);
    case TRAIN:
    case TRAIN_LIST:
    case TRAIN_WORDS:
    case TRAIN_WRITES:
        return take_train(e, text, s->train);
    case COUNT:
    case REAL:
        break;
    }
    return take_number(e, text, to);
}

/* --- the parser ------------------------------------------------------------------------------- */

/* The option of this name that the command takes; NULL: there is none. */
static const entry *find_entry(const command *c, const char *name, size_t length)
{
    for (size_t i = 0; entry_at(i) != NULL; i++) {
        const char *known = entry_at(i)->shown.name;
        if (entry_taken_by(entry_at(i), c) && strncmp(known, name, length) == 0 &&
            known[length] == '\0')
            return entry_at(i);
    }
    return NULL;
}

static int unknown_option(const command *c, const char *word, size_t length)
{
    char name[64];
    const char *names[MOST_ENTRIES];
    size_t count = 0;
    snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), word);
    for (size_t i = 0; entry_at(i) != NULL && count < MOST_ENTRIES; i++)
        if (command_lists(c, option_at(i)))
            names[count++] = entry_at(i)->shown.name;
    const char *near = mlp_nearest_name(name, names, count);
    if (near != NULL)
        fail("mlp %s has no option %s; did you mean %s?", c->name, name, near);
    else
        fail("mlp %s has no option %s; mlp help %s lists the options", c->name, name, c->name);
    return EXIT_USAGE;
}

/* Keeps name and value (NULL: a flag) of an option of training, for command lines to be printed.
 * The value is copied before it may be cut. */
static int remember(const char *name, const char *value, settings *s)
{
    char *copy = value != NULL ? strdup(value) : NULL;
    if (value != NULL && copy == NULL)
        return fail("not enough memory for the command line");
    int code = add_word(&s->given, name);
    if (code == EXIT_DONE)
        code = add_word(&s->given, copy);
    if (code != EXIT_DONE)
        free(copy);
    return code;
}

/* Takes argv[*i], an option, and its value, which follows "=" or is the next word. */
static int take_option(const command *c, int argc, char **argv, int *i, settings *s)
{
    static char help[] = "--help";
    char *word = strcmp(argv[*i], "-h") == 0 ? help : argv[*i];
    const bool is_long = word[1] == '-';
    const size_t length = is_long ? strcspn(word, "=") : strlen(word);
    const entry *e = find_entry(c, word, length);
    if (e == NULL)
        return unknown_option(c, word, length);
    if (command_refuses(c, &e->shown)) {
        fail("%s: %s", e->shown.name, c->refused->why);
        return EXIT_USAGE;
    }
    char *value = word[length] == '=' ? word + length + 1 : NULL;
    const bool flag = e->shown.argument == NULL;
    if (flag && value != NULL)
        return usage(e->shown.name, value, "this option takes no value");
    if (!flag && value == NULL) {
        if (*i + 1 >= argc) {
            fail("%s needs a value: %s", e->shown.name, e->shown.argument);
            return EXIT_USAGE;
        }
        value = argv[++*i];
    }
    if (strchr(e->shown.commands, 'T') == NULL && e->kind < TRAIN)
        return take(e, value, s);
    const int code = remember(e->shown.name, value, s);
    return code == EXIT_DONE ? take(e, value, s) : code;
}

static int check_arguments(const command *c, const settings *s)
{
    if (s->help || (s->argument_count >= c->argument_count &&
                    s->argument_count - c->argument_count <= c->further))
        return EXIT_DONE;
    fail("mlp %s takes %zu argument%s%s, but %zu %s given; usage: mlp %s %s", c->name,
         c->argument_count, c->argument_count == 1 ? "" : "s", c->further > 0 ? " or more" : "",
         s->argument_count, s->argument_count == 1 ? "is" : "are", c->name, c->arguments);
    return EXIT_USAGE;
}

int options_parse(const command *c, int argc, char **argv, settings *s)
{
    bool only_arguments = false;
    s->arguments = calloc((size_t)argc + 1, sizeof *s->arguments);
    if (s->arguments == NULL)
        return fail("not enough memory for the command line");
    for (int i = 0; i < argc; i++) {
        if (!only_arguments && strcmp(argv[i], "--") == 0) {
            only_arguments = true;
        } else if (!only_arguments && argv[i][0] == '-' && argv[i][1] != '\0') {
            const int code = take_option(c, argc, argv, &i, s);
            if (code != EXIT_DONE)
                return code;
        } else {
            s->arguments[s->argument_count++] = argv[i];
        }
    }
    if (c->further == ANY_FILES && s->argument_count > c->argument_count)
        s->further =
            (mlp_names){s->arguments + c->argument_count, s->argument_count - c->argument_count};
    return check_arguments(c, s);
}

bool is_given(const settings *s, const char *name)
{
    for (size_t i = 0; i < s->given.count; i += 2)
        if (strcmp(s->given.items[i], name) == 0)
            return true;
    return false;
}

int settings_begin(settings *s)
{
    *s = (settings){.row = 1,
                    .rows = 64,
                    .limit = 2000,
                    .bench_rows = 128,
                    .holdout = 0.2,
                    .folds = 5,
                    .repeats = 1,
                    .sizes = 4,
                    .seconds = 0.5,
                    .threshold = -1.0};
    return mlp_train_options_create(&s->train, NULL) == MLP_OK
               ? EXIT_DONE
               : fail("not enough memory for the command line");
}

void settings_release(settings *s)
{
    mlp_model_free(s->initial_model);
    mlp_train_options_free(s->train);
    word_list *const lists[] = {&s->missing, &s->require, &s->sweeps,     &s->activations,
                                &s->search,  &s->given,   &s->keep,       &s->metrics,
                                &s->columns, &s->targets, &s->label_names};
    free(s->arguments);
    free(s->command);
    mlp_json_free(s->schema_document);
    for (size_t i = 1; i < s->given.count; i += 2)
        free((void *)s->given.items[i]);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        free(lists[i]->items);
}
