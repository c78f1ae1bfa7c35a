/* SPDX-License-Identifier: MIT */
/* A small file cannot cost much: the number of columns and the size of unpacked gzip data are
 * limited, and the memory of a table is bounded by the size of its text. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "mlp/table.h"
#include "unit/test.h"

enum { MEGABYTE = 1 << 20 };

/* `size` bytes of `unit` repeated, without a final zero, to be freed. */
static char *repeated(const char *unit, size_t size)
{
    char *text = malloc(size);
    assert_non_null(text);
    const size_t length = strlen(unit);
    for (size_t i = 0; i < size; i++)
        text[i] = unit[i % length];
    return text;
}

static void more_columns_than_allowed_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"t.csv", "t.tsv"};
    static const char *const units[] = {",", "\t"};
    for (size_t i = 0; i < 2; i++) {
        const size_t size = MLP_MAX_COLUMNS + 2;
        char *text = repeated(units[i], size);
        mlp_table *table = NULL;
        mlp_error err = {0};
        memcpy(text + size - 2, "1\n", 2);
        assert_int_equal(mlp_table_read_memory(text, size, names[i], NULL, &table, &err),
                         MLP_ERROR_DATA);
        assert_non_null(strstr(err.message, "more than 1000000 columns"));
        assert_int_equal(err.line, 1);
        const mlp_read_options rows = {.no_header = true}; /* one column fewer is allowed */
        assert_int_equal(mlp_table_read_memory(text + 1, size - 1, names[i], &rows, &table, &err),
                         MLP_OK);
        assert_int_equal(mlp_table_columns(table), MLP_MAX_COLUMNS);
        mlp_table_free(table);
        free(text);
    }
}

static unsigned char *compressed(const char *text, size_t size, size_t *packed)
{
    z_stream z = {0};
    unsigned char *out = malloc(MEGABYTE);
    assert_non_null(out);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = MEGABYTE;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    *packed = MEGABYTE - z.avail_out;
    return out;
}

static mlp_status read_packed(size_t size, mlp_table **table, mlp_error *err)
{
    char *text = repeated("0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1\n", size);
    size_t packed = 0;
    unsigned char *bytes = compressed(text, size, &packed);
    const mlp_read_options options = {.no_header = true};
    const mlp_status status =
        mlp_table_read_memory(bytes, packed, "t.csv.gz", &options, table, err);
    free(bytes);
    free(text);
    return status;
}

/* gzip shrinks both texts to less than 1/300 of their size; only the large one is refused. */
static void gzip_that_unpacks_to_far_more_is_refused(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(read_packed(600000, &table, &err), MLP_OK);
    mlp_table_free(table);
    table = NULL;
    assert_int_equal(read_packed(65 * MEGABYTE, &table, &err), MLP_ERROR_DATA);
    assert_null(table);
    assert_non_null(strstr(err.message, "more than 200 times"));
    assert_non_null(strstr(err.message, "gzip -dc"));
}

/* A table takes at most 22 bytes for each byte of text, and 64 for each column. */
static void memory_is_bounded_by_the_text(void **state)
{
    (void)state;
    static const char *const units[] = {"1,0\n", "1\n", ",\n", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"};
    const size_t size = 4 * MEGABYTE;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        char *text = repeated(units[i], size);
        const mlp_read_options options = {.no_header = true};
        mlp_table *table = NULL;
        const struct mallinfo2 before = mallinfo2();
        assert_int_equal(mlp_table_read_memory(text, size, "t.csv", &options, &table, NULL),
                         MLP_OK);
        const struct mallinfo2 after = mallinfo2();
        const size_t used = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
        assert_in_range(used, 0, 22 * size + 64 * mlp_table_columns(table));
        mlp_table_free(table);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_columns_than_allowed_are_refused),
        cmocka_unit_test(gzip_that_unpacks_to_far_more_is_refused),
        cmocka_unit_test(memory_is_bounded_by_the_text),
    };
    return RUN(tests);
}
