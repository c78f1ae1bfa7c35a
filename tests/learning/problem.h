/* SPDX-License-Identifier: MIT */
/* Small problems as tables, and training on them in one call. */
#ifndef TESTS_PROBLEM_H
#define TESTS_PROBLEM_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "options/options.h"
#include "unit/test.h"

static inline mlp_table *problem_table(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_memory(text, strlen(text), "problem.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

/* All notices of the last training run, one after another. */
static char notices[4096];

static inline void keep_notice(const char *sentence, void *context)
{
    (void)context;
    snprintf(notices + strlen(notices), sizeof notices - strlen(notices), "%s\n", sentence);
}

/* Trains a model, which the caller frees. The target is column "y" unless the options name one. */
static inline mlp_model *problem_train(const mlp_table *table, mlp_train_options options,
                                       mlp_train_report *report)
{
    static const char *const target[] = {"y"};
    mlp_model *model = NULL;
    mlp_error err = {0};
    if (options.targets.count == 0)
        options.targets = (mlp_names){target, 1};
    options.notice = keep_notice;
    notices[0] = '\0';
    if (mlp_train(table, NULL, &options, &model, report, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

/* Checks that training with both options, `name` and `beside`, fails as an argument error, with a
 * message that contains `says`. */
static inline void problem_refused(const mlp_table *table, const char *const beside[2],
                                   const char *name, const char *value, const char *says)
{
    mlp_train_options *o = NULL;
    mlp_model *model = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_train_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set(o, "target", "y", NULL), MLP_OK);
    assert_int_equal(mlp_train_options_set(o, beside[0], beside[1], NULL), MLP_OK);
    mlp_status status = mlp_train_options_set(o, name, value, &err);
    if (status == MLP_OK)
        status = mlp_train(table, NULL, o, &model, NULL, &err);
    assert_int_equal(status, MLP_ERROR_ARGUMENT);
    assert_null(model);
    if (strstr(err.message, says) == NULL)
        fail_msg("%s %s: %s", name, value, err.message);
    mlp_train_options_free(o);
}

/* Checks that the models have the same parameters and metadata, byte for byte; `what` names the
 * case. */
static inline void problem_assert_same(const mlp_model *a, const mlp_model *b, const char *what)
{
    const mlp_network *n = mlp_model_network(a), *m = mlp_model_network(b);
    if (mlp_network_size(n) != mlp_network_size(m) ||
        memcmp(mlp_network_parameters_const(n), mlp_network_parameters_const(m),
               mlp_network_size(n) * sizeof(float)) != 0 ||
        strcmp(mlp_model_metadata(a), mlp_model_metadata(b)) != 0)
        fail_msg("%s: the models differ", what);
}

/* Returns the value of an option that the model was trained with; NULL: the model does not record
 * the option. */
static inline const char *problem_option(const mlp_model *model, const char *name)
{
    const char *found = NULL, *value = NULL;
    for (size_t i = 0; mlp_model_option(model, i, &found, &value); i++)
        if (strcmp(found, name) == 0)
            return value;
    return NULL;
}

/* Removes the checkpoints of some networks, each of which has a file of its own. */
static inline void problem_remove_checkpoints(const char *checkpoint, size_t networks)
{
    char name[64];
    remove(checkpoint);
    for (size_t n = 2; n <= networks; n++) {
        snprintf(name, sizeof name, "%s.%zu", checkpoint, n);
        remove(name);
    }
}

static inline mlp_evaluation problem_evaluate(const mlp_model *model, const mlp_table *table)
{
    mlp_evaluation e;
    mlp_error err = {0};
    if (mlp_evaluate(model, table, 1, &e, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return e;
}

static inline double problem_accuracy(const mlp_model *model, const mlp_table *table)
{
    mlp_evaluation e = problem_evaluate(model, table);
    const double accuracy = e.accuracy;
    mlp_evaluation_release(&e);
    return accuracy;
}

#endif
