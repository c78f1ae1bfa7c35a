/* SPDX-License-Identifier: MIT */
/* JSON is read, any other text is refused with the place of its first defect, and JSON that was
 * written can be read again. */
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "unit/memory_limit.h"
#include "unit/test.h"

static mlp_json *read_text(const char *text)
{
    mlp_json *document = NULL;
    mlp_error err = {0};
    if (mlp_json_read(text, strlen(text), &document, &err) != MLP_OK)
        fail_msg("%s: %s", text, err.message);
    return document;
}

static void what_is_json_is_read(void **state)
{
    (void)state;
    static const char *const valid[] = {
        "[]",
        "{}",
        " [ ] ",
        "\t{\r\n}",
        "0",
        "-0",
        "-1.5e-7",
        "1E+2",
        "12.0e00",
        "\"\"",
        "true",
        "false",
        "null",
        " null\n",
        "[1]",
        "[1,2 , 3]",
        "[[],[[]],{}]",
        "[null,true,false]",
        "{\"a\":1}",
        "{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":\"e\"}",
        "{\"\":0}",
        "{\"a\" : 1 ,\n\"b\" : 2}",
        "[\"a\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
        "\"\\u00e9\\u20AC\"",
        "\"\\ud83d\\uDE00\"",
        "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
        "\"\x7f\"",
        "\"/\"",
        "[1,\"x\",[2],{\"y\":[]},3]",
        "123456789012345678901234567890",
        "\"[{\\\"\"",
        "[\"]\"]",
        "\"\\u0061\"",
        "\"\xef\xbf\xbd\"",
    };
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++)
        mlp_json_free(read_text(valid[i]));
}

static void what_is_no_json_is_refused(void **state)
{
    (void)state;
    static const char *const invalid[] = {
        "",
        " ",
        "[",
        "]",
        "{",
        "}",
        "[}",
        "{]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1,,2]",
        "[1 2]",
        "[1:2]",
        "[\"a\":1]",
        "[\"a\" \"b\"]",
        "[\"a\",\"b\":1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\",1}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"b\"}",
        "{\"a\":1:2}",
        "{\"a\"::1}",
        "{1:2}",
        "{a:1}",
        "{null:1}",
        "{[]:1}",
        "{{}:1}",
        "{\"a\":1}}",
        "[]]",
        "[][]",
        "1 2",
        "[1]x",
        "\"a\"\"b\"",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":\"b\":\"c\"}",
        "{\"a\":[1:2]}",
        "{\"a\":1,,\"b\":2}",
        "01",
        "-01",
        "00",
        "-",
        "+1",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "1.5e",
        "-.5",
        "0x10",
        "1_0",
        "1e5.5",
        "1-2",
        "--1",
        "NaN",
        "nan",
        "-Infinity",
        "Infinity",
        "inf",
        "tru",
        "True",
        "TRUE",
        "nul",
        "nulll",
        "truefalse",
        "falsy",
        "'a'",
        "\"a",
        "a\"",
        "\"\\\"",
        "\"\\x41\"",
        "\"\\a\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u\"",
        "\"\\U0041\"",
        "\"\n\"",
        "\"\t\"",
        "\"\x1f\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800x\"",
        "\"\\u0000\"",
        "\"\xff\"",
        "\"\xc3\"",
        "\"\xc3(\"",
        "\"\xc0\xaf\"",
        "\"\xed\xa0\x80\"",
        "\"\xf5\x80\x80\x80\"",
        "\"\xe2\x82\"",
        "\"\x80\"",
        "\"Z\xfcrich\"",
        "[\xa0]",
        "\xef\xbb\xbf[]",
        "[1]//",
        "/**/1",
        "#",
        "[1]\f",
        "\v1",
        ":",
        ",",
        ":1",
        "[:]",
        "[::]",
        "{:}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"b\":2,\"\\u0061\":3}",
        "[{\"x\":{\"y\":0,\"y\":0}}]",
        "[1]]",
        "{\"a\":]}",
        "[{]",
        "\\",
        "[\\n]",
        "\"\\ud83d\\uDE0\"",
    };
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        mlp_json *document = NULL;
        mlp_error err = {0};
        const size_t length = strlen(invalid[i]);
        if (mlp_json_read(invalid[i], length, &document, &err) != MLP_ERROR_DATA)
            fail_msg("%s is taken for JSON", invalid[i]);
        assert_null(document);
        assert_true(strncmp(err.message, "byte ", 5) == 0);
        assert_in_range(err.column, 1, length + 2);
    }
}

