/* SPDX-License-Identifier: MIT */
/* Metrics equal values computed by hand. */
#include <math.h>

#include "evaluate/metrics.h"
#include "unit/test.h"

static void close_to(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-12))
        fail_msg("%.15g, wanted %.15g", got, wanted);
}

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
    const mlpi_tally tally = {hits, trues, predictions, 3};
    mlpi_label_scores(&tally, precision, recall, f1);
    close_to(precision[0], 1);
    close_to(recall[0], 2.0 / 3);
    close_to(f1[0], 0.8);
    close_to(f1[1], 0.5);
    close_to(f1[2], 2.0 / 3);
    close_to(mlpi_macro_f1(&tally), (0.8 + 0.5 + 2.0 / 3) / 3);
    close_to(mlpi_weighted_f1(&tally), (3 * 0.8 + 2 * 0.5 + 2.0 / 3) / 6);
    close_to(mlpi_balanced_accuracy(&tally), (2.0 / 3 + 0.5 + 1) / 3);
    /* chance: (3 2 + 2 2 + 1 2) / 36; spreads: 1 - 14/36 and 1 - 12/36 */
    close_to(mlpi_kappa(&tally), (4.0 / 6 - 12.0 / 36) / (1 - 12.0 / 36));
    close_to(mlpi_mcc(&tally), (4.0 / 6 - 12.0 / 36) / sqrt((22.0 / 36) * (24.0 / 36)));
}

/* J. Cohen 1960, table 1: shares .25 .13 .12 / .12 .02 .16 / .03 .15 .02 of 200 rows have kappa
 * -.09. For two labels, the correlation coefficient is (TP TN - FP FN) / sqrt of the product of the
 * row and column sums (B. W. Matthews 1975). */
static void agreement_equals_the_published(void **state)
{
    (void)state;
    static const size_t hits[] = {50, 4, 4}, trues[] = {100, 60, 40}, guesses[] = {80, 60, 60};
    const mlpi_tally cohen = {hits, trues, guesses, 3};
    assert_true(fabs(mlpi_kappa(&cohen) - (0.29 - 0.35) / 0.65) < 1e-12);
    static const size_t right[] = {90, 6}, truths[] = {94, 10}, predictions[] = {94, 10};
    const mlpi_tally two = {right, truths, predictions, 2};
    close_to(mlpi_mcc(&two), (6.0 * 90 - 4.0 * 4) / sqrt(10.0 * 10 * 94 * 94));
}

static void predictions_of_one_label_agree_by_chance_only(void **state)
{
    (void)state;
    static const size_t hits[] = {7, 0}, trues[] = {7, 3}, guesses[] = {10, 0}, all[] = {10, 0};
    const mlpi_tally trivial = {hits, trues, guesses, 2}, certain = {all, all, all, 2};
    assert_true(mlpi_mcc(&trivial) == 0.0);
    close_to(mlpi_kappa(&trivial), 0.0);
    close_to(mlpi_balanced_accuracy(&trivial), 0.5);
    assert_true(isnan(mlpi_mcc(&certain)) && isnan(mlpi_kappa(&certain)));
    close_to(mlpi_balanced_accuracy(&certain), 1.0);
}

/* Rows without a prediction count as predicted to have a further label that no row has. */
static void rows_without_a_prediction_are_a_label_of_their_own(void **state)
{
    (void)state;
    static const size_t hits[] = {2, 1, 0}, trues[] = {4, 2, 0}, guesses[] = {2, 2, 2};
    const mlpi_tally without = {hits, trues, guesses, 2}, with = {hits, trues, guesses, 3};
    close_to(mlpi_mcc(&without), mlpi_mcc(&with));
    close_to(mlpi_kappa(&without), mlpi_kappa(&with));
}

static void labels_that_never_occur_do_not_count(void **state)
{
    (void)state;
    static const size_t rows[] = {3, 2, 0};
    double precision[3], recall[3], f1[3];
    const mlpi_tally tally = {rows, rows, rows, 3};
    mlpi_label_scores(&tally, precision, recall, f1);
    close_to(f1[2], 0.0);
    close_to(mlpi_macro_f1(&tally), 1.0);
}

static void log_loss_is_the_logarithm_and_finite(void **state)
{
    (void)state;
    close_to(mlpi_log_loss(0.25), log(4.0));
    close_to(mlpi_log_loss(0.0), -log(1e-15));
    close_to(mlpi_log_loss(1.5), 0.0);
    assert_true(isnan(mlpi_log_loss((double)NAN)));
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
        cmocka_unit_test(agreement_equals_the_published),
        cmocka_unit_test(predictions_of_one_label_agree_by_chance_only),
        cmocka_unit_test(rows_without_a_prediction_are_a_label_of_their_own),
        cmocka_unit_test(labels_that_never_occur_do_not_count),
        cmocka_unit_test(log_loss_is_the_logarithm_and_finite),
        cmocka_unit_test(regression_scores_equal_the_hand),
    };
    return RUN(tests);
}
