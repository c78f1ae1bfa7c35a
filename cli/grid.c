/* SPDX-License-Identifier: MIT */
/* Tables for people. A column is as wide as its widest cell; a line has at most LINE_WIDTH
 * characters, wherever it is printed. The rows are put once to measure them, and once for every
 * block: columns that do not fit into the lines go into a further block, which repeats the keys. */
#include <assert.h>
#include <string.h>

#include "cli/cli.h"

enum { GAP = 2 }; /* spaces before a cell */

static bool stands_here(const grid *g)
{
    return g->printing && (g->column < g->keys || (g->column >= g->from && g->column < g->to));
}

static size_t width_at(const grid *g, size_t column)
{
    const size_t number = g->before[column] + g->behind[column];
    return number > g->width[column] ? number : g->width[column];
}

/* Prints a cell; the spaces after it wait in g->pending, so that no line ends with spaces. */
static void print_cell(grid *g, size_t left, const char *text, size_t right)
{
    g->pending += GAP + left;
    if (text[0] != '\0') {
        printf("%*s%s", (int)g->pending, "", text);
        g->pending = 0;
    }
    g->pending += right;
}

/* Measures or prints a cell: `before` characters before the decimal point, `behind` from it on. */
static void put_number(grid *g, const char *text, size_t before, size_t behind)
{
    const size_t c = g->column;
    assert(c < GRID_COLUMNS);
    if (stands_here(g)) {
        const size_t right = g->behind[c] - behind;
        print_cell(g, width_at(g, c) - before - behind - right, text, right);
    } else if (!g->printing) {
        g->before[c] = before > g->before[c] ? before : g->before[c];
        g->behind[c] = behind > g->behind[c] ? behind : g->behind[c];
    }
    g->column++;
}

/* Measures or prints a text; `begins`: at the left of its column, not at the right. */
static void put_text(grid *g, const char *text, bool begins)
{
    const size_t c = g->column, columns = mlp_text_columns(text);
    assert(c < GRID_COLUMNS);
    if (stands_here(g)) {
        const size_t rest = width_at(g, c) - columns;
        print_cell(g, begins ? 0 : rest, text, begins ? rest : 0);
    } else if (!g->printing && columns > g->width[c]) {
        g->width[c] = columns;
    }
    g->column++;
}

void grid_name(grid *g, const char *text)
{
    put_text(g, text, true);
}

void grid_text(grid *g, const char *text)
{
    put_text(g, text, false);
}

void grid_number(grid *g, double value)
{
    char text[16];
    shown(value, text, sizeof text);
    const size_t before = strcspn(text, ".");
    put_number(g, text, before, strlen(text) - before);
}

void grid_whole(grid *g, size_t number)
{
    char text[24];
    put_number(g, text, (size_t)snprintf(text, sizeof text, "%zu", number), 0);
}

void grid_spread(grid *g, double mean, double deviation)
{
    char a[16], b[16], text[40];
    snprintf(text, sizeof text, "%s +- %s", shown(mean, a, sizeof a),
             shown(deviation, b, sizeof b));
    const size_t before = strcspn(a, ".");
    put_number(g, text, before, strlen(text) - before);
}

void grid_end(grid *g)
{
    if (g->printing)
        putchar('\n');
    else if (g->column > g->count)
        g->count = g->column;
    g->column = 0;
    g->pending = 0;
}

/* The column after a block that begins with column `from`, and holds at least that column. */
static size_t end_of_block(const grid *g, size_t from)
{
    size_t used = 0, to = from;
    for (size_t c = 0; c < g->keys; c++)
        used += GAP + width_at(g, c);
    do
        used += GAP + width_at(g, to++);
    while (to < g->count && used + GAP + width_at(g, to) <= LINE_WIDTH);
    return to;
}

void grid_print(size_t keys, grid_rows *rows, const void *context)
{
    grid g = {.keys = keys};
    rows(&g, context);
    g.printing = true;
    for (g.from = keys; g.from < g.count; g.from = g.to) {
        fputs(g.from > keys ? "\n" : "", stdout);
        g.to = end_of_block(&g, g.from);
        rows(&g, context);
    }
}

void print_remark(int used, const char *remark)
{
    enum { BEFORE = 3, INDENT = 6 };
    const bool fits = used + BEFORE + (int)mlp_text_columns(remark) <= LINE_WIDTH;
    if (remark[0] != '\0')
        printf("%s%*s%s", fits ? "" : "\n", fits ? BEFORE : INDENT, "", remark);
    putchar('\n');
}
