/* SPDX-License-Identifier: MIT */
/* Recipes: sets of options, none of which suits all tables. Options that the user named are kept: a
 * recipe that would set one of them, or does not fit them, is not tried. */
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
    mlpi_quality from;                          /* the lowest quality that tries the recipe */
    size_t least_rows, most_rows;               /* of tables that the recipe suits; 0: no limit */
    bool of_quantities;                         /* for regression only */
    bool on_top;                                /* adds to the best recipe before it */
    const mlpi_setting *parts[MLPI_MOST_PARTS]; /* NULL ends the list, and each part */
} mlpi_recipe;

/** Lists the recipes for a table of `rows` rows, in the order in which they are tried, and returns
 * their number: at least one, whose training reports what is wrong if the options that the user
 * named are not valid. */
size_t mlpi_recipes_choose(mlpi_quality quality, const mlpi_schema *schema, size_t rows,
                           const mlp_train_options *options,
                           const mlpi_recipe *list[MLPI_MOST_RECIPES]);

/** Settings that every recipe for such a table has, unless it sets the same options; NULL: none. */
const mlpi_recipe *mlpi_recipe_common(const mlpi_schema *schema, size_t rows);

/** Whether networks that trained with `options` and with `others`, the options of two recipes, can
 * join in one model. If so, `options` are changed to encode numbers as the inputs of both. */
bool mlpi_recipes_join(mlp_train_options *options, const mlp_train_options *others);

/** Sets the recipe's options, which then point to its texts. false: one of the options does not
 * have its default; this option and those after it are not set. */
bool mlpi_recipe_apply(const mlpi_recipe *recipe, mlp_train_options *options);

#endif
