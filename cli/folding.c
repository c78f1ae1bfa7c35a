/* SPDX-License-Identifier: MIT */
/* What cross-validate and learning-curve share: the commands that train on folds. */
#include "cli/cli.h"

int folds_begin(settings *s, mlp_table **table)
{
    mlp_table *validation = NULL;
    int code = training_begin(s, table, &validation);
    if (code == EXIT_DONE && validation != NULL) {
        fail("--validation %s: folds validate on a part of their training rows; give a part, or "
             "none",
             s->validation);
        code = EXIT_USAGE;
    }
    mlp_table_free(validation);
    return code;
}

mlp_status folds_options(settings *s, mlp_on_fold on_fold, void *context,
                         mlp_cross_validation_options **options, mlp_error *err)
{
    mlp_status status = mlp_cross_validation_options_create(options, err);
    if (status != MLP_OK)
        return status;
    mlp_train_options_listen(s->train, NULL, say_notice, NULL, s);
    mlp_cross_validation_options_set_training(*options, s->train);
    mlp_cross_validation_options_listen(*options, on_fold, context);
    status = mlp_cross_validation_options_set_number(*options, "folds", (double)s->folds, err);
    return status == MLP_OK ? mlp_cross_validation_options_set_number(*options, "repeats",
                                                                      (double)s->repeats, err)
                            : status;
}
