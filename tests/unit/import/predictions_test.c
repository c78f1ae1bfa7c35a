/* SPDX-License-Identifier: MIT */
/* An imported model gives the predictions of its graph; a graph to which mlp would give other
 * predictions is refused. */
#include "unit/import/maker.h"

/* x -> h -> function -> s */
static maker begin_function(const char *function)
{
    maker m = begin_graph();
    add_node(&m, "MatMul", "x", "w", "h");
    add_node(&m, function, "h", NULL, "s");
    return m;
}

static void some_probabilities_need_all_of_them_or_the_label(void **state)
{
    (void)state;
    maker m = begin_function("Softmax");
    add_tensor(&m, "which", 0, 1, 1);
    add_along(&m, "Gather", "s", "which", "y");
    assert_refused(&m, "only some of the probabilities");
    m = begin_function("Softmax");
    add_tensor(&m, "which", 0, 1, 1);
    add_node(&m, "Slice", "s", "which", "y");
    assert_refused(&m, "only some of the probabilities");
    m = begin_function("Softmax");
    add_tensor(&m, "which", 0, 1, 1);
    add_port(&m, MLPI_GRAPH_OUTPUT, "l", 1);
    add_along(&m, "ArgMax", "s", NULL, "l");
    add_along(&m, "Gather", "s", "which", "y");
    assert_imported(&m);
}

static void a_column_is_filled_with_one_number(void **state)
{
    (void)state;
    for (int same = 0; same < 2; same++) {
        maker m = begin_graph(); /* two paths from each column */
        add_tensor(&m, "v", 4, 2, 8);
        add_imputer(&m, "x", 9, "i");
        add_imputer(&m, "x", same ? 9 : -5, "j");
        add_along(&m, "Concat", "i", "j", "c");
        add_node(&m, "MatMul", "c", "v", "y");
        if (same)
            assert_imported(&m);
        else
            assert_refused(&m, "with another number already");
    }
    maker m = begin_graph(); /* the second imputer finds nothing to fill */
    add_imputer(&m, "x", 9, "i");
    add_imputer(&m, "i", -5, "j");
    add_node(&m, "MatMul", "j", "w", "y");
    assert_refused(&m, "with another number already");
}

static void columns_are_filled_behind_what_only_joins_them(void **state)
{
    (void)state;
    maker m = begin_graph();
    add_tensor(&m, "v", 4, 2, 8);
    add_along(&m, "Concat", "x", "x", "c");
    add_imputer(&m, "c", 9, "i");
    add_node(&m, "MatMul", "i", "v", "y");
    assert_imported(&m);
    m = begin_graph();
    add_tensor(&m, "v", 4, 2, 8);
    add_along(&m, "Concat", "x", "x", "c");
    add_tensor(&m, "four", 0, 4, 4);
    add_node(&m, "Mul", "c", "four", "d");
    add_imputer(&m, "d", 9, "i");
    add_node(&m, "MatMul", "i", "v", "y");
    assert_refused(&m, "comes after other steps");
}

static void an_output_is_not_dropped_for_another(void **state)
{
    (void)state;
    maker m = begin_function("Tanh"); /* two outputs in different units */
    add_port(&m, MLPI_GRAPH_OUTPUT, "s", 2);
    add_tensor(&m, "by", 0, 2, 2);
    add_node(&m, "Mul", "s", "by", "y");
    assert_refused(&m, "in other units");
    m = begin_graph(); /* two outputs: sums, and a function of them */
    add_port(&m, MLPI_GRAPH_OUTPUT, "s", 2);
    add_node(&m, "MatMul", "x", "w", "y");
    add_node(&m, "Tanh", "y", NULL, "s");
    assert_refused(&m, "sums and a function of those sums");
    m = begin_graph(); /* logits and their probabilities: a classification */
    add_port(&m, MLPI_GRAPH_OUTPUT, "s", 2);
    add_node(&m, "MatMul", "x", "w", "y");
    add_node(&m, "Softmax", "y", NULL, "s");
    assert_imported(&m);
}

static void labels_are_there_above_one_half(void **state)
{
    const float thresholds[] = {0.9f, 0.0f, 0.5f};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        maker m = begin_function("Sigmoid");
        add_port(&m, MLPI_GRAPH_OUTPUT, "s", 2);
        add_binarizer(&m, "s", thresholds[i], "y");
        if (thresholds[i] == 0.5f)
            assert_imported(&m);
        else
            assert_refused(&m, "by a sigmoid above 0.5");
    }
    maker m = begin_graph(); /* a threshold on a sum, not on a probability */
    add_node(&m, "MatMul", "x", "w", "h");
    add_binarizer(&m, "h", 0.5f, "y");
    assert_refused(&m, "by a sigmoid above 0.5");
    m = begin_function("Sigmoid"); /* an output of 0 or 1 only, without its probability */
    add_binarizer(&m, "s", 0.5f, "y");
    assert_refused(&m, "but mlp predicts its probability");
}

/* In mlp, the probabilities of labels sum to 1; those of several sigmoids need not. */
static void probabilities_of_their_own_are_not_those_of_labels(void **state)
{
    (void)state;
    maker m = begin_function("Sigmoid");
    add_port(&m, MLPI_GRAPH_OUTPUT, "s", 2);
    add_along(&m, "ArgMax", "s", NULL, "y");
    assert_refused(&m, "independent probabilities");
    m = begin_function("Sigmoid"); /* without probabilities, the label is the same */
    add_along(&m, "ArgMax", "s", NULL, "y");
    assert_imported(&m);
}

static void a_sigmoid_in_other_units_is_a_quantity(void **state)
{
    (void)state;
    maker m = begin_graph();
    add_tensor(&m, "v", 2, 1, 2);
    add_tensor(&m, "shift", 0, 1, 1);
    add_node(&m, "MatMul", "x", "v", "h");
    add_node(&m, "Sigmoid", "h", NULL, "s");
    add_node(&m, "Add", "s", "shift", "y");
    assert_imported(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_probabilities_need_all_of_them_or_the_label),
        cmocka_unit_test(a_column_is_filled_with_one_number),
        cmocka_unit_test(columns_are_filled_behind_what_only_joins_them),
        cmocka_unit_test(an_output_is_not_dropped_for_another),
        cmocka_unit_test(labels_are_there_above_one_half),
        cmocka_unit_test(probabilities_of_their_own_are_not_those_of_labels),
        cmocka_unit_test(a_sigmoid_in_other_units_is_a_quantity),
    };
    return RUN(tests);
}
