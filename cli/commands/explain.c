/* SPDX-License-Identifier: MIT */
/* mlp explain: the answer for one row and each column's part in it; then the row's forward pass
 * and, if its true answer is known, its loss and backward pass, in numbers that the reference
 * computes and in the lecture's notation. Large networks are abridged. */
#include <math.h>
#include <stdlib.h>

#include "cli/cli.h"

enum { MOST_SHOWN = 12, MOST_WEIGHTS = 64 };

static void print_vector(const char *name, const double *values, size_t n)
{
    const size_t ahead = n <= MOST_SHOWN ? n : MOST_SHOWN - 2;
    double squares = 0.0;
    char text[24];
    printf("  %-8s (", name);
    for (size_t i = 0; i < ahead; i++)
        printf("%s%s", i > 0 ? ", " : "", shown(values[i], text, sizeof text));
    for (size_t i = 0; i < n; i++)
        squares += values[i] * values[i];
    if (ahead < n)
        printf(", ..., %s", shown(values[n - 1], text, sizeof text));
    printf(")");
    if (ahead < n)
        printf("   %zu numbers, norm %s", n, shown(sqrt(squares), text, sizeof text));
    putchar('\n');
}

static void print_named(const char *letter, size_t l, const double *values, size_t n)
{
    char name[32];
    snprintf(name, sizeof name, "%s^%zu", letter, l);
    print_vector(name, values, n);
}

/* Prints the rows of a matrix, or only its norm where there are more than MOST_WEIGHTS numbers. */
static void print_matrix(const char *name, const double *values, size_t rows, size_t columns)
{
    char text[24], row[32];
    double squares = 0.0;
    for (size_t i = 0; i < rows * columns; i++)
        squares += values[i] * values[i];
    if (rows * columns > MOST_WEIGHTS) {
        printf("  %-8s %zu x %zu, norm %s\n", name, rows, columns,
               shown(sqrt(squares), text, sizeof text));
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        snprintf(row, sizeof row, "%s", i == 0 ? name : "");
        print_vector(row, values + i * columns, columns);
    }
}

/* Prints the parameters of layer l = 1..L, unless there are more than MOST_WEIGHTS of a kind. */
static void print_parameters(const mlp_network *network, size_t l, size_t inputs)
{
    double values[MOST_WEIGHTS];
    char name[32];
    const size_t units = mlp_network_layer(network, l - 1).units;
    const float *w = mlp_network_parameters_const(network) + mlp_network_weights_at(network, l - 1);
    const float *b = mlp_network_parameters_const(network) + mlp_network_biases_at(network, l - 1);
    if (units * inputs > MOST_WEIGHTS || units > MOST_WEIGHTS)
        return;
    for (size_t i = 0; i < units * inputs; i++)
        values[i] = (double)w[i];
    snprintf(name, sizeof name, "W^%zu", l);
    print_matrix(name, values, units, inputs);
    for (size_t i = 0; i < units; i++)
        values[i] = (double)b[i];
    print_named("b", l, values, units);
}

static void print_forward(const mlp_model *model, const mlp_trace *t)
{
    const mlp_network *network = mlp_model_network(model);
    char text[32];
    if (mlp_model_member_count(model) > 1)
        printf("\nNetwork 1 of %zu networks, whose mean output is the model's answer.\n",
               mlp_model_member_count(model));
    if (mlp_model_temperature(model) != 1.0)
        printf(
            "Calibration turns the probabilities p_k into p_k^(1/T) / sum_j p_j^(1/T), T = %s.\n",
            shown(mlp_model_temperature(model), text, sizeof text));
    fputs("\nForward pass: h^l = W^l y^(l-1) - b^l, y^l = f_l(h^l)\n", stdout);
    print_vector("x = y^0", t->y[0], t->units[0]);
    for (size_t l = 1; l <= t->layers; l++) {
        const mlp_activation_info *f =
            mlp_activation_describe(mlp_network_layer(network, l - 1).activation);
        printf("\n  layer %zu: %s, f(h) = %s\n", l, f->name, f->formula);
        print_parameters(network, l, t->units[l - 1]);
        print_named("h", l, t->h[l], t->units[l]);
        print_named("y", l, t->y[l], t->units[l]);
    }
}

static void print_loss(const mlp_network *network, const mlp_trace *t, const double *target)
{
    const mlp_loss_info *loss = mlp_loss_describe(mlp_network_loss(network));
    char text[32];
    printf("\nLoss: %s, E = %s   (y: outputs, s: target)\n", loss->name, loss->formula);
    print_vector("s", target, t->units[t->layers]);
    printf("  E        %s\n", shown(t->loss, text, sizeof text));
}

static void print_backward(const mlp_network *network, const mlp_trace *t)
{
    char name[32];
    printf(
        "\nBackward pass: Delta^L = dE/dy f_L'(h^L), Delta^l = (W^(l+1)' Delta^(l+1)) f_l'(h^l),\n"
        "dE/dW^l = Delta^l y^(l-1)', dE/db^l = -Delta^l\n");
    for (size_t l = t->layers; l >= 1; l--) {
        printf("\n  layer %zu: f'(h) = %s\n", l,
               mlp_activation_describe(mlp_network_layer(network, l - 1).activation)->derivative);
        print_named("Delta", l, t->delta[l], t->units[l]);
        snprintf(name, sizeof name, "dE/dW^%zu", l);
        print_matrix(name, t->gradient + mlp_network_weights_at(network, l - 1), t->units[l],
                     t->units[l - 1]);
        print_named("dE/db", l, t->gradient + mlp_network_biases_at(network, l - 1), t->units[l]);
    }
}

