/* SPDX-License-Identifier: MIT */
/* How matrices lie in memory inside the engine: in panels of 16 units, one cache line of floats.
 *
 * A matrix of rows x units is ceil(units / 16) panels; panel p holds units 16 p .. 16 p + 15 of
 * every row, row after row. Activations, weights (whose rows are the inputs of the layer) and
 * gradients all lie so: products read and write whole vectors without tails, whatever the
 * instruction set, and one layer's result is the next one's operand as it stands. */
#ifndef MLPI_PANELS_H
#define MLPI_PANELS_H

#include <stddef.h>

enum { MLPI_PANEL = 16 };

static inline size_t mlpi_panels(size_t units)
{
    return (units + MLPI_PANEL - 1) / MLPI_PANEL;
}

/** Where (row, unit) lies; `stride` = floats from one panel to the next. */
static inline size_t mlpi_panel_at(size_t row, size_t unit, size_t stride)
{
    return unit / MLPI_PANEL * stride + row * MLPI_PANEL + unit % MLPI_PANEL;
}

#endif
