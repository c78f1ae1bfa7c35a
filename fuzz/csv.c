/* SPDX-License-Identifier: MIT */
/* CSV and TSV. The first byte of an input selects the reading options; the rest is the file. */
#include "fuzz.h"

void fuzz_one(const uint8_t *bytes, size_t size)
{
    static const char separators[] = {'\0', ';', ' ', '|'};
    static const char *const missing[] = {"-", "none"};
    fuzz_input input = {bytes, size};
    const uint64_t how = fuzz_number(&input, 1);
    const mlp_read_options options = {.format = how & 1 ? "tsv" : "csv",
                                      .no_header = how & 2,
                                      .separator = separators[how >> 2 & 3],
                                      .comment = how & 16 ? '#' : '\0',
                                      .missing = {missing, how & 32 ? 2 : 0},
                                      .label_trim = how & 64 ? "." : NULL,
                                      .encoding = how & 128 ? "windows-1252" : NULL};
    mlp_table *table = fuzz_read_table(input.bytes, input.size, "data", &options);
    if (table != NULL)
        fuzz_use_table(table);
    mlp_table_free(table);
}
