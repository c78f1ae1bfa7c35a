/* SPDX-License-Identifier: MIT */
/* A figure as a picture, which is written only after gnuplot has drawn all of it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "draw/gnuplot.h"
#include "mlp/output.h"

typedef struct format {
    const char *name, *terminal;
    const char *end; /* the bytes with which every file of this format ends */
    size_t end_size;
    bool text; /* white space may follow `end` */
} format;

static const format formats[] = {
    {"svg", "svg", "</svg>", 6, true},
    {"png", "pngcairo", "\0\0\0\0IEND\xAE\x42\x60\x82", 12, false},
    {"pdf", "pdfcairo", "%%EOF", 5, true},
};

static const format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(name, formats[i].name) == 0)
            return &formats[i];
    return NULL;
}

/* Writes the script for gnuplot; free *script. */
static mlp_status make_script(const mlp_figure *figure, const mlpi_canvas *canvas, char **script,
                              size_t *size, mlp_error *err)
{
    mlpi_buffer buffer;
    FILE *to = mlpi_buffer_open(&buffer);
    if (to == NULL)
        return mlpi_fail_memory(err, "a picture");
    mlpi_gnuplot_script(figure, canvas, to);
    *script = mlpi_buffer_close(&buffer, to);
    *size = buffer.size;
    return *script != NULL ? MLP_OK : mlpi_fail_memory(err, "a picture");
}

static bool is_whole(const format *f, const char *bytes, size_t size)
{
    while (f->text && size > 0 && isspace((unsigned char)bytes[size - 1]))
        size--;
    return size >= f->end_size && memcmp(bytes + size - f->end_size, f->end, f->end_size) == 0;
}

mlp_status mlpi_figure_picture(const mlp_figure *figure, const char *format_name, size_t width,
                               size_t height, char **bytes, size_t *size, bool *absent,
                               mlp_error *err)
{
    const format *f = find_format(format_name);
    char *script = NULL;
    size_t script_size = 0;
    *absent = false;
    if (f == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the format of a picture is svg, png or pdf, not \"%s\"", format_name);
    const mlpi_canvas canvas = {.terminal = f->terminal, .width = width, .height = height};
    MLPI_TRY(make_script(figure, &canvas, &script, &script_size, err));
    mlp_status status = strcmp(f->name, "svg") != 0 ? mlpi_fonts_check(script, err) : MLP_OK;
    if (status == MLP_OK)
        status = mlpi_gnuplot_run(script, script_size, bytes, size, absent, err);
    free(script);
    MLPI_TRY(status);
    if (is_whole(f, *bytes, *size))
        return MLP_OK;
    free(*bytes);
    *bytes = NULL;
    return mlpi_fail(err, MLP_ERROR_OUTPUT,
                     "gnuplot's picture is incomplete: its %zu bytes do not end as %s files do",
                     *size, f->name);
}

mlp_status mlp_figure_draw(const mlp_figure *figure, const char *format_name, size_t width,
                           size_t height, FILE *to, mlp_error *err)
{
    char *bytes = NULL;
    size_t size = 0;
    bool absent = false;
    MLPI_TRY(mlpi_figure_picture(figure, format_name, width, height, &bytes, &size, &absent, err));
    fwrite(bytes, 1, size, to);
    free(bytes);
    return mlp_stream_check(to, "the picture", err);
}
