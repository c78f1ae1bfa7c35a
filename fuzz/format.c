/* SPDX-License-Identifier: MIT */
/* A file of the format FUZZ_FORMAT, read as a program would read it. */
#include "fuzz.h"

void fuzz_one(const uint8_t *bytes, size_t size)
{
    const mlp_read_options options = {.format = FUZZ_FORMAT};
    mlp_table *table = fuzz_read_table(bytes, size, "data", &options);
    if (table != NULL)
        fuzz_use_table(table);
    mlp_table_free(table);
}
