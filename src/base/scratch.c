/* SPDX-License-Identifier: MIT */
/* Nameless files for data that are larger than memory. */
#include "base/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct mlpi_scratch {
    int file;
    char folder[256]; /* for messages; shortened if it is long */
};

/* Creates a nameless file; where the file system does not support that, the file has a name for a
 * moment. */
static int open_unnamed(const char *folder)
{
#ifdef O_TMPFILE
    const int unnamed = mlpi_open(folder, O_RDWR | O_TMPFILE | O_EXCL, 0600);
    if (unnamed >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return unnamed;
#endif
    char *path = NULL;
    if (asprintf(&path, "%s/mlp-XXXXXX", folder) < 0) {
        errno = ENOMEM;
        return -1;
    }
    const int named = mkostemp(path, O_CLOEXEC);
    if (named >= 0)
        unlink(path);
    free(path);
    return named;
}

mlp_status mlpi_scratch_open(const char *folder, mlpi_scratch **scratch, mlp_error *err)
{
    const char *usual = getenv("TMPDIR");
    if (folder == NULL)
        folder = usual != NULL && usual[0] != '\0' ? usual : "/var/tmp";
    mlpi_scratch *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a file for data");
    const size_t length = mlpi_utf8_fit(folder, strlen(folder), sizeof made->folder - 1);
    memcpy(made->folder, folder, length);
    made->file = open_unnamed(folder);
    if (made->file < 0) {
        const int why = errno;
        const mlp_status status =
            mlpi_fail_system(err, MLP_ERROR_OUTPUT, why,
                             "no file for data that are larger than memory can be made in the "
                             "folder %s (`scratch` names another folder)",
                             made->folder);
        mlpi_free(made);
        return status;
    }
    *scratch = made;
    return MLP_OK;
}

void mlpi_scratch_close(mlpi_scratch *scratch)
{
    if (scratch == NULL)
        return;
    close(scratch->file);
    mlpi_free(scratch);
}

static mlp_status no_room(const mlpi_scratch *scratch, int why, mlp_error *err)
{
    return mlpi_fail_system(err, MLP_ERROR_OUTPUT, why,
                            "data that are larger than memory cannot be written to the folder %s "
                            "(`scratch` names another folder)",
                            scratch->folder);
}

mlp_status mlpi_scratch_reserve(mlpi_scratch *scratch, uint64_t size, mlp_error *err)
{
    const off_t length = (off_t)size;
    if (length < 0 || (uint64_t)length != size)
        return no_room(scratch, EFBIG, err);
    int why = 0;
    /* If the file system cannot reserve space, posix_fallocate writes into every block. */
    while (length > 0 && (why = posix_fallocate(scratch->file, 0, length)) == EINTR)
        ;
    return why == 0 ? MLP_OK : no_room(scratch, why, err);
}

mlp_status mlpi_scratch_write(mlpi_scratch *scratch, uint64_t at, const void *bytes, size_t size,
                              mlp_error *err)
{
    for (size_t done = 0; done < size;) {
        const ssize_t put =
            pwrite(scratch->file, (const char *)bytes + done, size - done, (off_t)(at + done));
        if (put > 0)
            done += (size_t)put;
        else if (put == 0 || errno != EINTR)
            return no_room(scratch, put == 0 ? ENOSPC : errno, err);
    }
    return MLP_OK;
}

mlp_status mlpi_scratch_read(const mlpi_scratch *scratch, uint64_t at, void *bytes, size_t size,
                             mlp_error *err)
{
    for (size_t done = 0; done < size;) {
        const ssize_t got =
            pread(scratch->file, (char *)bytes + done, size - done, (off_t)(at + done));
        if (got > 0)
            done += (size_t)got;
        else if (got == 0 || errno != EINTR)
            return mlpi_fail_system(err, MLP_ERROR_OUTPUT, got == 0 ? EIO : errno,
                                    "data in the folder %s cannot be read again", scratch->folder);
    }
    return MLP_OK;
}

/* Reserves `size` bytes of addresses that begin at a multiple of MLPI_SCRATCH_WINDOW. */
static char *take_addresses(size_t size)
{
    const size_t more = size + MLPI_SCRATCH_WINDOW;
    char *all = mmap(NULL, more, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    const size_t before =
        (MLPI_SCRATCH_WINDOW - (uintptr_t)all % MLPI_SCRATCH_WINDOW) % MLPI_SCRATCH_WINDOW;
    if (before > 0)
        munmap(all, before);
    munmap(all + before + size, MLPI_SCRATCH_WINDOW - before);
    return all + before;
}

void *mlpi_scratch_map(const mlpi_scratch *scratch, uint64_t at, size_t size)
{
    if (size > SIZE_MAX - MLPI_SCRATCH_WINDOW)
        return NULL;
    char *place = take_addresses(size);
    if (place == NULL)
        return NULL;
    void *memory = mmap(place, size, PROT_READ, MAP_SHARED | MAP_FIXED, scratch->file, (off_t)at);
    if (memory != MAP_FAILED)
        return memory;
    munmap(place, size);
    return NULL;
}

void mlpi_scratch_unmap(void *memory, size_t size)
{
    munmap(memory, size);
}

void mlpi_scratch_leave(const void *memory, size_t size)
{
    const size_t windows = (size + MLPI_SCRATCH_WINDOW - 1) / MLPI_SCRATCH_WINDOW;
    madvise((void *)(uintptr_t)memory, windows * MLPI_SCRATCH_WINDOW, MADV_DONTNEED);
}
