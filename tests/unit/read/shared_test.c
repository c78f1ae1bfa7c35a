/* SPDX-License-Identifier: MIT */
/* Ranks that read a table together get the same blocks, notices and errors as one process, wherever
 * the part of a rank ends; and if one rank dies, all end. */
#include <zlib.h>

#include "learning/row.h"
#include "unit/read/texts.h"

static char path[] = "/tmp/mlp-shared-XXXXXX.csv";

/* What each rank is to read; a test may change it for one rank. */
static struct {
    const char *path[MOST_RANKS];
    mlp_read_options options[MOST_RANKS];
    bool large;
    mlp_table *table[MOST_RANKS]; /* the table that each rank read */
} asked;

static void *read_own(void *context)
{
    row_rank *r = context;
    const size_t i = r->face.rank;
    r->status = mlp_table_read_shared(asked.path[i], &asked.options[i], &r->face, asked.large,
                                      "/tmp", &asked.table[i], &r->err);
    row_leave(r);
    return NULL;
}

static void ask(const char *of, const mlp_read_options *options)
{
    memset(&asked, 0, sizeof asked);
    for (size_t i = 0; i < MOST_RANKS; i++) {
        asked.path[i] = of;
        asked.options[i] = options != NULL ? *options : mlp_read_options_default();
    }
}

/* Checks that two columns are stored alike and have the same words in the same order. */
static void check_same_column(const mlpi_column *a, const mlpi_column *b)
{
    assert_ptr_equal(a->kind, b->kind);
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->places, b->places);
    assert_int_equal(a->least, b->least);
    assert_int_equal(a->far, b->far);
    assert_int_equal(a->only_words, b->only_words);
    assert_int_equal(a->word_count, b->word_count);
    for (size_t w = 0; w < a->word_count; w++) {
        const mlpi_word *one = &a->words[w], *other = &b->words[w];
        assert_int_equal(one->length, other->length);
        assert_memory_equal(one->text, other->text, one->length);
        assert_memory_equal(&one->number, &other->number, sizeof one->number);
        assert_int_equal(one->cell, other->cell);
        assert_int_equal(one->dress, other->dress);
    }
}

static void check_same_blocks(const mlp_table *a, const mlp_table *b)
{
    assert_int_equal(a->block_count, b->block_count);
    for (size_t i = 0; i < a->block_count; i++) {
        const mlpi_block *one = &a->blocks[i], *other = &b->blocks[i];
        assert_int_equal(one->first, other->first);
        assert_int_equal(one->rows, other->rows);
        assert_int_equal(one->file, other->file);
        for (size_t c = 0; c < a->columns; c++)
            check_same_column(&one->columns[c], &other->columns[c]);
    }
}

static void check_same_table(const mlp_table *alone, const mlp_table *together)
{
    check_same_cells(alone, together);
    check_same_blocks(alone, together);
    assert_true(mlp_table_fingerprint(alone) == mlp_table_fingerprint(together));
    if (mlp_table_notice(alone) != NULL)
        assert_string_equal(mlp_table_notice(alone), mlp_table_notice(together));
    for (size_t c = 0; alone->bytes == NULL && c < alone->columns; c++)
        assert_true((alone->lacks != NULL && alone->lacks[c]) ==
                    (together->lacks != NULL && together->lacks[c]));
}

/* The least number of bytes that each rank must send, as proof that it reads a part of its own. */
static size_t least_bytes;

/* Checks that `count` ranks read what one process reads. Returns the number of rows; 0: all ranks
 * refused the text, with the same message. */
static size_t check_count(const char *of, const mlp_read_options *options, size_t count, bool large)
{
    mlp_table *alone = NULL;
    mlp_error err = {0};
    row_rank row[MOST_RANKS];
    const mlp_status status = large ? mlp_table_read_large(of, options, "/tmp", &alone, &err)
                                    : mlp_table_read(of, options, &alone, &err);
    ask(of, options);
    asked.large = large;
    row_join(row, count);
    row_work(row, count, read_own);
    for (size_t i = 0; i < count; i++) {
        if (row[i].status != status)
            fail_msg("rank %zu of %zu: %s", i, count, row[i].err.message);
        if (status != MLP_OK) {
            assert_string_equal(row[i].err.message, err.message);
            assert_int_equal(row[i].err.line, err.line);
            assert_int_equal(row[i].err.column, err.column);
            continue;
        }
        check_same_table(alone, asked.table[i]);
        assert_true(count == 1 || row[i].bytes >= least_bytes);
        mlp_table_free(asked.table[i]);
    }
    const size_t rows = status == MLP_OK ? mlp_table_rows(alone) : 0;
    mlp_table_free(alone);
    return rows;
}

