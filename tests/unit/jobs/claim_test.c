/* SPDX-License-Identifier: MIT */
/* A cell is claimed by one worker as long as that worker lives. The claim of a worker that was
 * killed, or whose computer has failed, no longer counts. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "jobs/claim.h"
#include "unit/test.h"

static const double LEASE = 0.3; /* seconds */

static char path[] = "/tmp/mlp-claim-XXXXXX";

static int choose_path(void **state)
{
    (void)state;
    close(mkstemp(path));
    return unlink(path);
}

static mlpi_claim *claimed(mlpi_claims *claims)
{
    mlpi_claim *claim = NULL;
    assert_int_equal(mlpi_claim_try(claims, path, &claim, NULL), MLP_OK);
    return claim;
}

static void a_cell_is_claimed_once_and_free_again_afterwards(void **state)
{
    (void)state;
    mlpi_claims *one = mlpi_claims_create(60.0), *other = mlpi_claims_create(60.0);
    mlpi_claim *claim = claimed(one);
    assert_non_null(claim);
    assert_null(claimed(other));
    mlpi_claim_release(claim);
    assert_int_not_equal(access(path, F_OK), 0);
    claim = claimed(other);
    assert_non_null(claim);
    assert_null(claimed(one));
    mlpi_claims_free(other); /* this releases its claim */
    assert_int_not_equal(access(path, F_OK), 0);
    mlpi_claims_free(one);
}

static void a_killed_worker_has_claimed_nothing(void **state)
{
    (void)state;
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    const pid_t worker = fork();
    if (worker == 0) {
        mlpi_claim *claim = NULL;
        if (mlpi_claim_try(mlpi_claims_create(60.0), path, &claim, NULL) == MLP_OK && claim != NULL)
            (void)!write(ready[1], "c", 1);
        pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    mlpi_claims *claims = mlpi_claims_create(60.0);
    assert_null(claimed(claims));
    assert_int_equal(kill(worker, SIGKILL), 0);
    assert_int_equal(waitpid(worker, NULL, 0), worker);
    assert_int_equal(access(path, F_OK), 0); /* its claim file still exists */
    assert_non_null(claimed(claims));
    mlpi_claims_free(claims);
    close(ready[0]);
    close(ready[1]);
}

static void wait_for(double seconds)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)(seconds * 1e9)}, NULL);
}

/* Writes a claim like a worker on another computer, whose lock cannot be seen here. */
static void say_as_another_computer(int count)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "00000000-1111-2222-3333-444444444444 %20d %20d\n", 17, count);
    fclose(file);
}

static void another_computer_holds_what_it_claims_while_it_counts(void **state)
{
    (void)state;
    mlpi_claims *claims = mlpi_claims_create(LEASE);
    for (int count = 0; count < 8; count++) { /* twice the lease */
        say_as_another_computer(count);
        assert_null(claimed(claims));
        wait_for(0.25 * LEASE);
    }
    wait_for(LEASE);
    mlpi_claim *claim = claimed(claims); /* its count no longer rises */
    assert_non_null(claim);
    mlpi_claims_free(claims);
}

/* The lock may be that of a stopped process, or of a computer that failed while it held it. */
static void a_lock_without_a_count_is_given_up(void **state)
{
    (void)state;
    mlpi_claims *claims = mlpi_claims_create(LEASE);
    say_as_another_computer(3);
    const int file = open(path, O_RDWR);
    assert_int_equal(flock(file, LOCK_EX), 0);
    assert_null(claimed(claims));
    wait_for(1.5 * LEASE);
    assert_non_null(claimed(claims));
    mlpi_claims_free(claims);
    close(file);
}

static void what_cannot_be_claimed_says_why(void **state)
{
    (void)state;
    mlp_error err;
    mlpi_claim *claim = NULL;
    mlpi_claims *claims = mlpi_claims_create(60.0);
    assert_int_equal(mlpi_claim_try(claims, "/tmp/no/such/folder/1.claim", &claim, &err),
                     MLP_ERROR_OUTPUT);
    assert_string_equal(err.message,
                        "/tmp/no/such/folder/1.claim cannot be written: No such file or directory");
    mlpi_claims_free(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_claimed_once_and_free_again_afterwards),
        cmocka_unit_test(a_killed_worker_has_claimed_nothing),
        cmocka_unit_test(another_computer_holds_what_it_claims_while_it_counts),
        cmocka_unit_test(a_lock_without_a_count_is_given_up),
        cmocka_unit_test(what_cannot_be_claimed_says_why),
    };
    return cmocka_run_group_tests(tests, choose_path, NULL);
}
