/* SPDX-License-Identifier: MIT */
/* Rows as bitmaps (BMP, 8 bits of grey), a format that needs no compression or library. */
#include "report/image.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "data/table.h"
#include "plot/kinds.h"

enum { LEAST_SIDE = 8, HEADERS = 14 + 40, PALETTE = 4 * 256, SHOWN = 56 };

/* Whether two names differ only in their numbers, as the names of pixels do: "pixel7", "p3_4". */
static bool called_alike(const char *a, const char *b)
{
    static const char digits[] = "0123456789";
    while (*a != '\0' || *b != '\0') {
        const size_t i = strspn(a, digits), j = strspn(b, digits);
        if ((i > 0) != (j > 0) || (i == 0 && *a != *b))
            return false;
        a += i > 0 ? i : 1;
        b += j > 0 ? j : 1;
    }
    return true;
}

static bool are_pixels(const mlp_model *model, size_t side)
{
    const size_t columns = mlp_model_column_count(model);
    for (size_t c = 1; c < columns; c++)
        if (!called_alike(mlp_model_column(model, 0), mlp_model_column(model, c)))
            return false;
    return side >= LEAST_SIDE;
}

mlp_status mlpi_report_find_images(const mlpi_report *r, mlpi_images *images, mlp_error *err)
{
    size_t side = 0;
    *images = (mlpi_images){0};
    if (mlpi_image_side(r->model, &side, NULL) != MLP_OK || !are_pixels(r->model, side))
        return MLP_OK;
    images->place = mlpi_allocate(side * side, sizeof *images->place);
    if (images->place == NULL)
        return mlpi_fail_memory(err, "the images");
    for (size_t i = 0; i < side * side; i++)
        images->place[i] = SIZE_MAX;
    images->side = side;
    for (size_t c = 0; c < r->model->pipeline.feature_count; c++) {
        size_t *place = &images->place[mlpi_image_pixel(r->model, c)];
        if (mlp_table_find(r->table, mlp_model_column(r->model, c), place, NULL) != MLP_OK)
            *place = SIZE_MAX;
    }
    return MLP_OK;
}

void mlpi_report_release_images(mlpi_images *images)
{
    mlpi_free(images->place);
    *images = (mlpi_images){0};
}

/* --- the file --------------------------------------------------------------------------------- */

static void put_number(unsigned char *to, size_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> 8 * i & 255);
}

static void put_headers(unsigned char *bmp, size_t side, size_t size)
{
    put_number(bmp, 'B' | 'M' << 8, 2);
    put_number(bmp + 2, size, 4);
    put_number(bmp + 10, HEADERS + PALETTE, 4);
    put_number(bmp + 14, 40, 4);
    put_number(bmp + 18, side, 4);
    put_number(bmp + 22, side, 4);
    put_number(bmp + 26, 1, 2); /* planes */
    put_number(bmp + 28, 8, 2); /* bits per pixel */
    put_number(bmp + 46, 256, 4);
    for (size_t i = 0; i < 256; i++)
        put_number(bmp + HEADERS + 4 * i, i * 0x010101, 4);
}

static double pixel_of(const mlpi_report *r, const mlpi_images *images, size_t row, size_t pixel)
{
    double value = 0.0;
    const size_t place = images->place[pixel];
    if (place == SIZE_MAX || mlpi_table_number(r->table, row, place, &value) != MLPI_CELL_NUMBER)
        return 0.0;
    return value;
}

/* BMP has lines from the bottom up, each padded to a multiple of four bytes. Greys extend from the
 * least value of the image to its largest. */
static void put_pixels(const mlpi_report *r, const mlpi_images *images, size_t row,
                       unsigned char *bmp, size_t stride)
{
    const size_t side = images->side;
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < side * side; i++) {
        least = fmin(least, pixel_of(r, images, row, i));
        most = fmax(most, pixel_of(r, images, row, i));
    }
    for (size_t i = 0; i < side * side && most > least; i++) {
        const double grey = (pixel_of(r, images, row, i) - least) / (most - least);
        bmp[HEADERS + PALETTE + (side - 1 - i / side) * stride + i % side] =
            (unsigned char)(grey * 255.0 + 0.5);
    }
}

void mlpi_report_put_image(const mlpi_report *r, const mlpi_images *images, size_t row)
{
    const size_t stride = (images->side + 3) / 4 * 4;
    const size_t size = HEADERS + PALETTE + stride * images->side;
    unsigned char *bmp = mlpi_allocate(size, 1);
    char *text = mlpi_allocate(mlpi_base64_size(size), 1);
    if (bmp == NULL || text == NULL) {
        mlpi_html(r->to, "<td></td>");
        mlpi_free(bmp);
        mlpi_free(text);
        return;
    }
    put_headers(bmp, images->side, size);
    put_pixels(r, images, row, bmp, stride);
    mlpi_html(r->to, "<td><img width=\"%d\" height=\"%d\" alt=\"Image of row %zu\" src=\"", SHOWN,
              SHOWN, row + 1);
    mlpi_base64(bmp, size, text);
    mlpi_html(r->to, "data:image/bmp;base64,%s\"></td>", text);
    mlpi_free(bmp);
    mlpi_free(text);
}
