/* SPDX-License-Identifier: MIT */
/* IDX images and their labels. The first two bytes of an input are the size of the images' file,
 * which follows; the rest is the labels' file. If that file is empty, the images have no labels. */
#include "fuzz.h"

void fuzz_one(const uint8_t *bytes, size_t size)
{
    fuzz_input input = {bytes, size};
    const size_t said = (size_t)fuzz_number(&input, 2);
    const size_t images = said < input.size ? said : input.size;
    mlp_read_options options = {.format = "idx"};
    if (images < input.size)
        options.labels = fuzz_file("labels", input.bytes + images, input.size - images);
    mlp_table *table = fuzz_read_table(input.bytes, images, "images", &options);
    if (table != NULL)
        fuzz_use_table(table);
    mlp_table_free(table);
}
