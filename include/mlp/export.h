/* SPDX-License-Identifier: MIT */
/* Models that leave the library: as C that needs nothing but a C99 compiler and math.h, and that
 * proves by itself that it answers as the model does; and as ONNX, for the runtimes of others. */
#ifndef MLP_EXPORT_H
#define MLP_EXPORT_H

#include <stdio.h>

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/predictor.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** How a model is exported, an object of options with names; later versions may know more:
 *
 *      "name"      of the files, without their ending: letters, digits, ".", "-" and "_"; what they
 *                  define begins with it. "model"
 *      "coverage"  of intervals, or sets of labels, of models that have scores out of fold
 *                  (mlp/conformal.h), above 0 and below 1; 0: 0.9 where the model can promise so
 *                  much, else none. 0
 *      "math"      "library": C calls functions of math.h; "own": it brings along those that it
 *                  needs, and needs no library at all. "library"
 *      "integer"   8 or 16: networks in integers whose weights have so many bits; 0: in float. 0
 *      "module"    JavaScript is an ES module, no script. no
 *      "matrix"    ONNX has one input for all columns. no
 *      "weights"   of ONNX: "float32", or "float16", which makes the file half as large. "float32"
 */
typedef struct mlp_export_options mlp_export_options;

/** All defaults. Free with mlp_export_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_export_options_create(mlp_export_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_export_options_free(mlp_export_options *options);
/** Sets one by its name from text. Errors: MLP_ERROR_ARGUMENT (no such option, with the nearest
 * name; no value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_export_options_set(mlp_export_options *options, const char *name,
                                          const char *text, mlp_error *err);
/** The same from a number. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_export_options_set_number(mlp_export_options *options, const char *name,
                                                 double number, mlp_error *err);
/** The value as a text that mlp_export_options_set takes. free() it. Errors: MLP_ERROR_ARGUMENT (no
 * such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_export_options_get(const mlp_export_options *options, const char *name,
                                          char **text, mlp_error *err);

/** What exported C takes, and how near it is. */
typedef struct mlp_export_cost {
    size_t constants;     /**< bytes of numbers: parameters, and what transforms have learnt */
    size_t texts;         /**< bytes of labels and categories, which only those functions need that
                             tell or read them */
    size_t stack;         /**< bytes of the buffers of a prediction */
    size_t multiply_adds; /**< of a prediction, in float, in all networks */
    size_t rows;          /**< of the self-test */
    double bound;         /**< B: an output y of the networks is that of the library to within
                             B (1 + |y|) */
} mlp_export_cost;

/** Writes a C99 source, which includes the header as "NAME.h", and that header: NAME_predict, from a
 * struct with a member for each column of the data to one with the label and the probability of each
 * label, or with a member for each target. It allocates nothing, holds no state and needs math.h
 * alone, or nothing (the option "math"). Compiled with -DMLP_SELF_TEST, it is a program that predicts some rows, whose
 * predictions by the library it holds, prints the largest difference, and returns 1 where one is
 * beyond its bound. The rows are taken from the table (nullable), at most 48 in even steps, and
 * besides them some are made by what the model knows of its columns: extreme, unknown and missing
 * values. The bound: how far the library's own float outputs are from the same networks in double in
 * these rows, eight times, and four units in the last place. `cost` is nullable. `options` NULL: the
 * defaults. Errors: MLP_ERROR_ARGUMENT (a name that no include directive can hold; a coverage that the
 * model cannot promise; a transform, or a text of more than 4000 bytes, that C cannot carry),
 * MLP_ERROR_DATA (a column is missing in the table), MLP_ERROR_MEMORY. What could not be written is
 * the caller's to see (mlp_stream_check).
 *
 * With "integer" the networks compute in integers alone (B. Jacob et al. 2018): weights of 8 or 16 bits,
 * with a scale for each unit, what layers hand over in 16 bits, sums of 32 or 64. How large numbers
 * become is learnt of the table, of at most 2048 rows in even steps, and as much again is there for
 * others; what is beyond is clamped. That no integer overflows, whatever the inputs are, is proven by
 * interval arithmetic, and the file says of what. Its self-test asks for the same integers, bit for bit,
 * besides. Further errors then: MLP_ERROR_ARGUMENT (no table; other bits; parameters that are not
 * finite or that integers cannot hold beside each other; so many inputs of a unit that sums of 32 bits
 * could overflow). */
