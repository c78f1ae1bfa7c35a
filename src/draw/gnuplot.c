/* SPDX-License-Identifier: MIT */
/* A figure as a gnuplot script. Numbers come from the figure, every text through one function that
 * quotes it; no other word of the script depends on what the user's files say. */
#include "draw/gnuplot.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

enum {
    LONGEST_TITLE = 110,
    LONGEST_LABEL = 70,
    LONGEST_NAME = 46,
    LONGEST_TIC = 20,
    STRENGTHS = 12,    /* line widths of segments, for each sign */
    SMALL_GRID = 4096, /* cells that are drawn one by one; larger grids become one image */
    MANY_POINTS = 400, /* more are drawn smaller */
    LETTER = 7,        /* pixels, about */
    TITLE_LETTER = 10,
    LINE = 17,
};

/* --- texts and numbers ------------------------------------------------------------------------ */

void mlpi_gnuplot_quote(FILE *to, const char *text, size_t longest, bool percent)
{
    fputc('\'', to);
    const bool whole = mlp_text_columns(text) <= longest;
    for (size_t written = 0; *text != '\0';) {
        uint32_t c = 0;
        char bytes[4];
        text += mlpi_utf8_next(text, &c);
        if (!mlpi_utf8_printable(c))
            c = ' ';
        written += mlpi_utf8_columns(c);
        if (!whole && written >= longest) {
            fputs("…", to);
            break;
        }
        if (c == '\'')
            c = 0x2019;
        if (c == '%' && percent)
            fputc('%', to);
        fwrite(bytes, 1, mlpi_utf8_put(c, bytes), to);
    }
    fputc('\'', to);
}

static void number(FILE *to, double value)
{
    char text[32];
    if (isfinite(value))
        mlp_number_text(value, text);
    else
        strcpy(text, "NaN");
    fputs(text, to);
}

static void colour(FILE *to, unsigned rgb)
{
    fprintf(to, "'#%06X'", rgb);
}

/* --- data ------------------------------------------------------------------------------------- */

/* The arrow style of a segment: 1..STRENGTHS for negative, then for positive ones. */
static size_t strength(double value, mlpi_range range)
{
    const double share = fabs(value) / fmax(fabs(range.lowest), fabs(range.highest));
    const size_t width = (size_t)fmin(fmax(ceil(share * STRENGTHS), 1.0), STRENGTHS);
    return value < 0.0 ? width : STRENGTHS + width;
}

/* What a mark needs besides its numbers. */
static void write_extra(FILE *to, const mlpi_series *s, size_t i, mlpi_range range)
{
    if (s->mark == MLPI_SEGMENTS)
        fprintf(to, " %zu", strength(mlpi_number(s, i, MLPI_VALUE), range));
    if (s->mark == MLPI_REGIONS) {
        const unsigned rgb = mlpi_region_colour(s, i);
        fprintf(to, " %u %u %u", rgb >> 16, rgb >> 8 & 255u, rgb & 255u);
    }
}

static void write_block(FILE *to, const mlpi_panel *panel, const mlpi_series *s, size_t p, size_t k)
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
            number(to, s->values[i * s->width + c]);
        }
        write_extra(to, s, i, range);
        fputc('\n', to);
    }
    fputs("MLP_END\n", to);
}

/* --- axes ------------------------------------------------------------------------------------- */

/* Columns of the longest name that stands at the axis, as it is cut there. */
static size_t longest_name(const mlpi_axis *axis)
{
    size_t longest = 0;
    for (size_t i = 0; i < axis->name_count; i++) {
        const size_t columns = axis->names[i] != NULL ? mlp_text_columns(axis->names[i]) : 0;
        longest = columns > longest ? columns : longest;
    }
    return longest < LONGEST_TIC ? longest : LONGEST_TIC;
}

/* Names side by side turn when they are too long for their room. */
static bool too_long(const mlpi_axis *axis, double pixels)
{
    const double each = (double)(longest_name(axis) + 1) * LETTER;
    return axis->name_count > 1 && each > pixels / (double)axis->name_count;
}

/* Letters of what stands at tics `step` apart. */
static int letters_of(mlpi_range range, double step)
{
    const double largest = fmax(fabs(range.lowest), fabs(range.highest));
    const int decimals = step < 1.0 ? (int)ceil(-log10(step) - 1e-9) : 0;
    return snprintf(NULL, 0, "%.0f", largest) + (range.lowest < 0.0) +
           (decimals > 0 ? decimals + 1 : 0);
}

