/* SPDX-License-Identifier: MIT */
/* Standard output by way of a stream of our own. stdio's loses what it could not write when a write
 * is interrupted, and forgets why a write failed when the next one succeeds. */
#include <errno.h>
#include <unistd.h>

#include "cli.h"

static FILE *usual; /* stdio's own; NULL: it is in use */
static int failure; /* why the first write that failed did; 0: none has */

/* What has failed once stays failed: there is a hole in what was written. */
static ssize_t put(void *cookie, const char *bytes, size_t size)
{
    (void)cookie;
    for (size_t done = 0; failure == 0 && done < size;) {
        const ssize_t written = write(STDOUT_FILENO, bytes + done, size - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            failure = errno;
    }
    errno = failure;
    return failure == 0 ? (ssize_t)size : 0;
}

void standard_output_begin(void)
{
    FILE *own = fopencookie(NULL, "w", (cookie_io_functions_t){.write = put});
    if (own == NULL)
        return; /* out of memory: stdio's does it as well as it can */
    setvbuf(own, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
    usual = stdout;
    stdout = own; /* a variable in the C library */
}

void standard_output_end(void)
{
    if (usual == NULL)
        return;
    fclose(stdout);
    stdout = usual;
    usual = NULL;
}
