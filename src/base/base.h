/* SPDX-License-Identifier: MIT */
/* What every module of the library may use: errors, memory, random numbers, text. */
#ifndef MLPI_BASE_H
#define MLPI_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mlp/error.h"
#include "mlp/output.h"

/* --- errors (base/error.c) -------------------------------------------------------------------- */

/** Fills `err` (NULL allowed) and returns `status`, so that a failure is one line:
 *      return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`batch` is %zu; it must be ...", n); */
mlp_status mlpi_fail(mlp_error *err, mlp_status status, const char *format, ...) MLP_PRINTF(3, 4);

/** The same for a place in an input file: the message becomes "file:line: ..." (line 0: "file:
 * ..."). */
mlp_status mlpi_fail_at(mlp_error *err, mlp_status status, const char *file, size_t line,
                        size_t column, const char *format, ...) MLP_PRINTF(6, 7);

/** A failure of the system: the message ends in ": " and the reason for `error`, an errno. ENOMEM
 * is MLP_ERROR_MEMORY, whatever `status`. Returns the status. */
mlp_status mlpi_fail_system(mlp_error *err, mlp_status status, int error, const char *format, ...)
    MLP_PRINTF(4, 5);

/** "not enough memory for WHAT"; returns MLP_ERROR_MEMORY. */
mlp_status mlpi_fail_memory(mlp_error *err, const char *what);

/** Hands a failure on. */
#define MLPI_TRY(call)                                                                             \
    do {                                                                                           \
        const mlp_status try_status_ = (call);                                                     \
        if (try_status_ != MLP_OK)                                                                 \
            return try_status_;                                                                    \
    } while (0)

/* --- memory (base/memory.c) ------------------------------------------------------------------- */

/** count * size zeroed bytes, 64-byte aligned; NULL when out of memory or the product overflows
 * (never NULL for 0 bytes). Free with mlpi_free. */
void *mlpi_allocate(size_t count, size_t size);
/** The same, not zeroed: large memory becomes resident only as it is written. */
void *mlpi_reserve(size_t count, size_t size);
/** malloc'ed copy; NULL when out of memory. Free with free(). */
char *mlpi_copy_text(const char *text, size_t length);
void mlpi_free(void *memory);
/** Whether a * b fits into *product. */
bool mlpi_multiply(size_t a, size_t b, size_t *product);
bool mlpi_add(size_t a, size_t b, size_t *sum);
/** Makes room for `need` items in a growing malloc'ed array (doubling). false: out of memory,
 * unchanged. */
bool mlpi_grow(void *array_pointer, size_t *capacity, size_t need, size_t item_size);

/* --- random numbers (base/random.c) ----------------------------------------------------------- */

/** A counter-based generator (Philox 4x32-10; Salmon et al. 2011): the i-th number of stream s
 * under a seed is a pure function of (seed, s, i). */
typedef struct mlpi_random {
    uint64_t seed, stream, counter;
    uint64_t made;    /* number of the block in `word`, from 1 on; 0: none yet */
    uint32_t word[4]; /* of the block made last */
} mlpi_random;

/** Streams, so that parts of a run never share numbers. */
enum {
    MLPI_STREAM_SPLIT = 1,
    MLPI_STREAM_ORDER = 2,
    MLPI_STREAM_SHARDS = 3,
    MLPI_STREAM_MIXED = 4,
    MLPI_STREAM_WEIGHTS = 1000 /* + layer */
};
#define MLPI_STREAM_TRIAL (UINT64_C(1) << 60)   /* + number of the trial */
#define MLPI_STREAM_FOLDS (UINT64_C(1) << 61)   /* + repeat */
#define MLPI_STREAM_DROPOUT (UINT64_C(1) << 62) /* + number of the step */
#define MLPI_STREAM_INPUT_NOISE (UINT64_C(2) << 62)

/** Streams of bootstrap resamples (+ number) and of permutations (+ number). */
#define MLPI_STREAM_RESAMPLES ((uint64_t)1 << 32)
#define MLPI_STREAM_PERMUTATIONS ((uint64_t)2 << 32)
/** Streams of rows that stand for all (+ number of the part). */
#define MLPI_STREAM_SPREAD ((uint64_t)3 << 32)

mlpi_random mlpi_random_init(uint64_t seed, uint64_t stream);
uint32_t mlpi_random_u32(mlpi_random *random);
/** Uniform in [0, 1), 53 bits. */
double mlpi_random_uniform(mlpi_random *random);
/** Standard normal (polar method, with a logarithm of our own: the same bits on every machine). */
double mlpi_random_normal(mlpi_random *random);
/** Uniform in 0..n-1 without bias, n >= 1. */
uint64_t mlpi_random_below(mlpi_random *random, uint64_t n);
/** `count` numbers uniform in 0..n-1 without bias, n >= 1: faster than one by one. The numbers do
 * not depend on how they are cut into calls. */
void mlpi_random_indices(mlpi_random *random, uint32_t n, uint32_t *items, size_t count);
/** Fisher-Yates. */
void mlpi_random_shuffle(mlpi_random *random, uint32_t *items, size_t n);
/** Row number i of `shown` that stand for all: one of each of `shown` equal parts, by a lot that is
 * always the same. Rows at equal distances would miss labels that come in turns. */
size_t mlpi_spread(size_t i, size_t shown, size_t all);

/* --- time ------------------------------------------------------------------------------------- */

/** Seconds of a monotonic clock. */
double mlpi_seconds(void);

/** "512M" as a number: with K, M, G or T behind it for powers of 1024. Returns false when it is none.
 */
