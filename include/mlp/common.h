/* SPDX-License-Identifier: MIT */
/* What every public header needs: export marks, C linkage, the version. */
#ifndef MLP_COMMON_H
#define MLP_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A whole number that one thread, or a handler of a signal, sets while others look at it:
 * `atomic_store(&flag, 1)` in C, `flag = 1` in C++. Begin with 0. */
#ifdef __cplusplus
#include <atomic>
typedef std::atomic<int> mlp_flag;
#else
#include <stdatomic.h>
typedef atomic_int mlp_flag;
#endif

#define MLP_VERSION_MAJOR 0
#define MLP_VERSION_MINOR 1
#define MLP_VERSION_PATCH 0
#define MLP_VERSION "0.1.0"

#if defined(__GNUC__)
#define MLP_API __attribute__((visibility("default")))
#define MLP_PRINTF(format_at, values_at) __attribute__((format(printf, format_at, values_at)))
#else
#define MLP_API
#define MLP_PRINTF(format_at, values_at)
#endif

#ifdef __cplusplus
#define MLP_BEGIN_DECLS extern "C" {
#define MLP_END_DECLS }
#else
#define MLP_BEGIN_DECLS
#define MLP_END_DECLS
#endif

MLP_BEGIN_DECLS

/** A list of strings; the caller owns it. */
typedef struct mlp_names {
    const char *const *items;
    size_t count;
} mlp_names;

/** The version of the library that runs, for instance "0.1.0"; a static string. */
MLP_API const char *mlp_version(void);

/** How many threads a wish stands for: 0 is the number of cores that this process may run on, but
 * no more than the processor quota of its control groups, rounded; at least 1.
 *
 * What `threads` means everywhere: so many threads at most, the caller's among them. They live as
 * long as the call, or the object that works with them; where one cannot be made, or where
 * measurements say that it does not pay because others need the cores, fewer do the work. Results
 * do not depend on it. The threads block all signals. Any number of the program's own threads may
 * call the library at once. After fork() a child may use it too, but no object that another thread
 * was using at that time. */
MLP_API int mlp_threads(int wish);

MLP_END_DECLS

#endif
