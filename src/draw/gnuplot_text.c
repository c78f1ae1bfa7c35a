/* SPDX-License-Identifier: MIT */
/* Texts, numbers and colours in gnuplot's notation. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "draw/gnuplot_script.h"
#include "mlp/output.h"

void mlpi_gnuplot_quote(FILE *to, const char *text, size_t longest, bool percent)
{
    const char *behind = NULL, *from = mlpi_leave_out(text, longest, &behind);
    fputc('\'', to);
    while (*text != '\0') {
        uint32_t c = 0;
        char bytes[4];
        if (text == from) {
            fputs("…", to);
            from = NULL;
            text = behind;
            continue;
        }
        text += mlpi_utf8_next(text, &c);
        if (!mlpi_utf8_printable(c))
            c = ' ';
        if (c == '\'')
            c = 0x2019;
        if (c == '%' && percent)
            fputc('%', to);
        fwrite(bytes, 1, mlpi_utf8_put(c, bytes), to);
    }
    fputc('\'', to);
}

void mlpi_gnuplot_label(FILE *to, const char *text, double pixels)
{
    const double fit = fmax(pixels / MLPI_LETTER, 1.0);
    mlpi_gnuplot_quote(to, text != NULL ? text : "", (size_t)fmin(fit, MLPI_LONGEST_LABEL), false);
}

void mlpi_gnuplot_number(FILE *to, double value)
{
    char text[32];
    if (isfinite(value))
        mlp_number_text(value, text);
    else
        strcpy(text, "NaN");
    fputs(text, to);
}

void mlpi_gnuplot_colour(FILE *to, unsigned rgb)
{
    fprintf(to, "'#%06X'", rgb);
}
