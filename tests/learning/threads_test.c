/* SPDX-License-Identifier: MIT */
/* A program may have threads and child processes of its own, and use the library in all of them. */
#include "learning/problem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sanitizers.h"

enum { CALLERS = 4 };

static mlp_table *table;
static mlp_model *model;
static mlp_predictions wanted; /* made by one thread */

static mlp_train_options settings(void)
{
    static const char *const target[] = {"digit"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "200,100";
    o.batch = 256;
    o.epochs = 2;
    return o;
}

static int make_model(void **state)
{
    (void)state;
    if (mlp_table_read(MLP_EXAMPLES "/data/digits-train.csv", NULL, &table, NULL) != MLP_OK)
        return -1;
    model = problem_train(table, settings(), NULL);
    return mlp_model_predict(model, table, 1, &wanted, NULL) == MLP_OK ? 0 : -1;
}

static int drop_model(void **state)
{
    (void)state;
    mlp_predictions_release(&wanted);
    mlp_model_free(model);
    mlp_table_free(table);
    return 0;
}

/* Returns whether predictions by some threads equal those by one thread, bit for bit. */
static bool predicts_the_same(int threads)
{
    mlp_predictions made;
    if (mlp_model_predict(model, table, threads, &made, NULL) != MLP_OK)
        return false;
    const size_t count = wanted.rows * wanted.width;
    const bool same = made.rows == wanted.rows && made.width == wanted.width &&
                      memcmp(made.values, wanted.values, count * sizeof *made.values) == 0;
    mlp_predictions_release(&made);
    return same;
}

static bool trains_the_same(int threads)
{
    mlp_train_options o = settings();
    mlp_model *again = NULL;
    o.threads = threads;
    if (mlp_train(table, NULL, &o, &again, NULL, NULL) != MLP_OK)
        return false;
    const mlp_network *one = mlp_model_network(model), *two = mlp_model_network(again);
    const size_t size = mlp_network_size(one);
    const bool same = mlp_network_size(two) == size &&
                      memcmp(mlp_network_parameters_const(one), mlp_network_parameters_const(two),
                             size * sizeof(float)) == 0;
    mlp_model_free(again);
    return same;
}

static void a_child_works_with_threads(void **state)
{
    (void)state;
#ifdef TEST_THREAD_SANITIZER
    skip(); /* the sanitizer allows no threads after fork() */
#endif
    assert_true(predicts_the_same(3));
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(120); /* a child that hangs is killed */
        _exit(predicts_the_same(3) && predicts_the_same(0) && trains_the_same(3) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void *call(void *context)
{
    atomic_int *same = context;
    for (int threads = 1; threads <= 3; threads++)
        if (predicts_the_same(threads))
            atomic_fetch_add(same, 1);
    if (trains_the_same(2))
        atomic_fetch_add(same, 1);
    return NULL;
}

static void many_callers_share_a_model(void **state)
{
    (void)state;
    pthread_t caller[CALLERS];
    atomic_int same = 0;
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&caller[i], NULL, call, &same), 0);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(caller[i], NULL);
    assert_int_equal(atomic_load(&same), 4 * CALLERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_works_with_threads),
        cmocka_unit_test(many_callers_share_a_model),
    };
    return cmocka_run_group_tests(tests, make_model, drop_model);
}
