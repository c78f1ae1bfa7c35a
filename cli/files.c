/* SPDX-License-Identifier: MIT */
/* No output of a run may be one of its inputs or another output, whatever names and links lead to
 * the file. This is checked before anything is read or written, even with --force. */
#include <stdio.h>
#include <string.h>

#include "cli/options/option_table.h"

enum { MOST_FILES = 16 };

typedef struct named_file {
    const char *option; /* NULL: an argument */
    const char *path;
} named_file;

/* `--initial m.mlp -o m.mlp` is allowed: the model is read completely before training begins, and
 * stays until the new one replaces it. */
static bool may_be_one(const named_file *output, const named_file *input)
{
    return input->option != NULL && strcmp(input->option, "--initial") == 0 &&
           strcmp(output->option, "-o") == 0;
}

/* Whether the value of an option names a file; --validation may have a share or none instead. */
static bool names_a_file(const entry *e, const char *text)
{
    double part = 0.0;
    if (text == NULL || e->offset != AT(validation))
        return text != NULL;
    return strcmp(text, "none") != 0 && !mlp_number_parse(text, strlen(text), &part);
}

/* Collects the files that options of this kind name, and returns how many they are. */
static size_t files_of_options(const command *c, const settings *s, kind wanted, named_file *files)
{
    size_t count = 0;
    for (size_t i = 0; entry_at(i) != NULL; i++) {
        const entry *e = entry_at(i);
        const bool trains = e->kind == TRAIN_WRITES;
        if ((trains ? WRITES : e->kind) != wanted || !entry_taken_by(e, c))
            continue;
        const char *path = trains ? mlp_train_options_text(s->train, e->shown.name)
                                  : *(const char *const *)((const char *)s + e->offset);
        if (names_a_file(e, path) && count < MOST_FILES)
            files[count++] = (named_file){e->shown.name, path};
    }
    return count;
}

static int refuse(const named_file *output, const named_file *other)
{
    const bool renamed = strcmp(output->path, other->path) != 0;
    const bool piped = strcmp(other->path, "-") == 0;
    if (other->option != NULL)
        fail("%s %s and %s %s are the same file; give them different names", other->option,
             other->path, output->option, output->path);
    else
        fail("%s %s: this run reads that file%s%s; give the output another name", output->option,
             output->path, renamed ? " as " : "",
             piped     ? "standard input"
             : renamed ? other->path
                       : "");
    return EXIT_USAGE;
}

static int check_inputs(const command *c, const settings *s, const named_file *output)
{
    named_file inputs[MOST_FILES];
    const size_t count = files_of_options(c, s, READS, inputs);
    for (size_t i = 0; i < count; i++)
        if (!may_be_one(output, &inputs[i]) && mlp_source_reads(inputs[i].path, output->path))
            return refuse(output, &inputs[i]);
    for (size_t i = c->words; i < s->argument_count; i++) {
        const named_file argument = {NULL, s->arguments[i]};
        if (mlp_source_reads(argument.path, output->path))
            return refuse(output, &argument);
    }
    return EXIT_DONE;
}

int files_check(const command *c, const settings *s)
{
    named_file outputs[MOST_FILES];
    const size_t count = files_of_options(c, s, WRITES, outputs);
    for (size_t i = 0; i < count; i++) {
        const int code = check_inputs(c, s, &outputs[i]);
        if (code != EXIT_DONE)
            return code;
        for (size_t k = 0; k < i; k++)
            if (mlp_same_file(outputs[i].path, outputs[k].path))
                return refuse(&outputs[i], &outputs[k]);
    }
    return EXIT_DONE;
}
