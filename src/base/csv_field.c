/* SPDX-License-Identifier: MIT */
/* Writing CSV. */
#include <string.h>

#include "mlp/output.h"

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
    const bool quoted = strpbrk(text, ",\"\r\n") != NULL || text[0] == '\0' || text[0] == ' ';
    if (!quoted) {
        fprintf(to, "%s%s%s", prefix, text, suffix);
        return;
    }
    fprintf(to, "\"%s", prefix);
    write_doubled(to, text);
    fprintf(to, "%s\"", suffix);
}
