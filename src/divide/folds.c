/* SPDX-License-Identifier: MIT */
/* Makes k folds. Without groups, rows are sorted by label, shuffled within each label, and dealt
 * like cards, so that folds differ by at most one row, and by at most one row of each label. Groups
 * are put, the largest first, into the fold where they least upset the balance (a greedy rule,
 * since the best division is hard to find). */
#include "divide/folds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row, or a group of rows, to be put into a fold. */
typedef struct item {
    uint32_t number;
    uint32_t order; /* its position after shuffling */
    uint32_t label; /* of a row */
    size_t size;    /* of a group: its number of rows */
} item;

/* The memory that a division needs, allocated once for all repeats. */
typedef struct maker {
    const mlpi_rows *rows;
    mlpi_folds *folds;
    uint32_t *order, *fold;   /* shuffled order of rows or groups; fold of each row */
    item *items;              /* all rows, or all groups */
    uint32_t *member, *first; /* rows of group g: member[first[g]] .. member[first[g + 1] - 1] */
    size_t *label_rows;       /* number of rows of each label */
    size_t *held;             /* folds x labels: rows of a label in a fold */
    size_t *size;             /* number of rows of each fold */
} maker;

static int by_order(const item *x, const item *y)
{
    return (x->order > y->order) - (x->order < y->order);
}

static int by_label_then_order(const void *a, const void *b)
{
    const item *x = a, *y = b;
    return x->label != y->label ? (x->label < y->label ? -1 : 1) : by_order(x, y);
}

static int largest_first(const void *a, const void *b)
{
    const item *x = a, *y = b;
    return x->size != y->size ? (x->size > y->size ? -1 : 1) : by_order(x, y);
}

static void deal_rows(maker *m)
{
    const mlpi_rows *rows = m->rows;
    for (size_t i = 0; i < rows->count; i++)
        m->items[i] = (item){.number = (uint32_t)i, .order = m->order[i], .label = rows->label[i]};
    qsort(m->items, rows->count, sizeof *m->items, by_label_then_order);
    for (size_t i = 0; i < rows->count; i++)
        m->fold[m->items[i].number] = (uint32_t)(i % m->folds->folds);
}

/* --- groups ----------------------------------------------------------------------------------- */

static void list_members(maker *m)
{
    const mlpi_rows *rows = m->rows;
    for (size_t i = 0; i < rows->count; i++) {
        m->first[rows->group[i] + 1]++;
        m->label_rows[rows->label[i]]++;
    }
    for (size_t g = 0; g < rows->groups; g++)
        m->first[g + 1] += m->first[g];
    for (size_t i = 0; i < rows->count; i++)
        m->member[m->first[rows->group[i]]++] = (uint32_t)i;
    /* first[g] has become the end of group g */
    memmove(m->first + 1, m->first, rows->groups * sizeof *m->first);
    m->first[0] = 0;
}

/* How much a group would crowd a fold: half the increase of the sum of held^2 / label_rows over the
 * labels, and of size^2 / rows, without the terms that are the same for every fold. */
static double crowding(const maker *m, size_t group, size_t fold)
{
    const mlpi_rows *rows = m->rows;
    double sum = 0.0;
    for (uint32_t i = m->first[group]; i < m->first[group + 1]; i++) {
        const uint32_t label = rows->label[m->member[i]];
        sum += (double)m->held[fold * rows->labels + label] / (double)m->label_rows[label];
        sum += (double)m->size[fold] / (double)rows->count;
    }
    return sum;
}

static void put_group(maker *m, size_t group, size_t fold)
{
    const mlpi_rows *rows = m->rows;
    for (uint32_t i = m->first[group]; i < m->first[group + 1]; i++) {
        m->fold[m->member[i]] = (uint32_t)fold;
        m->held[fold * rows->labels + rows->label[m->member[i]]]++;
        m->size[fold]++;
    }
}

static void deal_groups(maker *m)
{
    const mlpi_rows *rows = m->rows;
    const size_t folds = m->folds->folds;
    for (size_t g = 0; g < rows->groups; g++)
        m->items[g] = (item){
            .number = (uint32_t)g, .order = m->order[g], .size = m->first[g + 1] - m->first[g]};
    qsort(m->items, rows->groups, sizeof *m->items, largest_first);
    memset(m->size, 0, folds * sizeof *m->size);
    memset(m->held, 0, folds * rows->labels * sizeof *m->held);
    for (size_t i = 0; i < rows->groups; i++) {
        const size_t group = m->items[i].number;
        double least = INFINITY;
        size_t best = 0;
        for (size_t f = 0; f < folds; f++) { /* an empty fold is least crowded, so none stays
                                                empty */
            const double now = crowding(m, group, f);
            best = now < least ? f : best;
            least = now < least ? now : least;
        }
        put_group(m, group, best);
    }
}

/* --- all repeats
 * -------------------------------------------------------------------------------- */

/* Lists the rows fold by fold, in ascending order within each fold. */
static void list_folds(maker *m, size_t repeat)
{
    mlpi_folds *f = m->folds;
    uint32_t *const test = f->test + repeat * f->rows;
    size_t *const first = f->first + repeat * (f->folds + 1);
    size_t used = 0;
    for (size_t k = 0; k < f->folds; k++) {
        first[k] = used;
        for (size_t i = 0; i < f->rows; i++)
            if (m->fold[i] == k)
                test[used++] = m->rows->row[i];
    }
    first[f->folds] = used;
}

