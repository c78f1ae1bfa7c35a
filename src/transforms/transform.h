/* SPDX-License-Identifier: MIT */
/* Transforms: how a column of numbers, or of texts, becomes network inputs. Each is an entry of a
 * table and knows only its formulas: fitted.c copies, writes and reads what any of them has learnt
 * of a column, and facts.c collects the statistics of columns for all of them. */
#ifndef MLPI_TRANSFORM_H
#define MLPI_TRANSFORM_H

#include "data/distinct.h"
#include "mlp/json.h"
#include "schema/dates.h"

enum { MLPI_MOST_PARAMETERS = 4, MLPI_UNKNOWN_LEVEL = -1, MLPI_COMBINED = 3 };

/** What a transform has learnt of a column. */
typedef struct mlpi_fitted {
    double number[MLPI_MOST_PARAMETERS];
    double *list; /* for instance quantiles, or a value for each level */
    size_t list_count;
    char **levels; /* texts, sorted bytewise */
    size_t level_count;
} mlpi_fitted;

/** Statistics of a column of numbers in the training rows. Zero all members except `sampled`, add
 * runs of values, end the first pass, add the same values again, and end the second pass. The
 * result does not depend on how the values are cut into runs. */
typedef struct mlpi_numbers {
    size_t count, missing;
    double sum, squares;    /* of the values; of squared distances from their mean */
    double lowest, highest; /* valid once count > 0 */
    double mean, scale;     /* scale: population standard deviation; 1 where there is no spread */
    bool sampled;           /* whether a sample is collected */
    double *sample;         /* sorted: all values, or a random part; a single 0 if there are none */
    uint32_t *keys;         /* keys of the values in the sample, while the sample grows */
    size_t offered, sample_count, value_room, key_room;
    uint32_t mask;      /* bits that are 0 in the key of a value that is kept */
    bool second;        /* the first pass has ended */
    bool overflow;      /* the values are too large to be added and squared */
    bool out_of_memory; /* memory for the sample has run out */
} mlpi_numbers;

void mlpi_numbers_add(mlpi_numbers *numbers, const double *values, size_t count); /* NaN: missing */
/** The same for values that are all finite. */
void mlpi_numbers_add_finite(mlpi_numbers *numbers, const double *values, size_t count);
enum { MLPI_TOGETHER = 4 };
/** The same for several columns of finite values in the same pass: the `count` values of each begin
 * `stride` after those of the previous column. Faster than one column at a time, since an addition
 * must wait for the previous one of the same sum, but not for those of other sums. */
void mlpi_numbers_add_together(mlpi_numbers *const numbers[MLPI_TOGETHER], const double *values,
                               size_t stride, size_t count);
void mlpi_numbers_end_pass(mlpi_numbers *numbers);
void mlpi_numbers_release(mlpi_numbers *numbers);
/** Mean and population standard deviation of values; the deviation is 1 where there is no
 * spread. */
void mlpi_moments(const double *values, size_t count, double *mean, double *scale);

/** Statistics of a column of texts in the training rows. */
typedef struct mlpi_texts {
    mlpi_distinct distinct;
    /* only for transforms that are `counted`: */
    size_t *counts;       /* number of rows with each text */
    double *sums;         /* texts x outputs: sums of the targets in those rows */
    size_t outputs;       /* targets per row: values, or one for each label */
    double *mean, *scale; /* for each output, mean and deviation of the targets in all rows */
} mlpi_texts;

/** What a transform is fitted on: the statistics of a column, and the transform's argument. */
typedef struct mlpi_facts {
    const mlpi_numbers *numbers;
    const mlpi_texts *texts;
    double argument;
    const mlpi_numbers *parts; /* of dates: statistics of each mlpi_date_part */
    mlpi_date_style style;     /* of dates: how they are written */
} mlpi_facts;

/** A number that can be passed to a transform. */
typedef struct mlpi_argument {
    const char *name; /* NULL: the transform takes no argument */
    double usual, usual_for_targets, lowest, highest;
    bool whole;
} mlpi_argument;

typedef struct mlpi_parameter {
    const char *name;  /* in model files */
    const char *words; /* for people */
} mlpi_parameter;

/** An entry of the table. A transform takes numbers, or texts that `find` first turns into numbers:
 * usually the number of a level, from 0 on, or MLPI_UNKNOWN_LEVEL. */
