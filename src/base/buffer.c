/* SPDX-License-Identifier: MIT */
/* Texts that are written through a stream. The C library's open_memstream does not always report
 * that memory ran out for a part of the text; a buffer does. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

static ssize_t put(void *cookie, const char *bytes, size_t size)
{
    mlpi_buffer *buffer = cookie;
    buffer->failed = buffer->failed || size >= SIZE_MAX - buffer->size ||
                     !mlpi_grow(&buffer->text, &buffer->capacity, buffer->size + size + 1, 1);
    if (buffer->failed) {
        errno = ENOMEM;
        return 0;
    }
    memcpy(buffer->text + buffer->size, bytes, size);
    buffer->size += size;
    return (ssize_t)size;
}

FILE *mlpi_buffer_open(mlpi_buffer *buffer)
{
    *buffer = (mlpi_buffer){.text = NULL};
    return fopencookie(buffer, "w", (cookie_io_functions_t){.write = put});
}

char *mlpi_buffer_close(mlpi_buffer *buffer, FILE *stream)
{
    const bool written = fclose(stream) == 0 && !buffer->failed;
    if (written && mlpi_grow(&buffer->text, &buffer->capacity, buffer->size + 1, 1)) {
        buffer->text[buffer->size] = '\0';
        return buffer->text;
    }
    free(buffer->text);
    return NULL;
}
