/* SPDX-License-Identifier: MIT */
/* Reads JSON. jsmn divides the text into tokens without allocating anything. Walking over the text
 * once more along its tokens finds what jsmn accepts although RFC 8259 forbids it. The walk also
 * decodes texts in place (they only become shorter, and their closing quote leaves room for the 0),
 * and gives every token the index of the next token outside of it, so that a step from one element
 * to the next takes the same time whatever the element contains. */
#include "json/json.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

struct mlp_json {
    char *text;
    /* `size`: number of elements or members; `parent`, after the walk: index of the next token
     * outside of this one. */
    jsmntok_t *tokens;
    size_t count;
};

/* --- numbers and words ------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *digits(const char *at)
{
    while (is_digit(*at))
        at++;
    return at;
}

/* The end of the number that begins at `at`; NULL: no number begins there. The text must end in a
 * character that cannot be a part of a number. */
static const char *number_end(const char *at)
{
    at += *at == '-';
    if (!is_digit(*at))
        return NULL;
    at = *at == '0' ? at + 1 : digits(at);
    if (*at == '.') {
        if (!is_digit(at[1]))
            return NULL;
        at = digits(at + 1);
    }
    if (*at == 'e' || *at == 'E') {
        at += at[1] == '+' || at[1] == '-' ? 2 : 1;
        if (!is_digit(*at))
            return NULL;
        at = digits(at);
    }
    return at;
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

static const char *primitive_defect(const char *text, size_t length)
{
    if (is_word(text, length, "true") || is_word(text, length, "false") ||
        is_word(text, length, "null"))
        return NULL;
    return number_end(text) == text + length ? NULL : "this is not a JSON value";
}

/* --- texts ------------------------------------------------------------------------------------ */

/* The value of the four digits of \uXXXX, which jsmn has checked. */
static uint32_t four_digits(const char *at)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        const char c = at[i];
        const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
        value = value << 4 | (uint32_t)digit;
    }
    return value;
}

/* Decodes a character written as \uXXXX, or as two of these, a surrogate pair. *at is after the u,
 * and is moved to the end of the character. Returns 0 for a character that no text may hold: the
 * character 0, or half a surrogate pair. */
static uint32_t escaped_character(const char **at, const char *end)
{
    enum { HIGH = 0xD800, LOW = 0xDC00, BEHIND = 0xE000 };
    const uint32_t first = four_digits(*at);
    *at += 4;
    if (first < HIGH || first >= BEHIND)
        return first;
    if (first >= LOW || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return 0;
    const uint32_t second = four_digits(*at + 2);
    if (second < LOW || second >= BEHIND)
        return 0;
    *at += 6;
    return 0x10000 + ((first - HIGH) << 10) + (second - LOW);
}

/* Decodes the character at *from into *to, and advances both; *to never overtakes *from. Returns a
 * defect, or NULL. */
static const char *decode_character(const char **from, const char *end, char **to)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *at = *from;
    uint32_t character = 0;
    if (*at == '\\' && at[1] == 'u') {
        if (end - at < 6)
            return "an escape is cut short";
        *from = at + 2;
        character = escaped_character(from, end);
        *to += mlpi_utf8_put(character, *to);
        return character == 0 ? "a text holds the character 0 or half a surrogate pair" : NULL;
    }
    if (*at == '\\') {
        const char *letter = at[1] != '\0' ? strchr(letters, at[1]) : NULL;
        if (letter == NULL)
            return "there is no such escape";
        *(*to)++ = meant[letter - letters];
        *from = at + 2;
        return NULL;
    }
    if ((unsigned char)*at < 0x20)
        return "a control character must be escaped in a text";
    const size_t length = mlpi_utf8_next(at, &character);
    if (length == 1 && (unsigned char)*at >= 0x80)
        return "a text is not UTF-8";
    memmove(*to, at, length);
    *to += length;
    *from = at + length;
    return NULL;
}

/* --- the walk --------------------------------------------------------------------------------- */

typedef struct walk {
    mlp_json *document;
    const char *at; /* position in the text */
    size_t token;   /* index of the next token */
    const char *defect;
} walk;

static bool refuse(walk *w, const char *defect)
{
    w->defect = defect;
    return false;
}

static void skip_space(walk *w)
{
    while (*w->at == ' ' || *w->at == '\t' || *w->at == '\n' || *w->at == '\r')
        w->at++;
}

