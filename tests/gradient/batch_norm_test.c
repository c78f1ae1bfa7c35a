/* SPDX-License-Identifier: MIT */
/* Batch normalisation: a step of the engine has the loss and gradient of the reference, also for
 * gammas and biases; the reference's gradient is the derivative of its loss; the folded network has
 * the outputs of normalisation by running statistics; any number of threads gives the same bits. */
#include "engine/engine.h"
#include "gradient/batch_norm_reference.h"
#include "gradient/cases.h"
#include "math/bf16.h"
#include "math/panels.h"
#include "unit/test.h"

enum { MOST = 1000, MOST_UNITS = 64 };

static size_t hidden_units(const mlp_network *network)
{
    size_t n = 0;
    for (size_t l = 0; l + 1 < network->count; l++)
        n += network->layers[l].units;
    return n;
}

/* Computes where hidden units lie in the engine's arrays, in which each layer begins with a new
 * panel. */
static void places(const mlp_network *network, size_t *place)
{
    size_t at = 0;
    for (size_t l = 0; l + 1 < network->count; l++) {
        for (size_t i = 0; i < network->layers[l].units; i++)
            *place++ = at + i;
        at += mlpi_panels(network->layers[l].units) * MLPI_PANEL;
    }
}

/* Draws gammas that are not 1. */
static void draw_gammas(double *gamma, size_t n)
{
    mlpi_random random = mlpi_random_init(31, 7);
    for (size_t i = 0; i < n; i++)
        gamma[i] = (double)(float)(1.0 + 0.4 * mlpi_random_normal(&random));
}

static void put_gammas(mlpi_engine *engine, const mlp_network *network, const double *gamma)
{
    size_t place[MOST_UNITS];
    float *state = calloc(mlpi_engine_state(engine), sizeof *state);
    places(network, place);
    mlpi_engine_save(engine, state);
    for (size_t i = 0; i < hidden_units(network); i++)
        state[network->size + place[i]] = (float)gamma[i];
    mlpi_engine_restore(engine, state);
    free(state);
}

static mlpi_engine *engine_of(const mlp_network *network, size_t rows, int threads,
                              mlp_precision precision)
{
    mlpi_engine *engine = NULL;
    assert_int_equal(mlpi_engine_create(network, rows, threads, precision, &engine, NULL), MLP_OK);
    assert_int_equal(mlpi_engine_normalize(engine, NULL), MLP_OK);
    return engine;
}

static void keep_gradient(void *context, const mlpi_piece *piece)
{
    memcpy((float *)context + piece->at, piece->gradient, piece->n * sizeof(float));
}

/* Makes a step that changes no parameter, and returns its loss; `gradient` is laid out like the
 * parameters of a network, followed by gammas. */
static double gradient_of(mlpi_engine *engine, const mlp_network *network, const mlpi_batch *batch,
                          double *gradient)
{
    float *kept = calloc(mlpi_engine_size(engine), sizeof *kept);
    size_t at = 0, place[MOST_UNITS], *to = place;
    const double loss = mlpi_engine_step(engine, batch, keep_gradient, kept);
    for (size_t l = 0; l < network->count; l++) {
        const size_t N = network->layers[l].units, M = mlpi_layer_inputs(network, l);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < M; j++)
                *gradient++ = (double)kept[at + mlpi_panel_at(j, i, M * MLPI_PANEL)];
        at += mlpi_panels(N) * MLPI_PANEL * M;
    }
    for (size_t l = 0; l < network->count;
         at += mlpi_panels(network->layers[l++].units) * MLPI_PANEL)
        for (size_t i = 0; i < network->layers[l].units; i++)
            *gradient++ = -(double)kept[at + i]; /* biases are negated in the engine */
    places(network, place);
    for (size_t i = 0; i < hidden_units(network); i++)
        *gradient++ = (double)kept[at + *to++];
    free(kept);
    return loss;
}

static double distance(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] - (b != NULL ? b[i] : 0.0)) * (a[i] - (b != NULL ? b[i] : 0.0));
    return sqrt(sum);
}

