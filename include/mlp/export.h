/* SPDX-License-Identifier: MIT */
/* Models for use outside the library: as C that needs nothing but a C99 compiler and math.h, and
 * that can test itself against the model's predictions; as JavaScript; and as ONNX, for other
 * runtimes. */
#ifndef MLP_EXPORT_H
#define MLP_EXPORT_H

#include <stdio.h>

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/predictor.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** How a model is exported: an object with named options. Each entry
 * ends with its default; later versions may add options:
 *
 *      "name"      the name of the files, without their ending: letters, digits, ".", "-" and "_";
 *                  all names that they define begin with it. "model"
 *      "coverage"  the coverage of intervals, or of sets of labels, for models that have scores out
 *                  of fold (mlp/conformal.h), above 0 and below 1; 0: 0.9 where the model can
 *                  promise that much, else none. 0
 *      "math"      "library": C calls functions of math.h; "own": it contains those that it needs,
 *                  and needs no library at all. "library"
 *      "integer"   8 or 16: networks in integers whose weights have this number of bits; 0: in
 *                  float. 0
 *      "module"    yes: JavaScript is an ES module, not a script. no
 *      "matrix"    yes: ONNX has one input for all columns. no
 *      "weights"   the type of the weights in ONNX: "float32", or "float16", which halves the file.
 *                  "float32"
 */
typedef struct mlp_export_options mlp_export_options;

/** All defaults. Free with mlp_export_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_export_options_create(mlp_export_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_export_options_free(mlp_export_options *options);
/** Sets an option by its name from text. Errors: MLP_ERROR_ARGUMENT (no such option, with the
 * nearest name; not a value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_export_options_set(mlp_export_options *options, const char *name,
                                          const char *text, mlp_error *err);
/** Sets an option that is a number, or a switch from 0 or 1. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_export_options_set_number(mlp_export_options *options, const char *name,
                                                 double number, mlp_error *err);
/** The value as a text that mlp_export_options_set accepts. free() it. Errors: MLP_ERROR_ARGUMENT
 * (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_export_options_get(const mlp_export_options *options, const char *name,
                                          char **text, mlp_error *err);

/** The resources that exported C needs, and how close it is to the library. */
typedef struct mlp_export_cost {
    size_t constants; /**< bytes of numbers: parameters, and what transforms have learnt */
    size_t texts; /**< bytes of labels and categories, needed only by the functions that return or
                       read them */
    size_t stack; /**< bytes of the buffers for a prediction */
    size_t multiply_adds; /**< for a prediction, in float, over all networks */
    size_t rows;          /**< rows of the self-test */
    double bound;         /**< B: each output y of the networks is within B (1 + |y|) of the
                               library's */
} mlp_export_cost;

/** Writes a C99 source, which includes the header as "NAME.h", and that header. Their function
 * NAME_predict takes a struct with a member for each column of the data, and fills one with the
 * label and the probability of each label, or with a member for each target. It allocates nothing,
 * holds no state and needs only math.h, or nothing (the option "math"). Compiled with
 * -DMLP_SELF_TEST, the source is a program that predicts some rows for which it holds the library's
 * predictions, prints the largest difference, and returns 1 where one is beyond its bound. The rows
 * are taken from the table (nullable), at most 48 in even steps; others are made from what the
 * model knows of its columns: extreme, unknown and missing values. The bound is eight times the
 * difference between the library's own float outputs and those of the same networks in double on
 * these rows, plus four units in the last place. `cost` is nullable. `options` NULL: the defaults.
 * Errors: MLP_ERROR_ARGUMENT (a name that no include directive can hold; a coverage that the model
 * cannot promise; a transform, or a text of more than 4000 bytes, that C cannot carry),
 * MLP_ERROR_DATA (a column is missing in the table), MLP_ERROR_MEMORY. The caller checks whether
 * everything could be written (mlp_stream_check).
 *
 * With "integer" the networks compute in integers only (B. Jacob et al. 2018): weights of 8 or 16
 * bits with a scale for each unit, values between layers in 16 bits, sums in 32 or 64. How large
 * these values become is learnt from at most 2048 rows of the table, in even steps, and their range
 * is doubled for other rows; values beyond it are clamped. Interval arithmetic proves that no
 * integer overflows, whatever the inputs are, and the file states the proof. The self-test then
 * also requires the same integers, bit for bit. Further errors: MLP_ERROR_ARGUMENT (no table; a
 * number of bits other than 8 or 16; parameters that are not finite or whose sizes differ too much
 * for integers; so many inputs of a unit that sums of 32 bits could overflow). */
