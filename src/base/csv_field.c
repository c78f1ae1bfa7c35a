/* SPDX-License-Identifier: MIT */
/* Writing CSV. */
#include <string.h>

#include "mlp/output.h"

/* The length of a text that needs no quotes; 0: the text needs quotes. */
static size_t plain_length(const char *text)
{
    const size_t length = text[0] == ' ' ? 0 : strcspn(text, ",\"\r\n");
    return text[length] == '\0' ? length : 0;
}

size_t mlp_csv_text(const char *text, char *field)
{
    const size_t plain = plain_length(text);
    char *to = field;
    if (plain > 0) {
        memcpy(field, text, plain);
        return plain;
    }
    *to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *to++ = '"';
        *to++ = *text;
    }
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
    if (plain_length(text) > 0) {
        fprintf(to, "%s%s%s", prefix, text, suffix);
        return;
    }
    fprintf(to, "\"%s", prefix);
    write_doubled(to, text);
    fprintf(to, "%s\"", suffix);
}
