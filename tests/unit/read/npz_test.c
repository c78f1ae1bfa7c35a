/* SPDX-License-Identifier: MIT */
/* Archives of NumPy arrays, which the test writes as the descriptions of both formats say (PKWARE's
 * APPNOTE, numpy.lib.format): the arrays become adjacent columns, and inconsistent archives are
 * refused. tests/formats/sample.npz was written by NumPy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "data/table.h"
#include "mlp/mlp.h"
#include "unit/test.h"

typedef struct archive {
    char bytes[1 << 17], directory[4096];
    size_t used, directory_used, members;
} archive;

static void put(char *to, size_t *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[(*at)++] = (char)(i < 8 ? number >> (8 * i) & 255 : 0);
}

static size_t deflate_bytes(const char *from, size_t size, char *to, size_t room)
{
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)from, .next_out = (Bytef *)to};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.avail_in = (uInt)size;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

/* Adds a member. `large`: its sizes stand in the field of zip64. */
static void add(archive *a, const char *name, const char *bytes, size_t size, bool deflated,
                bool large)
{
    const size_t at = a->used, length = strlen(name);
    const uint32_t crc = (uint32_t)crc32(0, (const Bytef *)bytes, (uInt)size);
    char *const local = a->bytes;
    put(local, &a->used, 0x04034b50, 4);
    put(local, &a->used, 0, 22); /* readers use the directory instead */
    put(local, &a->used, length, 2);
    put(local, &a->used, 0, 2);
    memset(local + at + 4, 0, 22);
    memcpy(local + a->used, name, length);
    a->used += length;
    size_t packed = size;
    if (deflated)
        packed = deflate_bytes(bytes, size, local + a->used, sizeof a->bytes - a->used);
    else
        memcpy(local + a->used, bytes, size);
    a->used += packed;
    char *const d = a->directory;
    size_t *to = &a->directory_used;
    put(d, to, 0x02014b50, 4);
    put(d, to, 0, 6);
    put(d, to, deflated ? 8 : 0, 2);
    put(d, to, 0, 4);
    put(d, to, crc, 4);
    put(d, to, large ? UINT32_MAX : packed, 4);
    put(d, to, large ? UINT32_MAX : size, 4);
    put(d, to, length, 2);
    put(d, to, large ? 20 : 0, 2);
    put(d, to, 0, 8);
    put(d, to, 0, 2);
    put(d, to, at, 4);
    memcpy(d + *to, name, length);
    *to += length;
    if (large) {
        put(d, to, 1, 2);
        put(d, to, 16, 2);
        put(d, to, size, 8);
        put(d, to, packed, 8);
    }
    a->members++;
}

static void finish(archive *a, bool large)
{
    const size_t at = a->used;
    memcpy(a->bytes + at, a->directory, a->directory_used);
    a->used += a->directory_used;
    const size_t end64 = a->used;
    if (large) {
        put(a->bytes, &a->used, 0x06064b50, 4);
        put(a->bytes, &a->used, 44, 8);
        put(a->bytes, &a->used, 0, 8);
        put(a->bytes, &a->used, 0, 4);
        put(a->bytes, &a->used, a->members, 8);
        put(a->bytes, &a->used, a->members, 8);
        put(a->bytes, &a->used, a->directory_used, 8);
        put(a->bytes, &a->used, at, 8);
        put(a->bytes, &a->used, 0x07064b50, 4);
        put(a->bytes, &a->used, 0, 4);
        put(a->bytes, &a->used, end64, 8);
        put(a->bytes, &a->used, 1, 4);
    }
    put(a->bytes, &a->used, 0x06054b50, 4);
    put(a->bytes, &a->used, 0, 4);
    put(a->bytes, &a->used, large ? UINT16_MAX : a->members, 2);
    put(a->bytes, &a->used, large ? UINT16_MAX : a->members, 2);
    put(a->bytes, &a->used, a->directory_used, 4);
    put(a->bytes, &a->used, large ? UINT32_MAX : at, 4);
    put(a->bytes, &a->used, 0, 2);
}

/* Writes an array of bytes (u1); returns its size. */
static size_t make_array(char *to, const char *shape, const char *values, size_t count)
{
    const int length = snprintf(to + 10, 200,
                                "{'descr': '|u1', 'fortran_order': False, "
                                "'shape': %s, }\n",
                                shape);
    memcpy(to, "\x93NUMPY\1\0", 8);
    to[8] = (char)length;
    to[9] = 0;
    memcpy(to + 10 + length, values, count);
    return 10 + (size_t)length + count;
}

static archive *pair(const char *shape, bool deflated, bool large)
{
    static archive a;
    char array[300];
    memset(&a, 0, sizeof a);
    const size_t wide = make_array(array, "(3, 2)", "\1\2\3\4\5\6", 6);
    add(&a, "X.npy", array, wide, deflated, large);
    const size_t narrow = make_array(array, shape, "\7\10\11\12", 3);
    add(&a, "y.npy", array, narrow, deflated, large);
    finish(&a, large);
    return &a;
}

