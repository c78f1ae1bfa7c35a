/* SPDX-License-Identifier: MIT */
/* Update rules: how parameters move along a gradient. They know flat arrays, not networks.
 * A new rule is one file that ends in its table entry, and a line in rule.c. */
#ifndef MLPI_RULE_H
#define MLPI_RULE_H

#include "base/base.h"
#include "math/kernels.h"
#include "mlp/error.h"

typedef struct mlpi_rule_settings {
    double learning_rate; /* alpha */
    double momentum;
    double weight_decay; /* lambda of adamw */
    double l2;           /* adds l2 w to the gradient of weights */
    double l1;           /* adds l1 sign(w) to the gradient of weights; sign(0) = 0 */
    double beta1, beta2; /* adam and its variants: weights of the old means of g and of g^2 */
} mlpi_rule_settings;

enum { MLPI_SLOTS = 2, MLPI_COEFFICIENTS = 6 };

/** How the rule treats a group of parameters. The parameters are `scale` times the numbers that the
 * rule moves, and the gradient of these numbers is therefore `scale` times that of the parameters:
 * section "Parametrisation" of docs/mathematics.md. */
typedef struct mlpi_group {
    bool biases; /* without penalty and decay */
    float rate;  /* factor of alpha */
    float scale;
} mlpi_group;

/** The groups of a network in its standard parametrisation: rate and scale are 1. */
extern const mlpi_group mlpi_group_weights, mlpi_group_biases;

/** A step of some of the parameters, all of one group. */
typedef struct mlpi_rule_step {
    const mlpi_kernel_table *kernels;
    const float *coefficient; /* computed by mlpi_rule.begin */
    mlpi_group group;
    float l2; /* 0 for biases */
    size_t n;
    const float *gradient;
    float *parameters;
    float *slot[MLPI_SLOTS]; /* the rule's state for these parameters */
} mlpi_rule_step;

typedef struct mlpi_rule {
    const char *name;     /* as written after --optimizer */
    const char *formula;  /* for help and documents */
    const char *source;   /* author, year */
    size_t slots;         /* number of state arrays that the rule needs, 0..MLPI_SLOTS */
    size_t squares;       /* how many of the last state arrays are means of squares: at least 0 */
    bool full_batch;      /* every step uses the gradient over all rows, as in the lecture */
    double learning_rate; /* default */
    /* Computes the coefficients of step tau = 1, 2, ..., which are the same for all parameters. */
    void (*begin)(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient);
    void (*step)(const mlpi_rule_step *step);
} mlpi_rule;

extern const mlpi_rule mlpi_rule_gradient_descent, mlpi_rule_sgd, mlpi_rule_momentum,
    mlpi_rule_nesterov, mlpi_rule_adam, mlpi_rule_adamw, mlpi_rule_nadam, mlpi_rule_rmsprop;

/** The i-th rule of the table; NULL past the end. */
const mlpi_rule *mlpi_rule_at(size_t i);
/** The rule of this name; NULL: there is none. */
const mlpi_rule *mlpi_rule_find(const char *name);

/** A rule with its state for n parameters. */
typedef struct mlpi_optimizer {
    const mlpi_rule *rule;
    mlpi_rule_settings settings;
    size_t n;
    uint64_t time;   /* steps begun in this run */
    uint64_t before; /* steps of the earlier runs that this run continues; tau = before + time */
    double share;    /* factor of the learning rate in the next steps; 1 at first */
    const mlpi_kernel_table *kernels;
    float coefficient[MLPI_COEFFICIENTS]; /* coefficients of the current step */
    float *slots[MLPI_SLOTS];
} mlpi_optimizer;

/** In the settings, a 0 selects the default: for learning_rate that of the rule, for beta1 0.9, for
 * beta2 0.999. Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_optimizer_init(mlpi_optimizer *optimizer, const mlpi_rule *rule,
                               mlpi_rule_settings settings, size_t n, mlp_error *err);
void mlpi_optimizer_release(mlpi_optimizer *optimizer);
/** Begins the next step: computes its coefficients. */
void mlpi_optimizer_begin(mlpi_optimizer *optimizer);
/** Whether a run can have this state, as far as a single state shows: all numbers are finite, and
 * means of squares are not negative. The state in a checkpoint is tested before it is used. */
bool mlpi_optimizer_valid(const mlpi_optimizer *optimizer);
/** Moves n parameters of one group, which have the indices at .. at + n - 1 among all parameters,
 * along their gradient. May overwrite the gradient. Several threads may call this function at the
 * same time for disjoint pieces. */
void mlpi_optimizer_apply(const mlpi_optimizer *optimizer, size_t at, size_t n,
                          const mlpi_group *group, float *gradient, float *parameters);

#endif
