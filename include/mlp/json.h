/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259), a helper for what mlp writes: a model's metadata, the log of a training, the
 * results of the command.
 *
 *     mlp_json *document = NULL;
 *     const char *metadata = mlp_model_metadata(model);
 *     if (mlp_json_read(metadata, strlen(metadata), &document, &err) == MLP_OK)
 *         version = mlp_json_member(mlp_json_root(document), "format_version");
 *
 * Reading is strict: what the standard does not allow is refused, and so are members of one object
 * that share a name, text with the character 0, and more than MLP_JSON_DEPTH levels. Reading takes
 * at most about twelve times the length of the text in memory. */
#ifndef MLP_JSON_H
#define MLP_JSON_H

#include <stdint.h>

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** The deepest nesting of arrays and objects. */
#define MLP_JSON_DEPTH 64

/* --- reading ---------------------------------------------------------------------------------- */

/** A text that was read. Several threads may look at one document. */
typedef struct mlp_json mlp_json;

typedef enum mlp_json_kind {
    MLP_JSON_NOTHING, /**< no such member, or past the last element */
    MLP_JSON_NULL,
    MLP_JSON_BOOLEAN,
    MLP_JSON_NUMBER,
    MLP_JSON_TEXT,
    MLP_JSON_ARRAY,
    MLP_JSON_OBJECT
} mlp_json_kind;

/** A value of a document, good as long as the document is. All members are private. Zeroed it is
 * MLP_JSON_NOTHING, which every function takes and answers with nothing, NULL, 0 or false. */
typedef struct mlp_json_value {
    const mlp_json *document;
    uint32_t at, end;
    bool named;
} mlp_json_value;

/** Reads `length` bytes; they are copied. Failures: MLP_ERROR_MEMORY; MLP_ERROR_DATA for a text
 * that is not JSON: err->column is then the byte, from 1, and the message says what is wrong there,
 * without a file: "byte 17: a comma is missing". */
MLP_API mlp_status mlp_json_read(const char *text, size_t length, mlp_json **document,
                                 mlp_error *err);
/** The same of a file. Errors: MLP_ERROR_DATA (it cannot be read, or is not JSON; with its name),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_json_load(const char *path, mlp_json **document, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_json_free(mlp_json *document);

/** The outermost value; of NULL, nothing. */
MLP_API mlp_json_value mlp_json_root(const mlp_json *document);
MLP_API mlp_json_kind mlp_json_kind_of(mlp_json_value value);
/** How many elements an array has, or members an object; 0 for anything else. */
MLP_API size_t mlp_json_count(mlp_json_value value);
/** The member of that name of an object; takes time in proportion to its members. */
MLP_API mlp_json_value mlp_json_member(mlp_json_value object, const char *name);
/** The first element of an array, or member of an object, and the one behind another, each at once:
 *      for (v = mlp_json_first(list); mlp_json_kind_of(v) != 0; v = mlp_json_next(v)) */
MLP_API mlp_json_value mlp_json_first(mlp_json_value parent);
MLP_API mlp_json_value mlp_json_next(mlp_json_value value);
/** The name of a member of an object; NULL for anything else. */
MLP_API const char *mlp_json_name(mlp_json_value member);

/** The text, UTF-8, owned by the document; NULL for a value that is none. */
MLP_API const char *mlp_json_text(mlp_json_value value);
/** Whether the value is a number that a double can hold; the nearest one. */
MLP_API bool mlp_json_number(mlp_json_value value, double *number);
/** Whether the value is a whole number of 0..2^64-1, written without point and exponent; exact. */
MLP_API bool mlp_json_whole(mlp_json_value value, uint64_t *number);
/** Whether the value is `true`. */
MLP_API bool mlp_json_true(mlp_json_value value);

/* --- writing ---------------------------------------------------------------------------------- */

/** A text that grows. Failures are kept until mlp_json_finish tells the first one, so that nothing
 * needs to be looked at in between. NULL stands for one that could not be made: all functions take
 * it, and mlp_json_finish tells that memory is short. */
typedef struct mlp_json_writer mlp_json_writer;

/** `indent` spaces for each level, one value a line; 0: all on one line, no spaces. */
MLP_API mlp_json_writer *mlp_json_writer_create(size_t indent);
/** Takes the text (free() it; nullable) and its length without the closing 0 (nullable), and frees
 * the writer in any case. Failures: MLP_ERROR_MEMORY; MLP_ERROR_DATA: a text is not UTF-8;
 * MLP_ERROR_ARGUMENT: something is not ended, or nested deeper than MLP_JSON_DEPTH. */
MLP_API mlp_status mlp_json_finish(mlp_json_writer *writer, char **text, size_t *length,
                                   mlp_error *err);
/** Frees a writer whose text is not wanted. NULL is allowed. */
MLP_API void mlp_json_writer_free(mlp_json_writer *writer);

/* In an object every value has a name; in an array, and outermost, the name is NULL. */

/** Begins an object or an array, which mlp_json_end ends. */
MLP_API void mlp_json_begin_object(mlp_json_writer *writer, const char *name);
MLP_API void mlp_json_begin_array(mlp_json_writer *writer, const char *name);
MLP_API void mlp_json_end(mlp_json_writer *writer);
/** UTF-8; null for NULL. */
MLP_API void mlp_json_put_text(mlp_json_writer *writer, const char *name, const char *text);
/** Text that is only for people, such as a file name: bytes that are not UTF-8 become U+FFFD. */
MLP_API void mlp_json_put_any(mlp_json_writer *writer, const char *name, const char *text);
/** The shortest number that reads back as the same double; null when it is not finite. */
MLP_API void mlp_json_put_number(mlp_json_writer *writer, const char *name, double number);
MLP_API void mlp_json_put_whole(mlp_json_writer *writer, const char *name, uint64_t number);
MLP_API void mlp_json_put_boolean(mlp_json_writer *writer, const char *name, bool value);
MLP_API void mlp_json_put_null(mlp_json_writer *writer, const char *name);
/** An array of numbers. */
MLP_API void mlp_json_put_numbers(mlp_json_writer *writer, const char *name, const double *numbers,
                                  size_t count);
/** A value of a document with all that it holds; numbers keep their digits. */
MLP_API void mlp_json_put_value(mlp_json_writer *writer, const char *name, mlp_json_value value);

MLP_END_DECLS

#endif
