/* SPDX-License-Identifier: MIT */
/* Stands in for gnuplot: within a millisecond it writes a picture that depends on the script. The
 * tests are about what mlp does with a picture, not about how gnuplot draws one. */
#include <stdio.h>

int main(void)
{
    unsigned long sum = 5381;
    for (int letter = getchar(); letter != EOF; letter = getchar())
        sum = sum * 33 + (unsigned long)letter;
    printf("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"no\"?>\n"
           "<svg width=\"640\" height=\"480\" viewBox=\"0 0 640 480\" "
           "xmlns=\"http://www.w3.org/2000/svg\">\n");
    for (unsigned long i = 0; i < 400; i++)
        printf("<circle cx=\"%lu\" cy=\"%lu\" r=\"2\"/>\n", (sum + 7 * i) % 640,
               (sum + 11 * i) % 480);
    printf("</svg>\n");
    return fflush(stdout) != 0 ? 1 : 42; /* the exit code of the script's last line */
}
