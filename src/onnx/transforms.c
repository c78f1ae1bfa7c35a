/* SPDX-License-Identifier: MIT */
/* The table of transforms in ONNX, and the transforms that are formulas of numbers. Parameters have
 * the order in which the transform itself lists them. */
#include <math.h>

#include "base/base.h"
#include "onnx/onnx.h"

/* Adds a node that applies an operator to a value and a number. */
static mlpi_value with(mlpi_graph *g, const char *operator, mlpi_value v, double number)
{
    return mlpi_op2(g, operator, v, mlpi_constant(g, number));
}

/* --- parameters of each column ---------------------------------------------------------------- */

typedef double part(const mlpi_fitted *f);

static double first(const mlpi_fitted *f)
{
    return f->number[0];
}

static double second(const mlpi_fitted *f)
{
    return f->number[1];
}

static double third(const mlpi_fitted *f)
{
    return f->number[2];
}

/* Applies an operator to a value, N x columns, and a parameter of each column. */
static mlpi_value with_each(mlpi_graph *g, const char *operator, mlpi_value v, const mlpi_learnt *l,
                            part *of)
{
    double *numbers = mlpi_allocate(l->count, sizeof *numbers);
    g->failed = g->failed || numbers == NULL;
    if (numbers == NULL)
        return v;
    for (size_t i = 0; i < l->count; i++)
        numbers[i] = of(l->of[i]);
    const mlpi_value row = mlpi_list(g, numbers, l->count);
    mlpi_free(numbers);
    return mlpi_op2(g, operator, v, row);
}

/* (v - mean) / scale */
static mlpi_value score(mlpi_graph *g, mlpi_value v, const mlpi_learnt *l, part *mean, part *scale)
{
    return with_each(g, "Div", with_each(g, "Sub", v, l, mean), l, scale);
}

static mlpi_value unscore(mlpi_graph *g, mlpi_value x, const mlpi_learnt *l, part *mean,
                          part *scale)
{
    return with_each(g, "Add", with_each(g, "Mul", x, l, scale), l, mean);
}

/* --- standard, min-max, robust ---------------------------------------------------------------- */

static mlpi_value encode_standard(mlpi_graph *g, const mlpi_learnt *l, mlpi_value v)
{
    return score(g, v, l, first, second);
}

static mlpi_value decode_standard(mlpi_graph *g, const mlpi_learnt *l, mlpi_value x)
{
    return unscore(g, x, l, first, second);
}

static double spread(const mlpi_fitted *f)
{
    return f->number[1] > f->number[0] ? f->number[1] - f->number[0] : 1.0;
}

static mlpi_value encode_min_max(mlpi_graph *g, const mlpi_learnt *l, mlpi_value v)
{
    return score(g, v, l, first, spread);
}

static mlpi_value decode_min_max(mlpi_graph *g, const mlpi_learnt *l, mlpi_value x)
{
    return unscore(g, x, l, first, spread);
}

/* The bound of a column's robust scores. 0 means none: an infinite bound bends nothing. */
static double bound(const mlpi_fitted *f)
{
    return f->number[2] > 0.0 ? f->number[2] : (double)INFINITY;
}

/* u / sqrt(1 + (u / bound)^2), or with 1 - (u / bound)^2 if `sign` is "Sub" */
static mlpi_value bend(mlpi_graph *g, mlpi_value u, const mlpi_learnt *l, const char *sign)
{
    const mlpi_value share = with_each(g, "Div", u, l, bound);
    const mlpi_value inside =
        mlpi_op2(g, sign, mlpi_constant(g, 1.0), mlpi_op2(g, "Mul", share, share));
    return mlpi_op2(g, "Div", u, mlpi_op(g, "Sqrt", inside));
}

static mlpi_value encode_robust(mlpi_graph *g, const mlpi_learnt *l, mlpi_value v)
{
    return bend(g, score(g, v, l, first, second), l, "Add");
}

static mlpi_value decode_robust(mlpi_graph *g, const mlpi_learnt *l, mlpi_value x)
{
    return unscore(g, bend(g, x, l, "Sub"), l, first, second);
}

/* --- logarithms and powers -------------------------------------------------------------------- */

/* ln(1 + size), size >= 0 */
static mlpi_value logarithm(mlpi_graph *g, mlpi_value size)
{
    return mlpi_op(g, "Log", with(g, "Add", size, 1.0));
}

/* e^u - 1 */
static mlpi_value exponential(mlpi_graph *g, mlpi_value u)
{
    return with(g, "Sub", mlpi_op(g, "Exp", u), 1.0);
}

static mlpi_value encode_log(mlpi_graph *g, const mlpi_learnt *l, mlpi_value v)
{
    const mlpi_value size = with_each(g, "Div", mlpi_op(g, "Abs", v), l, first);
    const mlpi_value u = mlpi_op2(g, "Mul", mlpi_op(g, "Sign", v), logarithm(g, size));
    return score(g, u, l, second, third);
}

static mlpi_value decode_log(mlpi_graph *g, const mlpi_learnt *l, mlpi_value x)
{
    const mlpi_value u = unscore(g, x, l, second, third);
    const mlpi_value size = with_each(g, "Mul", exponential(g, mlpi_op(g, "Abs", u)), l, first);
    return mlpi_op2(g, "Mul", mlpi_op(g, "Sign", u), size);
}

/* At a = 0 the power is a logarithm. A tiny exponent replaces 0: the power is then within 1e-7 of
 * the logarithm, and e^(a t) - 1 still has enough digits for that. */
static double not_0(double a)
{
    const double nearly = 1e-8;
    return fabs(a) < nearly ? nearly : a;
}

