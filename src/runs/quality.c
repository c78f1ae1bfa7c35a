/* SPDX-License-Identifier: MIT */
/* Recipes: sets of options that suit different tables, none of them all. Each is trained with folds,
 * so that every row is answered by networks that never saw it, and those answers say which recipe
 * suits the table at hand. What the user named stands: a recipe that would set it, or cannot be
 * beside it, is not tried. */
#include "runs/quality.h"

#include <stdio.h>
#include <string.h>

#include "mlp/output.h"
#include "runs/folds.h"
#include "train/run.h"

static const char *const names[MLPI_QUALITIES] = {"fast", "good", "best"};

/* With fewer rows folds say little, and one network is trained. */
enum { FEWEST_ROWS = 50 };

enum { FOLDS = 5, MOST_SECONDS = 600 };

/* Inputs of all rows, 1 GiB, and of one, above which numbers are not cut into pieces. */
enum { MOST_INPUTS = 1 << 28, MOST_OF_A_ROW = 1 << 14, MOST_PIECES = 64 };

/* --- the recipes ------------------------------------------------------------------------------ */

typedef struct setting {
    const char *option, *value;
} setting;

static const setting pieces[] = {{"transform", "numeric=piecewise-linear:16"}, {NULL, NULL}};
static const setting fine_pieces[] = {{"transform", "numeric=piecewise-linear:32"}, {NULL, NULL}};
static const setting finest_pieces[] = {{"transform", "numeric=piecewise-linear:64"}, {NULL, NULL}};
static const setting wide[] = {{"hidden", "256,128"}, {NULL, NULL}};
static const setting four[] = {{"members", "4"}, {NULL, NULL}};
static const setting eight[] = {{"members", "8"}, {NULL, NULL}};

/* High rates in the NTK parametrisation that fall to nothing four times, with decay that ends half
 * way: "RealMLP" (D. Holzmüller, L. Grinsztajn, I. Steinwart 2024), as far as it is one of dense
 * layers. */
