/* SPDX-License-Identifier: MIT */
/* A row of weight n counts as n rows in the loss, the gradient and the step, with or without an
 * index of the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "gradient/cases.h"

enum { REPEATED = 2 * CASE_ROWS };

/* Row i counts i % 5 times, and the last one twice: 22 rows in all, a mean weight of 2. */
static size_t times(size_t i)
{
    static const size_t counts[CASE_ROWS] = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 2};
    return counts[i];
}

static void down(void *context, const mlpi_piece *piece)
{
    (void)context;
    for (size_t i = 0; i < piece->n; i++)
        piece->parameters[i] -= 0.5f * piece->gradient[i];
}

typedef struct outcome {
    double forward, loss, step_loss;
    float *gradient, *after; /* malloc'ed */
} outcome;

static outcome outcome_of(const gradient_case *c, const mlpi_batch *batch)
{
    outcome o = {.gradient = calloc(c->network->size, sizeof(float)),
                 .after = calloc(c->network->size, sizeof(float))};
    mlpi_engine *engine = NULL;
    assert_int_equal(
        mlpi_engine_create(c->network, REPEATED, 1, MLP_PRECISION_FLOAT, &engine, NULL), MLP_OK);
    o.forward = mlpi_engine_forward(engine, batch, NULL);
    o.loss = mlpi_engine_gradient(engine, batch, o.gradient);
    o.step_loss = mlpi_engine_step(engine, batch, down, NULL);
    mlpi_engine_get(engine, o.after);
    mlpi_engine_free(engine);
    return o;
}

static void compare(const gradient_case *c, const outcome *a, const outcome *b, const char *how)
{
    double off = 0.0, size = 0.0;
    for (size_t i = 0; i < c->network->size; i++) {
        off += pow((double)a->gradient[i] - (double)b->gradient[i], 2.0);
        size += pow((double)b->gradient[i], 2.0);
        if (!(fabsf(a->after[i] - b->after[i]) <= 1e-5f * (1.0f + fabsf(b->after[i]))))
            fail_msg("%s, %s: a step leads to %g, not %g", c->name, how, (double)a->after[i],
                     (double)b->after[i]);
    }
    if (!(sqrt(off) <= 1e-5 * sqrt(size)))
        fail_msg("%s, %s: gradient off by %g of %g", c->name, how, sqrt(off), sqrt(size));
    const double bound = 1e-5 * fabs(b->loss);
    if (!(fabs(a->forward - b->loss) <= bound) || !(fabs(a->loss - b->loss) <= bound) ||
        !(fabs(a->step_loss - b->loss) <= bound))
        fail_msg("%s, %s: losses %g %g %g, not %g", c->name, how, a->forward, a->loss, a->step_loss,
                 b->loss);
}

static void check(gradient_case *c)
{
    uint32_t repeated[REPEATED], backwards[CASE_ROWS];
    float weight[CASE_ROWS];
    size_t n = 0;
    for (uint32_t i = 0; i < CASE_ROWS; i++) {
        weight[i] = (float)times(i) / 2.0f;
        backwards[i] = CASE_ROWS - 1 - i;
        for (size_t t = 0; t < times(i); t++)
            repeated[n++] = i;
    }
    assert_int_equal(n, REPEATED);
    const mlpi_batch plain = {
        .x = c->fx, .target = c->ftarget, .index = repeated, .rows = REPEATED};
    mlpi_batch weighted = {.x = c->fx, .target = c->ftarget, .weight = weight, .rows = CASE_ROWS};
    const outcome wanted = outcome_of(c, &plain);
    const outcome in_order = outcome_of(c, &weighted);
    compare(c, &in_order, &wanted, "in order");
    weighted.index = backwards;
    const outcome by_index = outcome_of(c, &weighted);
    compare(c, &by_index, &wanted, "by index");
    const outcome all[] = {wanted, in_order, by_index};
    for (size_t i = 0; i < 3; i++) {
        free(all[i].gradient);
        free(all[i].after);
    }
}

static void a_weighted_row_counts_as_repeated_rows(void **state)
{
    (void)state;
    assert_int_equal(for_every_case(check), CASES);
}

/* A batch has more rows than the engine holds at a time: every part has the weights of its own
 * rows. */
static void weights_follow_their_rows_into_parts(void **state)
{
    (void)state;
    const mlp_layer layer = {1, MLP_LINEAR};
    mlp_network *network = NULL;
    mlpi_engine *engine = NULL;
    float x[10], target[10], weight[10], gradient[2];
    assert_int_equal(mlp_network_create(1, &layer, 1, MLP_QUADRATIC, &network, NULL), MLP_OK);
    for (int i = 0; i < 10; i++) {
        x[i] = (float)i;
        target[i] = 1.0f;
        weight[i] = (float)(i + 1);
    }
    assert_int_equal(mlpi_engine_create(network, 4, 1, MLP_PRECISION_FLOAT, &engine, NULL), MLP_OK);
    const mlpi_batch batch = {.x = x, .target = target, .weight = weight, .rows = 10};
    /* y = 0: E = mean of weight, dE/dw = mean of -2 weight x, dE/db = mean of 2 weight. */
    assert_true(fabs(mlpi_engine_gradient(engine, &batch, gradient) - 5.5) < 1e-6);
    assert_true(fabsf(gradient[0] + 66.0f) < 1e-4f && fabsf(gradient[1] - 11.0f) < 1e-5f);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weighted_row_counts_as_repeated_rows),
        cmocka_unit_test(weights_follow_their_rows_into_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
