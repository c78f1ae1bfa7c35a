/* SPDX-License-Identifier: MIT */
#include "memory/failing.h"

#include <execinfo.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit/test.h"

/* Stacks that differ only in calls beyond DEPTH are one place; the innermost BELOW calls are of
 * this file. */
enum { DEPTH = 24, MOST = 1 << 20, BELOW = 3 };

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);

static uint64_t *places; /* where the first run allocates; NULL: not recorded */
static size_t count, fail_at = SIZE_MAX;
static bool watching;
/* Threads of the library allocate at the same time. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* A hash set of the blocks that were allocated while watching and are not freed. Blocks that the C
 * library allocates for itself are not in it. */
enum { SLOTS = 1 << 16 };
static void *living[SLOTS], *const freed = &living;
static size_t blocks;

static size_t slot_of(const void *memory)
{
    return (size_t)((uint64_t)(uintptr_t)memory / 16 * 0x9e3779b97f4a7c15u >> 48);
}

static void *born(void *memory)
{
    size_t slot = slot_of(memory);
    if (!watching || memory == NULL)
        return memory;
    pthread_mutex_lock(&one_at_a_time);
    while (living[slot] != NULL && living[slot] != freed)
        slot = (slot + 1) % SLOTS;
    living[slot] = memory;
    blocks++;
    pthread_mutex_unlock(&one_at_a_time);
    return memory;
}

static void died(const void *memory)
{
    if (!watching || memory == NULL)
        return;
    size_t slot = slot_of(memory);
    pthread_mutex_lock(&one_at_a_time);
    while (living[slot] != NULL && living[slot] != memory)
        slot = (slot + 1) % SLOTS;
    if (living[slot] == memory) {
        living[slot] = freed;
        blocks--;
    }
    pthread_mutex_unlock(&one_at_a_time);
}

static uint64_t place(void)
{
    void *stack[DEPTH];
    const int depth = backtrace(stack, DEPTH);
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = BELOW; i < depth; i++)
        hash = (hash ^ (uint64_t)(uintptr_t)stack[i]) * 0x100000001b3u;
    return hash;
}

/* Counts an allocation and returns whether it is to fail. With FAILING_SHOW in the environment the
 * stack of the failing one is printed. */
static bool fails(void)
{
    if (!watching)
        return false;
    pthread_mutex_lock(&one_at_a_time);
    if (places != NULL && count < MOST)
        places[count] = place();
    if (count == fail_at && getenv("FAILING_SHOW") != NULL) {
        void *stack[DEPTH];
        backtrace_symbols_fd(stack, backtrace(stack, DEPTH), STDERR_FILENO);
    }
    const bool this_one = count++ == fail_at;
    pthread_mutex_unlock(&one_at_a_time);
    return this_one;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : born(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : born(__real_calloc(n, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : born(__real_aligned_alloc(alignment, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (fails())
        return NULL;
    died(memory);
    void *moved = __real_realloc(memory, size);
    return born(moved != NULL ? moved : memory);
}

void __wrap_free(void *memory)
{
    died(memory);
    __real_free(memory);
}

static int watch(failing_work work, void *context, size_t at)
{
    count = 0;
    blocks = 0;
    memset(living, 0, sizeof living);
    fail_at = at;
    watching = true;
    const int status = work(context);
    watching = false;
    return status;
}

typedef struct seen {
    uint64_t place;
    size_t at;
} seen;

static int by_place(const void *a, const void *b)
{
    const seen *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

failing_count failing_each(failing_work work, void *context,
                           void (*after)(int status, void *context))
{
    failing_count result = {0};
    void *warm[2];
    backtrace(warm, 2);                                  /* loads what it needs now */
    assert_int_equal(watch(work, context, SIZE_MAX), 0); /* makes what is made only once */
    places = calloc(MOST, sizeof *places);
    assert_non_null(places);
    assert_int_equal(watch(work, context, SIZE_MAX), 0);
    assert_int_equal(blocks, 0);
    result.allocations = count < MOST ? count : MOST;
    seen *sorted = calloc(result.allocations + 1, sizeof *sorted);
    assert_non_null(sorted);
    for (size_t i = 0; i < result.allocations; i++)
        sorted[i] = (seen){places[i], i};
    free(places);
    places = NULL;
    qsort(sorted, result.allocations, sizeof *sorted, by_place);
    for (size_t i = 0; i < result.allocations; i++) {
        const bool first = i == 0 || sorted[i - 1].place != sorted[i].place;
        const bool second = !first && (i == 1 || sorted[i - 2].place != sorted[i].place);
        const bool last = i + 1 == result.allocations || sorted[i + 1].place != sorted[i].place;
        if (!first && !second && !last)
            continue;
        const int status = watch(work, context, sorted[i].at);
        if (blocks != 0)
            fail_msg("allocation %zu of %zu fails: %zu blocks are left", sorted[i].at,
                     result.allocations, blocks);
        result.tried++;
        result.withstood += status == 0;
        if (after != NULL)
            after(status, context);
    }
    free(sorted);
    return result;
}
