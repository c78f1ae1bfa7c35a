/* SPDX-License-Identifier: MIT */
/* The library's sentences in the words of the command. The library writes an option as `name`, since
 * its users may be programs that set options by calls; here it becomes --name, which is as long.
 *
 * Text of the user's data may hold backquotes as well. It is left alone where it stands between
 * double quotes, as the library puts names and cells, and wherever it is not the whole name of an
 * option of the command. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static bool is_option(const char *name, size_t length)
{
    for (size_t i = 0; option_at(i) != NULL; i++) {
        const char *known = option_at(i)->name;
        if (strncmp(known, "--", 2) == 0 && strlen(known + 2) == length &&
            memcmp(known + 2, name, length) == 0)
            return true;
    }
    return false;
}

/* A sentence with an odd number of quotes has one in a name: then quotes tell nothing. */
static bool quotes_pair(const char *sentence)
{
    size_t count = 0;
    for (; *sentence != '\0'; sentence++)
        count += *sentence == '"';
    return count % 2 == 0;
}

void name_options(char *sentence)
{
    const bool pairs = quotes_pair(sentence);
    bool quoted = false;
    for (char *at = sentence; *at != '\0'; at++) {
        quoted = quoted != (pairs && *at == '"');
        if (quoted || *at != '`')
            continue;
        char *end = strchr(at + 1, '`');
        if (end == NULL)
            return;
        const size_t length = (size_t)(end - at) - 1;
        if (!is_option(at + 1, length))
            continue;
        memmove(at + 2, at + 1, length);
        memcpy(at, "--", 2);
        at = end;
    }
}

char *in_our_words(const char *sentence)
{
    char *text = strdup(sentence);
    if (text != NULL)
        name_options(text);
    return text;
}

void say_sentence(FILE *to, const char *sentence)
{
    char *text = in_our_words(sentence);
    say(to, "%s", text != NULL ? text : sentence);
    free(text);
}

void print_sentence(FILE *to, const char *sentence)
{
    char *text = in_our_words(sentence);
    fprintf(to, "%s\n", text != NULL ? text : sentence);
    free(text);
}

void put_sentence(mlp_json_writer *json, const char *name, const char *sentence)
{
    char *text = in_our_words(sentence);
    mlp_json_put_any(json, name, text != NULL ? text : sentence);
    free(text);
}
