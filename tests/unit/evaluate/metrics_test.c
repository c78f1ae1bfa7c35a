/* SPDX-License-Identifier: MIT */
/* Figures of merit against values computed by hand. */
#include <math.h>

#include "evaluate/metrics.h"
#include "unit/test.h"

static void close_to(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-12))
        fail_msg("%.15g, wanted %.15g", got, wanted);
}

/* truth 0 0 0 1 1 2, predicted 0 0 1 1 2 2 */
static const size_t truth[] = {0, 0, 0, 1, 1, 2}, predicted[] = {0, 0, 1, 1, 2, 2};

static void classification_scores_equal_the_hand(void **state)
{
    (void)state;
    size_t counts[9];
    double precision[3], recall[3], f1[3];
    static const size_t wanted[] = {2, 1, 0, 0, 1, 1, 0, 0, 1};
    close_to(mlpi_accuracy(truth, predicted, 6), 4.0 / 6);
    mlpi_confusion(truth, predicted, 6, 3, counts);
    assert_memory_equal(counts, wanted, sizeof wanted);
    static const size_t hits[] = {2, 1, 1}, trues[] = {3, 2, 1}, predictions[] = {2, 2, 2};
    mlpi_label_scores(hits, trues, predictions, 3, precision, recall, f1);
    close_to(precision[0], 1);
    close_to(recall[0], 2.0 / 3);
    close_to(f1[0], 0.8);
    close_to(f1[1], 0.5);
    close_to(f1[2], 2.0 / 3);
    close_to(mlpi_macro_f1(hits, trues, predictions, 3), (0.8 + 0.5 + 2.0 / 3) / 3);
}

static void labels_that_never_occur_do_not_count(void **state)
{
    (void)state;
    static const size_t rows[] = {3, 2, 0};
    double precision[3], recall[3], f1[3];
    mlpi_label_scores(rows, rows, rows, 3, precision, recall, f1);
    close_to(f1[2], 0.0);
    close_to(mlpi_macro_f1(rows, rows, rows, 3), 1.0);
}

static void surprise_is_the_logarithm_and_finite(void **state)
{
    (void)state;
    close_to(mlpi_surprise(0.25), log(4.0));
    close_to(mlpi_surprise(0.0), -log(1e-15));
    close_to(mlpi_surprise(1.5), 0.0);
    assert_true(isnan(mlpi_surprise((double)NAN)));
}

static void regression_scores_equal_the_hand(void **state)
{
    (void)state;
    /* column 1 of two: truth 1 2 3 6, predicted 1 3 3 4 */
    static const double t[] = {0, 1, 0, 2, 0, 3, 0, 6}, p[] = {9, 1, 9, 3, 9, 3, 9, 4};
    const mlpi_regression s = mlpi_regression_scores(t, p, 4, 2, 1);
    close_to(s.rmse, sqrt(5.0 / 4));
    close_to(s.mae, 0.75);
    close_to(s.r2, 1.0 - 5.0 / 14);
    close_to(s.spread, sqrt(14.0 / 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classification_scores_equal_the_hand),
        cmocka_unit_test(labels_that_never_occur_do_not_count),
        cmocka_unit_test(surprise_is_the_logarithm_and_finite),
        cmocka_unit_test(regression_scores_equal_the_hand),
    };
    return RUN(tests);
}
