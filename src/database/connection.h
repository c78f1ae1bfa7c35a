/* SPDX-License-Identifier: MIT */
/* A connection to a database through ODBC, and a query. The texts of the interface are UTF-16,
 * which is the same for every driver and in every locale. */
#ifndef MLPI_CONNECTION_H
#define MLPI_CONNECTION_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include "data/column.h"
#include "mlp/error.h"

/* The functions of the driver manager that mlp calls. */
#define MLPI_ODBC(X)                                                                               \
    X(SQLAllocHandle)                                                                              \
    X(SQLBindCol)                                                                                  \
    X(SQLColAttributeW)                                                                            \
    X(SQLDescribeColW)                                                                             \
    X(SQLDisconnect)                                                                               \
    X(SQLDriverConnectW)                                                                           \
    X(SQLEndTran)                                                                                  \
    X(SQLExecDirectW)                                                                              \
    X(SQLFetch)                                                                                    \
    X(SQLFreeHandle)                                                                               \
    X(SQLGetDiagRecW)                                                                              \
    X(SQLGetInfoW)                                                                                 \
    X(SQLGetStmtAttr)                                                                              \
    X(SQLNumResultCols)                                                                            \
    X(SQLSetConnectAttr)                                                                           \
    X(SQLSetEnvAttr)                                                                               \
    X(SQLSetStmtAttr)

#define MLPI_ODBC_DECLARE(name) __typeof__(name) *(name);
typedef struct mlpi_odbc {
    MLPI_ODBC(MLPI_ODBC_DECLARE)
} mlpi_odbc;

/** Before mlpi_connection_open, all members are zero except for path and name. */
typedef struct mlpi_connection {
    const char *path; /* "odbc:..."; may hold passwords */
    const char *name; /* for messages */
    void *library;
    mlpi_odbc odbc;
    SQLHENV environment;
    SQLHDBC handle;
    SQLHSTMT statement;
    bool connected;
} mlpi_connection;

/** Connects to the database. mlpi_connection_close rolls back all changes of the query; call it
 * after a failure, too. Errors: MLP_ERROR_ARGUMENT (there is no ODBC on this machine),
 * MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_connection_open(mlpi_connection *connection, mlp_error *err);
/** Runs a query. */
mlp_status mlpi_connection_ask(mlpi_connection *connection, const char *query, mlp_error *err);
void mlpi_connection_close(mlpi_connection *connection);

/** Reports that the statement failed, with `what` and the message of the database. */
mlp_status mlpi_connection_failed(const mlpi_connection *connection, const char *what,
                                  mlp_error *err);

/** Writes UTF-16 as UTF-8, at most three bytes per unit, with U+FFFD for an unpaired surrogate.
 * *sound becomes false if `units` hold an unpaired surrogate, else true; `sound` may be NULL.
 * Returns the number of bytes written. */
size_t mlpi_utf16_text(const SQLWCHAR *units, size_t count, char *text, bool *sound);

#endif
