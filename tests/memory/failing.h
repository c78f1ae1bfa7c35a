/* SPDX-License-Identifier: MIT */
/* Allocations that fail when they are told to. The linker puts these functions before the C
 * library's (--wrap) for all calls of mlp. */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stddef.h>

/** Something done with the library: 0 when it went well, else the mlp_status. */
typedef int (*failing_work)(void *context);

/** What became of a piece of work with one of its allocations failing. */
typedef struct failing_count {
    size_t allocations; /**< of the work when none fails */
    size_t tried;       /**< of them made to fail */
    size_t withstood;   /**< after which the work went well all the same */
} failing_count;

/** Runs the work once as it is, then once for every place it allocates at (a place is a whole stack
 * of calls: the first, second, and last time that it allocates), with that allocation failing.
 * After each, nothing may be left allocated, and `after` (nullable) says how it ended. */
failing_count failing_each(failing_work work, void *context,
                           void (*after)(int status, void *context));

#endif
