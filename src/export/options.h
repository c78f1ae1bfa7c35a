/* SPDX-License-Identifier: MIT */
/* What of the options of an export others need to know. */
#ifndef MLPI_EXPORT_OPTIONS_H
#define MLPI_EXPORT_OPTIONS_H

#include "mlp/export.h"

/** The coverage of intervals or sets of labels: what is asked for, else 0.9 where the model can promise
 * so much, else 0. `options` NULL: the defaults. */
double mlpi_export_coverage(const mlp_model *model, const mlp_export_options *options);
/** Whether JavaScript is to be an ES module. */
bool mlpi_export_is_module(const mlp_export_options *options);

#endif
