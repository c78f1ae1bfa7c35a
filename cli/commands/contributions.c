/* SPDX-License-Identifier: MIT */
/* What mlp explain prints before the mathematics: the answer for one row, and each column's part in
 * it, which is the answer minus the answer without the value of that column. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { MOST_PARTS = 12, NAME = 24, CELL = 64, VALUE = 16 };

/* The number of rows, each without the value of one column, in one pass of the network. */
enum { TOGETHER = 64 };

void answer_release(answer *a)
{
    free(a->parts);
    mlp_predictions_release(&a->predictions);
}

static int larger_first(const void *a, const void *b)
{
    const column_part *one = a, *other = b;
    if (fabs(one->change) != fabs(other->change))
        return fabs(one->change) > fabs(other->change) ? -1 : 1;
    return one->column < other->column ? -1 : 1;
}

/* The index of the number that is explained: the probability of the predicted label, or the first
 * target, or the middle one of its quantiles. */
static size_t explained_output(const mlp_model *model, const mlp_predictions *p)
{
    if (mlp_model_task(model) == MLP_TASK_CLASSIFICATION)
        return p->label[0] != MLP_NO_LABEL ? p->label[0] : 0;
    return mlp_model_level_count(model) / 2;
}

/* Row i of x becomes the row that is explained, without a value in column `from` + i. */
static void leave_out_each(const mlp_model *model, const float *row, const float *empty,
                           size_t inputs, size_t from, size_t count, float *x)
{
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        const size_t width = mlp_model_column_inputs(model, from + i, &first);
        memcpy(x + i * inputs, row, inputs * sizeof *row);
        memcpy(x + i * inputs + first, empty + first, width * sizeof *row);
    }
}

static mlp_status find_parts(const mlp_model *model, const float *row, size_t inputs, answer *a,
                             mlp_error *err)
{
    const size_t columns = a->count, outputs = mlp_network_outputs(mlp_model_network(model));
    double *nothing = malloc(columns * sizeof *nothing);
    double *values = malloc(mlp_model_width(model) * sizeof *values);
    float *x = malloc((TOGETHER + 1) * inputs * sizeof *x), *empty = x;
    float *y = malloc(TOGETHER * outputs * sizeof *y);
    mlp_status status = MLP_ERROR_MEMORY;
    *err = (mlp_error){.status = status};
    snprintf(err->message, sizeof err->message, "not enough memory for %zu columns", columns);
    if (nothing != NULL && values != NULL && x != NULL && y != NULL) {
        for (size_t c = 0; c < columns; c++)
            nothing[c] = (double)NAN;
        mlp_model_encode_values(model, nothing, empty);
        status = MLP_OK;
    }
    for (size_t c = 0; c < columns && status == MLP_OK; c += TOGETHER) {
        const size_t count = columns - c < TOGETHER ? columns - c : TOGETHER;
        leave_out_each(model, row, empty, inputs, c, count, x + inputs);
        status = mlp_model_forward(model, x + inputs, count, 1, y, err);
        for (size_t i = 0; i < count && status == MLP_OK; i++) {
            mlp_model_decode(model, y + i * outputs, values);
            a->parts[c + i] = (column_part){c + i, a->value - values[a->output]};
        }
    }
    free(nothing);
    free(values);
    free(x);
    free(y);
    return status;
}

int answer_find(const settings *s, const mlp_model *model, const mlp_table *table,
                const mlp_encoded *row, answer *a)
{
    mlp_error err;
    *a = (answer){.table = table, .row = s->row - 1, .count = mlp_model_column_count(model)};
    a->parts = calloc(a->count, sizeof *a->parts);
    if (a->parts == NULL)
        return fail("not enough memory for %zu columns", a->count);
    mlp_status status = mlp_model_predict_encoded(model, row, 1, &a->predictions, &err);
    if (status != MLP_OK)
        return report(&err);
    a->output = explained_output(model, &a->predictions);
    a->value = a->predictions.values[a->output];
    status = find_parts(model, row->x, row->inputs, a, &err);
    qsort(a->parts, a->count, sizeof *a->parts, larger_first);
    return status == MLP_OK ? EXIT_DONE : report(&err);
}

static void cell_text(const mlp_model *model, const answer *a, size_t column, char text[CELL])
{
    if (mlp_model_cell(model, column, a->table, a->row, text, CELL) == 0)
        snprintf(text, CELL, "no value");
}

static void print_part(const mlp_model *model, const answer *a, const column_part *part)
{
    const double SMALLEST_SHARE = 0.0001;
    const bool classes = mlp_model_task(model) == MLP_TASK_CLASSIFICATION;
    char text[ALIGNED], cell[CELL];
    size_t first = 0;
    const size_t width = mlp_model_column_inputs(model, part->column, &first);
    cell_text(model, a, part->column, cell);
    printf("  ");
    print_padded(mlp_model_column(model, part->column), NAME);
    printf("  ");
    print_padded(cell, VALUE);
    if (classes && part->change != 0.0 && fabs(part->change) < SMALLEST_SHARE)
        snprintf(text, sizeof text, "    < 0.0001 "); /* aligns the decimal point */
    else
        aligned(part->change, 7, DECIMALS, text, sizeof text);
    printf(" %s  x_%zu", text, first + 1);
    if (width > 1)
        printf(" .. x_%zu", first + width);
    putchar('\n');
}

void answer_print(const mlp_model *model, const answer *a, const char *truth)
{
    char value[16], what[CELL];
    const bool classes = mlp_model_task(model) == MLP_TASK_CLASSIFICATION;
    const size_t levels = mlp_model_level_count(model);
    const char *target = mlp_model_target(model, 0);
    const char *data = truth != NULL ? "; in the data: " : "";
    const char *name = classes ? mlp_model_label(model, a->output) : target;
    truth = truth != NULL ? truth : "";
    shown(a->value, value, sizeof value);
    snprintf(what, sizeof what, classes ? "p(%s)" : "the predicted %s", name);
    if (classes)
        say(stdout, "Predicted %s: %s, probability %s%s%s", target, name, value, data, truth);
    else
        say(stdout, "Predicted %s%s: %s%s%s", target, levels > 0 ? ", middle quantile" : "", value,
            data, truth);
    putchar('\n');
    say(stdout, "Each column's part: how much %s falls when the column's value is left out", what);
    printf("\n  ");
    print_padded("column", NAME);
    printf("  ");
    print_padded("value", VALUE);
    printf(" %12s  inputs\n", "part");
    for (size_t i = 0; i < a->count && i < MOST_PARTS; i++)
        print_part(model, a, &a->parts[i]);
    if (a->count > MOST_PARTS)
        printf("  and %zu column%s with smaller parts\n", a->count - MOST_PARTS,
               plural(a->count - MOST_PARTS));
}

void answer_put(mlp_json_writer *json, const mlp_model *model, const answer *a)
{
    const bool classes = mlp_model_task(model) == MLP_TASK_CLASSIFICATION;
    mlp_json_put_text(json, "explains",
                      classes ? mlp_model_label(model, a->output) : mlp_model_target(model, 0));
    mlp_json_put_number(json, "prediction", a->value);
    mlp_json_begin_array(json, "parts");
    for (size_t i = 0; i < a->count; i++) {
        char cell[CELL];
        cell_text(model, a, a->parts[i].column, cell);
        mlp_json_begin_object(json, NULL);
        mlp_json_put_text(json, "column", mlp_model_column(model, a->parts[i].column));
        mlp_json_put_text(json, "value", cell);
        mlp_json_put_number(json, "part", a->parts[i].change);
        mlp_json_end(json);
    }
    mlp_json_end(json);
}
