/* SPDX-License-Identifier: MIT */
#include "delimited/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/number_style.h"
#include "mlp/output.h"

/* Up to one in ODD_OF records may be odd, with another number of columns: such a record is broken,
 * and the reader later refuses it and names its line. */
enum { RECORDS = 60, COLUMNS = 64, LOOKED_AT = 1 << 16, ODD_OF = 20 };

/* The first records, split by some separator, without the odd ones, whose number of columns differs
 * from that of the first record. */
typedef struct sample {
    size_t records, columns; /* columns: in each record; 0: too many are odd, or one is broken */
    size_t first;            /* columns of the first record */
    size_t odd;              /* number of odd records */
    mlpi_span cells[RECORDS][COLUMNS];
} sample;

/* --- splitting -------------------------------------------------------------------------------- */

static void split(const mlp_table *table, char separator, const char *text, size_t size, bool whole,
                  sample *s)
{
    mlpi_splitter splitter = {.table = table,
                              .at = text,
                              .end = text + size,
                              .stop = text + size,
                              .line = 1,
                              .separator = separator};
    s->records = s->columns = s->first = s->odd = 0;
    while (s->records + s->odd < RECORDS && mlpi_record_find(&splitter)) {
        size_t count = 0;
        const mlp_status status =
            mlpi_record_cells(&splitter, s->cells[s->records], COLUMNS, &count);
        if (splitter.at == splitter.end && !whole)
            break; /* the record may continue */
        s->first = s->records == 0 ? count : s->first;
        if (status != MLP_OK) {
            s->columns = 0;
            break;
        }
        if (s->records > 0 && count != s->first) {
            s->odd++;
            continue;
        }
        s->columns = count;
        s->records++;
    }
    if (s->odd * ODD_OF > s->records || (s->odd > 0 && separator == ' '))
        s->columns = 0; /* lines of prose differ in their number of words */
    free(splitter.unquoted);
}

/* --- cells ------------------------------------------------------------------------------------ */

static bool is_number(mlpi_span cell)
{
    double value = 0.0;
    return mlp_number_parse(cell.text, cell.length, &value);
}

