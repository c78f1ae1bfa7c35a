/* SPDX-License-Identifier: MIT */
/* Scales: turns the ranges of numbers into the values that integers stand for.
 *
 * Weights have few bits, inputs have many. Therefore each column of the first layer's weights is
 * divided by its largest weight, so that the column uses all bits, and the input is multiplied
 * by that weight: the error of a product is then the same fraction of the largest product in all
 * columns (M. Nagel et al. 2019 do this between layers). */
#include "quantise/scales.h"

#include <float.h>
#include <math.h>

#include "base/base.h"

/* Bits of the integer inputs of layers, not counting the sign. */
enum { LEAST_BITS = 6, MOST_BITS = 15 };

mlpi_form mlpi_form_of(mlp_activation activation, bool output)
{
    static const mlpi_form forms[MLP_ACTIVATION_COUNT] = {
        [MLP_LINEAR] = {MLPI_FINISH_CLAMP, 1.0, 0.0, -1.0, false},
        [MLP_RELU] = {MLPI_FINISH_CLAMP, 1.0, 0.0, 0.0, false},
        [MLP_HARD_TANH] = {MLPI_FINISH_CLAMP, 1.0, 0.0, -1.0, true},
        [MLP_HARD_LOGISTIC] = {MLPI_FINISH_CLAMP, 1.0 / 6.0, 3.0, 0.0, true},
        [MLP_STEP] = {MLPI_FINISH_STEP, 1.0, 0.0, 0.0, true},
        [MLP_SIGN] = {MLPI_FINISH_STEP, 1.0, 0.0, -1.0, true},
    };
    static const mlpi_form table = {MLPI_FINISH_TABLE, 1.0, 0.0, -1.0, false};
    mlpi_form form = forms[activation].gain != 0.0 ? forms[activation] : table;
    if (output && activation == MLP_LOGISTIC)
        form.finish = MLPI_FINISH_LOGISTIC;
    if (output && activation == MLP_EXPONENTIAL)
        form.finish = MLPI_FINISH_EXPONENTIAL;
    if (activation == MLP_SOFTMAX)
        form.finish = MLPI_FINISH_SOFTMAX;
    return form;
}

static size_t inputs_of(const mlp_network *network, size_t l)
{
    return l == 0 ? mlp_network_inputs(network) : mlp_network_layer(network, l - 1).units;
}

double mlpi_scaled_weight(const mlpi_scales *s, const mlp_network *network, size_t l, size_t i,
                          size_t j)
{
    const float *w = mlp_network_parameters_const(network) + mlp_network_weights_at(network, l);
    const double weight = (double)w[i * inputs_of(network, l) + j];
    return l > 0 || weight == 0.0 ? weight : weight / s->column[j];
}

/* --- ranges, columns and bits ----------------------------------------------------------------- */

static mlp_status check_parameters(const mlpi_members *members, mlp_error *err)
{
    for (size_t m = 0; m < members->count; m++) {
        const mlp_network *network = members->network[m];
        for (size_t k = 0; k < mlp_network_size(network); k++)
            if (!isfinite(mlp_network_parameters_const(network)[k]))
                return mlpi_fail(
                    err, MLP_ERROR_ARGUMENT,
                    "network %zu cannot be converted to integers: a parameter is not finite",
                    m + 1);
    }
    return MLP_OK;
}

/* Whether a range that is doubled for safety still fits into float, the type of the networks. */
static bool fits(double most)
{
    return most <= 0.25 * (double)FLT_MAX;
}

static mlp_status check_ranges(const mlpi_scales *s, mlp_error *err)
{
    for (size_t m = 0; m < s->members->count; m++)
        for (size_t l = 0; l < mlp_network_layer_count(s->members->network[m]); l++) {
            const mlpi_range *range = &s->ranges.network[m][l];
            if (range->top == -INFINITY)
                return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                                 "integers need rows whose inputs are all finite, to set the "
                                 "ranges of numbers; these data have none");
            if (!fits(range->activation) || !fits(range->output))
                return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                                 "network %zu cannot be converted to integers: layer %zu overflows "
                                 "in these rows; leave out rows with extreme values",
                                 m + 1, l + 1);
        }
    return MLP_OK;
}