static const setting high_rates[] = {{"parametrisation", "ntk"},
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

enum { MOST_PARTS = 4 };

typedef struct recipe {
    const char *name;
    mlpi_quality from;                /* it is tried from this quality on */
    size_t least_rows, most_rows;     /* of tables that it is for; 0: any */
    bool on_top;                      /* of the best recipe before it */
    const setting *parts[MOST_PARTS]; /* up to NULL */
} recipe;

/* The cheapest first, so that there is a model soon. */
static const recipe recipes[] = {
    {"plain", MLPI_GOOD, 0, 0, false, {NULL}},
    {"pieces", MLPI_GOOD, 0, 2000, false, {pieces}},
    {"fine pieces", MLPI_GOOD, 0, 0, false, {fine_pieces}},
    {"fine pieces, high rates", MLPI_GOOD, 2000, 0, false, {fine_pieces, high_rates}},
    {"wide", MLPI_BEST, 0, 0, false, {wide}},
    {"fine pieces, wide", MLPI_BEST, 0, 0, false, {fine_pieces, wide}},
    {"fine pieces, high rates, wide", MLPI_BEST, 500, 0, false, {fine_pieces, high_rates, wide}},
    {"finest pieces, high rates", MLPI_BEST, 2000, 0, false, {finest_pieces, high_rates}},
    {"four networks for each fold", MLPI_GOOD, 0, 5000, true, {four}},
    {"eight networks for each fold", MLPI_BEST, 0, 0, true, {eight}},
};
enum { RECIPES = sizeof recipes / sizeof recipes[0] };

mlp_status mlpi_quality_for(const mlp_table *table, const mlp_train_options *options,
                            mlpi_quality *quality, mlp_error *err)
{
    size_t i = 0;
    while (i < MLPI_QUALITIES && strcmp(options->quality, names[i]) != 0)
        i++;
    if (i == MLPI_QUALITIES)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`quality` %s is not known; it is fast, good or best", options->quality);
    *quality = (mlpi_quality)i;
    if (*quality == MLPI_FAST || table->rows >= FEWEST_ROWS)
        return MLP_OK;
    mlpi_notice(options, "Only %zu rows, of which folds would say little: one network is trained.",
                table->rows);
    *quality = MLPI_FAST;
    return MLP_OK;
}

/* The texts stay the table's. false: the user named the option. */
static bool set(const setting *s, mlp_train_options *options)
{
    const mlpi_option *option = mlpi_option_find(s->option);
    if (!mlpi_option_is_default(option, options))
        return false;
    if (!mlpi_option_is_list(option))
        return mlpi_option_set(option, options, s->value, NULL) == MLP_OK;
    *(mlp_names *)mlpi_option_value(option, options) = (mlp_names){&s->value, 1};
    return true;
}

/* false: the user named one of its options. */
static bool apply(const recipe *r, mlp_train_options *options)
{
    for (size_t p = 0; p < MOST_PARTS && r->parts[p] != NULL; p++)
        for (const setting *s = r->parts[p]; s->option != NULL; s++)
            if (!set(s, options))
                return false;
    return true;
}

static size_t numbers_of(const mlpi_schema *schema)
{
    size_t count = 0;
    for (size_t c = 0; c < schema->columns; c++)
        count += schema->column[c].role == MLPI_INPUT && schema->column[c].kind == MLPI_NUMERIC;
    return count;
}

/* Whether numbers in pieces would change the inputs, and leave room in the memory. */
static bool can_be_in_pieces(const mlpi_schema *schema, size_t rows)
{
    const size_t inputs = MOST_PIECES * numbers_of(schema);
    return inputs > 0 && inputs <= MOST_OF_A_ROW && rows <= MOST_INPUTS / inputs;
}

/* --- trying them ------------------------------------------------------------------------------ */

/* The caller's functions, who is told of all recipes as of one training. */
typedef struct listener {
    const mlp_train_options *caller;
    size_t recipe, recipes;  /* the one that trains, and how many there are */
    size_t before, networks; /* of the recipes before it, and of all */
    bool training;           /* it does: of its networks one by one nothing is said */
    bool left;               /* the caller wanted an end */
} listener;

static void on_notice(const char *sentence, void *context)
{
    const listener *l = context;
    if (l->recipe == 0 && !l->training) /* what is said of the data is said once */
        l->caller->notice(sentence, l->caller->context);
}

static bool on_progress(const mlp_progress *now, void *context)
{
    listener *l = context;
    mlp_progress all = *now;
    l->training = true;
    if (l->caller->progress == NULL)
        return true;
    all.network += l->before;
    all.finished += l->before;
    all.networks = l->networks;
    l->left = !l->caller->progress(&all, l->caller->context) || l->left;
    return !l->left;
}

static bool on_working(double share, void *context)
{
    listener *l = context;
    l->left = !l->caller->working(share, l->caller->context) || l->left;
    return !l->left;
}

/* What a recipe came to. */
typedef struct found {
    const recipe *recipe; /* beneath those on top of it */
    mlp_model *model;
    mlp_train_report report;
    double figure; /* out of fold, smaller is better */
} found;

static double figure_of(const mlp_train_report *report, bool larger_is_better)
{
    if (report->criterion == NULL)
        return report->validation_loss;
    return larger_is_better ? -report->criterion_value : report->criterion_value;
}

/* More rows that are judged come first: where the time was over, not all of them are. */
static bool is_better(const found *one, const found *other)
{
    if (other->model == NULL || one->report.rows_validation != other->report.rows_validation)
        return other->model == NULL || one->report.rows_validation > other->report.rows_validation;
    return one->figure < other->figure;
}

static void tell(const mlp_train_options *options, const listener *l, const recipe *r,
                 const found *one, bool larger_is_better, bool better)
{
    char figure[32];
    mlpi_notice(options, "Recipe %zu of %zu, %s: %s %s out of fold%s.", l->recipe + 1, l->recipes,
                r->name, options->metric,
                mlpi_rounded(larger_is_better ? -one->figure : one->figure, 4, figure),
                better && l->recipe > 0 ? ", the best so far" : "");
}

/* What a recipe trains with; the functions are ours. */
static mlp_train_options options_of(const recipe *r, const found *best, listener *l)
{
    mlp_train_options own = *l->caller;
    if (r->on_top)
        (void)apply(best->recipe, &own);
    (void)apply(r, &own);
    own.notice = own.notice != NULL ? on_notice : NULL;
    own.progress = on_progress;
    own.working = own.working != NULL ? on_working : NULL;
    own.context = l;
    return own;
}

/* The better of both stays. What was stopped in the middle does only where there is nothing else. */
static void keep_better(const recipe *r, const listener *l, found *one, bool larger_is_better,
                        found *best)
{
    const bool whole = one->report.reason != MLP_STOP_INTERRUPTED;
    const bool better = best->model == NULL || (whole && is_better(one, best));
    if (whole)
        tell(l->caller, l, r, one, larger_is_better, better);
    mlp_model_free(better ? best->model : one->model);
    if (better)
        *best = *one;
}

/* Where there is a model, a recipe that has none is no failure. */
static mlp_status try_recipe(const recipe *r, listener *l, const mlp_table *table, mlp_table *spent,
                             const mlp_table *validation, found *best, mlp_error *err)
{
    const mlp_train_options own = options_of(r, best, l);
    found one = {.recipe = r->on_top ? best->recipe : r};
    mlpi_plan plan;
    mlp_error why = {0};
    l->training = false;
    mlp_status status = mlpi_plan_check(&own, &plan, &why);
    if (status == MLP_OK)
        status = mlpi_train_folds(table, spent, validation, &own, &one.model, &one.report, &why);
    if (status == MLP_OK) {
        one.figure = figure_of(&one.report, plan.larger_is_better);
        keep_better(r, l, &one, plan.larger_is_better, best);
        return MLP_OK;
    }
    if (status == MLP_ERROR_DATA && best->model != NULL) /* all its networks diverged */
        mlpi_notice(l->caller, "Recipe %zu of %zu, %s, is left out: %s.", l->recipe + 1, l->recipes,
                    r->name, why.message);
    if ((status == MLP_ERROR_DATA || status == MLP_ERROR_INTERRUPTED) && best->model != NULL)
        return MLP_OK;
    if (err != NULL)
        *err = why;
    return status;
}

/* --- all of them ------------------------------------------------------------------------------ */

static bool can_be(const mlp_train_options *options)
{
    mlpi_plan plan;
    return mlpi_plan_check(options, &plan, NULL) == MLP_OK &&
           mlpi_folds_check(NULL, options, NULL) == MLP_OK;
}

/* Whether a recipe is for this table, beside what the user named. */
static bool suits(const recipe *r, mlpi_quality quality, const mlpi_schema *schema, size_t rows,
                  const mlp_train_options *options)
{
    mlp_train_options own = *options;
    if (r->from > quality || rows < r->least_rows || (r->most_rows > 0 && rows > r->most_rows))
        return false;
    return apply(r, &own) && can_be(&own) &&
           (own.transforms.count == options->transforms.count || can_be_in_pieces(schema, rows));
}

/* Fills in `list`, returns how many there are: one at least, which tells what is wrong where what the
 * user named cannot be by itself. */
static size_t choose(mlpi_quality quality, const mlpi_schema *schema, size_t rows,
                     const mlp_train_options *options, const recipe *list[RECIPES])
{
    size_t count = 0;
    for (size_t i = 0; i < RECIPES; i++)
        if (suits(&recipes[i], quality, schema, rows, options))
            list[count++] = &recipes[i];
    if (count == 0)
        list[count++] = &recipes[0];
    return count;
}

/* What folds cannot be together with is said of what the user named. */
static mlp_status check(const mlp_table *validation, const mlp_train_options *options,
                        mlp_error *err)
{
    mlp_error why;
    const mlp_status status = mlpi_folds_check(validation, options, &why);
    return status == MLP_OK ? MLP_OK
                            : mlpi_fail(err, status, "`quality` %s trains with `folds`: %s",
                                        options->quality, why.message);
}

static size_t networks_of(const recipe *r, const mlp_train_options *options)
{
    mlp_train_options own = *options;
    (void)apply(r, &own);
    return own.folds * own.members;
}

static mlp_status train_all(const recipe *const *list, size_t count, const mlp_table *table,
                            mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, found *best, mlp_error *err)
{
    const mlpi_watch watch = {.stop = options->stop, .until = options->until};
    const double started = mlpi_seconds();
    listener l = {.caller = options, .recipes = count};
    for (size_t i = 0; i < count; i++)
        l.networks += networks_of(list[i], options);
    for (bool over = false; !over && l.recipe < count; l.recipe += !over) {
        MLPI_TRY(try_recipe(list[l.recipe], &l, table, l.recipe + 1 == count ? spent : NULL,
                            validation, best, err));
        l.before += networks_of(list[l.recipe], options);
        over = l.left || mlpi_watch_over(&watch);
    }
    best->report.seconds = mlpi_seconds() - started;
    if (l.recipe == count)
        return MLP_OK;
    const bool stopped = l.left || mlpi_watch_is_stopped(&watch);
    best->report.reason = stopped ? MLP_STOP_INTERRUPTED : MLP_STOP_TIME;
    mlpi_notice(options, "%s within recipe %zu of %zu: the model is the best so far.",
                stopped ? "Stopped" : "The time was over", l.recipe + 1, count);
    return MLP_OK;
}

mlp_status mlpi_train_recipes(mlpi_quality quality, const mlp_table *table, mlp_table *spent,
                              const mlp_table *validation, const mlp_train_options *options,
                              mlp_model **model, mlp_train_report *report, mlp_error *err)
{
    mlp_train_options own = *options;
    const recipe *list[RECIPES];
    mlpi_schema schema;
    found best = {0};
    own.folds = own.folds > 0 ? own.folds : FOLDS;
    if (quality == MLPI_BEST && !(own.time > 0.0))
        own.time = MOST_SECONDS;
    mlpi_options_start_clock(&own);
    MLPI_TRY(check(validation, &own, err));
    MLPI_TRY(mlpi_prepare_schema(table, &own, &schema, err));
    const size_t count = choose(quality, &schema, table->rows, &own, list);
    mlpi_schema_release(&schema);
    const mlp_status status = train_all(list, count, table, spent, validation, &own, &best, err);
    if (status != MLP_OK) {
        mlp_model_free(best.model);
        return status;
    }
    *model = best.model;
    *report = best.report;
    return MLP_OK;
}
