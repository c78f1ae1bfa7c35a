/* SPDX-License-Identifier: MIT */
/* Several files make one table of all their rows, read in pieces of any size, and each row knows
 * its file and line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/table.h"
#include "mlp/mlp.h"
#include "read/reader.h"
#include "unit/test.h"

static char folder[] = "/tmp/mlp-several-XXXXXX";
static const char *const files[] = {"p1.csv", "p2.csv", "p10.csv"};
static const char *const texts[] = {"a,b\n1,x\n2,y\n", "b,a\nz,3\n", "a,b\n\n4,u\n5,v\n"};
static const char *const all = "a,b\n1,x\n2,y\n3,z\n4,u\n5,v\n";

static const char *in_folder(const char *name)
{
    static char paths[4][100];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *bytes, size_t size)
{
    FILE *file = fopen(in_folder(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static mlp_table *read_pattern(const char *pattern, size_t most, bool large)
{
    const mlpi_request request = {
        .path = in_folder(pattern), .large = large, .folder = large ? folder : NULL};
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlpi_read_table(&request, most, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void rows_are_those_of_all_files(void **state)
{
    (void)state;
    static const size_t from[] = {0, 0, 1, 2, 2}, lines[] = {2, 3, 2, 3, 4};
    mlp_table *whole = NULL;
    assert_int_equal(mlp_table_read_memory(all, strlen(all), "all.csv", NULL, &whole, NULL),
                     MLP_OK);
    for (size_t most = 1; most < 12; most++) {
        mlp_table *table = read_pattern("p*.csv", most < 6 ? most : SIZE_MAX, most % 2 > 0);
        assert_int_equal(mlp_table_fingerprint(table), mlp_table_fingerprint(whole));
        for (size_t r = 0; r < 5; r++) {
            assert_string_equal(mlp_table_file(table, r), in_folder(files[from[r]]));
            assert_int_equal(mlp_table_line(table, r), lines[r]);
        }
        mlp_table_free(table);
    }
    mlp_table_free(whole);
}

/* Further files follow the path in the order in which they are named; a pattern's files are
 * sorted. */
static void files_that_are_named_are_one_table(void **state)
{
    (void)state;
    static const size_t from[] = {2, 2, 0, 0, 1};
    char first[100];
    const char *further[2] = {first, NULL};
    mlp_read_options options = mlp_read_options_default();
    mlp_table *table = NULL;
    char path[100], pattern[100];
    strcpy(first, in_folder(files[0]));
    strcpy(path, in_folder(files[2]));
    strcpy(pattern, in_folder("p[2-9].csv"));
    further[1] = pattern;
    options.further = (mlp_names){further, 2};
    assert_int_equal(mlp_table_read(path, &options, &table, NULL), MLP_OK);
    assert_int_equal(mlp_table_rows(table), 5);
    for (size_t r = 0; r < 5; r++)
        assert_string_equal(mlp_table_file(table, r), in_folder(files[from[r]]));
    mlp_table_free(table);
    further[1] = "/nowhere/else.csv";
    mlp_error err;
    assert_int_equal(mlp_table_read(path, &options, &table, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "/nowhere/else.csv: cannot be read"));
    /* Bytes in memory are read without further files. */
    assert_int_equal(mlp_table_read_memory("a\n1\n", 4, "a.csv", &options, &table, NULL), MLP_OK);
    assert_int_equal(mlp_table_rows(table), 1);
    mlp_table_free(table);
}

/* Naming a file again is refused: by the same name, by another name, and by a pattern. */
static void a_file_is_not_read_twice(void **state)
{
    (void)state;
    char path[100], other[120];
    strcpy(path, in_folder(files[0]));
    snprintf(other, sizeof other, "%s/../%s/%s", folder, strrchr(folder, '/') + 1, files[0]);
    const char *const again[] = {path, other, in_folder("p*.csv")};
    for (size_t i = 0; i < 3; i++) {
        const char *further[2] = {in_folder(files[1]), again[i]};
        mlp_read_options options = mlp_read_options_default();
        options.further = (mlp_names){further + (i == 2), 2 - (i == 2)};
        mlp_table *table = NULL;
        mlp_error err;
        assert_int_equal(mlp_table_read(path, &options, &table, &err), MLP_ERROR_ARGUMENT);
        assert_null(table);
        if (strstr(err.message, "p1.csv: this file is named twice") == NULL)
            fail_msg("%s", err.message);
    }
}

static void rows_of_a_part_know_their_file(void **state)
{
    (void)state;
    const size_t rows[] = {4, 0, 2};
    static const size_t from[] = {2, 0, 1};
    mlp_table *table = read_pattern("p*.csv", SIZE_MAX, false), *part = NULL, *again = NULL;
    assert_int_equal(mlp_table_subset(table, rows, 3, &part, NULL), MLP_OK);
    mlp_table_free(table);
    assert_int_equal(mlp_table_subset(part, (const size_t[]){0, 1, 2}, 3, &again, NULL), MLP_OK);
    for (size_t r = 0; r < 3; r++) {
        assert_string_equal(mlp_table_file(part, r), in_folder(files[from[r]]));
        assert_string_equal(mlp_table_file(again, r), in_folder(files[from[r]]));
    }
    mlp_table_free(part);
    mlp_table_free(again);
}

