/* SPDX-License-Identifier: MIT */
/* Exporting a model as C: declarations that the files of src/export share. */
#ifndef MLPI_EXPORT_C_H
#define MLPI_EXPORT_C_H

#include "export/vectors.h"
#include "mlp/export.h"

enum { MLPI_C_NAME = 128 }; /* bytes of an identifier, including its final 0 */
typedef char mlpi_c_name[MLPI_C_NAME];

/** The state of an export to C. */
typedef struct mlpi_c {
    const mlp_model *model;
    mlpi_members networks;     /* those of the model, each reduced to the inputs that it reads */
    const char *name;          /* of the files, without extension */
    mlpi_c_name prefix, upper; /* identifiers begin with `prefix`, macros with `upper` */
    mlpi_c_name *column;       /* identifiers of the input columns */
    mlpi_c_name *target;       /* identifiers of the targets; regression only */
    bool own_math;             /* the source contains its own functions in place of math.h */
    double coverage;           /* of intervals or sets of labels; 0: there are none */
    int bits;                  /* of integer weights; 0: the weights are floats */
    mlpi_quantised integers;
    int16_t *row_inputs;  /* of integer networks, for the rows of `vectors`: rows x inputs */
    int32_t *row_outputs; /* of integer networks: rows x (networks x outputs) */
    mlpi_vectors vectors;
    mlp_export_cost cost;
} mlpi_c;

/* --- texts and numbers (c_text.c) ------------------------------------------------------------- */

/** Writes a text within quotes; bytes other than plain ASCII become octal escapes. */
void mlpi_c_quoted(FILE *to, const char *text);
/** Writes a text inside a comment: unprintable characters and backslashes become spaces, comment
 * marks and trigraphs are broken up, and long texts are cut. */
void mlpi_c_comment(FILE *to, const char *text);
/** Writes a constant of type double. */
void mlpi_c_double(FILE *to, double value);
void mlpi_c_float(FILE *to, float value);
/** Defines a static array of constants, and adds its bytes to cost.constants. Without values it
 * holds one 0, since C has no empty arrays. */
void mlpi_c_doubles(mlpi_c *c, FILE *to, const char *name, const double *values, size_t count);
/** Does the same for float, with every value multiplied by `factor`; count > 0. */
void mlpi_c_floats(mlpi_c *c, FILE *to, const char *name, const float *values, size_t count,
                   float factor);
/** Defines a static array of texts, and adds their bytes to cost.texts. Without texts it holds one
 * "". */
void mlpi_c_texts(mlpi_c *c, FILE *to, const char *name, char *const *texts, size_t count);
/** Writes functions whose text MLPI_CARRIED keeps on one line, with line breaks and indentation. */
void mlpi_c_code(FILE *to, const char *code);

/* --- identifiers (c_names.c) ------------------------------------------------------------------ */

/** The set of identifiers that are taken. Initialise it with zeros. */
typedef struct mlpi_c_names {
    char **taken;
    size_t count, capacity;
} mlpi_c_names;
void mlpi_c_names_release(mlpi_c_names *names);
/** Adds a name, which may be taken already. false: out of memory. */
bool mlpi_c_names_take(mlpi_c_names *names, const char *name);
/** Adds the names that no member of a struct can have: the keywords of C and C++, and usual
 * macros. */
bool mlpi_c_names_take_words(mlpi_c_names *names);
/** Makes an identifier from a prefix ("": none) and any text, in lower or upper case, and adds it
 * to the names. If the identifier is taken, `number` is appended, or the next larger number that
 * makes it unique. false: out of memory. */
bool mlpi_c_names_make(mlpi_c_names *names, const char *prefix, const char *text, size_t number,
                       bool upper, mlpi_c_name made);
/** Turns a text into at most 30 characters of an identifier; "" if it has no letter or digit. */
void mlpi_c_identifier(const char *text, bool upper, mlpi_c_name made);
/** Makes "encode_min_max" from "encode" and "min-max". */
void mlpi_c_function(const char *verb, const char *name, mlpi_c_name made);

/* --- parts of the files ----------------------------------------------------------------------- */

/** Which function of a transform is meant. */
typedef enum mlpi_c_way { MLPI_C_ENCODE, MLPI_C_DECODE } mlpi_c_way;

/** c_header.c: writes the header. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_c_header(mlpi_c *c, FILE *to, mlp_error *err);
/** c_transforms.c: writes the functions of all transforms that the model needs, and the lists that
 * they have learnt for columns and targets. */
void mlpi_c_transforms(mlpi_c *c, FILE *to);
/** c_transforms.c: writes a call such as "encode_robust(VALUE, 1.5, 0.5, 3.0" for column or target
 * `number`, counted from 1 (`list`: "column" or "target"). The caller adds ")", after the array of
 * inputs if the transform can make several. */
void mlpi_c_call(FILE *to, mlpi_c_way way, const char *list, size_t number,
                 const mlpi_transform *transform, const mlpi_fitted *fitted, const char *value);
/** c_inputs.c: the number of columns from column f on that are encoded by a loop over a table: they
 * go through the same transform, which makes one input of each. 1: no loop. */
size_t mlpi_c_run_from(const mlpi_pipeline *p, size_t f);
/** c_inputs.c: writes the function that encodes the struct as network inputs, and those that read
 * categories. */
void mlpi_c_inputs(mlpi_c *c, FILE *to);
/** c_reads.c: writes the lists of inputs of networks that do not read all, and the function that
 * picks these inputs from a row of numbers of type `type`. */
void mlpi_c_reads(mlpi_c *c, FILE *to, const char *type);
/** c_reads.c: within the function of network m, writes the call that picks the inputs that it reads
 * from `x` into the array `own` of type `type`. Returns their number. 0: the network reads all of
 * `x`, and nothing is written. */
size_t mlpi_c_pick(const mlpi_c *c, FILE *to, size_t m, const char *type);
/** c_networks.c: writes the parameters, and the functions from inputs to the outputs of the
 * model. */
void mlpi_c_networks(mlpi_c *c, FILE *to);
/** c_integer.c: writes the parameters and functions of networks in integers, and a comment on what
 * is proven about them. */
void mlpi_c_integers(mlpi_c *c, FILE *to);
/** c_integer.c: computes row_inputs and row_outputs. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_c_integer_rows(mlpi_c *c, mlp_error *err);
/** c_integer.c: writes `same_integers`, which the self-test calls. */
void mlpi_c_integer_test(const mlpi_c *c, FILE *to);
/** c_outputs.c: writes `all_finite`, and `temper` if the model has a temperature; networks call
 * both. */
void mlpi_c_finite(const mlpi_c *c, FILE *to);
/** c_outputs.c: writes the call that tempers the outputs y, if the model has a temperature. */
void mlpi_c_temper(const mlpi_c *c, FILE *to);
/** c_outputs.c: writes the function from outputs to the output struct, and NAME_predict. */
void mlpi_c_outputs(mlpi_c *c, FILE *to);
/** c_self_test.c: writes the self-test. */
void mlpi_c_self_test(mlpi_c *c, FILE *to);

#endif
