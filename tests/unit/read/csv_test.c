/* SPDX-License-Identifier: MIT */
/* The CSV reader reads what real files hold, and refuses what cannot be right with a message that
 * names the file, the line, the column and a remedy. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "data/number_style.h"
#include "data/table.h"
#include "unit/test.h"

static mlp_status read_text(const char *text, const mlp_read_options *options, mlp_table **table,
                            mlp_error *err)
{
    return mlp_table_read_memory(text, strlen(text), "t.csv", options, table, err);
}

static mlp_table *must_read(const char *text, const mlp_read_options *options)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (read_text(text, options, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

/* The whole table in one line, such as "a,b|1,2|". */
static const char *shown(const mlp_table *table)
{
    static char text[4096];
    char cell[256];
    size_t at = 0;
    for (size_t r = 0; r <= mlp_table_rows(table); r++)
        for (size_t c = 0; c < mlp_table_columns(table); c++) {
            if (r == 0)
                snprintf(cell, sizeof cell, "%s", mlp_table_column_name(table, c));
            else
                mlp_table_cell(table, r - 1, c, cell, sizeof cell);
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%c", cell,
                                   c + 1 < mlp_table_columns(table) ? ',' : '|');
        }
    return text;
}

typedef struct sample {
    const char *text, *wanted;
} sample;

static void expect(const sample *samples, size_t count, const mlp_read_options *options)
{
    for (size_t i = 0; i < count; i++) {
        mlp_table *table = must_read(samples[i].text, options);
        assert_string_equal(shown(table), samples[i].wanted);
        mlp_table_free(table);
    }
}

static void what_real_files_hold_is_read(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"a,b\n1,2\n3,4\n", "a,b|1,2|3,4|"},
        {"a,b\n1,2\n3,4", "a,b|1,2|3,4|"},   /* no last newline */
        {"a,b\r\n1,2\r\n", "a,b|1,2|"},      /* CRLF */
        {"a,b\r1,2\r3,4\r", "a,b|1,2|3,4|"}, /* CR */
        {"\xef\xbb\xbf"
         "a,b\n1,2\n",
         "a,b|1,2|"}, /* byte-order mark */
        {"\"a\",\"b,c\"\n\"x\ny\",\"say \"\"hi\"\"\"\n", "a,b,c|x\ny,say \"hi\"|"},
        {"a,b\n\n1,2\n   \n3,4\n\n", "a,b|1,2|3,4|"}, /* blank lines */
        {"a, b\n 1 , 2\n", "a,b|1,2|"},               /* spaces around cells */
        {"a,b\n \"1\" ,\" 2 \"\n", "a,b|1, 2 |"},     /* spaces inside quotes are kept */
        {"a,b\n,\n\"\",2\n", "a,b|,|,2|"},            /* empty cells */
        {",b\n1,2\n", "column1,b|1,2|"},              /* a name is missing */
        {"a\n1\n2\n", "a|1|2|"},                      /* one column */
        {"g\xc3\xbc\xc3\x9f,b\n1,2\n", "g\xc3\xbc\xc3\x9f,b|1,2|"}, /* UTF-8 */
    };
    expect(samples, sizeof samples / sizeof samples[0], NULL);
}

static void other_separators_headers_and_comments_are_options(void **state)
{
    (void)state;
    static const sample semicolon[] = {{"a;b\n1,5;2\n", "a,b|1,5,2|"}};
    static const sample spaces[] = {{"  a   b\n1 \t2  \n", "a,b|1,2|"}};
    static const sample none[] = {{"1,2\n3,4\n", "column1,column2|1,2|3,4|"}};
    static const sample comment[] = {{"# made by hand\na,b\n# one\n1,2\n", "a,b|1,2|"}};
    expect(semicolon, 1, &(mlp_read_options){.separator = ';', .decimal = '.'});
    expect(spaces, 1, &(mlp_read_options){.separator = ' '});
    expect(none, 1, &(mlp_read_options){.no_header = true});
    expect(comment, 1, &(mlp_read_options){.comment = '#'});
}

