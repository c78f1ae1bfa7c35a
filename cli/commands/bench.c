/* SPDX-License-Identifier: MIT */
/* mlp bench: measures the speed of this machine, and how much of it mlp uses. */
#include <math.h>
#include <string.h>

#include "cli/cli.h"

/* A line of the table: the speed of a network in one precision on a number of threads. */
typedef struct line {
    const mlp_bench_network *network;
    mlp_precision precision;
    int threads;
    mlp_bench_result result;
    double training_rate, prediction_rate; /* operations a second */
} line;

static const char *precision_name(mlp_precision precision)
{
    return precision == MLP_PRECISION_BF16 ? "bf16" : "float";
}

static void print_machine(const mlp_bench_machine *m, int threads)
{
    printf("%2d thread%s  %s  float %.1f GFLOP/s", threads, threads == 1 ? " " : "s", m->kernels,
           m->peak * 1e-9);
    if (!isnan(m->peak_bf16))
        printf("  bf16 %.1f GFLOP/s", m->peak_bf16 * 1e-9);
    printf("  memory %.1f GB/s\n", m->bandwidth * 1e-9);
    fflush(stdout);
}

static void print_head(void)
{
    printf("\n%-18s %5s %-5s %7s | %11s %8s %6s %10s | %11s %8s %6s %9s\n", "network", "batch", "",
           "threads", "trained/s", "GFLOP/s", "peak", "step", "predicted/s", "GFLOP/s", "peak",
           "one row");
}

static void print_line(const line *l)
{
    printf("%-18s %5zu %-5s %7d | %11.4g %8.1f %5.0f%% %7.2f us | %11.4g %8.1f %5.0f%% %6.2f us\n",
           l->network->name, l->network->batch, precision_name(l->precision), l->threads,
           l->result.training, l->training_rate * 1e-9, 100.0 * l->result.training_share,
           l->result.step * 1e6, l->result.prediction, l->prediction_rate * 1e-9,
           100.0 * l->result.prediction_share, l->result.single * 1e6);
    fflush(stdout);
}

static void put_machine(mlp_json_writer *json, const mlp_bench_machine *m, int threads)
{
    mlp_json_begin_object(json, NULL);
    mlp_json_put_whole(json, "threads", (uint64_t)threads);
    mlp_json_put_text(json, "kernels", m->kernels);
    mlp_json_put_number(json, "float_flops", m->peak);
    mlp_json_put_number(json, "bf16_flops", m->peak_bf16);
    mlp_json_put_number(json, "memory_bytes_per_second", m->bandwidth);
    mlp_json_end(json);
}

static void put_line(mlp_json_writer *json, const line *l)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"training_samples_per_second", l->result.training},
                   {"training_flops", l->training_rate},
                   {"training_share_of_peak", l->result.training_share},
                   {"step_seconds", l->result.step},
                   {"prediction_rows_per_second", l->result.prediction},
                   {"prediction_flops", l->prediction_rate},
                   {"prediction_share_of_peak", l->result.prediction_share},
                   {"single_row_seconds", l->result.single}};
    mlp_json_begin_object(json, NULL);
    mlp_json_put_text(json, "network", l->network->name);
    mlp_json_put_whole(json, "batch", l->network->batch);
    mlp_json_put_text(json, "precision", precision_name(l->precision));
    mlp_json_put_whole(json, "threads", (uint64_t)l->threads);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        mlp_json_put_number(json, numbers[i].name, numbers[i].value);
    mlp_json_end(json);
}

static int measure(const settings *s, line *l)
{
    mlp_error err;
    if (mlp_bench_run(l->network, l->precision, l->threads, s->seconds, &l->result, &err) != MLP_OK)
        return report(&err);
    l->training_rate = l->result.training * l->result.training_operations;
    l->prediction_rate = l->result.prediction * l->result.prediction_operations;
    return EXIT_DONE;
}

typedef struct session {
    const settings *s;
    int most; /* largest number of threads */
    bool bf16;
    mlp_json_writer *json;
} session;

static int bench_network(session *b, const mlp_bench_network *network)
{
    for (int p = MLP_PRECISION_FLOAT; p <= (b->bf16 ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT);
         p++)
        for (int threads = 1;; threads = b->most) {
            line l = {.network = network, .precision = (mlp_precision)p, .threads = threads};
            const int code = measure(b->s, &l);
            if (code != EXIT_DONE)
                return code;
            if (!b->s->json)
                print_line(&l);
            put_line(b->json, &l);
            if (threads == b->most)
                break;
        }
    return EXIT_DONE;
}

static int bench_machine(session *b)
{
    for (int threads = 1;; threads = b->most) {
        mlp_error err;
        mlp_bench_machine m;
        if (mlp_bench_machine_measure(threads, b->s->seconds, &m, &err) != MLP_OK)
            return report(&err);
        b->bf16 = !isnan(m.peak_bf16);
        if (!b->s->json)
            print_machine(&m, threads);
        put_machine(b->json, &m, threads);
        if (threads == b->most)
            return EXIT_DONE;
    }
}

static int bench_all(session *b)
{
    mlp_bench_network own;
    mlp_error err;
    if (b->s->network != NULL &&
        mlp_bench_network_parse(b->s->network, b->s->bench_rows, &own, &err) != MLP_OK)
        return report(&err);
    mlp_json_begin_array(b->json, "machine");
    int code = bench_machine(b);
    mlp_json_end(b->json);
    if (code == EXIT_DONE && !b->s->json)
        print_head();
    mlp_json_begin_array(b->json, "networks");
    if (b->s->network != NULL)
        code = code == EXIT_DONE ? bench_network(b, &own) : code;
    for (size_t i = 0; b->s->network == NULL && mlp_bench_network_at(i) != NULL; i++)
        code = code == EXIT_DONE ? bench_network(b, mlp_bench_network_at(i)) : code;
    mlp_json_end(b->json);
    return code;
}

int run_bench(settings *s)
{
    session b = {.s = s, .most = mlp_threads(s->threads), .json = begin_json()};
    mlp_json_put_text(b.json, "version", mlp_version());
    const int code = bench_all(&b);
    if (code == EXIT_DONE && s->json)
        return print_json(b.json);
    mlp_json_writer_free(b.json);
    return code == EXIT_DONE ? finish_output() : code;
}
