/* SPDX-License-Identifier: MIT */
/* A damaged Arrow stream is refused with an error message, and everything that it hands over is
 * released exactly once, whatever fails. Streams are built by hand, and each case alters one
 * thing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/arrow.h"
#include "mlp/mlp.h"
#include "unit/test.h"

enum { ROWS = 3, BATCHES = 2, NUMBERS = 0, TEXTS, CODES, TRUTHS, TIMES, COLUMNS };

/* --- an intact stream ------------------------------------------------------------------------- */

static struct {
    struct ArrowSchema schema, columns[COLUMNS], *column_pointers[COLUMNS], words;
    struct ArrowArray batch, children[COLUMNS], *child_pointers[COLUMNS], dictionary;
    const void *buffers[COLUMNS][3], *word_buffers[3], *no_bits[1];
    uint8_t valid[1], truths[1];
    double numbers[ROWS];
    int32_t text_offsets[ROWS + 1], word_offsets[3];
    char texts[16], words_text[16];
    int8_t codes[ROWS];
    int64_t times[ROWS];
    int schema_fails, batch_fails; /* errno of the failure; 0: none */
    int fails_at;                  /* number of the batch that fails, from 0 */
    int given, schemas_given;
    int schemas, batches, streams; /* how many were released */
} f;

static void release_schema(struct ArrowSchema *schema)
{
    f.schemas++;
    schema->release = NULL;
}

static void release_batch(struct ArrowArray *array)
{
    f.batches++;
    array->release = NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    f.streams++;
    stream->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void)stream;
    if (f.schema_fails != 0)
        return f.schema_fails;
    f.schemas_given++;
    *out = f.schema;
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    (void)stream;
    if (f.batch_fails != 0 && f.given == f.fails_at)
        return f.batch_fails;
    *out = (struct ArrowArray){0};
    if (f.given == BATCHES)
        return 0;
    f.given++;
    *out = f.batch;
    return 0;
}

static const char *last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the disk\nis gone";
}

static void set_column(size_t c, const char *format, const char *name, const void *values)
{
    f.columns[c] = (struct ArrowSchema){.format = format, .name = name};
    f.buffers[c][0] = f.valid;
    f.buffers[c][1] = values;
    f.children[c] = (struct ArrowArray){
        .length = ROWS, .null_count = 1, .n_buffers = 2, .buffers = f.buffers[c]};
    f.column_pointers[c] = &f.columns[c];
    f.child_pointers[c] = &f.children[c];
}

static void make_sound(void)
{
    memset(&f, 0, sizeof f);
    f.valid[0] = 5; /* the second row has no values */
    memcpy(f.numbers, (const double[]){1.5, 0.0, -2.0}, sizeof f.numbers);
    memcpy(f.text_offsets, (const int32_t[]){0, 2, 2, 5}, sizeof f.text_offsets);
    memcpy(f.texts, "abcde", 5);
    memcpy(f.word_offsets, (const int32_t[]){0, 1, 3}, sizeof f.word_offsets);
    memcpy(f.words_text, "xyz", 3);
    f.codes[2] = 1;
    f.truths[0] = 1;
    set_column(NUMBERS, "g", "number", f.numbers);
    set_column(TEXTS, "u", "text", f.text_offsets);
    f.buffers[TEXTS][2] = f.texts;
    f.children[TEXTS].n_buffers = 3;
    set_column(CODES, "c", "code", f.codes);
    f.words = (struct ArrowSchema){.format = "u"};
    f.word_buffers[1] = f.word_offsets;
    f.word_buffers[2] = f.words_text;
    f.dictionary = (struct ArrowArray){.length = 2, .n_buffers = 3, .buffers = f.word_buffers};
    f.columns[CODES].dictionary = &f.words;
    f.children[CODES].dictionary = &f.dictionary;
    set_column(TRUTHS, "b", "truth", f.truths);
    set_column(TIMES, "tsu:", "time", f.times);
    f.schema = (struct ArrowSchema){.format = "+s",
                                    .n_children = COLUMNS,
                                    .children = f.column_pointers,
                                    .release = release_schema};
    f.batch = (struct ArrowArray){.length = ROWS,
                                  .n_buffers = 1,
                                  .n_children = COLUMNS,
                                  .buffers = f.no_bits,
                                  .children = f.child_pointers,
                                  .release = release_batch};
}

