/* SPDX-License-Identifier: MIT */
/* A file that is cut short while it is read causes an error, not a crash, and a table that was read
 * does not depend on its file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "bytes/source.h"
#include "mlp/table.h"
#include "unit/test.h"

static void a_file_that_becomes_shorter_while_it_is_read_is_an_error(void **state)
{
    (void)state;
    char path[] = "/tmp/mlp-source-XXXXXX";
    const int file = mkstemp(path);
    enum { SIZE = 3 << 20 };
    char *bytes = mlpi_allocate(SIZE, 1);
    mlpi_source source;
    mlp_error err;
    memset(bytes, '7', SIZE);
    assert_int_equal(write(file, bytes, SIZE), SIZE);
    assert_int_equal(mlpi_source_open(path, &source, &err), MLP_OK);
    assert_int_equal(mlpi_source_read(&source, SIZE / 2, SIZE / 2, bytes, &err), MLP_OK);
    assert_int_equal(ftruncate(file, 1000), 0);
    assert_int_equal(mlpi_source_read(&source, SIZE / 2, SIZE / 2, bytes, &err), MLP_ERROR_DATA);
    assert_non_null(
        strstr(err.message,
               "became shorter while it was read; read it again when no program writes to it"));
    assert_int_equal(mlpi_source_read(&source, 0, 1000, bytes, &err), MLP_OK);
    mlpi_source_close(&source);
    close(file);
    unlink(path);
    mlpi_free(bytes);
}

/* A table has its own copy of the cells and never reads the file again. */
static void a_table_does_not_change_with_its_file(void **state)
{
    (void)state;
    char path[] = "/tmp/mlp-source-XXXXXX.csv";
    const int file = mkstemps(path, 4);
    static const char text[] = "a,b\n1,2\n3,4\n";
    char cell[8];
    mlp_table *table = NULL;
    assert_int_equal(write(file, text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(mlp_table_read(path, NULL, &table, NULL), MLP_OK);
    assert_int_equal(ftruncate(file, 0), 0);
    mlp_table_cell(table, 1, 1, cell, sizeof cell);
    assert_string_equal(cell, "4");
    mlp_table_free(table);
    close(file);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_becomes_shorter_while_it_is_read_is_an_error),
        cmocka_unit_test(a_table_does_not_change_with_its_file),
    };
    return RUN(tests);
}