static double power_above(const mlpi_fitted *f)
{
    return not_0(f->number[0]);
}

static double power_below(const mlpi_fitted *f)
{
    return not_0(2.0 - f->number[0]);
}

/* (e^(a t) - 1) / a */
static mlpi_value power(mlpi_graph *g, mlpi_value t, const mlpi_learnt *l, part *a)
{
    return with_each(g, "Div", exponential(g, with_each(g, "Mul", t, l, a)), l, a);
}

/* e^(ln(1 + a p) / a) - 1 */
static mlpi_value root(mlpi_graph *g, mlpi_value p, const mlpi_learnt *l, part *a)
{
    const mlpi_value inside = logarithm(g, with_each(g, "Mul", p, l, a));
    return exponential(g, with_each(g, "Div", inside, l, a));
}

/* of(size) with the power for v >= 0; where v < 0, minus of(size) with the other power. `size` is
 * computed from |v|. */
static mlpi_value by_sign(mlpi_graph *g, mlpi_value v, mlpi_value size, const mlpi_learnt *l,
                          mlpi_value (*of)(mlpi_graph *g, mlpi_value size, const mlpi_learnt *l,
                                           part *a))
{
    const mlpi_value is_below = mlpi_op2(g, "Less", v, mlpi_constant(g, 0.0));
    const mlpi_value below = mlpi_op(g, "Neg", of(g, size, l, power_below));
    return mlpi_op3(g, "Where", is_below, below, of(g, size, l, power_above));
}

static mlpi_value encode_yeo_johnson(mlpi_graph *g, const mlpi_learnt *l, mlpi_value v)
{
    const mlpi_value t = logarithm(g, mlpi_op(g, "Abs", v));
    return score(g, by_sign(g, v, t, l, power), l, second, third);
}

static mlpi_value decode_yeo_johnson(mlpi_graph *g, const mlpi_learnt *l, mlpi_value x)
{
    const mlpi_value u = unscore(g, x, l, second, third);
    return by_sign(g, u, mlpi_op(g, "Abs", u), l, root);
}

/* --- piecewise linear ------------------------------------------------------------------------- */

static mlpi_value encode_piecewise_linear(mlpi_graph *g, const mlpi_learnt *l, mlpi_value v)
{
    const mlpi_fitted *const f = l->of[0];
    const size_t bins = f->list_count - 1;
    double *const room = mlpi_allocate(3, bins * sizeof *room);
    if (room == NULL) {
        g->failed = true;
        return v;
    }
    double *const width = room, *const least = room + bins, *const most = least + bins;
    for (size_t t = 0; t < bins; t++) {
        width[t] = f->list[t + 1] - f->list[t];
        least[t] = t > 0 ? 0.0 : -(double)INFINITY;
        most[t] = t + 1 < bins ? 1.0 : (double)INFINITY;
    }
    mlpi_value x = mlpi_op2(g, "Sub", v, mlpi_list(g, f->list, bins));
    x = mlpi_op2(g, "Div", x, mlpi_list(g, width, bins));
    x = mlpi_op2(g, "Max", x, mlpi_list(g, least, bins));
    x = mlpi_op2(g, "Min", x, mlpi_list(g, most, bins));
    mlpi_free(room);
    return x;
}

/* --- several transforms of a column ----------------------------------------------------------- */

static mlpi_value encode_combined(mlpi_graph *g, const mlpi_learnt *l, mlpi_value v)
{
    mlpi_value parts[MLPI_COMBINED];
    for (size_t p = 0; p < MLPI_COMBINED; p++) {
        const mlpi_fitted one = mlpi_combined_part(l->of[0], p), *const learnt = &one;
        const mlpi_onnx_transform *as = mlpi_onnx_transform_of(mlpi_combined.parts[p]);
        parts[p] = as->encode(g, &(mlpi_learnt){&learnt, 1}, v);
    }
    return mlpi_beside(g, parts, MLPI_COMBINED);
}

/* --- the table -------------------------------------------------------------------------------- */

static const mlpi_onnx_transform table[] = {
    {.transform = &mlpi_standard, .encode = encode_standard, .decode = decode_standard},
    {.transform = &mlpi_min_max, .encode = encode_min_max, .decode = decode_min_max},
    {.transform = &mlpi_robust, .encode = encode_robust, .decode = decode_robust},
    {.transform = &mlpi_log, .encode = encode_log, .decode = decode_log},
    {.transform = &mlpi_yeo_johnson, .encode = encode_yeo_johnson, .decode = decode_yeo_johnson},
    {.transform = &mlpi_quantile_normal,
     .single = true,
     .encode = mlpi_onnx_encode_quantiles,
     .decode = mlpi_onnx_decode_quantiles},
    {.transform = &mlpi_piecewise_linear, .single = true, .encode = encode_piecewise_linear},
    {.transform = &mlpi_periodic,
     .single = true,
     .wide = true,
     .encode = mlpi_onnx_encode_periodic},
    {.transform = &mlpi_combined, .single = true, .wide = true, .encode = encode_combined},
    {.transform = &mlpi_date, .single = true, .wide = true, .encode = mlpi_onnx_encode_date},
    {.transform = &mlpi_one_hot, .lookup = mlpi_onnx_one_of},
    {.transform = &mlpi_pooled, .lookup = mlpi_onnx_one_of},
    {.transform = &mlpi_ordinal, .lookup = mlpi_onnx_row_of},
    {.transform = &mlpi_target_means, .lookup = mlpi_onnx_row_of},
};

const mlpi_onnx_transform *mlpi_onnx_transform_of(const mlpi_transform *transform)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].transform == transform)
            return &table[i];
    return NULL;
}
