/* SPDX-License-Identifier: MIT */
/* Every operator in the forms that its definition allows: either the model computes the operator's
 * formula (onnx.ai, operators), written here again in double, or the form is refused with a
 * reason. */
#include "unit/import/maker.h"

enum { SETS = 2, GIVEN = 4, NUMBERS = 4 };

/* An attribute: a whole number, a number, a list with one of them, or a text. */
typedef struct setting {
    const char *name;
    int type; /* MLPI_TYPE_... */
    float value;
    const char *text;
} setting;

/* A constant that is a further input of an operator. */
typedef struct given {
    size_t count;
    float number[NUMBERS];
    bool column; /* shape count x 1; false: a list */
} given;

typedef struct form {
    const char *operator;
    double (*computes)(double h, size_t place); /* the output for the sum h; NULL: refused */
    const char *because;                        /* words of the refusal */
    setting set[SETS];
    given given[GIVEN];
    const char *domain;
} form;

/* --- formulas --------------------------------------------------------------------------------- */

static double same(double h, size_t k)
{
    (void)k;
    return h;
}

static double relu(double h, size_t k)
{
    (void)k;
    return h > 0.0 ? h : 0.0;
}

static double leaky_relu(double h, size_t k)
{
    (void)k;
    return h > 0.0 ? h : 0.01 * h;
}

static double elu(double h, size_t k)
{
    (void)k;
    return h > 0.0 ? h : expm1(h);
}

static double selu(double h, size_t k)
{
    return 1.0507009873554805 * (h > 0.0 ? h : 1.6732632423543772 * elu(h, k));
}

static double gelu(double h, size_t k)
{
    (void)k;
    return 0.5 * h * (1.0 + tanh(sqrt(2.0 / M_PI) * (h + 0.044715 * h * h * h)));
}

static double within(double h, double low, double high)
{
    return h < low ? low : h > high ? high : h;
}

static double hard_sigmoid(double h, size_t k) /* with the slope and shift of ONNX */
{
    (void)k;
    return within(0.2 * h + 0.5, 0.0, 1.0);
}

static double hard_sigmoid_of_torch(double h, size_t k)
{
    (void)k;
    return within(h / 6.0 + 0.5, 0.0, 1.0);
}

static double clip_low(double h, size_t k)
{
    (void)k;
    return h < -0.5 ? -0.5 : h;
}

static double clip_high(double h, size_t k)
{
    (void)k;
    return h > 1.5 ? 1.5 : h;
}

static double clip_both(double h, size_t k)
{
    (void)k;
    return within(h, -0.5, 1.5);
}

static double negative(double h, size_t k)
{
    (void)k;
    return -h;
}

static double half(double h, size_t k)
{
    (void)k;
    return h / 2.0;
}

static double less_one(double h, size_t k)
{
    (void)k;
    return h - 1.0;
}

static double half_and_fourth(double h, size_t k)
{
    return h / (k == 0 ? 2.0 : 4.0);
}

/* Scale 2, 3; shift 1, 0; mean 0.5, 1; variance 4, 0.25 for the places 0, 1. */
static double normalized(double h, size_t k)
{
    return k == 0 ? 2.0 * (h - 0.5) / sqrt(4.0 + 1e-5) + 1.0 : 3.0 * (h - 1.0) / sqrt(0.25 + 1e-5);
}

static double scaled(double h, size_t k) /* offset 3; scale 0.5 */
{
    (void)k;
    return (h - 3.0) * 0.5;
}

/* --- graphs ----------------------------------------------------------------------------------- */

static void put_setting(mlpi_proto *node, const setting *s)
{
    mlpi_proto one = {0};
    mlpi_proto_text(&one, MLPI_ATTRIBUTE_NAME, s->name);
    mlpi_proto_whole(&one, MLPI_ATTRIBUTE_TYPE, s->type);
    switch (s->type) {
    case MLPI_TYPE_INT:
        mlpi_proto_whole(&one, MLPI_ATTRIBUTE_INT, (int64_t)s->value);
        break;
    case MLPI_TYPE_INTS:
        mlpi_proto_whole(&one, MLPI_ATTRIBUTE_INTS, (int64_t)s->value);
        break;
    case MLPI_TYPE_FLOAT:
        mlpi_proto_float(&one, MLPI_ATTRIBUTE_FLOAT, s->value);
        break;
    case MLPI_TYPE_FLOATS:
        mlpi_proto_float(&one, MLPI_ATTRIBUTE_FLOATS, s->value);
        break;
    default:
        mlpi_proto_text(&one, MLPI_ATTRIBUTE_STRING, s->text);
    }
    mlpi_proto_message(node, MLPI_NODE_ATTRIBUTE, &one);
}