/* Reads the stream, and checks that the stream and its schema are released at once, and the batches
 * with the table, each exactly once. */
static mlp_status read_stream(mlp_error *err)
{
    struct ArrowArrayStream stream = {get_schema, get_next, last_error, release_stream, NULL};
    mlp_table *table = NULL;
    const mlp_status status = mlp_table_from_arrow(&stream, "stream", &table, err);
    assert_true((status == MLP_OK) == (table != NULL));
    assert_int_equal(f.streams, 1);
    assert_int_equal(f.schemas, f.schemas_given);
    if (table != NULL) {
        assert_int_equal(mlp_table_rows(table), (size_t)BATCHES * ROWS);
        assert_int_equal(f.batches, 0);
    }
    mlp_table_free(table);
    assert_int_equal(f.batches, f.given);
    return status;
}

static void a_sound_stream_is_a_table(void **state)
{
    (void)state;
    static const char *const wanted[ROWS][COLUMNS] = {
        {"1.5", "ab", "x", "true", "1970-01-01T00:00:00"},
        {"", "", "", "", ""},
        {"-2", "cde", "yz", "false", "1970-01-01T00:00:00"}};
    struct ArrowArrayStream stream = {get_schema, get_next, last_error, release_stream, NULL};
    mlp_table *table = NULL;
    mlp_error err = {0};
    make_sound();
    assert_int_equal(mlp_table_from_arrow(&stream, "stream", &table, &err), MLP_OK);
    for (size_t r = 0; r < (size_t)BATCHES * ROWS; r++)
        for (size_t c = 0; c < COLUMNS; c++) {
            char text[40];
            (void)mlp_table_cell(table, r, c, text, sizeof text);
            assert_string_equal(text, wanted[r % ROWS][c]);
        }
    mlp_table_free(table);
    make_sound();
    assert_int_equal(read_stream(&err), MLP_OK);
}

/* The column of texts as views: "ab" inside its view, and a text of 13 bytes in the second of two
 * buffers. */
static struct {
    unsigned char view[ROWS * 16];
    int64_t sizes[2];
    const void *buffers[5];
} v;

static void set_view(size_t row, int32_t length, int32_t buffer, int32_t at)
{
    memcpy(v.view + 16 * row, &length, 4);
    memcpy(v.view + 16 * row + 4, "ab??", 4);
    if (length > 12) {
        memcpy(v.view + 16 * row + 8, &buffer, 4);
        memcpy(v.view + 16 * row + 12, &at, 4);
    }
}

static void make_views(void)
{
    static const char bytes[] = ">twelve and 1";
    make_sound();
    set_view(0, 2, 0, 0);
    set_view(1, -1, 0, 0); /* never read: this row has no value */
    set_view(2, 13, 1, 0);
    v.sizes[0] = 0;
    v.sizes[1] = sizeof bytes - 1;
    memcpy(v.buffers, (const void *[]){f.valid, v.view, NULL, bytes, v.sizes}, sizeof v.buffers);
    f.columns[TEXTS].format = "vu";
    f.children[TEXTS].n_buffers = 5;
    f.children[TEXTS].buffers = v.buffers;
}

static void views_of_texts_are_texts(void **state)
{
    (void)state;
    static const char *const wanted[ROWS] = {"ab", "", ">twelve and 1"};
    struct ArrowArrayStream stream = {get_schema, get_next, last_error, release_stream, NULL};
    mlp_table *table = NULL;
    mlp_error err = {0};
    make_views();
    assert_int_equal(mlp_table_from_arrow(&stream, "stream", &table, &err), MLP_OK);
    for (size_t r = 0; r < (size_t)BATCHES * ROWS; r++) {
        char text[40];
        (void)mlp_table_cell(table, r, TEXTS, text, sizeof text);
        assert_string_equal(text, wanted[r % ROWS]);
    }
    mlp_table_free(table);
}

/* --- streams with one defect ------------------------------------------------------------------ */

#define CASE(name, statement)                                                                      \
    static void name(void)                                                                         \
    {                                                                                              \
        statement;                                                                                 \
    }
