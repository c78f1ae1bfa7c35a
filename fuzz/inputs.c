/* SPDX-License-Identifier: MIT */
/* Splits an input into its parts; makes the table and the options of small training runs for all
 * targets. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

uint64_t fuzz_number(fuzz_input *input, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes && input->size > 0; i++) {
        value |= (uint64_t)input->bytes[0] << (8 * i);
        input->bytes++;
        input->size--;
    }
    return value;
}

char *fuzz_line(fuzz_input *input)
{
    if (input->size == 0)
        return NULL;
    const uint8_t *end = memchr(input->bytes, '\n', input->size);
    const size_t length = end != NULL ? (size_t)(end - input->bytes) : input->size;
    char *line = strndup((const char *)input->bytes, length);
    const size_t used = end != NULL ? length + 1 : length;
    input->bytes += used;
    input->size -= used;
    return line;
}

mlp_table *fuzz_small_table(void)
{
    enum { ROWS = 60 };
    static const char *const groups[] = {"red", "green", "blue"};
    mlp_table *table = NULL;
    mlp_error err;
    char text[ROWS * 40 + 40];
    size_t used = (size_t)snprintf(text, sizeof text, "a,b,colour,answer\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%d.5,%d,%s,%s\n", i * 7 % 11,
                                 i * 5 % 13 - 6, groups[i * 4 % 3], i % 3 == 1 ? "yes" : "no");
    if (mlp_table_read_memory(text, used, "small.csv", NULL, &table, &err) != MLP_OK)
        fuzz_finding("the table of all targets cannot be read: %s", err.message);
    return table;
}

mlp_train_options fuzz_small_training(void)
{
    mlp_train_options options = mlpi_options_default();
    options.hidden = "3";
    options.epochs = 1;
    options.threads = 1;
    return options;
}
