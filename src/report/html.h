/* SPDX-License-Identifier: MIT */
/* Writing HTML so that no text of the user's files can be mistaken for markup. */
#ifndef MLPI_HTML_H
#define MLPI_HTML_H

#include <stdio.h>

#include "mlp/common.h"

enum {
    MLPI_PERCENT = 32,   /* bytes of a percentage as text */
    MLPI_HTML_HEAD = 40, /* columns of the longest text in the head of a column */
    MLPI_HTML_CELL = 60, /* columns of the longest text in a cell */
    MLPI_HTML_LINE = 120 /* columns of the longest name in a title or a sentence */
};

/** Writes `format`, whose conversions may be %s, a text, which is escaped; %zu, a size; %d, an int;
 * and %%, a percent sign. Markup belongs in the format, the user's texts in arguments. */
void mlpi_html(FILE *to, const char *format, ...) MLP_PRINTF(2, 3);
/** Writes a text escaped: markup and quotes become entities, control characters spaces, and bytes
 * that are not UTF-8 U+FFFD. In a text wider than `longest` columns, "…" replaces the middle. */
void mlpi_html_text(FILE *to, const char *text, size_t longest);
/** Writes a text as mlpi_html_text does, with markup for line breaks: a long name may break between
 * its parts, an option does not break after its dashes, and Chinese, Japanese and Korean texts
 * break by the rules of their language. */
void mlpi_html_name(FILE *to, const char *name, size_t longest);
/** Writes a sentence of the library, escaped, between two pieces of markup. An option in backquotes
 * becomes code, with `dashes` before it, but not within double quotes, which enclose the user's
 * texts. */
void mlpi_html_sentence(FILE *to, const char *dashes, const char *before, const char *sentence,
                        const char *behind);
/** Writes a number with four digits for readers, and with all its digits in the attribute `value`;
 * NaN as a dash. `id` may be NULL. */
void mlpi_html_number(FILE *to, const char *id, double value);
/** Writes a number as mlpi_html_number does, as a cell of a table. */
void mlpi_html_cell(FILE *to, double value);
/** Writes a cell with a number from 0 to 1, with four decimals, so that a column of them lines
 * up. */
void mlpi_html_share_cell(FILE *to, double value);
/** Writes a share as "96.7 %". Returns `text`, of MLPI_PERCENT bytes. */
const char *mlpi_html_percent(double share, char *text);
/** Begins a table that scrolls if it is too wide, with a label for screen readers. The order of
 * calls: begin, the heads of the columns, body, the caller's rows, end. */
void mlpi_html_table_begin(FILE *to, const char *label);
/** Writes the head of a column; `numbers`: right-aligned. */
void mlpi_html_head(FILE *to, const char *name, bool numbers);
void mlpi_html_table_body(FILE *to);
void mlpi_html_table_end(FILE *to);
/** Writes the head of a row, cut if it is very long. The caller begins and ends the row. */
void mlpi_html_row_head(FILE *to, const char *name);
/** Writes a cell with a name or another text, cut as the head of a row is. */
void mlpi_html_name_cell(FILE *to, const char *text);

/** Copies an SVG picture of gnuplot without its prologue and titles. The title of the copy is
 * `name`, with `part` if the picture is one of several panels (else NULL), and its description is
 * `description`. `prefix` makes the picture's ids unique in the page. */
void mlpi_html_svg(FILE *to, const char *svg, const char *prefix, const char *name,
                   const char *part, const char *description);

/** style.c: the style sheet of the page. */
void mlpi_html_style(FILE *to);

#endif
