/* SPDX-License-Identifier: MIT */
/* The log of a training run, one line for each epoch. An existing log stays until the first epoch is
 * written; a run that resumes from a checkpoint continues its log. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* Reads the epoch of a line; false: mlp train --log did not write this line. */
static bool epoch_of(const char *line, size_t *epoch)
{
    static const char name[] = "{\"epoch\":";
    char *end = NULL;
    if (strncmp(line, name, sizeof name - 1) != 0)
        return false;
    errno = 0;
    const unsigned long long number = strtoull(line + sizeof name - 1, &end, 10);
    *epoch = (size_t)number;
    return errno == 0 && *end == ',' && number <= SIZE_MAX;
}

/* Checks that a run that resumes can continue the existing file: that it is a log, or empty. */
static int look_at_present(training_log *log)
{
    char *line = NULL;
    size_t size = 0, epoch = 0;
    FILE *present = fopen(log->path, "r");
    if (present == NULL && errno == ENOENT)
        return EXIT_DONE;
    if (present == NULL)
        return fail("%s cannot be read: %s", log->path, strerror(errno));
    log->continues = getline(&line, &size, present) < 0 || epoch_of(line, &epoch);
    free(line);
    fclose(present);
    return log->continues ? EXIT_DONE
                          : fail("%s is not a log of mlp train, so this run cannot continue it; "
                                 "give another --log",
                                 log->path);
}

int training_log_open(training_log *log, const settings *s)
{
    const char *checkpoint =
        training_resumes(s) ? mlp_train_options_text(s->train, "checkpoint") : NULL;
    *log = (training_log){.path = s->log};
    if (log->path == NULL)
        return EXIT_DONE;
    if (checkpoint != NULL && access(checkpoint, F_OK) == 0) {
        const int code = look_at_present(log);
        if (code != EXIT_DONE)
            return code;
    }
    return mlp_output_open(log->path, s->force || log->continues, &log->output, &log->failure) ==
                   MLP_OK
               ? EXIT_DONE
               : report(&log->failure);
}

/* How many bytes of the log to keep before an epoch: up to the last line of the epoch before it,
 * since a run that was killed may have logged more epochs than its checkpoint holds. If no line is
 * of that epoch, all complete lines are kept. */
static long end_before(FILE *from, size_t epoch)
{
    char *line = NULL;
    size_t size = 0, found = 0;
    long last = -1, end = 0;
    for (ssize_t n; (n = getline(&line, &size, from)) > 0 && line[n - 1] == '\n';) {
        end += n;
        if (epoch_of(line, &found) && found + 1 == epoch)
            last = end;
    }
    free(line);
    return last >= 0 ? last : end;
}

static bool copy_before(FILE *from, FILE *to, size_t epoch)
{
    char bytes[4096];
    long left = end_before(from, epoch);
    rewind(from);
    while (left > 0) {
        const size_t want = left < (long)sizeof bytes ? (size_t)left : sizeof bytes;
        const size_t got = fread(bytes, 1, want, from);
        if (got == 0 || fwrite(bytes, 1, got, to) != got)
            return false;
        left -= (long)got;
    }
    return true;
}

/* Keeps the first failure; `error`: errno right after it. */
static void failed(training_log *log, int error)
{
    if (log->failure.status != MLP_OK)
        return;
    log->failure.status = MLP_ERROR_OUTPUT;
    snprintf(log->failure.message, sizeof log->failure.message, "%s cannot be written: %s",
             log->path, strerror(error != 0 ? error : EIO));
}

/* Copies the lines of all earlier epochs from the existing log. */
static void take_over(training_log *log, size_t epoch)
{
    log->continues = false;
    errno = 0;
    FILE *from = fopen(log->path, "r");
    if (from == NULL || !copy_before(from, mlp_output_stream(log->output), epoch))
        failed(log, errno);
    if (from != NULL)
        fclose(from);
}

static mlp_status line_of(const mlp_progress *now, char **text, mlp_error *err)
{
    mlp_json_writer *line = mlp_json_writer_create(0);
    mlp_json_begin_object(line, NULL);
    mlp_json_put_whole(line, "epoch", now->epoch);
    if (now->networks > 1)
        mlp_json_put_whole(line, "network", now->network);
    mlp_json_put_number(line, "seconds", now->seconds);
    mlp_json_put_number(line, "learning_rate", now->learning_rate);
    mlp_json_put_number(line, "training_loss", now->training_loss);
    mlp_json_put_number(line, "validation_loss", now->validation_loss);
    if (!isnan(now->validation_metric))
        mlp_json_put_text(line, "metric", progress_metric(now));
    mlp_json_put_number(line, "validation_metric", now->validation_metric);
    mlp_json_put_boolean(line, "best", now->best);
    mlp_json_end(line);
    return mlp_json_finish(line, text, NULL, err);
}

void training_log_write(training_log *log, const mlp_progress *now)
{
    char *text = NULL;
    if (log->output == NULL || log->failure.status != MLP_OK)
        return;
    if (log->continues)
        take_over(log, now->epoch);
    if (log->failure.status != MLP_OK || line_of(now, &text, &log->failure) != MLP_OK)
        return;
    errno = 0;
    FILE *to = mlp_output_stream(log->output);
    if (fprintf(to, "%s\n", text) < 0 || fflush(to) != 0)
        failed(log, errno);
    else if (!log->published)
        log->published = mlp_output_publish(log->output, &log->failure) == MLP_OK;
    free(text);
}

int training_log_close(training_log *log)
{
    mlp_output *output = log->output;
    log->output = NULL;
    if (output == NULL)
        return EXIT_DONE;
    if (log->published && log->failure.status == MLP_OK)
        mlp_output_commit(output, &log->failure);
    else
        mlp_output_discard(output); /* without an epoch, the existing file stays */
    return log->failure.status == MLP_OK ? EXIT_DONE : report(&log->failure);
}
