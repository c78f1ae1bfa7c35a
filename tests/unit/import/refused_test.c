/* SPDX-License-Identifier: MIT */
/* Foreign files are not trusted: a file that is cut short, altered, too large or not a perceptron
 * is refused with the place and a remedy, and gets no more memory than its bytes justify. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/arena.h"
#include "unit/import/maker.h"

/* --- foreign files ---------------------------------------------------------------------------- */

static unsigned char *read_golden(const char *name, size_t *size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/networks/%s.onnx", MLP_GOLDEN, name);
    FILE *from = fopen(path, "rb");
    assert_non_null(from);
    unsigned char *bytes = malloc(1 << 20);
    *size = fread(bytes, 1, 1 << 20, from);
    fclose(from);
    assert_true(*size > 100 && *size < 1 << 20);
    return bytes;
}

/* Whether a file is imported; if not, its error message must begin with its name. */
static bool is_imported(const void *bytes, size_t size)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    const mlp_status status = mlp_import_onnx_memory(bytes, size, "net.onnx", NULL, &model, &err);
    if (status == MLP_OK) {
        assert_non_null(model);
        mlp_model_free(model);
        return true;
    }
    assert_null(model);
    assert_int_equal(status, MLP_ERROR_MODEL);
    assert_ptr_equal(strstr(err.message, "net.onnx: "), err.message);
    return false;
}

static void files_that_were_cut_are_refused(void **state)
{
    const char *const names[] = {"skl-two", "torch-pieces-old", "keras-picture"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = 0, whole = 0;
        unsigned char *bytes = read_golden(names[i], &size);
        for (size_t length = 0; length < size; length++) {
            unsigned char *cut = malloc(length); /* a sanitizer finds reads beyond it */
            memcpy(cut, bytes, length);
            whole += is_imported(cut, length) ? 1 : 0;
            free(cut);
        }
        assert_true(is_imported(bytes, size));
        assert_true(whole < size / 10); /* fields after the graph may be missing */
        free(bytes);
    }
}

static void files_that_were_altered_are_refused_or_sound(void **state)
{
    const char *const names[] = {"skl-columns", "torch-pieces-old", "keras-picture"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = 0, refused = 0;
        unsigned char *bytes = read_golden(names[i], &size);
        for (size_t at = 0; at < size; at++)
            for (unsigned bit = 1; bit < 256; bit *= 4) {
                bytes[at] ^= (unsigned char)bit;
                refused += is_imported(bytes, size) ? 0 : 1;
                bytes[at] ^= (unsigned char)bit;
            }
        assert_true(refused > size); /* of 4 * size alterations */
        free(bytes);
    }
}

/* --- graphs made here ------------------------------------------------------------------------- */

static void a_layer_alone_is_a_network(void **state)
{
    char text[1024];
    maker m = begin_graph();
    (void)state;
    add_node(&m, "MatMul", "x", "w", "y");
    assert_null(import(&m, 17, text));
    m = begin_graph();
    add_node(&m, "MatMul", "x", "w", "y");
    assert_non_null(strstr(import(&m, 6, text), "opset_version"));
}

