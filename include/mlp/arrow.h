/* SPDX-License-Identifier: MIT */
/* Tables from the Arrow C stream interface, through which other programs hand over data frames
 * without a file and mostly without a copy
 * (https://arrow.apache.org/docs/format/CStreamInterface.html). */
#ifndef MLP_ARROW_H
#define MLP_ARROW_H

#include "mlp/table.h"

MLP_BEGIN_DECLS

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

/** The type of a column, as in Arrow's specification. */
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

/** The cells of a column, as in Arrow's specification. */
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

/** Batches of rows, one after another, as in Arrow's specification. */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
#endif

/** Reads a stream to its end, and releases it in any case. `source` names the stream in messages.
 * Integers and real numbers (half precision too) stay in Arrow's memory, which is released with the
 * table. Texts and dictionaries of them are read like cells of a CSV file. Truth values become the
 * texts "true" and "false"; dates and timestamps become texts in ISO 8601, in universal time, with
 * Z where the column has a time zone. Nulls and NaN mean no value. The lengths of buffers, which
 * the interface does not state, cannot be checked: the stream must be a trusted one. Errors:
 * MLP_ERROR_DATA (a type that is not a column, such as a list; an infinite number; no rows; the
 * stream reports a failure of its own), MLP_ERROR_MEMORY. Free with mlp_table_free. */
MLP_API mlp_status mlp_table_from_arrow(struct ArrowArrayStream *stream, const char *source,
                                        mlp_table **table, mlp_error *err);

MLP_END_DECLS

#endif
