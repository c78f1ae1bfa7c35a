/* SPDX-License-Identifier: MIT */
/* The houses as an Arrow stream, made by hand: two batches of rows and an empty one between them,
 * with offsets, validity bits, a dictionary, texts, booleans and days. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "forms/forms.h"
#include "mlp/arrow.h"

enum { COLUMNS = 5, BATCHES = 3, BEFORE = 3, TEXT = 1 << 13 };

/* The memory of a batch. Its first BEFORE rows do not belong to it. */
typedef struct batch {
    uint8_t known[COLUMNS][ROWS / 8 + 2];
    double area[ROWS + BEFORE];
    int32_t rooms[ROWS + BEFORE];
    int8_t town[ROWS + BEFORE];
    uint8_t garden[ROWS / 8 + 2];
    int32_t sold[ROWS + BEFORE];
    int32_t word_offsets[8];
    char words[64];
    const void *buffers[COLUMNS + 1][3];
    struct ArrowArray children[COLUMNS], dictionary, *pointers[COLUMNS];
} batch;

static int releases, next_batch;

static void set_bit(uint8_t *bits, size_t i, bool value)
{
    if (value)
        bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
}

static void fill(batch *b, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const house *h = &houses[first + i];
        const size_t at = i + BEFORE;
        b->area[at] = isnan(h->area) ? 1e9 : h->area;
        set_bit(b->known[0], at, !isnan(h->area));
        b->rooms[at] = h->rooms;
        for (int8_t t = 0; towns[t] != NULL; t++)
            if (h->town == towns[t])
                b->town[at] = t;
        set_bit(b->known[2], at, h->town != NULL);
        set_bit(b->garden, at, h->garden);
        b->sold[at] = h->sold;
    }
    size_t used = 0;
    for (size_t t = 0; towns[t] != NULL; t++) {
        memcpy(b->words + used, towns[t], strlen(towns[t]));
        used += strlen(towns[t]);
        b->word_offsets[t + 1] = (int32_t)used;
    }
}

static void release_child(struct ArrowArray *child)
{
    child->release = NULL;
}

static void release_batch(struct ArrowArray *array)
{
    free(array->private_data);
    array->release = NULL;
    releases++;
}

static struct ArrowArray column(batch *b, size_t c, size_t count, const void *values, bool nulls)
{
    b->buffers[c][0] = nulls ? b->known[c] : NULL;
    b->buffers[c][1] = values;
    return (struct ArrowArray){.length = (int64_t)count,
                               .null_count = nulls ? -1 : 0, /* -1: not counted */
                               .offset = BEFORE,
                               .n_buffers = 2,
                               .buffers = b->buffers[c],
                               .release = release_child};
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    static const size_t bounds[BATCHES + 1] = {0, 100, 100, ROWS};
    (void)stream;
    *out = (struct ArrowArray){0};
    if (next_batch == BATCHES)
        return 0;
    const size_t first = bounds[next_batch], count = bounds[next_batch + 1] - first;
    next_batch++;
    batch *b = calloc(1, sizeof *b);
    assert_non_null(b);
    fill(b, first, count);
    b->children[0] = column(b, 0, count, b->area, true);
    b->children[1] = column(b, 1, count, b->rooms, false);
    b->children[2] = column(b, 2, count, b->town, true);
    b->children[3] = column(b, 3, count, b->garden, false);
    b->children[4] = column(b, 4, count, b->sold, false);
    b->buffers[COLUMNS][1] = b->word_offsets;
    b->buffers[COLUMNS][2] = b->words;
    b->dictionary = (struct ArrowArray){
        .length = 4, .n_buffers = 3, .buffers = b->buffers[COLUMNS], .release = release_child};
    b->children[2].dictionary = &b->dictionary;
    for (size_t c = 0; c < COLUMNS; c++)
        b->pointers[c] = &b->children[c];
    *out = (struct ArrowArray){.length = (int64_t)count,
                               .n_buffers = 1,
                               .n_children = COLUMNS,
                               .buffers = b->buffers[1], /* no validity bits: no row is missing */
                               .children = b->pointers,
                               .release = release_batch,
                               .private_data = b};
    return 0;
}

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
    releases++;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    static struct ArrowSchema words = {.format = "u"};
    static struct ArrowSchema children[COLUMNS] = {
        {.format = "g", .name = "area", .flags = ARROW_FLAG_NULLABLE},
        {.format = "i", .name = "rooms"},
        {.format = "c", .name = "town", .flags = ARROW_FLAG_NULLABLE, .dictionary = &words},
        {.format = "b", .name = "garden"},
        {.format = "tdD", .name = "sold"}};
    static struct ArrowSchema *pointers[COLUMNS] = {&children[0], &children[1], &children[2],
                                                    &children[3], &children[4]};
    (void)stream;
    *out = (struct ArrowSchema){
        .format = "+s", .n_children = COLUMNS, .children = pointers, .release = release_schema};
    return 0;
}

static const char *last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
    releases++;
}

mlp_table *form_arrow(void)
{
    struct ArrowArrayStream stream = {get_schema, get_next, last_error, release_stream, NULL};
    mlp_table *table = NULL;
    mlp_error err = {0};
    releases = next_batch = 0;
    if (mlp_table_from_arrow(&stream, "arrow", &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_table *copy = NULL; /* the copy needs none of the batches */
    size_t rows[ROWS];
    for (size_t r = 0; r < ROWS; r++)
        rows[r] = r;
    assert_int_equal(mlp_table_subset(table, rows, ROWS, &copy, &err), MLP_OK);
    mlp_table_free(table);
    assert_int_equal(releases, BATCHES + 2); /* batches, schema and stream */
    return copy;
}
