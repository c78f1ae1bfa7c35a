/* SPDX-License-Identifier: MIT */
/* The vectorised generator draws the numbers of base/random; masks have the right probability, and
 * normal numbers the right distribution. */
#include <math.h>
#include <string.h>

#include "gradient/noise.h"
#include "math/kernels.h"
#include "math/panels.h"
#include "unit/test.h"

enum { ROWS = 37, NUMBER = 91 };
static const uint64_t SEED = 0x123456789abcdef0u;

static void masks_are_the_numbers_of_the_stream(void **state)
{
    (void)state;
    static float y[ROWS * MLPI_PANEL], z[ROWS * MLPI_PANEL];
    static const double dropout = 0.3;
    const uint32_t threshold = (uint32_t)nearbyint(dropout * 65536.0);
    const mlpi_random random = mlpi_random_init(SEED, MLPI_STREAM_DROPOUT + NUMBER);
    for (size_t i = 0; i < ROWS * MLPI_PANEL; i++)
        y[i] = i % 3 == 0 ? -0.0f : (float)i - 100.5f; /* a kept zero must not look dropped */
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++)
        for (size_t first = 0; first < ROWS; first += 5) {
            const size_t rows = ROWS - first;
            mlpi_kernels_at(k)->drop(&random, 48, first, rows, threshold, 1.5f, y, z);
            for (size_t i = 0; i < rows * MLPI_PANEL; i++) {
                const size_t row = first + i / MLPI_PANEL, unit = 48 + i % MLPI_PANEL;
                const bool dropped = unit_is_dropped(SEED, NUMBER, unit, row, dropout);
                const float wanted = dropped ? -0.0f : 1.5f * y[i] + 0.0f;
                assert_memory_equal(&z[i], &wanted, sizeof wanted);
            }
        }
}

static void duals_of_dropped_units_are_zero_and_others_scaled(void **state)
{
    (void)state;
    const float z[5] = {-0.0f, 0.0f, 2.0f, -1.0f, -0.0f};
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++) {
        float d[5] = {1.0f, 2.0f, 3.0f, 4.0f, INFINITY};
        mlpi_kernels_at(k)->drop_chain(5, 1.25f, z, d);
        assert_true(d[0] == 0.0f && d[1] == 2.5f && d[2] == 3.75f && d[3] == 5.0f && d[4] == 0.0f);
    }
}

static void normal_numbers_are_the_quantiles_of_the_stream(void **state)
{
    (void)state;
    const mlpi_random random = mlpi_random_init(SEED, MLPI_STREAM_INPUT_NOISE + NUMBER);
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++)
        for (size_t first = 0; first < ROWS; first += 3) {
            float x[ROWS * MLPI_PANEL] = {0};
            const size_t rows = ROWS - first;
            mlpi_kernels_at(k)->add_normal(&random, 32, first, rows, 1.0f, x);
            for (size_t i = 0; i < rows * MLPI_PANEL; i++) {
                const double wanted =
                    normal_of_input(SEED, NUMBER, 32 + i % MLPI_PANEL, first + i / MLPI_PANEL);
                if (!(fabs((double)x[i] - wanted) <= 2e-6 * fmax(1.0, fabs(wanted))))
                    fail_msg("%s: %.9g, wanted %.9g", mlpi_kernels_at(k)->name, (double)x[i],
                             wanted);
            }
        }
}

/* Of a million numbers, the share that is dropped and the first four moments are each within five
 * standard errors of their expected values. */
static void their_distributions_are_right(void **state)
{
    (void)state;
    enum { STEPS = 125, MANY = 512 };
    static float y[MANY * MLPI_PANEL], z[MANY * MLPI_PANEL];
    const double n = (double)STEPS * MANY * MLPI_PANEL;
    double dropped = 0.0, moment[5] = {0};
    for (uint64_t step = 0; step < STEPS; step++) {
        const mlpi_random masks = mlpi_random_init(3, MLPI_STREAM_DROPOUT + step);
        const mlpi_random normals = mlpi_random_init(3, MLPI_STREAM_INPUT_NOISE + step);
        mlpi_kernels()->drop(&masks, 0, 0, MANY, 6554, 1.0f, y, z);
        for (size_t i = 0; i < MANY * MLPI_PANEL; i++)
            dropped += signbit(z[i]) ? 1.0 : 0.0;
        memset(z, 0, sizeof z);
        mlpi_kernels()->add_normal(&normals, 0, 0, MANY, 1.0f, z);
        for (size_t i = 0; i < MANY * MLPI_PANEL; i++)
            for (int m = 1; m <= 4; m++)
                moment[m] += pow((double)z[i], m) / n;
    }
    const double p = 6554.0 / 65536.0;
    assert_true(fabs(dropped / n - p) < 5.0 * sqrt(p * (1.0 - p) / n));
    assert_true(fabs(moment[1]) < 5.0 * sqrt(1.0 / n));
    assert_true(fabs(moment[2] - 1.0) < 5.0 * sqrt(2.0 / n));
    assert_true(fabs(moment[3]) < 5.0 * sqrt(15.0 / n));
    assert_true(fabs(moment[4] - 3.0) < 5.0 * sqrt(96.0 / n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_are_the_numbers_of_the_stream),
        cmocka_unit_test(duals_of_dropped_units_are_zero_and_others_scaled),
        cmocka_unit_test(normal_numbers_are_the_quantiles_of_the_stream),
        cmocka_unit_test(their_distributions_are_right),
    };
    return RUN(tests);
}
