/* SPDX-License-Identifier: MIT */
/* The table of transforms in ONNX, and those that are formulas of numbers. In each the numbers of
 * `fitted` are in the order in which the transform itself names them. */
#include <math.h>

#include "base/base.h"
#include "onnx/onnx.h"

/* Operators between a value and a number. */
static mlpi_value with(mlpi_graph *g, const char *operator, mlpi_value v, double number)
{
    return mlpi_op2(g, operator, v, mlpi_constant(g, number));
}

/* (v - mean) / scale */
static mlpi_value score(mlpi_graph *g, mlpi_value v, double mean, double scale)
{
    return with(g, "Div", with(g, "Sub", v, mean), scale);
}

static mlpi_value unscore(mlpi_graph *g, mlpi_value x, double mean, double scale)
{
    return with(g, "Add", with(g, "Mul", x, scale), mean);
}

/* --- standard, min-max, robust ---------------------------------------------------------------- */

static mlpi_value encode_standard(mlpi_graph *g, const mlpi_fitted *f, mlpi_value v)
{
    return score(g, v, f->number[0], f->number[1]);
}

static mlpi_value decode_standard(mlpi_graph *g, const mlpi_fitted *f, mlpi_value x)
{
    return unscore(g, x, f->number[0], f->number[1]);
}

static double spread(const mlpi_fitted *f)
{
    return f->number[1] > f->number[0] ? f->number[1] - f->number[0] : 1.0;
}

static mlpi_value encode_min_max(mlpi_graph *g, const mlpi_fitted *f, mlpi_value v)
{
    return score(g, v, f->number[0], spread(f));
}

static mlpi_value decode_min_max(mlpi_graph *g, const mlpi_fitted *f, mlpi_value x)
{
    return unscore(g, x, f->number[0], spread(f));
}

/* u / sqrt(1 + sign (u / bound)^2) */
static mlpi_value bend(mlpi_graph *g, mlpi_value u, double bound, const char *sign)
{
    if (!(bound > 0.0))
        return u;
    const mlpi_value part = with(g, "Div", u, bound);
    const mlpi_value inside =
        mlpi_op2(g, sign, mlpi_constant(g, 1.0), mlpi_op2(g, "Mul", part, part));
    return mlpi_op2(g, "Div", u, mlpi_op(g, "Sqrt", inside));
}

static mlpi_value encode_robust(mlpi_graph *g, const mlpi_fitted *f, mlpi_value v)
{
    return bend(g, score(g, v, f->number[0], f->number[1]), f->number[2], "Add");
}

static mlpi_value decode_robust(mlpi_graph *g, const mlpi_fitted *f, mlpi_value x)
{
    return unscore(g, bend(g, x, f->number[2], "Sub"), f->number[0], f->number[1]);
}

/* --- logarithms and powers -------------------------------------------------------------------- */

/* ln(1 + |v| / unit) */
static mlpi_value logarithm(mlpi_graph *g, mlpi_value v, double unit)
{
    return mlpi_op(g, "Log", with(g, "Add", with(g, "Div", mlpi_op(g, "Abs", v), unit), 1.0));
}

/* e^u - 1 */
static mlpi_value exponential(mlpi_graph *g, mlpi_value u)
{
    return with(g, "Sub", mlpi_op(g, "Exp", u), 1.0);
}

static mlpi_value encode_log(mlpi_graph *g, const mlpi_fitted *f, mlpi_value v)
{
    const mlpi_value u = mlpi_op2(g, "Mul", mlpi_op(g, "Sign", v), logarithm(g, v, f->number[0]));
    return score(g, u, f->number[1], f->number[2]);
}

static mlpi_value decode_log(mlpi_graph *g, const mlpi_fitted *f, mlpi_value x)
{
    const mlpi_value u = unscore(g, x, f->number[1], f->number[2]);
    const mlpi_value far = with(g, "Mul", exponential(g, mlpi_op(g, "Abs", u)), f->number[0]);
    return mlpi_op2(g, "Mul", mlpi_op(g, "Sign", u), far);
}

/* Where a is nearly 0, the first terms of the series: nothing cancels there. */
static const double NEARLY_0 = 1e-7;

