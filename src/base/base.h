/* SPDX-License-Identifier: MIT */
/* Functions that every module of the library may use: errors, memory, random numbers, text. */
#ifndef MLPI_BASE_H
#define MLPI_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mlp/error.h"
#include "mlp/output.h"

/* --- errors (base/error.c) -------------------------------------------------------------------- */

/** Fills `err` (NULL allowed) and returns `status`, so that reporting a failure takes one line:
 *      return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`batch` is %zu; it must be ...", n); */
mlp_status mlpi_fail(mlp_error *err, mlp_status status, const char *format, ...) MLP_PRINTF(3, 4);

/** As mlpi_fail, for an error at a place in an input file: the message begins with "file:line: ",
 * or with "file: " if `line` is 0. */
mlp_status mlpi_fail_at(mlp_error *err, mlp_status status, const char *file, size_t line,
                        size_t column, const char *format, ...) MLP_PRINTF(6, 7);

/** As mlpi_fail, for a failed system call: the message ends in ": " and the description of `error`,
 * an errno value. Returns `status`, or MLP_ERROR_MEMORY if `error` is ENOMEM. */
mlp_status mlpi_fail_system(mlp_error *err, mlp_status status, int error, const char *format, ...)
    MLP_PRINTF(4, 5);

/** Fails with the message "not enough memory for WHAT"; returns MLP_ERROR_MEMORY. */
mlp_status mlpi_fail_memory(mlp_error *err, const char *what);

/** Returns from the enclosing function with the status of `call` if it is a failure. */
#define MLPI_TRY(call)                                                                             \
    do {                                                                                           \
        const mlp_status try_status_ = (call);                                                     \
        if (try_status_ != MLP_OK)                                                                 \
            return try_status_;                                                                    \
    } while (0)

/* --- memory (base/memory.c) ------------------------------------------------------------------- */

/** Allocates count * size zeroed bytes, aligned to 64 bytes; free them with mlpi_free. NULL: out of
 * memory, or the product overflows. A request for 0 bytes yields a valid pointer. */
void *mlpi_allocate(size_t count, size_t size);
/** As mlpi_allocate, but without zeroing, so that a page of a large block becomes resident only
 * when it is written. */
void *mlpi_reserve(size_t count, size_t size);
/** A malloc'ed copy of `length` bytes with a terminating 0; free() it. NULL: out of memory. */
char *mlpi_copy_text(const char *text, size_t length);
void mlpi_free(void *memory);
/** Stores a * b in *product. Returns false if the product overflows. */
bool mlpi_multiply(size_t a, size_t b, size_t *product);
bool mlpi_add(size_t a, size_t b, size_t *sum);
/** Makes room for `need` items in a malloc'ed array; if the array must grow, its capacity at least
 * doubles. `array_pointer` is the address of the pointer to the array. false: out of memory; the
 * array is unchanged. */
bool mlpi_grow(void *array_pointer, size_t *capacity, size_t need, size_t item_size);

/* --- random numbers (base/random.c) ----------------------------------------------------------- */

/** A counter-based generator (Philox 4x32-10; Salmon et al. 2011): the i-th number of stream s
 * under a seed is a pure function of (seed, s, i). */
typedef struct mlpi_random {
    uint64_t seed, stream, counter;
    uint64_t made;    /* 1 + index of the block in `word`; 0: none has been made yet */
    uint32_t word[4]; /* the numbers of block `made` - 1 */
} mlpi_random;

/** Streams of random numbers: each part of a run has its own stream, so that no two parts share
 * numbers. */
enum {
    MLPI_STREAM_SPLIT = 1,
    MLPI_STREAM_ORDER = 2,
    MLPI_STREAM_SHARDS = 3,
    MLPI_STREAM_MIXED = 4,
    MLPI_STREAM_WEIGHTS = 1000 /* + number of the layer */
};
#define MLPI_STREAM_TRIAL (UINT64_C(1) << 60)       /* + (attempt << 40) + number of the trial */
#define MLPI_STREAM_FOLDS (UINT64_C(1) << 61)       /* + number of the repeat */
#define MLPI_STREAM_DROPOUT (UINT64_C(1) << 62)     /* + number of the step */
#define MLPI_STREAM_INPUT_NOISE (UINT64_C(2) << 62) /* + number of the step */

