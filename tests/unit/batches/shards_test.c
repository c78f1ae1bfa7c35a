/* SPDX-License-Identifier: MIT */
/* Shards give every row once an epoch, with its own target and truth, in an order that depends only
 * on the seed and the rows; rows that come back altered from the disk are not trained on. */
#include <stdlib.h>
#include <string.h>

#include "batches/layout.h"
#include "unit/test.h"

enum { ROWS = 1013, INPUTS = 3, OUTPUTS = 2, TARGETS = 2 };

static const size_t targets_of[] = {0, TARGETS};

/* Row r is (r, 2 r, 3 r), its target (r, -r), its truth r, its weight 3 r. */
static mlp_encoded make_rows(size_t first, size_t count, size_t targets)
{
    mlp_encoded e = {.rows = count,
                     .inputs = INPUTS,
                     .outputs = OUTPUTS,
                     .x = mlpi_allocate(count * INPUTS, sizeof *e.x),
                     .target = mlpi_allocate(count * OUTPUTS, sizeof *e.target),
                     .weight = mlpi_allocate(count, sizeof *e.weight)};
    e.label = targets == 0 ? mlpi_allocate(count, sizeof *e.label) : NULL;
    e.value = targets > 0 ? mlpi_allocate(count * targets, sizeof *e.value) : NULL;
    for (size_t i = 0; i < count; i++) {
        const float r = (float)(first + i);
        for (size_t k = 0; k < INPUTS; k++)
            e.x[i * INPUTS + k] = (float)(k + 1) * r;
        e.weight[i] = 3.0f * r;
        e.target[i * OUTPUTS] = r;
        e.target[i * OUTPUTS + 1] = -r;
        if (targets == 0)
            e.label[i] = first + i;
        for (size_t t = 0; t < targets; t++)
            e.value[i * targets + t] = (double)(first + i);
    }
    return e;
}

static mlpi_shards *make_shards(size_t bytes, bool shuffled, uint64_t seed, size_t targets,
                                size_t piece)
{
    const mlpi_shards_shape shape = {.rows = ROWS,
                                     .inputs = INPUTS,
                                     .outputs = OUTPUTS,
                                     .targets = targets,
                                     .bytes = bytes,
                                     .weighted = true,
                                     .shuffled = shuffled,
                                     .seed = seed};
    mlpi_shards *shards = NULL;
    assert_int_equal(mlpi_shards_create("/tmp", &shape, &shards, NULL), MLP_OK);
    for (size_t first = 0; first < ROWS; first += piece) {
        mlp_encoded e = make_rows(first, ROWS - first < piece ? ROWS - first : piece, targets);
        assert_int_equal(mlpi_shards_add(shards, &e, NULL), MLP_OK);
        mlp_encoded_release(&e);
    }
    return shards;
}

static mlpi_batches *make(size_t bytes, bool shuffled, uint64_t seed, size_t targets, size_t piece)
{
    mlpi_batches *source = NULL;
    mlpi_shards *shards = make_shards(bytes, shuffled, seed, targets, piece);
    double factors[ROWS]; /* with labels a weight becomes r * r, else it is halved */
    for (size_t k = 0; k < ROWS; k++)
        factors[k] = 2.0 * (double)k / 3.0;
    assert_int_equal(mlpi_shards_weigh(shards, 0.5, targets == 0 ? factors : NULL, ROWS, NULL),
                     MLP_OK);
    assert_int_equal(mlpi_shards_finish(shards, &source, NULL), MLP_OK);
    return source;
}

/* Reads one epoch and checks its rows, whose order it stores. */
static void go_through(mlpi_batches *source, const uint64_t *seed, size_t most, uint32_t *order)
{
    size_t seen = 0, steps = 0;
    mlpi_given g;
    mlpi_batches_rewind(source, seed);
    for (; mlpi_batches_next(source, most, &g); steps++) {
        assert_in_range(g.batch.rows, 1, most);
        for (size_t i = 0; i < g.batch.rows; i++) {
            const size_t row = g.batch.index != NULL ? g.batch.index[i] : i;
            const float r = g.batch.x[row * INPUTS];
            assert_true(g.batch.x[row * INPUTS + 1] == 2 * r);
            assert_true(g.batch.x[row * INPUTS + 2] == 3 * r);
            assert_true(g.batch.target[row * OUTPUTS] == r);
            assert_true(g.batch.target[row * OUTPUTS + 1] == -r);
            assert_true(g.batch.weight[row] == (source->targets > 0 ? 1.5f * r : r * r));
            if (source->targets > 0)
                assert_true(g.value[row * TARGETS] == (double)r);
            else
                assert_int_equal(g.label[row], (size_t)r);
            order[seen++] = (uint32_t)r;
        }
    }
    assert_int_equal(source->failure.status, MLP_OK);
    assert_int_equal(seen, ROWS);
    assert_int_equal(steps, mlpi_batches_steps(source, most));
}

