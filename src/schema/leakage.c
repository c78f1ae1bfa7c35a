/* SPDX-License-Identifier: MIT */
/* Finds target leakage. All cells of a sample become numbers, texts by a hash. Each half of the
 * rows then predicts the target of the other half from one column: for a value that the predicting
 * half holds, too, or a missing value, by the mean or the most frequent label of the rows that have
 * it there (missing values need LEAST_OTHERS such rows); for another number, by linear
 * interpolation or by the label of the nearest number; for anything else, by the mean or the most
 * frequent label of all rows. Of a time, only its presence counts: a row can often be predicted
 * from the rows just before and after it, but a model is used for rows that come after all
 * others. */
#include "schema/leakage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "schema/times.h"

enum { MOST_ROWS = 4096, MOST_CELLS = 1 << 21, LEAST_ROWS = 50, LEAST_OTHERS = 10 };

static const double ENOUGH = 0.999;

typedef struct sample {
    const mlp_table *table;
    const mlpi_schema *schema;
    size_t *columns; /* table columns of the inputs that are examined */
    size_t count;
    size_t rows;
    double *x;    /* count x rows; NaN: no value */
    double *y;    /* the target that is examined; all rows have it */
    bool *second; /* whether a row belongs to the second half */
    bool classes;
} sample;

/* --- the sample ------------------------------------------------------------------------------- */

/* A cell as a number: a number as it is, a time in seconds, a text as 53 bits of its hash, which
 * hardly any other text shares. NaN: no value. */
static double cell_of(mlpi_cursor *cursor, size_t row, size_t c, const mlpi_schema_column *column)
{
    char scratch[MLPI_DECIMAL_ROOM];
    double value = (double)NAN;
    if (column->kind == MLPI_TIME)
        return mlpi_times_cell(cursor, row, c, column->style);
    if (column->kind == MLPI_NUMERIC) {
        const mlpi_cell cell = mlpi_cursor_number(cursor, row, c, &value);
        return cell == MLPI_CELL_NUMBER && isfinite(value) ? value : (double)NAN;
    }
    if (mlpi_cursor_is_missing(cursor, row, c))
        return value;
    const mlpi_span text = mlpi_cursor_span(cursor, row, c, false, scratch);
    return (double)(mlpi_hash(0, text.text, text.length) >> 11);
}

static void choose_columns(sample *s)
{
    for (size_t c = 0; c < s->schema->columns; c++)
        if (s->schema->column[c].role == MLPI_INPUT &&
            mlpi_table_field(s->table, c).kind != MLPI_FIELD_PIXELS)
            s->columns[s->count++] = c;
}

static size_t count_inputs(const mlpi_schema *schema)
{
    size_t inputs = 0;
    for (size_t c = 0; c < schema->columns; c++)
        inputs += schema->column[c].role == MLPI_INPUT;
    return inputs;
}

/* Draws one row of each of `n` stretches of the rows, since data may be sorted or periodic; also
 * draws the half that the row belongs to. */
static void draw_rows(const uint32_t *rows, size_t count, size_t n, uint32_t *drawn, bool *second)
{
    mlpi_random random = mlpi_random_init(1, 0);
    for (size_t i = 0; i < n; i++) {
        const uint64_t first = (uint64_t)i * count / n, end = (uint64_t)(i + 1) * count / n;
        const size_t at = (size_t)(first + mlpi_random_below(&random, end - first));
        drawn[i] = rows != NULL ? rows[at] : (uint32_t)at;
        second[i] = (mlpi_random_u32(&random) & 1) != 0;
    }
}

/* Fills the sample with those drawn rows that have a value of the target. */
static void take_rows(sample *s, const uint32_t *drawn, size_t n, size_t target, double *cells)
{
    mlpi_cursor cursor = {.table = s->table};
    const mlpi_schema_column *column = s->schema->column;
    s->rows = 0;
    for (size_t i = 0; i < n; i++) {
        const double y = cell_of(&cursor, drawn[i], target, &column[target]);
        if (isnan(y))
            continue;
        for (size_t k = 0; k < s->count; k++)
            cells[k * n + s->rows] =
                cell_of(&cursor, drawn[i], s->columns[k], &column[s->columns[k]]);
        s->second[s->rows] = s->second[i];
        s->y[s->rows++] = y;
    }
}

/* --- predictions by one half
 * ---------------------------------------------------------------------- */

typedef struct pair {
    double x, y;
} pair;

