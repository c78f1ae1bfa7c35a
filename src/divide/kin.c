/* SPDX-License-Identifier: MIT */
/* Finds group leakage by its effect. Rows of the same group are kin, rows of different groups
 * strangers. In a random split, a validation row has a near copy among the training rows, its kin,
 * whose target predicts the target of the validation row. The better this prediction is than that
 * of the nearest stranger, the more the metrics of such a split are too good. */
#include "divide/kin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum {
    LEAST_ROWS = 50,
    MOST_ROWS = 4096,     /* rows of a sample, at most */
    MOST_CELLS = 1 << 17, /* cells of a sample */
    LEAST_GROUPS = 10,
    FIRST_ROWS = 256, /* rows in which a column must have LEAST_VALUES different values */
    LEAST_VALUES = 20,
    MOST_HASHED = 1 << 24, /* cells hashed in all columns that are examined, about */
    MOST_COLUMNS = 8,      /* columns that are examined, texts first */
    QUERIES = 256,         /* rows whose target is predicted */
    STRETCHES = 8,         /* number of stretches in a sample of consecutive rows */
    REACH = 30,            /* largest distance in rows of kin in a stretch; in small tables a
                              hundredth of all rows */
    FAR_OFF = 3            /* standard errors: a larger difference is not chance */
};

static const double MOST_ERRORS = 1.0 / 3.0;

typedef struct kin_sample {
    const mlp_table *table;
    const mlpi_schema *schema;
    const uint32_t *rows; /* all rows of the table that are to be divided */
    size_t all;
    size_t room; /* rows that the sample has room for */
    size_t count;
    uint32_t *row; /* rows of the sample, sorted by key */
    double *key;   /* of each row; rows are kin if their keys differ by at most `reach` */
    double reach;
    size_t *column; /* inputs by which distances are measured */
    bool *text;     /* for each of these inputs: whether its cells are texts */
    size_t columns;
    float *x; /* columns x room */
    double *y;
    float *distance;
} kin_sample;

/* --- cells ------------------------------------------------------------------------------------ */

/* 53 bits of a text's hash, which hardly any other text has; NaN: no value. */
static double name_of(mlpi_cursor *cursor, size_t row, size_t c)
{
    char scratch[MLPI_DECIMAL_ROOM];
    if (mlpi_cursor_is_missing(cursor, row, c))
        return (double)NAN;
    const mlpi_span text = mlpi_cursor_span(cursor, row, c, false, scratch);
    return (double)(mlpi_hash(0, text.text, text.length) >> 11);
}

static double number_of(mlpi_cursor *cursor, size_t row, size_t c)
{
    double value = 0.0;
    const mlpi_cell cell = mlpi_cursor_number(cursor, row, c, &value);
    return cell == MLPI_CELL_NUMBER && isfinite(value) ? value : (double)NAN;
}

/* Whether the cells of a column are numbers; cells of columns that the schema ignores are taken for
 * names, since such columns have no kind. */
static bool holds_numbers(const kin_sample *s, size_t c)
{
    const mlpi_schema_column *column = &s->schema->column[c];
    return column->role != MLPI_IGNORED && column->kind == MLPI_NUMERIC;
}

/* --- which columns ---------------------------------------------------------------------------- */

/* Chooses the inputs by which distances are measured. Times are left out: as texts, any two
 * different times would be equally far apart. */
static void choose_inputs(kin_sample *s)
{
    size_t inputs = 0, most = MOST_CELLS / MOST_ROWS;
    for (size_t c = 0; c < s->schema->columns; c++)
        inputs += s->schema->column[c].role == MLPI_INPUT;
    for (size_t c = 0, i = 0; c < s->schema->columns; c++) {
        const mlpi_schema_column *column = &s->schema->column[c];
        if (column->role != MLPI_INPUT)
            continue;
        const bool chosen = inputs <= most || i * most / inputs != (i + 1) * most / inputs;
        i++;
        if (!chosen || column->kind == MLPI_TIME)
            continue;
        s->text[s->columns] = column->kind == MLPI_CATEGORICAL;
        s->column[s->columns++] = c;
    }
}

/* Whether the values of a column may be names of groups, as far as a sample of rows from the whole
 * table shows. */
static bool may_name_groups(const kin_sample *s, size_t c)
{
    mlpi_cursor cursor = {.table = s->table};
    const size_t n = s->all < FIRST_ROWS ? s->all : FIRST_ROWS;
    double known[LEAST_VALUES];
    size_t values = 0;
    for (size_t i = 0; i < n && values < LEAST_VALUES; i++) {
        const size_t row = s->rows[i * s->all / n];
        const double value = name_of(&cursor, row, c);
        size_t k = 0;
        if (holds_numbers(s, c)) {
            const double number = number_of(&cursor, row, c);
            if (!isnan(number) && number != floor(number))
                return false;
        }
        while (k < values && known[k] != value)
            k++;
        if (k == values && !isnan(value))
            known[values++] = value;
    }
    return values == LEAST_VALUES;
}

