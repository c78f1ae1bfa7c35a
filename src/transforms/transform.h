/* SPDX-License-Identifier: MIT */
/* Transforms: how a column of numbers, or of texts, becomes network inputs. Each is an entry of a
 * table and knows formulas only: what it learnt of a column is kept, copied, written and read in
 * one way for all (fitted.c), and columns are looked at in one way for all (facts.c). */
#ifndef MLPI_TRANSFORM_H
#define MLPI_TRANSFORM_H

#include "data/distinct.h"
#include "mlp/json.h"
#include "schema/dates.h"

enum { MLPI_MOST_PARAMETERS = 4, MLPI_UNKNOWN_LEVEL = -1, MLPI_COMBINED = 3 };

/** What a transform has learnt of a column. */
typedef struct mlpi_fitted {
    double number[MLPI_MOST_PARAMETERS];
    double *list; /* ascending, or values of levels */
    size_t list_count;
    char **levels; /* of texts: sorted by bytes */
    size_t level_count;
} mlpi_fitted;

/** What the training rows hold in a column of numbers. Begin with zeros, except for `sampled`, add
 * runs of values, end the pass, add the same runs again, end the second pass. Nothing depends on
 * how the values are cut into runs. */
typedef struct mlpi_numbers {
    size_t count, missing;
    double sum, squares;    /* of the first pass; of distances from the mean, of the second */
    double lowest, highest; /* once count > 0 */
    double mean, scale;     /* population standard deviation; 1 where there is no spread */
    bool sampled;           /* wanted: */
    double *sample;         /* sorted; all values, or of very many a random part; 0 of none */
    uint32_t *keys;         /* of the values in the sample, while it grows */
    size_t offered, sample_count, value_room, key_room;
    uint32_t mask;      /* bits that are 0 in the key of a value that is kept */
    bool second;        /* pass */
    bool overflow;      /* the values are too large to be added and squared */
    bool out_of_memory; /* for the sample */
} mlpi_numbers;

void mlpi_numbers_add(mlpi_numbers *numbers, const double *values, size_t count); /* NaN: missing */
/** The same of values that are all finite. */
void mlpi_numbers_add_finite(mlpi_numbers *numbers, const double *values, size_t count);
enum { MLPI_TOGETHER = 4 };
/** The same of several columns in the same pass, of which each has a run of `count` values, `stride`
 * behind that of the column before. A sum waits for its last number; several sums do not wait for
 * each other. */
void mlpi_numbers_add_together(mlpi_numbers *const numbers[MLPI_TOGETHER], const double *values,
                               size_t stride, size_t count);
void mlpi_numbers_end_pass(mlpi_numbers *numbers);
void mlpi_numbers_release(mlpi_numbers *numbers);
/** Mean and population standard deviation of values; 1 where there is no spread. */
void mlpi_moments(const double *values, size_t count, double *mean, double *scale);

/** What the training rows hold in a column of texts. */
typedef struct mlpi_texts {
    mlpi_distinct distinct;
    /* for transforms that count: */
    size_t *counts;       /* rows of each text */
    double *sums;         /* texts x outputs: of the targets in those rows */
    size_t outputs;       /* targets of a row: values, or one for each label */
    double *mean, *scale; /* outputs: of the targets in all rows */
} mlpi_texts;

/** What a transform is fitted on: a column, and the number behind its name. */
typedef struct mlpi_facts {
    const mlpi_numbers *numbers;
    const mlpi_texts *texts;
    double argument;
    const mlpi_numbers *parts; /* of dates: of each part of them */
    mlpi_date_style style;     /* of dates */
} mlpi_facts;

/** A number that a transform can be given. */
typedef struct mlpi_argument {
    const char *name; /* NULL: it takes none */
    double usual, usual_for_targets, lowest, highest;
    bool whole;
} mlpi_argument;

typedef struct mlpi_parameter {
    const char *name;  /* in model files */
    const char *words; /* for people */
} mlpi_parameter;

/** An entry. A transform takes numbers, or texts that `find` makes numbers of: the number of a
 * level from 0 on, or MLPI_UNKNOWN_LEVEL. From there on both go the same way. */