static size_t check_path(const char *of, const mlp_read_options *options)
{
    size_t rows = 0;
    for (size_t count = 1; count <= MOST_RANKS; count++)
        for (int large = 0; large < 2; large++)
            rows = check_count(of, options, count, large == 1);
    return rows;
}

static size_t check(const text *t, const mlp_read_options *options)
{
    put_file(t, path);
    return check_path(path, options);
}

/* Adds rows with numbers of several widths, gaps, texts, and line breaks in quotes. */
static void put_varied_rows(text *t, size_t upto)
{
    char row[128];
    for (size_t r = 0; t->size < upto; r++) {
        snprintf(row, sizeof row, "%zu,%s%zu.%zu,\"level %zu\",%s\n", r * r, r % 11 == 5 ? "-" : "",
                 r % 1000, r % 100, r * 7 % 61,
                 r % 13 == 3   ? "N/A"
                 : r % 17 == 4 ? "\"two\nlines, of \"\"one\"\" cell\""
                               : "x");
        put_text(t, row);
    }
}

static void ranks_read_the_table_of_one_process(void **state)
{
    (void)state;
    text t = begin("whole,part,level,word\n");
    least_bytes = PIECE / 8;
    put_varied_rows(&t, 5 * PIECE + 1000);
    assert_true(check(&t, NULL) > 1000);
    put_varied_rows(&t, 18 << 20); /* more than is split at a time */
    put_file(&t, path);
    assert_true(check_count(path, NULL, 3, false) > 1000);
    assert_true(check_count(path, NULL, 2, true) > 1000);
    least_bytes = 0;
    free(t.bytes);
}

/* Cells of several lines, which look like records, lie across the ends of the ranks' parts. */
static void quoted_line_breaks_cross_parts(void **state)
{
    (void)state;
    static const size_t lengths[] = {100, PIECE - 10, 3 * PIECE};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        text t = begin("a,b,c\n");
        for (size_t n = 0; n < 4; n++) {
            put_rows(&t, t.size / PIECE * PIECE + PIECE - 40, "\n");
            put_text(&t, "1,2,\"");
            for (size_t end = t.size + lengths[i]; t.size < end;)
                put_text(&t, "1,2,\"\"y\"\"\n3,4,5\n");
            put_text(&t, "\"\n");
        }
        put_rows(&t, t.size + PIECE, "\n");
        assert_true(check(&t, NULL) > 1000);
        free(t.bytes);
    }
}

static void small_files_are_read_too(void **state)
{
    (void)state;
    static const char *const refused[] = {"", "a,b\n", "a,b", "a,b\n1\n", "\""};
    static const char *const taken[] = {"a,b\n1,2\n", "a,b\n1,2\n3,x\n", "1,2\n3,4\n5,6"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        text t = begin(refused[i]);
        assert_int_equal(check(&t, NULL), 0);
        free(t.bytes);
    }
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        text t = begin(taken[i]);
        assert_true(check(&t, NULL) > 0);
        free(t.bytes);
    }
    assert_int_equal(check_path("/tmp/there is none.csv", NULL), 0);
}

/* The mistake lies at a different place each time, so that any of the ranks may find it. */
static void what_is_wrong_is_told_by_all_with_its_line(void **state)
{
    (void)state;
    static const char *const wrong[] = {"1,2\n", "1,2,3,4\n", "1,2,\"a\" b\n", "1,2,\"open\n"};
    enum { PARTS = 6 };
    for (size_t part = 0; part < PARTS; part++) {
        text t = begin("a,b,c\n");
        put_rows(&t, part * PIECE + PIECE / 2, "\n");
        put_text(&t, wrong[part % 4]);
        put_rows(&t, PARTS * PIECE, "\n");
        put_text(&t, "1\n"); /* only the first mistake is reported */
        assert_int_equal(check(&t, NULL), 0);
        free(t.bytes);
    }
}

static void text_in_another_encoding_is_recognised_by_all(void **state)
{
    (void)state;
    for (size_t part = 0; part < 4; part++) {
        text t = begin("a,b,c\n");
        put_rows(&t, part * PIECE + 100, "\n");
        put_text(&t, "1,2,gr\xfcn\n");
        put_rows(&t, 4 * PIECE, "\n");
        assert_true(check(&t, NULL) > 1000);
        free(t.bytes);
    }
}

