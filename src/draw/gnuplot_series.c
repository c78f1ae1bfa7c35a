/* SPDX-License-Identifier: MIT */
/* The numbers of the series, and the plot of each kind of mark, as lines of a gnuplot script. */
#include <math.h>

#include "base/print.h"
#include "draw/gnuplot_script.h"
#include "mlp/output.h"

enum {
    STRENGTHS = 12,    /* line widths of segments of each sign */
    SMALL_GRID = 4096, /* most cells that are drawn one by one; a larger grid is one image */
    MANY_POINTS = 400, /* the points of a series that has more are drawn smaller */
};
static const double in_legend = 0.9; /* the smallest size of a point in the legend */

/* --- data ------------------------------------------------------------------------------------- */

/* The arrow style of a segment: 1..STRENGTHS for negative values, the next STRENGTHS for positive
 * ones. */
static size_t strength(double value, mlpi_range range)
{
    const double share = fabs(value) / fmax(fabs(range.lowest), fabs(range.highest));
    const size_t width = (size_t)fmin(fmax(ceil(share * STRENGTHS), 1.0), STRENGTHS);
    return value < 0.0 ? width : STRENGTHS + width;
}

/* Writes what a mark needs in addition to its numbers: an arrow style, or a colour. */
static void write_extra(FILE *to, const mlpi_series *s, size_t i, mlpi_range range)
{
    if (s->mark == MLPI_SEGMENTS)
        fprintf(to, " %zu", strength(mlpi_number(s, i, MLPI_VALUE), range));
    if (s->mark == MLPI_REGIONS) {
        const unsigned rgb = mlpi_region_colour(s, i);
        fprintf(to, " %u %u %u", rgb >> 16, rgb >> 8 & 255u, rgb & 255u);
    }
}

void mlpi_gnuplot_block(FILE *to, const mlpi_panel *panel, const mlpi_series *s, size_t p, size_t k)
{
    const mlpi_range range = mlpi_value_range(panel);
    fprintf(to, "$d%zu_%zu << MLP_END\n", p, k);
    for (size_t i = 0; i < s->count; i++) {
        bool gap = false;
        for (size_t c = 0; c < s->width; c++)
            gap = gap || !isfinite(s->values[i * s->width + c]);
        if (gap && s->mark == MLPI_LINE) {
            fputc('\n', to); /* an empty line breaks the line */
            continue;
        }
        for (size_t c = 0; c < s->width; c++) {
            if (c > 0)
                fputc(' ', to);
            mlpi_gnuplot_number(to, s->values[i * s->width + c]);
        }
        write_extra(to, s, i, range);
        fputc('\n', to);
    }
    fputs("MLP_END\n", to);
}
void mlpi_gnuplot_arrows(FILE *to)
{
    for (size_t i = 1; i <= 2 * STRENGTHS; i++) {
        const size_t width = i > STRENGTHS ? i - STRENGTHS : i;
        mlpi_print(to, "set style arrow %zu nohead lw %g lc rgb ", i, 0.35 * (double)width);
        mlpi_gnuplot_colour(to, mlpi_palette(i > STRENGTHS ? 0 : 1));
        fputc('\n', to);
    }
}

/* --- series ----------------------------------------------------------------------------------- */

static const int shapes[] = {7, 5, 9, 13, 11, 15}; /* gnuplot's filled shapes */

static int shape_of(const mlpi_series *s)
{
    enum { SHAPES = sizeof shapes / sizeof *shapes, BOTH = 30 };
    /* ten colours and six shapes would repeat their pairs after 30 series: from there on, shapes
     * are shifted by one */
    return s->colour >= MLPI_GREY ? shapes[0] : shapes[(s->colour + s->colour / BOTH) % SHAPES];
}
/* Writes "plot" or ", ", and the reference to the data of series k, or NaN in a legend. */
static void begin_curve(mlpi_plotting *now, size_t k, const char *columns)
{
    fputs(now->begun ? ",\\\n    " : "plot ", now->to);
    if (now->legend)
        fputs("NaN ", now->to);
    else
        fprintf(now->to, "$d%zu_%zu using %s ", now->p, k, columns);
    now->begun = true;
}

