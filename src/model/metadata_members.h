/* SPDX-License-Identifier: MIT */
/* Members of a model's metadata, checked, and the parts that are read by them. */
#ifndef MLPI_METADATA_MEMBERS_H
#define MLPI_METADATA_MEMBERS_H

#include "model/metadata.h"

/** Reading goes on after the first defect and reports it at the end: each step only has to be safe.
 * Every function below that finds a member missing, or not as it must be, notes it here and gives
 * zero, NULL or an empty value; what is called `most` is the greatest size that is accepted. */
typedef struct mlpi_meta_reader {
    const char *defect; /* the first member found wrong; NULL: none */
    bool out_of_memory;
} mlpi_meta_reader;

/** Notes that this member is wrong, unless another was before. */
void mlpi_meta_blame(mlpi_meta_reader *r, const char *member);
/** Notes what the reading of a part came to: MLP_ERROR_MODEL (then `defect` is the member that is
 * wrong), MLP_ERROR_MEMORY or MLP_OK. */
void mlpi_meta_note(mlpi_meta_reader *r, mlp_status status, const char *defect);

bool mlpi_meta_has(mlp_json_value object, const char *name);
mlp_json_value mlpi_meta_array(mlpi_meta_reader *r, mlp_json_value object, const char *name,
                               size_t most);
mlp_json_value mlpi_meta_object(mlpi_meta_reader *r, mlp_json_value object, const char *name);
size_t mlpi_meta_size(mlpi_meta_reader *r, mlp_json_value object, const char *name, size_t most);
bool mlpi_meta_flag(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A finite number. */
double mlpi_meta_number(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A finite number, or null for NaN. */
double mlpi_meta_real(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A text of one byte, or none: '\0'. */
char mlpi_meta_letter(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A text of sixteen hexadecimal digits. */
uint64_t mlpi_meta_hexadecimal(mlpi_meta_reader *r, mlp_json_value object, const char *name);

/** A copy of a text: the caller frees it. */
char *mlpi_meta_text(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** The same, or null for NULL. */
char *mlpi_meta_text_or_null(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** Copies of an array's texts: the caller frees `*count` of them, and the array. */
char **mlpi_meta_texts(mlpi_meta_reader *r, mlp_json_value object, const char *name, size_t most,
                       size_t *count);
/** Memory of zeros (mlpi_allocate); a failure is noted. */
void *mlpi_meta_room(mlpi_meta_reader *r, size_t count, size_t size);

/** The networks of the metadata `root`, one or several that answer together, which have this many
 * parameters and no other number; they are made with parameters of 0. Tells the pipeline what their
 * loss wants. Where a member is wrong it ends early, with MLP_OK. Errors: MLP_ERROR_MEMORY;
 * MLP_ERROR_ARGUMENT: no network can be so. */
mlp_status mlpi_meta_networks(mlpi_meta_reader *r, mlp_json_value root, size_t parameters,
                              mlp_model *model, mlp_error *err);
/** The pipeline, whose coding is that of the networks. */
void mlpi_meta_pipeline(mlpi_meta_reader *r, mlp_json_value object, mlpi_pipeline *p);
/** What the members of a pipeline that is whole cannot tell each alone: no two columns have one
 * place, and no two columns, and no two labels, have one name. */
void mlpi_meta_check_pipeline(mlpi_meta_reader *r, const mlpi_pipeline *p);
/** Where the model came from: the member "training". */
void mlpi_meta_provenance(mlpi_meta_reader *r, mlp_json_value object, mlpi_provenance *p);

#endif
