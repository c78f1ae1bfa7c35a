/* SPDX-License-Identifier: MIT */
/* Decides which rows train and which validate: as the options or the file say, or at random. */
#include <math.h>
#include <stdio.h>

#include "train/prepare.h"

enum { FEW_ROWS = 30 };

static const double DEFAULT_VALIDATION = 0.15;

/* Notes what divides the rows, for the provenance. */
static void note(mlpi_prepared *p, double fraction, const char *by, const char *column)
{
    p->fraction = fraction;
    snprintf(p->division, sizeof p->division, "%s%s%s", by, column[0] != '\0' ? " " : "", column);
}

static mlp_status split_by_fraction(const mlp_table *table, double fraction,
                                    const mlp_train_options *options, mlpi_prepared *p,
                                    mlp_error *err)
{
    note(p, fraction, fraction > 0.0 ? "fraction" : "none", "");
    if (fraction > 0.0 && table->rows < FEW_ROWS) {
        fraction = 0.0;
        mlpi_notice(options, "Only %zu row%s: all are used for training, none for validation.",
                    table->rows, mlpi_plural(table->rows));
    }
    if (options->memory > 0)
        return mlpi_split_draw(table, &p->schema, fraction, options->seed, &p->split, err);
    return mlpi_split_rows(table, &p->schema, fraction, options->seed, &p->split, err);
}

static mlp_status split_by_group(const mlp_table *table, double fraction,
                                 const mlp_train_options *options, mlpi_prepared *p, mlp_error *err)
{
    note(p, fraction, "group", table->names[p->schema.group]);
    return mlpi_split_groups(table, &p->schema, fraction, options->seed, &p->split, err);
}

static mlp_status split_by_time(const mlp_table *table, double fraction,
                                const mlp_train_options *options, mlpi_prepared *p, mlp_error *err)
{
    const size_t column = p->schema.time;
    size_t first = 0;
    char text[64];
    note(p, fraction, "time", table->names[column]);
    MLPI_TRY(mlpi_split_time(table, &p->schema, fraction, &p->split, &first, err));
    mlp_table_cell(table, first, column, text, sizeof text);
    mlpi_notice(options, "Validation: %zu row%s, from \"%s\" %s on.", p->split.validation_count,
                mlpi_plural(p->split.validation_count), table->names[column], text);
    return MLP_OK;
}

static bool same_rows(const mlp_table *one, const mlp_table *other)
{
    return one->rows == other->rows && mlp_table_fingerprint(one) == mlp_table_fingerprint(other);
}

static mlp_status split_by_table(const mlp_table *table, const mlp_table *validation,
                                 const mlp_train_options *options, mlpi_prepared *p, mlp_error *err)
{
    const bool divided = options->validation_group != NULL || options->validation_time != NULL;
    note(p, (double)NAN, "table", "");
    if (divided)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`validation` FILE brings its own rows: leave out `validation-%s`",
                         options->validation_group != NULL ? "group" : "time");
    if (same_rows(table, validation))
        mlpi_notice(options, "The validation rows are the training rows: metrics on them say "
                             "nothing about new rows.");
    return mlpi_split_rows(table, &p->schema, 0.0, options->seed, &p->split, err);
}

/* Renumbers the rows of folds from table rows to training rows: all rows with targets. */
static mlp_status number_rows(const mlp_table *table, const mlpi_split *split, mlpi_folds *folds,
                              mlp_error *err)
{
    uint32_t *number = mlpi_allocate(table->rows, sizeof *number);
    if (number == NULL)
        return mlpi_fail_memory(err, "the folds");
    for (size_t i = 0; i < split->training_count; i++)
        number[split->training[i]] = (uint32_t)i;
    for (size_t i = 0; i < folds->rows; i++)
        folds->test[i] = number[folds->test[i]];
    mlpi_free(number);
    return MLP_OK;
}

static mlp_status split_by_folds(const mlp_table *table, const mlp_train_options *options,
                                 mlpi_prepared *p, mlp_error *err)
{
    const bool grouped = p->schema.group != MLPI_NO_COLUMN;
    snprintf(p->division, sizeof p->division, "%zu folds x %zu network%s, out of fold%s%s",
             options->folds, options->members, mlpi_plural(options->members),
             grouped ? ", by group " : "", grouped ? table->names[p->schema.group] : "");
    if (mlp_table_part_rows(table, MLP_PART_VALIDATION) > 0)
        mlpi_notice(options, "Training and validation rows of %s form the folds together.",
                    table->source);
    MLPI_TRY(mlpi_split_rows(table, &p->schema, 0.0, options->seed, &p->split, err));
    MLPI_TRY(mlpi_folds_make(table, &p->schema, p->schema.group, options->folds, 1, options->seed,
                             &p->folds, err));
    return number_rows(table, &p->split, &p->folds, err);
}

/* Whether the optimizer itself weighs the loss against the size of the weights. */
static bool regularises(const mlp_train_options *options)
{
    const mlpi_method *method = mlpi_method_find(options->optimizer);
    return method != NULL && method->regularises;
}

static mlp_status split(const mlp_table *table, const mlpi_split *given,
                        const mlp_table *validation, const mlp_train_options *options,
                        mlpi_prepared *p, mlp_error *err)
{
    const bool automatic = options->validation == MLPI_AUTO;
    const double fraction = automatic ? DEFAULT_VALIDATION : options->validation;
    note(p, (double)NAN, "rows", "");
    if (given != NULL)
        return mlpi_split_copy(given, &p->split, err);
    if (options->folds > 0)
        return split_by_folds(table, options, p, err);
    if (validation != NULL)
        return split_by_table(table, validation, options, p, err);
    if (p->schema.group != MLPI_NO_COLUMN)
        return split_by_group(table, fraction, options, p, err);
    if (p->schema.time != MLPI_NO_COLUMN)
        return split_by_time(table, fraction, options, p, err);
    if (automatic && regularises(options) && mlp_table_part_rows(table, MLP_PART_VALIDATION) == 0) {
        mlpi_notice(options, "All rows are used for training: `optimizer` %s needs no validation.",
                    options->optimizer);
        return mlpi_split_rows(table, &p->schema, 0.0, options->seed, &p->split, err);
    }
    if (!automatic || mlp_table_part_rows(table, MLP_PART_VALIDATION) == 0)
        return split_by_fraction(table, fraction, options, p, err);
    note(p, (double)NAN, "parts", "");
    mlpi_notice(options, "Rows are divided into training and validation as %s says.",
                table->source);
    return mlpi_split_parts(table, &p->schema, &p->split, err);
}

mlp_status mlpi_prepare_split(const mlp_table *table, const mlpi_split *given,
                              const mlp_table *validation, const mlp_train_options *options,
                              mlpi_prepared *p, mlp_error *err)
{
    MLPI_TRY(split(table, given, validation, options, p, err));
    if (p->split.skipped > 0)
        mlpi_notice(options, "%zu row%s without a target %s left out.", p->split.skipped,
                    p->split.skipped == 1 ? "" : "s", p->split.skipped == 1 ? "is" : "are");
    if (p->split.training_count == 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0, "no %srow has a target",
                            p->split.validation_count > 0 ? "training " : "");
    return MLP_OK;
}