/* Adds a constant; a single number that is not a column is a scalar. */
static void add_given(maker *m, const char *name, const given *g)
{
    mlpi_proto tensor = {0};
    if (g->count > 1 || g->column)
        mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)g->count);
    if (g->column)
        mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, 1);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_TYPE, MLPI_FLOATS);
    mlpi_proto_text(&tensor, MLPI_TENSOR_NAME, name);
    mlpi_proto_floats(&tensor, MLPI_TENSOR_BYTES, g->number, g->count, 1.0f);
    mlpi_proto_message(&m->graph, MLPI_GRAPH_CONSTANT, &tensor);
}

/* Adds the operator of a form, which computes the value `to` from the value `from`. */
static void add_form(maker *m, const form *f, const char *from, const char *to)
{
    static const char *const names[GIVEN] = {"g1", "g2", "g3", "g4"};
    mlpi_proto fields = {0};
    size_t last = GIVEN;
    while (last > 0 && f->given[last - 1].count == 0)
        last--;
    for (size_t i = 0; i < last; i++) {
        const bool there = f->given[i].count > 0;
        if (there)
            add_given(m, names[i], &f->given[i]);
        mlpi_proto_text(&fields, MLPI_NODE_INPUT, there ? names[i] : "");
    }
    for (size_t i = 0; i < SETS && f->set[i].name != NULL; i++)
        put_setting(&fields, &f->set[i]);
    if (f->domain != NULL)
        mlpi_proto_text(&fields, MLPI_NODE_DOMAIN, f->domain);
    add_set_node(m, f->operator, from, NULL, to, &fields);
    mlpi_proto_release(&fields);
}

static void begin_told(char *told, size_t size, const form *f)
{
    int used = snprintf(told, size, "%s", f->operator);
    for (size_t i = 0; i < SETS && f->set[i].name != NULL; i++)
        used += snprintf(told + used, size - (size_t)used, ", %s %g", f->set[i].name,
                         (double)f->set[i].value);
    for (size_t i = 0; i < GIVEN && f->given[i].count > 0; i++)
        used +=
            snprintf(told + used, size - (size_t)used, ", of %g", (double)f->given[i].number[0]);
}

/* Compares the predictions of a model of w, the operator and w again with the formula, on rows for
 * which w gives sums on both sides of 0. */
static void compare(const mlp_model *model, const form *f, const char *told)
{
    enum { ROWS = 9 };
    static const double w[2][2] = {{1, 2}, {3, 4}};
    char text[1024];
    mlp_table *rows = NULL;
    mlp_predictions p;
    mlp_error err;
    int used = snprintf(text, sizeof text, "%s,%s\n", mlp_model_column(model, 0),
                        mlp_model_column(model, 1));
    for (int r = 0; r < ROWS; r++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%g,%g\n", 0.5 * (r - 4),
                         0.25 * (r % 3));
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "rows", NULL, &rows, NULL), MLP_OK);
    if (mlp_model_predict(model, rows, 1, &p, &err) != MLP_OK)
        fail_msg("%s: %s", told, err.message);
    assert_int_equal(p.width, 2);
    for (size_t r = 0; r < ROWS; r++) {
        const double x[2] = {0.5 * ((int)r - 4), 0.25 * (double)(r % 3)};
        double t[2];
        for (size_t k = 0; k < 2; k++)
            t[k] = f->computes(x[0] * w[0][k] + x[1] * w[1][k], k);
        for (size_t k = 0; k < 2; k++) {
            const double wanted = t[0] * w[0][k] + t[1] * w[1][k], got = p.values[2 * r + k];
            if (!(fabs(got - wanted) <= 1e-5 * (1.0 + fabs(wanted))))
                fail_msg("%s: %.9g is to be %.9g", told, got, wanted);
        }
    }
    mlp_predictions_release(&p);
    mlp_table_free(rows);
}