static void what_is_no_perceptron_is_refused_by_name(void **state)
{
    static const struct {
        const char *operator, * wanted;
    } last[] = {{"Conv", "node \"here\" (Conv) is not an operator"},
                {"Gelu", "error function"},
                {"Transpose", "(Transpose)"},
                {"ArgMax", "(ArgMax)"},
                {"LeakyRelux", "(LeakyRelux)"}};
    (void)state;
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        maker m = begin_graph();
        add_node(&m, "MatMul", "x", "w", "h");
        add_node(&m, last[i].operator, "h", NULL, "y");
        assert_refused(&m, last[i].wanted);
    }
    maker m = begin_graph(); /* a connection that skips a layer */
    add_node(&m, "MatMul", "x", "w", "h");
    add_node(&m, "Tanh", "h", NULL, "t");
    add_node(&m, "MatMul", "t", "w", "u");
    add_node(&m, "Add", "u", "t", "y");
    assert_refused(&m, "(Add) combines two values");
    m = begin_graph(); /* a sum of constants */
    add_node(&m, "Add", "w", "w", "v");
    add_node(&m, "MatMul", "x", "v", "y");
    assert_refused(&m, "(Add) computes with constants alone");
    m = begin_graph(); /* two functions of one layer */
    add_node(&m, "MatMul", "x", "w", "h");
    add_node(&m, "Tanh", "h", NULL, "t");
    add_node(&m, "Relu", "h", NULL, "r");
    add_node(&m, "MatMul", "t", "w", "u");
    add_node(&m, "MatMul", "r", "w", "y");
    assert_refused(&m, "another function to a layer");
    m = begin_graph(); /* an activation of input columns */
    add_node(&m, "Relu", "x", NULL, "r");
    add_node(&m, "MatMul", "r", "w", "y");
    assert_refused(&m, "not a function of the sums of a layer");
    m = begin_graph(); /* no layer at all */
    add_node(&m, "Add", "x", "x", "y");
    assert_refused(&m, "(Add)");
    m = begin_graph();
    add_node(&m, "Identity", "x", NULL, "y");
    assert_refused(&m, "output \"y\"");
}

/* The weights of a convolution in space have five dimensions: its file is not damaged, but the
 * operator is refused. */
static void more_dimensions_than_rows_have_are_no_damage(void **state)
{
    const float numbers[] = {1, 2, 3, 4, 5, 6, 7, 8};
    maker m = begin_graph();
    mlpi_proto tensor = {0};
    (void)state;
    for (int d = 0; d < 5; d++)
        mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, d < 2 ? 1 : 2);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_TYPE, MLPI_FLOATS);
    mlpi_proto_text(&tensor, MLPI_TENSOR_NAME, "kernel");
    mlpi_proto_floats(&tensor, MLPI_TENSOR_BYTES, numbers, 8, 1.0f);
    mlpi_proto_message(&m.graph, MLPI_GRAPH_CONSTANT, &tensor);
    add_node(&m, "Conv", "x", "kernel", "y");
    assert_refused(&m, "node \"here\" (Conv) is not an operator");
}

static void damaged_graphs_are_refused(void **state)
{
    (void)state;
    maker m = begin_graph(); /* nodes in the wrong order */
    add_node(&m, "Tanh", "h", NULL, "y");
    add_node(&m, "MatMul", "x", "w", "h");
    assert_refused(&m, "computed only later");
    m = begin_graph(); /* two nodes with the same output */
    add_node(&m, "MatMul", "x", "w", "y");
    add_node(&m, "MatMul", "x", "w", "y");
    assert_refused(&m, "exists already");
    m = begin_graph();
    add_node(&m, "MatMul", "x", "nothing", "y");
    assert_refused(&m, "which nothing computes");
    m = begin_graph(); /* 8 numbers for 2 x 3 */
    add_tensor(&m, "v", 2, 3, 8);
    add_node(&m, "MatMul", "x", "v", "y");
    assert_refused(&m, "has 8 elements");
    m = begin_graph(); /* 3 numbers for rows of 2 */
    add_tensor(&m, "b", 0, 3, 3);
    add_node(&m, "Add", "x", "b", "s");
    add_node(&m, "MatMul", "s", "w", "y");
    assert_refused(&m, "another width");
}

/* Comparisons take time, and few bytes could ask for very many, so they count against a limit. */
static void comparing_is_counted(void **state)
{
    const int times[] = {1, 300};
    char to[16];
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        maker m = begin_graph();
        add_tensor(&m, "u", 2, 1, 2);
        add_tensor(&m, "v", 1, WIDE, WIDE);
        add_tensor(&m, "b", 0, WIDE, WIDE);
        add_tensor(&m, "e", WIDE, 1, WIDE);
        add_node(&m, "MatMul", "x", "u", "g");
        add_node(&m, "MatMul", "g", "v", "h");
        add_node(&m, "Add", "h", "b", "one");
        add_node(&m, "Add", "h", "b", "other");
        add_node(&m, "Sigmoid", "other", NULL, "s");
        for (int i = 0; i < times[k]; i++) {
            snprintf(to, sizeof to, "o%d", i);
            add_node(&m, "Mul", "one", "s", to);
        }
        add_node(&m, "MatMul", "o0", "e", "y");
        if (times[k] == 1)
            assert_imported(&m);
        else
            assert_refused(&m, "more than its bytes hold");
    }
}

