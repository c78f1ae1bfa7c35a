/* SPDX-License-Identifier: MIT */
/* Allocations that a test makes fail. The linker (--wrap) replaces the C library's functions with
 * those of failing.c in all calls of mlp. */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stddef.h>

/** Does something with the library; returns 0 if it succeeded, otherwise the mlp_status. */
typedef int (*failing_work)(void *context);

/** How a piece of work ended while its allocations failed one at a time. */
typedef struct failing_count {
    size_t allocations; /**< in a run without a failure */
    size_t tried;       /**< allocations that were made to fail */
    size_t withstood;   /**< failures with which the work succeeded nevertheless */
} failing_count;

/** Runs the work without failures, and then again and again with one allocation failing: the first,
 * the second and the last one at each place (a whole stack of calls). After each run nothing may be
 * left allocated, and `after` (nullable) is called with its status. */
failing_count failing_each(failing_work work, void *context,
                           void (*after)(int status, void *context));

#endif
