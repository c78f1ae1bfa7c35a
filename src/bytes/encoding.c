/* SPDX-License-Identifier: MIT */
/* Recognises the encoding of a text and converts it to UTF-8 with iconv. Byte-order marks are
 * considered first, then zero bytes, which indicate UTF-16. Text that is valid UTF-8 is taken to be
 * UTF-8, since text in another encoding is hardly ever valid by accident. For any other text the
 * encoding is guessed, and a notice says so. */
#include "bytes/encoding.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "base/byte_masks.h"

#define USUAL_GUESS "Windows-1252" /* used by old spreadsheets in Western Europe and America */

static bool is_utf8_name(const char *encoding)
{
    return strcasecmp(encoding, "utf-8") == 0 || strcasecmp(encoding, "utf8") == 0;
}

/* --- recognition ------------------------------------------------------------------------------ */

/* The offset of the first byte that is not UTF-8; `size`: there is none. The byte after the text
 * must not continue a character, so that a character that is cut short at the end is found. */
static size_t first_foreign(const char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        uint64_t others = 0; /* marks bytes that are not ASCII */
        for (; size - at >= sizeof others && others == 0; at += sizeof others)
            others = mlpi_eight_bytes(text + at) & 0x8080808080808080;
        if (others != 0)
            at -= sizeof others - (size_t)__builtin_ctzll(others) / 8;
        if (at == size)
            break;
        uint32_t character = 0;
        const size_t length = mlpi_utf8_next(text + at, &character);
        if (length == 1 && (unsigned char)text[at] >= 0x80)
            return at;
        at += length;
    }
    return size;
}

bool mlpi_text_is_plain(const char *bytes, size_t size)
{
    return memchr(bytes, '\0', size) == NULL && first_foreign(bytes, size) == size;
}

/* The number of the line in which an offset of the text lies. */
static size_t line_at(const char *text, size_t place)
{
    size_t line = 1;
    for (size_t i = 0; i < place; i++)
        line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n') ? 1 : 0;
    return line;
}

typedef struct mark {
    const char *bytes;
    size_t length;
    const char *encoding;
} mark;

/* UTF-32 comes before UTF-16, since the mark of UTF-32LE begins with that of UTF-16LE. */
static const mark marks[] = {
    {"\xef\xbb\xbf", 3, "UTF-8"}, {"\xff\xfe\0", 4, "UTF-32LE"}, {"\0\0\xfe\xff", 4, "UTF-32BE"},
    {"\xff\xfe", 2, "UTF-16LE"},  {"\xfe\xff", 2, "UTF-16BE"},
};
enum { MARKS = sizeof marks / sizeof marks[0] };

static const mark *mark_of(const char *bytes, size_t size)
{
    for (size_t i = 0; i < MARKS; i++)
        if (size >= marks[i].length && memcmp(bytes, marks[i].bytes, marks[i].length) == 0)
            return &marks[i];
    return NULL;
}

/* Recognises UTF-16 by its zero bytes: each separator, digit and line end has one, always in the
 * same half of its pair of bytes. Returns the encoding, or NULL. */
static const char *zeros_tell(const char *bytes, size_t size)
{
    enum { LOOKED_AT = 4096, FEWEST = 4, ONE_PAIR_IN = 8 };
    const size_t looked = size < LOOKED_AT ? size & ~(size_t)1 : LOOKED_AT;
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < looked; i++)
        zeros[i & 1] += bytes[i] == '\0' ? 1 : 0;
    if (size % 2 != 0 || looked == 0 || (zeros[0] > 0) == (zeros[1] > 0))
        return NULL;
    const size_t found = zeros[0] + zeros[1];
    if (found < FEWEST || found * ONE_PAIR_IN < looked / 2)
        return NULL;
    return zeros[1] > 0 ? "UTF-16LE" : "UTF-16BE";
}

/* --- conversion ------------------------------------------------------------------------------- */

