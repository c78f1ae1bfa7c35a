/* SPDX-License-Identifier: MIT */
/* Passwords in the address of a database are shown nowhere, however they are written. */
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "read/reader.h"
#include "unit/test.h"

static void assert_shown(const char *path, const char *wanted)
{
    char *shown = mlpi_address_shown(path), name[256];
    assert_non_null(shown);
    assert_string_equal(shown, wanted);
    free(shown);
    assert_int_equal(mlp_source_name(path, name, sizeof name), strlen(wanted));
    assert_string_equal(name, wanted);
}

static void passwords_are_masked(void **state)
{
    (void)state;
    assert_shown("odbc:DSN=a", "odbc:DSN=a");
    assert_shown("odbc:DSN=a;PWD=b", "odbc:DSN=a;PWD=***");
    assert_shown("odbc:pwd=b;DSN=a", "odbc:pwd=***;DSN=a");
    assert_shown("odbc: Password = b ;DSN=a", "odbc: Password =***;DSN=a");
    assert_shown("odbc:SSLPassphrase=x;Uid=u", "odbc:SSLPassphrase=***;Uid=u");
    assert_shown("odbc:PWD={a;b}}c};DSN=d", "odbc:PWD=***;DSN=d");
    assert_shown("odbc:PWD= {a;b} ;DSN=d", "odbc:PWD=***;DSN=d");
    assert_shown("odbc:PWD={never closed;DSN=d", "odbc:PWD=***");
    assert_shown("odbc:Database={a;PWD=b};Pwd=c", "odbc:Database={a;PWD=b};Pwd=***");
    assert_shown("odbc:PWD=a;PWD=b=c;X=1", "odbc:PWD=***;PWD=***;X=1");
    assert_shown("odbc:PWD=", "odbc:PWD=");
    assert_shown("odbc:PWD", "odbc:PWD");
    assert_shown("odbc:", "odbc:");
    assert_shown("odbc:;;=;=a;PWD=b;", "odbc:;;=;=a;PWD=***;");
}

static void files_are_called_as_they_are(void **state)
{
    (void)state;
    assert_shown("data;PWD=1.csv", "data;PWD=1.csv");
    assert_shown("ODBC:PWD=1", "ODBC:PWD=1");
    assert_shown("\xfc.csv", "\\xFC.csv");
    assert_null(mlpi_address_connection("a/odbc:DSN=a"));
    assert_string_equal(mlpi_address_connection("odbc:DSN=a"), "DSN=a");
}

static void a_name_is_cut_between_characters(void **state)
{
    (void)state;
    char name[11];
    assert_int_equal(mlp_source_name("odbc:PWD=a", name, sizeof name), 12);
    assert_string_equal(name, "odbc:PWD=*");
    assert_int_equal(mlp_source_name("odbc:DSN=\xc3\xbc", name, sizeof name), 11);
    assert_string_equal(name, "odbc:DSN=");
    assert_int_equal(mlp_source_name("a", NULL, 0), 1);
}

static void words_of_the_database_hide_them(void **state)
{
    (void)state;
    char text[] = "user me with b*b and a;b and b*b", stars[] = "****";
    mlpi_address_hide("odbc:PWD=b*b;UID=me;Token={a;b}", text);
    assert_string_equal(text, "user me with *** and *** and ***");
    mlpi_address_hide("odbc:PWD=*", stars);
    assert_string_equal(stars, "****");
}

static void a_database_needs_its_query(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_error err = {0};
    const mlp_read_options asks = {.query = "SELECT 1"};
    assert_int_equal(mlp_table_read("odbc:DSN=a;PWD=b", NULL, &table, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "odbc:DSN=a;PWD=***"));
    assert_non_null(strstr(err.message, "`query`"));
    assert_int_equal(mlp_table_read("a.csv", &asks, &table, &err), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_table_read_memory("a\n1\n", 4, "a.csv", &asks, &table, &err),
                     MLP_ERROR_ARGUMENT);
    assert_null(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_are_masked),
        cmocka_unit_test(files_are_called_as_they_are),
        cmocka_unit_test(a_name_is_cut_between_characters),
        cmocka_unit_test(words_of_the_database_hide_them),
        cmocka_unit_test(a_database_needs_its_query),
    };
    return RUN(tests);
}
