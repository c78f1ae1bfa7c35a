/* SPDX-License-Identifier: MIT */
/* Numbers of NumPy arrays keep their exact values, whatever their type, byte order and order of
 * dimensions. The test writes the bytes as the description of the format says. */
#include <stdio.h>
#include <string.h>

#include "data/table.h"
#include "mlp/mlp.h"
#include "unit/test.h"

static size_t put_header(const char *members, char *file)
{
    const size_t length = strlen(members) + 1;
    memcpy(file, "\x93NUMPY\1\0", 8);
    file[8] = (char)(length & 255);
    file[9] = (char)(length >> 8);
    memcpy(file + 10, members, length - 1);
    file[10 + length - 1] = '\n';
    return 10 + length;
}

/* Writes the bytes of a value, the least significant first or (big) last; returns their number. */
static size_t put(uint64_t bits, size_t size, bool big, char *to)
{
    for (size_t i = 0; i < size; i++)
        to[big ? size - 1 - i : i] = (char)(bits >> (8 * i) & 255);
    return size;
}

static mlp_status read_array(const char *members, const uint64_t *bits, size_t count, size_t size,
                             bool big, mlp_table **table, mlp_error *err)
{
    char file[2000];
    size_t used = put_header(members, file);
    for (size_t i = 0; i < count; i++)
        used += put(bits[i], size, big, file + used);
    return mlp_table_read_memory(file, used, "t.npy", NULL, table, err);
}

static double cell(const mlp_table *table, size_t r, size_t c)
{
    double value = NAN;
    assert_int_equal(mlpi_table_number(table, r, c, &value), MLPI_CELL_NUMBER);
    return value;
}

static void doubles_have_the_same_bits(void **state)
{
    (void)state;
    static const double values[] = {0.1, -1.0 / 3.0, 1e300, 5e-324, -0.0, 12345678.901234567, 1e17};
    enum { COUNT = sizeof values / sizeof values[0] };
    for (int big = 0; big < 2; big++) {
        uint64_t bits[COUNT];
        char members[200];
        mlp_table *table = NULL;
        memcpy(bits, values, sizeof bits);
        snprintf(members, sizeof members,
                 "{'descr': '%cf8', 'fortran_order': False, 'shape': (%d,), }", big ? '>' : '<',
                 COUNT);
        assert_int_equal(read_array(members, bits, COUNT, 8, big, &table, NULL), MLP_OK);
        for (size_t r = 0; r < COUNT; r++) {
            const double value = cell(table, r, 0);
            assert_memory_equal(&value, &values[r], sizeof value);
        }
        mlp_table_free(table);
    }
}

static void floats_are_exact(void **state)
{
    (void)state;
    static const float values[] = {0.1f, -3.4e38f, 1e-45f, 16777217.0f};
    static const uint64_t halves[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555};
    static const double wanted[] = {1.0, -2.0, 0x1p-24, 65504.0, 1365.0 / 4096.0};
    uint64_t bits[4];
    mlp_table *table = NULL;
    for (size_t i = 0; i < 4; i++) {
        uint32_t narrow;
        memcpy(&narrow, &values[i], sizeof narrow);
        bits[i] = narrow;
    }
    assert_int_equal(read_array("{'descr': '>f4', 'fortran_order': True, 'shape': (2, 2)}", bits, 4,
                                4, true, &table, NULL),
                     MLP_OK);
    for (size_t i = 0; i < 4; i++) /* stored column by column */
        assert_true(cell(table, i % 2, i / 2) == (double)values[i]);
    mlp_table_free(table);
    assert_int_equal(read_array("{'descr': '<f2', 'fortran_order': False, 'shape': (5,)}", halves,
                                5, 2, false, &table, NULL),
                     MLP_OK);
    for (size_t i = 0; i < 5; i++)
        assert_true(cell(table, i, 0) == wanted[i]);
    mlp_table_free(table);
}

static void integers_are_written_out(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        size_t size;
        uint64_t bits;
        const char *text;
    } cases[] = {
        {"|i1", 1, 0x80, "-128"},
        {"<i2", 2, 0xffff, "-1"},
        {"<i4", 4, 0x80000000u, "-2147483648"},
        {"<i8", 8, UINT64_C(0x8000000000000000), "-9223372036854775808"},
        {"<u8", 8, UINT64_MAX, "18446744073709551615"},
        {">u2", 2, 0x0102, "258"},
        {"|b1", 1, 1, "true"},
        {"<f8", 8, UINT64_C(0x7ff8000000000000), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char members[200], text[40];
        mlp_table *table = NULL;
        snprintf(members, sizeof members,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (1, 1), }", cases[i].type);
        assert_int_equal(read_array(members, &cases[i].bits, 1, cases[i].size,
                                    cases[i].type[0] == '>', &table, NULL),
                         MLP_OK);
        mlp_table_cell(table, 0, 0, text, sizeof text);
        assert_string_equal(text, cases[i].text);
        mlp_table_free(table);
    }
}

static void fields_are_columns(void **state)
{
    (void)state;
    char file[400], text[40];
    mlp_table *table = NULL;
    size_t used = put_header("{'descr': [('size', '<i2'), ('colour', '<U3')], "
                             "'fortran_order': False, 'shape': (2,), }",
                             file);
    static const char *const words[] = {"red", "no"};
    for (size_t r = 0; r < 2; r++) {
        used += put(7 + r, 2, false, file + used);
        for (size_t i = 0; i < 3; i++)
            used += put(i < strlen(words[r]) ? (uint64_t)words[r][i] : 0, 4, false, file + used);
    }
    assert_int_equal(mlp_table_read_memory(file, used, "t.npy", NULL, &table, NULL), MLP_OK);
    assert_string_equal(mlp_table_column_name(table, 0), "size");
    assert_string_equal(mlp_table_column_name(table, 1), "colour");
    for (size_t r = 0; r < 2; r++) {
        assert_true(cell(table, r, 0) == 7.0 + (double)r);
        mlp_table_cell(table, r, 1, text, sizeof text);
        assert_string_equal(text, words[r]);
    }
    mlp_table_free(table);
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *members, *says;
    } cases[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "|O"},
        {"{'descr': '<c16', 'fortran_order': False, 'shape': (1,)}", "<c16"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1)}", "3 dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "cut short"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}", "empty"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "header"},
        {"{'descr': '<f8', 'shape': (1,)}", "header"},
    };
    const uint64_t bits = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        assert_int_equal(read_array(cases[i].members, &bits, 1, 8, false, &table, &err),
                         MLP_ERROR_DATA);
        if (strstr(err.message, cases[i].says) == NULL)
            fail_msg("%s", err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_have_the_same_bits),     cmocka_unit_test(floats_are_exact),
        cmocka_unit_test(integers_are_written_out),       cmocka_unit_test(fields_are_columns),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    return RUN(tests);
}
