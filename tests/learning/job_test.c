/* SPDX-License-Identifier: MIT */
/* Workers of a job make, byte for byte, the model that a training without a job makes, whatever
 * their number and whichever of them are killed. The folder of another job is refused, and so are
 * damaged files. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "learning/job_apart.h"

/* --- trainings -------------------------------------------------------------------------------- */

typedef struct training {
    const char *set[10]; /* name, value, ... */
    size_t networks;     /* least number of cells */
} training;

static const training trainings[] = {
    {{"hidden", "5", "epochs", "20"}, 1},
    {{"hidden", "5", "epochs", "20", "restarts", "3"}, 3},
    {{"hidden", "5", "epochs", "20", "members", "4"}, 4},
    {{"hidden", "5", "epochs", "20", "folds", "3", "members", "2"}, 6},
    {{"optimizer", "lbfgs", "loss", "quadratic", "epochs", "20", "folds", "3"}, 3},
    {{"quality", "good", "epochs", "10", "folds", "3"}, 6},
};
enum { TRAININGS = sizeof trainings / sizeof trainings[0] };

/* Makes the options of a training; NULL `folder`: without a job. */
static mlp_train_options *options_of(const training *t, const char *folder, size_t workers,
                                     size_t worker)
{
    mlp_train_options *o = NULL;
    assert_int_equal(mlp_train_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set(o, "target", "species", NULL), MLP_OK);
    for (size_t i = 0; t->set[i] != NULL; i += 2)
        assert_int_equal(mlp_train_options_set(o, t->set[i], t->set[i + 1], NULL), MLP_OK);
    if (folder == NULL)
        return o;
    assert_int_equal(mlp_train_options_set(o, "job", folder, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set_number(o, "workers", (double)workers, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set_number(o, "worker", (double)worker, NULL), MLP_OK);
    return o;
}

/* The bytes of a model's file, trained without a job or merged from one. */
typedef struct bytes {
    unsigned char *at;
    size_t size;
} bytes;

static bytes model_of(const training *t, const char *folder)
{
    bytes b = {0};
    mlp_model *model = NULL;
    mlp_error err = {0};
    mlp_train_options *o = options_of(t, folder, 1, 0);
    const mlp_status status = folder != NULL ? mlp_job_merge(table, NULL, o, &model, NULL, &err)
                                             : mlp_train(table, NULL, o, &model, NULL, &err);
    if (status != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_model_save_memory(model, &b.at, &b.size, NULL), MLP_OK);
    mlp_model_free(model);
    mlp_train_options_free(o);
    return b;
}

/* Returns whether the job's model has these bytes. */
static bool merges_to(const training *t, const bytes *whole)
{
    bytes merged = model_of(t, path);
    const bool same = merged.size == whole->size && memcmp(merged.at, whole->at, merged.size) == 0;
    free(merged.at);
    return same;
}

static pid_t begin_worker(const training *t, size_t workers, size_t worker)
{
    const pid_t made = fork();
    if (made != 0)
        return made;
    mlp_train_options *o = options_of(t, path, workers, worker);
    _exit(mlp_job_work(table, NULL, o, NULL) == MLP_OK ? 0 : 1);
}

static void end_worker(pid_t worker)
{
    int ended = 0;
    assert_int_equal(waitpid(worker, &ended, 0), worker);
    assert_int_equal(ended, 0);
}

/* --- promises --------------------------------------------------------------------------------- */

static void any_number_of_workers_makes_the_same_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < TRAININGS; i++) {
        const training *t = &trainings[i];
        bytes whole = model_of(t, NULL);
        for (size_t workers = 1; workers <= 4; workers++) {
            pid_t worker[4];
            clear();
            for (size_t w = 0; w < workers; w++)
                worker[w] = begin_worker(t, workers, w);
            for (size_t w = 0; w < workers; w++)
                end_worker(worker[w]);
            assert_true(files(".cell", NULL) >= t->networks);
            assert_int_equal(files(".claim", NULL), 0);
            if (!merges_to(t, &whole))
                fail_msg("training %zu: %zu workers make another model", i, workers);
        }
        free(whole.at);
    }
}

/* A worker trains its own networks first, then those that the other workers leave undone. */
static void one_of_three_workers_does_it_all(void **state)
{
    (void)state;
    const training *t = &trainings[3];
    bytes whole = model_of(t, NULL);
    clear();
    end_worker(begin_worker(t, 3, 1));
    assert_true(merges_to(t, &whole));
    free(whole.at);
}

