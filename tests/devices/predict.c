/* SPDX-License-Identifier: MIT */
/* A program that only makes a prediction, so that its size can be measured. */
#include MODEL

iris_input input;
iris_output output;

int main(void)
{
    PREDICT(&input, &output);
    return 0;
}