MLP_API mlp_status mlp_export_c(const mlp_model *model, const mlp_table *table,
                                const mlp_export_options *options, FILE *source, FILE *header,
                                mlp_export_cost *cost, mlp_error *err);

/** A session that answers as the C does that mlp_export_c writes of the same table and options: by
 * networks in integers where these ask for them, else as mlp_session_create. mlp_session_evaluate tells
 * what the integers cost. It does not depend on the table afterwards. Free with mlp_session_free. Errors:
 * as mlp_export_c. */
MLP_API mlp_status mlp_export_session_create(const mlp_model *model, const mlp_table *table,
                                             const mlp_export_options *options, int threads,
                                             mlp_session **session, mlp_error *err);

/** Writes the whole model as JavaScript (ECMAScript 2020) that needs nothing but the language:
 * predict(row) takes an object with a member for each column of the data, null where there is no
 * value, and gives {label, probabilities, set} or {values, quantiles, intervals}, in the order of
 * `labels` and `targets`; selfTest(say) predicts the same rows as the C of mlp_export_c, with the same
 * bounds, and returns whether all are within them. The text is a script, which gives its functions
 * to CommonJS, or, where there is none, to the global `mlp`; or an ES module, which exports them (the
 * option "module"). `table` and `options`: nullable, as for mlp_export_c. Errors: MLP_ERROR_ARGUMENT (a
 * coverage that the model cannot promise; a transform that JavaScript cannot carry), MLP_ERROR_DATA (a
 * column is missing in the table), MLP_ERROR_MEMORY. What could not be written is the caller's to see
 * (mlp_stream_check). */
MLP_API mlp_status mlp_export_javascript(const mlp_model *model, const mlp_table *table,
                                         const mlp_export_options *options, FILE *to,
                                         mlp_error *err);

/** Writes a page (HTML) that holds that JavaScript and asks for nothing: a form with the columns of the
 * data, which begins with the last row of the table's that the self-test has (nullable: with usual
 * values), its prediction, and what single columns would change of it. Errors as of
 * mlp_export_javascript. */
MLP_API mlp_status mlp_export_html(const mlp_model *model, const mlp_table *table,
                                   const mlp_export_options *options, FILE *to, mlp_error *err);

/** Writes the whole model as ONNX (IR version 8; operators 17 of ai.onnx and 3 of ai.onnx.ml): an
 * input N x 1 for each column of the data, by its name, of numbers as float and of dates as double,
 * seconds since 1970, where NaN is no value, of texts as strings, where "" is none. Of labels the
 * outputs are "label", N strings ("" where there is no prediction), and "probabilities", N x labels;
 * of quantities "value", N x mlp_model_width, in their units, NaN where there is no prediction. With a
 * coverage there are besides, of labels, "set", N x labels truth values: whether the set has the label;
 * of quantities "lower" and "upper", N x targets, the ends of the intervals (mlp/conformal.h). Where
 * a column is called so, an output has "_" behind its name. The property "mlp" of the model is a JSON
 * object with "targets", "labels", "levels" of quantiles, and "coverage". What is done with columns, and
 * what becomes of outputs, is in double within, as in the library; the networks are in float.
 *
 * "weights" float16: weights (not biases) are the nearest numbers of 16 bits, each at most 2^-11 of itself
 * away, or 2^-25 where it is below 2^-14; runtimes compute in float with them. "matrix", for a model of
 * numbers alone: one input "x", N x mlp_model_column_count, of float, the columns in the order of the
 * model, which the property "mlp" names as "columns". Other options have no effect. `options` NULL: the
 * defaults. Errors: MLP_ERROR_ARGUMENT (a transform, a name, or a size that ONNX cannot carry; a coverage
 * that the model cannot promise; a weight beyond float16; of a matrix a column of texts or dates, or of a
 * transform that takes double), MLP_ERROR_MEMORY. What could not be written is the caller's to see
 * (mlp_stream_check). */
MLP_API mlp_status mlp_export_onnx_with(const mlp_model *model, const mlp_export_options *options,
                                        FILE *to, mlp_error *err);

/** With the defaults. */
MLP_API mlp_status mlp_export_onnx(const mlp_model *model, FILE *to, mlp_error *err);

/** As a matrix. */
MLP_API mlp_status mlp_export_onnx_matrix(const mlp_model *model, FILE *to, mlp_error *err);

MLP_END_DECLS

#endif
