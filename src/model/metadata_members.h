/* SPDX-License-Identifier: MIT */
/* Functions that read and check members of a model's metadata, and larger parts of it. */
#ifndef MLPI_METADATA_MEMBERS_H
#define MLPI_METADATA_MEMBERS_H

#include "model/metadata.h"

/** The state of reading metadata. Reading continues after the first defect, which is reported at
 * the end, so every step only has to be safe. A function below that finds a member missing or
 * invalid notes it here and returns zero, NULL or an empty value. `most` is the largest count or
 * value that is accepted. */
typedef struct mlpi_meta_reader {
    const char *defect; /* the first invalid member; NULL: there is none */
    bool out_of_memory;
} mlpi_meta_reader;

/** Notes that a member is invalid, unless an earlier one is noted already. */
void mlpi_meta_blame(mlpi_meta_reader *r, const char *member);
/** Notes how the reading of a part ended: MLP_OK, MLP_ERROR_MEMORY, or MLP_ERROR_MODEL, in which
 * case `defect` names the invalid member. */
void mlpi_meta_note(mlpi_meta_reader *r, mlp_status status, const char *defect);

bool mlpi_meta_has(mlp_json_value object, const char *name);
mlp_json_value mlpi_meta_array(mlpi_meta_reader *r, mlp_json_value object, const char *name,
                               size_t most);
mlp_json_value mlpi_meta_object(mlpi_meta_reader *r, mlp_json_value object, const char *name);
size_t mlpi_meta_size(mlpi_meta_reader *r, mlp_json_value object, const char *name, size_t most);
bool mlpi_meta_flag(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A finite number. */
double mlpi_meta_number(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A finite number; NaN where the JSON has null. */
double mlpi_meta_real(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A text of one byte; '\0' if it is empty. */
char mlpi_meta_letter(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A text of sixteen hexadecimal digits. */
uint64_t mlpi_meta_hexadecimal(mlpi_meta_reader *r, mlp_json_value object, const char *name);

/** A copy of a text; free() it. */
char *mlpi_meta_text(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** A copy of a text, free() it; NULL where the JSON has null. */
char *mlpi_meta_text_or_null(mlpi_meta_reader *r, mlp_json_value object, const char *name);
/** Copies of the texts of an array: free() each of the `*count` texts, and mlpi_free the array. */
char **mlpi_meta_texts(mlpi_meta_reader *r, mlp_json_value object, const char *name, size_t most,
                       size_t *count);
/** Zeroed memory (mlpi_allocate); NULL: out of memory, which is noted. */
void *mlpi_meta_room(mlpi_meta_reader *r, size_t count, size_t size);

/** Makes the networks that the metadata `root` describe, one or several, with parameters of 0.
 * Together they must have exactly `parameters` parameters. Sets the coding of the pipeline to that
 * of their loss. An invalid member is noted and ends the reading, with MLP_OK. Errors:
 * MLP_ERROR_MEMORY; MLP_ERROR_ARGUMENT: such a network is impossible. */
mlp_status mlpi_meta_networks(mlpi_meta_reader *r, mlp_json_value root, size_t parameters,
                              mlp_model *model, mlp_error *err);
/** Reads the pipeline. Its coding must have been set by mlpi_meta_networks. */
void mlpi_meta_pipeline(mlpi_meta_reader *r, mlp_json_value object, mlpi_pipeline *p);
/** Checks what concerns several members of a complete pipeline: no two columns have the same
 * position or name, and no two labels have the same name. */
void mlpi_meta_check_pipeline(mlpi_meta_reader *r, const mlpi_pipeline *p);
/** Reads the provenance, the member "training". */
void mlpi_meta_provenance(mlpi_meta_reader *r, mlp_json_value object, mlpi_provenance *p);

#endif
