/* SPDX-License-Identifier: MIT */
/* Writing CSV. */
#include <string.h>

#include "mlp/output.h"

static bool needs_quotes(const char *text)
{
    return strpbrk(text, ",\"\r\n") != NULL || text[0] == '\0' || text[0] == ' ';
}

size_t mlp_csv_text(const char *text, char *field)
{
    const bool quoted = needs_quotes(text);
    char *to = field;
    if (quoted)
        *to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *to++ = '"';
        *to++ = *text;
    }
    if (quoted)
        *to++ = '"';
    return (size_t)(to - field);
}

static void write_doubled(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', to);
        fputc(*text, to);
    }
}

void mlp_csv_field(FILE *to, const char *prefix, const char *text, const char *suffix)
{
    if (!needs_quotes(text)) {
        fprintf(to, "%s%s%s", prefix, text, suffix);
        return;
    }
    fprintf(to, "\"%s", prefix);
    write_doubled(to, text);
    fprintf(to, "%s\"", suffix);
}