/* If no option states them, the separator, the decimal mark and the header are found by content. */
static void the_look_of_a_text_tells_how_it_is_written(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"a;b\n1;2\n3;4\n", "a,b|1,2|3,4|"},
        {"a|b\n1|x\n3|y\n", "a,b|1,x|3,y|"},
        {"a\tb\n1\t2\n", "a,b|1,2|"},
        {"5.1  3.5 x\n4.9 \t3.0 y\n", "column1,column2,column3|5.1,3.5,x|4.9,3.0,y|"},
        {"sep=;\r\na;b\r\n1;2\r\n", "a,b|1,2|"},
        {"\"sep=|\"\na|b\n1|2\n", "a,b|1,2|"},
        {"\"a\";\"b\"\n\"1\";\"x;y\"\n\"2\";\"z\"\n", "a,b|1,x;y|2,z|"},
        {"|1x3 Cross validator\n25, x\n38, y\n", "column1,column2|25,x|38,y|"},
        {"# made\n# by hand\na;b\n1;2\n", "a,b|1,2|"},
        {"#a,b\n1,2\n", "#a,b|1,2|"},
        /* Decimal commas become points. */
        {"a;b\n1,5;2,25\n-3,0;4\n", "a,b|1.5,2.25|-3.0,4|"},
        {"a\tb\n1,5\t2,25\n-3,0\t4,5\n", "a,b|1.5,2.25|-3.0,4.5|"},
        {"1,5\t2,2\n3,0\t4,5\n", "column1,column2|1.5,2.2|3.0,4.5|"},
        {"a,b\n1,x\ty\n2,z\n", "a,b|1,x\ty|2,z|"},
        {"a;b\n1.234,5;2\n3;4\n", "a,b|1.234,5,2|3,4|"},
        {"a;b\n1,234;x\n2,345;y\n", "a,b|1,234,x|2,345,y|"}, /* the comma may separate thousands */
        {"a,b\n\"1,5\",2\n3.5,4\n", "a,b|1,5,2|3.5,4|"},     /* both marks: a point is decimal */
        /* The first record holds data or names. */
        {"1,2,x\n3,4,y\n", "column1,column2,column3|1,2,x|3,4,y|"},
        {"1,NA\n3,4\n", "column1,column2|1,NA|3,4|"},
        {"0,1,2\n5,3,1\n", "0,1,2|5,3,1|"}, /* columns named by numbers */
        {"2019,2020\n5,3\n", "2019,2020|5,3|"},
        {"land,1990,1991,1992\nA,5,3,1\n", "land,1990,1991,1992|A,5,3,1|"},
        {"x,y\na,b\n", "x,y|a,b|"},
        {"x,1\na,2\n", "column1,column2|x,1|a,2|"},
        {"x,1\na,b\n", "x,1|a,b|"},
    };
    expect(samples, sizeof samples / sizeof samples[0], NULL);
    static const sample names[] = {{"1,2\n3,5\n", "1,2|3,5|"}};
    expect(names, 1, &(mlp_read_options){.header = true});
    static const sample commas[] = {{"a;b\n1,234;x\n3.5;y\n", "a,b|1.234,x|3.5,y|"}};
    expect(commas, 1, &(mlp_read_options){.decimal = ','});
}

/* Names and cells may hold blanks, so blanks separate columns only if nothing else does. */
static void blanks_separate_only_where_nothing_else_does(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"land;in all;height m;by\nX;;1.800;March 3, 2023\n",
         "land,in all,height m,by|X,,1.800,March 3, 2023|"},
        {"shop;sold in;order date\na;11;Oct 3 2023\nb;9;May 12 2021\n",
         "shop,sold in,order date|a,11,Oct 3 2023|b,9,May 12 2021|"},
        {"shop\tsold in\torder date\na\t11\tOct 3 2023\nb\t9\tMay 12 2021\n",
         "shop,sold in,order date|a,11,Oct 3 2023|b,9,May 12 2021|"},
        {"shop|price|floor area|garden area\na|12|77 m2|approx 60\nb|7|5 m2|approx 6\n",
         "shop,price,floor area,garden area|a,12,77 m2,approx 60|b,7,5 m2,approx 6|"},
        /* Blanks between numbers, and a tab before a name. */
        {"18.0   8  70\t\"ford torino\"\n15.0   NA  71\t\"buick\"\n",
         "column1,column2,column3,column4|18.0,8,70,ford torino|15.0,NA,71,buick|"},
        {"a b;c\n1 2\n3 4;5\n", "a,b;c|1,2|3,4;5|"}, /* not every line has a semicolon */
    };
    expect(samples, sizeof samples / sizeof samples[0], NULL);
}