typedef struct conversion {
    iconv_t converter;
    char *in;
    size_t left;
    char *out; /* malloc'ed */
    size_t used, capacity;
} conversion;

/* Converts the rest of the text and then flushes the converter (some encodings keep a state).
 * Returns 0, or errno: EILSEQ, EINVAL (the text is cut short), ENOMEM. */
static int convert(conversion *c)
{
    for (bool ended = false;;) {
        if (!mlpi_grow(&c->out, &c->capacity, c->used + c->left + 64, 1))
            return ENOMEM;
        char *to = c->out + c->used;
        size_t room = c->capacity - c->used - 1;
        ended = c->left == 0;
        const size_t result =
            iconv(c->converter, ended ? NULL : &c->in, ended ? NULL : &c->left, &to, &room);
        c->used = (size_t)(to - c->out);
        if (result != (size_t)-1 && ended)
            return 0;
        if (result == (size_t)-1 && errno != E2BIG)
            return errno;
    }
}

/* Reports the byte that does not fit and its line, and says what to do. */
static mlp_status does_not_fit(const conversion *c, const char *name, const char *encoding,
                               bool guessed, mlp_error *err)
{
    const unsigned byte = (unsigned char)*c->in;
    c->out[c->used] = '\0';
    const size_t line = line_at(c->out, c->used);
    if (guessed)
        return mlpi_fail_at(err, MLP_ERROR_DATA, name, line, 0,
                            "byte 0x%02X is neither UTF-8 nor %s; name the encoding of the text "
                            "with `encoding` NAME (iconv -l lists names)",
                            byte, encoding);
    return mlpi_fail_at(err, MLP_ERROR_DATA, name, line, 0,
                        "byte 0x%02X is not valid in %s text; `encoding` NAME names another "
                        "encoding (iconv -l lists names)",
                        byte, encoding);
}

/* Allows only the characters that occur in names of encodings. A slash is refused: iconv accepts
 * suffixes such as //IGNORE, which make it drop characters. */
static bool is_encoding_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+()";
    const size_t length = strlen(name);
    return length > 0 && length < 64 && strspn(name, allowed) == length;
}

static mlp_status from(const char *name, const char *encoding, bool guessed, char **bytes,
                       size_t *size, mlp_error *err)
{
    if (!is_encoding_name(encoding))
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`encoding` %.60s is not the name of an encoding (iconv -l lists the names)", encoding);
    conversion c = {.converter = iconv_open("UTF-8", encoding), .in = *bytes, .left = *size};
    if (c.converter == (iconv_t)-1)
        return errno == ENOMEM
                   ? mlpi_fail_memory(err, name)
                   : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                               "`encoding` %s is not known here; iconv -l lists the names",
                               encoding);
    const int failure = convert(&c);
    iconv_close(c.converter);
    if (failure != 0) {
        const mlp_status status = failure == ENOMEM
                                      ? mlpi_fail_memory(err, name)
                                      : does_not_fit(&c, name, encoding, guessed, err);
        free(c.out);
        return status;
    }
    c.out[c.used] = '\0';
    free(*bytes);
    *bytes = c.out;
    *size = c.used;
    return MLP_OK;
}

/* --- decoding --------------------------------------------------------------------------------- */

static mlp_status say(char **notice, const char *sentence, mlp_error *err)
{
    *notice = mlpi_copy_text(sentence, strlen(sentence));
    return *notice != NULL ? MLP_OK : mlpi_fail_memory(err, "a notice");
}

/* Converts text from the guessed encoding, and makes the notice. */
static mlp_status guess(const char *name, const char *encoding, size_t foreign, char **bytes,
                        size_t *size, char **notice, mlp_error *err)
{
    char sentence[512];
    snprintf(
        sentence, sizeof sentence,
        "%.200s is not UTF-8 (byte 0x%02X, line %zu); reading it as %.64s (`encoding` overrides).",
        name, (unsigned char)(*bytes)[foreign], line_at(*bytes, foreign), encoding);
    MLPI_TRY(from(name, encoding, true, bytes, size, err));
    return say(notice, sentence, err);
}

