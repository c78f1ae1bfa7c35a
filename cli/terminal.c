/* SPDX-License-Identifier: MIT */
/* What a stream is connected to: its width, and whether it shows colours and more than ASCII. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"

int terminal_width(FILE *to)
{
    struct winsize size;
    if (!isatty(stream_number(to)))
        return 0;
    if (ioctl(stream_number(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

bool terminal_colours(FILE *to)
{
    const char *kind = getenv("TERM"), *none = getenv("NO_COLOR");
    return isatty(stream_number(to)) && (none == NULL || none[0] == '\0') &&
           (kind == NULL || strcmp(kind, "dumb") != 0);
}

bool terminal_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') /* the first that is set decides */
            return strstr(value, "UTF-8") != NULL || strstr(value, "utf8") != NULL;
    }
    return false;
}

void terminal_print(FILE *to, ink colour, const char *text)
{
    static const char *const codes[] = {[INK_PLAIN] = "",
                                        [INK_GOOD] = "\033[32m",
                                        [INK_WARNING] = "\033[33m",
                                        [INK_ERROR] = "\033[1;31m",
                                        [INK_FAINT] = "\033[2m"};
    const bool coloured = colour != INK_PLAIN && terminal_colours(to);
    fprintf(to, "%s%s%s", coloured ? codes[colour] : "", text, coloured ? "\033[0m" : "");
}

void print_name(const char *name)
{
    mlp_text_write(stdout, name, LONGEST_NAME, false);
}

void print_item(const char *name)
{
    const bool doubtful = strpbrk(name, ",\"") != NULL || name[0] == '\0';
    fputs(doubtful ? "\"" : "", stdout);
    print_name(name);
    fputs(doubtful ? "\"" : "", stdout);
}

void print_padded(const char *text, size_t width)
{
    mlp_text_write(stdout, text, width, true);
}
