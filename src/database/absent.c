/* SPDX-License-Identifier: MIT */
/* Replaces the other files of this folder when mlp is built without the headers of unixODBC. */
#include "base/base.h"
#include "read/reader.h"

static mlp_status refuse(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    (void)state, (void)source;
    return mlpi_fail(
        err, MLP_ERROR_ARGUMENT,
        "%s: this mlp was built without support for databases; build it where the headers of "
        "unixODBC are installed (Debian: unixodbc-dev), or pass the rows as CSV on standard input",
        table->source);
}

static mlp_status nothing(void *state, size_t most, mlp_error *err)
{
    (void)state, (void)most, (void)err;
    return MLP_OK;
}

static void leave(void *state)
{
    (void)state;
}

const mlpi_reader mlpi_read_odbc = {
    .format = "odbc",
    .endings = "",
    .says = "a database",
    .by_pieces = true,
    .state = 1,
    .open = refuse,
    .next = nothing,
    .close = leave,
};
