/* SPDX-License-Identifier: MIT */
/* Transforms by ranks in ONNX: normal scores, which are Phi^-1 of a distribution function that is
 * linear between quantiles, and their inverse; and waves. ranks.c, quantile_normal.c and periodic.c
 * have the formulas. */
#include <math.h>

#include "base/base.h"
#include "onnx/onnx.h"

static mlpi_value with(mlpi_graph *g, const char *operator, mlpi_value v, double number)
{
    return mlpi_op2(g, operator, v, mlpi_constant(g, number));
}

/* --- the normal distribution ------------------------------------------------------------------ */

/* terms[0] + r (terms[1] + r (...)) by Horner's rule */
static mlpi_value polynomial(mlpi_graph *g, mlpi_value r, const double *terms, size_t count)
{
    mlpi_value sum = with(g, "Mul", r, terms[count - 1]);
    for (size_t i = count - 1; i-- > 0;) {
        sum = with(g, "Add", sum, terms[i]);
        sum = i > 0 ? mlpi_op2(g, "Mul", sum, r) : sum;
    }
    return sum;
}

static mlpi_value ratio(mlpi_graph *g, mlpi_value r, const double *above, const double *below)
{
    const mlpi_value under = mlpi_op2(g, "Mul", polynomial(g, r, below, 7), r);
    return mlpi_op2(g, "Div", polynomial(g, r, above, 8), with(g, "Add", under, 1.0));
}

/* Phi^-1(p), p from 1e-7 to 1 - 1e-7. */
static mlpi_value normal_quantile(mlpi_graph *g, mlpi_value p)
{
    const double *const *const terms = mlpi_normal_quantile_terms;
    const mlpi_value q = with(g, "Sub", p, 0.5);
    const mlpi_value square =
        mlpi_op2(g, "Sub", mlpi_constant(g, 0.180625), mlpi_op2(g, "Mul", q, q));
    const mlpi_value centre = mlpi_op2(g, "Mul", q, ratio(g, square, terms[0], terms[1]));
    const mlpi_value least = mlpi_op2(g, "Min", p, mlpi_op2(g, "Sub", mlpi_constant(g, 1.0), p));
    const mlpi_value r = mlpi_op(g, "Sqrt", mlpi_op(g, "Neg", mlpi_op(g, "Log", least)));
    const mlpi_value tail = mlpi_op2(g, "Mul", ratio(g, with(g, "Sub", r, 1.6), terms[2], terms[3]),
                                     mlpi_op(g, "Sign", q));
    const mlpi_value beyond = mlpi_op2(g, "Greater", mlpi_op(g, "Abs", q), mlpi_constant(g, 0.425));
    return mlpi_op3(g, "Where", beyond, tail, centre);
}

static mlpi_value between(mlpi_graph *g, mlpi_value v, double least, double most)
{
    return with(g, "Min", with(g, "Max", v, least), most);
}

/* Phi(x). Runtimes have the error function in float only, so one step of Newton's method follows,
 *      p - (Phi^-1(p) - x) phi(Phi^-1(p)), phi(z) = e^(-z^2 / 2) / sqrt(2 pi). */
static mlpi_value normal_share(mlpi_graph *g, mlpi_value x)
{
    const mlpi_value part = mlpi_cast(g, with(g, "Div", x, sqrt(2.0)), MLPI_FLOATS);
    const mlpi_value error = mlpi_cast(g, mlpi_op(g, "Erf", part), MLPI_DOUBLES);
    const mlpi_value p =
        between(g, with(g, "Mul", with(g, "Add", error, 1.0), 0.5), 1e-7, 1.0 - 1e-7);
    const mlpi_value z = normal_quantile(g, p);
    const mlpi_value square = mlpi_op2(g, "Mul", z, z);
    const mlpi_value slope =
        with(g, "Mul", mlpi_op(g, "Exp", with(g, "Mul", square, -0.5)), 0.39894228040143267794);
    const mlpi_value off = mlpi_op2(g, "Mul", mlpi_op2(g, "Sub", z, x), slope);
    return between(g, mlpi_op2(g, "Sub", p, off), 0.0, 1.0);
}

/* --- the steps of the distribution function --------------------------------------------------- */

/* The steps of the distribution function: each goes from a quantile to the next larger one; step 0
 * lies before the first quantile. */
typedef struct steps {
    size_t count;       /* number of distinct quantiles */
    double *room;       /* memory of the four lists */
    double *at, *width; /* count + 1 each: where a step begins, and how far it goes */
    double *place,
        *middle; /* count + 1 each: rank of values just after the beginning of a step, and exactly
                    at it */
} steps;

static bool take_steps(const mlpi_fitted *f, steps *s)
{
    const size_t last = f->list_count - 1, most = f->list_count + 1;
    *s = (steps){.room = mlpi_allocate(4, most * sizeof *s->room)};
    if (s->room == NULL)
        return false;
    s->at = s->room;
    s->width = s->at + most;
    s->place = s->width + most;
    s->middle = s->place + most;
    s->at[0] = f->list[0];
    s->width[0] = INFINITY;
    for (size_t first = 0, next = 0; first <= last; first = next) {
        const size_t i = ++s->count;
        while (next <= last && f->list[next] == f->list[first])
            next++;
        s->at[i] = f->list[first];
        s->width[i] = next <= last ? f->list[next] - f->list[first] : INFINITY;
        s->place[i] = (double)(next - 1);
        s->middle[i] = next > last ? (double)last : ((double)first + (double)(next - 1)) / 2.0;
    }
    if (s->count == 1)
        s->middle[1] = (double)last / 2.0; /* a constant column */
    else
        s->middle[1] = 0.0;
    return true;
}

