/* SPDX-License-Identifier: MIT */
/* Reading and writing JSON (RFC 8259), the format of a model's metadata, of training logs, and of
 * the results of the command.
 *
 *     mlp_json *document = NULL;
 *     const char *metadata = mlp_model_metadata(model);
 *     if (mlp_json_read(metadata, strlen(metadata), &document, &err) == MLP_OK)
 *         version = mlp_json_member(mlp_json_root(document), "format_version");
 *
 * Reading is strict: everything that the standard does not allow is refused, and so are members of
 * one object that share a name, text with the character 0, and more than MLP_JSON_DEPTH levels.
 * Reading needs memory of at most about twelve times the length of the text. */
#ifndef MLP_JSON_H
#define MLP_JSON_H

#include <stdint.h>

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** The deepest nesting of arrays and objects. */
#define MLP_JSON_DEPTH 64

/* --- reading ---------------------------------------------------------------------------------- */

/** A document that was read. Several threads may use it at the same time. */
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

/** A value in a document, valid as long as the document. All members are private. With all members
 * 0 it is MLP_JSON_NOTHING: every function accepts it and returns nothing, NULL, 0 or false for
 * it. */
typedef struct mlp_json_value {
    const mlp_json *document;
    uint32_t at, end;
    bool named;
} mlp_json_value;

/** Reads `length` bytes; they are copied. Errors: MLP_ERROR_MEMORY; MLP_ERROR_DATA for a text that
 * is not JSON: then err->column is the number of the byte, from 1, and the message says what is
 * wrong there, without a file: "byte 17: a comma is missing". */
MLP_API mlp_status mlp_json_read(const char *text, size_t length, mlp_json **document,
                                 mlp_error *err);
/** Reads a file. Errors: MLP_ERROR_DATA (it cannot be read, or is not JSON; the message has its
 * name), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_json_load(const char *path, mlp_json **document, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_json_free(mlp_json *document);

/** The outermost value; for NULL, MLP_JSON_NOTHING. */
MLP_API mlp_json_value mlp_json_root(const mlp_json *document);
MLP_API mlp_json_kind mlp_json_kind_of(mlp_json_value value);
/** The number of elements of an array, or of members of an object; 0 for anything else. */
MLP_API size_t mlp_json_count(mlp_json_value value);
/** The member of an object with this name; the search takes time in proportion to the number of
 * members. */
MLP_API mlp_json_value mlp_json_member(mlp_json_value object, const char *name);
/** The first element of an array, or the first member of an object, in constant time. To visit all
 * of them:
 *      for (v = mlp_json_first(list); mlp_json_kind_of(v) != 0; v = mlp_json_next(v))
 */
MLP_API mlp_json_value mlp_json_first(mlp_json_value parent);
/** The element or member after this one, in constant time. */
MLP_API mlp_json_value mlp_json_next(mlp_json_value value);
/** The name of a member of an object; NULL for anything else. */
MLP_API const char *mlp_json_name(mlp_json_value member);

/** The text, UTF-8, owned by the document; NULL: the value is not a text. */
MLP_API const char *mlp_json_text(mlp_json_value value);
/** Whether the value is a number in the range of double; *number becomes the nearest double. */
MLP_API bool mlp_json_number(mlp_json_value value, double *number);
/** Whether the value is a whole number of 0..2^64-1, written without point and exponent; *number
 * becomes that number exactly. */
MLP_API bool mlp_json_whole(mlp_json_value value, uint64_t *number);
/** Whether the value is `true`. */
MLP_API bool mlp_json_true(mlp_json_value value);

/* --- writing ---------------------------------------------------------------------------------- */

/** A text that grows. The first failure is kept until mlp_json_finish reports it, so that the calls
 * in between need no check. NULL stands for a writer that could not be created: all functions
 * accept it, and mlp_json_finish reports that memory is short. */
typedef struct mlp_json_writer mlp_json_writer;

/** `indent`: the number of spaces by which each level is indented, with one value per line; 0: all
 * on one line, without spaces. */
MLP_API mlp_json_writer *mlp_json_writer_create(size_t indent);
/** Hands over the text (free() it; nullable) and its length without the closing 0 (nullable), and
 * frees the writer in any case. Errors: MLP_ERROR_MEMORY; MLP_ERROR_DATA: a text is not UTF-8;
 * MLP_ERROR_ARGUMENT: nothing was written, or an object or array is not ended or nested deeper than
 * MLP_JSON_DEPTH. */
MLP_API mlp_status mlp_json_finish(mlp_json_writer *writer, char **text, size_t *length,
                                   mlp_error *err);
/** Frees a writer whose text is not wanted. NULL is allowed. */
MLP_API void mlp_json_writer_free(mlp_json_writer *writer);

/* In an object every value has a name; in an array, and at the top level, the name is NULL. */

/** Begins an object, which mlp_json_end ends. */
MLP_API void mlp_json_begin_object(mlp_json_writer *writer, const char *name);
/** Begins an array, which mlp_json_end ends. */
MLP_API void mlp_json_begin_array(mlp_json_writer *writer, const char *name);
/** Ends the object or array that was begun last. */
MLP_API void mlp_json_end(mlp_json_writer *writer);
/** Writes a text in UTF-8; NULL becomes null. */
MLP_API void mlp_json_put_text(mlp_json_writer *writer, const char *name, const char *text);
/** Writes a text that is only for people, such as a file name: bytes that are not UTF-8 become
 * U+FFFD. */
MLP_API void mlp_json_put_any(mlp_json_writer *writer, const char *name, const char *text);
/** Writes the shortest number that reads back as the same double; null when it is not finite. */
MLP_API void mlp_json_put_number(mlp_json_writer *writer, const char *name, double number);
MLP_API void mlp_json_put_whole(mlp_json_writer *writer, const char *name, uint64_t number);
MLP_API void mlp_json_put_boolean(mlp_json_writer *writer, const char *name, bool value);
MLP_API void mlp_json_put_null(mlp_json_writer *writer, const char *name);
/** Writes an array of numbers. */
MLP_API void mlp_json_put_numbers(mlp_json_writer *writer, const char *name, const double *numbers,
                                  size_t count);
/** Writes a value of a document with everything in it; numbers keep their digits. */
MLP_API void mlp_json_put_value(mlp_json_writer *writer, const char *name, mlp_json_value value);

MLP_END_DECLS

#endif