static void end_curve(mlpi_plotting *now, const mlpi_series *s)
{
    if (!now->legend) {
        fputs(" notitle", now->to);
        return;
    }
    fputs(" title ", now->to);
    mlpi_gnuplot_quote(now->to, s->name, now->most, false);
}

/* The dashes of a line, by which lines whose colour repeats can be told apart. */
static const char *dashes_of(const mlpi_series *s)
{
    static const char *const dashes[] = {"1", "(10,2,3,2)", "(2,2)", "(12,2,2,2,2,2)"};
    const size_t turn = s->colour < MLPI_GREY ? s->colour / MLPI_PALETTE : 0;
    return s->dashed ? "(5,3)" : dashes[turn % (sizeof dashes / sizeof *dashes)];
}

static void plot_line(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2");
    fprintf(now->to, "with lines lw %s dt %s lc rgb ", s->thin ? "1" : "2.2", dashes_of(s));
    mlpi_gnuplot_colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static double size_of(const mlpi_series *s)
{
    return s->size > 0.0 ? s->size : s->thin ? 0.3 : s->count > MANY_POINTS ? 0.45 : 0.8;
}

static void plot_points(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    const double size = now->legend ? fmax(size_of(s), in_legend) : size_of(s);
    if (mlpi_has_grid(now->panel) && !now->legend) { /* a white rim makes points stand out */
        begin_curve(now, k, "1:2");
        mlpi_print(now->to, "with points pt %d ps %g lc rgb '#FFFFFF' notitle", shape_of(s),
                   size * 1.2 + 0.14);
    }
    begin_curve(now, k, "1:2");
    mlpi_print(now->to, "with points pt %d ps %g lc rgb ", shape_of(s), size);
    mlpi_gnuplot_colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static void plot_dots(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    const double size = fmax(size_of(s), 0.65); /* a smaller dot would show too little colour */
    begin_curve(now, k, "1:2");
    mlpi_print(now->to, "with points pt 7 ps %g lc rgb '#FFFFFF' notitle", size * 1.2 + 0.1);
    begin_curve(now, k, "1:2:3");
    mlpi_print(now->to, "with points pt 7 ps %g lc palette", size);
    end_curve(now, s);
}

static void plot_bars(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    char columns[128];
    const double half = s->step / 2.0;
    if (now->panel->y.names != NULL)
        mlpi_print_text(columns, sizeof columns, "(0):1:(0):1:($2-%.6g):($2+%.6g)", half, half);
    else
        mlpi_print_text(columns, sizeof columns, "1:(0):($1-%.10g):($1+%.10g):(0):2", half, half);
    begin_curve(now, k, columns);
    fputs(now->legend ? "with boxes" : "with boxxyerror", now->to);
    fputs(" fs solid 0.75 border rgb '#FFFFFF' lw 0.5 lc rgb ", now->to);
    mlpi_gnuplot_colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static void plot_band(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2:3");
    fputs(now->legend ? "with filledcurves y1=0" : "with filledcurves", now->to);
    fputs(" fs transparent solid 0.2 noborder lc rgb ", now->to);
    mlpi_gnuplot_colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static void plot_segments(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    (void)s;
    begin_curve(now, k, "1:2:($3-$1):($4-$2):6");
    fputs("with vectors arrowstyle variable notitle", now->to);
}

static void plot_map(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2:3");
    fprintf(now->to, "with image%s notitle", s->count <= SMALL_GRID ? " pixels" : "");
}

static void plot_regions(mlpi_plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2:5:6:7");
    fprintf(now->to, "with rgbimage%s notitle", s->count <= SMALL_GRID ? " pixels" : "");
}

/* The font size of labels: the ordinary one, or in a grid a smaller one that keeps each label
 * within its cell; 0: no labels, since they could not be read. */
static double label_size(const mlpi_panel *panel, const mlpi_series *s, double pixels)
{
    enum { ORDINARY = 12, SMALLEST = 5 };
    const double letter = 0.6; /* width of a digit as a fraction of the font size */
    size_t longest = 1;
    if (panel->x.names == NULL || !mlpi_has_grid(panel))
        return ORDINARY;
    for (size_t i = 0; i < s->count; i++) {
        const size_t columns = mlp_text_columns(s->texts[i]);
        longest = columns > longest ? columns : longest;
    }
    const double cell = pixels / (double)panel->x.name_count;
    const double size = fmin((cell - 2.0) / (letter * (double)longest), ORDINARY);
    return size >= SMALLEST ? floor(size * 2.0) / 2.0 : 0.0;
}

/* The number of columns to which a label is cut, so that a label that begins or ends at its point
 * stays within the picture. */
static size_t label_columns(const mlpi_panel *panel, const mlpi_series *s, size_t i,
                            const mlpi_box *b)
{
    enum { SHORTEST = 6 };
    const mlpi_range across = mlpi_axis_range(panel, false);
    const double place =
        (mlpi_number(s, i, MLPI_X) - across.lowest) / (across.highest - across.lowest);
    const double room = s->align == 'l' ? 1.0 - place : s->align == 'r' ? place : 1.0;
    return (size_t)fmin(fmax(room * b->across / MLPI_LETTER, SHORTEST), MLPI_LONGEST_NAME);
}

/* Whether the panel has regions, on whose colours and points labels need a box to be readable. */
static bool has_regions(const mlpi_panel *panel)
{
    for (size_t k = 0; k < panel->count; k++)
        if (panel->series[k]->mark == MLPI_REGIONS)
            return true;
    return false;
}

void mlpi_gnuplot_labels(FILE *to, const mlpi_panel *panel, double pixels, const mlpi_box *b)
{
    for (size_t k = 0; k < panel->count; k++) {
        const mlpi_series *s = panel->series[k];
        if (s->mark != MLPI_LABELS)
            continue;
        const double size = label_size(panel, s, pixels);
        const bool boxed = has_regions(panel);
        if (boxed)
            fputs("set style textbox opaque noborder margins 0.4,0.4 fillcolor rgb '#FFFFFF'\n",
                  to);
        for (size_t i = 0; size > 0.0 && i < s->count; i++) {
            fputs("set label ", to);
            mlpi_gnuplot_quote(to, s->texts[i], label_columns(panel, s, i, b), false);
            fputs(" at first ", to);
            mlpi_gnuplot_number(to, mlpi_number(s, i, MLPI_X));
            fputs(", first ", to);
            mlpi_gnuplot_number(to, mlpi_number(s, i, MLPI_Y));
            fprintf(to, " %s front%s tc rgb '%s'",
                    s->align == 'l'   ? "left"
                    : s->align == 'r' ? "right"
                                      : "center",
                    boxed ? " boxed" : "",
                    mlpi_number(s, i, MLPI_VALUE) > 0.5 ? "#FFFFFF" : "#000000");
            if (size < 12.0)
                mlpi_print(to, " font ',%g'", b->font * size / 12.0);
            fputc('\n', to);
        }
    }
}

void mlpi_gnuplot_series(mlpi_plotting *now, size_t k)
{
    static void (*const plots[MLPI_MARK_COUNT])(mlpi_plotting *, const mlpi_series *, size_t) = {
        [MLPI_LINE] = plot_line, [MLPI_POINTS] = plot_points,   [MLPI_DOTS] = plot_dots,
        [MLPI_BARS] = plot_bars, [MLPI_BAND] = plot_band,       [MLPI_SEGMENTS] = plot_segments,
        [MLPI_MAP] = plot_map,   [MLPI_REGIONS] = plot_regions,
    };
    const mlpi_series *s = now->panel->series[k];
    if (s->count > 0 && plots[s->mark] != NULL)
        plots[s->mark](now, s, k);
}