/* The least of 1, 2, 5 times a power of ten that makes at most so many steps. */
static double round_step(mlpi_range range, double most)
{
    const double least = (range.highest - range.lowest) / fmax(floor(most), 2.0);
    const double power = pow(10.0, floor(log10(least)));
    const double times = least / power;
    return (times <= 1.0 ? 1.0 : times <= 2.0 ? 2.0 : times <= 5.0 ? 5.0 : 10.0) * power;
}

/* A step that leaves room for what stands at the tics of an axis that is `pixels` long. */
static double tic_step(mlpi_range range, bool of_y, double pixels)
{
    double step = round_step(range, pixels / (2.0 * LINE));
    for (int i = 0; i < 4 && !of_y; i++) /* longer steps have shorter texts */
        step = round_step(range, pixels / ((letters_of(range, step) + 3.0) * LETTER));
    return step;
}

/* Tics of a logarithmic axis of so few powers of ten that gnuplot would name one or none of them: 1, 2 and 5
 * times these, or all whole numbers of times where that leaves less than two. `to` NULL: counts only. */
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
                fprintf(to, "%s%.10g", count > 0 ? ", " : "(", at);
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

/* `pixels`: about how long the axis is. */
static void write_axis(FILE *to, const mlpi_panel *panel, bool of_y, double pixels)
{
    const mlpi_axis *axis = of_y ? &panel->y : &panel->x;
    const mlpi_range range = mlpi_axis_range(panel, of_y);
    const char *name = of_y ? "y" : "x";
    fprintf(to, "set %srange [", name);
    number(to, axis->reversed ? range.highest : range.lowest);
    fputc(':', to);
    number(to, axis->reversed ? range.lowest : range.highest);
    fprintf(to, "]\n%s logscale %s\n", axis->log ? "set" : "unset", name);
    fprintf(to, "set %slabel ", name);
    mlpi_gnuplot_quote(to, axis->label != NULL ? axis->label : "", LONGEST_LABEL, false);
    fputc('\n', to);
    if (axis->hidden) {
        fprintf(to, "unset %stics\n", name);
    } else if (axis->names == NULL) {
        fprintf(to, "set %stics ", name);
        if (axis->log)
            write_log_tics(to, range);
        else
            number(to, tic_step(range, of_y, pixels));
        fputs(" nomirror scale 0.6 norotate\n", to);
    } else {
        const size_t every = axis->name_count / 40 + 1;
        fprintf(to, "set %stics %s (", name,
                !of_y && too_long(axis, pixels) ? "rotate by 40 right nomirror scale 0"
                                                : "norotate nomirror scale 0");
        for (size_t i = 0; i < axis->name_count; i += every) {
            fputs(i > 0 ? ", " : "", to);
            mlpi_gnuplot_quote(to, axis->names[i] != NULL ? axis->names[i] : "", LONGEST_TIC, true);
            fprintf(to, " %zu", i);
        }
        fputs(")\n", to);
    }
}

static void write_scale(FILE *to, const mlpi_panel *panel)
{
    enum { STEPS = 12 };
    const mlpi_range range = mlpi_value_range(panel);
    fputs("set palette defined (", to);
    for (int i = 0; i <= STEPS; i++) {
        fprintf(to, "%s%d ", i > 0 ? ", " : "", i);
        colour(to, mlpi_scale_colour(panel->scale, (double)i / STEPS));
    }
    fputs(")\nset cbrange [", to);
    number(to, range.lowest);
    fputc(':', to);
    number(to, range.highest);
    fputs("]\n", to);
    fprintf(to, "%s colorbox\nset cblabel ", panel->value_label != NULL ? "set" : "unset");
    mlpi_gnuplot_quote(to, panel->value_label != NULL ? panel->value_label : "", LONGEST_LABEL,
                       false);
    fputc('\n', to);
}

/* Styles of segments: blue for positive, vermilion for negative, in steps of width. */
static void write_arrows(FILE *to)
{
    for (size_t i = 1; i <= 2 * STRENGTHS; i++) {
        const size_t width = i > STRENGTHS ? i - STRENGTHS : i;
        fprintf(to, "set style arrow %zu nohead lw %g lc rgb ", i, 0.35 * (double)width);
        colour(to, mlpi_palette(i > STRENGTHS ? 0 : 1));
        fputc('\n', to);
    }
}