/* (e^(a t) - 1) / a */
static mlpi_value power(mlpi_graph *g, mlpi_value t, double a)
{
    if (fabs(a) > NEARLY_0)
        return with(g, "Div", exponential(g, with(g, "Mul", t, a)), a);
    return mlpi_op2(g, "Mul", t, with(g, "Add", with(g, "Mul", t, a / 2.0), 1.0));
}

/* ln(1 + a p) / a */
static mlpi_value root(mlpi_graph *g, mlpi_value p, double a)
{
    if (fabs(a) > NEARLY_0)
        return with(g, "Div", mlpi_op(g, "Log", with(g, "Add", with(g, "Mul", p, a), 1.0)), a);
    return mlpi_op2(g, "Mul", p, with(g, "Add", with(g, "Mul", p, -a / 2.0), 1.0));
}

typedef mlpi_value branch(mlpi_graph *g, mlpi_value t, double a);

/* Of v >= 0 by lambda, else by 2 - lambda, and negative. `t` is of |v|. */
static mlpi_value by_sign(mlpi_graph *g, mlpi_value v, mlpi_value t, double lambda, branch *of)
{
    const mlpi_value below = mlpi_op2(g, "Less", v, mlpi_constant(g, 0.0));
    const mlpi_value negative = mlpi_op(g, "Neg", of(g, t, 2.0 - lambda));
    return mlpi_op3(g, "Where", below, negative, of(g, t, lambda));
}

static mlpi_value encode_yeo_johnson(mlpi_graph *g, const mlpi_fitted *f, mlpi_value v)
{
    const mlpi_value u = by_sign(g, v, logarithm(g, v, 1.0), f->number[0], power);
    return score(g, u, f->number[1], f->number[2]);
}

static mlpi_value raised_root(mlpi_graph *g, mlpi_value p, double a)
{
    return exponential(g, root(g, p, a));
}

static mlpi_value decode_yeo_johnson(mlpi_graph *g, const mlpi_fitted *f, mlpi_value x)
{
    const mlpi_value u = unscore(g, x, f->number[1], f->number[2]);
    return by_sign(g, u, mlpi_op(g, "Abs", u), f->number[0], raised_root);
}

/* --- piecewise linear ------------------------------------------------------------------------- */

static mlpi_value encode_piecewise_linear(mlpi_graph *g, const mlpi_fitted *f, mlpi_value v)
{
    const size_t bins = f->list_count - 1;
    double *const room = mlpi_allocate(3, bins * sizeof *room);
    if (room == NULL) {
        g->failed = true;
        return v;
    }
    double *const width = room, *const least = room + bins, *const most = least + bins;
    for (size_t t = 0; t < bins; t++) {
        width[t] = f->list[t + 1] - f->list[t];
        least[t] = t > 0 ? 0.0 : -INFINITY;
        most[t] = t + 1 < bins ? 1.0 : INFINITY;
    }
    mlpi_value part = mlpi_op2(g, "Sub", v, mlpi_list(g, f->list, bins));
    part = mlpi_op2(g, "Div", part, mlpi_list(g, width, bins));
    part = mlpi_op2(g, "Max", part, mlpi_list(g, least, bins));
    part = mlpi_op2(g, "Min", part, mlpi_list(g, most, bins));
    mlpi_free(room);
    return part;
}

/* --- the table -------------------------------------------------------------------------------- */

static const mlpi_onnx_transform table[] = {
    {&mlpi_standard, encode_standard, decode_standard, NULL},
    {&mlpi_min_max, encode_min_max, decode_min_max, NULL},
    {&mlpi_robust, encode_robust, decode_robust, NULL},
    {&mlpi_quantile_normal, mlpi_onnx_encode_quantiles, mlpi_onnx_decode_quantiles, NULL},
    {&mlpi_log, encode_log, decode_log, NULL},
    {&mlpi_yeo_johnson, encode_yeo_johnson, decode_yeo_johnson, NULL},
    {&mlpi_piecewise_linear, encode_piecewise_linear, NULL, NULL},
    {&mlpi_one_hot, NULL, NULL, mlpi_onnx_one_of},
    {&mlpi_pooled, NULL, NULL, mlpi_onnx_one_of},
    {&mlpi_ordinal, NULL, NULL, mlpi_onnx_row_of},
    {&mlpi_target_means, NULL, NULL, mlpi_onnx_row_of},
};

const mlpi_onnx_transform *mlpi_onnx_transform_of(const mlpi_transform *transform)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].transform == transform)
            return &table[i];
    return NULL;
}