static void find_columns(mlpi_scales *s)
{
    for (size_t m = 0; m < s->members->count; m++) {
        const mlp_network *network = s->members->network[m];
        const float *w = mlp_network_parameters_const(network) + mlp_network_weights_at(network, 0);
        const size_t inputs = inputs_of(network, 0);
        for (size_t i = 0; i < mlp_network_layer(network, 0).units; i++, w += inputs)
            for (size_t j = 0; j < inputs; j++)
                s->column[j] = fmax(s->column[j], fabs((double)w[j]));
    }
}

/* A bound on the sum of the absolute integer weights of any unit of layer l. */
static double largest_sum(const mlpi_scales *s, const mlp_network *network, size_t l)
{
    const size_t inputs = inputs_of(network, l);
    double largest = 0.0;
    for (size_t i = 0; i < mlp_network_layer(network, l).units; i++) {
        double sum = 0.0, most = 0.0;
        for (size_t j = 0; j < inputs; j++) {
            const double w = fabs(mlpi_scaled_weight(s, network, l, i, j));
            sum += w;
            most = fmax(most, w);
        }
        if (most > 0.0)
            largest = fmax(largest, sum / most * (double)s->weight_most +
                                        0.5 * (double)inputs); /* for rounding */
    }
    return largest;
}

static mlp_status find_most(mlpi_scales *s, mlp_error *err)
{
    int bits = MOST_BITS;
    for (size_t m = 0; m < s->members->count; m++)
        for (size_t l = 0; l < mlp_network_layer_count(s->members->network[m]); l++) {
            const double sum = largest_sum(s, s->members->network[m], l);
            while (bits >= LEAST_BITS && sum * ldexp(1.0, bits) > (double)s->sum_room)
                bits--;
            if (bits < LEAST_BITS)
                return mlpi_fail(
                    err, MLP_ERROR_ARGUMENT,
                    "layer %zu of network %zu has %zu inputs per unit: the sums of its integers "
                    "overflow; give `integer` 16 if it is 8, or train a narrower network",
                    l + 1, m + 1, inputs_of(s->members->network[m], l));
        }
    s->most = (int32_t)((1u << bits) - 1);
    return MLP_OK;
}

/* Lets the largest integer stand for twice the largest product of an input in the rows and its
 * `column`. An input counts as at least 1, the value of a category that occurs in no row. */
static void find_input(mlpi_scales *s)
{
    double largest = 0.0;
    for (size_t j = 0; j < mlp_network_inputs(s->members->network[0]); j++)
        largest = fmax(largest, s->column[j] * fmax(1.0, 2.0 * s->ranges.input[j]));
    s->input = (largest > 0.0 ? largest : 1.0) / (double)s->most;
}

mlp_status mlpi_scales_find(const mlpi_members *members, const float *x, size_t rows, int bits,
                            mlpi_scales *s, mlp_error *err)
{
    const bool narrow = bits == 8;
    *s = (mlpi_scales){.members = members,
                       .bits = bits,
                       .weight_most = narrow ? INT8_MAX : INT16_MAX,
                       .sum_room = (int64_t)1 << (narrow ? 30 : 45)};
    MLPI_TRY(check_parameters(members, err));
    MLPI_TRY(mlpi_ranges_find(members, x, rows, &s->ranges, err));
    MLPI_TRY(check_ranges(s, err));
    s->column = mlpi_allocate(mlp_network_inputs(members->network[0]), sizeof *s->column);
    if (s->column == NULL)
        return mlpi_fail_memory(err, "the scales of integers");
    find_columns(s);
    MLPI_TRY(find_most(s, err));
    find_input(s);
    return MLP_OK;
}

void mlpi_scales_release(mlpi_scales *s)
{
    mlpi_ranges_release(&s->ranges);
    mlpi_free(s->column);
    s->column = NULL;
}
