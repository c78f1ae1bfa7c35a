/* SPDX-License-Identifier: MIT */
/* Chooses the kernels, depending only on the processor and on MLP_CPU in the environment. */
#include "math/kernels.h"

#include <stdlib.h>
#include <string.h>

#include "math/kernels_tables.h"

enum { TABLES = 3 };

/* Fills `tables` with the tables that this processor can run, from slowest to fastest; returns
 * their number. */
static size_t usable(const mlpi_kernel_table *tables[TABLES])
{
    size_t count = 0;
    tables[count++] = &mlpi_kernels_baseline;
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return count;
    tables[count++] = &mlpi_kernels_avx2;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vl") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512bw"))
        return count;
    tables[count++] = &mlpi_kernels_avx512;
#endif
    return count;
}

const mlpi_kernel_table *mlpi_kernels_at(size_t i)
{
    const mlpi_kernel_table *tables[TABLES];
    return i < usable(tables) ? tables[i] : NULL;
}

const mlpi_kernel_table *mlpi_kernels(void)
{
    const mlpi_kernel_table *tables[TABLES];
    const size_t count = usable(tables);
    const char *limit = getenv("MLP_CPU");
    for (size_t i = 0; limit != NULL && i < count; i++)
        if (strcmp(limit, tables[i]->name) == 0)
            return tables[i];
    return tables[count - 1];
}

bool mlpi_chain_reads_h(mlp_activation f)
{
    return f == MLP_SOFTSIGN || f == MLP_SOFTPLUS || f == MLP_GAUSSIAN || f == MLP_GELU ||
           f == MLP_SILU || f == MLP_MISH;
}
