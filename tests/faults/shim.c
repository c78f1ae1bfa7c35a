/* SPDX-License-Identifier: MIT */
/* A library for LD_PRELOAD that counts a program's allocations, makes one of them fail, and lists at
 * the end the blocks that were not freed.
 *
 *   FAULTS_REPORT=FILE  gets "allocations N", a line "from PLACE" for every caller of the allocation
 *                       that failed, and a line for every leak (required)
 *   FAULTS_AT=N         the N-th allocation, counted from 1, returns NULL
 *   FAULTS_ALL=1        all later allocations return NULL, too
 *
 * Allocations of the C library on the program's behalf (fopen, realpath, strdup) count as well;
 * those before the program's main and those of processes it starts do not. Every block has a header
 * and a mark after its end: a write past the end and a second free end in abort(). Blocks that are
 * still reachable at the end count as leaks: a library must not rely on the end of the process.
 *
 * With AddressSanitizer, which checks all of that better, this library only counts allocations and
 * makes them fail. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dlfcn.h>
#include <execinfo.h>

enum { MARK_SIZE = 8 };
static const uint64_t live_magic = 0x6d6c702d6c697665, dead_magic = 0x6d6c702d64656164;
static const unsigned char mark[MARK_SIZE] = {0xfd, 0xfd, 0xfd, 0xfd, 0xfd, 0xfd, 0xfd, 0xfd};

/* The header of a block, directly before its bytes. */
typedef struct header {
    _Alignas(16) struct header *previous;
    struct header *next;
    void *raw;    /* as the C library returned it */
    void *caller; /* NULL: the block was made before main */
    size_t size;
    uint64_t magic; /* last, so that it can be checked before any pointer is used */
} header;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);
#define SANITIZER __attribute__((weak))
SANITIZER void *__interceptor_malloc(size_t);
SANITIZER void *__interceptor_calloc(size_t, size_t);
SANITIZER void *__interceptor_realloc(void *, size_t);
SANITIZER void *__interceptor_aligned_alloc(size_t, size_t);
SANITIZER void __interceptor_free(void *);

static atomic_long count;
static long fails_at = -1;
static bool fails_on, begun;
static const char *report_path;
static pid_t owner;
static void *callers[24]; /* return addresses at the allocation that failed */
static int caller_count;
static atomic_flag lock = ATOMIC_FLAG_INIT;
static header blocks = {.previous = &blocks, .next = &blocks};

/* AddressSanitizer queries a thread's stack before the thread runs code of mlp; the C library
 * allocates memory for the query, and the sanitizer aborts if this allocation fails. */
static _Thread_local bool asks_for_stack;

int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    int (*real)(pthread_t, pthread_attr_t *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_getattr_np");
    asks_for_stack = true;
    const int error = real(thread, attributes);
    asks_for_stack = false;
    return error;
}

static bool fails(void)
{
    if (!begun || asks_for_stack)
        return false;
    const long number = atomic_fetch_add(&count, 1) + 1;
    const bool failed = number == fails_at || (fails_on && fails_at > 0 && number > fails_at);
    if (!failed)
        return false;
    if (number == fails_at)
        caller_count = backtrace(callers, sizeof callers / sizeof callers[0]);
    errno = ENOMEM;
    return true;
}

static void enter(void)
{
    while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire))
        ;
}

static void leave(void)
{
    atomic_flag_clear_explicit(&lock, memory_order_release);
}

_Noreturn static void broken(const char *what)
{
    static const char head[] = "faults: heap: ";
    (void)!write(STDERR_FILENO, head, sizeof head - 1);
    (void)!write(STDERR_FILENO, what, strlen(what));
    (void)!write(STDERR_FILENO, "\n", 1);
    abort();
}

static void *allocate(size_t alignment, size_t size, void *caller)
{
    const size_t before = alignment > sizeof(header) ? alignment : sizeof(header);
    if (size > SIZE_MAX / 2) {
        errno = ENOMEM;
        return NULL;
    }
    char *raw = __libc_memalign(alignment < 16 ? 16 : alignment, before + size + MARK_SIZE);
    if (raw == NULL)
        return NULL;
    header *made = (header *)(void *)(raw + before - sizeof(header));
    *made = (header){NULL, NULL, raw, begun ? caller : NULL, size, live_magic};
    memcpy(raw + before + size, mark, MARK_SIZE);
    enter();
    made->previous = blocks.previous;
    made->next = &blocks;
    made->previous->next = made->next->previous = made;
    leave();
    return made + 1;
}

