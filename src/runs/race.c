/* SPDX-License-Identifier: MIT */
/* Recipes race on the same folds (O. Maron, A. W. Moore 1994: a candidate that is clearly worse on
 * few rows need not be tried on all rows). A challenger trains the first fold. If the losses of its
 * rows are clearly smaller or larger than those of the best recipe so far, the worse of the two is
 * out; otherwise both train all folds, and the metric on all rows decides. In the end the networks
 * of other recipes that trained all folds join those of the best, one recipe after another, if the
 * mean of all is better (R. Caruana et al. 2004, "Ensemble selection from libraries of models"). */
#include "runs/race.h"

#include <math.h>
#include <stdio.h>

#include "divide/rows.h"
#include "jobs/job.h"
#include "mlp/output.h"
#include "runs/folds.h"
#include "runs/join.h"
#include "runs/recipes.h"

enum { MOST_SECONDS = 600 };

/* The number of inputs in all rows (half a GiB) up to which recipes other than the best stay in
 * memory. */
enum { MOST_INPUTS = 1 << 27 };

/* A mean difference leaves no doubt above this many standard errors and this share of the loss. */
#define STANDARD_ERRORS 3.0
#define SHARE 0.02
enum { FEWEST_ROWS = 100 }; /* with fewer rows, a standard error is too uncertain */

/* --- trying them ------------------------------------------------------------------------------ */

/* The caller and its functions, which are called as if all recipes were one training run. */
typedef struct listener {
    const mlp_train_options *caller;
    bool first;    /* the first recipe: notices about the data are passed on */
    bool training; /* training has begun: notices about single networks are not passed on */
    size_t before, networks; /* networks trained for other recipes; to be trained in all */
    bool left;               /* the caller wanted to stop */
} listener;

