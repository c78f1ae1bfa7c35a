/* SPDX-License-Identifier: MIT */
/* Output tiles: losses and dual activations equal the reference in double, and stay finite for any
 * finite activations. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "math/kernels.h"
#include "math/panels.h"
#include "network/layout.h"
#include "unit/test.h"

enum { K_MAX = 40 };

typedef struct tile {
    float h[K_MAX * MLPI_PANEL], s[K_MAX * MLPI_PANEL], y[K_MAX * MLPI_PANEL],
        d[K_MAX * MLPI_PANEL], loss[MLPI_PANEL];
} tile;

static tile make(size_t K, float scale, bool classes)
{
    tile t;
    memset(&t, 0, sizeof t);
    mlpi_random random = mlpi_random_init(21, K);
    for (size_t i = 0; i < K * MLPI_PANEL; i++)
        t.h[i] = scale * (float)mlpi_random_normal(&random);
    for (size_t r = 0; r < MLPI_PANEL; r++)
        for (size_t k = 0; k < K; k++)
            t.s[k * MLPI_PANEL + r] =
                classes ? (r % K == k ? 1.0f : 0.0f) : (float)mlpi_random_normal(&random);
    return t;
}

static void compare(const tile *t, size_t K, mlp_activation f, mlp_loss loss, const char *name)
{
    const mlp_layer layer = {K, f};
    mlp_network *network = NULL;
    assert_int_equal(mlp_network_create(1, &layer, 1, loss, &network, NULL), MLP_OK);
    for (size_t r = 0; r < MLPI_PANEL; r++) {
        double h[K_MAX], s[K_MAX], y[K_MAX], d[K_MAX];
        for (size_t k = 0; k < K; k++) {
            h[k] = (double)t->h[k * MLPI_PANEL + r];
            s[k] = (double)t->s[k * MLPI_PANEL + r];
        }
        const double wanted = mlpi_output_loss(network, h, s, y, d);
        if (!(fabs((double)t->loss[r] - wanted) <= 1e-6 * fmax(1.0, wanted)))
            fail_msg("%s %s: loss %g, wanted %g", name, mlp_loss_describe(loss)->name,
                     (double)t->loss[r], wanted);
        for (size_t k = 0; k < K; k++)
            if (!(fabs((double)t->d[k * MLPI_PANEL + r] - d[k]) <= 2e-6 * fmax(1.0, fabs(d[k]))))
                fail_msg("%s %s: delta %g, wanted %g", name, mlp_loss_describe(loss)->name,
                         (double)t->d[k * MLPI_PANEL + r], d[k]);
    }
    mlp_network_free(network);
}

static void fused_pairs_equal_the_reference(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++)
        for (size_t K = 1; K <= K_MAX; K++) {
            const mlpi_kernel_table *kernels = mlpi_kernels_at(i);
            tile t = make(K, 4.0f, true);
            kernels->softmax_cross_entropy(K, t.h, t.s, t.d, t.loss);
            compare(&t, K, MLP_SOFTMAX, MLP_CROSS_ENTROPY, kernels->name);
            kernels->logistic_cross_entropy(K, t.h, t.s, t.d, t.loss);
            compare(&t, K, MLP_LOGISTIC, MLP_BINARY_CROSS_ENTROPY, kernels->name);
        }
}

static void quadratic_loss_equals_the_reference(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++)
        for (size_t K = 1; K <= K_MAX; K++) {
            const mlpi_kernel_table *kernels = mlpi_kernels_at(i);
            tile t = make(K, 2.0f, false);
            kernels->quadratic(K, t.h, t.s, t.d, t.loss);
            compare(&t, K, MLP_LINEAR, MLP_QUADRATIC, kernels->name);
            kernels->softmax(K, t.h, t.y);
            kernels->quadratic(K, t.y, t.s, t.d, t.loss);
            kernels->softmax_chain(K, t.y, t.d);
            compare(&t, K, MLP_SOFTMAX, MLP_QUADRATIC, kernels->name);
        }
}

static void fused_pairs_are_finite_for_any_finite_activation(void **state)
{
    (void)state;
    static const float scales[] = {1e3f, 1e10f, 1e30f};
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++)
        for (size_t s = 0; s < 3; s++) {
            tile t = make(5, scales[s], true);
            mlpi_kernels_at(i)->softmax_cross_entropy(5, t.h, t.s, t.d, t.loss);
            for (size_t r = 0; r < MLPI_PANEL; r++)
                assert_true(isfinite(t.loss[r]) && isfinite(t.d[r]));
            mlpi_kernels_at(i)->logistic_cross_entropy(5, t.h, t.s, t.d, t.loss);
            for (size_t r = 0; r < MLPI_PANEL; r++)
                assert_true(isfinite(t.loss[r]) && isfinite(t.d[r]) && t.loss[r] >= 0.0f);
        }
}

static void softmax_outputs_are_probabilities(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++) {
        tile t = make(7, 30.0f, true);
        mlpi_kernels_at(i)->softmax(7, t.h, t.y);
        for (size_t r = 0; r < MLPI_PANEL; r++) {
            double sum = 0.0;
            for (size_t k = 0; k < 7; k++) {
                assert_true(t.y[k * MLPI_PANEL + r] >= 0.0f);
                sum += (double)t.y[k * MLPI_PANEL + r];
            }
            assert_true(fabs(sum - 1.0) <= 1e-6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fused_pairs_equal_the_reference),
        cmocka_unit_test(quadratic_loss_equals_the_reference),
        cmocka_unit_test(fused_pairs_are_finite_for_any_finite_activation),
        cmocka_unit_test(softmax_outputs_are_probabilities),
    };
    return RUN(tests);
}