static int by_value(const void *a, const void *b)
{
    const pair *p = a, *q = b;
    const int order = (p->x > q->x) - (p->x < q->x);
    return order != 0 ? order : (p->y > q->y) - (p->y < q->y);
}

/* The most frequent label, or the mean, of pairs that are sorted by target. */
static double answer_of(const pair *pairs, size_t n, bool classes)
{
    double sum = 0.0, most = pairs[0].y;
    for (size_t i = 0, first = 0, best = 0; i < n; i++) {
        sum += pairs[i].y;
        if (pairs[i].y != pairs[first].y)
            first = i;
        if (i + 1 - first > best) {
            best = i + 1 - first;
            most = pairs[i].y;
        }
    }
    return classes ? most : sum / (double)n;
}

/* Joins all pairs that have the same value into one pair. Returns the number of pairs left. */
static size_t join(pair *pairs, size_t n, bool classes)
{
    size_t values = 0;
    for (size_t i = 0, end = 0; i < n; i = end) {
        while (end < n && pairs[end].x == pairs[i].x)
            end++;
        pairs[values++] = (pair){pairs[i].x, answer_of(pairs + i, end - i, classes)};
    }
    return values;
}

/* The number of values below x. */
static size_t below(const pair *known, size_t n, double x)
{
    size_t low = 0;
    while (low < n) {
        const size_t middle = low + (n - low) / 2;
        if (known[middle].x < x)
            low = middle + 1;
        else
            n = middle;
    }
    return low;
}

static double answer(const pair *known, size_t n, double x, double usual, bool ordered,
                     bool classes)
{
    const size_t at = below(known, n, x);
    if (at < n && known[at].x == x)
        return known[at].y;
    if (!ordered || n == 0)
        return usual;
    if (at == 0 || at == n)
        return known[at == 0 ? 0 : n - 1].y;
    const pair a = known[at - 1], b = known[at];
    const double share = (x - a.x) / (b.x - a.x);
    if (classes)
        return share < 0.5 ? a.y : b.y;
    return a.y + share * (b.y - a.y);
}

static mlpi_kind kind_of(const sample *s, size_t k)
{
    return s->schema->column[s->columns[k]].kind;
}

/* Lists the pairs of one half, sorted by value: of its rows that have a value or, if `missing`, of
 * its rows that have none. In a pair, a time and a missing value are 0. */
static size_t take_pairs(const sample *s, size_t stride, size_t k, bool half, bool missing,
                         pair *pairs)
{
    const double *x = s->x + k * stride;
    const bool only_there = missing || kind_of(s, k) == MLPI_TIME;
    size_t n = 0;
    for (size_t i = 0; i < s->rows; i++)
        if (s->second[i] == half && isnan(x[i]) == missing)
            pairs[n++] = (pair){only_there ? 0.0 : x[i], s->y[i]};
    qsort(pairs, n, sizeof *pairs, by_value);
    return n;
}

/* The sum of squared errors, or the number of wrong labels, of rows in one half that are predicted
 * by the other half. `pairs` has room for all rows. */
static double errors_of_half(const sample *s, size_t stride, size_t k, bool half, double usual,
                             pair *pairs)
{
    const double *x = s->x + k * stride;
    const bool ordered = kind_of(s, k) == MLPI_NUMERIC, time = kind_of(s, k) == MLPI_TIME;
    double errors = 0.0;
    const size_t without = take_pairs(s, stride, k, !half, true, pairs);
    const double of_missing =
        without >= LEAST_OTHERS ? answer_of(pairs, without, s->classes) : usual;
    const size_t n = join(pairs, take_pairs(s, stride, k, !half, false, pairs), s->classes);
    for (size_t i = 0; i < s->rows; i++) {
        if (s->second[i] != half)
            continue;
        const double told = isnan(x[i])
                                ? of_missing
                                : answer(pairs, n, time ? 0.0 : x[i], usual, ordered, s->classes);
        errors += s->classes ? (told != s->y[i]) : (told - s->y[i]) * (told - s->y[i]);
    }
    return errors;
}

/* --- one column ------------------------------------------------------------------------------- */

/* The baseline: the mean or the most frequent label of the target, and the errors of this
 * prediction. */
typedef struct baseline {
    double usual, errors;
    size_t labels;
} baseline;

/* How often the target changes from one of the sorted pairs to the next. */
static size_t count_changes(const pair *pairs, size_t n)
{
    size_t changes = 0;
    for (size_t i = 1; i < n; i++)
        changes += pairs[i].y != pairs[i - 1].y ? 1 : 0;
    return changes;
}

