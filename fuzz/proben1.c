/* SPDX-License-Identifier: MIT */
/* PROBEN1 files. An input is the file. */
#include "fuzz.h"

void fuzz_one(const uint8_t *bytes, size_t size)
{
    const mlp_read_options options = {.format = "proben1"};
    mlp_table *table = fuzz_read_table(bytes, size, "data", &options);
    if (table != NULL)
        fuzz_use_table(table);
    mlp_table_free(table);
}
