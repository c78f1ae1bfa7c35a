/* SPDX-License-Identifier: MIT */
/* Drawing a panel on a screen of characters: terminal.c does the layout, marks.c draws the
 * series. */
#ifndef MLPI_TERMINAL_H
#define MLPI_TERMINAL_H

#include "draw/figure.h"
#include "draw/screen.h"

/** The area of the panel that is being drawn; its first cell on the screen is (left, top). */
typedef struct mlpi_area {
    const mlpi_panel *panel;
    mlpi_screen *screen;
    size_t left, top, columns, rows;
    mlpi_range x, y;
    bool colours;
} mlpi_area;

/** Draws series k of the area's panel. */
void mlpi_area_draw(const mlpi_area *area, size_t k);
/** The sign of a series in the legend (lines, points, bars, bands); 0: the series has none. */
uint32_t mlpi_area_sign(const mlpi_area *area, size_t k);
/** The column of a coordinate, counted from the left of the area, with a fractional part. */
double mlpi_area_column(const mlpi_area *area, double x);
/** The row of a coordinate, counted from the top of the area, with a fractional part. */
double mlpi_area_row(const mlpi_area *area, double y);
/** The character for t = 0..1: from a blank to a full block. */
uint32_t mlpi_shade(double t);

#endif
