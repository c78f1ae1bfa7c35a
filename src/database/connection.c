/* SPDX-License-Identifier: MIT */
/* The driver manager is loaded only when a database is read, so that mlp does not need it for
 * anything else (docs/decisions). */
#include "database/connection.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "read/reader.h"

/* --- UTF-16 ----------------------------------------------------------------------------------- */

static bool is_high(SQLWCHAR unit)
{
    return (unit & 0xfc00) == 0xd800;
}

static bool is_low(SQLWCHAR unit)
{
    return (unit & 0xfc00) == 0xdc00;
}

size_t mlpi_utf16_text(const SQLWCHAR *units, size_t count, char *text, bool *sound)
{
    size_t used = 0;
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = units[i];
        if (is_high(units[i]) && i + 1 < count && is_low(units[i + 1])) {
            c = 0x10000 + ((c & 0x3ff) << 10) + (units[i + 1] & 0x3ffu);
            i++;
        } else if (is_high(units[i]) || is_low(units[i])) {
            c = 0xfffd;
            whole = false;
        }
        used += mlpi_utf8_put(c, text + used);
    }
    if (sound != NULL)
        *sound = whole;
    return used;
}

/* A malloc'ed copy of UTF-8 text as UTF-16, with a terminating 0; NULL: out of memory. The copy has
 * no more units than the text has bytes. */
static SQLWCHAR *utf16_of(const char *text)
{
    SQLWCHAR *units = calloc(strlen(text) + 1, sizeof *units);
    size_t used = 0;
    for (uint32_t c = 0; units != NULL && *text != '\0';) {
        text += mlpi_utf8_next(text, &c);
        if (c >= 0x10000) {
            units[used++] = (SQLWCHAR)(0xd800 + ((c - 0x10000) >> 10));
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        units[used++] = (SQLWCHAR)c;
    }
    return units;
}

/* --- failures --------------------------------------------------------------------------------- */

enum { MOST_WORDS = 512, STATE = 5 };

/* Advice that ends a message, by SQLSTATE. */
static const struct {
    const char *state, *way_out;
} ways_out[] = {
    {"IM002", "; odbcinst -q -s lists the data sources, odbcinst -q -d the drivers"},
    {"01000", "; odbcinst -q -d lists the drivers"},
};

static const char *way_out_of(const char *state)
{
    for (size_t i = 0; i < sizeof ways_out / sizeof ways_out[0]; i++)
        if (strcmp(state, ways_out[i].state) == 0)
            return ways_out[i].way_out;
    return "";
}

static mlp_status failed(const mlpi_connection *c, SQLSMALLINT kind, SQLHANDLE handle,
                         const char *what, mlp_error *err)
{
    SQLWCHAR state[STATE + 1] = {0}, words[MOST_WORDS + 1] = {0};
    char state_text[3 * STATE + 1], text[3 * MOST_WORDS + 1];
    SQLINTEGER number = 0;
    SQLSMALLINT length = 0;
    if (!SQL_SUCCEEDED(c->odbc.SQLGetDiagRecW(kind, handle, 1, state, &number, words,
                                              (SQLSMALLINT)MOST_WORDS, &length)))
        return mlpi_fail_at(err, MLP_ERROR_DATA, c->name, 0, 0,
                            "%s, and the driver does not say why", what);
    size_t units = 0;
    while (units < MOST_WORDS && words[units] != 0)
        units++;
    state_text[mlpi_utf16_text(state, STATE, state_text, NULL)] = '\0';
    text[mlpi_utf16_text(words, units, text, NULL)] = '\0';
    if (strcmp(state_text, "HY001") == 0)
        return mlpi_fail_memory(err, c->name);
    mlpi_address_hide(c->path, text);
    mlpi_text_clean(text);
    for (size_t end = strlen(text); end > 0 && text[end - 1] == ' '; end--)
        text[end - 1] = '\0';
    return mlpi_fail_at(err, MLP_ERROR_DATA, c->name, 0, 0, "%s (SQLSTATE %s): %s%s", what,
                        state_text, text, way_out_of(state_text));
}

mlp_status mlpi_connection_failed(const mlpi_connection *c, const char *what, mlp_error *err)
{
    return failed(c, SQL_HANDLE_STMT, c->statement, what, err);
}

/* --- the driver manager ----------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define PLACE(name) {#name, offsetof(mlpi_odbc, name)},
    MLPI_ODBC(PLACE)};

static mlp_status load(mlpi_connection *c, mlp_error *err)
{
    static const char file[] = "libodbc.so.2";
    /* Drivers may leave threads and handlers behind, so their code must stay in memory. */
    c->library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    for (size_t i = 0; c->library != NULL && i < sizeof functions / sizeof functions[0]; i++) {
        void *found = dlsym(c->library, functions[i].name);
        if (found == NULL)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "%s: %s has no function %s; install unixODBC 2.3", c->name, file,
                             functions[i].name);
        memcpy((char *)&c->odbc + functions[i].offset, &found, sizeof found);
    }
    return c->library != NULL
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "%s: databases are read by unixODBC, which cannot be loaded (%s); "
                           "install it (Debian: libodbc2) and the driver of the database",
                           c->name, file);
}