static mlp_status check(const mlp_table *table, const mlpi_rows *rows, size_t folds, size_t repeats,
                        mlp_error *err)
{
    if (folds < 2 || repeats < 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`folds` %zu, `repeats` %zu: give at least 2 folds and 1 repeat", folds,
                         repeats);
    const bool grouped = rows->group != NULL;
    if (folds > (grouped ? rows->groups : rows->count))
        return mlpi_fail_at(err, MLP_ERROR_ARGUMENT, table->source, 0, 0,
                            "%zu folds need as many %s, but there are %zu; give fewer `folds`",
                            folds, grouped ? "groups" : "rows with a target",
                            grouped ? rows->groups : rows->count);
    return MLP_OK;
}

static bool make_room(maker *m, bool grouped)
{
    const mlpi_rows *rows = m->rows;
    mlpi_folds *f = m->folds;
    size_t test = 0, first = 0, held = 0;
    if (!mlpi_multiply(f->repeats, rows->count, &test) ||
        !mlpi_multiply(f->repeats, f->folds + 1, &first) ||
        !mlpi_multiply(f->folds, rows->labels, &held))
        return false;
    f->test = mlpi_allocate(test, sizeof *f->test);
    f->first = mlpi_allocate(first, sizeof *f->first);
    m->order = mlpi_allocate(rows->count, sizeof *m->order);
    m->fold = mlpi_allocate(rows->count, sizeof *m->fold);
    m->items = mlpi_allocate(rows->count, sizeof *m->items);
    m->member = mlpi_allocate(grouped ? rows->count : 0, sizeof *m->member);
    m->first = mlpi_allocate(rows->groups + 1, sizeof *m->first);
    m->label_rows = mlpi_allocate(rows->labels, sizeof *m->label_rows);
    m->held = mlpi_allocate(grouped ? held : 0, sizeof *m->held);
    m->size = mlpi_allocate(f->folds, sizeof *m->size);
    return f->test != NULL && f->first != NULL && m->order != NULL && m->fold != NULL &&
           m->items != NULL && m->member != NULL && m->first != NULL && m->label_rows != NULL &&
           m->held != NULL && m->size != NULL;
}

static void release(maker *m)
{
    mlpi_free(m->order);
    mlpi_free(m->fold);
    mlpi_free(m->items);
    mlpi_free(m->member);
    mlpi_free(m->first);
    mlpi_free(m->label_rows);
    mlpi_free(m->held);
    mlpi_free(m->size);
}

static mlp_status divide(const mlpi_rows *rows, uint64_t seed, mlpi_folds *folds, mlp_error *err)
{
    maker m = {.rows = rows, .folds = folds};
    const bool grouped = rows->group != NULL;
    folds->rows = rows->count;
    const bool room = make_room(&m, grouped);
    if (room && grouped)
        list_members(&m);
    for (size_t r = 0; room && r < folds->repeats; r++) {
        mlpi_rows_shuffle(seed, MLPI_STREAM_FOLDS + r, m.order,
                          grouped ? rows->groups : rows->count);
        if (grouped)
            deal_groups(&m);
        else
            deal_rows(&m);
        list_folds(&m, r);
    }
    release(&m);
    return room ? MLP_OK : mlpi_fail_memory(err, "the folds");
}

mlp_status mlpi_folds_make(const mlp_table *table, const mlpi_schema *schema, size_t group,
                           size_t folds, size_t repeats, uint64_t seed, mlpi_folds *made,
                           mlp_error *err)
{
    mlpi_rows rows;
    mlpi_folds result = {.folds = folds, .repeats = repeats};
    MLPI_TRY(mlpi_rows_collect(table, schema, group, &rows, err));
    mlp_status status = check(table, &rows, folds, repeats, err);
    if (status == MLP_OK)
        status = divide(&rows, seed, &result, err);
    mlpi_rows_release(&rows);
    if (status == MLP_OK)
        *made = result;
    else
        mlpi_folds_release(&result);
    return status;
}

void mlpi_folds_release(mlpi_folds *folds)
{
    mlpi_free(folds->test);
    mlpi_free(folds->first);
    *folds = (mlpi_folds){0};
}

const uint32_t *mlpi_folds_test(const mlpi_folds *folds, size_t repeat, size_t fold, size_t *count)
{
    const size_t *const first = folds->first + repeat * (folds->folds + 1) + fold;
    *count = first[1] - first[0];
    return folds->test + repeat * folds->rows + first[0];
}

size_t mlpi_folds_rest(const mlpi_folds *folds, size_t repeat, size_t fold, uint32_t *rest)
{
    size_t used = 0;
    for (size_t k = 0; k < folds->folds; k++) {
        size_t count = 0;
        const uint32_t *test = mlpi_folds_test(folds, repeat, k, &count);
        if (k == fold)
            continue;
        memcpy(rest + used, test, count * sizeof *rest);
        used += count;
    }
    qsort(rest, used, sizeof *rest, mlpi_rows_ascending);
    return used;
}
