/* SPDX-License-Identifier: MIT */
/* Writes networks in integers as C: constants, functions (the text of the library's own), a comment
 * on what is proven about them, and test rows with the integers that they must give. */
#include <math.h>
#include <string.h>

#include "export/c.h"

/* --- constants -------------------------------------------------------------------------------- */

/* An integer type: its name in C, its size in bytes, and a function that reads the library's array
 * of it. */
typedef struct type {
    const char *name;
    size_t size;
    int64_t (*at)(const void *values, size_t i);
} type;

static int64_t narrow_at(const void *values, size_t i)
{
    return ((const int8_t *)values)[i];
}

static int64_t short_at(const void *values, size_t i)
{
    return ((const int16_t *)values)[i];
}

static int64_t unsigned_at(const void *values, size_t i)
{
    return ((const uint16_t *)values)[i];
}

static int64_t wide_at(const void *values, size_t i)
{
    return ((const int64_t *)values)[i];
}

static const type INT8 = {"int8_t", 1, narrow_at}, INT16 = {"int16_t", 2, short_at},
                  UINT16 = {"uint16_t", 2, unsigned_at}, INT32 = {"int32_t", 4, wide_at},
                  INT64 = {"int64_t", 8, wide_at};

static void put_integers(mlpi_c *c, FILE *to, const type *of, const char *name, const void *values,
                         size_t count)
{
    enum { TO_A_LINE = 16 };
    fprintf(to, "static MLP_PLACE const %s %s[%zu] = {", of->name, name, count);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%s%lld,", i % TO_A_LINE == 0 ? "\n    " : " ", (long long)of->at(values, i));
    fputs("\n};\n", to);
    c->cost.constants += count * of->size;
}

static void name_of(char name[64], const char *what, size_t n, size_t l)
{
    snprintf(name, 64, "%s_%zu_%zu", what, n + 1, l + 1);
}

static void put_parameters(mlpi_c *c, FILE *to, size_t n, size_t l)
{
    const mlpi_quantised_layer *layer = &c->integers.network[n].layer[l];
    const bool narrow = layer->narrow != NULL;
    char name[64];
    name_of(name, "weights", n, l);
    put_integers(c, to, narrow ? &INT8 : &INT16, name,
                 narrow ? (const void *)layer->narrow : (const void *)layer->wide,
                 layer->units * layer->inputs);
    name_of(name, "biases", n, l);
    put_integers(c, to, narrow ? &INT32 : &INT64, name, layer->bias, layer->units);
    name_of(name, "multipliers", n, l);
    if (layer->finish != MLPI_FINISH_STEP)
        put_integers(c, to, &UINT16, name, layer->multiplier, layer->units);
    c->cost.multiply_adds += layer->units * layer->inputs;
}

static const char *table_name(mlp_activation f, mlpi_c_name name)
{
    mlpi_c_function("table", mlp_activation_describe(f)->name, name);
    return name;
}

static void put_tables(mlpi_c *c, FILE *to)
{
    mlpi_c_name name;
    for (int f = 0; f < MLP_ACTIVATION_COUNT; f++) {
        const mlpi_quantised_table *t = &c->integers.table[f];
        if (t->value != NULL)
            put_integers(c, to, &INT16, table_name((mlp_activation)f, name), t->value,
                         ((size_t)1 << t->bits) + 1);
    }
}

/* --- what is proven --------------------------------------------------------------------------- */

/* The range of a column's values in which its input is not clamped. false: it cannot be
 * computed. */
static bool ends_of(const mlpi_c *c, const mlpi_feature *f, double ends[2])
{
    const mlpi_quantised *q = &c->integers;
    const double factor = (double)q->factor[f->first];
    if (f->transform->invert == NULL || f->transform->width != NULL || factor == 0.0)
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = f->transform->invert(&f->fitted, (i == 0 ? -1.0 : 1.0) * q->most / factor);
        if (!isfinite(ends[i]))
            return false;
    }
    return true;
}