static void a_zero_byte_ends_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"[1]\0", "[1\0]", "\"a\0\"", "\0[]", "{\"a\":1}\0}"};
    static const size_t lengths[] = {4, 4, 4, 3, 9};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mlp_json *document = NULL;
        assert_int_equal(mlp_json_read(texts[i], lengths[i], &document, NULL), MLP_ERROR_DATA);
    }
}

static void a_defect_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } defects[] = {
        {"[1 2]", "byte 4: a comma is missing"},
        {"{\"a\",\"b\":1}", "byte 5: a colon is missing"},
        {"[1,2.]", "byte 4: this is not a JSON value"},
        {"[\"Z\xfcrich\"]", "byte 4: a text is not UTF-8"},
        {"[] x", "byte 4: this is not JSON"},
        {"[{\"a\":1,\"a\":2}]", "byte 2: two members of this object share a name"},
        {"[1,[2,3]", "byte 10: the text ends in the middle of a value"},
    };
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        mlp_json *document = NULL;
        mlp_error err = {0};
        const char *text = defects[i].text;
        assert_int_equal(mlp_json_read(text, strlen(text), &document, &err), MLP_ERROR_DATA);
        assert_string_equal(err.message, defects[i].message);
    }
}

static void values_are_found(void **state)
{
    (void)state;
    mlp_json *document = read_text("{\"list\":[1,[2,[3]],{\"x\":4},\"five\"],\"t\":true,\"f\":"
                                   "false,\"n\":null,\"\\u0061b\":-2.5}");
    const mlp_json_value root = mlp_json_root(document), list = mlp_json_member(root, "list");
    assert_int_equal(mlp_json_kind_of(root), MLP_JSON_OBJECT);
    assert_int_equal(mlp_json_count(root), 5);
    assert_int_equal(mlp_json_count(list), 4);
    static const mlp_json_kind kinds[] = {MLP_JSON_NUMBER, MLP_JSON_ARRAY, MLP_JSON_OBJECT,
                                          MLP_JSON_TEXT};
    size_t count = 0;
    mlp_json_value v = mlp_json_first(list);
    for (; mlp_json_kind_of(v) != MLP_JSON_NOTHING; v = mlp_json_next(v)) {
        assert_int_equal(mlp_json_kind_of(v), kinds[count++]);
        assert_null(mlp_json_name(v));
    }
    assert_int_equal(count, 4);
    static const char *const names[] = {"list", "t", "f", "n", "ab"};
    count = 0;
    for (v = mlp_json_first(root); mlp_json_kind_of(v) != MLP_JSON_NOTHING; v = mlp_json_next(v))
        assert_string_equal(mlp_json_name(v), names[count++]);
    assert_int_equal(count, 5);
    assert_true(mlp_json_true(mlp_json_member(root, "t")));
    assert_false(mlp_json_true(mlp_json_member(root, "f")));
    assert_int_equal(mlp_json_kind_of(mlp_json_member(root, "f")), MLP_JSON_BOOLEAN);
    assert_int_equal(mlp_json_kind_of(mlp_json_member(root, "n")), MLP_JSON_NULL);
    double number = 0.0;
    assert_true(mlp_json_number(mlp_json_member(root, "ab"), &number));
    assert_true(number == -2.5);
    assert_int_equal(mlp_json_kind_of(mlp_json_member(root, "nothing")), MLP_JSON_NOTHING);
    mlp_json_free(document);
}