/* Skips white space and the character that is due; `otherwise` is the defect if that character is
 * missing. */
static bool expect(walk *w, char due, const char *otherwise)
{
    skip_space(w);
    if (*w->at != due)
        return refuse(w, otherwise);
    w->at++;
    return true;
}

static bool walk_text(walk *w, jsmntok_t *token)
{
    char *to = w->document->text + token->start;
    const char *end = w->document->text + token->end;
    w->at = to;
    while (w->at < end) {
        const char *defect = decode_character(&w->at, end, &to);
        if (defect != NULL)
            return refuse(w, defect);
    }
    token->end = (int)(to - w->document->text);
    *to = '\0';
    w->at = end + 1;
    return true;
}

static bool walk_primitive(walk *w, const jsmntok_t *token)
{
    const size_t length = (size_t)(token->end - token->start);
    const char *defect = primitive_defect(w->at, length);
    if (defect != NULL)
        return refuse(w, defect);
    w->at += length;
    return true;
}

static bool walk_value(walk *w);

static bool walk_name(walk *w)
{
    const jsmntok_t *token = &w->document->tokens[w->token];
    skip_space(w);
    if (w->token == w->document->count || token->type != JSMN_STRING || *w->at != '"')
        return refuse(w, "the name of a member is missing");
    return walk_value(w) && expect(w, ':', "a colon is missing");
}

/* Walks over the elements or members. jsmn has found the closing bracket; everything before it is
 * checked here. */
static bool walk_children(walk *w, jsmntok_t *token)
{
    const bool object = token->type == JSMN_OBJECT;
    const char close = object ? '}' : ']';
    int children = 0;
    w->at++;
    for (skip_space(w); *w->at != close; skip_space(w), children++) {
        if (children > 0 && !expect(w, ',', "a comma is missing"))
            return false;
        if ((object && !walk_name(w)) || !walk_value(w))
            return false;
    }
    if (w->at != w->document->text + token->end - 1)
        return refuse(w, "brackets do not match");
    w->at++;
    token->size = children;
    return true;
}

/* Checks that the next token begins here and is valid. Recurses as deeply as brackets are nested;
 * their depth is limited. */
static bool walk_value(walk *w)
{
    skip_space(w);
    if (w->token == w->document->count)
        return refuse(w, "a value is missing");
    jsmntok_t *token = &w->document->tokens[w->token++];
    const bool text = token->type == JSMN_STRING;
    if (w->at != w->document->text + token->start - (text ? 1 : 0))
        return refuse(w, "a value is missing");
    const bool right = text                            ? walk_text(w, token)
                       : token->type == JSMN_PRIMITIVE ? walk_primitive(w, token)
                                                       : walk_children(w, token);
    token->parent = (int)w->token;
    return right;
}

/* --- duplicate names -------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether two members of an object have the same name. `names` has room for all names and is used
 * to sort them. */
static bool shares_a_name(const mlp_json *document, const jsmntok_t *object, const char **names)
{
    const jsmntok_t *token = object + 1;
    const size_t count = (size_t)object->size;
    for (size_t i = 0; i < count; i++) {
        names[i] = document->text + token->start;
        token = document->tokens + token[1].parent;
    }
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 1; i < count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return true;
    return false;
}

static mlp_status check_names(const mlp_json *document, const char **defect, size_t *at)
{
    int most = 1;
    for (size_t i = 0; i < document->count; i++)
        if (document->tokens[i].type == JSMN_OBJECT && document->tokens[i].size > most)
            most = document->tokens[i].size;
    const char **names = most > 1 ? mlpi_allocate((size_t)most, sizeof *names) : NULL;
    if (most > 1 && names == NULL)
        return MLP_ERROR_MEMORY;
    for (size_t i = 0; i < document->count && *defect == NULL; i++) {
        const jsmntok_t *token = &document->tokens[i];
        if (token->type != JSMN_OBJECT || token->size < 2 || !shares_a_name(document, token, names))
            continue;
        *defect = "two members of this object share a name";
        *at = (size_t)token->start;
    }
    mlpi_free(names);
    return MLP_OK;
}

/* --- documents -------------------------------------------------------------------------------- */

