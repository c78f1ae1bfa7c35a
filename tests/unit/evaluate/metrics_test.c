/* SPDX-License-Identifier: MIT */
/* Figures of merit against values computed by hand and, for the area under the curve, against the
 * definition by counting pairs. */
#include <math.h>

#include "base/base.h"
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
    close_to(mlpi_majority(truth, 6, 3), 0.5);
    mlpi_confusion(truth, predicted, 6, 3, counts);
    assert_memory_equal(counts, wanted, sizeof wanted);
    const double macro = mlpi_label_scores(counts, 3, precision, recall, f1);
    close_to(precision[0], 1);
    close_to(recall[0], 2.0 / 3);
    close_to(f1[0], 0.8);
    close_to(f1[1], 0.5);
    close_to(f1[2], 2.0 / 3);
    close_to(macro, (0.8 + 0.5 + 2.0 / 3) / 3);
}

static void labels_that_never_occur_do_not_count(void **state)
{
    (void)state;
    static const size_t counts[] = {3, 0, 0, 0, 2, 0, 0, 0, 0};
    double precision[3], recall[3], f1[3];
    close_to(mlpi_label_scores(counts, 3, precision, recall, f1), 1.0);
    close_to(f1[2], 0.0);
}

static void log_likelihood_is_the_sum_of_logarithms_and_finite(void **state)
{
    (void)state;
    static const size_t t[] = {0, 1, 0};
    static const double p[] = {0.5, 0.5, 0.25, 0.75, 0.0, 1.0};
    close_to(mlpi_log_likelihood(t, p, 3, 2), log(0.5) + log(0.75) + log(1e-15));
}

static void area_under_the_curve_counts_pairs(void **state)
{
    (void)state;
    enum { N = 200 };
    size_t t[N];
    double score[N], pairs = 0.0, won = 0.0;
    mlpi_random random = mlpi_random_init(4, 4);
    for (size_t i = 0; i < N; i++) {
        t[i] = mlpi_random_below(&random, 2);
        score[i] = (double)mlpi_random_below(&random, 20) + (double)t[i]; /* with ties */
    }
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            if (t[i] == 1 && t[j] == 0) {
                pairs += 1.0;
                won += score[i] > score[j] ? 1.0 : score[i] == score[j] ? 0.5 : 0.0;
            }
    close_to(mlpi_auc(t, score, N), won / pairs);
    static const size_t one[] = {1, 1};
    assert_true(isnan(mlpi_auc(one, score, 2)));
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
        cmocka_unit_test(log_likelihood_is_the_sum_of_logarithms_and_finite),
        cmocka_unit_test(area_under_the_curve_counts_pairs),
        cmocka_unit_test(regression_scores_equal_the_hand),
    };
    return RUN(tests);
}
