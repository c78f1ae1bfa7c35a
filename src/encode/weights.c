/* SPDX-License-Identifier: MIT */
/* Weights of rows. */
#include "encode/weights.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

/* --- labels ----------------------------------------------------------------------------------- */

static void balance(const mlpi_pipeline *pipeline, const mlp_encoded *training, double *factors)
{
    const double labels = (double)pipeline->label_count, rows = (double)training->rows;
    for (size_t i = 0; i < training->rows; i++)
        factors[training->label[i]] += 1.0;
    for (size_t k = 0; k < pipeline->label_count; k++)
        factors[k] = factors[k] > 0.0 ? rows / (labels * factors[k]) : 1.0;
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
    return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`class-weights`: \"%s\" is no label%s%s%s", text,
                     near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                     near != NULL ? "\"?" : "");
}

/* LABEL=WEIGHT; the label may hold "=" itself. */
static mlp_status take_factor(const mlpi_pipeline *pipeline, const char *word, size_t length,
                              double *factors, mlp_error *err)
{
    size_t equals = length, label = 0;
    double factor = 0.0;
    while (equals > 0 && word[equals - 1] != '=')
        equals--;
    if (equals == 0 || !mlp_number_parse(word + equals, length - equals, &factor) ||
        !(factor >= 0.0 && factor <= 1e30))
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`class-weights`: \"%.*s\" is not LABEL=WEIGHT with a number from 0 to 1e30; or "
            "say balanced or none",
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
                                  const mlp_encoded *training, double **factors, mlp_error *err)
{
    *factors = NULL;
    if (strcmp(wish, "none") == 0)
        return MLP_OK;
    if (pipeline->task != MLP_TASK_CLASSIFICATION)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`class-weights` %s is for classification; regression takes "
                         "`weight-column`",
                         wish);
    double *made = mlpi_allocate(pipeline->label_count, sizeof *made);
    mlp_status status = MLP_OK;
    if (made == NULL)
        status = mlpi_fail_memory(err, "the weights of the labels");
    else if (strcmp(wish, "balanced") == 0)
        balance(pipeline, training, made);
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
                        column + 1, "column \"%s\": \"%s\" is no weight, which is a number from 0",
                        table->names[column], text);
}

static mlp_status weigh(const mlp_table *table, size_t column, const double *factors,
                        const uint32_t *index, double *weight, mlp_encoded *encoded, mlp_error *err)
{
    mlpi_cursor cursor = {.table = table};
    double largest = 0.0, sum = 0.0;
    for (size_t i = 0; i < encoded->rows; i++) {
        MLPI_TRY(weight_of(&cursor, index != NULL ? index[i] : i, column, &weight[i], err));
        largest = fmax(largest, weight[i]);
    }
    /* Shares of the largest one: their sum neither overflows nor vanishes. */
    for (size_t i = 0; i < encoded->rows && largest > 0.0; i++) {
        weight[i] = weight[i] / largest * (factors != NULL ? factors[encoded->label[i]] : 1.0);
        sum += weight[i];
    }
    if (!(sum > 0.0 && isfinite(sum)))
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "all %zu rows of a part have the weight 0: there is nothing to learn "
                            "from or to judge by",
                            encoded->rows);
    for (size_t i = 0; i < encoded->rows; i++)
        encoded->weight[i] = (float)(weight[i] / sum * (double)encoded->rows);
    return MLP_OK;
}

mlp_status mlpi_weights_set(const mlp_table *table, size_t column, const double *factors,
                            const uint32_t *index, mlp_encoded *encoded, mlp_error *err)
{
    if (encoded->rows == 0 || (column == MLPI_NO_COLUMN && factors == NULL))
        return MLP_OK;
    double *weight = mlpi_allocate(encoded->rows, sizeof *weight);
    mlpi_free(encoded->weight);
    encoded->weight = mlpi_allocate(encoded->rows, sizeof *encoded->weight);
    const mlp_status status = weight != NULL && encoded->weight != NULL
                                  ? weigh(table, column, factors, index, weight, encoded, err)
                                  : mlpi_fail_memory(err, "the weights");
    mlpi_free(weight);
    return status;
}
