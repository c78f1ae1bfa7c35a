/* SPDX-License-Identifier: MIT */
/* Texts of a file, and the failures that several files of this folder report. */
#include <string.h>

#include "base/base.h"
#include "import/graph.h"

bool mlpi_bytes_are(mlpi_bytes bytes, const char *text)
{
    return bytes.size == strlen(text) &&
           (bytes.size == 0 || memcmp(bytes.at, text, bytes.size) == 0);
}

int mlpi_bytes_compare(mlpi_bytes a, mlpi_bytes b)
{
    const size_t both = a.size < b.size ? a.size : b.size;
    const int order = both > 0 ? memcmp(a.at, b.at, both) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

const char *mlpi_bytes_shown(mlpi_bytes bytes, char text[MLPI_SHOWN])
{
    const size_t most = MLPI_SHOWN - 4;
    const size_t length =
        bytes.size > 0 ? mlpi_utf8_fit((const char *)bytes.at, bytes.size, most) : 0;
    if (length > 0)
        memcpy(text, bytes.at, length);
    memcpy(text + length, length < bytes.size ? "..." : "", length < bytes.size ? 4 : 1);
    mlpi_text_clean(text);
    return text;
}

mlp_status mlpi_onnx_fail_arena(const mlpi_arena *arena, const char *source, mlp_error *err)
{
    if (!arena->spent)
        return mlpi_fail_memory(err, source);
    return mlpi_fail_at(
        err, MLP_ERROR_MODEL, source, 0, 0,
        "describes far more than its bytes hold; the file is damaged, or is not a network");
}

mlp_status mlpi_onnx_fail_damaged(const char *source, const char *where, mlp_error *err)
{
    return mlpi_fail_at(err, MLP_ERROR_MODEL, source, 0, 0,
                        "is not an ONNX model, or is damaged: %s cannot be read", where);
}
