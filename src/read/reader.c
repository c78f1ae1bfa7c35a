/* SPDX-License-Identifier: MIT */
/* The table of readers, and which one a file gets: by --format, else by its name, never guessed. */
#include "read/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

static const mlpi_reader readers[] = {
    {"csv", ".csv .data .txt .dat .test .train .tes .tra", ',', true, NULL, mlpi_read_csv},
    {"tsv", ".tsv .tab", '\t', true, NULL, mlpi_read_csv},
    {"idx", ".idx -ubyte", '\0', false, mlpi_read_idx, NULL},
    {"proben1", ".dt", '\0', true, mlpi_read_proben, NULL},
};
enum { READERS = sizeof readers / sizeof readers[0] };

static bool ends_with(const char *name, size_t length, const char *ending, size_t ending_length)
{
    return length > ending_length &&
           strncmp(name + length - ending_length, ending, ending_length) == 0;
}

static bool reads(const mlpi_reader *reader, const char *name, size_t length)
{
    for (const char *word = reader->extensions; *word != '\0';) {
        const size_t word_length = strcspn(word, " ");
        if (ends_with(name, length, word, word_length))
            return true;
        word += word_length + strspn(word + word_length, " ");
    }
    return false;
}

/* "csv, tsv or idx" */
static void list_formats(char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < READERS; i++)
        snprintf(text + strlen(text), size - strlen(text), "%s%s",
                 i == 0             ? ""
                 : i + 1 == READERS ? " or "
                                    : ", ",
                 readers[i].format);
}

mlp_status mlpi_reader_find(const char *path, const char *format, const mlpi_reader **reader,
                            mlp_error *err)
{
    size_t length = strlen(path);
    if (ends_with(path, length, ".gz", 3))
        length -= 3;
    if (format == NULL && strcmp(path, "-") == 0)
        format = "csv";
    for (size_t i = 0; i < READERS; i++) {
        const bool fits = format != NULL ? strcmp(format, readers[i].format) == 0
                                         : reads(&readers[i], path, length);
        if (fits) {
            *reader = &readers[i];
            return MLP_OK;
        }
    }
    char list[100];
    list_formats(list, sizeof list);
    if (format != NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "--format %s is not known; it is %s", format,
                         list);
    return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                        "the name does not tell the format; say --format %s", list);
}
