/* SPDX-License-Identifier: MIT */
/* A network whose weights of some inputs are all 0 is treated as a network of the other inputs, and
 * gives the same bits wherever it answers. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "engine/ensemble.h"
#include "network/layout.h"
#include "network/members.h"
#include "unit/test.h"

enum { INPUTS = 37, UNITS = 19, OUTPUTS = 3, ROWS = 70 };

/* Inputs 3 .. 20, 25 and 36 are read. */
static bool is_read(size_t i)
{
    return (i >= 3 && i <= 20) || i == 25 || i == 36;
}

static mlp_network *network_of(uint64_t seed, bool all)
{
    static const mlp_layer layers[] = {{UNITS, MLP_TANH}, {OUTPUTS, MLP_SOFTMAX}};
    mlp_network *network = NULL;
    assert_int_equal(mlp_network_create(INPUTS, layers, 2, MLP_CROSS_ENTROPY, &network, NULL),
                     MLP_OK);
    mlp_network_initialize(network, seed);
    mlpi_random random = mlpi_random_init(seed, 1);
    for (size_t i = network->biases_at[0]; i < network->size; i++)
        network->parameters[i] = (float)mlpi_random_normal(&random);
    for (size_t i = 0; i < (size_t)UNITS * INPUTS && !all; i++)
        network->parameters[i] *= is_read(i % INPUTS) ? 1.0f : 0.0f;
    return network;
}

static void inputs_without_weights_are_not_read(void **state)
{
    (void)state;
    mlp_network *part = network_of(1, false), *all = network_of(2, true);
    mlpi_reads reads;
    assert_int_equal(mlpi_reads_find(part, &reads, NULL), MLP_OK);
    assert_int_equal(reads.count, 20);
    for (size_t i = 0, read = 0; i < INPUTS; i++)
        if (is_read(i))
            assert_int_equal(reads.input[read++], i);
    assert_int_equal(mlpi_reads_run(&reads, 0), 18);
    assert_int_equal(mlpi_reads_run(&reads, 17), 1);
    assert_int_equal(mlpi_reads_run(&reads, 19), 1);
    assert_int_equal(mlpi_reads_size(&reads, part), part->size - (size_t)UNITS * (INPUTS - 20));
    mlpi_reads_release(&reads);
    assert_int_equal(mlpi_reads_find(all, &reads, NULL), MLP_OK);
    assert_null(reads.input);
    /* A network that would read no input counts as one that reads all. */
    memset(all->parameters, 0, all->size * sizeof *all->parameters);
    assert_int_equal(mlpi_reads_find(all, &reads, NULL), MLP_OK);
    assert_null(reads.input);
    mlp_network_free(part);
    mlp_network_free(all);
}

/* The reference in double computes the outputs of both networks. */
static void a_network_of_the_inputs_that_are_read_gives_the_same_outputs(void **state)
{
    (void)state;
    mlp_network *network = network_of(3, false);
    mlpi_reads reads;
    mlp_trace *trace = NULL, *own = NULL;
    double x[INPUTS], picked[INPUTS], target[OUTPUTS] = {1.0};
    mlpi_random random = mlpi_random_init(4, 1);
    assert_int_equal(mlpi_reads_find(network, &reads, NULL), MLP_OK);
    mlp_network *narrow = mlpi_reads_narrow(&reads, network);
    assert_int_equal(mlp_network_inputs(narrow), reads.count);
    assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
    assert_int_equal(mlp_trace_create(narrow, &own, NULL), MLP_OK);
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t i = 0; i < INPUTS; i++)
            x[i] = mlpi_random_normal(&random);
        for (size_t i = 0; i < reads.count; i++)
            picked[i] = x[reads.input[i]];
        mlp_reference_pattern(network, NULL, x, target, trace);
        mlp_reference_pattern(narrow, NULL, picked, target, own);
        assert_memory_equal(trace->y[2], own->y[2], OUTPUTS * sizeof(double));
    }
    mlp_trace_free(trace);
    mlp_trace_free(own);
    mlp_network_free(narrow);
    mlp_network_free(network);
    mlpi_reads_release(&reads);
}

/* Computes the outputs y of the rows of `index` (NULL: all rows in order), and asserts that each
 * row alone has the same bits. */
