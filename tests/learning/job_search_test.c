/* SPDX-License-Identifier: MIT */
/* Workers that share a cross-validation or a tuning get the result that one process gets alone,
 * whatever their number and whichever of them are killed. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "learning/job_apart.h"
#include "mlp/job.h"

/* --- two ways to search ----------------------------------------------------------------------- */

static mlp_train_options *training(bool job, size_t workers, size_t worker)
{
    static const char *const set[] = {"target",      "species", "hidden", "6",  "epochs", "40",
                                      "calibration", "none",    "seed",   "11", NULL};
    mlp_train_options *o = NULL;
    assert_int_equal(mlp_train_options_create(&o, NULL), MLP_OK);
    for (size_t i = 0; set[i] != NULL; i += 2)
        assert_int_equal(mlp_train_options_set(o, set[i], set[i + 1], NULL), MLP_OK);
    if (!job)
        return o;
    assert_int_equal(mlp_train_options_set(o, "job", path, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set_number(o, "workers", (double)workers, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set_number(o, "worker", (double)worker, NULL), MLP_OK);
    return o;
}

/* Runs a search, or merges that of a job, and returns its result as text, which the caller frees:
 * all digits of all numbers except for times. NULL: an error. */
typedef char *search(const mlp_train_options *o, bool merge, mlp_error *err);

static mlp_cross_validation_options *folding(const mlp_train_options *train)
{
    mlp_cross_validation_options *o = NULL;
    assert_int_equal(mlp_cross_validation_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_cross_validation_options_set(o, "folds", "4", NULL), MLP_OK);
    assert_int_equal(mlp_cross_validation_options_set(o, "repeats", "2", NULL), MLP_OK);
    mlp_cross_validation_options_set_training(o, train);
    return o;
}

static char *fold_it(const mlp_train_options *train, bool merge, mlp_error *err)
{
    mlp_cross_validation_options *o = folding(train);
    mlp_cross_validation r;
    char *text = NULL;
    size_t size = 0;
    const mlp_status status = (merge ? mlp_job_merge_folds : mlp_cross_validate)(table, o, &r, err);
    mlp_cross_validation_options_free(o);
    if (status != MLP_OK)
        return NULL;
    FILE *to = open_memstream(&text, &size);
    for (size_t i = 0; i < r.count; i++) {
        const mlp_fold *f = &r.folds[i];
        fprintf(to, "%zu %zu %zu %zu %zu %a\n", f->repeat, f->fold, f->rows_training,
                f->rows_validation, f->epochs, f->figures.log_loss);
        for (size_t k = 0; k < f->count; k++)
            fprintf(to, "%zu %a\n", f->row[k], f->predicted.values[k * f->predicted.width]);
    }
    fclose(to);
    mlp_cross_validation_release(&r);
    return text;
}

static mlp_tune_options *tuning(const mlp_train_options *train)
{
    static const char *const set[] = {"trials", "30", "time", "0", "holdout", "0.3", NULL};
    mlp_tune_options *o = NULL;
    assert_int_equal(mlp_tune_options_create(&o, NULL), MLP_OK);
    for (size_t i = 0; set[i] != NULL; i += 2)
        assert_int_equal(mlp_tune_options_set(o, set[i], set[i + 1], NULL), MLP_OK);
    /* The loss poisson does not fit labels, so that some trials fail. */
    assert_int_equal(mlp_tune_options_add(o, "search", "learning-rate=0.00001..0.1", NULL), MLP_OK);
    assert_int_equal(
        mlp_tune_options_add(o, "search", "loss=quadratic|cross-entropy|poisson", NULL), MLP_OK);
    mlp_tune_options_set_base(o, train);
    return o;
}

static char *tune_it(const mlp_train_options *train, bool merge, mlp_error *err)
{
    mlp_tune_options *o = tuning(train);
    mlp_tune_report r;
    char *text = NULL;
    size_t size = 0;
    const mlp_status status = (merge ? mlp_job_merge_tuning : mlp_tune)(table, o, &r, err);
    mlp_tune_options_free(o);
    if (status != MLP_OK)
        return NULL;
    assert_int_not_equal(r.held_out.rows, 0); /* or the comparison's cells are not tested */
    FILE *to = open_memstream(&text, &size);
    fprintf(to, "%s %zu\n", r.figure, r.trainings);
    for (size_t i = 0; i < r.trial_count; i++)
        fprintf(to, "%zu %zu %a %s\n", r.trials[i].number, r.trials[i].stage, r.trials[i].figure,
                r.trials[i].failure != NULL ? r.trials[i].failure : "");
    fprintf(to, "%zu %a %a %a\n", r.held_out.rows, r.held_out.best, r.held_out.gain,
            r.held_out.standard_error);
    fclose(to);
    mlp_tune_report_release(&r);
    return text;
}

static search *const searches[] = {fold_it, tune_it};
enum { SEARCHES = 2, WORKERS = 4 };

/* In tuning, the defaults learn next to nothing, so that another trial wins and is compared with
 * them. */
static mlp_train_options *options_for(search *of, bool job, size_t workers, size_t worker)
{
    mlp_train_options *o = training(job, workers, worker);
    if (of == tune_it)
        assert_int_equal(mlp_train_options_set(o, "learning-rate", "0.00001", NULL), MLP_OK);
    return o;
}

static char *alone(search *of)
{
    mlp_error err = {0};
    mlp_train_options *o = options_for(of, false, 1, 0);
    char *text = of(o, false, &err);
    if (text == NULL)
        fail_msg("%s", err.message);
    mlp_train_options_free(o);
    return text;
}

static pid_t begin_worker(search *of, const char *wanted, size_t workers, size_t worker)
{
    const pid_t made = fork();
    if (made != 0)
        return made;
    char *text = of(options_for(of, true, workers, worker), false, NULL);
    _exit(text != NULL && strcmp(text, wanted) == 0 ? 0 : 1);
}

static void end_worker(pid_t worker)
{
    int ended = 0;
    assert_int_equal(waitpid(worker, &ended, 0), worker);
    assert_int_equal(ended, 0);
}

static void merges_to(search *of, const char *wanted)
{
    mlp_error err = {0};
    mlp_train_options *o = options_for(of, true, 1, 0);
    char *text = of(o, true, &err);
    if (text == NULL)
        fail_msg("%s", err.message);
    assert_string_equal(text, wanted);
    mlp_train_options_free(o);
    free(text);
}

/* --- promises --------------------------------------------------------------------------------- */

static void any_number_of_workers_comes_to_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEARCHES; i++) {
        char *wanted = alone(searches[i]);
        for (size_t workers = 1; workers <= WORKERS; workers++) {
            pid_t worker[WORKERS];
            clear();
            for (size_t w = 0; w < workers; w++)
                worker[w] = begin_worker(searches[i], wanted, workers, w);
            for (size_t w = 0; w < workers; w++)
                end_worker(worker[w]);
            assert_int_equal(files(".claim", NULL), 0);
            merges_to(searches[i], wanted);
        }
        free(wanted);
    }
}

