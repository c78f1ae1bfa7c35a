/* SPDX-License-Identifier: MIT */
/* A table holds UTF-8, whatever the encoding of the text: the encoding is recognised, a guess is
 * reported, and bytes that do not fit are refused with the line, the byte and a remedy. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/table.h"
#include "unit/test.h"

typedef struct bytes {
    const char *bytes;
    size_t size;
} bytes;

#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static mlp_status read_bytes(bytes b, const char *name, const char *encoding, mlp_table **table,
                             mlp_error *err)
{
    const mlp_read_options options = {.encoding = encoding};
    *table = NULL;
    return mlp_table_read_memory(b.bytes, b.size, name, &options, table, err);
}

/* Expects column "ö" and, in row 1 on line 2, cell "ü€"; `told`: a notice names the encoding. */
static void expect_text(bytes b, const char *encoding, bool told)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    char cell[16];
    if (read_bytes(b, "t.csv", encoding, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_string_equal(mlp_table_column_name(table, 0), "ö");
    mlp_table_cell(table, 0, 0, cell, sizeof cell);
    assert_string_equal(cell, "ü€");
    assert_int_equal(mlp_table_line(table, 0), 2);
    assert_int_equal(mlp_table_notice(table) != NULL, told);
    mlp_table_free(table);
}

static void every_encoding_becomes_utf8(void **state)
{
    (void)state;
    static const struct {
        bytes text;
        const char *encoding;
        bool told;
    } samples[] = {
        {BYTES("ö,b\nü€,1\n"), NULL, false},
        {BYTES("\xef\xbb\xbf"
               "ö,b\nü€,1\n"),
         NULL, false},
        {BYTES("\xef\xbb\xbf"
               "ö,b\nü€,1\n"),
         "utf-8", false},
        {BYTES("\xf6,b\n\xfc\x80,1\n"), NULL, true},
        {BYTES("\xf6,b\n\xfc\x80,1\n"), "cp1252", false},
        {BYTES("\xf6,b\n\xfc\xa4,1\n"), "ISO-8859-15", false},
        {BYTES("\xff\xfe\xf6\0,\0b\0\n\0\xfc\0\xac\x20,\0"
               "1\0\n\0"),
         NULL, false},
        {BYTES("\xfe\xff\0\xf6\0,\0b\0\n\0\xfc\x20\xac\0,\0"
               "1\0\n"),
         NULL, false},
        {BYTES("\xf6\0,\0b\0\n\0\xfc\0\xac\x20,\0"
               "1\0\n\0"),
         NULL, true},
        {BYTES("\0\xf6\0,\0b\0\n\0\xfc\x20\xac\0,\0"
               "1\0\n"),
         NULL, true},
        {BYTES("\xff\xfe\xf6\0,\0b\0\n\0\xfc\0\xac\x20,\0"
               "1\0\n\0"),
         "UTF-16LE", false},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        expect_text(samples[i].text, samples[i].encoding, samples[i].told);
}

static void a_guess_is_told_with_its_place(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    const bytes text = BYTES("a,b\r\n1,x\r\n2,\xfc\r\n");
    assert_int_equal(read_bytes(text, "t.csv", NULL, &table, NULL), MLP_OK);
    assert_string_equal(mlp_table_notice(table), "t.csv is not UTF-8 (byte 0xFC, line 3); reading "
                                                 "it as Windows-1252 (`encoding` overrides).");
    mlp_table_free(table);
}

static void what_a_model_was_trained_on_is_a_better_guess(void **state)
{
    (void)state;
    const mlp_read_options options = {.encoding_if_unclear = "ISO-8859-2"};
    mlp_table *table = NULL;
    char cell[8];
    assert_int_equal(mlp_table_read_memory("a\n\xb1\n", 4, "t.csv", &options, &table, NULL),
                     MLP_OK);
    mlp_table_cell(table, 0, 0, cell, sizeof cell);
    assert_string_equal(cell, "ą");
    mlp_table_free(table);
    assert_int_equal(mlp_table_read_memory("a\nü\n", 5, "t.csv", &options, &table, NULL), MLP_OK);
    mlp_table_cell(table, 0, 0, cell, sizeof cell);
    assert_string_equal(cell, "ü");
    mlp_table_free(table);
}

static void what_does_not_fit_is_refused_with_line_byte_and_way_out(void **state)
{
    (void)state;
    static const struct {
        bytes text;
        const char *encoding;
        mlp_status status;
        size_t line;
        const char *says;
    } wrong[] = {
        {BYTES("a\n1\n\x81\n"), NULL, MLP_ERROR_DATA, 3,
         "byte 0x81 is neither UTF-8 nor Windows-1252; name the encoding of the text with "
         "`encoding`"},
        {BYTES("a\n\xfc\n"), "utf-8", MLP_ERROR_DATA, 2, "byte 0xFC is not UTF-8; `encoding` NAME"},
        {BYTES("a\r\xfc\n"), "ASCII", MLP_ERROR_DATA, 2, "byte 0xFC is not valid in ASCII text"},
        {BYTES("\xff\xfe"
               "a\0\n\0\0\xd8\n\0"),
         NULL, MLP_ERROR_DATA, 2, "is not valid in UTF-16LE text"},
        {BYTES("\xff\xfe"
               "a\0\n\0b"),
         NULL, MLP_ERROR_DATA, 2, "byte 0x62 is not valid in UTF-16LE text"},
        {BYTES("a\n1\n"), "no-such-encoding", MLP_ERROR_ARGUMENT, 0, "is not known here"},
        {BYTES("a\n1\n"), "ASCII//IGNORE", MLP_ERROR_ARGUMENT, 0, "is not the name of an encoding"},
        {BYTES("a\n1\n"), "", MLP_ERROR_ARGUMENT, 0, "is not the name of an encoding"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        assert_int_equal(read_bytes(wrong[i].text, "t.csv", wrong[i].encoding, &table, &err),
                         wrong[i].status);
        assert_null(table);
        if (strstr(err.message, wrong[i].says) == NULL || err.line != wrong[i].line)
            fail_msg("\"%s\" on line %zu, wanted \"%s\" on %zu", err.message, err.line,
                     wrong[i].says, wrong[i].line);
    }
}

/* Options that could cut text within a character of UTF-8 are refused. */
static void options_cannot_cut_characters(void **state)
{
    (void)state;
    const mlp_read_options wrong[] = {
        {.separator = '\xfc'},
        {.comment = '\xfc'},
        {.label_trim = "\xfc"},
        {.missing = {(const char *const[]){"x", "\xfc"}, 2}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        assert_int_equal(mlp_table_read_memory("a\n1\n", 4, "t.csv", &wrong[i], &table, &err),
                         MLP_ERROR_ARGUMENT);
    }
}

/* "é" and "©" share a byte, but cells are cut and trimmed by characters. */
static void cells_are_cut_between_characters(void **state)
{
    (void)state;
    const char text[] = "a\nxxü\n";
    mlp_table *table = NULL;
    char cell[8];
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, NULL),
                     MLP_OK);
    assert_int_equal(mlp_table_cell(table, 0, 0, cell, 4), 4);
    assert_string_equal(cell, "xx");
    assert_int_equal(mlp_table_cell(table, 0, 0, cell, 5), 4);
    assert_string_equal(cell, "xxü");
    mlp_table_free(table);
    static const struct {
        const char *text, *trim, *wanted;
    } labels[] = {{"a\nx©\n", "é", "x©"}, {"a\nxéé.é\n", "é.", "x"}, {"a\n©\n", "©", ""}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        const mlp_read_options options = {.label_trim = labels[i].trim};
        assert_int_equal(mlp_table_read_memory(labels[i].text, strlen(labels[i].text), "t.csv",
                                               &options, &table, NULL),
                         MLP_OK);
        mlpi_cursor cursor = {.table = table};
        char scratch[MLPI_DECIMAL_ROOM];
        const mlpi_span span = mlpi_cursor_span(&cursor, 0, 0, true, scratch);
        assert_int_equal(span.length, strlen(labels[i].wanted));
        assert_memory_equal(span.text, labels[i].wanted, span.length);
        mlp_table_free(table);
    }
}

static void names_of_files_become_utf8(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    const bytes text = BYTES("a\n1\n");
    assert_int_equal(read_bytes(text, "gr\xfcn-ü.csv", NULL, &table, NULL), MLP_OK);
    assert_string_equal(mlp_table_source(table), "gr\\xFCn-ü.csv");
    mlp_table_free(table);
}

/* Any bytes become a table of UTF-8 or are refused. */
static void no_byte_gets_through(void **state)
{
    (void)state;
    for (unsigned value = 0; value < 65536; value += 7) {
        const char text[] = {'a', ',', (char)(value >> 8), (char)(value & 0xff), '\n', '1', ',',
                             '2', '\n'};
        mlp_table *table = NULL;
        if (mlp_table_read_memory(text, sizeof text, "t.csv", NULL, &table, NULL) != MLP_OK)
            continue;
        for (size_t c = 0; c < mlp_table_columns(table); c++) {
            char *safe = mlpi_utf8_copy(mlp_table_column_name(table, c));
            assert_non_null(safe);
            assert_string_equal(safe, mlp_table_column_name(table, c));
            free(safe);
        }
        mlp_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_encoding_becomes_utf8),
        cmocka_unit_test(a_guess_is_told_with_its_place),
        cmocka_unit_test(what_a_model_was_trained_on_is_a_better_guess),
        cmocka_unit_test(what_does_not_fit_is_refused_with_line_byte_and_way_out),
        cmocka_unit_test(options_cannot_cut_characters),
        cmocka_unit_test(cells_are_cut_between_characters),
        cmocka_unit_test(names_of_files_become_utf8),
        cmocka_unit_test(no_byte_gets_through),
    };
    return RUN(tests);
}