static mlp_status recognise(const char *name, const mlp_read_options *options, char **bytes,
                            size_t *size, char **notice, mlp_error *err)
{
    const char *fallback = options->encoding_if_unclear;
    const mark *marked = mark_of(*bytes, *size);
    if (marked != NULL && !is_utf8_name(marked->encoding))
        return from(name, marked->encoding, false, bytes, size, err);
    const char *zeros = zeros_tell(*bytes, *size);
    if (zeros != NULL) {
        char sentence[400];
        snprintf(sentence, sizeof sentence,
                 "%.*s: read as %s (detected from its zero bytes; `encoding` overrides).",
                 (int)mlpi_utf8_fit(name, strlen(name), 200), name, zeros);
        MLPI_TRY(from(name, zeros, false, bytes, size, err));
        return say(notice, sentence, err);
    }
    const size_t foreign = first_foreign(*bytes, *size);
    if (foreign < *size)
        return guess(name, fallback != NULL ? fallback : USUAL_GUESS, foreign, bytes, size, notice,
                     err);
    return MLP_OK;
}

static mlp_status insist_on_utf8(const char *name, const char *bytes, size_t size, mlp_error *err)
{
    const size_t foreign = first_foreign(bytes, size);
    if (foreign == size)
        return MLP_OK;
    return mlpi_fail_at(err, MLP_ERROR_DATA, name, line_at(bytes, foreign), 0,
                        "byte 0x%02X is not UTF-8; `encoding` NAME names the encoding of the text, "
                        "for instance `encoding` windows-1252",
                        (unsigned char)bytes[foreign]);
}

static void drop_mark(char *bytes, size_t *size)
{
    const mark *marked = mark_of(bytes, *size);
    if (marked == NULL || !is_utf8_name(marked->encoding))
        return;
    *size -= marked->length;
    memmove(bytes, bytes + marked->length, *size + 1); /* with the terminating 0 */
}

mlp_status mlpi_text_decode(const char *name, const mlp_read_options *options, char **bytes,
                            size_t *size, char **notice, mlp_error *err)
{
    assert((*bytes)[*size] == '\0');
    const char *encoding = options->encoding;
    if (encoding == NULL)
        MLPI_TRY(recognise(name, options, bytes, size, notice, err));
    else if (is_utf8_name(encoding))
        MLPI_TRY(insist_on_utf8(name, *bytes, *size, err));
    else
        MLPI_TRY(from(name, encoding, false, bytes, size, err));
    drop_mark(*bytes, size);
    return MLP_OK;
}

/* --- options ---------------------------------------------------------------------------------- */

static mlp_status check_option(const char *option, const char *text, mlp_error *err)
{
    if (text == NULL || first_foreign(text, strlen(text)) == strlen(text))
        return MLP_OK;
    return mlpi_fail(
        err, MLP_ERROR_ARGUMENT,
        "%s: byte 0x%02X of the text is not UTF-8; type the text in a terminal that uses UTF-8",
        option, (unsigned char)text[first_foreign(text, strlen(text))]);
}

mlp_status mlpi_text_check_options(const mlp_read_options *options, mlp_error *err)
{
    if ((unsigned char)options->separator >= 0x80 || (unsigned char)options->comment >= 0x80)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "%s: give an ASCII character: other characters need more than one byte",
                         (unsigned char)options->separator >= 0x80 ? "`separator`" : "`comment`");
    if (options->decimal != '\0' && strchr(".,", options->decimal) == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`decimal` %c: give . or ,", options->decimal);
    if (options->header && options->no_header)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`header` and `no-header` exclude each other: the first line holds either "
                         "names or data");
    MLPI_TRY(check_option("`label-trim`", options->label_trim, err));
    for (size_t i = 0; i < options->missing.count; i++)
        MLPI_TRY(check_option("`missing`", options->missing.items[i], err));
    return MLP_OK;
}
