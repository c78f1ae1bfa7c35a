/* SPDX-License-Identifier: MIT */
/* A rectangle of characters with colours, and finer dots inside characters (braille). */
#ifndef MLPI_SCREEN_H
#define MLPI_SCREEN_H

#include <stdio.h>

#include "mlp/common.h"

/** A dot of braille is half a column wide and a quarter of a row high. */
enum { MLPI_DOTS_ACROSS = 2, MLPI_DOTS_DOWN = 4 };

typedef struct mlpi_screen_cell {
    uint32_t character; /* 0: only the dots */
    unsigned char dots; /* of braille */
    bool coloured, filled;
    unsigned colour, ground; /* 0xRRGGBB; where coloured, filled */
} mlpi_screen_cell;

typedef struct mlpi_screen {
    size_t columns, rows;
    mlpi_screen_cell *cells;
} mlpi_screen;

/** Blank. false: out of memory. */
bool mlpi_screen_init(mlpi_screen *screen, size_t columns, size_t rows);
void mlpi_screen_release(mlpi_screen *screen);
/** Outside of the screen nothing is drawn. `colour` applies to the whole cell. */
void mlpi_screen_dot(mlpi_screen *screen, long x, long y, unsigned colour);
void mlpi_screen_line(mlpi_screen *screen, double x0, double y0, double x1, double y1,
                      unsigned colour);
void mlpi_screen_character(mlpi_screen *screen, long column, long row, uint32_t c);
void mlpi_screen_colour(mlpi_screen *screen, long column, long row, unsigned colour);
void mlpi_screen_ground(mlpi_screen *screen, long column, long row, unsigned ground);
/** A text from a column on, on at most `room` columns ("…" where it is cut). */
void mlpi_screen_text(mlpi_screen *screen, long column, long row, const char *text, size_t room);
/** Whether a sign has its colour: black is that of the terminal's letters, which may be light on dark, unless there is a
 * ground of its own. */
bool mlpi_screen_seen(unsigned colour, bool on_ground);
/** One row, without the blanks at its end; no newline. */
void mlpi_screen_write(const mlpi_screen *screen, size_t row, bool colours, FILE *to);

#endif
