/* SPDX-License-Identifier: MIT */
/* Delimited text, split by all threads. It is cut into pieces; a piece holds the records that begin
 * in it. Where a record begins in the middle of a text depends on the quotes before it, so each
 * piece is split on the guess that a record begins after its first line end. If the end of the
 * previous piece shows that the guess was wrong, the piece is split again from the right position.
 * A file is read piece by piece, and none of its text is kept. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/encoding.h"
#include "delimited/dialect.h"
#include "delimited/records.h"
#include "delimited/shared.h"
#include "read/reader.h"
#include "threads/threads.h"

enum {
    PIECE = 1 << 18,   /* least bytes of a piece */
    RECORDS = 64,      /* least size of a piece, in lengths of the first record */
    SHARE_BEHIND = 16, /* a 16th of a piece is read after it, for the end of its last record */
    WAVE = 1 << 24,    /* bytes of all pieces in memory; at least one piece per thread */
};

/* The state of a thread that splits pieces of a text, one after another. */
typedef struct worker {
    const mlpi_source *text;
    mlpi_splitter s;
    const char *bytes; /* text in memory, from the offset `from` on */
    size_t from;
    char *window; /* memory for the text of a file */
    size_t room;
} worker;

static size_t place_of(const worker *w, const char *at)
{
    return w->from + (size_t)(at - w->bytes);
}

static const char *at_place(const worker *w, size_t place)
{
    return w->bytes + (place - w->from);
}

/* Brings the text between two offsets into memory. */
static mlp_status look(worker *w, size_t from, size_t to)
{
    const mlpi_source *text = w->text;
    if (text->bytes != NULL) {
        w->bytes = text->bytes;
        w->from = 0;
    } else {
        if (!mlpi_grow(&w->window, &w->room, to - from + 1, 1))
            return mlpi_fail_memory(w->s.err, text->name);
        MLPI_TRY(mlpi_source_read(text, from, to - from, w->window, w->s.err));
        w->window[to - from] = '\0';
        w->bytes = w->window;
        w->from = from;
    }
    w->s.end = at_place(w, to);
    return MLP_OK;
}

