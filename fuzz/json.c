/* SPDX-License-Identifier: MIT */
/* The reader and the writer of JSON. An input is a text; the value that was read is traversed,
 * written, read and written again: the second text must equal the first. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static void walk(mlp_json_value value)
{
    double number = 0.0;
    uint64_t whole = 0;
    size_t count = 0;
    (void)mlp_json_text(value);
    (void)mlp_json_true(value);
    if (mlp_json_whole(value, &whole) && !mlp_json_number(value, &number))
        fuzz_finding("a whole number that is no number");
    for (mlp_json_value v = mlp_json_first(value); mlp_json_kind_of(v) != MLP_JSON_NOTHING;
         v = mlp_json_next(v), count++) {
        const char *name = mlp_json_name(v);
        if (name != NULL && mlp_json_kind_of(mlp_json_member(value, name)) != mlp_json_kind_of(v))
            fuzz_finding("a member is not found by its name");
        walk(v);
    }
    if (count != mlp_json_count(value))
        fuzz_finding("%zu elements are there, %zu are counted", count, mlp_json_count(value));
}

static mlp_json *read_text(const char *text, size_t size, mlp_error *err)
{
    mlp_json *document = NULL;
    fuzz_heap_begin(size);
    const mlp_status status = mlp_json_read(text, size, &document, err);
    fuzz_heap_end("reading JSON");
    return status == MLP_OK ? document : NULL;
}

static char *written(const mlp_json *document, size_t indent, size_t *length)
{
    char *text = NULL;
    mlp_error err;
    mlp_json_writer *writer = mlp_json_writer_create(indent);
    mlp_json_put_value(writer, NULL, mlp_json_root(document));
    if (mlp_json_finish(writer, &text, length, &err) != MLP_OK)
        fuzz_finding("what was read cannot be written: %s", err.message);
    return text;
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    mlp_error err;
    size_t length = 0, length_again = 0;
    mlp_json *document = read_text((const char *)bytes, size, &err);
    if (document == NULL)
        return;
    walk(mlp_json_root(document));
    char *first = written(document, size % 3, &length);
    mlp_json *again = read_text(first, length, &err);
    if (again == NULL)
        fuzz_finding("what was written cannot be read: %s", err.message);
    char *second = written(again, size % 3, &length_again);
    if (length != length_again || memcmp(first, second, length) != 0)
        fuzz_finding("read and written again it is another text");
    free(first);
    free(second);
    mlp_json_free(document);
    mlp_json_free(again);
}