/** Streams of bootstrap resamples (+ number of the resample) and of permutations (+ number of the
 * permutation). */
#define MLPI_STREAM_RESAMPLES ((uint64_t)1 << 32)
#define MLPI_STREAM_PERMUTATIONS ((uint64_t)2 << 32)
/** Streams of the choices that mlpi_spread makes (+ number of the part). */
#define MLPI_STREAM_SPREAD ((uint64_t)3 << 32)

mlpi_random mlpi_random_init(uint64_t seed, uint64_t stream);
uint32_t mlpi_random_u32(mlpi_random *random);
/** Uniform in [0, 1), 53 bits. */
double mlpi_random_uniform(mlpi_random *random);
/** Standard normal, by the polar method. The logarithm is not that of the C library, so that the
 * bits are the same on every machine. */
double mlpi_random_normal(mlpi_random *random);
/** Uniform in 0..n-1 without bias, n >= 1. */
uint64_t mlpi_random_below(mlpi_random *random, uint64_t n);
/** Draws `count` numbers, uniform in 0..n-1 without bias, n >= 1; faster than mlpi_random_below.
 * The sequence does not depend on how it is divided among calls. */
void mlpi_random_indices(mlpi_random *random, uint32_t n, uint32_t *items, size_t count);
/** Permutes the items at random (Fisher-Yates). */
void mlpi_random_shuffle(mlpi_random *random, uint32_t *items, size_t n);
/** The i-th of `shown` rows that represent `all` rows: all rows are divided into `shown` equal
 * parts, and part i yields one row, drawn at random but the same in every call. Rows at equal
 * distances could miss one of two labels that alternate. */
size_t mlpi_spread(size_t i, size_t shown, size_t all);

/* --- time, amounts of memory
 * ------------------------------------------------------------------------------------- */

/** Seconds of a monotonic clock. */
double mlpi_seconds(void);

/** Reads a number of bytes such as "512M": K, M, G or T after the number multiplies it by a power
 * of 1024. Returns false if the text is not such a number. */
bool mlpi_bytes_parse(const char *text, double *value);

/* --- files (base/file.c) ---------------------------------------------------------------------- */

/** open() with O_CLOEXEC, repeated when a signal interrupts it. */
int mlpi_open(const char *path, int flags, mode_t mode);
/** read(), repeated when a signal interrupts it. */
ssize_t mlpi_read_some(int file, void *bytes, size_t size);

/** Reads all bytes of a regular file; mlpi_free them. A failure to open or read the file has the
 * status `kind`. If there is no such file, the message ends with the advice `way_out`; "": no
 * advice. */
mlp_status mlpi_read_file(const char *path, mlp_status kind, const char *way_out,
                          unsigned char **bytes, size_t *size, mlp_error *err);
/** As mlpi_read_file, from a descriptor positioned at the start of its file; `path` is for
 * messages. */
mlp_status mlpi_read_open(int file, const char *path, mlp_status kind, unsigned char **bytes,
                          size_t *size, mlp_error *err);

/** Opens an output (mlp/output.h) that appends to a file. If there is no such file, *there is
 * false, *output is not set, and the result is MLP_OK. */
mlp_status mlpi_output_continue(const char *path, bool *there, mlp_output **output, mlp_error *err);
/** The descriptor of an output. The descriptor of mlpi_output_continue can be read from, too. */
int mlpi_output_file(const mlp_output *output);

/* --- texts in memory (base/buffer.c) ---------------------------------------------------------- */

typedef struct mlpi_buffer {
    char *text;
    size_t size, capacity; /* bytes written and bytes allocated */
    bool failed;           /* memory has run out */
} mlpi_buffer;

/** A stream that writes into the buffer. NULL: out of memory. */
FILE *mlpi_buffer_open(mlpi_buffer *buffer);
/** Closes the stream. Returns the text, which has buffer->size bytes and a terminating 0; free()
 * it. NULL: memory ran out, now or during a write. */
