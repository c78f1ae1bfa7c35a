/* SPDX-License-Identifier: MIT */
#include "base/print.h"

#include <locale.h>

/* The C locale, set for this thread alone, and the locale to return to. */
typedef struct c_locale {
    locale_t c, before;
} c_locale;

static c_locale enter(void)
{
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return (c_locale){c, c != (locale_t)0 ? uselocale(c) : (locale_t)0};
}

static void leave(c_locale here)
{
    if (here.c == (locale_t)0)
        return;
    uselocale(here.before);
    freelocale(here.c);
}

int mlpi_print_values(char *text, size_t size, const char *format, va_list values)
{
    const c_locale here = enter();
    const int length = vsnprintf(text, size, format, values);
    leave(here);
    return length;
}

int mlpi_print_text(char *text, size_t size, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const int length = mlpi_print_values(text, size, format, values);
    va_end(values);
    return length;
}

int mlpi_print(FILE *to, const char *format, ...)
{
    const c_locale here = enter();
    va_list values;
    va_start(values, format);
    const int length = vfprintf(to, format, values);
    va_end(values);
    leave(here);
    return length;
}