/* A point is decimal unless the text shows that points group digits; if a point may well group
 * digits, a notice says so. */
static void points_that_may_stand_between_thousands_are_named(void **state)
{
    (void)state;
    static const char words[] = "is read with a decimal point; if points separate thousands";
    static const struct {
        const char *text;
        bool said;
    } cases[] = {
        {"a;b\n1.638;x\n608;y\n", true},    {"a;b\n-12.638;x\n608;y\n", true},
        {"a;b\n1.638;x\n0.608;y\n", false}, {"a;b\n1.638;x\n60.8;y\n", false},
        {"a;b\n1.638;x\n6,8;y\n", false},   {"a;b\n1638.123;x\n608;y\n", false},
        {"a,b\n1.638,x\n608,y\n", false},   {"a;b\n1638;x\n608;y\n", false},
        {"a;b\n1.638 €;x\n608;y\n", true},  {"a;b\n(1.638);x\n608;y\n", true},
        {"a;b\n1.6e4;x\n608;y\n", false},   {"a;b\n1.638%;x\n608;y\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_table *table = must_read(cases[i].text, NULL);
        const char *notice = mlp_table_notice(table);
        assert_int_equal(notice != NULL && strstr(notice, words) != NULL, cases[i].said);
        mlp_table_free(table);
    }
}

/* If the text does not show which mark is decimal and other data have decimal commas, a notice says
 * how a point is read; if other data have both marks, the text is refused. */
static void a_mark_that_other_data_tell_is_named(void **state)
{
    (void)state;
    static const char words[] =
        "Decimal mark: comma, as in the other data: \"1.638\" is read as 1638";
    static const struct {
        const char *text;
        bool said, refused;
        double value; /* of the first cell, if other data have commas */
    } cases[] = {
        {"a;b\n1.638;x\n608;y\n", true, true, 1638.0},
        {"a,b\n1.638,x\n12.608,y\n", true, true, 1638.0},
        {"a;b\n1.638;x\n60.8;y\n", false, false, 1.638},
        {"a;b\n1.638;x\n6,8;y\n", false, false, 1638.0},
        {"a;b\n1,638;x\n608;y\n", false, true, 1.638},
        {"a,b\n1638,x\n608,y\n", false, false, 1638.0},
        {"a;b\n17.250 €;x\n608;y\n", false, true, 17250.0},
        {"a;b\n1.6e4;x\n608;y\n", false, false, 16000.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_read_options options = mlp_read_options_default();
        mlp_error err = {0};
        options.decimal_if_unclear = ',';
        mlp_table *table = must_read(cases[i].text, &options);
        const char *notice = mlp_table_notice(table);
        double number = 0.0;
        assert_int_equal(notice != NULL && strstr(notice, words) != NULL, cases[i].said);
        assert_int_equal(mlpi_table_number(table, 0, 0, &number), MLPI_CELL_NUMBER);
        assert_true(number == cases[i].value);
        mlp_table_free(table);
        table = NULL;
        options.decimal_if_unclear = '?';
        assert_int_equal(read_text(cases[i].text, &options, &table, &err),
                         cases[i].refused ? MLP_ERROR_ARGUMENT : MLP_OK);
        assert_int_equal(strstr(err.message, "and no number shows which; name the decimal mark: "
                                             "`decimal` . or `decimal` ,") != NULL,
                         cases[i].refused);
        mlp_table_free(table);
    }
}

/* In prices and percentages too, digits that cannot be a group of three show which mark is decimal,
 * and digits that may be such a group do not. */
static void dressed_numbers_tell_the_mark(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value; /* of the first cell */
    } cases[] = {
        {"a;b\n17.250 €;2,5\n608 €;3\n", 17250.0}, {"a;b\n9,25%;x\n10,50%;y\n", 9.25},
        {"a;b\n(1.638);2,5\n608;3\n", -1638.0},    {"a;b\n1,638%;x\n2,5%;y\n", 1.638},
        {"a;b\n17,250 €;2.5\n608 €;3\n", 17250.0}, {"a;b\n9.25%;x\n10.50%;y\n", 9.25},
        {"a;b\n$1.638,50;x\n$608;y\n", 1638.5},    {"a;b\n17.25 €;x\n608 €;y\n", 17.25},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_table *table = must_read(cases[i].text, NULL);
        double number = 0.0;
        assert_int_equal(mlpi_table_number(table, 0, 0, &number), MLPI_CELL_NUMBER);
        if (fabs(number - cases[i].value) > 1e-9)
            fail_msg("%s: %.17g", cases[i].text, number);
        mlp_table_free(table);
    }
}

/* A text that means a missing value in a column of numbers is a text in a column of texts. */
static void more_texts_mean_no_value_among_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {"N/A", "n/a", "#N/A", "<NA>", "None", "-", "."};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "a,b\n1.5,x\n%s,%s\n2,y\n", texts[i], texts[i]);
        mlp_table *table = must_read(text, NULL), *part = NULL;
        double number = 0.0;
        assert_int_equal(mlpi_table_number(table, 1, 0, &number), MLPI_CELL_MISSING);
        assert_int_equal(mlpi_table_number(table, 1, 1, &number), MLPI_CELL_TEXT);
        assert_int_equal(mlp_table_subset(table, (const size_t[]){1}, 1, &part, NULL), MLP_OK);
        assert_int_equal(mlpi_table_number(part, 0, 0, &number), MLPI_CELL_MISSING);
        assert_int_equal(mlpi_table_number(part, 0, 1, &number), MLPI_CELL_TEXT);
        mlp_table_free(part);
        mlp_table_free(table);
    }
}

