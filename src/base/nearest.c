/* SPDX-License-Identifier: MIT */
/* "Did you mean": finds the name in a list that is nearest to a word by the Damerau-Levenshtein
 * distance (optimal string alignment), ignoring case; if none is near, the only name that has a
 * word beginning with it. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "mlp/output.h"

enum { LONGEST_NAME = 63 };

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[3][LONGEST_NAME + 2];
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3];
        const size_t *above = row[(i - 1) % 3];
        const size_t *two_above = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            size_t best = least(above[j] + 1, now[j - 1] + 1);
            best = least(best, above[j - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                best = least(best, two_above[j - 2] + 1);
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

/* Whether one of the words of a name begins with `word`: "size" in "size m2", "f1" in
 * "macro_f1". */
static bool holds_word(const char *name, const char *word, size_t length)
{
    enum { SHORTEST = 2 };
    for (const char *at = name; length >= SHORTEST && strlen(at) >= length; at++)
        if ((at == name || !isalnum((unsigned char)at[-1])) && strncasecmp(at, word, length) == 0)
            return true;
    return false;
}

static const char *only_one_that_holds(const char *word, size_t length,
                                       const char *const *candidates, size_t count)
{
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!holds_word(candidates[i], word, length))
            continue;
        if (found != NULL)
            return NULL;
        found = candidates[i];
    }
    return found;
}

const char *mlp_nearest_name(const char *word, const char *const *candidates, size_t count)
{
    const size_t length = strlen(word);
    if (length == 0 || length > LONGEST_NAME)
        return NULL;
    size_t allowed = length / 3 > 1 ? length / 3 : 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        const size_t other = strlen(candidates[i]);
        if (other == 0 || other > LONGEST_NAME)
            continue;
        const size_t d = distance(word, length, candidates[i], other);
        if (d < allowed || (d == allowed && nearest == NULL)) {
            allowed = d;
            nearest = candidates[i];
        }
    }
    return nearest != NULL ? nearest : only_one_that_holds(word, length, candidates, count);
}
