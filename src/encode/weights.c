/* SPDX-License-Identifier: MIT */
/* Computes the weights of rows and of labels. */
#include "encode/weights.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

/* --- labels ----------------------------------------------------------------------------------- */

static void balance(const mlpi_pipeline *pipeline, const size_t *rows_of, double *factors)
{
    const double labels = (double)pipeline->label_count;
    size_t rows = 0;
    for (size_t k = 0; k < pipeline->label_count; k++)
        rows += rows_of[k];
    for (size_t k = 0; k < pipeline->label_count; k++)
        factors[k] = rows_of[k] > 0 ? (double)rows / (labels * (double)rows_of[k]) : 1.0;
}

static mlp_status find_label(const mlpi_pipeline *pipeline, const char *name, size_t length,
                             size_t *label, mlp_error *err)
{
    for (size_t k = 0; k < pipeline->label_count; k++)
        if (strncmp(pipeline->labels[k], name, length) == 0 &&
            pipeline->labels[k][length] == '\0') {
            *label = k;
            return MLP_OK;
        }
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)(length < 60 ? length : 60), name);
    const char *near =
        mlp_nearest_name(text, (const char *const *)pipeline->labels, pipeline->label_count);
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`class-weights`: \"%s\" is not a label%s%s%s", text,
                     near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                     near != NULL ? "\"?" : "");
}

/* Reads LABEL=WEIGHT, where the label itself may contain "=". */
static mlp_status take_factor(const mlpi_pipeline *pipeline, const char *word, size_t length,
                              double *factors, mlp_error *err)
{
    size_t equals = length, label = 0;
    double factor = 0.0;
    while (equals > 0 && word[equals - 1] != '=')
        equals--;
    if (equals == 0 || !mlp_number_parse(word + equals, length - equals, &factor) ||
        !(factor >= 0.0 && factor <= 1e30))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`class-weights`: \"%.*s\" is not LABEL=WEIGHT with a weight from 0 to "
                         "1e30; give such pairs, balanced or none",
                         (int)(length < 60 ? length : 60), word);
    MLPI_TRY(find_label(pipeline, word, equals - 1, &label, err));
    factors[label] = factor;
    return MLP_OK;
}

static mlp_status take_factors(const char *wish, const mlpi_pipeline *pipeline, double *factors,
                               mlp_error *err)
{
    for (size_t k = 0; k < pipeline->label_count; k++)
        factors[k] = 1.0;
    for (const char *at = wish;;) {
        const size_t length = strcspn(at, ",");
        MLPI_TRY(take_factor(pipeline, at, length, factors, err));
        if (at[length] == '\0')
            return MLP_OK;
        at += length + 1;
    }
}

mlp_status mlpi_weights_of_labels(const char *wish, const mlpi_pipeline *pipeline,
                                  const size_t *rows_of, double **factors, mlp_error *err)
{
    *factors = NULL;
    if (strcmp(wish, "none") == 0)
        return MLP_OK;
    if (pipeline->task != MLP_TASK_CLASSIFICATION)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`class-weights` %s is for classification; for regression, use `weight-column`", wish);
    double *made = mlpi_allocate(pipeline->label_count, sizeof *made);
    mlp_status status = MLP_OK;
    if (made == NULL)
        status = mlpi_fail_memory(err, "the weights of the labels");
    else if (strcmp(wish, "balanced") == 0)
        balance(pipeline, rows_of, made);
    else
        status = take_factors(wish, pipeline, made, err);
    if (status == MLP_OK)
        *factors = made;
    else
        mlpi_free(made);
    return status;
}

/* --- rows ------------------------------------------------------------------------------------- */

