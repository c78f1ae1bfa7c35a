/* SPDX-License-Identifier: MIT */
/* Makes blocks of rows. Until a block is made, each decimal keeps its own number of places; then
 * the power of ten and the width of the codes are chosen for each column to suit its cells. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/number_style.h"
#include "data/table.h"
#include "data/vocabulary.h"

#define LONGEST_TEXT ((size_t)1 << 22) /* bytes; the text of a cell is shorter */

/* --- rows ------------------------------------------------------------------------------------- */

bool mlpi_builder_begin(const mlp_table *table, mlpi_builder *builder)
{
    *builder = (mlpi_builder){.table = table};
    builder->words = mlpi_vocabulary_create(table->columns);
    return builder->words != NULL;
}

void mlpi_builder_end(mlpi_builder *b)
{
    mlpi_vocabulary_free(b->words);
    free(b->codes);
    free(b->forms);
    free(b->lines);
    *b = (mlpi_builder){0};
}

void mlpi_builder_clear(mlpi_builder *b)
{
    mlpi_vocabulary_clear(b->words, b->table->columns);
    b->rows = 0;
}

/* Doubles the room for rows. The cells of a row lie `room` cells apart; if that were a large power
 * of two, they would compete for few lines of the caches, so a large room gets some more rows. */
static bool grow(mlpi_builder *b)
{
    enum { MANY_ROWS = 256, MORE_ROWS = 72 };
    const size_t twice = b->room > 0 ? 2 * b->room : 1, columns = b->table->columns;
    const size_t room = twice == MANY_ROWS ? twice + MORE_ROWS : twice;
    size_t cells = 0, bytes = 0;
    if (!mlpi_multiply(columns, room, &cells) || !mlpi_multiply(cells, sizeof *b->codes, &bytes))
        return false;
    int64_t *codes = malloc(bytes);
    uint8_t *forms = malloc(cells);
    size_t *lines = realloc(b->lines, room * sizeof *lines);
    b->lines = lines != NULL ? lines : b->lines;
    if (codes == NULL || forms == NULL || lines == NULL) {
        free(codes);
        free(forms);
        return false;
    }
    for (size_t c = 0; c < columns && b->rows > 0; c++) {
        memcpy(codes + c * room, b->codes + c * b->room, b->rows * sizeof *codes);
        memcpy(forms + c * room, b->forms + c * b->room, b->rows);
    }
    free(b->codes);
    free(b->forms);
    b->codes = codes;
    b->forms = forms;
    b->room = room;
    return true;
}

bool mlpi_builder_row(mlpi_builder *b, size_t line)
{
    if (b->rows == b->room && !grow(b))
        return false;
    b->at = b->rows;
    b->column = 0;
    b->lines[b->rows++] = line;
    return true;
}

static mlp_status too_long(const mlpi_builder *b, size_t column, mlp_error *err)
{
    return mlpi_fail_at(err, MLP_ERROR_DATA, b->table->source, b->lines[b->rows - 1], column + 1,
                        "column %zu holds a text of 4 MiB or more; is a quote not closed?",
                        column + 1);
}

/* Finds the word of a column that has this text, or adds it. `decimal`: the decimal mark of the
 * text. NULL: out of memory. */
static const mlpi_draft *take_word(mlpi_builder *b, size_t column, mlpi_span text, char decimal)
{
    const mlpi_text_key key = mlpi_text_key_of(text.text, text.length);
    const mlpi_draft *word = mlpi_vocabulary_find(b->words, column, text, key, decimal);
    return word != NULL ? word : mlpi_vocabulary_add(b->words, b->table, column, text, decimal);
}

/* Adds a cell that is a word; `word` NULL: memory ran out while the word was made. */
static inline mlp_status add_word(mlpi_builder *b, const mlpi_draft *word, mlp_error *err)
{
    if (word == NULL)
        return mlpi_fail_memory(err, "the cells of the data");
    b->codes[b->at] = word->place;
    b->forms[b->at] = MLPI_IS_WORD;
    b->at += b->room;
    b->column++;
    return MLP_OK;
}

/* Whether a text may be a plain decimal: a number can begin with its first byte, or the decimal
 * mark is a comma. */
