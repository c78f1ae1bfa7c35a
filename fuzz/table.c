/* SPDX-License-Identifier: MIT */
/* Tables that fit a model. */
#include <stdlib.h>

#include "fuzz.h"

/* Writes a cell: one of the column's categories, or a number. */
static void put_cell(FILE *to, const mlp_model *model, size_t column, size_t row)
{
    const size_t count = mlp_model_category_count(model, column);
    char number[32];
    snprintf(number, sizeof number, "%zu.5", row);
    mlp_csv_field(to, "", count > 0 ? mlp_model_category(model, column, row % count) : number, "");
}

static void put_target(FILE *to, const mlp_model *model, size_t row)
{
    const size_t labels = mlp_model_label_count(model);
    char number[32];
    snprintf(number, sizeof number, "%zu", row % 3);
    mlp_csv_field(to, "", labels > 0 ? mlp_model_label(model, row % labels) : number, "");
}

mlp_table *fuzz_table_of(const mlp_model *model, bool names, size_t fewer)
{
    enum { ROWS = 12 };
    const size_t columns = mlp_model_column_count(model), targets = mlp_model_target_count(model);
    const size_t all = columns + targets > fewer ? columns + targets - fewer : 1;
    char *text = NULL;
    size_t size = 0;
    mlp_table *table = NULL;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        return NULL;
    for (size_t row = names ? 0 : 1; row <= ROWS; row++) {
        for (size_t c = 0; c < all; c++) {
            fputs(c > 0 ? "," : "", to);
            if (row == 0)
                mlp_csv_field(to, "",
                              c < columns ? mlp_model_column(model, c)
                                          : mlp_model_target(model, c - columns),
                              "");
            else if (c < columns)
                put_cell(to, model, c, row);
            else
                put_target(to, model, row);
        }
        fputc('\n', to);
    }
    fclose(to);
    mlp_read_options options = mlp_model_read_options(model);
    options.format = "csv";
    options.separator = ',';
    options.no_header = !names;
    options.labels = NULL;
    (void)mlp_table_read_memory(text, size, "made.csv", &options, &table, NULL);
    free(text);
    return table;
}