/* --- which rows ------------------------------------------------------------------------------- */

typedef struct keyed {
    double key;
    uint32_t row;
} keyed;

static int by_key(const void *a, const void *b)
{
    const keyed *p = a, *q = b;
    const int order = (p->key > q->key) - (p->key < q->key);
    return order != 0 ? order : (p->row > q->row) - (p->row < q->row);
}

/* The number of groups of at least two rows. */
static size_t count_groups(const keyed *rows, size_t n)
{
    size_t groups = 0;
    for (size_t i = 1; i < n; i++)
        groups += rows[i].key == rows[i - 1].key && (i == 1 || rows[i - 1].key != rows[i - 2].key);
    return groups;
}

/* Draws the rows of the sample: `by_value` by a hash of their value in column c, which leaves
 * groups whole; otherwise by a hash of their number. Returns the number of groups of at least two
 * rows. */
static size_t draw(kin_sample *s, size_t c, bool by_value, keyed *drawn)
{
    mlpi_cursor cursor = {.table = s->table};
    const uint64_t one_in = (s->all + s->room - 1) / s->room;
    size_t n = 0;
    for (size_t i = 0; i < s->all && n < s->room; i++) {
        const double key = name_of(&cursor, s->rows[i], c);
        const uint64_t lot = by_value ? mlpi_hash(1, &key, sizeof key) : mlpi_hash(1, &i, sizeof i);
        if (!isnan(key) && lot % one_in == 0)
            drawn[n++] = (keyed){key, s->rows[i]};
    }
    qsort(drawn, n, sizeof *drawn, by_key);
    for (size_t i = 0; i < n; i++) {
        s->key[i] = drawn[i].key;
        s->row[i] = drawn[i].row;
    }
    s->count = n;
    s->reach = 0.0;
    return count_groups(drawn, n);
}

/* Draws whole groups or, if they are too large, some rows of each. false: there are too few
 * groups. */
static bool draw_groups(kin_sample *s, size_t c, keyed *drawn)
{
    return draw(s, c, true, drawn) >= LEAST_GROUPS ||
           (s->all > s->room && draw(s, c, false, drawn) >= LEAST_GROUPS);
}

/* Draws stretches of consecutive rows; the key of a row is its index among all rows. */
static void draw_stretches(kin_sample *s)
{
    const size_t n = s->all < s->room ? s->all : s->room;
    const size_t pieces = s->all > s->room ? STRETCHES : 1, length = n / pieces;
    s->count = 0;
    for (size_t p = 0; p < pieces; p++)
        for (size_t i = 0; i < length; i++) {
            const size_t at = (pieces > 1 ? p * (s->all - length) / (pieces - 1) : 0) + i;
            s->key[s->count] = (double)at;
            s->row[s->count++] = s->rows[at];
        }
    s->reach = (double)(s->all / 100 < REACH ? s->all / 100 : REACH);
}

/* --- how far apart rows are ------------------------------------------------------------------- */

/* Turns numbers into deviations from their mean, scaled to a mean square of 1; missing numbers
 * become 0. */
static void standardise(float *x, size_t n)
{
    double sum = 0.0, squares = 0.0, known = 0.0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) {
            sum += (double)x[i];
            known += 1.0;
        }
    for (size_t i = 0; i < n; i++) {
        x[i] = isnan(x[i]) ? 0.0F : (float)((double)x[i] - sum / known);
        squares += (double)x[i] * (double)x[i];
    }
    const float factor = squares > 0.0 && isfinite(squares) ? (float)sqrt(known / squares) : 0.0F;
    for (size_t i = 0; i < n; i++)
        x[i] = isfinite(x[i]) ? factor * x[i] : 0.0F;
}

/* 24 bits of a text's hash, which a float holds exactly; -1: no value. */
static float short_name(double name)
{
    return isnan(name) ? -1.0F : (float)fmod(name, 16777216.0);
}

static void take_cells(kin_sample *s, size_t target)
{
    mlpi_cursor cursor = {.table = s->table};
    const bool classes = s->schema->task == MLP_TASK_CLASSIFICATION;
    for (size_t i = 0; i < s->count; i++) {
        for (size_t k = 0; k < s->columns; k++)
            s->x[k * s->room + i] = s->text[k]
                                        ? short_name(name_of(&cursor, s->row[i], s->column[k]))
                                        : (float)number_of(&cursor, s->row[i], s->column[k]);
        s->y[i] =
            classes ? name_of(&cursor, s->row[i], target) : number_of(&cursor, s->row[i], target);
    }
    for (size_t k = 0; k < s->columns; k++)
        if (!s->text[k])
            standardise(s->x + k * s->room, s->count);
}

