/* SPDX-License-Identifier: MIT */
/* Random search: J. Bergstra, Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13
 * (2012): few options matter on any one problem, and random points try each of them at a new value
 * every time, whereas a grid repeats its values. */
#include "search/space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

static const double LOGARITHMIC_FROM = 10.0; /* high / low from which a range is logarithmic */

/* --- the usual space -------------------------------------------------------------------------- */

/* Wide networks and large batches need many rows; on few rows full-batch methods are strong. */
static const struct {
    const char *search;
    size_t least, most; /* numbers of rows for which this dimension is usual */
} usual[] = {
    {"optimizer=adam|nadam|adamw|lbfgs", 0, 2999},
    {"optimizer=adam|nadam|adamw", 3000, SIZE_MAX},
    {"hidden=8|16|32|64|32,16|64,32|96,48|32,32,32", 0, 2999},
    {"hidden=32|64|128|64,32|96,48|128,64|64,64,64", 3000, 9999},
    {"hidden=64|128|96,48|128,64|64,64,64|256,128|128,128,64", 10000, SIZE_MAX},
    {"activation=tanh|relu|silu|gelu|elu", 0, SIZE_MAX},
    {"learning-rate=0.0003..0.03", 0, SIZE_MAX},
    {"batch=8|16|32|64", 0, 2999},
    {"batch=32|64|128", 3000, 9999},
    {"batch=64|128|256", 10000, SIZE_MAX},
    {"l2=0|0.00001..0.1", 0, 2999},
    {"l2=0|0.000001..0.003", 3000, SIZE_MAX},
    {"weight-decay=0.001..0.3", 0, SIZE_MAX},
    {"dropout=0|0|0.05..0.5", 0, SIZE_MAX},
    {"schedule=constant|cosine", 0, SIZE_MAX},
};

/* --- parsing ---------------------------------------------------------------------------------- */

/* Reads one end of a range; setting a scratch option to the value checks it. */
static mlp_status take_end(const mlpi_option *option, const char *text, size_t length,
                           double *value, mlp_error *err)
{
    char one[MLPI_SEARCH_TEXT];
    mlp_train_options scratch = mlpi_options_default();
    snprintf(one, sizeof one, "%.*s", (int)length, text);
    MLPI_TRY(mlpi_option_set(option, &scratch, one, err));
    if (!mlp_number_parse(one, strlen(one), value))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "`search` %s: \"%s\" is not a number",
                         option->shown.name, one);
    return MLP_OK;
}

/* Parses "0.001..0.1", which may end with ":log" or ":linear". */
static mlp_status take_range(const mlpi_option *option, char *text, char *dots,
                             mlpi_alternative *to, mlp_error *err)
{
    char *scale = strchr(dots, ':');
    if (!mlpi_option_is_number(option))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`search` %s=%s: %s is not a number; list its values: %s=A|B",
                         option->shown.name, text, option->shown.name, option->shown.name);
    if (scale != NULL)
        *scale++ = '\0';
    *to = (mlpi_alternative){.range = true};
    MLPI_TRY(take_end(option, text, (size_t)(dots - text), &to->low, err));
    MLPI_TRY(take_end(option, dots + 2, strlen(dots + 2), &to->high, err));
    if (to->low >= to->high)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`search` %s: the range %s is empty; write LOW..HIGH with LOW below HIGH",
                         option->shown.name, text);
    to->logarithmic = to->low > 0.0 && to->high / to->low >= LOGARITHMIC_FROM;
    if (scale == NULL)
        return MLP_OK;
    if (strcmp(scale, "log") != 0 && strcmp(scale, "linear") != 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`search` %s: a range may end in \":log\" or \":linear\", not in \":%s\"",
                         option->shown.name, scale);
    to->logarithmic = strcmp(scale, "log") == 0;
    if (to->logarithmic && to->low <= 0.0)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "`search` %s: a logarithmic range must begin above 0; write 0|LOW..HIGH to try 0 too",
            option->shown.name);
    return MLP_OK;
}

static mlp_status take_alternative(const mlpi_option *option, char *text, mlpi_alternative *to,
                                   mlp_error *err)
{
    char *dots = strstr(text, "..");
    mlp_train_options scratch = mlpi_options_default();
    if (text[0] == '\0' || strlen(text) >= MLPI_SEARCH_TEXT)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`search` %s: \"%s\" is not a value; write %s=A|B or %s=LOW..HIGH",
                         option->shown.name, text, option->shown.name, option->shown.name);
    if (dots != NULL)
        return take_range(option, text, dots, to, err);
    MLPI_TRY(mlpi_option_set(option, &scratch, text, err));
    *to = (mlpi_alternative){0};
    snprintf(to->text, sizeof to->text, "%s", text);
    return MLP_OK;
}

