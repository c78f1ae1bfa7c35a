/* SPDX-License-Identifier: MIT */
/* HTML: escaping in one place. */
#include "report/html.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"
#include "draw/figure.h"
#include "mlp/output.h"

/* --- texts ------------------------------------------------------------------------------------ */

static void put(FILE *to, uint32_t c)
{
    static const struct {
        uint32_t character;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    char bytes[4];
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (entities[i].character == c) {
            fputs(entities[i].entity, to);
            return;
        }
    }
    fwrite(bytes, 1, mlpi_utf8_put(mlpi_utf8_printable(c) ? c : ' ', bytes), to);
}

/* `breaks`: lines may end behind what stands between the words of a name. */
static void put_cut(FILE *to, const char *text, size_t longest, bool breaks)
{
    const char *behind = NULL, *from = mlpi_leave_out(text, longest, &behind);
    while (*text != '\0') {
        uint32_t c = 0;
        if (text == from) {
            put(to, 0x2026);
            text = behind;
            from = NULL;
            continue;
        }
        text += mlpi_utf8_next(text, &c);
        put(to, c);
        if (breaks && c == '_')
            fputs("<wbr>", to);
    }
}

void mlpi_html_text(FILE *to, const char *text, size_t longest)
{
    put_cut(to, text, longest, false);
}

enum { SHORT_ENOUGH = 20 };

void mlpi_html_name(FILE *to, const char *name, size_t longest)
{
    put_cut(to, name, longest, mlp_text_columns(name) > SHORT_ENOUGH);
}

/* A long name gets room for more than a word of it in a line; a number or a time stays in one. */
static const char *room_for(const char *text)
{
    return mlp_text_columns(text) > SHORT_ENOUGH ? "long" : "short";
}

/* How long the name of an option is; 0: there is none, closed by a backquote. */
static size_t option_length(const char *text)
{
    const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return text[length] == '`' ? length : 0;
}

void mlpi_html_sentence(FILE *to, const char *dashes, const char *before, const char *sentence,
                        const char *behind)
{
    bool quoted = false;
    fputs(before, to);
    while (*sentence != '\0') {
        uint32_t c = 0;
        const size_t length = *sentence == '`' && !quoted ? option_length(sentence + 1) : 0;
        if (length > 0) {
            fprintf(to, "<code>%s%.*s</code>", dashes, (int)length, sentence + 1);
            sentence += length + 2;
            continue;
        }
        quoted = quoted != (*sentence == '"');
        sentence += mlpi_utf8_next(sentence, &c);
        put(to, c);
    }
    fputs(behind, to);
}

void mlpi_html(FILE *to, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    for (const char *c = format; *c != '\0'; c++) {
        if (*c != '%') {
            fputc(*c, to);
        } else if (*++c == 's') {
            mlpi_html_text(to, va_arg(values, const char *), SIZE_MAX);
        } else if (*c == 'd') {
            fprintf(to, "%d", va_arg(values, int));
        } else if (*c == 'z') {
            fprintf(to, "%zu", va_arg(values, size_t));
            c++;
        } else {
            fputc('%', to);
        }
    }
    va_end(values);
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* All digits for programs, `shown` for people. */
static void put_number(FILE *to, const char *id, double value, const char *shown)
{
    char exact[32];
    if (isnan(value)) {
        fputs("–", to);
        return;
    }
    mlp_number_text(value, exact);
    fputs("<data", to);
    if (id != NULL)
        mlpi_html(to, " id=\"%s\"", id);
    mlpi_html(to, " value=\"%s\">%s</data>", exact, shown);
}

void mlpi_html_number(FILE *to, const char *id, double value)
{
    put_number(to, id, value, mlpi_shown(value + 0.0, (char[MLPI_SHOWN]){0})); /* no "-0" */
}

void mlpi_html_cell(FILE *to, double value)
{
    fputs("<td class=\"n\">", to);
    mlpi_html_number(to, NULL, value);
    fputs("</td>", to);
}

void mlpi_html_share_cell(FILE *to, double value)
{
    char shown[32];
    snprintf(shown, sizeof shown, "%.4f", value);
    fputs("<td class=\"n\">", to);
    put_number(to, NULL, value, shown);
    fputs("</td>", to);
}

const char *mlpi_html_percent(double share, char *text)
{
    snprintf(text, MLPI_PERCENT, "%.4g\xc2\xa0%%", 100.0 * share);
    return text;
}

/* --- tables ----------------------------------------------------------------------------------- */

void mlpi_html_table_begin(FILE *to, const char *label)
{
    mlpi_html(to,
              "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>\n"
              "<thead><tr>",
              label);
}

void mlpi_html_head(FILE *to, const char *name, bool numbers)
{
    fprintf(to, "<th scope=\"col\" class=\"%s\">", numbers ? "n" : room_for(name));
    mlpi_html_name(to, name, MLPI_HTML_HEAD);
    fputs("</th>", to);
}

void mlpi_html_table_body(FILE *to)
{
    fputs("</tr></thead>\n<tbody>\n", to);
}

void mlpi_html_table_end(FILE *to)
{
    fputs("</tbody></table></div>\n", to);
}

void mlpi_html_row_head(FILE *to, const char *name)
{
    fprintf(to, "<th scope=\"row\" class=\"%s\">", room_for(name));
    mlpi_html_name(to, name, MLPI_HTML_CELL);
    fputs("</th>", to);
}

void mlpi_html_name_cell(FILE *to, const char *text)
{
    fprintf(to, "<td class=\"%s\">", room_for(text));
    mlpi_html_name(to, text, MLPI_HTML_CELL);
    fputs("</td>", to);
}

/* --- pictures --------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What stands before a name that must be the page's own. */
static size_t id_before(const char *text)
{
    static const char *const before[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (begins(text, before[i]))
            return strlen(before[i]);
    return 0;
}

/* Where an element that is left out ends; `text` itself when it stays. */
static const char *behind_left_out(const char *text)
{
    static const char *const ends[][2] = {{"<title>", "</title>"}, {"<desc>", "</desc>"}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const char *end = begins(text, ends[i][0]) ? strstr(text, ends[i][1]) : NULL;
        if (end != NULL)
            return end + strlen(ends[i][1]);
    }
    return text;
}

/* The svg element with its size, and what tells those who cannot see it. */
static const char *put_svg_begin(FILE *to, const char *svg, const char *prefix, const char *name,
                                 const char *part, const char *description)
{
    const char *begin = strstr(svg, "<svg");
    const char *end = begin != NULL ? strchr(begin, '>') : NULL;
    if (end == NULL)
        return "";
    fwrite(begin, 1, (size_t)(end - begin), to);
    mlpi_html(to,
              " role=\"img\" aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">%s%s%s</title>"
              "<desc id=\"%s-d\">%s</desc>",
              prefix, prefix, prefix, name, part != NULL ? ": " : "", part != NULL ? part : "",
              prefix, description);
    return end + 1;
}

void mlpi_html_svg(FILE *to, const char *svg, const char *prefix, const char *name,
                   const char *part, const char *description)
{
    const char *c = put_svg_begin(to, svg, prefix, name, part, description);
    bool in_tag = false; /* what stands between tags is the user's */
    while (*c != '\0') {
        in_tag = *c == '<' || (in_tag && *c != '>');
        const char *const behind = behind_left_out(c);
        const size_t before = in_tag ? id_before(c) : 0;
        if (behind != c) {
            c = behind;
        } else if (before > 0) {
            fwrite(c, 1, before, to);
            mlpi_html(to, "%s-", prefix);
            c += before;
        } else {
            fputc(*c++, to);
        }
    }
}
