/* SPDX-License-Identifier: MIT */
/* The state of a minimisation, and the functions that methods share. */
#include "optimize/minimize.h"

#include <float.h>
#include <math.h>
#include <string.h>

static bool make_memory(mlpi_minimizer *m)
{
    size_t square = 0, doubles = 0, vectors = 0;
    if (!mlpi_multiply(m->n, m->n, &square) ||
        !mlpi_multiply(m->method->matrices, square, &doubles) ||
        !mlpi_multiply(m->method->vectors, m->n, &vectors) || !mlpi_add(doubles, vectors, &doubles))
        return false;
    m->w = mlpi_allocate(m->n, sizeof *m->w);
    m->g = mlpi_allocate(m->n, sizeof *m->g);
    m->memory = mlpi_allocate(doubles, sizeof *m->memory);
    return m->w != NULL && m->g != NULL && m->memory != NULL;
}

mlp_status mlpi_minimizer_init(mlpi_minimizer *m, const mlpi_method *method,
                               const mlp_objective *objective, const double *w, mlpi_watch *watch,
                               mlp_error *err)
{
    if (method->least_squares && objective->normal == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`optimizer` %s minimises sums of squares; it needs `loss` quadratic",
                         method->name);
    mlpi_minimizer made = {
        .method = method, .objective = objective, .watch = watch, .n = objective->n};
    if (!make_memory(&made)) {
        mlpi_minimizer_release(&made);
        return mlpi_fail_memory(err, method->name);
    }
    memcpy(made.w, w, made.n * sizeof *w);
    made.value = objective->value(objective->context, made.w, made.g);
    if (!isfinite(made.value) && !mlpi_watch_over(watch)) {
        mlpi_minimizer_release(&made);
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the loss is not finite at the starting point of %s", method->name);
    }
    method->start(&made);
    if (mlpi_watch_over(watch)) { /* the watch may have cut the computation short */
        mlpi_minimizer_release(&made);
        return mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                         "stopped before the first step of %s; there is no model yet",
                         method->name);
    }
    *m = made;
    return MLP_OK;
}

mlpi_outcome mlpi_minimizer_step(mlpi_minimizer *m)
{
    m->steps++;
    return m->method->step(m);
}

void mlpi_minimizer_release(mlpi_minimizer *m)
{
    mlpi_free(m->w);
    mlpi_free(m->g);
    mlpi_free(m->memory);
    *m = (mlpi_minimizer){0};
}

bool mlpi_within(double value, double lowest, double highest)
{
    return value >= lowest && value <= highest;
}

bool mlpi_whole_within(double value, double lowest, double highest)
{
    return mlpi_within(value, lowest, highest) && value == floor(value);
}

/* The parameters are converted to float at the end, so they must be in the range of a float. */
bool mlpi_minimizer_valid(const mlpi_minimizer *m)
{
    bool all = isfinite(m->value) && m->method->valid(m);
    for (size_t i = 0; i < m->n; i++)
        all = all && mlpi_within(m->w[i], -(double)FLT_MAX, (double)FLT_MAX);
    return all;
}

double *mlpi_minimizer_vector(const mlpi_minimizer *m, size_t i)
{
    return m->memory + i * m->n;
}

double *mlpi_minimizer_matrix(const mlpi_minimizer *m, size_t i)
{
    return m->memory + m->method->vectors * m->n + i * m->n * m->n;
}

size_t mlpi_minimizer_memory(const mlpi_minimizer *m)
{
    return m->method->vectors * m->n + m->method->matrices * m->n * m->n;
}

double mlpi_dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}