static inline bool may_be_decimal(const mlpi_builder *b, mlpi_span text)
{
    const char c = (char)(text.length > 0 ? *text.text : 0);
    return (c >= '0' && c <= '9') || c == '-' || b->table->decimal == ',';
}

/* Adds a cell that may be a plain decimal; if it is not, it becomes a word. */
static mlp_status add_decimal(mlpi_builder *b, mlpi_span text, mlp_error *err)
{
    const bool commas = b->table->decimal == ',';
    mlpi_decimal number;
    char copy[MLPI_COMMA_ROOM]; /* with the closing 0 that mlpi_decimal_read needs */
    const size_t length = commas ? mlpi_number_with_point(text, copy) : 0;
    if (length > 0)
        text = (mlpi_span){copy, length};
    const bool plain = text.length > 0 && text.length < sizeof copy &&
                       b->table->options.missing.count == 0 &&
                       (!commas || length > 0 || memchr(text.text, '.', text.length) == NULL);
    if (plain) {
        memmove(copy, text.text, text.length);
        copy[text.length] = '\0';
        if (mlpi_decimal_read(copy, &number) == copy + text.length) {
            mlpi_builder_decimal(b, number);
            return MLP_OK;
        }
    }
    char decimal = b->table->decimal;
    if (length > 0)
        decimal = '.'; /* which has replaced the comma */
    return add_word(b, take_word(b, b->column, text, decimal), err);
}

mlp_status mlpi_builder_text(mlpi_builder *b, mlpi_span text, mlp_error *err)
{
    if (text.length >= LONGEST_TEXT)
        return too_long(b, b->column, err);
    if (may_be_decimal(b, text))
        return add_decimal(b, text, err);
    return add_word(b, take_word(b, b->column, text, b->table->decimal), err);
}

/* Most texts are known words, which the inline search finds without a call. */
mlp_status mlpi_builder_text_ahead(mlpi_builder *b, mlpi_span text, mlp_error *err)
{
    const mlpi_draft *known = NULL;
    if (text.length < LONGEST_TEXT && !may_be_decimal(b, text))
        known =
            mlpi_vocabulary_find(b->words, b->column, text,
                                 mlpi_text_key_ahead(text.text, text.length), b->table->decimal);
    return known != NULL ? add_word(b, known, err) : mlpi_builder_text(b, text, err);
}

static bool is_the_same(const mlpi_word *word, unsigned cell, double number)
{
    const bool is_number = word->cell == MLPI_CELL_NUMBER;
    return (cell == MLPI_CELL_NUMBER) == is_number && (!is_number || number == word->number);
}

/* The decimal mark of a word: a comma if the word would mean something else when read with a
 * point. */
static char decimal_of(const mlpi_builder *b, const mlpi_word *word)
{
    double number = 0.0;
    uint8_t dress = 0;
    const mlpi_cell cell =
        mlpi_table_classify(b->table, (mlpi_span){word->text, word->length}, '.', &number, &dress);
    return is_the_same(word, cell, number) ? '.' : ',';
}

static mlp_status copy_word(mlpi_builder *b, const mlpi_word *word, mlp_error *err)
{
    const mlpi_span text = {word->text, word->length};
    const mlpi_text_key key = mlpi_text_key_of(text.text, text.length);
    const mlpi_draft *draft = mlpi_vocabulary_find(b->words, b->column, text, key, '.');
    if (draft == NULL || !is_the_same(word, draft->cell, draft->number))
        draft = take_word(b, b->column, text, decimal_of(b, word));
    return add_word(b, draft, err);
}

mlp_status mlpi_builder_cell(mlpi_builder *b, const mlpi_column *from, size_t row, mlp_error *err)
{
    char scratch[MLPI_DECIMAL_ROOM];
    const mlpi_word *word = mlpi_column_word(from, row);
    if (word != NULL)
        return copy_word(b, word, err);
    return mlpi_builder_text(b, mlpi_column_span(from, row, scratch), err);
}

/* --- how the numbers of a column are written -------------------------------------------------- */

enum {
    FORMS = 64,  /* forms are distinct modulo this: decimals 0 .. 50, words 63 */
    SELDOM = 256 /* one number in 256 may become a word if the others then need less memory */
};
/* The lowest codes are those of words; numbers of either sign are above them. */
#define LARGEST_CODE ((uint64_t)(INT64_MAX - UINT32_MAX))