static void killed_workers_cost_nothing_but_time(void **state)
{
    (void)state;
    const char *asked = getenv("MLP_TEST_KILLS");
    const size_t kills = asked != NULL ? strtoul(asked, NULL, 10) : 12;
    mlpi_random random = mlpi_random_init(7, 0);
    char *wanted[SEARCHES] = {alone(fold_it), alone(tune_it)};
    for (size_t i = 0; i < kills; i++) {
        search *of = searches[i % SEARCHES];
        const long nanoseconds = 1000000 + (long)mlpi_random_below(&random, 150000000);
        clear();
        const pid_t living = begin_worker(of, wanted[i % SEARCHES], 2, 0);
        const pid_t killed = begin_worker(of, wanted[i % SEARCHES], 2, 1);
        nanosleep(&(struct timespec){.tv_nsec = nanoseconds}, NULL);
        assert_int_equal(kill(killed, SIGKILL), 0);
        assert_int_equal(waitpid(killed, NULL, 0), killed);
        end_worker(living);
        merges_to(of, wanted[i % SEARCHES]);
    }
    for (size_t i = 0; i < SEARCHES; i++)
        free(wanted[i]);
}

/* --- folders that are not shared -------------------------------------------------------------- */

/* Lets one worker do its part and frees the options; returns whether the search is complete. */
static bool part_of(search *of, mlp_train_options *train)
{
    bool finished = false;
    if (of == fold_it) {
        mlp_cross_validation_options *o = folding(train);
        assert_int_equal(mlp_job_part_folds(table, o, &finished, NULL), MLP_OK);
        mlp_cross_validation_options_free(o);
    } else {
        mlp_tune_options *o = tuning(train);
        assert_int_equal(mlp_job_part_tuning(table, o, &finished, NULL), MLP_OK);
        mlp_tune_options_free(o);
    }
    mlp_train_options_free(train);
    return finished;
}