static void numbers_in_everyday_dress_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char decimal;
        double value; /* NaN: the text is not a number */
    } cases[] = {{"$7,150.40", '.', 7150.4},
                 {"-$3", '.', -3},
                 {"$-3", '.', -3},
                 {"(45.20)", '.', -45.2},
                 {"(1.234,5)", ',', -1234.5},
                 {"($3)", '.', -3},
                 {"(45", '.', NAN},
                 {"(-45)", '.', NAN},
                 {"()", '.', NAN},
                 {"45)", '.', NAN},
                 {"76.4%", '.', 76.4},
                 {"5 %", '.', 5},
                 {"1,234,567", '.', 1234567},
                 {"12.881,85", ',', 12881.85},
                 {"1 234", '.', 1234},
                 {"1\u00a0234,5 \u20ac", ',', 1234.5},
                 {"1'234.5", '.', 1234.5},
                 {"\u20ac 12", '.', 12},
                 {"1,23", '.', NAN},
                 {"1,2345", '.', NAN},
                 {"0,123", '.', NAN},
                 {"1,234.", '.', NAN},
                 {"12,34,567", '.', NAN},
                 {"$", '.', NAN},
                 {"%", '.', NAN},
                 {"$ $5", '.', NAN},
                 {"5%%", '.', NAN},
                 {"1234,567", '.', NAN},
                 {"$1e5", '.', NAN},
                 {"x$5", '.', NAN},
                 {"1,234,56", '.', NAN},
                 {"5 kg", '.', NAN},
                 {"7", '.', NAN} /* a plain number */};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = NAN;
        const mlpi_span text = {cases[i].text, strlen(cases[i].text)};
        const unsigned dress = mlpi_number_undress(text, cases[i].decimal, &value);
        if (isnan(cases[i].value) ? dress != 0 : dress == 0 || value != cases[i].value)
            fail_msg("\"%s\" is read as %g", cases[i].text, value);
    }
}

static void tab_separates_tsv(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    const char text[] = "a\tb\n1, 2\t\t\n";
    assert_int_equal(mlp_table_read_memory("a\tb\n1, 2\t\n", 10, "t.tsv", NULL, &table, NULL),
                     MLP_OK);
    assert_string_equal(shown(table), "a,b|1, 2,|");
    mlp_table_free(table);
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.tsv", NULL, &table, NULL),
                     MLP_ERROR_DATA);
}

static void rows_know_their_lines(void **state)
{
    (void)state;
    mlp_table *table = must_read("a,b\n\"x\n\ny\",1\n\n2,3\n", NULL);
    assert_int_equal(mlp_table_line(table, 0), 2);
    assert_int_equal(mlp_table_line(table, 1), 6);
    mlp_table_free(table);
}

