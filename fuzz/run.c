/* SPDX-License-Identifier: MIT */
/* Tries one input under the limit of processor time, and ends the process when its budget of
 * processor time is spent. */
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

void fuzz_finding(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fputs("finding: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    abort();
}

static double processor_seconds(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double from_environment(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtod(text, NULL) : 0.0;
}

void fuzz_run(const uint8_t *bytes, size_t size)
{
    static bool warm;
    const double limit = from_environment("FUZZ_SECONDS"), began = processor_seconds();
    fuzz_one(bytes, size);
    const double took = processor_seconds() - began;
    if (warm && limit > 0.0 && took > limit)
        fuzz_finding("an input of %zu bytes took %.2f s", size, took);
    warm = true; /* the first input's time includes the one-time work of the target */
}

/* libFuzzer ends after elapsed time; FUZZ_BUDGET is processor time, which does not depend on how
 * busy the machine is. */
static void end_by_processor_time(double seconds)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM};
    const struct itimerspec when = {.it_value = {.tv_sec = (time_t)seconds}};
    timer_t timer;
    if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) == 0)
        timer_settime(timer, 0, &when, NULL);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    const double budget = from_environment("FUZZ_BUDGET");
    if (budget > 0.0)
        end_by_processor_time(budget);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_run(bytes, size);
    return 0;
}
