/* SPDX-License-Identifier: MIT */
/* The table of update rules, and a rule with its state. */
#include "optimize/rule.h"

#include <float.h>
#include <string.h>

static const mlpi_rule *const rules[] = {
    &mlpi_rule_adam, &mlpi_rule_adamw,    &mlpi_rule_nadam,    &mlpi_rule_rmsprop,
    &mlpi_rule_sgd,  &mlpi_rule_momentum, &mlpi_rule_nesterov, &mlpi_rule_gradient_descent};
enum { RULES = sizeof rules / sizeof rules[0] };

const mlpi_group mlpi_group_weights = {false, 1.0f, 1.0f}, mlpi_group_biases = {true, 1.0f, 1.0f};

const mlpi_rule *mlpi_rule_at(size_t i)
{
    return i < RULES ? rules[i] : NULL;
}

const mlpi_rule *mlpi_rule_find(const char *name)
{
    for (size_t i = 0; i < RULES; i++)
        if (strcmp(rules[i]->name, name) == 0)
            return rules[i];
    return NULL;
}

mlp_status mlpi_optimizer_init(mlpi_optimizer *optimizer, const mlpi_rule *rule,
                               mlpi_rule_settings settings, size_t n, mlp_error *err)
{
    mlpi_optimizer made = {
        .rule = rule, .settings = settings, .n = n, .share = 1.0, .kernels = mlpi_kernels()};
    if (made.settings.learning_rate == 0.0)
        made.settings.learning_rate = rule->learning_rate;
    if (made.settings.beta1 == 0.0)
        made.settings.beta1 = 0.9;
    if (made.settings.beta2 == 0.0)
        made.settings.beta2 = 0.999;
    for (size_t s = 0; s < rule->slots; s++) {
        made.slots[s] = mlpi_allocate(n, sizeof(float));
        if (made.slots[s] == NULL) {
            mlpi_optimizer_release(&made);
            return mlpi_fail_memory(err, "the optimizer");
        }
    }
    *optimizer = made;
    return MLP_OK;
}

void mlpi_optimizer_release(mlpi_optimizer *optimizer)
{
    mlpi_free(optimizer->slots[0]);
    mlpi_free(optimizer->slots[1]);
    *optimizer = (mlpi_optimizer){0};
}

static bool within(const float *values, size_t n, float lowest)
{
    bool all = true;
    for (size_t i = 0; i < n; i++)
        all = all && values[i] >= lowest && values[i] <= FLT_MAX; /* false for NaN */
    return all;
}

bool mlpi_optimizer_valid(const mlpi_optimizer *optimizer)
{
    const mlpi_rule *rule = optimizer->rule;
    bool all = true;
    for (size_t s = 0; s < rule->slots; s++)
        all = all && within(optimizer->slots[s], optimizer->n,
                            s + rule->squares < rule->slots ? -FLT_MAX : 0.0f);
    return all;
}

void mlpi_optimizer_begin(mlpi_optimizer *optimizer)
{
    mlpi_rule_settings settings = optimizer->settings;
    settings.learning_rate *= optimizer->share;
    optimizer->time++;
    optimizer->rule->begin(&settings, optimizer->before + optimizer->time, optimizer->coefficient);
}

void mlpi_optimizer_apply(const mlpi_optimizer *optimizer, size_t at, size_t n,
                          const mlpi_group *group, float *gradient, float *parameters)
{
    if (optimizer->settings.l1 != 0.0 && !group->biases)
        optimizer->kernels->add_signs(n, (float)optimizer->settings.l1, parameters, gradient);
    mlpi_rule_step step = {.kernels = optimizer->kernels,
                           .coefficient = optimizer->coefficient,
                           .group = *group,
                           .l2 = group->biases ? 0.0f : (float)optimizer->settings.l2,
                           .n = n,
                           .gradient = gradient,
                           .parameters = parameters};
    for (size_t s = 0; s < optimizer->rule->slots; s++)
        step.slot[s] = optimizer->slots[s] + at;
    optimizer->rule->step(&step);
}
