/* SPDX-License-Identifier: MIT */
/* Order statistics of scores, thinned in such a way that the coverage is still guaranteed. */
#include "evaluate/conformal.h"

#include <math.h>
#include <string.h>

size_t mlpi_conformal_points(size_t rows, size_t lists)
{
    const size_t share = MLPI_MOST_SCORES / lists, least = share > 0 ? share : 1;
    const size_t most = least < MLPI_MOST_POINTS ? least : MLPI_MOST_POINTS;
    return rows < most ? rows : most;
}

mlp_status mlpi_conformal_init(mlpi_conformal *conformal, size_t rows, size_t lists, mlp_error *err)
{
    const size_t points = mlpi_conformal_points(rows, lists);
    *conformal = (mlpi_conformal){.rows = rows,
                                  .lists = lists,
                                  .points = points,
                                  .score = mlpi_allocate(lists, points * sizeof(double))};
    return conformal->score != NULL ? MLP_OK : mlpi_fail_memory(err, "the scores of rows");
}

void mlpi_conformal_release(mlpi_conformal *conformal)
{
    mlpi_free(conformal->score);
    *conformal = (mlpi_conformal){0};
}

mlp_status mlpi_conformal_copy(const mlpi_conformal *from, mlpi_conformal *to, mlp_error *err)
{
    *to = (mlpi_conformal){0};
    if (from->rows == 0)
        return MLP_OK;
    MLPI_TRY(mlpi_conformal_init(to, from->rows, from->lists, err));
    memcpy(to->score, from->score, from->lists * from->points * sizeof *from->score);
    return MLP_OK;
}

/* Six digits are precise enough, and keep the model file short. */
static double to_six_digits(double score)
{
    char text[32];
    double rounded = score;
    mlpi_rounded(score, 6, text);
    mlp_number_parse(text, strlen(text), &rounded);
    return rounded;
}

void mlpi_conformal_keep(mlpi_conformal *conformal, size_t list, double *scores)
{
    const size_t rows = conformal->rows, points = conformal->points;
    double *to = conformal->score + list * points;
    mlpi_sort(scores, rows);
    for (size_t j = 0; j < points; j++) {
        const uint64_t ranks = (uint64_t)(j + 1) * rows;
        to[j] = to_six_digits(scores[(ranks + points - 1) / points - 1]);
    }
}

double mlpi_conformal_most(const mlpi_conformal *conformal)
{
    return (double)conformal->rows / ((double)conformal->rows + 1.0);
}

double mlpi_conformal_quantile(const mlpi_conformal *conformal, size_t list, double coverage)
{
    enum { SLACK = 1 << 30 }; /* coverages such as 0.9 are not exact in binary */
    const double exact = coverage * ((double)conformal->rows + 1.0);
    const double rank = fmax(ceil(exact - exact / SLACK), 1.0);
    const uint64_t below = (uint64_t)fmin(rank, (double)conformal->rows) - 1;
    return conformal->score[list * conformal->points + below * conformal->points / conformal->rows];
}
