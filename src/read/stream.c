/* SPDX-License-Identifier: MIT */
/* Tables of which only some rows are in memory at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/encoding.h"
#include "read/reader.h"
#include "threads/threads.h"

struct mlp_table_stream {
    char *path;
    mlp_read_options options;
    size_t most;
    bool fingerprints;
    mlpi_reading reading; /* not open if its table is NULL */
    bool begun;           /* some rows have been handed out */
    uint64_t fingerprint;
};

/* --- is it text? ------------------------------------------------------------------------------ */

/* Text that turns out not to be UTF-8 is read again as a whole, which is no longer possible once
 * some rows have been handed out. So text that is not read in one call is checked beforehand; up to
 * LOOK_FROM bytes are read in one call if the number of rows is not limited. */
enum { LOOK_FROM = 1 << 24, WINDOW = 1 << 22, BEHIND = 3 /* further bytes of a character */ };

typedef struct look {
    const mlpi_source *source;
    char *windows; /* one for each thread */
    bool *foreign; /* for each part of the text: it is not UTF-8 */
} look;

static bool goes_on(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Checks part i, including the rest of a character that begins in this part. A read error is
 * ignored here: it is reported when the rows are read. */
static void look_at(void *context, size_t i, int thread)
{
    const look *l = context;
    char *const bytes = l->windows + (size_t)thread * (WINDOW + BEHIND + 1);
    const size_t from = l->source->begin + i * WINDOW, left = l->source->size - from;
    const size_t size = left < WINDOW + BEHIND ? left : WINDOW + BEHIND;
    size_t first = 0, end = size < WINDOW ? size : WINDOW;
    if (mlpi_source_read(l->source, from, size, bytes, NULL) != MLP_OK)
        return;
    while (i > 0 && first < BEHIND && first < size && goes_on(bytes[first]))
        first++;
    while (end < size && goes_on(bytes[end]))
        end++;
    bytes[end] = '\0';
    l->foreign[i] = end > first && !mlpi_text_is_plain(bytes + first, end - first);
}

static mlp_status is_foreign(const mlpi_source *source, bool *foreign, mlp_error *err)
{
    const size_t count = (source->size - source->begin + WINDOW - 1) / WINDOW;
    const int threads = mlpi_threads(0);
    look l = {.source = source,
              .windows = mlpi_reserve((size_t)threads, WINDOW + BEHIND + 1),
              .foreign = mlpi_allocate(count, sizeof *l.foreign)};
    const bool room = l.windows != NULL && l.foreign != NULL;
    if (room)
        mlpi_parallel(threads, count, look_at, &l);
    for (size_t i = 0; room && i < count; i++)
        *foreign = *foreign || l.foreign[i];
    mlpi_free(l.windows);
    mlpi_free(l.foreign);
    return room ? MLP_OK : mlpi_fail_memory(err, source->name);
}

/* --- opening ---------------------------------------------------------------------------------- */

static void close_reading(mlp_table_stream *s)
{
    if (s->reading.table == NULL)
        return;
    mlpi_reading_close(&s->reading);
    mlp_table_free(s->reading.table);
    s->reading.table = NULL;
}

static mlp_status open_reading(mlp_table_stream *s, const mlpi_request *asked, bool whole,
                               mlp_error *err)
{
    mlpi_request request = *asked;
    request.path = s->path;
    request.options = &s->options;
    request.whole = whole;
    request.reader = mlpi_reader_of_several(&request);
    close_reading(s);
    const mlp_status status = mlpi_reading_open(&request, &s->reading, err);
    if (status != MLP_OK)
        s->reading.table = NULL;
    return status;
}

static mlp_status begin(mlp_table_stream *s, const mlpi_request *request, mlp_error *err)
{
    const mlp_read_options defaults = mlp_read_options_default();
    bool foreign = false;
    s->path = mlpi_copy_text(request->path, strlen(request->path));
    if (s->path == NULL)
        return mlpi_fail_memory(err, "a table");
    MLPI_TRY(mlpi_read_options_copy(request->options != NULL ? request->options : &defaults,
                                    &s->options, err));
    MLPI_TRY(open_reading(s, request, false, err));
    const mlpi_source *source = &s->reading.source;
    const bool pieces = source->bytes == NULL && s->reading.reader->is_text;
    if (pieces && (s->most < SIZE_MAX || source->size - source->begin > LOOK_FROM))
        MLPI_TRY(is_foreign(source, &foreign, err));
    return foreign ? open_reading(s, request, true, err) : MLP_OK;
}

mlp_status mlpi_stream_open(const mlpi_request *request, size_t most, mlp_table_stream **stream,
                            mlp_error *err)
{
    mlp_table_stream *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a table");
    made->most = most;
    const mlp_status status = begin(made, request, err);
    if (status == MLP_OK)
        *stream = made;
    else
        mlp_table_stream_close(made);
    return status;
}

mlp_status mlp_table_stream_open(const char *path, const mlp_read_options *options,
                                 mlp_table_stream **stream, mlp_error *err)
{
    return mlpi_stream_open(&(mlpi_request){.path = path, .options = options}, SIZE_MAX, stream,
                            err);
}

void mlp_table_stream_close(mlp_table_stream *stream)
{
    if (stream == NULL)
        return;
    close_reading(stream);
    mlpi_read_options_release(&stream->options);
    free(stream->path);
    free(stream);
}

const mlp_table *mlp_table_stream_table(const mlp_table_stream *stream)
{
    return stream->reading.table;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Reads all rows: a reader that holds all bytes in memory hands out all its rows at once. */
static mlp_status read_rest(mlp_table_stream *s, mlp_error *err)
{
    mlp_table *table = s->reading.table;
    size_t before = 0;
    do {
        before = table->rows;
        MLPI_TRY(mlpi_reading_next(&s->reading, SIZE_MAX, err));
    } while (table->rows > before);
    return mlpi_table_settle(table, err);
}

/* Readers of text limit the bytes that they read at a time. The readers of databases and of several
 * files do not, so the number of their records is limited here. */
static mlp_status read_some(mlp_table_stream *s, mlp_error *err)
{
    enum { MOST_RECORDS = 1 << 16 };
    const bool bounded = s->most < SIZE_MAX || s->reading.reader->is_text;
    const size_t most = bounded ? s->most : MOST_RECORDS;
    mlpi_table_empty(s->reading.table);
    const mlp_status status = mlpi_reading_next(&s->reading, most, err);
    if (status == MLP_OK || s->begun || !s->reading.source.foreign)
        return status;
    MLPI_TRY(open_reading(s, &(mlpi_request){0}, true, err));
    return mlpi_reading_next(&s->reading, s->most, err);
}

/* Updates the fingerprint of all rows so far, which equals mlp_table_fingerprint of a table of
 * these rows. */
static void add_fingerprint(mlp_table_stream *s)
{
    const mlp_table *table = s->reading.table;
    if (table->bytes != NULL) {
        s->fingerprint = mlp_table_fingerprint(table);
        return;
    }
    if (!s->begun)
        s->fingerprint = mlpi_table_hash_head(table);
    s->fingerprint = mlpi_table_hash_rows(table, s->fingerprint);
}

mlp_status mlp_table_stream_next(mlp_table_stream *stream, const mlp_table **rows, mlp_error *err)
{
    mlp_table_stream *s = stream;
    const bool whole = !s->reading.reader->by_pieces;
    if (whole && s->begun)
        mlpi_table_empty(s->reading.table);
    else
        MLPI_TRY(whole ? read_rest(s, err) : read_some(s, err));
    const bool any = s->reading.table->rows > 0;
    if (any && s->fingerprints)
        add_fingerprint(s);
    s->begun = s->begun || any;
    *rows = any ? s->reading.table : NULL;
    return MLP_OK;
}

void mlp_table_stream_take_fingerprint(mlp_table_stream *stream)
{
    stream->fingerprints = true;
}

uint64_t mlp_table_stream_fingerprint(const mlp_table_stream *stream)
{
    return stream->fingerprint;
}
