/* SPDX-License-Identifier: MIT */
/* Recipes: sets of options, none of which suits all tables. What the user named stands: a recipe
 * that would set it, or does not go with it, is not tried. */
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
    size_t least_rows, most_rows;               /* of tables that it suits; 0: no limit */
    bool of_quantities;                         /* for regression only */
    bool on_top;                                /* it adds to the best recipe before it */
    const mlpi_setting *parts[MLPI_MOST_PARTS]; /* up to NULL; each part ends with NULL */
} mlpi_recipe;

/** Lists the recipes for a table of `rows` rows, in the order in which they are tried, and returns
 * their number: at least one, whose training reports what is wrong if the options that the user
 * named are not valid. */
size_t mlpi_recipes_choose(mlpi_quality quality, const mlpi_schema *schema, size_t rows,
                           const mlp_train_options *options,
                           const mlpi_recipe *list[MLPI_MOST_RECIPES]);

/** Settings that every recipe for such a table has, unless it sets the same options; NULL: none. */
const mlpi_recipe *mlpi_recipe_common(const mlpi_schema *schema, size_t rows);

/** Whether networks that trained with `options` and with `others`, both of recipes, can join in one
 * model. If so, `options` are made to encode numbers as the inputs of both. */
bool mlpi_recipes_join(mlp_train_options *options, const mlp_train_options *others);

/** Sets the recipe's options, which then point to its texts, up to the first that is not at its
 * default; false: there is such an option. */
bool mlpi_recipe_apply(const mlpi_recipe *recipe, mlp_train_options *options);

#endif
