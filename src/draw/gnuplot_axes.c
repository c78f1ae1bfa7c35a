/* SPDX-License-Identifier: MIT */
/* Axes with their tics, and the colour scale, as lines of a gnuplot script. */
#include <math.h>
#include <string.h>

#include "base/print.h"
#include "draw/gnuplot_script.h"
#include "mlp/output.h"

size_t mlpi_gnuplot_most(const mlpi_panel *panel, const mlpi_box *b)
{
    const double third = floor(b->across / (3.0 * MLPI_LETTER));
    return !panel->square && third > MLPI_LONGEST_TIC ? (size_t)third : MLPI_LONGEST_TIC;
}

size_t mlpi_gnuplot_longest(const mlpi_axis *axis, size_t most)
{
    size_t longest = 0;
    for (size_t i = 0; i < axis->name_count; i++) {
        const size_t columns = axis->names[i] != NULL ? mlp_text_columns(axis->names[i]) : 0;
        longest = columns > longest ? columns : longest;
    }
    return longest < most ? longest : most;
}

/* Returns the n for which every n-th name is written: at most MOST names, at least the height of a
 * line apart. */
static size_t names_apart(const mlpi_axis *axis, double pixels)
{
    enum { MOST = 40, HIGH = 11 }; /* number of names; height of a line in pixels */
    const size_t fit = (size_t)fmax(fmin(floor(pixels / HIGH), MOST), 1.0);
    return (axis->name_count + fit - 1) / fit;
}

int mlpi_gnuplot_turn(const mlpi_axis *axis, double pixels)
{
    enum { SLANTED = 40, UPRIGHT = 90, BESIDE = 22 }; /* degrees; pixels between slanted names */
    const double each = (double)(mlpi_gnuplot_longest(axis, MLPI_LONGEST_TIC) + 1) * MLPI_LETTER;
    const double room =
        pixels * (double)names_apart(axis, pixels) / fmax((double)axis->name_count, 1.0);
    return axis->name_count < 2 || each <= room ? 0 : room < BESIDE ? UPRIGHT : SLANTED;
}

/* The number of letters of the longest number at tics that are `step` apart. */
static int letters_of(mlpi_range range, double step)
{
    const double largest = fmax(fabs(range.lowest), fabs(range.highest));
    const int decimals = step < 1.0 ? (int)ceil(-log10(step) - 1e-9) : 0;
    return snprintf(NULL, 0, "%.0f", largest) + (range.lowest < 0.0) +
           (decimals > 0 ? decimals + 1 : 0);
}

/* The smallest step of 1, 2 or 5 times a power of ten that divides a range into no more than `most`
 * parts; `most` counts as at least 2 and need not be a whole number. */
static double round_step(mlpi_range range, double most)
{
    const double least = (range.highest - range.lowest) / fmax(most, 2.0);
    const double power = pow(10.0, floor(log10(least)));
    const double times = least / power;
    return (times <= 1.0 ? 1.0 : times <= 2.0 ? 2.0 : times <= 5.0 ? 5.0 : 10.0) * power;
}

/* A step that leaves room for the numbers at the tics of an axis that is `pixels` long. */
static double tic_step(mlpi_range range, bool of_y, double pixels)
{
    double step = round_step(range, pixels / (2.0 * MLPI_LINE_HEIGHT));
    for (int i = 0; i < 4 && !of_y; i++) /* longer steps need fewer decimals */
        step = round_step(range, pixels / ((letters_of(range, step) + 3.0) * MLPI_LETTER));
    return step;
}

/* Writes the tics of a logarithmic axis that spans so few powers of ten that gnuplot would label
 * one tic or none: 1, 2 and 5 times each power, or 1 to 9 times (`all`). Returns their number; `to`
 * NULL: only counts them. */
static int write_between(FILE *to, mlpi_range range, bool all)
{
    int count = 0;
    const int last = (int)floor(log10(range.highest));
    for (int power = (int)floor(log10(range.lowest)); power <= last; power++)
        for (int times = 1; times <= 9; times++) {
            const double at = times * pow(10.0, (double)power);
            if (at < range.lowest || at > range.highest ||
                (!all && times != 1 && times != 2 && times != 5))
                continue;
            if (to != NULL)
                mlpi_print(to, "%s%.10g", count > 0 ? ", " : "(", at);
            count++;
        }
    if (to != NULL)
        fputs(count > 0 ? ")" : "auto", to);
    return count;
}

