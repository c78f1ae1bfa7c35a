/* SPDX-License-Identifier: MIT */
/* Writing HTML so that no text of the user's files can be taken for markup. */
#ifndef MLPI_HTML_H
#define MLPI_HTML_H

#include <stdio.h>

#include "mlp/common.h"

enum {
    MLPI_PERCENT = 32,   /* room for a percentage as text */
    MLPI_HTML_HEAD = 40, /* longest text of the head of a column */
    MLPI_HTML_CELL = 60, /* longest text of a cell */
    MLPI_HTML_LINE = 120 /* longest name of a title or a sentence */
};

/** Writes `format`, in which %s is a text, escaped; %zu a size; %d an int; %% a percent sign.
 * Nothing else is known to it: markup stands in the format, the user's texts in arguments. */
void mlpi_html(FILE *to, const char *format, ...) MLP_PRINTF(2, 3);
/** Escapes a text, of at most `longest` columns, with "…" for what is left out of its middle: markup and quotes become entities, control
 * characters spaces, bytes that are not UTF-8 U+FFFD. */
void mlpi_html_text(FILE *to, const char *text, size_t longest);
/** The same within a page: a long name may be broken between its words, an option not behind its dashes, and Chinese, Japanese
 * and Korean where lines end in these languages. */
void mlpi_html_name(FILE *to, const char *name, size_t longest);
/** Escapes a sentence of the library between two pieces of markup. In it `name` is an option and
 * becomes code, with `dashes` before it, except for what stands within double quotes, as the user's
 * texts do. */
void mlpi_html_sentence(FILE *to, const char *dashes, const char *before, const char *sentence,
                        const char *behind);
/** A number with all its digits in `value` and shown with four; `id` may be NULL. NaN: a dash. */
void mlpi_html_number(FILE *to, const char *id, double value);
/** The same as a cell of a table. */
void mlpi_html_cell(FILE *to, double value);
/** A cell of a number from 0 to 1, with four decimals, so that a column of them lines up. */
void mlpi_html_share_cell(FILE *to, double value);
/** A share as "96.7 %"; returns `text`, which holds MLPI_PERCENT bytes. */
const char *mlpi_html_percent(double share, char *text);
/** A table that scrolls by itself where it is too wide, with a label for those who do not see it:
 * begin, heads of the columns (`numbers`: to the right), body, rows of the caller's, end. */
void mlpi_html_table_begin(FILE *to, const char *label);
void mlpi_html_head(FILE *to, const char *name, bool numbers);
void mlpi_html_table_body(FILE *to);
void mlpi_html_table_end(FILE *to);
/** The head of a row, cut when it is very long. The row must be begun and ended. */
void mlpi_html_row_head(FILE *to, const char *name);
/** A cell that holds a name or another text, cut in the same way. */
void mlpi_html_name_cell(FILE *to, const char *text);

/** Copies an SVG picture of gnuplot: without its prologue, titles and size of its own, named by
 * `name` and, of a picture of several panels, by `part` (else NULL), described by `description`,
 * its ids made the page's own by `prefix`. */
void mlpi_html_svg(FILE *to, const char *svg, const char *prefix, const char *name,
                   const char *part, const char *description);

/** style.c: the style sheet of the page. */
void mlpi_html_style(FILE *to);

#endif
