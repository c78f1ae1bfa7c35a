/* SPDX-License-Identifier: MIT */
/* Rows as images, for models whose columns are pixels. */
#ifndef MLPI_REPORT_IMAGE_H
#define MLPI_REPORT_IMAGE_H

#include "report/report.h"

/** The columns that hold the pixels of square images. */
typedef struct mlpi_images {
    size_t side;   /* 0: the rows are not images */
    size_t *place; /* side x side: the pixel's column of the table; SIZE_MAX: a black pixel */
} mlpi_images;

/** Finds the columns of the pixels, if the model's columns are pixels. Release with
 * mlpi_report_release_images. */
mlp_status mlpi_report_find_images(const mlpi_report *r, mlpi_images *images, mlp_error *err);
void mlpi_report_release_images(mlpi_images *images);
/** Writes a cell with the image of a row: a bitmap within the page, whose least value is black. */
void mlpi_report_put_image(const mlpi_report *r, const mlpi_images *images, size_t row);

#endif
