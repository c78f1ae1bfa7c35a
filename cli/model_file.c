/* SPDX-License-Identifier: MIT */
/* Which files are models, and which are data. */
#include <string.h>

#include "cli/cli.h"

/* A model begins with the length of its JSON in 8 bytes, then the JSON; no data file does. */
bool holds_model(const char *path)
{
    char first[9] = "";
    FILE *from = strcmp(path, "-") != 0 ? fopen(path, "rb") : NULL;
    const size_t count = from != NULL ? fread(first, 1, sizeof first, from) : 0;
    if (from != NULL)
        fclose(from);
    return count == sizeof first && first[7] == '\0' && first[8] == '{';
}

/* A file with the name of a model counts as a model, so that it is refused and not read as data. */
bool is_model_file(const char *path)
{
    const size_t length = strlen(path);
    return holds_model(path) || (length > 4 && strcmp(path + length - 4, ".mlp") == 0);
}
