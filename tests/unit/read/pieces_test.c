/* SPDX-License-Identifier: MIT */
/* A file that several threads read piece by piece gives the same table and errors as its text in
 * memory, wherever a piece begins; so does a table that keeps its cells in a file. */
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "unit/read/texts.h"

static char path[] = "/tmp/mlp-pieces-XXXXXX.csv";

/* Returns the number of rows; 0: the text was refused in all three ways, with the same message. */
static size_t check(const text *t, const mlp_read_options *options)
{
    mlp_table *whole = NULL, *pieces = NULL, *large = NULL;
    mlp_error one = {0}, other = {0}, third = {0};
    put_file(t, path);
    const mlp_status status = mlp_table_read_memory(t->bytes, t->size, path, options, &whole, &one);
    assert_int_equal(mlp_table_read(path, options, &pieces, &other), status);
    assert_int_equal(mlp_table_read_large(path, options, "/tmp", &large, &third), status);
    if (status != MLP_OK) {
        assert_string_equal(one.message, third.message);
        assert_string_equal(one.message, other.message);
        assert_int_equal(one.line, other.line);
        assert_int_equal(one.column, other.column);
        return 0;
    }
    check_same_cells(whole, pieces);
    check_same_cells(whole, large);
    assert_true(mlp_table_fingerprint(whole) == mlp_table_fingerprint(large));
    mlp_table_free(large);
    const size_t rows = mlp_table_rows(whole);
    mlp_table_free(whole);
    mlp_table_free(pieces);
    return rows;
}

static void line_ends_may_fall_anywhere(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\r\n \r\n", "\n#x\n"};
    const mlp_read_options options = {.comment = '#'};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        for (size_t shift = 0; shift < 24; shift++) {
            text t = begin("a,b,c");
            for (size_t s = 0; s < shift; s++) /* so that pieces begin elsewhere */
                put_text(&t, "x");
            put_text(&t, ends[i]);
            put_rows(&t, 2 * PIECE + 100, ends[i]);
            if (shift % 2 == 0) /* the last line end may be missing */
                t.size -= strlen(ends[i]);
            assert_true(check(&t, &options) > 1000);
            free(t.bytes);
        }
}

static void long_cells_cross_pieces(void **state)
{
    (void)state;
    static const size_t lengths[] = {PIECE / 3, PIECE - 10, 3 * PIECE, 3 << 20};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        text t = begin("a,b,c\n");
        put_rows(&t, PIECE - 1000, "\n");
        put_text(&t, "1,2,\"");
        for (size_t n = 0; n < lengths[i]; n += 16) /* text like records and quotes */
            put_text(&t, n % 80 == 0 ? "3,\"\"x\"\",\n,\"\",1\n" : "1,2,\"\"yyyyy\"\"\n\n\n");
        put_text(&t, "\"\n");
        put_rows(&t, t.size + PIECE, "\n");
        assert_true(check(&t, NULL) > 1000);
        free(t.bytes);
    }
}

/* The text inside and outside the quotes looks like records of two fields, so that no piece alone
 * shows that the guess about its beginning was wrong. */
static void a_guess_that_goes_well_may_be_wrong(void **state)
{
    (void)state;
    text t = begin("a,b\n");
    size_t records = 0;
    for (; t.size < 4 * PIECE; records++) {
        put_text(&t, "7,\",x\n");
        for (size_t n = 0; n < 2000 + records * 17 % 300; n++)
            put_text(&t, "1,2\n");
        put_text(&t, "\"\n");
    }
    assert_int_equal(check(&t, NULL), records);
    free(t.bytes);
}

static void records_may_be_longer_than_a_piece(void **state)
{
    (void)state;
    enum { COLUMNS = 100000 };
    text t = begin("");
    for (size_t r = 0; r < 4; r++)
        for (size_t c = 0; c < COLUMNS; c++)
            put_text(&t, c + 1 < COLUMNS ? "12.5," : r < 3 ? "1\n" : "x\n");
    const mlp_read_options options = {.no_header = true};
    assert_int_equal(check(&t, &options), 4);
    free(t.bytes);
}

