/* SPDX-License-Identifier: MIT */
/* IDX, the format of MNIST (Y. LeCun, C. Cortes, C. Burges): two zero bytes, a type (8: unsigned
 * bytes), the number of dimensions, each dimension as a big-endian 32-bit number, then the values.
 * A file of images has at least two dimensions, usually three: the first is the number of images,
 * the others are the size of each image. A file of labels has one dimension. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "read/reader.h"

typedef struct idx {
    size_t dimensions, items, item_size;
    const uint8_t *values;
} idx;

static size_t big_endian(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | (size_t)p[3];
}

/* Reads the header, whose sizes must match the number of bytes. */
static mlp_status parse(const char *name, const char *bytes, size_t size, idx *out, mlp_error *err)
{
    const uint8_t *p = (const uint8_t *)bytes;
    if (size < 4 || p[0] != 0 || p[1] != 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0,
                            "is not an IDX file: it must begin with two zero bytes");
    if (p[2] != 8)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, name, 0, 0,
            "holds IDX values of type 0x%02x; only unsigned bytes (0x08) can be read", p[2]);
    out->dimensions = p[3];
    if (out->dimensions == 0 || size < 4 + 4 * out->dimensions)
        return mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0,
                            "the IDX header has no dimension or is cut short");
    out->items = big_endian(p + 4);
    out->item_size = 1;
    size_t total = out->items;
    for (size_t d = 1; d < out->dimensions; d++)
        if (!mlpi_multiply(out->item_size, big_endian(p + 4 + 4 * d), &out->item_size))
            return mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0, "the IDX header's sizes overflow");
    const size_t there = size - 4 - 4 * out->dimensions;
    if (!mlpi_multiply(out->items, out->item_size, &total) || total != there)
        return mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0,
                            "the IDX header promises %zu items of %zu bytes, but %zu bytes follow; "
                            "the file is damaged or cut short",
                            out->items, out->item_size, there);
    if (out->items == 0 || out->item_size == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0, "is empty: no items");
    out->values = p + 4 + 4 * out->dimensions;
    return MLP_OK;
}

/* Appends the labels to the table's bytes, after the `size` bytes of the images. */
static mlp_status append_labels(mlp_table *table, const char *path, const idx *labels, size_t size,
                                mlp_error *err)
{
    if (labels->dimensions != 1)
        return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                            "has %zu dimensions; a file of labels has one", labels->dimensions);
    if (labels->items != table->rows)
        return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                            "holds %zu labels, but %s has %zu images", labels->items, table->source,
                            table->rows);
    size_t both = 0;
    char *longer = mlpi_add(size, labels->items, &both) ? realloc(table->bytes, both) : NULL;
    if (longer == NULL)
        return mlpi_fail_memory(err, "the labels");
    memcpy(longer + size, labels->values, labels->items);
    table->bytes = longer;
    return MLP_OK;
}

static mlp_status read_labels(mlp_table *table, const char *path, size_t images, mlp_error *err)
{
    mlpi_source source;
    idx labels;
    MLPI_TRY(mlpi_source_open(path, &source, err));
    mlp_status status = mlpi_source_load(&source, err);
    if (status == MLP_OK)
        status = parse(path, source.bytes, source.size, &labels, err);
    if (status == MLP_OK)
        status = append_labels(table, path, &labels, images, err);
    mlpi_source_close(&source);
    return status;
}

/* Declares a column for each of the `pixels` of an image, and one for the label if there is one. */
static mlp_status declare_columns(mlp_table *table, size_t pixels, mlp_error *err)
{
    MLPI_TRY(mlpi_table_declare(table, err));
    for (size_t c = 0; c < table->columns; c++)
        table->fields[c] = c < pixels ? (mlpi_field){MLPI_FIELD_PIXELS, false}
                                      : (mlpi_field){MLPI_FIELD_LABELS, true};
    table->names = mlpi_allocate(table->columns, sizeof *table->names);
    for (size_t c = 0; table->names != NULL && c < table->columns; c++) {
        char name[32];
        const int length = c < pixels ? snprintf(name, sizeof name, "pixel%zu", c + 1)
                                      : snprintf(name, sizeof name, "label");
        table->names[c] = mlpi_copy_text(name, (size_t)length);
        if (table->names[c] == NULL)
            return mlpi_fail_memory(err, "the column names");
    }
    return table->names != NULL ? MLP_OK : mlpi_fail_memory(err, "the column names");
}

static void lie(mlpi_array *array, const uint8_t *bytes, size_t stride)
{
    array->values = bytes;
    array->stride = (ptrdiff_t)stride;
}

typedef struct reading {
    mlp_table *table;
    size_t first, size; /* offsets in table->bytes: of the first pixel, and after the last */
    size_t pixels;      /* pixels per image */
    bool done;
} reading;

static mlp_status open_idx(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    reading *r = state;
    idx images;
    MLPI_TRY(parse(table->source, source->bytes, source->size, &images, err));
    if (images.dimensions < 2)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, 0,
            "is a file of labels; give the file of images, and this one with `labels`");
    if (images.item_size > MLP_MAX_COLUMNS || images.items > UINT32_MAX - 1)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "holds images of %zu pixels; at most %d pixels can be read",
                            images.item_size, MLP_MAX_COLUMNS);
    *r = (reading){.table = table,
                   .first = (size_t)(images.values - (const uint8_t *)source->bytes),
                   .size = source->size,
                   .pixels = images.item_size};
    table->rows = images.items;
    table->columns = images.item_size;
    table->bytes = source->bytes; /* freed with the table, whose pixels point into them */
    source->bytes = NULL;
    if (table->options.labels != NULL) {
        MLPI_TRY(read_labels(table, table->options.labels, r->size, err));
        table->columns++;
    }
    table->has_header = true;
    return declare_columns(table, r->pixels, err);
}

static mlp_status next_idx(void *state, size_t most, mlp_error *err)
{
    reading *r = state;
    mlp_table *table = r->table;
    mlpi_array *arrays = NULL;
    (void)most; /* all rows are in memory in any case */
    if (r->done)
        return MLP_OK;
    r->done = true;
    MLPI_TRY(mlpi_block_of_bytes(table, &arrays, err));
    const uint8_t *there = (const uint8_t *)table->bytes;
    for (size_t c = 0; c < r->pixels; c++)
        lie(&arrays[c], there + r->first + c, r->pixels);
    if (table->columns > r->pixels)
        lie(&arrays[r->pixels], there + r->size, 1);
    return MLP_OK;
}

static void close_idx(void *state)
{
    (void)state;
}

static bool probe_idx(const unsigned char *head, size_t size)
{
    return size >= 8 && head[0] == 0 && head[1] == 0 && head[2] == 8 && head[3] > 0 && head[3] < 5;
}

const mlpi_reader mlpi_read_idx = {
    .format = "idx",
    .endings = ".idx -ubyte",
    .says = "IDX images",
    .state = sizeof(reading),
    .probe = probe_idx,
    .open = open_idx,
    .next = next_idx,
    .close = close_idx,
};
