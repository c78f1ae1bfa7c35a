/* SPDX-License-Identifier: MIT */
/* The library's sentences in the words of the command. The library writes an option as `name`,
 * since its users may be programs that set options by calls; here it becomes --name, which is as
 * long.
 *
 * Text of the user's data may hold backquotes, too. These stay between double quotes, where the
 * library puts names and cells, and wherever they do not enclose the whole name of an option of the
 * command, with spaces or punctuation around it. */
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

static bool is_behind_space(const char *sentence, const char *at)
{
    return at == sentence || strchr(" \n([", at[-1]) != NULL;
}

/* Whether a space or the end comes next, possibly after punctuation. */
static bool is_before_space(const char *behind)
{
    behind += strspn(behind, ",.;:!?)]");
    return strchr(" \n", *behind) != NULL; /* strchr finds the end, too */
}

/* Whether the quotes open and close words in turn, as the library puts them; otherwise there is a
 * quote within a name. */
static bool quotes_pair(const char *sentence)
{
    bool open = false;
    for (const char *at = sentence; *at != '\0'; at++) {
        if (*at != '"')
            continue;
        if (open ? !is_before_space(at + 1) : !is_behind_space(sentence, at))
            return false;
        open = !open;
    }
    return !open;
}

/* The closing backquote of an option that begins at `at`; NULL: none begins there. */
static char *end_of_option(const char *sentence, char *at)
{
    char *end = *at == '`' ? strchr(at + 1, '`') : NULL;
    const bool is_one = end != NULL && is_behind_space(sentence, at) && is_before_space(end + 1) &&
                        is_option(at + 1, (size_t)(end - at) - 1);
    return is_one ? end : NULL;
}

void name_options(char *sentence)
{
    const bool pairs = quotes_pair(sentence);
    const char *first = strchr(sentence, '"'), *last = strrchr(sentence, '"');
    bool quoted = false;
    for (char *at = sentence; *at != '\0'; at++) {
        if (*at == '"')
            quoted = pairs ? !quoted : at != last || first == last; /* a single one: to the end */
        char *end = quoted ? NULL : end_of_option(sentence, at);
        if (end == NULL)
            continue;
        memmove(at + 2, at + 1, (size_t)(end - at) - 1);
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

void print_sentences(FILE *to, const char *lines, const char *said)
{
    while (*lines != '\0') {
        char line[sizeof(worded)];
        const size_t length = strcspn(lines, "\n");
        snprintf(line, sizeof line, "%.*s", (int)(length < sizeof line ? length : sizeof line - 1),
                 lines);
        if (said == NULL || strstr(said, line) == NULL)
            fprintf(to, "%s\n", in_our_words(line).text);
        lines += length + (lines[length] == '\n');
    }
}

void put_sentence(mlp_json_writer *json, const char *name, const char *words)
{
    mlp_json_put_any(json, name, in_our_words(words).text);
}
