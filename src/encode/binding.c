/* SPDX-License-Identifier: MIT */
/* Matches the columns of a pipeline with those of a table. */
#include "encode/binding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/distinct.h"

/* Matches columns by position if there are no headers. A table may lack the target columns, in
 * which case the columns after them move up. It may also lack all columns after the last one that
 * the model reads. */
static mlp_status bind_by_position(mlpi_binding *b, bool with_targets, mlp_error *err)
{
    const mlpi_pipeline *p = b->pipeline;
    size_t needed = 0;
    for (size_t i = 0; i < p->feature_count; i++)
        needed = p->features[i].position >= needed ? p->features[i].position + 1 : needed;
    size_t with = needed;
    for (size_t i = 0; i < p->target_count; i++)
        with = p->targets[i].position >= with ? p->targets[i].position + 1 : with;
    const bool all_there = b->table->columns >= with;
    size_t before = 0; /* targets before the last feature */
    for (size_t i = 0; i < p->target_count; i++)
        before += p->targets[i].position < needed ? 1 : 0;
    if (!all_there && (with_targets || b->table->columns + before < needed))
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, b->table->source, 0, 0,
            "%zu column%s, but the model needs %zu%s, in the order of the training data",
            b->table->columns, mlpi_plural(b->table->columns),
            with_targets ? with : needed - before,
            with_targets || p->target_count == 0 ? "" : " without the target");
    for (size_t i = 0; i < p->feature_count; i++) {
        size_t position = p->features[i].position;
        for (size_t t = 0; !all_there && t < p->target_count; t++)
            position -= p->targets[t].position < p->features[i].position ? 1 : 0;
        assert(position < b->table->columns); /* no two columns have the same position */
        b->features[i] = position;
    }
    for (size_t i = 0; with_targets && i < p->target_count; i++)
        b->targets[i] = p->targets[i].position;
    return MLP_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(**(char **const *)a, **(char **const *)b);
}

static int name_order(const void *name, const void *place)
{
    return strcmp(name, **(char **const *)place);
}

static mlp_status sort_names(mlpi_binding *b, mlp_error *err)
{
    const mlp_table *table = b->table;
    b->sorted = mlpi_allocate(table->columns, sizeof *b->sorted);
    if (b->sorted == NULL)
        return mlpi_fail_memory(err, "the columns");
    for (size_t c = 0; c < table->columns; c++)
        b->sorted[c] = &table->names[c];
    qsort(b->sorted, table->columns, sizeof *b->sorted, by_name);
    return MLP_OK;
}

static bool has_name(const mlpi_binding *b, const char *name)
{
    return bsearch(name, b->sorted, b->table->columns, sizeof *b->sorted, name_order) != NULL;
}

static bool is_input(const mlpi_pipeline *p, const char *name)
{
    bool is = false;
    for (size_t i = 0; i < p->feature_count && !is; i++)
        is = strcmp(name, p->features[i].name) == 0;
    return is;
}

/* Writes why a column may be missing, and what helps. */
static void write_way_out(const mlpi_binding *b, const char *name, char *text, size_t size)
{
    const mlpi_pipeline *p = b->pipeline;
    const mlp_table *table = b->table;
    size_t missing = 0, targets = 0;
    for (size_t i = 0; i < p->feature_count; i++)
        missing += has_name(b, p->features[i].name) ? 0 : 1;
    for (size_t i = 0; i < p->target_count; i++)
        targets += strcmp(name, p->targets[i].name) == 0 ? 1 : 0;
    const char *near = mlp_nearest_name(name, (const char *const *)table->names, table->columns);
    if (near != NULL && is_input(p, near))
        near = NULL; /* that column is an input itself */
    if (!table->has_header)
        snprintf(text, size,
                 "; the data have no names to match: name their columns, or leave out `no-header`");
    else if (missing > 1 && missing == p->feature_count)
        snprintf(text, size,
                 ", and so are all others: is this the right table, and does its first line name "
                 "the columns?");
    else if (near != NULL)
        snprintf(text, size, "; did you mean \"%s\"?", near);
    else if (targets > 0)
        snprintf(text, size,
                 "; it is a target, whose true values are needed here, but not for predictions");
    else if (missing > 1)
        snprintf(text, size,
                 ", and %zu more; if their values are unknown, add them with empty cells",
                 missing - 1);
    else
        snprintf(text, size, "; if its values are unknown, add it with empty cells");
}

