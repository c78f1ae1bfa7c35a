/* SPDX-License-Identifier: MIT */
#include "jobs/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "threads/threads.h"

enum {
    BOOT = 36, /* characters of the boot id, which changes with each start of a computer */
    TEXT = BOOT + 3 * 21 + 1 /* text of a claim: boot id, process, count */
};

static const int BEAT = 2000; /* milliseconds between two counts */

struct mlpi_claim {
    mlpi_claim *next;
    mlpi_claims *of;
    char *path;
    int file;
    uint64_t count;
};

/* The claim of another worker, and since when its text has been the same. */
typedef struct seen {
    char *path;
    char text[TEXT];
    double since;
} seen;

struct mlpi_claims {
    double lease;
    char boot[BOOT + 1]; /* "": not known */
    mlpi_lock *lock;
    mlpi_errand *heart; /* the thread that counts; NULL: the thread or its pipe could not be made */
    int stop[2];        /* the pipe that ends the heart; -1: there is none */
    /* used only under the lock: */
    mlpi_claim *held;
    seen *seen;
    size_t seen_count, seen_room;
};

/* --- the text of a claim ---------------------------------------------------------------------- */

static void find_boot(char boot[BOOT + 1])
{
    const int file = mlpi_open("/proc/sys/kernel/random/boot_id", O_RDONLY, 0);
    if (file < 0)
        return;
    const ssize_t got = mlpi_read_some(file, boot, BOOT);
    close(file);
    if (got != BOOT)
        memset(boot, 0, BOOT);
}

/* Writes the text of a claim. A failure is ignored: other workers may then do the same work. */
static void say(const mlpi_claim *claim)
{
    char text[TEXT + 1];
    const int length = snprintf(text, sizeof text, "%*s %20ld %20" PRIu64 "\n", BOOT,
                                claim->of->boot, (long)getpid(), claim->count);
    if (length > 0 && length < (int)sizeof text &&
        pwrite(claim->file, text, (size_t)length, 0) != (ssize_t)length)
        return;
}

static void read_text(int file, char text[TEXT])
{
    const ssize_t got = pread(file, text, TEXT - 1, 0);
    memset(text + (got > 0 ? got : 0), 0, (size_t)(TEXT - (got > 0 ? got : 0)));
}

/* --- the heart -------------------------------------------------------------------------------- */

static void count_on(void *context)
{
    const mlpi_claims *all = context;
    for (mlpi_claim *claim = all->held; claim != NULL; claim = claim->next) {
        claim->count++;
        say(claim);
    }
}

static void beat(void *context)
{
    mlpi_claims *all = context;
    struct pollfd stop = {.fd = all->stop[0], .events = POLLIN};
    for (int ready = 0; ready == 0 || (ready < 0 && errno == EINTR);) {
        ready = poll(&stop, 1, BEAT);
        mlpi_exclusively(all->lock, count_on, all);
    }
}

mlpi_claims *mlpi_claims_create(double lease)
{
    mlpi_claims *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return NULL;
    *made = (mlpi_claims){.lease = lease, .stop = {-1, -1}, .lock = mlpi_lock_create()};
    if (made->lock == NULL) {
        mlpi_free(made);
        return NULL;
    }
    find_boot(made->boot);
    if (pipe2(made->stop, O_CLOEXEC) == 0)
        made->heart = mlpi_errand_begin(beat, made);
    return made;
}

void mlpi_claims_free(mlpi_claims *all)
{
    if (all == NULL)
        return;
    if (all->stop[1] >= 0)
        close(all->stop[1]); /* this ends the heart */
    mlpi_errand_end(all->heart);
    if (all->stop[0] >= 0)
        close(all->stop[0]);
    while (all->held != NULL)
        mlpi_claim_release(all->held);
    for (size_t i = 0; i < all->seen_count; i++)
        free(all->seen[i].path);
    free(all->seen);
    mlpi_lock_free(all->lock);
    mlpi_free(all);
}

/* --- claims of others ------------------------------------------------------------------------- */