static mlp_status read_archive(const archive *a, mlp_table **table, mlp_error *err)
{
    return mlp_table_read_memory(a->bytes, a->used, "t.npz", NULL, table, err);
}

static void is_refused(const archive *a, const char *message)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(read_archive(a, &table, &err), MLP_ERROR_DATA);
    if (strstr(err.message, message) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, message);
}

static void arrays_stand_beside_each_other(void **state)
{
    (void)state;
    static const char *const names[] = {"X1", "X2", "y"};
    for (int way = 0; way < 4; way++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        if (read_archive(pair("(3,)", way % 2 > 0, way / 2 > 0), &table, &err) != MLP_OK)
            fail_msg("way %d: %s", way, err.message);
        assert_int_equal(mlp_table_columns(table), 3);
        assert_int_equal(mlp_table_rows(table), 3);
        for (size_t c = 0; c < 3; c++) {
            assert_string_equal(mlp_table_column_name(table, c), names[c]);
            for (size_t r = 0; r < 3; r++) {
                double value = 0.0;
                mlpi_table_number(table, r, c, &value);
                assert_int_equal((size_t)value, c < 2 ? 2 * r + c + 1 : 7 + r);
            }
        }
        mlp_table_free(table);
    }
}

static void a_digit_is_kept_apart_from_the_number_of_a_column(void **state)
{
    (void)state;
    static archive a;
    char array[300];
    mlp_table *table = NULL;
    add(&a, "arr_0.npy", array, make_array(array, "(1, 2)", "\1\2", 2), false, false);
    finish(&a, false);
    assert_int_equal(read_archive(&a, &table, NULL), MLP_OK);
    assert_string_equal(mlp_table_column_name(table, 1), "arr_0_2");
    mlp_table_free(table);
}

static void arrays_of_different_length_are_no_table(void **state)
{
    (void)state;
    static archive a;
    char array[300];
    add(&a, "X.npy", array, make_array(array, "(3,)", "\1\2\3", 3), true, false);
    add(&a, "y.npy", array, make_array(array, "(2,)", "\1\2", 2), true, false);
    finish(&a, false);
    is_refused(&a, "y.npy has 2 rows, but X.npy has 3");
}

/* The first entry of the directory. */
static char *entry_of(archive *a)
{
    for (size_t i = 0; i + 4 < a->used; i++)
        if (memcmp(a->bytes + i, "PK\1\2", 4) == 0)
            return a->bytes + i;
    fail();
    return NULL;
}

static void what_does_not_add_up_is_refused(void **state)
{
    (void)state;
    archive *a = pair("(3,)", true, false);
    entry_of(a)[16] ^= 1;
    is_refused(a, "X.npy cannot be unpacked; the archive is damaged"); /* a wrong checksum */
    a = pair("(3,)", true, false);
    entry_of(a)[24]++;
    is_refused(
        a, "X.npy cannot be unpacked; the archive is damaged"); /* one byte more than is unpacked */
    a = pair("(3,)", true, false);
    memset(entry_of(a) + 24, 0x7f, 4);
    is_refused(
        a,
        "X.npy cannot be unpacked; the archive is damaged"); /* 2 GB from 100 bytes: not allocated */
    a = pair("(3,)", true, false);
    entry_of(a)[10] = 12;
    is_refused(a, "method 12");
    a = pair("(3,)", true, false);
    entry_of(a)[8] = 1;
    is_refused(a, "encrypted");
    a = pair("(3,)", false, false);
    a->used--;
    is_refused(a, "no directory");
    a = pair("(4,)", false, false);
    is_refused(a, "t.npz: y.npy: the header promises 4 rows");
}

/* Many entries for one member would make an arbitrarily wide table. */
static void members_do_not_share_bytes(void **state)
{
    (void)state;
    static archive a;
    char array[300];
    const size_t size = make_array(array, "(3,)", "\1\2\3", 3);
    add(&a, "a.npy", array, size, false, false);
    const size_t entry = a.directory_used;
    for (char name = 'b'; name <= 'z'; name++) {
        memcpy(a.directory + a.directory_used, a.directory, entry);
        a.directory[a.directory_used + 46] = name;
        a.directory_used += entry;
        a.members++;
    }
    finish(&a, false);
    is_refused(&a, "larger than the archive");
}

static void other_members_are_named(void **state)
{
    (void)state;
    static archive a;
    char array[300];
    add(&a, "X.npy", array, make_array(array, "(3,)", "\1\2\3", 3), true, false);
    add(&a, "notes.txt", "hello", 5, false, false);
    finish(&a, false);
    is_refused(&a, "holds \"notes.txt\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_stand_beside_each_other),
        cmocka_unit_test(a_digit_is_kept_apart_from_the_number_of_a_column),
        cmocka_unit_test(arrays_of_different_length_are_no_table),
        cmocka_unit_test(what_does_not_add_up_is_refused),
        cmocka_unit_test(members_do_not_share_bytes),
        cmocka_unit_test(other_members_are_named),
    };
    return RUN(tests);
}