MLP_API mlp_status mlp_export_c(const mlp_model *model, const mlp_table *table,
                                const mlp_export_options *options, FILE *source, FILE *header,
                                mlp_export_cost *cost, mlp_error *err);

/** A session that predicts like the C that mlp_export_c writes for the same table and options: with
 * networks in integers if the options ask for them, else like mlp_session_create.
 * mlp_session_evaluate then shows how much accuracy the integers cost. The session does not need
 * the table once it exists. Free with mlp_session_free. Errors: those of mlp_export_c. */
MLP_API mlp_status mlp_export_session_create(const mlp_model *model, const mlp_table *table,
                                             const mlp_export_options *options, int threads,
                                             mlp_session **session, mlp_error *err);

/** Writes the whole model as JavaScript (ECMAScript 2020) that needs nothing but the language.
 * predict(row) takes an object with a member for each column of the data, null where there is no
 * value, and returns {label, probabilities, set} or {values, quantiles, intervals}, in the order of
 * `labels` and `targets`; selfTest(say) predicts the same rows as the C of mlp_export_c, with the
 * same bounds, and returns whether all are within them. The text is a script, which exports its
 * functions by CommonJS, or, where there is none, in the global `mlp`; or, with the option
 * "module", an ES module, which exports them. `table` and `options`: nullable, as for mlp_export_c.
 * Errors: MLP_ERROR_ARGUMENT (a coverage that the model cannot promise; a transform that JavaScript
 * cannot carry), MLP_ERROR_DATA (a column is missing in the table), MLP_ERROR_MEMORY. The caller
 * checks whether everything could be written (mlp_stream_check). */
MLP_API mlp_status mlp_export_javascript(const mlp_model *model, const mlp_table *table,
                                         const mlp_export_options *options, FILE *to,
                                         mlp_error *err);

/** Writes a page (HTML) that contains this JavaScript and loads nothing else: a form with the
 * columns of the data, filled with the last row of the table that the self-test uses (`table` NULL:
 * with usual values), the prediction for it, and how changes of single columns would change it.
 * Errors: those of mlp_export_javascript. */
MLP_API mlp_status mlp_export_html(const mlp_model *model, const mlp_table *table,
                                   const mlp_export_options *options, FILE *to, mlp_error *err);

/** Writes the whole model as ONNX (IR version 8; operators 17 of ai.onnx and 3 of ai.onnx.ml). It
 * has an input N x 1 for each column of the data, by its name: numbers as float; dates as double,
 * in seconds since 1970; texts as strings. NaN and "" mean no value. In classification, the outputs
 * are "label", N strings ("" where there is no prediction), and "probabilities", N x labels; in
 * regression, "value", N x mlp_model_width, in the targets' units, NaN where there is no
 * prediction. With a coverage there is also, in classification, "set", N x labels truth values:
 * whether the set has the label; or, in regression, "lower" and "upper", N x targets: the ends of
 * the intervals (mlp/conformal.h). If a column already has the name of an output, "_" is appended
 * to the name of the output. The property "mlp" of the model is a JSON object with "targets",
 * "labels", "levels" of quantiles, and "coverage". Transforms of columns and of outputs compute in
 * double, as in the library; the networks compute in float.
 *
 * With "weights" "float16", each weight (biases excepted) becomes the nearest number of 16 bits, at
 * most 2^-11 of its size away, or 2^-25 where it is below 2^-14; runtimes compute in float with
 * them. With "matrix", for models whose columns are all numbers, there is one input "x", N x
 * mlp_model_column_count, of float, with the columns in the order of the model, which the property
 * "mlp" lists as "columns". Other options have no effect. `options` NULL: the defaults. Errors:
 * MLP_ERROR_ARGUMENT (a transform, a name, or a size that ONNX cannot carry; a coverage that the
 * model cannot promise; a weight beyond float16; with a matrix, a column of texts or dates, or with
 * a transform that takes double), MLP_ERROR_MEMORY. The caller checks whether everything could be
 * written (mlp_stream_check). */
MLP_API mlp_status mlp_export_onnx_with(const mlp_model *model, const mlp_export_options *options,
                                        FILE *to, mlp_error *err);

/** mlp_export_onnx_with with the defaults. */
MLP_API mlp_status mlp_export_onnx(const mlp_model *model, FILE *to, mlp_error *err);

/** mlp_export_onnx_with with the option "matrix". */
MLP_API mlp_status mlp_export_onnx_matrix(const mlp_model *model, FILE *to, mlp_error *err);

MLP_END_DECLS

#endif
