/* SPDX-License-Identifier: MIT */
/* Makes rows for which the teacher predicts the targets, similarly to MUNGE (C. Bucila, R. Caruana,
 * A. Niculescu-Mizil, "Model Compression", KDD 2006): a row takes some of its cells from another
 * row. */
#include "data/table.h"
#include "shrink/shrink.h"

static const double SHARE = 0.5; /* of the cells: taken from the other row */

/* Chooses the cells of the i-th row that is made: its base is the next row in turn, and its partner
 * is drawn at random. Returns the base. */
static size_t fill_row(const mlp_table *table, const size_t *rows, size_t count, size_t i,
                       const bool *mixes, mlpi_random *random, uint32_t *cells)
{
    const size_t base = rows[i % count], partner = rows[mlpi_random_below(random, count)];
    for (size_t c = 0; c < table->columns; c++) {
        const bool other = mixes[c] && mlpi_random_uniform(random) < SHARE;
        cells[c] = (uint32_t)(other ? partner : base);
    }
    return base;
}

mlp_status mlpi_mix(const mlp_table *table, const size_t *rows, size_t count, size_t made,
                    const bool *mixes, uint64_t seed, mlp_table **mixed, mlp_error *err)
{
    const size_t all = count + made, columns = table->columns;
    mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_MIXED);
    size_t *picked = mlpi_allocate(all, sizeof *picked);
    uint32_t *cells = mlpi_allocate(all, columns * sizeof *cells);
    mlp_status status = MLP_OK;
    if (picked == NULL || cells == NULL)
        status = mlpi_fail_memory(err, "rows for a small network");
    for (size_t i = 0; status == MLP_OK && i < all; i++) {
        picked[i] = i < count ? rows[i]
                              : fill_row(table, rows, count, i - count, mixes, &random,
                                         cells + i * columns);
        for (size_t c = 0; i < count && c < columns; c++)
            cells[i * columns + c] = (uint32_t)rows[i];
    }
    if (status == MLP_OK)
        status = mlpi_table_gather(table, &(mlpi_picks){picked, all, cells}, mixed, err);
    mlpi_free(picked);
    mlpi_free(cells);
    return status;
}