static mlp_status take_alternatives(mlpi_dimension *d, char *text, mlp_error *err)
{
    size_t count = 1;
    for (const char *bar = strchr(text, '|'); bar != NULL; bar = strchr(bar + 1, '|'))
        count++;
    d->alternatives = mlpi_allocate(count, sizeof *d->alternatives);
    if (d->alternatives == NULL)
        return mlpi_fail_memory(err, "the search space");
    while (text != NULL) {
        char *bar = strchr(text, '|');
        if (bar != NULL)
            *bar = '\0';
        MLPI_TRY(take_alternative(d->option, text, &d->alternatives[d->count++], err));
        text = bar != NULL ? bar + 1 : NULL;
    }
    return MLP_OK;
}

/* Parses a dimension, "OPTION=VALUES"; `text` is cut up in place. */
static mlp_status take_dimension(char *text, mlpi_dimension *made, mlp_error *err)
{
    char *equals = strchr(text, '=');
    *made = (mlpi_dimension){0};
    if (equals == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`search` %s: write OPTION=VALUES, for instance "
                         "learning-rate=0.0001..0.1 or hidden=32|64,32",
                         text);
    *equals = '\0';
    MLPI_TRY(mlpi_option_search(text, &made->option, err));
    if (mlpi_option_is_list(made->option) || (made->option->flags & MLPI_OPTION_RUN) != 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`search` %s: this option decides what is trained, or how the run goes, "
                         "and cannot be searched",
                         text);
    return take_alternatives(made, equals + 1, err);
}

/* --- making ----------------------------------------------------------------------------------- */

static mlpi_dimension *find(const mlpi_space *space, const mlpi_option *option)
{
    for (size_t i = 0; i < space->count; i++)
        if (space->dimensions[i].option == option)
            return &space->dimensions[i];
    return NULL;
}

static mlp_status add(mlpi_space *space, const char *search, mlp_error *err)
{
    mlpi_dimension made = {0};
    char *text = mlpi_copy_text(search, strlen(search));
    if (text == NULL)
        return mlpi_fail_memory(err, "the search space");
    const mlp_status status = take_dimension(text, &made, err);
    free(text);
    if (status != MLP_OK) {
        mlpi_free(made.alternatives);
        return status;
    }
    mlpi_dimension *to = find(space, made.option);
    if (to == NULL)
        to = &space->dimensions[space->count++];
    mlpi_free(to->alternatives);
    *to = made;
    return MLP_OK;
}

static bool named(mlp_names names, const char *search)
{
    const size_t length = strcspn(search, "=");
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i] + (strncmp(names.items[i], "--", 2) == 0 ? 2 : 0);
        if (strncmp(name, search, length) == 0 && name[length] == '\0')
            return true;
    }
    return false;
}

/* The options that an initial model decides. */
static const char *const layer_names[] = {"hidden", "activation"};
static const mlp_names layers = {layer_names, sizeof layer_names / sizeof layer_names[0]};

static mlp_status fill(mlpi_space *space, size_t rows, const mlp_train_options *base,
                       mlp_names fixed, mlp_names search, mlp_error *err)
{
    const mlp_names decided = base->initial != NULL ? layers : (mlp_names){NULL, 0};
    const size_t most = sizeof usual / sizeof usual[0];
    space->dimensions = mlpi_allocate(most + search.count, sizeof *space->dimensions);
    if (space->dimensions == NULL)
        return mlpi_fail_memory(err, "the search space");
    for (size_t i = 0; i < most; i++)
        if (rows >= usual[i].least && rows <= usual[i].most && !named(fixed, usual[i].search) &&
            !named(decided, usual[i].search))
            MLPI_TRY(add(space, usual[i].search, err));
    for (size_t i = 0; i < search.count; i++) {
        if (named(decided, search.items[i]))
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "`search` %s: with `initial`, the layers are those of that model and "
                             "cannot be searched",
                             search.items[i]);
        MLPI_TRY(add(space, search.items[i], err));
    }
    return MLP_OK;
}

mlp_status mlpi_space_init(mlpi_space *space, size_t rows, const mlp_train_options *base,
                           mlp_names fixed, mlp_names search, mlp_error *err)
{
    mlpi_space made = {0};
    const mlp_status status = fill(&made, rows, base, fixed, search, err);
    if (status == MLP_OK)
        *space = made;
    else
        mlpi_space_release(&made);
    return status;
}

void mlpi_space_release(mlpi_space *space)
{
    for (size_t i = 0; i < space->count; i++)
        mlpi_free(space->dimensions[i].alternatives);
    mlpi_free(space->dimensions);
    *space = (mlpi_space){0};
}