static bool has_comma(mlpi_span cell)
{
    char plain[MLPI_COMMA_ROOM];
    return mlpi_number_with_point(cell, plain) > 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether the mark is in the cell and the digits after it cannot be a group of thousands: there are
 * not three, or an exponent or a percent sign follows. */
static bool is_decimal(mlpi_span cell, char mark)
{
    const char *end = cell.text + cell.length, *at = memchr(cell.text, mark, cell.length);
    if (at == NULL)
        return false;
    const char *behind = at + 1;
    while (behind < end && is_digit(*behind))
        behind++;
    return behind - at != 4 || (behind < end && strchr("eE%", *behind) != NULL);
}

static bool is_nothing(const mlp_table *table, mlpi_span cell)
{
    double value = 0.0;
    uint8_t dress = 0;
    return mlpi_table_classify(table, cell, '.', &value, &dress) == MLPI_CELL_MISSING;
}

static size_t shown(const sample *s)
{
    return s->columns < COLUMNS ? s->columns : COLUMNS;
}

/* The share of cells that are numbers, with a decimal point or comma. */
static double share_of_numbers(const sample *s)
{
    size_t numbers = 0;
    for (size_t r = 0; r < s->records; r++)
        for (size_t c = 0; c < shown(s); c++)
            numbers += is_number(s->cells[r][c]) || has_comma(s->cells[r][c]) ? 1 : 0;
    return (double)numbers / (double)(s->records * shown(s));
}

/* --- separator and decimal mark --------------------------------------------------------------- */

static void say(mlpi_dialect *d, const char *sentence)
{
    const size_t used = strlen(d->said);
    snprintf(d->said + used, sizeof d->said - used, "%s%s", used > 0 ? "\n" : "", sentence);
}

/* Reads a first line such as "sep=;", which names the separator for Excel. Returns the separator;
 * '\0': there is no such line. */
static char take_sep_line(const char *text, size_t size, size_t *skip)
{
    const bool quoted = size > 0 && text[0] == '"';
    const char *at = text + (quoted ? 1 : 0), *const end = text + size;
    if ((size_t)(end - at) < 6 || strncmp(at, "sep=", 4) != 0)
        return '\0';
    const char separator = at[4];
    at += 5 + (quoted && at[5] == '"' ? 1 : 0);
    if (at >= end || (*at != '\n' && *at != '\r') || (unsigned char)separator >= 0x80)
        return '\0';
    at += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
    *skip = (size_t)(at - text);
    return separator;
}

static bool holds(const sample *s, char mark)
{
    for (size_t c = 0; c < COLUMNS && c < s->first; c++)
        if (memchr(s->cells[0][c].text, mark, s->cells[0][c].length) != NULL)
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether a cell holds two or more numbers, or texts that mean "no value", with blanks between
 * them. */
static bool is_list(const mlp_table *table, mlpi_span cell)
{
    size_t words = 0;
    for (size_t at = 0, end = 0; at < cell.length; at = end) {
        while (at < cell.length && is_blank(cell.text[at]))
            at++;
        for (end = at; end < cell.length && !is_blank(cell.text[end]);)
            end++;
        const mlpi_span word = {cell.text + at, end - at};
        if (word.length > 0 && !is_number(word) && !has_comma(word) && !is_nothing(table, word))
            return false;
        words += word.length > 0 ? 1 : 0;
    }
    return words > 1;
}

/* Whether some column holds a list (is_list) in every record. If so, blanks may be the separator,
 * for example if each line has a tab only before the name at its end. */
static bool holds_lists(const mlp_table *table, const sample *s)
{
    for (size_t c = 0; c < shown(s); c++) {
        size_t lists = 0;
        while (lists < s->records && is_list(table, s->cells[lists][c]))
            lists++;
        if (lists == s->records)
            return true;
    }
    return false;
}

/* Chooses the usual separator if it divides the first record and that record holds no semicolon or
 * tab (commas do not separate the columns of 1,5;2,5). Else chooses the separator that gives every
 * record the same number of columns, at least two, and the most numbers; if there is no such
 * separator, one that gives nearly every record the same number. Blanks are considered only if no
 * other separator fits, since names and texts hold blanks. */
static char choose_separator(const mlp_table *table, char usual, const char *text, size_t size,
                             bool whole, sample *s)
{
    const char candidates[] = {usual, ',', ';', '\t', '|', ' '};
    char best = usual;
    double most = -3.0;
    bool settled = false;
    for (size_t i = 0; i < sizeof candidates; i++) {
        if (candidates[i] == ' ' && settled)
            continue;
        split(table, candidates[i], text, size, whole, s);
        if (i == 0 && s->first > 1 && !holds(s, ';') && !holds(s, '\t'))
            return usual;
        if (s->columns < 2 || (i > 0 && s->records < 2))
            continue;
        settled = settled || (s->odd == 0 && !holds_lists(table, s));
        const double share = share_of_numbers(s) - (s->odd > 0 ? 2.0 : 0.0);
        if (share > most) {
            most = share;
            best = candidates[i];
        }
    }
    return best;
}

/* The decimal mark, shown by numbers in which digits other than a group of three follow it; '\0':
 * no number shows a mark, or numbers show both. */
static char find_decimal(const sample *s)
{
    size_t points = 0, commas = 0;
    for (size_t r = 0; r < s->records; r++)
        for (size_t c = 0; c < shown(s); c++) {
            const mlpi_span cell = s->cells[r][c];
            double value = 0.0;
            points += (is_number(cell) || mlpi_number_undress(cell, '.', &value) != 0) &&
                              is_decimal(cell, '.')
                          ? 1
                          : 0;
            commas += (has_comma(cell) || mlpi_number_undress(cell, ',', &value) != 0) &&
                              is_decimal(cell, ',')
                          ? 1
                          : 0;
        }
    if ((points > 0) == (commas > 0))
        return '\0';
    if (points > 0)
        return '.';
    return ',';
}

/* --- a mark that may separate decimals or thousands ------------------------------------------- */

/* The first of the digits that directly precede the position `at` in the cell. */
static const char *digits_before(mlpi_span cell, const char *at)
{
    while (at > cell.text && is_digit(at[-1]))
        at--;
    return at;
}

/* Whether the mark may separate thousands, as in 1.638. */
static bool may_be_group(mlpi_span cell, char mark)
{
    const char *at = memchr(cell.text, mark, cell.length);
    const char *first = at != NULL ? digits_before(cell, at) : NULL;
    return !is_decimal(cell, mark) && at - first >= 1 && at - first <= 3 && *first != '0';
}

/* The first number that has the mark, if the mark may separate thousands in all numbers that have
 * it; else an empty span. */
static mlpi_span find_group(const sample *s, char mark)
{
    mlpi_span one = {NULL, 0};
    for (size_t r = 0; r < s->records; r++)
        for (size_t c = 0; c < shown(s); c++) {
            const mlpi_span cell = s->cells[r][c];
            const bool plain = mark == ',' ? has_comma(cell) : is_number(cell);
            double value = 0.0;
            if ((!plain && mlpi_number_undress(cell, mark, &value) == 0) ||
                memchr(cell.text, mark, cell.length) == NULL)
                continue;
            if (!may_be_group(cell, mark))
                return (mlpi_span){NULL, 0};
            one = one.text != NULL ? one : cell;
        }
    return one;
}

static int cut(mlpi_span cell)
{
    return (int)mlpi_utf8_fit(cell.text, cell.length, 20);
}

/* Says that a point is read as the decimal point although semicolons separate columns: in such data
 * the decimal mark is often a comma, and points separate thousands. */
static void tell_of_point(const sample *s, mlpi_dialect *d)
{
    char sentence[160];
    const mlpi_span one = d->separator == ';' ? find_group(s, '.') : (mlpi_span){NULL, 0};
    if (one.text == NULL)
        return;
    snprintf(
        sentence, sizeof sentence,
        "\"%.*s\" is read with a decimal point; if points separate thousands, give `decimal` ,.",
        cut(one), one.text);
    say(d, sentence);
}

/* Says that the decimal mark is a comma because it is a comma in other data, such as those that a
 * model was trained on. */
static void tell_of_comma(const sample *s, mlpi_dialect *d)
{
    char sentence[160], value[32];
    double number = 0.0;
    const mlpi_span one = find_group(s, '.');
    if (one.text == NULL || mlpi_number_undress(one, ',', &number) == 0)
        return;
    mlp_number_text(number, value);
    snprintf(sentence, sizeof sentence,
             "Decimal mark: comma, as in the other data: \"%.*s\" is read as %s (for a point: "
             "`decimal` .).",
             cut(one), one.text, value);
    say(d, sentence);
}

/* Used if other data do not decide the mark, since they have both (`decimal_if_unclear` is '?').
 * Refuses a number that may be read both ways; if there is no such number, the mark is a point. */
static mlp_status refuse_groups(const mlp_table *table, const sample *s, mlpi_dialect *d,
                                mlp_error *err)
{
    const mlpi_span point = find_group(s, '.'),
                    one = point.text != NULL ? point : find_group(s, ',');
    const char *mark =
        one.text != NULL ? memchr(one.text, point.text != NULL ? '.' : ',', one.length) : NULL;
    if (mark != NULL) {
        const char *first = digits_before(one, mark);
        const int whole = (int)(mark - first);
        return mlpi_fail_at(err, MLP_ERROR_ARGUMENT, table->source, 0, 0,
                            "\"%.*s\" is %.*s%.3s or %.*s.%.3s, and no number shows which; name "
                            "the decimal mark: `decimal` . or `decimal` ,",
                            cut(one), one.text, whole, first, mark + 1, whole, first, mark + 1);
    }
    d->decimal = '.';
    say(d, "Decimal mark: point, since the numbers do not show it (for a comma: `decimal` ,).");
    return MLP_OK;
}

/* Chooses the decimal mark by the options, else by the numbers, else by the mark of other data. */
static mlp_status find_mark(const mlp_table *table, const sample *s, mlpi_dialect *d,
                            mlp_error *err)
{
    const char asked = table->options.decimal, unclear = table->options.decimal_if_unclear;
    d->decimal = asked;
    if (asked == '\0')
        d->decimal = find_decimal(s);
    d->decimal_unclear = d->decimal == '\0';
    if (d->decimal_unclear && unclear == '?')
        return refuse_groups(table, s, d, err);
    if (d->decimal_unclear)
        d->decimal = unclear;
    if (d->decimal == '\0')
        d->decimal = '.';
    if (d->decimal_unclear && unclear == ',')
        tell_of_comma(s, d);
    if (d->decimal_unclear && unclear == '\0')
        tell_of_point(s, d);
    if (asked == '\0' && d->decimal == ',' && unclear != ',')
        say(d, "Decimal mark: comma (detected; for a point: `decimal` .).");
    return MLP_OK;
}

static bool number_of(const mlpi_dialect *d, mlpi_span cell, double *value)
{
    char plain[MLPI_COMMA_ROOM];
    if (mlp_number_parse(cell.text, cell.length, value))
        return true;
    const size_t length = d->decimal == ',' ? mlpi_number_with_point(cell, plain) : 0;
    return length > 0 && mlp_number_parse(plain, length, value);
}

/* Whether all cells of a column below the first record are numbers or have no value, and at least
 * one is a number. */
static bool is_numeric(const mlp_table *table, const mlpi_dialect *d, const sample *s,
                       size_t column)
{
    size_t numbers = 0;
    double value = 0.0;
    for (size_t r = 1; r < s->records; r++) {
        if (number_of(d, s->cells[r][column], &value))
            numbers++;
        else if (!is_nothing(table, s->cells[r][column]))
            return false;
    }
    return numbers > 0;
}

/* Whether the first record is data: it has numbers wherever the records below have numbers.
 * However, three or more numbers that rise by 1 from column to column (0, 1, 2, or years) are
 * names, as are two if there are no other columns. */
static bool begins_with_data(const mlp_table *table, const mlpi_dialect *d, const sample *s)
{
    enum { MANY = 3 };
    size_t numbers = 0, over_numbers = 0;
    bool counts = true;
    double before = 0.0;
    for (size_t c = 0; c < shown(s); c++) {
        double value = 0.0;
        const bool number = number_of(d, s->cells[0][c], &value);
        counts = counts && (!number || numbers == 0 || value == before + 1.0);
        before = number ? value : before;
        numbers += number ? 1 : 0;
        if (!is_numeric(table, d, s, c))
            continue;
        if (!number && !is_nothing(table, s->cells[0][c]))
            return false;
        over_numbers += number ? 1 : 0;
    }
    const bool names = counts && numbers > 1 && (numbers >= MANY || numbers == s->columns);
    return s->records > 1 && over_numbers > 0 && !names;
}

/* The offset after the lines at the beginning of a text that begin with #, | or %; *lines is their
 * number. 0: there is no such line, or the text ends within one. */
static size_t behind_comments(const char *text, size_t size, size_t *lines)
{
    size_t at = 0;
    *lines = 0;
    while (at < size && strchr("#|%", text[at]) != NULL && text[at] != '\0') {
        const char *end = memchr(text + at, '\n', size - at);
        if (end == NULL)
            return 0;
        at = (size_t)(end + 1 - text);
        ++*lines;
    }
    return at;
}

/* Skips the lines of behind_comments if nearly all records after them have the same number of
 * columns, at least two, and the first line has another number: # may also begin a line of column
 * names. */
static void skip_comments(const mlp_table *table, char usual, const char *text, size_t size,
                          bool whole, sample *s, mlpi_dialect *d)
{
    size_t lines = 0;
    const size_t skip = behind_comments(text, size, &lines);
    const char asked = table->options.separator;
    if (skip == 0 || table->options.comment != '\0')
        return;
    char separator = asked;
    if (asked == '\0')
        separator = choose_separator(table, usual, text + skip, size - skip, whole, s);
    split(table, separator, text + skip, size - skip, whole, s);
    const size_t columns = s->columns;
    split(table, separator, text, size, whole, s);
    if (columns < 2 || s->first == columns)
        return;
    d->skip = skip;
    d->lines = lines;
    say(d, lines == 1 ? "The first line is a comment (detected)."
                      : "The first lines are comments (detected).");
}

/* --- the dialect ------------------------------------------------------------------------------ */

static mlp_status decide(const mlp_table *table, char usual, const char *text, size_t size,
                         bool whole, bool sep_line, sample *s, mlpi_dialect *d, mlp_error *err)
{
    const mlp_read_options *asked = &table->options;
    char sentence[200];
    if (d->separator == '\0')
        d->separator = choose_separator(table, usual, text, size, whole, s);
    if (asked->separator == '\0' && !sep_line && d->separator != usual) {
        snprintf(sentence, sizeof sentence, "Separator: %s (detected; `separator` overrides).",
                 d->separator == '\t'  ? "tab"
                 : d->separator == ' ' ? "spaces"
                 : d->separator == ';' ? "semicolon"
                 : d->separator == ',' ? "comma"
                                       : "|");
        say(d, sentence);
    }
    split(table, d->separator, text, size, whole, s);
    MLPI_TRY(find_mark(table, s, d, err));
    if (!asked->no_header && !asked->header && begins_with_data(table, d, s)) {
        d->header = false;
        snprintf(sentence, sizeof sentence,
                 "The first line%s is data, as its numbers show: columns are named column1, "
                 "column2, ...; `header` reads the line as names.",
                 d->lines > 0 ? " of the table" : "");
        say(d, sentence);
    }
    return MLP_OK;
}

mlp_status mlpi_dialect_find(const mlp_table *table, char usual, const char *text, size_t size,
                             bool whole, mlpi_dialect *dialect, mlp_error *err)
{
    const mlp_read_options *asked = &table->options;
    *dialect = (mlpi_dialect){.separator = asked->separator, .header = !asked->no_header};
    sample *s = malloc(sizeof *s);
    if (s == NULL)
        return mlpi_fail_memory(err, "the first records");
    if (dialect->separator == '\0')
        dialect->separator = take_sep_line(text, size, &dialect->skip);
    const bool sep_line = dialect->skip > 0;
    dialect->lines = sep_line ? 1 : 0;
    if (!sep_line)
        skip_comments(table, usual, text, size < LOOKED_AT ? size : LOOKED_AT,
                      whole && size <= LOOKED_AT, s, dialect);
    const size_t left = size - dialect->skip, looked = left < LOOKED_AT ? left : LOOKED_AT;
    const mlp_status status = decide(table, usual, text + dialect->skip, looked,
                                     whole && looked == left, sep_line, s, dialect, err);
    free(s);
    return status;
}
