/* SPDX-License-Identifier: MIT */
/* Files for inputs that mlp only reads by path. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static char folder[] = "/dev/shm/mlp-fuzz-XXXXXX";
static char elsewhere[] = "/tmp/mlp-fuzz-XXXXXX";
static const char *made;

static void remove_folder(void)
{
    DIR *content = opendir(made);
    if (content == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(content)) != NULL;)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(content), entry->d_name, 0);
    closedir(content);
    rmdir(made);
}

const char *fuzz_path(const char *name)
{
    static char paths[4][128];
    static size_t next;
    if (made == NULL) {
        made = mkdtemp(folder);
        made = made != NULL ? made : mkdtemp(elsewhere);
        if (made == NULL)
            fuzz_finding("no folder for files");
        atexit(remove_folder);
    }
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", made, name);
    return path;
}

const char *fuzz_file(const char *name, const void *bytes, size_t size)
{
    const char *path = fuzz_path(name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        fuzz_finding("%s cannot be written", path);
    return path;
}

uint8_t *fuzz_content(const char *path, size_t *size)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    uint8_t *bytes = fstat(fileno(file), &status) == 0 ? malloc((size_t)status.st_size + 1) : NULL;
    *size = bytes != NULL ? fread(bytes, 1, (size_t)status.st_size, file) : 0;
    fclose(file);
    return bytes;
}

FILE *fuzz_nowhere(void)
{
    static FILE *nowhere;
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    return nowhere;
}
