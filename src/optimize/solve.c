/* SPDX-License-Identifier: MIT */
/* mlp_minimize: minimises the caller's objective by any method or update rule. */
#include <math.h>
#include <string.h>

#include "mlp/minimize.h"
#include "optimize/minimize.h"
#include "optimize/rule.h"

mlp_minimize_options mlp_minimize_options_default(void)
{
    return (mlp_minimize_options){
        .method = "lbfgs", .steps = 1000, .momentum = 0.9, .weight_decay = 0.01};
}

/* The best point so far. */
typedef struct best {
    double *w, value;
} best;

static bool see(const mlp_minimize_options *o, size_t step, double value, const double *w, size_t n,
                bool last_is_best, best *b)
{
    if (last_is_best || value < b->value) {
        b->value = value;
        memcpy(b->w, w, n * sizeof *w);
    }
    return o->progress == NULL || o->progress(step, value, w, o->context);
}

static mlp_status run_method(const mlpi_method *method, const mlp_objective *objective,
                             const mlp_minimize_options *o, const double *w, best *b,
                             mlp_minimum *minimum, mlp_error *err)
{
    mlpi_minimizer m;
    bool go_on = true;
    MLPI_TRY(mlpi_minimizer_init(&m, method, objective, w, NULL, err));
    b->value = m.value;
    while (go_on && minimum->steps < o->steps) {
        const mlpi_outcome outcome = mlpi_minimizer_step(&m);
        minimum->steps++;
        minimum->converged = outcome != MLPI_MOVED;
        go_on = see(o, minimum->steps, m.value, m.w, m.n, method->regularises, b) &&
                !minimum->converged;
    }
    minimum->effective_parameters = method->regularises ? m.number[MLPI_EFFECTIVE] : (double)NAN;
    mlpi_minimizer_release(&m);
    return MLP_OK;
}

/* The arrays of a minimisation by an update rule. */
typedef struct points {
    double *w, *gradient;
    float *parameters, *slopes;
} points;

static void descend(mlpi_optimizer *optimizer, const mlp_objective *objective,
                    const mlp_minimize_options *o, points *p, best *b, mlp_minimum *minimum)
{
    const size_t n = objective->n;
    bool go_on = isfinite(b->value);
    while (go_on && minimum->steps < o->steps) {
        for (size_t i = 0; i < n; i++)
            p->slopes[i] = (float)p->gradient[i];
        mlpi_optimizer_begin(optimizer);
        mlpi_optimizer_apply(optimizer, 0, n, &mlpi_group_weights, p->slopes, p->parameters);
        for (size_t i = 0; i < n; i++)
            p->w[i] = (double)p->parameters[i];
        const double value = objective->value(objective->context, p->w, p->gradient);
        minimum->steps++;
        go_on = see(o, minimum->steps, value, p->w, n, false, b) && isfinite(value);
    }
}

static mlp_status run_rule(const mlpi_rule *rule, const mlp_objective *objective,
                           const mlp_minimize_options *o, const double *w, best *b,
                           mlp_minimum *minimum, mlp_error *err)
{
    const size_t n = objective->n;
    const mlpi_rule_settings settings = {.learning_rate = o->learning_rate,
                                         .momentum = o->momentum,
                                         .weight_decay = o->weight_decay};
    mlpi_optimizer optimizer;
    MLPI_TRY(mlpi_optimizer_init(&optimizer, rule, settings, n, err));
    points p = {mlpi_allocate(n, sizeof *p.w), mlpi_allocate(n, sizeof *p.gradient),
                mlpi_allocate(n, sizeof *p.parameters), mlpi_allocate(n, sizeof *p.slopes)};
    const bool room = p.w != NULL && p.gradient != NULL && p.parameters != NULL && p.slopes != NULL;
    if (room) {
        for (size_t i = 0; i < n; i++)
            p.parameters[i] = (float)w[i];
        b->value = objective->value(objective->context, w, p.gradient);
        descend(&optimizer, objective, o, &p, b, minimum);
    }
    mlpi_free(p.w);
    mlpi_free(p.gradient);
    mlpi_free(p.parameters);
    mlpi_free(p.slopes);
    mlpi_optimizer_release(&optimizer);
    if (!room)
        return mlpi_fail_memory(err, rule->name);
    return isfinite(b->value)
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "the objective is not finite at the starting point of %s", rule->name);
}

mlp_status mlp_minimize(const mlp_objective *objective, const mlp_minimize_options *options,
                        double *w, mlp_minimum *minimum, mlp_error *err)
{
    const mlpi_method *method = mlpi_method_find(options->method);
    const mlpi_rule *rule = mlpi_rule_find(options->method);
    mlp_minimum made = {.effective_parameters = (double)NAN};
    if (method == NULL && rule == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "there is no method \"%s\"; the help of `optimizer` lists them",
                         options->method);
    best b = {.w = mlpi_allocate(objective->n, sizeof *b.w)};
    if (b.w == NULL)
        return mlpi_fail_memory(err, options->method);
    memcpy(b.w, w, objective->n * sizeof *w);
    const mlp_status status = method != NULL
                                  ? run_method(method, objective, options, w, &b, &made, err)
                                  : run_rule(rule, objective, options, w, &b, &made, err);
    if (status == MLP_OK) {
        memcpy(w, b.w, objective->n * sizeof *w);
        made.value = b.value;
        if (minimum != NULL)
            *minimum = made;
    }
    mlpi_free(b.w);
    return status;
}