static void check_form(const form *f)
{
    char told[200];
    mlp_model *model = NULL;
    mlp_error err = {0};
    maker m = begin_graph();
    begin_told(told, sizeof told, f);
    add_node(&m, "MatMul", "x", "w", "h");
    add_form(&m, f, "h", "t");
    add_node(&m, "MatMul", "t", "w", "y");
    const mlp_status status = import_model(&m, 17, &model, &err);
    if (f->computes == NULL) {
        if (status != MLP_ERROR_MODEL || strstr(err.message, f->because) == NULL)
            fail_msg("%s: \"%s\" is to be of \"%s\"", told, err.message, f->because);
        return;
    }
    if (status != MLP_OK)
        fail_msg("%s: is to be imported: %s", told, err.message);
    compare(model, f, told);
    mlp_model_free(model);
}

/* --- promises --------------------------------------------------------------------------------- */

#define INT(NAME, VALUE)                                                                           \
    {                                                                                              \
        .name = NAME, .type = MLPI_TYPE_INT, .value = VALUE                                        \
    }
#define FLOAT(NAME, VALUE)                                                                         \
    {                                                                                              \
        .name = NAME, .type = MLPI_TYPE_FLOAT, .value = VALUE                                      \
    }
#define TEXT(NAME, VALUE)                                                                          \
    {                                                                                              \
        .name = NAME, .type = MLPI_TYPE_STRING, .text = VALUE                                      \
    }
#define NUMBER(VALUE)                                                                              \
    {                                                                                              \
        .count = 1, .number = { VALUE }                                                            \
    }
#define PAIR(A, B)                                                                                 \
    {                                                                                              \
        .count = 2, .number = { A, B }                                                             \
    }
#define CHECK(FORMS)                                                                               \
    for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS)[0]; i++)                                  \
    check_form(&(FORMS)[i])

static void activations_have_their_own_numbers_or_are_refused(void **state)
{
    static const form forms[] = {
        {"Relu", .computes = relu},
        {"LeakyRelu", .computes = leaky_relu},
        {"LeakyRelu", .computes = leaky_relu, .set = {FLOAT("alpha", 0.01f)}},
        {"LeakyRelu", .computes = relu, .set = {FLOAT("alpha", 0.0f)}},
        {"LeakyRelu", .because = "has the slope 0.2", .set = {FLOAT("alpha", 0.2f)}},
        {"Elu", .computes = elu},
        {"Elu", .because = "has the alpha 0.5", .set = {FLOAT("alpha", 0.5f)}},
        {"Celu", .computes = elu, .set = {FLOAT("alpha", 1.0f)}},
        {"Selu", .computes = selu},
        {"Selu", .because = "has the alpha 2", .set = {FLOAT("alpha", 2.0f)}},
        {"Selu", .because = "has the gamma 2", .set = {FLOAT("gamma", 2.0f)}},
        {"Gelu", .computes = gelu, .set = {TEXT("approximate", "tanh")}},
        {"Gelu", .because = "error function", .set = {TEXT("approximate", "none")}},
        {"Gelu", .because = "error function", .set = {FLOAT("approximate", 1.0f)}},
        {"HardSigmoid", .computes = hard_sigmoid},
        {"HardSigmoid", .computes = hard_sigmoid_of_torch,
         .set = {FLOAT("alpha", 1.0f / 6.0f), FLOAT("beta", 0.5f)}},
        {"Softmax", .because = "does not run along the numbers of a row", .set = {INT("axis", 0)}},
        {"LogSoftmax", .because = "does not run along the numbers of a row",
         .set = {INT("axis", 2)}},
    };
    (void)state;
    CHECK(forms);
}

static void ends_are_inputs_or_attributes(void **state)
{
    static const form forms[] = {
        {"Clip", .computes = same},
        {"Clip", .computes = clip_low, .set = {FLOAT("min", -0.5f)}},
        {"Clip", .computes = clip_low, .set = {FLOAT("min", -0.5f), FLOAT("max", 3.4028235e38f)}},
        {"Clip", .computes = clip_high, .set = {FLOAT("max", 1.5f)}},
        {"Clip", .computes = clip_both, .set = {FLOAT("min", -0.5f), FLOAT("max", 1.5f)}},
        {"Clip", .computes = clip_low, .given = {NUMBER(-0.5f)}},
        {"Clip", .computes = clip_high, .given = {{0}, NUMBER(1.5f)}},
        {"Clip", .computes = clip_both, .given = {NUMBER(-0.5f), NUMBER(1.5f)}},
        {"Clip", .because = "not a function of the sums of a layer",
         .given = {NUMBER(1.5f), NUMBER(-0.5f)}},
        {"Clip", .because = "not a function of the sums of a layer", .given = {NUMBER(NAN)}},
        {"Clip", .because = "not a function of the sums of a layer",
         .given = {NUMBER(0.0f), NUMBER(NAN)}},
        {"Clip", .because = "several numbers where one", .given = {PAIR(-0.5f, 0.0f)}},
        {"Max", .computes = clip_low, .given = {NUMBER(-0.5f)}},
        {"Max", .because = "not a function of the sums of a layer"},
        {"Max", .because = "not a function of the sums of a layer",
         .given = {NUMBER(-0.5f), NUMBER(0.5f)}},
        {"Max", .because = "several numbers where one", .given = {PAIR(-0.5f, 0.0f)}},
        {"Min", .computes = clip_high, .given = {NUMBER(1.5f)}},
        {"Min", .because = "not a function of the sums of a layer"},
        {"Min", .because = "not a function of the sums of a layer",
         .given = {NUMBER(-0.5f), NUMBER(0.5f)}},
    };
    (void)state;
    CHECK(forms);
}

