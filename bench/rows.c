/* SPDX-License-Identifier: MIT */
/* rows ROWS COLUMNS [SEED]: writes a CSV of ROWS rows to standard output: x1 .. xN with 6 decimals,
 * drawn from -4 .. 4, and y, a smooth function of some of them with a little noise. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

/* Returns the next number of xorshift64* (S. Vigna 2016). */
static uint64_t next_number(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}

static void put_millionths(int64_t value)
{
    char text[24], *at = text + sizeof text;
    uint64_t left = (uint64_t)(value < 0 ? -value : value);
    for (int i = 0; i < 6; i++, left /= 10)
        *--at = (char)('0' + left % 10);
    *--at = '.';
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        *--at = '-';
    fwrite_unlocked(at, 1, (size_t)(text + sizeof text - at), stdout);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const unsigned long long rows = strtoull(argv[1], NULL, 10);
    const unsigned long columns = strtoul(argv[2], NULL, 10);
    state = argc > 3 ? strtoull(argv[3], NULL, 10) | 1 : 1;
    static char buffer[1 << 20];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    for (unsigned long c = 0; c < columns; c++)
        printf("x%lu,", c + 1);
    puts("y");
    for (unsigned long long r = 0; r < rows; r++) {
        double x[4] = {0};
        for (unsigned long c = 0; c < columns; c++) {
            const int64_t value = (int64_t)(next_number() % 8000001) - 4000000;
            if (c < 4)
                x[c] = 1e-6 * (double)value;
            put_millionths(value);
            putc_unlocked(',', stdout);
        }
        const double noise = 1e-7 * (double)(next_number() % 1000001);
        put_millionths((int64_t)(1e6 * (sin(x[0]) + 0.1 * x[1] * x[2] + noise)));
        putc_unlocked('\n', stdout);
    }
    return ferror(stdout) != 0 || fflush(stdout) != 0;
}