CASE(schema_fails, f.schema_fails = EIO)
CASE(schema_without_format, f.schema.format = NULL)
CASE(schema_is_no_struct, f.schema.format = "g")
CASE(no_columns, f.schema.n_children = 0)
CASE(fewer_than_no_columns, f.schema.n_children = -1)
CASE(columns_beyond_all, f.schema.n_children = INT64_MAX)
CASE(columns_nowhere, f.schema.children = NULL)
CASE(column_without_format, f.columns[TEXTS].format = NULL)
CASE(column_of_no_known_type, f.columns[TRUTHS].format = "+l")
CASE(format_is_empty, f.columns[NUMBERS].format = "")
CASE(format_ends_early, f.columns[TIMES].format = "ts")
CASE(name_is_no_utf8, f.columns[TEXTS].name = "\xff")
CASE(two_of_one_name, f.columns[TEXTS].name = "number")
CASE(words_of_words, f.words.dictionary = &f.words)
CASE(words_of_no_known_type, f.words.format = "g")
CASE(codes_are_no_numbers, f.columns[CODES].format = "u")
CASE(first_batch_fails, f.batch_fails = EIO)
CASE(second_batch_fails, f.batch_fails = EIO; f.fails_at = 1)
CASE(no_rows, f.batch.length = 0)
CASE(fewer_than_no_rows, f.batch.length = -1)
CASE(rows_beyond_all, f.batch.length = INT64_MAX)
CASE(batch_begins_before, f.batch.offset = -1)
CASE(batch_begins_beyond, f.batch.offset = INT64_MAX)
CASE(batch_has_nulls, f.batch.null_count = 1)
CASE(batch_lacks_a_column, f.batch.n_children = COLUMNS - 1)
CASE(batch_columns_nowhere, f.batch.children = NULL)
CASE(column_is_short, f.children[NUMBERS].length = ROWS - 1)
CASE(column_is_negative, f.children[NUMBERS].length = INT64_MIN)
CASE(column_begins_before, f.children[NUMBERS].offset = -1)
CASE(column_begins_beyond, f.children[NUMBERS].offset = INT64_MAX)
CASE(column_is_beyond_all, f.children[TRUTHS].length = INT64_MAX)
CASE(buffers_are_nowhere, f.children[TRUTHS].buffers = NULL)
CASE(numbers_are_nowhere, f.buffers[NUMBERS][1] = NULL)
CASE(numbers_lack_a_buffer, f.children[NUMBERS].n_buffers = 1)
CASE(texts_lack_a_buffer, f.children[TEXTS].n_buffers = 2)
CASE(offsets_are_nowhere, f.buffers[TEXTS][1] = NULL)
CASE(bytes_are_nowhere, f.buffers[TEXTS][2] = NULL)
CASE(offsets_descend, f.text_offsets[3] = 1)
CASE(offsets_are_negative, f.text_offsets[0] = -4)
CASE(text_is_no_utf8, f.texts[0] = '\xff')
CASE(text_has_a_zero_byte, f.texts[1] = '\0')
CASE(views_lack_a_buffer, make_views(); f.children[TEXTS].n_buffers = 2)
CASE(views_are_nowhere, make_views(); v.buffers[1] = NULL)
CASE(view_is_negative, make_views(); set_view(0, -2, 0, 0))
CASE(view_in_no_buffer, make_views(); set_view(2, 13, 2, 0))
CASE(view_in_a_negative_buffer, make_views(); set_view(2, 13, -1, 0))
CASE(view_in_an_absent_buffer, make_views(); v.sizes[0] = 99; set_view(2, 13, 0, 0))
CASE(view_beyond_its_buffer, make_views(); set_view(2, 13, 1, 1))
CASE(view_before_its_buffer, make_views(); set_view(2, 13, 1, -1))
CASE(view_sizes_are_nowhere, make_views(); v.buffers[4] = NULL)
CASE(words_are_nowhere, f.children[CODES].dictionary = NULL)
CASE(words_are_negative, f.dictionary.length = -1)
CASE(words_begin_before, f.dictionary.offset = -1)
CASE(word_buffers_are_nowhere, f.dictionary.buffers = NULL)
CASE(code_beyond_the_words, f.codes[2] = 2)
CASE(code_before_the_words, f.codes[0] = -1)
CASE(infinite_number, f.numbers[0] = (double)INFINITY)
CASE(time_beyond_all, f.times[0] = INT64_MAX)
CASE(time_before_all, f.times[2] = INT64_MIN)
CASE(second_before_all, f.columns[TIMES].format = "tss:"; f.times[2] = INT64_MIN)
CASE(second_beyond_all, f.columns[TIMES].format = "tss:"; f.times[2] = INT64_MAX)
CASE(day_beyond_all, f.columns[TIMES].format = "tdm"; f.times[2] = INT64_MIN)