static void check_permutation(const uint32_t *order)
{
    bool seen[ROWS] = {false};
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(order[i] < ROWS && !seen[order[i]]);
        seen[order[i]] = true;
    }
}

static const size_t sizes[] = {1, 100, 1000, 5000, 1 << 20};

static void every_row_comes_once_an_epoch(void **state)
{
    (void)state;
    uint32_t one[ROWS], again[ROWS], other[ROWS];
    const uint64_t seeds[] = {5, 6};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t t = 0; t < 2; t++) {
            mlpi_batches *source = make(sizes[i], true, 1, targets_of[t], 64);
            mlpi_batches *cut = make(sizes[i], true, 1, targets_of[t], 7);
            go_through(source, &seeds[0], 32, one);
            check_permutation(one);
            go_through(source, &seeds[1], 32, other);
            check_permutation(other);
            assert_memory_not_equal(one, other, sizeof one);
            go_through(cut, &seeds[0], 5, again); /* neither pieces nor batches change the order */
            assert_memory_equal(one, again, sizeof one);
            mlpi_batches_close(source);
            mlpi_batches_close(cut);
        }
}

/* Sorted rows must come from all places: in every tenth of an epoch the mean row number is, within
 * five standard errors, that of all rows. */
static void shards_are_dealt_at_random(void **state)
{
    (void)state;
    uint32_t order[ROWS];
    const uint64_t seed = 4;
    mlpi_batches *source = make(5000, true, 3, 0, 64);
    go_through(source, &seed, SIZE_MAX, order);
    const double error = (double)ROWS / sqrt(12.0) / sqrt((double)(ROWS / 10));
    for (size_t part = 0; part < 10; part++) {
        double mean = 0.0;
        for (size_t i = 0; i < ROWS / 10; i++)
            mean += (double)order[part * (ROWS / 10) + i] / (double)(ROWS / 10);
        assert_near(mean, (double)ROWS / 2.0, 5.0 * error);
    }
    mlpi_batches_close(source);
}

static void rows_that_are_not_dealt_stay_in_their_order(void **state)
{
    (void)state;
    uint32_t order[ROWS];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        mlpi_batches *source = make(sizes[i], false, 1, TARGETS, 50);
        go_through(source, NULL, 100, order);
        for (uint32_t r = 0; r < ROWS; r++)
            assert_int_equal(order[r], r);
        mlpi_batches_close(source);
    }
}

/* An epoch may be abandoned after any number of batches; the next one is complete. */
static void an_epoch_may_be_left(void **state)
{
    (void)state;
    uint32_t one[ROWS], again[ROWS];
    const uint64_t seed = 9;
    mlpi_given g;
    mlpi_batches *source = make(1000, true, 1, 0, 64);
    go_through(source, &seed, 32, one);
    for (size_t steps = 0; steps < 40; steps++) {
        mlpi_batches_rewind(source, &seed);
        for (size_t i = 0; i < steps; i++)
            assert_true(mlpi_batches_next(source, 32, &g));
    }
    go_through(source, &seed, 32, again);
    assert_memory_equal(one, again, sizeof one);
    mlpi_batches_close(source);
}

/* Alters bytes all over a shard, also in its head. */
static void changed_bytes_are_found(void **state)
{
    (void)state;
    for (size_t at = 0; at < 1000; at += 37) {
        mlpi_shards *shards = make_shards(1000, true, 1, 0, 64);
        mlpi_batches *source = NULL;
        mlpi_given g;
        char byte = 0;
        const uint64_t place = shards->shard[3].at + at;
        if (at >= sizeof(mlpi_shard_head) + mlpi_shard_bytes(shards, shards->shard[3].rows)) {
            mlpi_shards_free(shards);
            break;
        }
        assert_int_equal(mlpi_shards_finish(shards, &source, NULL), MLP_OK);
        assert_int_equal(mlpi_scratch_read(shards->scratch, place, &byte, 1, NULL), MLP_OK);
        byte = (char)(byte ^ 0x10);
        assert_int_equal(mlpi_scratch_write(shards->scratch, place, &byte, 1, NULL), MLP_OK);
        mlpi_batches_rewind(source, NULL);
        while (mlpi_batches_next(source, 32, &g))
            continue;
        assert_int_equal(source->failure.status, MLP_ERROR_OUTPUT);
        assert_non_null(strstr(source->failure.message, "shard 4"));
        assert_false(mlpi_batches_next(source, 32, &g));
        mlpi_batches_close(source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_comes_once_an_epoch),
        cmocka_unit_test(shards_are_dealt_at_random),
        cmocka_unit_test(rows_that_are_not_dealt_stay_in_their_order),
        cmocka_unit_test(an_epoch_may_be_left),
        cmocka_unit_test(changed_bytes_are_found),
    };
    return RUN(tests);
}