/* Finds a column by name. Looks first at index `guess`, where the column was in training. */
static mlp_status find(mlpi_binding *b, const char *name, size_t guess, size_t *column,
                       mlp_error *err)
{
    char way_out[300];
    const mlp_table *table = b->table;
    if (guess < table->columns && strcmp(table->names[guess], name) == 0) {
        *column = guess;
        return MLP_OK;
    }
    if (b->sorted == NULL)
        MLPI_TRY(sort_names(b, err));
    char ***place = bsearch(name, b->sorted, table->columns, sizeof *b->sorted, name_order);
    if (place != NULL) {
        *column = (size_t)(*place - table->names);
        return MLP_OK;
    }
    write_way_out(b, name, way_out, sizeof way_out);
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                        "column \"%s\", which the model needs, is missing%s", name, way_out);
}

static mlp_status bind_columns(mlpi_binding *b, bool with_targets, mlp_error *err)
{
    const mlpi_pipeline *p = b->pipeline;
    if (p->by_position && !b->table->has_header)
        return bind_by_position(b, with_targets, err);
    for (size_t i = 0; i < p->feature_count; i++)
        MLPI_TRY(find(b, p->features[i].name, p->features[i].position, &b->features[i], err));
    for (size_t i = 0; with_targets && i < p->target_count; i++)
        MLPI_TRY(find(b, p->targets[i].name, p->targets[i].position, &b->targets[i], err));
    return MLP_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return mlpi_span_compare(((const mlpi_known_label *)a)->text,
                             ((const mlpi_known_label *)b)->text);
}

const mlpi_known_label *mlpi_binding_label(const mlpi_binding *b, mlpi_span text)
{
    const mlpi_known_label wanted = {text, 0};
    return bsearch(&wanted, b->labels, b->pipeline->label_count, sizeof *b->labels, by_bytes);
}

/* Sorts the labels by their bytes; in the pipeline they may be sorted as numbers. */
static mlp_status sort_labels(mlpi_binding *b, mlp_error *err)
{
    const mlpi_pipeline *p = b->pipeline;
    b->labels = mlpi_allocate(p->label_count, sizeof *b->labels);
    if (b->labels == NULL)
        return mlpi_fail_memory(err, "the labels");
    for (size_t k = 0; k < p->label_count; k++)
        b->labels[k] = (mlpi_known_label){{p->labels[k], strlen(p->labels[k])}, k};
    qsort(b->labels, p->label_count, sizeof *b->labels, by_bytes);
    return MLP_OK;
}

/* Whether there are texts, and all of them are numbers. */
static bool are_numbers(char *const *texts, size_t count)
{
    double number = 0.0;
    for (size_t i = 0; i < count; i++)
        if (!mlp_number_parse(texts[i], strlen(texts[i]), &number))
            return false;
    return count > 0;
}

static void find_gaps(mlpi_binding *b)
{
    const mlpi_pipeline *p = b->pipeline;
    if (b->table->lacks != NULL)
        return;
    for (size_t i = 0; i < p->feature_count; i++) {
        const mlpi_fitted *fitted = &p->features[i].fitted;
        b->gaps[i] = are_numbers(fitted->levels, fitted->level_count);
    }
    b->target_gaps = p->task == MLP_TASK_REGRESSION || are_numbers(p->labels, p->label_count);
}

void mlpi_binding_release(mlpi_binding *b)
{
    mlpi_free(b->gaps);
    mlpi_free(b->labels);
    mlpi_free(b->features);
    mlpi_free(b->targets);
    mlpi_free(b->sorted);
    *b = (mlpi_binding){0};
}

mlp_status mlpi_binding_make(mlpi_binding *b, bool with_targets, mlp_error *err)
{
    b->features = mlpi_allocate(b->pipeline->feature_count, sizeof *b->features);
    b->targets = mlpi_allocate(b->pipeline->target_count, sizeof *b->targets);
    b->gaps = mlpi_allocate(b->pipeline->feature_count, sizeof *b->gaps);
    mlp_status status = b->features == NULL || b->targets == NULL || b->gaps == NULL
                            ? mlpi_fail_memory(err, "the columns")
                            : bind_columns(b, with_targets, err);
    if (status == MLP_OK && with_targets && b->pipeline->task == MLP_TASK_CLASSIFICATION)
        status = sort_labels(b, err);
    if (status == MLP_OK)
        find_gaps(b);
    else
        mlpi_binding_release(b);
    return status;
}
