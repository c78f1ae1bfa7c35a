/* SPDX-License-Identifier: MIT */
/* The quality that the options request, or imply if they name none. */
#include "runs/quality.h"

#include <string.h>

#include "runs/folds.h"

const char *const mlpi_quality_names[MLPI_QUALITIES] = {"fast", "good", "best"};

/* With fewer rows, evaluation on folds is too uncertain, and one network is trained. */
enum { FEWEST_ROWS = 50 };

/* The number of cells above which folds take too long for a user who has not requested them. */
enum { MOST_CELLS = 1 << 25 };

/* Whether an option concerns a single network, so that a user who names it wants one. */
static bool is_of_one_network(const mlpi_option *option)
{
    static const char *const groups[] = {"Network", "Steps", "Against overfitting",
                                         "Validation, and when to stop", "Checkpoints and logs"};
    bool is = false;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        is = is || strcmp(option->shown.group, groups[i]) == 0;
    return is;
}

/* The first option named by the user that concerns a single network; NULL: there is none. */
static const mlpi_option *named_of_one_network(const mlp_train_options *options)
{
    const mlpi_option *option;
    for (size_t i = 0; (option = mlpi_option_at(i)) != NULL; i++)
        if (is_of_one_network(option) && !mlpi_option_is_default(option, options))
            return option;
    return NULL;
}

/* Whether options make it clear that recipes with folds are not meant, so that no notice is due. */
static bool says_how_many(const mlp_train_options *options)
{
    return options->folds > 0 || options->members > 1 || options->resume;
}

/* The quality of `auto`: good, unless something speaks against it. */
static mlpi_quality by_itself(const mlp_table *table, const mlp_table *validation,
                              const mlp_train_options *options)
{
    mlp_train_options own = *options;
    const mlpi_option *named = named_of_one_network(options);
    own.folds = MLPI_QUALITY_FOLDS;
    if (options->ranks.ranks > 1)
        return MLPI_FAST; /* ranks train one network together */
    if (mlp_table_has_parts(table) || mlpi_folds_check(validation, &own, NULL) != MLP_OK)
        return MLPI_FAST; /* the file or options name validation rows, or exclude folds */
    if (named != NULL) {
        if (!says_how_many(options) && table->rows >= FEWEST_ROWS)
            mlpi_notice(options,
                        "With `%s`, one network is trained; `quality` good trains several with "
                        "this option, in folds.",
                        named->shown.name);
        return MLPI_FAST;
    }
    if (table->rows <= MOST_CELLS / table->columns)
        return MLPI_GOOD;
    mlpi_notice(options,
                "%zu rows of %zu columns: one network is trained, since recipes with folds would "
                "take long; `quality` good tries them anyway.",
                table->rows, table->columns);
    return MLPI_FAST;
}

mlp_status mlpi_quality_for(const mlp_table *table, const mlp_table *validation,
                            const mlp_train_options *options, mlpi_quality *quality, mlp_error *err)
{
    size_t i = 0;
    if (strcmp(options->quality, "auto") == 0) {
        *quality = by_itself(table, validation, options);
        return MLP_OK;
    }
    while (i < MLPI_QUALITIES && strcmp(options->quality, mlpi_quality_names[i]) != 0)
        i++;
    if (i == MLPI_QUALITIES)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`quality` %s is not known; give auto, fast, good or best",
                         options->quality);
    *quality = (mlpi_quality)i;
    return MLP_OK;
}

bool mlpi_quality_few(const mlp_train_options *options, size_t rows)
{
    if (rows >= FEWEST_ROWS)
        return false;
    if (strcmp(options->quality, "auto") != 0)
        mlpi_notice(options, "Only %zu row%s a target, too few for folds: one network is trained.",
                    rows, rows == 1 ? " has" : "s have");
    return true;
}
