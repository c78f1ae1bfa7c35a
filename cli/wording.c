/* SPDX-License-Identifier: MIT */
/* The library's sentences in the words of the command. The library writes an option as `name`,
 * since its users may be programs that set options by calls; here it becomes --name, which is as
 * long.
 *
 * Text of the user's data may hold backquotes as well. It is left alone where it stands between
 * double quotes, as the library puts names and cells, and wherever it is not the whole name of an
 * option of the command. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

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

worded in_our_words(const char *words)
{
    worded told;
    snprintf(told.text, sizeof told.text, "%s", words);
    name_options(told.text);
    return told;
}

void print_sentences(FILE *to, const char *lines)
{
    while (*lines != '\0') {
        char line[sizeof(worded)];
        const size_t length = strcspn(lines, "\n");
        snprintf(line, sizeof line, "%.*s", (int)(length < sizeof line ? length : sizeof line - 1),
                 lines);
        fprintf(to, "%s\n", in_our_words(line).text);
        lines += length + (lines[length] == '\n');
    }
}

void put_sentence(mlp_json_writer *json, const char *name, const char *words)
{
    mlp_json_put_any(json, name, in_our_words(words).text);
}