static void write_log_tics(FILE *to, mlpi_range range)
{
    if (!(range.lowest > 0.0) || range.highest / range.lowest > 100.0)
        fputs("auto", to);
    else
        write_between(to, range, write_between(NULL, range, false) < 2);
}

/* Writes tics that are whole days apart if the format of the axis shows days, else whole hours. */
static void write_moments(FILE *to, const mlpi_axis *axis, mlpi_range range, bool of_y,
                          double pixels)
{
    /* distances of dates in letter widths: on the x axis (a date and a gap), on the y axis */
    enum { LETTERS = 13, LINES = 4 };
    const double unit = strchr(axis->moment, 'd') != NULL ? 86400.0 : 3600.0;
    const mlpi_range units = {range.lowest / unit, range.highest / unit};
    const double step = ceil(round_step(units, pixels / ((of_y ? LINES : LETTERS) * MLPI_LETTER)));
    fprintf(to, "time format '%s' ", axis->moment);
    mlpi_gnuplot_number(to, step * unit);
}

void mlpi_gnuplot_axis(FILE *to, const mlpi_panel *panel, bool of_y, double pixels, double side,
                       size_t most)
{
    const mlpi_axis *axis = of_y ? &panel->y : &panel->x;
    const mlpi_range range = mlpi_axis_range(panel, of_y);
    const char *name = of_y ? "y" : "x";
    fprintf(to, "set %srange [", name);
    mlpi_gnuplot_number(to, axis->reversed ? range.highest : range.lowest);
    fputc(':', to);
    mlpi_gnuplot_number(to, axis->reversed ? range.lowest : range.highest);
    fprintf(to, "]\n%s logscale %s\n", axis->log ? "set" : "unset", name);
    fprintf(to, "set %slabel ", name);
    mlpi_gnuplot_label(to, axis->label, side);
    fputc('\n', to);
    if (axis->hidden) {
        fprintf(to, "unset %stics\n", name);
    } else if (axis->names == NULL) {
        fprintf(to, "set %stics ", name);
        if (axis->moment != NULL)
            write_moments(to, axis, range, of_y, pixels);
        else if (axis->log)
            write_log_tics(to, range);
        else
            mlpi_gnuplot_number(to, fmax(tic_step(range, of_y, pixels), axis->whole ? 1.0 : 0.0));
        fputs(" nomirror scale 0.6 norotate\n", to);
    } else {
        const size_t every = names_apart(axis, pixels);
        const int turn = of_y ? 0 : mlpi_gnuplot_turn(axis, pixels);
        fprintf(to, "set %stics ", name);
        if (turn > 0)
            fprintf(to, "rotate by %d right", turn);
        else
            fputs("norotate", to);
        fputs(" nomirror scale 0 (", to);
        for (size_t i = 0; i < axis->name_count; i += every) {
            fputs(i > 0 ? ", " : "", to);
            mlpi_gnuplot_quote(to, axis->names[i] != NULL ? axis->names[i] : "", most, true);
            fprintf(to, " %zu", i);
        }
        fputs(")\n", to);
    }
}

void mlpi_gnuplot_scale(FILE *to, const mlpi_panel *panel, double side)
{
    enum { STEPS = 12 };
    const mlpi_range range = mlpi_value_range(panel);
    fputs("set palette defined (", to);
    for (int i = 0; i <= STEPS; i++) {
        fprintf(to, "%s%d ", i > 0 ? ", " : "", i);
        mlpi_gnuplot_colour(to, mlpi_scale_colour(panel->scale, (double)i / STEPS));
    }
    fputs(")\nset cbrange [", to);
    mlpi_gnuplot_number(to, range.lowest);
    fputc(':', to);
    mlpi_gnuplot_number(to, range.highest);
    fputs("]\n", to);
    fprintf(to, "%s colorbox\nset cblabel ", panel->value_label != NULL ? "set" : "unset");
    mlpi_gnuplot_label(to, panel->value_label, side);
    fputc('\n', to);
}