static void arithmetic_is_that_of_each_place(void **state)
{
    static const form forms[] = {
        {"Neg", .computes = negative},
        {"Div", .computes = half, .given = {NUMBER(2.0f)}},
        {"Mul", .computes = half, .given = {NUMBER(0.5f)}},
        {"Div", .computes = half_and_fourth, .given = {PAIR(2.0f, 4.0f)}},
        {"Sub", .computes = less_one, .given = {NUMBER(1.0f)}},
        {"Add", .computes = less_one, .given = {NUMBER(-1.0f)}},
        {"Add", .because = "neither one number nor one for each number",
         .given = {{.count = 2, .number = {1, 2}, .column = true}}},
        {"Mul", .because = "another width", .given = {{.count = 3, .number = {1, 2, 3}}}},
        {"Scaler", .computes = scaled,
         .set = {{"offset", MLPI_TYPE_FLOATS, 3.0f, NULL}, {"scale", MLPI_TYPE_FLOATS, 0.5f, NULL}},
         .domain = "ai.onnx.ml"},
        {"Scaler", .computes = same, .domain = "ai.onnx.ml"},
        {"Scaler", .because = "is not an operator that mlp imports"},
        {"BatchNormalization", .computes = normalized,
         .given = {PAIR(2, 3), PAIR(1, 0), PAIR(0.5f, 1), PAIR(4, 0.25f)}},
        {"BatchNormalization", .because = "different lengths",
         .given = {PAIR(2, 3), NUMBER(1), PAIR(0.5f, 1), PAIR(4, 0.25f)}},
        {"BatchNormalization", .because = "training_mode", .set = {INT("training_mode", 1)},
         .given = {PAIR(2, 3), PAIR(1, 0), PAIR(0.5f, 1), PAIR(4, 0.25f)}},
    };
    (void)state;
    CHECK(forms);
}

static void what_changes_no_number_is_passed(void **state)
{
    static const form forms[] = {
        {"Identity", .computes = same},
        {"Cast", .computes = same, .set = {INT("to", 1)}},
        {"Cast", .computes = same, .set = {INT("to", 11)}},
        {"Cast", .because = "turns its input into texts", .set = {INT("to", 7)}},
        {"Cast", .because = "turns its input into texts", .set = {INT("to", 8)}},
        {"Dropout", .computes = same},
        {"Dropout", .computes = same, .given = {NUMBER(0.5f), NUMBER(0.0f)}},
        {"Dropout", .because = "leaves out neurons", .given = {NUMBER(0.5f), NUMBER(1.0f)}},
        {"Dropout", .because = "leaves out neurons", .given = {NUMBER(0.5f), PAIR(0.0f, 0.0f)}},
        {"Flatten", .computes = same},
        {"Flatten", .computes = same, .set = {INT("axis", 1)}},
        {"Flatten", .because = "a shape other than rows", .set = {INT("axis", 0)}},
        {"Reshape", .computes = same, .given = {PAIR(-1.0f, 2.0f)}},
        {"Reshape", .computes = same, .given = {PAIR(0.0f, -1.0f)}},
        {"Reshape", .computes = same, .given = {PAIR(0.0f, 2.0f)}},
        {"Reshape", .because = "a shape other than rows", .given = {NUMBER(-1.0f)}},
        {"Reshape", .because = "a shape other than rows", .given = {PAIR(-1.0f, -1.0f)}},
        {"Reshape", .because = "a shape other than rows", .given = {PAIR(-2.0f, 2.0f)}},
        {"Reshape", .because = "a shape other than rows", .given = {PAIR(1.0f, 1e9f)}},
        {"Reshape", .because = "a shape other than rows", .given = {PAIR(1.0f, 0.0f)}},
        {"Reshape", .because = "a shape other than rows",
         .given = {{.count = 3, .number = {-1, 1, 2}}}},
        {"Reshape", .because = "another width", .given = {PAIR(-1.0f, 3.0f)}},
        {"Squeeze", .because = "a shape other than rows"},
        {"Unsqueeze", .because = "a shape other than rows", .given = {NUMBER(1.0f)}},
        {"Unsqueeze", .because = "a shape other than rows",
         .set = {{"axes", MLPI_TYPE_INTS, 1.0f, NULL}}},
    };
    (void)state;
    CHECK(forms);
}