/* For each form: how many decimals of a column have that form, and the largest of these. */
typedef struct style {
    uint32_t count[FORMS];
    uint64_t most[FORMS]; /* units, without a sign */
} style;

static uint64_t without_sign(int64_t units)
{
    return units < 0 ? -(uint64_t)units : (uint64_t)units;
}

static void add_to_style(style *s, int64_t code, uint8_t cell)
{
    const unsigned form = cell % FORMS;
    const uint64_t units = without_sign(code);
    s->count[form]++;
    s->most[form] = units > s->most[form] ? units : s->most[form];
}

/* Counts even and odd rows separately, so that counting a cell need not wait until the previous
 * cell has been counted. */
static style style_of(const int64_t *codes, const uint8_t *forms, size_t rows)
{
    style s = {0}, other = {0};
    for (size_t r = 0; r + 1 < rows; r += 2) {
        add_to_style(&s, codes[r], forms[r]);
        add_to_style(&other, codes[r + 1], forms[r + 1]);
    }
    if (rows % 2 != 0)
        add_to_style(&s, codes[rows - 1], forms[rows - 1]);
    for (unsigned form = 0; form < FORMS; form++) {
        s.count[form] += other.count[form];
        s.most[form] = other.most[form] > s.most[form] ? other.most[form] : s.most[form];
    }
    return s;
}

static size_t count_places(const style *s, unsigned places)
{
    return (size_t)s->count[places] + s->count[places + MLPI_ENDS_IN_ZERO];
}

/* The largest code, without a sign, of the numbers with at most `places` places, when all of them
 * are written with `places` places; LARGEST_CODE if the code would be larger. */
static uint64_t largest_code(const style *s, unsigned places)
{
    uint64_t largest = 0;
    for (unsigned p = 0; p <= places; p++) {
        const uint64_t one = s->most[p], other = s->most[p + MLPI_ENDS_IN_ZERO];
        uint64_t code = 0;
        if (__builtin_mul_overflow(one > other ? one : other,
                                   (uint64_t)mlpi_power_of_ten[places - p], &code) ||
            code > LARGEST_CODE)
            return LARGEST_CODE;
        largest = code > largest ? code : largest;
    }
    return largest;
}

/* The narrowest codes that hold the words and, above them, numbers up to `largest` of either
 * sign. */
static mlpi_width choose_width(uint32_t words, uint64_t largest)
{
    for (mlpi_width width = MLPI_INT8; width < MLPI_INT64; width++)
        if (words + largest <= (uint64_t)-mlpi_width_lowest(width) - (words > 0 ? 0 : 1))
            return width;
    return MLPI_INT64;
}

/* The most places that any number has, or fewer if only few numbers (SELDOM) have more places and
 * the other numbers then fit into narrower codes. */
static unsigned choose_places(const style *s, size_t rows)
{
    unsigned most = 0;
    for (unsigned p = 0; p <= MLPI_MOST_DIGITS; p++)
        most = count_places(s, p) > 0 ? p : most;
    const mlpi_width width = choose_width(0, largest_code(s, most));
    size_t more = 0;
    for (unsigned p = most; p > 0; p--) {
        more += count_places(s, p);
        if (more * SELDOM > rows)
            break;
        if (count_places(s, p - 1) > 0 && choose_width(SELDOM, largest_code(s, p - 1)) < width)
            return p - 1;
    }
    return most;
}

/* Chooses `places`, and `least` so that as many numbers as possible are written in the column's
 * way: with `least` places, or with more and no zero at the end. Returns how many numbers are not
 * written in this way. */
static size_t choose_style(const style *s, size_t rows, mlpi_column *column)
{
    size_t fewest = SIZE_MAX, more = 0;
    column->places = (uint8_t)choose_places(s, rows);
    for (unsigned p = column->places + 1u; p <= MLPI_MOST_DIGITS; p++)
        more += count_places(s, p);
    for (uint8_t least = 0; least <= column->places; least++) {
        size_t others = more;
        for (uint8_t p = 0; p <= column->places; p++)
            others += p < least   ? count_places(s, p)
                      : p > least ? s->count[p + MLPI_ENDS_IN_ZERO]
                                  : 0;
        if (others < fewest) {
            fewest = others;
            column->least = least;
        }
    }
    return fewest;
}

