/* SPDX-License-Identifier: MIT */
/* Makes blocks of rows. Cells are kept as they come, decimals with their own number of places; when
 * the block is made, each column finds the power of ten and the bytes that suit its cells. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/text_hash.h"
#include "data/number_style.h"
#include "data/table.h"

#define LONGEST_TEXT ((size_t)1 << 22) /* bytes, and one more than a cell may have */

/* --- words ------------------------------------------------------------------------------------ */

typedef struct draft {
    size_t at; /* of its text */
    double number;
    uint32_t length, column, place; /* place: among the words of its column */
    uint8_t cell, dress;
} draft;

/* A slot of the hash table: most words that are not the one looked for differ in it. */
typedef struct slot {
    uint32_t hash, number; /* 1 + number of a word; 0: none */
} slot;

/* The words of all columns, found by a hash of column and text. */
typedef struct mlpi_vocabulary {
    draft *words;
    size_t count, words_room;
    char *text;
    size_t text_size, text_room;
    slot *slots;
    size_t slot_count;
    uint32_t counts[]; /* of the columns */
} vocabulary;

static slot *slot_of(const vocabulary *v, uint32_t column, mlpi_span text, uint32_t hash)
{
    size_t i = hash & (v->slot_count - 1);
    for (; v->slots[i].number != 0; i = (i + 1) & (v->slot_count - 1)) {
        if (v->slots[i].hash != hash)
            continue;
        const draft *word = &v->words[v->slots[i].number - 1];
        if (word->column == column && word->length == text.length &&
            mlpi_same_text(v->text + word->at, text.text, text.length))
            break;
    }
    return &v->slots[i];
}

/* Doubles them when half of them are used. */
static bool make_slots(vocabulary *v)
{
    enum { FIRST_SLOTS = 16 };
    if (2 * (v->count + 1) <= v->slot_count)
        return true;
    const size_t wanted = v->slot_count > 0 ? 2 * v->slot_count : FIRST_SLOTS;
    slot *slots = calloc(wanted, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t n = 0; n < v->slot_count; n++) {
        size_t i = v->slots[n].hash & (wanted - 1);
        while (slots[i].number != 0)
            i = (i + 1) & (wanted - 1);
        if (v->slots[n].number != 0)
            slots[i] = v->slots[n];
    }
    free(v->slots);
    v->slots = slots;
    v->slot_count = wanted;
    return true;
}

static bool add_word(vocabulary *v, uint32_t column, mlpi_span text, char decimal,
                     const mlp_table *table)
{
    if (!mlpi_grow(&v->words, &v->words_room, v->count + 1, sizeof *v->words) ||
        !mlpi_grow(&v->text, &v->text_room, v->text_size + text.length + 1, 1))
        return false;
    draft *word = &v->words[v->count++];
    *word = (draft){.at = v->text_size,
                    .length = (uint32_t)text.length,
                    .column = column,
                    .place = v->counts[column]++};
    word->cell = (uint8_t)mlpi_table_classify(table, text, decimal, &word->number, &word->dress);
    if (word->dress == MLPI_MAY_BE_MISSING && table->lacks != NULL && table->lacks[column])
        word->cell = MLPI_CELL_MISSING;
    if (text.length > 0) /* else it may be NULL */
        memcpy(v->text + v->text_size, text.text, text.length);
    v->text_size += text.length;
    return true;
}

/* The place of a text among the words of its column, to which it is added when it is new. `decimal`
 * is what stands before decimals in it. */
