/* SPDX-License-Identifier: MIT */
/* Writing HTML; all escaping is done here. */
#include "report/html.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"
#include "base/print.h"
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

enum { SHORT_ENOUGH = 20 };

/* The language of a text by its script: Japanese if it has kana, Korean if it has Hangul, and
 * Chinese if it has ideographs but neither; NULL: another script. */
static const char *language_of(const char *text, size_t length)
{
    static const struct {
        uint32_t first, last;
        const char *language;
    } scripts[] = {{0x3041, 0x30FF, "ja"}, {0xFF66, 0xFF9D, "ja"},  {0x1100, 0x11FF, "ko"},
                   {0x3131, 0x318E, "ko"}, {0xAC00, 0xD7A3, "ko"},  {0x3400, 0x9FFF, "zh"},
                   {0xF900, 0xFAFF, "zh"}, {0x20000, 0x323AF, "zh"}};
    const char *found = NULL;
    for (const char *end = text + length; text < end;) {
        uint32_t c = 0;
        text += mlpi_utf8_next(text, &c);
        for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
            if (c < scripts[i].first || c > scripts[i].last)
                continue;
            if (strcmp(scripts[i].language, "zh") != 0)
                return scripts[i].language;
            found = scripts[i].language;
        }
    }
    return found;
}

/* The state of writing a text word by word. Long words get places at which they may break, options
 * must not break, and words of Chinese, Japanese and Korean get a language, by which the browser
 * decides where their lines may end. */
typedef struct words {
    FILE *to;
    const char *language;       /* of the whole text */
    uint32_t before;            /* the character written last */
    bool begun, breaks, marked; /* in a word; the word may break; the word is in a span */
} words;

static words begin_words(FILE *to, const char *text)
{
    return (words){.to = to, .language = language_of(text, strlen(text))};
}

static bool is_option(const char *word)
{
    word += strspn(word, "-");
    return *word >= 'a' && *word <= 'z';
}

/* Whether a word begins with one letter and a hyphen, as "T-shirt" and "x-ray" do. */
static bool is_letter_with_word(const char *word)
{
    uint32_t c = 0;
    const char *const behind = word + mlpi_utf8_next(word, &c);
    return c > ' ' && c != '-' && behind[0] == '-' && behind[1] != ' ' && behind[1] != '-' &&
           behind[1] != '\0';
}

static void begin_word(words *w, const char *word)
{
    const size_t length = strcspn(word, " ");
    const char *language = language_of(word, length);
    size_t columns = 0;
    for (const char *c = word; c < word + length;) {
        uint32_t character = 0;
        c += mlpi_utf8_next(c, &character);
        columns += mlpi_utf8_columns(character);
    }
    if (language != NULL && strcmp(language, "zh") == 0) /* a Japanese word may lack kana */
        language = w->language;
    w->begun = true;
    w->breaks = columns > SHORT_ENOUGH;
    const bool option = *word == '-' && is_option(word);
    w->marked = language != NULL || (!w->breaks && (option || is_letter_with_word(word)));
    if (language != NULL)
        fprintf(w->to, "<span lang=\"%s\">", language);
    else if (w->marked)
        fputs("<span class=\"whole\">", w->to);
}

static void end_word(words *w)
{
    if (w->marked)
        fputs("</span>", w->to);
    w->begun = w->marked = false;
}

/* Whether a long word may break between two characters: after "_", and between a small letter and a
 * capital, as in SepalLength. */
static bool may_part(uint32_t before, uint32_t c)
{
    return before == '_' || (before >= 'a' && before <= 'z' && c >= 'A' && c <= 'Z');
}

/* Writes the first character of `text`; returns the text after it. A space between a number and "%"
 * becomes one that does not break. */