static void an_activation_stands_behind_one_layer_once(void **state)
{
    static const char *const functions[] = {"Relu", "Elu",      "Selu", "Sigmoid",
                                            "Tanh", "Softplus", "Exp"};
    (void)state;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        maker m = begin_graph();
        add_node(&m, "MatMul", "x", "w", "h");
        add_node(&m, "Tanh", "h", NULL, "t");
        add_node(&m, functions[i], "t", NULL, "y");
        assert_refused(&m, "not a function of the sums of a layer");
    }
}

/* --- columns and shapes ----------------------------------------------------------------------- */

static void add_axis(maker *m, const char *operator, int axis, const char *a, const char *b,
                     const char *to)
{
    const setting along = INT("axis", (float)axis);
    mlpi_proto fields = {0};
    put_setting(&fields, &along);
    add_set_node(m, operator, a, b, to, &fields);
    mlpi_proto_release(&fields);
}

static void columns_are_taken_by_their_places(void **state)
{
    static const struct {
        const char *operator;
        int axis;
        given places;
        const char *because; /* NULL: the graph is imported */
    } cases[] = {
        {"Gather", 1, PAIR(1, 0), NULL},
        {"Gather", -1, PAIR(0, 0), NULL},
        {"Gather", 0, PAIR(1, 0), "one chain of layers"},
        {"Gather", 1, PAIR(1, 2), "selects a column by a number below 0 or beyond the last column"},
        {"Gather", 1, PAIR(-1, 0),
         "selects a column by a number below 0 or beyond the last column"},
        {"Gather", 1, PAIR(0.5f, 0),
         "selects a column by a number below 0 or beyond the last column"},
        {"Gather", 1, PAIR(NAN, 0),
         "selects a column by a number below 0 or beyond the last column"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        maker m = begin_graph();
        add_given(&m, "places", &cases[i].places);
        add_axis(&m, cases[i].operator, cases[i].axis, "x", "places", "c");
        add_node(&m, "MatMul", "c", "w", "y");
        if (cases[i].because == NULL)
            assert_imported(&m);
        else
            assert_refused(&m, cases[i].because);
    }
}

/* A column that is taken twice counts with the sum of both weights; columns that change places
 * exchange their weights. */
static void columns_that_were_taken_keep_their_numbers(void **state)
{
    const given places[] = {PAIR(1, 0), PAIR(0, 0)};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        mlp_model *model = NULL;
        mlp_table *rows = NULL;
        mlp_predictions p;
        mlp_error err = {0};
        char text[100];
        maker m = begin_graph();
        add_given(&m, "places", &places[i]);
        add_axis(&m, "Gather", 1, "x", "places", "c");
        add_node(&m, "MatMul", "c", "w", "y");
        if (import_model(&m, 17, &model, &err) != MLP_OK)
            fail_msg("%s", err.message);
        const size_t columns = mlp_model_column_count(model);
        assert_int_equal(columns, i == 0 ? 2 : 1);
        snprintf(text, sizeof text, "%s%s%s\n10%s\n", mlp_model_column(model, 0), i == 0 ? "," : "",
                 i == 0 ? mlp_model_column(model, 1) : "", i == 0 ? ",1" : "");
        assert_int_equal(mlp_table_read_memory(text, strlen(text), "rows", NULL, &rows, NULL),
                         MLP_OK);
        assert_int_equal(mlp_model_predict(model, rows, 1, &p, NULL), MLP_OK);
        const double x0 = 10, x1 = 1; /* w is 1 2, 3 4 */
        const double wanted[2] = {i == 0 ? x1 * 1 + x0 * 3 : x0 * 1 + x0 * 3,
                                  i == 0 ? x1 * 2 + x0 * 4 : x0 * 2 + x0 * 4};
        for (size_t k = 0; k < 2; k++)
            assert_true(fabs(p.values[k] - wanted[k]) < 1e-5 * fabs(wanted[k]));
        mlp_predictions_release(&p);
        mlp_table_free(rows);
        mlp_model_free(model);
    }
}