static void killed_workers_cost_nothing_but_time(void **state)
{
    (void)state;
    const char *wanted = getenv("MLP_TEST_KILLS");
    const size_t kills = wanted != NULL ? strtoul(wanted, NULL, 10) : 12;
    const training *t = &trainings[5];
    mlpi_random random = mlpi_random_init(5, 0);
    bytes whole = model_of(t, NULL);
    clear();
    for (size_t i = 0; i < kills; i++) {
        const long nanoseconds = 1000000 + (long)mlpi_random_below(&random, 60000000);
        const pid_t living = begin_worker(t, 2, 0), killed = begin_worker(t, 2, 1);
        nanosleep(&(struct timespec){.tv_nsec = nanoseconds}, NULL);
        assert_int_equal(kill(killed, SIGKILL), 0);
        assert_int_equal(waitpid(killed, NULL, 0), killed);
        if (i % 3 == 0) { /* every third time, no worker is left */
            assert_int_equal(kill(living, SIGKILL), 0);
            assert_int_equal(waitpid(living, NULL, 0), living);
            end_worker(begin_worker(t, 2, 1));
        } else {
            end_worker(living);
        }
        assert_true(merges_to(t, &whole));
        clear();
    }
    free(whole.at);
}

/* mlp_train with a job is one of its workers, and makes the model, too. */
static void a_worker_can_make_the_model_itself(void **state)
{
    (void)state;
    const training *t = &trainings[3];
    bytes whole = model_of(t, NULL), own = {0};
    mlp_model *model = NULL;
    mlp_train_options *o = options_of(t, path, 2, 1);
    clear();
    const pid_t other = begin_worker(t, 2, 0);
    assert_int_equal(mlp_train(table, NULL, o, &model, NULL, NULL), MLP_OK);
    end_worker(other);
    assert_int_equal(mlp_model_save_memory(model, &own.at, &own.size, NULL), MLP_OK);
    assert_int_equal(own.size, whole.size);
    assert_memory_equal(own.at, whole.at, own.size);
    mlp_model_free(model);
    mlp_train_options_free(o);
    free(own.at);
    free(whole.at);
}

/* --- folders that nobody shares --------------------------------------------------------------- */

/* Lets the workers do their parts and exchanges their files until all is done. Returns the number
 * of rounds. */
static size_t rounds(const training *t)
{
    size_t count = 0;
    for (bool finished = false; !finished; count++) {
        assert_true(count < 40);
        for (size_t w = 0; w < APART; w++) {
            mlp_train_options *o = options_of(t, apart[w], APART, w);
            assert_int_equal(mlp_job_part(table, NULL, o, &finished, NULL), MLP_OK);
            mlp_train_options_free(o);
        }
        gather();
    }
    return count;
}

static void files_that_are_carried_do_as_well(void **state)
{
    (void)state;
    name_apart();
    for (size_t i = 0; i < TRAININGS; i++) {
        const training *t = &trainings[i];
        bytes whole = model_of(t, NULL);
        clear();
        const size_t count = rounds(t);
        if (i < TRAININGS - 1) /* recipes take decisions between rounds */
            assert_true(count <= 2);
        assert_true(merges_to(t, &whole));
        free(whole.at);
        clear_apart();
    }
}

/* --- what is refused -------------------------------------------------------------------------- */

static void refused(mlp_train_options *o, const mlp_table *data, bool merge, mlp_status status,
                    const char *says)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    assert_int_equal(merge ? mlp_job_merge(data, NULL, o, &model, NULL, &err)
                           : mlp_job_work(data, NULL, o, &err),
                     status);
    assert_null(model);
    if (strstr(err.message, says) == NULL)
        fail_msg("%s", err.message);
    mlp_train_options_free(o);
}

static void the_folder_of_another_job_is_refused(void **state)
{
    (void)state;
    mlp_table *other = NULL;
    clear();
    refused(options_of(&trainings[3], path, 1, 0), table, true, MLP_ERROR_MODEL,
            "is not the folder of a job: there is no job.json in it");
    end_worker(begin_worker(&trainings[3], 1, 0));
    refused(options_of(&trainings[2], path, 1, 0), table, false, MLP_ERROR_ARGUMENT,
            "is the folder of another job: the options differ; give this job a folder of its own");
    refused(options_of(&trainings[4], path, 1, 0), table, true, MLP_ERROR_ARGUMENT,
            "is the folder of another job: the options differ");
    const size_t rows[] = {0, 1, 2, 60, 61, 62, 120, 121, 122};
    assert_int_equal(mlp_table_subset(table, rows, 9, &other, NULL), MLP_OK);
    refused(options_of(&trainings[3], path, 1, 0), other, false, MLP_ERROR_ARGUMENT,
            "the data differ");
    mlp_table_free(other);
    setenv("MLP_CPU", "baseline", 1);
    refused(options_of(&trainings[3], path, 1, 0), table, false, MLP_ERROR_ARGUMENT,
            "the instruction set differs");
    unsetenv("MLP_CPU");
}

