/* SPDX-License-Identifier: MIT */
/* mlp plot: pictures of functions, networks, training and predictions. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cli.h"

void plot_kinds(FILE *to)
{
    fputs("\nKinds:\n", to);
    for (size_t i = 0; mlp_plot_kind_at(i) != NULL; i++) {
        const mlp_plot_kind *k = mlp_plot_kind_at(i);
        char line[400];
        snprintf(line, sizeof line, "  %s%s%s\n      %s", k->name,
                 k->arguments[0] != '\0' ? " " : "", k->arguments, k->summary);
        print_sentences(to, line, NULL);
    }
    fputs("\nsvg, png and pdf need gnuplot; characters and numbers need no other program.\n", to);
}

/* --- where it goes ---------------------------------------------------------------------------- */

/* The output: a picture in a format, else characters or numbers. */
typedef struct drawing {
    const char *format; /* NULL: no picture */
    size_t width, height;
} drawing;

static int take_size(const settings *s, drawing *d)
{
    char *end = NULL;
    if (s->size == NULL)
        return EXIT_DONE;
    d->width = strspn(s->size, "0123456789") > 0 ? strtoul(s->size, &end, 10) : 0;
    const bool by = end != NULL && *end == 'x' && end[1] >= '0' && end[1] <= '9';
    d->height = by ? strtoul(end + 1, &end, 10) : 0;
    if (by && *end == '\0' && d->width >= 100 && d->width <= 10000 && d->height >= 100 &&
        d->height <= 10000)
        return EXIT_DONE;
    fail("--size %s: give WIDTHxHEIGHT in pixels from 100 to 10000, for instance 800x600", s->size);
    return EXIT_USAGE;
}

static int take_format(const settings *s, drawing *d)
{
    static const char *const formats[] = {"svg", "png", "pdf"};
    if (s->terminal && s->data) {
        fail("--terminal and --data exclude each other; give one of them");
        return EXIT_USAGE;
    }
    if (s->output == NULL || s->terminal || s->data)
        return EXIT_DONE;
    const char *dot = strrchr(s->output, '.');
    for (size_t i = 0; dot != NULL && i < sizeof formats / sizeof formats[0]; i++)
        if (strcasecmp(dot + 1, formats[i]) == 0)
            d->format = formats[i];
    if (d->format != NULL)
        return EXIT_DONE;
    fail("-o %s: the name of a picture must end in .svg, .png or .pdf; --terminal and --data write "
         "text",
         s->output);
    return EXIT_USAGE;
}

/* The width of a picture in characters: COLUMNS, else that of the terminal, else 80. */
static size_t columns_wanted(void)
{
    const int width = terminal_width(stdout);
    const char *columns = getenv("COLUMNS");
    const unsigned long wish = columns != NULL ? strtoul(columns, NULL, 10) : 0;
    if (wish >= 20 && wish <= 1000)
        return wish;
    return width >= 20 ? (size_t)width : 80;
}

static mlp_status show(const settings *s, const drawing *d, const mlp_figure *figure, FILE *to,
                       mlp_error *err)
{
    if (d->format != NULL)
        return mlp_figure_draw(figure, d->format, d->width, d->height, to, err);
    if (s->data)
        return mlp_figure_data(figure, to, err);
    const bool colours = s->output == NULL && terminal_colours(stdout);
    return mlp_figure_characters(figure, columns_wanted(), colours, to, err);
}

/* --- what is drawn ---------------------------------------------------------------------------- */

static int too_many(const mlp_plot_kind *k)
{
    fail("mlp plot %s: too many arguments; usage: mlp plot %s%s%s%s", k->name, k->name,
         k->arguments[0] != '\0' ? " " : "", in_our_words(k->arguments).text,
         k->table != MLP_PLOT_NONE ? "; for several files of DATA, quote a pattern: 'sales-*.csv'"
                                   : "");
    return EXIT_USAGE;
}

/* Takes the arguments after the kind: loads model and table, or keeps the names of logs. */
static int load(const settings *s, const mlp_plot_kind *k, mlp_plot_request *r, mlp_model **model,
                mlp_table **table)
{
    mlp_error err;
    const char *const *arguments = s->arguments + 1;
    const size_t count = s->argument_count - 1;
    if (k->logs != MLP_PLOT_NONE) {
        r->logs = (mlp_names){arguments, count};
        return EXIT_DONE;
    }
    const size_t most =
        (k->model != MLP_PLOT_NONE ? 1u : 0u) + (k->table != MLP_PLOT_NONE ? 1u : 0u);
    if (count > most)
        return too_many(k);
    int code =
        count > 0 ? load_model(arguments[0], count > 1 ? arguments[1] : NULL, model) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    if (count > 1) {
        const mlp_read_options reading = mlp_model_read_options(*model);
        if (read_table(s, arguments[1], &reading, table, &err) != MLP_OK)
            return report_data(arguments[1], &err);
    }
    code = k->judges && *table != NULL ? leave_out_without_targets(s, *model, table) : EXIT_DONE;
    r->model = *model;
    r->table = *table;
    return code;
}

static int draw(const settings *s, const drawing *d, const mlp_plot_kind *k,
                const mlp_plot_request *r)
{
    mlp_error err;
    mlp_output *output = NULL;
    mlp_figure *figure = NULL;
    if (s->output != NULL && mlp_output_open(s->output, s->force, &output, &err) != MLP_OK)
        return report(&err);
    FILE *to = output != NULL ? mlp_output_stream(output) : stdout;
    mlp_status status = mlp_plot(k, r, &figure, &err);
    if (status == MLP_OK)
        status = show(s, d, figure, to, &err);
    mlp_figure_free(figure);
    if (output != NULL)
        return finish_file(output, status, &err);
    const int code = finish_output();
    return code == EXIT_DONE && status != MLP_OK ? report(&err) : code;
}

int run_plot(settings *s)
{
    mlp_error err;
    const mlp_plot_kind *kind = NULL;
    mlp_model *model = NULL;
    mlp_table *table = NULL;
    drawing d = {0};
    mlp_plot_request r = {.activations = {s->activations.items, s->activations.count},
                          .sweeps = {s->sweeps.items, s->sweeps.count},
                          .x = s->x,
                          .y = s->y,
                          .label = s->label,
                          .title = s->title,
                          .threads = s->threads};
    if (mlp_plot_kind_find(s->arguments[0], &kind, &err) != MLP_OK)
        return report(&err);
    int code = take_format(s, &d);
    if (code == EXIT_DONE)
        code = take_size(s, &d);
    if (code == EXIT_DONE)
        code = load(s, kind, &r, &model, &table);
    if (code == EXIT_DONE)
        code = draw(s, &d, kind, &r);
    mlp_table_free(table);
    mlp_model_free(model);
    return code;
}
