/* SPDX-License-Identifier: MIT */
/* Output tiles: losses and deltas equal the reference in double, and stay finite for any
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

static const mlp_loss_settings settings = {0.7, 1, {0.3}};

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
    assert_int_equal(mlp_network_set_loss_settings(network, &settings, NULL), MLP_OK);
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

/* Targets that suit the loss: counts for Poisson, 0 or 1 for hinge, else any number. */
static void make_targets(tile *t, size_t K, mlp_loss loss)
{
    mlpi_random random = mlpi_random_init(22, K);
    for (size_t i = 0; i < K * MLPI_PANEL; i++)
        t->s[i] = loss == MLP_POISSON ? (float)mlpi_random_below(&random, 5)
                  : loss == MLP_HINGE ? (float)mlpi_random_below(&random, 2)
                                      : (float)mlpi_random_normal(&random);
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
            make_targets(&t, K, MLP_POISSON);
            kernels->poisson_exponential(K, t.h, t.s, t.d, t.loss);
            compare(&t, K, MLP_EXPONENTIAL, MLP_POISSON, kernels->name);
        }
}

static void losses_equal_the_reference(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++)
        for (size_t e = 0; e < MLP_LOSS_COUNT; e++)
            for (size_t K = 1; K <= K_MAX; K++) {
                const mlpi_kernel_table *kernels = mlpi_kernels_at(i);
                const mlp_loss loss = (mlp_loss)e;
                const mlp_activation f = loss == MLP_POISSON ? MLP_RELU : MLP_LINEAR;
                tile t = make(K, 2.0f, false);
                if (kernels->loss[loss] == NULL)
                    continue;
                make_targets(&t, K, loss);
                kernels->activate[f](K * MLPI_PANEL, t.h, t.y);
                kernels->loss[loss](K, &settings, t.y, t.s, t.d, t.loss);
                kernels->chain[f](K * MLPI_PANEL, t.h, t.y, t.d);
                compare(&t, K, f, loss, kernels->name);
                kernels->softmax(K, t.h, t.y);
                kernels->loss[loss](K, &settings, t.y, t.s, t.d, t.loss);
                kernels->softmax_chain(K, t.y, t.d);
                compare(&t, K, MLP_SOFTMAX, loss, kernels->name);
            }
}

/* Output k has the level k modulo the number of levels. */
static void quantile_levels_go_round_the_outputs(void **state)
{
    (void)state;
    const mlp_loss_settings three = {1.0, 3, {0.1, 0.5, 0.8}};
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++) {
        tile t = make(6, 1.0f, false);
        for (size_t k = 0; k < 6 * MLPI_PANEL; k++)
            t.s[k] = t.h[k] + 1.0f;
        mlpi_kernels_at(i)->loss[MLP_QUANTILE](6, &three, t.h, t.s, t.d, t.loss);
        for (size_t k = 0; k < 6; k++)
            assert_true(t.d[k * MLPI_PANEL] == -(float)three.level[k % 3]);
        assert_true(fabsf(t.loss[3] - 2.8f) <= 1e-5f);
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
            mlpi_kernels_at(i)->poisson_exponential(5, t.h, t.s, t.d, t.loss);
            for (size_t r = 0; r < MLPI_PANEL; r++)
                assert_true(isfinite(t.loss[r]) && isfinite(t.d[r]));
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
        cmocka_unit_test(losses_equal_the_reference),
        cmocka_unit_test(quantile_levels_go_round_the_outputs),
        cmocka_unit_test(fused_pairs_are_finite_for_any_finite_activation),
        cmocka_unit_test(softmax_outputs_are_probabilities),
    };
    return RUN(tests);
}
