/* SPDX-License-Identifier: MIT */
/* Nothing but a prediction. */
#include MODEL

iris_input input;
iris_output output;

int main(void)
{
    PREDICT(&input, &output);
    return 0;
}
