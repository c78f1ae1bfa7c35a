/* SPDX-License-Identifier: MIT */
/* Options of the export as ONNX: weights of 16 bits are the nearest ones or are refused, and a
 * coverage adds outputs where the model can promise it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "import/graph.h"
#include "learning/problem.h"
#include "mlp/export.h"

static mlp_model *train(size_t folds)
{
    char text[4096], *at = text;
    at += sprintf(at, "a,y\n");
    for (int i = 0; i < 100; i++)
        at += sprintf(at, "%d,%d.5\n", i % 17, (i * 7) % 23);
    mlp_table *table = problem_table(text);
    mlp_train_options o = mlpi_options_default();
    o.hidden = "3";
    o.epochs = 2;
    o.folds = folds;
    mlp_model *model = problem_train(table, o, NULL);
    mlp_table_free(table);
    return model;
}

/* The exported file; free() it. NULL: the export was refused. */
static char *export_as(const mlp_model *model, const char *option, const char *value, size_t *size,
                       mlp_error *err)
{
    mlp_export_options *options = NULL;
    char *text = NULL;
    FILE *to = open_memstream(&text, size);
    assert_int_equal(mlp_export_options_create(&options, NULL), MLP_OK);
    assert_int_equal(mlp_export_options_set(options, option, value, NULL), MLP_OK);
    const mlp_status status = mlp_export_onnx_with(model, options, to, err);
    mlp_export_options_free(options);
    assert_int_equal(fclose(to), 0);
    if (status == MLP_OK)
        return text;
    assert_int_equal(status, MLP_ERROR_ARGUMENT);
    assert_int_equal(*size, 0);
    free(text);
    return NULL;
}

/* Whether the file holds these numbers of 16 bits in sequence, low bytes first. */
static bool has_bytes(const char *file, size_t size, const uint16_t *bits, size_t count)
{
    unsigned char wanted[64];
    for (size_t i = 0; i < count; i++) {
        wanted[2 * i] = (unsigned char)(bits[i] & 255);
        wanted[2 * i + 1] = (unsigned char)(bits[i] >> 8);
    }
    for (size_t i = 0; i + 2 * count <= size; i++)
        if (memcmp(file + i, wanted, 2 * count) == 0)
            return true;
    return false;
}

static void weights_of_16_bits_are_the_nearest(void **state)
{
    mlp_model *model = train(0);
    const mlp_network *network = mlp_model_network(model);
    const float *w = mlp_network_parameters_const(network) + mlp_network_weights_at(network, 0);
    uint16_t bits[3];
    size_t size = 0;
    mlp_error err;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        bits[i] = mlpi_half_bits(w[i]);
        assert_true(fabs(mlpi_half_number(bits[i]) - (double)w[i]) <=
                    fmax(ldexp(fabs((double)w[i]), -11), 0x1p-25));
    }
    char *halves = export_as(model, "weights", "float16", &size, &err);
    assert_true(has_bytes(halves, size, bits, 3));
    free(halves);
    char *floats = export_as(model, "weights", "float32", &size, &err);
    assert_false(has_bytes(floats, size, bits, 3));
    free(floats);
    assert_null(export_as(model, "weights", "float8", &size, &err));
    assert_non_null(strstr(err.message, "float8"));
    mlp_model_free(model);
}

static void weights_beyond_16_bits_are_refused(void **state)
{
    mlp_model *model = train(0);
    float *w = (float *)(uintptr_t)mlp_network_parameters_const(mlp_model_network(model));
    const float edges[] = {65519.0f, -65520.0f, 7e4f};
    size_t size = 0;
    mlp_error err;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        w[mlp_network_weights_at(mlp_model_network(model), 1)] = edges[i];
        char *file = export_as(model, "weights", "float16", &size, &err);
        assert_int_equal(file != NULL, i == 0);
        free(file);
    }
    assert_non_null(strstr(err.message, "a weight of layer 2 is 70000"));
    mlp_model_free(model);
}

static bool has_output(const char *file, size_t size, const char *name)
{
    mlpi_arena arena = {.left = 1 << 20};
    mlpi_onnx_graph graph;
    bool found = false;
    mlp_error err;
    if (mlpi_onnx_read((mlpi_bytes){(const unsigned char *)file, size}, "net", &arena, &graph,
                       &err) != MLP_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < graph.outputs; i++)
        found = found || mlpi_bytes_are(graph.output[i].name, name);
    mlpi_arena_release(&arena);
    return found;
}

static void a_coverage_is_promised_or_refused(void **state)
{
    mlp_model *model = train(0), *folded = train(3);
    size_t size = 0;
    mlp_error err;
    (void)state;
    char *file = export_as(model, "coverage", "0", &size, &err); /* no coverage */
    assert_false(has_output(file, size, "lower"));
    free(file);
    assert_null(export_as(model, "coverage", "0.8", &size, &err));
    assert_non_null(strstr(err.message, "`folds`"));
    file = export_as(folded, "coverage", "0.8", &size, &err);
    assert_true(has_output(file, size, "lower") && has_output(file, size, "upper"));
    free(file);
    assert_null(export_as(folded, "coverage", "0.999", &size, &err));
    assert_non_null(strstr(err.message, "are too few for a coverage of 0.999"));
    mlp_model_free(model);
    mlp_model_free(folded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_of_16_bits_are_the_nearest),
        cmocka_unit_test(weights_beyond_16_bits_are_refused),
        cmocka_unit_test(a_coverage_is_promised_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
