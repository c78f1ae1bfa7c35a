/* SPDX-License-Identifier: MIT */
/* A table that is read some rows at a time gives the same rows, predictions and metrics as the
 * table read as a whole, wherever it is cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mlp/mlp.h"
#include "options/options.h"
#include "read/reader.h"
#include "unit/test.h"

static char path[] = "/tmp/mlp-stream-XXXXXX.csv";
static const size_t cuts[] = {1, 3, 100, SIZE_MAX};
enum { CUTS = sizeof cuts / sizeof cuts[0], ROWS = 2000 };

static void write_file(const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* Writes numbers, categories that look like numbers, and targets of both kinds, all with gaps, and
 * then the line `last`. */
static void write_rows(const char *last)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    fprintf(to, "x,kind,value,label\n");
    for (int r = 0; r < ROWS; r++) {
        fprintf(to, r % 11 == 5 ? "N/A," : "%d.%d,", r * 7 % 13 - 6, r % 10);
        fprintf(to, r % 5 == 3 ? "N/A," : "%d,", r % 3);
        fprintf(to, r % 17 == 9 ? "N/A," : "%d.5,", r * 7 % 13);
        fprintf(to, r % 19 == 9 ? "N/A\n" : "%d\n", r * 7 % 13 > 6 ? 1 : 2);
    }
    fputs(last, to);
    fclose(to);
    write_file(text, size);
    free(text);
}

static mlp_table_stream *open_cut(size_t most)
{
    mlp_table_stream *stream = NULL;
    assert_int_equal(mlpi_stream_open(&(mlpi_request){.path = path}, most, &stream, NULL), MLP_OK);
    return stream;
}

static mlp_table *read_whole(void)
{
    mlp_table *table = NULL;
    assert_int_equal(mlp_table_read(path, NULL, &table, NULL), MLP_OK);
    return table;
}

static void check_cells(const mlp_table *whole, size_t first, const mlp_table *rows)
{
    char one[64], other[64];
    for (size_t r = 0; r < mlp_table_rows(rows); r++) {
        assert_int_equal(mlp_table_line(rows, r), mlp_table_line(whole, first + r));
        for (size_t c = 0; c < mlp_table_columns(whole); c++) {
            mlp_table_cell(rows, r, c, one, sizeof one);
            mlp_table_cell(whole, first + r, c, other, sizeof other);
            assert_string_equal(one, other);
        }
    }
}

static void check_rows(void)
{
    mlp_table *whole = read_whole();
    for (size_t i = 0; i < CUTS; i++) {
        mlp_table_stream *stream = open_cut(cuts[i]);
        const mlp_table *rows = NULL;
        size_t first = 0, pieces = 0;
        mlp_table_stream_take_fingerprint(stream);
        while (mlp_table_stream_next(stream, &rows, NULL) == MLP_OK && rows != NULL) {
            check_cells(whole, first, rows);
            first += mlp_table_rows(rows);
            pieces++;
        }
        assert_null(rows);
        assert_true(cuts[i] > 100 || pieces > 2);
        assert_int_equal(first, mlp_table_rows(whole));
        assert_true(mlp_table_stream_fingerprint(stream) == mlp_table_fingerprint(whole));
        mlp_table_stream_close(stream);
    }
    mlp_table_free(whole);
}

static void rows_are_those_of_the_whole(void **state)
{
    (void)state;
    write_rows("");
    check_rows();
}

/* All rows but the last are ASCII; if the last is not UTF-8, the file is read as Windows-1252. */
static void an_encoding_is_known_before_the_first_row(void **state)
{
    (void)state;
    write_rows("1.0,2,3.5,\xfc\n");
    check_rows();
    write_rows("1.0,2,3.5,\xc3\xbc\n");
    check_rows();
}

static void bytes_go_through_memory_as_a_whole(void **state)
{
    mlp_table_stream *stream = NULL;
    const mlp_table *rows = NULL;
    (void)state;
    static const char lines[] = "{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n";
    write_file(lines, sizeof lines - 1);
    const mlp_read_options options = {.format = "jsonl"};
    assert_int_equal(
        mlpi_stream_open(&(mlpi_request){.path = path, .options = &options}, 1, &stream, NULL),
        MLP_OK);
    assert_int_equal(mlp_table_stream_next(stream, &rows, NULL), MLP_OK);
    assert_int_equal(mlp_table_rows(rows), 3);
    assert_int_equal(mlp_table_stream_next(stream, &rows, NULL), MLP_OK);
    assert_null(rows);
    mlp_table_stream_close(stream);
}

static void errors_are_those_of_the_whole(void **state)
{
    (void)state;
    write_rows("1.0,2\n");
    mlp_table *table = NULL;
    mlp_error whole, err;
    assert_int_equal(mlp_table_read(path, NULL, &table, &whole), MLP_ERROR_DATA);
    for (size_t i = 0; i < CUTS; i++) {
        mlp_table_stream *stream = open_cut(cuts[i]);
        const mlp_table *rows = NULL;
        mlp_status status = MLP_OK;
        do
            status = mlp_table_stream_next(stream, &rows, &err);
        while (status == MLP_OK && rows != NULL);
        assert_int_equal(status, MLP_ERROR_DATA);
        assert_string_equal(err.message, whole.message);
        assert_int_equal(err.line, ROWS + 2);
        mlp_table_stream_close(stream);
    }
}