static const struct {
    const char *name;
    void (*alter)(void);
} cases[] = {
#define LINE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
    LINE(schema_fails),
    LINE(schema_without_format),
    LINE(schema_is_no_struct),
    LINE(no_columns),
    LINE(fewer_than_no_columns),
    LINE(columns_beyond_all),
    LINE(columns_nowhere),
    LINE(column_without_format),
    LINE(column_of_no_known_type),
    LINE(format_is_empty),
    LINE(format_ends_early),
    LINE(name_is_no_utf8),
    LINE(two_of_one_name),
    LINE(words_of_words),
    LINE(words_of_no_known_type),
    LINE(codes_are_no_numbers),
    LINE(first_batch_fails),
    LINE(second_batch_fails),
    LINE(no_rows),
    LINE(fewer_than_no_rows),
    LINE(rows_beyond_all),
    LINE(batch_begins_before),
    LINE(batch_begins_beyond),
    LINE(batch_has_nulls),
    LINE(batch_lacks_a_column),
    LINE(batch_columns_nowhere),
    LINE(column_is_short),
    LINE(column_is_negative),
    LINE(column_begins_before),
    LINE(column_begins_beyond),
    LINE(column_is_beyond_all),
    LINE(buffers_are_nowhere),
    LINE(numbers_are_nowhere),
    LINE(numbers_lack_a_buffer),
    LINE(texts_lack_a_buffer),
    LINE(offsets_are_nowhere),
    LINE(bytes_are_nowhere),
    LINE(offsets_descend),
    LINE(offsets_are_negative),
    LINE(text_is_no_utf8),
    LINE(text_has_a_zero_byte),
    LINE(views_lack_a_buffer),
    LINE(views_are_nowhere),
    LINE(view_is_negative),
    LINE(view_in_no_buffer),
    LINE(view_in_a_negative_buffer),
    LINE(view_in_an_absent_buffer),
    LINE(view_beyond_its_buffer),
    LINE(view_before_its_buffer),
    LINE(view_sizes_are_nowhere),
    LINE(words_are_nowhere),
    LINE(words_are_negative),
    LINE(words_begin_before),
    LINE(word_buffers_are_nowhere),
    LINE(code_beyond_the_words),
    LINE(code_before_the_words),
    LINE(infinite_number),
    LINE(time_beyond_all),
    LINE(time_before_all),
    LINE(second_before_all),
    LINE(second_beyond_all),
    LINE(day_beyond_all),
};

static void a_damaged_stream_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_error err = {0};
        make_sound();
        cases[i].alter();
        const mlp_status status = read_stream(&err);
        if (status == MLP_OK)
            fail_msg("%s: is read", cases[i].name);
        if (status != MLP_ERROR_DATA && status != MLP_ERROR_ARGUMENT)
            fail_msg("%s: ends as \"%s\"", cases[i].name, mlp_status_name(status));
        if (strncmp(err.message, "stream: ", 8) != 0 || strchr(err.message, '\n') != NULL)
            fail_msg("%s: says \"%s\"", cases[i].name, err.message);
    }
}

static void a_stream_without_memory_says_so(void **state)
{
    (void)state;
    mlp_error err = {0};
    make_sound();
    f.batch_fails = ENOMEM;
    f.fails_at = 1;
    assert_int_equal(read_stream(&err), MLP_ERROR_MEMORY);
    make_sound();
    f.schema_fails = ENOMEM;
    assert_int_equal(read_stream(&err), MLP_ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_stream_is_a_table),
        cmocka_unit_test(views_of_texts_are_texts),
        cmocka_unit_test(a_damaged_stream_is_refused),
        cmocka_unit_test(a_stream_without_memory_says_so),
    };
    return RUN(tests);
}
