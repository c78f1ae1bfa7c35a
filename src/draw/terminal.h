/* SPDX-License-Identifier: MIT */
/* Drawing a panel on a screen of characters: terminal.c lays out, marks.c draws. */
#ifndef MLPI_TERMINAL_H
#define MLPI_TERMINAL_H

#include "draw/figure.h"
#include "draw/screen.h"

/** One panel being drawn: its area lies on the screen from (left, top). */
typedef struct mlpi_area {
    const mlpi_panel *panel;
    mlpi_screen *screen;
    size_t left, top, columns, rows;
    mlpi_range x, y;
    bool colours;
} mlpi_area;

/** Draws series k of the area's panel. */
void mlpi_area_draw(const mlpi_area *area, size_t k);
/** The sign of a series in the legend (lines, points, bars); 0: it has none. */
uint32_t mlpi_area_sign(const mlpi_area *area, size_t k);
/** Where a coordinate is, in columns or rows of the area from its left or top, as a fraction. */
double mlpi_area_column(const mlpi_area *area, double x);
double mlpi_area_row(const mlpi_area *area, double y);
/** Characters for t = 0..1, from light to dark. */
uint32_t mlpi_shade(double t);

#endif