/* A query that does not fit its value has the answer "nothing". */
static void nothing_holds_nothing(void **state)
{
    (void)state;
    mlp_json *document = read_text("[\"text\",1]");
    const mlp_json_value none = mlp_json_member(mlp_json_root(document), "a");
    uint64_t whole = 0;
    double number = 0.0;
    assert_int_equal(mlp_json_kind_of(none), MLP_JSON_NOTHING);
    assert_int_equal(mlp_json_kind_of(mlp_json_root(NULL)), MLP_JSON_NOTHING);
    assert_int_equal(mlp_json_kind_of(mlp_json_member(none, "a")), MLP_JSON_NOTHING);
    assert_int_equal(mlp_json_kind_of(mlp_json_first(none)), MLP_JSON_NOTHING);
    assert_int_equal(mlp_json_kind_of(mlp_json_next(none)), MLP_JSON_NOTHING);
    assert_int_equal(mlp_json_kind_of(mlp_json_next(mlp_json_root(document))), MLP_JSON_NOTHING);
    assert_int_equal(mlp_json_count(none), 0);
    assert_null(mlp_json_text(none));
    assert_null(mlp_json_name(none));
    assert_false(mlp_json_true(none));
    assert_false(mlp_json_number(none, &number));
    assert_false(mlp_json_whole(none, &whole));
    const mlp_json_value text = mlp_json_first(mlp_json_root(document));
    assert_int_equal(mlp_json_count(text), 0);
    assert_int_equal(mlp_json_kind_of(mlp_json_first(text)), MLP_JSON_NOTHING);
    assert_false(mlp_json_number(text, &number));
    assert_null(mlp_json_text(mlp_json_next(text)));
    mlp_json_free(document);
    mlp_json_free(NULL);
}

static void texts_are_decoded(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u00e9\\u20aC\\uD83D\\ude00!\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!"},
        {"\"\\uffff\\ue000\\ud7ff\"", "\xef\xbf\xbf\xee\x80\x80\xed\x9f\xbf"},
        {"\"\\\\u0041\"", "\\u0041"},
        {"\"\"", ""},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mlp_json *document = read_text(texts[i][0]);
        assert_string_equal(mlp_json_text(mlp_json_root(document)), texts[i][1]);
        mlp_json_free(document);
    }
}

static void whole_numbers_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool whole;
        uint64_t value;
    } numbers[] = {{"0", true, 0},
                   {"9007199254740993", true, 9007199254740993},
                   {"18446744073709551615", true, UINT64_MAX},
                   {"18446744073709551616", false, 0},
                   {"99999999999999999999", false, 0},
                   {"-1", false, 0},
                   {"1.0", false, 0},
                   {"1e2", false, 0},
                   {"\"1\"", false, 0}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint64_t value = 0;
        mlp_json *document = read_text(numbers[i].text);
        assert_int_equal(mlp_json_whole(mlp_json_root(document), &value), numbers[i].whole);
        assert_int_equal(value, numbers[i].value);
        mlp_json_free(document);
    }
}

static void numbers_that_no_double_holds_are_none(void **state)
{
    (void)state;
    double number = 7.0;
    mlp_json *document = read_text("1e400");
    assert_int_equal(mlp_json_kind_of(mlp_json_root(document)), MLP_JSON_NUMBER);
    assert_false(mlp_json_number(mlp_json_root(document), &number));
    assert_true(number == 7.0);
    mlp_json_free(document);
}

static void depth_is_limited(void **state)
{
    (void)state;
    for (size_t depth = MLP_JSON_DEPTH; depth <= MLP_JSON_DEPTH + 1; depth++) {
        char text[2 * MLP_JSON_DEPTH + 3] = "";
        mlp_json *document = NULL;
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        const mlp_status wanted = depth > MLP_JSON_DEPTH ? MLP_ERROR_DATA : MLP_OK;
        assert_int_equal(mlp_json_read(text, 2 * depth, &document, NULL), wanted);
        mlp_json_free(document);
    }
}

/* --- memory ----------------------------------------------------------------------------------- */

