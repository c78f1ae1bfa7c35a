/* SPDX-License-Identifier: MIT */
/* Allocation with checked sizes. Blocks are aligned for the widest vector registers. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

#define ALIGNMENT 64
#define HUGE_PAGE ((size_t)2 << 20)

bool mlpi_multiply(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *product = a * b;
    return true;
}

bool mlpi_add(size_t a, size_t b, size_t *sum)
{
    if (a > SIZE_MAX - b)
        return false;
    *sum = a + b;
    return true;
}

/* Allocates a large block, of huge pages where the system grants them: a product of wide layers
 * touches more small pages than the processor's TLB has entries. Huge pages affect only the
 * time. */
static void *allocate_large(size_t bytes)
{
    void *memory = aligned_alloc(HUGE_PAGE, (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE);
#ifdef MADV_HUGEPAGE
    if (memory != NULL)
        (void)madvise(memory, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return memory;
}

/* The number of bytes, rounded up to a multiple of the alignment, as aligned_alloc requires. 0: the
 * number overflows. */
static size_t bytes_of(size_t count, size_t size)
{
    size_t bytes = 0;
    if (!mlpi_multiply(count, size, &bytes) || !mlpi_add(bytes, ALIGNMENT - 1, &bytes))
        return 0;
    bytes = bytes / ALIGNMENT * ALIGNMENT;
    return bytes > 0 ? bytes : ALIGNMENT;
}

void *mlpi_reserve(size_t count, size_t size)
{
    const size_t bytes = bytes_of(count, size);
    if (bytes == 0)
        return NULL;
    return bytes >= 2 * HUGE_PAGE && bytes <= SIZE_MAX - HUGE_PAGE
               ? allocate_large(bytes)
               : aligned_alloc(ALIGNMENT, bytes);
}

void *mlpi_allocate(size_t count, size_t size)
{
    void *memory = mlpi_reserve(count, size);
    if (memory != NULL)
        memset(memory, 0, bytes_of(count, size));
    return memory;
}

void mlpi_free(void *memory)
{
    free(memory);
}

char *mlpi_copy_text(const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = malloc(length + 1);
    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

bool mlpi_grow(void *array_pointer, size_t *capacity, size_t need, size_t item_size)
{
    if (need <= *capacity)
        return true;
    size_t wanted = *capacity < 16 ? 16 : *capacity;
    while (wanted < need)
        wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
    size_t bytes = 0;
    if (!mlpi_multiply(wanted, item_size, &bytes))
        return false;

    void *array = NULL;
    memcpy(&array, array_pointer, sizeof array);
    void *grown = realloc(array, bytes);
    if (grown == NULL)
        return false;
    memcpy(array_pointer, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}
