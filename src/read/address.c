/* SPDX-License-Identifier: MIT */
/* Addresses of databases: "odbc:" and an ODBC connection string, KEY=VALUE;KEY={VALUE};... The
 * secrets in an address are masked wherever the address is shown. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "read/reader.h"

static const char scheme[] = "odbc:";
enum { SCHEME = sizeof scheme - 1 };

const char *mlpi_address_connection(const char *path)
{
    return strncmp(path, scheme, SCHEME) == 0 ? path + SCHEME : NULL;
}

/* --- secrets ---------------------------------------------------------------------------------- */

static bool is_secret(mlpi_span key)
{
    static const char *const words[] = {"pwd", "pass", "secret", "token", "key"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (size_t at = 0; at + strlen(words[i]) <= key.length; at++)
            if (strncasecmp(key.text + at, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

/* The end of a value: the next semicolon that is not inside braces. */
static const char *end_of_value(const char *value)
{
    const char *at = value + strspn(value, " ");
    if (*at == '{') {
        for (at++; *at != '\0'; at++)
            if (*at == '}' && *++at != '}') /* "}}" stands for a brace */
                break;
    }
    return at + strcspn(at, ";");
}

/* Finds the next secret value from `at` on; false: there is none. */
static bool find_secret(const char *at, mlpi_span *secret)
{
    while (*at != '\0') {
        const mlpi_span key = {at, strcspn(at, "=;")};
        at += key.length;
        if (*at == '=') {
            const char *value = ++at;
            at = end_of_value(value);
            *secret = (mlpi_span){value, (size_t)(at - value)};
            if (secret->length > 0 && is_secret(key))
                return true;
        }
        at += *at == ';' ? 1 : 0;
    }
    return false;
}

char *mlpi_address_shown(const char *path)
{
    static const char mask[] = "***";
    const char *at = mlpi_address_connection(path);
    mlpi_span secret;
    if (at == NULL)
        return mlpi_utf8_copy(path);
    size_t room = 0; /* a mask is at most three times as long as the secret that it replaces */
    char *text = mlpi_multiply(strlen(path), 3, &room) ? malloc(room + 1) : NULL;
    if (text == NULL)
        return NULL;
    size_t used = 0;
    for (const char *from = path;; from = secret.text + secret.length, at = from) {
        const bool found = find_secret(at, &secret);
        const size_t plain = found ? (size_t)(secret.text - from) : strlen(from);
        memcpy(text + used, from, plain);
        used += plain;
        if (!found)
            break;
        memcpy(text + used, mask, sizeof mask - 1);
        used += sizeof mask - 1;
    }
    text[used] = '\0';
    char *shown = mlpi_utf8_copy(text);
    free(text);
    return shown;
}

void mlpi_address_hide(const char *path, char *text)
{
    mlpi_span secret;
    for (const char *at = path; find_secret(at, &secret); at = secret.text + secret.length) {
        const bool braces = secret.text[0] == '{' && secret.length > 2;
        const char *word = secret.text + (braces ? 1 : 0);
        const size_t length = secret.length - (braces ? 2 : 0);
        for (char *found = memmem(text, strlen(text), word, length); found != NULL;
             found = memmem(found + length, strlen(found + length), word, length))
            memset(found, '*', length);
    }
}

size_t mlp_source_name(const char *path, char *text, size_t size)
{
    char *shown = mlpi_address_shown(path);
    const char *name = shown != NULL ? shown : "odbc:***"; /* the name when memory has run out */
    const size_t length = strlen(name);
    if (size > 0) {
        const size_t fits = mlpi_utf8_fit(name, length, size - 1);
        memcpy(text, name, fits);
        text[fits] = '\0';
    }
    free(shown);
    return length;
}
