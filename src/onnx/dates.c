/* SPDX-License-Identifier: MIT */
/* Dates in ONNX: seconds since 1970 become standard scores of the time and of its parts
 * (transforms/date.c). Years and months by H. Hinnant, chrono-compatible low-level date algorithms,
 * civil_from_days, 2013: years that begin in March, in eras of 400. The calendar is computed in
 * integers, held in double. */
#include "schema/dates.h"
#include "base/base.h"
#include "onnx/onnx.h"

static mlpi_value with(mlpi_graph *g, const char *operator, mlpi_value v, double number)
{
    return mlpi_op2(g, operator, v, mlpi_constant(g, number));
}

static mlpi_value add(mlpi_graph *g, mlpi_value a, mlpi_value b)
{
    return mlpi_op2(g, "Add", a, b);
}

static mlpi_value subtract(mlpi_graph *g, mlpi_value a, mlpi_value b)
{
    return mlpi_op2(g, "Sub", a, b);
}

/* v divided by the number, rounded down. */
static mlpi_value times(mlpi_graph *g, mlpi_value v, double number)
{
    return mlpi_op(g, "Floor", with(g, "Div", v, number));
}

/* The remainder of v divided by the number. */
static mlpi_value rest(mlpi_graph *g, mlpi_value v, double number)
{
    return subtract(g, v, with(g, "Mul", times(g, v, number), number));
}

static mlpi_value year_and_month(mlpi_graph *g, mlpi_value day, mlpi_value *month)
{
    const mlpi_value since = with(g, "Add", day, 719468.0); /* days since 1 March of the year 0 */
    const mlpi_value era = times(g, since, 146097.0);
    const mlpi_value in_era = rest(g, since, 146097.0);
    const mlpi_value leaps = subtract(
        g, add(g, times(g, in_era, 36524.0), subtract(g, in_era, times(g, in_era, 1460.0))),
        times(g, in_era, 146096.0));
    const mlpi_value year = times(g, leaps, 365.0);
    const mlpi_value before = subtract(g, add(g, with(g, "Mul", year, 365.0), times(g, year, 4.0)),
                                       times(g, year, 100.0));
    const mlpi_value in_year = subtract(g, in_era, before);
    const mlpi_value march = times(g, with(g, "Add", with(g, "Mul", in_year, 5.0), 2.0), 153.0);
    const mlpi_value is_next = mlpi_op2(g, "Greater", march, mlpi_constant(g, 9.5));
    *month = mlpi_op3(g, "Where", is_next, with(g, "Sub", march, 9.0), with(g, "Add", march, 3.0));
    return add(g, add(g, year, with(g, "Mul", era, 400.0)), mlpi_cast(g, is_next, MLPI_DOUBLES));
}

/* Parts are 0 for days beyond any year that can be written. */
static mlpi_value with_years(mlpi_graph *g, mlpi_value day, mlpi_value part)
{
    const mlpi_value within = mlpi_op2(g, "Less", mlpi_op(g, "Abs", day), mlpi_constant(g, 4e6));
    return mlpi_op3(g, "Where", within, part, mlpi_constant(g, 0.0));
}

static void put_parts(mlpi_graph *g, mlpi_value seconds, mlpi_value parts[MLPI_DATE_PARTS])
{
    const mlpi_value day = times(g, seconds, 86400.0);
    const mlpi_value weekday = with(g, "Add", rest(g, with(g, "Add", day, 719162.0), 7.0), 1.0);
    mlpi_value month;
    const mlpi_value year = year_and_month(g, day, &month);
    parts[MLPI_PART_YEAR] = with_years(g, day, year);
    parts[MLPI_PART_MONTH] = with_years(g, day, month);
    parts[MLPI_PART_WEEKDAY] = with_years(g, day, weekday);
    parts[MLPI_PART_HOUR] = with(g, "Div", rest(g, seconds, 86400.0), 3600.0);
}

mlpi_value mlpi_onnx_encode_date(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v)
{
    const mlpi_fitted *const f = learnt->of[0];
    mlpi_value parts[MLPI_DATE_PARTS], inputs[1 + MLPI_DATE_PARTS];
    size_t count = 0;
    put_parts(g, v, parts);
    inputs[count++] = with(g, "Div", with(g, "Sub", v, f->number[0]), f->number[1]);
    for (int p = 0; p < MLPI_DATE_PARTS; p++)
        if (f->list[2 * p + 1] > 0.0)
            inputs[count++] =
                with(g, "Div", with(g, "Sub", parts[p], f->list[2 * p]), f->list[2 * p + 1]);
    return mlpi_beside(g, inputs, count);
}