static void packed_text_and_several_files_are_shared_too(void **state)
{
    (void)state;
    static char packed[] = "/tmp/mlp-shared-XXXXXX.csv.gz";
    text t = begin("whole,part,level,word\n");
    put_varied_rows(&t, 3 * PIECE);
    least_bytes = 1;
    assert_true(mkstemps(packed, 7) >= 0);
    gzFile file = gzopen(packed, "wb1");
    assert_int_equal(gzwrite(file, t.bytes, (unsigned)t.size), t.size);
    gzclose(file);
    assert_true(check_path(packed, NULL) > 1000);
    put_file(&t, path);
    const char *const further[] = {packed};
    const mlp_read_options options = {.further = {further, 1}};
    assert_true(check_path(path, &options) > 2000);
    least_bytes = 0;
    unlink(packed);
    free(t.bytes);
}

/* --- ranks that die or differ ----------------------------------------------------------------- */

static void check_all_fail(size_t count, row_rank *row, const char *says)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_not_equal(row[i].status, MLP_OK);
        assert_null(asked.table[i]);
        if (strstr(row[i].err.message, says) == NULL)
            fail_msg("rank %zu: %s", i, row[i].err.message);
    }
}

static void all_end_when_one_dies(void **state)
{
    (void)state;
    enum { COUNT = 3 };
    text t = begin("whole,part,level,word\n");
    put_varied_rows(&t, 6 * PIECE);
    put_file(&t, path);
    static const size_t messages[] = {1, 3, 7};
    for (size_t who = 0; who < COUNT; who++)
        for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
            row_rank row[MOST_RANKS];
            ask(path, NULL);
            row_join(row, COUNT);
            row[who].dies_after = messages[i];
            row_work(row, COUNT, read_own);
            check_all_fail(COUNT, row, "which may have ended; start all ranks again");
        }
    free(t.bytes);
}

static void ranks_that_would_read_something_else_are_named(void **state)
{
    (void)state;
    enum { COUNT = 3 };
    static char other[] = "/tmp/mlp-shared-XXXXXX.csv";
    row_rank row[MOST_RANKS];
    text t = begin("a,b,c\n");
    put_rows(&t, 2 * PIECE, "\n");
    put_file(&t, path);
    assert_true(mkstemps(other, 4) >= 0);
    t.bytes[t.size - 4]++; /* a character of the last cell */
    put_file(&t, other);
    ask(path, NULL);
    asked.path[1] = other;
    row_join(row, COUNT);
    row_work(row, COUNT, read_own);
    check_all_fail(COUNT, row, "rank 1 does not read what rank 0 reads");
    static const char *const missing[] = {"t1"};
    ask(path, NULL);
    asked.options[2].missing = (mlp_names){missing, 1};
    row_join(row, COUNT);
    row_work(row, COUNT, read_own);
    check_all_fail(COUNT, row, "rank 2 does not read what rank 0 reads");
    unlink(other);
    free(t.bytes);
}

static void ranks_are_checked(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_ranks face = {sizeof face, 2, 2, row_send, row_receive, NULL};
    assert_int_equal(mlp_table_read_shared(path, NULL, &face, false, NULL, &table, NULL),
                     MLP_ERROR_ARGUMENT);
    face.rank = 1;
    face.receive = NULL;
    assert_int_equal(mlp_table_read_shared(path, NULL, &face, false, NULL, &table, NULL),
                     MLP_ERROR_ARGUMENT);
    assert_null(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_read_the_table_of_one_process),
        cmocka_unit_test(quoted_line_breaks_cross_parts),
        cmocka_unit_test(small_files_are_read_too),
        cmocka_unit_test(what_is_wrong_is_told_by_all_with_its_line),
        cmocka_unit_test(text_in_another_encoding_is_recognised_by_all),
        cmocka_unit_test(packed_text_and_several_files_are_shared_too),
        cmocka_unit_test(all_end_when_one_dies),
        cmocka_unit_test(ranks_that_would_read_something_else_are_named),
        cmocka_unit_test(ranks_are_checked),
    };
    assert_true(mkstemps(path, 4) >= 0);
    const int failed = RUN(tests);
    unlink(path);
    return failed;
}
