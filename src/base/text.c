/* SPDX-License-Identifier: MIT */
/* Text for people: a terminal shows any text without obeying control sequences in the text, and
 * columns line up. */
#include "base/base.h"
#include "mlp/output.h"

bool mlp_text_printable(const char *text)
{
    while (*text != '\0') {
        uint32_t c = 0;
        const size_t length = mlpi_utf8_next(text, &c);
        const bool broken = length == 1 && (unsigned char)*text >= 0x80;
        if (broken || !mlpi_utf8_printable(c))
            return false;
        text += length;
    }
    return true;
}

/* Decodes the next character; a character that is not printable becomes a space. Returns the number
 * of bytes decoded. */
static size_t next(const char *text, uint32_t *c)
{
    const size_t length = mlpi_utf8_next(text, c);
    if (!mlpi_utf8_printable(*c))
        *c = ' ';
    return length;
}

void mlpi_text_clean(char *text)
{
    char *to = text;
    while (*text != '\0') {
        uint32_t c = 0;
        const size_t length = next(text, &c);
        const bool broken = length == 1 && (unsigned char)*text >= 0x80;
        text += length;
        to += mlpi_utf8_put(broken ? '?' : c, to);
    }
    *to = '\0';
}

size_t mlp_text_columns(const char *text)
{
    size_t columns = 0;
    while (*text != '\0') {
        uint32_t c = 0;
        text += next(text, &c);
        columns += mlpi_utf8_columns(c);
    }
    return columns;
}

void mlp_text_write(FILE *to, const char *text, size_t columns, bool pad)
{
    const bool cut = mlp_text_columns(text) > columns;
    const size_t room = cut && columns > 0 ? columns - 1 : columns;
    size_t used = 0;
    while (*text != '\0') {
        char bytes[4];
        uint32_t c = 0;
        text += next(text, &c);
        if (used + mlpi_utf8_columns(c) > room)
            break;
        used += mlpi_utf8_columns(c);
        fwrite(bytes, 1, mlpi_utf8_put(c, bytes), to);
    }
    if (cut && columns > 0) {
        fputs("…", to);
        used++;
    }
    for (; pad && used < columns; used++)
        fputc(' ', to);
}
