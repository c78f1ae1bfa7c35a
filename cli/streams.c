/* SPDX-License-Identifier: MIT */
/* Streams of our own for standard output and standard error. Those of stdio lose text when a write
 * is interrupted, and forget why a write failed when the next one succeeds; and standard error is
 * not buffered, so that characters which are put one by one are written one by one. */
#include <errno.h>
#include <unistd.h>

#include "cli/cli.h"

typedef struct standard {
    int file;
    int failure; /* errno of the first write that failed; 0: none failed */
    FILE **name; /* the variable stdout or stderr of the C library */
    FILE *usual; /* stdio's stream, while ours replaces it; NULL: not replaced */
} standard;

static standard standards[] = {{.file = STDOUT_FILENO, .name = &stdout},
                               {.file = STDERR_FILENO, .name = &stderr}};
enum { STANDARDS = sizeof standards / sizeof standards[0] };

/* After a failure all writes fail: without the lost text, later output would be wrong. */
static ssize_t put(void *cookie, const char *bytes, size_t size)
{
    standard *to = cookie;
    for (size_t done = 0; to->failure == 0 && done < size;) {
        const ssize_t written = write(to->file, bytes + done, size - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            to->failure = errno;
    }
    errno = to->failure;
    return to->failure == 0 ? (ssize_t)size : 0;
}

void streams_begin(void)
{
    for (standard *s = standards; s < standards + STANDARDS; s++) {
        FILE *own = fopencookie(s, "w", (cookie_io_functions_t){.write = put});
        if (own == NULL)
            continue; /* out of memory: stdio's stream stays in use */
        const bool by_line = s->file == STDERR_FILENO || isatty(s->file);
        setvbuf(own, NULL, by_line ? _IOLBF : _IOFBF, BUFSIZ);
        s->usual = *s->name;
        *s->name = own;
    }
}

void streams_end(void)
{
    for (standard *s = standards; s < standards + STANDARDS; s++) {
        if (s->usual == NULL)
            continue;
        fclose(*s->name);
        *s->name = s->usual;
        s->usual = NULL;
    }
}

int stream_number(FILE *stream)
{
    for (standard *s = standards; s < standards + STANDARDS; s++)
        if (stream == *s->name)
            return s->file;
    return fileno(stream);
}
