/* SPDX-License-Identifier: MIT */
/* The generator gives the published numbers, is free of bias, and depends on nothing but the seed,
 * the stream and the position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/random.c" /* its static block function is tested, too */

/* Known answers of philox4x32-10 from the Random123 distribution (D. E. Shaw Research). */
static void blocks_equal_the_published_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], answer[4];
    } cases[] = {{{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                 {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                  {0xffffffff, 0xffffffff},
                  {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                 {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                  {0xa4093822, 0x299f31d0},
                  {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        uint32_t word[4];
        for (int i = 0; i < 4; i++)
            word[i] = cases[c].counter[i];
        philox(word, cases[c].key[0], cases[c].key[1]);
        for (int i = 0; i < 4; i++)
            assert_int_equal(word[i], cases[c].answer[i]);
    }
}

static void a_stream_is_a_function_of_seed_stream_and_position(void **state)
{
    (void)state;
    mlpi_random a = mlpi_random_init(42, 7);
    for (int i = 0; i < 10; i++)
        (void)mlpi_random_u32(&a);
    mlpi_random b = mlpi_random_init(42, 7);
    b.counter = 10;
    assert_int_equal(mlpi_random_u32(&a), mlpi_random_u32(&b));
    mlpi_random other_stream = mlpi_random_init(42, 8), other_seed = mlpi_random_init(43, 7);
    mlpi_random same = mlpi_random_init(42, 7);
    const uint32_t first = mlpi_random_u32(&same);
    assert_int_not_equal(mlpi_random_u32(&other_stream), first);
    assert_int_not_equal(mlpi_random_u32(&other_seed), first);
}

/* The means of n independent draws lie within 5 standard errors of their expected values. */
static void uniform_and_normal_have_the_right_moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    mlpi_random random = mlpi_random_init(1, 1);
    double sum = 0, sum2 = 0, normal = 0, normal2 = 0, normal4 = 0;
    for (int i = 0; i < N; i++) {
        const double u = mlpi_random_uniform(&random);
        assert_true(u >= 0.0 && u < 1.0);
        sum += u;
        sum2 += (u - 0.5) * (u - 0.5);
        const double z = mlpi_random_normal(&random);
        normal += z;
        normal2 += z * z;
        normal4 += z * z * z * z;
    }
    const double root = sqrt((double)N);
    assert_true(fabs(sum / N - 0.5) < 5 * sqrt(1.0 / 12) / root);
    assert_true(fabs(sum2 / N - 1.0 / 12) < 5 * sqrt(1.0 / 180) / root);
    assert_true(fabs(normal / N) < 5 / root);
    assert_true(fabs(normal2 / N - 1.0) < 5 * sqrt(2.0) / root);
    assert_true(fabs(normal4 / N - 3.0) < 5 * sqrt(96.0) / root);
}

static void logarithm_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (double x = 1e-300; x <= 1.0; x *= 1.37)
        assert_true(fabs(natural_logarithm(x) - log(x)) <= 4e-16 * fabs(log(x)) + 1e-17);
    assert_true(natural_logarithm(1.0) == 0.0);
}

static void below_covers_every_number_and_shuffle_keeps_every_item(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(5, 5);
    size_t seen[7] = {0};
    for (int i = 0; i < 7000; i++)
        seen[mlpi_random_below(&random, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_true(fabs((double)seen[i] - 1000.0) < 5 * sqrt(1000.0));
    uint32_t items[50];
    for (uint32_t i = 0; i < 50; i++)
        items[i] = i;
    mlpi_random_shuffle(&random, items, 50);
    size_t moved = 0;
    uint64_t sum = 0, squares = 0;
    for (uint32_t i = 0; i < 50; i++) {
        moved += items[i] != i;
        sum += items[i];
        squares += (uint64_t)items[i] * items[i];
    }
    assert_true(moved > 30);
    assert_int_equal(sum, 49 * 50 / 2);
    assert_int_equal(squares, 49 * 50 * 99 / 6);
}

/* If labels take turns, rows at equal distances miss some: 300 of 2600 rows would be of only 3 of
 * the 26 labels. */
static void rows_that_stand_for_all_miss_no_label_that_comes_in_turns(void **state)
{
    (void)state;
    enum { ALL = 2600, LABELS = 26 };
    for (size_t shown = 1; shown <= ALL; shown = shown < 3 ? shown + 1 : shown * 3 / 2) {
        bool seen[LABELS] = {false};
        size_t before = 0, kinds = 0;
        for (size_t i = 0; i < shown; i++) {
            const size_t row = mlpi_spread(i, shown, ALL);
            assert_true(row < ALL && (i == 0 || row > before));
            assert_true((double)row + 1.0 > (double)i * ALL / (double)shown);
            kinds += !seen[row % LABELS];
            seen[row % LABELS] = true;
            before = row;
        }
        assert_true(kinds == LABELS || shown < 300);
    }
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(mlpi_spread(i, 5, 5), i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_equal_the_published_answers),
        cmocka_unit_test(a_stream_is_a_function_of_seed_stream_and_position),
        cmocka_unit_test(uniform_and_normal_have_the_right_moments),
        cmocka_unit_test(logarithm_agrees_with_the_c_library),
        cmocka_unit_test(below_covers_every_number_and_shuffle_keeps_every_item),
        cmocka_unit_test(rows_that_stand_for_all_miss_no_label_that_comes_in_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
