/* SPDX-License-Identifier: MIT */
/* The objective of the full-batch methods against the reference: loss, gradient, J'J and J'r. */
#include "gradient/cases.h"
#include "objective/objective.h"
#include "unit/test.h"

static double distance(const double *a, const double *b, size_t n)
{
    double off = 0.0, size = 0.0;
    for (size_t i = 0; i < n; i++) {
        off += (a[i] - b[i]) * (a[i] - b[i]);
        size += b[i] * b[i];
    }
    return sqrt(off) / (size > 0.0 ? sqrt(size) : 1.0);
}

static double *doubles(size_t n)
{
    double *made = mlpi_allocate(n, sizeof *made);
    assert_non_null(made);
    return made;
}

/* Computes J'J and J'r by the reference; returns the sum of squares. */
static double reference_normal(const mlp_network *network, const double *w, const mlp_encoded *e,
                               double *JtJ, double *Jtr)
{
    const size_t n = network->size, K = e->outputs;
    double *x = doubles(e->inputs), *s = doubles(K), sum = 0.0;
    mlp_trace *trace = NULL;
    assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
    for (size_t r = 0; r < e->rows; r++) {
        for (size_t i = 0; i < e->inputs; i++)
            x[i] = (double)e->x[r * e->inputs + i];
        for (size_t k = 0; k < K; k++)
            s[k] = (double)e->target[r * K + k];
        mlp_reference_pattern(network, w, x, s, trace);
        for (size_t k = 0; k < K; k++) {
            const double residual = trace->y[trace->layers][k] - s[k];
            const double weight = e->weight != NULL ? (double)e->weight[r] : 1.0;
            mlp_reference_output_gradient(network, w, k, trace);
            sum += weight * residual * residual;
            for (size_t a = 0; a < n; a++) {
                Jtr[a] += weight * trace->gradient[a] * residual;
                for (size_t b = 0; b < n; b++)
                    JtJ[a * n + b] += weight * trace->gradient[a] * trace->gradient[b];
            }
        }
    }
    mlp_trace_free(trace);
    mlpi_free(x);
    mlpi_free(s);
    return sum;
}

static void compare_normal(const char *name, const mlp_network *network, const mlp_encoded *e,
                           const double *w, int threads)
{
    const size_t n = network->size;
    double *JtJ = doubles(n * n), *Jtr = doubles(n), *A = doubles(n * n), *b = doubles(n);
    mlpi_network_objective *made = NULL;
    assert_int_equal(mlpi_network_objective_create(network, e, 0.0, true, threads, &made, NULL),
                     MLP_OK);
    const mlp_objective *face = mlpi_network_objective_of(made);
    const double sum = face->normal(face->context, w, JtJ, Jtr);
    const double wanted = reference_normal(network, w, e, A, b);
    const double off = fmax(distance(JtJ, A, n * n), distance(Jtr, b, n));
    if (!(off <= 1e-12 && fabs(sum - wanted) <= 1e-12 * wanted))
        fail_msg("%s: J'J, J'r off by %g, the sum by %g", name, off, fabs(sum - wanted));
    assert_int_equal(face->residuals, e->rows * e->outputs);
    mlpi_network_objective_free(made);
    mlpi_free(JtJ);
    mlpi_free(Jtr);
    mlpi_free(A);
    mlpi_free(b);
}

static void check_case(gradient_case *c)
{
    const size_t n = c->network->size;
    const mlp_encoded e = {.rows = CASE_ROWS,
                           .inputs = CASE_INPUTS,
                           .outputs = CASE_OUTPUTS,
                           .x = c->fx,
                           .target = c->ftarget};
    double *w = doubles(n), *g = doubles(n), *wanted = doubles(n);
    mlp_trace *trace = NULL;
    mlpi_network_objective *made = NULL;
    for (size_t i = 0; i < n; i++)
        w[i] = (double)c->network->parameters[i] + 1e-9; /* between two floats */
    assert_int_equal(mlp_trace_create(c->network, &trace, NULL), MLP_OK);
    assert_int_equal(mlpi_network_objective_create(c->network, &e, 0.0, false, 1, &made, NULL),
                     MLP_OK);
    const mlp_objective *face = mlpi_network_objective_of(made);
    const double E = face->value(face->context, w, g);
    const double loss =
        mlp_reference_loss(c->network, w, c->x, c->target, CASE_ROWS, wanted, trace);
    const double off = distance(g, wanted, n);
    if (!(off <= 1e-12 && fabs(E - loss) <= 1e-12 * fabs(loss)))
        fail_msg("%s: gradient off by %g, loss by %g", c->name, off, fabs(E - loss));
    assert_true(face->value(face->context, w, NULL) == E);
    mlpi_network_objective_free(made);
    mlp_trace_free(trace);
    if (c->loss == MLP_QUADRATIC)
        compare_normal(c->name, c->network, &e, w, 1);
    mlpi_free(w);
    mlpi_free(g);
    mlpi_free(wanted);
}

static void loss_gradient_and_normal_equations_equal_the_reference(void **state)
{
    (void)state;
    assert_int_equal(for_every_case(check_case), CASES);
}

/* --- many rows: more than a block, a group, a part of the Jacobian, a tile -------------------- */

enum { ROWS = 1100, INPUTS = 9, OUTPUTS = 2 };

typedef struct problem {
    mlp_network *network;
    mlp_encoded rows;
    float x[ROWS * INPUTS], target[ROWS * OUTPUTS];
    double *w;
} problem;

