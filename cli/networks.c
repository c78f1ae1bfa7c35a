/* SPDX-License-Identifier: MIT */
/* Which networks of a model are alike. */
#include "cli/cli.h"

static bool same_layers(const mlp_model *model, size_t m, size_t n)
{
    const mlp_network *a = mlp_model_member(model, m), *b = mlp_model_member(model, n);
    const size_t count = mlp_network_layer_count(a);
    bool same = count == mlp_network_layer_count(b) &&
                mlp_model_member_reads(model, m) == mlp_model_member_reads(model, n);
    for (size_t l = 0; same && l < count; l++) {
        const mlp_layer one = mlp_network_layer(a, l), other = mlp_network_layer(b, l);
        same = one.units == other.units && one.activation == other.activation;
    }
    return same;
}

size_t networks_alike(const mlp_model *model, size_t m)
{
    size_t alike = 0;
    for (size_t i = 0; i < mlp_model_member_count(model); i++)
        if (same_layers(model, m, i)) {
            if (i < m)
                return 0;
            alike++;
        }
    return alike;
}