/* --- with a model ----------------------------------------------------------------------------- */

static mlp_model *train(const char *target, const char *other)
{
    static const char *const kind[] = {"kind"};
    const char *drop[] = {other};
    mlp_model *model = NULL;
    mlp_table *table = read_whole();
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){&target, 1};
    options.drop = (mlp_names){drop, 1};
    options.categorical = (mlp_names){kind, 1};
    options.epochs = 2;
    mlp_error err;
    if (mlp_train(table, NULL, &options, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_table_free(table);
    return model;
}

static void check_predictions(const mlp_model *model, size_t most)
{
    mlp_table *table = read_whole();
    mlp_predictions whole, p;
    mlp_session *session = NULL;
    mlp_table_stream *stream = open_cut(most);
    const mlp_table *rows = NULL;
    size_t first = 0, missing = 0, unknown = 0;
    assert_int_equal(mlp_model_predict(model, table, 1, &whole, NULL), MLP_OK);
    assert_int_equal(mlp_session_create(model, 2, &session, NULL), MLP_OK);
    while (mlp_table_stream_next(stream, &rows, NULL) == MLP_OK && rows != NULL) {
        const size_t count = mlp_table_rows(rows);
        assert_int_equal(mlp_session_predict_rows(session, rows, 0, count, &p, NULL), MLP_OK);
        assert_memory_equal(p.values, whole.values + first * whole.width,
                            count * whole.width * sizeof *p.values);
        first += count;
        missing += p.missing_cells;
        unknown += p.unknown_cells;
        mlp_predictions_release(&p);
    }
    assert_int_equal(first, whole.rows);
    assert_int_equal(missing, whole.missing_cells);
    assert_int_equal(unknown, whole.unknown_cells);
    assert_true(missing > 0 && unknown == 0);
    assert_int_equal(mlp_session_predict_rows(session, table, 1, whole.rows, &p, NULL),
                     MLP_ERROR_ARGUMENT);
    mlp_predictions_release(&whole);
    mlp_session_free(session);
    mlp_table_stream_close(stream);
    mlp_table_free(table);
}

static void check_figures(const mlp_model *model, size_t most)
{
    mlp_table *table = read_whole(), *selected = NULL;
    mlp_evaluation whole, e;
    mlp_evaluator *evaluator = NULL;
    mlp_session *session = NULL;
    mlp_table_stream *stream = open_cut(most);
    const mlp_table *rows = NULL;
    size_t without = 0, left_out = 0, unanswered = 0, all_left_out = 0;
    assert_int_equal(mlp_model_select_with_targets(model, table, &selected, &without, NULL),
                     MLP_OK);
    assert_int_equal(mlp_evaluate(model, selected, 1, &whole, NULL), MLP_OK);
    assert_int_equal(mlp_session_create(model, 1, &session, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_create(false, &evaluator, NULL), MLP_OK);
    while (mlp_table_stream_next(stream, &rows, NULL) == MLP_OK && rows != NULL) {
        assert_int_equal(
            mlp_session_evaluate(session, rows, evaluator, &left_out, &unanswered, NULL), MLP_OK);
        assert_true(unanswered == SIZE_MAX);
        all_left_out += left_out;
    }
    assert_int_equal(mlp_evaluator_finish(evaluator, &e, NULL), MLP_OK);
    assert_true(without > 0);
    assert_int_equal(all_left_out, without);
    assert_int_equal(e.rows, whole.rows);
    for (size_t i = 0; mlp_metric_name(i) != NULL; i++) {
        double one = 0.0, other = 0.0;
        mlp_evaluation_metric(&whole, mlp_metric_name(i), &one);
        mlp_evaluation_metric(&e, mlp_metric_name(i), &other);
        assert_memory_equal(&one, &other, sizeof one);
    }
    mlp_evaluation_release(&e);
    mlp_evaluation_release(&whole);
    mlp_evaluator_free(evaluator);
    mlp_session_free(session);
    mlp_table_stream_close(stream);
    mlp_table_free(selected);
    mlp_table_free(table);
}

static void predictions_and_figures_are_those_of_the_whole(void **state)
{
    (void)state;
    write_rows("");
    static const char *const targets[][2] = {{"label", "value"}, {"value", "label"}};
    for (size_t t = 0; t < 2; t++) {
        mlp_model *model = train(targets[t][0], targets[t][1]);
        for (size_t i = 0; i < CUTS; i++) {
            check_predictions(model, cuts[i]);
            check_figures(model, cuts[i]);
        }
        mlp_model_free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_the_whole),
        cmocka_unit_test(an_encoding_is_known_before_the_first_row),
        cmocka_unit_test(bytes_go_through_memory_as_a_whole),
        cmocka_unit_test(errors_are_those_of_the_whole),
        cmocka_unit_test(predictions_and_figures_are_those_of_the_whole),
    };
    const int file = mkstemps(path, 4);
    if (file < 0)
        return 1;
    close(file);
    const int failed = RUN(tests);
    unlink(path);
    return failed;
}
