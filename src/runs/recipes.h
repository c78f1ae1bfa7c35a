/* SPDX-License-Identifier: MIT */
/* Recipes: sets of options that suit different tables, none of them all. What the user named stands:
 * a recipe that would set it, or cannot be beside it, is not tried. */
#ifndef MLPI_RUNS_RECIPES_H
#define MLPI_RUNS_RECIPES_H

#include "runs/quality.h"
#include "schema/schema.h"

typedef struct mlpi_setting {
    const char *option, *value;
} mlpi_setting;

enum { MLPI_MOST_PARTS = 4, MLPI_MOST_RECIPES = 16 };

typedef struct mlpi_recipe {
    const char *name;
    mlpi_quality from;                          /* it is tried from this quality on */
    size_t least_rows, most_rows;               /* of tables that it is for; 0: any */
    bool of_quantities;                         /* for regression alone */
    bool on_top;                                /* of the best recipe before it */
    const mlpi_setting *parts[MLPI_MOST_PARTS]; /* up to NULL; each ends with NULL */
} mlpi_recipe;

/** Fills in those for a table of so many rows, in the order in which they are tried, and returns how
 * many there are: one at least, which tells what is wrong where what the user named cannot be by
 * itself. */
size_t mlpi_recipes_choose(mlpi_quality quality, const mlpi_schema *schema, size_t rows,
                           const mlp_train_options *options,
                           const mlpi_recipe *list[MLPI_MOST_RECIPES]);

/** What every recipe of such a table has besides, unless it sets that itself; NULL: nothing. */
const mlpi_recipe *mlpi_recipe_common(const mlpi_schema *schema, size_t rows);

/** Whether networks that trained with these options and with others, both of recipes, can be one model. Then
 * numbers become the inputs of both. */
bool mlpi_recipes_join(mlp_train_options *options, const mlp_train_options *others);

/** Sets its options, whose texts stay the recipe's. false: the user named one of them. */
bool mlpi_recipe_apply(const mlpi_recipe *recipe, mlp_train_options *options);

#endif
