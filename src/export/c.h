/* SPDX-License-Identifier: MIT */
/* Writing a model as C: what the files of this room share. */
#ifndef MLPI_EXPORT_C_H
#define MLPI_EXPORT_C_H

#include "export/vectors.h"
#include "mlp/export.h"

enum { MLPI_C_NAME = 128 }; /* bytes of an identifier, with its closing 0 */
typedef char mlpi_c_name[MLPI_C_NAME];

/** A model on its way to C. */
typedef struct mlpi_c {
    const mlp_model *model;
    mlpi_members networks;     /* of the model, each with the inputs alone that it reads */
    const char *name;          /* of the files, without their ending */
    mlpi_c_name prefix, upper; /* what identifiers, and macros, begin with */
    mlpi_c_name *column;       /* identifiers of the input columns */
    mlpi_c_name *target;       /* regression: of the targets */
    bool own_math;             /* the source brings the functions of math.h along */
    double coverage;           /* of intervals or sets of labels; 0: there are none */
    int bits;                  /* of integer weights; 0: floats */
    mlpi_quantised integers;
    int16_t *row_inputs;  /* of integers, beside the vectors: rows x inputs */
    int32_t *row_outputs; /* rows x (networks x outputs) */
    mlpi_vectors vectors;
    mlp_export_cost cost;
} mlpi_c;

/* --- texts and numbers (c_text.c) ------------------------------------------------------------- */

/** A text within quotes; all but plain ASCII as octal escapes. */
void mlpi_c_quoted(FILE *to, const char *text);
/** A text within a comment: it ends none, and is not a control character. Cut when it is long. */
void mlpi_c_comment(FILE *to, const char *text);
/** A constant of type double, or float. */
void mlpi_c_double(FILE *to, double value);
void mlpi_c_float(FILE *to, float value);
/** Definitions of static arrays of constants; they count into cost.constants. No array is empty. */
void mlpi_c_doubles(mlpi_c *c, FILE *to, const char *name, const double *values, size_t count);
void mlpi_c_floats(mlpi_c *c, FILE *to, const char *name, const float *values, size_t count,
                   float factor);
/** The same of texts; they count into cost.texts. */
void mlpi_c_texts(mlpi_c *c, FILE *to, const char *name, char *const *texts, size_t count);
/** Functions whose text was kept (MLPI_CARRIED), on lines again. */
void mlpi_c_code(FILE *to, const char *code);

/* --- identifiers (c_names.c) ------------------------------------------------------------------ */

/** Identifiers that are taken. Begin with zeros. */
typedef struct mlpi_c_names {
    char **taken;
    size_t count, capacity;
} mlpi_c_names;
void mlpi_c_names_release(mlpi_c_names *names);
/** Takes one; true also when it was taken already. false: out of memory. */
bool mlpi_c_names_take(mlpi_c_names *names, const char *name);
/** Takes all that no member of a struct can be called: the words of C and C++, and usual macros. */
bool mlpi_c_names_take_words(mlpi_c_names *names);
/** Makes an identifier of any text, behind a prefix ("": none), in lower or in upper case: one that
 * is not taken yet, by `number` where it must be told from others. false: out of memory. */
bool mlpi_c_names_make(mlpi_c_names *names, const char *prefix, const char *text, size_t number,
                       bool upper, mlpi_c_name made);
/** The text alone, in at most 30 characters; "" when nothing of it can stand in an identifier. */
void mlpi_c_identifier(const char *text, bool upper, mlpi_c_name made);
/** "encode_min_max", of "encode" and "min-max". */
void mlpi_c_function(const char *verb, const char *name, mlpi_c_name made);

/* --- parts of the files ----------------------------------------------------------------------- */

/** Which of a transform's functions there are to be. */
typedef enum mlpi_c_way { MLPI_C_ENCODE, MLPI_C_DECODE } mlpi_c_way;

/** c_header.c. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_c_header(mlpi_c *c, FILE *to, mlp_error *err);
/** c_transforms.c: functions of all transforms that are needed, and the lists of columns and
 * targets. */
void mlpi_c_transforms(mlpi_c *c, FILE *to);
/** "encode_robust(VALUE, 1.5, 0.5, 3.0" and so on, of column, or target, `number`: up to its
 * closing parenthesis, or to the inputs that it fills. */
void mlpi_c_call(FILE *to, mlpi_c_way way, const char *list, size_t number,
                 const mlpi_transform *transform, const mlpi_fitted *fitted, const char *value);
/** c_inputs.c: how many columns from this one on go through the same transform, one by one: they are
 * a loop over a table. 1: there is none. */
size_t mlpi_c_run_from(const mlpi_pipeline *p, size_t f);
/** c_inputs.c: from the struct to network inputs, and functions that read categories. */
void mlpi_c_inputs(mlpi_c *c, FILE *to);
/** c_reads.c: the lists of inputs that networks read, where one does not read all of them, and the
 * function that picks them from a row of numbers of this type. */
void mlpi_c_reads(mlpi_c *c, FILE *to, const char *type);
/** c_reads.c: within the function of network m, picks the inputs that it reads into the array `own`, of
 * numbers of this type; returns how many they are. 0: it reads all of them, from `x`. */
size_t mlpi_c_pick(const mlpi_c *c, FILE *to, size_t m, const char *type);
/** c_networks.c: the parameters, and networks from inputs to the outputs of the model. */
void mlpi_c_networks(mlpi_c *c, FILE *to);
/** c_integer.c: the same of networks in integers, and what is proven of them. */
void mlpi_c_integers(mlpi_c *c, FILE *to);
/** c_integer.c: the integers of the vectors' rows. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_c_integer_rows(mlpi_c *c, mlp_error *err);
/** c_integer.c: `same_integers`, which a self-test asks. */
void mlpi_c_integer_test(const mlpi_c *c, FILE *to);
/** c_outputs.c: `all_finite`, and `temper` where the model does, which networks need too. */
void mlpi_c_finite(const mlpi_c *c, FILE *to);
/** c_outputs.c: tempers the outputs y, where the model does. */
void mlpi_c_temper(const mlpi_c *c, FILE *to);
/** c_outputs.c: from outputs to the struct, and NAME_predict. */
void mlpi_c_outputs(mlpi_c *c, FILE *to);
/** c_self_test.c */
void mlpi_c_self_test(mlpi_c *c, FILE *to);

#endif
