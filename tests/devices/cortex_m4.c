/* SPDX-License-Identifier: MIT */
/* What a Cortex-M4 starts from: the top of its stack, and code that turns the floating-point unit
 * on and jumps to the start of the C library. */
extern void _start(void);

static void reset(void)
{
    *(volatile unsigned *)0xE000ED88u |= 0xFu << 20;
    _start();
}

__attribute__((section(".vectors"), used)) static void (*const vectors[2])(void) = {
    (void (*)(void))0x00400000, reset};
