/* SPDX-License-Identifier: MIT */
/* A few bytes of LIBSVM cannot make an arbitrarily wide table. */
#include <string.h>

#include "data/table.h"
#include "unit/test.h"

static mlp_status read_text(const char *text, mlp_table **table, mlp_error *err)
{
    return mlp_table_read_memory(text, strlen(text), "t.svm", NULL, table, err);
}

static void a_few_bytes_are_not_many_columns(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(read_text("2 32767:5\n", &table, &err), MLP_OK);
    assert_int_equal(mlp_table_columns(table), 32768); /* one is the target */
    mlp_table_free(table);
    table = NULL;
    assert_int_equal(read_text("2 52151:5\n", &table, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "nearly all cells would be 0"));
    assert_null(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_bytes_are_not_many_columns),
    };
    return RUN(tests);
}