static void options_that_jobs_cannot_have_are_named(void **state)
{
    (void)state;
    static const char *const against[][2] = {
        {"time", "5m"}, {"checkpoint", "/tmp/never.ckpt"}, {"memory", "512M"}};
    for (size_t i = 0; i < sizeof against / sizeof against[0]; i++) {
        mlp_train_options *o = options_of(&trainings[0], path, 1, 0);
        char says[64];
        snprintf(says, sizeof says, "`%s`", against[i][0]);
        assert_int_equal(mlp_train_options_set(o, against[i][0], against[i][1], NULL), MLP_OK);
        refused(o, table, false, MLP_ERROR_ARGUMENT, says);
    }
    refused(options_of(&trainings[0], path, 4, 4), table, false, MLP_ERROR_ARGUMENT,
            "`worker` counts from 0");
    refused(options_of(&trainings[0], NULL, 1, 0), table, false, MLP_ERROR_ARGUMENT,
            "the folder of the job is missing; give `job`");
}

static int lose_one(const char *name)
{
    const size_t length = strlen(name);
    return length > 7 && strcmp(name + length - 7, "-2.cell") == 0 ? remove(name) : -1;
}

static int damage(const char *name)
{
    FILE *file = fopen(name, "r+b");
    fseek(file, -3, SEEK_END);
    const int byte = fgetc(file);
    fseek(file, -3, SEEK_END);
    fputc(byte ^ 1, file);
    return fclose(file);
}

static int shorten(const char *name)
{
    struct stat now;
    return stat(name, &now) == 0 ? truncate(name, now.st_size - 40) : -1;
}

static void missing_and_damaged_cells_are_named(void **state)
{
    (void)state;
    const training *t = &trainings[3];
    clear();
    end_worker(begin_worker(t, 1, 0));
    assert_int_equal(files(".cell", lose_one), 1);
    refused(options_of(t, path, 1, 0), table, true, MLP_ERROR_MODEL,
            "is not finished: of 6 training runs, these are missing: 2 (files ");
    end_worker(begin_worker(t, 1, 0));
    assert_int_equal(files("-4.cell", damage), 1);
    refused(options_of(t, path, 1, 0), table, true, MLP_ERROR_MODEL,
            "-4.cell: is damaged: its checksum does not match");
    refused(options_of(t, path, 1, 0), table, false, MLP_ERROR_MODEL, "is damaged");
    assert_int_equal(files("-4.cell", shorten), 1);
    refused(options_of(t, path, 1, 0), table, true, MLP_ERROR_MODEL, "-4.cell: is damaged");
}

/* A stopped worker keeps its finished networks and makes no model. */
static void a_stopped_worker_makes_no_model(void **state)
{
    (void)state;
    mlp_flag stop = 1;
    mlp_error err = {0};
    mlp_model *model = NULL;
    for (size_t i = 0; i < TRAININGS; i++) {
        mlp_train_options *o = options_of(&trainings[i], path, 1, 0);
        clear();
        mlp_train_options_set_stop(o, &stop);
        assert_int_equal(mlp_train(table, NULL, o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
        assert_non_null(strstr(err.message, "the networks that are finished are kept"));
        mlp_train_options_free(o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_workers_makes_the_same_model),
        cmocka_unit_test(one_of_three_workers_does_it_all),
        cmocka_unit_test(killed_workers_cost_nothing_but_time),
        cmocka_unit_test(a_worker_can_make_the_model_itself),
        cmocka_unit_test(files_that_are_carried_do_as_well),
        cmocka_unit_test(the_folder_of_another_job_is_refused),
        cmocka_unit_test(options_that_jobs_cannot_have_are_named),
        cmocka_unit_test(missing_and_damaged_cells_are_named),
        cmocka_unit_test(a_stopped_worker_makes_no_model),
    };
    const int failed = cmocka_run_group_tests(tests, load_table, drop_table);
    clear();
    return failed;
}