/* Finds the factor that brings numbers of each form to the column's power of ten; 0: numbers of
 * this form are not written in the column's way, or the form is that of words. */
static void find_factors(const mlpi_column *column, int64_t factors[FORMS])
{
    memset(factors, 0, FORMS * sizeof *factors);
    for (unsigned p = column->least; p <= column->places; p++) {
        const int64_t factor = (int64_t)mlpi_power_of_ten[column->places - p];
        factors[p] = factor;
        factors[p + MLPI_ENDS_IN_ZERO] = p == column->least ? factor : 0;
    }
}

/* Makes words of the numbers that are not written in the column's way, or whose codes are too
 * large; `all_fit`: no code is too large. */
static bool make_words(mlpi_builder *b, size_t c, const mlpi_column *column, bool all_fit)
{
    int64_t *const codes = b->codes + c * b->room;
    uint8_t *const forms = b->forms + c * b->room;
    int64_t factors[FORMS];
    find_factors(column, factors);
    factors[MLPI_IS_WORD % FORMS] = 1; /* words stay words */
    for (size_t r = 0; r < b->rows; r++) {
        const uint64_t factor = (uint64_t)factors[forms[r] % FORMS];
        uint64_t code = 0;
        if (factor > 0 && (all_fit || forms[r] == MLPI_IS_WORD))
            continue;
        if (factor > 0 && !__builtin_mul_overflow(without_sign(codes[r]), factor, &code) &&
            code <= LARGEST_CODE)
            continue;
        char text[MLPI_DECIMAL_ROOM];
        const size_t length =
            mlpi_decimal_text((mlpi_decimal){codes[r], forms[r] % MLPI_ENDS_IN_ZERO}, text);
        forms[r] = MLPI_IS_WORD;
        const mlpi_draft *word = take_word(b, c, (mlpi_span){text, length}, '.');
        if (word == NULL)
            return false;
        codes[r] = word->place;
    }
    return true;
}

/* Decides how the numbers of a column are written; *largest is the largest of their codes, without
 * a sign. false: out of memory. */
static bool plan_numbers(mlpi_builder *b, size_t c, mlpi_column *column, uint64_t *largest)
{
    const style s = style_of(b->codes + c * b->room, b->forms + c * b->room, b->rows);
    const size_t others = choose_style(&s, b->rows, column);
    *largest = largest_code(&s, column->places);
    return (others == 0 && *largest < LARGEST_CODE) ||
           make_words(b, c, column, *largest < LARGEST_CODE);
}

static bool has_only_words(const uint8_t *forms, size_t rows)
{
    size_t r = 0;
    while (r < rows && forms[r] == MLPI_IS_WORD)
        r++;
    return r == rows;
}