static void files_that_are_carried_do_as_well(void **state)
{
    (void)state;
    name_apart();
    for (size_t i = 0; i < SEARCHES; i++) {
        char *wanted = alone(searches[i]);
        size_t rounds = 0, made = 0;
        clear();
        for (bool finished = false; !finished; rounds++) {
            assert_true(rounds < 40);
            for (size_t w = 0; w < APART; w++) {
                mlp_train_options *o = options_for(searches[i], true, APART, w);
                assert_int_equal(mlp_train_options_set(o, "job", apart[w], NULL), MLP_OK);
                finished = part_of(searches[i], o);
            }
            gather();
            assert_true(finished || files(".cell", NULL) > made); /* every round makes progress */
            made = files(".cell", NULL);
        }
        if (searches[i] == fold_it)
            assert_int_equal(rounds, 2);
        merges_to(searches[i], wanted);
        clear_apart();
        free(wanted);
    }
}

/* --- what is refused -------------------------------------------------------------------------- */

static void refused(search *of, mlp_train_options *o, bool merge, const char *says)
{
    mlp_error err = {0};
    assert_null(of(o, merge, &err));
    if (strstr(err.message, says) == NULL)
        fail_msg("%s", err.message);
    mlp_train_options_free(o);
}

static void what_is_missing_or_of_other_work_is_named(void **state)
{
    (void)state;
    char *wanted = alone(fold_it);
    clear();
    refused(fold_it, training(true, 1, 0), true, "there is no job.json in it");
    end_worker(begin_worker(fold_it, wanted, 1, 0));
    refused(tune_it, training(true, 1, 0), false,
            "the command differs, or the folds or trials that it makes");
    files("-3.cell", remove);
    refused(fold_it, training(true, 1, 0), true, "of 8 training runs, these are missing: 3");
    files("-5.cell", remove);
    end_worker(begin_worker(fold_it, wanted, 1, 0));
    merges_to(fold_it, wanted);
    mlp_train_options *time = training(true, 1, 0);
    assert_int_equal(mlp_train_options_set(time, "time", "5m", NULL), MLP_OK);
    refused(fold_it, time, false, "`time`");
    free(wanted);
}

static int damage(const char *name)
{
    FILE *file = fopen(name, "r+b");
    assert_non_null(file);
    fseek(file, -9, SEEK_END);
    const int c = getc(file);
    fseek(file, -9, SEEK_END);
    putc(c ^ 1, file);
    return fclose(file);
}

static void a_damaged_cell_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEARCHES; i++) {
        char *wanted = alone(searches[i]);
        clear();
        end_worker(begin_worker(searches[i], wanted, 1, 0));
        files(".cell", damage);
        refused(searches[i], options_for(searches[i], true, 1, 0), true,
                "is damaged: its checksum does not match");
        free(wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_workers_comes_to_the_same),
        cmocka_unit_test(killed_workers_cost_nothing_but_time),
        cmocka_unit_test(files_that_are_carried_do_as_well),
        cmocka_unit_test(what_is_missing_or_of_other_work_is_named),
        cmocka_unit_test(a_damaged_cell_is_refused),
    };
    const int failed = cmocka_run_group_tests(tests, load_table, drop_table);
    clear();
    return failed;
}