static void make(problem *p, bool surrogate)
{
    const mlp_layer layers[] = {{8, surrogate ? MLP_SIGN : MLP_TANH},
                                {7, MLP_LOGISTIC},
                                {OUTPUTS, surrogate ? MLP_SOFTMAX : MLP_LINEAR}};
    mlpi_random random = mlpi_random_init(2385, 19);
    assert_int_equal(mlp_network_create(INPUTS, layers, 3, MLP_QUADRATIC, &p->network, NULL),
                     MLP_OK);
    mlp_network_initialize(p->network, 6127);
    p->network->surrogate = surrogate;
    p->rows = (mlp_encoded){
        .rows = ROWS, .inputs = INPUTS, .outputs = OUTPUTS, .x = p->x, .target = p->target};
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        p->x[i] = (float)mlpi_random_normal(&random);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        p->target[i] = (float)mlpi_random_normal(&random);
    p->w = doubles(p->network->size);
    for (size_t i = 0; i < p->network->size; i++)
        p->w[i] = (double)p->network->parameters[i] + 0.1 * mlpi_random_normal(&random);
}

static void release(problem *p)
{
    mlp_network_free(p->network);
    mlpi_free(p->w);
}

static void many_rows_equal_the_reference(void **state)
{
    (void)state;
    static problem p;
    for (int surrogate = 0; surrogate < 2; surrogate++) {
        make(&p, surrogate != 0);
        compare_normal("many rows", p.network, &p.rows, p.w, 2);
        release(&p);
    }
}

/* E = (1/n) sum of weight_p E^(p); the gradient and the sum of squares are weighted in the same
 * way. */
static void rows_count_by_their_weights(void **state)
{
    (void)state;
    static problem p;
    static float weight[ROWS];
    static double x[INPUTS], s[OUTPUTS];
    mlp_trace *trace = NULL;
    mlpi_network_objective *made = NULL;
    make(&p, false);
    const size_t n = p.network->size;
    double *g = doubles(n), *wanted = doubles(n), E = 0.0;
    assert_int_equal(mlp_trace_create(p.network, &trace, NULL), MLP_OK);
    p.rows.weight = weight;
    for (size_t r = 0; r < ROWS; r++) {
        weight[r] = (float)(r % 5) * 0.5f;
        for (size_t i = 0; i < INPUTS; i++)
            x[i] = (double)p.x[r * INPUTS + i];
        for (size_t k = 0; k < OUTPUTS; k++)
            s[k] = (double)p.target[r * OUTPUTS + k];
        mlp_reference_pattern(p.network, p.w, x, s, trace);
        E += (double)weight[r] * trace->loss / ROWS;
        for (size_t i = 0; i < n; i++)
            wanted[i] += (double)weight[r] * trace->gradient[i] / ROWS;
    }
    assert_int_equal(mlpi_network_objective_create(p.network, &p.rows, 0.0, false, 2, &made, NULL),
                     MLP_OK);
    const mlp_objective *face = mlpi_network_objective_of(made);
    assert_true(fabs(face->value(face->context, p.w, g) - E) <= 1e-12 * E);
    assert_true(distance(g, wanted, n) <= 1e-12);
    compare_normal("weighted rows", p.network, &p.rows, p.w, 2);
    mlpi_network_objective_free(made);
    mlp_trace_free(trace);
    mlpi_free(g);
    mlpi_free(wanted);
    release(&p);
}

static void results_are_the_same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    static const int threads[] = {1, 2, 3, 8};
    static problem p;
    make(&p, false);
    const size_t n = p.network->size, all = n * n + 2 * n + 2;
    double *first = doubles(all), *now = doubles(all);
    for (size_t t = 0; t < 4; t++) {
        mlpi_network_objective *made = NULL;
        assert_int_equal(
            mlpi_network_objective_create(p.network, &p.rows, 0.0, true, threads[t], &made, NULL),
            MLP_OK);
        const mlp_objective *face = mlpi_network_objective_of(made);
        double *to = t == 0 ? first : now;
        to[0] = face->normal(face->context, p.w, to + 2, to + 2 + n * n);
        to[1] = face->value(face->context, p.w, to + 2 + n * n + n);
        mlpi_network_objective_free(made);
        assert_memory_equal(to, first, all * sizeof *to);
    }
    mlpi_free(first);
    mlpi_free(now);
    release(&p);
}

static void too_many_parameters_are_refused_with_numbers(void **state)
{
    (void)state;
    const mlp_layer layers[] = {{1200, MLP_TANH}, {OUTPUTS, MLP_LINEAR}};
    static problem p;
    mlp_error err;
    mlp_network *network = NULL;
    mlpi_network_objective *made = NULL;
    make(&p, false);
    assert_int_equal(mlp_network_create(INPUTS, layers, 2, MLP_QUADRATIC, &network, NULL), MLP_OK);
    assert_int_equal(mlpi_network_objective_create(network, &p.rows, 0.0, true, 1, &made, &err),
                     MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "14402 parameters"));
    assert_non_null(strstr(err.message, "5.0 GB"));
    assert_null(made);
    mlp_network_free(network);
    release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_gradient_and_normal_equations_equal_the_reference),
        cmocka_unit_test(many_rows_equal_the_reference),
        cmocka_unit_test(rows_count_by_their_weights),
        cmocka_unit_test(results_are_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(too_many_parameters_are_refused_with_numbers),
    };
    return RUN(tests);
}
