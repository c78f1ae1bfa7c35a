/* SPDX-License-Identifier: MIT */
/* Rows of image models as images. */
#ifndef MLPI_REPORT_IMAGE_H
#define MLPI_REPORT_IMAGE_H

#include "report/report.h"

/** Where the pixels of square images are. */
typedef struct mlpi_images {
    size_t side;   /* 0: the rows are not images */
    size_t *place; /* side x side columns of the table; SIZE_MAX: not used, black */
} mlpi_images;

/** Whether the model's columns are pixels. Release with mlpi_report_release_images. */
mlp_status mlpi_report_find_images(const mlpi_report *r, mlpi_images *images, mlp_error *err);
void mlpi_report_release_images(mlpi_images *images);
/** A row as a cell with its image: a bitmap within the page, black is the least value. */
void mlpi_report_put_image(const mlpi_report *r, const mlpi_images *images, size_t row);

#endif
