/* SPDX-License-Identifier: MIT */
/* For tests that train on iris and write one file: the table, and a temporary path. */
#ifndef LEARNING_IRIS_H
#define LEARNING_IRIS_H

#include <unistd.h>

#include "learning/problem.h"

static mlp_table *table;
static char path[] = "/tmp/mlp-learning-XXXXXX";

static int load_table(void **state)
{
    (void)state;
    close(mkstemp(path));
    unlink(path);
    return mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL) == MLP_OK ? 0 : -1;
}

static int drop_table(void **state)
{
    (void)state;
    mlp_table_free(table);
    unlink(path);
    return 0;
}

#endif
