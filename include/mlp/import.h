/* SPDX-License-Identifier: MIT */
/* Networks of other programs as models of mlp. */
#ifndef MLP_IMPORT_H
#define MLP_IMPORT_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"

MLP_BEGIN_DECLS

/** How a network is imported: an object with named options. Each entry
 * ends with its default; later versions may add options:
 *
 *      "task"     "classification" or "regression"; "auto": classification where the graph gives
 *                 labels, or its outputs are those of a softmax, or one sigmoid. With
 *                 "classification", outputs that are logits become probabilities. "auto"
 *      "columns"  a list: names of the inputs, in their order. Names of targets among them are left
 *                 out; where as many names are left over as there are targets, the last ones are
 *                 those of the targets. None, the default: an input of one number has the name of
 *                 its column, the numbers of others are x1, x2, ...
 *      "target"   a list: names of what is predicted. None, the default: "label", or "y", or
 *                 "y1", "y2", ...
 *      "label-names"  a list: names of the labels, in the order of the outputs. None, the default:
 *                 those of the graph, else "0", "1", ...
 */
typedef struct mlp_import_options mlp_import_options;

/** All defaults. Free with mlp_import_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_import_options_create(mlp_import_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_import_options_free(mlp_import_options *options);
/** Sets an option by its name from text; a list then holds only this text. Errors:
 * MLP_ERROR_ARGUMENT (no such option, with the nearest name; not a value of its kind),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_import_options_set(mlp_import_options *options, const char *name,
                                          const char *text, mlp_error *err);
/** Sets an option that is a number; so far, no option is. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_import_options_set_number(mlp_import_options *options, const char *name,
                                                 double number, mlp_error *err);
/** Adds a text to a list. Errors: MLP_ERROR_ARGUMENT (no such list), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_import_options_add(mlp_import_options *options, const char *name,
                                          const char *text, mlp_error *err);
/** The value as a text that mlp_import_options_set accepts; for a list, all texts with commas
 * between them. free() it. Errors: MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_import_options_get(const mlp_import_options *options, const char *name,
                                          char **text, mlp_error *err);

/** Makes a model from an ONNX file (IR version 3 and later, operators 7 and later of ai.onnx) that
 * holds a multilayer perceptron as scikit-learn (skl2onnx), PyTorch and Keras export it: Gemm, or
 * MatMul and Add, with constant weights; activations of mlp; scalers and batch normalisation, which
 * become the scales of columns, or part of weights and biases, in double; a softmax, a sigmoid, or
 * none; labels. Any other node is refused, and the message names it. Biases change their sign,
 * because mlp subtracts them. A missing value is filled as an Imputer of the graph says, else with
 * the mean that a scaler subtracts. Nothing in the file is trusted: what it describes gets no more
 * memory than a multiple of its size, and no other file is opened. `options` NULL: the defaults.
 * Errors: MLP_ERROR_MODEL (no such file, not ONNX, damaged, not a multilayer perceptron that mlp
 * supports), MLP_ERROR_ARGUMENT (the number of names is not that of the inputs, targets or labels;
 * no such task), MLP_ERROR_MEMORY. Free with mlp_model_free. */
MLP_API mlp_status mlp_import_onnx(const char *path, const mlp_import_options *options,
                                   mlp_model **model, mlp_error *err);

/** mlp_import_onnx from memory; `name` stands for the file in messages. */
MLP_API mlp_status mlp_import_onnx_memory(const void *bytes, size_t size, const char *name,
                                          const mlp_import_options *options, mlp_model **model,
                                          mlp_error *err);

MLP_END_DECLS

#endif
