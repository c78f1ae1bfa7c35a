/* SPDX-License-Identifier: MIT */
/* The option table, from which parsing, help and the manual page are made. */
#include "cli/options/option_table.h"

#include <string.h>

/* Lines without letters are headings of the help; a line of kind TRAIN stands for the options of
 * training that the library has in that group. Commands: T whatever trains, t train itself, r
 * range-test, e evaluate, m compare, p predict, i inspect, x explain, c check-gradient, b bench, g plot, u
 * tune, n export, f import, s shrink, j merge. */
static const entry entries[] = {
    {{"The job", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--target", "COLUMN", "i", NULL, "column to predict: what gives it away is named"},
     TRAIN_LIST,
     0,
     0,
     0},
    {{"-o", "FILE", "tjpg", NULL,
      "where to write the model (train, merge), the predictions (predict) or the picture (plot: "
      ".svg, .png, .pdf)"},
     WRITES,
     AT(output),
     0,
     0},
    {{"The job", NULL, "T", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"Quality", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Quality", NULL, "tkl", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"Search and folds", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"-o", "FILE", "u", NULL, "where to write the best model, trained as the last line says"},
     WRITES,
     AT(output),
     0,
     0},
    {{"-o", "FILE", "k", NULL,
      "where to write the prediction of every row, with probabilities, by the fold that did not "
      "train on it"},
     WRITES,
     AT(output),
     0,
     0},
    {{"--folds", "N", "kl", "5",
      "parts of the rows: each is predicted by a model of the others; --validation-group keeps "
      "groups together"},
     COUNT,
     AT(folds),
     2,
     1e6},
    {{"--repeats", "N", "kl", "1", "divisions into folds, each with a shuffle of its own"},
     COUNT,
     AT(repeats),
     1,
     1e6},
    {{"--sizes", "N", "l", "4",
      "how many numbers of training rows to try, each twice the one before, the last of all: 4 are "
      "1/8, 1/4, 1/2 and all"},
     COUNT,
     AT(sizes),
     2,
     16},
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
     WRITES,
     AT(journal),
     0,
     0},
    {{"--resume", NULL, "u", NULL, "take what is in the --journal as done"},
     FLAG,
     AT(resume),
     0,
     0},
    {{"Network", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Network", NULL, "T", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"--initial", "MODEL", "T", NULL,
      "go on from a model: its layers, columns, scaling, labels and weights"},
     READS,
     AT(initial),
     0,
     0},
    {{"Loss", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Loss", NULL, "T", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"Steps", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Steps", NULL, "T", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"Against overfitting", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Against overfitting", NULL, "T", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"Validation, and when to stop", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Validation, and when to stop", NULL, "T", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"--validation", "PART", "T", "0.15",
      "part of the rows that validates training, a file of its own, or none; PROBEN1 files say "
      "which rows (the default for them)"},
     READS,
     AT(validation),
     0,
     0},
    {{"--validation-labels", "FILE", "T", NULL, "IDX labels of a --validation file"},
     READS,
     AT(validation_labels),
     0,
     0},
    {{"Runs that cannot be lost", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Runs that cannot be lost", NULL, "t", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"--log", "FILE", "t", NULL, "one JSON object an epoch"}, WRITES, AT(log), 0, 0},
    {{"Several machines", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"Several machines", NULL, "tku", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"--ranks", "NAME", "t", NULL,
      "the processes of an MPI launcher share the rows of every batch: mpi, openmpi, mpich; the "
      "model is that of one"},
     TEXT,
     AT(ranks),
     0,
     0},
    {{"Columns", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--schema", "FILE", "T", NULL,
      "what columns are, as inspect DATA --json writes it; other options have precedence"},
     READS,
     AT(schema),
     0,
     0},
    {{"Columns", NULL, "T", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"This command", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--require", "METRIC=VALUE", "en", NULL,
      "exit 5 unless the metric is at least as good: accuracy=0.95, rmse=2.5 (export: that of the "
      "integers in --rows, and nothing is written)"},
     WORDS,
     AT(require),
     0,
     0},
    {{"--part", "NAME", "epmo", NULL,
      "rows of a PROBEN1 file: training, validation, test or all (evaluate, compare: test, else "
      "all)"},
     TEXT,
     AT(part),
     0,
     0},
    {{"--metric", "NAMES", "em", "all",
      "metrics to show, a,b: evaluate looks for the best threshold between two labels for each, "
      "compare decides by the first (without: log_loss, rmse or pinball_loss)"},
     LIST,
     AT(metrics),
     0,
     0},
    {{"--threshold", "P", "ep", "that of the model, else the more probable label",
      "of two labels, give a row that of --label where its probability is P or more"},
     REAL,
     AT(threshold),
     0,
     1},
    {{"--label", "NAME", "ep", "the second", "of two labels the one that is looked for"},
     TEXT,
     AT(label),
     0,
     0},
    {{"--intervals", NULL, "e", NULL, "95 % bootstrap intervals of the metrics"},
     FLAG,
     AT(intervals),
     0,
     0},
    {{"--keep", "COLUMNS", "p", NULL,
      "columns of the data to write before the prediction: a,b, or all; row is the number of the "
      "row"},
     LIST,
     AT(keep),
     0,
     0},
    {{"--probabilities", NULL, "p", NULL, "one more column for each label: p(LABEL)"},
     FLAG,
     AT(probabilities),
     0,
     0},
    {{"--interval", "SHARE", "ep", NULL,
      "of a quantity: two more columns, between which the truth of SHARE of new rows lies, for "
      "instance 0.9 (evaluate: whether it does); for models of --folds"},
     REAL,
     AT(interval),
     0.001,
     0.99999},
    {{"--label-set", "SHARE", "ep", NULL,
      "of labels: one more column with a set of labels, which holds the true one of SHARE of new "
      "rows (evaluate: whether it does); for models of --folds"},
     REAL,
     AT(label_set),
     0.001,
     0.99999},
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
    {{"--seconds", "S", "b", "0.5", "time for each measurement"}, REAL, AT(seconds), 0.001, 3600},
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
    {{"-o", "FILE", "o", NULL, "where to write the page"}, WRITES, AT(output), 0, 0},
    {{"--log", "FILE", "o", NULL, "what train --log wrote: adds the course of training"},
     READS,
     AT(log),
     0,
     0},
    {{"--mistakes", "N", "o", "20", "rows predicted worst to show at most"},
     COUNT,
     AT(mistakes),
     1,
     1000},
    {{"Export", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"-o", "FILE", "n", NULL,
      "where to write the model: as C net.c, and net.h beside it, whose names begin with net_; "
      "net.onnx; as JavaScript net.js, or the module net.mjs; or as a page with a form, net.html"},
     WRITES,
     AT(output),
     0,
     0},
    {{"--matrix", NULL, "n", NULL, "of net.onnx, of numbers alone: one input x of all columns"},
     FLAG,
     AT(matrix),
     0,
     0},
    {{"--weights", "TYPE", "n", "float32",
      "of net.onnx: float32, or float16, of half the bytes, each weight rounded to 11 bits"},
     TEXT,
     AT(weights),
     0,
     0},
    {{"--rows", "DATA", "n", NULL,
      "rows for the self-test, besides those that are made by what the model knows of its columns"},
     READS,
     AT(vectors),
     0,
     0},
    {{"--math", "NAME", "n", "library",
      "of C: library, which is math.h, or own: the functions that it needs are in the file"},
     TEXT,
     AT(math),
     0,
     0},
    {{"--integer", "BITS", "n", NULL,
      "networks of C in integers with weights of 8 or 16 bits; --rows tell how large numbers "
      "become, "
      "and what that costs"},
     COUNT,
     AT(integer),
     8,
     16},
    {{"--verify", NULL, "n", NULL,
      "compile it with cc and clang at -O0 and -O3, for 32-bit x86, Cortex-M4 and RISC-V, as far "
      "as they are installed, and run its self-test, emulated where need be; JavaScript with "
      "node"},
     FLAG,
     AT(verify),
     0,
     0},
    {{"--interval", "SHARE", "n", "0.9 for models of --folds",
      "of a quantity: ends between which the truth of SHARE of new rows lies"},
     REAL,
     AT(interval),
     0.001,
     0.99999},
    {{"--label-set", "SHARE", "n", "0.9 for models of --folds",
      "of labels: a set, which holds the true one of SHARE of new rows"},
     REAL,
     AT(label_set),
     0.001,
     0.99999},
    {{"Import", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"-o", "FILE", "f", NULL, "where to write the model"}, WRITES, AT(output), 0, 0},
    {{"--like", "DATA", "f", NULL,
      "a table whose columns are the network's, in their order: the inputs are called as they are, "
      "and the last, or those of --target, are what is predicted"},
     READS,
     AT(like),
     0,
     0},
    {{"--columns", "NAMES", "f", "x1,x2,... where the file has none",
      "names of the inputs, in their order"},
     LIST,
     AT(columns),
     0,
     0},
    {{"--target", "NAMES", "f", "label, or y", "names of what is predicted"},
     LIST,
     AT(targets),
     0,
     0},
    {{"--label-names", "NAMES", "f", "0,1,... where the file has none",
      "names of the labels, in the order of the outputs"},
     LIST,
     AT(label_names),
     0,
     0},
    {{"--task", "NAME", "f", "auto",
      "classification or regression; classification makes probabilities of logits"},
     TEXT,
     AT(task),
     0,
     0},
    {{"Shrinking", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"-o", "FILE", "s", NULL, "where to write the small model"}, WRITES, AT(output), 0, 0},
    {{"--max-flash", "BYTES", "s", NULL,
      "most bytes of code and constants as C on a Cortex-M4, without the C library: 900, 8K"},
     TEXT,
     AT(max_flash),
     0,
     0},
    {{"--max-parameters", "N", "s", NULL, "most parameters"}, TEXT, AT(max_parameters), 0, 0},
    {{"--max-operations", "N", "s", NULL, "most multiply-adds of a prediction"},
     TEXT,
     AT(max_operations),
     0,
     0},
    {{"--integer", "BITS", "s", NULL,
      "as C in integers with weights of 8 or 16 bits: bytes and metrics are of that"},
     COUNT,
     AT(integer),
     8,
     16},
    {{"--require", "METRIC=VALUE", "s", NULL,
      "the smallest network that is at least as good on the rows held out: accuracy=0.96, "
      "rmse=2.5; without: the best within the bounds"},
     WORDS,
     AT(require),
     0,
     0},
    {{"--teaching", "SHARE", "s", "0.7",
      "how much the answers of MODEL count in what is learnt; the rest are the targets of DATA"},
     TEXT,
     AT(teaching),
     0,
     0},
    {{"--mixed", "N", "s", "2",
      "rows that are made of two others, for MODEL to answer, for each row of DATA"},
     TEXT,
     AT(mixed),
     0,
     0},
    {{"--time", "TIME", "s", NULL, "how long it may take: 90s, 5m, 2h"}, TEXT, AT(time), 0, 0},
    {{"Reading data", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"--format", "NAME", "Tepmixcgonf", "by bytes or name",
      "csv, tsv, jsonl, npy, npz, arff, libsvm, fann, idx or proben1"},
     TEXT,
     AT(format),
     0,
     0},
    {{"--query", "SQL", "Tepmixcgonf", NULL,
      "what to read of a database, whose DATA is odbc:CONNECTION (docs/data-formats.md)"},
     TEXT,
     AT(query),
     0,
     0},
    {{"--encoding", "NAME", "Tepmixcgonf", "recognised",
      "what the text is written in, a name that iconv -l lists: utf-8, windows-1252"},
     TEXT,
     AT(encoding),
     0,
     0},
    {{"--separator", "C", "Tepmixcgonf", "by the look",
      "between fields: one character, tab, or space for runs of spaces"},
     TEXT,
     AT(separator),
     0,
     0},
    {{"--decimal", "C", "Tepmixcgonf", "by the look", "what stands before decimals: . or ,"},
     TEXT,
     AT(decimal),
     0,
     0},
    {{"--header", NULL, "Tepmixcgonf", NULL, "the first line are names, even if they are numbers"},
     FLAG,
     AT(header),
     0,
     0},
    {{"--no-header", NULL, "Tepmixcgonf", NULL,
      "the first line is data; columns are column1, column2, ..."},
     FLAG,
     AT(no_header),
     0,
     0},
    {{"--missing", "TEXT", "Tepmixcgonf", NULL,
      "a text that means no value, besides empty, NA, NaN, nan, NULL, null and ?; among numbers "
      "also N/A, n/a, #N/A, <NA>, None, - and ."},
     WORDS,
     AT(missing),
     0,
     0},
    {{"--comment", "C", "Tepmixcgonf", NULL, "skip lines that begin with this character"},
     TEXT,
     AT(comment),
     0,
     0},
    {{"--label-trim", "CHARACTERS", "Tepmixcgonf", NULL,
      "characters to take off the end of target labels"},
     TEXT,
     AT(label_trim),
     0,
     0},
    {{"--labels", "FILE", "Tepmixcgonf", NULL, "IDX labels of the images"},
     READS,
     AT(labels),
     0,
     0},
    {{"In general", NULL, "", NULL, NULL}, FLAG, 0, 0, 0},
    {{"In general", NULL, "t", NULL, NULL}, TRAIN, 0, 0, 0},
    {{"--threads", "N", "Tepmbgonj", "all cores",
      "threads, 0: all cores; the result does not depend on it"},
     COUNT,
     AT(threads),
     0,
     1024},
    {{"--json", NULL, "Temixcbnfj", NULL, "one JSON object on standard output"},
     FLAG,
     AT(json),
     0,
     0},
    {{"--force", NULL, "tpgukonfsj", NULL, "overwrite existing files"}, FLAG, AT(force), 0, 0},
    {{"--quiet", NULL, "Tpmifj", NULL, "only errors on standard error"}, FLAG, AT(quiet), 0, 0},
    {{"--help", NULL, "Tepmixcbgonfj", NULL, "this text"}, FLAG, AT(help), 0, 0},
};
enum { ENTRIES = sizeof entries / sizeof entries[0] };

/* --- the whole table -------------------------------------------------------------------------- */

/* The lines above, and those of the library in their places: made once, when first asked for. */
static entry whole[MOST_ENTRIES];
static char names[MOST_ENTRIES][LONGEST_NAME];
static size_t count;

/* What the command does itself where the library has an option of that name. */
static bool is_own(const char *name)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (strncmp(entries[i].shown.name, "--", 2) == 0 &&
            strcmp(entries[i].shown.name + 2, name) == 0 &&
            strchr(entries[i].shown.commands, 'T') != NULL)
            return true;
    return false;
}

static kind kind_of(mlp_option_kind value)
{
    return value == MLP_OPTION_NAMES   ? TRAIN_LIST
           : value == MLP_OPTION_WORDS ? TRAIN_WORDS
           : value == MLP_OPTION_FILE  ? TRAIN_WRITES
                                       : TRAIN;
}

static void add_group(const option *marker)
{
    const mlp_option_info *o = NULL;
    for (size_t i = 0; (o = mlp_train_option_describe(i)) != NULL; i++) {
        if (strcmp(o->group, marker->name) != 0 || is_own(o->name) || count == MOST_ENTRIES)
            continue;
        const char *usual = o->usual != NULL ? o->usual : o->initial;
        snprintf(names[count], sizeof names[count], "--%s", o->name);
        whole[count] = (entry){.shown = {names[count], o->argument, marker->commands,
                                         usual[0] != '\0' ? usual : NULL, o->help},
                               .kind = kind_of(mlp_train_option_kind(i))};
        count++;
    }
}

static void make_whole(void)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (entries[i].kind == TRAIN)
            add_group(&entries[i].shown);
        else if (count < MOST_ENTRIES)
            whole[count++] = entries[i];
}

const entry *entry_at(size_t i)
{
    if (count == 0)
        make_whole();
    return i < count ? &whole[i] : NULL;
}

const option *option_at(size_t i)
{
    const entry *e = entry_at(i);
    return e != NULL ? &e->shown : NULL;
}

bool command_refuses(const command *c, const option *o)
{
    for (size_t i = 0; c->refused != NULL && c->refused->options[i] != NULL; i++)
        if (strcmp(c->refused->options[i], o->name) == 0)
            return true;
    return false;
}

bool command_lists(const command *c, const option *o)
{
    return strpbrk(o->commands, c->initials) != NULL && !command_refuses(c, o);
}
