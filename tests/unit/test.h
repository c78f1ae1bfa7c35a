/* SPDX-License-Identifier: MIT */
/* Included by every test program: cmocka, and the headers that it needs before it. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)
/** Fails unless two doubles agree to within `bound`; NaN agrees with nothing. */
#define assert_near(value, wanted, bound)                                                          \
    do {                                                                                           \
        const double value_ = (value), wanted_ = (wanted);                                         \
        if (!(fabs(value_ - wanted_) <= (bound)))                                                  \
            fail_msg("%s is %.17g, not %.17g", #value, value_, wanted_);                           \
    } while (0)
/** Ends the test as skipped and prints the reason; tools/check repeats the reason at the end. */
#define skip_because(reason)                                                                       \
    do {                                                                                           \
        print_message("skipped: %s\n", reason);                                                    \
        skip();                                                                                    \
    } while (0)
/** The exit code by which CTest recognises a skipped test, for tests whose data or library is
 * absent. */
enum { TEST_SKIPPED = 77 };

#endif