/* --- series ----------------------------------------------------------------------------------- */

static const int shapes[] = {7, 5, 9, 13, 11, 15}; /* gnuplot's filled ones */

static int shape_of(const mlpi_series *s)
{
    enum { SHAPES = sizeof shapes / sizeof *shapes, BOTH = 24 };
    /* eight colours and six shapes come together again after 24 series: from there on in other
     * pairs */
    return s->colour == MLPI_GREY ? 7 : shapes[(s->colour + s->colour / BOTH) % SHAPES];
}

typedef struct plotting {
    FILE *to;
    const mlpi_panel *panel;
    size_t p;    /* panel */
    bool begun;  /* something has been plotted in this panel */
    bool legend; /* only the names and their signs, without data */
} plotting;

/* "plot" or ", " and the data of series k. */
static void begin_curve(plotting *now, size_t k, const char *columns)
{
    fputs(now->begun ? ",\\\n    " : "plot ", now->to);
    if (now->legend)
        fputs("NaN ", now->to);
    else
        fprintf(now->to, "$d%zu_%zu using %s ", now->p, k, columns);
    now->begun = true;
}

static void end_curve(plotting *now, const mlpi_series *s)
{
    if (!now->legend) {
        fputs(" notitle", now->to);
        return;
    }
    fputs(" title ", now->to);
    mlpi_gnuplot_quote(now->to, s->name, LONGEST_NAME, false);
}

/* Colours that come again are told apart by their dashes. */
static const char *dashes_of(const mlpi_series *s)
{
    static const char *const dashes[] = {"1", "(10,2,3,2)", "(2,2)", "(12,2,2,2,2,2)"};
    const size_t turn = s->colour < MLPI_GREY ? s->colour / MLPI_PALETTE : 0;
    return s->dashed ? "(5,3)" : dashes[turn % (sizeof dashes / sizeof *dashes)];
}

