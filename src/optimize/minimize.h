/* SPDX-License-Identifier: MIT */
/* Full-batch methods: they minimise an objective in double, step by step. They know arrays, not
 * networks. Adding a method: one file that ends in its table entry, and its line in minimize.c. */
#ifndef MLPI_MINIMIZE_H
#define MLPI_MINIMIZE_H

#include "base/base.h"
#include "mlp/error.h"
#include "mlp/minimize.h"
#include "threads/watch.h"

typedef enum mlpi_outcome {
    MLPI_MOVED,     /* w is better or the method goes on */
    MLPI_CONVERGED, /* the gradient or the step is as small as double allows */
    MLPI_STUCK      /* no step from here makes E smaller */
} mlpi_outcome;

typedef struct mlpi_minimizer mlpi_minimizer;

typedef struct mlpi_method {
    const char *name, *summary, *source;
    bool least_squares; /* needs objective.normal */
    bool regularises;   /* what it minimises weighs E against the size of w: the last point is the
                           best,   by number[MLPI_EVIDENCE] among several runs, not the one with the
                           least E */
    size_t vectors;     /* arrays of n doubles it needs */
    size_t matrices;    /* arrays of n x n doubles it needs */
    double evaluations; /* of the objective, or of its normal equations, in a step, about */
    double factorings;  /* works like that of factoring an n x n matrix in a step, about */
    void (*start)(mlpi_minimizer *m);
    mlpi_outcome (*step)(mlpi_minimizer *m);
    bool (*valid)(const mlpi_minimizer *m); /* whether its numbers, and what else its steps rely
                                               on, can be those of a minimisation */
} mlpi_method;

extern const mlpi_method mlpi_method_irprop, mlpi_method_scg, mlpi_method_lbfgs,
    mlpi_method_levenberg, mlpi_method_bayesian;

/** i-th method of the table, NULL past the end; by name, NULL when there is none. */
const mlpi_method *mlpi_method_at(size_t i);
const mlpi_method *mlpi_method_find(const char *name);

enum { MLPI_NUMBERS = 16 };

/** A minimisation under way. Its whole state is here, so that it can be kept and continued. */
struct mlpi_minimizer {
    const mlpi_method *method;
    const mlp_objective *objective;
    mlpi_watch *watch; /* where steps may be left; NULL: nowhere */
    size_t n;
    double *w, *g;               /* where it stands and the gradient there */
    double value;                /* E(w) */
    uint64_t steps;              /* done */
    double *memory;              /* vectors * n + matrices * n * n doubles of the method */
    double number[MLPI_NUMBERS]; /* of the method; of one that regularises: */
};
enum {
    MLPI_EFFECTIVE = MLPI_NUMBERS - 1, /* effective number of parameters */
    MLPI_EVIDENCE = MLPI_NUMBERS - 2   /* logarithm of the evidence, except for a constant */
};

/** Begins at w (n doubles, copied). Objective and watch (nullable) must outlive it.
 * MLP_ERROR_ARGUMENT: the method needs least squares, or E(w) is not finite; MLP_ERROR_INTERRUPTED:
 * the watch wants an end. */
mlp_status mlpi_minimizer_init(mlpi_minimizer *m, const mlpi_method *method,
                               const mlp_objective *objective, const double *w, mlpi_watch *watch,
                               mlp_error *err);
/** Takes one step. A step that the watch stops half-way does not count: the state it leaves must not
 * be continued. */
mlpi_outcome mlpi_minimizer_step(mlpi_minimizer *m);
void mlpi_minimizer_release(mlpi_minimizer *m);
/** Whether the state can be that of a minimisation, as far as one state can tell: a checkpoint is
 * asked before it is believed. */
bool mlpi_minimizer_valid(const mlpi_minimizer *m);

/* For the methods. */
double *mlpi_minimizer_vector(const mlpi_minimizer *m, size_t i);
double *mlpi_minimizer_matrix(const mlpi_minimizer *m, size_t i);
/** Doubles in memory. */
size_t mlpi_minimizer_memory(const mlpi_minimizer *m);
/** false for NaN. */
bool mlpi_within(double value, double lowest, double highest);
/** The same for a whole number. */
bool mlpi_whole_within(double value, double lowest, double highest);
double mlpi_dot(const double *a, const double *b, size_t n);

#endif
