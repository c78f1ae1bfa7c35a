/* SPDX-License-Identifier: MIT */
/* A file packed with zstd gives the table of the plain file, and damage to it is found. The files
 * are packed with libzstd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "unit/test.h"

#ifdef MLP_HAS_ZSTD
#include <zstd.h>

enum { ROWS = 500 };

static char text[ROWS * 20 + 20];
static unsigned char packed[4 * sizeof text];

static size_t pack(const char *from, size_t size, size_t at)
{
    const size_t used = ZSTD_compress(packed + at, sizeof packed - at, from, size, 3);
    assert_false(ZSTD_isError(used));
    return used;
}

static mlp_status read_packed(size_t size, mlp_table **table, mlp_error *err)
{
    return mlp_table_read_memory(packed, size, "t.csv.zst", NULL, table, err);
}

static uint64_t plain_print(void)
{
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, NULL),
                     MLP_OK);
    const uint64_t print = mlp_table_fingerprint(table);
    mlp_table_free(table);
    return print;
}

static void is_the_table(size_t size)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (read_packed(size, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_true(mlp_table_fingerprint(table) == plain_print());
    mlp_table_free(table);
}

static void is_refused(size_t size, const char *message)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(read_packed(size, &table, &err), MLP_ERROR_DATA);
    if (strstr(err.message, message) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, message);
}

static void frames_are_read_one_behind_another(void **state)
{
    (void)state;
    const size_t half = strlen(text) / 2;
    is_the_table(pack(text, strlen(text), 0));
    size_t used = pack(text, half, 0);
    used += pack(text + half, strlen(text) - half, used);
    is_the_table(used);
    /* A frame that readers skip, as pzstd writes it. */
    memcpy(packed, "\x50\x2a\x4d\x18\x04\0\0\0abcd", 12);
    is_the_table(12 + pack(text, strlen(text), 12));
}

static void a_frame_need_not_know_its_size(void **state)
{
    (void)state;
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    ZSTD_outBuffer out = {packed, sizeof packed, 0};
    for (size_t at = 0; at < strlen(text); at++) {
        ZSTD_inBuffer in = {text + at, 1, 0};
        assert_false(ZSTD_isError(ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue)));
    }
    ZSTD_inBuffer none = {NULL, 0, 0};
    assert_int_equal(ZSTD_compressStream2(context, &out, &none, ZSTD_e_end), 0);
    ZSTD_freeCCtx(context);
    is_the_table(out.pos);
    packed[out.pos - 1] ^= 1; /* a bit of the checksum */
    is_refused(out.pos, "damaged");
}

static void what_is_cut_is_refused(void **state)
{
    (void)state;
    const size_t size = pack(text, strlen(text), 0);
    for (size_t cut = 4; cut < size; cut++)
        is_refused(cut, "cut short; zstd -t");
    memcpy(packed + size, "more", 4);
    is_refused(size + 4, "damaged");
}

static void a_window_is_bounded(void **state)
{
    (void)state;
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 28);
    ZSTD_outBuffer out = {packed, sizeof packed, 0};
    ZSTD_inBuffer in = {text, strlen(text), 0};
    ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
    ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
    ZSTD_freeCCtx(context);
    is_refused(out.pos, "a window of more than 128 MiB");
}

/* A few kB unpack to 80 MB of zeros. */
static void a_little_does_not_become_very_much(void **state)
{
    (void)state;
    enum { SIZE = 80 << 20 };
    char *zeros = calloc(SIZE, 1);
    assert_non_null(zeros);
    const size_t size = pack(zeros, SIZE, 0);
    free(zeros);
    is_refused(size, "may be an attack; if you trust the file, unpack it yourself: zstd -dc");
}

static int make_text(void **state)
{
    (void)state;
    char *to = text + sprintf(text, "a,b,c\n");
    for (int r = 0; r < ROWS; r++)
        to += sprintf(to, "%d,%d.%d,x%d\n", r * 7919 % 1000, r % 17, r * 31 % 97, r % 5);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_read_one_behind_another),
        cmocka_unit_test(a_frame_need_not_know_its_size),
        cmocka_unit_test(what_is_cut_is_refused),
        cmocka_unit_test(a_window_is_bounded),
        cmocka_unit_test(a_little_does_not_become_very_much),
    };
    return cmocka_run_group_tests(tests, make_text, NULL);
}
#else
int main(void)
{
    puts("skipped: mlp is built without libzstd");
    return TEST_SKIPPED;
}
#endif