/* A question about the claim of another worker. */
typedef struct question {
    mlpi_claims *all;
    const char *path, *text;
    bool silent; /* the answer: the claim's text has been the same for too long */
} question;

static seen *find_seen(mlpi_claims *all, const char *path)
{
    for (size_t i = 0; i < all->seen_count; i++)
        if (strcmp(all->seen[i].path, path) == 0)
            return &all->seen[i];
    char *copy = mlpi_copy_text(path, strlen(path));
    if (copy == NULL ||
        !mlpi_grow(&all->seen, &all->seen_room, all->seen_count + 1, sizeof *all->seen)) {
        free(copy);
        return NULL;
    }
    seen *one = &all->seen[all->seen_count++];
    *one = (seen){.path = copy, .since = mlpi_seconds()};
    snprintf(one->text, sizeof one->text, "?"); /* differs from the text of every claim */
    return one;
}

static void ask(void *context)
{
    question *q = context;
    seen *one = find_seen(q->all, q->path);
    q->silent = false;
    if (one == NULL)
        return; /* out of memory; the caller will ask again */
    if (strcmp(one->text, q->text) != 0) {
        memcpy(one->text, q->text, sizeof one->text);
        one->since = mlpi_seconds();
    }
    q->silent = mlpi_seconds() - one->since > q->all->lease;
}

/* Whether the worker that wrote this text is gone: either this worker has obtained the lock
 * (`locked`) of a claim that has no text or was made on this computer, or the text has been the
 * same for too long. */
static bool is_over(mlpi_claims *all, const char *path, const char text[TEXT], bool locked)
{
    if (locked &&
        (text[0] == '\0' || (all->boot[0] != '\0' && strncmp(text, all->boot, BOOT) == 0)))
        return true;
    question q = {.all = all, .path = path, .text = text};
    mlpi_exclusively(all->lock, ask, &q);
    return q.silent;
}

/* --- claiming --------------------------------------------------------------------------------- */

static void link_claim(void *context)
{
    mlpi_claim *claim = context;
    claim->next = claim->of->held;
    claim->of->held = claim;
    say(claim);
}

static void unlink_claim(void *context)
{
    mlpi_claim *claim = context;
    mlpi_claim **at = &claim->of->held;
    while (*at != claim)
        at = &(*at)->next;
    *at = claim->next;
    unlink(claim->path);
    close(claim->file);
}

static mlp_status hold(mlpi_claims *all, const char *path, int file, mlpi_claim **claim,
                       mlp_error *err)
{
    mlpi_claim *made = mlpi_allocate(1, sizeof *made);
    char *copy = mlpi_copy_text(path, strlen(path));
    if (made == NULL || copy == NULL) {
        mlpi_free(made);
        free(copy);
        unlink(path);
        close(file);
        return mlpi_fail_memory(err, "the claims of a job");
    }
    *made = (mlpi_claim){.of = all, .path = copy, .file = file};
    mlpi_exclusively(all->lock, link_claim, made);
    *claim = made;
    return MLP_OK;
}

mlp_status mlpi_claim_try(mlpi_claims *all, const char *path, mlpi_claim **claim, mlp_error *err)
{
    char text[TEXT];
    *claim = NULL;
    const int file = mlpi_open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0666);
    if (file < 0)
        return mlpi_fail_system(err, MLP_ERROR_OUTPUT, errno, "%s cannot be written", path);
    const bool locked = flock(file, LOCK_EX | LOCK_NB) == 0;
    const bool lockless = !locked && errno != EWOULDBLOCK;
    read_text(file, text);
    if (is_over(all, path, text, locked) || (lockless && text[0] == '\0'))
        return hold(all, path, file, claim, err);
    close(file);
    return MLP_OK;
}

void mlpi_claim_release(mlpi_claim *claim)
{
    if (claim == NULL)
        return;
    mlpi_exclusively(claim->of->lock, unlink_claim, claim);
    free(claim->path);
    mlpi_free(claim);
}
