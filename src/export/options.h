/* SPDX-License-Identifier: MIT */
/* The options of an export. */
#ifndef MLPI_EXPORT_OPTIONS_H
#define MLPI_EXPORT_OPTIONS_H

#include "mlp/export.h"

/** All zero: the defaults. */
struct mlp_export_options {
    const char *name;
    double coverage;
    const char *math;
    size_t integer;
    bool module, matrix;
    const char *weights;
};

/** The coverage of intervals or sets of labels: that of the options, else 0.9 if the model can
 * guarantee it, else 0: there are none. `options` NULL: the defaults. */
double mlpi_export_coverage(const mlp_model *model, const mlp_export_options *options);

#endif
