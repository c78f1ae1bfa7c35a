/* SPDX-License-Identifier: MIT */
/* A model predicts the same, bit for bit, whatever form its rows have. It is trained on a CSV file;
 * then the same rows are read from every form, and the bytes of the predictions are compared. The
 * script `run` starts this test in an empty folder. */
#include "forms/forms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>
#ifdef MLP_HAS_ZSTD
#include <zstd.h>
#endif

house houses[ROWS];
const char *const towns[] = {"K\xc3\xb6ln", "Ulm, \"alt\"", "Bergen", "\xe6\x9d\xb1\xe4\xba\xac",
                             NULL};

static void draw(void)
{
    enum { TOWNS = 4, FIRST_DAY = 17000, DAYS = 3000 };
    uint64_t state = 11;
    for (size_t r = 0; r < ROWS; r++) {
        house *h = &houses[r];
        state = state * 6364136223846793005u + 1442695040888963407u;
        const uint64_t bits = state >> 20;
        const time_t seconds = (time_t)(FIRST_DAY + (int)(bits % DAYS)) * 86400;
        struct tm day;
        h->area = bits % 9 == 0 ? (double)NAN : (double)(bits % 900000007) / 1000.0;
        h->rooms = (int32_t)(bits / 16 % 9) - 1;
        h->town = bits / 32 % 11 == 0 ? NULL : towns[bits / 64 % TOWNS];
        h->garden = bits / 512 % 2 == 0;
        h->sold = FIRST_DAY + (int32_t)(bits % DAYS);
        strftime(h->date, sizeof h->date, "%Y-%m-%d", gmtime_r(&seconds, &day));
        h->kind = h->rooms > 3 || (h->garden && bits % 3 != 0) ? "dear" : "cheap";
    }
}

