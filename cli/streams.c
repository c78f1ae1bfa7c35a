/* SPDX-License-Identifier: MIT */
/* Standard output and standard error by way of streams of our own. stdio's lose what they could not
 * write when a write is interrupted, and forget why a write failed when the next one succeeds; and
 * its standard error writes letter by letter what is put there letter by letter. */
#include <errno.h>
#include <unistd.h>

#include "cli/cli.h"

typedef struct standard {
    int file;
    int failure; /* why the first write that failed did; 0: none has */
    FILE **name; /* a variable in the C library */
    FILE *usual; /* stdio's own; NULL: it is in use */
} standard;

static standard standards[] = {{.file = STDOUT_FILENO, .name = &stdout},
                               {.file = STDERR_FILENO, .name = &stderr}};
enum { STANDARDS = sizeof standards / sizeof standards[0] };

/* What has failed once stays failed: there is a hole in what was written. */
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
            continue; /* out of memory: stdio's does it as well as it can */
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
