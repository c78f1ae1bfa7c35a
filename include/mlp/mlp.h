/* SPDX-License-Identifier: MIT */
/* mlp: train, evaluate, explain and deploy multilayer perceptrons.
 *
 * A working model in a few calls:
 *
 *     mlp_table *table = NULL;
 *     mlp_model *model = NULL;
 *     mlp_train_options *options = NULL;
 *     if (mlp_table_read("iris.csv", NULL, &table, &err) == MLP_OK &&
 *         mlp_train_options_create(&options, &err) == MLP_OK &&
 *         mlp_train_options_set(options, "target", "species", &err) == MLP_OK &&
 *         mlp_train(table, NULL, options, &model, NULL, &err) == MLP_OK)
 *         mlp_model_save(model, "iris.mlp", false, &err);
 */
#ifndef MLP_MLP_H
#define MLP_MLP_H

#include "mlp/activation.h"
#include "mlp/arrow.h"
#include "mlp/bench.h"
#include "mlp/common.h"
#include "mlp/compare.h"
#include "mlp/conformal.h"
#include "mlp/cross_validate.h"
#include "mlp/curves.h"
#include "mlp/describe.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"
#include "mlp/export.h"
#include "mlp/import.h"
#include "mlp/importance.h"
#include "mlp/intervals.h"
#include "mlp/job.h"
#include "mlp/json.h"
#include "mlp/learning_curve.h"
#include "mlp/loss.h"
#include "mlp/minimize.h"
#include "mlp/model.h"
#include "mlp/network.h"
#include "mlp/options.h"
#include "mlp/output.h"
#include "mlp/plot.h"
#include "mlp/predictor.h"
#include "mlp/ranks.h"
#include "mlp/report.h"
#include "mlp/shrink.h"
#include "mlp/table.h"
#include "mlp/threshold.h"
#include "mlp/train.h"
#include "mlp/tune.h"

#endif