/* The greatest number of brackets, of any kind and outside of texts, that are open at the same
 * time; *deepest is the offset of the bracket that reaches it. A text that is nested too deeply is
 * refused before anything is allocated for it. */
static size_t depth_of(const char *text, size_t length, size_t *deepest)
{
    size_t depth = 0, most = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (quoted && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (text[i] == '[' || text[i] == '{'))
            depth++;
        else if (!quoted && (text[i] == ']' || text[i] == '}'))
            depth -= depth > 0;
        if (depth > most) {
            most = depth;
            *deepest = i;
        }
    }
    return most;
}

static mlp_status fail(mlp_error *err, size_t byte, const char *what)
{
    mlpi_fail(err, MLP_ERROR_DATA, "byte %zu: %s", byte + 1, what);
    if (err != NULL)
        err->column = byte + 1;
    return MLP_ERROR_DATA;
}

static mlp_status tokenise(mlp_json *document, size_t length, mlp_error *err)
{
    static const char *const defects[] = {
        [-JSMN_ERROR_INVAL] = "this is not JSON",
        [-JSMN_ERROR_PART] = "the text ends in the middle of a value",
    };
    jsmn_parser parser;
    jsmn_init(&parser);
    const int count = jsmn_parse(&parser, document->text, length, NULL, 0);
    if (count < 0)
        return fail(err, parser.pos, defects[-count]);
    document->tokens = mlpi_allocate((size_t)count, sizeof *document->tokens);
    if (document->tokens == NULL)
        return mlpi_fail_memory(err, "a JSON text");
    jsmn_init(&parser);
    const int made = jsmn_parse(&parser, document->text, length, document->tokens, (unsigned)count);
    assert(made != JSMN_ERROR_NOMEM);
    if (made < 0)
        return fail(err, parser.pos, defects[-made]);
    document->count = (size_t)made;
    return MLP_OK;
}

static mlp_status read_copy(mlp_json *document, size_t length, mlp_error *err)
{
    MLPI_TRY(tokenise(document, length, err));
    walk w = {.document = document, .at = document->text};
    if (walk_value(&w)) {
        skip_space(&w);
        if (w.at != document->text + length)
            w.defect = "there is more text after the value";
    }
    size_t at = (size_t)(w.at - document->text);
    if (w.defect == NULL && check_names(document, &w.defect, &at) != MLP_OK)
        return mlpi_fail_memory(err, "a JSON text");
    return w.defect == NULL ? MLP_OK : fail(err, at, w.defect);
}

/* A copy with a line end added, since jsmn takes a number at the very end of a text to be
 * incomplete. */
static char *copy_of(const char *text, size_t length)
{
    char *copy = malloc(length + 2);
    if (copy == NULL)
        return NULL;
    memcpy(copy, text, length);
    memcpy(copy + length, "\n", 2);
    return copy;
}

mlp_status mlp_json_read(const char *text, size_t length, mlp_json **document, mlp_error *err)
{
    size_t deepest = 0;
    if (length >= INT_MAX)
        return fail(err, INT_MAX, "a JSON text must be shorter than 2 GB");
    if (depth_of(text, length, &deepest) > MLP_JSON_DEPTH)
        return fail(err, deepest, "arrays and objects are nested deeper than 64 levels");
    mlp_json *made = mlpi_allocate(1, sizeof *made);
    if (made != NULL)
        made->text = copy_of(text, length);
    if (made == NULL || made->text == NULL) {
        mlp_json_free(made);
        return mlpi_fail_memory(err, "a JSON text");
    }
    const mlp_status status = read_copy(made, length + 1, err);
    if (status == MLP_OK)
        *document = made;
    else
        mlp_json_free(made);
    return status;
}

mlp_status mlp_json_load(const char *path, mlp_json **document, mlp_error *err)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_error why;
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_DATA, "", &bytes, &size, err));
    const mlp_status status = mlp_json_read((const char *)bytes, size, document, &why);
    mlpi_free(bytes);
    if (status == MLP_OK)
        return MLP_OK;
    return status == MLP_ERROR_MEMORY
               ? mlpi_fail_memory(err, path)
               : mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0, "%s", why.message);
}

void mlp_json_free(mlp_json *document)
{
    if (document == NULL)
        return;
    free(document->text);
    mlpi_free(document->tokens);
    mlpi_free(document);
}

