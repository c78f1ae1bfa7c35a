/* SPDX-License-Identifier: MIT */
/* A rectangle of coloured characters, with finer dots inside characters (braille). */
#ifndef MLPI_SCREEN_H
#define MLPI_SCREEN_H

#include <stdio.h>

#include "mlp/common.h"

/** A dot of braille is half a column wide and a quarter of a row high. */
enum { MLPI_DOTS_ACROSS = 2, MLPI_DOTS_DOWN = 4 };

typedef struct mlpi_screen_cell {
    uint32_t character; /* 0: the cell shows only its dots */
    unsigned char dots; /* bits of a braille character */
    bool coloured, filled;
    unsigned colour, ground; /* 0xRRGGBB; `colour` is valid if coloured, `ground` if filled */
} mlpi_screen_cell;

typedef struct mlpi_screen {
    size_t columns, rows;
    mlpi_screen_cell *cells;
} mlpi_screen;

/** Makes a blank screen. false: out of memory. */
bool mlpi_screen_init(mlpi_screen *screen, size_t columns, size_t rows);
void mlpi_screen_release(mlpi_screen *screen);
/* The following functions draw nothing outside the screen. A colour applies to a whole cell. */
void mlpi_screen_dot(mlpi_screen *screen, long x, long y, unsigned colour);
void mlpi_screen_line(mlpi_screen *screen, double x0, double y0, double x1, double y1,
                      unsigned colour);
void mlpi_screen_character(mlpi_screen *screen, long column, long row, uint32_t c);
void mlpi_screen_colour(mlpi_screen *screen, long column, long row, unsigned colour);
void mlpi_screen_ground(mlpi_screen *screen, long column, long row, unsigned ground);
/** Writes a text from `column` on, in at most `room` columns; a text that is cut ends with "…". */
void mlpi_screen_text(mlpi_screen *screen, long column, long row, const char *text, size_t room);
/** Whether a character is written in its colour. On a cell without its own ground, black is not,
 * since the terminal may be dark: the character then has the terminal's own text colour. */
bool mlpi_screen_seen(unsigned colour, bool on_ground);
/** Writes one row, without the blanks at its end and without a newline. */
void mlpi_screen_write(const mlpi_screen *screen, size_t row, bool colours, FILE *to);

#endif
