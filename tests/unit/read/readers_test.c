/* SPDX-License-Identifier: MIT */
/* What holds for every reader of the list: its sample in tests/formats has the contents of
 * sample.csv and is the same table when read in blocks of any size; cut or altered bytes are read,
 * or refused with a message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "mlp/mlp.h"
#include "read/reader.h"
#include "unit/test.h"

typedef struct sample {
    const mlpi_reader *reader;
    char path[300];
    char *bytes;
    size_t size;
} sample;

static void load(const mlpi_reader *reader, sample *s)
{
    s->reader = reader;
    snprintf(s->path, sizeof s->path, "%s/../formats/sample.%s", MLP_GOLDEN, reader->format);
    FILE *file = fopen(s->path, "rb");
    if (file == NULL)
        fail_msg("the format %s has no sample: %s", reader->format, s->path);
    struct stat status;
    assert_int_equal(fstat(fileno(file), &status), 0);
    s->size = (size_t)status.st_size;
    s->bytes = malloc(s->size + 1);
    assert_non_null(s->bytes);
    assert_int_equal(fread(s->bytes, 1, s->size, file), s->size);
    fclose(file);
}

static void each(void (*test)(const sample *s))
{
    for (size_t i = 0; mlpi_reader_at(i) != NULL; i++) {
        sample s;
        load(mlpi_reader_at(i), &s);
        test(&s);
        free(s.bytes);
    }
}

static mlp_table *read_sample(const sample *s, const void *bytes, size_t most)
{
    const mlp_read_options options = {.format = s->reader->format};
    const mlpi_request request = {
        .path = s->path, .bytes = bytes, .size = s->size, .options = &options};
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlpi_read_table(&request, most, &table, &err) != MLP_OK)
        fail_msg("the sample of %s is refused: %s", s->reader->format, err.message);
    return table;
}

/* --- contents of the samples ------------------------------------------------------------------ */

static void tells_what_csv_tells(const sample *s)
{
    sample csv;
    load(mlpi_reader_at(0), &csv);
    mlp_table *truth = read_sample(&csv, NULL, SIZE_MAX), *table = read_sample(s, NULL, SIZE_MAX);
    const size_t columns = mlp_table_columns(table);
    assert_int_equal(mlp_table_rows(table), mlp_table_rows(truth));
    /* Images have their labels in another file. */
    assert_true(columns == 4 || columns == mlp_table_columns(truth));
    for (size_t r = 0; r < mlp_table_rows(table); r++)
        for (size_t c = 0; c < columns; c++) {
            double value = -1.0, wanted = -2.0;
            assert_int_equal(mlpi_table_number(table, r, c, &value), MLPI_CELL_NUMBER);
            assert_int_equal(mlpi_table_number(truth, r, c, &wanted), MLPI_CELL_NUMBER);
            if (value != wanted)
                fail_msg("%s: row %zu, column %zu is %g, not %g", s->reader->format, r, c, value,
                         wanted);
        }
    mlp_table_free(truth);
    mlp_table_free(table);
    free(csv.bytes);
}

static void every_sample_tells_what_csv_tells(void **state)
{
    (void)state;
    each(tells_what_csv_tells);
}

static void same_in_blocks(const sample *s)
{
    mlp_table *whole = read_sample(s, s->bytes, SIZE_MAX);
    for (size_t most = 1; most < 10; most++) {
        mlp_table *table = read_sample(s, most % 2 ? s->bytes : NULL, most);
        assert_int_equal(mlp_table_fingerprint(table), mlp_table_fingerprint(whole));
        for (size_t r = 0; r < mlp_table_rows(whole); r++) {
            assert_int_equal(mlp_table_line(table, r), mlp_table_line(whole, r));
            assert_int_equal(mlp_table_part(table, r), mlp_table_part(whole, r));
        }
        mlp_table_free(table);
    }
    mlp_table_free(whole);
}

static void blocks_of_any_size_are_the_same_table(void **state)
{
    (void)state;
    each(same_in_blocks);
}

/* --- hostile bytes ---------------------------------------------------------------------------- */

static void read_or_refused(const sample *s, const char *bytes, size_t size)
{
    const mlp_read_options options = {.format = s->reader->format};
    mlp_table *table = NULL;
    mlp_error err = {0};
    const mlp_status status = mlp_table_read_memory(bytes, size, "cut", &options, &table, &err);
    if (status == MLP_OK)
        assert_true(mlp_table_rows(table) > 0 && mlp_table_columns(table) > 0);
    else
        assert_true(table == NULL && err.status == status && err.message[0] != '\0');
    if (status == MLP_OK)
        (void)mlp_table_fingerprint(table);
    mlp_table_free(table);
}

static void cut(const sample *s)
{
    for (size_t size = 0; size < s->size; size++) {
        char *exact = malloc(size); /* so that a sanitizer sees reads past the end */
        assert_non_null(exact);
        memcpy(exact, s->bytes, size);
        read_or_refused(s, exact, size);
        free(exact);
    }
}

static void every_cut_is_read_or_refused(void **state)
{
    (void)state;
    each(cut);
}

static void alter(const sample *s)
{
    static const char others[] = {'\0', '\xff', '\x80', '9', '-', '"', '\n', ' ', '{', ':'};
    for (size_t at = 0; at < s->size; at++) {
        const char before = s->bytes[at];
        for (size_t i = 0; i < sizeof others; i++) {
            s->bytes[at] = others[i];
            read_or_refused(s, s->bytes, s->size);
        }
        s->bytes[at] = before;
    }
}

static void every_altered_byte_is_read_or_refused(void **state)
{
    (void)state;
    each(alter);
}

/* --- which reader ----------------------------------------------------------------------------- */

static void nobody_else_takes(const sample *s)
{
    const size_t head = s->size < 512 ? s->size : 512;
    for (size_t i = 0; mlpi_reader_at(i) != NULL; i++) {
        const mlpi_reader *other = mlpi_reader_at(i);
        if (other->probe == NULL)
            continue;
        const bool takes = other->probe((const unsigned char *)s->bytes, head);
        if (takes != (other == s->reader))
            fail_msg("the bytes of %s are %sof the format %s", s->reader->format,
                     takes ? "" : "not ", other->format);
        for (size_t size = 0; size < head; size++) { /* any prefix may be probed */
            unsigned char *exact = malloc(size); /* so that a sanitizer sees reads past the end */
            assert_non_null(exact);
            memcpy(exact, s->bytes, size);
            (void)other->probe(exact, size);
            free(exact);
        }
    }
}

static void bytes_tell_one_format_at_most(void **state)
{
    (void)state;
    each(nobody_else_takes);
}

static void a_format_against_the_name_is_said(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": 1}\n{\"a\": 2}\n";
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read_memory(text, sizeof text - 1, "t.csv", NULL, &table, NULL),
                     MLP_OK);
    assert_non_null(strstr(mlp_table_notice(table), "Read as JSON lines (detected"));
    mlp_table_free(table);
    assert_int_equal(mlp_table_read_memory(text, sizeof text - 1, "t.jsonl", NULL, &table, NULL),
                     MLP_OK);
    assert_null(mlp_table_notice(table));
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_tells_what_csv_tells),
        cmocka_unit_test(blocks_of_any_size_are_the_same_table),
        cmocka_unit_test(every_cut_is_read_or_refused),
        cmocka_unit_test(every_altered_byte_is_read_or_refused),
        cmocka_unit_test(bytes_tell_one_format_at_most),
        cmocka_unit_test(a_format_against_the_name_is_said),
    };
    return RUN(tests);
}