/* Makes an engine with random gammas; sets `w` and `gamma` to its parameters. */
static mlpi_engine *engine_with_gammas(const mlp_network *network, size_t rows,
                                       mlp_precision precision, double *w, double *gamma)
{
    mlpi_engine *engine = engine_of(network, rows, 1, precision);
    assert_true(network->size + hidden_units(network) <= MOST &&
                hidden_units(network) <= MOST_UNITS);
    draw_gammas(gamma, hidden_units(network));
    put_gammas(engine, network, gamma);
    for (size_t i = 0; i < network->size; i++)
        w[i] = (double)network->parameters[i];
    return engine;
}

/* --- gradients -------------------------------------------------------------------------------- */

static void compare(gradient_case *c, mlp_precision precision, double tolerance)
{
    const size_t n = c->network->size, units = hidden_units(c->network);
    double w[MOST], gamma[MOST_UNITS], expected[MOST], gradient[MOST];
    mlpi_engine *engine = engine_with_gammas(c->network, CASE_ROWS, precision, w, gamma);
    const mlpi_batch batch = {.x = c->fx, .target = c->ftarget, .rows = CASE_ROWS};
    const double loss = reference_batch_norm(c->network, w, gamma, c->x, c->target, CASE_ROWS,
                                             expected, expected + n, NULL, NULL);
    const double engine_loss = gradient_of(engine, c->network, &batch, gradient);
    const double off = distance(gradient, expected, n + units);
    const double scale = distance(expected, NULL, n + units);
    if (!(off <= tolerance * scale) || !(fabs(engine_loss - loss) <= tolerance * fabs(loss)))
        fail_msg("%s: gradient off by %g of %g, loss %g against %g", c->name, off, scale,
                 engine_loss, loss);
    mlpi_engine_free(engine);
}

/* Returns whether the loss does not divide by y or 1 - y, which would magnify rounding. */
static bool well_conditioned(const gradient_case *c)
{
    return c->loss == MLP_QUADRATIC || mlpi_loss_is_fused(c->loss, c->output);
}

static void check_case(gradient_case *c)
{
    if (c->depth > 1)
        compare(c, MLP_PRECISION_FLOAT, well_conditioned(c) ? 1e-4 : 1e-3);
}

static void a_step_has_the_loss_and_gradient_of_the_reference(void **state)
{
    (void)state;
    assert_int_equal(for_every_case(check_case), CASES);
}

static bool smooth(mlp_activation f)
{
    return f == MLP_LINEAR || f == MLP_SOFTSIGN || f == MLP_LOGISTIC || f == MLP_TANH ||
           f == MLP_SOFTPLUS || f == MLP_GAUSSIAN || f == MLP_SILU || f == MLP_SOFTMAX;
}

/* Factors have eight bits, and deviations divide the result, hence the large tolerance. */
static void check_bf16(gradient_case *c)
{
    if (c->depth > 1 && c->depth < 4 && smooth(c->hidden) && smooth(c->output) &&
        well_conditioned(c))
        compare(c, MLP_PRECISION_BF16, 0.05);
}

static void bf16_steps_equal_the_reference_to_its_precision(void **state)
{
    (void)state;
    if (mlpi_bf16(mlpi_kernels()) == NULL)
        skip_because("this processor has no bfloat16 products");
    for_every_case(check_bf16);
}

static void check_differences(gradient_case *c)
{
    const size_t n = c->network->size, units = hidden_units(c->network);
    const bool loss = c->loss == MLP_QUADRATIC ? c->output == MLP_LINEAR : c->output == MLP_SOFTMAX;
    double w[MOST], gradient[MOST], slope[MOST], *gamma = w + n;
    if (c->depth == 1 || !smooth(c->hidden) || !loss)
        return;
    for (size_t i = 0; i < n; i++)
        w[i] = (double)c->network->parameters[i];
    draw_gammas(gamma, units);
    reference_batch_norm(c->network, w, gamma, c->x, c->target, CASE_ROWS, gradient, gradient + n,
                         NULL, NULL);
    for (size_t i = 0; i < n + units; i++) {
        const double h = 6e-6, at = w[i];
        w[i] = at + h;
        const double upper = reference_batch_norm(c->network, w, gamma, c->x, c->target, CASE_ROWS,
                                                  NULL, NULL, NULL, NULL);
        w[i] = at - h;
        const double lower = reference_batch_norm(c->network, w, gamma, c->x, c->target, CASE_ROWS,
                                                  NULL, NULL, NULL, NULL);
        w[i] = at;
        slope[i] = (upper - lower) / (2.0 * h);
    }
    if (!(distance(gradient, slope, n + units) <= 1e-7 * distance(slope, NULL, n + units)))
        fail_msg("%s: gradient off by %g of %g", c->name, distance(gradient, slope, n + units),
                 distance(slope, NULL, n + units));
}

