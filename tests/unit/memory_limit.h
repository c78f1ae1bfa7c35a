/* SPDX-License-Identifier: MIT */
/* Bounds the memory that a call may use by limiting the address space of the process. */
#ifndef TESTS_MEMORY_LIMIT_H
#define TESTS_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "unit/test.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_UNLIMITED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEMORY_UNLIMITED 1
#endif
#endif

/* Lets the process use only `bytes` more memory than it has now; returns the former limit, for
 * memory_unlimit. The sanitizers need much address space, so with them there is no limit. */
static inline struct rlimit memory_limit(size_t bytes)
{
    struct rlimit before = {0};
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
#ifndef MEMORY_UNLIMITED
    struct rlimit limit = before;
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    assert_non_null(statm);
    assert_int_equal(fscanf(statm, "%lu", &pages), 1);
    fclose(statm);
    limit.rlim_cur = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + bytes;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
#else
    (void)bytes;
#endif
    return before;
}

static inline void memory_unlimit(struct rlimit before)
{
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
}

/* Whether the limit works here: an emulator of another processor does not enforce it. */
static inline bool memory_is_limited(void)
{
    enum { MUCH = 1 << 26 };
    const struct rlimit before = memory_limit(MUCH / 4);
    void *mapped = mmap(NULL, MUCH, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    memory_unlimit(before);
    if (mapped == MAP_FAILED)
        return true;
    munmap(mapped, MUCH);
    return false;
}

#endif
