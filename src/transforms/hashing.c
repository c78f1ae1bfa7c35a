/* SPDX-License-Identifier: MIT */
/* Hashed texts: the FNV-1a hash h of a text chooses input h mod n of n inputs, which becomes 1 or
 * -1 by the highest bit of h. K. Weinberger et al.: Feature hashing for large scale multitask
 * learning, 2009. The transform keeps no texts, so that no text is unknown and the model does not
 * grow with their number; several texts may share an input. */
#include <stdio.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { BUCKETS, MOST_BUCKETS = 100000 };

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    (void)err;
    f->number[BUCKETS] = facts->argument;
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    const double n = f->number[BUCKETS];
    return n >= 1.0 && n <= MOST_BUCKETS && n == (double)(size_t)n ? NULL : "buckets";
}

static size_t width(const mlpi_fitted *f)
{
    return (size_t)f->number[BUCKETS];
}

/* Twice the number of the bucket, plus 1 if the input is -1. */
static double find(const mlpi_fitted *f, mlpi_span text)
{
    const uint64_t hash = mlpi_hash(MLPI_HASH_START, text.text, text.length);
    return 2.0 * (double)(hash % (uint64_t)f->number[BUCKETS]) + (double)(hash >> 63);
}

MLPI_CARRIED(
    encode, static void encode_hashing(double place, double buckets, float *x) {
        if (place >= 0.0 && place < 2.0 * buckets)
            x[(size_t)place / 2] = (size_t)place % 2 == 0 ? 1.0f : -1.0f;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        encode_hashing(values[i], f->number[BUCKETS], x + i * stride);
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    (void)f;
    snprintf(text, size, ", bucket %zu", input + 1);
}

const mlpi_transform mlpi_hashing = {
    .name = "hashing",
    .kind = "hashing",
    .argument = {"how many inputs", 32.0, 32.0, 1.0, MOST_BUCKETS, true},
    .number = {{"buckets", "buckets"}},
    .fit = fit,
    .defect = defect,
    .width = width,
    .find = find,
    .apply = apply,
    .carried = {.encode = encode},
    .name_input = name_input,
};
