/* SPDX-License-Identifier: MIT */
/* The steps of update rules equal the formulas of their sources computed in double, and every rule
 * finds the minimum of a quadratic. */
#include <math.h>
#include <string.h>

#include "golden/update_rules.h"
#include "optimize/rule.h"
#include "unit/test.h"

enum { N = 19, STEPS = 50 };

static double gradient_at(size_t i, double w)
{
    return (1.0 + 0.2 * (double)i) * (w - (double)i / 7.0);
}

/* One step by the formula of the rule's source, in double; g includes the gradient of penalties. */
static void formula(const char *name, const mlpi_rule_settings *s, int tau, bool bias, double g,
                    double *m, double *v, double *w)
{
    const double rate = s->learning_rate, mu = s->momentum, beta1 = s->beta1, beta2 = s->beta2;
    if (strcmp(name, "adamw") == 0 && !bias)
        *w -= rate * 0.3 * *w;
    if (strcmp(name, "nadam") == 0) {
        *m = beta1 * *m + (1 - beta1) * g;
        *v = beta2 * *v + (1 - beta2) * g * g;
        const double ahead =
            beta1 * *m / (1 - pow(beta1, tau + 1)) + (1 - beta1) * g / (1 - pow(beta1, tau));
        *w -= rate * ahead / (sqrt(*v / (1 - pow(beta2, tau))) + 1e-8);
    } else if (strcmp(name, "rmsprop") == 0) {
        *v = 0.99 * *v + 0.01 * g * g;
        *w -= rate * g / (sqrt(*v) + 1e-8);
    } else if (strncmp(name, "adam", 4) == 0) {
        *m = beta1 * *m + (1 - beta1) * g;
        *v = beta2 * *v + (1 - beta2) * g * g;
        *w -= rate * (*m / (1 - pow(beta1, tau))) / (sqrt(*v / (1 - pow(beta2, tau))) + 1e-8);
    } else if (strcmp(name, "momentum") == 0) {
        *m = mu * *m - rate * g;
        *w += *m;
    } else if (strcmp(name, "nesterov") == 0) {
        *m = mu * *m - rate * g;
        *w += mu * *m - rate * g;
    } else {
        *w -= rate * g;
    }
}

static double penalised(size_t i, double w)
{
    const double sign = (w > 0.0) - (w < 0.0);
    return gradient_at(i, w) + (i < 5 ? 0.2 * w + 0.1 * sign : 0.0);
}

/* The rule updates q, the parameters are w = scale q, and by the chain rule dE/dq = scale dE/dw. */
static void check(const mlpi_rule *rule, double beta1, double beta2, const mlpi_group *group)
{
    const double scale = (double)group->scale;
    mlpi_optimizer o;
    float w[N] = {0}, g[N];
    double q[N] = {0}, m[N] = {0}, v[N] = {0};
    const mlpi_rule_settings settings = {.learning_rate = 0.05,
                                         .momentum = 0.9,
                                         .weight_decay = 0.3,
                                         .l2 = 0.2,
                                         .l1 = 0.1,
                                         .beta1 = beta1,
                                         .beta2 = beta2};
    assert_int_equal(mlpi_optimizer_init(&o, rule, settings, N, NULL), MLP_OK);
    mlpi_rule_settings own = o.settings;
    own.learning_rate *= (double)group->rate;
    for (int tau = 1; tau <= STEPS; tau++) {
        for (size_t i = 0; i < N; i++) {
            const double c = i < 5 ? scale : 1.0;
            g[i] = (float)gradient_at(i, (double)w[i]);
            formula(rule->name, i < 5 ? &own : &o.settings, tau, i >= 5, c * penalised(i, c * q[i]),
                    &m[i], &v[i], &q[i]);
        }
        mlpi_optimizer_begin(&o);
        mlpi_optimizer_apply(&o, 0, 5, group, g, w); /* in two pieces */
        mlpi_optimizer_apply(&o, 5, N - 5, &mlpi_group_biases, g + 5, w + 5);
        for (size_t i = 0; i < N; i++) {
            const double wanted = (i < 5 ? scale : 1.0) * q[i];
            if (!(fabs((double)w[i] - wanted) <= 1e-4))
                fail_msg("%s, step %d: %g, wanted %g", rule->name, tau, (double)w[i], wanted);
        }
    }
    mlpi_optimizer_release(&o);
}