/* Returns the block's header; NULL for a block that was made before this library took over. */
static header *header_of(void *pointer)
{
    uint64_t magic;
    memcpy(&magic, (char *)pointer - sizeof magic, sizeof magic);
    if (magic == dead_magic)
        broken("freed twice");
    return magic == live_magic ? (header *)pointer - 1 : NULL;
}

static void check(const header *block)
{
    if (memcmp((const char *)(block + 1) + block->size, mark, MARK_SIZE) != 0)
        broken("written past the end of a block");
}

static void release(void *pointer)
{
    if (pointer == NULL)
        return;
    header *block = header_of(pointer);
    if (block == NULL) {
        __libc_free(pointer);
        return;
    }
    check(block);
    enter();
    block->previous->next = block->next;
    block->next->previous = block->previous;
    leave();
    block->magic = dead_magic;
    memset(pointer, 0xa5, block->size);
    __libc_free(block->raw);
}

static void *resize(void *old, size_t size, void *caller)
{
    header *block = old != NULL ? header_of(old) : NULL;
    if (old != NULL && block == NULL)
        return __libc_realloc(old, size);
    if (block != NULL && size == 0) {
        release(old);
        return NULL;
    }
    void *made = allocate(16, size, caller);
    if (made != NULL && block != NULL) {
        memcpy(made, old, block->size < size ? block->size : size);
        release(old);
    }
    return made;
}

/* --- what the program calls ------------------------------------------------------------------- */

#define CALLER __builtin_return_address(0)

void *malloc(size_t size)
{
    if (fails())
        return NULL;
    if (__interceptor_malloc != NULL)
        return __interceptor_malloc(size);
    void *made = allocate(16, size, CALLER);
    if (made != NULL)
        memset(made, 0xb6, size); /* makes a read of unwritten bytes visible */
    return made;
}

void *calloc(size_t number, size_t size)
{
    if (fails())
        return NULL;
    if (__interceptor_calloc != NULL)
        return __interceptor_calloc(number, size);
    if (size != 0 && number > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *made = allocate(16, number * size, CALLER);
    if (made != NULL)
        memset(made, 0, number * size);
    return made;
}

void *realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    return __interceptor_realloc != NULL ? __interceptor_realloc(old, size)
                                         : resize(old, size, CALLER);
}

void *reallocarray(void *old, size_t number, size_t size)
{
    if (size != 0 && number > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, number * size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    if (fails())
        return NULL;
    return __interceptor_aligned_alloc != NULL ? __interceptor_aligned_alloc(alignment, size)
                                               : allocate(alignment, size, CALLER);
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
    return aligned_alloc(alignment, size);
}

int posix_memalign(void **made, size_t alignment, size_t size)
{
    const int before = errno;
    void *block = aligned_alloc(alignment, size);
    if (block == NULL) {
        errno = before;
        return ENOMEM;
    }
    *made = block;
    return 0;
}

void free(void *pointer)
{
    if (__interceptor_free != NULL)
        __interceptor_free(pointer);
    else
        release(pointer);
}

/* --- beginning and end ------------------------------------------------------------------------ */

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("FAULTS_AT");
    report_path = getenv("FAULTS_REPORT");
    fails_at = at != NULL ? atol(at) : -1;
    fails_on = getenv("FAULTS_ALL") != NULL;
    unsetenv("LD_PRELOAD");
    owner = getpid();
    (void)backtrace(callers, 1); /* makes backtrace() load its libraries now */
    begun = report_path != NULL;
}

static void describe(int file, const char *what, const void *address)
{
    Dl_info place = {0};
    dladdr(address, &place);
    dprintf(file, "%s %s+0x%zx\n", what, place.dli_fname != NULL ? place.dli_fname : "?",
            (size_t)((const char *)address - (const char *)place.dli_fbase));
}

static void describe_leaks(int file)
{
    /* The C library keeps buffers of its own until the very end; this frees them. */
    void (*let_go)(void) = NULL;
    *(void **)&let_go = dlsym(RTLD_DEFAULT, "__libc_freeres");
    if (let_go != NULL)
        let_go();
    for (const header *block = blocks.next; block != &blocks; block = block->next) {
        char what[64];
        check(block);
        if (block->caller == NULL)
            continue;
        snprintf(what, sizeof what, "leak of %zu bytes, allocated at", block->size);
        describe(file, what, block->caller);
    }
}

__attribute__((destructor)) static void end(void)
{
    if (!begun || getpid() != owner)
        return;
    begun = false;
    const int file = open(report_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    dprintf(file, "allocations %ld\n", atomic_load(&count));
    for (int i = 1; i < caller_count; i++)
        describe(file, "from", callers[i]);
    if (__interceptor_malloc == NULL)
        describe_leaks(file);
    close(file);
}