/* How many of the values at[1], at[2], ... are at most v, by a binary search from the largest
 * stride on. */
static mlpi_value count_not_more(mlpi_graph *g, const steps *s, mlpi_value v)
{
    size_t size = 1;
    while (size <= s->count)
        size *= 2;
    double *padded = mlpi_allocate(size, sizeof *padded);
    if (padded == NULL) {
        g->failed = true;
        return v;
    }
    for (size_t i = 0; i < size; i++)
        padded[i] = i <= s->count ? s->at[i] : INFINITY;
    const mlpi_value values = mlpi_list(g, padded, size);
    mlpi_free(padded);
    mlpi_value found = mlpi_constant_whole(g, 0);
    for (size_t step = size / 2; step > 0; step /= 2) {
        const mlpi_value next = mlpi_op2(g, "Add", found, mlpi_constant_whole(g, (int64_t)step));
        const mlpi_value is_more = mlpi_op2(g, "Less", v, mlpi_pick(g, values, next, 0));
        found = mlpi_op3(g, "Where", is_more, found, next);
    }
    return found;
}

/* F(v), from 0 to 1. */
static mlpi_value rank_of(mlpi_graph *g, const mlpi_fitted *fitted, mlpi_value v)
{
    steps s;
    if (!take_steps(fitted, &s)) {
        g->failed = true;
        return v;
    }
    const size_t count = s.count + 1;
    const mlpi_value step = count_not_more(g, &s, v);
    const mlpi_value at = mlpi_pick(g, mlpi_list(g, s.at, count), step, 0);
    const mlpi_value width = mlpi_pick(g, mlpi_list(g, s.width, count), step, 0);
    const mlpi_value place = mlpi_pick(g, mlpi_list(g, s.place, count), step, 0);
    const mlpi_value middle = mlpi_pick(g, mlpi_list(g, s.middle, count), step, 0);
    mlpi_free(s.room);
    const mlpi_value part = mlpi_op2(g, "Div", mlpi_op2(g, "Sub", v, at), width);
    const mlpi_value inside = mlpi_op2(g, "Add", place, part);
    const mlpi_value found = mlpi_op3(g, "Where", mlpi_op2(g, "Equal", v, at), middle, inside);
    return with(g, "Div", found, (double)(fitted->list_count - 1));
}

mlpi_value mlpi_onnx_encode_quantiles(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v)
{
    return normal_quantile(g, between(g, rank_of(g, learnt->of[0], v), 1e-7, 1.0 - 1e-7));
}

/* sin(pi 2^k u), and the cosine as a sine that is a quarter of a wave ahead. */
mlpi_value mlpi_onnx_encode_periodic(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v)
{
    const double pi = 3.14159265358979323846;
    const size_t inputs = mlpi_transform_width(&mlpi_periodic, learnt->of[0]);
    double *const room = mlpi_allocate(2, inputs * sizeof *room);
    if (room == NULL) {
        g->failed = true;
        return v;
    }
    double *const angle = room, *const ahead = room + inputs;
    for (size_t i = 0; i < inputs; i++) {
        angle[i] = ldexp(pi, (int)(i / 2));
        ahead[i] = i % 2 == 0 ? 0.0 : pi / 2.0;
    }
    const mlpi_value turned =
        mlpi_op2(g, "Mul", rank_of(g, learnt->of[0], v), mlpi_list(g, angle, inputs));
    const mlpi_value x = mlpi_op2(g, "Add", turned, mlpi_list(g, ahead, inputs));
    mlpi_free(room);
    return mlpi_op(g, "Sin", x);
}

/* Where x is NaN the value is NaN too; x counts as 0 on the way, since NaN cannot become an
 * integer. */
mlpi_value mlpi_onnx_decode_quantiles(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value x)
{
    const mlpi_fitted *const fitted = learnt->of[0];
    const size_t count = fitted->list_count;
    double *widths = mlpi_allocate(count, sizeof *widths);
    if (widths == NULL) {
        g->failed = true;
        return x;
    }
    for (size_t i = 0; i + 1 < count; i++)
        widths[i] = fitted->list[i + 1] - fitted->list[i];
    const mlpi_value none = mlpi_op(g, "IsNaN", x);
    const mlpi_value there = mlpi_op3(g, "Where", none, mlpi_constant(g, 0.0), x);
    const mlpi_value place = with(g, "Mul", normal_share(g, there), (double)(count - 1));
    const mlpi_value below = mlpi_cast(g, place, MLPI_WHOLES);
    const mlpi_value part = mlpi_op2(g, "Sub", place, mlpi_cast(g, below, MLPI_DOUBLES));
    const mlpi_value width = mlpi_pick(g, mlpi_list(g, widths, count), below, 0);
    const mlpi_value value =
        mlpi_op2(g, "Add", mlpi_pick(g, mlpi_list(g, fitted->list, count), below, 0),
                 mlpi_op2(g, "Mul", width, part));
    mlpi_free(widths);
    return mlpi_op3(g, "Where", none, x, value);
}
