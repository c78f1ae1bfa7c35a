/* SPDX-License-Identifier: MIT */
/* Status codes and the error record.
 *
 * Every function that can fail returns an mlp_status and takes an `mlp_error *` (may be NULL) as
 * its last argument. On failure, results are unchanged, and the record says what was found, what
 * was expected, where, and what to do about it; options are named between backquotes
 * (`learning-rate`), as in the notices of training. The library never prints, exits or aborts. */
#ifndef MLP_ERROR_H
#define MLP_ERROR_H

#include "mlp/common.h"

MLP_BEGIN_DECLS

/** Names and numbers never change; new codes are added at the end. */
typedef enum mlp_status {
    MLP_OK = 0,
    MLP_ERROR_MEMORY = 1,   /**< an allocation failed or a size would overflow */
    MLP_ERROR_OUTPUT = 2,   /**< a file could not be written */
    MLP_ERROR_ARGUMENT = 3, /**< an option or argument has a value that is not allowed */
    MLP_ERROR_DATA = 4,  /**< the data cannot be read or do not fit; also: no such file or column */
    MLP_ERROR_MODEL = 5, /**< the model file cannot be read or is damaged; also: no such file */
    MLP_ERROR_INTERRUPTED = 6 /**< the caller asked to stop before there was any result */
} mlp_status;

/** What went wrong. It lives on the caller's stack and holds nothing to release. `message` is a
 * whole sentence that already names the place ("iris.csv:17: column ..."). */
typedef struct mlp_error {
    mlp_status status;
    size_t line;        /**< 1-based line of the input file, 0 when it does not apply */
    size_t column;      /**< 1-based column (field) of the input file, 0 when it does not apply */
    char file[256];     /**< the name of the input file (only the end of a long name), "" when it
                             does not apply */
    char message[1024]; /**< UTF-8, without a newline at the end, cut off with "..." when too
                             long */
} mlp_error;

/** The name of a status, for instance "bad data"; a static string, never NULL. */
MLP_API const char *mlp_status_name(mlp_status status);

MLP_END_DECLS

#endif
