/* SPDX-License-Identifier: MIT */
/* Drawing with gnuplot: a script is written, which a gnuplot process then reads. */
#ifndef MLPI_GNUPLOT_H
#define MLPI_GNUPLOT_H

#include "draw/figure.h"

/** gnuplot's terminal, and the size of the picture. */
typedef struct mlpi_canvas {
    const char *terminal; /* "svg", "pngcairo", "pdfcairo" */
    size_t width, height; /* in pixels; 0: the figure's */
} mlpi_canvas;

/** The exit status that the last line of a script sets: gnuplot exits with 0 even when it could not
 * read the whole script. */
enum { MLPI_GNUPLOT_DONE = 42 };

/** Writes the whole script, with the data inline and every text as a quoted string. */
void mlpi_gnuplot_script(const mlp_figure *figure, const mlpi_canvas *canvas, FILE *to);

/** Writes a text that gnuplot reads as one string, whatever the text holds: in single quotes,
 * within which gnuplot interprets nothing. An apostrophe becomes ’ (a doubled one next to others
 * ends the string in gnuplot 5.4), a control character a space, a byte that is not UTF-8 U+FFFD,
 * and the middle of a text wider than `longest` columns "…". `percent`: doubles "%", for tic
 * labels, which are formats.
 */
void mlpi_gnuplot_quote(FILE *to, const char *text, size_t longest, bool percent);

/** Runs gnuplot on a script; *bytes is gnuplot's whole output, malloc'ed. *absent is set if the
 * error is that gnuplot is not installed. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_gnuplot_run(const char *script, size_t script_size, char **bytes, size_t *size,
                            bool *absent, mlp_error *err);

/** Checks that fonts exist for the wide letters of a script; succeeds if that cannot be found out.
 * Errors: MLP_ERROR_OUTPUT, with a message that names the package to install. */
mlp_status mlpi_fonts_check(const char *script, mlp_error *err);

/** Draws a picture as mlp_figure_draw does, into memory: *bytes, with a closing 0; free it. *absent
 * is set if the error is that gnuplot is not installed. */
mlp_status mlpi_figure_picture(const mlp_figure *figure, const char *format, size_t width,
                               size_t height, char **bytes, size_t *size, bool *absent,
                               mlp_error *err);

#endif
