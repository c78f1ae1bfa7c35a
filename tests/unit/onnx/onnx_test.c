/* SPDX-License-Identifier: MIT */
/* An export as ONNX is a valid graph, which a small reader of the wire format checks here message
 * by message. That the graph answers as the library does is tested with onnxruntime by
 * tests/onnx/run. */
#include "import/graph.h"
#include "mlp/mlp.h"
#include "onnx/proto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/test.h"

/* --- the wire format -------------------------------------------------------------------------- */

/* The examples of protobuf.dev, "Encoding", and a negative number. */
static void bytes_are_those_of_the_format(void **state)
{
    static const unsigned char wanted[] = {
        0x08, 0x96, 0x01,                                                 /* 1: 150 */
        0x12, 0x07, 't',  'e',  's',  't',  'i',  'n',  'g',              /* 2: "testing" */
        0x1a, 0x03, 0x08, 0x96, 0x01,                                     /* 3: {1: 150} */
        0x25, 0x00, 0x00, 0x80, 0x3f,                                     /* 4: 1.0f */
        0x28, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, /* 5: -1 */
        0xa2, 0x01, 0x08, 0,    0,    0,    0,    0,    0,    0x04, 0xc0, /* 20: bytes of -2.5 */
    };
    mlpi_proto message = {0}, inner = {0};
    (void)state;
    mlpi_proto_whole(&inner, 1, 150);
    mlpi_proto_whole(&message, 1, 150);
    mlpi_proto_text(&message, 2, "testing");
    mlpi_proto_message(&message, 3, &inner);
    mlpi_proto_float(&message, 4, 1.0f);
    mlpi_proto_whole(&message, 5, -1);
    mlpi_proto_doubles(&message, 20, (double[]){-2.5}, 1);
    assert_false(message.failed);
    assert_int_equal(message.size, sizeof wanted);
    assert_memory_equal(message.bytes, wanted, sizeof wanted);
    assert_null(inner.bytes);
    mlpi_proto_release(&message);
}

/* --- a reader --------------------------------------------------------------------------------- */

typedef struct span {
    const unsigned char *at, *end;
} span;

typedef struct field {
    unsigned number;
    uint64_t whole; /* the value of a varint */
    span bytes;     /* the content of any other field */
} field;

static uint64_t read_varint(span *from)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        assert_true(from->at < from->end);
        const unsigned char byte = *from->at++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return value;
    }
    fail_msg("a number of more than 64 bits");
    return 0;
}

/* Reads the next field of a message; false: the message has ended. */
static bool next_field(span *from, field *f)
{
    if (from->at == from->end)
        return false;
    const uint64_t tag = read_varint(from);
    *f = (field){.number = (unsigned)(tag >> 3)};
    size_t length = 4;
    switch (tag & 7) {
    case 0:
        f->whole = read_varint(from);
        return true;
    case 2:
        length = (size_t)read_varint(from);
        break;
    case 5:
        break;
    default:
        fail_msg("a field of type %d", (int)(tag & 7));
    }
    assert_true(length <= (size_t)(from->end - from->at));
    f->bytes = (span){from->at, from->at + length};
    from->at += length;
    return true;
}

static size_t length_of(span s)
{
    return (size_t)(s.end - s.at);
}

static bool is_text(span s, const char *text)
{
    return length_of(s) == strlen(text) && memcmp(s.at, text, length_of(s)) == 0;
}

static bool are_equal(span a, span b)
{
    return length_of(a) == length_of(b) && memcmp(a.at, b.at, length_of(a)) == 0;
}

/* Finds occurrence n, counted from 0, of the fields with this number; false: it does not exist. */
static bool find_field(span message, unsigned number, size_t n, field *f)
{
    while (next_field(&message, f))
        if (f->number == number && n-- == 0)
            return true;
    return false;
}

static field need_field(span message, unsigned number)
{
    field f;
    if (!find_field(message, number, 0, &f))
        fail_msg("field %u is not there", number);
    return f;
}

/* --- a graph ---------------------------------------------------------------------------------- */

enum { MOST_NAMES = 20000 };

/* The names of the values that exist so far. */
typedef struct names {
    span name[MOST_NAMES];
    size_t count;
} names;

static bool is_known(const names *all, span name)
{
    for (size_t i = 0; i < all->count; i++)
        if (are_equal(all->name[i], name))
            return true;
    return false;
}

static void add_name(names *all, span name)
{
    assert_true(length_of(name) > 0);
    assert_false(is_known(all, name));
    assert_true(all->count < MOST_NAMES);
    all->name[all->count++] = name;
}

