/* SPDX-License-Identifier: MIT */
#include "model/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "network/layout.h"

typedef struct valued {
    double value;
    size_t column;
} valued;

static int by_value(const void *a, const void *b)
{
    const valued *x = a, *y = b;
    if (isnan(x->value) != isnan(y->value))
        return isnan(x->value) ? 1 : -1;
    if (x->value > y->value || x->value < y->value)
        return x->value < y->value ? 1 : -1;
    return (x->column > y->column) - (x->column < y->column);
}

mlp_status mlpi_rank_columns(const double *value, size_t count, size_t *ranked, mlp_error *err)
{
    valued *columns = mlpi_allocate(count, sizeof *columns);
    if (columns == NULL)
        return mlpi_fail_memory(err, "the columns");
    for (size_t c = 0; c < count; c++)
        columns[c] = (valued){value[c], c};
    qsort(columns, count, sizeof *columns, by_value);
    for (size_t c = 0; c < count; c++)
        ranked[c] = columns[c].column;
    mlpi_free(columns);
    return MLP_OK;
}

mlp_status mlpi_rank_importance(const mlp_importance *importance, size_t **ranked, mlp_error *err)
{
    const size_t count = importance->count;
    double *means = mlpi_allocate(count, sizeof *means);
    size_t *made = mlpi_allocate(count, sizeof *made);
    mlp_status status = MLP_OK;
    for (size_t c = 0; means != NULL && c < count; c++)
        means[c] = importance->columns[c].mean;
    if (means == NULL || made == NULL)
        status = mlpi_fail_memory(err, "the columns");
    else
        status = mlpi_rank_columns(means, count, made, err);
    mlpi_free(means);
    if (status == MLP_OK)
        *ranked = made;
    else
        mlpi_free(made);
    return status;
}

/* --- screening -------------------------------------------------------------------------------- */

/* The mean and variance of each input; both arrays must be zero on entry. Rows are read in the
 * order of memory. */
static void find_variances(const mlp_encoded *encoded, double *mean, double *variance)
{
    const size_t inputs = encoded->inputs;
    const double rows = (double)encoded->rows;
    for (size_t r = 0; r < encoded->rows; r++)
        for (size_t i = 0; i < inputs; i++)
            mean[i] += (double)encoded->x[r * inputs + i] / rows;
    for (size_t r = 0; r < encoded->rows; r++) {
        for (size_t i = 0; i < inputs; i++) {
            const double off = (double)encoded->x[r * inputs + i] - mean[i];
            variance[i] += off * off / rows;
        }
    }
}

/* Adds to squares[i] `factor` times the sum, over the neurons of the first layer, of the squared
 * weights of input i. */
static void add_weights(const mlp_network *network, double factor, double *squares)
{
    const float *w = network->parameters + network->weights_at[0];
    for (size_t n = 0; n < network->layers[0].units; n++)
        for (size_t i = 0; i < network->inputs; i++)
            squares[i] +=
                factor * (double)w[n * network->inputs + i] * (double)w[n * network->inputs + i];
}

static double share_of(const mlpi_feature *f, const double *variance, const double *squares)
{
    double share = 0.0;
    for (size_t i = f->first; i < f->first + f->width; i++)
        share += squares[i] * variance[i];
    return share;
}

/* `sums`: zeroed memory for the mean, the variance and the squared weights of each input. */
static void find_shares(const mlp_model *model, const mlp_encoded *encoded, double *sums,
                        double *shares)
{
    const mlpi_members *members = &model->members;
    double *variance = sums + encoded->inputs, *squares = variance + encoded->inputs;
    find_variances(encoded, sums, variance);
    for (size_t m = 0; m < members->count; m++)
        add_weights(members->network[m], members->weight[m], squares);
    for (size_t c = 0; c < model->pipeline.feature_count; c++)
        shares[c] = share_of(&model->pipeline.features[c], variance, squares);
}

mlp_status mlpi_screen_columns(const mlp_model *model, const mlp_encoded *encoded, size_t most,
                               bool *kept, mlp_error *err)
{
    const size_t count = model->pipeline.feature_count;
    double *sums = mlpi_allocate(encoded->inputs, 3 * sizeof *sums);
    double *shares = mlpi_allocate(count, sizeof *shares);
    size_t *ranked = mlpi_allocate(count, sizeof *ranked);
    mlp_status status = MLP_OK;
    if (sums == NULL || shares == NULL || ranked == NULL) {
        status = mlpi_fail_memory(err, "the columns");
    } else {
        find_shares(model, encoded, sums, shares);
        status = mlpi_rank_columns(shares, count, ranked, err);
    }
    for (size_t i = 0; i < count && status == MLP_OK; i++)
        kept[ranked[i]] = i < most;
    mlpi_free(sums);
    mlpi_free(shares);
    mlpi_free(ranked);
    return status;
}
