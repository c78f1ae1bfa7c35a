/* SPDX-License-Identifier: MIT */
/* Writes texts, numbers and code in C, so that no text of the user's is read as code. */
#include <math.h>
#include <string.h>

#include "export/c.h"

/* --- texts ------------------------------------------------------------------------------------ */

void mlpi_c_quoted(FILE *to, const char *text)
{
    fputc('"', to);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\' || *c == '?') /* C99 has trigraphs such as ??= */
            fprintf(to, "\\%c", *c);
        else if (*c >= ' ' && *c <= '~')
            fputc(*c, to);
        else
            fprintf(to, "\\%03o", (unsigned)(unsigned char)*c);
    }
    fputc('"', to);
}

void mlpi_c_comment(FILE *to, const char *text)
{
    enum { LONGEST = 60 };
    uint32_t before = 0, c = 0;
    for (size_t written = 0; *text != '\0'; written++, before = c) {
        char bytes[4] = {0};
        if (written == LONGEST) {
            fputs("...", to);
            return;
        }
        text += mlpi_utf8_next(text, &c);
        c = mlpi_utf8_printable(c) && c != '\\' ? c : ' ';
        if ((before == '*' && c == '/') || (before == '/' && c == '*') ||
            (before == '?' && c == '?') || (before == '/' && c == '/'))
            fputc(' ', to);
        const size_t size = mlpi_utf8_put(c, bytes);
        fwrite(bytes, 1, size, to);
    }
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Writes a floating constant: "3" without a point would be an int. */
static void put_number(FILE *to, char *text, const char *suffix)
{
    fprintf(to, "%s%s%s", text, strpbrk(text, ".e") != NULL ? "" : ".0", suffix);
}

void mlpi_c_double(FILE *to, double value)
{
    char text[32];
    if (isnan(value)) {
        fputs("(double)NAN", to);
        return;
    }
    mlp_number_text(value, text);
    put_number(to, text, "");
}

void mlpi_c_float(FILE *to, float value)
{
    char text[32];
    mlp_number_text_float(value, text);
    put_number(to, text, "f");
}

enum { TO_A_LINE = 6 };

static void begin_array(FILE *to, const char *type, const char *name, size_t count)
{
    fprintf(to, "static MLP_PLACE const %s %s[%zu] = {", type, name, count);
}

static void begin_item(FILE *to, size_t i)
{
    fputs(i % TO_A_LINE == 0 ? "\n    " : " ", to);
}

void mlpi_c_doubles(mlpi_c *c, FILE *to, const char *name, const double *values, size_t count)
{
    begin_array(to, "double", name, count > 0 ? count : 1);
    for (size_t i = 0; i < count; i++) {
        begin_item(to, i);
        mlpi_c_double(to, values[i]);
        fputc(',', to);
    }
    fputs(count > 0 ? "\n};\n" : "0.0};\n", to);
    c->cost.constants += count * sizeof(double);
}

void mlpi_c_floats(mlpi_c *c, FILE *to, const char *name, const float *values, size_t count,
                   float factor)
{
    begin_array(to, "float", name, count);
    for (size_t i = 0; i < count; i++) {
        begin_item(to, i);
        mlpi_c_float(to, factor * values[i]);
        fputc(',', to);
    }
    fputs("\n};\n", to);
    c->cost.constants += count * sizeof(float);
}

void mlpi_c_texts(mlpi_c *c, FILE *to, const char *name, char *const *texts, size_t count)
{
    fprintf(to, "static const char *const %s[%zu] = {", name, count > 0 ? count : 1);
    for (size_t i = 0; i < count; i++) {
        fputs("\n    ", to);
        mlpi_c_quoted(to, texts[i]);
        fputc(',', to);
        c->cost.texts += strlen(texts[i]) + 1;
    }
    fputs(count > 0 ? "\n};\n" : "\"\"};\n", to);
}

/* --- code ------------------------------------------------------------------------------------- */

/* The state of breaking code from one line into several. */
typedef struct layout {
    FILE *to;
    int depth, parentheses, lists; /* open braces of statements, parentheses, and braces of lists of
                                      values */
    size_t column;
} layout;

static void new_line(layout *l)
{
    fprintf(l->to, "\n%*s", 4 * l->depth, "");
    l->column = 4 * (size_t)l->depth;
}

static const char *behind_spaces(const char *code)
{
    return code + strspn(code, " ");
}

/* Begins a new line after a brace or a semicolon that ends the present line. Returns whether it
 * began one. */
static bool break_line(layout *l, const char *code, bool list)
{
    const bool begins = *code == '{' && !list, ends = *code == '}';
    const bool ends_all = l->depth == 0 && !begins; /* the end of a function or constant */
    if (!begins && !ends && (*code != ';' || l->parentheses > 0))
        return false;
    if (begins)
        l->depth++;
    else if (*behind_spaces(code + 1) == '}')
        l->depth--;
    if (ends_all)
        fputc('\n', l->to);
    new_line(l);
    return true;
}

void mlpi_c_code(FILE *to, const char *code)
{
    enum { WIDTH = 88 };
    layout l = {.to = to};
    char before = '\0';
    for (; *code != '\0'; code++) {
        const bool list = *code == '{' && before == '=';
        l.parentheses += (*code == '(') - (*code == ')');
        l.lists += list ? 1 : 0;
        if (*code == ' ' && l.depth == 0 && code[1] == '{' && before == ')') {
            /* The body of a function follows. */
            fputc('\n', to);
        } else if (*code == ' ' && l.column > WIDTH) {
            l.depth++;
            new_line(&l);
            l.depth--;
        } else {
            fputc(*code, to);
            l.column++;
        }
        if (*code != ' ')
            before = *code;
        if (*code == '}' && l.lists > 0)
            l.lists--;
        else if (break_line(&l, code, list))
            code = behind_spaces(code + 1) - 1;
    }
}