static void plot_line(plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2");
    fprintf(now->to, "with lines lw %s dt %s lc rgb ", s->thin ? "1" : "2.2", dashes_of(s));
    colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static double size_of(const mlpi_series *s)
{
    return s->size > 0.0 ? s->size : s->thin ? 0.3 : s->count > MANY_POINTS ? 0.45 : 0.8;
}

static void plot_points(plotting *now, const mlpi_series *s, size_t k)
{
    if (mlpi_has_grid(now->panel) &&
        !now->legend) { /* a white rim keeps them apart from the ground */
        begin_curve(now, k, "1:2");
        fprintf(now->to, "with points pt %d ps %g lc rgb '#FFFFFF' notitle", shape_of(s),
                size_of(s) * 1.2 + 0.14);
    }
    begin_curve(now, k, "1:2");
    fprintf(now->to, "with points pt %d ps %g lc rgb ", shape_of(s), size_of(s));
    colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static void plot_dots(plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2");
    fprintf(now->to, "with points pt 7 ps %g lc rgb '#FFFFFF' notitle", size_of(s) * 1.2 + 0.1);
    begin_curve(now, k, "1:2:3");
    fprintf(now->to, "with points pt 7 ps %g lc palette", size_of(s));
    end_curve(now, s);
}

static void plot_bars(plotting *now, const mlpi_series *s, size_t k)
{
    char columns[128];
    const double half = s->step / 2.0;
    if (now->panel->y.names != NULL)
        snprintf(columns, sizeof columns, "(0):1:(0):1:($2-%.6g):($2+%.6g)", half, half);
    else
        snprintf(columns, sizeof columns, "1:(0):($1-%.10g):($1+%.10g):(0):2", half, half);
    begin_curve(now, k, columns);
    fputs(now->legend ? "with boxes" : "with boxxyerror", now->to);
    fputs(" fs solid 0.75 border rgb '#FFFFFF' lw 0.5 lc rgb ", now->to);
    colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static void plot_band(plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2:3");
    fputs(now->legend ? "with filledcurves y1=0" : "with filledcurves", now->to);
    fputs(" fs transparent solid 0.2 noborder lc rgb ", now->to);
    colour(now->to, mlpi_palette(s->colour));
    end_curve(now, s);
}

static void plot_segments(plotting *now, const mlpi_series *s, size_t k)
{
    (void)s;
    begin_curve(now, k, "1:2:($3-$1):($4-$2):6");
    fputs("with vectors arrowstyle variable notitle", now->to);
}

static void plot_map(plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2:3");
    fprintf(now->to, "with image%s notitle", s->count <= SMALL_GRID ? " pixels" : "");
}

static void plot_regions(plotting *now, const mlpi_series *s, size_t k)
{
    begin_curve(now, k, "1:2:5:6:7");
    fprintf(now->to, "with rgbimage%s notitle", s->count <= SMALL_GRID ? " pixels" : "");
}

/* The size of the letters of labels, each in a cell of a grid: ordinary ones, or smaller ones that
 * stay within their cell, or none (0) when nobody could read them. */
static double label_size(const mlpi_panel *panel, const mlpi_series *s, double pixels)
{
    enum { ORDINARY = 12, SMALLEST = 5 };
    const double letter = 0.6; /* the width of a digit, by the size */
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

/* Labels are objects of the panel, set before the plot. `pixels`: about how long the x axis is;
 * `font`: the size of ordinary letters in the terminal's unit. */
static void write_labels(FILE *to, const mlpi_panel *panel, double pixels, double font)
{
    for (size_t k = 0; k < panel->count; k++) {
        const mlpi_series *s = panel->series[k];
        if (s->mark != MLPI_LABELS)
            continue;
        const double size = label_size(panel, s, pixels);
        for (size_t i = 0; size > 0.0 && i < s->count; i++) {
            fputs("set label ", to);
            mlpi_gnuplot_quote(to, s->texts[i], LONGEST_NAME, false);
            fputs(" at first ", to);
            number(to, mlpi_number(s, i, MLPI_X));
            fputs(", first ", to);
            number(to, mlpi_number(s, i, MLPI_Y));
            fprintf(to, " %s front tc rgb '%s'",
                    s->align == 'l'   ? "left"
                    : s->align == 'r' ? "right"
                                      : "center",
                    mlpi_number(s, i, MLPI_VALUE) > 0.5 ? "#FFFFFF" : "#000000");
            if (size < 12.0)
                fprintf(to, " font ',%g'", font * size / 12.0);
            fputc('\n', to);
        }
    }
}

static void plot_series(plotting *now, size_t k)
{
    static void (*const plots[MLPI_MARK_COUNT])(plotting *, const mlpi_series *, size_t) = {
        [MLPI_LINE] = plot_line, [MLPI_POINTS] = plot_points,   [MLPI_DOTS] = plot_dots,
        [MLPI_BARS] = plot_bars, [MLPI_BAND] = plot_band,       [MLPI_SEGMENTS] = plot_segments,
        [MLPI_MAP] = plot_map,   [MLPI_REGIONS] = plot_regions,
    };
    const mlpi_series *s = now->panel->series[k];
    if (s->count > 0 && plots[s->mark] != NULL)
        plots[s->mark](now, s, k);
}

/* --- panels ----------------------------------------------------------------------------------- */

static bool is_listed(const mlpi_series *s)
{
    return !s->unlisted && s->count > 0;
}

static size_t listed(const mlpi_panel *panel)
{
    size_t count = 0;
    for (size_t k = 0; k < panel->count; k++)
        count += is_listed(panel->series[k]) ? 1 : 0;
    return count;
}

/* Panels with the same names need one legend, that of the first, below all. */
static bool one_legend(const mlp_figure *figure)
{
    const mlpi_panel *first = figure->panels[0];
    for (size_t p = 1; p < figure->count; p++) {
        const mlpi_panel *other = figure->panels[p];
        if (other->count != first->count)
            return false;
        for (size_t k = 0; k < first->count; k++)
            if (other->series[k]->name == NULL || first->series[k]->name == NULL ||
                strcmp(other->series[k]->name, first->series[k]->name) != 0)
                return false;
    }
    return figure->count > 1 && listed(first) > 0;
}

/* A place on the picture: pixels and shares of the whole. */
typedef struct box {
    double left, bottom, width, height; /* shares */
    double across, down;                /* pixels */
    double font;                        /* size of ordinary letters, in the terminal's unit */
} box;

/* How many names fit side by side. */
static size_t legend_columns(const mlpi_panel *panel, double pixels)
{
    size_t longest = 0;
    for (size_t k = 0; k < panel->count; k++) {
        const mlpi_series *s = panel->series[k];
        const size_t letters = is_listed(s) ? mlp_text_columns(s->name) : 0;
        longest = letters > longest ? letters : longest;
    }
    longest = longest < LONGEST_NAME ? longest : LONGEST_NAME;
    /* gnuplot keeps the legend within the axes, and takes letters of SVG for wider than they are.
     */
    const double room = pixels - 14.0 * LETTER, each = 1.3 * LETTER * (double)(longest + 9);
    return (size_t)fmax(floor(room / each), 1.0);
}

static size_t legend_lines(const mlpi_panel *panel, double pixels)
{
    const size_t columns = legend_columns(panel, pixels);
    return (listed(panel) + columns - 1) / columns;
}

/* A plot of its own without anything but names, along the bottom of a box. */
static void write_legend(FILE *to, const mlpi_panel *panel, const box *b)
{
    plotting now = {.to = to, .panel = panel, .legend = true};
    if (listed(panel) == 0)
        return;
    fprintf(to,
            "set origin %.6f,%.6f\nset size noratio\nset size %.6f,%.6f\n"
            "set margins 0,0,0.3,0\nunset title\nunset xlabel\nunset ylabel\nunset tics\n"
            "unset border\nunset grid\nunset label\nunset colorbox\nunset logscale\n"
            "set xrange [0:1]\nset yrange [0:1]\n"
            "set key center bottom horizontal maxcols %zu Left reverse samplen 3 spacing 1.1\n",
            b->left, b->bottom, b->width, b->height, legend_columns(panel, b->across));
    for (size_t k = 0; k < panel->count; k++)
        if (is_listed(panel->series[k]))
            plot_series(&now, k);
    fputs("\nunset key\nset lmargin -1\nset tmargin -1\n", to);
}

/* About how long the axes are. */
static double x_pixels(const mlpi_panel *panel, const box *b)
{
    enum { COLOUR_BOX = 130 };
    const double names = (double)(longest_name(&panel->y) * LETTER);
    if (panel->square && mlpi_has_grid(panel))
        return fmin(fmin(0.69 * b->across, b->across - names - COLOUR_BOX), 0.76 * b->down);
    return 0.8 * b->across;
}

/* Room at the bottom for tics, their label and the legend; at the right for half a tic. */
static void write_margins(FILE *to, const mlpi_panel *panel, const box *b, size_t lines)
{
    const bool turned = panel->x.names != NULL && too_long(&panel->x, x_pixels(panel, b));
    const double rows = (panel->x.hidden ? 0.5
                         : turned        ? 1.6 + 0.34 * (double)longest_name(&panel->x)
                                         : 2.2) +
                        (panel->x.label != NULL ? 1.3 : 0.0) + 1.15 * (double)lines;
    fprintf(to, "set bmargin %.4g\n", rows + (lines > 0 ? 0.7 : 0.0));
    fputs(panel->value_label != NULL ? "set rmargin -1\n" : "set rmargin 4\n", to);
}

static void write_frame(FILE *to, const mlpi_panel *panel)
{
    const bool bare = panel->x.hidden && panel->y.hidden;
    if (bare)
        fputs("unset border\n", to);
    else
        fprintf(to, "set border %d lw 0.8 lc rgb '#444444'\n", mlpi_has_grid(panel) ? 15 : 3);
    fputs(bare || mlpi_has_grid(panel) ? "unset grid\n"
                                       : "set grid back lw 0.5 lc rgb '#DDDDDD' dt 1\n",
          to);
    fputs(panel->square ? "set size ratio -1\n" : "set size noratio\n", to);
}

static void write_panel(FILE *to, const mlp_figure *figure, size_t p, const box *b, bool shared)
{
    const mlpi_panel *panel = figure->panels[p];
    plotting now = {.to = to, .panel = panel, .p = p};
    fprintf(to, "set origin %.6f,%.6f\nset size %.6f,%.6f\nunset label\nset title ", b->left,
            b->bottom, b->width, b->height);
    mlpi_gnuplot_quote(to, panel->title != NULL ? panel->title : "", LONGEST_LABEL, false);
    fputc('\n', to);
    write_axis(to, panel, false, x_pixels(panel, b));
    write_axis(to, panel, true, b->down * 0.7);
    write_scale(to, panel);
    write_margins(to, panel, b, shared ? 0 : legend_lines(panel, b->across));
    write_frame(to, panel);
    write_labels(to, panel, x_pixels(panel, b), b->font);
    for (size_t k = 0; k < panel->count; k++)
        if (panel->series[k]->mark == MLPI_BAND) /* below what is drawn on it */
            plot_series(&now, k);
    for (size_t k = 0; k < panel->count; k++)
        if (panel->series[k]->mark != MLPI_BAND)
            plot_series(&now, k);
    fputs(now.begun ? "\n" : "plot NaN notitle\n", to);
    if (!shared)
        write_legend(to, panel, b);
}

static void write_terminal(FILE *to, const mlp_figure *figure, const mlpi_canvas *canvas)
{
    const bool png = strcmp(canvas->terminal, "pngcairo") == 0;
    const double twice = png && canvas->width == 0 && canvas->height == 0 ? 2.0 : 1.0;
    const double width = canvas->width > 0 ? (double)canvas->width : (double)figure->width * twice;
    const double height =
        canvas->height > 0 ? (double)canvas->height : (double)figure->height * twice;
    const double scale = png ? fmax(width / (double)figure->width, 0.5) : 1.0;
    fprintf(to, "set terminal %s noenhanced ", canvas->terminal);
    if (strcmp(canvas->terminal, "pdfcairo") == 0)
        fprintf(to, "size %.4gin,%.4gin font 'Helvetica,9' linewidth 1.4\n", width / 96.0,
                height / 96.0);
    else if (png)
        fprintf(to,
                "size %.0f,%.0f font 'Helvetica,9' fontscale %.4g linewidth %.4g pointscale "
                "%.4g\n",
                width, height, scale, scale, scale);
    else
        fprintf(to, "size %.0f,%.0f font 'Helvetica,Arial,sans-serif,12' background '#FFFFFF'\n",
                width, height);
}

/* Panels lie in a grid below the title and above a shared legend. */
static void write_panels(FILE *to, const mlp_figure *figure, double font)
{
    const bool shared = one_legend(figure);
    const double across = (double)figure->width, down = (double)figure->height;
    const double top = (figure->title[0] != '\0' ? 2.0 : 0.4) * LINE / down;
    const size_t lines = shared ? legend_lines(figure->panels[0], across) : 0;
    const double bottom = ((double)lines * 1.1 + (lines > 0 ? 0.5 : 0.0)) * LINE / down;
    const size_t rows = (figure->count + figure->columns - 1) / figure->columns;
    box b = {.width = 1.0 / (double)figure->columns,
             .height = (1.0 - top - bottom) / (double)rows,
             .font = font};
    b.across = across * b.width;
    b.down = down * b.height;
    fputs("set multiplot title ", to);
    const size_t longest = figure->width / TITLE_LETTER;
    mlpi_gnuplot_quote(to, figure->title, longest < LONGEST_TITLE ? longest : LONGEST_TITLE, false);
    fputs(" font ',14'\nunset key\n", to);
    for (size_t p = 0; p < figure->count; p++) {
        b.left = (double)(p % figure->columns) * b.width;
        b.bottom = 1.0 - top - (double)(p / figure->columns + 1) * b.height;
        write_panel(to, figure, p, &b, shared);
    }
    if (shared)
        write_legend(to, figure->panels[0], &(box){.width = 1.0, .height = 1.0, .across = across});
    fputs("unset multiplot\n", to);
}

void mlpi_gnuplot_script(const mlp_figure *figure, const mlpi_canvas *canvas, FILE *to)
{
    write_terminal(to, figure, canvas);
    fputs("set encoding utf8\nset decimalsign '.'\n", to);
    for (size_t p = 0; p < figure->count; p++)
        for (size_t k = 0; k < figure->panels[p]->count; k++)
            write_block(to, figure->panels[p], figure->panels[p]->series[k], p, k);
    write_arrows(to);
    write_panels(to, figure, strcmp(canvas->terminal, "svg") == 0 ? 12.0 : 9.0);
    fprintf(to, "exit status %d\n", MLPI_GNUPLOT_DONE);
}
