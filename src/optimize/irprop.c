/* SPDX-License-Identifier: MIT */
/* iRPROP- (C. Igel, M. Huesken 2000; after M. Riedmiller, H. Braun 1993): every weight has its own
 * step length, which grows while the weight's derivative keeps its sign and shrinks when the sign
 * changes. Only the signs of derivatives matter. */
#include <math.h>

#include "optimize/minimize.h"

enum { STEPS, BEFORE }; /* vectors */

/* Inputs are scaled, so the papers' first step of 0.1 would move all weights too far at once. */
static const double first_step = 0.01, longest = 50.0, shortest = 1e-9, grow = 1.2, shrink = 0.5;

static void start(mlpi_minimizer *m)
{
    double *step = mlpi_minimizer_vector(m, STEPS);
    for (size_t i = 0; i < m->n; i++)
        step[i] = first_step;
}

static mlpi_outcome step(mlpi_minimizer *m)
{
    double *length = mlpi_minimizer_vector(m, STEPS), *before = mlpi_minimizer_vector(m, BEFORE);
    double longest_now = 0.0;
    for (size_t i = 0; i < m->n; i++) {
        const double turn = m->g[i] * before[i];
        if (turn > 0.0)
            length[i] = fmin(grow * length[i], longest);
        else if (turn < 0.0)
            length[i] = fmax(shrink * length[i], shortest);
        before[i] = turn < 0.0 ? 0.0 : m->g[i]; /* after a change of sign the weight pauses once */
        if (before[i] != 0.0)
            m->w[i] -= copysign(length[i], before[i]);
        longest_now = fmax(longest_now, m->g[i] != 0.0 ? length[i] : 0.0);
    }
    m->value = m->objective->value(m->objective->context, m->w, m->g);
    return longest_now <= shortest ? MLPI_CONVERGED : MLPI_MOVED;
}

static bool valid(const mlpi_minimizer *m)
{
    const double *length = mlpi_minimizer_vector(m, STEPS);
    bool all = true;
    for (size_t i = 0; i < m->n; i++)
        all = all && mlpi_within(length[i], shortest, longest);
    return all;
}

const mlpi_method mlpi_method_irprop = {"irprop",
                                        "a step for every weight, by the signs of its derivatives",
                                        "C. Igel, M. Huesken 2000",
                                        false,
                                        false,
                                        2,
                                        0,
                                        1.0,
                                        0.0,
                                        start,
                                        step,
                                        valid};