static void answer(const mlpi_members *members, const float *x, const uint32_t *index, float *y)
{
    mlpi_ensemble *ensemble = NULL;
    mlp_predictor *predictor = NULL;
    float one[OUTPUTS];
    const mlpi_batch batch = {.x = x, .index = index, .rows = ROWS};
    assert_int_equal(mlpi_ensemble_create(members, 2, &ensemble, NULL), MLP_OK);
    mlpi_ensemble_forward(ensemble, &batch, y);
    assert_int_equal(mlpi_predictor_create(members, &predictor, NULL), MLP_OK);
    float *workspace = mlpi_allocate(mlp_predictor_workspace(predictor), sizeof *workspace);
    for (size_t r = 0; r < ROWS; r++) {
        mlp_predictor_run(predictor, x + (index != NULL ? index[r] : r) * INPUTS, one, workspace);
        assert_memory_equal(one, y + r * OUTPUTS, sizeof one);
    }
    mlpi_free(workspace);
    mlp_predictor_free(predictor);
    mlpi_ensemble_free(ensemble);
}

static void what_is_left_out_changes_no_bit(void **state)
{
    (void)state;
    static float x[ROWS * INPUTS], before[ROWS * OUTPUTS], after[ROWS * OUTPUTS];
    uint32_t index[ROWS];
    mlpi_random random = mlpi_random_init(5, 1);
    mlpi_members members;
    for (size_t i = 0; i < (size_t)ROWS * INPUTS; i++)
        x[i] = (float)mlpi_random_normal(&random);
    for (size_t r = 0; r < ROWS; r++)
        index[r] = (uint32_t)(r * 7 % ROWS);
    assert_int_equal(mlpi_members_init(&members, 3, NULL), MLP_OK);
    for (size_t m = 0; m < 3; m++)
        members.network[m] = network_of(6 + m, m == 1);
    for (int way = 0; way < 2; way++) {
        mlpi_members_read_all(&members);
        answer(&members, x, way == 0 ? NULL : index, before);
        assert_int_equal(mlpi_members_find_reads(&members, NULL), MLP_OK);
        assert_int_equal(mlpi_member_reads_as(&members, 1), 1);
        assert_int_equal(mlpi_member_reads_as(&members, 2), 0);
        answer(&members, x, way == 0 ? NULL : index, after);
        assert_memory_equal(before, after, sizeof before);
    }
    mlpi_members_release(&members);
}

/* Networks that read one input of a hundred keep all their weights: files in which networks are
 * more than 32 times as large as their stored weights are refused, so none is written. */
static void what_is_left_out_has_a_limit(void **state)
{
    (void)state;
    enum { MANY = 100 };
    static const mlp_layer layers[] = {{UNITS, MLP_TANH}, {1, MLP_LINEAR}};
    mlpi_members members;
    assert_int_equal(mlpi_members_init(&members, 2, NULL), MLP_OK);
    for (size_t m = 0; m < 2; m++) {
        assert_int_equal(
            mlp_network_create(MANY, layers, 2, MLP_QUADRATIC, &members.network[m], NULL), MLP_OK);
        for (size_t u = 0; u < UNITS; u++)
            members.network[m]->parameters[u * MANY] = 1.0f;
    }
    assert_int_equal(mlpi_members_find_reads(&members, NULL), MLP_OK);
    assert_null(members.reads);
    assert_int_equal(mlpi_members_size(&members), 2 * members.network[0]->size);
    for (size_t u = 0; u < UNITS; u++)
        members.network[0]->parameters[u * MANY + 7] = 1.0f;
    for (size_t u = 0; u < UNITS; u++)
        members.network[0]->parameters[u * MANY + 9] = 1.0f;
    assert_int_equal(mlpi_members_find_reads(&members, NULL), MLP_OK);
    assert_non_null(members.reads);
    assert_int_equal(mlpi_members_size(&members),
                     2 * members.network[0]->size - (size_t)UNITS * (MANY - 3 + MANY - 1));
    mlpi_members_release(&members);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_without_weights_are_not_read),
        cmocka_unit_test(a_network_of_the_inputs_that_are_read_gives_the_same_outputs),
        cmocka_unit_test(what_is_left_out_changes_no_bit),
        cmocka_unit_test(what_is_left_out_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
