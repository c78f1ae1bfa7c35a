/* SPDX-License-Identifier: MIT */
/* Jobs of train --job: which worker this is, and mlp merge: the model of a folder, by the command
 * that its workers were given. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

const char *job_folder(const settings *s)
{
    const char *folder = mlp_train_options_text(s->train, "job");
    return folder != NULL && folder[0] != '\0' ? folder : NULL;
}

static bool is_given(const settings *s, const char *name)
{
    for (size_t i = 0; i < s->given.count; i += 2)
        if (strcmp(s->given.items[i], name) == 0)
            return true;
    return false;
}

/* Of workers that somebody started at once, the first speaks for all. */
static int find_worker(settings *s)
{
    mlp_error err;
    const char *launcher = NULL;
    double workers = 0.0, worker = 0.0;
    if (is_given(s, "--worker"))
        return EXIT_DONE;
    if (mlp_job_find_worker(s->train, &launcher, &err) != MLP_OK)
        return report(&err);
    if (launcher == NULL || !mlp_train_options_number(s->train, "workers", &workers) ||
        !mlp_train_options_number(s->train, "worker", &worker))
        return EXIT_DONE;
    if (worker > 0.0) {
        s->quiet = true;
        s->json = false;
    } else if (!s->quiet)
        say(stderr, "Worker 0 of %.0f, as %s says; the others are quiet.", workers, launcher);
    return EXIT_DONE;
}

int job_begin(settings *s)
{
    if (job_folder(s) == NULL)
        return EXIT_DONE;
    if (s->log != NULL) {
        fail("--log: networks of a --job are trained by several workers, and no log has them all; "
             "leave it out");
        return EXIT_USAGE;
    }
    return find_worker(s);
}

bool job_is_begun(const settings *s)
{
    char *line = NULL;
    const char *folder = job_folder(s);
    const bool begun = folder != NULL && mlp_job_command(folder, &line, NULL) == MLP_OK;
    free(line);
    return begun;
}

/* --- saving ----------------------------------------------------------------------------------- */

static bool holds(const char *path, const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t same = 0;
    int c = EOF;
    if (file == NULL)
        return false;
    while ((c = getc(file)) != EOF && same < size && c == bytes[same])
        same++;
    fclose(file);
    return c == EOF && same == size;
}

int job_save(const settings *s, const mlp_model *model)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (mlp_model_save(model, s->output, s->force, NULL) == MLP_OK)
        return EXIT_DONE;
    const bool there = mlp_model_save_memory(model, &bytes, &size, NULL) == MLP_OK &&
                       holds(s->output, bytes, size);
    free(bytes);
    return there ? EXIT_DONE : training_save(s, model);
}

/* --- mlp merge -------------------------------------------------------------------------------- */

/* Takes the next character of what stands in $'': itself, or by a backslash, or three octal digits. */
static char escaped(const char **from)
{
    const char *at = *from;
    unsigned value = 0;
    int digits = 0;
    if (*at != '\\' || at[1] == '\0') {
        *from = at + 1;
        return *at;
    }
    for (at++; digits < 3 && *at >= '0' && *at <= '7'; digits++)
        value = 8 * value + (unsigned)(*at++ - '0');
    *from = digits > 0 ? at : at + 1;
    return digits > 0 ? (char)value : *at;
}

/* Cuts the next word off a command as print_word writes it, in place; NULL: there is none. */
static char *next_word(char **rest)
{
    const char *from = *rest + strspn(*rest, " ");
    char *word = *rest, *to = word;
    if (*from == '\0')
        return NULL;
    while (*from != '\0' && *from != ' ') {
        const bool escapes = strncmp(from, "$'", 2) == 0, quoted = escapes || *from == '\'';
        if (!quoted) {
            from += *from == '\\' && from[1] != '\0';
            *to++ = *from++;
            continue;
        }
        for (from += escapes ? 2 : 1; *from != '\0' && *from != '\'';)
            *to++ = escapes ? escaped(&from) : *from++;
        from += *from == '\'';
    }
    *rest = (char *)from + (*from == ' ');
    *to = '\0';
    return word;
}

/* What merging decides itself. */
static int take_over(settings *train, const settings *merge)
{
    mlp_error err;
    train->output = merge->output;
    train->force = merge->force;
    train->quiet = merge->quiet;
    train->json = merge->json;
    train->threads = merge->threads;
    return mlp_train_options_set(train->train, "job", merge->arguments[0], &err) == MLP_OK
               ? EXIT_DONE
               : report(&err);
}

static int merge_as(const settings *s, int count, char **words)
{
    settings train = {.threshold = -1.0};
    if (mlp_train_options_create(&train.train, NULL) != MLP_OK)
        return fail("not enough memory for the command line");
    const command *trains = command_find("train");
    int code = options_parse(trains, count - 2, words + 2, &train);
    if (code == EXIT_DONE)
        code = take_over(&train, s);
    if (code == EXIT_DONE)
        code = files_check(trains, &train);
    if (code == EXIT_DONE)
        code = train_and_tell(&train, true);
    settings_release(&train);
    return code;
}

int run_merge(settings *s)
{
    mlp_error err;
    char *text = NULL;
    int count = 0;
    if (s->output == NULL) {
        fail("say where to write the model: -o MODEL");
        return EXIT_USAGE;
    }
    if (mlp_job_command(s->arguments[0], &text, &err) != MLP_OK)
        return report(&err);
    char **words = calloc(strlen(text) / 2 + 2, sizeof *words); /* a space between two words */
    if (words == NULL) {
        free(text);
        return fail("not enough memory for the command line");
    }
    char *rest = text;
    while ((words[count] = next_word(&rest)) != NULL)
        count++;
    int code = EXIT_MODEL;
    if (count > 2 && strcmp(words[0], "mlp") == 0 && strcmp(words[1], "train") == 0)
        code = merge_as(s, count, words);
    else
        fail("%s: no mlp train began this job; the program that did makes its model",
             s->arguments[0]);
    free(words);
    free(text);
    return code;
}
