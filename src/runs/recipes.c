/* SPDX-License-Identifier: MIT */
#include "runs/recipes.h"

#include <string.h>

#include "plan/plan.h"
#include "runs/folds.h"

enum { FEW_ROWS = 2000 };

/* The numbers of inputs in all rows (1 GiB), and in one row, above which numbers are not cut into
 * pieces. */
enum { MOST_INPUTS = 1 << 28, MOST_OF_A_ROW = 1 << 14, MOST_PIECES = 64 };

static const mlpi_setting pieces[] = {{"transform", "numeric=piecewise-linear:16"}, {NULL, NULL}};
static const mlpi_setting fine_pieces[] = {{"transform", "numeric=piecewise-linear:32"},
                                           {NULL, NULL}};
static const mlpi_setting finest_pieces[] = {{"transform", "numeric=piecewise-linear:64"},
                                             {NULL, NULL}};
static const mlpi_setting waves[] = {{"transform", "numeric=periodic"}, {NULL, NULL}};
/* How numbers are encoded for joined networks if some of them saw pieces. */
static const struct {
    const mlpi_setting *pieces, *combined;
} together[] = {
    {pieces, (const mlpi_setting[]){{"transform", "numeric=combined:16"}}},
    {fine_pieces, (const mlpi_setting[]){{"transform", "numeric=combined:32"}}},
    {finest_pieces, (const mlpi_setting[]){{"transform", "numeric=combined:64"}}},
};
static const mlpi_setting wide[] = {{"hidden", "256,128"}, {NULL, NULL}};
/* Quantities are learnt more and more exactly, long after the first epochs that bring no
 * improvement; labels are learnt only more surely. */
static const mlpi_setting patient[] = {
    {"l2", "0"}, {"patience", "60"}, {"epochs", "300"}, {NULL, NULL}};
static const mlpi_setting four[] = {{"members", "4"}, {NULL, NULL}};
static const mlpi_setting eight[] = {{"members", "8"}, {NULL, NULL}};

/* High rates in the NTK parametrisation that fall to 0 four times, with dropout and weight decay
 * that fade out in the second half: "RealMLP" (D. Holzmüller, L. Grinsztajn, I. Steinwart 2024), as
 * far as its layers are dense. */
static const mlpi_setting high_rates[] = {{"parametrisation", "ntk"},
                                          {"learning-rate", "0.1"},
                                          {"schedule", "coslog"},
                                          {"epochs", "64"},
                                          {"patience", "0"},
                                          {"ties", "last"},
                                          {"optimizer", "adamw"},
                                          {"beta2", "0.95"},
                                          {"bias-rate", "0.1"},
                                          {"input-scale", "6"},
                                          {"first-weights", "data"},
                                          {"activation", "mish"},
                                          {"weight-decay", "0.02"},
                                          {"l2", "0"},
                                          {"dropout", "0.1"},
                                          {"regularisation-schedule", "flat-cos"},
                                          {NULL, NULL}};

/* The cheapest first, so that there is a model soon. */
static const mlpi_recipe recipes[] = {
    {"plain", MLPI_GOOD, .parts = {NULL}},
    {"pieces", MLPI_GOOD, .most_rows = FEW_ROWS, .parts = {pieces}},
    {"fine pieces", MLPI_GOOD, .parts = {fine_pieces}},
    {"fine pieces, high rates", MLPI_GOOD, .least_rows = 2000, .parts = {fine_pieces, high_rates}},
    {"waves, high rates", MLPI_GOOD, .least_rows = 1000, .parts = {waves, high_rates}},
    {"fine pieces, wide, patient", MLPI_GOOD, .most_rows = 5000, .of_quantities = true,
     .parts = {fine_pieces, wide, patient}},
    {"waves, wide, patient", MLPI_GOOD, .most_rows = 5000, .of_quantities = true,
     .parts = {waves, wide, patient}},
    {"four patient networks for each fold", MLPI_BEST, .most_rows = 5000, .of_quantities = true,
     .parts = {fine_pieces, wide, patient, four}},
    {"wide", MLPI_BEST, .parts = {wide}},
    {"fine pieces, wide", MLPI_BEST, .parts = {fine_pieces, wide}},
    {"fine pieces, high rates, wide", MLPI_BEST, .least_rows = 500,
     .parts = {fine_pieces, high_rates, wide}},
    {"waves, high rates, wide", MLPI_BEST, .least_rows = 2000, .parts = {waves, high_rates, wide}},
    {"finest pieces, high rates", MLPI_BEST, .least_rows = 2000,
     .parts = {finest_pieces, high_rates}},
    {"four networks for each fold", MLPI_GOOD, .most_rows = FEW_ROWS, .of_quantities = true,
     .on_top = true, .parts = {four}},
    {"eight networks for each fold", MLPI_BEST, .on_top = true, .parts = {eight}},
};
_Static_assert(sizeof recipes / sizeof recipes[0] <= MLPI_MOST_RECIPES,
               "a list has room for all of them");