static char *repeated(const char *before, const char *piece, size_t times, const char *behind)
{
    const size_t n = strlen(piece);
    char *text = malloc(strlen(before) + n * times + strlen(behind) + 1), *at = text;
    at = stpcpy(at, before);
    for (size_t i = 0; i < times; i++)
        at = stpcpy(at, piece);
    strcpy(at, behind);
    return text;
}

/* Reads the text with only `times` its length, and 1 MiB, of memory available. */
static mlp_status read_within(const char *text, size_t times)
{
    const size_t length = strlen(text);
    mlp_json *document = NULL;
    const struct rlimit before = memory_limit(times * length + (1 << 20));
    const mlp_status status = mlp_json_read(text, length, &document, NULL);
    memory_unlimit(before);
    mlp_json_free(document);
    return status;
}

static void memory_is_bounded_by_the_text(void **state)
{
    (void)state;
    static const struct {
        const char *before, *piece, *behind;
        mlp_status status;
    } texts[] = {
        {"", "[", "", MLP_ERROR_DATA},
        {"", "{\"a\":", "", MLP_ERROR_DATA},
        {"[0", ",0", "]", MLP_OK},
        {"[0", ",[]", "]", MLP_OK},
        {"[0", ",\"\"", "]", MLP_OK},
        {"[0", ",{\"\":0}", "]", MLP_OK},
        {"[", "]", "", MLP_ERROR_DATA},
        {"{", "\"a\":1,", "\"a\":1}", MLP_ERROR_DATA},
        {"", ":", "", MLP_ERROR_DATA},
        {"", "\"a\":", "", MLP_ERROR_DATA},
        {"[", "\"a\":[", "", MLP_ERROR_DATA},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = repeated(texts[i].before, texts[i].piece, 3000000 / strlen(texts[i].piece),
                              texts[i].behind);
        assert_int_equal(read_within(text, 12), texts[i].status);
        free(text);
    }
}