static void put_ends(const mlpi_c *c, FILE *to)
{
    const mlpi_pipeline *p = &c->model->pipeline;
    char low[32], high[32];
    double ends[2];
    bool first = true;
    for (size_t f = 0; f < p->feature_count; f++) {
        if (!ends_of(c, &p->features[f], ends))
            continue;
        fputs(first ? " * A value beyond the range of its column counts as the nearer end:\n"
                      " *     "
                    : " *     ",
              to);
        first = false;
        mlpi_c_comment(to, p->features[f].name);
        fprintf(to, ": %s to %s\n", mlpi_rounded(ends[0], 4, low), mlpi_rounded(ends[1], 4, high));
    }
}

static void put_sums(const mlpi_quantised *q, FILE *to)
{
    for (size_t n = 0; n < q->count; n++)
        for (size_t l = 0; l < q->network[n].count; l++)
            fprintf(to, " *     network %zu, layer %zu: %lld to %lld\n", n + 1, l + 1,
                    (long long)q->network[n].layer[l].least_sum,
                    (long long)q->network[n].layer[l].most_sum);
}

static void put_proof(const mlpi_c *c, FILE *to)
{
    const mlpi_quantised *q = &c->integers;
    const bool narrow = q->bits == 8;
    fprintf(to,
            "/* Networks in integers: weights of %d bits, outputs of layers in 16, sums in %d. "
            "integer_of rounds an input and\n * clamps it to -%ld .. %ld. No integer overflows, "
            "whatever the inputs are: interval arithmetic from these\n * ends through these "
            "weights keeps all sums, and all partial sums, within\n",
            q->bits, narrow ? 32 : 64, (long)q->most, (long)q->most);
    put_sums(q, to);
    fprintf(
        to,
        " * and %d bits hold 2^%d - 1. A sum times its multiplier of 16 bits has less than 63.\n"
        " * Float and double encode and scale columns before the networks; after them they turn "
        "integers into values,\n * and compute the mean of networks, temperature, probabilities "
        "and units.\n",
        narrow ? 32 : 64, narrow ? 31 : 63);
    put_ends(c, to);
    fputs(" */\n", to);
}

/* --- functions -------------------------------------------------------------------------------- */

static bool uses(const mlpi_quantised *q, mlpi_finish finish)
{
    for (size_t n = 0; n < q->count; n++)
        for (size_t l = 0; l < q->network[n].count; l++)
            if (q->network[n].layer[l].finish == finish)
                return true;
    return false;
}

/* Whether any layer scales its sums: all do, except for those with a step function. */
static bool scales(const mlpi_quantised *q)
{
    for (int f = 0; f <= MLPI_FINISH_EXPONENTIAL; f++)
        if (f != MLPI_FINISH_STEP && uses(q, (mlpi_finish)f))
            return true;
    return false;
}

static void put_functions(mlpi_c *c, FILE *to)
{
    const mlpi_integer_code *code = &mlpi_integer_code_text;
    const mlpi_quantised *q = &c->integers;
    const bool logistic = uses(q, MLPI_FINISH_LOGISTIC), softmax = uses(q, MLPI_FINISH_SOFTMAX);
    mlpi_c_code(to, code->integer_of);
    mlpi_c_code(to, q->bits == 8 ? code->sum_8 : code->sum_16);
    if (scales(q)) {
        mlpi_c_code(to, code->rounded);
        mlpi_c_code(to, code->scaled);
    }
    if (uses(q, MLPI_FINISH_TABLE))
        mlpi_c_code(to, code->interpolated);
    if (logistic || softmax || uses(q, MLPI_FINISH_EXPONENTIAL)) {
        put_integers(c, to, &UINT16, "powers", mlpi_integer_powers, MLPI_POWERS);
        mlpi_c_code(to, code->falling);
    }
    if (logistic)
        mlpi_c_code(to, code->logistic);
    if (softmax)
        mlpi_c_code(to, code->softmax);
}