static bool plan_column(mlpi_builder *b, size_t c, mlpi_column *column)
{
    const uint64_t exact = (uint64_t)1 << 53;
    uint64_t largest = 0;
    column->only_words = has_only_words(b->forms + c * b->room, b->rows);
    if (!column->only_words && !plan_numbers(b, c, column, &largest))
        return false;
    column->kind = &mlpi_column_of_codes;
    column->word_count = b->words->counts[c];
    column->width = (uint8_t)choose_width(column->word_count, largest);
    column->far = largest > exact;
    return true;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static size_t bytes_of(unsigned width)
{
    return (size_t)1 << (width - MLPI_INT8);
}

#define WRITE(type)                                                                                \
    do {                                                                                           \
        typedef type code;                                                                         \
        code *const restrict written = to;                                                         \
        size_t r = 0;                                                                              \
        for (; column->only_words && r < rows; r++)                                                \
            written[r] = (type)(lowest + codes[r]);                                                \
        for (; same && rows - r >= AT_ONCE; r += AT_ONCE)                                          \
            for (size_t k = 0; k < AT_ONCE; k++)                                                   \
                written[r + k] = (type)codes[r + k];                                               \
        for (; r < rows; r++)                                                                      \
            written[r] = (type)(codes[r] * factors[forms[r] % FORMS]);                             \
        for (r = column->word_count > 0 && !column->only_words ? 0 : rows; r < rows; r++)          \
            if (forms[r] == MLPI_IS_WORD)                                                          \
                written[r] = (type)(lowest + codes[r]);                                            \
    } while (0)

static void write_codes(const mlpi_column *column, const int64_t *restrict codes,
                        const uint8_t *restrict forms, size_t rows, void *to)
{
    enum { AT_ONCE = 8 }; /* cells of an inner loop, which compilers vectorise */
    const int64_t lowest = mlpi_width_lowest(column->width);
    const bool same = column->least == column->places; /* all have the same number of places */
    int64_t factors[FORMS];
    find_factors(column, factors);
    if (column->width == MLPI_INT8)
        WRITE(int8_t);
    else if (column->width == MLPI_INT16)
        WRITE(int16_t);
    else if (column->width == MLPI_INT32)
        WRITE(int32_t);
    else
        WRITE(int64_t);
}

/* Writes the words, column after column, to `words`, and the texts of all words to `text`. */
static void write_words(const mlpi_vocabulary *v, size_t columns, mlpi_column *column,
                        mlpi_word *words, char *text)
{
    mlpi_word *next = words;
    for (size_t c = 0; c < columns; next += column[c++].word_count)
        column[c].words = next;
    for (size_t i = 0; i < v->count; i++) {
        const mlpi_draft *word = &v->words[i];
        words[(size_t)(column[word->column].words - words) + word->place] =
            (mlpi_word){text + word->at, word->number, word->length, word->cell, word->dress};
    }
    if (v->text_size > 0)
        memcpy(text, v->text, v->text_size);
}

/* Whether each row is on the line after that of the previous row, or no row has a line: such lines
 * need no list. */
static bool lines_are_even(const mlpi_builder *b)
{
    for (size_t r = 1; r < b->rows; r++)
        if (b->lines[r] != b->lines[0] + (b->lines[0] > 0 ? r : 0))
            return false;
    return true;
}

/* Writes words, lines, codes (the widest first, so that all are aligned) and texts. */
static void write_block(const mlpi_builder *b, bool even, mlpi_block *block)
{
    const size_t columns = b->table->columns;
    mlpi_word *words = block->memory;
    size_t *lines = (void *)(words + b->words->count);
    char *codes = (void *)(lines + (even ? 0 : b->rows));
    for (unsigned width = MLPI_INT64 + 1; width-- > 0;)
        for (size_t c = 0; c < columns; c++) {
            if (block->columns[c].width != width)
                continue;
            block->columns[c].codes = codes;
            write_codes(&block->columns[c], b->codes + c * b->room, b->forms + c * b->room, b->rows,
                        codes);
            codes += b->rows * bytes_of(width);
        }
    write_words(b->words, columns, block->columns, words, codes);
    block->line = even ? b->lines[0] : 0;
    block->lines = even ? NULL : memcpy(lines, b->lines, b->rows * sizeof *b->lines);
}

bool mlpi_builder_seal(mlpi_builder *b, mlpi_block *block)
{
    const size_t columns = b->table->columns;
    const bool even = lines_are_even(b);
    mlpi_block made = {.rows = b->rows, .columns = calloc(columns, sizeof *made.columns)};
    size_t bytes = even ? 0 : b->rows * sizeof *b->lines;
    bool planned = made.columns != NULL;
    for (size_t c = 0; planned && c < columns; c++) {
        planned = plan_column(b, c, &made.columns[c]);
        bytes += planned ? b->rows * bytes_of(made.columns[c].width) : 0;
    }
    bytes += b->words->count * sizeof(mlpi_word) + b->words->text_size;
    made.memory = planned ? malloc(bytes) : NULL;
    made.bytes = bytes;
    if (made.memory == NULL) {
        mlpi_block_release(&made);
        return false;
    }
    write_block(b, even, &made);
    mlpi_builder_clear(b);
    *block = made;
    return true;
}

enum { CELLS_OF_BLOCK = 1 << 16, ROWS_OF_BLOCK = 64 };

mlp_status mlpi_builder_spill(mlpi_builder *b, mlp_table *table, bool any, mlp_error *err)
{
    mlpi_block block;
    if (b->rows == 0 ||
        (!any && (b->rows * b->table->columns < CELLS_OF_BLOCK || b->rows < ROWS_OF_BLOCK)))
        return MLP_OK;
    if (!mlpi_builder_seal(b, &block))
        return mlpi_fail_memory(err, "the cells of the data");
    return mlpi_table_append(table, &block, 0, err);
}