static void steps_equal_the_formulas(void **state)
{
    (void)state;
    /* Values of 0 mean the usual 0.9 and 0.999. */
    for (size_t i = 0; mlpi_rule_at(i) != NULL; i++)
        check(mlpi_rule_at(i), 0.0, 0.0, &mlpi_group_weights);
    check(mlpi_rule_find("adam"), 0.8, 0.95, &mlpi_group_weights);
    check(mlpi_rule_find("adamw"), 0.95, 0.99, &mlpi_group_weights);
    check(mlpi_rule_find("nadam"), 0.8, 0.95, &mlpi_group_weights);
}

static void a_group_has_a_rate_and_a_scale_of_its_own(void **state)
{
    (void)state;
    const mlpi_group groups[] = {{false, 0.5f, 1.0f}, {false, 1.0f, 0.25f}, {false, 3.0f, 0.125f}};
    for (size_t i = 0; mlpi_rule_at(i) != NULL; i++)
        for (size_t k = 0; k < 3; k++)
            check(mlpi_rule_at(i), 0.0, 0.0, &groups[k]);
}

static void every_rule_finds_the_minimum_of_a_quadratic(void **state)
{
    (void)state;
    for (size_t r = 0; mlpi_rule_at(r) != NULL; r++) {
        mlpi_optimizer o;
        float w[N] = {0}, g[N];
        assert_int_equal(mlpi_optimizer_init(&o, mlpi_rule_at(r),
                                             (mlpi_rule_settings){.momentum = 0.9}, N, NULL),
                         MLP_OK);
        for (int tau = 1; tau <= 20000; tau++) {
            for (size_t i = 0; i < N; i++)
                g[i] = (float)gradient_at(i, (double)w[i]);
            mlpi_optimizer_begin(&o);
            mlpi_optimizer_apply(&o, 0, N, &mlpi_group_weights, g, w);
        }
        for (size_t i = 0; i < N; i++)
            if (!(fabs((double)w[i] - (double)i / 7.0) <= 2e-3))
                fail_msg("%s ends at %g, not %g", mlpi_rule_at(r)->name, (double)w[i],
                         (double)i / 7.0);
        mlpi_optimizer_release(&o);
    }
}

/* Takes the steps that tests/golden/update_rules.py takes. */
static void first_steps_equal_those_of_another_implementation(void **state)
{
    (void)state;
    size_t compared = 0;
    for (size_t r = 0; r < sizeof golden_steps / sizeof golden_steps[0]; r++) {
        const mlpi_rule_settings settings = {
            .learning_rate = 0.05, .momentum = 0.9, .weight_decay = 0.3};
        const mlpi_rule *rule = mlpi_rule_find(golden_steps[r].name);
        mlpi_optimizer o;
        float w[4] = {0.5f, 0.5f, 0.5f, 0.5f}, g[4];
        assert_int_equal(mlpi_optimizer_init(&o, rule, settings, 4, NULL), MLP_OK);
        for (size_t tau = 0; tau < 5; tau++) {
            for (size_t i = 0; i < 4; i++)
                g[i] = (float)((1.0 + 0.2 * (double)i) * ((double)w[i] - 1.0 - (double)i / 7.0));
            mlpi_optimizer_begin(&o);
            mlpi_optimizer_apply(&o, 0, 4, &mlpi_group_weights, g, w);
            for (size_t i = 0; i < 4; i++)
                /* Steps of about 0.05 are computed in float. */
                if (!(fabs((double)w[i] - golden_steps[r].w[tau][i]) <= 1e-5))
                    fail_msg("%s, step %zu: w[%zu] = %.9g, not %.9g", rule->name, tau + 1, i,
                             (double)w[i], golden_steps[r].w[tau][i]);
        }
        mlpi_optimizer_release(&o);
        compared++;
    }
    for (size_t i = 0; mlpi_rule_at(i) != NULL; i++)
        compared--;
    assert_int_equal(compared, 0); /* every rule of the table was compared */
}

static void rules_are_found_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(mlpi_rule_find("nesterov"), &mlpi_rule_nesterov);
    assert_null(mlpi_rule_find("adamx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_equal_the_formulas),
        cmocka_unit_test(a_group_has_a_rate_and_a_scale_of_its_own),
        cmocka_unit_test(every_rule_finds_the_minimum_of_a_quadratic),
        cmocka_unit_test(first_steps_equal_those_of_another_implementation),
        cmocka_unit_test(rules_are_found_by_name),
    };
    return RUN(tests);
}
