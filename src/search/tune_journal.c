/* SPDX-License-Identifier: MIT */
/* The journal of a tuning run: JSON lines, one for every finished training run, so that tuning that
 * was stopped or killed can resume where it ended. An incomplete last line is dropped; any other
 * damage is refused. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "mlp/json.h"
#include "search/tuner.h"

/* `error`: errno as the call that failed left it. */
static mlp_status cannot_write(const mlpi_tuner *t, int error, mlp_error *err)
{
    char reason[128];
    return mlpi_fail(err, MLP_ERROR_OUTPUT, "%s cannot be written: %s", t->options->journal,
                     strerror_r(error != 0 ? error : EIO, reason, sizeof reason));
}

/* Writes a line and frees its text. */
static mlp_status write_line(const mlpi_tuner *t, char *text, mlp_error *err)
{
    errno = 0;
    const bool written =
        fputs(text, t->journal) != EOF && fputc('\n', t->journal) != EOF && fflush(t->journal) == 0;
    const int error = errno;
    free(text);
    return written ? MLP_OK : cannot_write(t, error, err);
}

/* --- what the tuning is ----------------------------------------------------------------------- */

static uint64_t hash_model(uint64_t hash, const mlp_model *model)
{
    if (model == NULL)
        return hash;
    const mlp_network *network = mlp_model_network(model);
    const char *metadata = mlp_model_metadata(model);
    hash = mlpi_hash(hash, metadata, strlen(metadata) + 1);
    return mlpi_hash(hash, mlp_network_parameters_const(network),
                     mlp_network_size(network) * sizeof(float));
}

uint64_t mlpi_tuner_identity(const mlpi_tuner *t)
{
    const uint64_t data = mlp_table_fingerprint(t->table);
    uint64_t hash = mlpi_hash(MLPI_HASH_START, MLP_VERSION, strlen(MLP_VERSION));
    hash = mlpi_hash(hash, &data, sizeof data);
    hash = mlpi_hash(hash, &t->options->holdout, sizeof t->options->holdout);
    hash = mlpi_options_hash(&t->base, MLPI_OPTION_RUN, hash);
    hash = hash_model(hash, t->base.initial);
    return mlpi_space_hash(&t->space, hash);
}

static void identity_text(const mlpi_tuner *t, char text[24])
{
    snprintf(text, 24, "%016" PRIx64, mlpi_tuner_identity(t));
}

static mlp_status write_head(const mlpi_tuner *t, mlp_error *err)
{
    char identity[24], *text = NULL;
    identity_text(t, identity);
    mlp_json_writer *line = mlp_json_writer_create(0);
    mlp_json_begin_object(line, NULL);
    mlp_json_put_whole(line, "journal", 1);
    mlp_json_put_text(line, "mlp", MLP_VERSION);
    mlp_json_put_any(line, "data", mlp_table_source(t->table));
    mlp_json_put_text(line, "identity", identity);
    mlp_json_end(line);
    MLPI_TRY(mlp_json_finish(line, &text, NULL, err));
    return write_line(t, text, err);
}

mlp_status mlpi_journal_line(const mlpi_trial *trial, size_t level, size_t part,
                             const mlpi_training *training, const char *failure, char **text,
                             size_t *length, mlp_error *err)
{
    mlp_json_writer *line = mlp_json_writer_create(0);
    mlp_json_begin_object(line, NULL);
    mlp_json_put_whole(line, "trial", trial->number);
    mlp_json_put_whole(line, "level", level);
    mlp_json_put_whole(line, "part", part);
    mlp_json_put_number(line, "figure", training->metric);
    mlp_json_put_whole(line, "epochs", training->epochs);
    mlp_json_put_number(line, "seconds", training->seconds);
    mlp_json_begin_object(line, "options");
    for (size_t i = 0; i < trial->draw.count; i++)
        mlp_json_put_text(line, trial->draw.names[i], trial->draw.texts[i]);
    mlp_json_end(line);
    if (failure != NULL)
        mlp_json_put_any(line, "failure", failure);
    mlp_json_end(line);
    return mlp_json_finish(line, text, length, err);
}

