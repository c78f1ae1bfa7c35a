/* SPDX-License-Identifier: MIT */
/* Drawing with gnuplot: a script is written, then a process reads it. */
#ifndef MLPI_GNUPLOT_H
#define MLPI_GNUPLOT_H

#include "draw/figure.h"

/** Where a picture goes: gnuplot's terminal and its options. */
typedef struct mlpi_canvas {
    const char *terminal; /* "svg", "pngcairo", "pdfcairo" */
    size_t width, height; /* pixels; 0: the figure's */
} mlpi_canvas;

/** With what gnuplot ends at the end of a script: it ends with 0 when it could not read on. */
enum { MLPI_GNUPLOT_DONE = 42 };

/** The whole script, data inline, with every text as a quoted string. */
void mlpi_gnuplot_script(const mlp_figure *figure, const mlpi_canvas *canvas, FILE *to);

/** Writes a text so that gnuplot takes it as one string and nothing else, whatever it holds:
 * in single quotes, in which gnuplot obeys nothing; an apostrophe as ’ (doubled ones end a string
 * in gnuplot 5.4 when others are beside them), control characters as spaces, bytes that are no
 * UTF-8 as U+FFFD, at most `longest` columns, with "…" for what is left out. `percent`: "%" doubled, for tic labels, which are
 * formats.
 */
void mlpi_gnuplot_quote(FILE *to, const char *text, size_t longest, bool percent);

/** Runs gnuplot on a script: *bytes is all it printed, malloc'ed. `absent`: it failed because there
 * is no gnuplot. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_gnuplot_run(const char *script, size_t script_size, char **bytes, size_t *size,
                            bool *absent, mlp_error *err);

/** Whether there are fonts for the wide letters of a script, as far as can be known. Errors: MLP_ERROR_OUTPUT,
 * with the way out. */
mlp_status mlpi_fonts_check(const char *script, mlp_error *err);

/** What mlp_figure_draw (plot/draw.c) writes, with a closing 0; free it. *absent: there is no
 * gnuplot. */
mlp_status mlpi_figure_picture(const mlp_figure *figure, const char *format, size_t width,
                               size_t height, char **bytes, size_t *size, bool *absent,
                               mlp_error *err);

#endif
