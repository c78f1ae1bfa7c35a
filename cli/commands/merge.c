/* SPDX-License-Identifier: MIT */
/* mlp merge: makes the result of a job, by the command that its workers were given. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* --- the command ------------------------------------------------------------------------------ */

/* Reads a character within $'': itself, or after a \ a character or up to three octal digits. */
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
    if (digits > 0)
        return (char)value;
    return *at;
}

/* Cuts the next word off a command that print_word wrote, in place; NULL: there is none. */
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
            if (escapes)
                *to++ = escaped(&from);
            else
                *to++ = *from++;
        from += *from == '\'';
    }
    *rest = (char *)from + (*from == ' ');
    *to = '\0';
    return word;
}

/* --- merging ---------------------------------------------------------------------------------- */

/* Replaces the settings of the job's command that mlp merge decides. */
static int take_over(settings *train, const settings *merge)
{
    mlp_error err;
    train->merges = true;
    train->output = merge->output;
    train->force = merge->force;
    train->quiet = merge->quiet;
    train->json = merge->json;
    train->threads = merge->threads;
    return mlp_train_options_set(train->train, "job", merge->arguments[0], &err) == MLP_OK
               ? EXIT_DONE
               : report(&err);
}

static int merge_as(const command *c, const settings *s, int count, char **words)
{
    settings train;
    int code = settings_begin(&train);
    if (code == EXIT_DONE)
        code = options_parse(c, count - 2, words + 2, &train);
    if (code == EXIT_DONE)
        code = take_over(&train, s);
    if (code == EXIT_DONE)
        code = files_check(c, &train);
    if (code == EXIT_DONE)
        code = c->run(&train);
    settings_release(&train);
    return code;
}

int run_merge(settings *s)
{
    mlp_error err;
    char *text = NULL;
    int count = 0;
    if (mlp_job_command(s->arguments[0], &text, &err) != MLP_OK)
        return report(&err);
    char **words = calloc(strlen(text) / 2 + 2, sizeof *words); /* a space separates two words */
    if (words == NULL) {
        free(text);
        return fail("not enough memory for the command line");
    }
    char *rest = text;
    while ((words[count] = next_word(&rest)) != NULL)
        count++;
    int code = EXIT_MODEL;
    const command *c = count > 2 && strcmp(words[0], "mlp") == 0 ? s->find(words[1]) : NULL;
    if (c != NULL && c->run != run_merge)
        code = merge_as(c, s, count, words);
    else
        fail("%s: this job was not begun by mlp train, tune or cross-validate; merge it with the "
             "program that began it",
             s->arguments[0]);
    free(words);
    free(text);
    return code;
}
