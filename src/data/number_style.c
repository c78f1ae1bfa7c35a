/* SPDX-License-Identifier: MIT */
#include "data/number_style.h"

#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

/* The part of a text that is still to be read. */
typedef struct rest {
    const char *at, *end;
} rest;

static bool take(rest *r, const char *word)
{
    const size_t length = strlen(word);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

/* Takes one of the words of a list, and returns it; NULL: the text does not continue with any of
 * them. */
static const char *take_one(rest *r, const char *const *words)
{
    for (; *words != NULL; words++)
        if (take(r, *words))
            return *words;
    return NULL;
}

static const char *const currencies[] = {"$",   "€",   "£",   "¥",   "US$",
                                         "EUR", "USD", "GBP", "CHF", NULL};
static const char *const blanks[] = {" ", "\u00a0", "\u202f", NULL};
static const char *const between_points[] = {",", " ", "\u00a0", "\u202f", "'", "’", NULL};
static const char *const between_commas[] = {".", " ", "\u00a0", "\u202f", "'", "’", NULL};

/* Takes digits and copies them to *to; returns their number. */
static size_t take_digits(rest *r, char **to, const char *last)
{
    size_t count = 0;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && *to < last; count++)
        *(*to)++ = *r->at++;
    return count;
}

/* Takes the digits before the decimal mark, perhaps in groups of three. false: there are none, or a
 * group has another size. */
static bool take_whole(rest *r, const char *const *separators, char **to, const char *last,
                       unsigned *dress)
{
    const bool zero = r->at < r->end && *r->at == '0'; /* 0,123 has no groups */
    const size_t first = take_digits(r, to, last);
    const char *separator = first > 0 && first <= 3 && !zero ? take_one(r, separators) : NULL;
    if (separator == NULL || r->at == r->end || *r->at < '0' || *r->at > '9') {
        r->at -= separator != NULL ? strlen(separator) : 0; /* it may be the space before a sign */
        return first > 0;
    }
    do {
        if (take_digits(r, to, last) != 3)
            return false;
    } while (take(r, separator));
    *dress |= MLPI_GROUPS;
    return true;
}

bool mlpi_begins_as_a_word(mlpi_span text)
{
    const char c = (char)(text.length > 0 ? *text.text : 0);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter && c != 'U' && c != 'E' && c != 'G' && c != 'C';
}

unsigned mlpi_number_undress(mlpi_span text, char decimal, double *value)
{
    char plain[64], *to = plain;
    const char *const last = plain + sizeof plain - 2, point[2] = {decimal, '\0'};
    rest r = {text.text, text.text + text.length};
    unsigned dress = 0;
    if (mlpi_begins_as_a_word(text))
        return 0;
    const bool brackets = take(&r, "(");
    if (brackets || take(&r, "-") || take(&r, "\u2212"))
        *to++ = '-';
    dress |= take_one(&r, currencies) != NULL ? MLPI_CURRENCY : 0;
    take_one(&r, blanks);
    if (to == plain && dress != 0 && take(&r, "-")) /* as in $-5 */
        *to++ = '-';
    if (!take_whole(&r, decimal == ',' ? between_commas : between_points, &to, last, &dress))
        return 0;
    if (take(&r, point)) {
        *to++ = '.';
        if (take_digits(&r, &to, last) == 0)
            return 0;
    }
    take_one(&r, blanks);
    if (take(&r, "%"))
        dress |= MLPI_PERCENT;
    else if ((dress & MLPI_CURRENCY) == 0 && take_one(&r, currencies) != NULL)
        dress |= MLPI_CURRENCY;
    if (brackets && !take(&r, ")"))
        return 0;
    dress |= brackets ? MLPI_BRACKETS : 0;
    return r.at == r.end && mlp_number_parse(plain, (size_t)(to - plain), value) ? dress : 0;
}

size_t mlpi_number_with_point(mlpi_span text, char *plain)
{
    double value = 0.0;
    if (text.length == 0 || text.length >= MLPI_COMMA_ROOM ||
        memchr(text.text, '.', text.length) != NULL)
        return 0;
    memcpy(plain, text.text, text.length);
    char *comma = memchr(plain, ',', text.length);
    if (comma == NULL || comma + 1 == plain + text.length || comma[1] < '0' || comma[1] > '9')
        return 0;
    *comma = '.';
    return mlp_number_parse(plain, text.length, &value) ? text.length : 0;
}
