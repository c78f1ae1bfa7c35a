/* SPDX-License-Identifier: MIT */
/* Bytes as text: base64 (RFC 4648, section 4). */
#include "base/base.h"

size_t mlpi_base64_size(size_t size)
{
    return (size + 2) / 3 * 4 + 1;
}

void mlpi_base64(const unsigned char *bytes, size_t size, char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        const unsigned whole = (unsigned)bytes[i] << 16 |
                               (i + 1 < size ? (unsigned)bytes[i + 1] << 8 : 0u) |
                               (i + 2 < size ? bytes[i + 2] : 0u);
        for (unsigned k = 0; k < 4; k++)
            *text++ = (char)(i + k <= size ? digits[whole >> (18 - 6 * k) & 63] : '=');
    }
    *text = '\0';
}
