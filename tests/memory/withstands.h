/* SPDX-License-Identifier: MIT */
/* How a piece of work with the library must end when an allocation fails. */
#ifndef TESTS_WITHSTANDS_H
#define TESTS_WITHSTANDS_H

#include <string.h>

#include "memory/failing.h"
#include "mlp/mlp.h"
#include "unit/test.h"

/* The error of the last piece of work. */
static mlp_error why;

static void says_memory(int status, void *context)
{
    (void)context;
    if (status != MLP_OK && status != MLP_ERROR_MEMORY)
        fail_msg("a failed allocation ends as \"%s\": %s", mlp_status_name((mlp_status)status),
                 why.message);
    if (status != MLP_OK)
        assert_string_not_equal(why.message, "");
}

static void withstands(failing_work work, void *context)
{
    if (work(context) != MLP_OK)
        fail_msg("nothing failed: %s", why.message);
    const failing_count count = failing_each(work, context, says_memory);
    assert_true(count.tried > 0);
    print_message("%zu allocations, %zu made to fail, %zu of them did not matter\n",
                  count.allocations, count.tried, count.withstood);
}

#define STEP(call)                                                                                 \
    do {                                                                                           \
        status = status == MLP_OK ? (call) : status;                                               \
    } while (0)

#endif
