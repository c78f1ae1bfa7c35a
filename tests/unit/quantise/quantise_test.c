/* SPDX-License-Identifier: MIT */
/* Networks in integers answer as the reference in double does, as nearly as their bits allow. The
 * bounds proven for their sums are right and tight, and unsafe networks are not proven. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/network.h"
#include "network/members.h"
#include "quantise/quantise.h"
#include "unit/test.h"

enum { INPUTS = 5, OUTPUTS = 3, ROWS = 200, MOST_ROOM = 2000 };

static float rows[ROWS * INPUTS];
static mlpi_random chance;

static double draw(double low, double high)
{
    return low + (high - low) * mlpi_random_uniform(&chance);
}

static int prepare(void **state)
{
    (void)state;
    chance = mlpi_random_init(7, MLPI_STREAM_ORDER);
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        rows[i] = (float)(draw(-1.0, 1.0) * (i % INPUTS == 0 ? 30.0 : 2.0));
    return 0;
}

/* --- networks --------------------------------------------------------------------------------- */

static mlp_network *network_of(size_t inputs, const mlp_layer *layers, size_t count, mlp_loss loss)
{
    mlp_network *network = NULL;
    mlp_error err;
    if (mlp_network_create(inputs, layers, count, loss, &network, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_network_initialize(network, 3);
    float *w = mlp_network_parameters(network);
    for (size_t k = mlp_network_biases_at(network, 0); k < mlp_network_size(network); k++)
        w[k] = (float)draw(-0.5, 0.5);
    for (size_t i = 0; i < layers[0].units;
         i++) /* small weights for input 0, whose range is wide */
        w[mlp_network_weights_at(network, 0) + i * inputs] *= 0.05f;
    return network;
}

/* Borrows the networks and weights: do not release these members. */
static mlpi_members members_of(mlp_network **network, double *weight, size_t count)
{
    return (mlpi_members){.count = count, .network = network, .weight = weight};
}

static mlpi_quantised quantised(mlp_network **network, double *weight, size_t count, int bits)
{
    const mlpi_members members = members_of(network, weight, count);
    mlpi_quantised q;
    mlp_error err;
    if (mlpi_quantise(&members, rows, ROWS, bits, &q, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return q;
}

static void outputs_of(const mlpi_quantised *q, const float *x, float *y)
{
    static int16_t u[MOST_ROOM], room[MOST_ROOM];
    static int32_t integers[MOST_ROOM];
    static double sum[MOST_ROOM];
    mlpi_quantised_inputs(q, x, u);
    mlpi_quantised_outputs(q, u, room, integers, sum, y);
}

/* The root mean square difference from the reference in double, divided by the largest output. */
static double error_of(const mlp_network *network, const mlpi_quantised *q)
{
    const size_t outputs = mlp_network_outputs(network);
    double squares = 0.0, most = 0.0, *target = calloc(outputs, sizeof *target);
    mlp_trace *trace = NULL;
    assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double x[INPUTS];
        float y[OUTPUTS];
        for (size_t j = 0; j < INPUTS; j++)
            x[j] = (double)rows[r * INPUTS + j];
        mlp_reference_pattern(network, NULL, x, target, trace);
        outputs_of(q, rows + r * INPUTS, y);
        for (size_t k = 0; k < outputs; k++) {
            const double exact = trace->y[trace->layers][k];
            squares += ((double)y[k] - exact) * ((double)y[k] - exact);
            most = fmax(most, fabs(exact));
        }
    }
    mlp_trace_free(trace);
    free(target);
    return sqrt(squares / (double)(ROWS * outputs)) / most;
}

static void assert_near_double(const mlp_layer *layers, size_t count, mlp_loss loss)
{
    /* For 8 and 16 bits, half a step of the weights is 2^-8 and 2^-16 of the largest weight, and
     * tables are 2^-9 and 2^-13 off. */
    static const struct {
        int bits;
        double bound;
    } kinds[] = {{8, 0.008}, {16, 0.0003}};
    mlp_network *network = network_of(INPUTS, layers, count, loss);
    double one = 1.0;
    for (int i = 0; i < 2; i++) {
        mlpi_quantised q = quantised(&network, &one, 1, kinds[i].bits);
        const double error = error_of(network, &q);
        if (!(error <= kinds[i].bound))
            fail_msg(
                "%s, %s: %d bits are %g off", mlp_activation_describe(layers[0].activation)->name,
                mlp_activation_describe(layers[count - 1].activation)->name, kinds[i].bits, error);
        mlpi_quantised_release(&q);
    }
    mlp_network_free(network);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void hidden_activations_are_those_of_double(void **state)
{
    (void)state;
    for (int f = 0; f < MLP_SOFTMAX; f++) {
        const mlp_layer layers[] = {
            {9, (mlp_activation)f}, {7, (mlp_activation)f}, {OUTPUTS, MLP_LINEAR}};
        if (f != MLP_STEP && f != MLP_SIGN && f != MLP_EXPONENTIAL)
            assert_near_double(layers, 3, MLP_QUADRATIC);
    }
}

/* A step may go the other way where the sum is near 0, but few sums are. */
static void steps_are_those_of_double(void **state)
{
    static const mlp_activation steps[] = {MLP_STEP, MLP_SIGN};
    (void)state;
    for (int i = 0; i < 2; i++) {
        const mlp_layer layers[] = {{9, steps[i]}, {OUTPUTS, MLP_LINEAR}};
        mlp_network *network = network_of(INPUTS, layers, 2, MLP_QUADRATIC);
        double one = 1.0;
        mlpi_quantised q = quantised(&network, &one, 1, 16);
        assert_true(error_of(network, &q) < 0.02);
        mlpi_quantised_release(&q);
        mlp_network_free(network);
    }
}

static void outputs_are_those_of_double(void **state)
{
    (void)state;
    for (int f = 0; f < MLP_SOFTMAX; f++) {
        const mlp_layer layers[] = {{9, MLP_RELU}, {OUTPUTS, (mlp_activation)f}};
        if (f != MLP_STEP && f != MLP_SIGN && f != MLP_EXPONENTIAL)
            assert_near_double(layers, 2, MLP_QUADRATIC);
    }
    assert_near_double((mlp_layer[]){{9, MLP_TANH}, {OUTPUTS, MLP_SOFTMAX}}, 2, MLP_CROSS_ENTROPY);
    assert_near_double((mlp_layer[]){{9, MLP_TANH}, {1, MLP_LOGISTIC}}, 2,
                       MLP_BINARY_CROSS_ENTROPY);
    assert_near_double((mlp_layer[]){{OUTPUTS, MLP_SOFTMAX}}, 1, MLP_CROSS_ENTROPY);
}

/* e^h of outputs and of hidden units: an absolute error of h is a relative error of e^h. */
static void exponentials_are_those_of_double(void **state)
{
    (void)state;
    const mlp_layer layers[][2] = {{{4, MLP_TANH}, {OUTPUTS, MLP_EXPONENTIAL}},
                                   {{4, MLP_EXPONENTIAL}, {OUTPUTS, MLP_LINEAR}}};
    double one = 1.0;
    for (int i = 0; i < 2; i++) {
        mlp_network *network =
            network_of(INPUTS, layers[i], 2, i == 0 ? MLP_POISSON : MLP_QUADRATIC);
        mlpi_quantised q = quantised(&network, &one, 1, 16);
        assert_true(error_of(network, &q) < 0.002);
        mlpi_quantised_release(&q);
        mlp_network_free(network);
    }
}

static void networks_answer_together(void **state)
{
    const mlp_layer layers[] = {{9, MLP_RELU}, {OUTPUTS, MLP_SOFTMAX}};
    double weight[] = {0.3, 0.7}, one = 1.0;
    mlp_network *network[2];
    float y[OUTPUTS], alone[2][OUTPUTS];
    (void)state;
    for (int m = 0; m < 2; m++)
        network[m] = network_of(INPUTS, layers, 2, MLP_CROSS_ENTROPY);
    mlpi_quantised q = quantised(network, weight, 2, 16);
    for (size_t r = 0; r < ROWS; r++) {
        outputs_of(&q, rows + r * INPUTS, y);
        for (int m = 0; m < 2; m++) {
            mlpi_quantised single = quantised(&network[m], &one, 1, 16);
            outputs_of(&single, rows + r * INPUTS, alone[m]);
            mlpi_quantised_release(&single);
        }
        for (int k = 0; k < OUTPUTS; k++) /* both networks share a scale of inputs */
            assert_near((double)y[k], 0.3 * (double)alone[0][k] + 0.7 * (double)alone[1][k], 1e-3);
    }
    mlpi_quantised_release(&q);
    mlp_network_free(network[0]);
    mlp_network_free(network[1]);
}

/* The weights of an input that is not read are left out, and the other integers stay the same. */
static void inputs_that_are_not_read_change_no_integer(void **state)
{
    const mlp_layer layers[] = {{9, MLP_RELU}, {OUTPUTS, MLP_SOFTMAX}};
    double weight[] = {0.3, 0.7};
    mlp_network *network[2];
    float before[OUTPUTS], after[OUTPUTS];
    (void)state;
    for (int m = 0; m < 2; m++)
        network[m] = network_of(INPUTS, layers, 2, MLP_CROSS_ENTROPY);
    for (size_t u = 0; u < 9; u++)
        mlp_network_parameters(network[1])[u * INPUTS + 1] = 0.0f;
    mlpi_members members = members_of(network, weight, 2);
    for (int bits = 8; bits <= 16; bits += 8) {
        mlpi_quantised q = quantised(network, weight, 2, bits), own;
        assert_int_equal(mlpi_members_find_reads(&members, NULL), MLP_OK);
        assert_int_equal(mlpi_quantise(&members, rows, ROWS, bits, &own, NULL), MLP_OK);
        assert_int_equal(own.network[1].layer[0].inputs, INPUTS - 1);
        assert_true(mlpi_quantised_size(&own) < mlpi_quantised_size(&q));
        for (size_t r = 0; r < ROWS; r++) {
            outputs_of(&q, rows + r * INPUTS, before);
            outputs_of(&own, rows + r * INPUTS, after);
            assert_memory_equal(before, after, sizeof before);
        }
        mlpi_quantised_release(&q);
        mlpi_quantised_release(&own);
        mlpi_members_read_all(&members);
    }
    mlp_network_free(network[0]);
    mlp_network_free(network[1]);
}

static void powers_are_those_of_two(void **state)
{
    (void)state;
    for (int i = 0; i < MLPI_POWERS; i++)
        assert_int_equal(mlpi_integer_powers[i], lround(ldexp(exp2(-i / 32.0), 15)));
}

/* --- inputs ----------------------------------------------------------------------------------- */

static void inputs_are_rounded_and_clamped(void **state)
{
    const mlp_layer layers[] = {{4, MLP_RELU}, {1, MLP_LINEAR}};
    const float x[INPUTS] = {NAN, INFINITY, -INFINITY, 3e38f, 0.01f};
    int16_t u[INPUTS];
    double one = 1.0;
    (void)state;
    mlp_network *network = network_of(INPUTS, layers, 2, MLP_QUADRATIC);
    mlpi_quantised q = quantised(&network, &one, 1, 8);
    mlpi_quantised_inputs(&q, x, u);
    assert_int_equal(u[0], 0);
    assert_int_equal(u[1], q.most);
    assert_int_equal(u[2], -q.most);
    assert_int_equal(u[3], q.most);
    assert_int_equal(u[4], lround(0.01 * (double)q.factor[4]));
    /* No value of the rows is clamped, and twice that value would not be either. */
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        assert_true(fabs(2.0 * (double)rows[i] * (double)q.factor[i % INPUTS]) <= q.most + 1.0);
    mlpi_quantised_release(&q);
    mlp_network_free(network);
}

/* --- the proof -------------------------------------------------------------------------------- */

/* The least and the largest sum of layer 1, partial sums included, over all corners of the range of
 * the inputs. */
static void corners(const mlpi_quantised *q, int64_t ends[2])
{
    const mlpi_quantised_layer *l = &q->network[0].layer[0];
    ends[0] = INT64_MAX;
    ends[1] = INT64_MIN;
    for (unsigned corner = 0; corner < 1u << INPUTS; corner++)
        for (size_t i = 0; i < l->units; i++) {
            int64_t sum = l->bias[i];
            for (size_t j = 0;; j++) {
                ends[0] = sum < ends[0] ? sum : ends[0];
                ends[1] = sum > ends[1] ? sum : ends[1];
                if (j == l->inputs)
                    break;
                const int64_t w =
                    l->wide != NULL ? l->wide[i * l->inputs + j] : l->narrow[i * l->inputs + j];
                sum += (corner >> j & 1) != 0 ? w * q->most : -w * q->most;
            }
        }
}

static void proven_ends_are_reached_and_not_passed(void **state)
{
    const mlp_layer layers[] = {{6, MLP_TANH}, {OUTPUTS, MLP_LINEAR}};
    double one = 1.0;
    (void)state;
    for (int bits = 8; bits <= 16; bits += 8) {
        mlp_network *network = network_of(INPUTS, layers, 2, MLP_QUADRATIC);
        mlpi_quantised q = quantised(&network, &one, 1, bits);
        int64_t ends[2];
        corners(&q, ends);
        assert_int_equal(q.network[0].layer[0].least_sum, ends[0]);
        assert_int_equal(q.network[0].layer[0].most_sum, ends[1]);
        mlpi_quantised_release(&q);
        mlp_network_free(network);
    }
}

static void assert_unsafe(mlpi_quantised *q, const char *word)
{
    mlp_error err;
    assert_int_equal(mlpi_quantised_prove(q, &err), MLP_ERROR_ARGUMENT);
    if (strstr(err.message, word) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, word);
}

static void what_is_not_safe_is_not_proven(void **state)
{
    const mlp_layer layers[] = {{6, MLP_TANH}, {OUTPUTS, MLP_LINEAR}};
    double one = 1.0;
    mlp_error err;
    (void)state;
    mlp_network *network = network_of(INPUTS, layers, 2, MLP_QUADRATIC);
    mlpi_quantised q = quantised(&network, &one, 1, 8);
    mlpi_quantised_layer *l = &q.network[0].layer[0];
    /* A bias just fits, and one more does not, in either direction. */
    const int64_t bias = l->bias[0], room = INT32_MAX;
    int64_t weights = 0;
    for (size_t j = 0; j < INPUTS; j++)
        weights += llabs(l->narrow[j]) * (long long)q.most;
    l->bias[0] = room - weights;
    assert_int_equal(mlpi_quantised_prove(&q, &err), MLP_OK);
    assert_int_equal(l->most_sum, room);
    l->bias[0]++;
    assert_unsafe(&q, "layer 1");
    l->bias[0] = weights - room;
    assert_int_equal(mlpi_quantised_prove(&q, &err), MLP_OK);
    l->bias[0]--;
    assert_unsafe(&q, "overflow");
    l->bias[0] = bias;
    q.most = INT16_MAX + 1;
    assert_unsafe(&q, "0 to 32767");
    q.most = INT16_MAX;
    const int shift = l->shift;
    l->shift = 0;
    assert_unsafe(&q, "shift is out of range");
    l->shift = shift;
    l->high = INT16_MAX + 1; /* beyond the last node of the table */
    assert_unsafe(&q, "table");
    l->high = INT16_MAX;
    l->finish = MLPI_FINISH_CLAMP; /* the output does not fit into 16 bits */
    l->high = 40000;
    l->multiplier[0] = UINT16_MAX;
    l->shift = 1;
    assert_unsafe(&q, "more than 16 bits");
    mlpi_quantised_release(&q);
    mlp_network_free(network);
}

/* 600 weights of 127 times inputs of 32767 would exceed 2^31, so inputs get fewer bits. */
static void a_wide_layer_is_scaled(void **state)
{
    enum { WIDE = 600 };
    static float x[2 * WIDE];
    const mlp_layer layers[] = {{1, MLP_LINEAR}};
    mlpi_quantised q;
    mlp_error err;
    float y = 0.0f;
    double one = 1.0;
    (void)state;
    assert_true(127.0 * WIDE * 32767.0 > 2147483647.0);
    mlp_network *network = network_of(WIDE, layers, 1, MLP_QUADRATIC);
    const mlpi_members members = members_of(&network, &one, 1);
    for (size_t j = 0; j < WIDE; j++) {
        mlp_network_parameters(network)[j] = 0.25f;
        x[j] = 1.0f;
        x[WIDE + j] = -1.0f;
    }
    mlp_network_parameters(network)[WIDE] = 3.0f;
    assert_int_equal(mlpi_quantise(&members, x, 2, 8, &q, &err), MLP_OK);
    assert_true(q.most < INT16_MAX && q.most >= 4095);
    assert_true(q.network[0].layer[0].most_sum <= INT32_MAX);
    outputs_of(&q, x, &y);
    assert_near((double)y, 0.25 * WIDE - 3.0, 0.1);
    for (size_t j = 0; j < WIDE; j++) /* clamped to the largest input */
        x[j] = INFINITY;
    outputs_of(&q, x, &y);
    assert_true(y > 0.25f * WIDE && y < 1e4f);
    mlpi_quantised_release(&q);
    assert_int_equal(mlpi_quantise(&members, x + WIDE, 1, 16, &q, &err), MLP_OK);
    assert_int_equal(q.most, INT16_MAX);
    mlpi_quantised_release(&q);
    mlp_network_free(network);
}

static void assert_refused(mlp_network *network, const float *x, size_t count, int bits,
                           const char *word)
{
    mlpi_quantised q;
    mlp_error err;
    double one = 1.0;
    const mlpi_members members = members_of(&network, &one, 1);
    assert_int_equal(mlpi_quantise(&members, x, count, bits, &q, &err), MLP_ERROR_ARGUMENT);
    if (strstr(err.message, word) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, word);
    mlpi_quantised_release(&q);
}

static void what_integers_cannot_hold_is_refused(void **state)
{
    enum { TOO_WIDE = 140000 };
    const mlp_layer one[] = {{1, MLP_LINEAR}}, layers[] = {{4, MLP_RELU}, {1, MLP_LINEAR}};
    (void)state;
    float *x = calloc(TOO_WIDE, sizeof *x);
    assert_non_null(x);
    mlp_network *network = network_of(TOO_WIDE, one, 1, MLP_QUADRATIC);
    for (size_t j = 0; j < TOO_WIDE; j++)
        mlp_network_parameters(network)[j] = 1.0f;
    assert_refused(network, x, 1, 8, "140000 inputs");
    mlp_network_free(network);
    free(x);
    network = network_of(INPUTS, layers, 2, MLP_QUADRATIC);
    assert_refused(network, rows, ROWS, 12, "`integer`");
    assert_refused(network, rows, 0, 8, "rows");
    const float endless[INPUTS] = {0.0f, NAN};
    assert_refused(network, endless, 1, 8, "finite");
    mlp_network_parameters(network)[2] = INFINITY;
    assert_refused(network, rows, ROWS, 8, "not finite");
    mlp_network_free(network);
}

/* Networks with units and inputs that have no effect, and with biases that dwarf the weights. */
static void odd_networks_have_integers(void **state)
{
    const mlp_layer layers[] = {{4, MLP_RELU}, {3, MLP_LOGISTIC}, {2, MLP_LINEAR}};
    double one = 1.0;
    float y[2];
    (void)state;
    mlp_network *network = network_of(INPUTS, layers, 3, MLP_QUADRATIC);
    float *w = mlp_network_parameters(network);
    memset(w, 0, mlp_network_size(network) * sizeof *w);
    mlpi_quantised q = quantised(&network, &one, 1, 8);
    outputs_of(&q, rows, y);
    assert_near((double)y[0], 0.0, 1e-6);
    mlpi_quantised_release(&q);
    w[mlp_network_biases_at(network, 2)] = -1e6f; /* of an output with a weight of 1e-6 */
    w[mlp_network_weights_at(network, 2)] = 1e-6f;
    w[mlp_network_weights_at(network, 0)] = 1e-20f;
    w[mlp_network_weights_at(network, 1) + 1] = 1e20f;
    q = quantised(&network, &one, 1, 8);
    outputs_of(&q, rows, y);
    assert_near((double)y[0], 1e6, 1.0);
    mlpi_quantised_release(&q);
    mlp_network_free(network);
}

/* Networks with parameters of any size are either proven, with finite outputs, or refused. */
static void wild_networks_are_safe_or_refused(void **state)
{
    enum { NETWORKS = 400 };
    static const float odd[INPUTS] = {INFINITY, -3e38f, 1e-40f, -0.0f, 7.0f};
    int safe = 0, refused = 0;
    (void)state;
    for (int n = 0; n < NETWORKS; n++) {
        const mlp_activation hidden = (mlp_activation)mlpi_random_below(&chance, MLP_SOFTMAX),
                             output = (mlp_activation)mlpi_random_below(&chance, MLP_SOFTMAX + 1);
        const mlp_layer layers[] = {{4, hidden}, {3, hidden}, {OUTPUTS, output}};
        const double wide = draw(0.0, n % 2 == 0 ? 3.0 : 20.0);
        double one = 1.0;
        float y[OUTPUTS];
        mlpi_quantised q;
        mlp_error err;
        mlp_network *network = network_of(
            INPUTS, layers, 3, output == MLP_SOFTMAX ? MLP_CROSS_ENTROPY : MLP_QUADRATIC);
        for (size_t k = 0; k < mlp_network_size(network); k++)
            mlp_network_parameters(network)[k] =
                (float)(draw(-1.0, 1.0) * pow(10.0, draw(-wide, wide)));
        const mlpi_members members = members_of(&network, &one, 1);
        const mlp_status status = mlpi_quantise(&members, rows, ROWS, n % 4 < 2 ? 8 : 16, &q, &err);
        assert_true(status == MLP_OK || status == MLP_ERROR_ARGUMENT);
        for (size_t r = 0; status == MLP_OK && r <= ROWS; r++) {
            outputs_of(&q, r < ROWS ? rows + r * INPUTS : odd, y);
            for (int k = 0; k < OUTPUTS; k++)
                assert_true(isfinite(y[k]));
        }
        safe += status == MLP_OK ? 1 : 0;
        refused += status == MLP_OK ? 0 : 1;
        mlpi_quantised_release(&q);
        mlp_network_free(network);
    }
    assert_true(safe > NETWORKS / 4 && refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(hidden_activations_are_those_of_double, prepare),
        cmocka_unit_test_setup(steps_are_those_of_double, prepare),
        cmocka_unit_test_setup(outputs_are_those_of_double, prepare),
        cmocka_unit_test_setup(exponentials_are_those_of_double, prepare),
        cmocka_unit_test_setup(networks_answer_together, prepare),
        cmocka_unit_test(inputs_that_are_not_read_change_no_integer),
        cmocka_unit_test(powers_are_those_of_two),
        cmocka_unit_test_setup(inputs_are_rounded_and_clamped, prepare),
        cmocka_unit_test_setup(proven_ends_are_reached_and_not_passed, prepare),
        cmocka_unit_test_setup(what_is_not_safe_is_not_proven, prepare),
        cmocka_unit_test_setup(a_wide_layer_is_scaled, prepare),
        cmocka_unit_test_setup(what_integers_cannot_hold_is_refused, prepare),
        cmocka_unit_test_setup(odd_networks_have_integers, prepare),
        cmocka_unit_test_setup(wild_networks_are_safe_or_refused, prepare),
    };
    return RUN(tests);
}
