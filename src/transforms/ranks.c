/* SPDX-License-Identifier: MIT */
#include "transforms/ranks.h"

#include <math.h>

#include "base/base.h"

/* The quantile at k / parts; exact if it is a value of the sample, so that equal quantiles stay
 * equal. */
static double quantile(const mlpi_numbers *n, size_t k, size_t parts)
{
    const uint64_t place = (uint64_t)k * (n->sample_count - 1);
    const size_t below = (size_t)(place / parts);
    const double *const sample = n->sample + below;
    if (place % parts == 0)
        return sample[0];
    return fmin(sample[0] + (sample[1] - sample[0]) * ((double)(place % parts) / (double)parts),
                sample[1]);
}

mlp_status mlpi_ranks_fit(const mlpi_numbers *n, size_t most, mlpi_fitted *f, mlp_error *err)
{
    size_t count = most < n->sample_count ? most : n->sample_count;
    count = count > 1 ? count : 2; /* a single value is taken twice */
    f->list = mlpi_allocate(count, sizeof *f->list);
    if (f->list == NULL)
        return mlpi_fail_memory(err, "a transform");
    f->list_count = count;
    for (size_t k = 0; k < count; k++)
        f->list[k] = quantile(n, k, count - 1);
    return MLP_OK;
}

bool mlpi_ranks_are(const mlpi_fitted *f)
{
    bool ascending = f->list_count >= 2;
    for (size_t k = 1; k < f->list_count; k++)
        ascending = ascending && f->list[k - 1] <= f->list[k];
    return ascending;
}

/* count_below: the number of quantiles that are less than v, or, with `equal`, not more than v. */
MLPI_CARRIED(
    carried,
    static size_t count_below(const double *list, size_t count, double v, int equal) {
        size_t low = 0, high = count;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (list[middle] < v || (equal && list[middle] == v))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    static double rank_of(double v, const double *list, size_t count) {
        const double last = (double)(count - 1);
        const size_t less = count_below(list, count, v, 0),
                     not_more = count_below(list, count, v, 1);
        if (v <= list[0])
            return v < list[0] || list[0] < list[count - 1] ? 0.0 : 0.5;
        if (less == count || not_more == count)
            return 1.0;
        if (less < not_more) /* v equals one or several of the quantiles */
            return ((double)less + (double)(not_more - 1)) / 2.0 / last;
        return ((double)(less - 1) + (v - list[less - 1]) / (list[less] - list[less - 1])) / last;
    });

const char *const mlpi_ranks_carried = carried;

double mlpi_rank_of(double v, const double *quantiles, size_t count)
{
    return rank_of(v, quantiles, count);
}
