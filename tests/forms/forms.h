/* SPDX-License-Identifier: MIT */
/* The same rows in every form that mlp reads. */
#ifndef TESTS_FORMS_H
#define TESTS_FORMS_H

#include <stdio.h>

#include "mlp/mlp.h"
#include "unit/test.h"

enum { ROWS = 211, MOST_TOWN = 12 };

/* A row; `kind` is its target. */
typedef struct house {
    double area; /* NaN: missing; has 15 digits, which all forms can hold */
    int32_t rooms;
    const char *town; /* NULL: missing */
    bool garden;
    int32_t sold;  /* days since 1970 */
    char date[11]; /* the same day */
    const char *kind;
} house;

extern house houses[ROWS];
extern const char *const towns[]; /* NULL: the end */

/* Makes a table of the houses. NULL: this is not possible here, and the reason was printed. */
typedef mlp_table *(*form)(void);

mlp_table *read_file(const char *path, const mlp_read_options *options);
mlp_table *form_arrow(void);
mlp_table *form_npy(void);
mlp_table *form_npz(void);
mlp_table *form_arrays(void);
mlp_table *form_sqlite(void);
mlp_table *form_postgresql(void);

#endif