typedef struct mlpi_transform {
    const char *name;
    const char *kind; /* of the column, in model files */
    mlpi_argument argument;
    bool sampled;     /* numbers: the fit reads the sample */
    bool counted;     /* texts: the fit reads counts and targets */
    bool out_of_fold; /* it learns from targets: a training row is encoded by a fit on others, with
                         the argument that is its first number */
    const struct mlpi_transform
        *parts[MLPI_COMBINED]; /* whose inputs it has beside each other; NULL: none */
    mlpi_parameter number[MLPI_MOST_PARAMETERS];
    const char *list, *levels; /* their names in model files; NULL: not used */
    /** Learns from the training rows. */
    mlp_status (*fit)(const mlpi_facts *facts, mlpi_fitted *fitted, mlp_error *err);
    /** Which member no fit can have made; NULL: all can be. Nothing else is called before. */
    const char *(*defect)(const mlpi_fitted *fitted);
    /** How many inputs it makes. NULL: one. */
    size_t (*width)(const mlpi_fitted *fitted);
    /** Texts: the number of one. NULL: it takes numbers. */
    double (*find)(const mlpi_fitted *fitted, mlpi_span text);
    /** Numbers that are written as texts: the one of a text, NaN for what is none. NULL: they are
     * written as numbers. */
    double (*read)(const mlpi_fitted *fitted, mlpi_span text);
    /** How those texts are written, for people; NULL where `read` is. */
    void (*form)(const mlpi_fitted *fitted, char *text, size_t size);
    /** How pictures and pages write one of those numbers (mlpi_moment_text); NULL: as a number. */
    const char *(*moment)(const mlpi_fitted *fitted);
    /** The inputs of `count` rows; those of a row begin `stride` floats behind those of the row
     * before, and are zeros at first. Numbers are finite; levels are NaN where there is no value.
     */
    void (*apply)(const mlpi_fitted *fitted, const double *values, size_t count, float *x,
                  size_t stride);
    /** Numbers: the value that makes this input. NULL: there is no one such value. */
    double (*invert)(const mlpi_fitted *fitted, double x);
    /** C text of the formulas (MLPI_CARRIED): of what they need, of a function encode_NAME that does
     * what apply does for one row, and of decode_NAME, which is invert. Both take the value, the
     * numbers, the list and its length, and the count of levels, of what there is; encode_NAME
     * returns its input, or takes `float *x`, where there is a width. */
    struct {
        const char *const *before;
        const char *encode, *decode;
    } carried;
    /** Numbers: a low, a middle and a high value of the column, for pictures: those that make the
     * inputs -reach, 0 and reach, or, where reach is 0, what `range` tells. */
    double reach;
    void (*range)(const mlpi_fitted *fitted, double range[3]);
    /** Which of the column's inputs one is, behind the name of the column: " = red"; "" for the
     * only one. */
    void (*name_input)(const mlpi_fitted *fitted, size_t input, char *text, size_t size);
} mlpi_transform;

extern const mlpi_transform mlpi_standard, mlpi_min_max, mlpi_robust, mlpi_quantile_normal,
    mlpi_log, mlpi_yeo_johnson, mlpi_piecewise_linear, mlpi_periodic, mlpi_combined, mlpi_one_hot,
    mlpi_pooled, mlpi_ordinal, mlpi_target_means, mlpi_hashing, mlpi_date;

/** How the dates are written that mlpi_date was fitted on. */
mlpi_date_style mlpi_date_written(const mlpi_fitted *fitted);

/** Of Phi^-1(p) in quantile_normal.c: coefficients of r^0, r^1, ... of the polynomial above the line,
 * 8, and those of r^1, r^2, ... of that below, 7, whose first one is 1; for |p - 1/2| <= 0.425, with
 * r = 0.180625 - (p - 1/2)^2, then beyond, with r = sqrt(-ln(min(p, 1 - p))) - 1.6 as far as that root
 * is 5. */
extern const double *const mlpi_normal_quantile_terms[4];

/** Whether it is the other one, or has it as a part. */
bool mlpi_transform_has(const mlpi_transform *transform, const mlpi_transform *part);
/** How many inputs a transform makes. */
static inline size_t mlpi_transform_width(const mlpi_transform *transform,
                                          const mlpi_fitted *fitted)
{
    return transform->width != NULL ? transform->width(fitted) : 1;
}
/** A low, a middle and a high value of a column of numbers. */
void mlpi_transform_range(const mlpi_transform *transform, const mlpi_fitted *fitted,
                          double range[3]);

/** Number i of the table; NULL behind the last. */
const mlpi_transform *mlpi_transform_at(size_t i);
/** The one of that name; NULL: there is none. */
const mlpi_transform *mlpi_transform_find(const char *name);
/** The one that model files call so; NULL: there is none. */
const mlpi_transform *mlpi_transform_of_kind(const char *kind);

/** What mlpi_combined has learnt for one of its parts, whose list stays its own; and which is the first of its
 * inputs. */
mlpi_fitted mlpi_combined_part(const mlpi_fitted *fitted, size_t part);
size_t mlpi_combined_first(const mlpi_fitted *fitted, size_t part);

/* --- what was learnt (fitted.c) --------------------------------------------------------------- */

/** A copy that owns all it holds. false: out of memory, and nothing is left. */
bool mlpi_fitted_copy(const mlpi_fitted *from, mlpi_fitted *to);
void mlpi_fitted_release(mlpi_fitted *fitted);
/** Writes it as members of the object that is open. */
void mlpi_fitted_write(const mlpi_transform *transform, const mlpi_fitted *fitted,
                       mlp_json_writer *to);
/** Reads those members: the same bits. Errors: MLP_ERROR_MODEL (*defect is the member that is
 * missing, or not as a fit makes it), MLP_ERROR_MEMORY. On failure nothing is left. */
mlp_status mlpi_fitted_read(const mlpi_transform *transform, mlp_json_value object,
                            mlpi_fitted *fitted, const char **defect);

/** The levels that were collected, as a transform keeps them. */
mlp_status mlpi_fitted_take_levels(const mlpi_distinct *texts, mlpi_fitted *fitted, mlp_error *err);
/** The number of a level, or MLPI_UNKNOWN_LEVEL. */
double mlpi_fitted_find_level(const mlpi_fitted *fitted, mlpi_span text);
/** NULL, or the member that holds levels when they are not in order. */
const char *mlpi_fitted_levels_defect(const mlpi_transform *transform, const mlpi_fitted *fitted);

#endif