/* For few rows with labels. Networks of some recipes vary more than those of others: a single one
 * is worse, but the mean of many is better. So recipes are compared by the mean of several
 * networks. */
static const mlpi_recipe several = {"four networks for each fold", MLPI_GOOD, .parts = {four}};

/* Sets an option, which then points to the setting's text. false: the option does not have its
 * default. */
static bool set(const mlpi_setting *s, mlp_train_options *options)
{
    const mlpi_option *option = mlpi_option_find(s->option);
    if (!mlpi_option_is_default(option, options))
        return false;
    if (!mlpi_option_is_list(option))
        return mlpi_option_set(option, options, s->value, NULL) == MLP_OK;
    *(mlp_names *)mlpi_option_value(option, options) = (mlp_names){&s->value, 1};
    return true;
}

bool mlpi_recipe_apply(const mlpi_recipe *r, mlp_train_options *options)
{
    for (size_t p = 0; p < MLPI_MOST_PARTS && r->parts[p] != NULL; p++)
        for (const mlpi_setting *s = r->parts[p]; s->option != NULL; s++)
            if (!set(s, options))
                return false;
    return true;
}

/* Whether the options encode numbers as `numbers` does; NULL: in the usual way. */
static bool sees(const mlp_train_options *o, const mlpi_setting *numbers)
{
    return numbers == NULL
               ? o->transforms.count == 0
               : o->transforms.count == 1 && strcmp(o->transforms.items[0], numbers->value) == 0;
}

static bool sees_the_same(const mlp_train_options *a, const mlp_train_options *b)
{
    bool same = a->transforms.count == b->transforms.count;
    for (size_t i = 0; same && i < a->transforms.count; i++)
        same = strcmp(a->transforms.items[i], b->transforms.items[i]) == 0;
    return same;
}

bool mlpi_recipes_join(mlp_train_options *options, const mlp_train_options *others)
{
    const mlp_train_options *const of[2] = {options, others};
    for (size_t i = 0; i < sizeof together / sizeof together[0]; i++) {
        const mlpi_setting *const parts[] = {NULL, together[i].pieces, waves, together[i].combined};
        size_t fit = 0;
        for (size_t k = 0; k < 2; k++)
            for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++)
                fit += sees(of[k], parts[p]);
        if (fit == 2 && !sees_the_same(options, others)) {
            options->transforms = (mlp_names){&together[i].combined->value, 1};
            return true;
        }
    }
    return sees_the_same(options, others);
}

const mlpi_recipe *mlpi_recipe_common(const mlpi_schema *schema, size_t rows)
{
    return schema->task == MLP_TASK_CLASSIFICATION && rows <= FEW_ROWS ? &several : NULL;
}

static size_t numbers_of(const mlpi_schema *schema)
{
    size_t count = 0;
    for (size_t c = 0; c < schema->columns; c++)
        count += schema->column[c].role == MLPI_INPUT && schema->column[c].kind == MLPI_NUMERIC;
    return count;
}

/* Whether there are numbers that can be cut into pieces, and memory for their inputs. */
static bool can_be_in_pieces(const mlpi_schema *schema, size_t rows)
{
    const size_t inputs = MOST_PIECES * numbers_of(schema);
    return inputs > 0 && inputs <= MOST_OF_A_ROW && rows <= MOST_INPUTS / inputs;
}

static bool can_be(const mlp_train_options *options)
{
    mlpi_plan plan;
    return mlpi_plan_check(options, &plan, NULL) == MLP_OK &&
           mlpi_folds_check(NULL, options, NULL) == MLP_OK;
}

/* Whether a recipe suits this table and fits the options that the user named. */
static bool suits(const mlpi_recipe *r, mlpi_quality quality, const mlpi_schema *schema,
                  size_t rows, const mlp_train_options *options)
{
    mlp_train_options own = *options;
    if (r->from > quality || (r->of_quantities && schema->task != MLP_TASK_REGRESSION) ||
        rows < r->least_rows || (r->most_rows > 0 && rows > r->most_rows))
        return false;
    return mlpi_recipe_apply(r, &own) && can_be(&own) &&
           (own.transforms.count == options->transforms.count || can_be_in_pieces(schema, rows));
}

size_t mlpi_recipes_choose(mlpi_quality quality, const mlpi_schema *schema, size_t rows,
                           const mlp_train_options *options,
                           const mlpi_recipe *list[MLPI_MOST_RECIPES])
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++)
        if (suits(&recipes[i], quality, schema, rows, options))
            list[count++] = &recipes[i];
    if (count == 0)
        list[count++] = &recipes[0];
    return count;
}