/* Writes the loop that sets into[i] for the units of a layer. */
static void put_layer(const mlpi_c *c, FILE *to, size_t n, size_t l, const char *from,
                      const char *into)
{
    const mlpi_quantised_network *network = &c->integers.network[n];
    const mlpi_quantised_layer *layer = &network->layer[l];
    const char *const as = l + 1 == network->count ? "" : "(int16_t)";
    char sum[128];
    mlpi_c_name table;
    snprintf(sum, sizeof sum, "sum_%d(weights_%zu_%zu + i * %zu, biases_%zu_%zu[i], %zu, %s)",
             c->integers.bits, n + 1, l + 1, layer->inputs, n + 1, l + 1, layer->inputs, from);
    fprintf(to, "    for (size_t i = 0; i < %zu; i++)\n        %s[i] = %s", layer->units, into, as);
    if (layer->finish == MLPI_FINISH_STEP) {
        fprintf(to, "(%s > 0 ? %ld : %ld);\n", sum, (long)layer->high, (long)layer->low);
        return;
    }
    if (layer->finish == MLPI_FINISH_TABLE)
        fprintf(to, "interpolated(%s, %d, ", table_name(layer->activation, table),
                layer->table.bits);
    else if (layer->finish == MLPI_FINISH_LOGISTIC)
        fputs("logistic(", to);
    else if (layer->finish == MLPI_FINISH_EXPONENTIAL)
        fprintf(to, "falling(%ld - ", (long)layer->high);
    fprintf(to, "scaled(%s, multipliers_%zu_%zu[i], %d, %ld, %ld)%s;\n", sum, n + 1, l + 1,
            layer->shift, (long)layer->low, (long)layer->high,
            layer->finish == MLPI_FINISH_CLAMP || layer->finish == MLPI_FINISH_SOFTMAX ? "" : ")");
    if (layer->finish == MLPI_FINISH_SOFTMAX)
        fprintf(to, "    softmax(%s, %zu);\n", into, layer->units);
}

/* The most units in every second hidden layer, from layer `first` on. */
static size_t widest(const mlpi_quantised_network *network, size_t first)
{
    size_t most = 0;
    for (size_t l = first; l + 1 < network->count; l += 2)
        most = network->layer[l].units > most ? network->layer[l].units : most;
    return most;
}

static size_t put_network(mlpi_c *c, FILE *to, size_t n)
{
    const mlpi_quantised_network *network = &c->integers.network[n];
    const size_t odd = widest(network, 0), even = widest(network, 1);
    for (size_t l = 0; l < network->count; l++)
        put_parameters(c, to, n, l);
    fprintf(to, "\nstatic void network_%zu(const int16_t *x, int32_t *y)\n{\n", n + 1);
    const size_t picked = mlpi_c_pick(c, to, n, "int16_t");
    const char *from = picked > 0 ? "own" : "x";
    if (odd > 0)
        fprintf(to, "    int16_t a[%zu] = {0};\n", odd);
    if (even > 0)
        fprintf(to, "    int16_t b[%zu] = {0};\n", even);
    for (size_t l = 0; l < network->count; l++) {
        const char *into = l + 1 == network->count ? "y" : l % 2 == 0 ? "a" : "b";
        put_layer(c, to, n, l, from, into);
        from = into;
    }
    fputs("}\n\n", to);
    return (odd + even + picked) * sizeof(int16_t);
}

static void put_forward(mlpi_c *c, FILE *to)
{
    const mlpi_quantised *q = &c->integers;
    fprintf(to,
            "static void forward(const float *x, float *y)\n{\n"
            "    int16_t u[%zu] = {0};\n    int32_t z[%zu] = {0};\n    double sum[%zu] = {0.0};\n"
            "    for (size_t j = 0; j < %zu; j++)\n"
            "        u[j] = integer_of(x[j], factors[j], %ld.0f);\n",
            q->inputs, q->outputs, q->outputs, q->inputs, (long)q->most);
    for (size_t n = 0; n < q->count; n++) {
        const mlpi_quantised_network *network = &q->network[n];
        fprintf(to,
                "    network_%zu(u, z);\n    for (size_t k = 0; k < %zu; k++)\n        sum[k] += ",
                n + 1, q->outputs);
        mlpi_c_double(to, q->weight[n] * network->layer[network->count - 1].unit);
        fputs(" * (double)z[k];\n", to);
    }
    fprintf(to, "    for (size_t k = 0; k < %zu; k++)\n        y[k] = (float)sum[k];\n",
            q->outputs);
    mlpi_c_temper(c, to);
    fputs("}\n\n", to);
    c->cost.stack += q->inputs * sizeof(int16_t) + q->outputs * (sizeof(int32_t) + sizeof(double));
}

