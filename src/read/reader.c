/* SPDX-License-Identifier: MIT */
/* The table of readers, and the choice among them: by --format, else by first bytes that only one
 * format can have, else by the name of the file; any other text is read as delimited text. */
#include "read/reader.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "bytes/foreign.h"

/* Each format has a file that defines mlpi_read_NAME, and an entry with this NAME in the list. */
#define READERS(X) X(csv) X(tsv) X(jsonl) X(npy) X(npz) X(arff) X(libsvm) X(fann) X(idx) X(proben1)

#define DECLARE(name) extern const mlpi_reader mlpi_read_##name;
READERS(DECLARE)

#define LIST(name) &mlpi_read_##name,
static const mlpi_reader *const readers[] = {READERS(LIST)};
enum { COUNT = sizeof readers / sizeof readers[0] };

const mlpi_reader *mlpi_reader_at(size_t i)
{
    return i < COUNT ? readers[i] : NULL;
}

static bool ends_with(const char *name, size_t length, const char *ending, size_t ending_length)
{
    return length > ending_length &&
           strncmp(name + length - ending_length, ending, ending_length) == 0;
}

bool mlpi_reader_reads(const mlpi_reader *reader, const char *path)
{
    const size_t length = strlen(path) - mlpi_packed_ending(path);
    for (const char *word = reader->endings; *word != '\0';) {
        const size_t word_length = strcspn(word, " ");
        if (ends_with(path, length, word, word_length))
            return true;
        word += word_length + strspn(word + word_length, " ");
    }
    return false;
}

static const mlpi_reader *by_format(const char *format)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(format, readers[i]->format) == 0)
            return readers[i];
    return NULL;
}

static const mlpi_reader *by_bytes(const unsigned char *head, size_t size)
{
    for (size_t i = 0; i < COUNT; i++)
        if (readers[i]->probe != NULL && readers[i]->probe(head, size))
            return readers[i];
    return NULL;
}

static const mlpi_reader *by_name(const char *path)
{
    for (size_t i = 0; i < COUNT; i++)
        if (mlpi_reader_reads(readers[i], path))
            return readers[i];
    return strcmp(path, "-") == 0 ? by_format("csv") : NULL;
}

/* Whether bytes can be the start of a text: a byte-order mark of UTF-16, or no control characters
 * other than white space. */
static bool is_text(const unsigned char *head, size_t size)
{
    const bool wide = size >= 2 && (head[0] ^ head[1]) == 1 && (head[0] & head[1]) == 0xFE;
    for (size_t i = 0; i < size && !wide; i++)
        if (head[i] < ' ' && (head[i] < '\t' || head[i] > '\r'))
            return false;
    return size > 0;
}

/* Lists all formats: "csv, tsv or idx". */
static void list_formats(char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < COUNT; i++)
        snprintf(text + strlen(text), size - strlen(text), "%s%s",
                 i == 0           ? ""
                 : i + 1 == COUNT ? " or "
                                  : ", ",
                 readers[i]->format);
}

mlp_status mlpi_reader_find(const char *path, const char *format, const unsigned char *head,
                            size_t size, const mlpi_reader **reader, mlp_error *err)
{
    const mlpi_reader *found = format != NULL ? by_format(format) : by_bytes(head, size);
    if (format == NULL && found == NULL)
        found = by_name(path);
    if (found != NULL) {
        *reader = found;
        return MLP_OK;
    }
    char list[200];
    list_formats(list, sizeof list);
    if (format != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`format` %s is not known; give %s", format,
                         list);
    MLPI_TRY(mlpi_foreign_refuse(path, head, size, err));
    if (is_text(head, size)) {
        *reader = by_format("csv");
        return MLP_OK;
    }
    return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                        "neither the name nor the first bytes show the format; give `format` %s",
                        list);
}
