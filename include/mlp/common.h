/* SPDX-License-Identifier: MIT */
/* Export marks, C linkage and the version, which every public header needs. */
#ifndef MLP_COMMON_H
#define MLP_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An integer that one thread, or a signal handler, sets while other threads read it:
 * `atomic_store(&flag, 1)` in C, `flag = 1` in C++. Initialise it to 0. */
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

/** The number of threads that a value of `threads` stands for, at least 1: 0 stands for the number
 * of cores that this process may run on, but no more than the processor quota of its control
 * groups, rounded.
 *
 * The meaning of `threads` everywhere: at most this number of threads do the work, the calling
 * thread included. The threads live as long as the call, or as long as the object that uses them.
 * Fewer threads do the work where a thread cannot be created, or where measurements show that
 * sharing does not pay because other programs need the cores. Results do not depend on the number
 * of threads. The threads block all signals. Any number of the program's own threads may call the
 * library at once. After fork() the child may call the library too, but must not use an object that
 * another thread was using at that time. */
MLP_API int mlp_threads(int wish);

MLP_END_DECLS

#endif
