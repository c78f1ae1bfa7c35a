/* SPDX-License-Identifier: MIT */
/* Writes which inputs a network reads if it does not read all, as a list of runs that networks with
 * the same inputs share, and the function that picks these inputs. */
#include "export/c.h"

static size_t count_runs(const mlpi_reads *reads)
{
    size_t runs = 0;
    for (size_t i = 0; i < reads->count; i += mlpi_reads_run(reads, i))
        runs++;
    return runs;
}

static void put_runs(mlpi_c *c, FILE *to, size_t m)
{
    enum { TO_A_LINE = 8 };
    const mlpi_reads reads = mlpi_member_reads(&c->networks, m);
    const size_t runs = count_runs(&reads);
    const bool narrow = c->model->pipeline.inputs <= UINT16_MAX;
    size_t written = 0;
    fprintf(to, "static MLP_PLACE const unsigned %s reads_%zu[%zu] = {", narrow ? "short" : "long",
            m + 1, 2 * runs);
    for (size_t i = 0; i < reads.count; i += mlpi_reads_run(&reads, i))
        fprintf(to, "%s%zu, %zu,", written++ % TO_A_LINE == 0 ? "\n    " : " ",
                (size_t)reads.input[i], mlpi_reads_run(&reads, i));
    fputs("\n};\n", to);
    c->cost.constants += 2 * runs * (narrow ? 2 : 4);
}

void mlpi_c_reads(mlpi_c *c, FILE *to, const char *type)
{
    if (c->networks.reads == NULL)
        return;
    for (size_t m = 0; m < c->networks.count; m++)
        if (c->networks.reads[m].input != NULL && mlpi_member_reads_as(&c->networks, m) == m)
            put_runs(c, to, m);
    fprintf(to,
            "\n/* The inputs that a network reads: the first input and the length of each run. */\n"
            "static void pick(const unsigned %s *runs, size_t count, const %s *x, %s *own)\n"
            "{\n"
            "    for (size_t i = 0; i < count; i += 2)\n"
            "        for (size_t j = 0; j < runs[i + 1]; j++)\n"
            "            *own++ = x[runs[i] + j];\n"
            "}\n\n",
            c->model->pipeline.inputs <= UINT16_MAX ? "short" : "long", type, type);
}

size_t mlpi_c_pick(const mlpi_c *c, FILE *to, size_t m, const char *type)
{
    const mlpi_reads reads = mlpi_member_reads(&c->networks, m);
    if (reads.input == NULL)
        return 0;
    fprintf(to, "    %s own[%zu] = {0};\n    pick(reads_%zu, %zu, x, own);\n", type, reads.count,
            mlpi_member_reads_as(&c->networks, m) + 1, 2 * count_runs(&reads));
    return reads.count;
}