bool mlpi_bytes_parse(const char *text, double *value);

/* --- files (base/file.c) ---------------------------------------------------------------------- */

/** As open() with O_CLOEXEC; an interruption is not a failure. */
int mlpi_open(const char *path, int flags, mode_t mode);
/** As read(); an interruption is not a failure. */
ssize_t mlpi_read_some(int file, void *bytes, size_t size);

/** All bytes of a regular file (mlpi_free them). Failures have the status `kind`; `way_out` ("":
 * none) ends the sentence when there is no such file. */
mlp_status mlpi_read_file(const char *path, mlp_status kind, const char *way_out,
                          unsigned char **bytes, size_t *size, mlp_error *err);
/** The same from a descriptor at its beginning; `path` is for messages. */
mlp_status mlpi_read_open(int file, const char *path, mlp_status kind, unsigned char **bytes,
                          size_t *size, mlp_error *err);

/** An output (mlp/output.h) that goes on behind what is in the file. *there is false, and the
 * result MLP_OK without an output, when there is no such file. */
mlp_status mlpi_output_continue(const char *path, bool *there, mlp_output **output, mlp_error *err);
/** The descriptor of such an output, which can also be read from. */
int mlpi_output_file(const mlp_output *output);

/* --- texts in memory (base/buffer.c) ---------------------------------------------------------- */

typedef struct mlpi_buffer {
    char *text;
    size_t size, capacity; /* bytes written so far, and room */
    bool failed;           /* memory was short */
} mlpi_buffer;

/** A stream that writes into the buffer. NULL: out of memory. */
FILE *mlpi_buffer_open(mlpi_buffer *buffer);
/** Closes it. The text of buffer->size bytes and a closing 0, to be freed; NULL when memory was
 * short at any time. */
char *mlpi_buffer_close(mlpi_buffer *buffer, FILE *stream);

/* --- bytes as text (base/base64.c) ------------------------------------------------------------ */

/** Room for the base64 of so many bytes, and a closing 0. */
size_t mlpi_base64_size(size_t size);
void mlpi_base64(const unsigned char *bytes, size_t size, char *text);

/* --- moments (base/moment.c) ------------------------------------------------------------------ */

/** Seconds since 1970-01-01 00:00 as strftime writes them, in universal time; "" where they are none. */
void mlpi_moment_text(double seconds, const char *format, char *text, size_t size);

/* --- characters (base/utf8.c) ----------------------------------------------------------------- */

/** The character that begins at `text` (not its closing 0), U+FFFD for bytes that are not UTF-8.
 * Returns how many bytes it takes, at least 1. */
size_t mlpi_utf8_next(const char *text, uint32_t *character);
/** Writes a character without a closing 0. Returns how many bytes it takes, 1..4. */
size_t mlpi_utf8_put(uint32_t character, char *text);
/** The bytes of the longest beginning of UTF-8 text, of `length` bytes, that fits into `room` bytes
 * and cuts no character. */
size_t mlpi_utf8_fit(const char *text, size_t length, size_t room);
/** Whether `length` bytes are UTF-8. */
bool mlpi_utf8_is_sound(const char *text, size_t length);
/** A malloc'ed copy in which bytes that are not UTF-8 are written as \\xFC; NULL: out of memory. */
char *mlpi_utf8_copy(const char *text);
/** How many columns of a terminal it takes: 0, 1 or 2. */
size_t mlpi_utf8_columns(uint32_t character);
/** Whether a reader sees it as itself: no control character, none that turns the direction of
 * writing, no end of a line, none that XML forbids. Others are shown as a space. */
bool mlpi_utf8_printable(uint32_t character);

/* --- text for people (base/text.c) ------------------------------------------------------------ */

/** Makes a text safe to print where it stands, never longer: what is not printable becomes a space,
 * bytes that are not UTF-8 become "?". */
void mlpi_text_clean(char *text);

/* --- numbers for people (base/numbers.c) ------------------------------------------------------ */

/** The ending of a noun that stands behind its number: "" for 1, else "s". */
static inline const char *mlpi_plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/** A number rounded to `digits` significant digits (1..17), for sentences; `text` holds at least 32
 * bytes. Returns it. */
const char *mlpi_rounded(double value, int digits, char *text);
/** The number that the bits of an IEEE 754 binary16 stand for; a double holds it exactly. */
double mlpi_half_number(uint16_t bits);
/** The bits of the nearest such number, of two the even one: infinity from 65520 on. */
uint16_t mlpi_half_bits(float number);
/** As mlp_number_text_float, by trying: for what has no faster way. */
size_t mlpi_float_text_slowly(float value, char *text);

/* --- sorted numbers (base/quantile.c) --------------------------------------------------------- */

/** Ascending. */
void mlpi_sort(double *values, size_t count);
/** The q-quantile of sorted numbers, count >= 1: linear between them (R. J. Hyndman, Y. Fan 1996,
 * type 7). */
double mlpi_quantile(const double *sorted, size_t count, double q);

/* --- formulas that leave the library ---------------------------------------------------------- */

/** Defines functions and keeps their text, which exported C carries: a formula stands once. Within it
 * there is C99 that needs math.h and stddef.h alone, and no name that is also a macro. */
#define MLPI_CARRIED(text, ...) __VA_ARGS__ static const char text[] = #__VA_ARGS__

/* --- hash (base/hash.c) ----------------------------------------------------------------------- */

/** FNV-1a 64, to be continued: start from MLPI_HASH_START. */
#define MLPI_HASH_START 0xcbf29ce484222325u
uint64_t mlpi_hash(uint64_t hash, const void *bytes, size_t size);

#endif