uint64_t mlpi_space_hash(const mlpi_space *space, uint64_t hash)
{
    for (size_t i = 0; i < space->count; i++) {
        const mlpi_dimension *d = &space->dimensions[i];
        hash = mlpi_hash(hash, d->option->shown.name, strlen(d->option->shown.name) + 1);
        for (size_t k = 0; k < d->count; k++) {
            const mlpi_alternative *a = &d->alternatives[k];
            const double numbers[] = {a->low, a->high, a->range, a->logarithmic};
            hash = mlpi_hash(hash, numbers, sizeof numbers);
            hash = mlpi_hash(hash, a->text, strlen(a->text) + 1);
        }
    }
    return hash;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Rounds to three significant digits, so that a person can type the value again. */
static void draw_number(const mlpi_dimension *d, const mlpi_alternative *a, double u, char *text)
{
    double value =
        a->logarithmic ? a->low * exp(u * log(a->high / a->low)) : a->low + u * (a->high - a->low);
    char rounded[32];
    mlpi_rounded(value, 3, rounded);
    mlp_number_parse(rounded, strlen(rounded), &value);
    if (mlpi_option_is_whole(d->option))
        value = floor(value + 0.5);
    value = fmin(fmax(value, a->low), a->high);
    mlp_number_text(value, text);
}

/* Always takes two random numbers of the trial, so that the draws of other dimensions do not
 * change. */
static void draw_one(const mlpi_dimension *d, mlpi_random *random, char *text)
{
    const double which = mlpi_random_uniform(random), where = mlpi_random_uniform(random);
    const mlpi_alternative *a = &d->alternatives[(size_t)(which * (double)d->count)];
    if (a->range)
        draw_number(d, a, where, text);
    else
        snprintf(text, MLPI_SEARCH_TEXT, "%s", a->text);
}

static void draw_all(const mlpi_space *space, const char *optimizer, mlpi_random *random,
                     mlpi_draw *draw)
{
    for (size_t i = 0; i < space->count; i++) {
        draw_one(&space->dimensions[i], random, draw->storage + i * MLPI_SEARCH_TEXT);
        if (strcmp(space->dimensions[i].option->shown.name, "optimizer") == 0)
            optimizer = draw->storage + i * MLPI_SEARCH_TEXT;
    }
    for (size_t i = 0; i < space->count; i++) {
        if (!mlpi_option_acts(space->dimensions[i].option, "optimizer", optimizer))
            continue;
        draw->names[draw->count] = space->dimensions[i].option->shown.name;
        draw->texts[draw->count++] = draw->storage + i * MLPI_SEARCH_TEXT;
    }
}

mlp_status mlpi_space_draw(const mlpi_space *space, const mlp_train_options *base, uint64_t seed,
                           size_t trial, size_t attempt, mlpi_draw *draw, mlp_error *err)
{
    mlpi_random random =
        mlpi_random_init(seed, MLPI_STREAM_TRIAL + ((uint64_t)attempt << 40) + trial);
    mlpi_draw made = {.names = mlpi_allocate(space->count, sizeof *made.names),
                      .texts = mlpi_allocate(space->count, sizeof *made.texts),
                      .storage = mlpi_allocate(space->count, MLPI_SEARCH_TEXT)};
    if (made.names == NULL || made.texts == NULL || made.storage == NULL) {
        mlpi_draw_release(&made);
        return mlpi_fail_memory(err, "a trial");
    }
    draw_all(space, base->optimizer, &random, &made);
    *draw = made;
    return MLP_OK;
}

void mlpi_draw_release(mlpi_draw *draw)
{
    mlpi_free(draw->names);
    mlpi_free(draw->texts);
    mlpi_free(draw->storage);
    *draw = (mlpi_draw){0};
}

uint64_t mlpi_draw_hash(const mlpi_draw *draw)
{
    uint64_t hash = MLPI_HASH_START;
    for (size_t i = 0; i < draw->count; i++) {
        hash = mlpi_hash(hash, draw->names[i], strlen(draw->names[i]) + 1);
        hash = mlpi_hash(hash, draw->texts[i], strlen(draw->texts[i]) + 1);
    }
    return hash;
}

bool mlpi_draw_equal(const mlpi_draw *a, const mlpi_draw *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = strcmp(a->names[i], b->names[i]) == 0 && strcmp(a->texts[i], b->texts[i]) == 0;
    return equal;
}

mlp_status mlpi_draw_apply(const mlpi_draw *draw, mlp_train_options *options, mlp_error *err)
{
    for (size_t i = 0; i < draw->count; i++)
        MLPI_TRY(mlpi_option_set(mlpi_option_find(draw->names[i]), options, draw->texts[i], err));
    return MLP_OK;
}