static baseline baseline_of(const sample *s, pair *pairs)
{
    baseline b = {0.0, 0.0, 0};
    for (size_t i = 0; i < s->rows; i++)
        pairs[i] = (pair){0.0, s->y[i]};
    qsort(pairs, s->rows, sizeof *pairs, by_value);
    b.usual = answer_of(pairs, s->rows, s->classes);
    b.labels = 1 + count_changes(pairs, s->rows);
    for (size_t i = 0; i < s->rows; i++)
        b.errors += s->classes ? (s->y[i] != b.usual) : (s->y[i] - b.usual) * (s->y[i] - b.usual);
    return b;
}

/* R^2, or the accuracy. Where one label is frequent, even the baseline has a high accuracy;
 * accuracy thus counts as 0 unless at most a twentieth of the baseline's errors remain. */
static double merit(const sample *s, double errors, const baseline *b)
{
    if (!s->classes)
        return 1.0 - errors / b->errors;
    return 20.0 * errors <= b->errors ? 1.0 - errors / (double)s->rows : 0.0;
}

/* Whether a few bounds divide the values of a column of numbers so that all rows between two bounds
 * have the same label, and all rows without a value have the same label, too. errors_of_half does
 * not reveal such a column in a small sample: it knows a bound only to the nearest row, and its
 * errors near a bound are too many for ENOUGH. There may be two bounds for each label except for
 * the first, and at most one for every LEAST_OTHERS errors of the baseline: hardly any column has
 * so few bounds by chance. */
static bool has_bounds(const sample *s, size_t stride, size_t k, const baseline *b, pair *pairs)
{
    const double *x = s->x + k * stride;
    size_t n = 0, without = s->rows;
    if (!s->classes || kind_of(s, k) != MLPI_NUMERIC)
        return false;
    for (size_t i = 0; i < s->rows; i++)
        pairs[isnan(x[i]) ? --without : n++] = (pair){isnan(x[i]) ? 0.0 : x[i], s->y[i]};
    if (count_changes(pairs + n, s->rows - n) > 0)
        return false;
    qsort(pairs, n, sizeof *pairs, by_value);
    const size_t bounds = count_changes(pairs, n);
    if (bounds > 2 * (b->labels - 1) || (double)(LEAST_OTHERS * bounds) > b->errors)
        return false;
    for (size_t i = 1; i < n; i++)
        if (pairs[i].y != pairs[i - 1].y && pairs[i].x == pairs[i - 1].x)
            return false;
    return true;
}

static double by_one(const sample *s, size_t k, const baseline *b, pair *pairs, size_t stride)
{
    if (has_bounds(s, stride, k, b, pairs))
        return 1.0;
    return merit(s,
                 errors_of_half(s, stride, k, false, b->usual, pairs) +
                     errors_of_half(s, stride, k, true, b->usual, pairs),
                 b);
}

static mlpi_leak *next_leak(mlpi_leaks *leaks, double value)
{
    mlpi_leak *leak = &leaks->leak[leaks->count++];
    leak->value = value;
    return leak;
}

static void tell_one(const sample *s, size_t k, size_t target, double value, mlpi_leaks *leaks)
{
    char text[32], option[MLPI_COLUMN_TEXT];
    mlpi_leak *leak = next_leak(leaks, value);
    const char *name = s->table->names[s->columns[k]];
    snprintf(leak->sentence, sizeof leak->sentence,
             "Column \"%s\" alone gives the target \"%s\" away (%s %s): if the column is not known "
             "before the target, leave it out with `drop` %s.",
             name, s->table->names[target], s->classes ? "accuracy" : "R²",
             mlpi_rounded(value, 4, text), mlpi_table_option(s->table, s->columns[k], option));
}

/* --- sums of two columns
 * ----------------------------------------------------------------------- */

enum { MOST_SUMMANDS = 64 };

/* Turns numbers into deviations from their mean, scaled so that their squares add up to 1; missing
 * numbers become 0. false: the numbers are all the same, or too large. */
static bool standardise(const double *x, size_t rows, double *to)
{
    double mean = 0.0, squares = 0.0;
    size_t known = 0;
    for (size_t i = 0; i < rows; i++)
        if (!isnan(x[i])) {
            mean += x[i];
            known++;
        }
    mean /= (double)known;
    for (size_t i = 0; i < rows; i++) {
        to[i] = isnan(x[i]) ? 0.0 : x[i] - mean;
        squares += to[i] * to[i];
    }
    if (!(squares > 0.0) || !isfinite(squares))
        return false;
    for (size_t i = 0; i < rows; i++)
        to[i] /= sqrt(squares);
    return true;
}

