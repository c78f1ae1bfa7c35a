/* SPDX-License-Identifier: MIT */
/* Hands out the rows of shards. While the rows of one shard are handed out, a thread reads the next
 * shard. */
#include "batches/shards.h"

#include <string.h>

#include "batches/layout.h"
#include "threads/threads.h"

/* Memory that holds a shard, or into which a shard is being read. */
typedef struct page {
    mlpi_shards *shards;
    size_t number;
    char *bytes;
    mlp_error failure;
} page;

typedef struct source {
    mlpi_batches face;
    mlpi_shards *shards;
    uint32_t *sequence; /* order in which the shards are read */
    size_t turn;        /* number of shards of `sequence` begun */
    page pages[2];
    page *now, *next;
    mlpi_errand *errand; /* the thread that fills `next`; NULL: none is running */
    bool ordered;
    mlpi_random random;
    uint32_t *order; /* random order of the rows of `now`; NULL: they are never shuffled */
    size_t seen;     /* rows of `now` handed out; SIZE_MAX: the next shard is due */
} source;

/* --- reading ---------------------------------------------------------------------------------- */

static mlp_status check(const page *p, const mlpi_shard_head *head)
{
    const mlpi_shards *s = p->shards;
    const mlpi_shard_head wanted = mlpi_shard_head_of(s, p->number);
    bool same = memcmp(head, &wanted, sizeof wanted) == 0;
    for (size_t k = 0; k < MLPI_SECTIONS; k++) {
        const size_t rows = s->shard[p->number].rows;
        const char *section = p->bytes + mlpi_section_at(s, k, rows);
        same = same && mlpi_shard_sum(0, section, rows, s->row[k]) == wanted.sum[k];
    }
    return same ? MLP_OK : MLP_ERROR_OUTPUT;
}

/* Multiplies the weights of a shard by the factors of mlpi_shards_weigh. */
static void weigh(const page *p)
{
    const mlpi_shards *s = p->shards;
    const size_t rows = s->shard[p->number].rows;
    float *weight = (void *)(p->bytes + mlpi_section_at(s, 3, rows));
    const size_t *label = (const void *)p->bytes;
    for (size_t r = 0; s->shape.weighted && r < rows; r++)
        weight[r] = (float)((double)weight[r] * (s->factors != NULL ? s->factors[label[r]] : 1.0) *
                            s->scale);
}

static void fill(void *context)
{
    page *p = context;
    const mlpi_shards *s = p->shards;
    const mlpi_shard *shard = &s->shard[p->number];
    mlpi_shard_head head;
    mlp_error *err = &p->failure;
    err->status = MLP_OK;
    if (mlpi_scratch_read(s->scratch, shard->at, &head, sizeof head, err) != MLP_OK ||
        mlpi_scratch_read(s->scratch, shard->at + sizeof head, p->bytes,
                          mlpi_shard_bytes(s, shard->rows), err) != MLP_OK)
        return;
    if (check(p, &head) != MLP_OK)
        mlpi_fail(err, MLP_ERROR_OUTPUT,
                  "the disk returns data other than those written (shard %zu): training cannot "
                  "continue; `scratch` names a folder on another disk",
                  p->number + 1);
    else
        weigh(p);
}

/* Waits for the thread that is reading a shard. */
static void settle(source *s)
{
    mlpi_errand_end(s->errand);
    s->errand = NULL;
}

/* Begins to read shard number `turn` of the sequence into `next`; does nothing after the last
 * shard. */
static void fetch(source *s, size_t turn)
{
    if (turn == s->shards->count)
        return;
    s->next->number = s->sequence[turn];
    s->errand = mlpi_errand_begin(fill, s->next);
    if (s->errand == NULL)
        fill(s->next);
}

static void draw_order(source *s)
{
    const size_t rows = s->shards->shard[s->now->number].rows;
    for (size_t i = 0; s->ordered && i < rows; i++)
        s->order[i] = (uint32_t)i;
    if (s->ordered)
        mlpi_random_shuffle(&s->random, s->order, rows);
}

/* Goes to the next shard. false: there is no next shard, or it cannot be read. */
static bool turn(source *s)
{
    if (s->turn == s->shards->count || s->face.failure.status != MLP_OK)
        return false;
    settle(s);
    page *filled = s->next;
    s->next = s->now;
    s->now = filled;
    s->face.failure = filled->failure;
    s->seen = SIZE_MAX;
    if (filled->failure.status != MLP_OK)
        return false;
    s->seen = 0;
    fetch(s, ++s->turn);
    draw_order(s);
    return true;
}

/* --- the source ------------------------------------------------------------------------------- */