mlp_table *read_file(const char *path, const mlp_read_options *options)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read(path, options, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

/* --- delimited text --------------------------------------------------------------------------- */

typedef struct dialect {
    const char *name, *columns, *separator, *end; /* columns: a letter for each */
    char decimal;
} dialect;

static const struct {
    char letter;
    const char *name;
} columns[] = {{'a', "area"}, {'r', "rooms"}, {'t', "town"}, {'g', "garden"},
               {'s', "sold"}, {'k', "kind"},  {'x', "extra"}};

static void write_number(FILE *to, double value, char decimal)
{
    char text[32] = "";
    if (!isnan(value))
        (void)mlp_number_text(value, text);
    for (char *at = text; *at != '\0'; at++)
        fputc(*at == '.' ? decimal : *at, to);
}

static void write_text(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text != '\0'; text++)
        fprintf(to, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', to);
}

static void write_cell(FILE *to, const house *h, char column, char decimal)
{
    if (column == 'a')
        write_number(to, h->area, decimal);
    else if (column == 'r')
        fprintf(to, "%d", (int)h->rooms);
    else if (column == 't' && h->town != NULL)
        write_text(to, h->town);
    else if (column == 'g')
        fputs(h->garden ? "true" : "false", to);
    else if (column == 's')
        fputs(h->date, to);
    else if (column == 'k')
        fputs(h->kind, to);
    else if (column == 'x')
        write_number(to, (double)h->sold / 8.0, decimal);
}

static void write_csv(const dialect *d)
{
    FILE *to = fopen(d->name, "wb");
    assert_non_null(to);
    for (const char *c = d->columns; *c != '\0'; c++)
        for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
            if (columns[i].letter == *c)
                fprintf(to, "%s%s", c > d->columns ? d->separator : "", columns[i].name);
    fputs(d->end, to);
    for (size_t r = 0; r < ROWS; r++) {
        for (const char *c = d->columns; *c != '\0'; c++) {
            fputs(c > d->columns ? d->separator : "", to);
            write_cell(to, &houses[r], *c, d->decimal);
        }
        fputs(d->end, to);
    }
    assert_int_equal(fclose(to), 0);
}

static mlp_table *csv(const char *name, const char *order, const char *separator, const char *end,
                      char decimal)
{
    write_csv(&(dialect){name, order, separator, end, decimal});
    return read_file(name, NULL);
}

static mlp_table *form_csv(void)
{
    return csv("plain.csv", "artgsk", ",", "\n", '.');
}

static mlp_table *form_shuffled(void)
{
    return csv("shuffled.csv", "ksgtra", ",", "\n", '.');
}

static mlp_table *form_extra(void)
{
    return csv("extra.csv", "xartgs", ",", "\n", '.');
}

static mlp_table *form_crlf(void)
{
    return csv("crlf.csv", "artgsk", ",", "\r\n", '.');
}

static mlp_table *form_semicolons(void)
{
    return csv("semicolons.csv", "artgsk", ";", "\n", '.');
}

static mlp_table *form_tabs(void)
{
    return csv("tabs.tsv", "artgsk", "\t", "\n", '.');
}

static mlp_table *form_decimal_comma(void)
{
    return csv("comma.csv", "artgsk", ";", "\n", ',');
}

static mlp_table *form_large(void)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_large("plain.csv", NULL, ".", &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

/* --- packed ----------------------------------------------------------------------------------- */

static size_t load(const char *path, char *bytes, size_t room)
{
    FILE *from = fopen(path, "rb");
    assert_non_null(from);
    const size_t size = fread(bytes, 1, room, from);
    assert_true(size > 0 && size < room);
    fclose(from);
    return size;
}

static char bytes[1 << 16], packed[1 << 16];

static mlp_table *form_gzip(void)
{
    const size_t size = load("plain.csv", bytes, sizeof bytes);
    gzFile to = gzopen("packed.csv.gz", "wb");
    assert_non_null(to);
    assert_int_equal(gzwrite(to, bytes, (unsigned)size), size);
    assert_int_equal(gzclose(to), Z_OK);
    return read_file("packed.csv.gz", NULL);
}

static mlp_table *form_zstd(void)
{
#ifdef MLP_HAS_ZSTD
    const size_t size = load("plain.csv", bytes, sizeof bytes);
    const size_t used = ZSTD_compress(packed, sizeof packed, bytes, size, 3);
    assert_false(ZSTD_isError(used));
    FILE *to = fopen("packed.csv.zst", "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(packed, 1, used, to), used);
    assert_int_equal(fclose(to), 0);
    return read_file("packed.csv.zst", NULL);
#else
    (void)packed;
    print_message("skipped: zstd: built without libzstd\n");
    return NULL;
#endif
}

/* --- JSON lines ------------------------------------------------------------------------------- */

static void write_json_text(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text != '\0'; text++)
        fprintf(to, *text == '"' ? "\\\"" : "%c", *text);
    fputc('"', to);
}

static mlp_table *form_json(void)
{
    FILE *to = fopen("lines.jsonl", "wb");
    assert_non_null(to);
    for (size_t r = 0; r < ROWS; r++) {
        const house *h = &houses[r];
        fprintf(to,
                "{\"rooms\": %d, \"garden\": %s, \"sold\": \"%s\", \"kind\": \"%s\", \"area\": ",
                (int)h->rooms, h->garden ? "true" : "false", h->date, h->kind);
        if (isnan(h->area))
            fputs("null", to);
        else
            write_number(to, h->area, '.');
        if (h->town != NULL) {
            fputs(", \"town\": ", to);
            write_json_text(to, h->town);
        }
        fputs("}\n", to);
    }
    assert_int_equal(fclose(to), 0);
    return read_file("lines.jsonl", NULL);
}

/* --- all forms -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    form make;
} forms[] = {
    {"CSV", form_csv},
    {"CSV, its columns in another order", form_shuffled},
    {"CSV, one column more and no target", form_extra},
    {"CSV with CRLF", form_crlf},
    {"CSV with semicolons", form_semicolons},
    {"CSV with tabs", form_tabs},
    {"CSV with decimal commas", form_decimal_comma},
    {"CSV larger than memory", form_large},
    {"gzip", form_gzip},
    {"zstd", form_zstd},
    {"JSON lines", form_json},
    {"npy", form_npy},
    {"npz", form_npz},
    {"arrays", form_arrays},
    {"Arrow stream", form_arrow},
    {"SQLite", form_sqlite},
    {"PostgreSQL", form_postgresql},
};

static mlp_model *train(void)
{
    mlp_table *table = form_csv();
    mlp_train_options *options = NULL;
    mlp_model *model = NULL;
    mlp_error err = {0};
    if (mlp_train_options_create(&options, &err) != MLP_OK ||
        mlp_train_options_set(options, "target", "kind", &err) != MLP_OK ||
        mlp_train_options_set(options, "epochs", "20", &err) != MLP_OK ||
        mlp_train_options_set(options, "threads", "1", &err) != MLP_OK ||
        mlp_train(table, NULL, options, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_train_options_free(options);
    assert_int_equal(mlp_model_column_count(model), 5);
    mlp_table_free(table);
    return model;
}

static void every_form_has_the_same_predictions(void **state)
{
    (void)state;
    mlp_model *model = train();
    mlp_predictions truth = {0};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        mlp_predictions found = {0};
        mlp_error err = {0};
        mlp_table *table = forms[i].make();
        if (table == NULL)
            continue;
        if (mlp_model_predict(model, table, 1, &found, &err) != MLP_OK)
            fail_msg("%s: %s", forms[i].name, err.message);
        if (i == 0)
            truth = found;
        assert_int_equal(found.rows, ROWS);
        assert_int_equal(found.unknown_cells, 0);
        assert_int_equal(found.missing_cells, truth.missing_cells);
        assert_true(truth.missing_cells > 0);
        if (memcmp(found.values, truth.values, ROWS * truth.width * sizeof *truth.values) != 0)
            fail_msg("%s: the predictions are others", forms[i].name);
        mlp_table_free(table);
        if (i > 0)
            mlp_predictions_release(&found);
    }
    for (size_t r = 1; r < ROWS; r++) /* the model distinguishes rows */
        assert_true(truth.values[r * truth.width] != truth.values[0]);
    mlp_predictions_release(&truth);
    mlp_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_form_has_the_same_predictions)};
    draw();
    return RUN(tests);
}
