/* SPDX-License-Identifier: MIT */
/* Colours that people with any kind of colour vision can tell apart. */
#include <math.h>
#include <stddef.h>

#include "draw/figure.h"

/* The colours of M. Okabe, K. Ito, "Color universal design", 2008, with yellow and black moved to
 * the end, followed by wine and olive of P. Tol, "Colour schemes", 2021. */
static const unsigned qualitative[MLPI_PALETTE] = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7,
                                                   0xE69F00, 0x56B4E9, 0xF0E442, 0x000000,
                                                   0x882255, 0x999933};

/* Viridis (S. van der Walt, N. Smith 2015) in equal steps; its lightness rises evenly. */
static const unsigned viridis[] = {0x440154, 0x482878, 0x3E4A89, 0x31688E, 0x26828E,
                                   0x1F9E89, 0x35B779, 0x6DCD59, 0xB4DE2C, 0xFDE725};
/* From vermilion to blue through white; both colours are those of the qualitative palette. */
static const unsigned diverging[] = {0xA34700, 0xD55E00, 0xEDB58A, 0xF7F7F7,
                                     0x8ABBDB, 0x0072B2, 0x004B75};

/* From white to blue. */
static const unsigned shares[] = {0xFFFFFF, 0xCFE2F0, 0x7FB3D6, 0x2A80BA, 0x00538A, 0x00365C};

static const struct {
    const unsigned *colours;
    size_t count;
} scales[MLPI_SCALE_COUNT] = {
    [MLPI_SEQUENTIAL] = {viridis, sizeof viridis / sizeof *viridis},
    [MLPI_DIVERGING] = {diverging, sizeof diverging / sizeof *diverging},
    [MLPI_SHARES] = {shares, sizeof shares / sizeof *shares},
};

static unsigned mix(unsigned a, unsigned b, double t)
{
    unsigned mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        const double from = (double)(a >> shift & 255u), to = (double)(b >> shift & 255u);
        mixed |= (unsigned)lround(from + (to - from) * t) << shift;
    }
    return mixed;
}

unsigned mlpi_palette(size_t number)
{
    if (number >= MLPI_GRADED) /* 0.9: the yellow end is too pale on white */
        return mlpi_scale_colour(MLPI_SEQUENTIAL, (double)(number - MLPI_GRADED) / 100.0 * 0.9);
    return number == MLPI_GREY    ? 0x777777
           : number == MLPI_BLACK ? 0x000000
                                  : qualitative[number % MLPI_PALETTE];
}

unsigned mlpi_scale_colour(mlpi_scale scale, double t)
{
    const unsigned *colours = scales[scale].colours;
    const size_t count = scales[scale].count;
    t = t > 0.0 ? fmin(t, 1.0) : 0.0;
    const double place = t * (double)(count - 1);
    const size_t below = (size_t)place < count - 1 ? (size_t)place : count - 2;
    return mix(colours[below], colours[below + 1], place - (double)below);
}

/* The relative luminance of WCAG 2.2; the contrast of luminances a and b is (a + 0.05) / (b +
 * 0.05). */
static double luminance(unsigned rgb)
{
    static const double weights[] = {0.0722, 0.7152, 0.2126}; /* of blue (low byte), green, red */
    double sum = 0.0;
    for (int i = 0; i < 3; i++) {
        const double c = (double)(rgb >> 8 * i & 255u) / 255.0;
        sum += weights[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

bool mlpi_is_dark(unsigned rgb)
{
    const double ground = luminance(rgb) + 0.05;
    return 1.05 / ground > ground / 0.05;
}

unsigned mlpi_region_colour(const mlpi_series *regions, size_t i)
{
    const double p = mlpi_number(regions, i, MLPI_VALUE);
    const double label = mlpi_number(regions, i, MLPI_CLASS);
    if (!isfinite(p) || !(label >= 0.0))
        return 0xFFFFFF;
    const double guess = regions->class_count > 1 ? 1.0 / (double)regions->class_count : 0.0;
    const double share = fmin(fmax((p - guess) / (1.0 - guess), 0.0), 1.0);
    const size_t colour = regions->class_colours != NULL && label < (double)regions->class_count
                              ? regions->class_colours[(size_t)label]
                              : (size_t)label;
    return mix(0xFFFFFF, mlpi_palette(colour), 0.12 + 0.42 * share);
}