typedef struct mlpi_transform {
    const char *name;
    const char *kind; /* the kind of its columns in model files */
    mlpi_argument argument;
    bool sampled;     /* numbers: the fit reads the sample */
    bool counted;     /* texts: the fit reads counts and targets */
    bool out_of_fold; /* the transform learns from targets: training rows are encoded by fits on
                         other rows, whose argument is number[0] of the fit on all rows */
    const struct mlpi_transform
        *parts[MLPI_COMBINED]; /* transforms whose inputs this transform joins; NULL: none */
    mlpi_parameter number[MLPI_MOST_PARAMETERS];
    const char *list, *levels; /* their names in model files; NULL: not used */
    /** Learns from the training rows. */
    mlp_status (*fit)(const mlpi_facts *facts, mlpi_fitted *fitted, mlp_error *err);
    /** The name of a member that no fit can have made; NULL: there is none. Called before all other
     * functions when `fitted` was read from a file. */
    const char *(*defect)(const mlpi_fitted *fitted);
    /** The number of inputs that the transform makes. NULL: one. */
    size_t (*width)(const mlpi_fitted *fitted);
    /** Texts: the number that `apply` takes for a text. NULL: the transform takes numbers. */
    double (*find)(const mlpi_fitted *fitted, mlpi_span text);
    /** Numbers that are written as texts, such as dates: the number of a text; NaN: the text is not
     * such a number. NULL: the numbers are written as numbers. */
    double (*read)(const mlpi_fitted *fitted, mlpi_span text);
    /** Describes for people how those texts are written. NULL if `read` is NULL. */
    void (*form)(const mlpi_fitted *fitted, char *text, size_t size);
    /** The format of mlpi_moment_text in which pictures and pages write those numbers; NULL: they
     * are written as numbers. */
    const char *(*moment)(const mlpi_fitted *fitted);
    /** Computes the inputs of `count` rows. The inputs of a row begin `stride` floats after those
     * of the previous row, and are 0 before the call. Numbers are finite; a level is NaN if there
     * is no value. */
    void (*apply)(const mlpi_fitted *fitted, const double *values, size_t count, float *x,
                  size_t stride);
    /** Numbers: the value whose input is x. NULL: an input does not determine its value. */
    double (*invert)(const mlpi_fitted *fitted, double x);
    /** C text of the formulas (MLPI_CARRIED): `before` holds what the formulas need, `encode` a
     * function encode_NAME that does for one row what `apply` does, and `decode` a function
     * decode_NAME that does what `invert` does. Both take the value, then the numbers, the list
     * with its length, and the count of levels, as far as the transform has them. encode_NAME
     * returns the input, or, if there is a `width`, writes the inputs to a last parameter `float
     * *x`. */
    struct {
        const char *const *before;
        const char *encode, *decode;
    } carried;
    /** Numbers: a low, a middle and a high value of the column for pictures are those with the
     * inputs -reach, 0 and reach; if reach is 0, `range` sets them. */
    double reach;
    void (*range)(const mlpi_fitted *fitted, double range[3]);
    /** Writes the part of an input's name that follows the name of the column: " = red"; "" if the
     * column has only one input. */
    void (*name_input)(const mlpi_fitted *fitted, size_t input, char *text, size_t size);
} mlpi_transform;

extern const mlpi_transform mlpi_standard, mlpi_min_max, mlpi_robust, mlpi_quantile_normal,
    mlpi_log, mlpi_yeo_johnson, mlpi_piecewise_linear, mlpi_periodic, mlpi_combined, mlpi_one_hot,
    mlpi_pooled, mlpi_ordinal, mlpi_target_means, mlpi_hashing, mlpi_date;

/** How the dates are written that mlpi_date was fitted on. */
mlpi_date_style mlpi_date_written(const mlpi_fitted *fitted);

/** Coefficients of the rational functions of r in Phi^-1(p) (quantile_normal.c): 8 of the
 * numerator, for r^0, r^1, ..., and 7 of the denominator, for r^1, r^2, ..., whose constant is 1.
 * The first two items are for |p - 1/2| <= 0.425, with r = 0.180625 - (p - 1/2)^2; the other two
 * for p beyond that, with r = sqrt(-ln(min(p, 1 - p))) - 1.6, where that root is at most 5. */
extern const double *const mlpi_normal_quantile_terms[4];

/** Whether `transform` is `part`, or has `part` as a part. */
bool mlpi_transform_has(const mlpi_transform *transform, const mlpi_transform *part);
/** The number of inputs that a transform makes. */
static inline size_t mlpi_transform_width(const mlpi_transform *transform,
                                          const mlpi_fitted *fitted)
{
    return transform->width != NULL ? transform->width(fitted) : 1;
}
/** A low, a middle and a high value of a column of numbers. */
void mlpi_transform_range(const mlpi_transform *transform, const mlpi_fitted *fitted,
                          double range[3]);

/** Entry i of the table; NULL: there are no more. */
const mlpi_transform *mlpi_transform_at(size_t i);
/** The transform of this name; NULL: there is none. */
const mlpi_transform *mlpi_transform_find(const char *name);
/** The transform that has this kind in model files; NULL: there is none. */
const mlpi_transform *mlpi_transform_of_kind(const char *kind);

/** What mlpi_combined has learnt for one of its parts. The list still belongs to `fitted`. */
mlpi_fitted mlpi_combined_part(const mlpi_fitted *fitted, size_t part);
/** The number of the first input of this part. */
size_t mlpi_combined_first(const mlpi_fitted *fitted, size_t part);

/* --- what was learnt (fitted.c) --------------------------------------------------------------- */

/** Makes a deep copy. false: out of memory, and *to is empty. */
bool mlpi_fitted_copy(const mlpi_fitted *from, mlpi_fitted *to);
void mlpi_fitted_release(mlpi_fitted *fitted);
/** Writes `fitted` as members of the JSON object that is open. */
void mlpi_fitted_write(const mlpi_transform *transform, const mlpi_fitted *fitted,
                       mlp_json_writer *to);
/** Reads the members that mlpi_fitted_write writes, with the same bits. Errors: MLP_ERROR_MODEL
 * (*defect names the member that is missing, or that no fit can have made), MLP_ERROR_MEMORY. On
 * failure *fitted is empty. */
mlp_status mlpi_fitted_read(const mlpi_transform *transform, mlp_json_value object,
                            mlpi_fitted *fitted, const char **defect);

/** Copies the distinct texts of a column to fitted->levels. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_fitted_take_levels(const mlpi_distinct *texts, mlpi_fitted *fitted, mlp_error *err);
/** The number of a level, or MLPI_UNKNOWN_LEVEL. */
double mlpi_fitted_find_level(const mlpi_fitted *fitted, mlpi_span text);
/** The name of the member with the levels if they are not in order; else NULL. */
const char *mlpi_fitted_levels_defect(const mlpi_transform *transform, const mlpi_fitted *fitted);

#endif
