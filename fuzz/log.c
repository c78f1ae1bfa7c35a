/* SPDX-License-Identifier: MIT */
/* Files from which pictures are drawn: the log of a training run, as "plot history" reads it, and
 * the JSON of "plot learning-curve". An input is the file. */
#include "draw/gnuplot.h"
#include "fuzz.h"

static void draw(const char *name, const mlp_plot_request *request, size_t size)
{
    const mlp_plot_kind *kind = NULL;
    const mlpi_canvas canvas = {.terminal = "svg"};
    mlp_figure *figure = NULL;
    mlp_error err;
    if (mlp_plot_kind_find(name, &kind, &err) != MLP_OK)
        fuzz_finding("%s", err.message);
    fuzz_heap_begin(size);
    const mlp_status status = mlp_plot(kind, request, &figure, &err);
    fuzz_heap_end("reading a log");
    if (status != MLP_OK)
        return;
    (void)mlp_figure_characters(figure, 60, true, fuzz_nowhere(), NULL);
    (void)mlp_figure_data(figure, fuzz_nowhere(), NULL);
    mlpi_gnuplot_script(figure, &canvas, fuzz_nowhere());
    mlp_figure_free(figure);
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    const char *path = fuzz_file("log.jsonl", bytes, size);
    const mlp_plot_request request = {.logs = {&path, 1}};
    draw("history", &request, size);
    draw("learning-curve", &request, size);
}
