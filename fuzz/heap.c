/* SPDX-License-Identifier: MIT */
/* Measures how much memory a reader needs for an input. The linker (--wrap) replaces the C
 * library's functions with those of this file, only in the calls of mlp. */
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "fuzz.h"

enum { FACTOR = 200, FREE_OF_CHARGE = 4 << 20 };

static _Atomic long now, most;
static long began, allowed;

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

static void *grown(void *memory)
{
    const long size = memory != NULL ? (long)malloc_usable_size(memory) : 0;
    const long total = atomic_fetch_add(&now, size) + size;
    long highest = atomic_load(&most);
    while (total > highest && !atomic_compare_exchange_weak(&most, &highest, total))
        continue;
    return memory;
}

static void shrunk(void *memory)
{
    if (memory != NULL)
        atomic_fetch_sub(&now, (long)malloc_usable_size(memory));
}

void *__wrap_malloc(size_t size)
{
    return grown(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return grown(__real_calloc(count, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return grown(__real_aligned_alloc(alignment, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    const long before = memory != NULL ? (long)malloc_usable_size(memory) : 0;
    void *moved = __real_realloc(memory, size);
    if (moved != NULL || size == 0) {
        atomic_fetch_sub(&now, before);
        grown(moved);
    }
    return moved;
}

void __wrap_free(void *memory)
{
    shrunk(memory);
    __real_free(memory);
}

void fuzz_heap_begin(size_t size)
{
    began = atomic_load(&now);
    atomic_store(&most, began);
    allowed = (long)size * FACTOR + FREE_OF_CHARGE;
}

void fuzz_heap_end(const char *what)
{
    const long taken = atomic_load(&most) - began;
    if (taken > allowed)
        fuzz_finding("%s took %ld bytes of memory; %ld are allowed", what, taken, allowed);
}
