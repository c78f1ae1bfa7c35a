/* SPDX-License-Identifier: MIT */
/* The option table, from which parsing, help and the manual page are made, and the parser. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef enum kind { FLAG, TEXT, WORDS, LIST, COUNT, REAL, TRAIN } kind;

/* WORDS: may be given again; LIST: that, and names separated by commas; TRAIN: an option of
 * training, whose kind and range the library knows. */
typedef struct entry {
    option shown;
    kind kind;
    size_t offset; /* in settings */
    double lowest, highest;
} entry;

#define AT(member) offsetof(settings, member)

/* Lines without letters are headings of the help. Commands: T whatever trains, t train itself, r
 * range-test, e evaluate, p predict, i inspect, x explain, c check-gradient, b bench, g plot, u
 * tune. */
static const entry entries[] = {
    {{"The job", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--target", "COLUMN", "T", NULL,
      "column to predict, by name or 1-based number; several for regression: a,b"},
     LIST,
     AT(targets),
     0,
     0},
    {{"-o", "FILE", "tpg", NULL,
      "where to write the model (train), the predictions (predict) or the picture (plot: .svg, "
      ".png, .pdf)"},
     TEXT,
     AT(output),
     0,
     0},
    {{"--task", "TASK", "T", "auto",
      "classification, regression, or auto: by what the target holds"},
     TRAIN,
     0,
     0,
     0},
    {{"Search and folds", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"-o", "FILE", "u", NULL, "where to write the best model, trained as the last line says"},
     TEXT,
     AT(output),
     0,
     0},
    {{"-o", "FILE", "k", NULL,
      "where to write the prediction of every row by the fold that did not train on it"},
     TEXT,
     AT(output),
     0,
     0},
    {{"--folds", "N", "k", "5",
      "parts of the rows: each is predicted by a model of the others; --validation-group keeps "
      "groups together"},
     COUNT,
     AT(folds),
     2,
     1e6},
    {{"--repeats", "N", "k", "1", "divisions into folds, each with a shuffle of its own"},
     COUNT,
     AT(repeats),
     1,
     1e6},
    {{"--time", "TIME", "u", "60s", "how long to search: 90s, 5m, 2h"}, TEXT, AT(time), 0, 0},
    {{"--trials", "N", "u", NULL,
      "how many sets of options to try, instead of a time: the result is the same on every run"},
     COUNT,
     AT(trials),
     1,
     1e6},
    {{"--search", "OPTION=VALUES", "u", NULL,
      "try other values of an option: learning-rate=0.0001..0.1, l2=0|0.0001..0.01, "
      "hidden=32|64,32; a range is logarithmic from a ratio of 10 on, or as :log or :linear says"},
     WORDS,
     AT(search),
     0,
     0},
    {{"--holdout", "PART", "u", "0.2",
      "rows that neither training nor selection sees, to compare the best with the defaults; 0: "
      "none"},
     REAL,
     AT(holdout),
     0,
     0.5},
    {{"--journal", "FILE", "u", NULL, "a line for every finished training"},
     TEXT,
     AT(journal),
     0,
     0},
    {{"--resume", NULL, "u", NULL, "take what is in the --journal as done"},
     FLAG,
     AT(train.resume),
     0,
     0},
    {{"Network", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--hidden", "LAYERS", "T", "96,48",
      "neurons of the hidden layers, each with an activation if wanted (300:tanh,100); none: "
      "single-layer perceptron"},
     TRAIN,
     0,
     0,
     0},
    {{"--activation", "NAME", "T", "auto",
      "of the hidden layers: linear, step, sign, softsign, logistic, tanh, relu, softplus, "
      "gaussian, leaky-relu, elu, selu, gelu, silu, mish, hard-logistic, hard-tanh, exponential; "
      "auto: relu; "
      "tanh on less than 1000 rows with a validation part"},
     TRAIN,
     0,
     0,
     0},
    {{"--output-activation", "NAME", "T", "auto",
      "of the output layer; auto: logistic, softmax, linear or exponential by task and loss"},
     TRAIN,
     0,
     0,
     0},
    {{"--initial", "MODEL", "T", NULL,
      "go on from a model: its layers, columns, scaling, labels and weights"},
     TEXT,
     AT(initial),
     0,
     0},
    {{"--surrogate", NULL, "T", NULL,
      "lets a straight-through gradient pass hidden step and sign layers"},
     TRAIN,
     0,
     0,
     0},
    {{"Loss", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--loss", "NAME", "T", "auto",
      "quadratic; of labels: binary-cross-entropy, cross-entropy, hinge; of numbers: absolute, "
      "huber, quantile, poisson (counts); auto: by the task"},
     TRAIN,
     0,
     0,
     0},
    {{"--huber-delta", "NUMBER", "T", "1",
      "of --loss huber: beyond NUMBER standard deviations of the target, errors count linearly"},
     TRAIN,
     0,
     0,
     0},
    {{"--quantiles", "LEVELS", "T", "0.5",
      "of --loss quantile: 0.1,0.5,0.9 predicts three columns for each target"},
     TRAIN,
     0,
     0,
     0},
    {{"--label-smoothing", "E", "T", "0",
      "labels count as 1 - E, and E is spread over all labels, while training"},
     TRAIN,
     0,
     0,
     0},
    {{"--class-weights", "WEIGHTS", "T", "none",
      "how much a label counts in the losses: balanced (the rarer the more) or "
      "LABEL=WEIGHT,..."},
     TRAIN,
     0,
     0,
     0},
    {{"--weight-column", "COLUMN", "T", NULL,
      "numbers from 0: how much a row counts in the losses, not in metrics; no input"},
     TRAIN,
     0,
     0,
     0},
    {{"Steps", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--optimizer", "NAME", "T", "adam",
      "adam, adamw, nadam, rmsprop, sgd, momentum, nesterov; all rows at each step: "
      "gradient-descent, irprop, scg, lbfgs, levenberg-marquardt, bayesian; auto: by the "
      "sizes of network and data"},
     TRAIN,
     0,
     0,
     0},
    {{"--learning-rate", "NUMBER", "T", "by the optimizer", "alpha, the length of a step"},
     TRAIN,
     0,
     0,
     0},
    {{"--schedule", "NAME", "T", "constant",
      "of the learning rate: constant, step, exponential, cosine, one-cycle, plateau"},
     TRAIN,
     0,
     0,
     0},
    {{"--schedule-factor", "NUMBER", "T", "by the schedule",
      "step and plateau 0.5, exponential 0.97: what they multiply the rate by; cosine 0: the share "
      "it ends at; one-cycle 0.04: the share it begins at"},
     TRAIN,
     0,
     0,
     0},
    {{"--schedule-period", "N", "T", "by the schedule",
      "epochs between two steps (30), without a better validation for plateau (5), of one cosine "
      "before it begins anew (all)"},
     TRAIN,
     0,
     0,
     0},
    {{"--warm-up", "N", "T", "0", "epochs in which the learning rate rises to its full height"},
     TRAIN,
     0,
     0,
     0},
    {{"--momentum", "NUMBER", "T", "0.9", "for momentum and nesterov"}, TRAIN, 0, 0, 0},
    {{"--batch", "N", "T", "by the rows", "rows of a step, or full"}, TRAIN, 0, 0, 0},
    {{"--clip-norm", "NORM", "T", "none", "scales longer gradients down to this norm"},
     TRAIN,
     0,
     0,
     0},
    {{"--precision", "NAME", "T", "float",
      "of products while training: float, or bf16 where the processor has it"},
     TRAIN,
     0,
     0,
     0},
    {{"Against overfitting", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--l2", "NUMBER", "T", "auto",
      "adds NUMBER / 2 times the sum of squared weights to the loss; auto: 0.0003, "
      "without validation or with gradient-descent 0"},
     TRAIN,
     0,
     0,
     0},
    {{"--l1", "NUMBER", "T", "0", "adds NUMBER times the sum of absolute weights to the loss"},
     TRAIN,
     0,
     0,
     0},
    {{"--weight-decay", "NUMBER", "T", "0.01", "of adamw: shrinks weights by alpha NUMBER a step"},
     TRAIN,
     0,
     0,
     0},
    {{"--dropout", "P", "T", "0", "probability that a hidden neuron is left out of a step"},
     TRAIN,
     0,
     0,
     0},
    {{"--input-noise", "SD", "T", "0",
      "standard deviation of noise on the inputs of a step, after scaling"},
     TRAIN,
     0,
     0,
     0},
    {{"--max-norm", "NORM", "T", "none",
      "scales a neuron's incoming weights down to this norm after each step"},
     TRAIN,
     0,
     0,
     0},
    {{"--batch-norm", NULL, "T", NULL,
      "normalises hidden layers over the rows of a step; the model's network is plain"},
     TRAIN,
     0,
     0,
     0},
    {{"Validation, and when to stop", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--epochs", "N", "T", "200",
      "passes over the training rows, at most (2000 for gradient-descent)"},
     TRAIN,
     0,
     0,
     0},
    {{"--validation", "PART", "T", "0.15",
      "part of the rows that judges training, a file of its own, or none; PROBEN1 files say "
      "which rows (the default for them)"},
     TEXT,
     AT(validation),
     0,
     0},
    {{"--validation-group", "COLUMN", "T", NULL,
      "rows that share a text in it are on the same side of that division; no input"},
     TRAIN,
     0,
     0,
     0},
    {{"--validation-time", "COLUMN", "T", NULL,
      "the last rows in its order validate: numbers, else texts such as 2024-05-31; no input "
      "unless --numeric or --categorical names it"},
     TRAIN,
     0,
     0,
     0},
    {{"--validation-labels", "FILE", "T", NULL, "IDX labels of a --validation file"},
     TEXT,
     AT(validation_labels),
     0,
     0},
    {{"--patience", "N", "T", "20", "stop after N epochs without a better validation; 0: never"},
     TRAIN,
     0,
     0,
     0},
    {{"--metric", "NAME", "T", "loss",
      "what better means: loss, or a figure of evaluate: accuracy, log_loss, macro_f1, auc, "
      "average_precision, brier, rmse, mae, r2"},
     TRAIN,
     0,
     0,
     0},
    {{"--generalisation-loss", "PERCENT", "T", NULL,
      "stop when, after five more epochs, the validation loss is so much above its least (L. "
      "Prechelt 1994)"},
     TRAIN,
     0,
     0,
     0},
    {{"--min-change", "NUMBER", "T", "0", "how much better it must be to count"}, TRAIN, 0, 0, 0},
    {{"--restarts", "N", "T", "1",
      "trainings from other first weights; the best on validation is kept"},
     TRAIN,
     0,
     0,
     0},
    {{"--seed", "N", "T", "1", "of the split, the first weights and the order of rows"},
     TRAIN,
     0,
     0,
     0},
    {{"Runs that cannot be lost", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--checkpoint", "FILE", "t", NULL, "keeps the whole state of the run, whatever happens"},
     TEXT,
     AT(train.checkpoint),
     0,
     0},
    {{"--checkpoint-every", "N", "t", "10", "epochs between two checkpoints; 0: by minutes alone"},
     COUNT,
     AT(train.checkpoint_every),
     0,
     1e9},
    {{"--checkpoint-minutes", "M", "t", NULL, "a checkpoint also when M minutes have passed"},
     REAL,
     AT(train.checkpoint_minutes),
     0.001,
     1e6},
    {{"--resume", NULL, "t", NULL, "go on from the --checkpoint when it is there"},
     FLAG,
     AT(train.resume),
     0,
     0},
    {{"--log", "FILE", "t", NULL, "one JSON object an epoch"}, TEXT, AT(log), 0, 0},
    {{"Columns", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--drop", "COLUMNS", "T", NULL, "columns not to use"}, LIST, AT(drop), 0, 0},
    {{"--categorical", "COLUMNS", "T", NULL, "columns to take as categories"},
     LIST,
     AT(categorical),
     0,
     0},
    {{"--numeric", "COLUMNS", "T", NULL, "columns to take as numbers"}, LIST, AT(numeric), 0, 0},
    {{"This command", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--require", "FIGURE=VALUE", "e", NULL,
      "exit 5 unless the figure is at least as good: accuracy=0.95, rmse=2.5"},
     WORDS,
     AT(require),
     0,
     0},
    {{"--part", "NAME", "epo", NULL,
      "rows of a PROBEN1 file: training, validation, test or all (evaluate: test, else all)"},
     TEXT,
     AT(part),
     0,
     0},
    {{"--intervals", NULL, "e", NULL, "95 % bootstrap intervals beside the figures"},
     FLAG,
     AT(intervals),
     0,
     0},
    {{"--probabilities", NULL, "pk", NULL, "one more column for each label: p(LABEL)"},
     FLAG,
     AT(probabilities),
     0,
     0},
    {{"--row", "N", "x", "1", "the row to explain, from 1"}, COUNT, AT(row), 1, 1e12},
    {{"--rows", "N", "c", "64", "rows to take the gradient of, from the first"},
     COUNT,
     AT(rows),
     1,
     1e9},
    {{"--parameters", "N", "c", "2000",
      "parameters to compare with differences, evenly spaced; 0: all"},
     COUNT,
     AT(limit),
     0,
     1e12},
    {{"--network", "N-N-..", "b", "five standard ones", "inputs, hidden neurons, outputs"},
     TEXT,
     AT(network),
     0,
     0},
    {{"--batch-rows", "N", "b", "128", "rows of a step of --network"},
     COUNT,
     AT(bench_rows),
     1,
     1e6},
    {{"--seconds", "S", "b", "0.5", "time for each figure"}, REAL, AT(seconds), 0.001, 3600},
    {{"--x", "COLUMN", "g", NULL, "input column along the x axis"}, TEXT, AT(x), 0, 0},
    {{"--y", "COLUMN", "g", NULL, "input column along the y axis"}, TEXT, AT(y), 0, 0},
    {{"--label", "NAME", "g", NULL, "the label, or target column, to show"}, TEXT, AT(label), 0, 0},
    {{"--activation", "NAMES", "g", "the lecture's nine", "for activations: which, a,b"},
     LIST,
     AT(activations),
     0,
     0},
    {{"--sweep", "w:l,i,j=LO..HI", "g", NULL,
      "for response: y(x) at five values of a weight, or of a bias b:l,i; layer, neuron and input "
      "from 1"},
     WORDS,
     AT(sweeps),
     0,
     0},
    {{"--title", "TEXT", "go", "by what is shown", "title of the picture or page"},
     TEXT,
     AT(title),
     0,
     0},
    {{"--size", "WxH", "g", "by the kind", "pixels, 96 an inch"}, TEXT, AT(size), 0, 0},
    {{"--terminal", NULL, "g", NULL, "draw in characters; this is so without -o"},
     FLAG,
     AT(terminal),
     0,
     0},
    {{"--data", NULL, "g", NULL, "every point of the picture as CSV"}, FLAG, AT(data), 0, 0},
    {{"Report", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"-o", "FILE", "o", NULL, "where to write the page"}, TEXT, AT(output), 0, 0},
    {{"--log", "FILE", "o", NULL, "what train --log wrote: adds the course of training"},
     TEXT,
     AT(log),
     0,
     0},
    {{"--mistakes", "N", "o", "20", "rows predicted worst to show at most"},
     COUNT,
     AT(mistakes),
     1,
     1000},
    {{"Reading data", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--format", "NAME", "Tepxcgo", "by the name", "csv, tsv, idx or proben1"},
     TEXT,
     AT(format),
     0,
     0},
    {{"--separator", "C", "Tepxcgo", ",",
      "between fields: one character, tab, or space for runs of spaces"},
     TEXT,
     AT(separator),
     0,
     0},
    {{"--no-header", NULL, "Tepxcgo", NULL,
      "the first line is data; columns are column1, column2, ..."},
     FLAG,
     AT(no_header),
     0,
     0},
    {{"--missing", "TEXT", "Tepxcgo", NULL,
      "a text that means no value, besides empty, NA, NaN, nan, NULL, null and ?"},
     WORDS,
     AT(missing),
     0,
     0},
    {{"--comment", "C", "Tepxcgo", NULL, "skip lines that begin with this character"},
     TEXT,
     AT(comment),
     0,
     0},
    {{"--label-trim", "CHARACTERS", "Tepxcgo", NULL,
      "characters to take off the end of target labels"},
     TEXT,
     AT(label_trim),
     0,
     0},
    {{"--labels", "FILE", "Tepxcgo", NULL, "IDX labels of the images"}, TEXT, AT(labels), 0, 0},
    {{"In general", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--threads", "N", "Tepbgo", "all cores", "threads; the result does not depend on it"},
     COUNT,
     AT(train.threads),
     1,
     1024},
    {{"--json", NULL, "Teixcb", NULL, "one JSON object on standard output"}, FLAG, AT(json), 0, 0},
    {{"--force", NULL, "tpguko", NULL, "overwrite existing files"}, FLAG, AT(force), 0, 0},
    {{"--quiet", NULL, "Tp", NULL, "only errors on standard error"}, FLAG, AT(quiet), 0, 0},
    {{"--help", NULL, "Tepixcbgo", NULL, "this text"}, FLAG, AT(help), 0, 0},
};
enum { ENTRIES = sizeof entries / sizeof entries[0] };

const option *option_at(size_t i)
{
    return i < ENTRIES ? &entries[i].shown : NULL;
}

static bool taken_by(const entry *e, const command *c)
{
    return strpbrk(e->shown.commands, c->initials) != NULL;
}

static int usage(const char *name, const char *value, const char *what)
{
    fail("%s %s: %s", name, value, what);
    return EXIT_USAGE;
}

/* --- values
 * ---------------------------------------------------------------------------------------- */

static int add_word(word_list *list, const char *word)
{
    const char **grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (grown == NULL)
        return fail("not enough memory for the command line");
    list->items = grown;
    list->items[list->count++] = word;
    return EXIT_DONE;
}

/* Names separated by commas; the words stay in argv, cut in place. */
static int add_list(word_list *list, char *text)
{
    for (char *comma = strchr(text, ','); comma != NULL; comma = strchr(text, ',')) {
        *comma = '\0';
        const int code = add_word(list, text);
        if (code != EXIT_DONE)
            return code;
        text = comma + 1;
    }
    return add_word(list, text);
}

static int take_number(const entry *e, const char *text, void *to)
{
    double value = 0.0;
    char what[128], lowest[32], highest[32];
    const bool whole = e->kind == COUNT;
    mlp_number_text(e->lowest, lowest);
    mlp_number_text(e->highest, highest);
    snprintf(what, sizeof what, "give a %s from %s to %s", whole ? "whole number" : "number",
             lowest, highest);
    if (!mlp_number_parse(text, strlen(text), &value) || value < e->lowest || value > e->highest ||
        (whole && value != floor(value)))
        return usage(e->shown.name, text, what);
    if (e->offset == AT(train.threads))
        *(int *)to = (int)value;
    else if (whole)
        *(size_t *)to = (size_t)value;
    else
        *(double *)to = value;
    return EXIT_DONE;
}

/* `text` is NULL for a flag. */
static int take_train(const entry *e, const char *text, mlp_train_options *to)
{
    mlp_error err;
    if (mlp_train_options_set(to, e->shown.name, text != NULL ? text : "yes", &err) == MLP_OK)
        return EXIT_DONE;
    return report(&err);
}

static int take(const entry *e, char *text, settings *s)
{
    void *to = (char *)s + e->offset;
    switch (e->kind) {
    case FLAG:
        *(bool *)to = true;
        return EXIT_DONE;
    case TEXT:
        *(const char **)to = text;
        return EXIT_DONE;
    case WORDS:
        return add_word(to, text);
    case LIST:
        return add_list(to, text);
    case TRAIN:
        return take_train(e, text, &s->train);
    case COUNT:
    case REAL:
        break;
    }
    return take_number(e, text, to);
}

/* --- the parser
 * --------------------------------------------------------------------------------------- */

/* The command's own option of this name. */
static const entry *find_entry(const command *c, const char *name, size_t length)
{
    for (size_t i = 0; i < ENTRIES; i++) {
        const char *known = entries[i].shown.name;
        if (taken_by(&entries[i], c) && strncmp(known, name, length) == 0 && known[length] == '\0')
            return &entries[i];
    }
    return NULL;
}

static int unknown_option(const command *c, const char *word, size_t length)
{
    char name[64];
    const char *names[ENTRIES];
    size_t count = 0;
    snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), word);
    for (size_t i = 0; i < ENTRIES; i++)
        if (taken_by(&entries[i], c))
            names[count++] = entries[i].shown.name;
    const char *near = mlp_nearest_name(name, names, count);
    if (near != NULL)
        fail("mlp %s has no option %s; did you mean %s?", c->name, name, near);
    else
        fail("mlp %s has no option %s; mlp help %s lists them", c->name, name, c->name);
    return EXIT_USAGE;
}

/* What was given of the options that train takes, for a command line to be told: name and value
 * (NULL for a flag), copied before the value may be cut. */
static int remember(const char *name, const char *value, settings *s)
{
    const char *copy = value != NULL ? strdup(value) : NULL;
    if (value != NULL && copy == NULL)
        return fail("not enough memory for the command line");
    const int code = add_word(&s->given, name);
    return code == EXIT_DONE ? add_word(&s->given, copy) : code;
}

/* Takes argv[*i], an option, and its value, which may follow behind "=" or as the next word. */
static int take_option(const command *c, int argc, char **argv, int *i, settings *s)
{
    char *word = argv[*i];
    const bool is_long = word[1] == '-';
    const size_t length = is_long ? strcspn(word, "=") : strlen(word);
    const entry *e = find_entry(c, word, length);
    if (e == NULL)
        return unknown_option(c, word, length);
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
    if (strchr(e->shown.commands, 'T') == NULL)
        return take(e, value, s);
    const int code = remember(e->shown.name, value, s);
    return code == EXIT_DONE ? take(e, value, s) : code;
}

static int check_arguments(const command *c, const settings *s)
{
    if (s->help || (s->argument_count >= c->argument_count &&
                    s->argument_count - c->argument_count <= c->further))
        return EXIT_DONE;
    fail("mlp %s takes %zu argument%s%s, but %zu %s given; it is used so: mlp %s %s", c->name,
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
    return check_arguments(c, s);
}

void settings_release(settings *s)
{
    mlp_model_free(s->initial_model);
    word_list *const lists[] = {&s->missing, &s->targets, &s->drop,   &s->categorical,
                                &s->numeric, &s->require, &s->sweeps, &s->activations,
                                &s->search,  &s->given};
    free(s->arguments);
    free(s->command);
    for (size_t i = 1; i < s->given.count; i += 2)
        free((void *)s->given.items[i]);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        free(lists[i]->items);
}