static void on_notice(const char *sentence, void *context)
{
    const listener *l = context;
    if (l->first && !l->training)
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

/* An attempt at a recipe. */
typedef struct attempt {
    const mlpi_recipe *recipe; /* of a recipe on top, the one beneath; NULL: the attempt is free */
    mlp_train_options options;
    bool by_loss, larger_is_better;
    mlpi_crew crew;
    mlpi_folds_scores scores; /* out of fold */
} attempt;

/* Attempts whose networks are kept: one for each recipe, and one for joined networks. */
enum { ATTEMPTS = MLPI_MOST_RECIPES + 1 };

typedef struct race {
    const mlpi_recipe *recipe[MLPI_MOST_RECIPES];
    const mlpi_recipe *common; /* settings that all recipes have in addition; NULL: none */
    size_t recipes, now;       /* number of recipes; index of the one that is tried */
    listener listener;
    attempt attempt[ATTEMPTS];
    attempt *best; /* the best attempt so far; NULL: none yet. Others may join it */
} race;

/* Applies the recipe and, for options that the recipe leaves open, the settings beneath it. */
static void settle(const race *all, const mlpi_recipe *r, mlp_train_options *own)
{
    (void)mlpi_recipe_apply(r, own);
    if (r->on_top && all->best != NULL) /* the best one's number of networks gives way */
        (void)mlpi_recipe_apply(all->best->recipe, own);
    if (all->common != NULL)
        (void)mlpi_recipe_apply(all->common, own);
}

/* The options that a recipe trains with, and the functions of this file in them. */
static mlp_train_options options_of(const mlpi_recipe *r, race *all)
{
    mlp_train_options own = *all->listener.caller;
    settle(all, r, &own);
    own.notice = own.notice != NULL ? on_notice : NULL;
    own.progress = on_progress;
    own.working = own.working != NULL ? on_working : NULL;
    own.context = &all->listener;
    return own;
}

/* Sums over the rows that both recipes were evaluated on. */
typedef struct comparison {
    double rows, losses; /* the number of rows; the losses of `other` */
    double differences, squares;
} comparison;

static comparison compare_rows(const mlpi_folds_scores *one, const mlpi_folds_scores *other)
{
    comparison c = {0};
    for (size_t i = 0, j = 0; i < one->rows && j < other->rows;) {
        const uint32_t a = one->row[i], b = other->row[j];
        if (a == b) {
            const double difference = one->loss[i] - other->loss[j];
            c.rows += 1.0;
            c.losses += other->loss[j];
            c.differences += difference;
            c.squares += difference * difference;
        }
        i += a <= b;
        j += b <= a;
    }
    return c;
}

/* 1 if `one` is better beyond doubt, -1 if `other` is, else 0. The rows of a fold share its
 * networks, which might have turned out differently, so small differences stay in doubt however
 * many rows there are. */
static int beyond_doubt(const comparison *c)
{
    const double variance =
        (c->squares - c->differences * c->differences / c->rows) / (c->rows - 1.0);
    if (c->rows < FEWEST_ROWS ||
        !(fabs(c->differences) > STANDARD_ERRORS * sqrt(variance * c->rows)) ||
        !(fabs(c->differences) > SHARE * fabs(c->losses)))
        return 0;
    return c->differences < 0.0 ? 1 : -1;
}

/* Whether the recipe that is tried adds networks to the best one. */
static bool of_the_same(const race *all)
{
    return all->now < all->recipes && all->recipe[all->now]->on_top;
}

/* The criterion between recipes that trained all folds: the expected one; but if the same recipe is
 * tried with more networks, the actual one, since seen rows cannot show so small an improvement. */
static double deciding(const race *all, const mlpi_folds_scores *scores)
{
    return of_the_same(all) ? scores->criterion : scores->expected;
}

/* A recipe with more evaluated rows is better: one that was stopped half-way loses to any that was
 * not. */
static bool is_better(const race *all, const mlpi_folds_scores *one, const mlpi_folds_scores *other)
{
    const double a = deciding(all, one), b = deciding(all, other);
    return one->rows != other->rows ? one->rows > other->rows : a < b || isnan(b);
}

/* `before`: the metric of the best recipe so far on the same rows; NaN: this recipe is the
 * first. */
static void tell(const race *all, const attempt *one, double before, bool better)
{
    char metric[32], other[32], than[96] = "", where[64];
    const double sign = one->larger_is_better ? -1.0 : 1.0;
    snprintf(where, sizeof where, of_the_same(all) ? "on all folds" : "as the mean of its folds");
    if (!isnan(before))
        snprintf(than, sizeof than, ", %s than the %s of %s", better ? "better" : "no better",
                 mlpi_rounded(sign * before, 4, other), all->best->recipe->name);
    if (one->crew.begun < one->crew.count)
        snprintf(where, sizeof where, "on the first fold");
    else if (one->scores.rows < one->crew.common.data.training.rows) /* other networks diverged */
        snprintf(where, sizeof where, "on the %zu rows that have a network", one->scores.rows);
    mlpi_notice(all->listener.caller, "Recipe %zu of %zu, %s: %s %s %s%s.", all->now + 1,
                all->recipes, all->recipe[all->now]->name, one->options.metric,
                mlpi_rounded(sign * deciding(all, &one->scores), 4, metric), where, than);
}

static bool is_over(const race *all)
{
    const mlp_train_options *caller = all->listener.caller;
    const mlpi_watch watch = {.stop = caller->stop, .until = caller->until};
    return all->listener.left || mlpi_watch_over(&watch);
}

/* Trains the networks of the first `folds` folds that have not begun, and evaluates all trained
 * folds. Does nothing if all networks have begun. */
static mlp_status train(race *all, attempt *one, size_t folds, mlp_error *err)
{
    listener *l = &all->listener;
    if (one->crew.begun == one->crew.count)
        return MLP_OK;
    l->before -= one->crew.begun; /* the crew counts these itself */
    const mlp_status status = mlpi_crew_train(&one->crew, folds, err);
    l->before += one->crew.begun;
    return status == MLP_OK ? mlpi_folds_evaluate(&one->crew, &one->scores, err) : status;
}

static mlp_status begin(race *all, attempt *one, const mlp_table *table, mlp_table *spent,
                        mlp_error *err)
{
    const mlpi_recipe *r = all->recipe[all->now];
    mlpi_plan plan;
    all->listener.first = all->now == 0;
    all->listener.training = false;
    *one = (attempt){.recipe = r->on_top ? all->best->recipe : r, .options = options_of(r, all)};
    MLPI_TRY(mlpi_plan_check(&one->options, &plan, err));
    one->by_loss = plan.metric == NULL;
    one->larger_is_better = plan.larger_is_better;
    MLPI_TRY(mlpi_folds_prepare(&one->crew, table, spent, &one->options, err));
    one->crew.turn = all->now;
    const mlp_status status = train(all, one, 1, err);
    return status == MLP_ERROR_DATA ? train(all, one, SIZE_MAX, err) : status; /* all diverged */
}

static void end(race *all, attempt *one)
{
    all->listener.networks -= one->crew.count - one->crew.begun; /* these will not be trained */
    mlpi_crew_release(&one->crew);
    mlpi_folds_scores_release(&one->scores);
    *one = (attempt){0};
}

/* Compares the challenger with the best recipe so far, and gives notice of the outcome. One fold
 * cannot decide between more and fewer networks of the same recipe: more are nearly always better,
 * but by little. */
static mlp_status compare(race *all, attempt *one, bool *better, mlp_error *err)
{
    attempt *best = all->best;
    const comparison c = compare_rows(&one->scores, &best->scores);
    const bool by_fold = one->by_loss && !all->recipe[all->now]->on_top;
    const int clearly = by_fold ? beyond_doubt(&c) : 0;
    double before = c.losses / c.rows;
    *better = clearly > 0;
    if (clearly == 0) {
        MLPI_TRY(train(all, best, SIZE_MAX, err));
        MLPI_TRY(train(all, one, SIZE_MAX, err));
        *better = is_better(all, &one->scores, &best->scores);
        before = deciding(all, &best->scores);
    }
    if (!is_over(all))
        tell(all, one, before, *better);
    return MLP_OK;
}

/* Whether the networks of a recipe may yet join others: it has trained all folds, and memory
 * suffices. */
static bool is_of_use(const race *all, const attempt *one)
{
    const mlp_encoded *rows = &one->crew.common.data.training;
    size_t inputs = rows->inputs;
    for (size_t i = 0; i < ATTEMPTS; i++)
        if (&all->attempt[i] != one)
            inputs += all->attempt[i].crew.common.data.training.inputs;
    return one->crew.begun == one->crew.count && inputs <= MOST_INPUTS / rows->rows;
}

/* Makes the better of the two the best. The other one stays if it may join the best in the end,
 * which the same recipe with fewer or more networks may not. */
static void keep(race *all, attempt *one, bool better)
{
    attempt *out = better ? all->best : one;
    if (better)
        all->best = one;
    if (out != NULL && (all->recipe[all->now]->on_top || !is_of_use(all, out)))
        end(all, out);
}

/* Leaves out a recipe that failed. If there is a best recipe, a recipe without a network is not a
 * failure. */
static mlp_status left_out(race *all, attempt *one, mlp_status status, const mlp_error *why,
                           mlp_error *err)
{
    end(all, one);
    if (status == MLP_ERROR_DATA && all->best != NULL) /* all its networks diverged */
        mlpi_notice(all->listener.caller, "Recipe %zu of %zu, %s, is left out: %s.", all->now + 1,
                    all->recipes, all->recipe[all->now]->name, why->message);
    const bool alone = all->listener.caller->cells == NULL; /* a job needs all its networks */
    if ((status == MLP_ERROR_DATA || (status == MLP_ERROR_INTERRUPTED && alone)) &&
        all->best != NULL)
        return MLP_OK;
    if (err != NULL)
        *err = *why;
    return status;
}

/* Whether a recipe on top adds nothing, since the best recipe has as many networks for each
 * fold. */
static bool adds_nothing(race *all)
{
    const mlpi_recipe *r = all->recipe[all->now];
    if (!r->on_top || all->best == NULL)
        return false;
    const mlp_train_options own = options_of(r, all);
    if (own.members > all->best->options.members)
        return false;
    all->listener.networks -= own.folds * own.members;
    mlpi_notice(all->listener.caller,
                "Recipe %zu of %zu, %s, is left out: the best recipe so far has as many networks.",
                all->now + 1, all->recipes, r->name);
    return true;
}

/* An attempt that is not in use; there is one, since there are more attempts than recipes. */
static attempt *free_attempt(race *all)
{
    size_t i = 0;
    while (all->attempt[i].recipe != NULL)
        i++;
    return &all->attempt[i];
}

static mlp_status try_next(race *all, const mlp_table *table, mlp_table *spent, mlp_error *err)
{
    attempt *one = free_attempt(all);
    mlp_error why = {0};
    bool better = true;
    if (adds_nothing(all))
        return MLP_OK;
    mlp_status status = begin(all, one, table, spent, &why);
    if (status == MLP_OK && all->best != NULL)
        status = compare(all, one, &better, &why);
    else if (status == MLP_OK)
        tell(all, one, (double)NAN, true);
    if (status != MLP_OK)
        return left_out(all, one, status, &why, err);
    keep(all, one, better);
    return MLP_OK;
}

/* --- several together ------------------------------------------------------------------------- */

/* The best attempt that has not been asked to join; NULL: there is none left. */
static attempt *next_to_join(race *all, const bool asked[ATTEMPTS])
{
    attempt *next = NULL;
    for (size_t i = 0; i < ATTEMPTS; i++) {
        attempt *const one = &all->attempt[i];
        if (one->recipe != NULL && one != all->best && !asked[i] &&
            (next == NULL || is_better(all, &one->scores, &next->scores)))
            next = one;
    }
    return next;
}

static mlp_status make_joined(race *all, const attempt *one, const mlp_train_options *options,
                              const mlp_table *table, attempt *joined, mlp_error *err)
{
    const attempt *const best = all->best;
    *joined = (attempt){.recipe = best->recipe,
                        .options = *options,
                        .by_loss = best->by_loss,
                        .larger_is_better = best->larger_is_better};
    MLPI_TRY(mlpi_folds_prepare(&joined->crew, table, NULL, &joined->options, err));
    MLPI_TRY(mlpi_crew_join(&joined->crew, &best->crew, &one->crew, err));
    return mlpi_folds_evaluate(&joined->crew, &joined->scores, err);
}

static void tell_joined(const race *all, const attempt *one, const attempt *joined, bool better)
{
    char metric[32], before[32];
    const double sign = joined->larger_is_better ? -1.0 : 1.0;
    mlpi_notice(all->listener.caller,
                "Adding the networks of recipe %s: expected %s %s, %s than %s.", one->recipe->name,
                joined->options.metric, mlpi_rounded(sign * joined->scores.expected, 4, metric),
                better ? "better" : "no better",
                mlpi_rounded(sign * all->best->scores.expected, 4, before));
}

/* Adds another recipe's networks to those of the best, if the joined networks are better. If
 * joining is stopped, the best recipe stays alone. */
static mlp_status ask(race *all, const attempt *one, const mlp_table *table, mlp_error *err)
{
    attempt *const joined = free_attempt(all);
    mlp_train_options options = all->best->options;
    options.members += one->options.members;
    if (one->scores.rows != all->best->scores.rows || !mlpi_recipes_join(&options, &one->options) ||
        mlpi_folds_check(NULL, &options, NULL) != MLP_OK) /* too many for a model */
        return MLP_OK;
    const mlp_status status = make_joined(all, one, &options, table, joined, err);
    if (status != MLP_OK) {
        end(all, joined);
        return status == MLP_ERROR_INTERRUPTED && all->listener.caller->cells == NULL ? MLP_OK
                                                                                      : status;
    }
    const bool better = is_better(all, &joined->scores, &all->best->scores);
    tell_joined(all, one, joined, better);
    end(all, better ? all->best : joined);
    if (better)
        all->best = joined;
    return MLP_OK;
}

static mlp_status join(race *all, const mlp_table *table, mlp_error *err)
{
    bool asked[ATTEMPTS] = {false};
    for (attempt *one; !is_over(all) && (one = next_to_join(all, asked)) != NULL;) {
        asked[one - all->attempt] = true;
        MLPI_TRY(ask(all, one, table, err));
        asked[all->best - all->attempt] = false;
    }
    return MLP_OK;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* Refuses options that folds exclude, in a message that begins with the `quality` that the user
 * named. */
static mlp_status check(const mlp_table *validation, const mlp_train_options *options,
                        mlp_error *err)
{
    mlp_error why;
    const mlp_status status = mlpi_folds_check(validation, options, &why);
    return status == MLP_OK ? MLP_OK
                            : mlpi_fail(err, status, "`quality` %s trains with `folds`: %s",
                                        options->quality, why.message);
}

/* The number of networks that all recipes would train. */
static size_t networks_of(const race *all)
{
    size_t networks = 0;
    for (size_t i = 0; i < all->recipes; i++) {
        mlp_train_options own = *all->listener.caller;
        settle(all, all->recipe[i], &own);
        networks += own.folds * own.members;
    }
    return networks;
}

static void tell_end(race *all, mlp_train_report *report)
{
    const mlp_train_options *caller = all->listener.caller;
    const mlpi_watch watch = {.stop = caller->stop, .until = caller->until};
    if (all->now == all->recipes)
        return;
    const bool stopped = all->listener.left || mlpi_watch_is_stopped(&watch);
    report->reason = stopped ? MLP_STOP_INTERRUPTED : MLP_STOP_TIME;
    mlpi_notice(caller, "%s during recipe %zu of %zu: the model is the best so far.",
                stopped ? "Stopped" : "The time ran out", all->now + 1, all->recipes);
}

/* With a job: the first fold of every recipe is needed whichever is best, so every worker begins
 * with the first folds of some recipes, and need not wait for other workers at each recipe. */
static mlp_status train_first_folds(race *all, const mlp_table *table, mlp_error *err)
{
    const mlp_train_options *caller = all->listener.caller;
    for (size_t i = caller->worker; i < all->recipes; i += caller->workers) {
        if (all->recipe[i]->on_top)
            continue;
        mlpi_crew crew = {0};
        mlp_train_options own = options_of(all->recipe[i], all);
        own.notice = NULL;
        mlp_status status = mlpi_folds_prepare(&crew, table, NULL, &own, err);
        crew.turn = i;
        if (status == MLP_OK)
            status = mlpi_crew_train(&crew, 1, err);
        mlpi_crew_release(&crew);
        if (!mlpi_job_lacked(caller->cells)) /* cells of other workers may still be missing */
            MLPI_TRY(status);
    }
    return MLP_OK;
}

/* Tries all recipes, and makes a model of the best. */
static mlp_status run(race *all, const mlp_table *table, mlp_table *spent, mlp_model **model,
                      mlp_train_report *report, mlp_error *err)
{
    const mlp_train_options *caller = all->listener.caller;
    const double started = mlpi_seconds();
    all->listener.networks = networks_of(all);
    if (caller->cells != NULL && caller->workers > 1 &&
        mlpi_job_is_for(caller->cells) != MLPI_JOB_MERGE)
        MLPI_TRY(train_first_folds(all, table, err));
    for (bool over = false; !over && all->now < all->recipes; all->now += !over) {
        MLPI_TRY(try_next(all, table, all->recipes == 1 ? spent : NULL, err));
        over = is_over(all) && all->now + 1 < all->recipes;
    }
    if (all->now < all->recipes && caller->cells != NULL)
        return mlpi_job_stopped(caller->cells, err);
    MLPI_TRY(train(all, all->best, SIZE_MAX, err));
    if (model == NULL)
        return MLP_OK;
    MLPI_TRY(join(all, table, err));
    all->best->options.notice = caller->notice;
    all->best->options.context = caller->context;
    MLPI_TRY(mlpi_folds_model(&all->best->crew, model, report, err));
    report->seconds = mlpi_seconds() - started;
    tell_end(all, report);
    return MLP_OK;
}

/* Counts the rows that can be evaluated; uses at most as many folds as there are groups, unless the
 * user named a number. */
static mlp_status count_rows(const mlp_table *table, const mlpi_schema *schema,
                             const mlp_train_options *asked, mlp_train_options *own, size_t *count,
                             mlp_error *err)
{
    mlpi_rows rows;
    MLPI_TRY(mlpi_rows_collect(table, schema, schema->group, &rows, err));
    *count = rows.count;
    if (asked->folds == 0 && rows.group != NULL && rows.groups > 1 && rows.groups < own->folds)
        own->folds = rows.groups;
    mlpi_rows_release(&rows);
    return MLP_OK;
}

mlp_status mlpi_train_recipes(mlpi_quality quality, const mlp_table *table, mlp_table *spent,
                              const mlp_table *validation, const mlp_train_options *options,
                              bool *few, mlp_model **model, mlp_train_report *report,
                              mlp_error *err)
{
    mlp_train_options own = *options;
    race all = {.listener = {.caller = &own}};
    mlpi_schema schema;
    size_t rows = 0;
    own.quality = mlpi_quality_names[quality];
    own.folds = own.folds > 0 ? own.folds : MLPI_QUALITY_FOLDS;
    if (quality == MLPI_BEST && !(own.time > 0.0) && own.cells == NULL)
        own.time = MOST_SECONDS;
    mlpi_options_start_clock(&own);
    MLPI_TRY(check(validation, &own, err));
    MLPI_TRY(mlpi_prepare_schema(table, &own, &schema, err));
    mlp_status status = count_rows(table, &schema, options, &own, &rows, err);
    if (status == MLP_OK) {
        all.recipes = mlpi_recipes_choose(quality, &schema, rows, &own, all.recipe);
        all.common = mlpi_recipe_common(&schema, rows);
    }
    mlpi_schema_release(&schema);
    MLPI_TRY(status);
    *few = mlpi_quality_few(options, rows);
    if (*few)
        return MLP_OK;
    status = run(&all, table, spent, model, report, err);
    for (size_t i = 0; i < ATTEMPTS; i++)
        end(&all, &all.attempt[i]);
    return status;
}
