/* SPDX-License-Identifier: MIT */
/* Update rules: how parameters move along a gradient. They know flat arrays, not networks.
 * Adding a rule: one file that ends in its table entry, and its line in rule.c. */
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
    double l1;           /* adds l1 sign(w), 0 for w = 0 */
    double beta1, beta2; /* of adam and its kin: how much the means of g and g^2 keep at a step */
} mlpi_rule_settings;

enum { MLPI_SLOTS = 2, MLPI_COEFFICIENTS = 6 };

/** What sets some parameters apart from the others. They are `scale` times the numbers that the rule
 * moves, whose gradient is therefore `scale` times theirs: section "Parametrisation" of
 * docs/mathematics.md. */
typedef struct mlpi_group {
    bool biases; /* no penalty and no decay is for them */
    float rate;  /* their share of alpha */
    float scale;
} mlpi_group;

/** Those of a network as it stands: rate and scale are 1. */
extern const mlpi_group mlpi_group_weights, mlpi_group_biases;

/** One piece of a step. */
typedef struct mlpi_rule_step {
    const mlpi_kernel_table *kernels;
    const float *coefficient; /* what `begin` computed */
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
    size_t slots;         /* state arrays it needs, 0..MLPI_SLOTS */
    size_t squares;       /* the last so many of them are means of squares: never negative */
    bool full_batch;      /* the gradient of all rows at each step, as in the lecture */
    double learning_rate; /* default */
    /* The numbers that are the same for all parameters of step tau, from 1. */
    void (*begin)(const mlpi_rule_settings *settings, uint64_t tau, float *coefficient);
    void (*step)(const mlpi_rule_step *step);
} mlpi_rule;

extern const mlpi_rule mlpi_rule_gradient_descent, mlpi_rule_sgd, mlpi_rule_momentum,
    mlpi_rule_nesterov, mlpi_rule_adam, mlpi_rule_adamw, mlpi_rule_nadam, mlpi_rule_rmsprop;

/** i-th rule of the table, NULL past the end. */
const mlpi_rule *mlpi_rule_at(size_t i);
/** By name; NULL when there is none. */
const mlpi_rule *mlpi_rule_find(const char *name);

/** A rule with its state for n parameters. */
typedef struct mlpi_optimizer {
    const mlpi_rule *rule;
    mlpi_rule_settings settings;
    size_t n;
    uint64_t time;   /* tau of this run */
    uint64_t before; /* steps of the earlier runs that this one continues; its state counts them */
    double share;    /* of the learning rate that the next steps take; 1 at first */
    const mlpi_kernel_table *kernels;
    float coefficient[MLPI_COEFFICIENTS]; /* of the step under way */
    float *slots[MLPI_SLOTS];
} mlpi_optimizer;

/** Where learning_rate, beta1 or beta2 of the settings are 0 they become the rule's default, 0.9 and
 * 0.999. */
mlp_status mlpi_optimizer_init(mlpi_optimizer *optimizer, const mlpi_rule *rule,
                               mlpi_rule_settings settings, size_t n, mlp_error *err);
void mlpi_optimizer_release(mlpi_optimizer *optimizer);
/** Begins step tau + 1. */
void mlpi_optimizer_begin(mlpi_optimizer *optimizer);
/** Whether the state can be that of a run, as far as one state can tell: finite, and means of
 * squares not negative. A checkpoint is asked before it is believed. */
bool mlpi_optimizer_valid(const mlpi_optimizer *optimizer);
/** Moves parameters[0..n) of one group, numbers at .. at + n - 1 of all, by their gradient, which is
 * scratch. Threads may call it for disjoint pieces. */
void mlpi_optimizer_apply(const mlpi_optimizer *optimizer, size_t at, size_t n,
                          const mlpi_group *group, float *gradient, float *parameters);

#endif