/* Sizes that a file states but does not hold get no memory. */
static void sizes_that_are_not_borne_out_get_no_memory(void **state)
{
    (void)state;
    maker m = begin_graph();
    add_tensor(&m, "v", (int64_t)1 << 30, (int64_t)1 << 30, 8);
    add_node(&m, "MatMul", "x", "v", "y");
    assert_refused(&m, "elements");
    m = (maker){0};
    add_port(&m, MLPI_GRAPH_INPUT, "x", (int64_t)1 << 62);
    add_port(&m, MLPI_GRAPH_OUTPUT, "y", 2);
    assert_refused(&m, "more numbers for each row");
    m = (maker){0}; /* a million columns of one number each */
    add_port(&m, MLPI_GRAPH_INPUT, "x", 1000000);
    add_port(&m, MLPI_GRAPH_OUTPUT, "y", 2);
    add_tensor(&m, "one", 0, 1, 1);
    add_along(&m, "Concat", "x", "x", "y");
    assert_refused(&m, "more than its bytes hold");
}

static void numbers_in_another_file_are_not_looked_for(void **state)
{
    maker m = begin_graph();
    mlpi_proto tensor = {0}, place = {0};
    (void)state;
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, 2);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_TYPE, MLPI_FLOATS);
    mlpi_proto_text(&tensor, MLPI_TENSOR_NAME, "far");
    mlpi_proto_text(&place, 1, "location");
    mlpi_proto_text(&place, 2, "/etc/passwd");
    mlpi_proto_message(&tensor, MLPI_TENSOR_ELSEWHERE, &place);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_PLACE, 1);
    mlpi_proto_message(&m.graph, MLPI_GRAPH_CONSTANT, &tensor);
    add_node(&m, "Add", "x", "far", "y");
    assert_refused(&m, "\"far\" lie in another file");
}

static void what_mlp_exported_is_refused_plainly(void **state)
{
    mlp_model *model = NULL, *back = NULL;
    mlp_error err;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    (void)state;
    assert_non_null(to);
    assert_int_equal(mlp_import_onnx(MLP_GOLDEN "/networks/skl-standard.onnx", NULL, &model, NULL),
                     MLP_OK);
    assert_int_equal(mlp_export_onnx(model, to, NULL), MLP_OK);
    fclose(to);
    assert_int_equal(mlp_import_onnx_memory(text, size, "net.onnx", NULL, &back, &err),
                     MLP_ERROR_MODEL);
    assert_non_null(strstr(err.message, "exported from a model of mlp"));
    free(text);
    mlp_model_free(model);
}

static void an_arena_ends_where_it_says(void **state)
{
    mlpi_arena arena = {.left = 1000};
    (void)state;
    assert_non_null(mlpi_arena_take(&arena, 10, 8));
    assert_non_null(mlpi_arena_take(&arena, 0, 8));
    assert_null(mlpi_arena_take(&arena, 1000, 1));
    assert_null(mlpi_arena_take(&arena, SIZE_MAX, SIZE_MAX));
    assert_true(arena.spent);
    mlpi_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_were_cut_are_refused),
        cmocka_unit_test(files_that_were_altered_are_refused_or_sound),
        cmocka_unit_test(a_layer_alone_is_a_network),
        cmocka_unit_test(what_is_no_perceptron_is_refused_by_name),
        cmocka_unit_test(more_dimensions_than_rows_have_are_no_damage),
        cmocka_unit_test(damaged_graphs_are_refused),
        cmocka_unit_test(comparing_is_counted),
        cmocka_unit_test(sizes_that_are_not_borne_out_get_no_memory),
        cmocka_unit_test(numbers_in_another_file_are_not_looked_for),
        cmocka_unit_test(what_mlp_exported_is_refused_plainly),
        cmocka_unit_test(an_arena_ends_where_it_says),
    };
    return RUN(tests);
}