/* Measures the squared distances of all rows from row q, in all columns except for `without`. Two
 * different texts are as far apart as two numbers are on average. */
static void measure(const kin_sample *s, size_t q, size_t without)
{
    float *const d = s->distance;
    memset(d, 0, s->count * sizeof *d);
    for (size_t k = 0; k < s->columns; k++) {
        const float *const x = s->x + k * s->room;
        const float here = x[q];
        if (s->column[k] == without)
            continue;
        if (s->text[k])
            for (size_t i = 0; i < s->count; i++)
                d[i] += x[i] != here ? 2.0F : 0.0F;
        else
            for (size_t i = 0; i < s->count; i++)
                d[i] += (x[i] - here) * (x[i] - here);
    }
}

/* --- predictions by the nearest rows
 * --------------------------------------------------------------------- */

typedef struct verdict {
    double kin, strangers; /* sums of errors: of the nearest row, of the nearest stranger */
    double squares;        /* sum over all groups of the square of a group's total difference */
    size_t queries;
} verdict;

static double error_of(const kin_sample *s, size_t q, size_t answer)
{
    const double off = s->y[answer] - s->y[q];
    return s->schema->task == MLP_TASK_CLASSIFICATION ? (off != 0.0) : off * off;
}

/* How much smaller the error of the nearest row is than that of the nearest stranger, if their
 * targets are used as predictions for row q. Of two equally near rows the stranger counts as
 * nearest. Adds both errors to *v. */
static double answer(const kin_sample *s, size_t q, size_t without, verdict *v)
{
    size_t kin = q, stranger = q;
    measure(s, q, without);
    for (size_t i = 0; i < s->count; i++) {
        size_t *nearest = fabs(s->key[i] - s->key[q]) <= s->reach ? &kin : &stranger;
        if (i != q && (*nearest == q || s->distance[i] < s->distance[*nearest]))
            *nearest = i;
    }
    if (stranger == q)
        return 0.0;
    const bool is_kin = kin != q && s->distance[kin] < s->distance[stranger];
    const double strangers = error_of(s, q, stranger);
    const double nearest = is_kin ? error_of(s, q, kin) : strangers;
    v->kin += nearest;
    v->strangers += strangers;
    v->queries++;
    return strangers - nearest;
}

/* How much better kin predict than strangers, in standard errors between groups. */
static double significance(const verdict *v)
{
    return v->squares > 0.0 ? (v->strangers - v->kin) / sqrt(v->squares) : 0.0;
}

/* Whether kin predict so little better that no more rows need be tried. */
static bool is_hopeless(const verdict *v)
{
    return v->kin >= 0.75 * v->strangers || significance(v) < 0.5 * FAR_OFF;
}

/* Sums `better`, which is in the order of keys, within each group; returns the sum of the squares
 * of these sums. */
static double squares_of_groups(const kin_sample *s, const double *better, size_t n)
{
    double squares = 0.0, of_group = 0.0, key = s->key[0];
    for (size_t i = 0; i < n; i++) {
        const double now = s->key[i * s->count / n];
        if (fabs(now - key) > s->reach) {
            squares += of_group * of_group;
            of_group = 0.0;
            key = now;
        }
        of_group += better[i];
    }
    return squares + of_group * of_group;
}

/* Predicts the targets of at most QUERIES rows, in rounds that each cover the whole sample. Stops
 * early if is_hopeless(). */
static verdict verdict_of(const kin_sample *s, size_t without)
{
    enum { ROUNDS = 8 };
    double better[QUERIES] = {0.0};
    verdict v = {0};
    const size_t n = s->count < QUERIES ? s->count : QUERIES;
    for (size_t round = 0; round < ROUNDS && (round == 0 || !is_hopeless(&v)); round++) {
        for (size_t i = round; i < n; i += ROUNDS)
            better[i] = answer(s, i * s->count / n, without, &v);
        v.squares = squares_of_groups(s, better, n);
    }
    return v;
}

static bool are_kin(const verdict *v)
{
    return v->kin <= MOST_ERRORS * v->strangers && significance(v) > FAR_OFF;
}

/* --- the sentence ----------------------------------------------------------------------------- */