static void rows_and_layers_are_not_put_together(void **state)
{
    (void)state;
    maker m = begin_graph();
    add_axis(&m, "Concat", 0, "x", "x", "c");
    add_node(&m, "MatMul", "c", "w", "y");
    assert_refused(&m, "stacks rows");
    m = begin_graph();
    add_node(&m, "MatMul", "x", "w", "h");
    add_along(&m, "Concat", "h", "x", "y");
    assert_refused(&m, "one chain of layers");
    m = begin_graph();
    add_tensor(&m, "from", 0, 1, 1);
    add_node(&m, "Slice", "x", "from", "c");
    add_node(&m, "MatMul", "c", "w", "y");
    assert_refused(&m, "one chain of layers");
}

/* Exporters keep the number of rows by Reshape(h, [Shape(h)[0], width]). */
static void a_shape_of_the_rows_keeps_them(void **state)
{
    static const struct {
        float first; /* the dimension that Gather takes */
        float width;
        const char *because;
    } cases[] = {
        {0, 2, NULL}, {0, -1, NULL}, {1, 2, "one chain of layers"}, {0, 3, "another width"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int lists = 0; lists < 2; lists++) { /* 1: Unsqueeze makes a list of the number */
            maker m = begin_graph();
            add_node(&m, "MatMul", "x", "w", "h");
            add_node(&m, "Shape", "h", NULL, "shape");
            add_given(&m, "first", &(given)NUMBER(cases[i].first));
            add_given(&m, "width", &(given)NUMBER(cases[i].width));
            add_given(&m, "zero", &(given)NUMBER(0));
            add_node(&m, "Gather", "shape", "first", lists ? "number" : "rows");
            if (lists)
                add_node(&m, "Unsqueeze", "number", "zero", "rows");
            add_axis(&m, "Concat", 0, "rows", "width", "list");
            add_node(&m, "Reshape", "h", "list", "t");
            add_node(&m, "MatMul", "t", "w", "y");
            if (cases[i].because == NULL)
                assert_imported(&m);
            else
                assert_refused(&m, cases[i].because);
        }
}

/* A value of one number a row may lose its second dimension, and get it back. */
static void a_list_of_one_is_a_number(void **state)
{
    static const float axes[] = {1, -1, 0};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        maker m = begin_graph();
        add_tensor(&m, "v", 2, 1, 2);
        add_tensor(&m, "u", 1, 2, 2);
        add_given(&m, "axis", &(given)NUMBER(axes[i]));
        add_node(&m, "MatMul", "x", "v", "h");
        add_node(&m, "Squeeze", "h", NULL, "number");
        add_node(&m, "Unsqueeze", "number", "axis", "list");
        add_node(&m, "MatMul", "list", "u", "y");
        if (axes[i] != 0)
            assert_imported(&m);
        else
            assert_refused(&m, "a shape other than rows");
    }
    maker m = begin_graph(); /* the same by Reshape */
    add_tensor(&m, "v", 2, 1, 2);
    add_given(&m, "all", &(given)NUMBER(-1));
    add_node(&m, "MatMul", "x", "v", "h");
    add_node(&m, "Reshape", "h", "all", "y");
    assert_imported(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_have_their_own_numbers_or_are_refused),
        cmocka_unit_test(ends_are_inputs_or_attributes),
        cmocka_unit_test(arithmetic_is_that_of_each_place),
        cmocka_unit_test(what_changes_no_number_is_passed),
        cmocka_unit_test(an_activation_stands_behind_one_layer_once),
        cmocka_unit_test(columns_are_taken_by_their_places),
        cmocka_unit_test(columns_that_were_taken_keep_their_numbers),
        cmocka_unit_test(rows_and_layers_are_not_put_together),
        cmocka_unit_test(a_shape_of_the_rows_keeps_them),
        cmocka_unit_test(a_list_of_one_is_a_number),
    };
    return RUN(tests);
}
