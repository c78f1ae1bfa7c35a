/* SPDX-License-Identifier: MIT */
/* Writes shards. The shard of every row is drawn twice with the same seed: first to count the rows
 * of each shard, which determine where the shards begin in the file, and again when the rows are
 * added. */
#include <stdlib.h>
#include <string.h>

#include "base/text_hash.h"
#include "batches/layout.h"

enum {
    BUFFERS = 1 << 24, /* bytes for all rows that wait to be written */
    DRAWN = 1024       /* shard numbers drawn at a time */
};

/* The rows of a shard that wait to be written. */
typedef struct waiting {
    size_t written, count;
    char *rows[MLPI_SECTIONS];
} waiting;

struct mlpi_dealer {
    mlpi_random random;
    uint32_t drawn[DRAWN];
    size_t left; /* numbers at the end of `drawn` that have not been used */
    size_t seen; /* rows whose shard has been chosen */
    size_t room; /* rows that may wait for each shard */
    waiting *waiting;
    char *memory;
};

typedef struct mlpi_dealer dealer;

/* Chooses the shard of the next row. */
static size_t next_place(const mlpi_shards *s, dealer *d)
{
    if (!s->shape.shuffled)
        return d->seen++ * s->count / s->shape.rows;
    if (d->left == 0) {
        mlpi_random_indices(&d->random, (uint32_t)s->count, d->drawn, DRAWN);
        d->left = DRAWN;
    }
    d->seen++;
    return d->drawn[DRAWN - d->left--];
}

static void begin_dealing(const mlpi_shards *s, dealer *d)
{
    d->random = mlpi_random_init(s->shape.seed, MLPI_STREAM_SHARDS);
    d->left = d->seen = 0;
}

uint64_t mlpi_shard_sum(uint64_t sum, const void *rows, size_t count, size_t bytes)
{
    const char *from = rows;
    for (size_t i = 0; bytes > 0 && i < count; i++, from += bytes) {
        size_t at = 0;
        uint64_t word = 0;
        for (; at + sizeof word <= bytes; at += sizeof word) {
            memcpy(&word, from + at, sizeof word);
            sum = mlpi_hash_word(sum, word);
        }
        word = 0;
        memcpy(&word, from + at, bytes - at);
        sum = mlpi_hash_word(sum, word);
    }
    return sum;
}

mlpi_shard_head mlpi_shard_head_of(const mlpi_shards *s, size_t number)
{
    mlpi_shard_head head = {.magic = "mlpshard", .number = number, .rows = s->shard[number].rows};
    memcpy(head.sum, s->shard[number].sum, sizeof head.sum);
    return head;
}

/* --- creating shards -------------------------------------------------------------------------- */

static void measure(mlpi_shards *s)
{
    const mlpi_shards_shape *shape = &s->shape;
    s->row[0] = shape->targets > 0 ? shape->targets * sizeof(double) : sizeof(size_t);
    s->row[1] = shape->inputs * sizeof(float);
    s->row[2] = shape->outputs * sizeof(float);
    s->row[3] = shape->weighted ? sizeof(float) : 0;
}

static mlp_status place_shards(mlpi_shards *s, mlp_error *err)
{
    uint64_t at = 0;
    begin_dealing(s, s->dealer);
    for (size_t i = 0; i < s->shape.rows; i++)
        s->shard[next_place(s, s->dealer)].rows++;
    for (size_t i = 0; i < s->count; i++) {
        s->shard[i].at = at;
        at += sizeof(mlpi_shard_head) + mlpi_shard_bytes(s, s->shard[i].rows);
        at = (at + 63) / 64 * 64;
        s->largest = s->shard[i].rows > s->largest ? s->shard[i].rows : s->largest;
    }
    begin_dealing(s, s->dealer);
    return mlpi_scratch_reserve(s->scratch, at, err);
}

static bool make_buffers(mlpi_shards *s)
{
    dealer *d = s->dealer;
    const size_t row = mlpi_shard_bytes(s, 1), each = BUFFERS / s->count / row;
    size_t bytes = 0;
    d->room = each > 1 ? each : 1;
    if (!mlpi_multiply(s->count, d->room, &bytes) || !mlpi_multiply(bytes, row, &bytes))
        return false;
    d->memory = malloc(bytes);
    d->waiting = calloc(s->count, sizeof *d->waiting);
    for (size_t i = 0; d->memory != NULL && d->waiting != NULL && i < s->count; i++)
        for (size_t k = 0; k < MLPI_SECTIONS; k++)
            d->waiting[i].rows[k] = d->memory + i * d->room * row + mlpi_section_at(s, k, d->room);
    return d->memory != NULL && d->waiting != NULL;
}