static bool find_word(mlpi_builder *b, size_t column, mlpi_span text, char decimal, int64_t *place)
{
    vocabulary *v = b->words;
    if (!make_slots(v))
        return false;
    const uint32_t hash = (uint32_t)mlpi_text_hash(column, text.text, text.length);
    slot *found = slot_of(v, (uint32_t)column, text, hash);
    if (found->number == 0) {
        if (!add_word(v, (uint32_t)column, text, decimal, b->table))
            return false;
        *found = (slot){hash, (uint32_t)v->count};
    }
    *place = v->words[found->number - 1].place;
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

bool mlpi_builder_begin(const mlp_table *table, mlpi_builder *builder)
{
    *builder = (mlpi_builder){.table = table};
    builder->words = calloc(1, sizeof *builder->words + table->columns * sizeof(uint32_t));
    return builder->words != NULL;
}

void mlpi_builder_end(mlpi_builder *b)
{
    if (b->words != NULL) {
        free(b->words->words);
        free(b->words->text);
        free(b->words->slots);
    }
    free(b->words);
    free(b->codes);
    free(b->forms);
    free(b->lines);
    *b = (mlpi_builder){0};
}

void mlpi_builder_clear(mlpi_builder *b)
{
    vocabulary *v = b->words;
    if (v->count > 0) {
        memset(v->slots, 0, v->slot_count * sizeof *v->slots);
        memset(v->counts, 0, b->table->columns * sizeof *v->counts);
    }
    v->count = v->text_size = b->rows = 0;
}

/* Twice the rows. The cells of a row that are a power of two apart would share few lines of the
 * caches, so that of many rows there are some more. */
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

/* Whether a plain decimal may begin so. */
static bool may_begin(char c)
{
    return (c >= '0' && c <= '9') || c == '-';
}

mlp_status mlpi_builder_text(mlpi_builder *b, mlpi_span text, mlp_error *err)
{
    const size_t column = b->column;
    const bool commas = b->table->decimal == ',';
    mlpi_decimal number;
    char copy[MLPI_COMMA_ROOM]; /* that ends where the cell does */
    if (text.length >= LONGEST_TEXT)
        return too_long(b, column, err);
    const size_t length = commas ? mlpi_number_with_point(text, copy) : 0;
    if (length > 0)
        text = (mlpi_span){copy, length};
    const bool plain = text.length > 0 && text.length < sizeof copy && may_begin(*text.text) &&
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
        decimal = '.'; /* as it is written by now */
    if (!find_word(b, column, text, decimal, &b->codes[b->at]))
        return mlpi_fail_memory(err, "the cells of the data");
    b->forms[b->at] = MLPI_IS_WORD;
    b->at += b->room;
    b->column++;
    return MLP_OK;
}

/* --- how the numbers of a column are written -------------------------------------------------- */

enum {
    FORMS = 64,  /* more than there are of mlpi_builder_form without the upper bits of words */
    SELDOM = 256 /* one of so many numbers may become a word so that the others take less room */
};
#define LARGEST_CODE ((uint64_t)(INT64_MAX - UINT32_MAX)) /* below the words, which are the least */

/* The numbers of each form. */
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

/* In two halves: one cell need not wait for what the one before has written. */
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

/* The largest code, without a sign, of the numbers with `places` or fewer when all have as many. */
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

/* The fewest bytes that hold numbers up to `largest`, with either sign, above the words. */
static mlpi_width choose_width(uint32_t words, uint64_t largest)
{
    for (mlpi_width width = MLPI_INT8; width < MLPI_INT64; width++)
        if (words + largest <= (uint64_t)-mlpi_width_lowest(width) - (words > 0 ? 0 : 1))
            return width;
    return MLPI_INT64;
}

/* The most places that any number has, or fewer where seldom one has more and the others fit into
 * fewer bytes then. */
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

/* `least` is chosen so that most numbers are written in the column's way: with so many places, or
 * with more and no zero at the end. Returns how many are not. */
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

/* What brings numbers of each form to the column's power of ten; 0: they are not written in its
 * way, or are words. */
static void find_factors(const mlpi_column *column, int64_t factors[FORMS])
{
    memset(factors, 0, FORMS * sizeof *factors);
    for (unsigned p = column->least; p <= column->places; p++) {
        const int64_t factor = (int64_t)mlpi_power_of_ten[column->places - p];
        factors[p] = factor;
        factors[p + MLPI_ENDS_IN_ZERO] = p == column->least ? factor : 0;
    }
}

/* Makes words of the numbers that are not written in the column's way or do not fit; `all_fit`: the
 * latter there are not. */
static bool make_words(mlpi_builder *b, size_t c, const mlpi_column *column, bool all_fit)
{
    int64_t *const codes = b->codes + c * b->room;
    uint8_t *const forms = b->forms + c * b->room;
    int64_t factors[FORMS];
    find_factors(column, factors);
    factors[MLPI_IS_WORD % FORMS] = 1; /* it is one already */
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
        if (!find_word(b, c, (mlpi_span){text, length}, '.', &codes[r]))
            return false;
    }
    return true;
}

static bool plan_column(mlpi_builder *b, size_t c, mlpi_column *column)
{
    const uint64_t exact = (uint64_t)1 << 53;
    const style s = style_of(b->codes + c * b->room, b->forms + c * b->room, b->rows);
    const size_t others = choose_style(&s, b->rows, column);
    const uint64_t largest = largest_code(&s, column->places);
    if ((others > 0 || largest == LARGEST_CODE) &&
        !make_words(b, c, column, largest < LARGEST_CODE))
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
        for (; same && rows - r >= AT_ONCE; r += AT_ONCE)                                          \
            for (size_t k = 0; k < AT_ONCE; k++)                                                   \
                written[r + k] = (type)codes[r + k];                                               \
        for (; r < rows; r++)                                                                      \
            written[r] = (type)(codes[r] * factors[forms[r] % FORMS]);                             \
        for (r = 0; column->word_count > 0 && r < rows; r++)                                       \
            if (forms[r] == MLPI_IS_WORD)                                                          \
                written[r] = (type)(lowest + codes[r]);                                            \
    } while (0)

static void write_codes(const mlpi_column *column, const int64_t *restrict codes,
                        const uint8_t *restrict forms, size_t rows, void *to)
{
    enum { AT_ONCE = 8 }; /* which compilers make vectors of */
    const int64_t lowest = mlpi_width_lowest(column->width);
    const bool same = column->least == column->places; /* all numbers have as many places */
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

/* Puts the words of each column one behind another, and their texts behind all of them. */
static void write_words(const vocabulary *v, size_t columns, mlpi_column *column, mlpi_word *words,
                        char *text)
{
    mlpi_word *next = words;
    for (size_t c = 0; c < columns; next += column[c++].word_count)
        column[c].words = next;
    for (size_t i = 0; i < v->count; i++) {
        const draft *word = &v->words[i];
        words[(size_t)(column[word->column].words - words) + word->place] =
            (mlpi_word){text + word->at, word->number, word->length, word->cell, word->dress};
    }
    if (v->text_size > 0)
        memcpy(text, v->text, v->text_size);
}

/* Lines one behind another need no list. */
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