char *mlpi_buffer_close(mlpi_buffer *buffer, FILE *stream);

/* --- bytes as text (base/base64.c) ------------------------------------------------------------ */

/** The size of the base64 text of `size` bytes, with its terminating 0. */
size_t mlpi_base64_size(size_t size);
void mlpi_base64(const unsigned char *bytes, size_t size, char *text);

/* --- dates and times (base/moment.c)
 * ------------------------------------------------------------------ */

/** Writes a time, in seconds since 1970-01-01 00:00 UTC, in a format of strftime and in UTC; NaN
 * becomes "". */
void mlpi_moment_text(double seconds, const char *format, char *text, size_t size);

/* --- characters (base/utf8.c) ----------------------------------------------------------------- */

/** Decodes the character that begins at `text`, which must not be the terminating 0; bytes that are
 * not UTF-8 yield U+FFFD. Returns the number of bytes read, at least 1. */
size_t mlpi_utf8_next(const char *text, uint32_t *character);
/** Encodes a character as UTF-8, without a terminating 0. Returns the number of bytes, 1..4. */
size_t mlpi_utf8_put(uint32_t character, char *text);
/** The length of the longest prefix of a UTF-8 text of `length` bytes that fits into `room` bytes
 * and splits no character. */
size_t mlpi_utf8_fit(const char *text, size_t length, size_t room);
/** Whether `length` bytes are UTF-8. */
bool mlpi_utf8_is_sound(const char *text, size_t length);
/** A malloc'ed copy in which bytes that are not UTF-8 become escapes such as \\xFC; NULL: out of
 * memory. */
char *mlpi_utf8_copy(const char *text);
/** The number of terminal columns that a character occupies: 0, 1 or 2. */
size_t mlpi_utf8_columns(uint32_t character);
/** Whether a character may be shown as it is. A space is shown instead of control characters, marks
 * that change the direction of writing, line separators and characters that XML forbids. */
bool mlpi_utf8_printable(uint32_t character);

/* --- text for people (base/text.c) ------------------------------------------------------------ */

/** Makes a text safe to print, in place; it never becomes longer: a character that is not printable
 * becomes a space, a byte that is not UTF-8 becomes "?". */
void mlpi_text_clean(char *text);

/* --- numbers for people (base/numbers.c) ------------------------------------------------------ */

/** The plural ending of a noun that follows the number n: "" for 1, else "s". */
static inline const char *mlpi_plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/** Writes a number rounded to `digits` significant digits (1..17), for sentences; `text` holds at
 * least 32 bytes. Returns `text`. */
const char *mlpi_rounded(double value, int digits, char *text);
/** The value of an IEEE 754 binary16, given its bits; a double holds it exactly. */
double mlpi_half_number(uint16_t bits);
/** The bits of the nearest binary16, ties to even; infinity if the magnitude is 65520 or more. */
uint16_t mlpi_half_bits(float number);
/** Does the same as mlp_number_text_float by trying more and more digits, for numbers that the fast
 * method of mlp_number_text_float cannot handle. */
size_t mlpi_float_text_slowly(float value, char *text);

/* --- sorted numbers (base/quantile.c) --------------------------------------------------------- */

/** Sorts in ascending order. */
void mlpi_sort(double *values, size_t count);
/** The q-quantile of sorted numbers, count >= 1, by linear interpolation (R. J. Hyndman, Y. Fan
 * 1996, type 7). */
double mlpi_quantile(const double *sorted, size_t count, double q);

/* --- formulas that leave the library ---------------------------------------------------------- */

/** Defines functions and keeps their source text, which exported C code contains, so that each
 * formula is written only once. The functions are C99, need only math.h and stddef.h, and use no
 * name that is also a macro. */
#define MLPI_CARRIED(text, ...) __VA_ARGS__ static const char text[] = #__VA_ARGS__

/* --- hash (base/hash.c) ----------------------------------------------------------------------- */

/** Continues a 64-bit FNV-1a hash; `hash` of the first call is MLPI_HASH_START. */
#define MLPI_HASH_START 0xcbf29ce484222325u
uint64_t mlpi_hash(uint64_t hash, const void *bytes, size_t size);

#endif
