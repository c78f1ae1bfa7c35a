/* SPDX-License-Identifier: MIT */
/* Runs a target on files without libFuzzer: on every file that is named, and on all files of every
 * folder that is named. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static size_t replay_file(const char *path)
{
    size_t size = 0;
    uint8_t *bytes = fuzz_content(path, &size);
    if (bytes == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(EXIT_FAILURE);
    }
    /* A block of exactly the input's size, so that a sanitizer sees reads beyond the last byte. */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact != NULL) {
        memcpy(exact, bytes, size);
        fuzz_run(exact, size);
    }
    free(exact);
    free(bytes);
    return 1;
}

static size_t replay(const char *path)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, NULL, alphasort);
    size_t done = 0;
    if (count < 0)
        return replay_file(path);
    for (int i = 0; i < count; i++) {
        char inside[4096];
        snprintf(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            done += replay_file(inside);
        free(entries[i]);
    }
    free(entries);
    return done;
}

int main(int argc, char **argv)
{
    size_t done = 0;
    for (int i = 1; i < argc; i++)
        done += replay(argv[i]);
    printf("%zu inputs\n", done);
    return done > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