static mlp_status weight_of(mlpi_cursor *cursor, size_t row, size_t column, double *weight,
                            mlp_error *err)
{
    const mlp_table *table = cursor->table;
    char text[64];
    *weight = 1.0;
    if (column == MLPI_NO_COLUMN ||
        (mlpi_cursor_number(cursor, row, column, weight) == MLPI_CELL_NUMBER && *weight >= 0.0))
        return MLP_OK;
    mlp_table_cell(table, row, column, text, sizeof text);
    return mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_file(table, row), mlp_table_line(table, row),
                        column + 1,
                        "column \"%s\": \"%s\" is not a weight; give a number that is not below 0",
                        table->names[column], text);
}

static mlp_status begin(mlpi_weighing *w, const mlp_table *table, const uint32_t *index,
                        size_t count, mlp_error *err)
{
    mlpi_cursor cursor = {.table = table};
    double weight = 1.0;
    w->sums = mlpi_allocate(w->sum_count, sizeof *w->sums);
    w->rows = mlpi_allocate(w->sum_count, sizeof *w->rows);
    if (w->sums == NULL || w->rows == NULL)
        return mlpi_fail_memory(err, "the weights");
    for (size_t i = 0; w->column != MLPI_NO_COLUMN && i < count; i++) {
        MLPI_TRY(weight_of(&cursor, index != NULL ? index[i] : i, w->column, &weight, err));
        w->largest = fmax(w->largest, weight);
    }
    if (w->column == MLPI_NO_COLUMN)
        w->largest = 1.0;
    return MLP_OK;
}

mlp_status mlpi_weighing_begin(mlpi_weighing *w, const mlp_table *table, size_t column,
                               const mlpi_pipeline *pipeline, const uint32_t *index, size_t count,
                               mlp_error *err)
{
    const bool classes = pipeline->task == MLP_TASK_CLASSIFICATION;
    *w = (mlpi_weighing){.column = column, .sum_count = classes ? pipeline->label_count : 1};
    return begin(w, table, index, count, err);
}

void mlpi_weighing_release(mlpi_weighing *w)
{
    mlpi_free(w->sums);
    mlpi_free(w->rows);
    *w = (mlpi_weighing){0};
}

/* Adds weights as shares of the largest weight: the sum of shares neither overflows nor
 * vanishes. */
mlp_status mlpi_weighing_add(mlpi_weighing *w, const mlp_table *table, const uint32_t *index,
                             mlp_encoded *encoded, mlp_error *err)
{
    mlpi_cursor cursor = {.table = table};
    mlpi_free(encoded->weight);
    encoded->weight = mlpi_allocate(encoded->rows, sizeof *encoded->weight);
    if (encoded->weight == NULL)
        return mlpi_fail_memory(err, "the weights");
    for (size_t i = 0; i < encoded->rows; i++) {
        const size_t k = encoded->label != NULL ? encoded->label[i] : 0;
        double weight = 1.0;
        MLPI_TRY(weight_of(&cursor, index != NULL ? index[i] : i, w->column, &weight, err));
        const double share = w->largest > 0.0 ? weight / w->largest : 0.0;
        encoded->weight[i] = (float)share;
        w->sums[k] += share;
        w->rows[k]++;
    }
    w->row_count += encoded->rows;
    return MLP_OK;
}

mlp_status mlpi_weighing_scale(const mlpi_weighing *w, const mlp_table *table,
                               const double *factors, double *scale, mlp_error *err)
{
    double sum = 0.0;
    for (size_t k = 0; k < w->sum_count; k++)
        sum += w->sums[k] * (factors != NULL ? factors[k] : 1.0);
    if (!(sum > 0.0 && isfinite(sum)))
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "all %zu rows for training or for validation have the weight 0; check "
                            "`weight-column` and `class-weights`",
                            w->row_count);
    *scale = (double)w->row_count / sum;
    return MLP_OK;
}

void mlpi_weights_finish(const double *factors, double scale, mlp_encoded *encoded)
{
    for (size_t i = 0; i < encoded->rows; i++)
        encoded->weight[i] = (float)((double)encoded->weight[i] *
                                     (factors != NULL ? factors[encoded->label[i]] : 1.0) * scale);
}
