/* SPDX-License-Identifier: MIT */
/* The layout of matrices inside the engine: panels of 16 units, one cache line of floats.
 *
 * A matrix of rows x units consists of ceil(units / 16) panels; panel p holds 16 units, from unit
 * 16 p on, of every row, row after row. Activations, weights (whose rows are the inputs of the
 * layer) and gradients all have this layout, so that with any instruction set products read and
 * write whole vectors without tails, and one layer's result is the next layer's operand without any
 * copying. */
#ifndef MLPI_PANELS_H
#define MLPI_PANELS_H

#include <stddef.h>

enum { MLPI_PANEL = 16 };

static inline size_t mlpi_panels(size_t units)
{
    return (units + MLPI_PANEL - 1) / MLPI_PANEL;
}

/** The index of (row, unit); `stride` = floats from one panel to the next. */
static inline size_t mlpi_panel_at(size_t row, size_t unit, size_t stride)
{
    return unit / MLPI_PANEL * stride + row * MLPI_PANEL + unit % MLPI_PANEL;
}

#endif