static void wrong_files_are_refused_with_place_and_way_out(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
        size_t line, column;
    } wrong[] = {
        {"a,b\n1,2\n3\n", "t.csv:3: 1 field, but the first record has 2", 3, 1},
        {"a,b\n1,2,3\n", "t.csv:2: 3 fields", 2, 3},
        {"a,b\n1,\"2\n3,4\n", "t.csv:2: the quote opened in column 2 is never closed", 2, 2},
        {"a,b\n\"1\"x,2\n", "text after its closing quote", 2, 1},
        {"", "t.csv: is empty", 0, 0},
        {"\n \n", "t.csv: is empty", 0, 0},
        {"a,b\n", "t.csv:1: a header but no rows; if this line is data, say `no-header`", 1, 0},
        {"a,a\n1,2\n", "two columns are named \"a\"", 1, 0},
        {"a;b\n1\n2;3\n", "try `separator` ';'", 1, 1},
        {"\xff\xfe"
         "a",
         "UTF-16", 1, 0},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        assert_int_equal(read_text(wrong[i].text, NULL, &table, &err), MLP_ERROR_DATA);
        assert_null(table);
        if (strstr(err.message, wrong[i].says) == NULL || err.line != wrong[i].line ||
            err.column != wrong[i].column)
            fail_msg("\"%s\" at %zu:%zu, wanted \"%s\" at %zu:%zu", err.message, err.line,
                     err.column, wrong[i].says, wrong[i].line, wrong[i].column);
    }
}

/* The broken line is refused, and not the first line for its separator. */
static void a_broken_line_does_not_hide_the_separator(void **state)
{
    (void)state;
    /* Ten lines are too few to be sure of the separator. */
    for (int lines = 10; lines <= 40; lines += 30) {
        char text[400] = "a;b;c\n", *at = text + 6;
        mlp_table *table = NULL;
        mlp_error err = {0};
        for (int i = 2; i <= lines; i++)
            at += sprintf(at, i == 8 ? "%d,2;3\n" : "%d;2;3\n", i);
        assert_int_equal(read_text(text, NULL, &table, &err), MLP_ERROR_DATA);
        assert_int_equal(err.line, lines == 40 ? 8 : 1);
        assert_non_null(strstr(err.message, lines == 40 ? "2 fields, but the first record has 3"
                                                        : "try `separator` ';'"));
    }
}

static void binary_files_are_refused(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_table_read_memory("a,b\n1,\0\n", 8, "t.csv", NULL, &table, &err),
                     MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "byte 7 is 0"));
}

/* Every prefix and many alterations of a file are read or refused, without a crash (run under the
 * sanitizers). */
static void damaged_files_never_crash(void **state)
{
    (void)state;
    static const char text[] = "\"a\",b,c\r\n1,\"x\"\"y\nz\", 3\r\n\n4,5,\"\"\r\n";
    static const char bytes[] = "\",\n\r\t ;#\x1f\x8b";
    for (size_t n = 0; n < sizeof text; n++) {
        mlp_table *table = NULL;
        if (mlp_table_read_memory(text, n, "t.csv", NULL, &table, NULL) == MLP_OK)
            mlp_table_free(table);
        for (size_t b = 0; b < sizeof bytes; b++) {
            char altered[sizeof text];
            memcpy(altered, text, sizeof text);
            altered[n] = bytes[b];
            table = NULL;
            if (mlp_table_read_memory(altered, sizeof text - 1, "t.csv", NULL, &table, NULL) ==
                MLP_OK)
                mlp_table_free(table);
        }
    }
}

static size_t compress_text(const char *text, unsigned char *packed, size_t room)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)strlen(text);
    z.next_out = packed;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

static void gzip_is_unpacked_and_damage_to_it_is_found(void **state)
{
    (void)state;
    unsigned char packed[256];
    mlp_table *table = NULL;
    mlp_error err = {0};
    const size_t n = compress_text("a,b\n1,2\n", packed, sizeof packed / 2);
    assert_int_equal(mlp_table_read_memory(packed, n, "t.csv.gz", NULL, &table, &err), MLP_OK);
    assert_string_equal(shown(table), "a,b|1,2|");
    mlp_table_free(table);
    table = NULL;
    for (size_t cut = 2; cut < n; cut++)
        assert_int_equal(mlp_table_read_memory(packed, cut, "t.csv.gz", NULL, &table, &err),
                         MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "gzip"));
    const size_t more = compress_text("3,4\n", packed + n, sizeof packed - n);
    assert_int_equal(mlp_table_read_memory(packed, n + more, "t.csv.gz", NULL, &table, &err),
                     MLP_OK);
    assert_string_equal(shown(table), "a,b|1,2|3,4|");
    mlp_table_free(table);
}