static mlp_status fill(mlpi_shards *s, const char *folder, mlp_error *err)
{
    measure(s);
    const double all = (double)s->shape.rows * (double)mlpi_shard_bytes(s, 1);
    const double wish = all / (double)s->shape.bytes + 1.0;
    if (wish > 1e8)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`shard` %zu is too small for these data; give more bytes",
                         s->shape.bytes);
    s->count = (size_t)wish < s->shape.rows ? (size_t)wish : s->shape.rows;
    s->shard = calloc(s->count, sizeof *s->shard);
    s->dealer = calloc(1, sizeof *s->dealer);
    if (s->shard == NULL || s->dealer == NULL || !make_buffers(s))
        return mlpi_fail_memory(err, "the encoded rows");
    MLPI_TRY(mlpi_scratch_open(folder, &s->scratch, err));
    return place_shards(s, err);
}

mlp_status mlpi_shards_create(const char *folder, const mlpi_shards_shape *shape,
                              mlpi_shards **shards, mlp_error *err)
{
    mlpi_shards *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the encoded rows");
    made->shape = *shape;
    made->scale = 1.0;
    const mlp_status status = fill(made, folder, err);
    if (status == MLP_OK)
        *shards = made;
    else
        mlpi_shards_free(made);
    return status;
}

static void free_dealer(mlpi_shards *s)
{
    if (s->dealer != NULL) {
        free(s->dealer->memory);
        free(s->dealer->waiting);
    }
    free(s->dealer);
    s->dealer = NULL;
}

void mlpi_shards_free(mlpi_shards *shards)
{
    if (shards == NULL)
        return;
    free_dealer(shards);
    mlpi_scratch_close(shards->scratch);
    free(shards->shard);
    mlpi_free(shards->factors);
    free(shards);
}

mlp_status mlpi_shards_weigh(mlpi_shards *shards, double scale, const double *factors,
                             size_t labels, mlp_error *err)
{
    shards->scale = scale;
    if (factors == NULL)
        return MLP_OK;
    shards->factors = mlpi_allocate(labels, sizeof *factors);
    if (shards->factors == NULL)
        return mlpi_fail_memory(err, "the weights of the labels");
    memcpy(shards->factors, factors, labels * sizeof *factors);
    return MLP_OK;
}

/* --- adding rows ------------------------------------------------------------------------------ */

static mlp_status flush(mlpi_shards *s, size_t number, mlp_error *err)
{
    mlpi_shard *shard = &s->shard[number];
    waiting *w = &s->dealer->waiting[number];
    for (size_t k = 0; k < MLPI_SECTIONS; k++) {
        if (s->row[k] == 0)
            continue;
        const uint64_t at = shard->at + sizeof(mlpi_shard_head) +
                            mlpi_section_at(s, k, shard->rows) + w->written * s->row[k];
        shard->sum[k] = mlpi_shard_sum(shard->sum[k], w->rows[k], w->count, s->row[k]);
        MLPI_TRY(mlpi_scratch_write(s->scratch, at, w->rows[k], w->count * s->row[k], err));
    }
    w->written += w->count;
    w->count = 0;
    return MLP_OK;
}

mlp_status mlpi_shards_add(mlpi_shards *s, const mlp_encoded *rows, mlp_error *err)
{
    const char *from[MLPI_SECTIONS] = {
        s->shape.targets > 0 ? (const char *)rows->value : (const char *)rows->label,
        (const char *)rows->x, (const char *)rows->target, (const char *)rows->weight};
    for (size_t i = 0; i < rows->rows; i++) {
        const size_t number = next_place(s, s->dealer);
        waiting *w = &s->dealer->waiting[number];
        for (size_t k = 0; k < MLPI_SECTIONS; k++)
            if (s->row[k] > 0)
                memcpy(w->rows[k] + w->count * s->row[k], from[k] + i * s->row[k], s->row[k]);
        if (++w->count == s->dealer->room)
            MLPI_TRY(flush(s, number, err));
    }
    return MLP_OK;
}

mlp_status mlpi_shards_complete(mlpi_shards *s, mlp_error *err)
{
    for (size_t i = 0; i < s->count; i++) {
        MLPI_TRY(flush(s, i, err));
        const mlpi_shard_head head = mlpi_shard_head_of(s, i);
        MLPI_TRY(mlpi_scratch_write(s->scratch, s->shard[i].at, &head, sizeof head, err));
    }
    free_dealer(s);
    return MLP_OK;
}
