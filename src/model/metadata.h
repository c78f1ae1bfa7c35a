/* SPDX-License-Identifier: MIT */
/* The JSON inside a model file (docs/formats/model-file.md). */
#ifndef MLPI_METADATA_H
#define MLPI_METADATA_H

#include "mlp/json.h"
#include "model/model.h"

/** The newest format version. A file has the oldest version that can hold its model. */
enum { MLPI_FORMAT_VERSION = 6 };

/** The metadata of a model as JSON text; free() it. Errors: MLP_ERROR_MEMORY; MLP_ERROR_DATA: a
 * name, label or category is not UTF-8. */
mlp_status mlpi_metadata_write(const mlp_model *model, char **text, mlp_error *err);

/** Fills an empty model from JSON text: networks with parameters of 0, pipeline, scores, decision,
 * read options and provenance. Everything is checked. `parameters` is the number of parameters in
 * the file: the networks must have exactly as many, and no network with more is ever allocated.
 * `name` is the name of the file in messages. After an error the model holds what mlp_model_free
 * can release. Errors: MLP_ERROR_MEMORY, MLP_ERROR_MODEL. */
mlp_status mlpi_metadata_read(const char *text, size_t parameters, const char *name,
                              mlp_model *model, mlp_error *err);

/** Writes the layers of a network as the member "layers" of the open object: an array of units and
 * activations. */
void mlpi_layers_write(const mlp_network *network, mlp_json_writer *to);

/** Writes the inputs that a network reads as the member "reads" of the open object: an array with
 * the first input and the length of each run of inputs. Writes nothing if the network reads all
 * inputs. */
void mlpi_reads_write(const mlpi_reads *reads, mlp_json_writer *to);

/** Writes conformal scores as the member "conformal" of the open object. */
void mlpi_conformal_write(const mlpi_conformal *conformal, mlp_json_writer *to);
/** Reads `lists` lists of scores. Errors: MLP_ERROR_MODEL (the lists are invalid),
 * MLP_ERROR_MEMORY; `conformal` then needs no release. */
mlp_status mlpi_conformal_read(mlp_json_value object, size_t lists, mlpi_conformal *conformal);

#endif
