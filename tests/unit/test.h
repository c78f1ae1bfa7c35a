/* SPDX-License-Identifier: MIT */
/* What every test program includes: cmocka with the headers it needs before it. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)
/** CTest's "skipped", for tests of data that are not part of the repository. */
enum { TEST_SKIPPED = 77 };

#endif