static double product(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

typedef struct summands {
    size_t count;
    size_t column[MOST_SUMMANDS];      /* columns with the largest correlations, in this order */
    double with_target[MOST_SUMMANDS]; /* correlations with the target */
    double *x; /* (MOST_SUMMANDS + 2) x rows; the last two: the target, and one more column */
} summands;

static void insert(summands *c, size_t k, double with_target, const double *x, size_t rows)
{
    size_t at = c->count < MOST_SUMMANDS ? c->count : MOST_SUMMANDS - 1;
    if (c->count == MOST_SUMMANDS && fabs(c->with_target[at]) >= fabs(with_target))
        return;
    for (; at > 0 && fabs(c->with_target[at - 1]) < fabs(with_target); at--) {
        c->column[at] = c->column[at - 1];
        c->with_target[at] = c->with_target[at - 1];
        memcpy(c->x + at * rows, c->x + (at - 1) * rows, rows * sizeof *x);
    }
    c->column[at] = k;
    c->with_target[at] = with_target;
    memcpy(c->x + at * rows, x, rows * sizeof *x);
    c->count += c->count < MOST_SUMMANDS;
}

static bool choose_summands(const sample *s, size_t stride, summands *c)
{
    double *const y = c->x + (size_t)MOST_SUMMANDS * s->rows, *const x = y + s->rows;
    if (!standardise(s->y, s->rows, y))
        return false;
    for (size_t k = 0; k < s->count; k++)
        if (kind_of(s, k) == MLPI_NUMERIC && standardise(s->x + k * stride, s->rows, x))
            insert(c, k, product(x, y, s->rows), x, s->rows);
    return true;
}

/* The squared multiple correlation of a target with two columns, from the three correlations. */
static double by_two(double ya, double yb, double ab)
{
    const double apart = 1.0 - ab * ab;
    return apart > 1e-9 ? (ya * ya + yb * yb - 2.0 * ya * yb * ab) / apart : 0.0;
}

/* Reports that columns `a` and `b` of the sample give the target away; `how` names what they
 * form. */
static void tell_two(const sample *s, size_t a, size_t b, const char *how, size_t target,
                     double value, mlpi_leaks *leaks)
{
    char text[32], drop[2][MLPI_COLUMN_TEXT];
    mlpi_leak *leak = next_leak(leaks, value);
    const size_t p = s->columns[a], q = s->columns[b];
    const size_t one = p < q ? p : q, other = p < q ? q : p;
    snprintf(leak->sentence, sizeof leak->sentence,
             "Columns \"%s\" and \"%s\" give the target \"%s\" away by %s (R² %s): if the columns "
             "are not known before the target, leave them out with `drop` %s,%s.",
             s->table->names[one], s->table->names[other], s->table->names[target], how,
             mlpi_rounded(value, 4, text), mlpi_table_option(s->table, one, drop[0]),
             mlpi_table_option(s->table, other, drop[1]));
}

static mlp_status look_at_sums(const sample *s, size_t stride, size_t target, mlpi_leaks *leaks,
                               mlp_error *err)
{
    summands c = {.x = mlpi_allocate(s->rows, (MOST_SUMMANDS + 2) * sizeof *c.x)};
    size_t best[2] = {0, 0};
    double most = 0.0;
    if (c.x == NULL)
        return mlpi_fail_memory(err, "the columns");
    const size_t count = choose_summands(s, stride, &c) ? c.count : 0;
    for (size_t a = 0; a < count; a++)
        for (size_t b = a + 1; b < count; b++) {
            const double ab = product(c.x + a * s->rows, c.x + b * s->rows, s->rows);
            const double value = by_two(c.with_target[a], c.with_target[b], ab);
            if (value <= most)
                continue;
            most = value;
            best[0] = a;
            best[1] = b;
        }
    if (most >= ENOUGH)
        tell_two(s, c.column[best[0]], c.column[best[1]], "a weighted sum", target, most, leaks);
    mlpi_free(c.x);
    return MLP_OK;
}

/* --- differences of two times
 * --------------------------------------------------------------------- */

/* Reports the first two times whose difference gives the target away, as arrival and departure give
 * away the days of a stay. The difference is missing where either time is missing. `room` is for
 * two numbers per row. */
static void look_at_differences(const sample *s, size_t stride, size_t target, double *room,
                                mlpi_leaks *leaks)
{
    double *const y = room, *const between = room + s->rows;
    if (!standardise(s->y, s->rows, y))
        return;
    for (size_t a = 0; a < s->count; a++)
        for (size_t b = a + 1; b < s->count; b++) {
            if (kind_of(s, a) != MLPI_TIME || kind_of(s, b) != MLPI_TIME)
                continue;
            for (size_t i = 0; i < s->rows; i++)
                between[i] = s->x[b * stride + i] - s->x[a * stride + i];
            if (!standardise(between, s->rows, between))
                continue;
            const double r = product(y, between, s->rows);
            if (r * r < ENOUGH)
                continue;
            tell_two(s, a, b, "their difference", target, r * r, leaks);
            return;
        }
}

/* --- all columns
 * -------------------------------------------------------------------------------- */

/* The squared correlation of a column with a target; 0 if either does not hold numbers or is
 * constant. The correlation shows a linear relation even if the extreme values are so far from all
 * other rows that interpolation fails there. */
static double line(const sample *s, size_t k, size_t stride, double *room)
{
    const bool numbers = !s->classes && kind_of(s, k) == MLPI_NUMERIC;
    if (!numbers || !standardise(s->y, s->rows, room) ||
        !standardise(s->x + k * stride, s->rows, room + s->rows))
        return 0.0;
    const double r = product(room, room + s->rows, s->rows);
    return r * r;
}

static mlp_status look(const sample *s, size_t stride, size_t target, pair *pairs,
                       mlpi_leaks *leaks, mlp_error *err)
{
    const size_t before = leaks->count;
    const baseline b = baseline_of(s, pairs);
    if (s->rows < LEAST_ROWS || !(b.errors > 0.0) || (s->classes && b.errors < LEAST_OTHERS))
        return MLP_OK;
    for (size_t k = 0; k < s->count && leaks->count < MLPI_MOST_LEAKS; k++) {
        const double straight = line(s, k, stride, (double *)pairs);
        const double value = fmax(straight, by_one(s, k, &b, pairs, stride));
        if (value >= ENOUGH)
            tell_one(s, k, target, value, leaks);
    }
    if (s->classes || leaks->count > before || leaks->count == MLPI_MOST_LEAKS || s->count < 3)
        return MLP_OK;
    MLPI_TRY(look_at_sums(s, stride, target, leaks, err));
    if (leaks->count == before)
        look_at_differences(s, stride, target, (double *)pairs, leaks);
    return MLP_OK;
}

static mlp_status find(sample *s, const uint32_t *rows, size_t count, size_t n, mlpi_leaks *leaks,
                       mlp_error *err)
{
    uint32_t *drawn = mlpi_allocate(n, sizeof *drawn);
    pair *pairs = mlpi_allocate(n, sizeof *pairs);
    mlp_status status = MLP_OK;
    s->x = mlpi_allocate(n, s->count * sizeof *s->x);
    s->y = mlpi_allocate(n, sizeof *s->y);
    s->second = mlpi_allocate(n, sizeof *s->second);
    if (drawn == NULL || pairs == NULL || s->x == NULL || s->y == NULL || s->second == NULL)
        status = mlpi_fail_memory(err, "the columns");
    for (size_t t = 0; status == MLP_OK && t < s->schema->target_count; t++) {
        draw_rows(rows, count, n, drawn, s->second);
        take_rows(s, drawn, n, s->schema->targets[t], s->x);
        status = look(s, n, s->schema->targets[t], pairs, leaks, err);
    }
    mlpi_free(drawn);
    mlpi_free(pairs);
    mlpi_free(s->x);
    mlpi_free(s->y);
    mlpi_free(s->second);
    return status;
}

mlp_status mlpi_leaks_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                           size_t count, mlpi_leaks *leaks, mlp_error *err)
{
    sample s = {.table = table,
                .schema = schema,
                .classes = schema->task == MLP_TASK_CLASSIFICATION,
                .columns = mlpi_allocate(schema->columns, sizeof *s.columns)};
    mlpi_leaks found = {0};
    mlp_status status = MLP_OK;
    if (s.columns == NULL)
        return mlpi_fail_memory(err, "the columns");
    choose_columns(&s);
    const size_t most = s.count > 0 ? MOST_CELLS / s.count : 0;
    size_t n = count < MOST_ROWS ? count : MOST_ROWS;
    n = n < most ? n : most;
    if (n >= LEAST_ROWS && count_inputs(schema) > 1)
        status = find(&s, rows, count, n, &found, err);
    mlpi_free(s.columns);
    if (status == MLP_OK)
        *leaks = found;
    return status;
}