void mlpi_c_integers(mlpi_c *c, FILE *to)
{
    size_t most = 0;
    put_proof(c, to);
    put_functions(c, to);
    put_tables(c, to);
    mlpi_c_floats(c, to, "factors", c->integers.factor, c->integers.inputs, 1.0f);
    mlpi_c_reads(c, to, "int16_t");
    for (size_t n = 0; n < c->integers.count; n++) {
        const size_t bytes = put_network(c, to, n);
        most = bytes > most ? bytes : most;
    }
    c->cost.stack += most;
    put_forward(c, to);
}

/* --- test rows -------------------------------------------------------------------------------- */

mlp_status mlpi_c_integer_rows(mlpi_c *c, mlp_error *err)
{
    const mlpi_quantised *q = &c->integers;
    const mlpi_vectors *v = &c->vectors;
    const size_t outputs = q->count * q->outputs;
    float *x = mlpi_allocate(q->inputs, sizeof *x);
    int16_t *room = mlpi_allocate(2 * q->widest, sizeof *room);
    c->row_inputs = mlpi_allocate(v->rows, q->inputs * sizeof *c->row_inputs);
    c->row_outputs = mlpi_allocate(v->rows, outputs * sizeof *c->row_outputs);
    const bool there = x != NULL && room != NULL && c->row_inputs != NULL && c->row_outputs != NULL;
    for (size_t r = 0; there && r < v->rows; r++) {
        int16_t *const u = c->row_inputs + r * q->inputs;
        mlp_model_encode_values(c->model, v->value + r * v->columns, x);
        mlpi_quantised_inputs(q, x, u);
        for (size_t n = 0; n < q->count; n++)
            mlpi_quantised_run(q, n, u, room, c->row_outputs + r * outputs + n * q->outputs);
    }
    mlpi_free(x);
    mlpi_free(room);
    return there ? MLP_OK : mlpi_fail_memory(err, "test vectors");
}

static void put_list(FILE *to, const char *before, const type *of, const void *values, size_t count)
{
    fputs(before, to);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%s%lld", i == 0 ? "" : ", ", (long long)of->at(values, i));
    fputs("}", to);
}

static int64_t sum_at(const void *values, size_t i)
{
    return ((const int32_t *)values)[i];
}

void mlpi_c_integer_test(const mlpi_c *c, FILE *to)
{
    static const type sums = {"int32_t", 4, sum_at};
    const mlpi_quantised *q = &c->integers;
    const size_t outputs = q->count * q->outputs;
    fprintf(
        to,
        "/* The integers of these rows: the inputs of the networks, and the outputs by the "
        "library. */\nenum { INPUTS = %zu, INTEGERS = %zu };\nstatic const struct {\n    int16_t "
        "x[INPUTS];\n    int32_t y[INTEGERS];\n} integers[ROWS] = {\n",
        q->inputs, outputs);
    for (size_t r = 0; r < c->vectors.rows; r++) {
        put_list(to, "    {{", &INT16, c->row_inputs + r * q->inputs, q->inputs);
        put_list(to, ",\n     {", &sums, c->row_outputs + r * outputs, outputs);
        fputs("},\n", to);
    }
    fputs(
        "};\n\nstatic int same_integers(int r)\n{\n    int32_t y[INTEGERS] = {0};\n    int right = "
        "1;\n",
        to);
    for (size_t n = 0; n < q->count; n++)
        fprintf(to, "    network_%zu(integers[r].x, y + %zu);\n", n + 1, n * q->outputs);
    fputs(
        "    for (int k = 0; k < INTEGERS; k++)\n"
        "        if (y[k] != integers[r].y[k]) {\n"
        "            right = 0;\n"
        "            printf(\"row %d, integer %d: %ld is not %ld\\n\", r + 1, k + 1, (long)y[k],\n"
        "                   (long)integers[r].y[k]);\n"
        "        }\n"
        "    return right;\n}\n\n",
        to);
}