/* --- connecting ------------------------------------------------------------------------------- */

#define NUMBER(value) ((SQLPOINTER)(uintptr_t)(value))

static mlp_status make_handles(mlpi_connection *c, mlp_error *err)
{
    const mlpi_odbc *o = &c->odbc;
    if (!SQL_SUCCEEDED(o->SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &c->environment)) ||
        !SQL_SUCCEEDED(
            o->SQLSetEnvAttr(c->environment, SQL_ATTR_ODBC_VERSION, NUMBER(SQL_OV_ODBC3), 0)) ||
        !SQL_SUCCEEDED(o->SQLAllocHandle(SQL_HANDLE_DBC, c->environment, &c->handle)))
        return mlpi_fail_memory(err, "a connection to a database");
    return MLP_OK;
}

static mlp_status connect_to(mlpi_connection *c, mlp_error *err)
{
    const mlpi_odbc *o = &c->odbc;
    SQLWCHAR *text = utf16_of(mlpi_address_connection(c->path));
    if (text == NULL)
        return mlpi_fail_memory(err, "a connection to a database");
    /* A driver that does not support read-only connections is used nevertheless. */
    (void)o->SQLSetConnectAttr(c->handle, SQL_ATTR_ACCESS_MODE, NUMBER(SQL_MODE_READ_ONLY), 0);
    const SQLRETURN done =
        o->SQLDriverConnectW(c->handle, NULL, text, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT);
    free(text);
    if (!SQL_SUCCEEDED(done))
        return failed(c, SQL_HANDLE_DBC, c->handle, "the connection to the database failed", err);
    c->connected = true;
    (void)o->SQLSetConnectAttr(c->handle, SQL_ATTR_AUTOCOMMIT, NUMBER(SQL_AUTOCOMMIT_OFF), 0);
    return SQL_SUCCEEDED(o->SQLAllocHandle(SQL_HANDLE_STMT, c->handle, &c->statement))
               ? MLP_OK
               : failed(c, SQL_HANDLE_DBC, c->handle, "a query cannot be prepared", err);
}

mlp_status mlpi_connection_open(mlpi_connection *c, mlp_error *err)
{
    MLPI_TRY(load(c, err));
    MLPI_TRY(make_handles(c, err));
    return connect_to(c, err);
}

mlp_status mlpi_connection_ask(mlpi_connection *c, const char *query, mlp_error *err)
{
    SQLWCHAR *text = utf16_of(query);
    if (text == NULL)
        return mlpi_fail_memory(err, "a query");
    const SQLRETURN done = c->odbc.SQLExecDirectW(c->statement, text, SQL_NTS);
    free(text);
    /* A statement that changes rows returns SQL_NO_DATA if it finds none. */
    return SQL_SUCCEEDED(done) || done == SQL_NO_DATA
               ? MLP_OK
               : mlpi_connection_failed(c, "the query failed", err);
}

void mlpi_connection_close(mlpi_connection *c)
{
    const mlpi_odbc *o = &c->odbc;
    if (c->statement != NULL)
        (void)o->SQLFreeHandle(SQL_HANDLE_STMT, c->statement);
    if (c->connected) {
        (void)o->SQLEndTran(SQL_HANDLE_DBC, c->handle, SQL_ROLLBACK);
        (void)o->SQLDisconnect(c->handle);
    }
    if (c->handle != NULL)
        (void)o->SQLFreeHandle(SQL_HANDLE_DBC, c->handle);
    if (c->environment != NULL)
        (void)o->SQLFreeHandle(SQL_HANDLE_ENV, c->environment);
    if (c->library != NULL)
        dlclose(c->library);
    *c = (mlpi_connection){0};
}