static void memory_that_is_short_is_no_defect_of_the_text(void **state)
{
    (void)state;
    if (!memory_is_limited())
        skip_because("memory cannot be limited here");
    char *text = repeated("[0", ",0", 5000000, "]");
    assert_int_equal(read_within(text, 2), MLP_ERROR_MEMORY);
    free(text);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void put_everything(mlp_json_writer *w)
{
    static const double numbers[] = {0.1, -3.0, 1e300, 5e-324, 0.0};
    mlp_json_begin_object(w, NULL);
    mlp_json_put_text(w, "text", "a \"b\" \\ \n\x01 \xc3\xa9");
    mlp_json_put_text(w, "none", NULL);
    mlp_json_begin_array(w, "numbers");
    for (size_t i = 0; i < 5; i++)
        mlp_json_put_number(w, NULL, numbers[i]);
    mlp_json_put_number(w, NULL, (double)NAN);
    mlp_json_put_whole(w, NULL, UINT64_MAX);
    mlp_json_end(w);
    mlp_json_begin_object(w, "empty");
    mlp_json_end(w);
    mlp_json_begin_array(w, "also");
    mlp_json_end(w);
    mlp_json_put_boolean(w, "yes", true);
    mlp_json_put_boolean(w, "no", false);
    mlp_json_put_numbers(w, "two", numbers, 2);
    mlp_json_end(w);
}

static char *finished(mlp_json_writer *w)
{
    char *text = NULL;
    size_t length = 0;
    mlp_error err = {0};
    if (mlp_json_finish(w, &text, &length, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(strlen(text), length);
    return text;
}

static void a_text_is_written_on_one_line(void **state)
{
    (void)state;
    mlp_json_writer *w = mlp_json_writer_create(0);
    put_everything(w);
    char *text = finished(w);
    assert_string_equal(
        text,
        "{\"text\":\"a \\\"b\\\" \\\\ \\n\\u0001 \xc3\xa9\",\"none\":null,\"numbers\":[0.1,-3.0,"
        "1e+300,5e-324,0.0,null,18446744073709551615],\"empty\":{},\"also\":[],\"yes\":true,"
        "\"no\":false,\"two\":[0.1,-3.0]}");
    free(text);
}

static void a_text_is_written_with_indents(void **state)
{
    (void)state;
    static const double pair[] = {1.0, 2.5};
    mlp_json_writer *w = mlp_json_writer_create(2);
    mlp_json_begin_object(w, NULL);
    mlp_json_begin_object(w, "a");
    mlp_json_put_numbers(w, "b", pair, 2);
    mlp_json_end(w);
    mlp_json_begin_array(w, "c");
    mlp_json_end(w);
    mlp_json_end(w);
    char *text = finished(w);
    assert_string_equal(text, "{\n  \"a\": {\n    \"b\": [\n      1.0,\n      2.5\n    ]\n  },\n"
                              "  \"c\": []\n}");
    free(text);
}

static void what_is_written_is_read_and_written_again(void **state)
{
    (void)state;
    for (size_t indent = 0; indent < 3; indent += 2) {
        mlp_json_writer *w = mlp_json_writer_create(indent);
        put_everything(w);
        char *text = finished(w);
        mlp_json *document = read_text(text);
        w = mlp_json_writer_create(indent);
        mlp_json_put_value(w, NULL, mlp_json_root(document));
        char *again = finished(w);
        assert_string_equal(again, text);
        free(again);
        free(text);
        mlp_json_free(document);
    }
}

static void a_file_name_may_be_any_bytes(void **state)
{
    (void)state;
    mlp_json_writer *w = mlp_json_writer_create(0);
    mlp_json_put_any(w, NULL, "Z\xfcrich\xc3\xa9.csv");
    char *text = finished(w);
    assert_string_equal(text, "\"Z\xef\xbf\xbdrich\xc3\xa9.csv\"");
    free(text);
}

static void what_cannot_be_written_is_told_at_the_end(void **state)
{
    (void)state;
    char *text = NULL;
    mlp_error err = {0};
    mlp_json_writer *w = mlp_json_writer_create(0);
    mlp_json_begin_array(w, NULL);
    mlp_json_put_text(w, NULL, "Z\xfcrich");
    mlp_json_put_text(w, NULL, "Bern");
    mlp_json_end(w);
    assert_int_equal(mlp_json_finish(w, &text, NULL, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "not UTF-8"));
    put_everything(NULL);
    assert_int_equal(mlp_json_finish(NULL, &text, NULL, &err), MLP_ERROR_MEMORY);
    w = mlp_json_writer_create(0);
    mlp_json_begin_array(w, NULL);
    assert_int_equal(mlp_json_finish(w, &text, NULL, &err), MLP_ERROR_ARGUMENT);
    w = mlp_json_writer_create(0);
    for (size_t i = 0; i < MLP_JSON_DEPTH + 3; i++)
        mlp_json_begin_array(w, NULL);
    for (size_t i = 0; i < MLP_JSON_DEPTH + 3; i++)
        mlp_json_end(w);
    assert_int_equal(mlp_json_finish(w, &text, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_null(text);
    mlp_json_writer_free(mlp_json_writer_create(0));
    mlp_json_writer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_read),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(a_zero_byte_ends_nothing),
        cmocka_unit_test(a_defect_is_told_with_its_place),
        cmocka_unit_test(values_are_found),
        cmocka_unit_test(nothing_holds_nothing),
        cmocka_unit_test(texts_are_decoded),
        cmocka_unit_test(whole_numbers_are_exact),
        cmocka_unit_test(numbers_that_no_double_holds_are_none),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(memory_is_bounded_by_the_text),
        cmocka_unit_test(memory_that_is_short_is_no_defect_of_the_text),
        cmocka_unit_test(a_text_is_written_on_one_line),
        cmocka_unit_test(a_text_is_written_with_indents),
        cmocka_unit_test(what_is_written_is_read_and_written_again),
        cmocka_unit_test(a_file_name_may_be_any_bytes),
        cmocka_unit_test(what_cannot_be_written_is_told_at_the_end),
    };
    return RUN(tests);
}
