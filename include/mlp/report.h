/* SPDX-License-Identifier: MIT */
/* One page that describes a model on data: what it is, how good it is compared with the baseline,
 * where it errs, which columns matter, and the command that makes it again. */
#ifndef MLP_REPORT_H
#define MLP_REPORT_H

#include <stdio.h>

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** What goes into a report. A struct of zeros holds the defaults, and mlp_report_options_default
 * returns it. Strings are only read. With `command`, the page writes options of mlp as the command
 * line does: --drop and not drop. */
typedef struct mlp_report_options {
    const char *title;   /**< NULL: made from the targets */
    const char *model;   /**< name of the model file, for the page; NULL: not stated */
    const char *command; /**< the command that makes this report, for the page; NULL: not stated */
    mlp_part part;       /**< the part of the data file that the table holds, for the page */
    mlp_names logs;      /**< files of `mlp train --log`, for the history of training */
    size_t mistakes;     /**< the largest number of worst predicted rows to show; 0: 20 */
    int threads;         /**< 0: all cores. The page does not depend on the number */
} mlp_report_options;

MLP_API mlp_report_options mlp_report_options_default(void);

/** Writes the page: one HTML file (UTF-8) without scripts that loads nothing from the network. Its
 * metrics are those of mlp_evaluate_outcomes and mlp_bootstrap_intervals, with two labels for the
 * label that the model looks for; each is written as `<data value="...">` with all its digits. The
 * same model, table, options and gnuplot give the same bytes. Pictures are drawn by gnuplot;
 * without it, the page has their tables and says so; a picture that gnuplot does not finish is an
 * MLP_ERROR_OUTPUT. `options` NULL: the defaults. Errors: those of mlp_model_encode with targets;
 * MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_report_write(const mlp_model *model, const mlp_table *table,
                                    const mlp_report_options *options, FILE *to, mlp_error *err);

MLP_END_DECLS

#endif
