/* SPDX-License-Identifier: MIT */
/* A connection to a database by ODBC, and a query whose rows it gives. Texts of the interface are
 * UTF-16, which is the same for every driver whatever the locale. */
#ifndef MLPI_CONNECTION_H
#define MLPI_CONNECTION_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include "data/column.h"
#include "mlp/error.h"

/* What is used of the driver manager. */
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

/** Zeroed except for its names at first. */
typedef struct mlpi_connection {
    const char *path; /* "odbc:...", which holds secrets */
    const char *name; /* of messages */
    void *library;
    mlpi_odbc odbc;
    SQLHENV environment;
    SQLHDBC handle;
    SQLHSTMT statement;
    bool connected;
} mlpi_connection;

/** Connects. Whatever is done is rolled back at the end. Errors: MLP_ERROR_ARGUMENT (there is no
 * ODBC on this machine), MLP_ERROR_DATA, MLP_ERROR_MEMORY. To be closed all the same. */
mlp_status mlpi_connection_open(mlpi_connection *connection, mlp_error *err);
/** Runs a query. */
mlp_status mlpi_connection_ask(mlpi_connection *connection, const char *query, mlp_error *err);
void mlpi_connection_close(mlpi_connection *connection);

/** A failure of the statement, in the words of the database. */
mlp_status mlpi_connection_failed(const mlpi_connection *connection, const char *what,
                                  mlp_error *err);

/** Writes UTF-16 as UTF-8, at most three bytes a unit, with U+FFFD for half a character. *sound
 * (nullable): whether there was no half character. Returns how many bytes it wrote. */
size_t mlpi_utf16_text(const SQLWCHAR *units, size_t count, char *text, bool *sound);

#endif