static void columns_are_found_by_name_or_number_with_a_suggestion(void **state)
{
    (void)state;
    mlp_table *table = must_read("width,height,3\n1,2,3\n", NULL);
    mlp_error err = {0};
    size_t c = 99;
    assert_int_equal(mlp_table_find(table, "height", &c, &err), MLP_OK);
    assert_int_equal(c, 1);
    assert_int_equal(mlp_table_find(table, "1", &c, &err), MLP_OK);
    assert_int_equal(c, 0);
    assert_int_equal(mlp_table_find(table, "heigth", &c, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "did you mean \"height\"?"));
    assert_int_equal(mlp_table_find(table, "4", &c, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "numbered from 1 to 3"));
    assert_int_equal(c, 0); /* unchanged on failure */
    mlp_table_free(table);
    table = must_read("district,size m2,macro_f1\n1,2,3\n", NULL);
    assert_int_equal(mlp_table_find(table, "Size", &c, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "did you mean \"size m2\"?"));
    assert_int_equal(mlp_table_find(table, "f1", &c, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "did you mean \"macro_f1\"?"));
    assert_int_equal(mlp_table_find(table, "trict", &c, &err), MLP_ERROR_DATA);
    assert_null(strstr(err.message, "did you mean")); /* "trict" lies within a word */
    mlp_table_free(table);
}

static void equal_data_have_equal_fingerprints(void **state)
{
    (void)state;
    mlp_table *a = must_read("a,b\n1,2\n", NULL), *b = must_read("\"a\",b\r\n1,\"2\"\r\n", NULL);
    mlp_table *c = must_read("a,b\n1,3\n", NULL);
    assert_true(mlp_table_fingerprint(a) == mlp_table_fingerprint(b));
    assert_true(mlp_table_fingerprint(a) != mlp_table_fingerprint(c));
    mlp_table_free(a);
    mlp_table_free(b);
    mlp_table_free(c);
}

static void unknown_formats_and_absent_files_are_said(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_table_read("/nowhere/x.csv", NULL, &table, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "/nowhere/x.csv"));
    assert_int_not_equal(mlp_table_read_memory("a\1\n1", 5, "t.xyz", NULL, &table, &err), MLP_OK);
    assert_non_null(strstr(err.message, "`format`"));
}

static void text_of_any_name_is_a_table(void **state)
{
    (void)state;
    static const char wide[] = "\xFF\xFE"
                               "a\0;\0b\0\n\0"
                               "1\0;\0"
                               "2\0\n";
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_memory("a b\n1 2\n", 8, "building.raw", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_table_columns(table), 2);
    mlp_table_free(table);
    if (mlp_table_read_memory(wide, sizeof wide, "export.asc", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_table_columns(table), 2);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_real_files_hold_is_read),
        cmocka_unit_test(other_separators_headers_and_comments_are_options),
        cmocka_unit_test(the_look_of_a_text_tells_how_it_is_written),
        cmocka_unit_test(blanks_separate_only_where_nothing_else_does),
        cmocka_unit_test(points_that_may_stand_between_thousands_are_named),
        cmocka_unit_test(a_mark_that_other_data_tell_is_named),
        cmocka_unit_test(dressed_numbers_tell_the_mark),
        cmocka_unit_test(more_texts_mean_no_value_among_numbers),
        cmocka_unit_test(numbers_in_everyday_dress_are_read),
        cmocka_unit_test(tab_separates_tsv),
        cmocka_unit_test(rows_know_their_lines),
        cmocka_unit_test(wrong_files_are_refused_with_place_and_way_out),
        cmocka_unit_test(a_broken_line_does_not_hide_the_separator),
        cmocka_unit_test(binary_files_are_refused),
        cmocka_unit_test(damaged_files_never_crash),
        cmocka_unit_test(gzip_is_unpacked_and_damage_to_it_is_found),
        cmocka_unit_test(columns_are_found_by_name_or_number_with_a_suggestion),
        cmocka_unit_test(equal_data_have_equal_fingerprints),
        cmocka_unit_test(unknown_formats_and_absent_files_are_said),
        cmocka_unit_test(text_of_any_name_is_a_table),
    };
    return RUN(tests);
}
