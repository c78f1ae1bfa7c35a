/* SPDX-License-Identifier: MIT */
/* Full-batch methods: they minimise an objective in double, step by step. They know arrays, not
 * networks. A new method is one file that ends in its table entry, and a line in methods.c. */
#ifndef MLPI_MINIMIZE_H
#define MLPI_MINIMIZE_H

#include "base/base.h"
#include "mlp/error.h"
#include "mlp/minimize.h"
#include "threads/watch.h"

typedef enum mlpi_outcome {
    MLPI_MOVED,     /* w is better, or the next step may make it better */
    MLPI_CONVERGED, /* the gradient or the step is as small as double allows */
    MLPI_STUCK      /* no step from here makes E smaller */
} mlpi_outcome;

typedef struct mlpi_minimizer mlpi_minimizer;

typedef struct mlpi_method {
    const char *name, *summary, *source;
    bool least_squares; /* needs objective.normal */
    /* The method also keeps w small: its best point is the last one, not the one with the smallest
     * E, and the best of several runs is the one with the largest number[MLPI_EVIDENCE]. */
    bool regularises;
    size_t vectors;     /* number of arrays of n doubles that the method needs */
    size_t matrices;    /* number of arrays of n x n doubles that the method needs */
    double evaluations; /* approximate evaluations of E, or of the normal equations, per step */
    double factorings;  /* approximate work per step, in factorings of an n x n matrix */
    void (*start)(mlpi_minimizer *m);
    mlpi_outcome (*step)(mlpi_minimizer *m);
    bool (*valid)(const mlpi_minimizer *m); /* whether a minimisation can have this state */
} mlpi_method;

extern const mlpi_method mlpi_method_irprop, mlpi_method_scg, mlpi_method_lbfgs,
    mlpi_method_levenberg, mlpi_method_bayesian;

/** The i-th method of the table; NULL past the end. */
const mlpi_method *mlpi_method_at(size_t i);
/** The method of this name; NULL: there is none. */
const mlpi_method *mlpi_method_find(const char *name);

enum { MLPI_NUMBERS = 16 };

/** A minimisation in progress: its whole state, which can be saved and continued. */
struct mlpi_minimizer {
    const mlpi_method *method;
    const mlp_objective *objective;
    mlpi_watch *watch; /* can stop steps; NULL: there is none */
    size_t n;
    double *w, *g;               /* the current point, and the gradient of E there */
    double value;                /* E(w) */
    uint64_t steps;              /* number of steps taken */
    double *memory;              /* vectors * n + matrices * n * n doubles for the method */
    double number[MLPI_NUMBERS]; /* for the method */
};

/** The last entries of mlpi_minimizer.number, for a method that regularises. */
enum {
    MLPI_EFFECTIVE = MLPI_NUMBERS - 1, /* effective number of parameters */
    MLPI_EVIDENCE = MLPI_NUMBERS - 2   /* logarithm of the evidence, except for a constant */
};

/** Begins at w (n doubles, copied). The objective and the watch (nullable) must outlive `m`.
 * MLP_ERROR_ARGUMENT: the method needs least squares, or E(w) is not finite; MLP_ERROR_INTERRUPTED:
 * the watch has stopped the start. */
mlp_status mlpi_minimizer_init(mlpi_minimizer *m, const mlpi_method *method,
                               const mlp_objective *objective, const double *w, mlpi_watch *watch,
                               mlp_error *err);
/** Takes one step. After a step that the watch stopped, the minimisation must not be continued. */
mlpi_outcome mlpi_minimizer_step(mlpi_minimizer *m);
void mlpi_minimizer_release(mlpi_minimizer *m);
/** Whether a minimisation can have this state, as far as a single state shows. The state in a
 * checkpoint is tested before it is used. */
bool mlpi_minimizer_valid(const mlpi_minimizer *m);

/* For the methods. */

/** The i-th array of n doubles in `memory`. */
double *mlpi_minimizer_vector(const mlpi_minimizer *m, size_t i);
/** The i-th array of n x n doubles in `memory`. */
double *mlpi_minimizer_matrix(const mlpi_minimizer *m, size_t i);
/** Number of doubles in `memory`. */
size_t mlpi_minimizer_memory(const mlpi_minimizer *m);
/** Whether lowest <= value <= highest; false for NaN. */
bool mlpi_within(double value, double lowest, double highest);
/** Whether lowest <= value <= highest, and value is a whole number. */
bool mlpi_whole_within(double value, double lowest, double highest);
double mlpi_dot(const double *a, const double *b, size_t n);

#endif
