/* SPDX-License-Identifier: MIT */
/* Decides whether the text of a cell is a number, a missing value, or a text. */
#include <string.h>

#include "data/number_style.h"
#include "data/table.h"
#include "mlp/output.h"

static bool span_is(mlpi_span span, const char *text)
{
    return strncmp(span.text, text, span.length) == 0 && text[span.length] == '\0';
}

/* Whether a text is one of `names`, which are sorted. */
static bool is_among(mlpi_span span, const mlp_names *names)
{
    size_t low = 0, high = names->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const char *name = names->items[middle];
        const int order = mlpi_span_compare(span, (mlpi_span){name, strlen(name)});
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

enum { MOST_SHORT = 4 }; /* most bytes of a built-in text that may mean no value */

static bool is_one_of(mlpi_span span, const char *const *texts)
{
    for (; span.length <= MOST_SHORT && *texts != NULL; texts++)
        if (span_is(span, *texts))
            return true;
    return false;
}

static bool means_missing(const mlp_table *table, mlpi_span span)
{
    static const char *const built_in[] = {"NA", "NaN", "nan", "NULL", "null", "?", NULL};
    return span.length == 0 || is_one_of(span, built_in) || is_among(span, &table->options.missing);
}

static bool may_be_missing(mlpi_span span)
{
    static const char *const texts[] = {"N/A",  "n/a", "#N/A", "<NA>", "None",
                                        "none", "-",   ".",    NULL};
    return is_one_of(span, texts);
}

/* Whether a text is quickly seen to be neither a number nor missing: it is longer than the built-in
 * texts that mean no value, there are no other such texts, and it begins with a letter with which
 * no number begins. */
static bool is_plainly_text(const mlp_table *table, mlpi_span text)
{
    return text.length > MOST_SHORT && table->options.missing.count == 0 &&
           mlpi_begins_as_a_word(text);
}

mlpi_cell mlpi_table_classify(const mlp_table *table, mlpi_span text, char decimal, double *number,
                              uint8_t *dress)
{
    *dress = 0;
    if (is_plainly_text(table, text))
        return MLPI_CELL_TEXT;
    const bool point = decimal != ',' || memchr(text.text, '.', text.length) == NULL;
    /* a text for "missing" may look like a number: -999 */
    const bool listed = table->options.missing.count > 0 && means_missing(table, text);
    if (!listed && point && mlp_number_parse(text.text, text.length, number))
        return MLPI_CELL_NUMBER;
    if (listed || means_missing(table, text))
        return MLPI_CELL_MISSING;
    *dress = (uint8_t)mlpi_number_undress(text, decimal, number);
    if (*dress != 0)
        return MLPI_CELL_NUMBER;
    *dress = may_be_missing(text) ? MLPI_MAY_BE_MISSING : 0;
    return MLPI_CELL_TEXT;
}