static mlp_status write_training(const mlpi_tuner *t, const mlpi_trial *trial, size_t level,
                                 size_t part, mlp_error *err)
{
    char *text = NULL;
    MLPI_TRY(mlpi_journal_line(trial, level, part, &trial->trainings[level][part], NULL, &text,
                               NULL, err));
    return write_line(t, text, err);
}

static mlp_status publish(mlpi_tuner *t, mlp_error *err)
{
    t->published = true;
    return mlp_output_publish(t->begun, err);
}

mlp_status mlpi_journal_write(mlpi_tuner *t, const mlpi_trial *trial, size_t level, size_t part,
                              mlp_error *err)
{
    if (t->journal == NULL)
        return MLP_OK;
    MLPI_TRY(write_training(t, trial, level, part, err));
    return t->begun != NULL && !t->published ? publish(t, err) : MLP_OK;
}

/* --- resuming --------------------------------------------------------------------------------- */

static mlp_status damaged(const mlpi_tuner *t, size_t line, const char *what, mlp_error *err)
{
    return mlpi_fail_at(err, MLP_ERROR_DATA, t->options->journal, line, 0,
                        "%s; begin a new journal, or cut the file before this line", what);
}

static mlp_status take_head(const mlpi_tuner *t, mlp_json_value line, mlp_error *err)
{
    char expected[24];
    uint64_t version = 0;
    const char *found = mlp_json_text(mlp_json_member(line, "identity"));
    identity_text(t, expected);
    if (found == NULL || !mlp_json_whole(mlp_json_member(line, "journal"), &version) ||
        version != 1)
        return damaged(t, 1, "is not the first line of the journal of a tuning run", err);
    if (strcmp(found, expected) != 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, t->options->journal, 1, 0,
                            "is the journal of another tuning run: data, options, search space, "
                            "seed or version differs; begin a new one");
    return MLP_OK;
}

/* A bracket begins once every trial of earlier brackets has a training run, so there are never many
 * more trials than lines in the journal. */
static mlp_status check_order(const mlpi_tuner *t, size_t trial, size_t line, mlp_error *err)
{
    char what[160];
    const size_t before = trial / t->bracket * t->bracket;
    if (before <= t->known)
        return MLP_OK;
    snprintf(what, sizeof what,
             "trial %zu cannot have begun: of the %zu trials that must come first, only %zu have a "
             "line before this one",
             trial, before, t->known);
    return damaged(t, line, what, err);
}

bool mlpi_journal_training(mlp_json_value line, mlpi_training *training)
{
    const mlp_json_value value = mlp_json_member(line, "figure");
    double metric = (double)NAN, seconds = (double)NAN;
    uint64_t epochs = 0;
    if (!mlp_json_number(value, &metric) && mlp_json_kind_of(value) != MLP_JSON_NULL)
        return false;
    if (!mlp_json_whole(mlp_json_member(line, "epochs"), &epochs) || (double)epochs >= 1e12)
        return false;
    if (mlp_json_kind_of(mlp_json_member(line, "seconds")) == MLP_JSON_NULL)
        seconds = 0.0; /* cells of a job have no time */
    else
        mlp_json_number(mlp_json_member(line, "seconds"), &seconds);
    if (!(seconds >= 0.0 && seconds <= 1e12)) /* this refuses NaN too */
        return false;
    *training = (mlpi_training){
        .done = true, .metric = metric, .seconds = seconds, .epochs = (size_t)epochs};
    return true;
}

static mlp_status take_training(mlpi_tuner *t, mlp_json_value line, size_t number, mlp_error *err)
{
    static const char *const names[] = {"trial", "level", "part"};
    const double limits[] = {MLPI_TUNE_MOST_TRIALS, MLPI_TUNE_LEVELS, MLPI_TUNE_PARTS};
    size_t values[3] = {0};
    mlpi_training one;
    for (size_t i = 0; i < 3; i++) {
        uint64_t n = 0;
        if (!mlp_json_whole(mlp_json_member(line, names[i]), &n) || (double)n >= limits[i])
            return damaged(t, number, "is not a finished training run", err);
        values[i] = (size_t)n;
    }
    if (!mlpi_journal_training(line, &one))
        return damaged(t, number, "is not a finished training run", err);
    MLPI_TRY(check_order(t, values[0], number, err));
    mlpi_trial *trial = NULL;
    MLPI_TRY(mlpi_tuner_trial(t, values[0], &trial, err));
    t->known += !trial->known;
    trial->known = true;
    t->resumed += !trial->trainings[values[1]][values[2]].done;
    mlpi_tuner_take(t, trial, values[1], values[2], one);
    return MLP_OK;
}