static void tell(const kin_sample *s, const verdict *v, size_t column, mlpi_kin *kin)
{
    const bool classes = s->schema->task == MLP_TASK_CLASSIFICATION, run = column == MLPI_NO_COLUMN;
    const double n = (double)v->queries;
    const char *group = run ? "" : s->table->names[column];
    char near[32], far[32];
    mlpi_rounded(classes ? 100.0 * (1.0 - v->kin / n) : sqrt(v->kin / n), 3, near);
    mlpi_rounded(classes ? 100.0 * (1.0 - v->strangers / n) : sqrt(v->strangers / n), 3, far);
    kin->found = true;
    kin->value = v->kin / v->strangers;
    const int used =
        snprintf(kin->sentence, sizeof kin->sentence,
                 "Rows %s%s%s are near copies: the nearest row %s \"%s\" %s %s%s, the nearest %s "
                 "%s %s%s. ",
                 run ? "near each other in the data" : "with the same \"", group, run ? "" : "\"",
                 classes ? "has the same" : "misses", s->table->names[s->schema->targets[0]],
                 classes ? "in" : "by", near, classes ? " % of cases" : " (RMSE)",
                 run ? "row farther away in the data" : "row of another group",
                 classes ? "in" : "by", far, classes ? " %" : "");
    if (used < 0 || (size_t)used >= sizeof kin->sentence)
        return;
    char *rest = kin->sentence + used;
    const size_t room = sizeof kin->sentence - (size_t)used;
    if (run)
        snprintf(rest, room,
                 "A random split separates them, so the metrics are too optimistic for rows from "
                 "elsewhere: `validation-time` or `validation-group` COLUMN keeps them together.");
    else
        snprintf(rest, room,
                 "A random split separates them, so the metrics are too optimistic for a new "
                 "group: `validation-group` \"%s\" keeps them together.",
                 group);
}

/* --- the search
 * -------------------------------------------------------------------------------- */

static bool look(kin_sample *s, size_t column, mlpi_kin *kin)
{
    take_cells(s, s->schema->targets[0]);
    const verdict v = verdict_of(s, column);
    if (are_kin(&v))
        tell(s, &v, column, kin);
    return kin->found;
}

static bool can_name_groups(const kin_sample *s, size_t c, bool numbers)
{
    const mlpi_schema_column *column = &s->schema->column[c];
    return (column->role == MLPI_INPUT || column->role == MLPI_IGNORED) && c != s->schema->weight &&
           mlpi_table_field(s->table, c).kind != MLPI_FIELD_PIXELS &&
           holds_numbers(s, c) == numbers && may_name_groups(s, c);
}

static void look_everywhere(kin_sample *s, keyed *drawn, mlpi_kin *kin)
{
    const size_t some = MOST_HASHED / s->all + 1, most = some < MOST_COLUMNS ? some : MOST_COLUMNS;
    size_t looked = 0;
    for (int numbers = 0; numbers < 2; numbers++)
        for (size_t c = 0; c < s->schema->columns && looked < most && !kin->found; c++) {
            if (!can_name_groups(s, c, numbers != 0))
                continue;
            looked++;
            if (draw_groups(s, c, drawn))
                look(s, c, kin);
        }
    if (kin->found)
        return;
    draw_stretches(s);
    if (s->reach >= 1.0)
        look(s, MLPI_NO_COLUMN, kin);
}

static mlp_status find(kin_sample *s, mlpi_kin *kin, mlp_error *err)
{
    s->column = mlpi_allocate(s->schema->columns, sizeof *s->column);
    s->text = mlpi_allocate(s->schema->columns, sizeof *s->text);
    if (s->column == NULL || s->text == NULL)
        return mlpi_fail_memory(err, "the columns");
    choose_inputs(s);
    if (s->columns == 0)
        return MLP_OK;
    s->room = s->all < MOST_ROWS ? s->all : MOST_ROWS;
    keyed *drawn = mlpi_allocate(s->room, sizeof *drawn);
    s->row = mlpi_allocate(s->room, sizeof *s->row);
    s->key = mlpi_allocate(s->room, sizeof *s->key);
    s->x = mlpi_allocate(s->room, s->columns * sizeof *s->x);
    s->y = mlpi_allocate(s->room, sizeof *s->y);
    s->distance = mlpi_allocate(s->room, sizeof *s->distance);
    const bool room = drawn != NULL && s->row != NULL && s->key != NULL && s->x != NULL &&
                      s->y != NULL && s->distance != NULL;
    if (room)
        look_everywhere(s, drawn, kin);
    mlpi_free(drawn);
    return room ? MLP_OK : mlpi_fail_memory(err, "the rows");
}

mlp_status mlpi_kin_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                         size_t count, mlpi_kin *kin, mlp_error *err)
{
    kin_sample s = {.table = table, .schema = schema, .rows = rows, .all = count};
    mlpi_kin found = {0};
    const mlp_status status = count < LEAST_ROWS ? MLP_OK : find(&s, &found, err);
    mlpi_free(s.row);
    mlpi_free(s.key);
    mlpi_free(s.column);
    mlpi_free(s.text);
    mlpi_free(s.x);
    mlpi_free(s.y);
    mlpi_free(s.distance);
    if (status == MLP_OK)
        *kin = found;
    return status;
}
