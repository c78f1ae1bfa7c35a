/* SPDX-License-Identifier: MIT */
/* Measures how much of the stack a prediction writes to: the free part is painted before the
 * prediction and inspected after it. */
#include <stdio.h>
#include MODEL

enum { PAINTED = 8192, NEAR = 64 }; /* bytes below the frame that may be its own */
static const unsigned char PAINT = 0xA5;

static iris_input input = {5.1, 3.5, 1.4, 0.2};
static iris_output output;

int main(void)
{
    unsigned char *const volatile frame = __builtin_frame_address(0);
    unsigned char *volatile at;
    unsigned char *top;
    for (at = frame - PAINTED; at < frame - NEAR; at++)
        *at = PAINT;
    __asm__ volatile("mov %0, sp" : "=r"(top));
    PREDICT(&input, &output);
    for (at = frame - PAINTED; *at == PAINT;)
        at++;
    printf("%d\n", (int)(top - at));
    return 0;
}
