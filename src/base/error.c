/* SPDX-License-Identifier: MIT */
/* Error records, filled where the error occurs and passed up to the caller unchanged. */
#include "base/base.h"
#include "base/print.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *mlp_version(void)
{
    return MLP_VERSION;
}

const char *mlp_status_name(mlp_status status)
{
    static const char *const names[] = {"ok",           "out of memory", "output failed",
                                        "bad argument", "bad data",      "bad model",
                                        "interrupted"};
    const size_t count = sizeof names / sizeof names[0];
    return (size_t)status < count ? names[status] : "unknown status";
}

/* Appends formatted text; a message that is too long for the record ends in "...". The text is
 * cleaned, since names and cells may hold control sequences that a terminal would obey. */
MLP_PRINTF(2, 0)
static void append(mlp_error *err, const char *format, va_list values)
{
    const size_t used = strlen(err->message);
    const size_t room = sizeof err->message - used;
    const int wanted = mlpi_print_values(err->message + used, room, format, values);
    if (wanted >= 0 && (size_t)wanted >= room)
        memcpy(err->message + sizeof err->message - 4, "...", 4);
    mlpi_text_clean(err->message + used);
}

MLP_PRINTF(2, 3)
static void append_text(mlp_error *err, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    append(err, format, values);
    va_end(values);
}

static void begin(mlp_error *err, mlp_status status)
{
    err->status = status;
    err->line = 0;
    err->column = 0;
    err->file[0] = '\0';
    err->message[0] = '\0';
}

mlp_status mlpi_fail(mlp_error *err, mlp_status status, const char *format, ...)
{
    if (err == NULL)
        return status;
    begin(err, status);
    va_list values;
    va_start(values, format);
    append(err, format, values);
    va_end(values);
    return status;
}

mlp_status mlpi_fail_at(mlp_error *err, mlp_status status, const char *file, size_t line,
                        size_t column, const char *format, ...)
{
    if (err == NULL)
        return status;
    begin(err, status);
    err->line = line;
    err->column = column;

    const char *shown = file != NULL ? file : "";
    const size_t length = strlen(shown);
    if (length >= sizeof err->file)
        shown += length - (sizeof err->file - 1);
    snprintf(err->file, sizeof err->file, "%s", shown);
    if (line > 0)
        append_text(err, "%s:%zu: ", shown, line);
    else
        append_text(err, "%s: ", shown);

    va_list values;
    va_start(values, format);
    append(err, format, values);
    va_end(values);
    return status;
}

mlp_status mlpi_fail_system(mlp_error *err, mlp_status status, int error, const char *format, ...)
{
    char reason[128];
    status = error == ENOMEM ? MLP_ERROR_MEMORY : status;
    if (err == NULL)
        return status;
    begin(err, status);
    va_list values;
    va_start(values, format);
    append(err, format, values);
    va_end(values);
    append_text(err, ": %s", strerror_r(error, reason, sizeof reason));
    return status;
}

mlp_status mlpi_fail_memory(mlp_error *err, const char *what)
{
    return mlpi_fail(err, MLP_ERROR_MEMORY, "not enough memory for %s", what);
}