static void a_text_in_another_encoding_is_read_as_a_whole(void **state)
{
    (void)state;
    static const char *const heads[] = {"a,b,c\n",
                                        ("\xef\xbb\xbf"
                                         "a,b,c\n"),
                                        "a,b,\xfc\n", "a,b,\xc3\xbc\n"};
    static const char *const rows[] = {"1,2,gr\xfcn\n", "1,2,gr\xc3\xbcn\n", "1,2,3\n"};
    for (size_t h = 0; h < 4; h++)
        for (size_t i = 0; i < 3; i++) {
            text t = begin(heads[h]);
            put_rows(&t, 3 * PIECE, "\n");
            put_text(&t, rows[i]);
            assert_true(check(&t, NULL) > 1000);
            free(t.bytes);
        }
    text t = begin("a,b,c\n");
    put_rows(&t, 2 * PIECE, "\n");
    put(&t, "1,2,\0\n", 6);
    assert_int_equal(check(&t, NULL), 0);
    free(t.bytes);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const char *const wrong[] = {"1,2\n", "1,2,3,4\n", "1,2,\"open\n", "1,2,\"a\" b\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        text t = begin("a,b,c\n");
        put_rows(&t, 2 * PIECE + 77, "\n");
        put_text(&t, wrong[i]);
        put_text(&t, "7,8\n"); /* only the first mistake is reported */
        put_rows(&t, t.size + 2 * PIECE, "\n");
        assert_int_equal(check(&t, NULL), 0);
        free(t.bytes);
    }
    static const char *const small[] = {"", "\n\n", "a,b\n", "a,b", "# only this", "\""};
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
        const mlp_read_options options = {.comment = '#'};
        text t = begin(small[i]);
        assert_int_equal(check(&t, &options), 0);
        free(t.bytes);
    }
}

/* The first bytes of files that are not tables, and of tables that look like such files. */
static void files_that_are_no_tables_are_told_by_their_first_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *says; /* NULL: a table */
    } files[] = {
        {"PK\3\4....", 8, "workbook"},       {"\xd0\xcf\x11\xe0....", 8, "old Excel"},
        {"PAR1\x15\4", 6, "Parquet"},        {"ARROW1\0\0", 8, "Arrow"},
        {"SQLite format 3\0", 16, "SQLite"}, {"\x89HDF\r\n", 6, "HDF5"},
        {"\x28\xb5\x2f\xfd..", 6, "zstd"},   {"\xfd\x37zXZ", 5, "xz"},
        {"BZh91AY&SY", 10, "bzip2"},         {"%PDF-1.7", 8, "PDF"},
        {"\x89PNG", 4, "picture"},           {"<!DOCTYPE html>", 15, "web page"},
        {"<HTML>", 6, "web page"},           {"<?xml version", 13, "XML"},
        {"[{\"a\":1}]", 9, "JSON"},          {"par1,par2\n1.5,2\n", 16, NULL},
        {"PAR1,PAR2\n1.5,2\n", 16, NULL},    {"bzh,y\n1.5,2\n", 12, NULL},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(files[i].bytes, 1, files[i].size, file), files[i].size);
        fclose(file);
        const mlp_status status = mlp_table_read(path, NULL, &table, &err);
        assert_int_equal(status, files[i].says != NULL ? MLP_ERROR_DATA : MLP_OK);
        if (files[i].says != NULL && strstr(err.message, files[i].says) == NULL)
            fail_msg("%s", err.message);
        mlp_table_free(table);
    }
}

/* A limit on the size of files acts like a full disk: the message names the folder. */
static void a_folder_without_room_is_named(void **state)
{
    (void)state;
    struct rlimit before, little = {.rlim_cur = 1 << 20};
    mlp_table *table = NULL;
    mlp_error err = {0};
    text t = begin("a,b,c\n");
    put_rows(&t, 2 * PIECE, "\n");
    check(&t, NULL); /* writes the file */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    assert_int_equal(mlp_table_read_large(path, NULL, "/tmp", &table, &err), MLP_ERROR_OUTPUT);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(strstr(err.message, "cannot be written to the folder /tmp"));
    assert_int_equal(mlp_table_read_large(path, NULL, "/tmp/there is none", &table, &err),
                     MLP_ERROR_OUTPUT);
    assert_null(table);
    free(t.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_ends_may_fall_anywhere),
        cmocka_unit_test(long_cells_cross_pieces),
        cmocka_unit_test(a_guess_that_goes_well_may_be_wrong),
        cmocka_unit_test(records_may_be_longer_than_a_piece),
        cmocka_unit_test(a_text_in_another_encoding_is_read_as_a_whole),
        cmocka_unit_test(files_that_are_no_tables_are_told_by_their_first_bytes),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(a_folder_without_room_is_named),
    };
    assert_true(mkstemps(path, 4) >= 0);
    const int failed = RUN(tests);
    unlink(path);
    return failed;
}