static void rewind_shards(mlpi_batches *face, const uint64_t *seed)
{
    source *s = (source *)face;
    settle(s);
    s->ordered = seed != NULL && s->order != NULL;
    for (size_t i = 0; i < s->shards->count; i++)
        s->sequence[i] = (uint32_t)i;
    if (s->ordered) {
        s->random = mlpi_random_init(*seed, MLPI_STREAM_ORDER);
        mlpi_random_shuffle(&s->random, s->sequence, s->shards->count);
    }
    s->turn = 0;
    s->seen = SIZE_MAX;
    fetch(s, 0);
}

static bool next_rows(mlpi_batches *face, size_t most, mlpi_given *rows)
{
    source *s = (source *)face;
    const mlpi_shards *all = s->shards;
    while (s->seen >= all->shard[s->now->number].rows)
        if (!turn(s))
            return false;
    const size_t count = all->shard[s->now->number].rows, left = count - s->seen;
    const size_t first = s->ordered ? 0 : s->seen;
    const char *section[MLPI_SECTIONS];
    for (size_t k = 0; k < MLPI_SECTIONS; k++)
        section[k] = s->now->bytes + mlpi_section_at(all, k, count) + first * all->row[k];
    *rows = (mlpi_given){.batch = {.x = (const void *)section[1],
                                   .target = (const void *)section[2],
                                   .index = s->ordered ? s->order + s->seen : NULL,
                                   .weight = all->shape.weighted ? (const void *)section[3] : NULL,
                                   .rows = left < most ? left : most}};
    if (all->shape.targets > 0)
        rows->value = (const void *)section[0];
    else
        rows->label = (const void *)section[0];
    s->seen += rows->batch.rows;
    return true;
}

static size_t steps(const mlpi_batches *face, size_t most)
{
    const mlpi_shards *s = ((const source *)face)->shards;
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += s->shard[i].rows / most + (s->shard[i].rows % most != 0);
    return count;
}

static uint64_t hash_shards(const mlpi_batches *face, uint64_t hash)
{
    const mlpi_shards *s = ((const source *)face)->shards;
    for (size_t i = 0; i < s->count; i++) {
        const mlpi_shard_head head = mlpi_shard_head_of(s, i);
        hash = mlpi_hash(hash, &head, sizeof head);
    }
    return hash;
}

static void close_shards(mlpi_batches *face)
{
    source *s = (source *)face;
    settle(s);
    mlpi_free(s->pages[0].bytes);
    mlpi_free(s->pages[1].bytes);
    mlpi_free(s->sequence);
    mlpi_free(s->order);
    mlpi_shards_free(s->shards);
    mlpi_free(s);
}

static const mlpi_batches_kind kind = {rewind_shards, next_rows, steps, hash_shards, close_shards};

size_t mlpi_shards_memory(const mlpi_batches *face)
{
    const mlpi_shards *s = ((const source *)face)->shards;
    return 2 * mlpi_shard_bytes(s, s->largest) + s->largest * sizeof(uint32_t);
}

static bool make_room(source *s, mlpi_shards *shards)
{
    const size_t bytes = mlpi_shard_bytes(shards, shards->largest);
    for (size_t i = 0; i < 2; i++)
        s->pages[i] = (page){.shards = shards, .bytes = mlpi_allocate(bytes, 1)};
    s->sequence = mlpi_allocate(shards->count, sizeof *s->sequence);
    s->order = shards->shape.shuffled ? mlpi_allocate(shards->largest, sizeof *s->order) : NULL;
    return s->pages[0].bytes != NULL && s->pages[1].bytes != NULL && s->sequence != NULL &&
           (s->order != NULL || !shards->shape.shuffled);
}

mlp_status mlpi_shards_finish(mlpi_shards *shards, mlpi_batches **made, mlp_error *err)
{
    const mlpi_shards_shape *shape = &shards->shape;
    MLPI_TRY(mlpi_shards_complete(shards, err));
    source *s = mlpi_allocate(1, sizeof *s);
    if (s == NULL)
        return mlpi_fail_memory(err, "the encoded rows");
    s->face = (mlpi_batches){.kind = &kind,
                             .rows = shape->rows,
                             .inputs = shape->inputs,
                             .outputs = shape->outputs,
                             .targets = shape->targets};
    s->now = &s->pages[0];
    s->next = &s->pages[1];
    s->turn = shards->count;
    s->seen = SIZE_MAX;
    if (!make_room(s, shards)) {
        close_shards(&s->face);
        return mlpi_fail_memory(err, "the encoded rows");
    }
    s->shards = shards;
    *made = &s->face;
    return MLP_OK;
}
