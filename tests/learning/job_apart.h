/* SPDX-License-Identifier: MIT */
/* For tests of jobs whose workers share no folder: each worker has its own, and files are copied
 * between the folders. */
#ifndef LEARNING_JOB_APART_H
#define LEARNING_JOB_APART_H

#include <sys/stat.h>

#include "learning/job_folder.h"

enum { APART = 3 };
static char apart[APART][sizeof path + 8];

static const char *carried_to; /* the folder that copy_file copies to */

static int copy_file(const char *name)
{
    char other[600], content[65536];
    snprintf(other, sizeof other, "%s%s", carried_to, strrchr(name, '/'));
    FILE *in = fopen(name, "rb"), *out = fopen(other, "wb");
    assert_true(in != NULL && out != NULL);
    const size_t size = fread(content, 1, sizeof content, in);
    assert_true(size < sizeof content);
    assert_int_equal(fwrite(content, 1, size, out), size);
    fclose(in);
    return fclose(out);
}

/* Copies all files of one folder to another. */
static void carry(const char *from, const char *into)
{
    mkdir(into, 0777);
    carried_to = into;
    files_of(from, "", copy_file);
}

static void name_apart(void)
{
    for (size_t w = 0; w < APART; w++)
        snprintf(apart[w], sizeof apart[w], "%s.%zu", path, w);
}

/* Gives every worker the files of all workers. */
static void gather(void)
{
    for (size_t w = 0; w < APART; w++)
        carry(apart[w], path);
    for (size_t w = 0; w < APART; w++)
        carry(path, apart[w]);
}

static void clear_apart(void)
{
    for (size_t w = 0; w < APART; w++) {
        files_of(apart[w], "", remove);
        remove(apart[w]);
    }
}

#endif