/* Checks that a tensor has the size of its shape and type, and adds its name. */
static void check_tensor(span tensor, names *all)
{
    const uint64_t type = need_field(tensor, 2).whole;
    const size_t size = type == 1 ? 4 : type == 10 ? 2 : 8;
    size_t count = 1, texts = 0;
    field f;
    for (span left = tensor; next_field(&left, &f);) {
        if (f.number == 1)
            count *= (size_t)f.whole;
        texts += f.number == 6 ? 1 : 0;
    }
    assert_true(type == 1 || type == 7 || type == 8 || type == 10 || type == 11);
    if (type == 8)
        assert_int_equal(texts, count);
    else
        assert_int_equal(length_of(need_field(tensor, 9).bytes), count * size);
    add_name(all, need_field(tensor, 8).bytes);
}

static void check_attribute(span attribute)
{
    static const unsigned place[] = {[1] = 2, [2] = 3, [7] = 8, [8] = 9};
    const uint64_t type = need_field(attribute, 20).whole;
    need_field(attribute, 1);
    assert_true(type == 1 || type == 2 || type == 7 || type == 8);
    need_field(attribute, place[type]);
}

/* Accepts the operators of version 17 that the export uses, and one of another domain, which the
 * node must name. */
static void check_operator(span node)
{
    static const char *const known[] = {
        "Abs",      "Add",      "ArgMax",     "Cast",        "Clip", "Concat",    "Div",
        "Elu",      "Equal",    "Floor",      "Erf",         "Exp",  "Gather",    "Gemm",
        "Greater",  "Identity", "And",        "LessOrEqual", "Or",   "Unsqueeze", "IsNaN",
        "Less",     "Log",      "Max",        "Min",         "Mul",  "Neg",       "Not",
        "OneHot",   "Relu",     "Reciprocal", "ReduceSum",   "Selu", "Sign",      "Softmax",
        "Softplus", "Softsign", "Sqrt",       "Squeeze",     "Sub",  "Tanh",      "TopK",
        "Where",    "LeakyRelu"};
    const span op = need_field(node, 4).bytes;
    field domain;
    if (find_field(node, 7, 0, &domain)) {
        assert_true(is_text(domain.bytes, "ai.onnx.ml"));
        assert_true(is_text(op, "LabelEncoder"));
        return;
    }
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found = found || is_text(op, known[i]);
    if (!found)
        fail_msg("operator %.*s", (int)length_of(op), (const char *)op.at);
}

/* Checks that a node reads only values that exist, and adds the values that it makes. */
static void check_node(span node, names *all)
{
    field f;
    check_operator(node);
    for (span left = node; next_field(&left, &f);) {
        if (f.number == 1 && !is_known(all, f.bytes))
            fail_msg("%.*s is read before it is there", (int)length_of(f.bytes),
                     (const char *)f.bytes.at);
        if (f.number == 5)
            check_attribute(f.bytes);
    }
    for (span left = node; next_field(&left, &f);)
        if (f.number == 2)
            add_name(all, f.bytes);
}

/* Checks the shape of an input or output, N x `columns` (0: N alone); returns its element type. */
static uint64_t check_info(span info, size_t columns)
{
    const span tensor = need_field(need_field(info, 2).bytes, 1).bytes;
    const span shape = need_field(tensor, 2).bytes;
    field f;
    assert_true(find_field(shape, 1, 0, &f));
    assert_true(is_text(need_field(f.bytes, 2).bytes, "N"));
    assert_int_equal(find_field(shape, 1, 1, &f), columns > 0);
    if (columns > 0)
        assert_int_equal(need_field(f.bytes, 1).whole, columns);
    return need_field(tensor, 1).whole;
}

static void check_model(span model)
{
    static names all;
    const span graph = need_field(model, 7).bytes;
    field f;
    all.count = 0;
    assert_int_equal(need_field(model, 1).whole, 8);
    assert_true(find_field(model, 8, 0, &f));
    assert_int_equal(need_field(f.bytes, 2).whole, 17);
    assert_true(find_field(model, 8, 1, &f));
    assert_int_equal(need_field(f.bytes, 2).whole, 3);
    need_field(graph, 2);
    for (span left = graph; next_field(&left, &f);)
        if (f.number == 11)
            add_name(&all, need_field(f.bytes, 1).bytes);
    for (span left = graph; next_field(&left, &f);)
        if (f.number == 5)
            check_tensor(f.bytes, &all);
    for (span left = graph; next_field(&left, &f);)
        if (f.number == 1)
            check_node(f.bytes, &all);
    for (span left = graph; next_field(&left, &f);)
        if (f.number == 12)
            assert_true(is_known(&all, need_field(f.bytes, 1).bytes));
}

/* --- models ----------------------------------------------------------------------------------- */

