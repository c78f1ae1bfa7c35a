/* SPDX-License-Identifier: MIT */
/* For tests of jobs: the folder of the job at `path`, and its files. */
#ifndef LEARNING_JOB_FOLDER_H
#define LEARNING_JOB_FOLDER_H

#include <dirent.h>

#include "learning/iris.h"

/* Counts the files in a folder whose names end with `ending`. `each` (nullable) is called with the
 * path of each such file; then only files for which `each` returns 0 count. */
static size_t files_of(const char *place, const char *ending, int (*each)(const char *))
{
    DIR *folder = opendir(place);
    size_t count = 0;
    if (folder == NULL)
        return 0;
    for (const struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        const size_t length = strlen(e->d_name), end = strlen(ending);
        char name[512];
        if (e->d_name[0] == '.' || length < end || strcmp(e->d_name + length - end, ending) != 0)
            continue;
        snprintf(name, sizeof name, "%s/%s", place, e->d_name);
        count += each == NULL || each(name) == 0;
    }
    closedir(folder);
    return count;
}

static size_t files(const char *ending, int (*each)(const char *))
{
    return files_of(path, ending, each);
}

static void clear(void)
{
    files("", remove);
    remove(path);
}

#endif
