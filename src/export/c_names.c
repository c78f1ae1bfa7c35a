/* SPDX-License-Identifier: MIT */
/* Makes C identifiers from arbitrary texts. The identifiers that are taken form a hash table with
 * open addressing. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "export/c.h"

void mlpi_c_names_release(mlpi_c_names *names)
{
    for (size_t i = 0; i < names->capacity; i++)
        free(names->taken[i]);
    mlpi_free(names->taken);
    *names = (mlpi_c_names){0};
}

/* The slot that holds the name, or the free slot for it. */
static char **place_of(const mlpi_c_names *names, const char *name)
{
    size_t i = (size_t)mlpi_hash(MLPI_HASH_START, name, strlen(name)) & (names->capacity - 1);
    while (names->taken[i] != NULL && strcmp(names->taken[i], name) != 0)
        i = (i + 1) & (names->capacity - 1);
    return &names->taken[i];
}

/* Makes room for one more name: at most half of the slots may be taken. false: out of memory. */
static bool make_room(mlpi_c_names *names)
{
    if (2 * (names->count + 1) <= names->capacity)
        return true;
    mlpi_c_names more = {.count = names->count,
                         .capacity = names->capacity > 0 ? 2 * names->capacity : 256};
    more.taken = mlpi_allocate(more.capacity, sizeof *more.taken);
    if (more.taken == NULL)
        return false;
    for (size_t i = 0; i < names->capacity; i++)
        if (names->taken[i] != NULL)
            *place_of(&more, names->taken[i]) = names->taken[i];
    mlpi_free(names->taken);
    *names = more;
    return true;
}

static bool is_taken(const mlpi_c_names *names, const char *name)
{
    return names->capacity > 0 && *place_of(names, name) != NULL;
}

bool mlpi_c_names_take(mlpi_c_names *names, const char *name)
{
    if (is_taken(names, name))
        return true;
    if (!make_room(names))
        return false;
    char **place = place_of(names, name);
    *place = mlpi_copy_text(name, strlen(name));
    names->count += *place != NULL ? 1 : 0;
    return *place != NULL;
}

bool mlpi_c_names_take_words(mlpi_c_names *names)
{
    static const char *const words[] = {"alignas",
                                        "alignof",
                                        "and",
                                        "and_eq",
                                        "arm",
                                        "asm",
                                        "auto",
                                        "bitand",
                                        "bitor",
                                        "bool",
                                        "break",
                                        "case",
                                        "catch",
                                        "char",
                                        "class",
                                        "compl",
                                        "complex",
                                        "concept",
                                        "const",
                                        "const_cast",
                                        "consteval",
                                        "constexpr",
                                        "constinit",
                                        "continue",
                                        "co_await",
                                        "co_return",
                                        "co_yield",
                                        "decltype",
                                        "default",
                                        "delete",
                                        "do",
                                        "double",
                                        "dynamic_cast",
                                        "else",
                                        "enum",
                                        "errno",
                                        "explicit",
                                        "export",
                                        "extern",
                                        "false",
                                        "far",
                                        "float",
                                        "for",
                                        "friend",
                                        "goto",
                                        "huge",
                                        "if",
                                        "imaginary",
                                        "import",
                                        "inline",
                                        "int",
                                        "interface",
                                        "i386",
                                        "linux",
                                        "long",
                                        "max",
                                        "min",
                                        "mips",
                                        "module",
                                        "mutable",
                                        "namespace",
                                        "near",
                                        "new",
                                        "noexcept",
                                        "not",
                                        "not_eq",
                                        "nullptr",
                                        "operator",
                                        "or",
                                        "or_eq",
                                        "pascal",
                                        "private",
                                        "protected",
                                        "public",
                                        "register",
                                        "reinterpret_cast",
                                        "requires",
                                        "restrict",
                                        "return",
                                        "short",
                                        "signed",
                                        "sizeof",
                                        "small",
                                        "static",
                                        "static_assert",
                                        "sparc",
                                        "static_cast",
                                        "struct",
                                        "sun",
                                        "switch",
                                        "template",
                                        "this",
                                        "thread_local",
                                        "throw",
                                        "true",
                                        "try",
                                        "typedef",
                                        "typeid",
                                        "typename",
                                        "typeof",
                                        "union",
                                        "unix",
                                        "unsigned",
                                        "using",
                                        "virtual",
                                        "void",
                                        "volatile",
                                        "wchar_t",
                                        "while",
                                        "xor",
                                        "xor_eq"};
    bool room = true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        room = room && mlpi_c_names_take(names, words[i]);
    return room;
}

void mlpi_c_identifier(const char *text, bool upper, mlpi_c_name made)
{
    enum { LONGEST = 30 };
    size_t length = 0;
    for (; *text != '\0' && length < LONGEST; text++) {
        const bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                            (*text >= '0' && *text <= '9');
        if (letter)
            made[length++] = (char)(upper ? toupper(*text) : tolower(*text));
        else if (length > 0 && made[length - 1] != '_')
            made[length++] = '_';
    }
    if (length > 0 && made[length - 1] == '_')
        length--;
    made[length] = '\0';
}

void mlpi_c_function(const char *verb, const char *name, mlpi_c_name made)
{
    mlpi_c_name part;
    mlpi_c_identifier(name, false, part);
    snprintf(made, sizeof part, "%.60s_%.60s", verb, part);
}

bool mlpi_c_names_make(mlpi_c_names *names, const char *prefix, const char *text, size_t number,
                       bool upper, mlpi_c_name made)
{
    enum { ROOM = 24 }; /* bytes for a number that is appended */
    mlpi_c_name part;
    mlpi_c_identifier(text, upper, part);
    const bool bare = prefix[0] == '\0' && !(part[0] >= 'a' && part[0] <= 'z');
    snprintf(made, MLPI_C_NAME - ROOM, "%.70s%s%.31s", prefix,
             bare || part[0] == '\0' ? (upper ? "N" : "n") : "", part);
    const size_t length = strlen(made);
    for (; is_taken(names, made); number++)
        snprintf(made + length, ROOM, "_%zu", number);
    return mlpi_c_names_take(names, made);
}
