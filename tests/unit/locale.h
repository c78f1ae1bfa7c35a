/* SPDX-License-Identifier: MIT */
/* Locales whose decimal separator is not a point, made for a test whether or not the system has
 * them. */
#ifndef TESTS_LOCALE_H
#define TESTS_LOCALE_H

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

/** A comma, and a separator of two bytes. */
static const char *const locales[] = {"de_DE", "ps_AF"};
enum { LOCALES = sizeof locales / sizeof locales[0] };

/** Sets a locale for the whole program. false: it cannot be made here. */
static inline bool locale_set(const char *name)
{
    char folder[] = "/tmp/mlp-locale-XXXXXX", command[200];
    if (mkdtemp(folder) == NULL)
        return false;
    snprintf(command, sizeof command, "localedef -i %s -f UTF-8 %s/%s >/dev/null 2>&1", name,
             folder, name);
    const int made = system(command);
    setenv("LOCPATH", folder, 1);
    const bool set = made == 0 && setlocale(LC_ALL, name) != NULL;
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) == 0 && set;
}

#endif
