/* SPDX-License-Identifier: MIT */
/* The scores that are kept give the coverage of all scores: a quantile is the order statistic, or
 * larger by no more than the thinning requires. */
#include <math.h>
#include <stdlib.h>

#include "evaluate/conformal.h"
#include "unit/test.h"

/* Scores 1 .. rows in some order, so that the score of rank r is r. */
static void fill(mlpi_conformal *c, size_t rows, size_t lists)
{
    mlpi_random random = mlpi_random_init(3, rows);
    uint32_t *order = calloc(rows, sizeof *order);
    double *score = calloc(rows, sizeof *score);
    for (size_t r = 0; r < rows; r++)
        order[r] = (uint32_t)(r + 1);
    assert_int_equal(mlpi_conformal_init(c, rows, lists, NULL), MLP_OK);
    for (size_t l = 0; l < lists; l++) {
        mlpi_random_shuffle(&random, order, rows);
        for (size_t r = 0; r < rows; r++)
            score[r] = (double)order[r] * (double)(l + 1);
        mlpi_conformal_keep(c, l, score);
    }
    free(order);
    free(score);
}

static void few_scores_give_the_order_statistics_themselves(void **state)
{
    (void)state;
    static const size_t rows[] = {1, 2, 9, 10, 99, 500, 1000};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mlpi_conformal c;
        const size_t n = rows[i];
        fill(&c, n, 2);
        assert_int_equal(c.points, n);
        for (size_t rank = 1; rank <= n; rank++) {
            const double coverage = (double)rank / (double)(n + 1);
            assert_true(mlpi_conformal_quantile(&c, 0, coverage) == (double)rank);
            assert_true(mlpi_conformal_quantile(&c, 1, coverage) == 2.0 * (double)rank);
            if (rank < n) /* slightly more coverage needs the next score */
                assert_true(mlpi_conformal_quantile(&c, 0, coverage * 1.0001) == (double)rank + 1);
        }
        assert_near(mlpi_conformal_most(&c), (double)n / (double)(n + 1), 1e-15);
        mlpi_conformal_release(&c);
    }
}

/* A quantile is never smaller than the order statistic, and exceeds it by at most the distance
 * between two kept scores. */
static void many_scores_are_thinned_to_the_safe_side(void **state)
{
    (void)state;
    static const size_t rows[] = {1001, 1999, 5000, 123457};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mlpi_conformal c;
        const size_t n = rows[i];
        fill(&c, n, 1);
        assert_int_equal(c.points, 1000);
        assert_near(c.score[999], (double)n, 1e-6 * (double)n);
        for (size_t percent = 1; percent < 100; percent++) {
            const double coverage = (double)percent / 100.0;
            const double rank = ceil(coverage * (double)(n + 1) - 1e-6);
            const double got = mlpi_conformal_quantile(&c, 0, coverage);
            assert_true(got >= rank * (1.0 - 1e-6));
            assert_true(got <= rank + ceil((double)n / 1000.0) + 1e-6 * (double)n);
        }
        mlpi_conformal_release(&c);
    }
}

static void the_numbers_that_are_kept_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(mlpi_conformal_points(5000, 1), 1000);
    assert_int_equal(mlpi_conformal_points(5000, 100), 1000);
    assert_int_equal(mlpi_conformal_points(5000, 1000), 100);
    assert_int_equal(mlpi_conformal_points(50, 1000), 50);
    assert_int_equal(mlpi_conformal_points(5000, 1000000), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_scores_give_the_order_statistics_themselves),
        cmocka_unit_test(many_scores_are_thinned_to_the_safe_side),
        cmocka_unit_test(the_numbers_that_are_kept_are_bounded),
    };
    return RUN(tests);
}