/* Explains why a row without true values has no loss and no backward pass. */
static void print_no_loss(const mlp_model *model)
{
    putchar('\n');
    if (mlp_model_target_count(model) > 1)
        say(stdout, "Loss and backward pass need the true values of all targets, and this row "
                    "lacks at least one.");
    else
        say(stdout,
            "Loss and backward pass need the true value of %s, which this row does not have.",
            mlp_model_target(model, 0));
}

static void print_trace(const mlp_model *model, const mlp_trace *t, const double *target)
{
    print_forward(model, t);
    if (target == NULL) {
        print_no_loss(model);
        return;
    }
    print_loss(mlp_model_network(model), t, target);
    print_backward(mlp_model_network(model), t);
}

/* Without a target the object has no members for loss and backward pass. */
static int print_as_json(const mlp_model *model, const mlp_trace *t, const double *target,
                         const answer *a)
{
    const mlp_network *network = mlp_model_network(model);
    mlp_json_writer *json = begin_json();
    mlp_json_put_whole(json, "row", a->row + 1);
    answer_put(json, model, a);
    mlp_json_put_numbers(json, "x", t->y[0], t->units[0]);
    if (target != NULL)
        mlp_json_put_numbers(json, "target", target, t->units[t->layers]);
    mlp_json_begin_array(json, "layers");
    for (size_t l = 1; l <= t->layers; l++) {
        const mlp_layer layer = mlp_network_layer(network, l - 1);
        mlp_json_begin_object(json, NULL);
        mlp_json_put_text(json, "activation", mlp_activation_describe(layer.activation)->name);
        mlp_json_put_numbers(json, "h", t->h[l], t->units[l]);
        mlp_json_put_numbers(json, "y", t->y[l], t->units[l]);
        if (target != NULL)
            mlp_json_put_numbers(json, "delta", t->delta[l], t->units[l]);
        mlp_json_end(json);
    }
    mlp_json_end(json);
    if (target != NULL) {
        mlp_json_put_number(json, "loss", t->loss);
        mlp_json_put_numbers(json, "gradient", t->gradient, t->parameters);
    }
    return print_json(json);
}

/* The true value of the first target, as people write it; NULL: it is not known. */
static const char *truth_text(const mlp_model *model, const mlp_encoded *row, char *number,
                              size_t size)
{
    return row->target == NULL  ? NULL
           : row->label != NULL ? mlp_model_label(model, row->label[0])
                                : shown(row->value[0], number, size);
}

/* Traces and prints an encoded row; `x` and `room` can hold its inputs and its outputs. */
static int explain(const settings *s, const mlp_model *model, const mlp_table *table,
                   const mlp_encoded *row, mlp_trace *trace, double *x, double *room)
{
    const double *target = row->target != NULL ? room : NULL;
    for (size_t i = 0; i < row->inputs; i++)
        x[i] = (double)row->x[i];
    for (size_t k = 0; target != NULL && k < row->outputs; k++)
        room[k] = (double)row->target[k];
    mlp_reference_pattern(mlp_model_network(model), NULL, x, target, trace);
    answer a;
    int code = answer_find(s, model, table, row, &a);
    if (code == EXIT_DONE && s->json) {
        code = print_as_json(model, trace, target, &a);
    } else if (code == EXIT_DONE) {
        char number[16];
        say(stdout, "Row %zu of %s", s->row, mlp_table_source(table));
        putchar('\n');
        answer_print(model, &a, truth_text(model, row, number, sizeof number));
        print_trace(model, trace, target);
        code = finish_output();
    }
    answer_release(&a);
    return code;
}

static int explain_row(const settings *s, const mlp_model *model, const mlp_table *table)
{
    mlp_encoded row;
    mlp_trace *trace = NULL;
    mlp_error err;
    if (s->row > mlp_table_rows(table)) {
        fail("--row %zu: the data have %zu row%s", s->row, mlp_table_rows(table),
             plural(mlp_table_rows(table)));
        return EXIT_USAGE;
    }
    if (mlp_model_encode_row(model, table, s->row - 1, &row, &err) != MLP_OK)
        return report(&err);
    double *x = calloc(row.inputs, sizeof *x), *target = calloc(row.outputs, sizeof *target);
    int code = EXIT_DONE;
    if (x == NULL || target == NULL)
        code = fail("not enough memory");
    else if (mlp_trace_create(mlp_model_network(model), &trace, &err) != MLP_OK)
        code = report(&err);
    else
        code = explain(s, model, table, &row, trace, x, target);
    free(x);
    free(target);
    mlp_trace_free(trace);
    mlp_encoded_release(&row);
    return code;
}

int run_explain(settings *s)
{
    mlp_model *model = NULL;
    mlp_table *table = NULL;
    const int code = load_model_and_data(s, &model, &table);
    if (code != EXIT_DONE)
        return code;
    const int explained = explain_row(s, model, table);
    mlp_table_free(table);
    mlp_model_free(model);
    return explained;
}