static void the_gradient_of_the_reference_equals_differences(void **state)
{
    (void)state;
    for_every_case(check_differences);
}

/* --- running statistics and the folded network ------------------------------------------------ */

enum { ROWS = 300, INPUTS = 37, LABELS = 5 };

static float x[ROWS * INPUTS], target[ROWS * LABELS];
static double exact_x[ROWS * INPUTS], exact_target[ROWS * LABELS];

static mlp_network *network_of(const mlp_layer *layers, size_t count)
{
    mlp_network *network = NULL;
    mlpi_random random = mlpi_random_init(9, 9);
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        exact_x[i] = (double)(x[i] = (float)(0.5 + mlpi_random_normal(&random)));
    memset(target, 0, sizeof target);
    for (size_t r = 0; r < ROWS; r++)
        target[r * LABELS + mlpi_random_below(&random, LABELS)] = 1.0f;
    for (size_t i = 0; i < ROWS * LABELS; i++)
        exact_target[i] = (double)target[i];
    assert_int_equal(mlp_network_create(INPUTS, layers, count, MLP_CROSS_ENTROPY, &network, NULL),
                     MLP_OK);
    mlp_network_initialize(network, 3);
    for (size_t i = network->biases_at[0]; i < network->size; i++)
        network->parameters[i] = (float)(0.3 * mlpi_random_normal(&random));
    return network;
}

static mlp_network *small(void)
{
    static const mlp_layer layers[] = {{13, MLP_LOGISTIC}, {18, MLP_TANH}, {LABELS, MLP_SOFTMAX}};
    return network_of(layers, 3);
}

static void no_update(void *context, const mlpi_piece *piece)
{
    (void)context;
    (void)piece;
}

static void steps_over(mlpi_engine *engine, size_t first, size_t rows)
{
    const mlpi_batch batch = {
        .x = x + first * INPUTS, .target = target + first * LABELS, .rows = rows};
    mlpi_engine_step(engine, &batch, no_update, NULL);
}

/* Compares with the averages written out: a batch counts in proportion to its rows, and older
 * batches fade as soon as ten full ones were seen. */
