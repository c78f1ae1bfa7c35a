/* SPDX-License-Identifier: MIT */
/* The description of the columns of a table: what each column is and why, and what training would
 * make of it as an input. */
#ifndef MLP_DESCRIBE_H
#define MLP_DESCRIBE_H

#include "mlp/options.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** The content of a column. */
typedef enum mlp_column_type {
    MLP_COLUMN_EMPTY,       /**< no value in any row */
    MLP_COLUMN_INTEGER,     /**< whole numbers */
    MLP_COLUMN_REAL,        /**< numbers */
    MLP_COLUMN_BOOLEAN,     /**< two values such as yes and no, true and false, 0 and 1 */
    MLP_COLUMN_CATEGORICAL, /**< texts that many rows share */
    MLP_COLUMN_TIME,        /**< dates, or times of day */
    MLP_COLUMN_IDENTIFIER,  /**< numbers or texts that identify single rows */
    MLP_COLUMN_TEXT,        /**< sentences: texts of several words, nearly all different */
    MLP_COLUMN_MIXED        /**< numbers with some texts among them, or dates with other texts */
} mlp_column_type;

/** "integer" and so on; NULL: there is no such type. */
MLP_API const char *mlp_column_type_name(mlp_column_type type);

/** The description of all columns of a table. */
typedef struct mlp_description mlp_description;

/** Looks at all columns. Pixels of images are described as pixels. Errors: MLP_ERROR_MEMORY. Free
 * with mlp_description_free. The table must outlive the description. */
MLP_API mlp_status mlp_describe(const mlp_table *table, mlp_description **description,
                                mlp_error *err);
/** mlp_describe, and the remarks that training would make before it starts if these columns were
 * the targets (mlp_description_remark): the task and why, columns that give the targets away, or
 * why it would refuse the data. Errors: MLP_ERROR_DATA (no such column), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_describe_for(const mlp_table *table, const mlp_names *targets,
                                    mlp_description **description, mlp_error *err);
/** mlp_describe_for with options of training: for their target (none: like mlp_describe), and after
 * their `drop`, `categorical` and `numeric`. Errors: MLP_ERROR_DATA (no such column),
 * MLP_ERROR_ARGUMENT (two of these options name the same column), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_describe_by(const mlp_table *table, const mlp_train_options *options,
                                   mlp_description **description, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_description_free(mlp_description *description);

/** The type of column c = 0..columns-1 of the table. */
MLP_API mlp_column_type mlp_description_type(const mlp_description *description, size_t c);
/** What training makes of column c: "numbers", "categories", "time"; "no": training does not use
 * it, or, if it is mixed, refuses it. */
MLP_API const char *mlp_description_use(const mlp_description *description, size_t c);
/** Why column c is what it is, in words: "150 numbers, 0 missing". */
MLP_API const char *mlp_description_reason(const mlp_description *description, size_t c);
/** The number of cells of column c without a value. */
MLP_API size_t mlp_description_missing(const mlp_description *description, size_t c);
/** The number of different values of column c, as they are written. */
MLP_API size_t mlp_description_distinct(const mlp_description *description, size_t c);
/** The rows with the least and the greatest number or time of column c; mlp_table_cell gives their
 * text. false: the column has no numbers or times. */
MLP_API bool mlp_description_range(const mlp_description *description, size_t c, size_t *lowest,
                                   size_t *highest);
/** The row of example i (from 0) of column c; the examples are the first rows with different
 * values. false: there are no more. */
MLP_API bool mlp_description_example(const mlp_description *description, size_t c, size_t i,
                                     size_t *row);
/** The i-th remark (from 0) that training would make, a sentence; NULL: there are no more. */
MLP_API const char *mlp_description_remark(const mlp_description *description, size_t i);

MLP_END_DECLS

#endif