/* --- values of a document --------------------------------------------------------------------- */

static const jsmntok_t *token_of(mlp_json_value value)
{
    assert(value.at < value.document->count);
    return &value.document->tokens[value.at];
}

/* The value at token `at`, or after that token if it is a name (`named`); no value if `at` is
 * `end`. */
static mlp_json_value value_at(const mlp_json *document, size_t at, size_t end, bool named)
{
    if (at >= end)
        return (mlp_json_value){0};
    return (mlp_json_value){document, (uint32_t)(at + named), (uint32_t)end, named};
}

mlp_json_value mlp_json_root(const mlp_json *document)
{
    return document != NULL ? value_at(document, 0, document->count, false) : (mlp_json_value){0};
}

mlp_json_kind mlp_json_kind_of(mlp_json_value value)
{
    if (value.document == NULL)
        return MLP_JSON_NOTHING;
    const jsmntok_t *token = token_of(value);
    if (token->type == JSMN_OBJECT)
        return MLP_JSON_OBJECT;
    if (token->type == JSMN_ARRAY)
        return MLP_JSON_ARRAY;
    if (token->type == JSMN_STRING)
        return MLP_JSON_TEXT;
    const char first = value.document->text[token->start];
    return first == 'n'                   ? MLP_JSON_NULL
           : first == 't' || first == 'f' ? MLP_JSON_BOOLEAN
                                          : MLP_JSON_NUMBER;
}

static bool holds_others(mlp_json_value value)
{
    const mlp_json_kind kind = mlp_json_kind_of(value);
    return kind == MLP_JSON_ARRAY || kind == MLP_JSON_OBJECT;
}

size_t mlp_json_count(mlp_json_value value)
{
    return holds_others(value) ? (size_t)token_of(value)->size : 0;
}

mlp_json_value mlp_json_first(mlp_json_value parent)
{
    if (!holds_others(parent))
        return (mlp_json_value){0};
    return value_at(parent.document, parent.at + 1, (size_t)token_of(parent)->parent,
                    mlp_json_kind_of(parent) == MLP_JSON_OBJECT);
}

mlp_json_value mlp_json_next(mlp_json_value value)
{
    if (value.document == NULL)
        return value;
    return value_at(value.document, (size_t)token_of(value)->parent, value.end, value.named);
}

const char *mlp_json_name(mlp_json_value member)
{
    if (member.document == NULL || !member.named)
        return NULL;
    return member.document->text + member.document->tokens[member.at - 1].start;
}

mlp_json_value mlp_json_member(mlp_json_value object, const char *name)
{
    if (mlp_json_kind_of(object) != MLP_JSON_OBJECT)
        return (mlp_json_value){0};
    mlp_json_value member = mlp_json_first(object);
    while (member.document != NULL && strcmp(mlp_json_name(member), name) != 0)
        member = mlp_json_next(member);
    return member;
}

const char *mlp_json_text(mlp_json_value value)
{
    if (mlp_json_kind_of(value) != MLP_JSON_TEXT)
        return NULL;
    return value.document->text + token_of(value)->start;
}

const char *mlpi_json_digits(mlp_json_value value, size_t *length)
{
    if (mlp_json_kind_of(value) != MLP_JSON_NUMBER)
        return NULL;
    *length = (size_t)(token_of(value)->end - token_of(value)->start);
    return value.document->text + token_of(value)->start;
}

bool mlp_json_number(mlp_json_value value, double *number)
{
    size_t length = 0;
    const char *text = mlpi_json_digits(value, &length);
    return text != NULL && mlp_number_parse(text, length, number);
}

bool mlp_json_whole(mlp_json_value value, uint64_t *number)
{
    size_t length = 0;
    uint64_t whole = 0;
    const char *text = mlpi_json_digits(value, &length);
    for (size_t i = 0; text != NULL && i < length; i++) {
        const uint64_t digit = (uint64_t)(text[i] - '0');
        if (!is_digit(text[i]) || whole > (UINT64_MAX - digit) / 10)
            return false;
        whole = whole * 10 + digit;
    }
    if (text != NULL)
        *number = whole;
    return text != NULL;
}

bool mlp_json_true(mlp_json_value value)
{
    return mlp_json_kind_of(value) == MLP_JSON_BOOLEAN &&
           value.document->text[token_of(value)->start] == 't';
}