static void a_stream_gives_the_same_rows(void **state)
{
    (void)state;
    mlp_table_stream *stream = NULL;
    const mlp_table *rows = NULL;
    size_t count = 0;
    const mlpi_request request = {.path = in_folder("p*.csv")};
    assert_int_equal(mlpi_stream_open(&request, 1, &stream, NULL), MLP_OK);
    do {
        assert_int_equal(mlp_table_stream_next(stream, &rows, NULL), MLP_OK);
        for (size_t r = 0; rows != NULL && r < mlp_table_rows(rows); r++) {
            double value = 0.0;
            mlpi_table_number(rows, r, 0, &value);
            assert_int_equal((size_t)value, ++count);
        }
    } while (rows != NULL);
    assert_int_equal(count, 5);
    mlp_table_stream_close(stream);
}

/* A table's images are the bytes that were read, which it must keep when a file is closed. */
static void images_stay_when_their_file_is_closed(void **state)
{
    (void)state;
    write_file("i1.idx", "\0\0\10\2\0\0\0\1\0\0\0\2\5\6", 14);
    write_file("i2.idx", "\0\0\10\2\0\0\0\2\0\0\0\2\7\10\11\12", 16);
    mlp_table *table = read_pattern("i*.idx", SIZE_MAX, false), *part = NULL;
    assert_int_equal(mlp_table_rows(table), 3);
    for (size_t i = 0; i < 6; i++) {
        double value = 0.0;
        mlpi_table_number(table, i / 2, i % 2, &value);
        assert_int_equal((size_t)value, 5 + i);
    }
    assert_int_equal(mlp_table_subset(table, (const size_t[]){2, 0}, 2, &part, NULL), MLP_OK);
    mlp_table_free(part);
    mlp_table_free(table);
}

/* The second file is Latin-1, which only its second line shows. */
static void an_encoding_is_that_of_each_file(void **state)
{
    (void)state;
    write_file("l1.csv", "a,b\n1,x\n", 8);
    write_file("l2.csv", "a,b\n2,\xf6\n", 8);
    mlp_table *table = read_pattern("l*.csv", SIZE_MAX, false);
    char text[10];
    mlp_table_cell(table, 1, 1, text, sizeof text);
    assert_string_equal(text, "\xc3\xb6");
    assert_non_null(strstr(mlp_table_notice(table), "l2.csv is not UTF-8 (byte 0xF6, line 2)"));
    mlp_table_free(table);
}

static void other_columns_are_refused(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_error err = {0};
    write_file("q1.csv", "a,b\n1,2\n", 8);
    write_file("q2.csv", "a,b,c\n1,2,3\n", 12);
    assert_int_equal(mlp_table_read(in_folder("q*.csv"), NULL, &table, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "q2.csv: has a column \"c\""));
    assert_true(mlp_source_reads(in_folder("q*.csv"), in_folder("q2.csv")));
    assert_false(mlp_source_reads(in_folder("q*.csv"), in_folder("p2.csv")));
}

/* 1.638 is read as 1638 if any of the files has 0,5, wherever that file stands and whatever
 * precedes it, even if an earlier file has another encoding. */
static void a_decimal_mark_is_that_of_all_files(void **state)
{
    (void)state;
    enum { FILES = 4 };
    static const struct {
        const char *name, *text;
    } file[FILES] = {{"d1.csv", "v;y\n1.638;a\n"},
                     {"d2.csv", "v;y\n2.100;b\xE9\n"},
                     {"d3.jsonl", "{\"v\": 1.5, \"y\": \"a\"}\n"},
                     {"d4.csv", "v;y\n0,5;b\n"}};
    static const size_t order[][FILES] = {
        {0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3, 0, 2}, {2, 1, 0, 3}};
    static const double value[FILES] = {1638.0, 2100.0, 1.5, 0.5};
    for (size_t i = 0; i < FILES; i++)
        write_file(file[i].name, file[i].text, strlen(file[i].text));
    for (size_t o = 0; o < sizeof order / sizeof order[0]; o++) {
        char path[FILES][100];
        const char *further[FILES - 1] = {path[1], path[2], path[3]};
        mlp_read_options options = mlp_read_options_default();
        options.further = (mlp_names){further, FILES - 1};
        mlp_table *table = NULL;
        mlp_error err = {0};
        for (size_t i = 0; i < FILES; i++)
            strcpy(path[i], in_folder(file[order[o][i]].name));
        if (mlp_table_read(path[0], &options, &table, &err) != MLP_OK)
            fail_msg("%s", err.message);
        for (size_t i = 0; i < FILES; i++) {
            double read = 0.0;
            (void)mlpi_table_number(table, i, 0, &read);
            assert_true(read == value[order[o][i]]);
        }
        assert_non_null(strstr(mlp_table_notice(table), "Decimal mark: comma"));
        assert_int_equal(mlp_table_decimal(table), ',');
        mlp_table_free(table);
    }
}

static int make_files(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    for (size_t i = 0; i < 3; i++)
        write_file(files[i], texts[i], strlen(texts[i]));
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    static const char *const made[] = {"d1.csv", "d2.csv", "d3.jsonl", "d4.csv", "i1.idx",
                                       "i2.idx", "l1.csv", "l2.csv",   "q1.csv", "q2.csv"};
    for (size_t i = 0; i < 3; i++)
        unlink(in_folder(files[i]));
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        unlink(in_folder(made[i]));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_all_files),
        cmocka_unit_test(files_that_are_named_are_one_table),
        cmocka_unit_test(a_file_is_not_read_twice),
        cmocka_unit_test(rows_of_a_part_know_their_file),
        cmocka_unit_test(a_stream_gives_the_same_rows),
        cmocka_unit_test(images_stay_when_their_file_is_closed),
        cmocka_unit_test(an_encoding_is_that_of_each_file),
        cmocka_unit_test(other_columns_are_refused),
        cmocka_unit_test(a_decimal_mark_is_that_of_all_files),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