static void running_statistics_are_averages_over_batches(void **state)
{
    (void)state;
    static const size_t rows[] = {100, 100, 40, 100, 2, 100, 100, 100, 100, 100,
                                  100, 7,   60, 100, 2, 100, 100, 99,  100, 100};
    mlp_network *network = small();
    const size_t units = hidden_units(network);
    double w[2000], gamma[MOST_UNITS], mean[MOST_UNITS] = {0}, variance[MOST_UNITS] = {0};
    size_t place[MOST_UNITS];
    double seen = 0.0;
    mlpi_engine *engine = engine_of(network, 100, 1, MLP_PRECISION_FLOAT);
    assert_true(network->size <= 2000 && units <= MOST_UNITS);
    for (size_t i = 0; i < network->size; i++)
        w[i] = (double)network->parameters[i];
    draw_gammas(gamma, units);
    put_gammas(engine, network, gamma);
    for (size_t s = 0; s < sizeof rows / sizeof rows[0]; s++) {
        double mu[MOST_UNITS], square[MOST_UNITS];
        const size_t first = s * 7;
        steps_over(engine, first, rows[s]);
        reference_batch_norm(network, w, gamma, exact_x + first * INPUTS,
                             exact_target + first * LABELS, rows[s], NULL, NULL, mu, square);
        const double n = (double)rows[s], share = n / 100.0;
        seen = fmin(seen + share, 10.0);
        for (size_t i = 0; i < units; i++) {
            mean[i] += share / seen * (mu[i] - mean[i]);
            variance[i] += share / seen * (square[i] * n / (n - 1.0) - variance[i]);
        }
    }
    float *kept = calloc(mlpi_engine_state(engine), sizeof *kept);
    mlpi_engine_save(engine, kept);
    places(network, place);
    const float *statistics = kept + network->size; /* gammas, means, variances, seen */
    const size_t padded = (mlpi_engine_state(engine) - network->size - 1) / 3;
    for (size_t i = 0; i < units; i++) {
        assert_true(fabs((double)statistics[padded + place[i]] - mean[i]) <= 1e-5);
        assert_true(fabs((double)statistics[2 * padded + place[i]] - variance[i]) <=
                    1e-5 * fmax(1.0, variance[i]));
    }
    free(kept);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

/* Computes outputs in double, by h = gamma (W y - mu) / s - b with running mu and s. */
static void outputs_by_statistics(const mlp_network *network, const double *gamma, const double *mu,
                                  const double *variance, const double *in, double *y)
{
    double from[64], to[64], h[64];
    size_t unit = 0;
    memcpy(from, in, network->inputs * sizeof *from);
    for (size_t l = 0; l < network->count; l++) {
        const size_t N = network->layers[l].units, M = mlpi_layer_inputs(network, l);
        const float *W = network->parameters + network->weights_at[l];
        const float *b = network->parameters + network->biases_at[l];
        for (size_t i = 0; i < N; i++) {
            double a = 0.0;
            for (size_t j = 0; j < M; j++)
                a += (double)W[i * M + j] * from[j];
            if (l + 1 < network->count) {
                a = gamma[unit] * (a - mu[unit]) / sqrt(variance[unit] + 1e-5);
                unit++;
            }
            h[i] = a - (double)b[i];
            to[i] = l + 1 < network->count
                        ? mlp_activation_value(network->layers[l].activation, h[i])
                        : h[i];
        }
        memcpy(from, to, N * sizeof *from);
    }
    double unused[64], zeros[64] = {0};
    mlpi_output_loss(network, h, zeros, y, unused);
}

/* With constant parameters and always the same batch, running mean and variance are those of the
 * batch (the variance times n / (n - 1)). */
static void the_folded_network_computes_with_running_statistics(void **state)
{
    (void)state;
    mlp_network *network = small();
    const size_t units = hidden_units(network);
    double w[2000], gamma[MOST_UNITS], mu[MOST_UNITS], variance[MOST_UNITS];
    static float y[ROWS * LABELS], again[ROWS * LABELS];
    mlpi_engine *engine = engine_of(network, 200, 1, MLP_PRECISION_FLOAT), *plain = NULL;
    for (size_t i = 0; i < network->size; i++)
        w[i] = (double)network->parameters[i];
    draw_gammas(gamma, units);
    put_gammas(engine, network, gamma);
    for (int s = 0; s < 3; s++)
        steps_over(engine, 0, 200);
    reference_batch_norm(network, w, gamma, exact_x, exact_target, 200, NULL, NULL, mu, variance);
    for (size_t i = 0; i < units; i++)
        variance[i] *= 200.0 / 199.0;
    const mlpi_batch all = {.x = x, .rows = ROWS};
    mlpi_engine_forward(engine, &all, y);
    for (size_t r = 0; r < ROWS; r++) {
        double expected[LABELS];
        outputs_by_statistics(network, gamma, mu, variance, exact_x + r * INPUTS, expected);
        for (size_t k = 0; k < LABELS; k++)
            assert_true(fabs((double)y[r * LABELS + k] - expected[k]) <= 1e-5);
    }
    mlpi_engine_get(engine, network->parameters); /* predictions use the plain network */
    assert_int_equal(mlpi_engine_create(network, 0, 1, MLP_PRECISION_FLOAT, &plain, NULL), MLP_OK);
    mlpi_engine_forward(plain, &all, again);
    assert_memory_equal(again, y, sizeof y);
    mlpi_engine_free(plain);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

static void what_was_put_is_got_back(void **state)
{
    (void)state;
    mlp_network *network = small();
    float *parameters = calloc(network->size, sizeof *parameters);
    mlpi_engine *engine = engine_of(network, 100, 1, MLP_PRECISION_FLOAT);
    for (int turn = 0; turn < 2; turn++) {
        mlpi_engine_get(engine, parameters);
        assert_memory_equal(parameters, network->parameters, network->size * sizeof *parameters);
        steps_over(engine, 0, 100);
        mlpi_engine_get(engine, parameters);
        assert_memory_not_equal(parameters, network->parameters,
                                network->size * sizeof *parameters);
        mlpi_engine_put(engine, network->parameters);
    }
    mlpi_engine_free(engine);
    free(parameters);
    mlp_network_free(network);
}

/* The gradient of one row is that of the folded network W' = f W, with f = gamma / s: dE/dW = f
 * dE/dW'. */
static void a_single_row_takes_running_statistics_and_leaves_them(void **state)
{
    (void)state;
    mlp_network *network = small(), *folded = small();
    const size_t n = network->size, units = hidden_units(network);
    double gradient[2000], expected[2000], gamma[MOST_UNITS];
    mlp_trace *trace = NULL;
    mlpi_engine *engine = engine_of(network, 200, 1, MLP_PRECISION_FLOAT);
    float *before = calloc(mlpi_engine_state(engine), sizeof *before);
    float *after = calloc(mlpi_engine_state(engine), sizeof *after);
    draw_gammas(gamma, units);
    put_gammas(engine, network, gamma);
    steps_over(engine, 0, 200);
    mlpi_engine_get(engine, folded->parameters);
    mlpi_engine_save(engine, before);
    const mlpi_batch one = {.x = x, .target = target, .rows = 1};
    const double loss = gradient_of(engine, network, &one, gradient);
    mlpi_engine_save(engine, after);
    assert_memory_equal(before, after, mlpi_engine_state(engine) * sizeof *before);
    assert_int_equal(mlp_trace_create(folded, &trace, NULL), MLP_OK);
    const double exact =
        mlp_reference_loss(folded, NULL, exact_x, exact_target, 1, expected, trace);
    assert_true(fabs(loss - exact) <= 1e-5 * exact);
    for (size_t l = 0; l + 1 < network->count; l++) {
        const size_t M = mlpi_layer_inputs(network, l), N = network->layers[l].units;
        for (size_t i = 0; i < N * M; i++) {
            const size_t at = network->weights_at[l] + i;
            expected[at] *= (double)folded->parameters[at] / (double)network->parameters[at];
        }
    }
    assert_true(distance(gradient, expected, n) <= 1e-4 * distance(expected, NULL, n));
    mlp_trace_free(trace);
    mlpi_engine_free(engine);
    free(before);
    free(after);
    mlp_network_free(network);
    mlp_network_free(folded);
}

/* --- bits ------------------------------------------------------------------------------------- */

static void descend(void *context, const mlpi_piece *piece)
{
    (void)context;
    for (size_t i = 0; i < piece->n; i++)
        piece->parameters[i] -= 0.1f * piece->gradient[i];
}

/* Makes steps first .. end - 1. */
static void train(mlpi_engine *engine, size_t first, size_t end)
{
    static const size_t rows[] = {ROWS, ROWS, 17, ROWS, 1, 96};
    uint32_t index[ROWS];
    for (uint32_t i = 0; i < ROWS; i++)
        index[i] = (i * 7) % ROWS;
    for (size_t s = first; s < end; s++) {
        const mlpi_batch batch = {.x = x, .target = target, .index = index, .rows = rows[s % 6]};
        mlpi_engine_step(engine, &batch, descend, NULL);
    }
}

static mlp_network *larger(void)
{
    static const mlp_layer layers[] = {{131, MLP_RELU}, {64, MLP_GELU}, {LABELS, MLP_SOFTMAX}};
    return network_of(layers, 3);
}

static void assert_same_state(const mlpi_engine *a, const mlpi_engine *b)
{
    const size_t n = mlpi_engine_state(a);
    float *of_a = calloc(n, sizeof *of_a), *of_b = calloc(n, sizeof *of_b);
    assert_int_equal(mlpi_engine_state(b), n);
    mlpi_engine_save(a, of_a);
    mlpi_engine_save(b, of_b);
    assert_memory_equal(of_a, of_b, n * sizeof *of_a);
    mlpi_engine_get(a, of_a);
    mlpi_engine_get(b, of_b);
    assert_memory_equal(of_a, of_b, n * sizeof *of_a);
    free(of_a);
    free(of_b);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    static const int threads[] = {2, 3, 8};
    const bool bf16 = mlpi_bf16(mlpi_kernels()) != NULL;
    mlp_network *network = larger();
    for (int p = MLP_PRECISION_FLOAT; p <= (bf16 ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT); p++) {
        mlpi_engine *expected = engine_of(network, ROWS, 1, (mlp_precision)p);
        train(expected, 0, 12);
        for (size_t t = 0; t < 3; t++) {
            mlpi_engine *engine = engine_of(network, ROWS, threads[t], (mlp_precision)p);
            train(engine, 0, 12);
            assert_same_state(engine, expected);
            mlpi_engine_free(engine);
        }
        mlpi_engine_free(expected);
    }
    mlp_network_free(network);
}

/* Dropout follows the activation and drops the same units for any number of threads; clipping waits
 * for the whole gradient. */
static void dropout_and_clipping_give_the_same_bits_for_any_threads(void **state)
{
    (void)state;
    mlp_network *network = larger();
    const mlpi_noise noise = {.dropout = 0.3, .input = 0.1, .seed = 5};
    mlpi_engine *engine[2], *quiet = engine_of(network, ROWS, 1, MLP_PRECISION_FLOAT);
    for (int i = 0; i < 2; i++) {
        engine[i] = engine_of(network, ROWS, 1 + 2 * i, MLP_PRECISION_FLOAT);
        assert_int_equal(mlpi_engine_set_noise(engine[i], noise, NULL), MLP_OK);
        assert_int_equal(mlpi_engine_set_limits(engine[i], (mlpi_limits){0.05, 0.0}, NULL), MLP_OK);
        train(engine[i], 0, 12);
    }
    assert_same_state(engine[0], engine[1]);
    train(quiet, 0, 12);
    float *one = calloc(network->size, sizeof *one), *other = calloc(network->size, sizeof *other);
    mlpi_engine_get(quiet, one);
    mlpi_engine_get(engine[0], other);
    assert_memory_not_equal(one, other, network->size * sizeof *one);
    mlpi_engine_free(engine[0]);
    mlpi_engine_free(engine[1]);
    mlpi_engine_free(quiet);
    free(one);
    free(other);
    mlp_network_free(network);
}

static void the_norm_of_the_gradient_is_with_gammas(void **state)
{
    (void)state;
    mlp_network *network = larger();
    mlpi_engine *engine = engine_of(network, ROWS, 1, MLP_PRECISION_FLOAT);
    const mlpi_batch batch = {.x = x, .target = target, .rows = ROWS};
    float *kept = calloc(mlpi_engine_size(engine), sizeof *kept);
    double squares = 0.0;
    assert_int_equal(mlpi_engine_set_limits(engine, (mlpi_limits){1e9, 0.0}, NULL), MLP_OK);
    mlpi_engine_step(engine, &batch, keep_gradient, kept);
    for (size_t i = 0; i < mlpi_engine_size(engine); i++)
        squares += (double)kept[i] * (double)kept[i];
    assert_true(fabs(mlpi_engine_gradient_norm(engine) - sqrt(squares)) <= 1e-6 * sqrt(squares));
    free(kept);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

static void a_restored_engine_goes_on_as_if_never_stopped(void **state)
{
    (void)state;
    mlp_network *network = larger();
    mlpi_engine *whole = engine_of(network, ROWS, 1, MLP_PRECISION_FLOAT);
    mlpi_engine *first = engine_of(network, ROWS, 1, MLP_PRECISION_FLOAT);
    float *kept = calloc(mlpi_engine_state(first), sizeof *kept);
    train(whole, 0, 12);
    for (size_t stop = 0; stop < 12; stop += 3) {
        mlpi_engine *second = engine_of(network, ROWS, 1, MLP_PRECISION_FLOAT);
        mlpi_engine_put(first, network->parameters);
        train(first, 0, stop);
        mlpi_engine_save(first, kept);
        train(second, 3, 5); /* earlier steps must not matter */
        mlpi_engine_restore(second, kept);
        train(second, stop, 12);
        assert_same_state(second, whole);
        mlpi_engine_free(second);
    }
    free(kept);
    mlpi_engine_free(first);
    mlpi_engine_free(whole);
    mlp_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_has_the_loss_and_gradient_of_the_reference),
        cmocka_unit_test(bf16_steps_equal_the_reference_to_its_precision),
        cmocka_unit_test(the_gradient_of_the_reference_equals_differences),
        cmocka_unit_test(running_statistics_are_averages_over_batches),
        cmocka_unit_test(the_folded_network_computes_with_running_statistics),
        cmocka_unit_test(what_was_put_is_got_back),
        cmocka_unit_test(a_single_row_takes_running_statistics_and_leaves_them),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(dropout_and_clipping_give_the_same_bits_for_any_threads),
        cmocka_unit_test(the_norm_of_the_gradient_is_with_gammas),
        cmocka_unit_test(a_restored_engine_goes_on_as_if_never_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
