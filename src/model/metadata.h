/* SPDX-License-Identifier: MIT */
/* The JSON inside a model file (docs/formats/model-file.md). */
#ifndef MLPI_METADATA_H
#define MLPI_METADATA_H

#include "model/model.h"

enum { MLPI_FORMAT_VERSION = 1 };

/** The metadata of a model as malloc'ed JSON text; NULL when out of memory. */
char *mlpi_metadata_write(const mlp_model *model);

/** Makes the network (parameters 0), pipeline, read options and provenance of an empty model from
 * JSON text. Everything is checked; `name` stands for the file in messages. On failure the model
 * holds what mlp_model_free can release. */
mlp_status mlpi_metadata_read(const char *text, size_t length, const char *name, mlp_model *model,
                              mlp_error *err);

#endif