/* One column has the name of an output, and another a name like those of values in the graph. */
static char *make_data(void)
{
    static const char *const colours[] = {"red", "\xc3\xa4", "a\"\"b", "*", "7"};
    char *text = NULL;
    size_t size = 0;
    uint32_t n = 1;
    FILE *to = open_memstream(&text, &size);
    fputs("label,::0,colour,when,y,kind\n", to);
    for (int i = 0; i < 200; i++) {
        n = n * 1664525u + 1013904223u;
        const double u = (double)(n >> 8) / (double)(1 << 24);
        if (i % 11 == 3)
            fputs(",", to);
        else
            fprintf(to, "%.6g,", u);
        fprintf(to, "%d,\"%s\",2024-%02d-%02d,%.6g,%s\n", i % 7, i % 13 == 4 ? "" : colours[i % 5],
                i % 12 + 1, i % 28 + 1, u + i % 7,
                u < 0.4   ? "few"
                : u < 0.7 ? "some"
                          : "many");
    }
    fclose(to);
    return text;
}

/* `options`: names and values in turn; NULL ends them. */
static mlp_model *train(const char *const *options)
{
    char *text = make_data();
    mlp_table *table = NULL;
    mlp_train_options *all = NULL;
    mlp_model *model = NULL;
    mlp_error err;
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "data.csv", NULL, &table, &err),
                     MLP_OK);
    assert_int_equal(mlp_train_options_create(&all, &err), MLP_OK);
    static const char *const usual[] = {"epochs", "2", "hidden", "4", NULL};
    for (int i = 0; usual[i] != NULL; i += 2)
        assert_int_equal(mlp_train_options_set(all, usual[i], usual[i + 1], &err), MLP_OK);
    for (; *options != NULL; options += 2)
        if (mlp_train_options_set(all, options[0], options[1], &err) != MLP_OK)
            fail_msg("%s", err.message);
    if (mlp_train(table, NULL, all, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_train_options_free(all);
    mlp_table_free(table);
    free(text);
    return model;
}

/* The exported file, to which `bytes` then points; free() it. */
static char *export_model(const mlp_model *model, span *bytes)
{
    char *text = NULL;
    size_t size = 0;
    mlp_error err;
    FILE *to = open_memstream(&text, &size);
    if (mlp_export_onnx(model, to, &err) != MLP_OK)
        fail_msg("%s", err.message);
    fclose(to);
    *bytes = (span){(const unsigned char *)text, (const unsigned char *)text + size};
    return text;
}

static void graphs_are_whole(void **state)
{
    static const char *const wishes[][9] = {
        {"target", "kind", "drop", "y", NULL},
        {"target", "y", "drop", "kind,when", "transform", "numeric=quantile-normal", NULL},
        {"target", "y", "drop", "kind,when", "transform", "categorical=target", "folds", "2", NULL},
        {"target", "y", "drop", "kind,when", "loss", "quantile", NULL},
        {"target", "kind", "drop", "y,when", "activation", "gelu", "folds", "2", NULL},
        {"target", "y", "drop", "kind,when", "target-transform", "quantile-normal", NULL},
        {"target", "y", "drop", "kind,when", "target-transform", "yeo-johnson", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        span bytes;
        mlp_model *model = train(wishes[i]);
        char *text = export_model(model, &bytes);
        check_model(bytes);
        free(text);
        mlp_model_free(model);
    }
}

static void columns_and_outputs_have_their_names(void **state)
{
    mlp_model *model = train((const char *const[]){"target", "kind", "drop", "y,when", NULL});
    span bytes;
    field f;
    char *text = export_model(model, &bytes);
    const span graph = need_field(bytes, 7).bytes;
    static const struct {
        const char *name;
        unsigned list;
        size_t place, columns;
        uint64_t element;
    } wanted[] = {{"label", 11, 0, 1, 1},
                  {"::0", 11, 1, 1, 1},
                  {"colour", 11, 2, 1, 8},
                  {"label_", 12, 0, 0, 8},
                  {"probabilities", 12, 1, 3, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_true(find_field(graph, wanted[i].list, wanted[i].place, &f));
        assert_true(is_text(need_field(f.bytes, 1).bytes, wanted[i].name));
        assert_int_equal(check_info(f.bytes, wanted[i].columns), wanted[i].element);
    }
    assert_false(find_field(graph, 11, 3, &f));
    assert_false(find_field(graph, 12, 2, &f));
    const span property = need_field(bytes, 14).bytes;
    assert_true(is_text(need_field(property, 1).bytes, "mlp"));
    assert_true(is_text(need_field(property, 2).bytes,
                        "{\"targets\":[\"kind\"],\"labels\":[\"few\",\"many\",\"some\"]}"));
    free(text);
    mlp_model_free(model);
}

/* Number i of a list of floats, of which the lowest byte comes first. */
static float float_at(span list, size_t i)
{
    uint32_t bits = 0;
    float value;
    for (size_t byte = sizeof bits; byte-- > 0;)
        bits = bits << 8 | list.at[sizeof bits * i + byte];
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Whether a list holds these floats, multiplied by `sign`. */
static bool holds(span list, const float *values, size_t count, float sign)
{
    bool same = length_of(list) == count * sizeof *values;
    for (size_t i = 0; same && i < count; i++)
        same = float_at(list, i) == sign * values[i];
    return same;
}

/* Weights are unchanged and biases change their sign: ONNX adds them, and the network subtracts
 * them. */
static void weights_are_the_same_bits(void **state)
{
    mlp_model *model = train((const char *const[]){"target", "y", "drop", "kind,when", NULL});
    const mlp_network *network = mlp_model_network(model);
    const float *w = mlp_network_parameters_const(network);
    span bytes;
    field f;
    size_t found = 0;
    char *text = export_model(model, &bytes);
    const span graph = need_field(bytes, 7).bytes;
    (void)state;
    for (size_t n = 0; find_field(graph, 5, n, &f); n++) {
        const uint64_t type = need_field(f.bytes, 2).whole;
        const span raw = type == 8 ? (span){0} : need_field(f.bytes, 9).bytes;
        for (size_t l = 0; type == 1 && l < mlp_network_layer_count(network); l++) {
            const size_t units = mlp_network_layer(network, l).units;
            const size_t inputs =
                l > 0 ? mlp_network_layer(network, l - 1).units : mlp_network_inputs(network);
            const float *weights = w + mlp_network_weights_at(network, l);
            const float *biases = w + mlp_network_biases_at(network, l);
            found += holds(raw, weights, units * inputs, 1.0f) ? 1 : 0;
            found += holds(raw, biases, units, -1.0f) ? 1 : 0;
        }
    }
    assert_int_equal(found, 2 * mlp_network_layer_count(network));
    free(text);
    mlp_model_free(model);
}

static void what_cannot_be_carried_is_named(void **state)
{
    static const struct {
        const char *options[5];
        const char *column, *transform;
    } wanted[] = {
        {{"target", "kind", "transform", "colour=hashing", NULL}, "\"colour\"", "hashing"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        mlp_model *model = train(wanted[i].options);
        mlp_error err;
        FILE *to = tmpfile();
        assert_int_equal(mlp_export_onnx(model, to, &err), MLP_ERROR_ARGUMENT);
        assert_non_null(strstr(err.message, wanted[i].column));
        assert_non_null(strstr(err.message, wanted[i].transform));
        assert_int_equal(ftell(to), 0);
        fclose(to);
        mlp_model_free(model);
    }
}

/* An export as a matrix has one input for all columns; the graph that follows is the same. */
static void a_matrix_is_one_input(void **state)
{
    mlp_model *model = NULL, *texts = train((const char *const[]){"target", "kind", NULL});
    mlpi_arena arena = {.left = 1 << 20};
    mlpi_onnx_graph graph;
    mlp_error err;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    (void)state;
    assert_int_equal(mlp_import_onnx(MLP_GOLDEN "/networks/skl-standard.onnx", NULL, &model, &err),
                     MLP_OK);
    assert_int_equal(mlp_export_onnx_matrix(texts, to, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "the texts of column \"colour\""));
    assert_int_equal(mlp_export_onnx_matrix(model, to, &err), MLP_OK);
    fclose(to);
    const unsigned char *bytes = (const unsigned char *)text;
    check_model((span){bytes, bytes + size});
    assert_int_equal(mlpi_onnx_read((mlpi_bytes){bytes, size}, "net.onnx", &arena, &graph, &err),
                     MLP_OK);
    assert_int_equal(graph.inputs, 1);
    assert_true(mlpi_bytes_are(graph.input[0].name, "x"));
    assert_int_equal(graph.input[0].rank, 2);
    assert_int_equal(graph.input[0].dimension[1], 4);
    assert_int_equal(graph.outputs, 2);
    mlpi_arena_release(&arena);
    mlp_model_free(model);
    mlp_model_free(texts);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_those_of_the_format),
        cmocka_unit_test(graphs_are_whole),
        cmocka_unit_test(columns_and_outputs_have_their_names),
        cmocka_unit_test(weights_are_the_same_bits),
        cmocka_unit_test(what_cannot_be_carried_is_named),
        cmocka_unit_test(a_matrix_is_one_input),
    };
    return RUN(tests);
}
