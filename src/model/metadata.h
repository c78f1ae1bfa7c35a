/* SPDX-License-Identifier: MIT */
/* The JSON inside a model file (docs/formats/model-file.md). */
#ifndef MLPI_METADATA_H
#define MLPI_METADATA_H

#include "mlp/json.h"
#include "model/model.h"

/** The newest version; files are of the oldest that can hold them. */
enum { MLPI_FORMAT_VERSION = 6 };

/** The metadata of a model as JSON text; free() it. Errors: MLP_ERROR_MEMORY; MLP_ERROR_DATA: a
 * name, label or category is not UTF-8. */
mlp_status mlpi_metadata_write(const mlp_model *model, char **text, mlp_error *err);

/** Makes the networks (parameters 0), pipeline, read options and provenance of an empty model from
 * JSON text. Everything is checked; networks with another number of parameters than `parameters`,
 * those that the file holds, are refused before one is made. `name` stands for the file in messages.
 * On failure the model holds what mlp_model_free can release. Errors: MLP_ERROR_MEMORY,
 * MLP_ERROR_MODEL. */
mlp_status mlpi_metadata_read(const char *text, size_t parameters, const char *name,
                              mlp_model *model, mlp_error *err);

/** The layers of a network as a member of the object that is open: an array "layers" of units and
 * activations. */
void mlpi_layers_write(const mlp_network *network, mlp_json_writer *to);

/** The inputs that a network reads as a member of the object that is open: an array "reads" of the
 * first input of each run of them and how many it has. Nothing where all are read. */
void mlpi_reads_write(const mlpi_reads *reads, mlp_json_writer *to);

/** Scores out of fold as a member of the object that is open. */
void mlpi_conformal_write(const mlpi_conformal *conformal, mlp_json_writer *to);
/** Reads so many lists of them. Errors: MLP_ERROR_MODEL (they are not as they must be),
 * MLP_ERROR_MEMORY; then nothing is left. */
mlp_status mlpi_conformal_read(mlp_json_value object, size_t lists, mlpi_conformal *conformal);

#endif