/* Whether the splitter stopped where the text in memory ends, so that its record may continue. */
static bool is_cut(const worker *w)
{
    return w->s.at == w->s.end && place_of(w, w->s.end) < w->text->size;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* --- pieces ----------------------------------------------------------------------------------- */

/* Splits the records from p->first on, as far as the text is in memory. */
static mlp_status split_records(worker *w, size_t line, mlpi_piece *p)
{
    mlpi_splitter *s = &w->s;
    mlpi_builder_clear(&s->builder);
    s->at = at_place(w, p->first);
    s->stop = at_place(w, least(p->stop, place_of(w, s->end)));
    s->line = line;
    while (mlpi_record_find(s))
        MLPI_TRY(mlpi_record_take(s));
    return MLP_OK;
}

/* Makes a block of the records that were split. */
static mlp_status finish_piece(worker *w, size_t line, mlpi_piece *p)
{
    const char *const first = at_place(w, p->first);
    p->split = true;
    p->behind = place_of(w, w->s.at);
    p->lines = w->s.line - line;
    p->foreign = w->text->bytes == NULL && !mlpi_text_is_plain(first, (size_t)(w->s.at - first));
    if (w->s.builder.rows > 0 && !mlpi_builder_seal(&w->s.builder, &p->block))
        return mlpi_fail_memory(w->s.err, "the cells of the data");
    return MLP_OK;
}

/* The offset of the first line that begins in [from, to); `to`: there is none. The text there, and
 * the byte before it, must be in memory. */
static size_t line_begin(const worker *w, size_t from, size_t to)
{
    const char *const text = at_place(w, from - 1);
    const char *end = memchr(text, '\n', to - from);
    if (end == NULL)
        end = memchr(text, '\r', to - from);
    return end != NULL ? place_of(w, end + 1) : to;
}

/* Splits a piece from where a record may begin. A piece that cannot be split from there, or whose
 * last record extends beyond the piece by more than the size of a piece, is left to join(). */
static mlp_status guess(worker *w, mlpi_piece *p)
{
    const size_t size = p->stop - p->from, left = w->text->size - p->stop;
    for (size_t more = size / SHARE_BEHIND; more <= size; more *= SHARE_BEHIND) {
        MLPI_TRY(look(w, p->from - 1, p->stop + least(more, left)));
        p->first = line_begin(w, p->from, p->stop);
        if (p->first == p->stop)
            return MLP_OK;
        const mlp_status status = split_records(w, 1, p);
        if (!is_cut(w))
            return status == MLP_OK ? finish_piece(w, 1, p) : status;
    }
    return MLP_OK;
}

/* Splits a piece from `first`, where a record is known to begin. */
static mlp_status split_piece(worker *w, size_t first, size_t line, mlpi_piece *p)
{
    const size_t size = p->stop - p->from;
    p->first = first;
    for (size_t more = size;; more *= 4) {
        const size_t left = w->text->size - p->stop;
        MLPI_TRY(look(w, first, p->stop + least(more, left)));
        const mlp_status status = split_records(w, line, p);
        if (is_cut(w) && status != MLP_ERROR_MEMORY)
            continue;
        if (status == MLP_OK)
            return finish_piece(w, line, p);
        p->foreign =
            w->text->bytes == NULL && !mlpi_text_is_plain(w->bytes, (size_t)(w->s.end - w->bytes));
        return p->foreign ? MLP_OK : status;
    }
}

/* --- all pieces ------------------------------------------------------------------------------- */

/* Properties of the text that its first record shows. */
typedef struct shape {
    size_t columns, length, line;
    mlpi_dialect dialect;
    const char *hint; /* another likely separator if there is only one column; or NULL */
} shape;

typedef struct csv {
    mlpi_source *source;
    mlp_table *table;
    worker worker; /* for the first record, and for pieces whose guess was wrong */
    shape first;
    worker *workers; /* one for each thread; NULL: none yet */
    int threads;
    mlpi_piece *pieces; /* pieces that are split at the same time */
    size_t own;         /* index of the first piece that this rank splits */
    size_t place, line; /* offset and line of the next record */
    size_t rows;
} csv;

static mlp_status refuse_foreign(const csv *c, mlp_error *err)
{
    c->source->foreign = true;
    return mlpi_fail_at(err, MLP_ERROR_DATA, c->source->name, 0, 0, "is not text in UTF-8");
}

/* Splits a piece. Where the records of the first piece begin is known; for the other pieces it is a
 * guess. */
static void guess_task(void *context, size_t i, int thread)
{
    const csv *c = context;
    mlpi_piece *p = &c->pieces[c->own + i];
    worker *w = &c->workers[thread];
    if ((p == c->pieces ? split_piece(w, p->from, 1, p) : guess(w, p)) != MLP_OK)
        p->split = false;
}

static mlp_status make_workers(csv *c, mlp_error *err)
{
    if (c->workers != NULL)
        return MLP_OK;
    bool room = true;
    c->threads = mlpi_threads(0);
    c->workers = mlpi_allocate((size_t)c->threads, sizeof *c->workers);
    for (int t = 0; c->workers != NULL && t < c->threads; t++) {
        worker *w = &c->workers[t];
        *w = (worker){.text = c->source,
                      .s = {.table = c->table, .separator = c->worker.s.separator}};
        room = mlpi_builder_begin(c->table, &w->s.builder) && room;
    }
    return c->workers != NULL && room ? MLP_OK : mlpi_fail_memory(err, "the pieces of the data");
}

static void end(worker *w)
{
    mlpi_builder_end(&w->s.builder);
    free(w->s.unquoted);
    free(w->window);
}

/* Appends the pieces to the table in their order. A piece whose beginning was guessed wrong, or
 * that was not split, is split now. */
static mlp_status join(csv *c, size_t count, mlp_error *err)
{
    c->worker.s.err = err;
    for (size_t i = 0; i < count; i++) {
        mlpi_piece *p = &c->pieces[i];
        if (c->place >= p->stop)
            continue;
        const bool borne_out = p->split && p->first == c->place;
        if (!borne_out) {
            mlpi_block_release(&p->block);
            MLPI_TRY(split_piece(&c->worker, c->place, c->line, p));
        }
        if (p->foreign)
            return refuse_foreign(c, err);
        mlpi_block block = p->block;
        p->block = (mlpi_block){0};
        c->rows += block.rows;
        if (block.rows > 0)
            MLPI_TRY(mlpi_table_append(c->table, &block, borne_out ? c->line - 1 : 0, err));
        c->place = p->behind;
        c->line += p->lines;
    }
    return MLP_OK;
}

/* Every rank splits its own pieces, and gets those of the other ranks. */
static mlp_status guess_pieces(csv *c, size_t count, mlp_error *err)
{
    MLPI_TRY(make_workers(c, err));
    const size_t own = mlpi_shared_own(c->source, count, &c->own);
    mlpi_parallel(c->threads, own, guess_task, c);
    return mlpi_shared_give(c->source, c->pieces, count, c->table->columns, err);
}

/* Splits as many pieces as may be in memory at the same time, but no more text than about `most`
 * records need. */
static mlp_status split_wave(csv *c, size_t most, mlp_error *err)
{
    const size_t left = c->source->size - c->place, length = c->first.length + 1;
    const size_t asked = most < left / length ? most * length : left;
    const size_t each = least(RECORDS * length > PIECE ? RECORDS * length : PIECE, asked);
    const size_t ranks = mlpi_shared_by(c->source); /* ranks may have different numbers of threads,
                                                       but need the same pieces */
    const size_t beside = ranks > 1 ? ranks : (size_t)mlpi_threads(0);
    const size_t most_pieces = WAVE / each > beside ? WAVE / each : beside;
    const size_t count = least(most_pieces, (asked + each - 1) / each);
    c->pieces = mlpi_allocate(count, sizeof *c->pieces);
    if (c->pieces == NULL)
        return mlpi_fail_memory(err, "the pieces of the data");
    for (size_t i = 0; i < count; i++)
        c->pieces[i] = (mlpi_piece){.from = c->place + i * each,
                                    .stop = c->place + i * each + least(each, left - i * each)};
    mlp_status status = count > 1 ? guess_pieces(c, count, err) : MLP_OK;
    if (status == MLP_OK)
        status = join(c, count, err);
    for (size_t i = 0; i < count; i++)
        mlpi_block_release(&c->pieces[i].block);
    mlpi_free(c->pieces);
    c->pieces = NULL;
    return status;
}

/* --- the first record ------------------------------------------------------------------------- */

/* Goes to the first record, and brings all of it into memory. */
static mlp_status find_first(worker *w, shape *found)
{
    mlpi_splitter *s = &w->s;
    for (size_t most = PIECE;; most *= 4) {
        const size_t first = w->text->begin, size = least(most, w->text->size - first);
        MLPI_TRY(look(w, first, first + size));
        MLPI_TRY(mlpi_dialect_find(s->table, s->table->usual_separator, at_place(w, first), size,
                                   size == w->text->size - first, &found->dialect, s->err));
        s->separator = found->dialect.separator;
        s->at = at_place(w, first + found->dialect.skip);
        s->stop = s->end;
        s->line = 1 + found->dialect.lines;
        found->columns = 0;
        if (!mlpi_record_find(s)) {
            if (is_cut(w))
                continue;
            return MLP_OK;
        }
        found->line = s->line;
        const mlp_status status =
            mlpi_record_measure(s, &found->columns, &found->length, &found->hint);
        const bool cut = status != MLP_OK ? is_cut(w)
                                          : s->at + found->length == s->end &&
                                                place_of(w, s->end) < w->text->size;
        if (!cut)
            return status;
    }
}

/* Gives the table its dialect, the number of its columns, and their names if the first record is a
 * header. */
static mlp_status take_first(worker *w, mlp_table *table, const shape *first)
{
    const mlpi_dialect *dialect = &first->dialect;
    if (dialect->said[0] != '\0')
        MLPI_TRY(mlpi_table_say(table, dialect->said, w->s.err));
    table->decimal = dialect->decimal;
    table->decimal_unclear = dialect->decimal_unclear;
    table->options.no_header = !dialect->header;
    table->options.header = dialect->header;
    table->options.decimal_if_unclear = dialect->decimal;
    table->names = mlpi_allocate(first->columns, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(w->s.err, "the column names");
    table->columns = first->columns;
    table->has_header = dialect->header;
    MLPI_TRY(table->has_header ? mlpi_record_names(&w->s, table) : MLP_OK);
    return mlpi_builder_begin(table, &w->s.builder)
               ? MLP_OK
               : mlpi_fail_memory(w->s.err, "the cells of the data");
}

static mlp_status check_first(const mlp_table *table, const shape *first, mlp_error *err)
{
    if (first->columns == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "is empty: no header and no rows");
    if (first->hint != NULL)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, first->line, 1,
            "only one column is found, but the line holds \"%s\"; try `separator` '%s'",
            first->hint, first->hint);
    return MLP_OK;
}

/* --- the reader ------------------------------------------------------------------------------- */

/* Refuses bytes in memory that are not text. The bytes of a file are checked piece by piece. */
static mlp_status check_text(const worker *w)
{
    const mlpi_source *text = w->text;
    const char *zero = text->bytes != NULL ? memchr(text->bytes, '\0', text->size) : NULL;
    if (zero != NULL)
        return mlpi_fail_at(w->s.err, MLP_ERROR_DATA, text->name, 0, 0,
                            "is not text: byte %zu is 0; IDX images need `format` idx, and UTF-16 "
                            "text needs `encoding` UTF-16LE or UTF-16BE",
                            (size_t)(zero - text->bytes) + 1);
    return MLP_OK;
}

static mlp_status open_csv(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    csv *c = state;
    *c = (csv){.source = source,
               .table = table,
               .worker = {.text = source, .s = {.table = table, .err = err}}};
    worker *w = &c->worker;
    MLPI_TRY(check_text(w));
    const mlp_status found = find_first(w, &c->first);
    const char *until = found == MLP_OK ? w->s.at + c->first.length : w->s.end;
    if (source->bytes == NULL && found != MLP_ERROR_MEMORY &&
        !mlpi_text_is_plain(w->bytes, (size_t)(until - w->bytes)))
        return refuse_foreign(c, err);
    MLPI_TRY(found);
    MLPI_TRY(check_first(table, &c->first, err));
    MLPI_TRY(take_first(w, table, &c->first));
    c->place = place_of(w, w->s.at);
    c->line = w->s.line;
    MLPI_TRY(mlpi_table_finish_names(table, err));
    return mlpi_shared_meet(source, table, w->s.separator, err);
}

static mlp_status next_csv(void *state, size_t most, mlp_error *err)
{
    csv *c = state;
    const size_t before = c->rows;
    while (c->rows == before && c->place < c->source->size)
        MLPI_TRY(split_wave(c, most, err));
    if (c->rows == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, c->table->source, c->first.line, 0,
                            "a header but no rows; if this line is data, say `no-header`");
    return MLP_OK;
}

static void close_csv(void *state)
{
    csv *c = state;
    end(&c->worker);
    for (int t = 0; c->workers != NULL && t < c->threads; t++)
        end(&c->workers[t]);
    mlpi_free(c->workers);
}

#define DELIMITED(format_, says_, separator_, endings_)                                            \
    {                                                                                              \
        .format = (format_), .says = (says_), .separator = (separator_), .endings = (endings_),    \
        .is_text = true, .by_pieces = true, .state = sizeof(csv), .open = open_csv,                \
        .next = next_csv, .close = close_csv                                                       \
    }

const mlpi_reader mlpi_read_csv =
    DELIMITED("csv", "CSV", ',', ".csv .data .txt .dat .test .train .tes .tra");
const mlpi_reader mlpi_read_tsv = DELIMITED("tsv", "TSV", '\t', ".tsv .tab");