static const char *put_next(words *w, const char *text)
{
    uint32_t c = 0;
    const char *const behind = text + mlpi_utf8_next(text, &c);
    if (c == ' ')
        end_word(w);
    else if (!w->begun)
        begin_word(w, text);
    if (w->begun && w->breaks && may_part(w->before, c))
        fputs("<wbr>", w->to);
    put(w->to, c == ' ' && *behind == '%' && w->before >= '0' && w->before <= '9' ? 0xA0 : c);
    w->before = c;
    return behind;
}

void mlpi_html_text(FILE *to, const char *text, size_t longest)
{
    const char *behind = NULL, *from = mlpi_leave_out(text, longest, &behind);
    while (*text != '\0') {
        uint32_t c = 0x2026;
        const char *const next = text == from ? behind : text + mlpi_utf8_next(text, &c);
        put(to, c);
        text = next;
    }
}

void mlpi_html_name(FILE *to, const char *name, size_t longest)
{
    const char *behind = NULL, *from = mlpi_leave_out(name, longest, &behind);
    words w = begin_words(to, name);
    while (*name != '\0') {
        if (name == from) {
            put(to, 0x2026);
            name = behind;
        } else {
            name = put_next(&w, name);
        }
    }
    end_word(&w);
}

/* The class of a cell: a long text gets a wide column for its lines, a short one stays on one
 * line. */
static const char *room_for(const char *text)
{
    return mlp_text_columns(text) > SHORT_ENOUGH ? "long" : "short";
}

/* The length of the option's name at the start of `text`; 0: there is no name before a
 * backquote. */
static size_t option_length(const char *text)
{
    const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return text[length] == '`' ? length : 0;
}

void mlpi_html_sentence(FILE *to, const char *dashes, const char *before, const char *sentence,
                        const char *behind)
{
    bool quoted = false;
    words w = begin_words(to, sentence);
    fputs(before, to);
    while (*sentence != '\0') {
        const size_t length = *sentence == '`' && !quoted ? option_length(sentence + 1) : 0;
        if (length > 0) {
            end_word(&w);
            fprintf(to, "<code>%s%.*s</code>", dashes, (int)length, sentence + 1);
            sentence += length + 2;
            continue;
        }
        quoted = quoted != (*sentence == '"');
        sentence = put_next(&w, sentence);
    }
    end_word(&w);
    fputs(behind, to);
}

void mlpi_html(FILE *to, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    for (const char *c = format; *c != '\0'; c++) {
        if (*c == ' ' && c != format && c[-1] >= '0' && c[-1] <= '9' && c[1] == '%' &&
            c[2] == '%') {
            fputs("\u00a0", to); /* no line ends between a number and "%" */
        } else if (*c != '%') {
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

/* Writes a number with all its digits for programs, and as `shown` for people. */
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
    mlpi_print_text(shown, sizeof shown, "%.4f", value);
    fputs("<td class=\"n\">", to);
    put_number(to, NULL, value, shown);
    fputs("</td>", to);
}

const char *mlpi_html_percent(double share, char *text)
{
    if (share >= 0.9995 && share < 1.0) /* only 1 is "100 %", and only 0 is "0 %" */
        snprintf(text, MLPI_PERCENT, "> 99.9\u00a0%%");
    else if (share > 0.0 && share < 0.0005)
        snprintf(text, MLPI_PERCENT, "< 0.1\u00a0%%");
    else
        mlpi_print_text(text, MLPI_PERCENT, "%.1f\u00a0%%", 100.0 * share);
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
    fprintf(to, "<th scope=\"col\" class=\"%s%s\">", numbers ? "n " : "", room_for(name));
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

/* The length of the markup before an id that needs a prefix; 0: `text` does not begin with such
 * markup. */
static size_t id_before(const char *text)
{
    static const char *const before[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (begins(text, before[i]))
            return strlen(before[i]);
    return 0;
}

/* The text after an element that is left out, a title or description; `text` itself if it begins
 * with neither. */
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

/* Writes the start tag of the svg element, with title and description for screen readers. Returns
 * the SVG after it. */
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
    bool in_tag = false; /* text between tags may be the user's and holds no ids */
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
