/* SPDX-License-Identifier: MIT */
/* What options of training there are: their names, defaults and meaning. */
#ifndef MLP_OPTIONS_H
#define MLP_OPTIONS_H

#include "mlp/common.h"

MLP_BEGIN_DECLS

/** An option of training, for programs that let people set options by name. Texts are static; in
 * `usual` and `help` the name of another option stands between backquotes. Versions to come may
 * add members at the end: use what mlp_train_option_describe returns, not a copy. */
typedef struct mlp_option_info {
    const char *name;     /**< "learning-rate" */
    const char *argument; /**< what its value is, in a word for help: "NUMBER"; NULL: yes or no */
    const char *group;    /**< what options it belongs to: "Steps" */
    const char *initial;  /**< the default, as mlp_train_options_set takes it; "": none */
    const char *usual;    /**< the default in words, where `initial` does not say it; else NULL */
    const char *help;     /**< what it does, in a sentence */
} mlp_option_info;

/** The i-th option that mlp_train_options_set knows, group by group; NULL past the end. */
MLP_API const mlp_option_info *mlp_train_option_describe(size_t i);

MLP_END_DECLS

#endif
