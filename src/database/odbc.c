/* SPDX-License-Identifier: MIT */
/* The reader of databases: runs the query and reads its rows, a block of them at a time. */
#include <string.h>

#include "base/base.h"
#include "database/rowset.h"
#include "read/reader.h"

typedef struct reading {
    mlp_table *table;
    mlpi_connection connection;
    mlpi_rowset rowset;
    mlpi_builder builder;
    SQLUSMALLINT *states; /* status of each row that was fetched */
    SQLULEN fetched;
    size_t at, row; /* the next row: `at` among the rows fetched, `row` in the table */
    bool ended;
} reading;

/* Sets the number of rows of a fetch; the driver may choose fewer rows than there is room for. */
static mlp_status begin_fetching(reading *r, mlp_error *err)
{
    const mlpi_connection *c = &r->connection;
    const mlpi_odbc *o = &c->odbc;
    SQLULEN rows = 1;
    const SQLRETURN done = o->SQLSetStmtAttr(c->statement, SQL_ATTR_ROW_ARRAY_SIZE,
                                             (SQLPOINTER)(uintptr_t)r->rowset.rows, 0);
    if (done == SQL_SUCCESS)
        rows = r->rowset.rows;
    else if (done == SQL_SUCCESS_WITH_INFO)
        (void)o->SQLGetStmtAttr(c->statement, SQL_ATTR_ROW_ARRAY_SIZE, &rows, 0, NULL);
    if (rows < 1 || rows > r->rowset.rows)
        return mlpi_connection_failed(c, "the driver sets an impossible number of rows for a block",
                                      err);
    r->states = mlpi_allocate(r->rowset.rows, sizeof *r->states);
    if (r->states == NULL)
        return mlpi_fail_memory(err, "the rows of a query");
    (void)o->SQLSetStmtAttr(c->statement, SQL_ATTR_ROW_STATUS_PTR, r->states, 0);
    (void)o->SQLSetStmtAttr(c->statement, SQL_ATTR_ROWS_FETCHED_PTR, &r->fetched, 0);
    return MLP_OK;
}

static mlp_status open_odbc(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    reading *r = state;
    r->table = table;
    r->connection = (mlpi_connection){.path = source->name, .name = table->source};
    MLPI_TRY(mlpi_connection_open(&r->connection, err));
    MLPI_TRY(mlpi_connection_ask(&r->connection, table->options.query, err));
    MLPI_TRY(mlpi_rowset_begin(&r->rowset, &r->connection, table, err));
    MLPI_TRY(begin_fetching(r, err));
    return mlpi_builder_begin(table, &r->builder) ? MLP_OK
                                                  : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status fetch(reading *r, mlp_error *err)
{
    r->at = 0;
    r->fetched = 1; /* a driver that fetches single rows need not set it */
    const SQLRETURN done = r->connection.odbc.SQLFetch(r->connection.statement);
    r->ended = done == SQL_NO_DATA || (SQL_SUCCEEDED(done) && r->fetched == 0);
    if (r->ended && r->row == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, r->table->source, 0, 0,
                            "the query returns no rows");
    if (r->ended)
        return MLP_OK;
    bool whole = SQL_SUCCEEDED(done) && r->fetched <= r->rowset.rows;
    for (size_t i = 0; whole && i < r->fetched; i++)
        whole = r->states[i] != SQL_ROW_ERROR;
    return whole ? MLP_OK : mlpi_connection_failed(&r->connection, "a row cannot be read", err);
}

/* Adds at most one block, so that a caller that uses rows as they come needs no memory for all
 * rows. */
static mlp_status next_odbc(void *state, size_t most, mlp_error *err)
{
    reading *r = state;
    const size_t before = r->table->rows;
    for (size_t i = 0; i < most && r->table->rows == before; i++) {
        if (!r->ended && r->at == r->fetched)
            MLPI_TRY(fetch(r, err));
        if (r->ended)
            break;
        if (!mlpi_builder_row(&r->builder, 0))
            return mlpi_fail_memory(err, "the cells of the data");
        MLPI_TRY(mlpi_rowset_add(&r->rowset, r->at++, r->row++, &r->builder, err));
        MLPI_TRY(mlpi_builder_spill(&r->builder, r->table, false, err));
    }
    return mlpi_builder_spill(&r->builder, r->table, true, err);
}

static void close_odbc(void *state)
{
    reading *r = state;
    mlpi_connection_close(&r->connection); /* first: until then the driver may use the memory
                                              below */
    mlpi_builder_end(&r->builder);
    mlpi_rowset_end(&r->rowset);
    mlpi_free(r->states);
}

const mlpi_reader mlpi_read_odbc = {
    .format = "odbc",
    .endings = "",
    .says = "a database",
    .by_pieces = true,
    .state = sizeof(reading),
    .open = open_odbc,
    .next = next_odbc,
    .close = close_odbc,
};
