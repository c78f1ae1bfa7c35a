/* SPDX-License-Identifier: MIT */
#include "evaluate/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"

typedef struct scored {
    double score;
    size_t row;
} scored;

static int by_falling_score(const void *a, const void *b)
{
    const scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static mlp_status sort_rows(const mlp_scores *scores, scored *sorted, mlp_error *err)
{
    for (size_t r = 0; r < scores->rows; r++) {
        sorted[r] = (scored){scores->score[r * scores->stride], r};
        if (isnan(sorted[r].score))
            return mlpi_fail(err, MLP_ERROR_DATA,
                             "the score of row %zu is not a number, so the rows have no order",
                             r + 1);
    }
    qsort(sorted, scores->rows, sizeof *sorted, by_falling_score);
    return MLP_OK;
}

static void make_steps(const mlp_scores *scores, const scored *sorted, mlpi_ranking *made)
{
    for (size_t i = 0; i < scores->rows; i++) {
        made->order[i] = sorted[i].row;
        if (scores->label != NULL)
            made->positives += scores->label[sorted[i].row] == scores->positive;
        if (i == 0 || sorted[i].score != sorted[i - 1].score)
            made->count++;
        made->steps[made->count - 1] =
            (mlpi_step_of_scores){sorted[i].score, i + 1, made->positives};
    }
}

mlp_status mlpi_ranking_init(const mlp_scores *scores, mlpi_ranking *ranking, mlp_error *err)
{
    mlpi_ranking made = {.rows = scores->rows};
    if (scores->rows == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to rank");
    scored *sorted = mlpi_allocate(made.rows, sizeof *sorted);
    made.order = mlpi_allocate(made.rows, sizeof *made.order);
    made.steps = mlpi_allocate(made.rows, sizeof *made.steps);
    mlp_status status = sorted == NULL || made.order == NULL || made.steps == NULL
                            ? mlpi_fail_memory(err, "the ranking of the rows")
                            : sort_rows(scores, sorted, err);
    if (status == MLP_OK) {
        make_steps(scores, sorted, &made);
        *ranking = made;
    } else {
        mlpi_ranking_release(&made);
    }
    mlpi_free(sorted);
    return status;
}

void mlpi_ranking_release(mlpi_ranking *ranking)
{
    mlpi_free(ranking->order);
    mlpi_free(ranking->steps);
    *ranking = (mlpi_ranking){0};
}

bool mlpi_descend(mlpi_descent *scores, mlpi_same_score *same)
{
    size_t n = scores->negatives, p = scores->positives;
    if (n == 0 && p == 0)
        return false;
    const double score = p == 0   ? scores->negative[n - 1]
                         : n == 0 ? scores->positive[p - 1]
                                  : fmax(scores->negative[n - 1], scores->positive[p - 1]);
    while (n > 0 && scores->negative[n - 1] == score)
        n--;
    while (p > 0 && scores->positive[p - 1] == score)
        p--;
    *same = (mlpi_same_score){score, scores->negatives - n, scores->positives - p};
    scores->negatives = n;
    scores->positives = p;
    return true;
}
