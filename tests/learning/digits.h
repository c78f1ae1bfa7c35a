/* SPDX-License-Identifier: MIT */
/* The table of digits, which all tests of a group share. */
#ifndef LEARNING_DIGITS_H
#define LEARNING_DIGITS_H

#include "mlp/table.h"

static mlp_table *digit_rows;

static int read_digits(void **state)
{
    (void)state;
    return mlp_table_read(MLP_EXAMPLES "/data/digits-train.csv", NULL, &digit_rows, NULL) == MLP_OK
               ? 0
               : -1;
}

static int free_digits(void **state)
{
    (void)state;
    mlp_table_free(digit_rows);
    return 0;
}

#endif