static mlp_status take_line(mlpi_tuner *t, const char *text, size_t length, size_t number,
                            mlp_error *err)
{
    mlp_json *document = NULL;
    mlp_status status = mlp_json_read(text, length, &document, NULL);
    if (status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, t->options->journal);
    if (status != MLP_OK)
        return damaged(t, number, "is not JSON", err);
    const mlp_json_value line = mlp_json_root(document);
    status = number == 1 ? take_head(t, line, err) : take_training(t, line, number, err);
    mlp_json_free(document);
    return status;
}

/* Reads all complete lines; *end: where the last one ends. */
static mlp_status take_lines(mlpi_tuner *t, const char *bytes, size_t size, size_t *end,
                             mlp_error *err)
{
    size_t number = 0;
    *end = 0;
    for (const char *newline; (newline = memchr(bytes + *end, '\n', size - *end)) != NULL;) {
        const size_t length = (size_t)(newline - bytes) - *end;
        MLPI_TRY(take_line(t, bytes + *end, length, ++number, err));
        *end += length + 1;
    }
    return MLP_OK;
}

/* Takes the training runs that the journal holds, and cuts off an incomplete last line. */
static mlp_status take_journal(mlpi_tuner *t, mlp_error *err)
{
    unsigned char *bytes = NULL;
    size_t size = 0, end = 0;
    MLPI_TRY(mlpi_read_open(mlpi_output_file(t->begun), t->options->journal, MLP_ERROR_DATA, &bytes,
                            &size, err));
    const mlp_status status = take_lines(t, (const char *)bytes, size, &end, err);
    mlpi_free(bytes);
    MLPI_TRY(status);
    if (end < size && ftruncate(mlpi_output_file(t->begun), (off_t)end) != 0)
        return cannot_write(t, errno, err);
    return end == 0 ? write_head(t, err) : MLP_OK;
}

/* Reads and appends through one descriptor, so that both concern the same file. *there is false if
 * there is no such file. */
static mlp_status go_on(mlpi_tuner *t, bool *there, mlp_error *err)
{
    MLPI_TRY(mlpi_output_continue(t->options->journal, there, &t->begun, err));
    if (!*there)
        return MLP_OK;
    t->published = true;
    t->journal = mlp_output_stream(t->begun);
    return take_journal(t, err);
}

/* Begins a new journal; an existing journal stays until the new one has a training run. */
static mlp_status begin_anew(mlpi_tuner *t, mlp_error *err)
{
    const char *path = t->options->journal;
    const bool there = access(path, F_OK) == 0;
    const mlp_status status = mlp_output_open(path, t->options->overwrite, &t->begun, err);
    if (status == MLP_ERROR_OUTPUT && there && !t->options->overwrite)
        return mlpi_fail(err, MLP_ERROR_OUTPUT,
                         "%s exists already; `resume` continues it, `force` replaces it", path);
    MLPI_TRY(status);
    t->journal = mlp_output_stream(t->begun);
    MLPI_TRY(write_head(t, err));
    return there ? MLP_OK : publish(t, err);
}

mlp_status mlpi_journal_open(mlpi_tuner *t, mlp_error *err)
{
    bool there = false;
    if (t->options->journal == NULL)
        return MLP_OK;
    if (t->options->resume)
        MLPI_TRY(go_on(t, &there, err));
    return there ? MLP_OK : begin_anew(t, err);
}

void mlpi_journal_close(mlpi_tuner *t)
{
    mlp_output_discard(t->begun); /* removes a new journal without a training run */
    t->begun = NULL;
    t->journal = NULL;
}
